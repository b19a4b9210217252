"""BoundRights: used by the holder together with a centre, never more often, later or elsewhere than allowed."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import ContractWallet, events, structs
from caldera.evm import domain_of
from caldera.merkle import NotInTree, serial_leaf, serial_tree
from tests.support.shop import (
    ACTIVATION,
    DATE,
    DAY,
    DE,
    LAPSES,
    NOBODY,
    ONCE,
    REPAIRER,
    RULES,
    SERVICE,
    TRAVELS,
    YEAR,
    Shop,
)
from tests.support.suite import reverts

REFUSALS = (
    "None",
    "UnknownRight",
    "HolderNotActive",
    "ItemFrozen",
    "NotInEffect",
    "Expired",
    "Lapsed",
    "UsedUp",
    "CentreNotAuthorised",
)
FOREVER = 2**40 - 1


def use(shop: Shop, item: int, right: int, number: int = 0, holder: str = "anna", centre: str = "workshop") -> int:
    """The centre calls; the holder has signed."""
    wanted = shop.use(item, right, centre)
    signature = shop.sign_use(wanted, shop.chain.account(holder), number, holder)
    return shop.bound.useRight(wanted, signature, b"", sender=shop.chain.account(centre)).returned


def refused(
    shop: Shop, error: str, refusal: str, item: int, right: int, centre: str = "workshop", **facts: Any
) -> None:
    """The use reverts with `error`, and the view said so before."""
    holder = shop.goods.ownerOf(item)
    name = next(name for name in ("anna", "ben", "clara", "berlin") if shop.chain.account(name).address == holder)
    _, _, number = shop.bound.stateOf(item, right)
    assert REFUSALS[shop.bound.refusalOf(item, right, shop.chain.account(centre))] == refusal
    with reverts(error, **facts):
        use(shop, item, right, number, name, centre)


class TestDefinition:
    """Once per line, by its brand, under a type of the standard."""

    def test_it_says_what_it_is(self, shop: Shop) -> None:
        text = keccak(text="text")
        given = structs.Right(SERVICE, DATE, ONCE, False, 3, 7, shop.chain.now + 1, DAY, shop.chain.now + 9 * DAY, text)
        receipt = shop.bound.defineRight(shop.line, given, sender=shop.brand)
        assert receipt.returned == 0
        terms, scope = shop.bound.rightOf(shop.line, 0)
        assert terms == given
        assert shop.bound.rightCount(shop.line) == 1
        assert list(receipt.events) == [events.RightDefined(shop.line, 0, given, scope, emitter=shop.bound.address)]
        assert scope & (2**64 - 1) == REPAIRER

    def test_by_the_brand_only(self, shop: Shop) -> None:
        terms = structs.Right(SERVICE, 0, 0, False, 1, 0, 0, 0, 0, keccak(text="text"))
        with reverts("NotTheBrand", line=shop.line, account=shop.berlin.address):
            shop.bound.defineRight(shop.line, terms, sender=shop.berlin)
        with reverts("NotActive", account=shop.stranger.address):
            shop.bound.defineRight(shop.line, terms, sender=shop.stranger)
        with reverts("UnknownLine", line=9):
            shop.bound.defineRight(9, terms, sender=shop.brand)

    @pytest.mark.parametrize(
        "changes",
        [
            {"text": b"\0" * 32},
            {"startsAt": 2**39},
            {"condition": DATE},
            {"condition": DATE, "startsAt": 2**39, "until": 2**39 - 1},
            {"points": 1, "uses": 0},
        ],
    )
    def test_out_of_range(self, shop: Shop, changes: dict[str, Any]) -> None:
        with reverts("RightOutOfRange"):
            shop.right(**changes)

    def test_an_end_that_is_over(self, shop: Shop) -> None:
        with reverts("RightOutOfRange"):
            shop.right(until=shop.chain.now)
        shop.right(until=shop.chain.now + 1)
        shop.right(condition=DATE, startsAt=2**39, until=2**39)

    def test_the_type_comes_from_the_standard(self, shop: Shop) -> None:
        with reverts("WrongKind", ruleId=RULES, wanted=5):
            shop.right(ruleId=RULES)
        with reverts("UnknownRules", ruleId=77):
            shop.right(ruleId=77)
        shop.right()
        shop.standard.retire(SERVICE, sender=shop.officer)
        with reverts("RetiredRules", ruleId=SERVICE):
            shop.right()

    def test_the_type_can_demand_an_end(self, shop: Shop) -> None:
        rules = structs.Rules(6, 0, 0, 0, 1 << 2, 1, 0, 0)
        shop.standard.publish(b"ends".ljust(32, b"\0"), rules, sender=shop.officer)
        with reverts("MissingField", field=2):
            shop.right(ruleId=3, duration=0)
        shop.right(ruleId=3, duration=1)
        shop.right(ruleId=3, duration=0, until=shop.chain.now + 1)

    def test_thirty_two_of_them(self, shop: Shop) -> None:
        for _ in range(32):
            shop.right()
        with reverts("TooManyRights", line=shop.line, most=32):
            shop.right()

    def test_not_while_paused_but_uses_stay_open(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        shop.bound.pause(DAY, sender=shop.officer)
        with reverts("Paused"):
            shop.right()
        assert use(shop, item, right) == 1


class TestUse:
    """By both, once for each agreement."""

    def test_the_centre_brings_the_holders_signature(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        receipt = shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)
        assert list(receipt.events) == [
            events.RightUsed(
                item,
                right,
                shop.anna.address,
                shop.workshop.address,
                1,
                keccak(text="report"),
                emitter=shop.bound.address,
            )
        ]
        assert shop.bound.stateOf(item, right)[2] == 1

    def test_the_holder_brings_the_centres(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.workshop, 0, "anna")
        assert shop.bound.useRight(wanted, b"", signature, sender=shop.anna).returned == 1

    def test_anyone_brings_both(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        both = [shop.sign_use(wanted, who, 0, "anna") for who in (shop.anna, shop.workshop)]
        with reverts("NotAgreed", account=shop.workshop.address):
            shop.bound.useRight(wanted, both[0], both[0], sender=shop.stranger)
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.useRight(wanted, both[1], both[1], sender=shop.stranger)
        assert shop.bound.useRight(wanted, *both, sender=shop.stranger).returned == 1

    def test_neither_alone(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        with reverts("NotAgreed", account=shop.workshop.address):
            shop.bound.useRight(wanted, b"", b"", sender=shop.anna)
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.useRight(wanted, b"", b"", sender=shop.workshop)

    @pytest.mark.parametrize("changes", [{"report": b"\7" * 32}, {"deadline": 2**39}])
    def test_nothing_else_than_was_signed(self, shop: Shop, changes: dict[str, Any]) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.useRight(wanted._replace(**changes), signature, b"", sender=shop.workshop)

    def test_not_another_item_right_or_centre(self, shop: Shop) -> None:
        right, other = shop.right(), shop.right()
        item, second = shop.sold(), shop.sold()
        shop.bound.authoriseCentre(shop.line, right, shop.entities["berlin"], True, sender=shop.brand)
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        changed: list[dict[str, Any]] = [{"item": second}, {"right": other}]
        for changes in changed:
            with reverts("NotAgreed"):
                shop.bound.useRight(wanted._replace(**changes), signature, b"", sender=shop.workshop)
        shop.registry.setFacts(shop.paris, shop.chain.now + DAY, DE, REPAIRER, sender=shop.officer)
        shop.bound.authoriseCentre(shop.line, right, shop.entities["paris"], True, sender=shop.brand)
        with reverts("NotAgreed", account=shop.anna.address):
            moved = wanted._replace(centre=shop.paris.address)
            shop.bound.useRight(moved, signature, b"", sender=shop.paris)

    def test_a_signature_serves_once(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)

    def test_a_signature_of_an_earlier_holder_serves_no_more(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        shop.pass_on(item, "anna", "ben")
        with reverts("NotAgreed", account=shop.ben.address):
            shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)

    def test_in_time(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted = shop.use(item, right, deadline=shop.chain.now + 10)
        signature = shop.sign_use(wanted, shop.anna, 0, "anna")
        shop.chain.skip(10)
        with shop.chain.isolated():
            shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)
        shop.chain.skip(1)
        with reverts("SignatureExpired", deadline=wanted.deadline):
            shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)

    def test_another_chain_another_contract_another_form(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        wanted, domain = shop.use(item, right), domain_of(shop.bound)
        for change in ({"chainId": 1}, {"verifyingContract": shop.goods.address}, {"name": "x"}, {"version": "2"}):
            with reverts("NotAgreed"):
                signature = shop.sign_use(wanted, shop.anna, 0, "anna", domain | change)
                shop.bound.useRight(wanted, signature, b"", sender=shop.workshop)
        good = shop.sign_use(wanted, shop.anna, 0, "anna")
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        high = (order - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
        with reverts("NotAgreed"):
            shop.bound.useRight(wanted, good[:32] + high + bytes([55 - good[64]]), b"", sender=shop.workshop)
        assert shop.bound.useDigest(wanted) != b"\0" * 32

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_contract_wallets_agree(self, shop: Shop) -> None:
        right = shop.right()
        office = ContractWallet.deploy(shop.chain, shop.workshop, sender=shop.workshop)
        shop.registry.enrol(office, shop.entities["workshop"], shop.chain.now + DAY, DE, REPAIRER, sender=shop.officer)
        item = shop.sold()
        wanted = shop.use(item, right, centre="workshop")._replace(centre=office.address)
        signature = shop.sign_use(wanted, shop.workshop, 0, "anna")
        assert shop.bound.useRight(wanted, b"", signature, sender=shop.anna).returned == 1


class TestHowOften:
    """As often as it says."""

    def test_two_uses(self, shop: Shop) -> None:
        right, item = shop.right(uses=2), shop.sold()
        assert [use(shop, item, right, number) for number in (0, 1)] == [1, 2]
        refused(shop, "RightUsedUp", "UsedUp", item, right, uses=2)

    def test_each_item_has_its_own(self, shop: Shop) -> None:
        right, item, other = shop.right(uses=1), shop.sold(), shop.sold()
        use(shop, item, right)
        assert use(shop, other, right) == 1

    def test_any_number(self, shop: Shop) -> None:
        right, item = shop.right(uses=0), shop.sold()
        for number in range(5):
            assert use(shop, item, right, number) == number + 1

    def test_a_right_that_is_none(self, shop: Shop) -> None:
        item = shop.sold()
        assert REFUSALS[shop.bound.refusalOf(item, 0, shop.workshop)] == "UnknownRight"
        with reverts("UnknownRight", item=item, right=0):
            use(shop, item, 0)
        with reverts("UnknownRight"):
            shop.bound.stateOf(item, 0)
        with reverts("NoSuchRight", line=shop.line, right=0):
            shop.bound.rightOf(shop.line, 0)
        with reverts("NoSuchRight", line=shop.line, right=0):
            shop.bound.authoriseCentre(shop.line, 0, 1, True, sender=shop.brand)
        with reverts("ERC721NonexistentToken"):
            use(shop, item + 4096, 0)


class TestWhen:
    """Takes effect by its condition, ends by its own time."""

    def test_from_the_first_sale(self, shop: Shop) -> None:
        right, item = shop.right(duration=100), shop.item()
        refused(shop, "RightNotInEffect", "NotInEffect", item, right, startsAt=0)
        shop.chain.skip(1000)
        shop.pass_on(item, "berlin", "anna")
        sold = shop.chain.now
        assert shop.bound.stateOf(item, right) == (sold, sold + 99, 0)
        with shop.chain.isolated():
            use(shop, item, right)
        shop.chain.warp(sold + 99)
        with shop.chain.isolated():
            use(shop, item, right)
        shop.chain.warp(sold + 100)
        refused(shop, "RightExpired", "Expired", item, right, end=sold + 99)

    def test_from_a_date(self, shop: Shop) -> None:
        start = shop.chain.now + 50
        right, item = shop.right(condition=DATE, startsAt=start, duration=0, until=start + 5), shop.sold()
        assert shop.bound.stateOf(item, right) == (start, start + 5, 0)
        shop.chain.warp(start - 1)
        refused(shop, "RightNotInEffect", "NotInEffect", item, right, startsAt=start)
        for second in (start, start + 5):
            shop.chain.warp(second)
            with shop.chain.isolated():
                use(shop, item, right)
        shop.chain.warp(start + 6)
        refused(shop, "RightExpired", "Expired", item, right, end=start + 5)

    def test_the_earlier_end_counts(self, shop: Shop) -> None:
        item = shop.sold()
        sold = shop.chain.now
        first = shop.right(duration=100, until=sold + 50)
        second = shop.right(duration=100, until=sold + 500)
        neither = shop.right(duration=0)
        assert [shop.bound.stateOf(item, right)[1] for right in (first, second, neither)] == [
            sold + 50,
            sold + 99,
            FOREVER,
        ]

    def test_defined_after_the_sale_it_counts_from_the_sale(self, shop: Shop) -> None:
        item = shop.sold()
        sold = shop.chain.now
        shop.chain.skip(500)
        right = shop.right(duration=400)
        refused(shop, "RightExpired", "Expired", item, right, end=sold + 399)


class TestWhere:
    """With a centre that the brand authorised and the type admits."""

    def test_only_who_is_authorised(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right, "paris")
        shop.bound.authoriseCentre(shop.line, right, shop.entities["garage"], True, sender=shop.brand)
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right, "garage")
        shop.registry.setFacts(shop.garage, shop.chain.now + DAY, DE, REPAIRER, sender=shop.officer)
        with shop.chain.isolated():
            use(shop, item, right, centre="garage")
        receipt = shop.bound.authoriseCentre(shop.line, right, shop.entities["garage"], False, sender=shop.brand)
        assert list(receipt.events) == [
            events.CentreAuthorised(shop.line, right, shop.entities["garage"], False, emitter=shop.bound.address)
        ]
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right, "garage")

    def test_whoever_is_responsible_needs_no_leave(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right, "berlin")
        shop.registry.setFacts(shop.berlin, shop.chain.now + DAY, DE, REPAIRER, sender=shop.officer)
        assert shop.bound.isAuthorised(shop.line, right, shop.entities["berlin"])
        assert not shop.bound.isAuthorised(shop.line, right, shop.entities["paris"])
        use(shop, item, right, centre="berlin")

    def test_for_this_right_only(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        other = shop.bound.defineRight(shop.line, shop.bound.rightOf(shop.line, right)[0], sender=shop.brand).returned
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, other)

    def test_suspended_this_second(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        shop.registry.suspend(shop.workshop, sender=shop.officer)
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right)

    def test_the_brand_says_who(self, shop: Shop) -> None:
        right = shop.right()
        with reverts("UnknownEntity", entity=999):
            shop.bound.authoriseCentre(shop.line, right, 999, True, sender=shop.brand)
        with reverts("NotTheBrand"):
            shop.bound.authoriseCentre(shop.line, right, 1, True, sender=shop.workshop)


class TestResale:
    """Travels, lapses, or is transferable once."""

    @pytest.mark.known_defect("warranty-lost")
    @pytest.mark.parametrize(("policy", "most"), [(TRAVELS, 9), (LAPSES, 0), (ONCE, 1)])
    def test_over_a_dealer(self, shop: Shop, policy: int, most: int) -> None:
        right, item = shop.right(resale=policy, uses=9), shop.sold()
        names = ["anna", "ben", "clara"]
        for handovers, name in enumerate(names):
            if handovers:
                shop.pass_on(item, names[handovers - 1], "paris")
                shop.pass_on(item, "paris", name)
            if handovers <= most:
                with shop.chain.isolated():
                    use(shop, item, right, holder=name)
            else:
                refused(shop, "LapsedOnResale", "Lapsed", item, right, handovers=handovers)

    def test_by_gift(self, shop: Shop) -> None:
        right, item = shop.right(resale=LAPSES), shop.sold()
        shop.pass_on(item, "anna", "ben")
        refused(shop, "LapsedOnResale", "Lapsed", item, right, handovers=1)

    def test_uses_travel_as_well(self, shop: Shop) -> None:
        right, item = shop.right(uses=2), shop.sold()
        use(shop, item, right)
        shop.pass_on(item, "anna", "ben")
        use(shop, item, right, 1, "ben")
        refused(shop, "RightUsedUp", "UsedUp", item, right)


class TestHolder:
    """Whoever owns the item at that moment."""

    def test_suspended_or_frozen(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        with shop.chain.isolated():
            shop.registry.suspend(shop.anna, sender=shop.officer)
            refused(shop, "NotActive", "HolderNotActive", item, right, account=shop.anna.address)
        shop.goods.setFrozenTokens(shop.anna, item, True, sender=shop.officer)
        refused(shop, "ItemFrozen", "ItemFrozen", item, right)
        shop.goods.setFrozenTokens(shop.anna, item, False, sender=shop.officer)
        use(shop, item, right)

    def test_a_recalled_line_still_has_its_warranty(self, shop: Shop) -> None:
        right, item = shop.right(), shop.sold()
        shop.retail.haltLine(shop.line, True, sender=shop.brand)
        assert use(shop, item, right) == 1


def tree(*items: int) -> tuple[bytes, list[bytes], list[list[bytes]]]:
    """Root, serial hashes and proofs of four items' numbers: pairs sorted, leaves hashed twice."""
    hashes = [keccak(text=f"A{number}") for number in range(4)]
    a, b, c, d = (keccak(keccak(serial + item.to_bytes(32, "big"))) for serial, item in zip(hashes, items, strict=True))

    def pair(x: bytes, y: bytes) -> bytes:
        return keccak(min(x, y) + max(x, y))

    left, right = pair(a, b), pair(c, d)
    return pair(left, right), hashes, [[b, right], [a, right], [d, left], [c, left]]


class TestActivation:
    """A serial number is proved once, for one item, by its holder."""

    def test_it_lets_rights_take_effect(self, shop: Shop) -> None:
        right, item = shop.right(condition=ACTIVATION, duration=100), shop.sold()
        root, hashes, proofs = tree(1, 2, item, 4)
        refused(shop, "RightNotInEffect", "NotInEffect", item, right, startsAt=0)
        receipt = shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        assert list(receipt.events) == [events.SerialsPublished(shop.line, root, emitter=shop.bound.address)]
        shop.chain.skip(1000)
        receipt = shop.bound.activate(item, hashes[2], root, proofs[2], sender=shop.anna)
        assert list(receipt.events) == [
            events.Activated(item, hashes[2], shop.anna.address, emitter=shop.bound.address)
        ]
        now = shop.chain.now
        assert shop.bound.serialOf(item) == (hashes[2], now)
        assert shop.bound.itemOfSerial(shop.line, hashes[2]) == item
        assert shop.bound.stateOf(item, right) == (now, now + 99, 0)
        use(shop, item, right)

    def test_once_for_each(self, shop: Shop) -> None:
        item, other = shop.sold(), shop.sold()
        root, hashes, proofs = tree(item, item, other, other)
        again, _, _ = tree(other, 1, 2, 3)
        shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)
        with reverts("AlreadyActivated", item=item):
            shop.bound.activate(item, hashes[1], root, proofs[1], sender=shop.anna)
        shop.bound.publishSerials(shop.line, again, sender=shop.brand)
        with reverts("SerialTaken", serial=hashes[0], item=item):
            shop.bound.activate(other, hashes[0], again, tree(other, 1, 2, 3)[2][0], sender=shop.anna)
        shop.bound.activate(other, hashes[2], root, proofs[2], sender=shop.anna)

    def test_genuine_numbers_only(self, shop: Shop) -> None:
        item, other = shop.sold(), shop.sold("ben")
        root, hashes, proofs = tree(item, 1, 2, 3)
        with reverts("SerialNotGenuine", item=item, serial=hashes[0]):
            shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)
        shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        with reverts("SerialNotGenuine"):
            shop.bound.activate(item, keccak(text="B1"), root, proofs[0], sender=shop.anna)
        with reverts("SerialNotGenuine", item=other):  # who copies number and proof has another item
            shop.bound.activate(other, hashes[0], root, proofs[0], sender=shop.ben)
        shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)

    def test_of_an_item_that_was_sold(self, shop: Shop) -> None:
        item = shop.item()
        root, hashes, proofs = tree(item, 1, 2, 3)
        shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        with reverts("NotSold", item=item):
            shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.berlin)
        shop.pass_on(item, "berlin", "anna")
        shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)

    def test_the_library_makes_the_same_tree(self, shop: Shop) -> None:
        item = shop.sold()
        pairs = [(f"A{number}", item + number) for number in range(7)]
        made = serial_tree(pairs)
        shop.bound.publishSerials(shop.line, made.root, sender=shop.brand)
        proof = made.proof(serial_leaf("A0", item))
        shop.bound.activate(item, keccak(text="A0"), made.root, proof, sender=shop.anna)
        with pytest.raises(NotInTree):
            made.proof(serial_leaf("A0", item + 1))

    def test_by_its_holder(self, shop: Shop) -> None:
        item = shop.sold()
        root, hashes, proofs = tree(item, 1, 2, 3)
        shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        with reverts("NotTheItemsHolder", item=item, account=shop.ben.address):
            shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.ben)
        with shop.chain.isolated():
            shop.goods.setFrozenTokens(shop.anna, item, True, sender=shop.officer)
            with reverts("ItemFrozen", item=item):
                shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)
        shop.registry.suspend(shop.anna, sender=shop.officer)
        with reverts("NotActive", account=shop.anna.address):
            shop.bound.activate(item, hashes[0], root, proofs[0], sender=shop.anna)

    @pytest.mark.known_defect("moving-root")
    def test_published_by_the_brand_once(self, shop: Shop) -> None:
        root = keccak(text="root")
        with reverts("NotTheBrand"):
            shop.bound.publishSerials(shop.line, root, sender=shop.berlin)
        with reverts("InvalidSerials"):
            shop.bound.publishSerials(shop.line, b"\0" * 32, sender=shop.brand)
        shop.bound.publishSerials(shop.line, root, sender=shop.brand)
        with reverts("InvalidSerials", root=root):
            shop.bound.publishSerials(shop.line, root, sender=shop.brand)


class TestPoints:
    """Accrue to the holder, are spent with the brand."""

    def earn(self, shop: Shop) -> int:
        """150 points for anna: one right that she uses alone brings 100, a repair 50."""
        points, repair = shop.right(alone=True, uses=1, points=100), shop.right(points=50)
        item = shop.sold()
        receipt = shop.bound.useRight(shop.use(item, points, ""), b"", b"", sender=shop.anna)
        brand = shop.entities["brand"]
        assert receipt.events[-1] == events.PointsEarned(
            brand, shop.anna.address, item, 100, emitter=shop.bound.address
        )
        use(shop, item, repair)
        assert shop.bound.pointsOf(brand, shop.anna) == 150
        return item

    def spend(self, shop: Shop, amount: int, **changes: Any) -> structs.Spending:
        given: dict[str, Any] = {
            "brand": shop.brand.address,
            "holder": shop.anna.address,
            "amount": amount,
            "purpose": keccak(text="a hat"),
            "deadline": shop.chain.now + DAY,
        }
        return structs.Spending(**(given | changes))

    def test_alone_means_without_a_centre(self, shop: Shop) -> None:
        right, item = shop.right(alone=True), shop.sold()
        refused(shop, "CentreNotAuthorised", "CentreNotAuthorised", item, right)
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.useRight(shop.use(item, right, ""), b"", b"", sender=shop.brand)
        other = shop.right()
        with reverts("CentreNotAuthorised", centre=NOBODY):
            shop.bound.useRight(shop.use(item, other, ""), b"", b"", sender=shop.anna)

    def test_spent_by_both(self, shop: Shop) -> None:
        self.earn(shop)
        brand = shop.entities["brand"]
        spending = self.spend(shop, 60)
        signature = shop.sign_spending(spending, shop.anna, 0, brand)
        with reverts("NotAgreed", account=shop.brand.address):
            shop.bound.spendPoints(spending, b"", b"", sender=shop.anna)
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.spendPoints(spending._replace(amount=61), signature, b"", sender=shop.brand)
        receipt = shop.bound.spendPoints(spending, signature, b"", sender=shop.brand)
        assert list(receipt.events) == [
            events.PointsSpent(brand, shop.anna.address, 60, keccak(text="a hat"), emitter=shop.bound.address)
        ]
        assert shop.bound.pointsOf(brand, shop.anna) == 90
        assert shop.bound.spendings(brand, shop.anna) == 1
        with reverts("NotAgreed", account=shop.anna.address):
            shop.bound.spendPoints(spending, signature, b"", sender=shop.brand)
        rest = self.spend(shop, 90)
        assert shop.bound.spendingDigest(rest) != b"\0" * 32
        shop.bound.spendPoints(rest, b"", shop.sign_spending(rest, shop.brand, 1, brand), sender=shop.anna)
        assert shop.bound.pointsOf(brand, shop.anna) == 0

    def test_no_more_than_there_are(self, shop: Shop) -> None:
        self.earn(shop)
        for amount in (0, 151):
            with reverts("InsufficientPoints", held=150, wanted=amount):
                shop.bound.spendPoints(self.spend(shop, amount), b"", b"", sender=shop.anna)

    def test_with_the_brand_that_gave_them(self, shop: Shop) -> None:
        self.earn(shop)
        elsewhere = self.spend(shop, 10, brand=shop.berlin.address)
        with reverts("InsufficientPoints", held=0, wanted=10):
            shop.bound.spendPoints(elsewhere, b"", b"", sender=shop.anna)

    def test_they_stay_with_the_holder_when_the_item_goes(self, shop: Shop) -> None:
        item = self.earn(shop)
        shop.pass_on(item, "anna", "ben")
        brand = shop.entities["brand"]
        assert (shop.bound.pointsOf(brand, shop.anna), shop.bound.pointsOf(brand, shop.ben)) == (150, 0)

    def test_in_time_and_while_active(self, shop: Shop) -> None:
        self.earn(shop)
        brand = shop.entities["brand"]
        spending = self.spend(shop, 1, deadline=shop.chain.now + 10)
        signature = shop.sign_spending(spending, shop.anna, 0, brand)
        shop.chain.skip(10)
        with shop.chain.isolated():
            shop.bound.spendPoints(spending, signature, b"", sender=shop.brand)
        shop.chain.skip(1)
        with reverts("SignatureExpired", deadline=spending.deadline):
            shop.bound.spendPoints(spending, signature, b"", sender=shop.brand)
        shop.registry.suspend(shop.anna, sender=shop.officer)
        with reverts("NotActive", account=shop.anna.address):
            shop.bound.spendPoints(self.spend(shop, 1), b"", b"", sender=shop.brand)


def test_two_years_is_what_the_text_says(shop: Shop) -> None:
    right, item = shop.right(), shop.sold()
    start, end, _ = shop.bound.stateOf(item, right)
    assert end - start + 1 == 2 * YEAR
