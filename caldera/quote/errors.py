"""Everything that can go wrong with a quote, in one tree. Each message says what to do next."""

from __future__ import annotations


class QuoteError(Exception):
    """The root of all errors of this package."""


class InputInvalid(QuoteError):
    """A file of facts or terms cannot be used. `problems`: one line each, with the place in the file."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {line}" for line in problems))


class FactsInvalid(InputInvalid):
    """The facts are missing, unreadable, unknown, or such as no attestor can state."""


class TermsInvalid(InputInvalid):
    """The terms are unreadable, unknown or out of range."""


class NothingToQuote(QuoteError):
    """None of the documents is a claim that could be financed. `reasons`: one line a document."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("no document can be financed\n" + "\n".join(f"  {line}" for line in reasons))


class AmountOfSeveral(QuoteError):
    """An amount was named for several invoices."""


class AmountOutOfRange(QuoteError):
    """The amount is not between the smallest unit and what is owed."""


class DateInvalid(QuoteError):
    """A date that does not exist, or is not written as 2026-05-12."""


class PlotNotPossible(QuoteError):
    """No way of financing gives any money, so there is nothing to plot."""
