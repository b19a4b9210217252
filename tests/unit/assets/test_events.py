"""Everything the ledger does is said: exactly these events, in this order, with these values."""

import pytest

from caldera.contracts import events, structs
from caldera.evm import Account, Event, Log, Receipt
from tests.support.suite import MINIMUM, Suite, reverts

M = MINIMUM
NONE = b"\0" * 32


def said(receipt: Receipt[None] | Receipt[bool], suite: Suite) -> list[Event | Log]:
    """The ledger's own events."""
    return [event for event in receipt.events if event.emitter == suite.ledger.address]


@pytest.fixture
def module(suite: Suite) -> Account:
    """An account that is the module of kind 9."""
    account = suite.chain.account("module")
    suite.ledger.setModule(9, account, sender=suite.admin)
    return account


def test_movements(suite: Suite) -> None:
    asset, where = suite.circulating(), suite.ledger.address
    seller, alice, bank = (one.address for one in (suite.seller, suite.alice, suite.bank))
    suite.ledger.setApprovalForAll(suite.alice, True, sender=suite.seller)
    by_operator = suite.ledger.safeTransferFrom(seller, alice, asset, 10 * M, b"", sender=suite.alice)
    assert said(by_operator, suite) == [events.TransferSingle(alice, seller, alice, asset, 10 * M, emitter=where)]
    batch = suite.ledger.safeBatchTransferFrom(seller, alice, [asset, asset], [M, 2 * M], b"", sender=suite.seller)
    assert said(batch, suite) == [
        events.TransferBatch(seller, seller, alice, (asset, asset), (M, 2 * M), emitter=where)
    ]
    approval = suite.ledger.setApprovalForAll(bank, False, sender=suite.seller)
    assert said(approval, suite) == [events.ApprovalForAll(seller, bank, False, emitter=where)]


def test_liens(suite: Suite) -> None:
    asset, where = suite.circulating(), suite.ledger.address
    seller, alice, bank = (one.address for one in (suite.seller, suite.alice, suite.bank))
    receipt = suite.ledger.pledge(seller, bank, asset, 40 * M, sender=suite.seller)
    assert said(receipt, suite) == [events.Pledged(asset, seller, bank, 40 * M, emitter=where)]
    receipt = suite.ledger.release(seller, asset, 10 * M, sender=suite.bank)
    assert said(receipt, suite) == [events.Released(asset, seller, bank, 10 * M, emitter=where)]
    receipt = suite.ledger.seize(seller, alice, asset, 10 * M, sender=suite.bank)
    assert said(receipt, suite) == [
        events.Seized(asset, seller, bank, alice, 10 * M, emitter=where),
        events.TransferSingle(bank, seller, alice, asset, 10 * M, emitter=where),
    ]
    receipt = suite.ledger.breakLien(seller, bank, asset, 20 * M, sender=suite.officer)
    assert said(receipt, suite) == [events.LienBroken(asset, seller, bank, 20 * M, emitter=where)]


def test_nothing_is_no_part_of_a_lien(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, M, sender=suite.seller)
    with reverts("NoUnits"):
        suite.ledger.pledge(suite.seller, suite.bank, asset, 0, sender=suite.seller)
    with reverts("NoUnits"):
        suite.ledger.release(suite.seller, asset, 0, sender=suite.bank)
    with reverts("NoUnits"):
        suite.ledger.seize(suite.seller, suite.alice, asset, 0, sender=suite.bank)


def test_modules(suite: Suite, module: Account) -> None:
    where, terms = suite.ledger.address, M << 160 | 4 << 144
    made = terms | 9 << 152
    receipt = suite.ledger.create(1 << 16, suite.seller, 3 * M, terms, b"\5" * 32, sender=module)
    assert said(receipt, suite) == [
        events.AssetCreated(1 << 16, 9, suite.seller.address, 3 * M, made, b"\5" * 32, emitter=where),
        events.TransferSingle(module.address, "0x" + "00" * 20, suite.seller.address, 1 << 16, 3 * M, emitter=where),
    ]
    assert suite.ledger.documentHash((1 << 16) + 3) == b"\5" * 32
    receipt = suite.ledger.create(2 << 16, suite.seller, 0, terms, NONE, sender=module)
    assert said(receipt, suite) == [events.AssetCreated(2 << 16, 9, suite.seller.address, 0, made, NONE, emitter=where)]
    receipt = suite.ledger.setFlags(1 << 16, 0xFF, sender=module)
    assert said(receipt, suite) == [events.TermsChanged(1 << 16, made | 3 << 144, emitter=where)]
    receipt = suite.ledger.lowerMinimum(1 << 16, 7, sender=module)
    lowered = 7 << 160 | 9 << 152 | 7 << 144
    assert said(receipt, suite) == [events.TermsChanged(1 << 16, lowered, emitter=where)]
    attribute = structs.Attribute(1, 2, 3, 4, 5)
    receipt = suite.ledger.stateAttribute(1 << 16, 8, attribute, sender=module)
    assert said(receipt, suite) == [events.AttributeStated(1 << 16, 8, attribute, emitter=where)]
    receipt = suite.ledger.retire(1 << 16, suite.seller, M, sender=module)
    assert said(receipt, suite) == [
        events.TransferSingle(module.address, suite.seller.address, "0x" + "00" * 20, 1 << 16, M, emitter=where)
    ]


def test_administration(suite: Suite) -> None:
    where = suite.ledger.address
    receipt = suite.ledger.setModule(9, suite.mallory, sender=suite.admin)
    assert said(receipt, suite) == [events.ModuleSet(9, suite.mallory.address, emitter=where)]
    receipt = suite.ledger.setUri("ar://{id}", sender=suite.admin)
    assert said(receipt, suite) == [events.UriSet("ar://{id}", emitter=where)]
    assert suite.ledger.uri(7) == "ar://{id}"


def test_force_takes_no_pledged_units(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 40 * M, sender=suite.seller)
    with reverts("PledgedUnits", free=60 * M, needed=60 * M + 1):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 60 * M + 1, sender=suite.officer)
    suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 60 * M, sender=suite.officer)


def test_a_forced_transfer_leaves_no_dust(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("BelowMinimumUnit", account=suite.seller.address, left=1, minimum=M):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 100 * M - 1, sender=suite.officer)
    with reverts("BelowMinimumUnit", account=suite.alice.address, left=M - 1, minimum=M):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, M - 1, sender=suite.officer)
    suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 99 * M, sender=suite.officer)
