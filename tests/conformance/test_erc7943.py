"""ERC-7943 (multi-token form): the clauses that say MUST, and the known defects of its reference implementation.

The defects: in `uRWA1155` a batch with a repeated id moves frozen units ([7, 7], [50, 50] of 100 with 40 frozen), and
`forcedTransfer(x, x)` unfreezes without moving anything.
"""

from caldera.evm import Event, Receipt
from tests.support.suite import MINIMUM, Suite, reverts

M = MINIMUM


def names(receipt: Receipt[bool]) -> list[str]:
    """The events' names in Solidity, in order."""
    return [event.abi_signature.partition("(")[0] for event in receipt.events if isinstance(event, Event)]


def test_interface_ids(suite: Suite) -> None:
    for interface in ("41c4fbad", "d9b67a26", "01ffc9a7", "0e89341c"):
        assert suite.ledger.supportsInterface(bytes.fromhex(interface)), interface
    assert not suite.ledger.supportsInterface(b"\xff" * 4)


def test_a_batch_with_a_repeated_id_cannot_move_frozen_units(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    twice = ([asset, asset], [50 * M, 50 * M])
    with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=10 * M):
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *twice, b"", sender=suite.seller)
    fits = ([asset, asset], [50 * M, 10 * M])
    suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *fits, b"", sender=suite.seller)
    assert suite.ledger.balanceOf(suite.seller, asset) == 40 * M


def test_a_batch_with_a_repeated_id_cannot_move_pledged_units_or_more_than_there_is(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 40 * M, sender=suite.seller)
    with reverts("PledgedUnits"):
        both = ([asset, asset], [50 * M, 50 * M])
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *both, b"", sender=suite.seller)
    with reverts("ERC1155InsufficientBalance"):
        both = ([asset, asset], [60 * M, 60 * M])
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *both, b"", sender=suite.seller)


def test_a_forced_transfer_to_oneself_is_refused_and_unfreezes_nothing(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
    with reverts("SameAccount", account=suite.seller.address):
        suite.ledger.forcedTransfer(suite.seller, suite.seller, asset, 100 * M, sender=suite.officer)
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 100 * M


def test_can_transfer_validates_the_unfrozen_amount(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 60 * M)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 60 * M + 1)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)


def test_can_transfer_is_not_false_for_a_mere_lack_of_balance(suite: Suite) -> None:
    asset = suite.circulating()
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)
    with reverts("ERC1155InsufficientBalance", balance=100 * M, needed=101 * M):
        suite.send(suite.seller, suite.alice, asset, 101 * M)


def test_can_transfer_asks_both_parties_and_the_scope(suite: Suite) -> None:
    asset = suite.circulating()
    assert not suite.ledger.canTransfer(suite.seller, suite.mallory, asset, M)
    assert not suite.ledger.canTransfer(suite.seller, suite.carol, asset, M)
    suite.registry.suspend(suite.seller, sender=suite.officer)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, M)
    assert not suite.ledger.canSend(suite.seller)
    assert suite.ledger.canReceive(suite.alice)
    with reverts("ERC7943CannotSend", account=suite.seller.address):
        suite.send(suite.seller, suite.alice, asset, M)


def test_the_views_never_revert(suite: Suite) -> None:
    nobody = "0x" + "00" * 20
    assert not suite.ledger.canTransfer(nobody, nobody, 2**256 - 1, 2**256 - 1)
    assert not suite.ledger.canSend(nobody)
    assert not suite.ledger.canReceive(nobody)
    assert suite.ledger.getFrozenTokens(nobody, 1) == 0
    asset = suite.circulating()
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 2**256 - 1)
    suite.ledger.setFrozenTokens(suite.seller, asset, 2**256 - 1, sender=suite.officer)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 2**256 - 1)


def test_more_than_the_balance_can_be_frozen(suite: Suite) -> None:
    asset = suite.circulating()
    receipt = suite.ledger.setFrozenTokens(suite.alice, asset, 2**200, sender=suite.officer)
    assert names(receipt) == ["Frozen"]
    suite.send(suite.seller, suite.alice, asset, M)
    with reverts("ERC7943InsufficientUnfrozenBalance", account=suite.alice.address, unfrozen=0):
        suite.send(suite.alice, suite.seller, asset, M)


def test_a_forced_transfer_unfreezes_first_and_says_everything_in_order(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 80 * M, sender=suite.officer)
    receipt = suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 30 * M, sender=suite.officer)
    assert names(receipt) == ["Frozen", "ForcedTransfer", "TransferSingle"]
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 70 * M
    assert suite.ledger.balanceOf(suite.seller, asset) == 70 * M


def test_a_forced_transfer_takes_unfrozen_units_first(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    receipt = suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 60 * M, sender=suite.officer)
    assert names(receipt) == ["ForcedTransfer", "TransferSingle"]
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 40 * M


def test_enforcement_is_restricted_and_validated(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("AccessManagedUnauthorized", caller=suite.seller.address):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, M, sender=suite.seller)
    with reverts("AccessManagedUnauthorized"):
        suite.ledger.setFrozenTokens(suite.seller, asset, 0, sender=suite.admin)
    with reverts("ERC7943CannotReceive"):
        suite.ledger.forcedTransfer(suite.seller, suite.mallory, asset, M, sender=suite.officer)
    with reverts("ERC1155InsufficientBalance"):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 101 * M, sender=suite.officer)
    with reverts("BelowMinimumUnit"):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, M - 1, sender=suite.officer)
    with reverts("UnknownAsset"):
        suite.ledger.setFrozenTokens(suite.seller, 1, 1, sender=suite.officer)
