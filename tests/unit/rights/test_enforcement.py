"""PermissionedToken as rights use it: ERC-7943's non-fungible clauses, administration, liens."""

from typing import Any

import pytest

from caldera.contracts import events, structs
from tests.support.estate import DAY, NOBODY, TITLE, Estate
from tests.support.suite import reverts


def said(receipt: Any, estate: Estate) -> list[Any]:
    return [event for event in receipt.events if event.emitter == estate.rights.address]


class TestErc7943:
    """Freeze and force."""

    def test_a_frozen_right_stays(self, estate: Estate) -> None:
        right = estate.right()
        assert not estate.rights.getFrozenTokens(estate.owner, right)
        receipt = estate.rights.setFrozenTokens(estate.owner, right, True, sender=estate.officer)
        assert receipt.returned is True
        assert said(receipt, estate) == [
            events.Frozen_address_uint256_bool(estate.owner.address, right, True, emitter=estate.rights.address)
        ]
        assert estate.rights.getFrozenTokens(estate.owner, right)
        assert not estate.rights.getFrozenTokens(estate.buyer, right)
        assert not estate.rights.canTransfer(estate.owner, estate.buyer, right)
        assert estate.rights.restrictionOf(estate.owner, estate.owner, estate.buyer, right) == 7
        with reverts("ERC7943InsufficientUnfrozenBalance", account=estate.owner.address, tokenId=right):
            estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        with reverts("ERC7943InsufficientUnfrozenBalance"):
            estate.rights.setUser(right, estate.tenant, estate.chain.now + 5, sender=estate.owner)
        with reverts("ERC7943InsufficientUnfrozenBalance"):
            estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        estate.rights.setFrozenTokens(estate.owner, right, False, sender=estate.officer)
        assert estate.rights.canTransfer(estate.owner, estate.buyer, right)
        estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)

    def test_who_freezes_and_what(self, estate: Estate) -> None:
        right = estate.right()
        for caller in (estate.owner, estate.admin, estate.stranger):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                estate.rights.setFrozenTokens(estate.owner, right, True, sender=caller)
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=caller)
        with reverts("ERC721NonexistentToken"):
            estate.rights.setFrozenTokens(estate.owner, 5, True, sender=estate.officer)

    def test_force_unfreezes_first_and_says_everything_in_order(self, estate: Estate) -> None:
        right, where = estate.right(), estate.rights.address
        estate.rights.setFrozenTokens(estate.owner, right, True, sender=estate.officer)
        receipt = estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer)
        owner, buyer = estate.owner.address, estate.buyer.address
        assert receipt.returned is True
        assert said(receipt, estate) == [
            events.Frozen_address_uint256_bool(owner, right, False, emitter=where),
            events.Transfer_address_address_uint256_(owner, buyer, right, emitter=where),
            events.ForcedTransfer_address_address_uint256(owner, buyer, right, emitter=where),
        ]
        assert not estate.rights.getFrozenTokens(estate.buyer, right)
        again = estate.rights.forcedTransfer(estate.buyer, estate.owner, right, sender=estate.officer)
        assert len(said(again, estate)) == 2

    def test_force_goes_only_where_the_right_may(self, estate: Estate) -> None:
        right = estate.right()
        for target, error in (
            (estate.owner, "SameAccount"),
            (estate.tenant, "OutsideScope"),
            (estate.stranger, "ERC7943CannotReceive"),
            (NOBODY, "ERC7943CannotReceive"),
        ):
            with reverts(error):
                estate.rights.forcedTransfer(estate.owner, target, right, sender=estate.officer)
        with reverts("ERC721IncorrectOwner"):
            estate.rights.forcedTransfer(estate.bank, estate.buyer, right, sender=estate.officer)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        with reverts("PledgedUnits", id=right, free=0, needed=1):
            estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer)
        receipt = estate.rights.breakLien(estate.owner, estate.bank, right, 1, sender=estate.officer)
        assert said(receipt, estate) == [
            events.LienBroken(right, estate.owner.address, estate.bank.address, 1, emitter=estate.rights.address)
        ]
        estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer)

    def test_views(self, estate: Estate) -> None:
        right = estate.right()
        for account, active in ((estate.owner, True), (estate.tenant, True), (estate.stranger, False)):
            assert estate.rights.canSend(account) == active
            assert estate.rights.canReceive(account) == active
        assert not estate.rights.canTransfer(estate.buyer, estate.owner, right)
        assert not estate.rights.canTransfer(estate.owner, estate.buyer, 5)
        assert not estate.rights.canTransfer(estate.owner, estate.tenant, right)
        reasons = [
            estate.rights.restrictionOf(estate.owner, source, target, number)
            for source, target, number in (
                (estate.owner, estate.buyer, 5),
                (estate.buyer, estate.owner, right),
                (estate.owner, estate.stranger, right),
                (estate.owner, estate.tenant, right),
                (estate.owner, estate.buyer, right),
            )
        ]
        assert reasons == [1, 2, 4, 5, 0]
        estate.registry.suspend(estate.owner, sender=estate.officer)
        assert estate.rights.restrictionOf(estate.owner, estate.owner, estate.buyer, right) == 3
        with reverts("ERC7943CannotSend", account=estate.owner.address):
            estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)


class TestTransfers:
    """ERC-721's own rules stand behind ours."""

    @pytest.mark.parametrize("safe", [False, True])
    def test_only_owner_and_approved(self, estate: Estate, safe: bool) -> None:
        right = estate.right()
        move = estate.rights.safeTransferFrom if safe else estate.rights.transferFrom
        with reverts("ERC721InsufficientApproval", operator=estate.buyer.address, tokenId=right):
            move(estate.owner, estate.buyer, right, sender=estate.buyer)
        with reverts("ERC721IncorrectOwner"):
            move(estate.buyer, estate.bank, right, sender=estate.buyer)
        with reverts("ERC721NonexistentToken"):
            move(estate.owner, estate.buyer, 5, sender=estate.owner)
        with reverts("ERC7943CannotReceive", account=NOBODY):
            move(estate.owner, NOBODY, right, sender=estate.owner)
        estate.rights.approve(estate.guest, right, sender=estate.owner)
        move(estate.owner, estate.buyer, right, sender=estate.guest)
        assert estate.rights.getApproved(right) == NOBODY
        assert (estate.rights.balanceOf(estate.owner), estate.rights.balanceOf(estate.buyer)) == (0, 1)

    def test_where_nobody_uses_it_nothing_is_said_of_a_user(self, estate: Estate) -> None:
        right = estate.right()
        receipt = estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
        assert said(receipt, estate) == [
            events.Transfer_address_address_uint256_(
                estate.owner.address, estate.buyer.address, right, emitter=estate.rights.address
            )
        ]

    def test_to_oneself(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.setUser(right, estate.tenant, estate.chain.now + DAY, sender=estate.owner)
        estate.rights.transferFrom(estate.owner, estate.owner, right, sender=estate.owner)
        assert estate.rights.userOf(right) == estate.tenant.address


class TestLiens:
    """A right is one unit, under one lien at most."""

    def test_pledged_released_pledged(self, estate: Estate) -> None:
        right, where = estate.right(), estate.rights.address
        owner, bank = estate.owner.address, estate.bank.address
        receipt = estate.rights.pledge(owner, bank, right, 1, sender=estate.owner)
        assert said(receipt, estate) == [events.Pledged(right, owner, bank, 1, emitter=where)]
        assert estate.rights.isPledged(right)
        with reverts("PledgedUnits", free=0, needed=1):
            estate.rights.pledge(owner, estate.buyer, right, 1, sender=estate.owner)
        with reverts("PledgedUnits", id=right):
            estate.rights.transferFrom(owner, estate.buyer, right, sender=estate.owner)
        with reverts("InsufficientLien"):
            estate.rights.release(owner, right, 1, sender=estate.buyer)
        with reverts("InsufficientLien", pledged=1, needed=2):
            estate.rights.release(owner, right, 2, sender=estate.bank)
        receipt = estate.rights.release(owner, right, 1, sender=estate.bank)
        assert said(receipt, estate) == [events.Released(right, owner, bank, 1, emitter=where)]
        estate.rights.transferFrom(owner, estate.buyer, right, sender=estate.owner)

    def test_what_cannot_be_pledged(self, estate: Estate) -> None:
        right = estate.right(lapses=DAY)
        owner = estate.owner
        with reverts("ERC721IncorrectOwner"):
            estate.rights.pledge(estate.buyer, estate.bank, right, 1, sender=estate.buyer)
        with reverts("ERC721InsufficientApproval"):
            estate.rights.pledge(owner, estate.bank, right, 1, sender=estate.bank)
        for lienholder in (owner.address, NOBODY):
            with reverts("InvalidLienholder", lienholder=lienholder):
                estate.rights.pledge(owner, lienholder, right, 1, sender=owner)
        with reverts("OutsideScope", account=estate.tenant.address):
            estate.rights.pledge(owner, estate.tenant, right, 1, sender=owner)
        with reverts("NoUnits"):
            estate.rights.pledge(owner, estate.bank, right, 0, sender=owner)
        with reverts("PledgedUnits", free=1, needed=2):
            estate.rights.pledge(owner, estate.bank, right, 2, sender=owner)
        estate.registry.suspend(owner, sender=estate.officer)
        with reverts("ERC7943CannotSend", account=owner.address):
            estate.rights.pledge(owner, estate.bank, right, 1, sender=owner)
        estate.registry.reinstate(owner, sender=estate.officer)
        estate.rights.pause(5, sender=estate.officer)
        with reverts("Paused"):
            estate.rights.pledge(owner, estate.bank, right, 1, sender=owner)
        estate.chain.skip(DAY - 1)
        with estate.chain.isolated():
            estate.rights.pledge(owner, estate.bank, right, 1, sender=owner)
        estate.chain.skip(1)
        with reverts("RightLapsed", id=right):
            estate.rights.pledge(owner, estate.bank, right, 1, sender=owner)
        with reverts("RightLapsed"):
            estate.rights.setUser(right, estate.tenant, estate.chain.now, sender=owner)

    def test_seized(self, estate: Estate) -> None:
        right, where = estate.right(), estate.rights.address
        owner, bank, buyer = estate.owner.address, estate.bank.address, estate.buyer.address
        estate.rights.pledge(owner, bank, right, 1, sender=estate.owner)
        for target, error in (
            (owner, "SameAccount"),
            (estate.tenant.address, "OutsideScope"),
            (estate.stranger.address, "ERC7943CannotReceive"),
        ):
            with reverts(error):
                estate.rights.seize(owner, target, right, 1, sender=estate.bank)
        estate.rights.setFrozenTokens(owner, right, True, sender=estate.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance"):
            estate.rights.seize(owner, buyer, right, 1, sender=estate.bank)
        estate.rights.setFrozenTokens(owner, right, False, sender=estate.officer)
        estate.registry.suspend(bank, sender=estate.officer)
        with reverts("ERC7943CannotSend", account=bank):
            estate.rights.seize(owner, buyer, right, 1, sender=estate.bank)
        estate.registry.reinstate(bank, sender=estate.officer)
        receipt = estate.rights.seize(owner, buyer, right, 1, sender=estate.bank)
        assert said(receipt, estate) == [
            events.Transfer_address_address_uint256_(owner, buyer, right, emitter=where),
            events.Seized(right, owner, bank, buyer, 1, emitter=where),
        ]
        assert not estate.rights.isPledged(right)

    def test_what_is_seized_for_whom_it_is_frozen_stays_there(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        estate.rights.setFrozenTokens(estate.buyer, right, True, sender=estate.officer)
        estate.rights.seize(estate.owner, estate.buyer, right, 1, sender=estate.bank)
        with reverts("ERC7943InsufficientUnfrozenBalance", account=estate.buyer.address, tokenId=right):
            estate.rights.transferFrom(estate.buyer, estate.owner, right, sender=estate.buyer)

    def test_only_compliance_breaks_a_lien(self, estate: Estate) -> None:
        right = estate.right()
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        for caller in (estate.owner, estate.bank, estate.admin):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                estate.rights.breakLien(estate.owner, estate.bank, right, 1, sender=caller)
        assert estate.rights.isPledged(right)

    def test_the_module_is_asked(self, estate: Estate) -> None:
        estate.rights.setModule(9, estate.guest, sender=estate.admin)
        estate.rights.create(77, estate.owner, 0, 0, b"\0" * 32, sender=estate.guest)
        with reverts("EmptyRevert"):  # this module is no contract that could say yes
            estate.rights.pledge(estate.owner, estate.bank, 77, 1, sender=estate.owner)


class TestAdministration:
    """Modules and metadata."""

    def test_only_modules_create(self, estate: Estate) -> None:
        for caller in (estate.owner, estate.admin, estate.officer):
            with reverts("NotTheModule", caller=caller.address):
                estate.rights.create(9, estate.owner, 0, 1, b"\0" * 32, sender=caller)
            with reverts("NotTheModule", kind=TITLE):
                estate.rights.retire(estate.right(f"parcel of {caller.label}"), sender=caller)
            with reverts("NotTheModule", kind=TITLE):
                attribute = structs.Attribute(1, 1, 1, 1, 1)
                estate.rights.stateAttribute(estate.right(f"field of {caller.label}"), 7, attribute, sender=caller)
        with reverts("ERC721NonexistentToken"):
            estate.rights.retire(9, sender=estate.owner)

    def test_metadata(self, estate: Estate) -> None:
        right = estate.right()
        assert estate.rights.tokenURI(right) == f"ipfs://{right}"
        with reverts("AccessManagedUnauthorized"):
            estate.rights.setBaseUri("ar://", sender=estate.owner)
        receipt = estate.rights.setBaseUri("ar://", sender=estate.admin)
        assert said(receipt, estate) == [events.BaseUriSet("ar://", emitter=estate.rights.address)]
        assert estate.rights.tokenURI(right) == f"ar://{right}"

    def test_creation_is_said(self, estate: Estate) -> None:
        from eth_utils.crypto import keccak

        lapses = estate.chain.now + DAY
        title = structs.Title(b"\1" * 32, b"\2" * 32, lapses, 1, keccak(text="deed"))
        receipt = estate.land.register(estate.owner, title, sender=estate.officer)
        right = receipt.returned
        terms = estate.rights.termsOf(right)
        assert said(receipt, estate) == [
            events.RightCreated(
                right, TITLE, estate.owner.address, lapses, terms, title.documentHash, emitter=estate.rights.address
            ),
            events.Transfer_address_address_uint256_(
                NOBODY, estate.owner.address, right, emitter=estate.rights.address
            ),
        ]
        assert terms == 1 << 160 | TITLE << 152 | 1 << 64 | 3
