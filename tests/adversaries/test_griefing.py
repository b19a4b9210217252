"""What strangers can give somebody without being asked, and what that costs whom it is given to."""

from __future__ import annotations

from typing import Any

import pytest

from caldera.evm import Receipt
from tests.support.vesting import ERA, YEAR, Vesting
from tests.support.vesting import build as build_vesting

DUST = 200


@pytest.fixture
def vesting() -> Vesting:
    return build_vesting()


def test_grants_of_dust_cost_their_beneficiary_nothing(vesting: Vesting) -> None:
    """Anybody can pay for a grant to anybody, of one wei. Whoever got hundreds of them uses its own as before: the gas
    of each way out differs by no more than the width of its numbers."""
    alice, vault = vesting.alice, vesting.vault
    vesting.era.approve(vault, 10**9 * ERA, sender=vesting.holder)

    def used() -> list[int]:
        """Gas to release, to name a wallet, and to let another vote, of one grant of alice's."""
        with vesting.chain.isolated():
            vault.grantFor(alice, 12 * ERA, vesting.now, 0, YEAR, sender=vesting.holder)
            number = vault.grantCount()
            vesting.to(vesting.now + YEAR // 2)
            calls: list[Receipt[Any]] = [
                vault.release(number, sender=alice),
                vault.delegate(vesting.admin, sender=alice),
                vault.proposeWallet([number], vesting.admin, sender=alice),
            ]
            return [one.gas_used for one in calls]

    vault.grantFor(alice, 1, vesting.now, 0, YEAR, sender=vesting.holder)
    before = used()
    for _ in range(DUST):
        vault.grantFor(alice, 1, vesting.now, 0, YEAR, sender=vesting.holder)
    after = used()
    assert all(abs(one - other) < 500 for one, other in zip(before, after, strict=True)), (before, after)
