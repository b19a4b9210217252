"""ERC-7943 (multi-token form), for certificates: everything that is said, to the byte, and the views in every state.

The clauses one by one are in test_erc7943.py.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from tests.support.suite import MINIMUM, NOBODY, Suite
from tests.support.tokens import log

M = MINIMUM
LARGEST = 2**256 - 1
SINGLE = "TransferSingle(address,address,address,uint256,uint256)"
FORCED = "ForcedTransfer(address,address,uint256,uint256)"
FROZEN = "Frozen(address,uint256,uint256)"


def word(number: int) -> bytes:
    """As it stands in the data of a log."""
    return number.to_bytes(32, "big")


@pytest.mark.clause("ERC-7943", "freeze")
def test_a_freeze_overwrites_returns_true_and_says_so_each_time(suite: Suite) -> None:
    """Of one account and one id; more than is held, too."""
    asset, beside = suite.circulating(), suite.circulating(number="INV-2")
    for amount in (5, 5, 40 * M, 101 * M, LARGEST, 3, 0, 0):
        receipt = suite.ledger.setFrozenTokens(suite.seller, asset, amount, sender=suite.officer)
        assert receipt.returned is True
        assert list(receipt.logs) == [log(suite.ledger, FROZEN, suite.seller, asset, data=word(amount))]
        assert suite.ledger.getFrozenTokens(suite.seller, asset) == amount
        assert suite.ledger.getFrozenTokens(suite.seller, beside) == 0
        assert suite.ledger.getFrozenTokens(suite.alice, asset) == 0


@pytest.mark.clause("ERC-7943", "force")
@pytest.mark.parametrize("frozen", [0, 70 * M, 80 * M, LARGEST])
def test_a_forced_transfer_returns_true_and_says_what_it_did(suite: Suite, frozen: int) -> None:
    asset, ledger = suite.circulating(), suite.ledger
    if frozen:
        ledger.setFrozenTokens(suite.seller, asset, frozen, sender=suite.officer)
    receipt = ledger.forcedTransfer(suite.seller, suite.alice, asset, 30 * M, sender=suite.officer)
    assert receipt.returned is True
    left = 70 * M
    unfrozen = [log(ledger, FROZEN, suite.seller, asset, data=word(left))] if frozen > left else []
    assert list(receipt.logs) == [
        *unfrozen,
        log(ledger, FORCED, suite.seller, suite.alice, asset, data=word(30 * M)),
        log(ledger, SINGLE, suite.officer, suite.seller, suite.alice, data=word(asset) + word(30 * M)),
    ]
    assert [ledger.balanceOf(who, asset) for who in (suite.seller, suite.alice)] == [left, 30 * M]
    assert ledger.getFrozenTokens(suite.seller, asset) == min(frozen, left)
    assert ledger.getFrozenTokens(suite.alice, asset) == 0


@pytest.mark.clause("ERC-7943", "views", "parties")
def test_the_views_answer_whatever_the_state_and_whatever_the_question(suite: Suite) -> None:
    """Held, pledged and frozen, disputed, of suspended parties, and of an id that is none."""
    asset, ledger = suite.circulating(), suite.ledger
    ledger.pledge(suite.seller, suite.bank, asset, 40 * M, sender=suite.seller)
    changes: tuple[tuple[bool, Callable[[], object]], ...] = (
        (True, lambda: None),
        (False, lambda: ledger.setFrozenTokens(suite.seller, asset, LARGEST, sender=suite.officer)),
        (True, lambda: ledger.setFrozenTokens(suite.seller, asset, 30 * M, sender=suite.officer)),
        (False, lambda: suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)),
        (True, lambda: suite.module.withdrawDispute(asset, sender=suite.buyer)),
        (False, lambda: suite.registry.suspend(suite.seller, sender=suite.officer)),
    )
    people = [suite.seller.address, suite.alice.address, suite.mallory.address, ledger.address, NOBODY]
    amounts = (0, 1, M, 30 * M, 60 * M, 100 * M, 100 * M + 1, 2**96, 2**255, LARGEST)
    ids = (asset, asset + 1, 0, LARGEST)
    for goes, change in changes:
        change()
        able = {who: (ledger.canSend(who), ledger.canReceive(who)) for who in people}
        for source, target, id, amount in product(people, people, ids, amounts):
            allowed = ledger.canTransfer(source, target, id, amount)
            assert not allowed or (able[source][0] and able[target][1] and id == asset)
            assert ledger.getFrozenTokens(source, id) >= 0
        assert ledger.canTransfer(suite.seller, suite.alice, asset, M) == goes
