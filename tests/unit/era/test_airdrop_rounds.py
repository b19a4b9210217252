"""AirdropRounds: rounds from the allocation, and their terms."""

from typing import Any

import pytest

from caldera.contracts import AirdropClaim, AirdropRounds, FeeToken, events
from caldera.evm import Account
from caldera.evm.hashing import create_address
from tests.support.airdrop import ACCOUNT, ALLOCATION, ERA, GRANT, LOCK, Drop
from tests.support.suite import DAY, NOBODY, reverts

TOTAL = 1_500 * ERA


def open_(drop: Drop, total: int = TOTAL, sender: Account | None = None, paid: bool = False, **changes: Any) -> str:
    """A round over the list, by name and place unless told otherwise."""
    name, uri = changes.pop("name", "first"), changes.pop("uri", "ipfs://list")
    delivery = changes.pop("delivery", ACCOUNT)
    terms = drop.terms(changes.pop("root", drop.listed.root), changes.pop("count", 5), delivery, **changes)
    call = drop.rounds.openPaid if paid else drop.rounds.open
    return call(terms, total, name, uri, sender=sender or drop.admin).returned


def test_a_round_is_opened_from_the_allocation(drop: Drop) -> None:
    assert drop.rounds.available() == ALLOCATION
    where = open_(drop, name="Early users", uri="https://example.org/drop")
    assert drop.era.balanceOf(where) == TOTAL
    assert drop.rounds.available() == ALLOCATION - TOTAL
    assert drop.rounds.roundCount() == 1
    listed = drop.rounds.roundAt(1)
    assert (listed.claim, listed.total, listed.root) == (where, TOTAL, drop.listed.root)
    assert (listed.name, listed.uri) == ("Early users", "https://example.org/drop")


def test_it_says_so(drop: Drop) -> None:
    terms = drop.terms(drop.listed.root, 5)
    receipt = drop.rounds.open(terms, TOTAL, "first", "ipfs://list", sender=drop.admin)
    said = receipt.one(events.AirdropOpened)
    assert (said.number, said.claim, said.root) == (1, receipt.returned, drop.listed.root)
    assert (said.total, said.name, said.uri) == (TOTAL, "first", "ipfs://list")


def test_never_beyond_what_is_here(drop: Drop) -> None:
    with reverts("ExceedsAllocation", total=ALLOCATION + 1, available=ALLOCATION):
        open_(drop, ALLOCATION + 1)
    open_(drop, ALLOCATION - TOTAL)
    with reverts("ExceedsAllocation", total=TOTAL + 1, available=TOTAL):
        open_(drop, TOTAL + 1)
    open_(drop, TOTAL)
    with reverts("ExceedsAllocation", total=1, available=0):
        open_(drop, 1)
    assert drop.rounds.roundCount() == 2


def test_what_a_round_leaves_can_be_given_again(drop: Drop) -> None:
    first = AirdropClaim.at(drop.chain, open_(drop, ALLOCATION))
    drop.chain.warp(first.terms().closesAt)
    first.sweep(drop.era, sender=drop.mallory)
    assert drop.rounds.available() == ALLOCATION
    open_(drop, ALLOCATION)


def test_a_round_with_money_of_the_caller(drop: Drop) -> None:
    with reverts("ERC20InsufficientAllowance"):
        open_(drop, paid=True)
    drop.era.approve(drop.rounds, TOTAL, sender=drop.admin)
    with reverts("NoAirdropTotal"):
        open_(drop, 0, paid=True)
    before = drop.era.balanceOf(drop.admin)
    where = open_(drop, paid=True)
    assert drop.era.balanceOf(where) == TOTAL == before - drop.era.balanceOf(drop.admin)
    assert drop.rounds.available() == ALLOCATION


@pytest.mark.parametrize("who", ["officer", "mallory", "ann"])
def test_only_the_admin_opens(drop: Drop, who: str) -> None:
    sender = drop.account(who)
    for paid in (False, True):
        with reverts("AccessManagedUnauthorized", caller=sender.address):
            open_(drop, paid=paid, sender=sender)
    open_(drop)
    with reverts("AccessManagedUnauthorized", caller=sender.address):
        drop.rounds.moveProofs(1, "x", sender=sender)


def test_a_round_has_a_name_a_place_and_money(drop: Drop) -> None:
    with reverts("NoAirdropName"):
        open_(drop, name="")
    with reverts("NoAirdropProofs"):
        open_(drop, uri="")
    with reverts("NoAirdropTotal"):
        open_(drop, 0)
    open_(drop, 1, name="n", uri="u")


def test_proofs_move(drop: Drop) -> None:
    open_(drop)
    open_(drop, name="second")
    receipt = drop.rounds.moveProofs(2, "https://example.org/new", sender=drop.admin)
    said = receipt.one(events.AirdropProofsMoved)
    assert (said.number, said.uri) == (2, "https://example.org/new")
    assert [drop.rounds.roundAt(n).uri for n in (1, 2)] == ["ipfs://list", "https://example.org/new"]
    with reverts("NoAirdropProofs"):
        drop.rounds.moveProofs(2, "", sender=drop.admin)


@pytest.mark.parametrize("number", [0, 2, 2**256 - 1])
def test_rounds_that_are_none(drop: Drop, number: int) -> None:
    open_(drop)
    with reverts("UnknownAirdropRound", number=number, count=1):
        drop.rounds.roundAt(number)
    with reverts("UnknownAirdropRound", number=number, count=1):
        drop.rounds.moveProofs(number, "x", sender=drop.admin)
    drop.rounds.roundAt(1)


def test_a_gift_before_a_round_stands_is_no_obstacle(drop: Drop) -> None:
    ahead = "0x" + create_address(bytes.fromhex(drop.rounds.address[2:]), drop.chain.nonce(drop.rounds)).hex()
    drop.era.transfer(ahead, 3, sender=drop.admin)
    where = open_(drop)
    assert where.lower() == ahead
    assert drop.era.balanceOf(where) == TOTAL + 3
    assert drop.rounds.available() == ALLOCATION - TOTAL


def test_a_token_that_takes_a_fee_is_refused(drop: Drop) -> None:
    fee = FeeToken.deploy(drop.chain, sender=drop.admin)
    rounds = AirdropRounds.deploy(drop.chain, drop.suite.access, fee, sender=drop.admin)
    fee.mint(rounds, 10_000, sender=drop.admin)
    fee.mint(drop.admin, 10_000, sender=drop.admin)
    fee.approve(rounds, 10_000, sender=drop.admin)
    terms = drop.terms(drop.listed.root, 5, rest=drop.admin.address)
    with reverts("InexactToken", token=fee.address, expected=10_000, received=9_900):
        rounds.open(terms, 10_000, "fee", "x", sender=drop.admin)
    with reverts("InexactToken", token=fee.address, expected=10_000, received=9_900):
        rounds.openPaid(terms, 10_000, "fee", "x", sender=drop.admin)


def test_a_registry_is_of_a_token(drop: Drop) -> None:
    with reverts("NotAContract", account=drop.ann.address):
        AirdropRounds.deploy(drop.chain, drop.suite.access, drop.ann, sender=drop.admin)
    assert drop.rounds.token() == drop.era.address


def test_a_round_is_of_a_token(drop: Drop) -> None:
    terms = drop.terms(drop.listed.root, 5)
    with reverts("NotAContract", account=drop.ann.address):
        AirdropClaim.deploy(drop.chain, drop.ann, terms, sender=drop.admin)
    AirdropClaim.deploy(drop.chain, drop.era, terms, sender=drop.ann)


def test_a_round_has_a_root_and_claims(drop: Drop) -> None:
    with reverts("NoAirdropRoot"):
        open_(drop, root=bytes(32))
    with reverts("NoAirdropClaims"):
        open_(drop, count=0)
    open_(drop, root=bytes(31) + b"\1", count=1)


def test_the_rest_goes_to_somebody(drop: Drop) -> None:
    ahead = "0x" + create_address(bytes.fromhex(drop.rounds.address[2:]), drop.chain.nonce(drop.rounds)).hex()
    for rest in (NOBODY, drop.era.address, ahead):
        with drop.chain.isolated(), reverts("CannotBePaid"):
            open_(drop, rest=rest)
    open_(drop, rest=drop.mallory.address)


def test_a_round_closes_after_it_opens_and_after_now(drop: Drop) -> None:
    now = drop.chain.now
    for opens, closes in ((now - DAY, now), (now + 1, now + 1), (now + 2, now + 1), (0, now - 1)):
        with reverts("AirdropWindowInvalid", opensAt=opens, closesAt=closes):
            open_(drop, opensAt=opens, closesAt=closes)
    open_(drop, opensAt=0, closesAt=now + 1)
    open_(drop, opensAt=now + 1, closesAt=now + 2)


def test_a_round_closes_within_ten_years(drop: Drop) -> None:
    latest = drop.chain.now + 3650 * DAY
    with reverts("AirdropWindowInvalid", closesAt=latest + 1):
        open_(drop, closesAt=latest + 1)
    open_(drop, closesAt=latest)


def test_a_keeper_where_there_is_one(drop: Drop) -> None:
    with reverts("KeeperNotNeeded", keeper=drop.vault.address):
        open_(drop, keeper=drop.vault.address)
    for delivery in (GRANT, LOCK):
        for keeper in (NOBODY, drop.ann.address):
            with reverts("NotAContract", account=keeper):
                open_(drop, delivery=delivery, keeper=keeper)
        open_(drop, delivery=delivery)


@pytest.mark.parametrize("delivery", [ACCOUNT, LOCK])
@pytest.mark.parametrize("field", ["grantStart", "grantCliff", "grantDuration"])
def test_a_schedule_only_where_grants_are_made(drop: Drop, delivery: int, field: str) -> None:
    with reverts("GrantScheduleInvalid"):
        changed: dict[str, Any] = {field: 1}
        open_(drop, delivery=delivery, **changed)


def test_a_schedule_has_a_start_and_a_duration_not_shorter_than_its_cliff(drop: Drop) -> None:
    for start, cliff, duration in ((0, 0, 1), (1, 0, 0), (1, 2, 1)):
        with reverts("GrantScheduleInvalid", start=start, cliff=cliff, duration=duration):
            open_(drop, delivery=GRANT, grantStart=start, grantCliff=cliff, grantDuration=duration)
    open_(drop, delivery=GRANT, grantStart=1, grantCliff=1, grantDuration=1)


def test_a_least_term_only_where_claims_are_locked(drop: Drop) -> None:
    for delivery in (ACCOUNT, GRANT):
        with reverts("LeastTermInvalid", leastTerm=1):
            open_(drop, delivery=delivery, leastTerm=1)
    with reverts("LeastTermInvalid", leastTerm=0):
        open_(drop, delivery=LOCK, leastTerm=0)
    open_(drop, delivery=LOCK, leastTerm=1)
