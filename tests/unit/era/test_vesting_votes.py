"""VestingVault: votes of what it holds for its beneficiaries (ERC-5805, ERC-6372)."""

from typing import Any

import pytest

from caldera.contracts import events
from caldera.evm import Account, domain_of
from tests.support.suite import DAY, NOBODY, reverts
from tests.support.vesting import FUNDED, MONTH, TEAM, Vesting
from tests.unit.era.signing import DELEGATION, parts


def delegation(vesting: Vesting, signer: Account, delegatee: Account, nonce: int, expiry: int) -> Any:
    """The arguments of a delegation by signature."""
    message = {"delegatee": delegatee.address, "nonce": nonce, "expiry": expiry}
    domain = {
        "name": "Caldera Vesting",
        "version": "1",
        "chainId": vesting.suite.chain.chain_id,
        "verifyingContract": vesting.vault.address,
    }
    assert domain_of(vesting.vault) == domain
    return delegatee, nonce, expiry, *parts(signer.sign_typed(domain, {"Delegation": DELEGATION}, message).packed)


class TestNow:
    """Who holds votes for himself, until he says otherwise."""

    def test_the_clock_counts_seconds(self, vesting: Vesting) -> None:
        assert vesting.vault.CLOCK_MODE() == vesting.era.CLOCK_MODE() == "mode=timestamp"
        vesting.to(vesting.now + DAY)
        assert vesting.vault.clock() == vesting.now

    @pytest.mark.known_defect("unvested-silent")
    def test_what_is_not_vested_votes_with_nobody_doing_anything(self, vesting: Vesting) -> None:
        vesting.team(vesting.alice, 70, start=vesting.now + DAY)
        vesting.investor(vesting.alice, 30)
        assert vesting.vault.getVotes(vesting.alice) == vesting.vault.votingUnits(vesting.alice) == 100
        assert vesting.vault.delegates(vesting.alice) == vesting.alice.address

    def test_money_of_an_allocation_does_not_vote(self, vesting: Vesting) -> None:
        vesting.to(vesting.now + 1)
        assert vesting.has(vesting.vault) == sum(FUNDED.values())
        assert vesting.vault.getPastTotalSupply(vesting.now - 1) == 0
        assert vesting.vault.getVotes(vesting.vault) == 0

    def test_no_token_votes_here_and_there(self, vesting: Vesting) -> None:
        vesting.era.delegate(vesting.alice, sender=vesting.alice)
        id = vesting.team(vesting.alice, 36 * MONTH)
        assert vesting.era.delegates(vesting.vault) == NOBODY
        vesting.to(vesting.now + 10)
        vesting.vault.release(id, sender=vesting.alice)
        assert (vesting.vault.getVotes(vesting.alice), vesting.era.getVotes(vesting.alice)) == (36 * MONTH - 10, 10)
        vesting.stake(id, 100)
        assert (vesting.vault.getVotes(vesting.alice), vesting.era.getVotes(vesting.alice)) == (36 * MONTH - 10, 10)


class TestDelegating:
    """All units of an account go to one."""

    def test_votes_move_with_what_they_stand_for(self, vesting: Vesting) -> None:
        vault, alice, bank = vesting.vault, vesting.alice, vesting.bank
        vesting.team(alice, 70)
        vesting.team(bank, 5)
        receipt = vault.delegate(bank, sender=alice)
        here = vault.address
        assert list(receipt.events) == [
            events.DelegateChanged(alice.address, alice.address, bank.address, emitter=here),
            events.DelegateVotesChanged(alice.address, 70, 0, emitter=here),
            events.DelegateVotesChanged(bank.address, 5, 75, emitter=here),
        ]
        assert vault.delegates(alice) == bank.address
        id = vesting.team(alice, 30)
        assert (vault.getVotes(alice), vault.getVotes(bank), vault.votingUnits(alice)) == (0, 105, 100)
        vault.revoke(id, sender=vesting.admin)
        assert (vault.getVotes(bank), vault.votingUnits(alice)) == (75, 70)
        vault.delegate(alice, sender=alice)
        assert (vault.getVotes(alice), vault.getVotes(bank), vault.delegates(alice)) == (70, 5, alice.address)
        vault.delegate(bank, sender=alice)
        vault.delegate(vesting.carol, sender=alice)
        assert [vault.getVotes(who) for who in (alice, bank, vesting.carol)] == [0, 5, 70]

    def test_to_nobody(self, vesting: Vesting) -> None:
        vault, alice = vesting.vault, vesting.alice
        vesting.team(alice, 70)
        vault.delegate(NOBODY, sender=alice)
        vesting.team(alice, 30)
        assert (vault.delegates(alice), vault.getVotes(alice), vault.getVotes(NOBODY)) == (NOBODY, 0, 0)
        vesting.to(vesting.now + 1)
        assert vault.getPastTotalSupply(vesting.now - 1) == 100
        vault.delegate(alice, sender=alice)
        assert vault.getVotes(alice) == 100

    def test_what_changes_nothing_writes_no_votes(self, vesting: Vesting) -> None:
        vault, alice = vesting.vault, vesting.alice
        changed = events.DelegateChanged(alice.address, alice.address, vesting.bank.address, emitter=vault.address)
        assert list(vault.delegate(vesting.bank, sender=alice).events) == [changed]  # holds nothing
        vesting.team(alice, 70)
        assert vault.getVotes(vesting.bank) == 70
        assert len(vault.delegate(vesting.bank, sender=alice).events) == 1

    def test_keeping_others_from_releasing_is_apart_from_it(self, vesting: Vesting) -> None:
        vault, alice = vesting.vault, vesting.alice
        vesting.team(alice, 70)
        vault.setReleaseByOthers(False, sender=alice)
        vault.delegate(vesting.bank, sender=alice)
        assert (vault.releaseByOthers(alice), vault.releaseByOthers(vesting.bank)) == (False, True)
        vault.setReleaseByOthers(True, sender=alice)
        assert (vault.delegates(alice), vault.getVotes(vesting.bank)) == (vesting.bank.address, 70)
        assert vault.votingUnits(alice) == 70


class TestBySignature:
    """The holder signs, anyone brings it."""

    def test_until_its_expiry_and_once(self, vesting: Vesting) -> None:
        vault, alice = vesting.vault, vesting.alice
        vesting.team(alice, 70)
        expiry = vesting.now + 60
        given = delegation(vesting, alice, vesting.bank, 0, expiry)
        vesting.to(expiry)
        vault.delegateBySig(*given, sender=vesting.stranger)
        assert (vault.getVotes(vesting.bank), vault.nonces(alice)) == (70, 1)
        with reverts("InvalidAccountNonce", account=alice.address, currentNonce=1):
            vault.delegateBySig(*given, sender=vesting.stranger)
        late = delegation(vesting, alice, alice, 1, expiry)
        vesting.to(expiry + 1)
        with reverts("VotesExpiredSignature", expiry=expiry):
            vault.delegateBySig(*late, sender=vesting.stranger)

    @pytest.mark.parametrize("changed", ["delegatee", "expiry"])
    def test_of_something_else_is_somebody_elses(self, vesting: Vesting, changed: str) -> None:
        vault, alice = vesting.vault, vesting.alice
        vesting.team(alice, 70)
        _, nonce, expiry, v, r, s = delegation(vesting, alice, vesting.bank, 0, vesting.now)
        wrong = (vesting.mallory if changed == "delegatee" else vesting.bank, nonce, expiry + (changed == "expiry"))
        vault.delegateBySig(*wrong, v, r, s, sender=vesting.stranger)  # of an account that holds nothing
        assert (vault.getVotes(alice), vault.nonces(alice)) == (70, 0)
        vault.delegateBySig(vesting.bank, nonce, expiry, v, r, s, sender=vesting.stranger)
        assert vault.getVotes(vesting.bank) == 70


class TestPast:
    """Votes at the end of any second."""

    def test_the_present_second_is_not_past(self, vesting: Vesting) -> None:
        vesting.team(vesting.alice, 70)
        now, vault = vesting.now, vesting.vault
        with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
            vault.getPastVotes(vesting.alice, now)
        with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
            vault.getPastTotalSupply(now)
        vesting.to(now + 1)
        assert vault.getPastVotes(vesting.alice, now) == vault.getPastTotalSupply(now) == 70
        assert vault.getPastVotes(vesting.alice, now - 1) == vault.getPastTotalSupply(now - 1) == 0

    @pytest.mark.parametrize("changes", [1, 2, 3, 4, 7, 8])
    def test_every_second_keeps_its_own(self, vesting: Vesting, changes: int) -> None:
        """Two checkpoints share a slot: odd and even numbers of them, and seconds without a change between."""
        vault, alice, wanted = vesting.vault, vesting.alice, {vesting.now: 0}
        for step in range(1, changes + 1):
            vesting.to(vesting.now + step)
            vesting.team(alice, 10**step)
            vesting.team(alice, 1)  # in the same second: no checkpoint of its own
            wanted[vesting.now] = sum(10**n + 1 for n in range(1, step + 1))
        vesting.to(vesting.now + 2)
        for time in range(min(wanted) - 1, vesting.now):
            votes = wanted[max((at for at in wanted if at <= time), default=min(wanted))]
            assert vault.getPastVotes(alice, time) == vault.getPastTotalSupply(time) == votes, time

    def test_the_whole_supply_in_one_hand(self, vesting: Vesting) -> None:
        left = vesting.has(vesting.holder)
        vesting.fund(TEAM, left)
        vesting.team(vesting.alice, FUNDED[TEAM] + left)
        vesting.investor(vesting.alice, FUNDED[1])
        vesting.to(vesting.now + 1)
        assert vesting.vault.getPastVotes(vesting.alice, vesting.now - 1) == vesting.era.totalSupply()
        vesting.vault.delegate(vesting.bank, sender=vesting.alice)
        assert vesting.vault.getVotes(vesting.bank) == vesting.vault.votingUnits(vesting.alice) == 10**27
        assert vesting.vault.getVotes(vesting.alice) == 0
        vesting.to(vesting.now + 1)
        assert vesting.vault.getPastVotes(vesting.alice, vesting.now - 2) == 10**27
