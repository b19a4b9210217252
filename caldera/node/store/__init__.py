"""What a node must not forget, in SQLite: what it decided, signed, collected, sent and voted, and how far it read.

A result is decided once. The row is on the disk before the key is asked, and triggers of the database refuse to change
or remove it: whatever crashes, restarts or goes wrong above, there is never a second one to sign.
"""

from __future__ import annotations

from .court import Duties, Duty, Vote
from .requests import Known, Requests
from .results import Decided, Results
from .schema import VERSION
from .signatures import Conflict, Signatures
from .transactions import Sent, Transactions


class Store(Requests, Results, Signatures, Transactions, Duties):
    """Open it in the thread that uses it. Every method is one transaction and on the disk when it returns."""


__all__ = ["VERSION", "Conflict", "Decided", "Duty", "Known", "Sent", "Store", "Vote"]
