"""docs/power.md, made of a deployment: `caldera deploy powers --markdown docs/power.md --picture docs/power.png`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .exits import NO_EXITS
from .power_map import Holder, PowerMap, Role, Way, duration, grouped
from .role_words import ASKED_BY_CONTRACTS, ROLE_WORDS

HEAD = """# Power

Who can do what with the contracts of this suite, and after which delay. This page is made from the chain's history and
state, not from the profile: the command below reads who was ever given a role and holds it now, asks every function
whether it refuses a stranger, and asks timelock and governor who may put calls into them.

```sh
caldera deploy powers --profile profiles/devnet.yml --rpc-url http://127.0.0.1:8545   # the map in the terminal
caldera deploy powers … --json
caldera deploy powers … --markdown docs/power.md --picture docs/power.png             # this page
caldera deploy verify …                                                               # exit code 1 if anything differs
```
"""
HOW = """
## How to read a delay

A call comes about in a *way*: somebody begins it, it goes through contracts, and it waits for each of them and for its
role's own delay. What it waits is the sum, and that is the least: a late quorum makes a vote longer.

```python
from caldera.deployment.power_map import Holder, HolderKind, Wait, Way, duration

day = 86_400
voters = Holder("voters of VotingPower", HolderKind.VOTERS)
way = Way(voters).then("CalderaGovernor", Wait("until the vote", day), Wait("vote", 7 * day))
way = way.then("CalderaTimelock", Wait("CalderaTimelock: delay", 2 * day))
assert way.through == ("CalderaGovernor", "CalderaTimelock")
assert duration(way.seconds) == "10 days"  # 1 + 7 + 2
assert duration(way.after(Wait("role's delay", 3_600)).seconds) == "10 days 1 h"
```

A holder that is a contract of the suite decides nothing: it calls when its own rules say so, and its rules are code.
What a participant does with its own tokens, pledges, nodes or grants is no power over others and is not on this page.
"""
PAUSE = """
## Pause, and what stays open

GUARDIAN pauses one contract for at most 7 days, and then not again for 7 days. A pause stops new entries. The functions
below are ways out: none of them asks for a role, and none is stopped by a pause, not even where everything is paused at
once. `verify` compares the deployed code byte for byte with what was compiled; the tests pause every contract at once
and call each of these.
`DirectedGoods` has no pause: goods are made by its modules, which have a pause each.
"""
FINDINGS = """
## What verify finds

Beside members, settings and permissions of roles, which [Deployment](deployment.md) lists:

| it is a finding if | seen by |
|---|---|
| ADMIN is not the timelock where the profile has one, or anybody beside it has it | events, state of SuiteAccess |
| the timelock has an admin beside itself, a proposer or canceller beside its governor | its events, then `hasRole` |
| nobody may propose, or nobody may execute: then nothing can be governed any more | the same |
| the timelock's delay is shorter than the profile says | `getMinDelay` |
| a call waits in the timelock that no proposal of its governor put there | `CallScheduled`, `ProposalCreated` events |
| a contract names the deployer as owner, guardian, treasury, payee or whatever else | every getter of an address |
| an account outside of the suite owns a contract of it | `owner()` and its like |
| a contract counts votes in blocks, or a governor has no timelock | `CLOCK_MODE`, `timelock` |
| a way out asks for a role, or is paused now | a call by a stranger |
"""


def page(found: PowerMap, picture: str | None = None) -> str:
    """The whole page. `picture`: the file to show, relative to the page."""
    parts = [HEAD]
    if picture:
        parts.append(f"\n![Who can do what, after which delay]({picture})\n")
    parts.append(f"\n## Who, after which delay, what\n\nOf {found.network}, chain {found.chain_id}.\n\n")
    parts.append(_table(("who", "by way of", "after", "role", "what for"), _holders(found)))
    parts.append("\n## What each role can call\n\n")
    parts.append(_table(("role", "given by", "its announced calls are cancelled by", "functions"), _functions(found)))
    parts += [HOW, "\n## Powers outside of SuiteAccess\n\n", _outside(found)]
    parts.append("\nContracts that obey one other contract by a check of their own, for good:\n\n")
    parts.append(_table(("contract", "function", "obeys"), _wires(found)))
    parts += [_nobodys(found), PAUSE, "\n", _table(("contract", "always open"), _exits(found))]
    parts.append("\nThese sound like ways out and are none:\n\n")
    parts.append(_table(("function", "why"), ((f"`{name}`", why) for name, why in sorted(NO_EXITS.items()))))
    return "".join([*parts, FINDINGS])


def way_words(way: Way) -> tuple[str, str]:
    """By way of which contracts, and after how long made up of what."""
    through = ", ".join(way.through) or "itself"
    if not way.seconds:
        return through, "at once"
    parts = " + ".join(f"{wait.what} {duration(wait.seconds)}" for wait in way.waits)
    return through, f"{duration(way.seconds)} ({parts})" if len(way.waits) > 1 else f"{duration(way.seconds)}"


def functions_words(role: Role) -> str:
    """How many functions of how many contracts."""
    asked = ASKED_BY_CONTRACTS.get(role.name, ())
    if not role.functions:
        return ", ".join(asked) or "nothing"
    contracts = grouped(role.functions)
    return f"{_count(len(role.functions), 'function')} of {_count(len(contracts), 'contract')}"


def role_words(role: Role) -> str:
    """What a role is for."""
    words = ROLE_WORDS.get(role.name, functions_words(role))
    if role.bounded:
        words += " Every number stays within bounds that are fixed for good."
    return words


def _holders(found: PowerMap) -> Iterator[Sequence[str]]:
    rows = [row for row in found.rows() if row[2] is None or row[2].by.person]
    for role, _, way in rows:
        if way is None:
            yield "nobody", "", "", f"`{role.name}`", role_words(role)
        else:
            yield (_who(way.by), *way_words(way), f"`{role.name}`", role_words(role))
    code = [role for role in found.roles if role.members and not any(w.by.person for m in role.members for w in m.ways)]
    for role in code:
        names = ", ".join(member.holder.name for member in role.members)
        dead = not any(member.ways for member in role.members)
        yield names, "nobody can reach it" if dead else "its own rules", "", f"`{role.name}`", role_words(role)


def _who(holder: Holder) -> str:
    return f"{holder.name} ({holder.kind})" if holder.address else holder.name


def _functions(found: PowerMap) -> Iterator[Sequence[str]]:
    for role in found.roles:
        listed = "; ".join(
            f"{contract}: {', '.join(f'`{name}`' for name in names)}"
            for contract, names in grouped(role.functions).items()
        )
        asked = ", ".join(f"`{one}`" for one in ASKED_BY_CONTRACTS.get(role.name, ()))
        name = f"`{role.name}`, sealed" if role.sealed else f"`{role.name}`"
        delay = f", {duration(role.grant_delay)} ahead" if role.grant_delay else ""
        shown = listed or (f"asked for by {asked}" if asked else "none")
        yield name, "nobody any more" if role.sealed else f"`{role.admin}`{delay}", f"`{role.guardian}`", shown


def _outside(found: PowerMap) -> str:
    if not found.outside:
        return "None: no timelock, no governor, no contract with an owner.\n"

    def rows() -> Iterator[Sequence[str]]:
        for one in found.outside:
            after = "; ".join(dict.fromkeys(way_words(way)[1] for way in one.ways)) or "at once"
            names = ", ".join(holder.name for holder in one.holders)
            yield one.contract, f"`{one.power}`", names, after, one.can

    return _table(("contract", "power", "who", "after", "can"), rows())


def _wires(found: PowerMap) -> Iterator[Sequence[str]]:
    for wire in found.wires:
        functions = ", ".join(f"`{name}`" for name in wire.functions)
        callers = ", ".join(wire.callers) or "nobody of the suite"
        modules = "its modules: " if wire.error == "NotTheModule" else ""
        yield wire.contract, functions, modules + callers


def _nobodys(found: PowerMap) -> str:
    lines = [
        "\n## What is nobody's\n",
        "- **Code.** No contract can be upgraded. A deal's vault is a minimal proxy to code that Securitisation made in"
        " its constructor. Beside that, instructions that run other code in a contract's own place, or end it, are in "
        f"{', '.join(found.delegating) or 'no contract'} only: `multicall`, by which a contract calls itself.",
        f"- **Contracts without a manager.** {', '.join(found.unmanaged)}: they ask no AccessManager, and no role can "
        "do anything there.",
        "- **The supply of ERA.** EraToken makes all of it in its constructor and has no function that makes more. "
        "Money of others, such as the play money of a development chain, is as its issuer made it.",
        "- **Bounds.** A pause ends after 7 days whatever GUARDIAN does. What is sealed stays with its holder, and a "
        "number behind a sealed setter within its bounds, whatever ADMIN does.",
        "",
        "Everything else is ADMIN's in the end: after its delay it can give any role that is not sealed to anybody, "
        "itself included.",
    ]
    if found.closed:
        lines.append(f"- **Closed now:** {', '.join(found.closed)}: every restricted call is refused.")
    return "\n".join(lines) + "\n"


def _exits(found: PowerMap) -> Iterator[Sequence[str]]:
    for one in found.exits:
        refused = dict(one.refused)
        yield (
            one.contract,
            ", ".join(f"`{name}`" + (f" (**{refused[name]}**)" if name in refused else "") for name in one.functions),
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
