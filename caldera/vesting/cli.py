"""`caldera vesting` as a command: check a list of grants and plan it, send a plan."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from caldera.airdrop.reading import AmountInvalid, wei
from caldera.artifacts import NotCompiled, load
from caldera.deployment.economy import load_economy
from caldera.deployment.errors import DeploymentError
from caldera.deployment.load import load_profile
from caldera.deployment.manifest import Manifest
from caldera.deployment.web3_port import Web3Port
from caldera.evm.address import Address, BadAddress, to_address
from caldera.screen import Screen

from .applying import apply, rehearse
from .errors import ListInvalid, OptionInvalid, VestingError
from .plan import SIZE, Target, load_plan, plan_of, save_plan
from .reading import read_grants
from .rooms import Room, rooms_of
from .show import list_json, outcome_json, show_list, show_standings, standings_json
from .vault import Vault, contracts_of

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Grants of ERA: check a list, send it in batches.")
_out = Screen(highlight=False, markup=False)
_err = Screen(stderr=True)

UrlOption = Annotated[str, typer.Option("--rpc-url", help="JSON-RPC URL of the node.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def build(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV: beneficiary, allocation, amount (ERA) or amount_wei, start, cliff, duration, revocable."
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="File to write the plan to. Only checks if not given.")] = None,
    rpc_url: Annotated[str | None, typer.Option("--rpc-url", help="Check against a chain; needs --manifest.")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="The deployment, deployments/<network>.json; its contracts hold no grants.")
    ] = None,
    economy: Annotated[
        Path | None, typer.Option(help="Check without a chain: a file such as profiles/circulation.yml.")
    ] = None,
    begins: Annotated[int | None, typer.Option(help="With --economy: the second from which its months count.")] = None,
    profile: Annotated[
        Path | None, typer.Option(help="In place of both: a profile, such as profiles/devnet.yml.")
    ] = None,
    batch: Annotated[int, typer.Option(help="Grants in a transaction at most.")] = SIZE,
    after: Annotated[
        int, typer.Option(metavar="ID", help="Grants up to this one are none of this list, whatever their terms.")
    ] = 0,
    repeats: Annotated[bool, typer.Option("--repeats", help="The same line may stand twice.")] = False,
    total: Annotated[str | None, typer.Option(metavar="ERA", help="What the amounts must add up to.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Checks a list of grants and plans it in batches. Shows everything that is wrong at once. Sends nothing."""
    with _failing(as_json):
        kept = None if manifest is None else _manifest(manifest)
        made: Counter[Any] = Counter()
        target = None
        if rpc_url is not None:
            if kept is None or economy or profile or begins is not None:
                raise OptionInvalid("--rpc-url needs --manifest, and none of --economy, --begins and --profile")
            vault = Vault.of(kept, Web3Port(rpc_url), load())
            rooms, target = vault.rooms(), Target(chain_id=vault.port.chain_id, vault=vault.address)
            names = {room.number: name for name, room in rooms.items()}
            made.update((names.get(one.allocation, ""), one.terms) for one in vault.made() if one.id > after)
        else:
            rooms = _rooms(economy, begins, profile)
        reading = read_grants(file, rooms, _total(total), contracts_of(kept) if kept else {}, made, repeats)
        plan = plan_of(reading, batch, target, after)
        if out is not None:
            save_plan(plan, out)
        if as_json:
            _print(list_json(reading, plan, rooms) | ({} if out is None else {"plan": str(out)}))
            return
        show_list(_out, reading, plan, rooms)
        where = "name --out FILE to write the plan" if out is None else f"written: {out}"
        _out.print(f"{plan.count:,} grants in {len(plan.batches)} batches; {where}", soft_wrap=True)


@app.command("apply")
def apply_command(
    file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan that `caldera vesting build` wrote.")],
    rpc_url: UrlOption,
    manifest: Annotated[Path, typer.Option(help="The deployment, deployments/<network>.json.")],
    private_key_env: Annotated[
        str | None,
        typer.Option("--private-key-env", metavar="NAME", help="Environment variable with the key that signs."),
    ] = None,
    sender: Annotated[str | None, typer.Option(help="Who sends, where no key is needed.")] = None,
    unlocked: Annotated[bool, typer.Option("--unlocked", help="Let the node sign for --sender.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; --json prints the calls that are to be made.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Makes the grants of a plan that the chain does not have yet. May be cut short at any point and called again."""
    with _failing(as_json):
        plan, kept = load_plan(file), _manifest(manifest)
        who = _account("--sender", sender)
        vault = Vault.of(kept, Web3Port(rpc_url, _key(private_key_env), who, unlocked), load())
        if dry_run:
            standings = rehearse(plan, vault)
            if as_json:
                _print({"batches": standings_json(standings, vault)})
                return
            show_standings(_out, standings)
            left = sum(len(one.missing) for one in standings)
            calls = sum(1 for one in standings if one.missing)
            _out.print(f"{left:,} of {plan.count:,} grants to be made, in {calls} transaction(s); nothing was sent")
            return
        columns = (TextColumn("grants made"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=_err, transient=True, disable=as_json) as progress:
            task = progress.add_task("", total=plan.count)
            outcome = apply(plan, vault, lambda done, count: progress.update(task, completed=done, total=count))
        if as_json:
            _print(outcome_json(outcome, vault))
            return
        show_standings(_out, outcome.standings)
        words = f"{outcome.made:,} grants made in {outcome.sent} transaction(s), {outcome.gas_used:,} gas"
        _out.print(f"{words}; the chain has all {plan.count:,}")


def _rooms(economy: Path | None, begins: int | None, profile: Path | None) -> dict[str, Room]:
    if profile is not None:
        if begins is not None:
            raise OptionInvalid("--begins: the profile says it")
        loaded = load_profile(profile, economy=economy)
        if loaded.economy is None or loaded.begins is None:
            raise OptionInvalid(f"--profile {profile}: it has no economy; include one, or name it by --economy")
        return rooms_of(loaded.economy, loaded.begins)
    if economy is None or begins is None:
        raise OptionInvalid(
            "against what? Name --rpc-url and --manifest, or --economy and --begins, or --profile with both in it"
        )
    if not 0 < begins < 2**39:
        raise OptionInvalid(f"--begins {begins}: write seconds since 1970")
    return rooms_of(load_economy(economy), begins)


def _manifest(path: Path) -> Manifest:
    kept = Manifest.load(path)
    if kept is None:
        raise OptionInvalid(f"--manifest {path}: there is no such file")
    return kept


def _total(text: str | None) -> int | None:
    try:
        return None if text is None else wei(text)
    except AmountInvalid as error:
        raise OptionInvalid(f"--total: {error}") from None


def _account(option: str, text: str | None) -> Address | None:
    try:
        return None if text is None else to_address(text)
    except BadAddress as error:
        raise OptionInvalid(f"{option}: {error}") from None


def _key(name: str | None) -> str | None:
    if name is None:
        return None
    key = os.environ.get(name)
    if not key:
        raise OptionInvalid(f"the environment variable {name} is empty or not set; put the key there")
    return key


def _print(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, indent=2) + "\n")


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (VestingError, DeploymentError, NotCompiled, OSError) as error:
        _fail(as_json, error)


def _fail(as_json: bool, error: Exception) -> NoReturn:
    if as_json:
        said: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
        if isinstance(error, ListInvalid):
            said["problems"] = [{"line": one.line, "problem": one.words} for one in error.problems]
        _print(said)
    else:
        _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
