"""DirectedGoods: where items may go, and where not."""

from typing import Any

import pytest

from caldera.contracts import ContractWallet, events, structs
from tests.support.shop import CONSUMER, DAY, DE, DEALER, EU, FR, KIND, MEMBER, NOBODY, RESTRICTIONS, US, Shop
from tests.support.suite import reverts

# Who holds it, who gets it, who moves it ("" for the holder), and why not ("" for yes).
ROUTES = [
    ("berlin", "paris", "", ""),
    ("berlin", "anna", "", ""),
    ("berlin", "brand", "", ""),
    ("berlin", "boston", "", "OutsideScope"),
    ("berlin", "outsider", "", "OutsideScope"),
    ("berlin", "stranger", "", "ERC7943CannotReceive"),
    ("brand", "berlin", "", ""),
    ("brand", "anna", "", ""),
    ("anna", "berlin", "", ""),
    ("anna", "paris", "", ""),
    ("anna", "brand", "", ""),
    ("anna", "ben", "", ""),
    ("anna", "boston", "", "OutsideScope"),
    ("anna", "outsider", "", "OutsideScope"),
    ("berlin", "anna", "paris", ""),
    ("berlin", "anna", "boston", "OutsideScope"),
    ("berlin", "anna", "ben", "OutsideScope"),
    ("berlin", "anna", "stranger", "OutsideScope"),
    ("anna", "berlin", "paris", ""),
    ("anna", "ben", "paris", "ConsumerResale"),
    ("anna", "ben", "clara", "OutsideScope"),
]
ERRORS = {
    "OutsideScope": ("ReceiverOutsideScope", "OperatorOutsideScope"),
    "ERC7943CannotReceive": ("ReceiverNotActive",),
    "ConsumerResale": ("ConsumerResale",),
}


@pytest.mark.parametrize(("source", "target", "operator", "error"), ROUTES)
def test_route(shop: Shop, source: str, target: str, operator: str, error: str) -> None:
    item = shop.item("brand" if source == "brand" else "berlin")
    if source == "anna":
        shop.pass_on(item, "berlin", "anna")
    a, b, mover = (shop.chain.account(name) for name in (source, target, operator or source))
    said = RESTRICTIONS[shop.goods.restrictionOf(mover, a, b, item)]
    if error:
        assert said in ERRORS[error]
        with reverts(error):
            shop.pass_on(item, source, target, operator)
        assert shop.goods.ownerOf(item) == a.address
    else:
        assert said == "None"
        assert shop.goods.canTransfer(a, b, item)
        shop.pass_on(item, source, target, operator)
        assert shop.goods.ownerOf(item) == b.address


def test_a_gift_is_possible_as_often_as_the_line_allows(shop: Shop) -> None:
    item = shop.item()
    shop.pass_on(item, "berlin", "anna")
    shop.pass_on(item, "anna", "ben")
    assert RESTRICTIONS[shop.goods.restrictionOf(shop.ben, shop.ben, shop.clara, item)] == "GiftsUsedUp"
    with reverts("GiftsUsedUp", id=item, most=1):
        shop.pass_on(item, "ben", "clara")
    shop.pass_on(item, "ben", "paris")
    shop.pass_on(item, "paris", "clara")
    assert shop.goods.itemOf(item) == structs.Item(shop.chain.now, 2, 1, False, False, False)


def test_the_first_sale_is_said_and_kept(shop: Shop) -> None:
    item = shop.item()
    shop.pass_on(item, "berlin", "paris")
    assert shop.goods.itemOf(item) == structs.Item(0, 0, 0, False, False, False)
    shop.chain.skip(5)
    sold = shop.chain.now
    receipt = shop.goods.transferFrom(shop.paris, shop.anna, item, sender=shop.paris)
    assert list(receipt.events) == [
        events.FirstSold(item, shop.anna.address, emitter=shop.goods.address),
        events.Transfer_address_address_uint256_(
            shop.paris.address, shop.anna.address, item, emitter=shop.goods.address
        ),
    ]
    shop.chain.skip(5)
    shop.pass_on(item, "anna", "berlin")
    shop.pass_on(item, "berlin", "ben")
    assert shop.goods.itemOf(item) == structs.Item(sold, 1, 0, False, False, False)


def test_a_customer_that_becomes_a_dealer_is_one_at_once(shop: Shop) -> None:
    item = shop.item()
    shop.pass_on(item, "berlin", "anna")
    shop.registry.setFacts(shop.anna, shop.chain.now + DAY, DE, CONSUMER | DEALER, sender=shop.officer)
    assert shop.goods.isDealer(shop.line, shop.anna)
    shop.pass_on(item, "anna", "ben", "paris")


def test_a_dealer_whose_qualification_expires_this_second(shop: Shop) -> None:
    item, until = shop.item(), shop.chain.now + 10
    shop.registry.setFacts(shop.berlin, until, DE, DEALER, sender=shop.officer)
    shop.chain.warp(until)
    with reverts("ERC7943CannotSend", account=shop.berlin.address):
        shop.pass_on(item, "berlin", "anna")
    other = shop.item("paris")
    with reverts("ERC7943CannotReceive", account=shop.berlin.address):
        shop.pass_on(other, "paris", "berlin")


def test_smart_wallets_are_not_locked_out(shop: Shop) -> None:
    wallet = ContractWallet.deploy(shop.chain, shop.anna, sender=shop.anna)
    shop.enrol("wallet", DE, CONSUMER, wallet.address)
    item = shop.item()
    shop.goods.transferFrom(shop.berlin, wallet, item, sender=shop.berlin)
    back = shop.goods.calldata.transferFrom(wallet, shop.berlin, item)
    wallet.act(shop.goods, back, sender=shop.anna)
    assert shop.goods.ownerOf(item) == shop.berlin.address


def test_metadata_and_interfaces(shop: Shop) -> None:
    item = shop.item()
    assert shop.goods.tokenURI(item) == f"ipfs://{item}"
    for known in ("01ffc9a7", "80ac58cd", "5b5e139f", "bf1ef5fe"):
        assert shop.goods.supportsInterface(bytes.fromhex(known)), known
    assert not shop.goods.supportsInterface(bytes.fromhex("ad092b5c"))


def test_halted_and_frozen(shop: Shop) -> None:
    item = shop.item()
    with reverts("NotTheIssuer", line=shop.line, account=shop.berlin.address):
        shop.retail.haltLine(shop.line, True, sender=shop.berlin)
    shop.retail.haltLine(shop.line, True, sender=shop.brand)
    with reverts("LineIsHalted", line=shop.line):
        shop.pass_on(item, "berlin", "anna")
    shop.retail.haltLine(shop.line, False, sender=shop.brand)
    shop.goods.setFrozenTokens(shop.berlin, item, True, sender=shop.officer)
    assert shop.goods.getFrozenTokens(shop.berlin, item)
    with reverts("ERC7943InsufficientUnfrozenBalance", account=shop.berlin.address):
        shop.pass_on(item, "berlin", "anna")
    shop.goods.setFrozenTokens(shop.berlin, item, False, sender=shop.officer)
    shop.pass_on(item, "berlin", "anna")


def test_force_gives_to_dealers_and_customers_only(shop: Shop) -> None:
    item = shop.item()
    shop.goods.setFrozenTokens(shop.berlin, item, True, sender=shop.officer)
    for target, error in ((shop.boston, "OutsideScope"), (shop.outsider, "OutsideScope"), (shop.berlin, "SameAccount")):
        with reverts(error):
            shop.goods.forcedTransfer(shop.berlin, target, item, sender=shop.officer)
    with reverts("ERC721IncorrectOwner"):
        shop.goods.forcedTransfer(shop.paris, shop.anna, item, sender=shop.officer)
    with reverts("AccessManagedUnauthorized"):
        shop.goods.forcedTransfer(shop.berlin, shop.anna, item, sender=shop.berlin)
    shop.goods.forcedTransfer(shop.berlin, shop.anna, item, sender=shop.officer)
    assert shop.goods.ownerOf(item) == shop.anna.address
    assert not shop.goods.getFrozenTokens(shop.anna, item)


class TestBatches:
    """A batch costs one slot; each item is the dealer's until it moves."""

    def test_every_item_is_there_and_said(self, shop: Shop) -> None:
        receipt = shop.retail.issue(shop.line, shop.berlin, 5, sender=shop.brand)
        first, where = receipt.returned, shop.goods.address
        assert first == shop.line << 48
        assert list(receipt.events) == [
            events.Issued(shop.line, first, shop.berlin.address, 5, emitter=where),
            *(
                events.Transfer_address_address_uint256_(NOBODY, shop.berlin.address, first + n, emitter=where)
                for n in range(5)
            ),
        ]
        assert shop.goods.balanceOf(shop.berlin) == 5
        assert [shop.goods.ownerOf(first + n) for n in range(5)] == [shop.berlin.address] * 5
        with reverts("ERC721NonexistentToken", tokenId=first + 5):
            shop.goods.ownerOf(first + 5)
        shop.pass_on(first + 3, "berlin", "anna")
        assert shop.goods.balanceOf(shop.berlin) == 4
        assert shop.goods.ownerOf(first + 3) == shop.anna.address
        assert shop.goods.ownerOf(first + 4) == shop.berlin.address
        assert shop.item() == (shop.line << 48) + 4096

    def test_sizes(self, shop: Shop) -> None:
        for count in (0, 4097):
            with reverts("BatchOutOfRange", count=count, most=4096):
                shop.retail.issue(shop.line, shop.berlin, count, sender=shop.brand)
        first = shop.retail.issue(shop.line, shop.berlin, 4096, sender=shop.brand).returned
        assert shop.goods.ownerOf(first + 4095) == shop.berlin.address
        assert shop.goods.balanceOf(shop.berlin) == 4096

    def test_to_dealers_by_the_issuer(self, shop: Shop) -> None:
        for target, error in ((shop.anna, "OutsideScope"), (shop.boston, "OutsideScope")):
            with reverts(error, account=target.address):
                shop.retail.issue(shop.line, target, 1, sender=shop.brand)
        with reverts("ERC7943CannotReceive"):
            shop.retail.issue(shop.line, shop.stranger, 1, sender=shop.brand)
        with reverts("NotTheIssuer", account=shop.berlin.address):
            shop.retail.issue(shop.line, shop.berlin, 1, sender=shop.berlin)
        with reverts("UnknownLine", line=99):
            shop.retail.issue(99, shop.berlin, 1, sender=shop.brand)
        with reverts("NotTheModule", caller=shop.brand.address, kind=KIND):
            shop.goods.issue(shop.line, shop.berlin, 1, sender=shop.brand)
        with reverts("NotTheModule"):
            shop.goods.issueTo(shop.line, shop.berlin, sender=shop.brand)
        with reverts("NotTheModule"):
            shop.goods.haltLine(shop.line, True, sender=shop.brand)

    def test_a_frozen_item_is_not_retired(self, shop: Shop) -> None:
        item = shop.item("brand")
        shop.goods.setFrozenTokens(shop.brand, item, True, sender=shop.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance", account=shop.brand.address, tokenId=item):
            shop.retail.retire(item, sender=shop.brand)
        shop.goods.setFrozenTokens(shop.brand, item, False, sender=shop.officer)
        shop.retail.retire(item, sender=shop.brand)
        assert not shop.goods.getFrozenTokens(NOBODY, item)

    def test_to_oneself_is_no_gift(self, shop: Shop) -> None:
        item = shop.sold()
        before = shop.goods.itemOf(item)
        shop.pass_on(item, "anna", "anna")
        assert shop.goods.itemOf(item) == before
        shop.pass_on(item, "anna", "ben")
        shop.pass_on(item, "ben", "ben")
        assert shop.goods.itemOf(item).given == 1

    def test_retired_items_are_gone_for_good(self, shop: Shop) -> None:
        item = shop.item()
        with reverts("NotTakenBack", id=item):
            shop.retail.retire(item, sender=shop.brand)
        shop.pass_on(item, "berlin", "brand")
        with reverts("NotTheIssuer"):
            shop.retail.retire(item, sender=shop.berlin)
        shop.retail.retire(item, sender=shop.brand)
        with reverts("ERC721NonexistentToken", tokenId=item):
            shop.goods.ownerOf(item)
        assert shop.goods.balanceOf(shop.brand) == 0
        never_moved = shop.item("brand")
        shop.retail.retire(never_moved, sender=shop.brand)
        with reverts("ERC721NonexistentToken"):
            shop.goods.ownerOf(never_moved)


class TestLines:
    """The standard demands scope, conditions and who is responsible; the line stays within its template."""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"regions": 0, "qualifications": 0}, 10), ({"conditions": b"\0" * 32}, 11), ({"afterSales": 0}, 12)],
    )
    def test_what_is_missing_is_named(self, shop: Shop, changes: dict[str, Any], field: int) -> None:
        with reverts("MissingField", field=field):
            shop.retail.createLine(shop.spec(**changes), sender=shop.brand)

    @pytest.mark.parametrize(
        ("changes", "regions", "qualifications"),
        [
            ({"regions": DE | US}, US, 0),
            ({"regions": 0}, 0, 0),
            ({"qualifications": DEALER | MEMBER}, 0, MEMBER),
            ({"qualifications": 0}, 0, 0),
        ],
    )
    def test_within_the_template(self, shop: Shop, changes: dict[str, int], regions: int, qualifications: int) -> None:
        with reverts("ScopeTooWide", regions=regions, qualifications=qualifications):
            shop.retail.createLine(shop.spec(**changes), sender=shop.brand)
        shop.retail.createLine(shop.spec(regions=FR), sender=shop.brand)

    def test_by_an_active_brand_with_a_known_party_for_the_time_after(self, shop: Shop) -> None:
        with reverts("NotActive", account=shop.stranger.address):
            shop.retail.createLine(shop.spec(), sender=shop.stranger)
        with reverts("UnknownEntity", entity=999):
            shop.retail.createLine(shop.spec(afterSales=999), sender=shop.brand)
        shop.retail.pause(5, sender=shop.officer)
        with reverts("Paused"):
            shop.retail.createLine(shop.spec(), sender=shop.brand)

    def test_it_is_read_back(self, shop: Shop) -> None:
        spec = shop.spec()
        dealers = 1 << 160 | KIND << 152 | 1 << 144 | (DE | FR) << 64 | DEALER
        assert shop.goods.lineOf(shop.line) == structs.Line(
            dealers, shop.entities["brand"], shop.entities["berlin"], CONSUMER, True, 1
        )
        assert shop.goods.conditionsOf(shop.line) == spec.conditions
        assert shop.goods.documentHash(shop.line) == spec.documentHash
        assert [shop.goods.isDealer(shop.line, who) for who in (shop.berlin, shop.brand, shop.boston, shop.anna)] == [
            True,
            True,
            False,
            False,
        ]
        assert [shop.goods.isCustomer(shop.line, who) for who in (shop.anna, shop.outsider, shop.stranger)] == [
            True,
            False,
            False,
        ]

    def test_a_line_for_dealers_only(self, shop: Shop) -> None:
        line = shop.retail.createLine(shop.spec(consumers=False), sender=shop.brand).returned
        assert line == shop.line + 1 == 2
        item = shop.retail.issue(line, shop.berlin, 1, sender=shop.brand).returned
        with reverts("OutsideScope", account=shop.anna.address):
            shop.pass_on(item, "berlin", "anna")
        shop.pass_on(item, "berlin", "paris")


class TestNeitherDealerNorCustomer:
    """Who is neither any more can only return an item."""

    def test_a_dealer_that_lost_its_licence_does_not_sell(self, shop: Shop) -> None:
        item = shop.item()
        shop.registry.setFacts(shop.berlin, shop.chain.now + DAY, DE, 0, sender=shop.officer)
        said = shop.goods.restrictionOf(shop.berlin, shop.berlin, shop.anna, item)
        assert RESTRICTIONS[said] == "SenderOutsideScope"
        with reverts("OutsideScope", id=item, account=shop.berlin.address):
            shop.pass_on(item, "berlin", "anna")
        shop.pass_on(item, "berlin", "paris")

    def test_the_first_gift_of_an_unsold_item_counts(self, shop: Shop) -> None:
        item = shop.item("paris")
        shop.registry.setFacts(shop.paris, shop.chain.now + DAY, FR, CONSUMER, sender=shop.officer)
        shop.pass_on(item, "paris", "anna")
        assert shop.goods.itemOf(item) == structs.Item(shop.chain.now, 0, 1, False, False, False)
        with reverts("GiftsUsedUp", id=item, most=1):
            shop.pass_on(item, "anna", "ben")

    def test_accounts_of_one_entity_give_each_other_nothing(self, shop: Shop) -> None:
        item, wallet = shop.sold(), shop.chain.account("anna's other wallet")
        entity, until = shop.entities["anna"], shop.chain.now + DAY
        shop.registry.enrol(wallet, entity, until, DE, CONSUMER, sender=shop.officer)
        before = shop.goods.itemOf(item)
        shop.goods.forcedTransfer(shop.anna, wallet, item, sender=shop.officer)
        shop.goods.transferFrom(wallet, shop.anna, item, sender=wallet)
        assert shop.goods.itemOf(item) == before


class TestRegions:
    """A country is inside its bloc."""

    def line(self, shop: Shop, regions: int) -> int:
        return shop.retail.createLine(shop.spec(regions=regions), sender=shop.brand).returned

    def test_a_line_for_the_bloc_is_open_to_its_countries(self, shop: Shop) -> None:
        line = self.line(shop, EU)
        assert [shop.goods.isDealer(line, shop.chain.account(name)) for name in ("berlin", "paris", "boston")] == [
            True,
            True,
            False,
        ]

    def test_a_line_for_a_country_is_not_open_to_the_bloc(self, shop: Shop) -> None:
        line = self.line(shop, DE)
        shop.registry.setFacts(shop.paris, shop.chain.now + DAY, EU, DEALER, sender=shop.officer)
        assert [shop.goods.isDealer(line, shop.chain.account(name)) for name in ("berlin", "paris")] == [True, False]

    def test_a_scope_within_the_templates(self, shop: Shop) -> None:
        with reverts("ScopeTooWide", regions=US, qualifications=0):
            self.line(shop, DE | US)
        with reverts("UnknownRegion", number=9):
            self.line(shop, DE | 1 << 9)
