"""ERC-5805 and ERC-6372 for the token, for grants, for locks and for their sum; the clock of the governor, too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from eth_abi.abi import encode

from caldera.artifacts import artifact, load
from caldera.contracts import EraToken, VestingVault, VoteLock, events
from caldera.evm import Account, AddressLike, Receipt, domain_of
from tests.conformance.marks import standards
from tests.support.airdrop import DELEGATION
from tests.support.governance import ERA, SHORT, YEAR, Governance, build
from tests.support.locks import build as locks_build
from tests.support.signatures import high
from tests.support.suite import DAY, NOBODY, reverts
from tests.support.tokens import log
from tests.support.vesting import MONTH, TEAM
from tests.support.vesting import build as vesting_build
from tests.unit.era.signing import authorisation, issue

SOURCES = ("EraToken", "VestingVault", "VoteLock")
CHANGED, VOTES = "DelegateChanged(address,address,address)", "DelegateVotesChanged(address,uint256,uint256)"
METHODS = {
    "getVotes": ("view", ("address",), ("uint256",)),
    "getPastVotes": ("view", ("address", "uint256"), ("uint256",)),
    "delegates": ("view", ("address",), ("address",)),
    "delegate": ("nonpayable", ("address",), ()),
    "delegateBySig": ("nonpayable", ("address", "uint256", "uint256", "uint8", "bytes32", "bytes32"), ()),
    "nonces": ("view", ("address",), ("uint256",)),
}


class Source(ABC):
    """A place where ERA votes."""

    contract: EraToken | VestingVault | VoteLock

    def __init__(self, hall: Governance) -> None:
        self.hall, self.chain = hall, hall.chain
        self.alice, self.bank, self.carol = (hall.account(name) for name in ("alice", "bank", "carol"))

    @abstractmethod
    def gain(self, name: str, amount: int) -> Any:
        """Somebody has more that votes; the receipt that says so."""

    @abstractmethod
    def lose(self, name: str, amount: int) -> Receipt[Any]:
        """Somebody has less: what was gained, or a part of it."""

    def votes(self, *who: AddressLike) -> list[int]:
        return [self.contract.getVotes(one) for one in who]

    def sign(self, signer: Account, to: AddressLike, nonce: int, expiry: int) -> tuple[int, bytes, bytes]:
        where = to if isinstance(to, str) else to.address
        message = {"delegatee": where, "nonce": nonce, "expiry": expiry}
        return signer.sign_typed(domain_of(self.contract), {"Delegation": DELEGATION}, message)

    def changed(self, who: AddressLike, before: AddressLike, after: AddressLike) -> Any:
        return log(self.contract, CHANGED, who, before, after)

    def moved(self, who: AddressLike, before: int, after: int) -> Any:
        return log(self.contract, VOTES, who, data=encode(["uint256"] * 2, [before, after]))


class Held(Source):
    """ERA in wallets."""

    def __init__(self, hall: Governance) -> None:
        super().__init__(hall)
        self.contract = hall.era

    def gain(self, name: str, amount: int) -> Any:
        return self.hall.era.transfer(self.hall.account(name), amount, sender=self.hall.account("holder"))

    def lose(self, name: str, amount: int) -> Receipt[Any]:
        return self.hall.era.transfer(self.hall.account("holder"), amount, sender=self.hall.account(name))


class Granted(Source):
    """ERA of grants."""

    def __init__(self, hall: Governance) -> None:
        super().__init__(hall)
        self.contract, self.grants = hall.vault, dict[str, int]()

    def gain(self, name: str, amount: int) -> Any:
        holder = self.hall.account("holder")
        self.hall.era.approve(self.hall.vault, amount, sender=holder)
        receipt = self.hall.vault.grantFor(
            self.hall.account(name), amount, self.hall.now - amount, 0, amount, sender=holder
        )
        self.grants[name] = self.hall.vault.grantCount()
        return receipt

    def lose(self, name: str, amount: int) -> Receipt[Any]:
        who = self.hall.account(name)
        return self.hall.vault.releaseTo(self.grants[name], who, amount, sender=who)


class Locked(Source):
    """ERA in the lock, for less than what doubles."""

    def __init__(self, hall: Governance) -> None:
        super().__init__(hall)
        self.contract = hall.lock

    def gain(self, name: str, amount: int) -> Any:
        who = self.hall.account(name)
        self.hall.give(who, amount)
        self.hall.era.approve(self.hall.lock, amount, sender=who)
        return self.hall.lock.lock(amount, SHORT, sender=who)

    def lose(self, name: str, amount: int) -> Receipt[Any]:
        who = self.hall.account(name)
        ((end, *_),) = self.hall.lock.locksOf(who, 0, 3)[0]
        self.hall.to(max(end, self.hall.now))
        return self.hall.lock.withdraw([end], sender=who)


BUILD: dict[str, type[Source]] = {"EraToken": Held, "VestingVault": Granted, "VoteLock": Locked}


@pytest.fixture(scope="module")
def _hall() -> Governance:
    return build()


@pytest.fixture
def hall(_hall: Governance) -> Iterator[Governance]:
    with _hall.chain.isolated():
        yield _hall


@pytest.fixture(params=SOURCES)
def source(hall: Governance, request: pytest.FixtureRequest) -> Source:
    """With alice, who votes for herself with 100."""
    made = BUILD[request.param](hall)
    made.gain("alice", 100)
    made.contract.delegate(made.alice, sender=made.alice)
    return made


@pytest.mark.clause("ERC-5805", "interface", "nonces")
@pytest.mark.parametrize("name", standards()["ERC-5805"].contracts)
def test_the_methods_are_those_of_the_text(name: str) -> None:
    abi = artifact(name).abi
    for method, (mutability, inputs, outputs) in METHODS.items():
        found = [one for one in abi if one.get("name") == method]
        if name == "VotingPower" and method == "nonces":  # a departure: it keeps nothing
            assert not found
            continue
        (entry,) = found
        delegates = name == "VotingPower" and method.startswith("delegate") and method != "delegates"
        assert entry["stateMutability"] == ("view" if delegates else mutability)
        assert tuple(part["type"] for part in entry["inputs"]) == inputs
        assert tuple(part["type"] for part in entry["outputs"]) == outputs


class TestVotes:
    """Now and in the past."""

    @pytest.mark.clause("ERC-5805", "sum")
    def test_votes_are_what_those_hold_who_delegate(self, source: Source) -> None:
        source.gain("bank", 30)
        source.contract.delegate(source.carol, sender=source.bank)
        assert source.votes(source.alice, source.bank, source.carol) == [100, 0, 30]
        source.contract.delegate(source.carol, sender=source.alice)
        assert source.votes(source.alice, source.bank, source.carol) == [0, 0, 130]
        assert source.hall.power.getVotes(source.carol) == 130
        source.gain("carol", 7)  # delegation is not passed on
        source.contract.delegate(source.bank, sender=source.carol)
        assert source.votes(source.alice, source.bank, source.carol) == [0, 7, 130]

    @pytest.mark.clause("ERC-5805", "past-constant", "sum")
    def test_what_is_past_stays(self, source: Source) -> None:
        hall, people = source.hall, (source.alice, source.bank, source.carol)
        seen: dict[int, list[int]] = {}

        def note() -> None:
            hall.to(hall.now + 1)
            seen[hall.now - 1] = [source.contract.getPastVotes(who, hall.now - 1) for who in people]
            seen[-hall.now] = [hall.power.getPastVotes(who, hall.now - 1) for who in people]

        steps: tuple[Callable[[], Any], ...] = (
            lambda: source.contract.delegate(source.bank, sender=source.alice),
            lambda: source.gain("bank", 11),
            lambda: source.contract.delegate(source.carol, sender=source.bank),
            lambda: source.contract.delegate(NOBODY, sender=source.alice),
            lambda: source.lose("bank", 11),
            lambda: hall.to(hall.now + 400 * DAY),
        )
        note()
        for step in steps:
            step()
            note()
        for time, votes in seen.items():
            reader: Any = source.contract if time > 0 else hall.power
            at = time if time > 0 else -time - 1
            assert [reader.getPastVotes(who, at) for who in people] == votes
        assert len({tuple(votes) for votes in seen.values()}) >= 4

    @pytest.mark.clause("ERC-5805", "past-only")
    def test_only_the_past_is_answered(self, source: Source) -> None:
        hall = source.hall
        readers: tuple[Any, ...] = (source.contract, hall.power)
        for contract in readers:
            for time in (hall.now, hall.now + 1, 2**255):
                with reverts("ERC5805FutureLookup", timepoint=time, clock=hall.now):
                    contract.getPastVotes(source.alice, time)
                with reverts("ERC5805FutureLookup", timepoint=time, clock=hall.now):
                    contract.getPastTotalSupply(time)
            for time in (0, 1, hall.now - 1):
                assert contract.getPastVotes(source.alice, time) == 0
                assert contract.getPastTotalSupply(time) >= 0
        hall.to(hall.now + 1)
        assert source.contract.getPastVotes(source.alice, hall.now - 1) == 100

    @pytest.mark.clause("ERC-5805", "nobody")
    def test_nobody_has_no_votes(self, source: Source) -> None:
        source.contract.delegate(NOBODY, sender=source.alice)
        source.gain("alice", 5)
        for _ in range(2):
            source.hall.to(source.hall.now + 1)
            for contract in (source.contract, source.hall.power):
                assert contract.getVotes(NOBODY) == contract.getPastVotes(NOBODY, source.hall.now - 1) == 0
            source.contract.delegate(source.bank, sender=source.alice)
        assert source.contract.getVotes(source.bank) == 105

    @pytest.mark.clause("ERC-5805", "moves")
    def test_a_change_of_delegate_takes_from_one_and_gives_to_the_other(self, source: Source) -> None:
        people: tuple[AddressLike, ...] = (source.alice, source.bank, source.carol, NOBODY)
        source.gain("bank", 9)
        source.gain("carol", 4)
        for target in (source.bank, source.carol, source.carol, NOBODY, source.alice, NOBODY, source.bank):
            before = dict(zip(people, source.votes(*people), strict=True))
            old = source.contract.delegates(source.alice)
            source.contract.delegate(target, sender=source.alice)
            after = dict(zip(people, source.votes(*people), strict=True))
            for who in people:
                where = who if isinstance(who, str) else who.address
                new = target if isinstance(target, str) else target.address
                expected = before[who] - 100 * (where == old != NOBODY) + 100 * (where == new != NOBODY)
                assert after[who] == expected


class TestEvents:
    """What is said of it."""

    @pytest.mark.clause("ERC-5805", "changed", "votes-changed")
    def test_a_delegation_says_who_and_how_many(self, source: Source) -> None:
        source.gain("bank", 9)
        source.contract.delegate(source.bank, sender=source.bank)
        receipt = source.contract.delegate(source.bank, sender=source.alice)
        assert set(receipt.logs) == {
            source.changed(source.alice, source.alice, source.bank),
            source.moved(source.alice, 100, 0),
            source.moved(source.bank, 9, 109),
        }
        receipt = source.contract.delegate(NOBODY, sender=source.alice)
        assert set(receipt.logs) == {
            source.changed(source.alice, source.bank, NOBODY),
            source.moved(source.bank, 109, 9),
        }

    @pytest.mark.clause("ERC-5805", "changed")
    def test_who_has_nothing_moves_no_votes(self, source: Source) -> None:
        before = source.contract.delegates(source.carol)
        receipt = source.contract.delegate(source.bank, sender=source.carol)
        assert list(receipt.logs) == [source.changed(source.carol, before, source.bank)]

    @pytest.mark.clause("ERC-5805", "votes-changed")
    def test_more_and_less_are_said_of_the_delegate(self, source: Source) -> None:
        source.contract.delegate(source.bank, sender=source.carol)
        more = source.gain("carol", 5)
        assert source.moved(source.bank, 0, 5) in more.logs
        less = source.lose("carol", 5)
        assert source.moved(source.bank, 5, 0) in less.logs
        assert source.votes(source.alice, source.bank) == [100, 0]


class TestSignatures:
    """`delegateBySig` and `nonces`."""

    @pytest.mark.clause("ERC-5805", "signature", "changed", "nonces")
    def test_it_delegates_for_the_signer_whoever_brings_it(self, source: Source) -> None:
        expiry = source.hall.now + 60
        given = source.sign(source.alice, source.bank, 0, expiry)
        source.hall.to(expiry)
        assert source.contract.nonces(source.alice) == 0
        receipt = source.contract.delegateBySig(source.bank, 0, expiry, *given, sender=source.carol)
        assert source.changed(source.alice, source.alice, source.bank) in receipt.logs
        assert source.moved(source.bank, 0, 100) in receipt.logs
        assert source.contract.nonces(source.alice) == 1
        assert source.contract.delegates(source.alice) == source.bank.address

    @pytest.mark.clause("ERC-5805", "signature")
    def test_a_second_late(self, source: Source) -> None:
        expiry = source.hall.now + 60
        given = source.sign(source.alice, source.bank, 0, expiry)
        source.hall.to(expiry + 1)
        with reverts("VotesExpiredSignature", expiry=expiry):
            source.contract.delegateBySig(source.bank, 0, expiry, *given, sender=source.carol)

    @pytest.mark.clause("ERC-5805", "replay")
    def test_once_and_in_its_turn(self, source: Source) -> None:
        expiry = source.hall.now + 60
        later = source.sign(source.alice, source.carol, 1, expiry)
        with reverts("InvalidAccountNonce", account=source.alice.address, currentNonce=0):
            source.contract.delegateBySig(source.carol, 1, expiry, *later, sender=source.carol)
        given = source.sign(source.alice, source.bank, 0, expiry)
        source.contract.delegateBySig(source.bank, 0, expiry, *given, sender=source.carol)
        with reverts("InvalidAccountNonce", account=source.alice.address, currentNonce=1):
            source.contract.delegateBySig(source.bank, 0, expiry, *given, sender=source.carol)
        source.contract.delegateBySig(source.carol, 1, expiry, *later, sender=source.carol)

    @pytest.mark.clause("ERC-5805", "signature")
    def test_no_other_signature_is_the_signers(self, source: Source) -> None:
        expiry = source.hall.now + 60
        given = source.sign(source.alice, source.bank, 0, expiry)
        for changed in ((source.carol, 0, expiry), (source.bank, 0, expiry + 1)):
            with source.chain.isolated():  # it is the word of an account that nobody knows
                source.contract.delegateBySig(*changed, *given, sender=source.carol)
                assert source.contract.delegates(source.alice) == source.alice.address
        v, r, s = given
        flipped = high(r + s + bytes([v]))
        with reverts("ECDSAInvalidSignatureS"):
            source.contract.delegateBySig(
                source.bank, 0, expiry, flipped[64], flipped[:32], flipped[32:64], sender=source.carol
            )
        with reverts("ECDSAInvalidSignature"):
            source.contract.delegateBySig(source.bank, 0, expiry, v, bytes(32), s, sender=source.carol)

    @pytest.mark.clause("ERC-5805", "signature")
    def test_one_sources_word_is_not_anothers(self, source: Source) -> None:
        expiry = source.hall.now + 60
        given = source.sign(source.alice, source.bank, 0, expiry)
        for name, other in BUILD.items():
            contract = other(source.hall).contract
            if contract.address == source.contract.address:
                continue
            with source.chain.isolated():
                contract.delegateBySig(source.bank, 0, expiry, *given, sender=source.carol)
                assert contract.delegates(source.alice) != source.bank.address, name


class TestClock:
    """ERC-6372."""

    @pytest.mark.clause("ERC-5805", "clock", "clock-mode")
    def test_it_is_the_blocks_time_and_says_so(self, hall: Governance) -> None:
        last = 0
        for step in (0, 1, DAY, 4_000 * DAY):
            hall.to(hall.now + step)
            for contract in (hall.era, hall.vault, hall.lock, hall.power, hall.governor):
                assert contract.clock() == hall.now >= last
                assert parse_qsl(contract.CLOCK_MODE(), strict_parsing=True) == [("mode", "timestamp")]
                assert contract.CLOCK_MODE() == "mode=timestamp"
            last = hall.now

    @pytest.mark.clause("ERC-5805", "clock")
    def test_it_has_48_bits(self) -> None:
        for name in (*standards()["ERC-5805"].contracts, "CalderaGovernor"):
            (entry,) = (one for one in artifact(name).abi if one.get("name") == "clock")
            assert [part["type"] for part in entry["outputs"]] == ["uint48"]

    @pytest.mark.clause("ERC-5805", "clock", "clock-mode")
    def test_nobody_else_has_a_clock(self) -> None:
        """Half of it neither."""
        for name in ("clock", "CLOCK_MODE"):
            assert {*standards()["ERC-5805"].contracts, "CalderaGovernor"} == {
                contract
                for contract, made in load().items()
                if made.deployable
                and not made.source_id.startswith("contracts/testing/")
                and any(entry.get("name") == name for entry in made.abi)
            }


@pytest.mark.clause("ERC-5805", "sum", "past-only")
def test_the_sum_refuses_to_delegate_and_says_where(hall: Governance) -> None:
    """A departure: there is nothing of its own that could be delegated."""
    alice = hall.account("alice")
    with reverts("DelegateAtTheSource"):
        hall.power.delegate(alice, sender=alice)
    with reverts("DelegateAtTheSource"):
        hall.power.delegateBySig(alice, 0, 2**255, 27, bytes(32), bytes(32), sender=alice)


def changes(contract: EraToken | VoteLock, people: tuple[AddressLike, ...], step: Callable[[], Receipt[Any]]) -> int:
    """Does it; whose votes are others by then, and how many, its events said, and nothing else; how many events."""

    def votes() -> dict[str, int]:
        return {who if isinstance(who, str) else who.address: contract.getVotes(who) for who in people}

    told = votes()
    said = step().all(events.DelegateVotesChanged, emitter=contract.address)
    for one in said:
        assert told[one.delegate] == one.previousVotes
        told[one.delegate] = one.newVotes
    assert told == votes()
    return len(said)


@pytest.mark.clause("ERC-5805", "votes-changed", "sum")
def test_events_alone_give_the_votes_of_tokens() -> None:
    """Over all ways in which tokens move, between accounts of different delegates, of one, and of none."""
    era = issue()
    token, holder, bob, relay = era.token, era.holder, era.bob, era.relay
    carol = era.chain.account("carol")
    token.approve(relay, 50, sender=holder)
    steps: list[tuple[Callable[[], Receipt[Any]], int]] = [
        (lambda: token.delegate(carol, sender=holder), 1),
        (lambda: token.delegate(relay, sender=bob), 0),
        (lambda: token.transfer(bob, 10, sender=holder), 2),
        (lambda: token.transferFrom(holder, bob, 4, sender=relay), 2),
        (lambda: authorisation(era, "transfer").present(era, relay), 2),
        (lambda: authorisation(era, "receive", nonce=b"\1" * 32).present(era, bob), 2),
        (lambda: token.transfer(relay, 3, sender=bob), 1),
        (lambda: token.transfer(bob, 3, sender=relay), 1),
        (lambda: token.delegate(NOBODY, sender=bob), 1),
        (lambda: token.transfer(bob, 1, sender=holder), 1),
        (lambda: token.delegate(carol, sender=bob), 1),
    ]
    for number, (step, expected) in enumerate(steps):
        assert changes(token, (holder, bob, relay, carol, NOBODY), step) == expected, f"step {number}"
    before = token.getVotes(carol)
    assert before == token.SUPPLY() == token.balanceOf(holder) + token.balanceOf(bob)
    for to in (bob, holder):  # of one delegate, and to oneself
        changes(token, (holder, bob, relay, carol, NOBODY), partial(token.transfer, to, 9, sender=holder))
        assert token.getVotes(carol) == before


@pytest.mark.clause("ERC-5805", "votes-changed")
@pytest.mark.parametrize("growth", [False, True])
def test_events_alone_give_the_votes_of_locks(growth: bool) -> None:
    """Over all ways to lock, to lock longer and to take out; but for the halves that end by themselves."""
    stand = locks_build(growth=growth)
    lock, alice, bank, carol, seller = stand.lock, stand.alice, stand.bank, stand.carol, stand.seller
    people = (alice, bank, carol, seller, NOBODY)
    for who in (alice, carol):
        stand.grows(who, stand.now + 30 * DAY)
    short, long = stand.end(SHORT), stand.end(YEAR)
    unsigned = (0, 27, bytes(32), bytes(32))
    first: list[Callable[[], Receipt[Any]]] = [
        lambda: lock.delegate(bank, sender=alice),
        lambda: lock.lock(100 * ERA, YEAR, sender=alice),
        lambda: lock.lockWithPermit(70 * ERA, SHORT, *unsigned, sender=alice),
        lambda: lock.lockFor(carol, 50 * ERA, SHORT, sender=bank),
        lambda: lock.lockUntil(30 * ERA, long, sender=carol),
        lambda: lock.delegate(seller, sender=carol),
        lambda: lock.lockFor(alice, 11 * ERA, YEAR, sender=seller),
        lambda: lock.extend(short, 20 * ERA, YEAR, sender=carol),
        lambda: lock.delegate(carol, sender=alice),
        lambda: lock.lock(12 * ERA, YEAR, sender=seller),
    ]
    if growth:
        first += [partial(lock.renew, who, sender=stand.stranger) for who in (alice, carol)]
    said = [changes(lock, people, step) for step in first]
    # Who has nothing moves nothing; and what is extended votes twice only once its owner has grown.
    assert [number for number, events_ in enumerate(said) if not events_] == ([0, 7] if growth else [0])
    assert lock.doublingUntil(alice) > stand.now
    stand.to(short)
    then: list[Callable[[], Receipt[Any]]] = [
        lambda: lock.withdraw([short], sender=alice),
        lambda: lock.withdrawTo(bank, [short], sender=carol),
        lambda: lock.delegate(NOBODY, sender=carol),
        lambda: lock.delegate(carol, sender=carol),
    ]
    assert 0 not in [changes(lock, people, step) for step in then]
    stand.to(long)
    last: list[Callable[[], Receipt[Any]]] = [
        partial(lock.withdraw, [long], sender=who) for who in (alice, carol, seller)
    ]
    assert 0 not in [changes(lock, people, step) for step in last]
    assert [stand.votes(who) for who in people] == [0] * 5


@pytest.mark.clause("ERC-5805", "votes-changed")
def test_events_alone_give_the_votes_of_grants() -> None:
    """Over grants, delegations, releases, stakes that were lost, wallets that moved and a revocation."""
    vesting = vesting_build()
    vault, alice, carol, bank = vesting.vault, vesting.alice, vesting.carol, vesting.bank
    votes: dict[str, int] = {}

    def follow(receipt: Receipt[Any]) -> None:
        for one in receipt.all(events.DelegateVotesChanged, emitter=vault.address):
            assert votes.get(one.delegate, 0) == one.previousVotes
            votes[one.delegate] = one.newVotes
        for who in (alice, carol, bank, vesting.seller, NOBODY):
            where = who if isinstance(who, str) else who.address
            assert votes.get(where, 0) == vault.getVotes(who)

    terms = [vesting.terms(who, 36 * MONTH) for who in (alice, alice, bank)]
    follow(vault.createGrants(TEAM, terms, sender=vesting.admin))
    follow(vault.delegate(bank, sender=alice))
    follow(vault.delegate(vesting.seller, sender=carol))
    vesting.to(vesting.now + 7 * MONTH)
    follow(vault.release(1, sender=alice))
    follow(vault.stake(1, vesting.target, 5 * MONTH, b"", sender=alice))
    follow(vesting.give_back(1, 2 * MONTH, MONTH))
    follow(vesting.give_back(1, MONTH, 0))
    follow(vault.proposeWallet([1], carol, sender=alice))
    vesting.to(vesting.now + 7 * DAY)
    follow(vault.acceptWallet([1], sender=carol))
    follow(vault.revoke(2, sender=vesting.admin))
    follow(vault.revoke(1, sender=vesting.admin))
    follow(vault.delegate(NOBODY, sender=bank))
    follow(vesting.give_back(1, 2 * MONTH, 2 * MONTH + 5))
    assert votes[vesting.seller.address] > 0
    follow(vault.releaseBatch([1, 2, 3], sender=vesting.stranger))
    assert sum(votes.values()) < 2 * MONTH
