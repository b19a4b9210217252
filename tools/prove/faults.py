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
    """`right` stands once in the library and becomes `wrong`; then `refutes`, a property of a contract, is refuted."""

    library: str
    right: str
    wrong: str
    refutes: str

    @property
    def path(self) -> str:
        return f"contracts/libraries/{self.library}.sol"


def faults() -> list[Fault]:
    """All that are planted."""
    return [Fault(**one) for one in yaml.safe_load(LIST.read_text(encoding="utf-8"))]


def planted(one: Fault) -> str:
    """The library's text with the fault in it; nothing where what it replaces does not stand there once."""
    text = (ROOT / one.path).read_text(encoding="utf-8")
    return text.replace(one.right, one.wrong) if text.count(one.right) == 1 else ""


def run(console: Console, limit: int, contracts: set[str]) -> int:
    """Plants those that properties of `contracts` refute; 1 if one of them was not found."""
    wanted = [one for one in faults() if one.refutes.split(".")[0] in contracts]
    missed = 0
    for number, one in enumerate(wanted, 1):
        contract, name = one.refutes.split(".")
        with copied(contract) as folder, tempfile.TemporaryDirectory() as work:
            (folder / one.path).write_text(planted(one), encoding="utf-8")
            outcomes = prove(folder / "proofs", contract, Path(work), limit, [name])
        found = [outcome.status for outcome in outcomes if outcome.name == name] == ["refuted"]
        missed += not found
        word = "[green]found[/]" if found else "[red]missed[/]"
        console.print(f"{number:3} of {len(wanted)} {word} {one.library}, by {one.refutes}", highlight=False)
    console.print(f"{len(wanted) - missed} of {len(wanted)} faults found")
    return 1 if missed else 0
