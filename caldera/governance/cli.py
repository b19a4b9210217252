"""`caldera gov` as a command: draft, show, simulate, submit, vote, queue, execute, cancel, delegate, list, watch,
parameters."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from eth_account import Account
from rich.live import Live

from caldera.screen import Screen

from . import data, tables
from .acting import SOURCES, Sent
from .ballots import SignedBallot, Support
from .desk import Look, set_back
from .errors import OptionInvalid
from .options import Call, reads, reads_as, sends

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Propose, vote and carry out.")
_out = Screen(highlight=False, markup=False)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", help="The proposal's number.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A draft: see docs/governing.md.")]
SubjectArgument = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="The number of a proposal, or the file of a draft.")
]


@app.command("parameters")
@reads
def parameters_command(
    call: Call,
    name: Annotated[str | None, typer.Argument(help="Only those whose name begins so.")] = None,
) -> None:
    """Every governed number: what it is now, its bounds, how far and how often it may change."""
    desk = call.desk
    book, found = desk.parameters(name)
    if call.as_json:
        call.print({"parameters": data.parameters_data(found, book)})
        return
    tables.show_parameters(_out, found, book, desk.governance.now, desk.applies())


@app.command("draft")
@reads
def draft_command(
    call: Call,
    file: FileArgument,
) -> None:
    """Checks a draft and shows the calls it stands for. --json prints them for whoever proposes some other way."""
    desk = call.desk
    look = desk.look(file)
    settings = desk.governance.settings()
    if call.as_json:
        said = data.proposal_data(look.proposal, look.calls, look.alarms)
        call.print(said | {"settings": data.settings_data(settings)})
        return
    _show_look(look)
    tables.show_settings(_out, settings)
    _out.print("nothing was sent; next: simulate, then submit")


@app.command("show")
@reads
def show_command(
    call: Call,
    subject: SubjectArgument,
) -> None:
    """Takes any proposal apart: its calls, what they would change as of now, and what to look at twice."""
    desk = call.desk
    look = desk.look(desk.subject(subject))
    standing = None if look.submitted is None else desk.governance.standing(look.submitted)
    if call.as_json:
        said = data.proposal_data(look.proposal, look.calls, look.alarms)
        said["effects"] = data.effects_data(look.effects)
        call.print(said | ({} if standing is None else {"standing": data.standing_data(standing)}))
        return
    if standing is not None:
        tables.show_standing(_out, standing, desk.governance.coder)
    _show_look(look)


@app.command("simulate")
@reads_as
def simulate_command(
    call: Call,
    subject: SubjectArgument,
) -> None:
    """Carries a proposal out on a copy of the chain. Exit code 1 if a call fails, or something does not hold
    afterwards."""
    desk = call.desk
    what = desk.subject(subject)
    look = desk.look(what)
    with call.status() as told:
        made = desk.simulate(what, told)
    if call.as_json:
        call.print(data.simulation_data(made, desk.governance.coder) | {"calls": data.calls_data(look.calls)})
    else:
        _show_look(look)
        tables.show_simulation(_out, made, desk.governance.coder)
    if made.reasons:
        raise typer.Exit(1)


@app.command("submit")
@sends
def submit_command(
    call: Call,
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="Without simulating it, whatever comes of it.")] = False,
) -> None:
    """Simulates a draft and, if all is well, proposes it."""
    desk = call.desk
    with call.status() as told:
        number, sent, _ = desk.submit(file, force, told)
    one = desk.governance.get(number)
    standing = desk.governance.standing(one)
    if call.as_json:
        call.print(data.standing_data(standing) | {"gasUsed": sent.gas_used})
        return
    tables.show_submitted(_out, one, standing)
    tables.show_sent(_out, [sent])


@app.command("vote")
@sends
def vote_command(
    call: Call,
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
) -> None:
    """Casts votes: all one way, in parts, or by a ballot that was signed elsewhere. What is cast stays cast."""
    desk = call.desk
    if signature is not None:
        if number is not None or way or sign:
            raise OptionInvalid("--signature: the file says proposal and ballot; name nothing else")
        signed = SignedBallot.load(signature)
        _voted(call, signed.proposal, desk.actions.vote_signed(signed))
        return
    if number is None:
        raise OptionInvalid("which proposal? `list` shows all")
    given = {Support.FOR: in_favour, Support.AGAINST: against, Support.ABSTAIN: abstain}
    parts = {one: text for one, text in given.items() if text is not None}
    support = None if way is None else Support.of(way)
    ballot = desk.actions.ballot(number, desk.actions.sender, support, parts, reason)
    if sign is None:
        _voted(call, number, desk.actions.vote(number, ballot))
        return
    key = call.key()
    if key is None:
        raise OptionInvalid("--sign needs the voter's key: name its environment variable by --private-key-env")
    made = desk.actions.unsigned(number, desk.actions.sender, ballot).sign(Account.from_key(key))
    made.save(sign)
    if call.as_json:
        call.print({"signed": str(sign), "voter": made.voter, "proposal": number})
        return
    _out.print(f"{made.voter} signed: {ballot.show()} on proposal {number}; anybody can send {sign}", soft_wrap=True)


@app.command("queue")
@sends
def queue_command(
    call: Call,
    number: NumberArgument,
) -> None:
    """Hands a proposal that succeeded to the timelock. Anyone may."""
    _step(call, "queue", number)


@app.command("execute")
@sends
def execute_command(
    call: Call,
    number: NumberArgument,
) -> None:
    """Carries out a queued proposal once the timelock lets it through. Anyone may."""
    _step(call, "execute", number)


@app.command("cancel")
@sends
def cancel_command(
    call: Call,
    number: NumberArgument,
) -> None:
    """Ends a proposal: the guardian may, and its proposer before voting begins."""
    _step(call, "cancel", number)


@app.command("delegate")
@sends
def delegate_command(
    call: Call,
    to: Annotated[str, typer.Argument(help="Who votes: an address, $Name, or `self`.")],
    source: Annotated[list[str] | None, typer.Option("--source", help="era, lock or vault; all if not given.")] = None,
) -> None:
    """Lets an account vote with the sender's ERA, locked ERA and grants. ERA votes only once it is delegated."""
    desk = call.desk
    chosen = tuple(source or SOURCES)
    if unknown := [one for one in chosen if one not in SOURCES]:
        raise OptionInvalid(f"--source {unknown[0]}: one of {', '.join(SOURCES)}")
    account = desk.actions.sender if to == "self" else call.address(to)
    sent = desk.actions.delegate(account, chosen)
    if call.as_json:
        call.print({"to": account, "sent": [one.what for one in sent]})
        return
    tables.show_sent(_out, sent)
    _out.print(f"{account} votes for {desk.actions.sender}" + ("" if sent else "; it did already"), soft_wrap=True)


@app.command("list")
@reads
def list_command(
    call: Call,
) -> None:
    """Every proposal there ever was, the latest first, with what can happen next."""
    desk = call.desk
    standings = desk.standings()
    if call.as_json:
        call.print({"proposals": [data.standing_data(one) for one in standings]})
        return
    tables.show_list(_out, standings, desk.governance.coder)


@app.command("watch")
@reads
def watch_command(
    call: Call,
    number: NumberArgument,
    once: Annotated[bool, typer.Option("--once", help="Look once.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between two looks.")] = 2.0,
) -> None:
    """Follows a proposal until it is over: votes, quorum, time left. Ctrl-C stops watching. --json prints a line a
    look."""
    if not 0.1 <= every <= 86_400:
        raise OptionInvalid(f"--every {every}: a tenth of a second to a day")
    desk = call.desk
    one, coder = desk.governance.get(number), desk.governance.coder
    standing = desk.governance.standing(one)
    if once or call.as_json:
        while True:
            call.print(data.standing_data(standing), None) if call.as_json else tables.show_standing(
                _out, standing, coder
            )
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


def _step(call: Call, step: str, number: int) -> None:
    desk = call.desk
    look = desk.look(number)
    sent: Sent = getattr(desk.actions, step)(number)
    standing = desk.governance.standing(desk.governance.get(number))
    undone = [one.name for one in set_back(look.effects)] if step != "cancel" else []
    if call.as_json:
        call.print(data.standing_data(standing) | {"gasUsed": sent.gas_used, "setsBack": undone})
        return
    tables.show_sent(_out, [sent])
    for name in undone:
        _out.print(f"note: {name} was changed after this was proposed; this sets it back", style="yellow")
    tables.show_standing(_out, standing, desk.governance.coder)


def _voted(call: Call, number: int, sent: Sent) -> None:
    desk = call.desk
    standing = desk.governance.standing(desk.governance.get(number))
    if call.as_json:
        call.print(data.standing_data(standing) | {"gasUsed": sent.gas_used})
        return
    tables.show_sent(_out, [sent])
    tables.show_standing(_out, standing, desk.governance.coder)


def _show_look(look: Look) -> None:
    tables.show_text(_out, look.proposal.text)
    tables.show_calls(_out, look.calls)
    tables.show_effects(_out, look.effects)
    tables.show_alarms(_out, look.alarms)
