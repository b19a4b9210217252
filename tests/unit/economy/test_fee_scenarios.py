"""FeeRouter: scenarios' revenue, shared by role and month, to the unit."""

from dataclasses import replace
from typing import Any

import pytest

from caldera.contracts import FeeRouter, Vouching, events, structs
from caldera.model import fees
from tests.support.economy import (
    ERA,
    FEE_TERMS,
    FINANCE,
    LIGHT,
    PRICES,
    USD,
    Economy,
    as_fee_terms,
    as_shares,
)
from tests.support.suite import DAY, NOBODY, reverts

SHARES = fees.Shares()


def to_month(economy: Economy, month: int) -> None:
    """To the first second of a month."""
    economy.chain.warp(fees.end_of(month - 1))


class TestShares:
    """By role; the treasury gets the rest."""

    def test_a_node_earns_15_000_of_50_000(self, economy: Economy) -> None:
        """The requirement's vector: one month of a standard scenario."""
        scenario = economy.open()
        for _ in range(2):
            assert economy.earn(scenario, 3_125 * USD) == 25_000 * ERA
        receipt = economy.router.settle(scenario, sender=economy.mallory)
        assert receipt.returned == 50_000 * ERA
        parts = structs.FeeParts(15_000 * ERA, 0, 0, 0, 35_000 * ERA)
        where = economy.router.address
        said = events.RevenueSettled(scenario, economy.month, 50_000 * ERA, parts, False, emitter=where)
        assert receipt.events == (said,)
        assert economy.router.accruedTo(economy.nodes) == 15_000 * ERA
        assert economy.router.accruedTo(economy.treasury) == 35_000 * ERA
        assert economy.router.withdraw(economy.nodes, sender=economy.mallory).returned == 15_000 * ERA
        assert economy.token.balanceOf(economy.nodes) == 15_000 * ERA

    @pytest.mark.parametrize(("bonus", "node"), [(2_500, 3_750), (1_500, 3_450)])
    def test_finance_scenarios_pay_nodes_more(self, economy: Economy, bonus: int, node: int) -> None:
        economy.router.setFeeShares(as_shares(replace(SHARES, finance_bonus=bonus)), sender=economy.officer)
        to_month(economy, economy.month + 1)
        economy.say()
        scenario = economy.open(economy.record(class_=FINANCE))
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.nodes) == node * ERA

    def test_light_ones_do_not(self, economy: Economy) -> None:
        scenario = economy.open(economy.record(class_=LIGHT))
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.nodes) == 3_000 * ERA

    def test_all_roles_and_the_subsidy(self, economy: Economy) -> None:
        scenario = economy.open(economy.full())
        economy.earn(scenario, 1_250 * USD)
        receipt = economy.router.settle(scenario, sender=economy.mallory)
        parts = structs.FeeParts(3_750 * ERA, 2_000 * ERA, 1_500 * ERA, 200 * ERA, 2_550 * ERA)
        where = economy.router.address
        said = events.RevenueSettled(scenario, economy.month, 10_000 * ERA, parts, True, emitter=where)
        assert receipt.events == (said,)
        got = [economy.router.accruedTo(getattr(economy, name)) for name in ("nodes", "studio", "inventor", "treasury")]
        assert got == [3_750 * ERA, 2_000 * ERA, 1_500 * ERA, 2_550 * ERA]
        assert economy.router.subsidyOf(1, economy.month, economy.studio) == 200 * ERA

    def test_parts_are_rounded_down_and_the_rest_is_the_treasurys(self, economy: Economy) -> None:
        scenario = economy.open(economy.full(developerBps=1_999))
        economy.say(10**19)
        economy.router.refreshRate(sender=economy.mallory)
        revenue = economy.earn(scenario, 7)
        economy.say(3 * 10**17)
        economy.router.refreshRate(sender=economy.mallory)
        revenue += economy.earn(scenario, 1)
        record = fees.Record("n", "d", 1_999, "a", 2, 1, True)
        parts = fees.split(revenue, SHARES, record)
        assert revenue % 10_000
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.nodes) == parts.node
        assert economy.router.accruedTo(economy.studio) == parts.developer
        assert economy.router.accruedTo(economy.inventor) == parts.author
        assert economy.router.subsidyOf(1, economy.month, economy.studio) == parts.subsidy
        assert economy.router.accruedTo(economy.treasury) == parts.treasury
        whole = parts.node + parts.developer + parts.author + parts.subsidy + parts.treasury
        assert whole == revenue

    def test_nothing_is_settled_twice(self, economy: Economy) -> None:
        scenario = economy.open()
        with reverts("NothingUnsettled", scenario=scenario):
            economy.router.settle(scenario, sender=economy.mallory)
        economy.earn(scenario, USD)
        economy.router.settle(scenario, sender=economy.mallory)
        with reverts("NothingUnsettled"):
            economy.router.settle(scenario, sender=economy.mallory)
        with reverts("UnknownScenario", scenario=scenario + 1):
            economy.router.settle(scenario + 1, sender=economy.mallory)

    def test_nothing_is_withdrawn_twice(self, economy: Economy) -> None:
        scenario = economy.open()
        economy.earn(scenario, USD)
        economy.router.settle(scenario, sender=economy.mallory)
        receipt = economy.router.withdraw(economy.treasury, sender=economy.mallory)
        said = events.FeeShareWithdrawn(economy.treasury.address, receipt.returned, emitter=economy.router.address)
        assert said in receipt.events
        for account in (economy.treasury, economy.mallory):
            with reverts("NothingAccrued", account=account.address):
                economy.router.withdraw(account, sender=economy.mallory)


class TestMonths:
    """Revenue belongs to the month in which it was charged."""

    @pytest.mark.parametrize("date", [951_868_800, 1_709_251_200, 4_107_542_400, 1_798_761_600, 1_801_440_000])
    def test_calendar_months(self, economy: Economy, date: int) -> None:
        """The first seconds of March 2000, March 2024, March 2100 (no leap year), January and February 2027."""
        if date > economy.now:
            month = fees.month_at(date)
            economy.chain.warp(date - 1)
            assert economy.router.currentMonth() == month - 1
            economy.chain.skip(1)
            assert economy.router.currentMonth() == month
        assert fees.end_of(fees.month_at(date - 1)) == date

    def test_the_first_charge_of_a_month_shares_out_the_last(self, economy: Economy) -> None:
        scenario, month = economy.open(), economy.month
        economy.earn(scenario, USD)
        economy.chain.warp(fees.end_of(month) - 1)
        economy.say()
        economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (16 * ERA, month)
        economy.chain.skip(1)
        economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (8 * ERA, month + 1)
        assert economy.router.accruedTo(economy.nodes) == 48 * ERA // 10

    def test_revenue_waits_as_long_as_it_may(self, economy: Economy) -> None:
        scenario, month = economy.open(), economy.month
        economy.earn(scenario, USD)
        for bps in (2_000, 1_000):
            economy.router.setFeeShares(as_shares(replace(SHARES, node=bps)), sender=economy.officer)
            to_month(economy, economy.month + 1)
        receipt = economy.router.settle(scenario, sender=economy.mallory)
        (said,) = receipt.events
        assert isinstance(said, events.RevenueSettled)
        assert (said.month, said.parts.node) == (month, 24 * ERA // 10)

    def test_an_empty_month_shares_out_nothing(self, economy: Economy) -> None:
        scenario = economy.open()
        economy.earn(scenario, USD)
        economy.router.settle(scenario, sender=economy.mallory)
        to_month(economy, economy.month + 3)
        economy.say()
        assert economy.router.unsettledOf(scenario) == (0, economy.month - 3)
        economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (8 * ERA, economy.month)


class TestRecords:
    """Of scenarios, by governance; never for what was earned before."""

    def test_what_is_opened_can_be_read(self, economy: Economy) -> None:
        record = economy.full()
        receipt = economy.router.openScenario(record, sender=economy.officer)
        where = economy.router.address
        assert receipt.events == (
            events.FeeScenarioSet(1, record, emitter=where),
            events.FeeScenarioActive(1, True, emitter=where),
        )
        assert economy.router.scenarioOf(1) == (record, True)
        for read in (economy.router.scenarioOf, economy.router.unsettledOf):
            with reverts("UnknownScenario", scenario=2):
                read(2)

    def test_a_change_shares_out_by_the_old_record(self, economy: Economy) -> None:
        scenario = economy.open(economy.full())
        economy.earn(scenario, 1_250 * USD)
        other = economy.record(nodes=economy.mallory.address)
        economy.router.setScenario(scenario, other, sender=economy.officer)
        assert economy.router.accruedTo(economy.nodes) == 3_750 * ERA
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.nodes) == 3_750 * ERA
        assert economy.router.accruedTo(economy.mallory) == 3_000 * ERA
        economy.router.setScenario(scenario, economy.full(), sender=economy.officer)
        with reverts("UnknownScenario", scenario=9):
            economy.router.setScenario(9, other, sender=economy.officer)

    @pytest.mark.parametrize("role", ["nodes", "developer", "author"])
    def test_who_can_receive(self, economy: Economy, role: str) -> None:
        given: dict[str, Any] = {role: economy.router.address}
        with reverts("NotAShareholder", account=economy.router.address):
            economy.open(economy.full(**given))
        economy.open(economy.full(**{role: economy.mallory.address}))

    def test_somebody_is_the_node(self, economy: Economy) -> None:
        with reverts("NotAShareholder", account=NOBODY):
            economy.open(economy.full(nodes=NOBODY))

    def test_the_developers_share(self, economy: Economy) -> None:
        with reverts("DeveloperShareOutOfRange", developerBps=2_001, most=2_000):
            economy.open(economy.full(developerBps=2_001))
        with reverts("DeveloperShareOutOfRange", developerBps=1, most=0):
            economy.open(economy.record(developerBps=1))
        economy.open(economy.full(developerBps=2_000))

    def test_an_author_of_another_rollup(self, economy: Economy) -> None:
        with reverts("AuthorOnSameRollup", rollup=1):
            economy.open(economy.full(authorRollup=1))
        economy.open(economy.full(author=NOBODY, authorRollup=1))
        economy.open(economy.full(authorRollup=0))

    def test_without_an_author_nobody_is_paid_for_it(self, economy: Economy) -> None:
        scenario = economy.open(economy.full(author=NOBODY))
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.treasury) == 4_050 * ERA
        assert economy.router.accruedTo(NOBODY) == 0

    def test_closed_and_opened_again(self, economy: Economy) -> None:
        scenario = economy.open()
        economy.earn(scenario, USD)
        receipt = economy.router.setScenarioActive(scenario, False, sender=economy.officer)
        assert receipt.events == (events.FeeScenarioActive(scenario, False, emitter=economy.router.address),)
        assert not economy.router.scenarioOf(scenario)[1]
        with reverts("ScenarioInactive", scenario=scenario):
            economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (8 * ERA, economy.month)
        economy.router.setScenarioActive(scenario, True, sender=economy.officer)
        economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (16 * ERA, economy.month)
        economy.router.setScenarioActive(scenario, False, sender=economy.officer)
        economy.router.settle(scenario, sender=economy.mallory)
        with reverts("UnknownScenario", scenario=9):
            economy.router.setScenarioActive(9, True, sender=economy.officer)

    def test_opened_again_in_a_later_month(self, economy: Economy) -> None:
        scenario, month = economy.open(), economy.month
        economy.earn(scenario, USD)
        economy.router.setScenarioActive(scenario, False, sender=economy.officer)
        to_month(economy, month + 1)
        economy.say()
        economy.router.setScenarioActive(scenario, True, sender=economy.officer)
        assert economy.router.unsettledOf(scenario) == (8 * ERA, month)
        economy.earn(scenario, USD)
        assert economy.router.unsettledOf(scenario) == (8 * ERA, month + 1)
        assert economy.router.accruedTo(economy.nodes) == 24 * ERA // 10

    def test_only_by_governance(self, economy: Economy) -> None:
        scenario, router = economy.open(), economy.router
        for call in (
            lambda: router.openScenario(economy.record(), sender=economy.mallory),
            lambda: router.setScenario(scenario, economy.record(), sender=economy.mallory),
            lambda: router.setScenarioActive(scenario, False, sender=economy.mallory),
            lambda: router.setFeeShares(as_shares(SHARES), sender=economy.mallory),
            lambda: router.setFeeTreasury(economy.mallory, sender=economy.officer),
            lambda: router.setUserAttestors(economy.attestors, sender=economy.officer),
            lambda: router.pause(1, sender=economy.mallory),
        ):
            with reverts("AccessManagedUnauthorized"):
                call()


class TestGovernedShares:
    """They begin with a month, and never exceed the revenue."""

    def test_from_the_next_month_on(self, economy: Economy) -> None:
        scenario, month = economy.open(), economy.month
        economy.earn(scenario, 1_250 * USD)
        new = replace(SHARES, node=1_000)
        receipt = economy.router.setFeeShares(as_shares(replace(SHARES, node=9)), sender=economy.officer)
        receipt = economy.router.setFeeShares(as_shares(new), sender=economy.officer)
        assert receipt.events == (events.FeeSharesSet(month + 1, as_shares(new), emitter=economy.router.address),)
        assert economy.router.feeSharesAt(month) == as_shares(SHARES) == economy.router.feeSharesAt(0)
        assert economy.router.latestFeeShares() == as_shares(new)
        assert economy.router.feeSharesAt(month + 1) == as_shares(new) == economy.router.feeSharesAt(65_535)
        economy.earn(scenario, 1_250 * USD)
        to_month(economy, month + 1)
        economy.say()
        economy.earn(scenario, 1_250 * USD)
        assert economy.router.accruedTo(economy.nodes) == 6_000 * ERA
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.nodes) == 7_000 * ERA

    def test_the_highest_share_of_developers_holds_for_all(self, economy: Economy) -> None:
        scenario, month = economy.open(economy.full()), economy.month
        economy.router.setFeeShares(as_shares(replace(SHARES, most_developer=500)), sender=economy.officer)
        to_month(economy, month + 1)
        economy.say()
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.accruedTo(economy.studio) == 500 * ERA

    @pytest.mark.parametrize(
        ("bad", "good"),
        [
            ({"node": 5_041}, {"node": 5_040}),
            ({"finance_bonus": 11_001}, {"finance_bonus": 11_000}),
            ({"author": 4_051}, {"author": 4_050}),
            ({"subsidy": 13_751}, {"subsidy": 13_750}),
            ({"node": 8_001, "finance_bonus": 0, "author": 0, "subsidy": 0}, {"node": 5_000}),
        ],
    )
    def test_never_more_than_the_revenue(self, economy: Economy, bad: dict[str, int], good: dict[str, int]) -> None:
        with reverts("FeeSharesExceedWhole", shares=as_shares(replace(SHARES, **bad))):
            economy.router.setFeeShares(as_shares(replace(SHARES, **bad)), sender=economy.officer)
        economy.router.setFeeShares(as_shares(replace(SHARES, **good)), sender=economy.officer)

    def test_developers_have_a_fifth_at_most(self, economy: Economy) -> None:
        with reverts("DeveloperShareOutOfRange", developerBps=2_001, most=2_000):
            economy.router.setFeeShares(as_shares(replace(SHARES, most_developer=2_001)), sender=economy.officer)

    def test_the_treasury_can_move(self, economy: Economy) -> None:
        scenario = economy.open()
        economy.earn(scenario, USD)
        economy.router.settle(scenario, sender=economy.mallory)
        for account in (NOBODY, economy.router.address):
            with reverts("NotAShareholder", account=account):
                economy.router.setFeeTreasury(account, sender=economy.admin)
        receipt = economy.router.setFeeTreasury(economy.mallory, sender=economy.admin)
        where = economy.router.address
        assert receipt.events == (events.FeeTreasurySet(economy.mallory.address, emitter=where),)
        economy.earn(scenario, USD)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.treasury() == economy.mallory.address
        assert economy.router.accruedTo(economy.treasury) == 56 * ERA // 10 == economy.router.accruedTo(economy.mallory)

    def test_checked_when_it_is_made(self, economy: Economy) -> None:
        def make(shares: fees.Shares, treasury: Any, attestors: Any) -> FeeRouter:
            return FeeRouter.deploy(
                economy.chain,
                economy.suite.access,
                economy.token,
                economy.suite.registry,
                attestors,
                treasury,
                as_fee_terms(FEE_TERMS, economy.source),
                PRICES,
                as_shares(shares),
                sender=economy.admin,
            )

        with reverts("FeeSharesExceedWhole"):
            make(replace(SHARES, node=10_000), economy.treasury, economy.attestors)
        with reverts("NotAShareholder"):
            make(SHARES, NOBODY, economy.attestors)
        with reverts("NotAttestors"):
            make(SHARES, economy.treasury, economy.maker)
        make(SHARES, economy.treasury, economy.attestors)


class TestSubsidies:
    """10 % more for developers of rollups with more than 100,000 monthly active users."""

    @pytest.mark.parametrize(("users", "granted"), [(100_001, True), (100_000, False)])
    def test_decided_by_the_months_users(self, economy: Economy, users: int, granted: bool) -> None:
        scenario, month = economy.open(economy.full()), economy.month
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        to_month(economy, month + 1)
        closes = fees.end_of(month) + 20 * DAY
        with reverts("UsersNotStated", rollup=1, month=month, closesAt=closes):
            economy.router.decideSubsidy(1, month, economy.studio, sender=economy.mallory)
        receipt = economy.state_users(users, month)
        where = economy.router.address
        assert receipt.events == (events.ActiveUsersStated(1, month, users, emitter=where),)
        assert economy.router.usersOf(1, month) == (True, users)
        treasury = economy.router.accruedTo(economy.treasury)
        decided = economy.router.decideSubsidy(1, month, economy.studio, sender=economy.mallory)
        assert decided.returned is granted
        studio = economy.studio.address
        said = events.SubsidyDecided(1, month, studio, 200 * ERA, granted, emitter=where)
        assert decided.events == (said,)
        assert economy.router.accruedTo(studio) == (2_200 if granted else 2_000) * ERA
        assert economy.router.accruedTo(economy.treasury) == treasury + (0 if granted else 200) * ERA
        with reverts("NoSubsidy", rollup=1, month=month, developer=studio):
            economy.router.decideSubsidy(1, month, studio, sender=economy.mallory)

    def test_the_treasurys_if_nobody_states_users(self, economy: Economy) -> None:
        scenario, month = economy.open(economy.full()), economy.month
        economy.earn(scenario, 1_250 * USD)
        economy.router.settle(scenario, sender=economy.mallory)
        closes = fees.end_of(month) + 20 * DAY
        economy.chain.warp(closes - 1)
        with reverts("UsersNotStated"):
            economy.router.decideSubsidy(1, month, economy.studio, sender=economy.mallory)
        economy.chain.skip(1)
        assert economy.router.decideSubsidy(1, month, economy.studio, sender=economy.mallory).returned is False
        assert economy.router.accruedTo(economy.treasury) == 2_750 * ERA

    @pytest.mark.parametrize("users", [100_001, 100_000, None])
    def test_at_once_where_it_is_known(self, economy: Economy, users: int | None) -> None:
        """Revenue of a month whose users are stated, or can no longer be."""
        scenario, month = economy.open(economy.full()), economy.month
        economy.earn(scenario, 1_250 * USD)
        if users is None:
            economy.chain.warp(fees.end_of(month) + 20 * DAY)
        else:
            to_month(economy, month + 1)
            economy.state_users(users, month)
        granted = users == 100_001
        receipt = economy.router.settle(scenario, sender=economy.mallory)
        (said,) = receipt.events
        assert isinstance(said, events.RevenueSettled)
        assert not said.subsidyWaits
        assert (said.parts.subsidy, said.parts.treasury) == ((200 * ERA, 2_550 * ERA) if granted else (0, 2_750 * ERA))
        assert economy.router.accruedTo(economy.studio) == (2_200 if granted else 2_000) * ERA
        assert economy.router.accruedTo(economy.treasury) == (2_550 if granted else 2_750) * ERA
        assert economy.router.subsidyOf(1, month, economy.studio) == 0

    def test_for_that_month_and_rollup_only(self, economy: Economy) -> None:
        scenario, month = economy.open(economy.full()), economy.month
        economy.earn(scenario, 1_250 * USD)
        to_month(economy, month + 1)
        economy.say()
        economy.state_users(10**6, month, 2)
        economy.earn(scenario, 1_250 * USD)
        economy.state_users(10**6, month)
        economy.router.settle(scenario, sender=economy.mallory)
        assert economy.router.subsidyOf(1, month, economy.studio) == 200 * ERA
        assert economy.router.subsidyOf(1, month + 1, economy.studio) == 200 * ERA
        economy.router.decideSubsidy(1, month, economy.studio, sender=economy.mallory)
        with reverts("UsersNotStated"):
            economy.router.decideSubsidy(1, month + 1, economy.studio, sender=economy.mallory)

    def test_once_and_in_time(self, economy: Economy) -> None:
        month = economy.month
        ends = fees.end_of(month)
        economy.chain.warp(ends - 1)
        with reverts("MonthNotOver", month=month, endsAt=ends):
            economy.state_users(1, month)
        with reverts("UsersStatedTooLate", month=month - 2, closesAt=fees.end_of(month - 2) + 20 * DAY):
            economy.state_users(1, month - 2)
        economy.chain.skip(1)
        economy.state_users(7, month)
        with reverts("UsersAlreadyStated", rollup=1, month=month, users=7):
            economy.state_users(8, month)
        economy.state_users(0, month, 2)
        assert economy.router.usersOf(2, month) == (True, 0)
        with reverts("UsersAlreadyStated", rollup=2, month=month, users=0):
            economy.state_users(8, month, 2)
        economy.chain.warp(ends + 20 * DAY - 1)
        economy.state_users(7, month, 3)
        economy.chain.skip(1)
        with reverts("UsersStatedTooLate"):
            economy.state_users(7, month, 4)

    def test_vouched_for_by_a_quorum(self, economy: Economy) -> None:
        month = economy.month
        to_month(economy, month + 1)
        with reverts("QuorumNotReached", signers=1, quorum=2):
            economy.state_users(7, month, 1, "auditor")
        with reverts("NotAnAttestor", signer=economy.mallory.address):
            economy.state_users(7, month, 1, "mallory", "notary")
        message = structs.ActiveUsers(1, month, 7)
        signed = [structs.Attestation(economy.auditor.address, b"\1" * 65)] * 2
        with reverts("InvalidAttestation"):
            economy.router.stateUsers(message, signed, sender=economy.mallory)
        economy.state_users(7, month, 1, "assessor", "notary")

    def test_who_vouches(self, economy: Economy) -> None:
        one = Vouching.deploy(economy.chain, 1, sender=economy.admin)
        for wrong in (economy.maker, one):
            with reverts("NotAttestors"):
                economy.router.setUserAttestors(wrong, sender=economy.admin)
        two = Vouching.deploy(economy.chain, 2, sender=economy.admin)
        receipt = economy.router.setUserAttestors(two, sender=economy.admin)
        said = events.UserAttestorsSet(two.address, emitter=economy.router.address)
        assert receipt.events == (said,)
        assert economy.router.userAttestors() == two.address
