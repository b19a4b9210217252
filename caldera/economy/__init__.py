"""The ERA economy as data: the profiles that can be chosen at genesis, and what follows from them over time."""

from .profile import MONTH, SUPPLY, Allocation, AllocationClass, Economy, load_economy

__all__ = ["MONTH", "SUPPLY", "Allocation", "AllocationClass", "Economy", "load_economy"]
