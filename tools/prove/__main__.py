"""`python -m tools.prove`: proves every property under `proofs/`, or those of the contracts named.

Ends with 1 where a property is not proved that is meant to be (all are but those that say why they are open). A run
that is stopped goes on with the property that it was at.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.prove import faults, page, reach
from tools.prove.halmos import BIN, NoProof, Outcome, prove, require
from tools.prove.journal import Journal
from tools.prove.properties import PROOFS, ROOT, digest, properties_in, sources

console = Console()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make prove PROVE=", description=__doc__)
    parser.add_argument("contracts", nargs="*", help="contracts of proofs; all if none is named")
    parser.add_argument("--page", action="store_true", help="write docs/proofs.md")
    parser.add_argument("--stale", action="store_true", help="only what changed since docs/proofs.md was written")
    parser.add_argument("--faults", action="store_true", help="plant faults and expect each to be found")
    parser.add_argument("--reach", action="store_true", help="expect the end of every property to be reached")
    parser.add_argument("--agree", action="store_true", help="compare integers with bits on random statements")
    parser.add_argument("--limit", type=int, default=60, help="seconds of the processor for one query (default 60)")
    return parser.parse_args()


def chosen(names: list[str], stale: bool) -> list[Path]:
    """The files of proofs that are asked for."""
    known = {source.stem: source for source in sources()}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"no such contract of proofs: {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = [known[name] for name in names] or list(known.values())
    if stale:
        _, marks = page.read()
        wanted = [source for source in wanted if marks.get(source.stem) != digest(source)]
    return wanted


def _told(outcome: Outcome) -> None:
    colour = "green" if outcome.status == "proved" else "red"
    console.print(f"  [{colour}]{outcome.status:8}[/] {outcome.name} {outcome.seconds:.1f} s")
    for line in outcome.model:
        console.print(f"           {line}")


def _proved(source: Path, limit: int) -> dict[str, Outcome]:
    """Every property of a file, those first that a stopped run has decided."""
    journal = Journal(source, limit)
    found = journal.read()
    for one in found:
        _told(one)
    names = [one.name for one in properties_in(source)]

    def told(outcome: Outcome) -> None:
        found.append(outcome)
        journal.write(found)
        _told(outcome)

    decided = {one.name for one in found}
    if left := [name for name in names if name not in decided]:
        with tempfile.TemporaryDirectory(prefix="caldera-prove-") as work:
            prove(PROOFS, source.stem, Path(work) / source.stem, limit, left, told)
    return {one.name: one for one in found}


def _table(results: dict[str, dict[str, Outcome]]) -> Table:
    table = Table("contract", "properties", "proved", "seconds", title="Proofs")
    for name, outcomes in results.items():
        proved = sum(one.status == "proved" for one in outcomes.values())
        seconds = sum(one.seconds for one in outcomes.values())
        table.add_row(name, str(len(outcomes)), str(proved), f"{seconds:.0f}")
    return table


def main() -> int:
    arguments = _arguments()
    require()
    if arguments.agree:
        return subprocess.run([BIN / "python", "-m", "tools.prove.agree", "500", "1"], cwd=ROOT).returncode
    wanted = chosen(arguments.contracts, arguments.stale)
    if arguments.faults:
        found: dict[faults.Fault, bool] = {}
        for source in wanted:
            found |= faults.run(console, arguments.limit, source)
            if arguments.page:
                page.write({}, found)
        console.print(f"{sum(found.values())} of {len(found)} faults found")
        return 0 if all(found.values()) else 1
    if arguments.reach:
        return reach.run(console, arguments.limit, wanted)
    results: dict[str, dict[str, Outcome]] = {}
    missing: list[str] = []
    for number, source in enumerate(wanted, 1):
        console.print(f"[bold]{source.stem}[/] ({number} of {len(wanted)})")
        try:
            results[source.stem] = _proved(source, arguments.limit)
        except NoProof as failure:
            console.print(str(failure), markup=False)
            return 1
        for one in properties_in(source):
            outcome = results[source.stem].get(one.name)
            if not one.open and (outcome is None or outcome.status != "proved"):
                missing.append(f"{source.stem}.{one.name}: {outcome.status if outcome else 'not run'}")
        if arguments.page:
            page.write(results)
    console.print(_table(results))
    for line in missing:
        console.print(f"[red]not proved[/] {line}")
    for source in wanted:
        Journal(source, arguments.limit).remove()
    return 1 if missing else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that halmos ends, too
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        console.print("stopped; the same call goes on from here")
        sys.exit(130)
