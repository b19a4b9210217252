"""EraToken: votes on a time-stamp clock (ERC-5805, ERC-6372)."""

from typing import Any

from caldera.evm import Account
from tests.support.suite import DAY, NOBODY, reverts
from tests.unit.era.signing import DELEGATION, SUPPLY, Era, parts


def delegation(era: Era, signer: Account, delegatee: Account, nonce: int, expiry: int) -> Any:
    """The arguments of a delegation by signature."""
    message = {"delegatee": delegatee.address, "nonce": nonce, "expiry": expiry}
    return delegatee, nonce, expiry, *parts(signer.sign_typed(era.domain, {"Delegation": DELEGATION}, message).packed)


def test_the_clock_counts_seconds(era: Era) -> None:
    assert era.token.CLOCK_MODE() == "mode=timestamp"
    assert era.token.clock() == era.chain.now
    era.chain.skip(DAY)
    assert era.token.clock() == era.chain.now


def test_who_has_not_delegated_has_no_votes(era: Era) -> None:
    assert era.token.getVotes(era.holder) == 0
    assert era.token.delegates(era.holder) == NOBODY
    era.token.delegate(era.holder, sender=era.holder)
    assert era.token.getVotes(era.holder) == SUPPLY
    assert era.token.delegates(era.holder) == era.holder.address


def test_votes_move_with_what_they_stand_for(era: Era) -> None:
    era.token.delegate(era.relay, sender=era.holder)
    era.token.transfer(era.bob, 5, sender=era.holder)
    assert era.token.getVotes(era.relay) == SUPPLY - 5
    era.token.delegate(era.relay, sender=era.bob)
    assert era.token.getVotes(era.relay) == SUPPLY
    era.token.delegate(era.bob, sender=era.holder)
    assert (era.token.getVotes(era.relay), era.token.getVotes(era.bob)) == (5, SUPPLY - 5)


def test_past_votes_stay_as_they_were(era: Era) -> None:
    first = era.chain.now
    era.token.delegate(era.holder, sender=era.holder)
    era.chain.skip(10)
    era.token.transfer(era.bob, 5, sender=era.holder)
    era.chain.skip(1)
    assert era.token.getPastVotes(era.holder, first - 1) == 0
    assert era.token.getPastVotes(era.holder, first) == SUPPLY
    assert era.token.getPastVotes(era.holder, first + 9) == SUPPLY
    assert era.token.getPastVotes(era.holder, first + 10) == SUPPLY - 5


def test_the_present_second_is_not_past(era: Era) -> None:
    era.token.delegate(era.holder, sender=era.holder)
    now = era.chain.now
    with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
        era.token.getPastVotes(era.holder, now)
    with reverts("ERC5805FutureLookup", timepoint=now, clock=now):
        era.token.getPastTotalSupply(now)
    era.chain.skip(1)
    assert era.token.getPastVotes(era.holder, now) == SUPPLY


def test_all_votes_are_the_supply(era: Era) -> None:
    issued = era.chain.now
    era.chain.skip(1)
    assert era.token.getPastTotalSupply(issued - 1) == 0
    assert era.token.getPastTotalSupply(issued) == SUPPLY


def test_several_changes_in_one_second_are_one_checkpoint(era: Era) -> None:
    era.token.delegate(era.holder, sender=era.holder)
    era.token.transfer(era.bob, 5, sender=era.holder)
    era.token.transfer(era.bob, 6, sender=era.holder)
    assert era.token.numCheckpoints(era.holder) == 1
    assert tuple(era.token.checkpoints(era.holder, 0)) == (era.chain.now, SUPPLY - 11)
    era.chain.skip(1)
    era.token.transfer(era.bob, 1, sender=era.holder)
    assert era.token.numCheckpoints(era.holder) == 2


def test_a_delegation_by_signature_is_good_until_its_expiry_and_once(era: Era) -> None:
    expiry = era.chain.now + 60
    given = delegation(era, era.holder, era.bob, 0, expiry)
    era.chain.warp(expiry)
    era.token.delegateBySig(*given, sender=era.relay)
    assert era.token.getVotes(era.bob) == SUPPLY
    with reverts("InvalidAccountNonce", account=era.holder.address, currentNonce=1):
        era.token.delegateBySig(*given, sender=era.relay)
    late = delegation(era, era.holder, era.relay, 1, expiry)
    era.chain.skip(1)
    with reverts("VotesExpiredSignature", expiry=expiry):
        era.token.delegateBySig(*late, sender=era.relay)


def test_it_shares_its_nonces_with_permit(era: Era) -> None:
    assert era.token.nonces(era.holder) == 0
    era.token.delegateBySig(*delegation(era, era.holder, era.bob, 0, era.chain.now), sender=era.relay)
    assert era.token.nonces(era.holder) == 1
