"""LandModule: titles, trusts, income to the unit."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import FeeToken, events, structs
from tests.support.estate import DAY, INCOME_RULES, NOBODY, TITLE_RULES, YEAR, Estate
from tests.support.suite import reverts

SHARES = 3_000_000


def title(estate: Estate, **changes: Any) -> structs.Title:
    given: dict[str, Any] = {
        "registryId": keccak(text="parcel"),
        "right": keccak(text="use"),
        "lapses": estate.chain.now + 30 * YEAR,
        "ruleId": TITLE_RULES,
        "documentHash": keccak(text="deed"),
    }
    return structs.Title(**(given | changes))


def trusted(estate: Estate, shares: int = SHARES) -> tuple[int, int]:
    """A right in trust and its certificate; the owner has all shares."""
    right = estate.right()
    estate.rights.approve(estate.land, right, sender=estate.owner)
    made = estate.land.putInTrust(right, shares, INCOME_RULES, 1, sender=estate.owner)
    return right, made.returned


def pay(estate: Estate, certificate: int, amount: int) -> None:
    estate.money.mint(estate.tenant, amount, sender=estate.tenant)
    estate.money.approve(estate.land, amount, sender=estate.tenant)
    estate.land.payIncome(certificate, amount, sender=estate.tenant)


class TestTitles:
    """Each parcel's right exists once."""

    def test_a_title_becomes_a_right_that_lapses_with_it(self, estate: Estate) -> None:
        given = title(estate)
        receipt = estate.land.register(estate.owner, given, sender=estate.officer)
        right = receipt.returned
        assert right == estate.land.idOf(given.registryId, given.right)
        assert right & 0xFFFF == 0
        assert estate.rights.ownerOf(right) == estate.owner.address
        assert estate.rights.lapsesAt(right) == given.lapses
        assert estate.rights.documentHash(right) == given.documentHash
        assert events.TitleRegistered(right, estate.owner.address, given, emitter=estate.land.address) in receipt.events
        with reverts("TokenExists", id=right):
            estate.land.register(estate.buyer, given._replace(documentHash=b"\1" * 32), sender=estate.officer)
        other = estate.land.register(estate.buyer, given._replace(right=b"\2" * 32), sender=estate.officer)
        assert other.returned != right

    @pytest.mark.parametrize(("field", "number"), [("registryId", 10), ("right", 11), ("documentHash", 5)])
    def test_what_is_missing_is_named(self, estate: Estate, field: str, number: int) -> None:
        with reverts("MissingField", field=number):
            estate.land.register(estate.owner, title(estate, **{field: b"\0" * 32}), sender=estate.officer)

    def test_a_lapse_where_the_rules_demand_one(self, estate: Estate) -> None:
        rules = structs.Rules(3, 0, 0, 0, 1 << 2, 1, 0, 0)
        number = estate.standard.publish(b"with lapse".ljust(32, b"\0"), rules, sender=estate.officer).returned
        with reverts("MissingField", field=2):
            estate.land.register(estate.owner, title(estate, ruleId=number, lapses=0), sender=estate.officer)
        estate.land.register(estate.owner, title(estate, ruleId=number), sender=estate.officer)

    def test_bad_input(self, estate: Estate) -> None:
        with reverts("LapseNotInFuture", lapses=estate.chain.now):
            estate.land.register(estate.owner, title(estate, lapses=estate.chain.now), sender=estate.officer)
        with reverts("ERC7943CannotReceive", account=NOBODY):
            estate.land.register(NOBODY, title(estate), sender=estate.officer)
        with reverts("OutsideScope", account=estate.tenant.address):
            estate.land.register(estate.tenant, title(estate), sender=estate.officer)
        with reverts("AccessManagedUnauthorized", caller=estate.owner.address):
            estate.land.register(estate.owner, title(estate), sender=estate.owner)
        estate.land.register(estate.owner, title(estate, lapses=estate.chain.now + 1), sender=estate.officer)

    def test_attributes_are_stated_in_the_attestors_name(self, estate: Estate) -> None:
        right = estate.right()
        with reverts("AccessManagedUnauthorized"):
            estate.land.stateAttribute(right, 7, 5, 2**39, sender=estate.owner)
        with reverts("NotActive", account=estate.officer.address):
            estate.land.stateAttribute(right, 7, 5, 2**39, sender=estate.officer)
        estate.enrol("officer")
        estate.land.stateAttribute(right, 7, 5, 2**39, sender=estate.officer)
        entity = estate.entities["officer"]
        assert estate.rights.attributeOf(right, 7) == structs.Attribute(5, entity, estate.chain.now, 2**39, 0)

    def test_a_frozen_one_that_is_struck_out_is_free_first(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.setFrozenTokens(estate.owner, right, True, sender=estate.officer)
        receipt = estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        owner, where = estate.owner.address, estate.rights.address
        assert [event for event in receipt.events if event.emitter == where] == [
            events.Frozen_address_uint256_bool(owner, right, False, emitter=where),
            events.Transfer_address_address_uint256_(owner, NOBODY, right, emitter=where),
        ]

    def test_struck_out(self, estate: Estate) -> None:
        right = estate.right()
        estate.let(right, DAY)
        with reverts("LeaseRunning", id=right):
            estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        estate.chain.skip(DAY + 1)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        with reverts("RightPledged", id=right):
            estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        estate.rights.release(estate.owner, right, 1, sender=estate.bank)
        with reverts("AccessManagedUnauthorized"):
            estate.land.strikeOut(right, b"\1" * 32, sender=estate.owner)
        receipt = estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        assert events.TitleStruckOut(right, b"\1" * 32, emitter=estate.land.address) in receipt.events
        with reverts("ERC721NonexistentToken"):
            estate.rights.ownerOf(right)
        assert estate.leases.collectable(right, estate.owner, 1) == 10
        with reverts("TokenExists"):
            estate.right()


class TestTrust:
    """In by its owner, out by whoever holds all shares."""

    def test_in(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        assert certificate == right + 1
        assert estate.rights.ownerOf(right) == estate.land.address
        assert estate.ledger.balanceOf(estate.owner, certificate) == SHARES
        assert estate.ledger.totalSupply(certificate) == SHARES
        assert estate.ledger.documentHash(certificate) == estate.rights.documentHash(right)
        assert estate.land.trustsOf(right) == 1
        assert estate.land.trustOf(certificate) == structs.Trust(estate.owner.address, 1, SHARES, 0, 0)

    def test_it_is_said(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.approve(estate.land, right, sender=estate.owner)
        receipt = estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.owner)
        owner, where = estate.owner.address, estate.land.address
        assert events.PutInTrust(right, right + 1, owner, SHARES, 1, emitter=where) in receipt.events
        estate.money.mint(estate.tenant, 9, sender=estate.tenant)
        estate.money.approve(estate.land, 9, sender=estate.tenant)
        receipt_ = estate.land.payIncome(right + 1, 9, sender=estate.tenant)
        assert events.IncomeReceived(right + 1, estate.tenant.address, 9, emitter=where) in receipt_.events
        claimed = estate.land.claim(right + 1, owner, sender=estate.stranger)
        assert events.IncomeClaimed(right + 1, owner, 9, emitter=where) in claimed.events

    def test_only_its_owner_who_approved(self, estate: Estate) -> None:
        right = estate.right()
        with reverts("NotTheOwner", id=right, caller=estate.buyer.address):
            estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.buyer)
        with reverts("ERC721InsufficientApproval", operator=estate.land.address):
            estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.owner)
        estate.rights.approve(estate.land, right, sender=estate.owner)
        with reverts("NoAmount"):
            estate.land.putInTrust(right, 0, INCOME_RULES, 1, sender=estate.owner)
        estate.land.pause(5, sender=estate.officer)
        with reverts("Paused"):
            estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.owner)
        estate.chain.skip(5)
        estate.land.putInTrust(right, 1, INCOME_RULES, 1, sender=estate.owner)

    def test_a_running_lease_must_pay_in_the_trusts_currency(self, estate: Estate) -> None:
        usd = 10**18
        estate.standard.addCurrency(b"USD", estate.money, usd, usd, usd, NOBODY, 0, sender=estate.officer)
        right = estate.right()
        estate.let(right, DAY)
        estate.rights.approve(estate.land, right, sender=estate.owner)
        with reverts("OtherCurrency", id=right, currencyId=1):
            estate.land.putInTrust(right, SHARES, INCOME_RULES, 2, sender=estate.owner)
        with estate.chain.isolated():
            estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.owner)
        estate.chain.skip(DAY + 1)
        estate.land.putInTrust(right, SHARES, INCOME_RULES, 2, sender=estate.owner)

    def test_out_with_all_shares_only(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, 1_000_000, b"", sender=estate.owner)
        with reverts("AllSharesNeeded", held=2_000_000, shares=SHARES):
            estate.land.takeOut(certificate, sender=estate.owner)
        estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, 2_000_000, b"", sender=estate.owner)
        estate.ledger.pledge(estate.buyer, estate.bank, certificate, 1_000_000, sender=estate.buyer)
        with reverts("AllSharesNeeded", held=2_000_000):
            estate.land.takeOut(certificate, sender=estate.buyer)
        estate.ledger.safeTransferFrom(estate.buyer, estate.owner, certificate, 1_000_000, b"", sender=estate.buyer)
        with reverts("AllSharesNeeded", held=1_000_000):
            estate.land.takeOut(certificate, sender=estate.buyer)
        estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, 1_000_000, b"", sender=estate.owner)
        estate.ledger.release(estate.buyer, certificate, 1_000_000, sender=estate.bank)
        receipt = estate.land.takeOut(certificate, sender=estate.buyer)
        taken = events.TakenOut(right, certificate, estate.buyer.address, emitter=estate.land.address)
        assert taken in receipt.events
        assert estate.rights.ownerOf(right) == estate.buyer.address
        assert estate.ledger.balanceOf(estate.buyer, certificate) == estate.ledger.totalSupply(certificate) == 0
        with reverts("NotInTrust", certificate=certificate):
            estate.land.takeOut(certificate, sender=estate.buyer)
        estate.rights.approve(estate.land, right, sender=estate.buyer)
        again = estate.land.putInTrust(right, 5, INCOME_RULES, 1, sender=estate.buyer).returned
        assert again == right + 2

    def test_the_manager_leases_and_ends(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        offer = estate.offer(right)
        for caller in (estate.buyer, estate.officer):
            with reverts("NotTheManager", caller=caller.address):
                estate.land.offerLease(certificate, offer, sender=caller)
            with reverts("NotTheManager", caller=caller.address):
                estate.land.agreeToEnd(certificate, True, sender=caller)
        with reverts("NotInTrust"):
            estate.land.offerLease(certificate, offer._replace(id=right + 65_536), sender=estate.owner)
        with reverts("OtherCurrency", currencyId=1):
            estate.land.offerLease(certificate, offer._replace(currencyId=2), sender=estate.owner)
        estate.land.offerLease(certificate, offer, sender=estate.owner)
        estate.fund(estate.tenant, 1_000)
        estate.leases.lease(offer, estate.chain.now + 10 * DAY, NOBODY, b"", sender=estate.tenant)
        estate.chain.skip(4 * DAY)
        estate.leases.agreeToEnd(right, True, sender=estate.tenant)
        estate.land.agreeToEnd(certificate, True, sender=estate.owner)
        assert estate.land.collectRent(certificate, sender=estate.stranger).returned == 40
        assert estate.land.claimable(certificate, estate.owner) == 40

    def test_shares_of_what_was_struck_out_circulate_no_more_and_are_still_paid(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        pay(estate, certificate, 30)
        estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        with reverts("NotCirculating", id=certificate):
            estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, SHARES, b"", sender=estate.owner)
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 30


class TestIncome:
    """Pro rata to the holders of the moment; nothing lost, nothing made."""

    def test_shared_to_the_unit(self, estate: Estate) -> None:
        _, certificate = trusted(estate)
        estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, 1_000_000, b"", sender=estate.owner)
        pay(estate, certificate, 100)
        assert estate.land.claimable(certificate, estate.buyer) == 33
        assert estate.land.claimable(certificate, estate.owner) == 66
        estate.ledger.safeTransferFrom(estate.owner, estate.buyer, certificate, 2_000_000, b"", sender=estate.owner)
        pay(estate, certificate, 5)
        assert estate.land.claim(certificate, estate.buyer, sender=estate.stranger).returned == 38  # 33 1/3 + 5
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 66
        with reverts("NothingToClaim", holder=estate.owner.address):
            estate.land.claim(certificate, estate.owner, sender=estate.owner)
        estate.land.takeOut(certificate, sender=estate.buyer)
        assert estate.land.claim(certificate, estate.buyer, sender=estate.buyer).returned == 1  # what fractions left
        assert estate.money.balanceOf(estate.land) == 0

    def test_income_of_pledged_shares_goes_with_them(self, estate: Estate) -> None:
        _, certificate = trusted(estate)
        estate.ledger.pledge(estate.owner, estate.bank, certificate, 1_000_000, sender=estate.owner)
        pay(estate, certificate, 30)
        assert estate.land.claim(certificate, estate.owner, sender=estate.owner).returned == 20
        estate.ledger.seize(estate.owner, estate.bank, certificate, 1_000_000, sender=estate.bank)
        assert estate.land.claim(certificate, estate.bank, sender=estate.bank).returned == 10

    def test_who_is_halted_loses_nothing(self, estate: Estate) -> None:
        _, certificate = trusted(estate)
        pay(estate, certificate, 30)
        estate.ledger.setFrozenTokens(estate.owner, certificate, 1, sender=estate.officer)
        with reverts("ClaimHalted", holder=estate.owner.address):
            estate.land.claim(certificate, estate.owner, sender=estate.owner)
        estate.ledger.setFrozenTokens(estate.owner, certificate, 0, sender=estate.officer)
        estate.registry.suspend(estate.owner, sender=estate.officer)
        with reverts("ClaimHalted"):
            estate.land.claim(certificate, estate.owner, sender=estate.owner)
        estate.registry.reinstate(estate.owner, sender=estate.officer)
        assert estate.land.claim(certificate, estate.owner, sender=estate.owner).returned == 30

    def test_bad_input(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        with reverts("NoAmount"):
            estate.land.payIncome(certificate, 0, sender=estate.tenant)
        with reverts("NotInTrust", certificate=right):
            estate.land.payIncome(right, 1, sender=estate.tenant)
        with reverts("NoAmount"):
            estate.land.collectRent(certificate, sender=estate.tenant)
        with reverts("OnlyLedger", caller=estate.owner.address):
            estate.land.onMove(
                structs.Move(certificate, estate.owner.address, NOBODY, 1, estate.buyer.address, NOBODY, 0, 1),
                sender=estate.owner,
            )
        token = FeeToken.deploy(estate.chain, sender=estate.admin)
        usd = 10**18
        estate.standard.addCurrency(b"FEE", token, usd, usd, usd, NOBODY, 0, sender=estate.officer)
        other = estate.right("parcel 2")
        estate.rights.approve(estate.land, other, sender=estate.owner)
        fee = estate.land.putInTrust(other, SHARES, INCOME_RULES, 2, sender=estate.owner).returned
        token.mint(estate.tenant, 10**9, sender=estate.tenant)
        token.approve(estate.land, 10**9, sender=estate.tenant)
        with reverts("InexactToken", token=token.address):
            estate.land.payIncome(fee, 10**6, sender=estate.tenant)


class TestForcedAway:
    """A right that compliance took out of its trust is no longer the trust's."""

    def test_the_old_trust_takes_nothing_of_the_next(self, estate: Estate) -> None:
        right, old = trusted(estate)
        estate.land.offerLease(old, estate.offer(right), sender=estate.owner)
        estate.fund(estate.tenant, 200)
        offered = estate.offer(right)
        estate.leases.lease(offered, estate.chain.now + 10 * DAY, NOBODY, b"", sender=estate.tenant)
        estate.chain.skip(4 * DAY)
        estate.rights.forcedTransfer(estate.land, estate.buyer, right, sender=estate.officer)
        with reverts("NotInTrust", certificate=old):
            estate.land.agreeToEnd(old, True, sender=estate.owner)
        with reverts("NotInTrust", certificate=old):
            estate.land.takeOut(old, sender=estate.owner)
        with reverts("NotInTrust", certificate=old):
            estate.ledger.pledge(estate.owner, estate.bank, old, SHARES, sender=estate.owner)
        estate.rights.approve(estate.land, right, sender=estate.buyer)
        new = estate.land.putInTrust(right, SHARES, INCOME_RULES, 1, sender=estate.buyer).returned
        assert estate.land.claimable(old, estate.owner) == 40  # four days of rent are the old trust's
        with reverts("NotCirculating", id=old):
            estate.ledger.safeTransferFrom(estate.owner, estate.bank, old, SHARES, b"", sender=estate.owner)
        estate.chain.skip(7 * DAY)
        with reverts("NotInTrust", certificate=old):
            estate.land.collectRent(old, sender=estate.stranger)
        assert estate.land.collectRent(new, sender=estate.stranger).returned == 60
        for call in (
            lambda: estate.land.offerLease(old, estate.offer(right), sender=estate.owner),
            lambda: estate.land.takeOut(old, sender=estate.owner),
        ):
            with reverts("NotInTrust", certificate=old):
                call()
        assert estate.land.claim(old, estate.owner, sender=estate.stranger).returned == 40
        assert estate.land.claim(new, estate.buyer, sender=estate.stranger).returned == 60
        estate.land.takeOut(new, sender=estate.buyer)
        assert estate.rights.ownerOf(right) == estate.buyer.address

    def test_rent_from_before_is_the_trusts_until_the_next_begins(self, estate: Estate) -> None:
        right, old = trusted(estate)
        estate.land.offerLease(old, estate.offer(right), sender=estate.owner)
        estate.fund(estate.tenant, 100)
        estate.leases.lease(estate.offer(right), estate.chain.now + 10 * DAY, NOBODY, b"", sender=estate.tenant)
        estate.chain.skip(3 * DAY)
        estate.rights.forcedTransfer(estate.land, estate.buyer, right, sender=estate.officer)
        estate.chain.skip(3 * DAY)
        assert estate.land.collectRent(old, sender=estate.stranger).returned == 30

    def test_rent_of_a_right_that_is_struck_out_is_its_trusts(self, estate: Estate) -> None:
        right, certificate = trusted(estate)
        estate.land.offerLease(certificate, estate.offer(right), sender=estate.owner)
        estate.fund(estate.tenant, 100)
        estate.leases.lease(estate.offer(right), estate.chain.now + 10 * DAY, NOBODY, b"", sender=estate.tenant)
        estate.chain.skip(5 * DAY)
        estate.rights.forcedTransfer(estate.land, estate.buyer, right, sender=estate.officer)
        estate.chain.skip(6 * DAY)
        estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 50
        assert estate.leases.collect(right, 1, sender=estate.buyer).returned == 50
        with reverts("NotInTrust", certificate=certificate):
            estate.land.takeOut(certificate, sender=estate.owner)
