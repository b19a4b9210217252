"""RetailModule: vouchers are claimed once, in time, by or for whom they are."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, events, structs
from caldera.evm import domain_of
from tests.support.shop import CONSUMER, DAY, DE, MEMBER, NOBODY, Shop
from tests.support.suite import reverts


def claim(shop: Shop, voucher: structs.Voucher, to: str = "anna", **changes: Any) -> int:
    """Brought and paid for by a stranger."""
    given = {"signer": shop.brand, "signature": None, "ticket": b""} | changes
    signature = given["signature"] if given["signature"] is not None else shop.sign(voucher, shop.brand)
    receipt = shop.retail.claim(
        voucher, shop.chain.account(to), given["signer"], signature, given["ticket"], sender=shop.stranger
    )
    return receipt.returned


def ticket(shop: Shop, voucher: structs.Voucher, to: str, key: str = "ticket") -> bytes:
    """The ticket says to whom."""
    digest = shop.retail.claimDigest(voucher, shop.chain.account(to))
    return shop.chain.account(key).sign_hash(digest).packed


def test_a_named_holder_gets_it_whoever_brings_it(shop: Shop) -> None:
    voucher = shop.voucher()
    receipt = shop.retail.claim(
        voucher, shop.anna, shop.brand, shop.sign(voucher, shop.brand), b"", sender=shop.stranger
    )
    item = receipt.returned
    assert shop.goods.ownerOf(item) == shop.anna.address
    assert shop.goods.itemOf(item).soldAt == shop.chain.now
    assert shop.retail.isUsed(shop.line, 0, 7)
    anna, where = shop.anna.address, shop.goods.address
    assert list(receipt.events) == [
        events.Issued(shop.line, item, anna, 1, emitter=where),
        events.Transfer_address_address_uint256_(NOBODY, anna, item, emitter=where),
        events.FirstSold(item, anna, emitter=where),
        events.VoucherClaimed(shop.line, item, anna, 0, 7, emitter=shop.retail.address),
    ]
    assert shop.goods.balanceOf(anna) == 1
    with reverts("VoucherUsed", line=shop.line, series=0, number=7):
        claim(shop, voucher)
    claim(shop, shop.voucher(number=8))
    claim(shop, shop.voucher(series=1))


def test_nobody_else_gets_what_is_named(shop: Shop) -> None:
    with reverts("NotTheHolder", holder=shop.anna.address, to=shop.ben.address):
        claim(shop, shop.voucher(), "ben")


@pytest.mark.parametrize(
    "changes",
    [
        {"series": 1},
        {"number": 8},
        {"holder": "0x" + "77" * 20},
        {"profile": CONSUMER},
        {"claimKey": "0x" + "77" * 20},
        {"notBefore": 0},
        {"deadline": 2**39},
    ],
)
def test_nothing_else_than_was_signed(shop: Shop, changes: dict[str, Any]) -> None:
    voucher = shop.voucher()
    with reverts("InvalidVoucher", signer=shop.brand.address):
        claim(shop, voucher._replace(**changes), signature=shop.sign(voucher, shop.brand))
    claim(shop, voucher)


def test_by_the_issuer_only(shop: Shop) -> None:
    voucher = shop.voucher()
    with reverts("InvalidVoucher"):
        claim(shop, voucher, signature=shop.sign(voucher, shop.berlin))
    with reverts("NotTheIssuer", account=shop.berlin.address):
        claim(shop, voucher, signer=shop.berlin, signature=shop.sign(voucher, shop.berlin))
    with reverts("NotActive", account=shop.stranger.address):
        claim(shop, voucher, signer=shop.stranger, signature=shop.sign(voucher, shop.stranger))
    with reverts("UnknownLine", line=9):
        claim(shop, shop.voucher(line=9))


def test_another_chain_another_contract_another_form(shop: Shop) -> None:
    voucher, domain = shop.voucher(), domain_of(shop.retail)
    for change in ({"chainId": 1}, {"verifyingContract": shop.goods.address}, {"name": "x"}, {"version": "2"}):
        with reverts("InvalidVoucher"):
            claim(shop, voucher, signature=shop.sign(voucher, shop.brand, domain | change))
    good = shop.sign(voucher, shop.brand)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = (order - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    with reverts("InvalidVoucher"):
        claim(shop, voucher, signature=good[:32] + high + bytes([55 - good[64]]))


def test_in_time(shop: Shop) -> None:
    voucher = shop.voucher(notBefore=shop.chain.now + 10, deadline=shop.chain.now + 20)
    for second, good in ((9, False), (10, True), (20, True), (21, False)):
        with shop.chain.isolated():
            shop.chain.skip(second)
            if good:
                claim(shop, voucher)
            else:
                with reverts("VoucherNotInTime", notBefore=voucher.notBefore, deadline=voucher.deadline):
                    claim(shop, voucher)


class TestTickets:
    """For whoever holds the ticket's key; who sees the claim cannot turn it to another account."""

    def test_the_key_says_to_whom(self, shop: Shop) -> None:
        key = shop.chain.account("ticket").address
        voucher = shop.voucher(holder=NOBODY, claimKey=key)
        with reverts("InvalidClaim", to=shop.ben.address):
            claim(shop, voucher, "ben", ticket=ticket(shop, voucher, "anna"))
        with reverts("InvalidClaim"):
            claim(shop, voucher, "ben", ticket=ticket(shop, voucher, "ben", "another key"))
        with reverts("InvalidClaim"):
            other = shop.voucher(holder=NOBODY, claimKey=key, number=8)
            claim(shop, voucher, "ben", ticket=ticket(shop, other, "ben"))
        assert shop.goods.ownerOf(claim(shop, voucher, "ben", ticket=ticket(shop, voucher, "ben"))) == shop.ben.address

    def test_a_ticket_has_a_key(self, shop: Shop) -> None:
        with reverts("NoClaimKey"):
            claim(shop, shop.voucher(holder=NOBODY))


class TestProfiles:
    """The profile is an attested set in the registry."""

    def test_only_who_fits(self, shop: Shop) -> None:
        key = shop.chain.account("ticket").address
        voucher = shop.voucher(holder=NOBODY, claimKey=key, profile=MEMBER)
        with reverts("OutsideProfile", to=shop.anna.address, profile=MEMBER):
            claim(shop, voucher, "anna", ticket=ticket(shop, voucher, "anna"))
        claim(shop, voucher, "clara", ticket=ticket(shop, voucher, "clara"))

    def test_the_line_is_asked_as_well(self, shop: Shop) -> None:
        for name, error in (("outsider", "OutsideScope"), ("boston", "OutsideScope")):
            voucher = shop.voucher(holder=shop.chain.account(name).address)
            with reverts(error):
                claim(shop, voucher, name)
        shop.registry.suspend(shop.anna, sender=shop.officer)
        with reverts("ERC7943CannotReceive", account=shop.anna.address):
            claim(shop, shop.voucher())
        assert not shop.retail.isUsed(shop.line, 0, 7)

    def test_a_dealer_claims_and_nothing_is_sold(self, shop: Shop) -> None:
        item = claim(shop, shop.voucher(holder=shop.paris.address), "paris")
        assert shop.goods.itemOf(item).soldAt == 0


def test_series_are_revoked_in_bulk(shop: Shop) -> None:
    with reverts("NotTheIssuer"):
        shop.retail.revokeSeries(shop.line, 3, sender=shop.berlin)
    receipt = shop.retail.revokeSeries(shop.line, 3, sender=shop.brand)
    assert list(receipt.events) == [events.SeriesRevoked(shop.line, 3, emitter=shop.retail.address)]
    assert shop.retail.lowestSeries(shop.line) == 3
    with reverts("VoucherRevoked", series=2, lowest=3):
        claim(shop, shop.voucher(series=2))
    claim(shop, shop.voucher(series=3))
    with reverts("SeriesOnlyRise", lowest=3, wanted=3):
        shop.retail.revokeSeries(shop.line, 3, sender=shop.brand)


def test_not_while_paused(shop: Shop) -> None:
    shop.retail.pause(DAY, sender=shop.officer)
    with reverts("Paused"):
        claim(shop, shop.voucher())


@pytest.mark.clause("ERC-1271", "accepts")
def test_contract_wallets_sign_and_receive(shop: Shop) -> None:
    office = ContractWallet.deploy(shop.chain, shop.brand, sender=shop.brand)
    entity, until = shop.entities["brand"], shop.chain.now + DAY
    shop.registry.enrol(office, entity, until, DE, 0, sender=shop.officer)
    voucher = shop.voucher()
    claim(shop, voucher, signer=office, signature=shop.sign(voucher, shop.brand))
