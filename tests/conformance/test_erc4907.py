"""ERC-4907, sentence by sentence, for rights on which no lease runs; and what a running lease changes."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import events
from caldera.evm import Receipt
from tests.support.estate import DAY, NOBODY, YEAR, Estate
from tests.support.suite import reverts

FOREVER = (1 << 64) - 1


@pytest.mark.clause("ERC-4907", "set")
def test_set_user_sets_user_and_expiry_and_says_so(estate: Estate) -> None:
    right, until = estate.right(), estate.chain.now + DAY
    receipt = estate.rights.setUser(right, estate.tenant, until, sender=estate.owner)
    assert estate.rights.userOf(right) == estate.tenant.address
    assert estate.rights.userExpires(right) == until
    assert list(receipt.events) == [
        events.UpdateUser(right, estate.tenant.address, until, emitter=estate.rights.address)
    ]


@pytest.mark.clause("ERC-4907", "expiry")
def test_the_user_is_user_up_to_and_including_the_second_it_expires(estate: Estate) -> None:
    right, until = estate.right(), estate.chain.now + 100
    estate.rights.setUser(right, estate.tenant, until, sender=estate.owner)
    estate.chain.warp(until)
    assert estate.rights.userOf(right) == estate.tenant.address
    estate.chain.warp(until + 1)
    assert estate.rights.userOf(right) == NOBODY
    assert estate.rights.userExpires(right) == 0


@pytest.mark.clause("ERC-4907", "zero")
def test_the_zero_address_is_no_user(estate: Estate) -> None:
    right = estate.right()
    assert estate.rights.userOf(right) == NOBODY
    assert estate.rights.userExpires(right) == 0
    estate.rights.setUser(right, estate.tenant, FOREVER, sender=estate.owner)
    receipt = estate.rights.setUser(right, NOBODY, 0, sender=estate.owner)
    assert estate.rights.userOf(right) == NOBODY
    assert list(receipt.events) == [events.UpdateUser(right, NOBODY, 0, emitter=estate.rights.address)]


@pytest.mark.clause("ERC-4907", "no-token")
def test_set_user_throws_for_a_token_that_is_none(estate: Estate) -> None:
    with reverts("ERC721NonexistentToken", tokenId=77):
        estate.rights.setUser(77, estate.tenant, FOREVER, sender=estate.owner)
    assert estate.rights.userOf(77) == NOBODY
    assert estate.rights.userExpires(77) == 0


@pytest.mark.clause("ERC-4907", "who")
def test_owner_and_approved_set_the_user_and_nobody_else(estate: Estate) -> None:
    right = estate.right()
    for caller in (estate.tenant, estate.stranger, estate.officer):
        with reverts("ERC721InsufficientApproval", operator=caller.address, tokenId=right):
            estate.rights.setUser(right, estate.tenant, FOREVER, sender=caller)
    estate.rights.approve(estate.guest, right, sender=estate.owner)
    estate.rights.setUser(right, estate.tenant, FOREVER, sender=estate.guest)
    estate.rights.setApprovalForAll(estate.bank, True, sender=estate.owner)
    estate.rights.setUser(right, estate.guest, FOREVER, sender=estate.bank)
    assert estate.rights.userOf(right) == estate.guest.address


@pytest.mark.clause("ERC-4907", "any-expiry")
@pytest.mark.parametrize("expires", [0, 1, (1 << 48) - 2, (1 << 48) - 1, 1 << 60, FOREVER])
def test_any_expiry_can_be_set_where_the_right_never_lapses(estate: Estate, expires: int) -> None:
    right = estate.right()
    estate.rights.setUser(right, estate.tenant, expires, sender=estate.owner)
    over = expires < estate.chain.now
    assert estate.rights.userOf(right) == (NOBODY if over else estate.tenant.address)
    # What lies beyond 2^48 seconds (some 8.9 million years) is kept as for ever.
    kept = expires if expires < (1 << 48) - 1 else FOREVER
    assert estate.rights.userExpires(right) == (0 if over else kept)


@pytest.mark.clause("ERC-4907", "set")
def test_the_owner_may_change_its_mind_where_no_lease_runs(estate: Estate) -> None:
    right = estate.right()
    estate.rights.setUser(right, estate.tenant, FOREVER, sender=estate.owner)
    estate.rights.setUser(right, estate.guest, FOREVER, sender=estate.owner)
    assert estate.rights.userOf(right) == estate.guest.address


@pytest.mark.clause("ERC-4907", "cleared")
def test_a_sale_ends_a_use_that_is_no_lease(estate: Estate) -> None:
    right = estate.right()
    estate.rights.setUser(right, estate.tenant, FOREVER, sender=estate.owner)
    receipt = estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
    assert estate.rights.userOf(right) == NOBODY
    assert list(receipt.events) == [
        events.UpdateUser(right, NOBODY, 0, emitter=estate.rights.address),
        events.Transfer_address_address_uint256_(
            estate.owner.address, estate.buyer.address, right, emitter=estate.rights.address
        ),
    ]


@pytest.mark.clause("ERC-4907", "id")
def test_interfaces(estate: Estate) -> None:
    for known in ("01ffc9a7", "80ac58cd", "5b5e139f", "ad092b5c", "bf1ef5fe"):
        assert estate.rights.supportsInterface(bytes.fromhex(known)), known
    for unknown in ("ffffffff", "d9b67a26", "00000000"):
        assert not estate.rights.supportsInterface(bytes.fromhex(unknown)), unknown


class TestReferenceDefects:
    """What the standard's reference implementation allows, and ours does not."""

    @pytest.mark.known_defect("erc4907-overwrite")
    def test_the_owner_cannot_overwrite_a_running_lease(self, estate: Estate) -> None:
        right = estate.right()
        estate.let(right, 10 * DAY)
        end = estate.chain.now + 10 * DAY
        for user, expires in ((estate.guest.address, FOREVER), (NOBODY, 0)):
            with reverts("LeaseRunning", id=right, end=end):
                estate.rights.setUser(right, user, expires, sender=estate.owner)
        estate.chain.warp(end)
        with reverts("LeaseRunning"):
            estate.rights.setUser(right, estate.guest, FOREVER, sender=estate.owner)
        estate.chain.warp(end + 1)
        estate.rights.setUser(right, estate.guest, FOREVER, sender=estate.owner)
        assert estate.rights.userOf(right) == estate.guest.address

    @pytest.mark.known_defect("erc4907-overwrite")
    def test_a_sale_does_not_end_a_lease(self, estate: Estate) -> None:
        right = estate.right()
        estate.let(right, 10 * DAY)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        assert estate.rights.userOf(right) == estate.tenant.address

    @pytest.mark.known_defect("erc4907-unpaid")
    def test_use_ends_with_the_right(self, estate: Estate) -> None:
        right = estate.right(lapses=30 * YEAR)
        lapses = estate.rights.lapsesAt(right)
        with reverts("UseBeyondRight", id=right, expires=lapses, lapses=lapses):
            estate.rights.setUser(right, estate.tenant, lapses, sender=estate.owner)
        estate.rights.setUser(right, estate.tenant, lapses - 1, sender=estate.owner)
        estate.chain.warp(lapses - 1)
        assert estate.rights.userOf(right) == estate.tenant.address
        estate.chain.warp(lapses)
        assert estate.rights.userOf(right) == NOBODY

    def test_only_participants_use(self, estate: Estate) -> None:
        right = estate.right()
        with reverts("NotActive", account=estate.stranger.address):
            estate.rights.setUser(right, estate.stranger, FOREVER, sender=estate.owner)


def told(estate: Estate, right: int, receipts: list[Receipt[Any]]) -> tuple[str, int]:
    """User and expiry as events alone say."""
    user, expires = NOBODY, 0
    for receipt in receipts:
        for one in receipt.all(events.UpdateUser):
            if one.tokenId == right:
                user, expires = one.user, one.expires
    return (user, expires) if expires >= estate.chain.now else (NOBODY, 0)


@pytest.mark.clause("ERC-4907", "set", "event")
def test_events_alone_give_user_and_expiry(estate: Estate) -> None:
    """Over uses, a lease, its extension and its agreed end, sales, force, seizure and the end of the right."""
    right, done = estate.right(), list[Receipt[Any]]()
    owner, buyer, tenant = estate.owner, estate.buyer, estate.tenant
    offer = estate.offer(right)
    first = estate.chain.now + 20 * DAY
    estate.fund(tenant, 10_000)
    steps: list[Callable[[], Receipt[Any]]] = [
        lambda: estate.rights.setUser(right, estate.guest, first, sender=owner),
        lambda: estate.rights.setUser(right, NOBODY, 0, sender=owner),
        lambda: estate.rights.setUser(right, estate.guest, first, sender=owner),
        lambda: estate.rights.setUser(right, NOBODY, 0, sender=owner),
        lambda: estate.leases.lease(offer, first, NOBODY, estate.sign(offer, owner), sender=tenant),
        lambda: estate.leases.extend(right, first + DAY, sender=tenant),
        lambda: estate.rights.transferFrom(owner, buyer, right, sender=owner),
        lambda: estate.leases.agreeToEnd(right, True, sender=buyer),
        lambda: estate.leases.agreeToEnd(right, True, sender=tenant),
        lambda: estate.rights.setUser(right, tenant, first, sender=buyer),
        lambda: estate.rights.forcedTransfer(buyer, owner, right, sender=estate.officer),
        lambda: estate.rights.setUser(right, tenant, FOREVER, sender=owner),
        lambda: estate.rights.pledge(owner, estate.bank, right, 1, sender=owner),
        lambda: estate.rights.seize(owner, estate.bank, right, 1, sender=estate.bank),
        lambda: estate.rights.setUser(right, estate.guest, first + DAY, sender=estate.bank),
        lambda: estate.rights.transferFrom(estate.bank, owner, right, sender=estate.bank),
        lambda: estate.rights.setUser(right, tenant, FOREVER, sender=owner),
        lambda: estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer),
    ]
    seen = set()
    for number, step in enumerate(steps):
        done.append(step())
        read = (estate.rights.userOf(right), estate.rights.userExpires(right))
        assert told(estate, right, done) == read, f"step {number}"
        seen.add(read)
    assert len(seen) >= 6
    assert (estate.rights.userOf(right), estate.rights.userExpires(right)) == (NOBODY, 0)
