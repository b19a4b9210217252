"""CalderaTimelock: its floor, its roles, and that nobody carries an operation out by halves."""

import pytest

from caldera.contracts import CalderaTimelock, GovernedTarget, ThriftyCaller, events
from caldera.evm import Account, ContractError
from caldera.model.governance import GRACE, HIGHEST_DELAY, LOWEST_FLOOR, State
from tests.support.governance import DELAY, ERA, FLOOR, TERMS, Call, Governance, as_terms
from tests.support.suite import DAY, NOBODY, reverts

TEXT = "do it"
BOUNDS = {"lowest": FLOOR, "highest": HIGHEST_DELAY}


@pytest.fixture
def alice(hall: Governance) -> Account:
    return hall.holds("alice", 50_000_000 * ERA)


@pytest.fixture
def target(hall: Governance) -> GovernedTarget:
    return GovernedTarget.deploy(hall.chain, sender=hall.account("mallory"))


def deploy(hall: Governance, floor: int, delay: int, appointer: object = None) -> CalderaTimelock:
    by = hall.account("mallory")
    return CalderaTimelock.deploy(hall.chain, floor, delay, appointer or by, sender=by)  # type: ignore[arg-type]


class TestConstruction:
    """The floor, the first delay, who appoints."""

    @pytest.mark.known_defect("no-floor")
    def test_the_floor_is_a_day_at_least(self, hall: Governance) -> None:
        assert deploy(hall, LOWEST_FLOOR, LOWEST_FLOOR).delayFloor() == DAY
        with reverts("DelayFloorOutOfBounds", floor=DAY - 1, lowest=DAY, highest=30 * DAY):
            deploy(hall, DAY - 1, DAY)
        assert deploy(hall, 30 * DAY, 30 * DAY).delayBounds() == (30 * DAY, 30 * DAY)
        with reverts("DelayFloorOutOfBounds", floor=30 * DAY + 1):
            deploy(hall, 30 * DAY + 1, 30 * DAY + 1)

    def test_the_delay_is_not_below_it(self, hall: Governance) -> None:
        assert deploy(hall, 3 * DAY, 3 * DAY).getMinDelay() == 3 * DAY
        with reverts("TimelockDelayOutOfBounds", delay=3 * DAY - 1, lowest=3 * DAY, highest=30 * DAY):
            deploy(hall, 3 * DAY, 3 * DAY - 1)
        with reverts("TimelockDelayOutOfBounds", delay=30 * DAY + 1):
            deploy(hall, 3 * DAY, 30 * DAY + 1)

    def test_somebody_appoints(self, hall: Governance) -> None:
        with reverts("NoAppointer"):
            deploy(hall, DAY, DAY, NOBODY)

    def test_it_is_its_own_admin_from_the_first_block(self, hall: Governance) -> None:
        made, mallory = deploy(hall, DAY, DAY), hall.account("mallory")
        assert made.hasRole(made.DEFAULT_ADMIN_ROLE(), made)
        assert made.hasRole(made.EXECUTOR_ROLE(), NOBODY)
        for role in (made.DEFAULT_ADMIN_ROLE(), made.PROPOSER_ROLE(), made.CANCELLER_ROLE()):
            assert not made.hasRole(role, mallory)
        for role in (made.PROPOSER_ROLE(), made.EXECUTOR_ROLE(), made.CANCELLER_ROLE(), made.DEFAULT_ADMIN_ROLE()):
            assert made.getRoleAdmin(role) == made.DEFAULT_ADMIN_ROLE()
            with reverts("AccessControlUnauthorizedAccount", account=mallory.address):
                made.grantRole(role, mallory, sender=mallory)
        assert (made.proposerCount(), made.appointer(), made.gracePeriod()) == (0, mallory.address, GRACE)


class TestAppointing:
    """One governor, once."""

    def test_the_governor_of_the_suite(self, hall: Governance) -> None:
        timelock, governor = hall.timelock, hall.governor
        assert timelock.hasRole(timelock.PROPOSER_ROLE(), governor)
        assert timelock.hasRole(timelock.CANCELLER_ROLE(), governor)
        assert (timelock.proposerCount(), timelock.appointer()) == (1, NOBODY)
        for who in ("admin", "mallory"):
            with reverts("NotAppointer", caller=hall.account(who).address, appointer=NOBODY):
                timelock.appoint(governor, sender=hall.account(who))

    def test_by_the_appointer_what_acts_through_it(self, hall: Governance) -> None:
        mallory, made = hall.account("mallory"), deploy(hall, DAY, DAY)
        with reverts("NotAppointer", caller=hall.account("bank").address, appointer=mallory.address):
            made.appoint(hall.governor, sender=hall.account("bank"))
        for bad in (mallory.address, NOBODY, hall.governor.address, hall.era.address):
            with reverts("NotItsGovernor", governor=bad):
                made.appoint(bad, sender=mallory)
        governor = type(hall.governor).deploy(hall.chain, hall.power, made, as_terms(TERMS), NOBODY, sender=mallory)
        receipt = made.appoint(governor, sender=mallory)
        assert receipt.one(events.GovernorAppointed).governor == governor.address
        with reverts("NotAppointer", caller=mallory.address, appointer=NOBODY):
            made.appoint(governor, sender=mallory)


class TestDelay:
    """Changed by itself alone, never below the floor (OZ #2642, #2761)."""

    def test_nobody_sets_it(self, hall: Governance) -> None:
        for who in ("admin", "guardian", "mallory"):
            with reverts("TimelockUnauthorizedCaller", caller=hall.account(who).address):
                hall.timelock.updateDelay(5 * DAY, sender=hall.account(who))

    @pytest.mark.parametrize("delay", [FLOOR, HIGHEST_DELAY])
    def test_to_its_bounds(self, hall: Governance, alice: Account, delay: int) -> None:
        receipt_of = [hall.call(hall.timelock, "updateDelay", delay)]
        hall.ready(receipt_of, TEXT, alice)
        made = hall.execute(receipt_of, TEXT).one(events.MinDelayChange)
        assert (made.oldDuration, made.newDuration, hall.timelock.getMinDelay()) == (DELAY, delay, delay)
        assert hall.timelock.delayBounds() == (FLOOR, HIGHEST_DELAY)

    @pytest.mark.known_defect("no-floor")
    @pytest.mark.parametrize("delay", [0, FLOOR - 1, HIGHEST_DELAY + 1])
    def test_not_beyond(self, hall: Governance, alice: Account, delay: int) -> None:
        change = [hall.call(hall.timelock, "updateDelay", delay)]
        hall.ready(change, TEXT, alice)
        with reverts("TimelockDelayOutOfBounds", delay=delay, **BOUNDS):
            hall.execute(change, TEXT)
        assert hall.timelock.getMinDelay() == DELAY

    def test_what_is_queued_waits_as_long_as_when_it_was(self, hall: Governance, alice: Account) -> None:
        change = [hall.call(hall.timelock, "updateDelay", FLOOR)]
        hall.ready(change, TEXT, alice)
        other = [hall.call(hall.era, "transfer", alice, 0)]
        number = hall.succeeded(other, "other", alice)
        hall.queue(other, "other")
        eta = hall.governor.proposalEta(number)
        hall.execute(change, TEXT)
        hall.to(eta - 1)
        with reverts("TimelockUnexpectedOperationState"):
            hall.execute(other, "other")
        hall.to(eta)
        hall.execute(other, "other")


class TestRoles:
    """They change by a delayed operation, and some never."""

    def lists(self, hall: Governance, proposer: Account) -> tuple[str, int, bytes, bytes, bytes]:
        del proposer
        return hall.era.address, 0, hall.era.calldata.transfer(hall.account("bank"), 0), bytes(32), bytes(32)

    def test_nobody_else_schedules_or_cancels(self, hall: Governance) -> None:
        given = self.lists(hall, hall.account("mallory"))
        for who in ("admin", "guardian", "holder", "mallory"):
            by = hall.account(who)
            with reverts("AccessControlUnauthorizedAccount", account=by.address):
                hall.timelock.schedule(*given, 30 * DAY, sender=by)
            with reverts("AccessControlUnauthorizedAccount", account=by.address):
                hall.timelock.scheduleBatch([given[0]], [0], [given[2]], bytes(32), bytes(32), 30 * DAY, sender=by)
            with reverts("AccessControlUnauthorizedAccount", account=by.address):
                hall.timelock.cancel(bytes(32), sender=by)

    def test_another_proposer_is_a_passed_proposal_and_waits_the_delay_itself(
        self, hall: Governance, alice: Account
    ) -> None:
        carol, timelock = hall.account("carol"), hall.timelock
        hall.passed([hall.call(timelock, "grantRole", timelock.PROPOSER_ROLE(), carol)], TEXT, alice)
        assert timelock.proposerCount() == 2
        given = self.lists(hall, carol)
        with reverts("TimelockInsufficientDelay", delay=DELAY - 1, minDelay=DELAY):
            timelock.schedule(*given, DELAY - 1, sender=carol)
        timelock.schedule(*given, DELAY, sender=carol)
        hall.to(hall.now + DELAY - 1)
        with reverts("TimelockUnexpectedOperationState"):
            timelock.execute(*given, sender=alice)
        hall.to(hall.now + 1)
        timelock.execute(*given, sender=alice)
        # It proposes what it likes, but for what the governor lets only votes decide.
        period = hall.governor.address, 0, hall.governor.calldata.setVotingPeriod(DAY), bytes(32), bytes(32)
        timelock.schedule(*period, DELAY, sender=carol)
        hall.to(hall.now + DELAY)
        with reverts("Panic"):
            timelock.execute(*period, sender=carol)

    def test_another_canceller_vetoes_and_the_governor_sees_it(self, hall: Governance, alice: Account) -> None:
        carol, timelock = hall.account("carol"), hall.timelock
        hall.passed([hall.call(timelock, "grantRole", timelock.CANCELLER_ROLE(), carol)], TEXT, alice)
        assert timelock.proposerCount() == 1
        pay = [hall.call(hall.era, "transfer", alice, 0)]
        number = hall.ready(pay, "pay", alice)
        timelock.cancel(hall.operation(pay, "pay"), sender=carol)
        assert hall.state(number) == State.CANCELED
        with reverts("GovernorUnexpectedProposalState", current=State.CANCELED):
            hall.execute(pay, "pay")

    def test_no_admin_beside_itself(self, hall: Governance, alice: Account) -> None:
        admin = hall.timelock.DEFAULT_ADMIN_ROLE()
        for name, who in (("grantRole", alice), ("revokeRole", hall.timelock), ("renounceRole", hall.timelock)):
            change = [hall.call(hall.timelock, name, admin, who)]
            hall.ready(change, name, alice)
            with reverts("OnlyItsOwnAdmin", account=who.address):
                hall.execute(change, name)
        assert hall.timelock.hasRole(admin, hall.timelock)

    def test_execution_stays_everybodys(self, hall: Governance, alice: Account) -> None:
        role = hall.timelock.EXECUTOR_ROLE()
        change = [hall.call(hall.timelock, "revokeRole", role, NOBODY)]
        hall.ready(change, TEXT, alice)
        with reverts("ExecutionStaysOpen"):
            hall.execute(change, TEXT)
        both = [hall.call(hall.timelock, name, role, alice) for name in ("grantRole", "revokeRole")]
        hall.passed(both, "another", alice)

    def test_a_proposer_is_always_left(self, hall: Governance, alice: Account) -> None:
        role, carol = hall.timelock.PROPOSER_ROLE(), hall.account("carol")
        out = hall.call(hall.timelock, "revokeRole", role, hall.governor)
        hall.ready([out], "out", alice)
        with reverts("LastProposer", account=hall.governor.address):
            hall.execute([out], "out")
        relayed = hall.timelock.calldata.renounceRole(role, hall.governor)
        itself = [hall.call(hall.governor, "relay", hall.timelock, 0, relayed)]
        hall.ready(itself, "itself", alice)
        with reverts("LastProposer"):
            hall.execute(itself, "itself")
        nobodys = hall.call(hall.timelock, "revokeRole", role, hall.account("bank"))
        twice = hall.call(hall.timelock, "grantRole", role, hall.governor)
        hall.passed([hall.call(hall.timelock, "grantRole", role, carol), nobodys, twice, out], "handed over", alice)
        assert hall.timelock.proposerCount() == 1
        assert not hall.timelock.hasRole(role, hall.governor)

    def test_what_has_lapsed_can_be_scheduled_anew(self, hall: Governance, alice: Account) -> None:
        carol, timelock = hall.account("carol"), hall.timelock
        hall.passed([hall.call(timelock, "grantRole", timelock.PROPOSER_ROLE(), carol)], TEXT, alice)
        given = self.lists(hall, carol)
        timelock.schedule(*given, DELAY, sender=carol)
        hall.to(hall.now + DELAY + GRACE)
        with reverts("TimelockUnexpectedOperationState"):
            timelock.schedule(*given, DELAY, sender=carol)
        hall.to(hall.now + 1)
        with reverts("TimelockUnexpectedOperationState"):
            timelock.execute(*given, sender=carol)
        timelock.schedule(*given, DELAY, sender=carol)
        hall.to(hall.now + DELAY)
        timelock.execute(*given, sender=carol)
        assert timelock.isOperationDone(timelock.hashOperation(*given))
        hall.to(hall.now + 2 * GRACE)
        assert timelock.isOperationDone(timelock.hashOperation(*given))  # what is done stays done

    @pytest.mark.known_defect("endless-execution")
    def test_nobody_revives_what_has_expired(self, hall: Governance, alice: Account) -> None:
        """Another proposer may schedule the same calls as the same operation; they are not the vote's any more."""
        carol, timelock = hall.account("carol"), hall.timelock
        hall.passed([hall.call(timelock, "grantRole", timelock.PROPOSER_ROLE(), carol)], TEXT, alice)
        change = [hall.call(hall.governor, "setVotingPeriod", 3 * DAY)]
        number = hall.ready(change, "period", alice)
        hall.to(hall.governor.proposalEta(number) + GRACE + 1)
        of = hall.lists(change, "period")
        operation = of.targets, of.values, of.datas, bytes(32), hall.salt("period")
        timelock.scheduleBatch(*operation, DELAY, sender=carol)
        assert hall.state(number) == State.EXPIRED
        hall.to(hall.now + DELAY)
        assert timelock.isOperationReady(hall.operation(change, "period"))
        with reverts("GovernorUnexpectedProposalState", current=State.EXPIRED):
            hall.execute(change, "period")
        with reverts("Panic"):
            timelock.executeBatch(*operation, sender=carol)
        assert hall.governor.votingPeriod() == TERMS.voting_period


class TestGas:
    """Too little gas carries nothing out."""

    @pytest.fixture
    def thrifty(self, hall: Governance) -> ThriftyCaller:
        return ThriftyCaller.deploy(hall.chain, sender=hall.account("mallory"))

    def sweep(self, hall: Governance, thrifty: ThriftyCaller, given: list[Call], most: int) -> list[bool]:
        """Executes with ever more gas until it is carried out, and tells whether each try was."""
        data = hall.governor.calldata.execute(*hall.lists(given, TEXT))
        found = []
        for gas in range(20_000, most, max(1_000, most // 200)):
            done, _ = thrifty.act(hall.governor, data, gas, sender=hall.account("mallory")).returned
            found.append(done)
            if done:
                return found
            assert hall.state(1) == State.QUEUED
        return found

    def test_all_or_nothing(
        self, hall: Governance, alice: Account, target: GovernedTarget, thrifty: ThriftyCaller
    ) -> None:
        given = [hall.call(target, "set", 7), hall.call(hall.governor, "setVotingPeriod", 3 * DAY)]
        hall.ready(given, TEXT, alice)
        found = self.sweep(hall, thrifty, given, 400_000)
        assert found[-1]
        assert len(found) > 20
        assert (target.value(), target.calls(), hall.governor.votingPeriod()) == (7, 1, 3 * DAY)

    def test_a_target_that_swallows_failures_is_guarded_by_a_call_before_it(
        self, hall: Governance, alice: Account, target: GovernedTarget, thrifty: ThriftyCaller
    ) -> None:
        swallows = hall.call(target, "setAndTry", 7, 250)
        with hall.chain.isolated():
            hall.ready([swallows], TEXT, alice)
            self.sweep(hall, thrifty, [swallows], 7_000_000)
            assert (target.value(), target.insideDone()) == (7, False)  # this is what the guard is for
        guarded = [hall.call(hall.timelock, "requireGas", 6_000_000), swallows]
        hall.ready(guarded, TEXT, alice)
        self.sweep(hall, thrifty, guarded, 7_000_000)
        assert (target.value(), target.insideDone(), hall.state(1)) == (7, True, State.EXECUTED)

    def test_the_guard_says_how_much(self, hall: Governance) -> None:
        hall.timelock.requireGas(1_000_000)
        with reverts("ExecutionGasTooLow", least=2**255):
            hall.timelock.requireGas(2**255)


class TestReentry:
    """Nothing is carried out in the middle of something else."""

    def armed(self, hall: Governance, target: GovernedTarget, alice: Account, must: bool, how: str) -> list[Call]:
        """Two ready proposals; the first calls a target that tries to carry out one of them."""
        hall.give(hall.timelock, 5)
        first = [hall.call(target, "set", 7), hall.call(hall.era, "transfer", hall.account("carol"), 5)]
        second = [hall.call(hall.era, "transfer", hall.account("bank"), 5)]
        hall.propose(first, TEXT, alice)
        hall.propose(second, "second", alice)
        hall.to_vote(2)
        for number in (1, 2):
            hall.vote(number, alice)
        hall.to_end(2)
        hall.queue(first, TEXT)
        hall.queue(second, "second")
        hall.to(hall.now + DELAY)
        given, text = (first, TEXT) if how.startswith("same") else (second, "second")
        of = hall.lists(given, text)
        if how.endswith("governor"):
            payload = hall.governor.calldata.execute(*of)
            target.arm(hall.governor, payload, must, sender=alice)
        else:
            payload = hall.timelock.calldata.executeBatch(of.targets, of.values, of.datas, bytes(32), hall.salt(text))
            target.arm(hall.timelock, payload, must, sender=alice)
        return first

    @pytest.mark.parametrize("how", ["other by the timelock", "other by the governor", "same by the timelock"])
    def test_refused(self, hall: Governance, alice: Account, target: GovernedTarget, how: str) -> None:
        first = self.armed(hall, target, alice, True, how)
        with reverts("ReentrancyGuardReentrantCall"):
            hall.execute(first, TEXT)
        assert (hall.state(1), hall.state(2), target.calls()) == (State.QUEUED, State.QUEUED, 0)

    def test_the_governor_has_it_as_executed_already(
        self, hall: Governance, alice: Account, target: GovernedTarget
    ) -> None:
        first = self.armed(hall, target, alice, True, "same by the governor")
        with reverts("GovernorUnexpectedProposalState", current=State.EXECUTED):
            hall.execute(first, TEXT)

    @pytest.mark.parametrize(
        "how", ["other by the timelock", "other by the governor", "same by the timelock", "same by the governor"]
    )
    def test_in_vain(self, hall: Governance, alice: Account, target: GovernedTarget, how: str) -> None:
        first = self.armed(hall, target, alice, False, how)
        hall.execute(first, TEXT)
        assert (hall.state(1), hall.state(2), target.calls(), target.answered()) == (
            State.EXECUTED,
            State.QUEUED,
            1,
            False,
        )
        assert (hall.era.balanceOf(hall.account("carol")), hall.era.balanceOf(hall.account("bank"))) == (5, 0)

    def test_a_single_operation_neither(self, hall: Governance, alice: Account, target: GovernedTarget) -> None:
        carol, timelock = hall.account("carol"), hall.timelock
        hall.passed([hall.call(timelock, "grantRole", timelock.PROPOSER_ROLE(), carol)], TEXT, alice)
        outer = target.address, 0, target.calldata.set(1), bytes(32), bytes(32)
        inner = target.address, 0, target.calldata.set(2), bytes(32), bytes(32)
        for one in (outer, inner):
            timelock.schedule(*one, DELAY, sender=carol)
        hall.to(hall.now + DELAY)
        target.arm(timelock, timelock.calldata.execute(*inner), True, sender=carol)
        with reverts("ReentrancyGuardReentrantCall"):
            timelock.execute(*outer, sender=carol)
        target.arm(NOBODY, b"", True, sender=carol)
        timelock.execute(*outer, sender=carol)
        timelock.execute(*inner, sender=carol)
        assert (target.value(), target.calls()) == (2, 2)

    def test_by_whoever_is_paid_eth(self, hall: Governance, alice: Account, target: GovernedTarget) -> None:
        hall.chain.set_balance(hall.timelock, 10)
        pay = [Call(target.address, b"", 4)]
        hall.ready(pay, TEXT, alice)
        of = hall.lists(pay, TEXT)
        again = hall.timelock.calldata.executeBatch(of.targets, of.values, of.datas, bytes(32), hall.salt(TEXT))
        target.arm(hall.timelock, again, False, sender=alice)
        hall.execute(pay, TEXT)
        assert (hall.chain.balance(target), hall.chain.balance(hall.timelock)) == (4, 6)


class TestMoney:
    """It can hold what governance spends."""

    def test_eth_comes_in_and_goes_by_proposal(self, hall: Governance, alice: Account) -> None:
        carol = hall.account("carol")
        hall.chain.fund(alice, 10)
        hall.chain.transact(hall.timelock, b"", alice, 10)
        hall.passed([Call(carol.address, b"", 10)], TEXT, alice)
        assert hall.chain.balance(carol) == 10

    def test_a_call_that_fails_says_why(self, hall: Governance, alice: Account, target: GovernedTarget) -> None:
        given = [hall.call(target, "refuse")]
        hall.ready(given, TEXT, alice)
        with reverts("NotNow"):
            hall.execute(given, TEXT)
        no_code = [Call(target.address, b"\x01\x02\x03\x04")]
        hall.ready(no_code, "no such function", alice)
        with pytest.raises(ContractError):
            hall.execute(no_code, "no such function")
