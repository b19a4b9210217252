"""The court with the results that nodes sign, no double between them: what one says of time is what the other does."""

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import structs
from tests.support.node import ERA, STAKE, Ground, build
from tests.support.suite import DAY, reverts

SIGNERS, STAKES = [1, 2, 3], [STAKE] * 3
SECRET = (2026).to_bytes(32, "big")
WITHHELD = 8


@pytest.fixture
def ground() -> Ground:
    """Result 1 of nodes 1 to 3; alice and bank can challenge it."""
    found = build()
    for label in ("alice", "bank"):
        who = found.account(label)
        found.era.transfer(who, 10_000 * ERA, sender=found.suite.admin)
        found.era.approve(found.court, 10_000 * ERA, sender=who)
    found.ask()
    until = found.chain.now + 90 * DAY
    digest = found.results.resultDigest(1, 10**9, until)
    keys = sorted((found.account(f"key{node}") for node in SIGNERS), key=lambda one: int(one.address, 16))
    brought = [structs.Attestation(one.address, one.sign_hash(digest).packed) for one in keys]
    found.results.submit(1, 10**9, until, brought, sender=found.suite.stranger)
    return found


def challenge(ground: Ground, label: str = "alice") -> int:
    hidden = keccak(SECRET)
    who = ground.account(label)
    case: int = ground.court.challenge(1, SIGNERS, STAKES, hidden, b"\1" * 32, "ipfs://", sender=who).returned
    return case


def withheld(ground: Ground) -> int:
    """A case for show, opened at the last second and over; the second up to which it reopens the result."""
    ground.chain.warp(ground.results.disputable(1).disputableUntil)
    case = challenge(ground)
    ground.chain.warp(ground.court.courseOf(case).ends + 1)
    ground.court.advance(case, sender=ground.suite.stranger)
    assert ground.court.courseOf(case).phase == WITHHELD
    return ground.chain.now + 2 * DAY


class TestACaseForShow:
    """A friend of the signers opens it, and never shows its secret."""

    def test_others_can_challenge_for_two_days_more(self, ground: Ground) -> None:
        until = withheld(ground)
        assert ground.results.disputable(1).disputableUntil == until
        ground.chain.warp(until)
        assert not ground.results.isFinal(1)
        with ground.chain.isolated():
            ground.chain.skip(1)
            assert ground.results.isFinal(1)
            with reverts("NotDisputable", number=1, until=until):
                challenge(ground, "bank")
        case = challenge(ground, "bank")
        ground.chain.mine(4)
        ground.seeds.capture(ground.court.fileOf(case).ticket, sender=ground.suite.stranger)
        ground.court.draw(case, SECRET, sender=ground.suite.stranger)
        assert ground.results.disputable(1).open

    def test_its_fees_wait_as_long(self, ground: Ground) -> None:
        """They would be paid out while another case could still take them back."""
        epoch = ground.results.resultOf(1).acceptedAt // DAY
        until = withheld(ground)
        ground.chain.warp(until)
        with reverts("FeeEpochDisputable", epoch=epoch, until=until):
            ground.desk.claimFees(1, epoch, sender=ground.suite.stranger)
        ground.chain.skip(1)
        assert ground.desk.claimFees(1, epoch, sender=ground.suite.stranger).returned == 20 * ERA

    def test_as_often_as_it_is_tried(self, ground: Ground) -> None:
        """Each costs its bond, and never shuts anybody out."""
        for _ in range(3):
            until = withheld(ground)
        assert ground.results.disputable(1).disputableUntil == until
        assert ground.court.creditOf(ground.account("treasury")) == 3_000 * ERA
