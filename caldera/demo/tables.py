"""The journey as tables for a terminal of 100 columns."""

from rich.console import Console
from rich.table import Table

from caldera.demo.journey import DECIMALS, Journey
from caldera.demo.story import Story


def show(console: Console, journey: Journey) -> None:
    """Prints everything that happened."""
    for table in (
        _documents(journey.stories),
        _reasons(journey.stories),
        _holders(journey.stories),
        _payments(journey.stories),
        _attempts(journey.stories),
        _gas(journey.gas),
    ):
        if table.row_count:
            console.print(table)


def _documents(stories: list[Story]) -> Table:
    table = Table(title="Documents")
    table.add_column("document", overflow="fold", ratio=3)
    table.add_column("creditor → debtor", ratio=4)
    for name in ("due", "face", "certificate", "outcome"):
        table.add_column(name, no_wrap=True)
    for story in stories:
        invoice = story.invoice
        parties = f"{invoice.seller.name or ''} →\n{invoice.buyer.name or ''}" if invoice else ""
        face = f"{money(story.face)} {invoice.currency}" if invoice and story.certificate else ""
        if story.credited:
            face += f"\n{money(story.credited)} credited"
        many = f"\n{len(story.parts)} lines" if len(story.parts) > 1 else ""
        table.add_row(
            story.path.name + (f"\n{invoice.number}" if invoice else ""),
            parties,
            str(story.due or ""),
            face,
            short(story.certificate) + many if story.certificate else "",
            story.outcome,
        )
    return table


def _reasons(stories: list[Story]) -> Table:
    table = Table(title="Why, where a document has no certificate of its own")
    table.add_column("document", overflow="fold", ratio=1)
    table.add_column("outcome", no_wrap=True)
    table.add_column("reason", ratio=2)
    for story in stories:
        if story.reason:
            table.add_row(story.path.name, story.outcome, story.reason)
    return table


def _holders(stories: list[Story]) -> Table:
    table = Table("certificate", "holder", title="Splits, and who was paid what")
    for name in ("held", "of it pledged", "was paid"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for story in stories:
        for part in story.parts:
            for number, (holder, units) in enumerate(part.split.items()):
                assert story.invoice is not None
                table.add_row(
                    f"{short(part.id)} {part.name}".strip() if number == 0 else "",
                    holder,
                    money(units),
                    money(part.pledged) if number == 0 and part.pledged else "",
                    money(part.paid.get(holder, 0)),
                    story.invoice.currency,
                )
    return table


def _payments(stories: list[Story]) -> Table:
    table = Table("certificate", "day", title="Payments: never more is taken than is owed")
    for name in ("brought", "taken"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("then")
    for story in stories:
        for one in story.payments:
            table.add_row(short(one.certificate), str(one.day), money(one.offered), money(one.taken), one.state)
    return table


def _attempts(stories: list[Story]) -> Table:
    table = Table("certificate", "tried", "refused", title="Refused, with the reason")
    for story in stories:
        for one in story.attempts:
            table.add_row(short(one.certificate), one.what, one.refused)
    return table


def _gas(gas: dict[str, list[int]]) -> Table:
    table = Table("step", title="Gas of each step (whole transactions)")
    for name in ("times", "least", "most"):
        table.add_column(name, justify="right")
    for step, used in gas.items():
        table.add_row(step, str(len(used)), f"{min(used):,}", f"{max(used):,}")
    return table


def short(certificate: int) -> str:
    """The first digits of an id, and its line."""
    line = certificate & 0xFFFF
    return f"{certificate:064x}"[:8] + "…" + (f"+{line}" if line else "")


def money(units: int) -> str:
    """Smallest units as an amount, with two decimals or as many as it has."""
    whole, rest = divmod(units, 10**DECIMALS)
    text = f"{rest:0{DECIMALS}d}".rstrip("0")
    return f"{whole:,}.{text.ljust(2, '0')}"
