"""Whose books are kept: an entity with all its accounts, or addresses that take part in a role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from caldera.evm.address import Address, AddressLike, to_address


@dataclass
class Party:
    """`entity`: number in the registry, 0 for none. `accounts`: its addresses; those that the registry names for the
    entity are added as events are read. `roles`: such as `lender`, for the pool itself."""

    name: str
    entity: int = 0
    accounts: set[Address] = field(default_factory=set)
    roles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, entity: int = 0, accounts: Iterable[AddressLike] = (), roles: Iterable[str] = ()) -> Party:
        """A party, with its addresses in one form."""
        return cls(name, entity, {to_address(account) for account in accounts}, frozenset(roles))

    def is_us(self, value: object) -> bool:
        """Whether an entity's number or an address is this party's."""
        if isinstance(value, int):
            return value != 0 and value == self.entity
        return value in self.accounts
