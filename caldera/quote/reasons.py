"""Why a claim is not financed in a way, in words, by the name of the rule that refuses it."""

from __future__ import annotations

from caldera.model.tranches import most_senior

from .claims import Claim
from .money import amount
from .ways import Factored, Pledge, Tranched, Way


def reason(way: Way, claim: Claim, name: str) -> str:
    """What the rule means here, with its figures."""
    terms, decimals, code = way.terms, claim.currency.decimals, claim.invoice.currency
    loan = terms.loan

    def text(units: int) -> str:
        return f"{amount(units, decimals)} {code}"

    match way, name:
        case Pledge(), "NoLoansIn":
            return f"no pool lends {code}; loan.currencies of the terms names those that do"
        case Pledge(), "MaturityOutOfRange":
            return f"loans run {loan.longest_days} days at most, and it is due in {claim.days}"
        case Pledge(), "BelowMinimumLoan":
            return f"a loan is {text(claim.currency.units_up(loan.minimum_usd))} at least"
        case Pledge(), "ExceedsLimit":
            good = way.advance(claim)
            over = claim.currency.usd_up((way.amount or 0) - good)
            return (
                f"the pledge is good for {text(good)}; the rest counts as {amount(over, 6)} USD against a limit of "
                f"{amount(way.limit, 6)} USD"
            )
        case Factored(), "QuoteOutOfRange":
            return "discount and fee are as high as what is owed"
        case Factored(), "ExceedsQuote":
            return f"the factor pays {text(way.price(claim))} at most"
        case Tranched(), "CoverageTooLow":
            most = most_senior(way.value, terms.tranche.coverage_bps)
            return f"the senior tranche is {text(most)} at most"
        case Tranched(), "NoSeniorUnits":
            return "what is owed is too little for a senior tranche"
    return "the contracts refuse it"
