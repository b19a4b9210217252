"""A line bound to an allocation that a group of parties decided."""

from collections.abc import Iterator
from typing import Any

import pytest

from caldera.contracts import JointDecision, events
from tests.support.joint import DAY, DECIDED, VOID, Table, build
from tests.support.suite import NOBODY, reverts


@pytest.fixture(scope="module")
def _bound() -> Table:
    return build()


@pytest.fixture
def table(_bound: Table) -> Iterator[Table]:
    """The brand and its two dealers decide; whatever a test does is undone."""
    entities = dict(_bound.shop.entities)
    with _bound.shop.chain.isolated():
        _bound.form()
        yield _bound
    _bound.shop.entities = entities


def decided(table: Table, **changes: Any) -> int:
    """600 for berlin, 400 for paris."""
    decision = table.open_allocation(1, **changes)
    table.joint.propose(decision, [0, 600, 400], sender=table.berlin)
    table.vote(decision, brand=1, berlin=1)
    assert table.finish(decision) == (DECIDED, 1)
    return decision


def bound(table: Table) -> int:
    decision = decided(table)
    receipt = table.retail.bindAllocation(table.line, decision, sender=table.brand)
    told = events.LineBound(table.line, decision, table.joint.address, emitter=table.retail.address)
    assert list(receipt.events) == [told]
    return decision


def test_no_dealer_is_issued_more_than_its_share(table: Table) -> None:
    decision = bound(table)
    table.retail.issue(table.line, table.berlin, 500, sender=table.brand)
    with reverts("AllocationExceeded", line=table.line, entity=table.entity("berlin"), count=101, left=100):
        table.retail.issue(table.line, table.berlin, 101, sender=table.brand)
    table.retail.issue(table.line, table.berlin, 100, sender=table.brand)
    table.retail.issue(table.line, table.paris, 400, sender=table.brand)
    with reverts("AllocationExceeded", count=1, left=0):
        table.retail.issue(table.line, table.berlin, 1, sender=table.brand)
    issued = table.retail.issuedUnder(table.line, table.joint, decision, table.entity("berlin"))
    assert issued == 600
    assert table.retail.allocationFor(table.line) == (table.joint.address, decision)


def test_no_way_round_by_the_issuer_itself_or_by_a_voucher(table: Table) -> None:
    """The issuer could hand on what it issued to itself; a voucher could be a dealer's."""
    decision = bound(table)
    with reverts("AllocationExceeded", entity=table.entity("brand"), count=1, left=0):
        table.retail.issue(table.line, table.brand, 1, sender=table.brand)
    table.retail.issue(table.line, table.berlin, 599, sender=table.brand)
    for number, name in ((1, "berlin"), (2, "berlin")):
        voucher = table.shop.voucher(number=number, holder=table.chain.account(name).address)
        signed = table.shop.sign(voucher, table.brand)
        if number == 1:
            table.retail.claim(voucher, table.berlin, table.brand, signed, b"", sender=table.stranger)
        else:
            with reverts("AllocationExceeded", entity=table.entity("berlin"), count=1, left=0):
                table.retail.claim(voucher, table.berlin, table.brand, signed, b"", sender=table.stranger)
    assert table.retail.issuedUnder(table.line, table.joint, decision, table.entity("berlin")) == 600
    voucher = table.shop.voucher(number=3)
    signed = table.shop.sign(voucher, table.brand)
    table.retail.claim(voucher, table.anna, table.brand, signed, b"", sender=table.stranger)  # a customer's


def test_accounts_of_one_entity_share_its_share(table: Table) -> None:
    bound(table)
    until = table.now + 1_000 * DAY
    berlin2 = table.chain.account("berlin2")
    table.registry.enrol(berlin2, table.entity("berlin"), until, 1, 1, sender=table.officer)
    table.retail.issue(table.line, table.berlin, 600, sender=table.brand)
    with reverts("AllocationExceeded", count=1, left=0):
        table.retail.issue(table.line, berlin2, 1, sender=table.brand)


def test_while_it_is_in_force(table: Table) -> None:
    start = table.now + 10 * DAY
    decision = decided(table, validFrom=start, validUntil=start + DAY)
    table.retail.bindAllocation(table.line, decision, sender=table.brand)
    table.retail.issue(table.line, table.berlin, 601, sender=table.brand)
    table.chain.warp(start)
    with reverts("AllocationExceeded", count=601, left=600):
        table.retail.issue(table.line, table.berlin, 601, sender=table.brand)
    table.chain.warp(start + DAY)
    table.retail.issue(table.line, table.berlin, 600, sender=table.brand)
    with reverts("AllocationExceeded", count=1, left=0):
        table.retail.issue(table.line, table.berlin, 1, sender=table.brand)
    table.chain.skip(1)
    table.retail.issue(table.line, table.berlin, 601, sender=table.brand)


def test_not_loosened_before_it_ends(table: Table) -> None:
    decision = bound(table)
    until = table.joint.decisionOf(decision).validUntil
    other = decided(table)
    for wanted in (0, other, decision):
        with reverts("LineBoundUntil", line=table.line, decision=decision, validUntil=until):
            table.retail.bindAllocation(table.line, wanted, sender=table.brand)
    replaced = JointDecision.deploy(table.chain, table.access, table.registry, table.standard, sender=table.admin)
    table.retail.setJointDecisions(replaced, sender=table.admin)  # what is bound stays bound to where it was decided
    table.retail.issue(table.line, table.berlin, 600, sender=table.brand)
    with reverts("AllocationExceeded"):
        table.retail.issue(table.line, table.berlin, 1, sender=table.brand)
    table.chain.warp(until)
    with reverts("LineBoundUntil"):
        table.retail.bindAllocation(table.line, 0, sender=table.brand)
    table.chain.skip(1)
    table.retail.bindAllocation(table.line, 0, sender=table.brand)
    assert table.retail.allocationFor(table.line) == (NOBODY, 0)


def test_what_a_line_can_be_bound_to(table: Table) -> None:
    price, void = table.open_price(1), table.open_allocation(1)
    strange = table.open_allocation(1, topic=b"\1" * 32)
    table.joint.propose(strange, [0, 600, 400], sender=table.berlin)
    table.vote(price, brand=500_000_000, berlin=500_000_000)
    table.vote(strange, brand=1, berlin=1)
    short = table.open_allocation(1, validUntil=table.now + 4 * DAY)
    table.joint.propose(short, [0, 600, 400], sender=table.berlin)
    table.vote(short, brand=1, berlin=1)
    with reverts("CannotBindTo", line=table.line, decision=short):  # not final
        table.retail.bindAllocation(table.line, short, sender=table.brand)
    assert [table.finish(one)[0] for one in (price, void, strange, short)] == [DECIDED, VOID, DECIDED, DECIDED]
    for wrong in (price, void, strange, 99):
        with reverts("CannotBindTo", line=table.line, decision=wrong):
            table.retail.bindAllocation(table.line, wrong, sender=table.brand)
    table.chain.warp(table.joint.decisionOf(short).validUntil)
    with table.chain.isolated():
        table.retail.bindAllocation(table.line, short, sender=table.brand)
    table.chain.skip(1)
    with reverts("CannotBindTo", decision=short):
        table.retail.bindAllocation(table.line, short, sender=table.brand)


def test_who_binds(table: Table) -> None:
    decision = decided(table)
    for who in (table.berlin, table.workshop):
        with reverts("NotTheIssuer", line=table.line, account=who.address):
            table.retail.bindAllocation(table.line, decision, sender=who)
    with reverts("NotActive"):
        table.retail.bindAllocation(table.line, decision, sender=table.stranger)
    for who in (table.officer, table.brand):
        with reverts("AccessManagedUnauthorized"):
            table.retail.setJointDecisions(table.joint, sender=who)
    receipt = table.retail.setJointDecisions(NOBODY, sender=table.admin)
    assert list(receipt.events) == [events.JointDecisionsSet(NOBODY, emitter=table.retail.address)]
    assert table.retail.jointDecisions() == NOBODY
    with reverts("NoJointDecisions"):
        table.retail.bindAllocation(table.line, decision, sender=table.brand)
    table.retail.bindAllocation(table.line, 0, sender=table.brand)


def test_a_share_is_used_on_one_line_only(table: Table) -> None:
    decision = bound(table)
    second = table.retail.createLine(table.shop.spec(), sender=table.brand).returned
    assert table.retail.topicOf(second) != table.retail.topicOf(table.line)
    with reverts("CannotBindTo", line=second):
        table.retail.bindAllocation(second, decision, sender=table.brand)


def test_revoked_series_and_the_binding_are_kept_side_by_side(table: Table) -> None:
    table.retail.revokeSeries(table.line, 2**32 - 2, sender=table.brand)
    decision = bound(table)
    assert table.retail.lowestSeries(table.line) == 2**32 - 2
    table.retail.revokeSeries(table.line, 2**32 - 1, sender=table.brand)
    assert table.retail.allocationFor(table.line) == (table.joint.address, decision)
