"""Weighs every compiled contract of the project: `python -m benchmarks.sizes`, writes sizes.md beside this file."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.artifact import MANIFEST, TEST_SOURCES, Artifact, project, project_compiler
from benchmarks.errors import BenchmarkError

SIZES_MD = Path(__file__).resolve().parent / "sizes.md"
RUNTIME_LIMIT = 24_576  # EIP-170
INITCODE_LIMIT = 49_152  # EIP-3860

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one contract; `margin` is what is left to the limit of deployed code, negative when over it."""

    contract: str
    source: str
    runtime: int
    margin: int
    initcode: int

    @property
    def fits(self) -> bool:
        """Whether a chain with the usual limits takes it."""
        return self.margin >= 0 and self.initcode <= INITCODE_LIMIT


def sizes(artifacts: Iterable[Artifact]) -> list[Size]:
    """Every contract that can be deployed, without those that exist for tests, by source and name."""
    found = [
        Size(a.name, a.source, a.runtime_bytes, RUNTIME_LIMIT - a.runtime_bytes, a.initcode_bytes)
        for a in artifacts
        if a.initcode_bytes and not a.source.startswith(TEST_SOURCES)
    ]
    return sorted(found, key=lambda size: (size.source, size.contract))


def markdown(found: Iterable[Size], compiler: str) -> str:
    """The whole page."""
    lines = [
        "# Contract sizes",
        "",
        f"Bytes of code as compiled by {compiler}.",
        f"The limit of deployed code is {RUNTIME_LIMIT:,} (EIP-170); creation code is weighed without constructor",
        f"arguments, its limit is {INITCODE_LIMIT:,} (EIP-3860).",
        "Made by `python -m benchmarks.sizes`, not by hand.",
        "",
        "| contract | deployed | margin | creation code | source |",
        "|---|---:|---:|---:|---|",
    ]
    lines += [f"| {s.contract} | {s.runtime:,} | {s.margin:,} | {s.initcode:,} | `{s.source}` |" for s in found]
    return "\n".join(lines) + "\n"


@app.command()
def main(as_json: Annotated[bool, typer.Option("--json", help="Print the sizes as JSON.")] = False) -> None:
    """Size of every contract and its margin to the limit; exit 1 where one does not fit."""
    errors = Console(stderr=True)
    try:
        found = sizes(project().values())
        page = markdown(found, project_compiler(MANIFEST))
    except BenchmarkError as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from error
    SIZES_MD.write_text(page, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps([asdict(size) for size in found], indent=2))
    else:
        typer.echo(page, nl=False)
    heavy = [size.contract for size in found if not size.fits]
    if heavy:
        errors.print(f"over the limit: {', '.join(heavy)}", style="red", markup=False)
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
