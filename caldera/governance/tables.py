"""Proposals for people, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from caldera.evm.events import Event, Log

from .acting import Sent
from .alarms import Alarm
from .book import Book, Spot, State
from .calls import Coder, Decoded
from .compose import bare
from .data import event_fields
from .effects import Effect
from .printable import printable
from .proposals import Settings, Standing, Submitted
from .simulate import Simulation
from .times import moment, until
from .values import Unit, show

_COLOURS = {"succeeded": "green", "executed": "green", "queued": "cyan", "active": "yellow", "pending": "blue"}


def show_calls(out: Console, calls: Sequence[Decoded]) -> None:
    """Contract, function and named arguments of each call, and of those it carries out."""
    table = Table(Column("#", justify="right"), "call", "arguments", title=f"{len(calls)} call(s)", show_lines=True)
    for place, call in enumerate(calls, 1):
        for depth, one in _nested(call):
            arguments = "\n".join(f"{name}: {value}" for name, value in _arguments(one))
            mark = "  " * depth + ("↳ " if depth else "")
            table.add_row("" if depth else str(place), Text(mark + one.title), Text(arguments))
    out.print(table)


def _nested(call: Decoded, depth: int = 0) -> list[tuple[int, Decoded]]:
    return [(depth, call), *(pair for inner in call.inner for pair in _nested(inner, depth + 1))]


def _arguments(one: Decoded) -> list[tuple[str, str]]:
    found = [(argument.name, argument.shown) for argument in one.arguments]
    if one.function is None and one.call.data:
        found = [("data", "0x" + one.call.data.hex())]
    if one.call.value:
        found.append(("value", f"{show(one.call.value, Unit.WAD)} of the chain's own currency"))
    return found


def show_effects(out: Console, effects: Sequence[Effect], when: str = "now") -> None:
    """What parameters are and would be."""
    if not effects:
        return
    table = Table("parameter", when, "then", title="Parameters")
    for one in effects:
        note = "  (changed after this was proposed: this would set it back)" if one.set_back else ""
        table.add_row(one.name, one.before, Text(one.after + note, style="red" if one.set_back else "bold"))
    out.print(table)


def show_alarms(out: Console, alarms: Sequence[Alarm]) -> None:
    """Dangers in red, what is worth knowing in yellow."""
    for one in alarms:
        mark = "DANGER" if one.danger else "note"
        style = "bold red" if one.danger else "yellow"
        out.print(Text(f"{mark}: call {one.call}: {one.words}", style=style), soft_wrap=True)


def show_text(out: Console, text: str) -> None:
    """A description. What it says is its author's; links and markup do nothing here."""
    out.print(Panel(Markdown(printable(bare(text)), hyperlinks=False), title="What its author says"))


def show_standing(out: Console, one: Standing, coder: Coder) -> None:
    """Where a proposal stands, with bars of votes and time."""
    out.print(standing_view(one, coder))


def standing_view(one: Standing, coder: Coder) -> RenderableType:
    """The same as something that can be drawn again and again."""
    submitted = one.submitted
    head = Table.grid(padding=(0, 2))
    style = _COLOURS.get(str(one.state), "red")
    head.add_row("proposal", Text(f"{submitted.id}: {submitted.title}", style="bold"))
    head.add_row("state", Text(str(one.state), style=style))
    head.add_row("proposed by", coder.who(submitted.proposer))
    for name, second in dates(one).items():
        head.add_row(name, f"{moment(second)}  {until(second, one.now)}")
    return Group(head, _bars(one))


def dates(one: Standing) -> dict[str, int]:
    """When what happens, as far as it is still to come or says something."""
    found = {"snapshot of votes": one.submitted.snapshot, "voting ends": one.deadline}
    if one.eta:
        found["executable from"] = one.eta
    elif not one.state.over:
        found |= {"queueable from": one.queueable, "executable from, earliest": one.executable}
    return found


def _bars(one: Standing) -> Table:
    bars = Table.grid(padding=(0, 2))
    total = max(one.against + one.in_favour + one.abstained, one.quorum or 0, 1)
    for name, votes, style in (
        ("for", one.in_favour, "green"),
        ("against", one.against, "red"),
        ("abstain", one.abstained, "grey50"),
    ):
        bars.add_row(name, _bar(votes, total, style), show(votes, Unit.ERA))
    if one.quorum:
        percent = f"{100 * one.counted / one.quorum:.1f}%"
        needed = f"{show(one.counted, Unit.ERA)} of {show(one.quorum, Unit.ERA)}, {percent}"
        bars.add_row("quorum", _bar(min(one.counted, one.quorum), one.quorum, "cyan"), needed)
    begin = one.submitted.snapshot
    if begin < one.now and not one.state.over:
        passed, whole = min(one.now, one.deadline) - begin, max(one.deadline - begin, 1)
        bars.add_row("time", _bar(passed, whole, "blue"), until(one.deadline, one.now) if passed < whole else "over")
    return bars


def _bar(done: int, whole: int, style: str) -> ProgressBar:
    # A thousandth is more than a bar can show: shares of votes are no floats of their 10^18.
    return ProgressBar(1000, 1000 * done // whole, width=40, complete_style=style, finished_style=style)


def show_list(out: Console, standings: Sequence[Standing], coder: Coder) -> None:
    """Every proposal with its state."""
    table = Table(Column("#", justify="right"), "title", "state", "proposed by", "for", "against", "quorum", "next")
    for column in table.columns[4:7]:
        column.justify = "right"
    for one in standings:
        share = f"{100 * one.counted / one.quorum:.0f}%" if one.quorum else "–"
        state = Text(str(one.state), style=_COLOURS.get(str(one.state), "red"))
        who = coder.who(one.submitted.proposer)
        votes = [_short(one.in_favour), _short(one.against)]
        table.add_row(str(one.submitted.id), Text(one.submitted.title), state, who, *votes, share, what_next(one))
    out.print(table)


def what_next(one: Standing) -> str:
    """What can happen next, and when."""
    match str(one.state):
        case "pending":
            return f"voting begins {until(one.submitted.snapshot + 1, one.now)}"
        case "active":
            return f"voting ends {until(one.deadline, one.now)}"
        case "succeeded":
            return "queue it"
        case "queued":
            return "execute it" if one.now >= one.eta else f"executable {until(one.eta, one.now)}"
    return ""


def _short(wei: int) -> str:
    return f"{wei // 10**18:,}"


def show_parameters(
    out: Console, found: Sequence[tuple[Spot, State]], book: Book, now: int, applies: dict[str, str]
) -> None:
    """Every parameter with bounds, step, and when it may change. A table for each setter and key: names stay whole."""
    groups: dict[str, Table] = {}
    for spot, state in found:
        word, (group, _, last) = state.word, spot.name.rpartition(".")
        if "." not in group:  # a setter of one number
            group, last = spot.name, ""
        table = groups.get(group)
        if table is None:
            columns = ("now", "bounds", "step", "changes at most", "may change")
            table = groups[group] = Table(Column("", no_wrap=True), *columns)
        step = word.show(word.step) if word.stepped and not word.kept else ""
        every = "never" if word.kept else f"once in {show(word.interval, Unit.SECONDS)}"
        when = "never" if word.kept else until(state.changeable_from, now)
        table.add_row(last, word.show(state.present), book.bounds(word), step, every, when)
    for group, table in groups.items():
        out.print(group, style="bold", soft_wrap=True)
        out.print(table)
    for family in dict.fromkeys(spot.family.number for spot, _ in found):
        one = book.family(family)
        said = applies.get(f"{one.contract}.{one.setter.name}")
        if said and len(found) <= 20:
            out.print(f"a change of {one.contract}.{one.label} holds for {said}", soft_wrap=True)


def show_simulation(out: Console, made: Simulation, coder: Coder) -> None:
    """All that came of it, the verdict last."""
    if made.error is None:
        out.print(
            f"executed on a copy of the chain at {moment(made.executed_at)}, {made.gas_used:,} gas", soft_wrap=True
        )
        changed = [one for one in made.parameters if one.changed]
        table = Table(
            "parameter", "before", "after", title=f"{len(changed)} of {len(made.parameters)} parameters change"
        )
        for one in changed:
            table.add_row(one.name, one.before or "not there", Text(one.after, style="bold"))
        out.print(table)
        _show_powers(out, made)
        _show_events(out, made.events, coder)
        _show_moved(out, made)
        _show_checks(out, made)
        for finding in made.consequences:
            out.print(Text(f"consequence for `caldera deploy verify`: {finding}", style="yellow"), soft_wrap=True)
    for reason in made.reasons:
        out.print(Text(reason, style="bold red"), soft_wrap=True)
    if not made.reasons:
        out.print(Text("it can be executed, and all that must hold holds afterwards", style="green"))


def _show_powers(out: Console, made: Simulation) -> None:
    if not made.powers:
        out.print("nobody's power changes")
        return
    table = Table("power", "before", "after", title="Powers that change")
    for one in made.powers:
        table.add_row(Text(one.what), Text(one.before), Text(one.after, style="bold red"))
    out.print(table)


def _show_events(out: Console, events: Sequence[Event | Log], coder: Coder) -> None:
    table = Table("event of", "event", "values", title=f"{len(events)} event(s)", show_lines=True)
    for one in events:
        name, fields = event_fields(one, coder)
        table.add_row(coder.who(one.emitter), Text(name), Text("\n".join(f"{key}: {value}" for key, value in fields)))
    out.print(table)


def _show_moved(out: Console, made: Simulation) -> None:
    if not made.moved:
        out.print("no contract of the suite has more or less money")
        return
    table = Table("contract", "token", Column("before", justify="right"), Column("after", justify="right"))
    for one in made.moved:
        unit = Unit.ERA if one.token == "ERA" else Unit.COUNT
        table.add_row(one.holder, one.token, show(one.before, unit), show(one.after, unit))
    out.print(table)


def _show_checks(out: Console, made: Simulation) -> None:
    table = Table("", "must hold", "figures", title="After it")
    for one in made.checks:
        mark = Text("yes", style="green") if one.holds else Text("NO", style="bold red")
        table.add_row(mark, Text(one.sentence), Text(one.figures))
    out.print(table)


def show_settings(out: Console, one: Settings) -> None:
    """How long things take, and what is needed."""
    words = (
        f"voting begins after {show(one.voting_delay, Unit.SECONDS)} and lasts {show(one.voting_period, Unit.SECONDS)}",
        f"the timelock waits {show(one.delay, Unit.SECONDS)}",
        f"{show(one.threshold, Unit.ERA)} of votes to propose, {show(one.quorum_bps, Unit.BPS)} of all votes as quorum",
    )
    out.print("; ".join(words), soft_wrap=True)


def show_sent(out: Console, sent: Sequence[Sent]) -> None:
    """What was sent."""
    for one in sent:
        out.print(f"{one.what}, {one.gas_used:,} gas")


def show_submitted(out: Console, one: Submitted, standing: Standing) -> None:
    """A proposal that was just submitted, with its dates."""
    out.print(f"proposal {one.id}: {one.title}")
    for name, second in dates(standing).items():
        out.print(f"  {name}: {moment(second)}")
