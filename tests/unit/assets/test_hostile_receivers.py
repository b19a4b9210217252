"""Receivers that misbehave while they are asked whether they receive.

They gain nothing: what they attempt by then is either what any holder may do, or it is refused by the error that
refuses it at any other time. Where they refuse, throw or burn all gas, only their own receipt fails: 63 of 64 parts of
the gas are theirs, and what is left is enough to refuse by name.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from caldera.contracts import HostileReceiver, structs
from caldera.evm import ContractError
from tests.support.estate import FARMER, INCOME_RULES, Estate
from tests.support.shop import CONSUMER, DE, Shop
from tests.support.suite import DAY, ENTERPRISE, EU, FACTOR, MINIMUM, NOBODY, Suite, reverts
from tests.support.tokens import ACCEPT, BURN, LONG, LONG_REVERT, NAMED, SHORT, SILENT, WRONG, Tokens, selector

M = MINIMUM
FOREVER = 2**64 - 1
BAD = (WRONG, SHORT, SILENT, NAMED, LONG_REVERT, BURN)
GUARDED = "ReentrancyGuardReentrantCall()"


def attempt(receiver: HostileReceiver, target: Any, *payloads: bytes) -> None:
    """Plans what it does when it is asked the next time."""
    for payload in payloads:
        receiver.plan(target, payload, sender=NOBODY)


def came_of(receiver: HostileReceiver) -> list[bytes]:
    """What came of its attempts: nothing where one succeeded, else the selector of the error."""
    return [b"" if outcome.succeeded else outcome.answer[:4] for outcome in receiver.outcomes()]


def errors(*signatures: str) -> list[bytes]:
    """Selectors of errors; an empty text for a success."""
    return [selector(signature) if signature else b"" for signature in signatures]


class TestTokens:
    """Rights and goods alike."""

    @pytest.mark.parametrize("manner", BAD)
    def test_only_its_own_receipt_fails(self, tokens: Tokens, manner: int) -> None:
        token, receiver = tokens.mint(), tokens.receiver(manner)
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        for data in ((), (b"data",)):
            with pytest.raises(ContractError):
                tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, *data, sender=tokens.operator)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address
        assert tokens.ledger.getApproved(token) == tokens.operator.address
        assert (tokens.ledger.balanceOf(tokens.owner), tokens.ledger.balanceOf(receiver)) == (1, 0)
        tokens.ledger.safeTransferFrom(tokens.owner, tokens.other, token, sender=tokens.operator)
        assert tokens.ledger.ownerOf(token) == tokens.other.address

    @pytest.mark.parametrize("manner", [WRONG, SILENT, BURN])
    def test_it_is_refused_by_name(self, tokens: Tokens, manner: int) -> None:
        token, receiver = tokens.mint(), tokens.receiver(manner)
        with reverts("ERC721InvalidReceiver", receiver=receiver.address):
            tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, sender=tokens.owner)

    def test_a_long_answer_is_not_copied(self, tokens: Tokens) -> None:
        """Half a megabyte behind the right answer costs what it cost to make, and nothing more."""
        used = []
        for manner in (ACCEPT, LONG):
            token, receiver = tokens.mint(), tokens.receiver(manner)
            used.append(tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, sender=tokens.owner).gas_used)
            assert tokens.ledger.ownerOf(token) == receiver.address
        words = 2**19 // 32
        made = 3 * words + words**2 // 512  # the yellow paper's price of memory, paid by the receiver
        assert used[1] - used[0] < made + 5_000

    def test_it_passes_on_once(self, tokens: Tokens) -> None:
        token, receiver = tokens.mint(), tokens.receiver()
        onward = [
            tokens.ledger.calldata.transferFrom(receiver, who, token)
            for who in (tokens.other, tokens.third, tokens.owner)
        ]
        attempt(receiver, tokens.ledger, *onward)
        tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, sender=tokens.owner)
        gone = "ERC721IncorrectOwner(address,uint256,address)"
        assert came_of(receiver) == errors("", gone, gone)
        assert tokens.ledger.ownerOf(token) == tokens.other.address
        holders = (tokens.owner.address, receiver.address, tokens.other.address, tokens.third.address)
        assert [tokens.ledger.balanceOf(who) for who in holders] == [0, 0, 1, 0]

    def test_it_sends_back_and_gets_again(self, tokens: Tokens) -> None:
        """In a circle, each time within the callback of the last: one token stays one token."""
        token = tokens.mint()
        ring = [tokens.receiver() for _ in range(4)]
        for here, there in pairwise(ring):
            passing = tokens.ledger.calldata.safeTransferFrom_address_address_uint256(here, there, token)
            attempt(here, tokens.ledger, passing)
        back = tokens.ledger.calldata.transferFrom(ring[-1], tokens.owner, token)
        attempt(ring[-1], tokens.ledger, back)
        tokens.ledger.safeTransferFrom(tokens.owner, ring[0], token, sender=tokens.owner)
        assert [came_of(one) for one in ring] == [[b""]] * 4
        assert tokens.ledger.ownerOf(token) == tokens.owner.address
        assert [tokens.ledger.balanceOf(who) for who in (tokens.owner.address, *(r.address for r in ring))] == [1] + [
            0
        ] * 4

    def test_it_takes_nothing_else(self, tokens: Tokens) -> None:
        """Neither the token once more, nor its neighbour, nor another's approval."""
        token, beside, receiver = tokens.mint(), tokens.mint(), tokens.receiver()
        tokens.ledger.approve(receiver, token, sender=tokens.owner)
        call = tokens.ledger.calldata
        attempt(
            receiver,
            tokens.ledger,
            call.transferFrom(tokens.owner, receiver, token),
            call.transferFrom(tokens.owner, receiver, beside),
            call.approve(receiver, beside),
            call.forcedTransfer(tokens.owner, receiver, beside),
            call.setFrozenTokens(tokens.owner, beside, True),
            call.retire(token),
        )
        tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, sender=tokens.owner)
        assert came_of(receiver) == errors(
            "ERC721IncorrectOwner(address,uint256,address)",
            "ERC721InsufficientApproval(address,uint256)",
            "ERC721InvalidApprover(address)",
            "AccessManagedUnauthorized(address)",
            "AccessManagedUnauthorized(address)",
            "NotTheModule(address,uint8)",
        )
        assert tokens.ledger.ownerOf(beside) == tokens.owner.address
        assert tokens.ledger.balanceOf(receiver) == 1


class TestRights:
    """Use, leases, liens and trusts from within a callback."""

    def receiver(self, estate: Estate, manner: int = ACCEPT) -> HostileReceiver:
        made = HostileReceiver.deploy(estate.chain, sender=estate.stranger)
        made.behave(manner, sender=estate.stranger)
        estate.enrol("hostile", qualifications=FARMER, address=made.address)
        return made

    def test_a_leased_right_stays_leased(self, estate: Estate) -> None:
        right, receiver = estate.right(), self.receiver(estate)
        assert estate.let(right, 10 * DAY) == 100
        estate.chain.skip(3 * DAY)
        call = estate.leases.calldata
        attempt(
            receiver,
            estate.rights,
            estate.rights.calldata.setUser(right, receiver, FOREVER),
            estate.rights.calldata.setUser(right, NOBODY, 0),
            estate.rights.calldata.unlock(right),
        )
        attempt(
            receiver,
            estate.leases,
            call.lease(estate.offer(right), estate.chain.now + DAY, NOBODY, b""),
            call.extend(right, estate.chain.now + 20 * DAY),
            call.declareBreach(right, b"\1" * 32),
            call.onOwnerChange(right, receiver),
            call.accrue(right),
            call.collect(right, 1),
        )
        estate.rights.safeTransferFrom(estate.owner, receiver, right, sender=estate.owner)
        assert came_of(receiver) == errors(
            "LeaseRunning(uint256,uint256)",
            "LeaseRunning(uint256,uint256)",
            "NotTheModule(address,uint8)",
            "NotOffered(uint256,address)",
            "NotTheLessee(uint256,address)",
            "NotTheReferee(uint256,address)",
            "OnlyLedger(address)",
            "",
            "NothingToCollect(uint256,address,uint8)",
        )
        assert estate.rights.userOf(right) == estate.tenant.address
        assert estate.leases.collectable(right, estate.owner, 1) == 30
        assert estate.leases.collectable(right, receiver, 1) == 0
        estate.chain.skip(8 * DAY)
        estate.leases.accrue(right, sender=estate.stranger)
        assert estate.leases.collectable(right, receiver, 1) == 70

    def test_it_leases_nothing_to_itself(self, estate: Estate) -> None:
        """With an offer that the seller signed: it is the owner by now, and the offer was the seller's."""
        right, receiver = estate.right(), self.receiver(estate)
        offer = estate.offer(right, rent=0)
        signed = estate.sign(offer, estate.owner)
        end = estate.chain.now + DAY
        lease = estate.leases.calldata.lease(offer, end, NOBODY, signed)
        attempt(receiver, estate.leases, lease, estate.leases.calldata.offer(offer))
        attempt(receiver, estate.leases, estate.leases.calldata.lease(offer, end, NOBODY, b""))
        estate.rights.safeTransferFrom(estate.owner, receiver, right, sender=estate.owner)
        assert came_of(receiver) == errors("NotOffered(uint256,address)", "", "SelfLease(uint256)")
        assert estate.rights.userOf(right) == NOBODY

    def test_an_agreed_end_pays_each_its_own(self, estate: Estate) -> None:
        """As the new owner it may agree to end; the rent so far stays the seller's."""
        right, receiver = estate.right(), self.receiver(estate)
        estate.let(right, 10 * DAY)
        estate.leases.agreeToEnd(right, True, sender=estate.tenant)
        estate.chain.skip(3 * DAY)
        end = estate.leases.calldata.agreeToEnd(right, True)
        attempt(receiver, estate.leases, end, end)
        estate.rights.safeTransferFrom(estate.owner, receiver, right, sender=estate.owner)
        assert came_of(receiver) == errors("", "NoLease(uint256)")
        earned = [estate.leases.collectable(right, who, 1) for who in (estate.owner, receiver, estate.tenant)]
        assert earned == [30, 0, 70]
        assert estate.money.balanceOf(estate.leases) == 100

    def test_it_pledges_what_it_got_once(self, estate: Estate) -> None:
        right, receiver = estate.right(), self.receiver(estate)
        call = estate.rights.calldata
        attempt(
            receiver,
            estate.rights,
            call.pledge(estate.owner, receiver, right, 1),
            call.pledge(receiver, estate.bank, right, 1),
            call.pledge(receiver, estate.buyer, right, 1),
            call.release(receiver, right, 1),
            call.transferFrom(receiver, estate.buyer, right),
        )
        estate.rights.safeTransferFrom(estate.owner, receiver, right, sender=estate.owner)
        assert came_of(receiver) == errors(
            "ERC721IncorrectOwner(address,uint256,address)",
            "",
            "PledgedUnits(uint256,address,uint256,uint256)",
            "InsufficientLien(uint256,address,address,uint256,uint256)",
            "PledgedUnits(uint256,address,uint256,uint256)",
        )
        assert estate.rights.lienOf(right, receiver, estate.bank) == 1
        estate.rights.seize(receiver, estate.buyer, right, 1, sender=estate.bank)
        assert estate.rights.ownerOf(right) == estate.buyer.address

    @pytest.mark.parametrize("manner", BAD)
    def test_a_title_is_not_registered_for_it_and_stays_free(self, estate: Estate, manner: int) -> None:
        """Issue asks the owner last. What fails leaves nothing behind."""
        receiver = self.receiver(estate, manner)
        title = title_of()
        with pytest.raises(ContractError):
            estate.land.register(receiver, title, sender=estate.officer)
        right = estate.land.register(estate.owner, title, sender=estate.officer).returned
        assert estate.rights.ownerOf(right) == estate.owner.address

    def test_as_it_is_issued_it_can_be_passed_on(self, estate: Estate) -> None:
        receiver, title = self.receiver(estate), title_of()
        right = estate.land.idOf(title.registryId, title.right)
        attempt(receiver, estate.land, estate.land.calldata.register(receiver, title))
        attempt(receiver, estate.rights, estate.rights.calldata.transferFrom(receiver, estate.buyer, right))
        assert estate.land.register(receiver, title, sender=estate.officer).returned == right
        assert came_of(receiver) == errors("AccessManagedUnauthorized(address)", "")
        assert estate.rights.ownerOf(right) == estate.buyer.address
        assert (estate.rights.balanceOf(receiver), estate.rights.balanceOf(estate.buyer)) == (0, 1)

    def test_a_trust_is_whole_when_its_shares_are_handed_over(self, estate: Estate) -> None:
        """The shares' callback comes last, and nothing of the module that moves money or rights is open by then."""
        right, receiver = estate.right(), self.receiver(estate)
        estate.rights.transferFrom(estate.owner, receiver, right, sender=estate.owner)
        receiver.act(estate.rights, estate.rights.calldata.approve(estate.land, right), sender=estate.stranger)
        certificate, call = right + 1, estate.land.calldata
        attempt(
            receiver,
            estate.land,
            call.takeOut(certificate),
            call.putInTrust(right, 5, INCOME_RULES, 1),
            call.claim(certificate, receiver),
            call.collectRent(certificate),
            call.payIncome(certificate, 1),
        )
        into = call.putInTrust(right, 3_000_000, INCOME_RULES, 1)
        receiver.act(estate.land, into, sender=estate.stranger)
        assert came_of(receiver) == errors(GUARDED, GUARDED, GUARDED, GUARDED, GUARDED)
        assert estate.rights.ownerOf(right) == estate.land.address
        assert estate.ledger.balanceOf(receiver, certificate) == 3_000_000
        receiver.act(estate.land, call.takeOut(certificate), sender=estate.stranger)
        assert estate.rights.ownerOf(right) == receiver.address
        assert estate.ledger.balanceOf(receiver, certificate) == 0

    @pytest.mark.parametrize("manner", BAD)
    def test_who_does_not_take_its_shares_keeps_its_right(self, estate: Estate, manner: int) -> None:
        right, receiver = estate.right(), self.receiver(estate)
        estate.rights.transferFrom(estate.owner, receiver, right, sender=estate.owner)
        receiver.act(estate.rights, estate.rights.calldata.approve(estate.land, right), sender=estate.stranger)
        receiver.behave(manner, sender=estate.stranger)
        into = estate.land.calldata.putInTrust(right, 3_000_000, INCOME_RULES, 1)
        with pytest.raises(ContractError):
            receiver.act(estate.land, into, sender=estate.stranger)
        assert estate.rights.ownerOf(right) == receiver.address
        assert estate.land.trustsOf(right) == 0

    def test_income_is_paid_and_force_works_whatever_a_holder_answers(self, estate: Estate) -> None:
        right, receiver = estate.right(), self.receiver(estate)
        estate.rights.approve(estate.land, right, sender=estate.owner)
        certificate = estate.land.putInTrust(right, 3_000_000, INCOME_RULES, 1, sender=estate.owner).returned
        estate.ledger.safeTransferFrom(estate.owner, receiver, certificate, 1_000_000, b"", sender=estate.owner)
        receiver.behave(BURN, sender=estate.stranger)
        estate.money.mint(estate.tenant, 30, sender=estate.tenant)
        estate.money.approve(estate.land, 30, sender=estate.tenant)
        estate.land.payIncome(certificate, 30, sender=estate.tenant)
        assert estate.land.claim(certificate, receiver, sender=estate.stranger).returned == 10
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 20


def title_of() -> structs.Title:
    """A title that is not registered yet."""
    return structs.Title(b"\7" * 32, b"\2" * 32, 0, 1, b"\3" * 32)


class TestGoods:
    """Vouchers, sales and gifts from within a callback."""

    def receiver(self, shop: Shop, manner: int = ACCEPT) -> HostileReceiver:
        """A customer."""
        made = HostileReceiver.deploy(shop.chain, sender=shop.stranger)
        made.behave(manner, sender=shop.stranger)
        shop.enrol("hostile", DE, CONSUMER, made.address)
        return made

    @pytest.mark.parametrize("manner", BAD)
    def test_a_claim_and_an_issue_ask_nobody(self, shop: Shop, manner: int) -> None:
        """So there is no callback to claim again from, and no way to let a claim fail that another brings."""
        receiver = self.receiver(shop, manner)
        voucher = shop.voucher(holder=receiver.address)
        signature = shop.sign(voucher, shop.brand)
        item = shop.retail.claim(voucher, receiver, shop.brand, signature, b"", sender=shop.stranger).returned
        assert shop.goods.ownerOf(item) == receiver.address
        assert receiver.heard() == ()

    def test_a_voucher_is_good_once_also_from_within(self, shop: Shop) -> None:
        receiver = self.receiver(shop)
        voucher = shop.voucher(holder=receiver.address)
        signature = shop.sign(voucher, shop.brand)
        again = shop.retail.calldata.claim(voucher, receiver, shop.brand, signature, b"")
        item = shop.item()
        attempt(receiver, shop.retail, again, again)
        shop.goods.safeTransferFrom(shop.berlin, receiver, item, sender=shop.berlin)
        assert came_of(receiver) == errors("", "VoucherUsed(uint32,uint32,uint64)")
        assert shop.goods.balanceOf(receiver) == 2

    def test_gifts_are_counted_before_anybody_is_asked(self, shop: Shop) -> None:
        item, receiver = shop.item(), self.receiver(shop)
        call = shop.goods.calldata
        gift, back = call.transferFrom(receiver, shop.ben, item), call.transferFrom(receiver, shop.berlin, item)
        attempt(receiver, shop.goods, gift)
        shop.goods.safeTransferFrom(shop.berlin, receiver, item, sender=shop.berlin)
        assert came_of(receiver) == errors("")
        assert shop.goods.itemOf(item)[:3] == (shop.chain.now, 1, 1)
        with reverts("GiftsUsedUp", id=item, most=1):
            shop.goods.safeTransferFrom(shop.ben, receiver, item, sender=shop.ben)
        shop.pass_on(item, "ben", "berlin")
        attempt(receiver, shop.goods, gift, back)
        shop.goods.safeTransferFrom(shop.berlin, receiver, item, sender=shop.berlin)
        assert came_of(receiver)[1:] == errors("GiftsUsedUp(uint256,uint256)", "")
        assert shop.goods.ownerOf(item) == shop.berlin.address

    def test_it_is_sold_before_the_customer_is_asked(self, shop: Shop) -> None:
        item, receiver = shop.item(), self.receiver(shop)
        receiver.watch(shop.goods, shop.goods.calldata.itemOf(item), sender=shop.stranger)
        shop.goods.safeTransferFrom(shop.berlin, receiver, item, sender=shop.berlin)
        (seen,) = receiver.seen()
        assert int.from_bytes(seen[:32], "big") == shop.chain.now


class TestCertificates:
    """ERC-1155: single and batch, at issue, under force and at seizure."""

    def receiver(self, suite: Suite, manner: int = ACCEPT, qualifications: int = FACTOR) -> HostileReceiver:
        made = HostileReceiver.deploy(suite.chain, sender=suite.stranger)
        made.behave(manner, sender=suite.stranger)
        entity = suite.registry.createEntity(b"\5" * 32, sender=suite.officer).returned
        suite.registry.enrol(made, entity, suite.chain.now + DAY, EU, qualifications, sender=suite.officer)
        return made

    @pytest.mark.parametrize("manner", BAD)
    def test_only_its_own_receipt_fails(self, suite: Suite, manner: int) -> None:
        asset, receiver = suite.circulating(), self.receiver(suite, manner)
        suite.ledger.pledge(suite.seller, suite.bank, asset, 10 * M, sender=suite.seller)
        seller, ledger = suite.seller, suite.ledger
        ways: list[Callable[[], object]] = [
            lambda: ledger.safeTransferFrom(seller, receiver, asset, M, b"", sender=seller),
            lambda: ledger.safeBatchTransferFrom(seller, receiver, [asset, asset], [M, M], b"", sender=seller),
            lambda: ledger.forcedTransfer(seller, receiver, asset, M, sender=suite.officer),
            lambda: ledger.seize(seller, receiver, asset, M, sender=suite.bank),
        ]
        for way in ways:
            with pytest.raises(ContractError):
                way()
        assert ledger.holdingOf(asset, seller) == (100 * M, 10 * M, 0)
        assert ledger.balanceOf(receiver, asset) == 0
        suite.send(seller, suite.alice, asset, M)
        ledger.seize(seller, suite.alice, asset, M, sender=suite.bank)
        ledger.forcedTransfer(seller, suite.alice, asset, M, sender=suite.officer)
        assert ledger.balanceOf(suite.alice, asset) == 3 * M

    @pytest.mark.parametrize("manner", [WRONG, SILENT, BURN])
    def test_it_is_refused_by_name(self, suite: Suite, manner: int) -> None:
        asset, receiver = suite.circulating(), self.receiver(suite, manner)
        with reverts("ERC1155InvalidReceiver", receiver=receiver.address):
            suite.send(suite.seller, receiver, asset, M)
        with reverts("ERC1155InvalidReceiver", receiver=receiver.address):
            suite.ledger.safeBatchTransferFrom(suite.seller, receiver, [asset], [M], b"", sender=suite.seller)

    def test_a_holder_that_answers_nothing_stops_no_payment(self, suite: Suite) -> None:
        """Payments, claims and the retiring of settled units ask no holder; force takes from it."""
        asset, receiver = suite.circulating(), self.receiver(suite)
        suite.send(suite.seller, receiver, asset, 40 * M)
        receiver.behave(BURN, sender=suite.stranger)
        suite.ledger.forcedTransfer(receiver, suite.alice, asset, 10 * M, sender=suite.officer)
        suite.pay(asset, 100 * M)
        for holder, share in ((receiver, 30), (suite.alice, 10), (suite.seller, 60)):
            assert suite.module.claim(asset, holder, sender=suite.stranger).returned == share * M
            assert suite.ledger.balanceOf(holder, asset) == 0
        assert suite.token.balanceOf(receiver) == 30 * M
        assert suite.token.balanceOf(suite.module) == suite.ledger.totalSupply(asset) == 0

    def test_it_passes_on_what_it_got_and_no_more(self, suite: Suite) -> None:
        asset, receiver = suite.circulating(), self.receiver(suite)
        call = suite.ledger.calldata
        attempt(
            receiver,
            suite.ledger,
            call.safeTransferFrom(receiver, suite.alice, asset, 2 * M, b""),
            call.safeTransferFrom(receiver, suite.alice, asset, 2 * M, b""),
            call.safeBatchTransferFrom(receiver, suite.bank, [asset, asset], [M, M], b""),
            call.safeTransferFrom(suite.seller, receiver, asset, M, b""),
            call.pledge(receiver, suite.bank, asset, M),
            call.safeTransferFrom(receiver, suite.alice, asset, M, b""),
            call.release(receiver, asset, M),
        )
        suite.ledger.safeBatchTransferFrom(suite.seller, receiver, [asset, asset], [M, 2 * M], b"", sender=suite.seller)
        assert came_of(receiver) == errors(
            "",
            "ERC1155InsufficientBalance(address,uint256,uint256,uint256)",
            "ERC1155InsufficientBalance(address,uint256,uint256,uint256)",
            "ERC1155MissingApprovalForAll(address,address)",
            "",
            "PledgedUnits(uint256,address,uint256,uint256)",
            "InsufficientLien(uint256,address,address,uint256,uint256)",
        )
        held = [suite.ledger.holdingOf(asset, who) for who in (suite.seller, receiver, suite.alice)]
        assert held == [(97 * M, 0, 0), (M, M, 0), (2 * M, 0, 0)]

    def test_a_lienholder_seizes_once(self, suite: Suite) -> None:
        asset, receiver = suite.circulating(), self.receiver(suite)
        suite.ledger.pledge(suite.seller, receiver, asset, 5 * M, sender=suite.seller)
        call = suite.ledger.calldata
        attempt(
            receiver,
            suite.ledger,
            call.seize(suite.seller, suite.alice, asset, 5 * M),
            call.release(suite.seller, asset, M),
            call.safeTransferFrom(receiver, suite.alice, asset, 5 * M, b""),
        )
        receiver.act(suite.ledger, call.seize(suite.seller, receiver, asset, 5 * M), sender=suite.stranger)
        lien = "InsufficientLien(uint256,address,address,uint256,uint256)"
        assert came_of(receiver) == errors(lien, lien, "")
        held = [suite.ledger.holdingOf(asset, who)[:2] for who in (suite.seller, receiver, suite.alice)]
        assert held == [(95 * M, 0), (0, 0), (5 * M, 0)]

    def test_under_force_it_sees_what_is_frozen_by_then(self, suite: Suite) -> None:
        asset, receiver = suite.circulating(), self.receiver(suite)
        suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
        receiver.watch(suite.ledger, suite.ledger.calldata.holdingOf(asset, suite.seller), sender=suite.stranger)
        suite.ledger.forcedTransfer(suite.seller, receiver, asset, 30 * M, sender=suite.officer)
        (seen,) = receiver.seen()
        assert [int.from_bytes(seen[at : at + 32], "big") for at in (0, 32, 64)] == [70 * M, 0, 70 * M]

    def test_a_creditor_registers_once_also_from_within(self, suite: Suite) -> None:
        """It is asked for each order line; the invoice stands by then, and its lines add up whatever it attempts."""
        receiver = self.receiver(suite, qualifications=ENTERPRISE)
        invoice, lines = suite.invoice(), [60 * M, 40 * M]
        creditor = suite.registry.partyOf(receiver) >> 144 & (1 << 48) - 1
        root = suite.module.fingerprintOf(creditor, suite.entities["buyer"], "INV-1", suite.today)
        call, ledger = suite.module.calldata, suite.ledger.calldata
        attempt(
            receiver,
            suite.module,
            call.create(invoice, lines),
            call.create(invoice, []),
            call.cancel(root),
            call.creditNote(root + 2, M, "CN-1", suite.today, b"\1" * 32),
            call.acknowledge(root),
        )
        attempt(receiver, suite.ledger, ledger.safeTransferFrom(receiver, suite.alice, root + 1, M, b""))
        receiver.act(suite.module, call.create(invoice, lines), sender=suite.stranger)
        assert came_of(receiver) == errors(
            "AssetExists(uint256)",
            "AssetExists(uint256)",
            "HeldByOthers(uint256)",  # the second line has no units yet
            "HeldByOthers(uint256)",
            "NotTheDebtor(uint256,address)",
            "NotCirculating(uint256)",
        )
        assert [suite.ledger.balanceOf(receiver, root + line) for line in (0, 1, 2)] == [0, *lines]
        assert suite.module.receivable(root).face == sum(lines)
        assert suite.module.stateOf(root) == 1
