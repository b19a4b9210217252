"""LeaseModule: every refusal beside what just passes, signatures, money."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, FeeToken, events
from tests.support.estate import DAY, NOBODY, YEAR, Estate
from tests.support.suite import reverts


def take(estate: Estate, offer: Any, end: int | None = None, tenant: str = "tenant", **changes: Any) -> int:
    """Takes an offer that the owner signed."""
    who = estate.chain.account(tenant)
    end = estate.chain.now + 10 * DAY if end is None else end
    estate.fund(who, estate.leases.price(offer.rent, offer.period, estate.chain.now, max(end, estate.chain.now)))
    given = {"lienholder": NOBODY, "signature": estate.sign(offer, estate.owner)} | changes
    return estate.leases.lease(offer, end, given["lienholder"], given["signature"], sender=who).returned


class TestTaking:
    """An offer is taken by whom it is for, as it stands, once, and in time."""

    def test_it_is_paid_in_advance_and_said(self, estate: Estate) -> None:
        right, end = estate.right(), estate.chain.now + 10 * DAY
        offer = estate.offer(right)
        estate.fund(estate.tenant, 1_000)
        receipt = estate.leases.lease(offer, end, NOBODY, estate.sign(offer, estate.owner), sender=estate.tenant)
        assert receipt.returned == 100
        assert estate.money.balanceOf(estate.tenant) == 900
        assert estate.money.balanceOf(estate.leases) == 100
        leased, updated = (e for e in receipt.events if type(e).__name__ in ("Leased", "UpdateUser"))
        digest = leased.offerHash  # type: ignore[union-attr]
        assert leased == events.Leased(
            right, estate.tenant.address, 1, estate.owner.address, end, 100, digest, emitter=estate.leases.address
        )
        assert updated == events.UpdateUser(right, estate.tenant.address, end, emitter=estate.rights.address)
        read = estate.leases.leaseOf(right)
        assert (read.lessee, read.start, read.end, read.paid, read.settled, read.number) == (
            estate.tenant.address,
            estate.chain.now,
            end,
            100,
            0,
            1,
        )

    @pytest.mark.parametrize(("rent", "seconds", "price"), [(1, 1, 1), (1, DAY, 1), (1, DAY + 1, 2), (7, DAY // 2, 4)])
    def test_the_price_is_rounded_up(self, estate: Estate, rent: int, seconds: int, price: int) -> None:
        right = estate.right()
        assert take(estate, estate.offer(right, rent=rent), estate.chain.now + seconds) == price

    def test_nothing_costs_nothing(self, estate: Estate) -> None:
        right = estate.right()
        assert take(estate, estate.offer(right, rent=0)) == 0
        assert estate.rights.userOf(right) == estate.tenant.address

    def test_once(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right)
        take(estate, offer)
        estate.chain.skip(11 * DAY)
        with reverts("OfferUsed", number=1, next=2):
            take(estate, offer)
        with reverts("OfferUsed", number=3, next=2):
            take(estate, estate.offer(right, number=3))
        take(estate, estate.offer(right))

    def test_until_its_deadline(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right, deadline=estate.chain.now + 5)
        estate.chain.skip(6)
        with reverts("OfferExpired", deadline=offer.deadline):
            take(estate, offer)
        offer = estate.offer(right, deadline=estate.chain.now)
        take(estate, offer)

    def test_by_whom_it_is_for(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right, lessee=estate.tenant.address)
        with reverts("NotTheLessee", caller=estate.guest.address):
            take(estate, offer, tenant="guest")
        with reverts("SelfLease", id=right):
            take(estate, estate.offer(right), tenant="owner")
        with reverts("NotActive", account=estate.stranger.address):
            take(estate, estate.offer(right), tenant="stranger")
        take(estate, offer)

    def test_within_its_time(self, estate: Estate) -> None:
        right, now = estate.right(lapses=20 * DAY), estate.chain.now
        for end in (now, now - 1):
            with reverts("EndOutOfRange", end=end, earliest=now + 1):
                take(estate, estate.offer(right), end)
        with reverts("EndOutOfRange", latest=now + 5):
            take(estate, estate.offer(right, latest=now + 5), now + 6)
        lapses = estate.rights.lapsesAt(right)
        with reverts("UseBeyondRight", expires=lapses):
            take(estate, estate.offer(right), lapses)
        take(estate, estate.offer(right, latest=now + 5), now + 5)

    def test_what_no_offer_can_be(self, estate: Estate) -> None:
        right = estate.right()
        for changes in ({"period": 0}, {"forfeitBps": 10_001}):
            offer = estate.offer(right, **changes)
            with reverts("OfferOutOfRange"):
                estate.leases.lease(
                    offer, estate.chain.now + 1, NOBODY, estate.sign(offer, estate.owner), sender=estate.tenant
                )
            with reverts("OfferOutOfRange"):
                estate.leases.offer(offer, sender=estate.owner)
        take(estate, estate.offer(right, period=1, forfeitBps=10_000))

    def test_not_while_a_lease_runs(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        end = estate.leases.leaseOf(right).end
        estate.chain.warp(end)
        with reverts("LeaseRunning", id=right, end=end):
            take(estate, estate.offer(right), end + 5, "guest")
        estate.chain.warp(end + 1)
        take(estate, estate.offer(right), end + 5, "guest")
        assert estate.leases.collectable(right, estate.owner, 1) == 100

    def test_not_while_frozen_suspended_or_lapsed(self, estate: Estate) -> None:
        right = estate.right(lapses=5 * DAY)
        estate.rights.setFrozenTokens(estate.owner, right, True, sender=estate.officer)
        with reverts("RightFrozen", id=right):
            take(estate, estate.offer(right), estate.chain.now + 5)
        estate.rights.setFrozenTokens(estate.owner, right, False, sender=estate.officer)
        estate.registry.suspend(estate.owner, sender=estate.officer)
        with reverts("NotActive", account=estate.owner.address):
            take(estate, estate.offer(right), estate.chain.now + 5)
        estate.registry.reinstate(estate.owner, sender=estate.officer)
        estate.chain.skip(5 * DAY)
        with reverts("RightLapsed", id=right):
            take(estate, estate.offer(right), estate.chain.now + 5)

    def test_not_while_paused(self, estate: Estate) -> None:
        right = estate.right()
        estate.leases.pause(60, sender=estate.officer)
        with reverts("Paused"):
            take(estate, estate.offer(right))
        estate.chain.skip(60)
        take(estate, estate.offer(right))


class TestOffering:
    """By a transaction, or by a signature over exactly this offer, on this chain, for this contract."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"rent": 9},
            {"period": DAY + 1},
            {"latest": 2**39},
            {"sublease": True},
            {"referee": "0x" + "55" * 20},
            {"forfeitBps": 1},
            {"clauses": b"\1" * 32},
            {"deadline": 2**39},
            {"lessee": "0x" + "00" * 20},
        ],
    )
    def test_nothing_else_than_was_signed(self, estate: Estate, changes: dict[str, Any]) -> None:
        right = estate.right()
        signed = estate.offer(right, lessee=estate.tenant.address)
        changed = signed._replace(**changes)
        with reverts("NotOffered", id=right, owner=estate.owner.address):
            take(estate, changed, signature=estate.sign(signed, estate.owner))
        take(estate, signed)

    def test_by_the_owner_only(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right)
        with reverts("NotOffered", owner=estate.owner.address):
            take(estate, offer, signature=estate.sign(offer, estate.buyer))
        signature = estate.sign(offer, estate.owner)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        with reverts("NotOffered", owner=estate.buyer.address):
            take(estate, offer, signature=signature)

    def test_another_chain_another_contract_another_form(self, estate: Estate) -> None:
        from caldera.evm import domain_of

        right = estate.right()
        offer, domain = estate.offer(right), domain_of(estate.leases)
        for change in ({"chainId": 1}, {"verifyingContract": estate.rights.address}, {"name": "x"}, {"version": "2"}):
            with reverts("NotOffered"):
                take(estate, offer, signature=estate.sign(offer, estate.owner, domain | change))
        good = estate.sign(offer, estate.owner)
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        high = (order - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
        with reverts("NotOffered"):
            take(estate, offer, signature=good[:32] + high + bytes([55 - good[64]]))
        take(estate, offer, signature=good)

    def test_on_chain(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right)
        with reverts("NotOffered"):
            take(estate, offer, signature=b"")
        with reverts("NotTheOwner", caller=estate.buyer.address):
            estate.leases.offer(offer, sender=estate.buyer)
        receipt = estate.leases.offer(offer, sender=estate.owner)
        assert list(receipt.events) == [
            events.Offered(right, estate.owner.address, receipt.returned, offer, emitter=estate.leases.address)
        ]
        estate.leases.offer(offer._replace(rent=11), sender=estate.owner)
        with reverts("NotOffered"):
            take(estate, offer, signature=b"")
        take(estate, offer._replace(rent=11), signature=b"")

    def test_an_offer_on_chain_is_its_owners(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right)
        estate.leases.offer(offer, sender=estate.owner)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        with reverts("NotOffered", owner=estate.buyer.address):
            take(estate, offer, signature=b"")

    def test_void(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right)
        with reverts("NotTheOwner"):
            estate.leases.voidOffers(right, sender=estate.tenant)
        receipt = estate.leases.voidOffers(right, sender=estate.owner)
        assert list(receipt.events) == [events.OffersVoided(right, 1, emitter=estate.leases.address)]
        with reverts("OfferUsed", number=1, next=2):
            take(estate, offer)

    def test_who_is_approved_offers_and_voids(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.approve(estate.guest, right, sender=estate.owner)
        estate.leases.voidOffers(right, sender=estate.guest)
        estate.rights.setApprovalForAll(estate.bank, True, sender=estate.owner)
        estate.leases.offer(estate.offer(right), sender=estate.bank)
        take(estate, estate.offer(right), signature=b"")

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_contract_wallet_owns_and_signs(self, estate: Estate) -> None:
        wallet = ContractWallet.deploy(estate.chain, estate.guest, sender=estate.guest)
        estate.enrol("wallet", qualifications=1, address=wallet.address)
        right = estate.right()
        estate.rights.transferFrom(estate.owner, wallet, right, sender=estate.owner)
        offer = estate.offer(right)
        with reverts("NotOffered", owner=wallet.address):
            take(estate, offer)
        take(estate, offer, signature=estate.sign(offer, estate.guest))


class TestEnding:
    """By time, by both, by the referee; by nobody else."""

    def test_both_must_agree(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        for caller in (estate.buyer, estate.stranger, estate.referee):
            with reverts("NotAParty", caller=caller.address):
                estate.leases.agreeToEnd(right, True, sender=caller)
        estate.leases.agreeToEnd(right, True, sender=estate.owner)
        assert estate.rights.userOf(right) == estate.tenant.address
        estate.leases.agreeToEnd(right, False, sender=estate.owner)
        estate.leases.agreeToEnd(right, True, sender=estate.tenant)
        assert estate.rights.userOf(right) == estate.tenant.address
        estate.chain.skip(3 * DAY)
        receipt = estate.leases.agreeToEnd(right, True, sender=estate.owner)
        where = estate.leases.address
        assert [event for event in receipt.events if event.emitter == where] == [
            events.EndAgreed(right, estate.owner.address, True, emitter=where),
            events.RentEarned(right, estate.owner.address, 1, 30, emitter=where),
            events.LeaseEnded(right, 0, 70, 0, b"\0" * 32, emitter=where),
        ]
        assert estate.rights.userOf(right) == NOBODY
        assert estate.leases.collectable(right, estate.owner, 1) == 30
        assert estate.leases.collectable(right, estate.tenant, 1) == 70
        with reverts("NoLease", id=right):
            estate.leases.agreeToEnd(right, True, sender=estate.owner)

    def test_the_sellers_word_does_not_bind_the_buyer(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        estate.leases.agreeToEnd(right, True, sender=estate.owner)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        estate.leases.agreeToEnd(right, True, sender=estate.tenant)
        assert estate.rights.userOf(right) == estate.tenant.address

    @pytest.mark.parametrize(("bps", "forfeited"), [(0, 0), (3_333, 23), (10_000, 70)])
    def test_a_breach_forfeits_what_was_agreed(self, estate: Estate, bps: int, forfeited: int) -> None:
        right = estate.right()
        take(estate, estate.offer(right, referee=estate.referee.address, forfeitBps=bps))
        estate.chain.skip(3 * DAY)
        for caller in (estate.owner, estate.tenant, estate.officer):
            with reverts("NotTheReferee", caller=caller.address):
                estate.leases.declareBreach(right, b"\7" * 32, sender=caller)
        receipt = estate.leases.declareBreach(right, b"\7" * 32, sender=estate.referee)
        ended = events.LeaseEnded(right, 1, 70 - forfeited, forfeited, b"\7" * 32, emitter=estate.leases.address)
        assert ended in list(receipt.events)
        assert estate.leases.collectable(right, estate.owner, 1) == 30 + forfeited
        assert estate.leases.collectable(right, estate.tenant, 1) == 70 - forfeited
        with reverts("NoLease"):
            estate.leases.declareBreach(right, b"\7" * 32, sender=estate.referee)

    def test_an_end_in_the_last_second(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right, rent=7), estate.chain.now + DAY // 2)
        estate.chain.skip(DAY // 2)
        for caller in (estate.owner, estate.tenant):
            estate.leases.agreeToEnd(right, True, sender=caller)
        assert estate.leases.collectable(right, estate.owner, 1) == 3  # 3.5, rounded down while it ran
        assert estate.leases.collectable(right, estate.tenant, 1) == 1

    def test_nobody_unlocks_or_locks_but_the_module(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        for caller in (estate.owner, estate.tenant, estate.officer, estate.admin):
            with reverts("NotTheModule", caller=caller.address, kind=255):
                estate.rights.unlock(right, sender=caller)
            with reverts("NotTheModule", caller=caller.address, kind=255):
                estate.rights.lock(right, caller, estate.chain.now + 1, sender=caller)
            with reverts("OnlyLedger", caller=caller.address):
                estate.leases.onOwnerChange(right, caller, sender=caller)


class TestExtending:
    """By the lessee, up to what was offered, at the same rent."""

    def test_it_pays_the_difference(self, estate: Estate) -> None:
        right, start = estate.right(), estate.chain.now
        take(estate, estate.offer(right, rent=3, latest=start + 20 * DAY), start + DAY // 2)
        estate.fund(estate.tenant, 100)
        estate.chain.skip(60)
        receipt = estate.leases.extend(right, start + DAY, sender=estate.tenant)
        assert receipt.returned == 1  # ceil(3) - ceil(1.5)
        assert estate.rights.userExpires(right) == start + DAY
        extended = events.LeaseExtended(right, estate.tenant.address, start + DAY, 1, emitter=estate.leases.address)
        assert extended in list(receipt.events)
        for end, allowed in ((start + DAY, False), (start + 20 * DAY + 1, False), (start + 20 * DAY, True)):
            if allowed:
                estate.leases.extend(right, end, sender=estate.tenant)
            else:
                with reverts("EndOutOfRange", end=end, earliest=start + DAY + 1, latest=start + 20 * DAY):
                    estate.leases.extend(right, end, sender=estate.tenant)

    def test_by_an_active_lessee_of_a_running_lease(self, estate: Estate) -> None:
        right = estate.right()
        with reverts("NoLease", id=right):
            estate.leases.extend(right, estate.chain.now + 1, sender=estate.tenant)
        take(estate, estate.offer(right))
        end = estate.leases.leaseOf(right).end
        estate.fund(estate.tenant, 100)
        with reverts("NotTheLessee", caller=estate.owner.address):
            estate.leases.extend(right, end + 1, sender=estate.owner)
        estate.registry.suspend(estate.tenant, sender=estate.officer)
        with reverts("NotActive", account=estate.tenant.address):
            estate.leases.extend(right, end + 1, sender=estate.tenant)
        estate.registry.reinstate(estate.tenant, sender=estate.officer)
        estate.chain.warp(end)
        estate.leases.extend(right, end + 1, sender=estate.tenant)
        estate.chain.warp(end + 2)
        with reverts("NoLease"):
            estate.leases.extend(right, end + 3, sender=estate.tenant)

    def test_not_beyond_the_right_whoever_uses_it(self, estate: Estate) -> None:
        right = estate.right(lapses=15 * DAY)
        take(estate, estate.offer(right, sublease=True))
        estate.fund(estate.tenant, 1_000)
        lapses = estate.rights.lapsesAt(right)
        with reverts("UseBeyondRight", expires=lapses):
            estate.leases.extend(right, lapses, sender=estate.tenant)
        estate.rights.setUser(right, estate.guest, estate.chain.now + DAY, sender=estate.tenant)
        with reverts("EndOutOfRange", end=lapses, latest=lapses - 1):
            estate.leases.extend(right, lapses, sender=estate.tenant)
        estate.leases.extend(right, lapses - 1, sender=estate.tenant)
        assert estate.rights.userOf(right) == estate.guest.address


class TestSubleases:
    """Only where the offer allows, only within the lease; the right falls back to the lessee."""

    def test_not_allowed_unless_offered(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        with reverts("SubleaseNotAllowed", id=right):
            estate.rights.setUser(right, estate.guest, estate.chain.now + 1, sender=estate.tenant)

    def test_within_the_lease(self, estate: Estate) -> None:
        right, now = estate.right(), estate.chain.now
        take(estate, estate.offer(right, sublease=True))
        end = now + 10 * DAY
        with reverts("UseBeyondLease", id=right, expires=end + 1, end=end):
            estate.rights.setUser(right, estate.guest, end + 1, sender=estate.tenant)
        with reverts("NotActive", account=estate.stranger.address):
            estate.rights.setUser(right, estate.stranger, end, sender=estate.tenant)
        estate.rights.setUser(right, estate.guest, now + DAY, sender=estate.tenant)
        assert estate.rights.userOf(right) == estate.guest.address
        assert estate.rights.userExpires(right) == now + DAY
        with reverts("LeaseRunning"):
            estate.rights.setUser(right, estate.buyer, now + DAY, sender=estate.guest)
        estate.chain.warp(now + DAY + 1)
        assert estate.rights.userOf(right) == estate.tenant.address
        assert estate.rights.userExpires(right) == end

    def test_taken_back(self, estate: Estate) -> None:
        right, now = estate.right(), estate.chain.now
        take(estate, estate.offer(right, sublease=True))
        estate.rights.setUser(right, estate.guest, now + DAY, sender=estate.tenant)
        estate.rights.setUser(right, NOBODY, 0, sender=estate.tenant)
        assert estate.rights.userOf(right) == estate.tenant.address
        assert estate.rights.userExpires(right) == now + 10 * DAY


class TestRent:
    """By the second, to whoever owned the right; out to whom it is owed."""

    def test_a_sale_parts_the_rent_at_the_second(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right, rent=DAY, period=DAY), estate.chain.now + 1_000)
        estate.chain.skip(333)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        estate.chain.skip(5_000)
        assert estate.leases.accruedOn(right) == 667
        receipt = estate.leases.accrue(right, sender=estate.stranger)
        assert receipt.returned == 667
        assert estate.leases.collectable(right, estate.owner, 1) == 333
        assert estate.leases.collectable(right, estate.buyer, 1) == 667
        assert estate.leases.accrue(right, sender=estate.stranger).returned == 0

    def test_a_use_after_the_lease_does_not_carry_rent_to_the_next_owner(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        estate.chain.skip(11 * DAY)
        estate.rights.setUser(right, estate.guest, estate.chain.now + YEAR, sender=estate.owner)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        estate.leases.accrue(right, sender=estate.stranger)
        assert estate.leases.collectable(right, estate.owner, 1) == 100
        assert estate.leases.collectable(right, estate.buyer, 1) == 0

    def test_collecting(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        estate.chain.skip(5 * DAY)
        with reverts("NothingToCollect", id=right, account=estate.owner.address):
            estate.leases.collect(right, 1, sender=estate.owner)
        estate.leases.accrue(right, sender=estate.stranger)
        estate.registry.suspend(estate.owner, sender=estate.officer)
        with reverts("NotActive", account=estate.owner.address):
            estate.leases.collect(right, 1, sender=estate.owner)
        estate.registry.reinstate(estate.owner, sender=estate.officer)
        receipt = estate.leases.collect(right, 1, sender=estate.owner)
        assert receipt.returned == 50 == estate.money.balanceOf(estate.owner)
        assert events.Collected(right, estate.owner.address, 1, 50, emitter=estate.leases.address) in receipt.events
        with reverts("NothingToCollect"):
            estate.leases.collect(right, 1, sender=estate.owner)

    def test_an_expired_account_collects_what_is_its_own(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        estate.chain.skip(60 * YEAR)
        estate.leases.accrue(right, sender=estate.stranger)
        assert estate.leases.collect(right, 1, sender=estate.owner).returned == 100

    def test_tokens_that_take_a_fee_are_refused(self, estate: Estate) -> None:
        token = FeeToken.deploy(estate.chain, sender=estate.admin)
        usd = 10**18
        estate.standard.addCurrency(b"FEE", token, usd, usd, usd, NOBODY, 0, sender=estate.officer)
        right = estate.right()
        offer = estate.offer(right, currencyId=2, rent=10_000)
        token.mint(estate.tenant, 10**9, sender=estate.tenant)
        token.approve(estate.leases, 10**9, sender=estate.tenant)
        with reverts("InexactToken", token=token.address):
            take(estate, offer)
        assert estate.rights.userOf(right) == NOBODY


class TestPledgedRights:
    """A pledged right is leased only with the lienholder's consent to the very offer."""

    def test_consent(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        offer = estate.offer(right)
        digest = estate.leases.offer(offer, sender=estate.owner).returned
        for lienholder in (NOBODY, estate.bank.address):
            with reverts("LienholderConsentNeeded", id=right, offerHash=digest):
                take(estate, offer, lienholder=lienholder)
        with reverts("NotTheLienholder", caller=estate.buyer.address):
            estate.leases.consent(right, digest, sender=estate.buyer)
        receipt = estate.leases.consent(right, digest, sender=estate.bank)
        assert list(receipt.events) == [
            events.LienholderConsented(right, estate.bank.address, digest, emitter=estate.leases.address)
        ]
        with reverts("LienholderConsentNeeded"):
            take(estate, offer._replace(rent=1), lienholder=estate.bank.address)
        take(estate, offer, lienholder=estate.bank.address)

    def test_consent_of_a_lienholder_that_was(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        offer = estate.offer(right)
        estate.leases.consent(right, estate.leases.offer(offer, sender=estate.owner).returned, sender=estate.bank)
        estate.rights.release(estate.owner, right, 1, sender=estate.bank)
        estate.rights.pledge(estate.owner, estate.buyer, right, 1, sender=estate.owner)
        for lienholder in (estate.bank, estate.buyer):
            with reverts("LienholderConsentNeeded"):
                take(estate, offer, lienholder=lienholder.address)

    def test_a_seizure_leaves_the_lease(self, estate: Estate) -> None:
        right = estate.right()
        take(estate, estate.offer(right))
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        estate.chain.skip(4 * DAY)
        estate.rights.seize(estate.owner, estate.bank, right, 1, sender=estate.bank)
        assert estate.rights.ownerOf(right) == estate.bank.address
        assert estate.rights.userOf(right) == estate.tenant.address
        assert estate.leases.collectable(right, estate.owner, 1) == 40
