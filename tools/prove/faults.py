"""Faults planted in a copy of the contracts: each must be refuted by the property that is there for it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console

from tools.prove.copies import copied
from tools.prove.halmos import prove
from tools.prove.properties import ROOT

LIST = Path(__file__).with_name("faults.yml")


@dataclass(frozen=True)
class Fault:
    """`right` stands once in `source`, a contract or library, and becomes `wrong`.

    Then `refutes`, a property of a contract of proofs, is refuted.
    """

    source: str
    right: str
    wrong: str
    refutes: str

    @property
    def contract(self) -> str:
        return self.refutes.split(".")[0]

    @property
    def name(self) -> str:
        return self.refutes.split(".")[1]

    @property
    def path(self) -> str:
        [found] = (ROOT / "contracts").rglob(f"{self.source}.sol")
        return found.relative_to(ROOT).as_posix()


def faults() -> list[Fault]:
    """All that are planted."""
    return [Fault(**one) for one in yaml.safe_load(LIST.read_text(encoding="utf-8"))]


def planted(one: Fault) -> str:
    """The source with the fault in it; nothing where what it replaces does not stand there once."""
    text = (ROOT / one.path).read_text(encoding="utf-8")
    return text.replace(one.right, one.wrong) if text.count(one.right) == 1 else ""


def run(console: Console, limit: int, source: Path) -> dict[Fault, bool]:
    """Plants those that properties of this contract of proofs refute; tells of each whether it was found."""
    wanted = [one for one in faults() if one.contract == source.stem]
    found: dict[Fault, bool] = {}
    for one in wanted:
        with copied(one.contract) as folder, tempfile.TemporaryDirectory(prefix="caldera-prove-") as work:
            (folder / one.path).write_text(planted(one), encoding="utf-8")
            outcomes = prove(folder / "proofs", one.contract, Path(work), limit, [one.name], early=True)
        found[one] = [outcome.status for outcome in outcomes] == ["refuted"]
        word = "[green]found[/]" if found[one] else "[red]missed[/]"
        console.print(f"{word} {one.source}, by {one.refutes}", highlight=False)
    return found
