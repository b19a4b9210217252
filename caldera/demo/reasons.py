"""Refusals in words, with the values that they carry."""

from datetime import UTC, date, datetime

from caldera.airdrop import era
from caldera.contracts import errors
from caldera.demo.amounts import money
from caldera.deployment.names import FIELDS
from caldera.documents import DocumentError
from caldera.evm.errors import CustomError

STATES = (
    "none",
    "registered",
    "acknowledged",
    "overdue",
    "disputed",
    "in default",
    "written off",
    "settled",
    "cancelled",
)
"""`IReceivableModule.State`, in order."""
RESTRICTIONS = (
    "None",
    "UnknownAsset",
    "NotCirculating",
    "SenderNotActive",
    "ReceiverNotActive",
    "ReceiverOutsideScope",
    "InsufficientBalance",
    "FrozenUnits",
    "PledgedUnits",
    "SenderBelowMinimum",
    "ReceiverBelowMinimum",
)
"""`IAssetCertificate.Restriction`, in order."""


PROPOSALS = ("pending", "active", "cancelled", "defeated", "succeeded", "queued", "expired", "executed")
"""`IGovernor.ProposalState`, in order."""


def explained(refusal: Exception) -> str:
    """Which error it is, and what it says."""
    return f"{type(refusal).__name__}: {_said(refusal)}"


def _said(refusal: Exception) -> str:
    match refusal:
        case DocumentError():
            return f"{refusal.field + ': ' if refusal.field else ''}{refusal.what} {refusal.todo}"
        case errors.AssetExists():
            return "a document of the same seller, buyer, number and issue date is there already"
        case errors.HeldByOthers():
            return "others hold units by now, or held or hold a lien on some; the debtor may dispute"
        case errors.WrongState():
            return f"the invoice is {STATES[refusal.state]} by now"
        case errors.PledgedUnits():
            return f"only {money(refusal.free)} of {money(refusal.needed)} are not pledged"
        case errors.ExceedsOwed():
            return f"{money(refusal.amount)} is more than the {money(refusal.owed)} owed on one certificate"
        case errors.SelfReceivable():
            return "seller and buyer are the same"
        case errors.PledgeLimit():
            more = f"{money(refusal.wanted)} more than the {money(refusal.pledged)} pledged"
            return f"{more} would pass the {money(refusal.limit)} that insurance and valuation allow"
        case errors.NotInsured():
            return f"the insurance ended on {_day(refusal.validUntil)}"
        case errors.LeaseRunning():
            return f"a lease runs until {_day(refusal.end)}"
        case errors.MissingField():
            return f"the rules demand {FIELDS[refusal.field].lower().replace('_', ' ')}"
        case errors.PrepaidTooLow():
            return f"{era(refusal.prepaid)} ERA prepaid, {era(refusal.due)} due"
        case errors.EpochStillOpen():
            return f"it can be counted from {_day(refusal.from_)} on"
        case errors.NotInAirdrop():
            return "the list has no such claim"
        case errors.NumberUsed():
            return f"request {refusal.number} of this account was carried out already"
        case errors.VoucherUsed():
            return f"voucher {refusal.number} of series {refusal.series} was claimed already"
        case errors.NotAgreed():
            return "the signature is for another use"
        case errors.OutsideScope():
            return "the receiver lacks the region or the qualification"
        case errors.ConsumerResale():
            return "a customer may give the item or return it, not sell it through others"
        case errors.GiftsUsedUp():
            return f"it was given on {refusal.most} time{'s' * (refusal.most != 1)} already; it may go back to a dealer"
        case errors.NotActive():
            return f"{refusal.account} is no participant any more"
        case errors.DueDateOutOfRange():
            day, first, last = map(_day, (refusal.dueDate, refusal.earliest, refusal.latest))
            return f"due on {day}, which is not from {first} to {last}"
        case errors.BelowMinimumUnit():
            return f"{money(refusal.left)} is less than the minimum unit of {money(refusal.minimum)}"
        case errors.AccessManagedUnauthorized():
            return "the role for it is the parameter book's alone, for good"
        case errors.GovernorUnexpectedProposalState():
            return f"the proposal is {PROPOSALS[refusal.current]}"
        case errors.TimelockUnexpectedOperationState():
            return "its delay is not over"
        case errors.ParameterTooSoon():
            name = refusal.name.rstrip(b"\0").decode()
            return f"{name} has just changed; it may again from {_day(refusal.changeableFrom)} on"
        case CustomError():
            values = zip(refusal.abi_names, refusal.args, strict=True)
            return ", ".join(f"{name} {value}" for name, value in values) or "refused"
        case _:
            return str(refusal)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
