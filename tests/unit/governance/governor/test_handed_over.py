"""The suite in the hands of governance: a passed proposal changes it, nobody else does."""

import pytest

from caldera.evm import Account
from caldera.model.governance import State
from tests.support.governance import ADMIN, DELAY, ERA, TERMS, Call, Governance
from tests.support.suite import DAY, ROLES, reverts, selector_of

TEXT = "mapping costs 3 USD"
EVERYBODY = ("admin", "guardian", "officer", "holder", "mallory", "alice")


@pytest.fixture
def alice(hall: Governance) -> Account:
    return hall.holds("alice", 50_000_000 * ERA)


def price(hall: Governance, usd: int = 3_000_000) -> list[Call]:
    """The timelock takes the role STANDARD, sets what mapping costs, and lays the role down."""
    access = hall.economy.suite.access
    return [
        hall.call(access, "grantRole", ROLES["STANDARD"], hall.timelock, 0),
        hall.call(hall.economy.router, "setFeePrice", 1, usd),
        hall.call(access, "renounceRole", ROLES["STANDARD"], hall.timelock),
    ]


class TestHandedOver:
    """The timelock is the one admin."""

    def test_it_alone_holds_admin(self, hall: Governance) -> None:
        access = hall.economy.suite.access
        assert access.hasRole(ADMIN, hall.timelock) == (True, 0)
        for who in (*EVERYBODY, "bank"):
            assert access.hasRole(ADMIN, hall.account(who)) == (False, 0)
        assert access.hasRole(ADMIN, hall.governor) == (False, 0)

    def test_a_passed_proposal_changes_what_a_fee_costs(self, hall: Governance, alice: Account) -> None:
        router, access = hall.economy.router, hall.economy.suite.access
        assert router.feeOf(1)[0] == 5_000_000
        begun = hall.now
        number = hall.passed(price(hall), TEXT, alice)
        assert router.feeOf(1)[0] == 3_000_000
        assert hall.now - begun > TERMS.voting_delay + TERMS.voting_period + DELAY
        assert (hall.state(number), access.hasRole(ROLES["STANDARD"], hall.timelock)) == (State.EXECUTED, (False, 0))

    def test_nobody_else_becomes_admin_or_sets_it(self, hall: Governance) -> None:
        router, access = hall.economy.router, hall.economy.suite.access
        for who in EVERYBODY:
            by = hall.account(who)
            with reverts("AccessManagerUnauthorizedAccount", msgsender=by.address, roleId=ADMIN):
                access.grantRole(ADMIN, by, 0, sender=by)
            with reverts("AccessManagerUnauthorizedAccount"):
                access.setTargetFunctionRole(router, [selector_of("FeeRouter", "setFeePrice")], ADMIN, sender=by)
            with reverts("AccessManagerUnauthorizedAccount"):
                access.updateAuthority(router, by, sender=by)
            if who != "officer":  # who holds STANDARD until governance takes it
                with reverts("AccessManagedUnauthorized", caller=by.address):
                    router.setFeePrice(1, 1, sender=by)

    def test_governance_takes_a_role_from_whoever_had_it(self, hall: Governance, alice: Account) -> None:
        router, access, officer = hall.economy.router, hall.economy.suite.access, hall.account("officer")
        router.setFeePrice(1, 4_000_000, sender=officer)
        hall.passed([hall.call(access, "revokeRole", ROLES["STANDARD"], officer)], TEXT, alice)
        with reverts("AccessManagedUnauthorized", caller=officer.address):
            router.setFeePrice(1, 1, sender=officer)

    def test_the_governor_itself_has_no_power_over_the_suite(self, hall: Governance, alice: Account) -> None:
        """What governance holds is the timelock's; calls come from it."""
        data = hall.economy.router.calldata.setFeePrice(1, 1)
        relayed = [hall.call(hall.governor, "relay", hall.economy.router, 0, data)]
        hall.ready(relayed, TEXT, alice)
        with reverts("AccessManagedUnauthorized", caller=hall.governor.address):
            hall.execute(relayed, TEXT)

    def test_a_vote_that_fails_changes_nothing(self, hall: Governance) -> None:
        few = hall.holds("bank", TERMS.threshold)
        number = hall.propose(price(hall), TEXT, few)
        hall.to_vote(number)
        hall.vote(number, few)
        hall.to_end(number)
        with reverts("GovernorUnexpectedProposalState", current=State.DEFEATED):
            hall.queue(price(hall), TEXT)

    def test_a_pause_is_shorter_than_the_time_to_carry_something_out(self, hall: Governance, alice: Account) -> None:
        """Nothing that passed lapses because somebody pauses: a pause lasts 7 days, an operation waits for 14."""
        hall.ready(price(hall), TEXT, alice)
        hall.economy.router.pause(7 * DAY, sender=hall.account("officer"))
        hall.to(hall.economy.router.pausedUntil())
        hall.execute(price(hall), TEXT)

    def test_admin_can_be_handed_on_by_a_proposal_only(self, hall: Governance, alice: Account) -> None:
        access, carol = hall.economy.suite.access, hall.account("carol")
        hand = [
            hall.call(access, "grantRole", ADMIN, carol, 0),
            hall.call(access, "renounceRole", ADMIN, hall.timelock),
        ]
        hall.passed(hand, TEXT, alice)
        assert access.hasRole(ADMIN, carol) == (True, 0)
        assert access.hasRole(ADMIN, hall.timelock) == (False, 0)
