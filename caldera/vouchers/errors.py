"""Everything that can go wrong with vouchers, in one tree. Each message says what to do next."""

from __future__ import annotations


class VoucherError(Exception):
    """The root of all errors of this package."""


# -- the chart --------------------------------------------------------------------------------------------------------
class ChartError(VoucherError):
    """The chart cannot be used as it is written."""


class ChartNotReadable(ChartError):
    """The file is missing, or is not the YAML it should be."""


class ChartInvalid(ChartError):
    """Fields are missing, unknown or wrong. `problems`: one line each, with the line of the file."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{source}: {len(problems)} problem(s)\n" + "\n".join(f"  {line}" for line in problems))


# -- vouchers ---------------------------------------------------------------------------------------------------------
class Unbalanced(VoucherError):
    """Debits and credits of a voucher differ. `debits`, `credits`: their sums in smallest units."""

    def __init__(self, voucher: str, debits: int, credits: int) -> None:
        self.debits, self.credits = debits, credits
        super().__init__(f"{voucher}: debits {debits} and credits {credits} differ")


class NoLines(VoucherError):
    """A voucher moves nothing."""


class UnknownCurrencyNumber(VoucherError):
    """An event is in a currency that is not in the value standard as far as the blocks were read."""


# -- reading ----------------------------------------------------------------------------------------------------------
class SourceError(VoucherError):
    """The chain could not be read."""


class NodeFailed(SourceError):
    """The node did not answer, or refused. The message holds its words."""


class ChainMoved(SourceError):
    """The chain was reorganised while it was read. Import again."""


class OtherChain(SourceError):
    """The node is on another chain than the deployment."""


class BlocksOutOfRange(SourceError):
    """The blocks asked for do not exist, or lie in the wrong order."""


class UnknownParty(SourceError):
    """Nobody in the registry is meant by the entity or the account."""


# -- the journal ------------------------------------------------------------------------------------------------------
class JournalError(VoucherError):
    """The journal cannot be used."""


class NotAJournal(JournalError):
    """The file is something else, or of another version."""


class OtherChart(JournalError):
    """The journal was made with another chart, deployment or party: entries already made would be made differently."""


# -- documents of ISO 20022 -------------------------------------------------------------------------------------------
class DocumentNotPossible(VoucherError):
    """What is asked for cannot be said in a document of ISO 20022."""


class NothingToReport(DocumentNotPossible):
    """A document would be empty, which the schemas forbid."""


class NotAnIsoCurrency(DocumentNotPossible):
    """The code of the currency is not in ISO 4217, or has no minor unit."""


class FractionOfMinorUnit(DocumentNotPossible):
    """An amount is not a whole number of the currency's minor unit, and was not to be carried."""


class AmountTooLong(DocumentNotPossible):
    """An amount has more digits than the schemas allow."""


class SchemaViolated(DocumentNotPossible):
    """A document would break its schema. `problems`: one line each, starting with the element's path."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("the document would break its schema\n" + "\n".join(f"  {line}" for line in problems))
