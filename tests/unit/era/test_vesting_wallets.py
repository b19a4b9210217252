"""VestingVault: a grant moves to a new wallet, after a delay."""

import pytest

from caldera.contracts import events
from tests.support.suite import NOBODY, reverts
from tests.support.vesting import DAY, MONTH, Vesting


@pytest.fixture
def id(vesting: Vesting) -> int:
    """A grant of alice's: a unit a second over 36 months."""
    return vesting.team(vesting.alice, 36 * MONTH)


class TestRotation:
    """The beneficiary names, the wallet accepts."""

    def test_after_seven_days_and_not_before(self, vesting: Vesting, id: int) -> None:
        vault, alice, carol = vesting.vault, vesting.alice.address, vesting.carol.address
        receipt = vault.proposeWallet([id], carol, sender=alice)
        ready = vesting.now + 7 * DAY
        assert list(receipt.events) == [events.GrantWalletProposed(id, carol, ready, emitter=vault.address)]
        assert tuple(vault.proposedWalletOf(id)) == (carol, ready)
        vesting.to(ready - 1)
        with reverts("RotationTooEarly", id=id, readyAt=ready):
            vault.acceptWallet([id], sender=carol)
        vesting.to(ready)
        receipt = vault.acceptWallet([id], sender=carol)
        here, all_ = vault.address, 36 * MONTH
        assert list(receipt.events) == [
            events.DelegateVotesChanged(alice, all_, 0, emitter=here),
            events.DelegateVotesChanged(carol, 0, all_, emitter=here),
            events.GrantWalletChanged(id, alice, carol, emitter=here),
        ]
        assert vault.beneficiaryOf(id) == carol
        assert tuple(vault.proposedWalletOf(id)) == (NOBODY, 0)
        with reverts("NotBeneficiary", id=id, caller=alice):
            vault.releaseTo(id, alice, 1, sender=alice)
        assert vault.release(id, sender=vesting.stranger).returned == vesting.has(carol) == 7 * DAY
        with reverts("NoWalletProposed", id=id):
            vault.acceptWallet([id], sender=carol)

    def test_votes_and_stake_go_with_it(self, vesting: Vesting, id: int) -> None:
        vault, alice, carol = vesting.vault, vesting.alice, vesting.carol
        vault.delegate(vesting.bank, sender=alice)
        vault.delegate(vesting.seller, sender=carol)
        vesting.stake(id, 10 * MONTH)
        vesting.give_back(id, MONTH, 0)
        vault.proposeWallet([id], carol, sender=alice)
        vesting.to(vesting.now + 7 * DAY)
        vault.acceptWallet([id], sender=carol)
        assert (vault.getVotes(vesting.bank), vault.getVotes(vesting.seller)) == (0, 35 * MONTH)
        assert (vault.votingUnits(alice), vault.votingUnits(carol)) == (0, 35 * MONTH)
        vesting.give_back(id, 0, 4)
        assert (vesting.has(alice), vesting.has(carol)) == (0, 4)
        vesting.to(vesting.now + 1)
        assert vault.getPastTotalSupply(vesting.now - 1) == 35 * MONTH
        assert vault.getPastVotes(vesting.bank, vesting.now - 2) == 35 * MONTH

    def test_of_a_grant_that_is_empty(self, vesting: Vesting, id: int) -> None:
        vault = vesting.vault
        vault.proposeWallet([id], vesting.carol, sender=vesting.alice)
        vesting.to(vesting.now + 36 * MONTH)
        vault.release(id, sender=vesting.stranger)
        receipt = vault.acceptWallet([id], sender=vesting.carol)
        assert len(receipt.events) == 1
        assert vault.beneficiaryOf(id) == vesting.carol.address

    def test_several_at_once(self, vesting: Vesting, id: int) -> None:
        vault, more = vesting.vault, vesting.team(vesting.alice, 50)
        vault.proposeWallet([id, more], vesting.carol, sender=vesting.alice)
        vesting.to(vesting.now + 7 * DAY)
        with reverts("UnknownGrant", id=99):
            vault.acceptWallet([id, 99], sender=vesting.carol)
        with reverts("NoWalletProposed", id=id):
            vault.acceptWallet([id, id], sender=vesting.carol)
        assert vault.beneficiaryOf(id) == vesting.alice.address
        vault.acceptWallet([id, more], sender=vesting.carol)
        assert [vault.beneficiaryOf(n) for n in (id, more)] == [vesting.carol.address] * 2

    def test_only_the_wallet_that_was_named(self, vesting: Vesting, id: int) -> None:
        vault = vesting.vault
        vault.proposeWallet([id], vesting.carol, sender=vesting.alice)
        vesting.to(vesting.now + 7 * DAY)
        for who in (vesting.alice, vesting.bank, vesting.admin):
            with reverts("NotProposedWallet", id=id, caller=who.address, wallet=vesting.carol.address):
                vault.acceptWallet([id], sender=who)
        vault.acceptWallet([id], sender=vesting.carol)

    def test_only_the_beneficiary_names(self, vesting: Vesting, id: int) -> None:
        """Nobody, not even governance, sends a grant elsewhere."""
        vault, alice = vesting.vault, vesting.alice
        for who in (vesting.admin, vesting.carol):
            with reverts("NotBeneficiary", id=id, caller=who.address):
                vault.proposeWallet([id], vesting.carol, sender=who)
        with reverts("SameWallet", id=id, wallet=alice.address):
            vault.proposeWallet([id], alice, sender=alice)
        for place in (NOBODY, vault.address):
            with reverts("CannotHoldGrant", account=place):
                vault.proposeWallet([id], place, sender=alice)
        with reverts("UnknownGrant", id=99):
            vault.proposeWallet([99], vesting.carol, sender=alice)
        for call in (vault.cancelWallet, vault.acceptWallet):
            with reverts("NoGrants"):
                call([], sender=alice)
        with reverts("NoGrants"):
            vault.proposeWallet([], vesting.carol, sender=alice)
        vault.proposeWallet([id], vesting.carol, sender=alice)


class TestStolenKey:
    """What a thief with the key can do, and what stops him."""

    def test_the_owner_cancels_in_time(self, vesting: Vesting, id: int) -> None:
        vault, alice, thief = vesting.vault, vesting.alice, vesting.mallory
        vault.proposeWallet([id], thief, sender=alice)
        vesting.to(vesting.now + 7 * DAY - 1)
        receipt = vault.cancelWallet([id], sender=alice)
        assert list(receipt.events) == [events.GrantWalletCancelled(id, thief.address, emitter=vault.address)]
        vesting.to(vesting.now + 1)
        with reverts("NoWalletProposed", id=id):
            vault.acceptWallet([id], sender=thief)
        with reverts("NoWalletProposed", id=id):
            vault.cancelWallet([id], sender=alice)

    def test_a_wallet_named_long_ago_takes_over_at_once(self, vesting: Vesting, id: int) -> None:
        vault, alice, safe = vesting.vault, vesting.alice, vesting.carol
        vault.proposeWallet([id], safe, sender=alice)
        vesting.to(vesting.now + 12 * MONTH)
        vault.acceptWallet([id], sender=safe)
        with reverts("NotBeneficiary", id=id, caller=alice.address):
            vault.proposeWallet([id], vesting.mallory, sender=alice)

    def test_a_new_proposal_waits_anew(self, vesting: Vesting, id: int) -> None:
        vault, alice = vesting.vault, vesting.alice
        vault.proposeWallet([id], vesting.carol, sender=alice)
        vesting.to(vesting.now + 7 * DAY)
        vault.proposeWallet([id], vesting.mallory, sender=alice)
        with reverts("RotationTooEarly", id=id, readyAt=vesting.now + 7 * DAY):
            vault.acceptWallet([id], sender=vesting.mallory)
        with reverts("NotProposedWallet", id=id):
            vault.acceptWallet([id], sender=vesting.carol)

    def test_only_the_beneficiary_cancels(self, vesting: Vesting, id: int) -> None:
        vault = vesting.vault
        vault.proposeWallet([id], vesting.carol, sender=vesting.alice)
        for who in (vesting.carol, vesting.admin):
            with reverts("NotBeneficiary", id=id, caller=who.address):
                vault.cancelWallet([id], sender=who)
        assert vault.proposedWalletOf(id)[0] == vesting.carol.address


class TestDelay:
    """1 to 30 days, for proposals from then on."""

    def test_its_bounds(self, vesting: Vesting) -> None:
        vault = vesting.vault
        assert vault.rotationDelay() == 7 * DAY
        for wrong in (0, DAY - 1, 30 * DAY + 1):
            with reverts("RotationDelayOutOfRange", delay=wrong, shortest=DAY, longest=30 * DAY):
                vault.setRotationDelay(wrong, sender=vesting.admin)
        for right in (DAY, 30 * DAY):
            receipt = vault.setRotationDelay(right, sender=vesting.admin)
            assert list(receipt.events) == [events.RotationDelaySet(right, emitter=vault.address)]
            assert vault.rotationDelay() == right
        with reverts("AccessManagedUnauthorized", caller=vesting.officer.address):
            vault.setRotationDelay(DAY, sender=vesting.officer)

    def test_what_was_proposed_keeps_its_own(self, vesting: Vesting, id: int) -> None:
        vault = vesting.vault
        vault.proposeWallet([id], vesting.carol, sender=vesting.alice)
        vault.setRotationDelay(DAY, sender=vesting.admin)
        vesting.to(vesting.now + 7 * DAY - 1)
        with reverts("RotationTooEarly", id=id):
            vault.acceptWallet([id], sender=vesting.carol)
        vesting.to(vesting.now + 1)
        vault.acceptWallet([id], sender=vesting.carol)
        vault.proposeWallet([id], vesting.alice, sender=vesting.carol)
        vesting.to(vesting.now + DAY)
        vault.acceptWallet([id], sender=vesting.alice)
