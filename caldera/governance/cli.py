"""`caldera gov` as a command: draft, show, simulate, submit, vote, queue, execute, cancel, delegate, list, watch,
parameters."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from eth_account import Account
from rich.console import Console
from rich.live import Live

from caldera.artifacts import NotCompiled, load
from caldera.deployment.errors import DeploymentError
from caldera.deployment.load import load_profile
from caldera.deployment.manifest import Manifest
from caldera.deployment.port import Port
from caldera.deployment.web3_port import Web3Port
from caldera.evm.address import BadAddress, to_address
from caldera.evm.errors import EvmError

from . import data, tables
from .acting import SOURCES, Sent
from .ballots import SignedBallot, Support
from .desk import Desk, Look, set_back
from .errors import DraftInvalid, GovernanceError, OptionInvalid, SimulationFailed
from .proposals import Governance

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Propose, vote and carry out.")
_out = Console(highlight=False, markup=False)
_err = Console(stderr=True)

ProfileOption = Annotated[Path | None, typer.Option("--profile", help="The profile, such as profiles/devnet.yml.")]
EconomyOption = Annotated[
    Path | None, typer.Option("--economy", help="A file whose economy takes the place of the profile's.")
]
UrlOption = Annotated[str | None, typer.Option("--rpc-url", help="JSON-RPC URL of the node.")]
ManifestOption = Annotated[
    Path | None, typer.Option("--manifest", help="The manifest; deployments/<network>.json if not given.")
]
KeyOption = Annotated[
    str | None, typer.Option("--private-key-env", metavar="NAME", help="Environment variable with the key that signs.")
]
SenderOption = Annotated[str | None, typer.Option("--sender", help="Who sends, where no key is needed.")]
UnlockedOption = Annotated[bool, typer.Option("--unlocked", help="Let the node sign for --sender.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="The proposal's number.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A draft: see docs/governing.md.")]
SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="The number of a proposal, or the file of a draft.")
]


@dataclass(frozen=True)
class Connection:
    """What is connected already, where the command runs within Ape: `caldera gov` takes it in place of its options."""

    url: str
    profile: Callable[[Path | None], Path]
    port: Callable[[], Port]


@app.command("parameters")
def parameters_command(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Only those whose name begins so.")] = None,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every governed number: what it is now, its bounds, how far and how often it may change."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url)
        book, found = desk.parameters(name)
        if as_json:
            _print({"parameters": data.parameters_data(found, book)})
            return
        tables.show_parameters(_out, found, book, desk.governance.now, desk.applies())


@app.command("draft")
def draft_command(
    context: typer.Context,
    file: FileArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Checks a draft and shows the calls it stands for. --json prints them for whoever proposes some other way."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url)
        look = desk.look(file)
        settings = desk.governance.settings()
        if as_json:
            said = data.proposal_data(look.proposal, look.calls, look.alarms)
            _print(said | {"settings": data.settings_data(settings)})
            return
        _show_look(look)
        tables.show_settings(_out, settings)
        _out.print("nothing was sent; next: simulate, then submit")


@app.command("show")
def show_command(
    context: typer.Context,
    subject: SubjectArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Takes any proposal apart: its calls, what they would change as of now, and what to look at twice."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url)
        look = desk.look(desk.subject(subject))
        standing = None if look.submitted is None else desk.governance.standing(look.submitted)
        if as_json:
            said = data.proposal_data(look.proposal, look.calls, look.alarms)
            said["effects"] = data.effects_data(look.effects)
            _print(said | ({} if standing is None else {"standing": data.standing_data(standing)}))
            return
        if standing is not None:
            tables.show_standing(_out, standing, desk.governance.coder)
        _show_look(look)


@app.command("simulate")
def simulate_command(
    context: typer.Context,
    subject: SubjectArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    sender: SenderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carries a proposal out on a copy of the chain. Exit code 1 if a call fails, or something does not hold
    afterwards."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url, sender=sender)
        what = desk.subject(subject)
        look = desk.look(what)
        with _status(as_json) as told:
            made = desk.simulate(what, told)
        if as_json:
            _print(data.simulation_data(made, desk.governance.coder) | {"calls": data.calls_data(look.calls)})
        else:
            _show_look(look)
            tables.show_simulation(_out, made, desk.governance.coder)
        if made.reasons:
            raise typer.Exit(1)


@app.command("submit")
def submit_command(
    context: typer.Context,
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="Without simulating it, whatever comes of it.")] = False,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Simulates a draft and, if all is well, proposes it."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked)
        with _status(as_json) as told:
            number, sent, _ = desk.submit(file, force, told)
        one = desk.governance.get(number)
        standing = desk.governance.standing(one)
        if as_json:
            _print(data.standing_data(standing) | {"gasUsed": sent.gas_used})
            return
        tables.show_submitted(_out, one, standing)
        tables.show_sent(_out, [sent])


@app.command("vote")
def vote_command(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="The proposal's number.")] = None,
    way: Annotated[str | None, typer.Argument(metavar="for|against|abstain", help="All one way.")] = None,
    in_favour: Annotated[
        str | None, typer.Option("--for", metavar="PART", help="Votes, or a share such as 60%.")
    ] = None,
    against: Annotated[str | None, typer.Option("--against", metavar="PART", help="The same, against.")] = None,
    abstain: Annotated[str | None, typer.Option("--abstain", metavar="PART", help="The same, abstaining.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; on the chain for all to read.")] = "",
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="FILE", help="Send nothing: sign the ballot into a file.")
    ] = None,
    signature: Annotated[
        Path | None, typer.Option("--signature", metavar="FILE", help="Cast a ballot that somebody signed.")
    ] = None,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Casts votes: all one way, in parts, or by a ballot that was signed elsewhere. What is cast stays cast."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked)
        if signature is not None:
            if number is not None or way or sign:
                raise OptionInvalid("--signature: the file says proposal and ballot; name nothing else")
            signed = SignedBallot.load(signature)
            _voted(desk, signed.proposal, desk.actions.vote_signed(signed), as_json)
            return
        if number is None:
            raise OptionInvalid("which proposal? `list` shows all")
        given = {Support.FOR: in_favour, Support.AGAINST: against, Support.ABSTAIN: abstain}
        parts = {one: text for one, text in given.items() if text is not None}
        support = None if way is None else Support.of(way)
        ballot = desk.actions.ballot(number, desk.actions.sender, support, parts, reason)
        if sign is None:
            _voted(desk, number, desk.actions.vote(number, ballot), as_json)
            return
        key = _key(private_key_env)
        if key is None:
            raise OptionInvalid("--sign needs the voter's key: name its environment variable by --private-key-env")
        made = desk.actions.unsigned(number, desk.actions.sender, ballot).sign(Account.from_key(key))
        made.save(sign)
        if as_json:
            _print({"signed": str(sign), "voter": made.voter, "proposal": number})
            return
        _out.print(
            f"{made.voter} signed: {ballot.show()} on proposal {number}; anybody can send {sign}", soft_wrap=True
        )


@app.command("queue")
def queue_command(
    context: typer.Context,
    number: NumberArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Hands a proposal that succeeded to the timelock. Anyone may."""
    _step(context, "queue", number, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked, as_json)


@app.command("execute")
def execute_command(
    context: typer.Context,
    number: NumberArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Carries out a queued proposal once the timelock lets it through. Anyone may."""
    _step(context, "execute", number, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked, as_json)


@app.command("cancel")
def cancel_command(
    context: typer.Context,
    number: NumberArgument,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ends a proposal: the guardian may, and its proposer before voting begins."""
    _step(context, "cancel", number, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked, as_json)


@app.command("delegate")
def delegate_command(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="Who votes: an address, $Name, or `self`.")],
    source: Annotated[list[str] | None, typer.Option("--source", help="era, lock or vault; all if not given.")] = None,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    private_key_env: KeyOption = None,
    sender: SenderOption = None,
    unlocked: UnlockedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Lets an account vote with the sender's ERA, locked ERA and grants. ERA votes only once it is delegated."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked)
        chosen = tuple(source or SOURCES)
        if unknown := [one for one in chosen if one not in SOURCES]:
            raise OptionInvalid(f"--source {unknown[0]}: one of {', '.join(SOURCES)}")
        account = desk.actions.sender if to == "self" else _address(desk, to)
        sent = desk.actions.delegate(account, chosen)
        if as_json:
            _print({"to": account, "sent": [one.what for one in sent]})
            return
        tables.show_sent(_out, sent)
        _out.print(f"{account} votes for {desk.actions.sender}" + ("" if sent else "; it did already"), soft_wrap=True)


@app.command("list")
def list_command(
    context: typer.Context,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every proposal there ever was, the latest first, with what can happen next."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url)
        standings = desk.standings()
        if as_json:
            _print({"proposals": [data.standing_data(one) for one in standings]})
            return
        tables.show_list(_out, standings, desk.governance.coder)


@app.command("watch")
def watch_command(
    context: typer.Context,
    number: NumberArgument,
    once: Annotated[bool, typer.Option("--once", help="Look once.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks.")] = 2.0,
    profile: ProfileOption = None,
    economy: EconomyOption = None,
    manifest: ManifestOption = None,
    rpc_url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follows a proposal until it is over: votes, quorum, time left. Ctrl-C stops watching. --json prints a line a
    look."""
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url)
        one, coder = desk.governance.get(number), desk.governance.coder
        standing = desk.governance.standing(one)
        if once or as_json:
            while True:
                _print(data.standing_data(standing), None) if as_json else tables.show_standing(_out, standing, coder)
                if once or standing.state.over:
                    return
                time.sleep(every)
                standing = desk.governance.standing(one)
        with Live(tables.standing_view(standing, coder), console=_out, auto_refresh=False) as live:
            try:
                while not standing.state.over:
                    time.sleep(every)
                    standing = desk.governance.standing(one)
                    live.update(tables.standing_view(standing, coder), refresh=True)
            except KeyboardInterrupt:
                return


def _step(
    context: typer.Context,
    step: str,
    number: int,
    profile: Path | None,
    economy: Path | None,
    manifest: Path | None,
    rpc_url: str | None,
    private_key_env: str | None,
    sender: str | None,
    unlocked: bool,
    as_json: bool,
) -> None:
    with _failing(as_json):
        desk = _desk(context, profile, economy, manifest, rpc_url, private_key_env, sender, unlocked)
        look = desk.look(number)
        sent: Sent = getattr(desk.actions, step)(number)
        standing = desk.governance.standing(desk.governance.get(number))
        undone = [one.name for one in set_back(look.effects)] if step != "cancel" else []
        if as_json:
            _print(data.standing_data(standing) | {"gasUsed": sent.gas_used, "setsBack": undone})
            return
        tables.show_sent(_out, [sent])
        for name in undone:
            _out.print(f"note: {name} was changed after this was proposed; this sets it back", style="yellow")
        tables.show_standing(_out, standing, desk.governance.coder)


def _voted(desk: Desk, number: int, sent: Sent, as_json: bool) -> None:
    standing = desk.governance.standing(desk.governance.get(number))
    if as_json:
        _print(data.standing_data(standing) | {"gasUsed": sent.gas_used})
        return
    tables.show_sent(_out, [sent])
    tables.show_standing(_out, standing, desk.governance.coder)
    return


def _show_look(look: Look) -> None:
    tables.show_text(_out, look.proposal.text)
    tables.show_calls(_out, look.calls)
    tables.show_effects(_out, look.effects)
    tables.show_alarms(_out, look.alarms)


def _desk(
    context: typer.Context,
    profile: Path | None,
    economy: Path | None,
    manifest: Path | None,
    rpc_url: str | None,
    private_key_env: str | None = None,
    sender: str | None = None,
    unlocked: bool = False,
) -> Desk:
    connected = context.obj if isinstance(context.obj, Connection) else None
    if connected is not None:
        if rpc_url or private_key_env or sender or unlocked:
            raise OptionInvalid("network and account are Ape's here: --network and --account say them")
        url, port, path = connected.url, connected.port(), connected.profile(profile)
    else:
        if rpc_url is None or profile is None:
            raise OptionInvalid("--profile and --rpc-url say which deployment on which node")
        url, path = rpc_url, profile
        port = Web3Port(rpc_url, _key(private_key_env), _sender(sender), unlocked)
    loaded = load_profile(path, economy=economy)
    where = manifest or Path("deployments") / f"{loaded.network}.json"
    kept = Manifest.load(where)
    if kept is None:
        raise OptionInvalid(f"--manifest {where}: there is no such file; it is what `caldera deploy apply` leaves")
    return Desk(Governance.of(loaded, load(), port, kept), url, kept)


def _sender(text: str | None) -> str | None:
    try:
        return None if text is None else to_address(text)
    except BadAddress as error:
        raise OptionInvalid(f"--sender: {error}") from None


def _address(desk: Desk, text: str) -> str:
    try:
        return to_address(desk.governance.suite.address(text))
    except (DeploymentError, BadAddress) as error:
        raise OptionInvalid(f"{text}: {error}") from None


def _key(name: str | None) -> str | None:
    if name is None:
        return None
    key = os.environ.get(name)
    if not key:
        raise OptionInvalid(f"the environment variable {name} is empty or not set; put the key there")
    return key


def _print(said: dict[str, Any], indent: int | None = 2) -> None:
    sys.stdout.write(json.dumps(said, indent=indent) + "\n")
    sys.stdout.flush()


@contextmanager
def _status(as_json: bool) -> Iterator[Callable[[str], None]]:
    """What a simulation is at."""
    if as_json:
        yield lambda words: None
        return
    with _err.status("simulating") as status:
        yield lambda words: status.update(f"simulating: {words}")


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (GovernanceError, DeploymentError, EvmError, NotCompiled, OSError) as error:
        _fail(as_json, error)


def _fail(as_json: bool, error: Exception) -> NoReturn:
    if as_json:
        said: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
        if isinstance(error, DraftInvalid):
            said["problems"] = list(error.problems)
        if isinstance(error, SimulationFailed):
            said["reasons"] = list(error.reasons)
        _print(said)
    else:
        _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
