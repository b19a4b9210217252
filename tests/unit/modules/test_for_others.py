"""ReceivableModule: what the router may do for others, and nobody else."""

from typing import Any

import pytest

from caldera.contracts import events
from tests.support.suite import DAY, MINIMUM, ROLES, Suite, reverts, selector_of

FACE = 100 * MINIMUM
VALUATION = 7
NEVER = 2**40 - 1


@pytest.fixture
def allowed(suite: Suite) -> Suite:
    """carol's account brings what others signed: it alone has the role."""
    for role, name in (("CIRCULATOR", "createFor"), ("VERIFIER", "stateVerified")):
        selector = selector_of("ReceivableModule", name)
        suite.access.setTargetFunctionRole(suite.module, [selector], ROLES[role], sender=suite.admin)
        suite.access.revokeRole(ROLES[role], suite.officer, sender=suite.admin)
        suite.access.grantRole(ROLES[role], suite.carol, 0, sender=suite.admin)
    return suite


def create_for(suite: Suite, creditor: Any, lines: tuple[int, ...] = (), by: Any = None, **changes: Any) -> int:
    return int(
        suite.module.createFor(creditor, suite.invoice(**changes), list(lines), sender=by or suite.carol).returned
    )


def test_the_creditor_is_the_account_it_is_registered_for(allowed: Suite) -> None:
    asset = create_for(allowed, allowed.seller)
    entities = allowed.entities
    assert asset == allowed.module.fingerprintOf(entities["seller"], entities["buyer"], "INV-1", allowed.today)
    assert allowed.module.receivable(asset).creditor == entities["seller"]
    assert allowed.ledger.balanceOf(allowed.seller, asset) == FACE
    assert allowed.ledger.balanceOf(allowed.carol, asset) == 0
    with reverts("AssetExists", id=asset):
        allowed.create()
    allowed.module.cancel(asset, sender=allowed.seller)  # it is the seller's as if it had registered it


def test_with_lines(allowed: Suite) -> None:
    asset = create_for(allowed, allowed.seller, (40 * MINIMUM, 60 * MINIMUM))
    assert allowed.ledger.balanceOf(allowed.seller, asset + 2) == 60 * MINIMUM
    with reverts("LinesDoNotAddUp"):
        create_for(allowed, allowed.seller, (FACE - 1,), number="INV-2")


@pytest.mark.parametrize("name", ["mallory", "officer", "admin", "seller"])
def test_only_with_the_role(allowed: Suite, name: str) -> None:
    caller = allowed.actors[name]
    with reverts("AccessManagedUnauthorized", caller=caller.address):
        create_for(allowed, allowed.seller, by=caller)
    asset = allowed.create()
    with reverts("AccessManagedUnauthorized", caller=caller.address):
        allowed.module.stateVerified(asset, VALUATION, FACE, 1, NEVER, 1, 1, sender=caller)


def test_for_nobody_who_could_not_do_it_itself(allowed: Suite) -> None:
    with reverts("NotActive", account=allowed.mallory.address):
        create_for(allowed, allowed.mallory)
    with reverts("SelfReceivable", entity=allowed.entities["buyer"]):
        create_for(allowed, allowed.buyer)
    allowed.registry.suspend(allowed.seller, sender=allowed.officer)
    with reverts("NotActive", account=allowed.seller.address):
        create_for(allowed, allowed.seller)
    allowed.registry.reinstate(allowed.seller, sender=allowed.officer)
    assert create_for(allowed, allowed.seller)


def test_not_under_pause(allowed: Suite) -> None:
    allowed.module.pause(DAY, sender=allowed.officer)
    with reverts("Paused"):
        create_for(allowed, allowed.seller)
    allowed.module.unpause(sender=allowed.officer)
    assert create_for(allowed, allowed.seller)


def test_an_attribute_in_the_name_of_who_verified_it(allowed: Suite) -> None:
    asset, until = allowed.create(), allowed.chain.now + DAY
    source = allowed.entities["bank"]
    said = (FACE - 1, allowed.chain.now - 60, until)
    receipt = allowed.module.stateVerified(asset, VALUATION, *said, source, 1, sender=allowed.carol)
    kept = allowed.ledger.attributeOf(asset, VALUATION)
    assert (kept.amount, kept.source, kept.validUntil, kept.level) == (FACE - 1, source, until, 1)
    assert kept.statedAt == said[1]
    assert receipt.events == (events.AttributeStated(asset, VALUATION, kept, emitter=allowed.ledger.address),)


def test_no_attribute_of_what_is_not_there(allowed: Suite) -> None:
    asset = allowed.create((FACE,))
    allowed.module.stateVerified(asset + 1, VALUATION, 1, 1, NEVER, 1, 1, sender=allowed.carol)
    for unknown in (asset + 2, asset + 65_536):
        with reverts("UnknownReceivable", id=unknown):
            allowed.module.stateVerified(unknown, VALUATION, 1, 1, NEVER, 1, 1, sender=allowed.carol)


def test_an_older_or_weaker_word_does_not_replace_a_good_one(allowed: Suite) -> None:
    asset, chain = allowed.create(), allowed.chain
    now, until = chain.now, chain.now + DAY

    def say(amount: int, at: int, level: int, good: int = until) -> None:
        allowed.module.stateVerified(asset, VALUATION, amount, at, good, 1, level, sender=allowed.carol)

    say(FACE, now, 2)
    with reverts("OlderStatement", id=asset, field=VALUATION, statedAt=now, standing=now):
        say(FACE - 1, now, 2)
    with reverts("WeakerStatement", id=asset, field=VALUATION, level=1, standing=2):
        say(FACE - 1, now + 1, 1)
    say(FACE - 1, now + 1, 2)
    chain.warp(until)
    with reverts("WeakerStatement"):
        say(FACE - 2, until, 1)
    chain.skip(1)
    with reverts("OlderStatement"):
        say(FACE - 2, now + 1, 1)
    say(FACE - 2, chain.now, 1, chain.now + DAY)
    assert allowed.ledger.attributeOf(asset, VALUATION).amount == FACE - 2


def test_of_two_words_of_a_quorum_about_one_second_the_one_brought_last_counts(allowed: Suite) -> None:
    asset, now = allowed.create(), allowed.chain.now
    for amount in (FACE, FACE - 1):
        allowed.module.stateVerified(asset, VALUATION, amount, now, NEVER, 1, 1, sender=allowed.carol)
    assert allowed.ledger.attributeOf(asset, VALUATION).amount == FACE - 1


def test_a_word_is_taken_back_where_it_stands(allowed: Suite) -> None:
    asset, now = allowed.create(), allowed.chain.now
    allowed.module.stateVerified(asset, VALUATION, FACE, now, NEVER, 1, 2, sender=allowed.carol)
    allowed.module.stateVerified(asset, VALUATION, FACE - 1, now + 5, NEVER, 1, 2, sender=allowed.carol)
    for other in (now, now + 4):
        allowed.module.stateVerified(asset, VALUATION, 0, other, now, 0, 2, sender=allowed.carol)
    assert allowed.ledger.attributeOf(asset, VALUATION).amount == FACE - 1
    allowed.module.stateVerified(asset, VALUATION, 0, now + 5, now, 0, 2, sender=allowed.carol)
    assert allowed.ledger.attributeOf(asset, VALUATION).amount == 0


def test_attestors_may_still_follow_what_was_verified(allowed: Suite) -> None:
    """As `stateAttribute` says: it corrects, until nodes verify receivables everywhere."""
    asset = allowed.create()
    allowed.module.stateVerified(asset, VALUATION, FACE, allowed.chain.now, NEVER, 1, 2, sender=allowed.carol)
    allowed.enrol("officer", entity=allowed.entities["bank"])
    allowed.module.stateAttribute(asset, VALUATION, 1, NEVER, sender=allowed.officer)
    assert allowed.ledger.attributeOf(asset, VALUATION).level == 0


def test_creditor_and_debtor_have_an_interest(allowed: Suite) -> None:
    asset = allowed.create((FACE,))
    for part in (asset, asset + 1):
        assert allowed.module.interestedIn(part) == (allowed.entities["seller"], allowed.entities["buyer"])
    with reverts("UnknownReceivable", id=asset + 2):
        allowed.module.interestedIn(asset + 2)
