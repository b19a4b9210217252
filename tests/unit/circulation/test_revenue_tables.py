"""Schemes and their tables: what is refused, from when on a table counts, who may change it."""

from collections.abc import Callable
from typing import Any

import pytest

from caldera.contracts import events, structs
from caldera.model.revenue import DAY
from tests.support.revenue import NOBODY, Revenue
from tests.support.suite import reverts


def even(revenue: Revenue, count: int) -> list[structs.RevenueShare]:
    """So many lines that add up; an account may stand in more than one."""
    shares = [10_000 // count] * count
    shares[0] += 10_000 - sum(shares)
    return revenue.lines(*((revenue.maker, bps) for bps in shares))


class TestOpening:
    """What a scheme is and what it cannot be."""

    def test_a_scheme_and_its_first_table(self, revenue: Revenue) -> None:
        lines = revenue.lines((revenue.brand, 6_000), (revenue.maker, 3_000), (revenue.platform, 1_000))
        made = revenue.cycle.openScheme(3, 14, lines, sender=revenue.brand2)
        assert made.returned == 1
        entity = revenue.entities["brand"]
        assert revenue.cycle.schemeOf(1) == structs.RevenueScheme(entity, 1, 3, False)
        assert revenue.cycle.tableOf(1, 1) == structs.RevenueTable(revenue.now, 14, 3, tuple(lines))
        here = revenue.cycle.address
        assert events.SchemeOpened(1, entity, 3, emitter=here) in made.events
        assert events.SharesPublished(1, 1, revenue.now, 14, tuple(lines), emitter=here) in made.events
        assert revenue.open() == 2

    def test_by_default_60_30_10(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 5_000), (revenue.miller, 5_000), level=1)
        for upstream, nested in ((revenue.maker, 0), (NOBODY, mills)):
            scheme = revenue.cycle.openDefault(
                revenue.brand, upstream, nested, revenue.platform, 7, sender=revenue.brand
            ).returned
            table = revenue.cycle.tableOf(scheme, 1)
            assert [share.bps for share in table.shares] == [6_000, 3_000, 1_000]
            assert table.shares[1] == structs.RevenueShare(getattr(upstream, "address", NOBODY), nested, 3_000)
            assert (table.windowDays, revenue.cycle.schemeOf(scheme).level) == (7, 3)
            assert table.most == (10 if nested else 3)

    def test_upstream_is_an_account_or_a_scheme(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 10_000), level=1)
        for upstream, nested in ((revenue.maker, mills), (NOBODY, 0)):
            with reverts("NotAPayee", position=1):
                revenue.cycle.openDefault(revenue.brand, upstream, nested, revenue.platform, 0, sender=revenue.brand)

    def test_only_an_active_participant_opens(self, revenue: Revenue) -> None:
        lines = revenue.lines((revenue.maker, 10_000))
        with reverts("NotActive", account=revenue.stranger.address):
            revenue.cycle.openScheme(1, 0, lines, sender=revenue.stranger)
        revenue.registry.suspend(revenue.brand, sender=revenue.officer)
        with reverts("NotActive", account=revenue.brand.address):
            revenue.cycle.openScheme(1, 0, lines, sender=revenue.brand)
        revenue.registry.reinstate(revenue.brand, sender=revenue.officer)
        revenue.cycle.openScheme(1, 0, lines, sender=revenue.brand)

    @pytest.mark.parametrize(("level", "good"), [(0, False), (1, True), (3, True), (4, False)])
    def test_levels(self, revenue: Revenue, level: int, good: bool) -> None:
        if good:
            revenue.open((revenue.maker, 10_000), level=level)
        else:
            with reverts("LevelOutOfRange", level=level, most=3):
                revenue.open((revenue.maker, 10_000), level=level)

    @pytest.mark.parametrize(("count", "good"), [(0, False), (1, True), (4, True), (5, True), (8, True), (9, False)])
    def test_lines(self, revenue: Revenue, count: int, good: bool) -> None:
        lines = even(revenue, count) if count else []
        if good:
            scheme = revenue.cycle.openScheme(1, 0, lines, sender=revenue.brand).returned
            assert revenue.cycle.tableOf(scheme, 1).shares == tuple(lines)
        else:
            with reverts("PayeesOutOfRange", payees=count, most=8):
                revenue.cycle.openScheme(1, 0, lines, sender=revenue.brand)

    @pytest.mark.parametrize(
        ("shares", "total"), [((6_000, 3_999), 9_999), ((6_000, 4_001), 10_001), ((65_535,), 65_535)]
    )
    def test_shares_add_up(self, revenue: Revenue, shares: tuple[int, ...], total: int) -> None:
        with reverts("SharesDoNotAddUp", sum=total):
            revenue.open(*((revenue.maker, bps) for bps in shares))
        revenue.open((revenue.maker, 6_000), (revenue.brand, 4_000))

    def test_no_line_without_a_share(self, revenue: Revenue) -> None:
        with reverts("NoShare", position=1):
            revenue.open((revenue.brand, 10_000), (revenue.maker, 0))
        revenue.open((revenue.brand, 9_999), (revenue.maker, 1))

    def test_a_line_names_one_payee(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 10_000), level=1)
        both = structs.RevenueShare(revenue.maker.address, mills, 10_000)
        neither = structs.RevenueShare(NOBODY, 0, 10_000)
        itself = structs.RevenueShare(revenue.cycle.address, 0, 10_000)
        for line in (both, neither, itself):
            with reverts("NotAPayee", position=0):
                revenue.cycle.openScheme(3, 0, [line], sender=revenue.brand)

    def test_payees_are_active(self, revenue: Revenue) -> None:
        with reverts("NotActive", account=revenue.stranger.address):
            revenue.open((revenue.stranger, 10_000))
        revenue.open((revenue.maker, 10_000))
        revenue.registry.suspend(revenue.maker, sender=revenue.officer)
        with reverts("NotActive", account=revenue.maker.address):
            revenue.open((revenue.maker, 10_000))

    @pytest.mark.parametrize(("days", "good"), [(0, True), (90, True), (91, False), (255, False)])
    def test_windows(self, revenue: Revenue, days: int, good: bool) -> None:
        if good:
            assert revenue.cycle.tableOf(revenue.open(window=days), 1).windowDays == days
        else:
            with reverts("WindowOutOfRange", windowDays=days, most=90):
                revenue.open(window=days)

    def test_pausing_stops_new_tables_only(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        revenue.cycle.pause(DAY, sender=revenue.officer)
        for refused in (
            lambda: revenue.open(),
            lambda: revenue.cycle.openDefault(
                revenue.brand, revenue.maker, 0, revenue.platform, 0, sender=revenue.brand
            ),
            lambda: revenue.cycle.publishShares(scheme, revenue.now + 1, 0, revenue.thirds(), sender=revenue.brand),
        ):
            with reverts("Paused"):
                refused()
        revenue.cycle.restrictPayers(scheme, True, sender=revenue.brand)


class TestNesting:
    """Levels fall, and a release always fits into a block."""

    def test_only_lower_levels(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 10_000), level=1)
        guild = revenue.open((mills, 10_000), level=2)
        for level, nested in ((1, mills), (2, guild)):
            with reverts("NestedTooDeep", scheme=nested, level=level, most=level - 1):
                revenue.open((nested, 10_000), level=level)
        house = revenue.open((guild, 5_000), (mills, 5_000), level=3)
        with reverts("NestedTooDeep", scheme=house, level=3, most=2):
            revenue.open((house, 10_000), level=3)

    def test_never_back_to_itself(self, revenue: Revenue) -> None:
        for level in (1, 2, 3):
            scheme = revenue.open((revenue.maker, 10_000), level=level)
            lines = revenue.lines((scheme, 10_000))
            with reverts("NestedTooDeep", scheme=scheme, level=level, most=level - 1):
                revenue.cycle.publishShares(scheme, revenue.now + 1, 0, lines, sender=revenue.brand)

    def test_unknown_schemes(self, revenue: Revenue) -> None:
        with reverts("UnknownScheme", scheme=7):
            revenue.open((7, 10_000))

    def test_72_payments_and_no_more(self, revenue: Revenue) -> None:
        mills = revenue.open((revenue.maker, 10_000), level=1)
        guild = revenue.open((mills, 10_000), level=2)
        most = revenue.open((guild, 9_000), (mills, 1_000))
        assert revenue.cycle.tableOf(most, 1).most == 72
        with reverts("TooManyPayments", payments=73, most=72):
            revenue.open((guild, 9_000), (mills, 900), (revenue.brand, 100))
        with reverts("TooManyPayments", payments=128, most=72):
            revenue.open((guild, 9_000), (guild, 1_000))


class TestVersions:
    """A table that has been in force never changes."""

    def test_from_its_second_on(self, revenue: Revenue) -> None:
        scheme, opened = revenue.open(), revenue.now
        start = opened + 10
        receipt = revenue.cycle.publishShares(scheme, start, 30, revenue.thirds(), sender=revenue.brand)
        assert receipt.returned == 2
        assert (
            events.SharesPublished(scheme, 2, start, 30, tuple(revenue.thirds()), emitter=revenue.cycle.address)
            in receipt.events
        )
        at = [revenue.cycle.versionAt(scheme, time) for time in (opened - 1, opened, start - 1, start, start + 10**9)]
        assert at == [0, 1, 1, 2, 2]
        with reverts("UnknownVersion", scheme=scheme, version=0):
            revenue.cycle.partsOf(scheme, opened - 1, 100)

    def test_later_than_now(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        for start in (0, revenue.now - 1, revenue.now):
            with reverts("EffectTooEarly", from_=start, earliest=revenue.now + 1):
                revenue.cycle.publishShares(scheme, start, 0, revenue.thirds(), sender=revenue.brand)
        revenue.cycle.publishShares(scheme, revenue.now + 1, 0, revenue.thirds(), sender=revenue.brand)

    def test_what_is_not_in_force_yet_is_replaced(self, revenue: Revenue) -> None:
        scheme, now = revenue.open(), revenue.now
        for start, lines in ((now + 100, even(revenue, 8)), (now + 50, revenue.thirds()), (now + 70, even(revenue, 2))):
            assert revenue.cycle.publishShares(scheme, start, 1, lines, sender=revenue.brand2).returned == 2
            assert revenue.cycle.tableOf(scheme, 2) == structs.RevenueTable(start, 1, len(lines), tuple(lines))
        assert revenue.cycle.schemeOf(scheme).versions == 2
        revenue.suite.chain.warp(now + 70)
        later = revenue.cycle.publishShares(scheme, now + 71, 0, revenue.thirds(), sender=revenue.brand)
        assert later.returned == 3
        assert revenue.cycle.tableOf(scheme, 2).shares == tuple(even(revenue, 2))

    def test_any_number_of_versions_is_found(self, revenue: Revenue) -> None:
        scheme, opened = revenue.open(), revenue.now
        starts = [opened]
        for step in (3, 1, 7, 2, 2, 9, 1, 1, 4):
            starts.append(starts[-1] + step)
            revenue.cycle.publishShares(scheme, starts[-1], 0, revenue.thirds(), sender=revenue.brand)
            revenue.suite.chain.warp(starts[-1])
        for at in range(opened - 2, starts[-1] + 3):
            assert revenue.cycle.versionAt(scheme, at) == sum(start <= at for start in starts)

    def test_only_its_owner(self, revenue: Revenue) -> None:
        scheme = revenue.open()

        def acts(who: Any) -> list[Any]:
            return [
                lambda: revenue.cycle.publishShares(scheme, revenue.now + 1, 0, revenue.thirds(), sender=who),
                lambda: revenue.cycle.restrictPayers(scheme, True, sender=who),
                lambda: revenue.cycle.admitPayer(scheme, who, True, sender=who),
            ]

        revenue.registry.suspend(revenue.brand, sender=revenue.officer)
        for who in (revenue.maker, revenue.stranger, revenue.brand):
            for act in acts(who):
                with reverts("NotTheSchemeOwner", scheme=scheme, caller=who.address):
                    act()
        revenue.registry.reinstate(revenue.brand, sender=revenue.officer)
        for act in acts(revenue.brand2):
            act()

    def test_what_is_not_there(self, revenue: Revenue) -> None:
        scheme = revenue.open()
        for read in (
            lambda: revenue.cycle.schemeOf(2),
            lambda: revenue.cycle.versionAt(2, 0),
            lambda: revenue.cycle.isAdmitted(2, revenue.brand),
            lambda: revenue.cycle.partsOf(2, revenue.now, 1),
            lambda: revenue.cycle.restrictPayers(2, True, sender=revenue.brand),
        ):
            with reverts("UnknownScheme", scheme=2):
                read()
        for version in (0, 2):
            with reverts("UnknownVersion", scheme=scheme, version=version):
                revenue.cycle.tableOf(scheme, version)


class TestGoverned:
    """Defaults, the fund's shares, the copy of the registry."""

    def test_default_shares_hold_for_new_schemes(self, revenue: Revenue) -> None:
        def default() -> int:
            made = revenue.cycle.openDefault(revenue.brand, revenue.maker, 0, revenue.platform, 0, sender=revenue.brand)
            return int(made.returned)

        assert revenue.cycle.defaultShares() == (6_000, 3_000, 1_000)
        old = default()
        receipt = revenue.cycle.setDefaultShares(5_000, 4_999, 1, sender=revenue.officer)
        assert receipt.events == (events.DefaultSharesSet(5_000, 4_999, 1, emitter=revenue.cycle.address),)
        assert revenue.cycle.defaultShares() == (5_000, 4_999, 1)
        assert [share.bps for share in revenue.cycle.tableOf(old, 1).shares] == [6_000, 3_000, 1_000]
        assert [share.bps for share in revenue.cycle.tableOf(default(), 1).shares] == [5_000, 4_999, 1]

    @pytest.mark.parametrize("position", [0, 1, 2])
    def test_no_default_without_a_share(self, revenue: Revenue, position: int) -> None:
        shares = [5_000, 5_000]
        shares.insert(position, 0)
        with reverts("NoShare", position=position):
            revenue.cycle.setDefaultShares(*shares, sender=revenue.officer)

    @pytest.mark.parametrize("last", [999, 1_001])
    def test_defaults_add_up(self, revenue: Revenue, last: int) -> None:
        with reverts("SharesDoNotAddUp", sum=9_000 + last):
            revenue.cycle.setDefaultShares(6_000, 3_000, last, sender=revenue.officer)

    def test_the_funds_share(self, revenue: Revenue) -> None:
        entity = revenue.entities["brand"]
        receipt = revenue.cycle.setFundShare(entity, 5_000, sender=revenue.officer)
        assert receipt.events == (events.FundShareSet(entity, 5_000, emitter=revenue.cycle.address),)
        assert revenue.cycle.fundShareOf(entity) == 5_000
        with reverts("FundShareOutOfRange", bps=5_001, most=5_000):
            revenue.cycle.setFundShare(entity, 5_001, sender=revenue.officer)
        with reverts("UnknownEntity", entity=999):
            revenue.cycle.setFundShare(999, 1, sender=revenue.officer)
        revenue.cycle.setFundShare(entity, 0, sender=revenue.officer)
        assert revenue.cycle.fundShareOf(entity) == 0

    def test_only_their_roles(self, revenue: Revenue) -> None:
        calls: tuple[Callable[[], Any], ...] = (
            lambda: revenue.cycle.setFundShare(1, 1, sender=revenue.brand),
            lambda: revenue.cycle.setDefaultShares(6_000, 3_000, 1_000, sender=revenue.brand),
            lambda: revenue.cycle.moveOwed(1, revenue.brand, revenue.brand2, sender=revenue.brand),
        )
        for call in calls:
            with reverts("AccessManagedUnauthorized", caller=revenue.brand.address):
                call()

    def test_only_the_registry_writes_the_copy(self, revenue: Revenue) -> None:
        with reverts("OnlyRegistry", caller=revenue.brand.address):
            revenue.cycle.onPartyChanged(revenue.brand, 0, sender=revenue.brand)
        revenue.open()
        copied = revenue.registry.partyOf(revenue.brand) >> 192 << 192
        assert revenue.cycle.partyOf(revenue.brand) == copied != 0
        assert revenue.cycle.partyOf(revenue.miller) == 0
        revenue.registry.suspend(revenue.brand, sender=revenue.officer)
        assert revenue.cycle.partyOf(revenue.brand) == revenue.registry.partyOf(revenue.brand) >> 192 << 192 != copied

    def test_without_the_registry_nobody_is_named(self, revenue: Revenue) -> None:
        lone = type(revenue.cycle).deploy(
            revenue.suite.chain, revenue.access, revenue.registry, revenue.standard, revenue.fund, sender=revenue.admin
        )
        with reverts("NotSubscribed", ledger=lone.address):
            lone.openScheme(1, 0, revenue.lines((revenue.maker, 10_000)), sender=revenue.brand)
