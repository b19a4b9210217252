"""ERC-7943 (multi-token form): the clauses that say MUST, and the known defects of its reference implementation.

The defects: in `uRWA1155` a batch with a repeated id moves frozen units ([7, 7], [50, 50] of 100 with 40 frozen), and
`forcedTransfer(x, x)` unfreezes without moving anything.
"""

from collections.abc import Callable

import pytest

from caldera.artifacts import artifact
from caldera.contracts import HostileReceiver
from caldera.evm import Account, ContractError, Event, Receipt
from tests.support.shop import Shop
from tests.support.suite import DAY, EU, FACTOR, MINIMUM, Suite, reverts

M = MINIMUM


def names(receipt: Receipt[bool]) -> list[str]:
    """The events' names in Solidity, in order."""
    return [event.abi_signature.partition("(")[0] for event in receipt.events if isinstance(event, Event)]


@pytest.mark.clause("ERC-7943", "ids")
def test_interface_ids(suite: Suite) -> None:
    for interface in ("41c4fbad", "d9b67a26", "01ffc9a7", "0e89341c"):
        assert suite.ledger.supportsInterface(bytes.fromhex(interface)), interface
    assert not suite.ledger.supportsInterface(b"\xff" * 4)


@pytest.mark.known_defect("urwa-batch")
@pytest.mark.clause("ERC-7943", "transfers")
def test_a_batch_with_a_repeated_id_cannot_move_frozen_units(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    twice = ([asset, asset], [50 * M, 50 * M])
    with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=10 * M):
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *twice, b"", sender=suite.seller)
    fits = ([asset, asset], [50 * M, 10 * M])
    suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *fits, b"", sender=suite.seller)
    assert suite.ledger.balanceOf(suite.seller, asset) == 40 * M


@pytest.mark.clause("ERC-7943", "transfers", "errors")
def test_a_batch_with_a_repeated_id_cannot_move_pledged_units_or_more_than_there_is(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 40 * M, sender=suite.seller)
    with reverts("PledgedUnits"):
        both = ([asset, asset], [50 * M, 50 * M])
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *both, b"", sender=suite.seller)
    with reverts("ERC1155InsufficientBalance"):
        both = ([asset, asset], [60 * M, 60 * M])
        suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, *both, b"", sender=suite.seller)


@pytest.mark.clause("ERC-7943", "force-checks")
def test_a_forced_transfer_to_oneself_is_refused_and_unfreezes_nothing(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
    with reverts("SameAccount", account=suite.seller.address):
        suite.ledger.forcedTransfer(suite.seller, suite.seller, asset, 100 * M, sender=suite.officer)
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 100 * M


@pytest.mark.clause("ERC-7943", "unfrozen")
def test_can_transfer_validates_the_unfrozen_amount(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 60 * M)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 60 * M + 1)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)


@pytest.mark.clause("ERC-7943", "not-balance", "errors")
def test_can_transfer_is_not_false_for_a_mere_lack_of_balance(suite: Suite) -> None:
    asset = suite.circulating()
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)
    with reverts("ERC1155InsufficientBalance", balance=100 * M, needed=101 * M):
        suite.send(suite.seller, suite.alice, asset, 101 * M)


@pytest.mark.clause("ERC-7943", "parties", "account")
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


@pytest.mark.clause("ERC-7943", "views")
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


@pytest.mark.clause("ERC-7943", "freeze")
def test_more_than_the_balance_can_be_frozen(suite: Suite) -> None:
    asset = suite.circulating()
    receipt = suite.ledger.setFrozenTokens(suite.alice, asset, 2**200, sender=suite.officer)
    assert names(receipt) == ["Frozen"]
    suite.send(suite.seller, suite.alice, asset, M)
    with reverts("ERC7943InsufficientUnfrozenBalance", account=suite.alice.address, unfrozen=0):
        suite.send(suite.alice, suite.seller, asset, M)


@pytest.mark.clause("ERC-7943", "force")
def test_a_forced_transfer_unfreezes_first_and_says_everything_in_order(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 80 * M, sender=suite.officer)
    receipt = suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 30 * M, sender=suite.officer)
    assert names(receipt) == ["Frozen", "ForcedTransfer", "TransferSingle"]
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 70 * M
    assert suite.ledger.balanceOf(suite.seller, asset) == 70 * M


@pytest.mark.clause("ERC-7943", "force")
def test_a_forced_transfer_takes_unfrozen_units_first(suite: Suite) -> None:
    asset = suite.circulating()
    suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
    receipt = suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 60 * M, sender=suite.officer)
    assert names(receipt) == ["ForcedTransfer", "TransferSingle"]
    assert suite.ledger.getFrozenTokens(suite.seller, asset) == 40 * M


@pytest.mark.clause("ERC-7943", "force-power", "freeze-power", "force-checks")
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


@pytest.mark.clause("ERC-7943", "views")
def test_the_views_write_nothing() -> None:
    for name in ("canSend", "canReceive", "canTransfer", "getFrozenTokens"):
        (entry,) = (one for one in artifact("AssetCertificate").abi if one.get("name") == name)
        assert entry["stateMutability"] == "view"


@pytest.mark.clause("ERC-7943", "account")
def test_an_account_is_judged_by_itself(suite: Suite) -> None:
    """Neither balance, freeze nor lien changes what is said of it."""
    asset = suite.circulating()
    assert suite.ledger.canSend(suite.carol)  # has nothing, and is outside of the scope
    assert suite.ledger.canReceive(suite.carol)
    suite.ledger.pledge(suite.seller, suite.bank, asset, 60 * M, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 2**256 - 1, sender=suite.officer)
    assert suite.ledger.canSend(suite.seller)
    assert suite.ledger.canReceive(suite.seller)


@pytest.mark.clause("ERC-7943", "transfers")
@pytest.mark.parametrize("batch", [False, True])
def test_no_public_transfer_succeeds_where_a_view_says_no(suite: Suite, batch: bool) -> None:
    """By the holder and by an operator; and a no is no longer one once its cause is gone."""
    asset, seller, alice = suite.circulating(), suite.seller, suite.alice
    suite.ledger.setApprovalForAll(suite.carol, True, sender=seller)
    causes: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "frozen": (
            lambda: suite.ledger.setFrozenTokens(seller, asset, 100 * M, sender=suite.officer),
            lambda: suite.ledger.setFrozenTokens(seller, asset, 0, sender=suite.officer),
        ),
        "pledged": (
            lambda: suite.ledger.pledge(seller, suite.bank, asset, 100 * M, sender=seller),
            lambda: suite.ledger.release(seller, asset, 100 * M, sender=suite.bank),
        ),
        "sender": (
            lambda: suite.registry.suspend(seller, sender=suite.officer),
            lambda: suite.registry.reinstate(seller, sender=suite.officer),
        ),
        "receiver": (
            lambda: suite.registry.suspend(alice, sender=suite.officer),
            lambda: suite.registry.reinstate(alice, sender=suite.officer),
        ),
        "disputed": (
            lambda: suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer),
            lambda: suite.module.withdrawDispute(asset, sender=suite.buyer),
        ),
    }

    def move(by: Account) -> None:
        if batch:
            suite.ledger.safeBatchTransferFrom(seller, alice, [asset, asset], [M, M], b"", sender=by)
        else:
            suite.ledger.safeTransferFrom(seller, alice, asset, 2 * M, b"", sender=by)

    for name, (begin, end) in causes.items():
        with suite.chain.isolated():
            assert suite.ledger.canTransfer(seller, alice, asset, 2 * M), name
            begin()
            assert not suite.ledger.canTransfer(seller, alice, asset, 2 * M), name
            for by in (seller, suite.carol):
                with pytest.raises(ContractError):
                    move(by)
            end()
            assert suite.ledger.canTransfer(seller, alice, asset, 2 * M), name
            move(suite.carol)
            assert suite.ledger.balanceOf(alice, asset) == 2 * M


@pytest.mark.clause("ERC-7943", "mint")
def test_nothing_is_made_for_who_may_not_receive(suite: Suite) -> None:
    invoice = suite.invoice()
    suite.registry.suspend(suite.seller, sender=suite.officer)
    with pytest.raises(ContractError):
        suite.module.create(invoice, [], sender=suite.seller)
    suite.registry.reinstate(suite.seller, sender=suite.officer)
    suite.module.create(invoice, [], sender=suite.seller)


@pytest.mark.clause("ERC-7943", "burn")
def test_frozen_units_are_not_destroyed(suite: Suite) -> None:
    """A certificate ends by its module only; a single frozen unit holds it up."""
    asset = suite.create()
    suite.ledger.setFrozenTokens(suite.seller, asset, 1, sender=suite.officer)
    with reverts("ERC7943InsufficientUnfrozenBalance", amount=100 * M, unfrozen=100 * M - 1):
        suite.module.cancel(asset, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 0, sender=suite.officer)
    suite.module.cancel(asset, sender=suite.seller)
    assert suite.ledger.balanceOf(suite.seller, asset) == 0


@pytest.mark.clause("ERC-7943", "burn")
def test_frozen_goods_are_not_destroyed(shop: Shop) -> None:
    item = shop.item("brand")
    shop.goods.setFrozenTokens(shop.brand, item, True, sender=shop.officer)
    with reverts("ERC7943InsufficientUnfrozenBalance", account=shop.brand.address, tokenId=item):
        shop.retail.retire(item, sender=shop.brand)
    shop.goods.setFrozenTokens(shop.brand, item, False, sender=shop.officer)
    shop.retail.retire(item, sender=shop.brand)


@pytest.mark.clause("ERC-7943", "unfrozen")
def test_frozen_units_count_beside_pledged_ones(suite: Suite) -> None:
    """A departure: of 100 with 40 pledged and 30 frozen 30 may go, though 70 are not frozen."""
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, 40 * M, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 30 * M, sender=suite.officer)
    assert not suite.ledger.canTransfer(suite.seller, suite.alice, asset, 30 * M + 1)
    with reverts("ERC7943InsufficientUnfrozenBalance", amount=31 * M, unfrozen=30 * M):
        suite.send(suite.seller, suite.alice, asset, 31 * M)
    assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 30 * M)
    suite.send(suite.seller, suite.alice, asset, 30 * M)


@pytest.mark.clause("ERC-7943", "force")
def test_a_receiver_sees_the_unfrozen_amount_when_it_is_asked(suite: Suite) -> None:
    asset, contract = suite.circulating(), HostileReceiver.deploy(suite.chain, sender=suite.stranger)
    entity = suite.registry.createEntity(b"\7" * 32, sender=suite.officer).returned
    suite.registry.enrol(contract, entity, suite.chain.now + DAY, EU, FACTOR, sender=suite.officer)
    suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
    contract.watch(suite.ledger, suite.ledger.calldata.getFrozenTokens(suite.seller, asset), sender=suite.stranger)
    suite.ledger.forcedTransfer(suite.seller, contract, asset, 30 * M, sender=suite.officer)
    (seen,) = contract.seen()
    assert int.from_bytes(seen, "big") == 70 * M
