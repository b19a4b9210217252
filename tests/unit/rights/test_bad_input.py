"""Rights, leases and land: input that is wrong, strange or a second too late."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import structs
from tests.support.estate import BANK, DAY, EU, FARMER, INCOME_RULES, NOBODY, TITLE_RULES, US, Estate
from tests.support.signatures import high, spoilt
from tests.support.suite import reverts

FOREVER = 2**64 - 1
LATEST = 2**40 - 1
WRONG = list(spoilt(bytes([1] * 64 + [27])))


def lease(estate: Estate, offer: structs.Offer, end: int, **changes: Any) -> int:
    """By the tenant, with money enough, on an offer that the owner signed."""
    given: dict[str, Any] = {"signature": None, "lienholder": NOBODY, "sender": estate.tenant} | changes
    signature = estate.sign(offer, estate.owner) if given["signature"] is None else given["signature"]
    estate.fund(given["sender"], 10**6)
    return estate.leases.lease(offer, end, given["lienholder"], signature, sender=given["sender"]).returned


class TestSignatures:
    """Over exactly this offer, in its one form."""

    @pytest.mark.parametrize("wrong", WRONG)
    def test_of_offers(self, estate: Estate, wrong: str) -> None:
        right = estate.right()
        offer, end = estate.offer(right), estate.chain.now + DAY
        good = estate.sign(offer, estate.owner)
        with reverts("NotOffered", id=right, owner=estate.owner.address):
            lease(estate, offer, end, signature=spoilt(good)[wrong])
        assert lease(estate, offer, end, signature=good) == 10

    def test_the_second_signature_makes_no_second_lease(self, estate: Estate) -> None:
        right = estate.right()
        offer = estate.offer(right, deadline=estate.chain.now + 9 * DAY)
        good = estate.sign(offer, estate.owner)
        lease(estate, offer, estate.chain.now + DAY, signature=good)
        estate.chain.skip(2 * DAY)
        for signature in (good, high(good)):
            with reverts("OfferUsed", number=1, next=2):
                lease(estate, offer, estate.chain.now + DAY, signature=signature)

    def test_an_offer_is_for_one_right(self, estate: Estate) -> None:
        first, second = estate.right(), estate.right("other parcel")
        signature = estate.sign(estate.offer(first), estate.owner)
        with reverts("NotOffered", id=second, owner=estate.owner.address):
            lease(estate, estate.offer(second), estate.chain.now + DAY, signature=signature)

    def test_an_empty_signature_is_no_offer(self, estate: Estate) -> None:
        """Neither where there never was one on chain nor after it was taken."""
        right = estate.right()
        offer = estate.offer(right, deadline=estate.chain.now + 9 * DAY)
        with reverts("NotOffered", id=right, owner=estate.owner.address):
            lease(estate, offer, estate.chain.now + DAY, signature=b"")
        estate.leases.offer(offer, sender=estate.owner)
        lease(estate, offer, estate.chain.now + DAY, signature=b"")
        estate.chain.skip(2 * DAY)
        with reverts("OfferUsed", number=1, next=2):
            lease(estate, offer, estate.chain.now + DAY, signature=b"")
        with reverts("NotOffered", id=right, owner=estate.owner.address):
            lease(estate, offer._replace(number=2), estate.chain.now + DAY, signature=b"")


class TestZeroAddresses:
    """Nobody owns, leases, decides or lends."""

    def test_no_right_is_no_ones_to_offer(self, estate: Estate) -> None:
        offer = estate.offer(5)
        for call in (
            lambda: estate.leases.offer(offer, sender=estate.owner),
            lambda: estate.leases.voidOffers(5, sender=estate.owner),
            lambda: estate.leases.consent(5, bytes(32), sender=estate.bank),
            lambda: estate.leases.accrue(5, sender=estate.owner),
            lambda: lease(estate, offer, estate.chain.now + DAY, signature=bytes(65)),
            lambda: estate.land.putInTrust(5, 1, INCOME_RULES, 1, sender=estate.owner),
        ):
            with reverts("ERC721NonexistentToken", tokenId=5):
                call()
        with reverts("NoLease", id=5):
            estate.leases.agreeToEnd(5, True, sender=estate.owner)

    def test_no_referee_is_nobody(self, estate: Estate) -> None:
        right = estate.right()
        estate.let(right, DAY, forfeitBps=10_000)
        for caller in (estate.owner, estate.tenant, estate.referee, estate.stranger):
            with reverts("NotTheReferee", id=right, caller=caller.address):
                estate.leases.declareBreach(right, bytes(32), sender=caller)

    def test_no_user_cannot_be_given_time(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.setUser(right, NOBODY, FOREVER, sender=estate.owner)
        assert estate.rights.userOf(right) == NOBODY
        assert estate.rights.userExpires(right) == 0

    def test_nobody_lends_consents_or_seizes(self, estate: Estate) -> None:
        right = estate.right()
        with reverts("InvalidLienholder", lienholder=NOBODY):
            estate.rights.pledge(estate.owner, NOBODY, right, 1, sender=estate.owner)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        offer, end = estate.offer(right), estate.chain.now + DAY
        for lienholder in (NOBODY, estate.owner.address, estate.buyer.address, estate.bank.address):
            with reverts("LienholderConsentNeeded", id=right):
                lease(estate, offer, end, lienholder=lienholder)
        for caller in (estate.buyer, estate.owner, estate.stranger):
            with reverts("NotTheLienholder", id=right, caller=caller.address):
                estate.leases.consent(right, bytes(32), sender=caller)
        estate.leases.consent(right, bytes(32), sender=estate.bank)
        with reverts("LienholderConsentNeeded", id=right):
            lease(estate, offer, end, lienholder=estate.bank)
        with reverts("ERC7943CannotReceive", account=NOBODY):
            estate.rights.seize(estate.owner, NOBODY, right, 1, sender=estate.bank)
        with reverts("InsufficientLien", holder=NOBODY, pledged=0, needed=1):
            estate.rights.seize(NOBODY, estate.buyer, right, 1, sender=estate.bank)


class TestTimes:
    """In the very second."""

    def test_an_offer_of_the_past(self, estate: Estate) -> None:
        right, now = estate.right(), estate.chain.now
        for deadline in (0, now - 1):
            with reverts("OfferExpired", deadline=deadline):
                lease(estate, estate.offer(right, deadline=deadline), now + DAY)
        for latest in (0, now - 1, now):
            with reverts("EndOutOfRange", end=now + 1, earliest=now + 1, latest=latest):
                lease(estate, estate.offer(right, latest=latest), now + 1)
        for end in (0, now):
            with reverts("EndOutOfRange", end=end, earliest=now + 1):
                lease(estate, estate.offer(right), end)
        assert lease(estate, estate.offer(right, deadline=now, latest=now + 1), now + 1) == 1

    @pytest.mark.parametrize("who", ["tenant", "owner"])
    def test_who_expires_this_second_makes_no_lease(self, estate: Estate, who: str) -> None:
        right, until = estate.right(), estate.chain.now + 10
        account = estate.chain.account(who)
        facts = (US, 0) if who == "tenant" else (EU, FARMER)
        estate.registry.setFacts(account, until, *facts, sender=estate.officer)
        offer = estate.offer(right)
        estate.chain.warp(until - 1)
        with estate.chain.isolated():
            lease(estate, offer, until + DAY)
        estate.chain.warp(until)
        with reverts("NotActive", account=account.address):
            lease(estate, offer, until + DAY)

    def test_who_expires_this_second_uses_and_lets_use_no_more(self, estate: Estate) -> None:
        right, until = estate.right(), estate.chain.now + 10
        estate.registry.setFacts(estate.guest, until, US, 0, sender=estate.officer)
        estate.registry.setFacts(estate.owner, until, EU, FARMER, sender=estate.officer)
        estate.chain.warp(until - 1)
        estate.rights.setUser(right, estate.guest, FOREVER, sender=estate.owner)
        estate.chain.warp(until)
        for user in (estate.guest, estate.owner):
            with reverts("NotActive", account=user.address):
                estate.rights.setUser(right, user, FOREVER, sender=estate.owner)
        with reverts("NotActive", account=estate.owner.address):
            estate.rights.setUser(right, estate.tenant, FOREVER, sender=estate.owner)

    def test_a_lienholder_that_expires_this_second(self, estate: Estate) -> None:
        right, other, until = estate.right(), estate.right("other"), estate.chain.now + 10
        estate.registry.setFacts(estate.bank, until, EU, BANK, sender=estate.officer)
        estate.chain.warp(until - 1)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        with estate.chain.isolated():
            estate.rights.seize(estate.owner, estate.buyer, right, 1, sender=estate.bank)
        estate.chain.warp(until)
        with reverts("ERC7943CannotReceive", account=estate.bank.address):
            estate.rights.pledge(estate.owner, estate.bank, other, 1, sender=estate.owner)
        with reverts("ERC7943CannotSend", account=estate.bank.address):
            estate.rights.seize(estate.owner, estate.buyer, right, 1, sender=estate.bank)
        estate.rights.release(estate.owner, right, 1, sender=estate.bank)

    def test_a_qualification_that_was_lost_in_the_same_second(self, estate: Estate) -> None:
        """Who lost it gets nothing more, by whatever way, and may still sell."""
        right, other = estate.right(owner="owner"), estate.right("other", owner="buyer")
        estate.registry.setFacts(estate.buyer, estate.chain.now + DAY, EU, 0, sender=estate.officer)
        assert not estate.rights.canTransfer(estate.owner, estate.buyer, right)
        for gets in (
            lambda: estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner),
            lambda: estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer),
            lambda: estate.right("third", owner="buyer"),
        ):
            with reverts("OutsideScope", account=estate.buyer.address):
                gets()
        estate.rights.transferFrom(estate.buyer, estate.owner, other, sender=estate.buyer)

    def test_a_right_that_lapses_this_second(self, estate: Estate) -> None:
        right = estate.right(lapses=10)
        lapses = estate.rights.lapsesAt(right)
        estate.chain.warp(lapses - 1)
        with reverts("UseBeyondRight", id=right, expires=lapses, lapses=lapses):
            lease(estate, estate.offer(right), lapses)
        estate.chain.warp(lapses)
        with reverts("RightLapsed", id=right, lapses=lapses):
            lease(estate, estate.offer(right), lapses + 1)


class TestNumbers:
    """At the ends of their fields."""

    @pytest.mark.parametrize("number", [0, 2, FOREVER])
    def test_an_offer_has_the_next_number(self, estate: Estate, number: int) -> None:
        right = estate.right()
        with reverts("OfferUsed", number=number, next=1):
            lease(estate, estate.offer(right, number=number), estate.chain.now + DAY)

    def test_a_price_beyond_its_field_is_refused_and_not_cut(self, estate: Estate) -> None:
        right, now = estate.right(), estate.chain.now
        most = 2**96 - 1
        offer = estate.offer(right, rent=most, period=1, latest=LATEST)
        with reverts("SafeCastOverflowedUintDowncast", bits=96, value=2 * most):
            lease(estate, offer, now + 2)
        with reverts("SafeCastOverflowedUintDowncast", bits=96, value=most * (LATEST - now)):
            lease(estate, offer, LATEST)
        assert estate.leases.price(most, 1, 0, LATEST) == most * LATEST
        estate.fund(estate.tenant, most)
        signature = estate.sign(offer, estate.owner)
        receipt = estate.leases.lease(offer, now + 1, NOBODY, signature, sender=estate.tenant)
        assert receipt.returned == most

    def test_the_longest_lease(self, estate: Estate) -> None:
        """A right that never lapses can be leased up to the last second that there is, for nothing if they like."""
        right = estate.right()
        assert lease(estate, estate.offer(right, rent=0, latest=LATEST), LATEST) == 0
        assert estate.rights.userExpires(right) == LATEST
        with reverts("EndOutOfRange", end=LATEST, latest=LATEST):
            estate.leases.extend(right, LATEST, sender=estate.tenant)

    def test_a_currency_that_is_none(self, estate: Estate) -> None:
        right = estate.right()
        for currency in (0, 2, 255):
            with reverts("UnknownCurrency", currencyId=currency):
                lease(estate, estate.offer(right, currencyId=currency), estate.chain.now + DAY)
        estate.rights.approve(estate.land, right, sender=estate.owner)
        with reverts("UnknownCurrency", currencyId=2):
            estate.land.putInTrust(right, 1, INCOME_RULES, 2, sender=estate.owner)

    def test_liens_are_of_one_unit(self, estate: Estate) -> None:
        right = estate.right()
        too_many = ((2, "PledgedUnits"), (2**96 + 1, "PledgedUnits"), (2**256 - 1, "PledgedUnits"))
        for units, error in ((0, "NoUnits"), *too_many):
            with reverts(error):
                estate.rights.pledge(estate.owner, estate.bank, right, units, sender=estate.owner)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        for units, error in ((0, "NoUnits"), (2, "InsufficientLien"), (2**96 + 1, "InsufficientLien")):
            with reverts(error):
                estate.rights.release(estate.owner, right, units, sender=estate.bank)
            with reverts(error):
                estate.rights.seize(estate.owner, estate.buyer, right, units, sender=estate.bank)
            with reverts(error):
                estate.rights.breakLien(estate.owner, estate.bank, right, units, sender=estate.officer)
        assert estate.rights.isPledged(right)


class TestLand:
    """Rules that are none, or another module's; titles of the past."""

    def test_rules(self, estate: Estate) -> None:
        title = structs.Title(keccak(text="p"), keccak(text="u"), 0, TITLE_RULES, keccak(text="d"))
        for number, error in ((INCOME_RULES, "WrongKind"), (99, "UnknownRules")):
            with reverts(error, ruleId=number):
                estate.land.register(estate.owner, title._replace(ruleId=number), sender=estate.officer)
        right = estate.right()
        estate.rights.approve(estate.land, right, sender=estate.owner)
        for number, error in ((TITLE_RULES, "WrongKind"), (99, "UnknownRules")):
            with reverts(error, ruleId=number):
                estate.land.putInTrust(right, 1, number, 1, sender=estate.owner)
        assert estate.rights.ownerOf(right) == estate.owner.address

    def test_a_title_that_lapsed(self, estate: Estate) -> None:
        title = structs.Title(keccak(text="p"), keccak(text="u"), 1, TITLE_RULES, keccak(text="d"))
        for lapses in (1, estate.chain.now - 1, estate.chain.now):
            with reverts("LapseNotInFuture", lapses=lapses):
                estate.land.register(estate.owner, title._replace(lapses=lapses), sender=estate.officer)

    def test_a_right_is_no_certificate_and_a_certificate_no_right(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.approve(estate.land, right, sender=estate.owner)
        certificate = estate.land.putInTrust(right, 1_000_000, INCOME_RULES, 1, sender=estate.owner).returned
        with reverts("NotInTrust", certificate=right):
            estate.land.takeOut(right, sender=estate.owner)
        with reverts("NotInTrust", certificate=certificate + 1):
            estate.land.takeOut(certificate + 1, sender=estate.owner)
        with reverts("ERC721NonexistentToken", tokenId=certificate):
            estate.land.putInTrust(certificate, 1_000_000, INCOME_RULES, 1, sender=estate.owner)
        assert estate.land.claimable(right, estate.owner) == 0
        assert estate.land.trustOf(right) == structs.Trust(NOBODY, 0, 0, 0, 0)

    def test_shares_up_to_the_end_of_their_field(self, estate: Estate) -> None:
        right, most = estate.right(), 2**96 - 1
        estate.rights.approve(estate.land, right, sender=estate.owner)
        certificate = estate.land.putInTrust(right, most, INCOME_RULES, 1, sender=estate.owner).returned
        estate.money.mint(estate.tenant, 7, sender=estate.tenant)
        estate.money.approve(estate.land, 7, sender=estate.tenant)
        estate.land.payIncome(certificate, 7, sender=estate.tenant)
        assert estate.land.claim(certificate, estate.owner, sender=estate.owner).returned == 7
        estate.land.takeOut(certificate, sender=estate.owner)
