"""The journey as tables for a terminal of 100 columns. What documents say is printed as it is, never as markup."""

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caldera.demo.amounts import money
from caldera.demo.journey import Journey
from caldera.demo.scenes import Scene, Sheet
from caldera.demo.story import Book, Part, Story

DONE = ("settled", "credited", "credited in full", "anchored")
STYLES = {**dict.fromkeys(DONE, "green"), "not settled": "bold red"}


def show(console: Console, journey: Journey, scenes: Sequence[Scene], names: Mapping[Path, str]) -> None:
    """Prints everything that happened. `names`: what to call the files."""
    for table in (
        _lines(journey.stories),
        _pledges(journey.stories),
        _holders(journey.stories),
        _payments(journey.stories),
        _books(journey.trade.books.values()),
        _gas(journey.trade.gas),
        *(table for scene in scenes for table in (_scene(scene), *map(_sheet, scene.sheets))),
        _documents(journey.stories, names),
    ):
        if table.row_count:
            console.print(table)
            console.print()


def _table(title: str, left: Sequence[str], right: Sequence[str] = ()) -> Table:
    """Columns of text, then columns of figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for name in left:
        table.add_column(name, overflow="fold")
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(printable(cell)) for cell in cells))


def _lines(stories: list[Story]) -> Table:
    title = "Order lines as certificates of their own under one root"
    table = _table(title, ["certificate", "line"], ["net of VAT", "VAT and shares*", "registered"])
    table.caption = "* VAT, and the line's share of what the document adds and takes off"
    table.caption_justify = "left"
    for story in stories:
        if len(story.parts) > 1:
            for part in story.parts:
                figures = money(part.net), money(part.registered - part.net), money(part.registered)
                _row(table, short(part.id), part.name, *figures)
            net = sum(part.net for part in story.parts)
            figures = money(net), money(story.payable - net), money(story.payable)
            _row(table, short(story.certificate), f"{_title(story)} payable", *figures)
            table.add_section()
    return table


def _pledges(stories: list[Story]) -> Table:
    title = "Pledged to a bank: what is pledged stays, the rest moves"
    table = _table(title, ["certificate"], ["pledged", "wanted to sell", "free", "refused", "sold then", "released on"])
    for _, part in _parts(stories):
        pledge = part.pledge
        if pledge:
            error = pledge.refused.partition(":")[0]
            asked = money(pledge.units), money(pledge.asked), money(pledge.free), error
            _row(table, short(part.id), *asked, money(pledge.moved), str(pledge.released_on or ""))
    return table


def _holders(stories: list[Story]) -> Table:
    table = _table("Splits: who held what when it was paid, and was paid what", ["certificate", "of", "holder"])
    for name in ("held", "was paid"):
        table.add_column(name, justify="right", no_wrap=True)
    for story, part in _parts(stories):
        of = f"{_title(story)}, {part.name.partition(':')[0]}".rstrip(", ")
        for number, (holder, units) in enumerate(part.split.items()):
            first = (short(part.id), of) if number == 0 else ("", "")
            _row(table, *first, holder, money(units), money(part.paid.get(holder, 0)))
    return table


def _payments(stories: list[Story]) -> Table:
    title = "Payments: never more is taken than is owed"
    table = _table(title, ["invoice", "day"], ["brought", "taken", "returned"])
    table.add_column("state")
    for story in stories:
        for day, paid in groupby(story.payments, lambda one: one.day):
            day_ = list(paid)
            sums = [sum(one.brought for one in day_), sum(one.taken for one in day_), sum(one.returned for one in day_)]
            _row(
                table,
                _title(story),
                str(day),
                *map(money, sums),
                " → ".join(dict.fromkeys((day_[0].before, day_[-1].after))),
            )
    return table


def _books(books: Iterable[Book]) -> Table:
    columns = ["brought", "returned", "taken", "paid out", "left in the contract"]
    table = _table("Books: all that is taken is paid out", ["currency"], columns)
    for book in books:
        sums = (book.brought, book.returned, book.taken, book.paid_out, book.left)
        _row(table, book.currency, *map(money, sums))
    return table


def _gas(gas: Mapping[str, list[int]]) -> Table:
    table = _table("Gas of each step (whole transactions)", ["step"], ["times", "least", "most"])
    for step, used in gas.items():
        _row(table, step, str(len(used)), f"{min(used):,}", f"{max(used):,}")
    return table


def _scene(scene: Scene) -> Table:
    table = _table(scene.title, ["day", "who", "does", "what comes of it"], ["gas"])
    table.columns[0].no_wrap = True
    table.columns[1].max_width = 15
    table.columns[2].ratio = table.columns[3].ratio = 1
    table.expand = True
    for step in scene.steps:
        came = Text(printable(step.refused or step.result), "yellow" if step.refused else "")
        gas = f"{step.gas:,}" if step.gas else ""
        table.add_row(step.day, printable(step.who), Text(printable(step.what)), came, gas)
    return table


def _sheet(sheet: Sheet) -> Table:
    table = _table(printable(sheet.title), sheet.text, sheet.figures)
    table.caption, table.caption_justify = sheet.note or None, "left"
    for row in sheet.rows:
        if row:
            _row(table, *row)
        else:
            table.add_section()
    return table


def _documents(stories: list[Story], names: Mapping[Path, str]) -> Table:
    table = _table("Documents: what became of each", ["document", "says", "outcome"])
    table.columns[0].max_width = 36
    table.columns[1].ratio = 1
    table.columns[2].no_wrap = True
    table.expand = True
    for story in stories:
        name = Text(printable(names.get(story.path, str(story.path))))
        table.add_row(name, Text(printable(_says(story))), Text(story.outcome, STYLES.get(story.outcome, "yellow")))
    return table


def _says(story: Story) -> str:
    invoice = story.invoice
    if invoice is None:
        return story.reason
    said = [f"{invoice.number}: {invoice.seller.name or '?'} → {invoice.buyer.name or '?'}"]
    if story.certificate:
        less = f" ({money(story.payable)} less {money(story.credited)} credited)" if story.credited else ""
        said.append(f"{money(story.face)} {invoice.currency}{less} due {story.due}")
        lines = f"{len(story.parts)} lines under {short(story.certificate)}" if len(story.parts) > 1 else ""
        said.append(lines or f"one certificate, {short(story.certificate)}: {story.single}")
    return "\n".join([*said, story.reason] if story.reason else said)


def _parts(stories: list[Story]) -> list[tuple[Story, Part]]:
    return [(story, part) for story in stories for part in story.parts]


def _title(story: Story) -> str:
    return f"{story.invoice.number}, {story.invoice.currency}" if story.invoice else ""


def short(certificate: int | None) -> str:
    """The first digits of an id, and its line."""
    if certificate is None:
        return ""
    line = certificate & 0xFFFF
    return f"{certificate:064x}"[:8] + "…" + (f"+{line}" if line else "")


def printable(text: str) -> str:
    """Without control characters, and without file names that no terminal can show."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in os.fsencode(text).decode(errors="replace"))
