"""The page of the documentation, written by the run whose result it gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.plan import WHOLE
from tests.fuzz.progress import clock
from tests.fuzz.sentences import SENTENCES

_ABOUT = """\
# Properties

What always holds, whatever anybody does in whatever order. Each sentence is held by state machines: Hypothesis draws
calls of everybody to every entry point, an exact model in Python does the same, and after every step all sentences of
the machine are checked on the contracts. Any difference, and any refusal for another reason than the model's, fails.
"""
_HOW = """\
## Running it

```sh
make fuzz STEPS=1000000                  # over all cores and all machines; the deployed suite's takes half
make fuzz SECONDS=600 MACHINE="staking court"
make fuzz SEED=7 STEPS=200000            # the same calls as any other run of seed 7 with so many steps
python -m tests.fuzz machines            # all machines by name
```

Steps are dealt in chunks of 5,000. The seed of a chunk follows from the run's seed, the machine and the chunk's number
alone, and each chunk runs in a fork of a process that has just made the stand: so what is drawn depends neither on the
number of workers nor on who works faster. Another version of Hypothesis, or other constants in the sources, draw
something else. At the end stand the rules with their calls and refusals. A rule that was refused more than 200 times
and never came through fails the run; where a machine took 6,000 steps or more, so does a rule that was never drawn, and
one that has to come through and did not. It ends with 1 if anything failed.

**Corpus.** `.fuzz/` keeps two things between runs, and each machine begins with them. `examples/` has what failed: it
is tried first, until it passes. `corpus/` has examples that were the first to show an *outcome* (a function of a
contract that went through, or was refused with this error) or two outcomes in a row, 200 a machine at most; up to a
tenth of a machine's steps goes to trying them again. An example is kept as the choices Hypothesis made in it, so after
a change of the machine it may mean something else, and is still a sequence worth trying. Chunks draw the same with and
without a corpus; `--fresh` leaves it out.

**A failure** is shrunk, for five minutes at most, and written to `.fuzz/failures/MACHINE-SEED.json`: every transaction
from the empty chain on, the set-up included, with sender, calldata, value, time and what it showed. The run prints it
with contracts, functions and arguments by name, and says whether it repeats on a fresh chain. A machine that failed
takes no further chunk.

```sh
python -m tests.fuzz replay .fuzz/failures/staking-7.json             # on revm and on anvil
python -m tests.fuzz replay .fuzz/failures/staking-7.json --on anvil --json
```

A replay carries it out on an empty chain and compares of each transaction success or error, what was returned, every
event, created addresses, block number and time. Nothing is taken over but transactions, time, empty blocks and
balances of wei: a chain behind a node can do all of these. Hashes of blocks are others on every chain, so a court's
panels that are drawn from them may be others on anvil; the replay says so where it happens.
"""


def write(path: Path, made: dict[str, Any]) -> None:
    """Writes the page."""
    path.write_text("\n".join(_lines(made)), encoding="utf-8")


def _lines(made: dict[str, Any]) -> Iterator[str]:
    ran = {name: one for name, one in made["machines"].items() if one["steps"]}
    yield _ABOUT
    yield from _sentences(ran)
    yield from _run(made, ran)
    yield _HOW
    yield from _machines(ran)
    yield "## Rules"
    yield ""
    yield "Calls of all chunks, and how many of them were refused, as the model said they would be. What has to be"
    yield "refused every time, as all that `power` tries, is counted as a call alone."
    yield ""
    for name, one in ran.items():
        yield f"### {name}"
        yield ""
        yield "| rule | calls | refused |"
        yield "|---|---:|---:|"
        for rule, (calls, refused) in one["rules"].items():
            yield f"| {rule} | {calls:,} | {refused:,} |"
        yield ""


def _sentences(ran: dict[str, Any]) -> Iterator[str]:
    yield "## Always true"
    yield ""
    yield "| | sentence | held by | steps | status |"
    yield "|---:|---|---|---:|---|"
    for number, sentence in enumerate(SENTENCES, 1):
        names = [name for name in (WHOLE, *sentence.machines) if name in ran]
        steps = sum(ran[name]["steps"] for name in names)
        failed = [name for name in names if ran[name]["problems"]]
        status = f"failed: {', '.join(failed)}" if failed else "held" if names else "not run"
        yield f"| {number} | {sentence.text} | {', '.join(names)} | {steps:,} | {status} |"
    yield ""


def _run(made: dict[str, Any], ran: dict[str, Any]) -> Iterator[str]:
    yield "## The last long run"
    yield ""
    yield "Written by the run itself, not by hand:"
    yield f"`make fuzz{_bounds(made)} SEED={made['seed']} PAGE=docs/properties.md`."
    yield ""
    facts = {
        "status": made["status"],
        "steps": f"{made['steps']:,}, of {len(ran)} machines",
        "calls": f"{made['calls']:,}, of which {made['refused']:,} were refused as the model said",
        "seed": made["seed"],
        "commit": f"`{made['commit']}`",
        "on": f"{made['host']}, {made['workers']} workers",
        "time": clock(made["seconds"]),
    }
    yield "| | |"
    yield "|---|---|"
    for name, fact in facts.items():
        yield f"| {name} | {fact} |"
    yield ""


def _bounds(made: dict[str, Any]) -> str:
    steps = f" STEPS={made['asked_steps']}" if made["asked_steps"] else ""
    return steps + (f" SECONDS={made['asked_seconds']:g}" if made["asked_seconds"] else "")


def _machines(ran: dict[str, Any]) -> Iterator[str]:
    yield "## Machines"
    yield ""
    yield "*Outcomes* and *pairs* are what the corpus has seen of a machine, over all runs it knows of."
    yield ""
    yield "| machine | steps | calls | refused | outcomes | pairs | steps a second | status |"
    yield "|---|---:|---:|---:|---:|---:|---:|---|"
    for name, one in ran.items():
        speed = f"{one['steps'] / one['seconds']:,.0f}" if one["seconds"] else ""
        yield (
            f"| {name} | {one['steps']:,} | {one['calls']:,} | {one['refused']:,} | {one['outcomes']:,} | "
            f"{one['pairs']:,} | {speed} | {one['status']} |"
        )
    yield ""
