"""`caldera airdrop` as a command: build a list's root and proofs, check what was published."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from caldera.deployment.errors import DeploymentError
from caldera.deployment.manifest import Manifest
from caldera.evm.address import Address, BadAddress, to_address
from caldera.screen import Screen

from .claims import Airdrop, era
from .errors import AirdropError, FolderInvalid, ListInvalid, OptionInvalid
from .folder import check_folder, write_folder
from .reading import AmountInvalid, read_list, wei

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Lists of an airdrop: root, proofs, checks.")
_out = Screen(highlight=False, markup=False)
_err = Screen(stderr=True)


@app.command()
def build(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns account, amount (ERA) or amount_wei, and index if you like.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder to write the proofs to; it must be new. Only checks if not given.")
    ] = None,
    total: Annotated[str | None, typer.Option(metavar="ERA", help="What the amounts must add up to.")] = None,
    contract: Annotated[
        list[str] | None, typer.Option(help="A contract that cannot claim, such as the token. Repeat.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="A deployment; none of its contracts can claim. deployments/<network>.json")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Checks a list of claims and makes its Merkle root and proofs. Shows everything that is wrong at once."""
    with _failing(as_json):
        wanted = None if total is None else _total(total)
        airdrop = read_list(file, wanted, _forbidden(contract or [], manifest))
        files = 0
        if out is not None:
            with _progress(as_json, "proofs written", len(airdrop.claims)) as advance:
                files = write_folder(airdrop, out, advance)
        facts = _facts(airdrop)
        if out is not None:
            facts |= {"folder": str(out), "files": files}
        _say(as_json, facts, "The list is good" + ("" if out else "; name --out DIR to write its proofs"))


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `caldera airdrop build` wrote.")],
    root: Annotated[str | None, typer.Option(metavar="0x…", help="The round's root on chain.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Makes the tree of a published folder anew and compares every file with it."""
    with _failing(as_json):
        wanted = None if root is None else _root(root)
        with _progress(as_json, "proofs checked", None) as advance:
            airdrop = check_folder(folder, wanted, advance)
        words = (
            "Every proof is good"
            if wanted
            else "Every proof is good; compare the root with the round's, or name --root"
        )
        _say(as_json, _facts(airdrop), words)


def _facts(airdrop: Airdrop) -> dict[str, Any]:
    return {"root": f"0x{airdrop.root.hex()}", "count": len(airdrop.claims), "total": str(airdrop.total)}


def _say(as_json: bool, facts: dict[str, Any], words: str) -> None:
    if as_json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
        return
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(name, f"{era(int(value))} ERA ({value} wei)" if name == "total" else str(value))
    _out.print(table)
    _out.print(f"{words}.")


def _total(text: str) -> int:
    try:
        return wei(text)
    except AmountInvalid as error:
        raise OptionInvalid(f"--total: {error}") from None


def _root(text: str) -> bytes:
    if not re.fullmatch(r"0x[0-9a-fA-F]{64}", text):
        raise OptionInvalid(f"--root {text}: write 0x and 64 hex digits")
    return bytes.fromhex(text[2:])


def _forbidden(contracts: list[str], manifest: Path | None) -> dict[Address, str]:
    """Contracts that cannot claim, with their names."""
    found: dict[Address, str] = {}
    if manifest is not None:
        kept = Manifest.load(manifest)
        if kept is None:
            raise OptionInvalid(f"--manifest {manifest}: there is no such file")
        found = {to_address(one.address): f"the contract {name}" for name, one in kept.contracts.items()}
    for text in contracts:
        try:
            found.setdefault(to_address(text), "a contract named by --contract")
        except BadAddress as error:
            raise OptionInvalid(f"--contract: {error}") from None
    return found


@contextmanager
def _progress(quiet: bool, words: str, total: int | None) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_err, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.advance(task, count)


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (AirdropError, DeploymentError, OSError) as error:
        _fail(as_json, error)


def _fail(as_json: bool, error: Exception) -> NoReturn:
    if as_json:
        said: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
        if isinstance(error, ListInvalid | FolderInvalid):
            said["problems"] = [{"line": one.line, "problem": one.words} for one in error.problems]
        sys.stdout.write(json.dumps(said, indent=2) + "\n")
    else:
        _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
