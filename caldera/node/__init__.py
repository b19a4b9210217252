"""A verification node that one can run: it watches requests, checks documents, signs once, brings results to the chain.

`caldera node run --config FILE`; see docs/node.md. Further checks are installed as entry points of `caldera.checks`.
"""

from caldera.node.errors import (
    ChainAway,
    ChainMismatch,
    CheckInvalid,
    ConfigInvalid,
    DocumentMissing,
    Equivocation,
    KeyRefused,
    NodeError,
    SignatureRefused,
    StoreBusy,
    StoreInvalid,
)
from caldera.node.model import Decision, Request, RequestKind, SignedResult, Verdict

__all__ = [
    "ChainAway",
    "ChainMismatch",
    "CheckInvalid",
    "ConfigInvalid",
    "Decision",
    "DocumentMissing",
    "Equivocation",
    "KeyRefused",
    "NodeError",
    "Request",
    "RequestKind",
    "SignatureRefused",
    "SignedResult",
    "StoreBusy",
    "StoreInvalid",
    "Verdict",
]
