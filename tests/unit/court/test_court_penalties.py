"""What happens to the guilty: false results by a court's word, conflicting results by their signatures."""

from collections.abc import Sequence

import pytest
from eth_account import Account as Keys

from caldera.contracts import ContractWallet, events, structs
from caldera.evm import Account
from tests.support.court import APPEAL, DAY, ERA, REJECTED, SIGNERS, UPHELD, Court
from tests.support.signatures import spoilt
from tests.support.suite import NOBODY, reverts

FALSE, CONFLICT = 0, 1


def stakes(court: Court) -> list[int]:
    return [court.stakes[node] for node in SIGNERS]


def execute(court: Court, case: int, start: int, count: int, signers: Sequence[int] = SIGNERS, shift: int = 0) -> int:
    given = [stake + shift for stake in stakes(court)]
    return court.penalties.execute(case, list(signers), given, start, count, sender=court.stranger).returned


@pytest.fixture
def upheld(court: Court) -> int:
    """An upheld case that nobody closed yet."""
    case = court.ruled(uphold=True)
    court.past(case)
    return case


class TestExecute:
    """Each signer once, with the stake that stood under the result."""

    def test_all_at_once(self, court: Court, upheld: int) -> None:
        call = court.penalties.execute(upheld, list(SIGNERS), stakes(court), 0, 31, sender=court.stranger)
        taken = [stake * 4_000 // 10_000 for stake in stakes(court)]
        assert call.returned == sum(taken)
        here = court.penalties.address
        assert list(call.events) == [
            events.SignerSlashed(upheld, node, base, amount, emitter=here)
            for node, base, amount in zip(SIGNERS, stakes(court), taken, strict=True)
        ]
        accepted = court.results.acceptedAt(court.court.fileOf(upheld).number)
        assert 0 < accepted < court.now  # the rates of then
        assert [tuple(one) for one in court.slasher.blows()] == [
            (node, base, FALSE, court.alice.address, accepted)
            for node, base in zip(SIGNERS, stakes(court), strict=True)
        ]
        assert [court.records.wrong(node) for node in (*SIGNERS, 4)] == [1, 1, 1, 0]
        with reverts("NothingToExecute", id=upheld, count=31):
            execute(court, upheld, 0, 31)

    def test_in_parts_in_any_order(self, court: Court, upheld: int) -> None:
        with reverts("NothingToExecute"):
            execute(court, upheld, 0, 0)
        with reverts("NothingToExecute"):
            execute(court, upheld, 3, 2**256 - 1)
        with reverts("NothingToExecute"):
            execute(court, upheld, 2**256 - 1, 2**256 - 1)
        execute(court, upheld, 1, 1)
        assert court.penalties.executedOf(upheld) == 0b010
        with reverts("NothingToExecute"):
            execute(court, upheld, 1, 1)
        execute(court, upheld, 0, 2)
        execute(court, upheld, 0, 2**256 - 1)
        assert [blow.node for blow in court.slasher.blows()] == [2, 1, 3]

    def test_of_the_case_alone(self, court: Court, upheld: int) -> None:
        expected = court.court.fileOf(upheld).signersHash
        for signers, shift in (((1, 2, 4), 0), ((2, 1, 3), 0), (SIGNERS, 1), (SIGNERS, -1)):
            with reverts("WrongSignersOfCase", id=upheld, expected=expected):
                execute(court, upheld, 0, 3, signers, shift)
        execute(court, upheld, 0, 3)

    def test_of_upheld_cases_alone(self, court: Court) -> None:
        case = court.ruled(uphold=True)
        with reverts("NotUpheld", id=case, phase=APPEAL):
            execute(court, case, 0, 3)
        court.court.appeal(case, 1, sender=court.owner(1))
        court.past(case)
        court.court.decide(case, False, sender=court.officer)
        with reverts("NotUpheld", id=case, phase=REJECTED):
            execute(court, case, 0, 3)
        with reverts("UnknownCase", id=case + 1):
            execute(court, case + 1, 0, 3)

    def test_before_and_after_the_case_was_closed(self, court: Court, upheld: int) -> None:
        execute(court, upheld, 0, 1)
        assert court.advance(upheld) == UPHELD
        execute(court, upheld, 1, 2)

    def test_a_pause_does_not_help_the_guilty(self, court: Court, upheld: int) -> None:
        court.penalties.pause(DAY, sender=court.officer)
        execute(court, upheld, 0, 3)

    def test_in_time_while_the_stake_is_frozen(self, court: Court) -> None:
        """However long a case takes, three days remain in which nothing can have left."""
        case = court.challenge()
        frozen = court.slasher.frozenUntil(1)
        for _ in range(2):
            court.suite.chain.warp(court.court.courseOf(case).ends - 10)
            court.draw(case)
            court.vote(case, [None] * 3 if _ == 0 else [True] * 3)
            court.suite.chain.warp(court.now)
            if _ == 0:
                court.advance(case)
        court.suite.chain.warp(court.court.courseOf(case).ends)
        court.court.appeal(case, 1, sender=court.owner(1))
        for _ in range(2):
            court.suite.chain.warp(court.court.courseOf(case).ends - 10)
            court.draw(case)
            court.vote(case, [None] * 7 if _ == 0 else [False] * 7)
            if _ == 0:
                court.advance(case)
        court.suite.chain.warp(court.court.courseOf(case).ends)
        court.court.appeal(case, 0, sender=court.alice)
        court.suite.chain.warp(court.court.courseOf(case).ends)
        court.court.decide(case, True, sender=court.officer)
        assert frozen - court.now >= 3 * DAY
        assert frozen - court.now < 3 * DAY + 100


class TestConflicts:
    """Two results of one request by keys of one node: nobody has to judge."""

    @staticmethod
    def signed(
        court: Court, account: Account, amount: int, until: int = 5, number: int = 1
    ) -> structs.ConflictingResult:
        digest = court.results.resultDigest(number, amount, until)
        signature = Keys.unsafe_sign_hash(digest, account.key).signature
        return structs.ConflictingResult(amount, until, account.address, bytes(signature))

    @staticmethod
    def prove(
        court: Court, one: structs.ConflictingResult, other: structs.ConflictingResult, node: int = 4, number: int = 1
    ) -> int:
        call = court.penalties.proveConflict(node, number, one, other, court.bank, sender=court.stranger)
        return call.returned

    def test_slashes_at_once(self, court: Court) -> None:
        court.nodes.setStake(4, 30_000 * ERA, 7 * ERA, True, sender=court.admin)
        one, other = (self.signed(court, court.key(4), amount) for amount in (100, 200))
        call = court.penalties.proveConflict(4, 1, one, other, court.bank, sender=court.stranger)
        base = 30_007 * ERA
        assert call.returned == base * 4 // 10
        here, bank = court.penalties.address, court.bank.address
        assert list(call.events) == [events.ConflictProven(4, 1, bank, base, base * 4 // 10, emitter=here)]
        assert [tuple(blow) for blow in court.slasher.blows()] == [(4, base, CONFLICT, bank, court.now)]
        assert court.penalties.conflictProven(4, 1)

    def test_once_a_node_and_request(self, court: Court) -> None:
        pair = [self.signed(court, court.key(4), amount) for amount in (100, 200)]
        self.prove(court, pair[0], pair[1])
        with reverts("ConflictKnown", node=4, number=1):
            self.prove(court, pair[1], pair[0])
        again = [self.signed(court, court.key(4), amount, number=2) for amount in (100, 200)]
        self.prove(court, again[0], again[1], number=2)
        others = [self.signed(court, court.key(5), amount) for amount in (100, 200)]
        self.prove(court, others[0], others[1], node=5)

    def test_another_validity_is_another_result(self, court: Court) -> None:
        one = self.signed(court, court.key(4), 100, 5)
        with reverts("SameResult", number=1):
            self.prove(court, one, self.signed(court, court.key(4), 100, 5))
        self.prove(court, one, self.signed(court, court.key(4), 100, 6))

    def test_with_a_key_that_was_replaced(self, court: Court) -> None:
        one = self.signed(court, court.key(4), 100)
        court.nodes.setKey(4, court.owner(4), sender=court.admin)
        self.prove(court, one, self.signed(court, court.owner(4), 200))

    def test_of_one_node_alone(self, court: Court) -> None:
        one, other = self.signed(court, court.key(4), 100), self.signed(court, court.key(5), 200)
        for node, key in ((4, 5), (5, 4), (6, 4)):
            with reverts("NotAKeyOfNode", node=node, key=court.key(key).address):
                self.prove(court, one, other, node=node)
        stranger = [self.signed(court, court.mallory, amount) for amount in (100, 200)]
        with reverts("NotAKeyOfNode", node=0):
            self.prove(court, stranger[0], stranger[1], node=0)

    def test_of_one_request_alone(self, court: Court) -> None:
        one, other = self.signed(court, court.key(4), 100), self.signed(court, court.key(4), 200, number=2)
        for number in (1, 2):
            with reverts("InvalidResultSignature", key=court.key(4).address):
                self.prove(court, one, other, number=number)

    @pytest.mark.parametrize("kind", sorted(spoilt(bytes(31) + b"\1" + bytes(31) + b"\1" + b"\x1b")))
    def test_signatures_that_are_none(self, court: Court, kind: str) -> None:
        one, other = (self.signed(court, court.key(4), amount) for amount in (100, 200))
        bad = one._replace(signature=spoilt(one.signature)[kind])
        for pair in ((bad, other), (other, bad)):
            with reverts("InvalidResultSignature", key=court.key(4).address):
                self.prove(court, *pair)
        self.prove(court, one, other)

    def test_the_word_of_a_contract_proves_nothing(self, court: Court) -> None:
        """It could have been made to say it after the fact."""
        wallet = ContractWallet.deploy(court.suite.chain, court.key(4), sender=court.admin)
        court.nodes.setKey(4, wallet, sender=court.admin)
        one, other = (self.signed(court, court.key(4), amount)._replace(key=wallet.address) for amount in (100, 200))
        with reverts("InvalidResultSignature", key=wallet.address):
            self.prove(court, one, other)

    def test_where_nothing_is_at_stake_the_proof_is_kept_for_later(self, court: Court) -> None:
        one, other = (self.signed(court, court.key(4), amount) for amount in (100, 200))
        for active, leaving in ((0, 0), (50 * ERA, 50 * ERA - 1)):
            court.nodes.setStake(4, active, leaving, False, sender=court.admin)
            with reverts("NothingAtStake", node=4):
                self.prove(court, one, other)
        court.nodes.setStake(4, 0, 100 * ERA, False, sender=court.admin)
        assert self.prove(court, one, other) == 40 * ERA

    def test_pause(self, court: Court) -> None:
        one, other = (self.signed(court, court.key(4), amount) for amount in (100, 200))
        court.penalties.pause(DAY, sender=court.officer)
        with reverts("Paused"):
            self.prove(court, one, other)
        court.penalties.unpause(sender=court.officer)
        self.prove(court, one, other)


def test_penalties_are_of_one_court(court: Court) -> None:
    assert court.penalties.court() == court.court.address
    for name in ("nodes", "results", "slasher", "records"):
        assert getattr(court.penalties, name)() == getattr(court.court, name)() != NOBODY
