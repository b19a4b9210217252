"""Genesis: the whole supply goes out once, by the classes' exact parts, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import EraToken, Genesis, SuiteAccess, ValueFund, structs
from caldera.evm import Account, Revm
from tests.support.suite import reverts

ERA = 10**18
SUPPLY = 1_000_000_000 * ERA
PARTS = {0: 370_000_000 * ERA, 1: 320_750_000 * ERA, 2: 147_500_000 * ERA, 3: 161_750_000 * ERA}


@dataclass(frozen=True)
class Beginning:
    chain: Revm
    admin: Account
    genesis: Genesis
    token: EraToken
    holders: tuple[ValueFund, ...]

    def shares(self) -> list[structs.GenesisShare]:
        """Two allocations for the community, one for each other class."""
        amounts = [(0, 80_000_000 * ERA), (0, 290_000_000 * ERA), (1, PARTS[1]), (2, PARTS[2]), (3, PARTS[3])]
        return [
            structs.GenesisShare(f"share {n}".encode().ljust(32, b"\0"), kind, self.holders[n].address, amount)
            for n, (kind, amount) in enumerate(amounts)
        ]

    def distribute(self, shares: list[structs.GenesisShare] | None = None, **options: Any) -> Any:
        given = self.shares() if shares is None else shares
        calls = options.pop("calls", [b""] * len(given))
        return self.genesis.distribute(self.token, given, calls, sender=options.pop("sender", self.admin))


def _call(signature: str, *values: Any) -> bytes:
    kinds = signature[signature.index("(") + 1 : -1].split(",")
    return keccak(text=signature)[:4] + encode(kinds, values)


@pytest.fixture
def beginning() -> Beginning:
    chain = Revm()
    admin = chain.account("admin")
    access = SuiteAccess.deploy(chain, admin, sender=admin)
    genesis = Genesis.deploy(chain, access, sender=admin)
    token = EraToken.deploy(chain, genesis, sender=admin)
    holders = tuple(ValueFund.deploy(chain, access, 30 * 86_400, [], sender=admin) for _ in range(5))
    return Beginning(chain, admin, genesis, token, holders)


def test_everything_goes_out_in_one_transaction(beginning: Beginning) -> None:
    shares = beginning.shares()
    receipt = beginning.distribute()
    assert [beginning.token.balanceOf(one.holder) for one in shares] == [one.amount for one in shares]
    assert beginning.token.balanceOf(beginning.genesis) == 0
    assert sum(one.amount for one in shares) == SUPPLY
    assert beginning.genesis.allocations() == tuple(shares)
    told = [event for event in receipt.events if type(event).__name__ == "GenesisAllocated"]
    assert [(event.name, event.holder, event.amount) for event in told] == [
        (one.name, one.holder, one.amount) for one in shares
    ]


def test_the_classes_are_due_what_the_allocation_says(beginning: Beginning) -> None:
    assert {kind: beginning.genesis.due(kind, SUPPLY) for kind in PARTS} == PARTS
    assert sum(PARTS.values()) == SUPPLY


def test_only_once(beginning: Beginning) -> None:
    beginning.distribute()
    with reverts("AlreadyDistributed"):
        beginning.distribute()


def test_only_the_admin(beginning: Beginning) -> None:
    with reverts("AccessManagedUnauthorized"):
        beginning.distribute(sender=beginning.chain.account("stranger"))
    beginning.distribute()


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
@pytest.mark.parametrize("by", [1, -1])
def test_a_class_gets_neither_a_wei_more_nor_less(beginning: Beginning, kind: int, by: int) -> None:
    shares = beginning.shares()
    at = next(n for n, one in enumerate(shares) if one.kind == kind)
    shares[at] = shares[at]._replace(amount=shares[at].amount + by)
    with reverts("ClassShareDiffers", kind=kind, given=PARTS[kind] + by, due=PARTS[kind]):
        beginning.distribute(shares)
    beginning.distribute()


def test_money_cannot_wander_between_the_classes(beginning: Beginning) -> None:
    shares = beginning.shares()
    shares[2], shares[3] = shares[2]._replace(amount=PARTS[2]), shares[3]._replace(amount=PARTS[1])
    with reverts("ClassShareDiffers", kind=1, given=PARTS[2], due=PARTS[1]):
        beginning.distribute(shares)


def test_an_allocation_needs_money_and_a_contract(beginning: Beginning) -> None:
    shares = beginning.shares()
    empty = structs.GenesisShare(b"empty".ljust(32, b"\0"), 0, shares[0].holder, 0)
    with reverts("BadAllocation", name=empty.name):
        beginning.distribute([*shares, empty])
    person = shares[4]._replace(holder=beginning.chain.account("person").address)
    with reverts("BadAllocation", name=person.name):
        beginning.distribute([*shares[:4], person])
    beginning.distribute()


def test_there_is_a_call_for_each_allocation(beginning: Beginning) -> None:
    with reverts("CallsDiffer", allocations=5, calls=4):
        beginning.distribute(calls=[b""] * 4)


def test_a_holder_that_does_not_take_its_money_stops_everything(beginning: Beginning) -> None:
    # `available` only reads: nothing is pulled.
    data = _call("available(address)", beginning.token.address)
    shares = beginning.shares()
    with reverts("NotTaken", name=shares[1].name, received=0, amount=shares[1].amount):
        beginning.distribute(calls=[b"", data, b"", b"", b""])
    assert beginning.token.balanceOf(beginning.genesis) == SUPPLY
    assert beginning.genesis.allocations() == ()


def test_the_reason_of_a_holder_that_refuses_is_passed_on(beginning: Beginning) -> None:
    shares = beginning.shares()
    data = _call("spend(address,address,uint256,bytes32)", beginning.token.address, shares[0].holder, 1, b"\1" * 32)
    with reverts("AccessManagedUnauthorized", caller=beginning.genesis.address):
        beginning.distribute(calls=[data, b"", b"", b"", b""])


def test_the_supply_must_be_here(beginning: Beginning) -> None:
    other = EraToken.deploy(beginning.chain, beginning.admin, sender=beginning.admin)
    other.transfer(beginning.genesis, SUPPLY - 1, sender=beginning.admin)
    with reverts("SupplyNotHere", token=other.address, balance=SUPPLY - 1, supply=SUPPLY):
        beginning.genesis.distribute(other, beginning.shares(), [b""] * 5, sender=beginning.admin)
    other.transfer(beginning.genesis, 1, sender=beginning.admin)
    beginning.genesis.distribute(other, beginning.shares(), [b""] * 5, sender=beginning.admin)
