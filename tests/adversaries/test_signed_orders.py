"""What somebody signed, brought in another form, to another contract, or by somebody else before: for those orders
whose own tests do not try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.agreements import TYPES, attest, sign
from caldera.contracts import EraToken, VestingVault, VoteLock, structs
from caldera.evm import Account, ContractError, Revm, domain_of
from caldera.evm.contract import Handle
from tests.support import credit, economy, locks, shop, vesting
from tests.support.credit import Desk
from tests.support.economy import RATE, Economy
from tests.support.shop import Shop
from tests.support.signatures import spoilt
from tests.support.suite import DAY, Suite, name_of, reverts
from tests.unit.era.signing import CANCEL, DELEGATION, PERMIT, TIMED, parts

SAMPLE = bytes([1] * 64 + [27])
WRONG = list(spoilt(SAMPLE))
AS_NUMBERS = [what for what, one in spoilt(SAMPLE).items() if len(one) == 65]
"""What can be brought as v, r and s at all."""
ELSEWHERE = [{"chainId": 1}, {"version": "2"}, {"name": "Caldera"}, {"verifyingContract": "0x" + "11" * 20}]
ORDERS = ("EraPrice", "ActiveUsers", "OperatingFacts")


def under(domain: dict[str, Any], kind: str, message: dict[str, Any], *signers: Account) -> list[structs.Attestation]:
    """What a quorum signs under that domain, in the order in which contracts take it."""
    types = {kind: [{"name": name, "type": of} for name, of in TYPES[kind].items()]}
    made = [structs.Attestation(one.address, one.sign_typed(domain, types, message).packed) for one in signers]
    return sorted(made, key=lambda one: int(one.signer, 16))


class Quorum:
    """One of the orders that a quorum of attestors signs and anybody brings."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        stand: Desk | Economy = credit.build_desk() if kind == "OperatingFacts" else economy.build()
        self.chain = stand.suite.chain
        self.mallory = self.chain.account("mallory")
        self.signers = [self.chain.account(name) for name in ("auditor", "notary")]
        self.place: Handle
        self.bringing: Callable[..., Any]
        self.message: Any
        if isinstance(stand, Desk):
            self.place, self.bringing, self.message = stand.record, stand.record.record, stand.facts()
            entity = self.message.entity
            self.read: Callable[[], Any] = lambda: stand.record.factsOf(entity)
        elif kind == "EraPrice":
            self.chain.skip(DAY)
            self.place, self.bringing = stand.oracle, stand.oracle.recordPrice
            self.message = structs.EraPrice(RATE + 1, stand.now)
            self.read = stand.oracle.lastObservation
        else:
            month = stand.month
            while stand.month == month:
                self.chain.skip(DAY)
            self.place, self.bringing = stand.router, stand.router.stateUsers
            self.message = structs.ActiveUsers(1, month, 7)
            self.read = lambda: stand.router.usersOf(1, month)

    def signed(self, **changes: Any) -> list[structs.Attestation]:
        return under(domain_of(self.place) | changes, self.kind, self.message._asdict(), *self.signers)

    def bring(self, signed: list[structs.Attestation], sender: Account | None = None) -> Any:
        return self.bringing(self.message, signed, sender=sender or self.mallory)


@pytest.fixture(scope="module", params=ORDERS)
def _quorum(request: pytest.FixtureRequest) -> Quorum:
    return Quorum(request.param)


@pytest.fixture
def quorum(_quorum: Quorum) -> Iterator[Quorum]:
    with _quorum.chain.isolated():
        yield _quorum


class TestOfAQuorum:
    """Prices, users and operating facts: signed by attestors for one contract of one chain."""

    @pytest.mark.known_defect("onchainid-replay")
    @pytest.mark.parametrize("change", ELSEWHERE, ids=lambda one: next(iter(one)))
    def test_for_one_contract_of_one_chain(self, quorum: Quorum, change: dict[str, Any]) -> None:
        before = quorum.read()
        with reverts("InvalidAttestation"):
            quorum.bring(quorum.signed(**change))
        assert quorum.read() == before
        quorum.bring(quorum.signed())
        assert quorum.read() != before

    def test_it_is_signed_as_published(self, quorum: Quorum) -> None:
        assert quorum.signed() == [
            structs.Attestation(*one) for one in attest(quorum.place, quorum.kind, quorum.message, quorum.signers)
        ]

    def test_who_brings_it_first_changes_nothing(self, quorum: Quorum) -> None:
        """Whoever comes second finds what it wanted to bring, and nothing can be brought twice."""
        with quorum.chain.isolated():
            quorum.bring(quorum.signed(), quorum.signers[0])
            wanted = quorum.read()
        quorum.bring(quorum.signed())
        assert quorum.read() == wanted
        with pytest.raises(ContractError):
            quorum.bring(quorum.signed(), quorum.signers[0])
        assert quorum.read() == wanted


class Voters:
    """The three ledgers that take a `Delegation`, on one chain; alice has votes in each."""

    def __init__(self) -> None:
        chain = Revm()
        locked, granted = locks.build(chain), vesting.build(chain)
        self.chain, self.alice, self.relay = chain, locked.alice, chain.account("relay")
        self.chosen, self.mallory = chain.account("chosen"), chain.account("mallory")
        locked.locks(self.alice, locks.LEAST, locks.YEAR)
        granted.team(self.alice, 70)
        self.ledgers: dict[str, EraToken | VoteLock | VestingVault] = {
            "EraToken": locked.era,
            "VoteLock": locked.lock,
            "VestingVault": granted.vault,
        }
        self.until = chain.now + DAY

    def signed(self, ledger: str) -> bytes:
        """Alice's votes to whom she chose."""
        said = {"delegatee": self.chosen.address, "nonce": 0, "expiry": self.until}
        signed = self.alice.sign_typed(domain_of(self.ledgers[ledger]), {"Delegation": DELEGATION}, said)
        return bytes(signed.packed)

    def bring(self, ledger: str, packed: bytes) -> None:
        self.ledgers[ledger].delegateBySig(self.chosen, 0, self.until, *parts(packed), sender=self.relay)

    def of(self, ledger: str) -> tuple[str, int, int]:
        """Who votes with what alice has, her number, and what was given to whom she chose."""
        handle = self.ledgers[ledger]
        return handle.delegates(self.alice), handle.nonces(self.alice), handle.getVotes(self.chosen)


@pytest.fixture(scope="module")
def _voters() -> Voters:
    return Voters()


@pytest.fixture
def voters(_voters: Voters) -> Iterator[Voters]:
    with _voters.chain.isolated():
        yield _voters


LEDGERS = ("EraToken", "VoteLock", "VestingVault")


class TestDelegation:
    """The same words for three ledgers."""

    @pytest.mark.parametrize("there", LEDGERS)
    @pytest.mark.parametrize("here", LEDGERS)
    def test_for_one_of_three(self, voters: Voters, here: str, there: str) -> None:
        """For another it is somebody's who has nothing."""
        before = voters.of(there)
        voters.bring(there, voters.signed(here))
        assert (voters.of(there) == before) == (here != there)
        voters.chain.skip(1)
        if here != there:
            voters.bring(there, voters.signed(there))
        assert voters.of(there)[:2] == (voters.chosen.address, 1)
        assert voters.of(there)[2] > 0

    @pytest.mark.parametrize("ledger", LEDGERS)
    @pytest.mark.parametrize("what", AS_NUMBERS)
    def test_what_is_no_signature(self, voters: Voters, ledger: str, what: str) -> None:
        """It is refused, or of somebody who has nothing; never alice's."""
        good, before = voters.signed(ledger), voters.of(ledger)
        try:
            voters.bring(ledger, spoilt(good)[what])
        except ContractError as refused:
            assert name_of(refused) in ("ECDSAInvalidSignature", "ECDSAInvalidSignatureS")
        else:
            assert what == "the other v"
        assert voters.of(ledger) == before
        voters.bring(ledger, good)
        assert voters.of(ledger)[:2] == (voters.chosen.address, 1)


class TestEra:
    """Authorisations and permits, in no other form."""

    def brought(self, voters: Voters, kind: str) -> tuple[Callable[[bytes], Any], bytes, Callable[[], Any]]:
        """How it is brought, what alice signed, and what it changes."""
        era, alice, bob = voters.ledgers["EraToken"], voters.alice, voters.chosen
        assert isinstance(era, EraToken)
        nonce, now = keccak(text="number"), voters.chain.now
        timed = {"from": alice.address, "to": bob.address, "value": 5, "validAfter": now - 1}
        timed |= {"validBefore": now + DAY, "nonce": nonce}
        permit = {"owner": alice.address, "spender": bob.address, "value": 5, "nonce": 0, "deadline": now + DAY}
        types, said = {
            "TransferWithAuthorization": (TIMED, timed),
            "ReceiveWithAuthorization": (TIMED, timed),
            "CancelAuthorization": (CANCEL, {"authorizer": alice.address, "nonce": nonce}),
            "Permit": (PERMIT, permit),
        }[kind]
        good = alice.sign_typed(domain_of(era), {kind: types}, said).packed

        def bring(packed: bytes) -> Any:
            if kind == "Permit":
                return era.permit(alice, bob, 5, now + DAY, *parts(packed), sender=voters.relay)
            if kind == "CancelAuthorization":
                return era.cancelAuthorization(alice, nonce, packed, sender=voters.relay)
            if kind == "ReceiveWithAuthorization":
                return era.receiveWithAuthorization(alice, bob, 5, now - 1, now + DAY, nonce, packed, sender=bob)
            return era.transferWithAuthorization(alice, bob, 5, now - 1, now + DAY, nonce, packed, sender=voters.relay)

        def read() -> Any:
            return era.balanceOf(bob), era.allowance(alice, bob), era.authorizationState(alice, nonce)

        return bring, good, read

    KINDS = ("TransferWithAuthorization", "ReceiveWithAuthorization", "CancelAuthorization")

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("what", WRONG)
    def test_no_other_form_of_an_authorisation(self, voters: Voters, kind: str, what: str) -> None:
        bring, good, read = self.brought(voters, kind)
        before = read()
        with reverts("InvalidAuthorization", authorizer=voters.alice.address):
            bring(spoilt(good)[what])
        assert read() == before
        bring(good)
        assert read() != before

    @pytest.mark.parametrize("what", AS_NUMBERS)
    def test_no_other_form_of_a_permit(self, voters: Voters, what: str) -> None:
        bring, good, read = self.brought(voters, "Permit")
        before = read()
        with pytest.raises(ContractError) as refused:
            bring(spoilt(good)[what])
        names = {"ECDSAInvalidSignature", "ECDSAInvalidSignatureS", "ERC2612InvalidSigner"}
        assert name_of(refused.value) in names
        assert read() == before
        bring(good)
        assert read() != before


@pytest.fixture(scope="module")
def _with_points() -> Shop:
    """Anna has 100 points with the brand."""
    stand = shop.build()
    right = stand.right(alone=True, uses=1, points=100)
    item = stand.sold()
    stand.bound.useRight(stand.use(item, right, ""), b"", b"", sender=stand.anna)
    return stand


@pytest.fixture
def points(_with_points: Shop) -> Iterator[Shop]:
    with _with_points.chain.isolated():
        yield _with_points


class TestSpending:
    """Points of a holder with a brand, by both."""

    def spending(self, points: Shop) -> structs.Spending:
        purpose, until = keccak(text="a hat"), points.chain.now + DAY
        return structs.Spending(points.brand.address, points.anna.address, 60, purpose, until)

    def left(self, points: Shop) -> int:
        held: int = points.bound.pointsOf(points.entities["brand"], points.anna)
        return held

    def by(self, points: Shop, signer: Account, **domain: Any) -> bytes:
        """The first spending of both, as one of them signs it."""
        brand = points.entities["brand"]
        said = self.spending(points)._asdict() | {"number": 0, "brand": brand}
        if not domain:
            return sign(points.bound, "Spending", said, signer)
        types = {"Spending": [{"name": name, "type": of} for name, of in TYPES["Spending"].items()]}
        return signer.sign_typed(domain_of(points.bound) | domain, types, said).packed

    @pytest.mark.parametrize("change", ELSEWHERE, ids=lambda one: next(iter(one)))
    def test_for_one_contract_of_one_chain(self, points: Shop, change: dict[str, Any]) -> None:
        signed = self.by(points, points.anna, **change)
        with reverts("NotAgreed", account=points.anna.address):
            points.bound.spendPoints(self.spending(points), signed, b"", sender=points.brand)
        assert self.left(points) == 100

    @pytest.mark.parametrize("what", WRONG)
    def test_what_is_no_signature(self, points: Shop, what: str) -> None:
        good = {name: self.by(points, getattr(points, name)) for name in ("anna", "brand")}
        for name in good:
            given = good | {name: spoilt(good[name])[what]}
            with reverts("NotAgreed", account=getattr(points, name).address):
                points.bound.spendPoints(self.spending(points), *given.values(), sender=points.stranger)
        assert self.left(points) == 100

    def test_who_brings_it_first_changes_nothing(self, points: Shop) -> None:
        both = [self.by(points, who) for who in (points.anna, points.brand)]
        points.bound.spendPoints(self.spending(points), *both, sender=points.stranger)
        assert self.left(points) == 40
        with reverts("InsufficientPoints", held=40, wanted=60):
            points.bound.spendPoints(self.spending(points), both[0], b"", sender=points.brand)
        less = self.spending(points)._replace(amount=40)
        with reverts("NotAgreed", account=points.anna.address):
            points.bound.spendPoints(less, both[0], b"", sender=points.brand)

    @pytest.mark.parametrize("field", ["brand", "amount", "purpose", "deadline"])
    def test_nothing_else_than_was_signed(self, points: Shop, field: str) -> None:
        """Neither through another account of the brand, which has not signed."""
        spending = self.spending(points)
        other = points.chain.account("other brand")
        expires = points.chain.now + DAY
        points.registry.enrol(other, points.entities["brand"], expires, 0, 0, sender=points.officer)
        changed: Any = {"brand": other.address, "amount": 61, "purpose": bytes(32), "deadline": spending.deadline + 1}
        given = spending._replace(**{field: changed[field]})
        both = [self.by(points, who) for who in (points.anna, points.brand)]
        with reverts("NotAgreed"):
            points.bound.spendPoints(given, *both, sender=points.stranger)
        assert self.left(points) == 100


class TestUse:
    """A use of a right, in no other form."""

    @pytest.mark.parametrize("what", WRONG)
    def test_what_is_no_signature(self, points: Shop, what: str) -> None:
        right, item = points.right(), points.sold()
        wanted = points.use(item, right)
        good = {name: points.sign_use(wanted, getattr(points, name), 0, "anna") for name in ("anna", "workshop")}
        for name in good:
            given = good | {name: spoilt(good[name])[what]}
            with reverts("NotAgreed", account=getattr(points, name).address):
                points.bound.useRight(wanted, *given.values(), sender=points.stranger)
        assert points.bound.useRight(wanted, *good.values(), sender=points.stranger).returned == 1


class TestAcknowledgement:
    """A debtor's word for an invoice, in no other form, whoever brings it."""

    @pytest.mark.parametrize("what", WRONG)
    def test_what_is_no_signature(self, suite: Suite, what: str) -> None:
        asset, until = suite.create(), suite.chain.now + DAY
        good = suite.buyer.sign_hash(suite.module.acknowledgementDigest(asset, until)).packed
        with reverts("InvalidSignature", signer=suite.buyer.address):
            suite.module.acknowledgeBySignature(asset, suite.buyer, until, spoilt(good)[what], sender=suite.stranger)
        suite.module.acknowledgeBySignature(asset, suite.buyer, until, good, sender=suite.stranger)

    def test_who_brings_it_first_changes_nothing(self, suite: Suite) -> None:
        """The creditor finds what it wanted, and the debtor signs nothing that can be used again."""
        asset, until = suite.create(), suite.chain.now + DAY
        good = suite.buyer.sign_hash(suite.module.acknowledgementDigest(asset, until)).packed

        def read() -> Any:
            return suite.module.receivable(asset), suite.module.stateOf(asset)

        with suite.chain.isolated():
            suite.module.acknowledgeBySignature(asset, suite.buyer, until, good, sender=suite.seller)
            wanted = read()
        suite.module.acknowledgeBySignature(asset, suite.buyer, until, good, sender=suite.mallory)
        assert read() == wanted
        with reverts("WrongState"):
            suite.module.acknowledgeBySignature(asset, suite.buyer, until, good, sender=suite.seller)
