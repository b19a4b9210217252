"""The suite's rules in exact integers and fractions: what the contracts must do, written a second time."""

from caldera.model.ledger import Asset, LedgerModel, Party, Refused
from caldera.model.receivables import Claim, ReceivablesModel

__all__ = ["Asset", "Claim", "LedgerModel", "Party", "ReceivablesModel", "Refused"]
