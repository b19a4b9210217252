"""Goods and vouchers: input that is wrong, strange or a second too late."""

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.contracts import ContractWallet, structs
from caldera.evm import domain_of
from tests.support.shop import CONSUMER, DAY, DE, DEALER, KIND, MEMBER, NOBODY, Shop
from tests.support.signatures import high, spoilt
from tests.support.suite import reverts

CLAIM = {"Claim": [{"name": "voucher", "type": "bytes32"}, {"name": "to", "type": "address"}]}
WRONG = list(spoilt(bytes([1] * 64 + [27])))


def claim(shop: Shop, voucher: structs.Voucher, **changes: Any) -> int:
    """For anna and signed by the brand, unless told otherwise."""
    given: dict[str, Any] = {"to": shop.anna, "signer": shop.brand, "signature": None, "ticket": b""} | changes
    signature = shop.sign(voucher, shop.brand) if given["signature"] is None else given["signature"]
    return shop.retail.claim(
        voucher, given["to"], given["signer"], signature, given["ticket"], sender=shop.stranger
    ).returned


def with_ticket(shop: Shop, **changes: Any) -> structs.Voucher:
    """For whoever has the ticket's key."""
    return shop.voucher(holder=NOBODY, claimKey=shop.chain.account("ticket").address, **changes)


def ticket(shop: Shop, voucher: structs.Voucher, to: str) -> bytes:
    """The ticket's signature over the digest."""
    return shop.chain.account("ticket").sign_hash(shop.retail.claimDigest(voucher, to)).packed


class TestSignatures:
    """Over exactly this, in its one form."""

    @pytest.mark.parametrize("wrong", WRONG)
    def test_of_vouchers(self, shop: Shop, wrong: str) -> None:
        voucher = shop.voucher()
        good = shop.sign(voucher, shop.brand)
        with reverts("InvalidVoucher", signer=shop.brand.address):
            claim(shop, voucher, signature=spoilt(good)[wrong])
        with reverts("InvalidVoucher", signer=shop.brand.address):
            claim(shop, voucher, signature=b"")
        claim(shop, voucher, signature=good)

    @pytest.mark.parametrize("wrong", WRONG)
    def test_of_tickets(self, shop: Shop, wrong: str) -> None:
        voucher = with_ticket(shop)
        good = ticket(shop, voucher, shop.anna.address)
        with reverts("InvalidClaim", to=shop.anna.address):
            claim(shop, voucher, ticket=spoilt(good)[wrong])
        with reverts("InvalidClaim", to=shop.anna.address):
            claim(shop, voucher)
        claim(shop, voucher, ticket=good)

    @pytest.mark.parametrize(
        "change", [{"chainId": 1}, {"chainId": 0}, {"name": "x"}, {"version": "2"}, {"verifyingContract": NOBODY}]
    )
    def test_of_tickets_for_another_chain_contract_or_form(self, shop: Shop, change: dict[str, Any]) -> None:
        """The type is written down here; what the ticket signs is the voucher's own hash."""
        voucher, key, domain = with_ticket(shop), shop.chain.account("ticket"), domain_of(shop.retail)
        message = {"voucher": struct_hash(voucher), "to": shop.anna.address}
        with reverts("InvalidClaim", to=shop.anna.address):
            claim(shop, voucher, ticket=key.sign_typed(domain | change, CLAIM, message).packed)
        claim(shop, voucher, ticket=key.sign_typed(domain, CLAIM, message).packed)

    def test_one_does_not_stand_for_the_other(self, shop: Shop) -> None:
        """A voucher that the brand signed is no ticket, though the brand's key were the ticket's."""
        voucher = shop.voucher(holder=NOBODY, claimKey=shop.brand.address)
        signature = shop.sign(voucher, shop.brand)
        with reverts("InvalidClaim", to=shop.anna.address):
            claim(shop, voucher, ticket=signature)
        spoken = shop.brand.sign_hash(shop.retail.claimDigest(voucher, shop.anna)).packed
        with reverts("InvalidVoucher", signer=shop.brand.address):
            claim(shop, voucher, signature=spoken, ticket=spoken)

    def test_the_second_signature_makes_no_second_claim(self, shop: Shop) -> None:
        voucher = shop.voucher()
        good = shop.sign(voucher, shop.brand)
        claim(shop, voucher, signature=good)
        for signature in (good, high(good)):
            with reverts("VoucherUsed", line=shop.line, series=0, number=7):
                claim(shop, voucher, signature=signature)

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_a_wallet_signs_tickets_and_says_no(self, shop: Shop) -> None:
        wallet = ContractWallet.deploy(shop.chain, shop.ben, sender=shop.ben)
        voucher = shop.voucher(holder=NOBODY, claimKey=wallet.address)
        digest = shop.retail.claimDigest(voucher, shop.anna)
        with reverts("InvalidClaim", to=shop.anna.address):
            claim(shop, voucher, ticket=shop.anna.sign_hash(digest).packed)
        claim(shop, voucher, ticket=shop.ben.sign_hash(digest).packed)


class TestZeroAddresses:
    """Nobody gets, signs or holds anything."""

    def test_nobody_claims(self, shop: Shop) -> None:
        voucher = with_ticket(shop)
        with reverts("ERC7943CannotReceive", account=NOBODY):
            claim(shop, voucher, to=NOBODY, ticket=ticket(shop, voucher, NOBODY))
        assert not shop.retail.isUsed(shop.line, 0, 7)

    def test_nobody_signs(self, shop: Shop) -> None:
        for signature in (b"", bytes(65), shop.sign(shop.voucher(), shop.brand)):
            with reverts("NotActive", account=NOBODY):
                claim(shop, shop.voucher(), signer=NOBODY, signature=signature)

    def test_nobody_is_issued_to(self, shop: Shop) -> None:
        with reverts("ERC7943CannotReceive", account=NOBODY):
            shop.retail.issue(shop.line, NOBODY, 1, sender=shop.brand)

    def test_nobody_is_dealer_or_customer(self, shop: Shop) -> None:
        line = shop.retail.createLine(shop.spec(customers=0), sender=shop.brand).returned
        assert not shop.goods.isDealer(line, NOBODY)
        assert not shop.goods.isCustomer(line, NOBODY)
        assert shop.goods.isCustomer(line, shop.outsider)

    def test_no_line_is_line_zero(self, shop: Shop) -> None:
        for read in (shop.goods.lineOf, lambda line: shop.goods.isDealer(line, shop.brand)):
            with reverts("UnknownLine", line=0):
                read(0)
        with reverts("UnknownLine", line=0):
            claim(shop, shop.voucher(line=0))


class TestTimes:
    """In the very second."""

    def test_a_voucher_whose_time_is_over_before_it_begins(self, shop: Shop) -> None:
        now = shop.chain.now
        voucher = shop.voucher(notBefore=now + 2, deadline=now + 1)
        for _ in range(4):
            with reverts("VoucherNotInTime", notBefore=now + 2, deadline=now + 1):
                claim(shop, voucher)
            shop.chain.skip(1)

    def test_a_voucher_of_the_past_and_of_for_ever(self, shop: Shop) -> None:
        for deadline in (0, 1, shop.chain.now - 1):
            with reverts("VoucherNotInTime", notBefore=0, deadline=deadline):
                claim(shop, shop.voucher(notBefore=0, deadline=deadline))
        claim(shop, shop.voucher(notBefore=0, deadline=2**40 - 1))
        claim(shop, shop.voucher(number=8, notBefore=shop.chain.now, deadline=shop.chain.now))

    @pytest.mark.parametrize(
        ("who", "facts", "error"),
        [("brand", (DE, 0), "NotActive"), ("anna", (DE, CONSUMER), "ERC7943CannotReceive")],
    )
    def test_who_expires_this_second(self, shop: Shop, who: str, facts: tuple[int, int], error: str) -> None:
        """Signer and receiver are active up to the second before."""
        account, until = shop.chain.account(who), shop.chain.now + 10
        shop.registry.setFacts(account, until, *facts, sender=shop.officer)
        shop.chain.warp(until - 1)
        claim(shop, shop.voucher(number=1))
        shop.chain.warp(until)
        with reverts(error, account=account.address):
            claim(shop, shop.voucher(number=2))

    def test_a_qualification_that_was_lost_in_the_same_second(self, shop: Shop) -> None:
        voucher = shop.voucher(holder=shop.clara.address, profile=MEMBER)
        with shop.chain.isolated():
            claim(shop, voucher, to=shop.clara)
        shop.registry.setFacts(shop.clara, shop.chain.now + DAY, DE, CONSUMER, sender=shop.officer)
        with reverts("OutsideProfile", to=shop.clara.address, profile=MEMBER):
            claim(shop, voucher, to=shop.clara)

    def test_a_dealer_that_lost_its_qualification_in_the_same_second(self, shop: Shop) -> None:
        """It may still return what it has, and gets no more."""
        item, other = shop.item("berlin"), shop.item("paris")
        shop.registry.setFacts(shop.berlin, shop.chain.now + DAY, DE, 0, sender=shop.officer)
        with reverts("OutsideScope", id=other, account=shop.berlin.address):
            shop.pass_on(other, "paris", "berlin")
        with reverts("OutsideScope", account=shop.berlin.address):
            shop.retail.issue(shop.line, shop.berlin, 1, sender=shop.brand)
        with reverts("OutsideScope", id=other, account=shop.berlin.address):
            shop.pass_on(other, "paris", "anna", "berlin")
        shop.pass_on(item, "berlin", "paris")

    def test_a_signer_of_the_brand_that_was_suspended_in_the_same_second(self, shop: Shop) -> None:
        voucher = shop.voucher()
        signature = shop.sign(voucher, shop.brand)
        shop.registry.suspend(shop.brand, sender=shop.officer)
        with reverts("NotActive", account=shop.brand.address):
            claim(shop, voucher, signature=signature)
        shop.registry.reinstate(shop.brand, sender=shop.officer)
        claim(shop, voucher, signature=signature)


class TestNumbers:
    """At the ends of their fields."""

    @pytest.mark.parametrize("number", [0, 255, 256, 2**64 - 1])
    def test_each_voucher_is_its_own(self, shop: Shop, number: int) -> None:
        claim(shop, shop.voucher(number=number))
        assert shop.retail.isUsed(shop.line, 0, number)
        for other in {number - 1, number + 1, number ^ 256} - {-1, 2**64}:
            assert not shop.retail.isUsed(shop.line, 0, other)
        assert not shop.retail.isUsed(shop.line, 1, number)
        assert not shop.retail.isUsed(shop.line + 1, 0, number)

    def test_the_last_series(self, shop: Shop) -> None:
        last = 2**32 - 1
        claim(shop, shop.voucher(series=last))
        shop.retail.revokeSeries(shop.line, last, sender=shop.brand)
        with reverts("VoucherRevoked", series=last - 1, lowest=last):
            claim(shop, shop.voucher(series=last - 1))
        claim(shop, shop.voucher(series=last, number=8))
        with reverts("SeriesOnlyRise", lowest=last, wanted=last):
            shop.retail.revokeSeries(shop.line, last, sender=shop.brand)

    def test_a_revoked_series_is_one_lines(self, shop: Shop) -> None:
        other = shop.retail.createLine(shop.spec(), sender=shop.brand).returned
        shop.retail.revokeSeries(shop.line, 1, sender=shop.brand)
        claim(shop, shop.voucher(line=other))

    def test_an_id_with_bits_above_its_line_is_none(self, shop: Shop) -> None:
        """The line is read from 32 bits of the id; what stands above them is no second name of the item."""
        item = shop.item("brand")
        for alias in (item | 1 << 80, item | 1 << 255, item + 1, item | 1 << 12):
            with reverts("ERC721NonexistentToken", tokenId=alias):
                shop.goods.ownerOf(alias)
            with reverts("ERC721NonexistentToken", tokenId=alias):
                shop.retail.retire(alias, sender=shop.brand)
            with reverts("ERC721NonexistentToken", tokenId=alias):
                shop.goods.transferFrom(shop.brand, shop.berlin, alias, sender=shop.brand)
        assert shop.goods.ownerOf(item) == shop.brand.address

    @pytest.mark.parametrize("count", [0, 4097, 2**16 + 1, 2**128 + 1, 2**256 - 1])
    def test_no_batch_is_cut_to_what_fits(self, shop: Shop, count: int) -> None:
        with reverts("BatchOutOfRange", count=count, most=4096):
            shop.retail.issue(shop.line, shop.berlin, count, sender=shop.brand)
        assert shop.goods.balanceOf(shop.berlin) == 0

    def test_gifts_up_to_the_end_of_their_field(self, shop: Shop) -> None:
        line = shop.retail.createLine(shop.spec(gifts=255), sender=shop.brand).returned
        item = shop.retail.issue(line, shop.berlin, 1, sender=shop.brand).returned
        shop.pass_on(item, "berlin", "anna")
        for number in range(255):
            giver, taker = ("anna", "ben") if number % 2 == 0 else ("ben", "anna")
            shop.pass_on(item, giver, taker)
        assert shop.goods.itemOf(item) == structs.Item(shop.chain.now, 255, 255, False, False, False)
        with reverts("GiftsUsedUp", id=item, most=255):
            shop.pass_on(item, "ben", "anna")


class TestLines:
    """Rules that are none, or another module's."""

    def test_rules(self, shop: Shop) -> None:
        with reverts("UnknownRules", ruleId=99):
            shop.retail.createLine(shop.spec(ruleId=99), sender=shop.brand)
        other = structs.Rules(KIND + 1, 0, 0, 0, 0, 1, DE, DEALER)
        number = shop.standard.publish(b"other".ljust(32, b"\0"), other, sender=shop.officer).returned
        with reverts("WrongKind", ruleId=number):
            shop.retail.createLine(shop.spec(ruleId=number), sender=shop.brand)

    def test_every_line_is_its_issuers(self, shop: Shop) -> None:
        """Who makes a line for itself has no part in another's."""
        own = shop.retail.createLine(shop.spec(), sender=shop.outsider).returned
        item = shop.retail.issue(own, shop.berlin, 1, sender=shop.outsider).returned
        for refused in (
            lambda: shop.retail.haltLine(own, True, sender=shop.brand),
            lambda: shop.retail.revokeSeries(own, 1, sender=shop.brand),
            lambda: shop.retail.issue(own, shop.berlin, 1, sender=shop.brand),
            lambda: shop.retail.retire(item, sender=shop.brand),
            lambda: claim(shop, shop.voucher(line=own)),
        ):
            with reverts("NotTheIssuer", line=own, account=shop.brand.address):
                refused()


def struct_hash(voucher: structs.Voucher) -> bytes:
    """The voucher's EIP-712 struct hash, from its type as the interface states it."""
    kinds = ["uint256", "uint256", "uint256", "address", "uint256", "address", "uint256", "uint256"]
    names = ["line", "series", "number", "holder", "profile", "claimKey", "notBefore", "deadline"]
    text = ",".join(f"{kind} {name}" for kind, name in zip(kinds, names, strict=True))
    values = [getattr(voucher, name) for name in names]
    return keccak(keccak(text=f"Voucher({text})") + encode(kinds, values))
