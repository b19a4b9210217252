"""What-if: what money for an invoice costs by pledge, factoring or tranche, and on which limit, without any chain.

Everything is computed by the reference models that the property suite holds the contracts to.
"""

from .claims import Claim, Kept, read_claims
from .compare import verdicts
from .errors import (
    AmountOfSeveral,
    AmountOutOfRange,
    DateInvalid,
    FactsInvalid,
    InputInvalid,
    NothingToQuote,
    PlotNotPossible,
    QuoteError,
    TermsInvalid,
)
from .inputs import FactsFile, Standing, Terms, load_facts, load_terms
from .plot import plot
from .quote import Bundle, Part, Quote, quote
from .ways import Factored, Outcome, Pledge, Tranched, Way

__all__ = [
    "AmountOfSeveral",
    "AmountOutOfRange",
    "Bundle",
    "Claim",
    "DateInvalid",
    "Factored",
    "FactsFile",
    "FactsInvalid",
    "InputInvalid",
    "Kept",
    "NothingToQuote",
    "Outcome",
    "Part",
    "Pledge",
    "PlotNotPossible",
    "Quote",
    "QuoteError",
    "Standing",
    "Terms",
    "TermsInvalid",
    "Tranched",
    "Way",
    "load_facts",
    "load_terms",
    "plot",
    "quote",
    "read_claims",
    "verdicts",
]
