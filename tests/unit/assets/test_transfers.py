"""AssetCertificate: splitting is transferring."""

import pytest

from caldera.contracts import ContractWallet, ReentrantReceiver, events, structs
from tests.support.suite import DAY, EU, FACTOR, KIND, MINIMUM, Suite, build, reverts

M = MINIMUM


def test_a_part_keeps_every_attribute_because_it_is_the_same_id(suite: Suite) -> None:
    asset = suite.circulating()
    receipt = suite.send(suite.seller, suite.alice, asset, 30 * M)
    assert list(receipt.events) == [
        events.TransferSingle(
            suite.seller.address, suite.seller.address, suite.alice.address, asset, 30 * M, emitter=suite.ledger.address
        )
    ]
    balances = suite.ledger.balanceOfBatch([suite.seller, suite.alice], [asset, asset])
    assert balances == (70 * M, 30 * M)


@pytest.mark.parametrize(("units", "left"), [(M - 1, M - 1), (99 * M + 1, M - 1)])
def test_no_part_and_no_rest_below_the_minimum(suite: Suite, units: int, left: int) -> None:
    asset = suite.circulating()
    with reverts("BelowMinimumUnit", id=asset, left=left, minimum=M):
        suite.send(suite.seller, suite.alice, asset, units)
    suite.send(suite.seller, suite.alice, asset, M)
    suite.send(suite.seller, suite.alice, asset, 1)  # an existing holder may get any amount
    assert suite.ledger.balanceOf(suite.alice, asset) == M + 1


def test_everything_may_go(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 100 * M)
    assert suite.ledger.balanceOf(suite.seller, asset) == 0


def test_a_transfer_to_oneself_changes_nothing(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.seller, asset, 5)
    assert suite.ledger.balanceOf(suite.seller, asset) == 100 * M
    with reverts("ERC1155InsufficientBalance"):
        suite.send(suite.seller, suite.seller, asset, 100 * M + 1)


def test_nothing_can_be_moved_to_somebody_new(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 0)
    assert suite.ledger.balanceOf(suite.alice, asset) == 0


def test_suspension_and_expiry_hold_at_once(suite: Suite) -> None:
    asset = suite.circulating()
    suite.registry.suspend(suite.alice, sender=suite.officer)
    with reverts("ERC7943CannotReceive", account=suite.alice.address):
        suite.send(suite.seller, suite.alice, asset, M)
    suite.registry.reinstate(suite.alice, sender=suite.officer)
    suite.registry.setFacts(suite.alice, suite.chain.now + 10, EU, FACTOR, sender=suite.officer)
    suite.chain.skip(9)
    suite.send(suite.seller, suite.alice, asset, M)
    suite.chain.skip(1)
    with reverts("ERC7943CannotReceive"):
        suite.send(suite.seller, suite.alice, asset, M)
    with reverts("ERC7943CannotSend"):
        suite.send(suite.alice, suite.seller, asset, M)


def test_a_lost_qualification_stops_receiving_not_selling(suite: Suite) -> None:
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 2 * M)
    suite.registry.setFacts(suite.alice, suite.chain.now + DAY, EU, 0, sender=suite.officer)
    with reverts("OutsideScope", account=suite.alice.address):
        suite.send(suite.seller, suite.alice, asset, M)
    suite.send(suite.alice, suite.seller, asset, 2 * M)


def test_all_of_the_qualifications_where_the_rules_say_so(suite: Suite) -> None:
    rules = structs.Rules(KIND, 4, 30, 0, 0, 10**9, 0, 3)
    suite.standard.publish(b"strict".ljust(32, b"\0"), rules, sender=suite.officer)
    suite.registry.setFacts(suite.seller, suite.chain.now + 99 * DAY, EU, 3, sender=suite.officer)
    asset = suite.circulating(ruleId=2)
    with reverts("OutsideScope"):
        suite.send(suite.seller, suite.alice, asset, M)
    suite.registry.setFacts(suite.alice, suite.chain.now + DAY, EU, 3, sender=suite.officer)
    suite.send(suite.seller, suite.alice, asset, M)


def test_operators(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("ERC1155MissingApprovalForAll", operator=suite.bank.address, owner=suite.seller.address):
        suite.ledger.safeTransferFrom(suite.seller, suite.alice, asset, M, b"", sender=suite.bank)
    with reverts("ERC1155InvalidOperator"):
        suite.ledger.setApprovalForAll("0x" + "00" * 20, True, sender=suite.seller)
    suite.ledger.setApprovalForAll(suite.bank, True, sender=suite.seller)
    suite.ledger.safeTransferFrom(suite.seller, suite.alice, asset, M, b"", sender=suite.bank)
    suite.ledger.setApprovalForAll(suite.bank, False, sender=suite.seller)
    with reverts("ERC1155MissingApprovalForAll"):
        suite.ledger.safeTransferFrom(suite.seller, suite.alice, asset, M, b"", sender=suite.bank)


def test_shapes_of_calls(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("ERC1155InvalidArrayLength"):
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, [asset], [], b"", sender=suite.seller)
    with reverts("ERC1155InvalidArrayLength"):
        suite.ledger.balanceOfBatch([suite.seller], [])
    with reverts("ERC1155InvalidReceiver"):
        suite.send(suite.seller, "0x" + "00" * 20, asset, M)
    with reverts("UnknownAsset", id=1):
        suite.send(suite.seller, suite.alice, 1, M)
    with reverts("UnknownAsset", id=1):
        suite.ledger.totalSupply(1)


def test_a_receiver_that_passes_on_in_its_callback_sees_the_truth(suite: Suite) -> None:
    relay = ReentrantReceiver.deploy(suite.chain, sender=suite.alice)
    entity = suite.entities["alice"]
    suite.registry.enrol(relay, entity, suite.chain.now + DAY, EU, FACTOR, sender=suite.officer)
    asset = suite.circulating()
    onward = suite.ledger.calldata.safeTransferFrom(relay, suite.bank, asset, 2 * M, b"")
    relay.arm(suite.ledger, onward, sender=suite.alice)
    suite.send(suite.seller, relay.address, asset, 2 * M)
    assert relay.succeeded()
    assert suite.ledger.balanceOf(relay, asset) == 0
    assert suite.ledger.balanceOf(suite.bank, asset) == 2 * M
    relay.arm(suite.ledger, onward, sender=suite.alice)
    suite.send(suite.seller, relay.address, asset, M)
    assert not relay.succeeded()  # it cannot pass on more than it got


def test_only_the_module_of_the_kind_makes_and_retires(suite: Suite) -> None:
    asset = suite.circulating()
    terms = 1 << 160
    for caller in (suite.admin, suite.seller):
        with reverts("NotTheModule", caller=caller.address):
            suite.ledger.create(1 << 16, suite.seller, 5, terms, b"\0" * 32, sender=caller)
        for call in (
            ("retire", asset, suite.seller, 1),
            ("setFlags", asset, 1),
            ("lowerMinimum", asset, 1),
            ("stateAttribute", asset, 7, (1, 1, 1, 1, 1)),
        ):
            with reverts("NotTheModule", kind=KIND):
                getattr(suite.ledger, call[0])(*call[1:], sender=caller)


def test_a_contract_that_is_no_module_is_named_and_not_its_owner(suite: Suite) -> None:
    asset = suite.circulating()
    wallet = ContractWallet.deploy(suite.chain, suite.alice, sender=suite.alice)
    with reverts("NotTheModule", caller=wallet.address, kind=KIND):
        wallet.act(suite.ledger, suite.ledger.calldata.setFlags(asset, 1), sender=suite.alice)


def test_a_kind_and_a_module_are_set_once(suite: Suite) -> None:
    for kind, module in ((0, suite.alice), (KIND, suite.alice), (2, suite.module), (2, "0x" + "00" * 20)):
        with reverts("CannotSetModule", kind=kind):
            suite.ledger.setModule(kind, module, sender=suite.admin)
    suite.ledger.setModule(2, suite.alice, sender=suite.admin)
    assert suite.ledger.moduleOf(2) == suite.alice.address


def test_a_module_obeys_the_ledgers_rules() -> None:
    suite = build()
    module = suite.actors["module"] = suite.chain.account("module")
    suite.ledger.setModule(7, module, sender=suite.admin)
    asset, terms, none = 1 << 16, (M << 160) | (1 << 144), b"\0" * 32
    with reverts("BelowMinimumUnit"):
        suite.ledger.create(asset, suite.seller, M - 1, terms, none, sender=module)
    with reverts("ERC7943CannotReceive"):
        suite.ledger.create(asset, suite.mallory, M, terms, none, sender=module)
    with reverts("SafeCastOverflowedUintDowncast"):
        suite.ledger.create(asset, suite.seller, 2**96, terms, none, sender=module)
    suite.ledger.create(asset, suite.seller, 3 * M, terms, none, sender=module)
    assert (suite.ledger.termsOf(asset) >> 152) & 0xFF == 7
    with reverts("AssetExists"):
        suite.ledger.create(asset, suite.seller, M, terms, none, sender=module)
    with reverts("MinimumCanOnlyFall"):
        suite.ledger.lowerMinimum(asset, M + 1, sender=module)
    with reverts("MinimumCanOnlyFall"):
        suite.ledger.lowerMinimum(asset, 0, sender=module)
    suite.ledger.lowerMinimum(asset, M - 1, sender=module)
    with reverts("BelowMinimumUnit", left=1):
        suite.ledger.retire(asset, suite.seller, 3 * M - 1, sender=module)
    for frozen in (2 * M, M):  # set twice, not taken off the second time
        suite.ledger.setFrozenTokens(suite.seller, asset, frozen, sender=suite.officer)
    with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=2 * M):
        suite.ledger.retire(asset, suite.seller, 2 * M + 1, sender=module)
    suite.ledger.retire(asset, suite.seller, 2 * M, sender=module)
    assert suite.ledger.balanceOf(suite.seller, asset) == M
    suite.ledger.stateAttribute(asset, 7, structs.Attribute(5, 6, 7, 8, 9), sender=module)
    assert tuple(suite.ledger.attributeOf(asset, 7)) == (5, 6, 7, 8, 9)


def test_attributes_are_stated_in_the_attestors_name(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("AccessManagedUnauthorized"):
        suite.module.stateAttribute(asset, 7, 90 * M, suite.chain.now + DAY, sender=suite.seller)
    entity = suite.entities["bank"]
    suite.registry.enrol(suite.officer, entity, suite.chain.now + DAY, EU, 0, sender=suite.officer)
    suite.module.stateAttribute(asset, 7, 90 * M, suite.chain.now + DAY, sender=suite.officer)
    read = suite.ledger.attributeOf(asset, 7)
    assert tuple(read) == (90 * M, entity, suite.chain.now, suite.chain.now + DAY, 0)


def test_the_uri_is_the_administrators(suite: Suite) -> None:
    assert suite.ledger.uri(1) == "ipfs://{id}"
    with reverts("AccessManagedUnauthorized"):
        suite.ledger.setUri("x", sender=suite.officer)
    suite.ledger.setUri("https://example.org/{id}.json", sender=suite.admin)
    assert suite.ledger.uri(2) == "https://example.org/{id}.json"
