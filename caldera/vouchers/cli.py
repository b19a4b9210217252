"""`caldera vouchers` as a command: read, keep the journal, print, export."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from caldera.deployment.errors import DeploymentError
from caldera.deployment.manifest import Manifest
from caldera.evm.address import BadAddress, to_address
from caldera.screen import Screen
from caldera.whole_file import write_whole

from .books import Reading, Suite, bring_up, entity_of, read
from .chart import load_chart
from .errors import DocumentNotPossible, OtherChain, UnknownParty, VoucherError
from .journal import Journal
from .party import Party
from .rpc_source import CHUNK, RpcSource
from .voucher import Voucher
from .write import as_balance, as_csv, as_jsonl, as_table, balance_json, to_json

FORMATS = ("camt054", "pain001", "csv", "jsonl")

_out = Screen()
_err = Screen(stderr=True)


def vouchers(
    rpc_url: Annotated[str, typer.Option("--rpc-url", help="JSON-RPC URL of the node.")],
    manifest: Annotated[Path, typer.Option(help="The deployment, such as deployments/devnet.json.")],
    entity: Annotated[int | None, typer.Option(min=1, help="Whose books: its number in the registry.")] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(help="Whose books: any account of the entity; with --role, the accounts themselves."),
    ] = None,
    role: Annotated[list[str] | None, typer.Option(help="What the accounts are beside, such as lender.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the books.")] = None,
    from_block: Annotated[int | None, typer.Option(min=0, help="First block; the deployment's if not given.")] = None,
    to_block: Annotated[int | None, typer.Option(min=0, help="Last block; the latest if not given.")] = None,
    chart: Annotated[Path | None, typer.Option(help="Your own chart of accounts and rules.")] = None,
    journal: Annotated[Path | None, typer.Option(help="Keep the vouchers in this file, each once.")] = None,
    export: Annotated[
        tuple[str, Path] | None, typer.Option(metavar="FORMAT FILE", help=f"Write a file: {', '.join(FORMATS)}.")
    ] = None,
    carry: Annotated[
        bool, typer.Option("--carry", help="camt054, pain001: carry fractions of a cent on instead of refusing them.")
    ] = False,
    chunk: Annotated[int, typer.Option(min=1, help="Blocks to ask the node for at once.")] = CHUNK,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Double-entry vouchers of a party's events on a chain. Reads only; sends nothing."""
    with _failing(as_json):
        if export and export[0] not in FORMATS:
            raise DocumentNotPossible(f"{export[0]!r} is no format; choose from {', '.join(FORMATS)}")
        rules, kept = load_chart(chart), Manifest.load(manifest)
        if kept is None:
            raise VoucherError(f"{manifest} does not exist: name the manifest of the deployment by --manifest")
        suite = Suite.of(kept)
        with _progress(as_json) as advance:
            source = RpcSource(rpc_url, chunk, advance)
            if source.chain_id != kept.chain_id:
                raise OtherChain(f"chain {source.chain_id} answers, the manifest is of chain {kept.chain_id}")
            party = _party(source, suite, entity, account or [], role or [], name)
            reading = read(source, suite, rules, party, from_block, to_block)
        result = {"books": party.name, "from_block": reading.first, "to_block": reading.last}
        shown = reading.vouchers
        if journal:
            with Journal(journal) as book:
                done = bring_up(source, suite, rules, party, book, reading)
                shown = [each for each in book.vouchers(party.name) if reading.first <= each.block <= reading.last]
            result |= {"added": len(done.added), "known": done.known, "reversed": [each.id for each in done.reversed]}
        if export:
            write_whole(export[1], _document(export[0], shown, reading, source.chain_id, carry), folders=False)
        if as_json:
            entries = [each.to_json() for each in shown]
            sys.stdout.write(to_json({**result, "vouchers": entries, "balance": balance_json(shown, rules)}))
            return
        _out.print(as_table(shown))
        _out.print(as_balance(shown, rules))
        words = f"{party.name}, blocks {reading.first} to {reading.last}: {len(shown)} vouchers, all balanced"
        if journal:
            words += f"; {result['added']} added to {journal}, {len(done.reversed)} reversed"
        _out.print(words, markup=False, highlight=False)


def _party(
    source: RpcSource, suite: Suite, entity: int | None, accounts: list[str], roles: list[str], name: str | None
) -> Party:
    try:
        given = [to_address(each) for each in accounts]
    except BadAddress as error:
        raise UnknownParty(str(error)) from None
    if entity is None and not given:
        raise UnknownParty("whose books? Name --entity NUMBER, or --account 0x…")
    if roles:
        return Party.of(name or (f"entity {entity}" if entity else given[0]), entity or 0, given, roles)
    found = {entity_of(source, suite, each) for each in given} | ({entity} if entity is not None else set())
    if len(found) != 1:
        raise UnknownParty(f"these are accounts of several entities ({sorted(found)}): keep one book for each")
    number = found.pop()
    return Party.of(name or f"entity {number}", number)


def _document(kind: str, shown: list[Voucher], reading: Reading, chain_id: int, carry: bool) -> str:
    # The library's classes take a second to load: only who wants a document waits for them.
    from .iso20022.camt054 import camt054
    from .iso20022.pain001 import pain001

    now = datetime.now(UTC)
    if kind == "camt054":
        return camt054(shown, now, carry)
    if kind == "pain001":
        payer = min(reading.keeper.party.accounts)
        return pain001(reading.keeper, chain_id, payer, now, carry)
    return as_csv(shown) if kind == "csv" else as_jsonl(shown)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("blocks read"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_err, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=None)
        yield lambda count: progress.advance(task, count)


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (VoucherError, DeploymentError, OSError) as error:
        _fail(as_json, error)


def _fail(quiet: bool, error: Exception) -> NoReturn:
    if quiet:
        sys.stdout.write(to_json({"error": type(error).__name__, "message": str(error)}))
    else:
        _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)
    raise typer.Exit(1)
