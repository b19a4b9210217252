"""Everything the module of receivables does is said: exactly these events of its own, in order."""

from caldera.contracts import events
from caldera.evm import Event, Log, Receipt
from tests.support.suite import DAY, MINIMUM, Suite

REGISTERED, ACKNOWLEDGED, OVERDUE, DISPUTED, DEFAULTED, WRITTEN_OFF, SETTLED, CANCELLED = range(1, 9)
FACE = 100 * MINIMUM
HASH = b"\7" * 32


def said(receipt: Receipt[int] | Receipt[None], suite: Suite) -> list[Event | Log]:
    return [event for event in receipt.events if event.emitter == suite.module.address]


def test_registered_and_acknowledged(suite: Suite) -> None:
    where, invoice = suite.module.address, suite.invoice()
    receipt = suite.module.create(invoice, [FACE - 5, 5], sender=suite.seller)
    made = receipt.returned
    assert said(receipt, suite) == [
        events.Registered(
            made,
            suite.entities["seller"],
            suite.entities["buyer"],
            FACE,
            invoice.dueDate,
            invoice.issueDay,
            1,
            1,
            2,
            "INV-1",
            emitter=where,
        )
    ]
    assert said(suite.module.acknowledge(made, sender=suite.buyer), suite) == [
        events.StateChanged(made, REGISTERED, ACKNOWLEDGED, suite.buyer.address, emitter=where),
        events.Acknowledged(made, suite.buyer.address, emitter=where),
    ]


def test_cancelled_and_credited(suite: Suite) -> None:
    where, asset, other = suite.module.address, suite.create(), suite.create(number="INV-2")
    assert said(suite.module.cancel(asset, sender=suite.seller), suite) == [
        events.StateChanged(asset, REGISTERED, CANCELLED, suite.seller.address, emitter=where)
    ]
    entities = suite.entities["seller"], suite.entities["buyer"]
    note = suite.module.fingerprintOf(*entities, "C-1", 3) | 0xFFFF
    assert said(suite.module.creditNote(other, 5, "C-1", 3, HASH, sender=suite.seller), suite) == [
        events.Credited(other, note, 5, HASH, emitter=where)
    ]


def test_disputed_and_decided(suite: Suite) -> None:
    where, asset, buyer = suite.module.address, suite.circulating(), suite.buyer.address
    assert said(suite.module.dispute(asset, HASH, sender=suite.buyer), suite) == [
        events.StateChanged(asset, ACKNOWLEDGED, DISPUTED, buyer, emitter=where),
        events.DisputeRaised(asset, buyer, HASH, emitter=where),
    ]
    assert said(suite.module.withdrawDispute(asset, sender=suite.buyer), suite) == [
        events.StateChanged(asset, DISPUTED, ACKNOWLEDGED, buyer, emitter=where)
    ]
    suite.module.dispute(asset, HASH, sender=suite.buyer)
    assert said(suite.module.resolveDispute(asset, [7], sender=suite.officer), suite) == [
        events.Conceded(asset, 7, emitter=where),
        events.StateChanged(asset, DISPUTED, ACKNOWLEDGED, suite.officer.address, emitter=where),
    ]


def test_late_written_off_and_recovered(suite: Suite) -> None:
    where, asset = suite.module.address, suite.circulating()
    suite.chain.skip(91 * DAY)
    assert said(suite.module.declareDefault(asset, sender=suite.stranger), suite) == [
        events.StateChanged(asset, OVERDUE, DEFAULTED, suite.stranger.address, emitter=where)
    ]
    assert said(suite.module.writeOff(asset, sender=suite.officer), suite) == [
        events.StateChanged(asset, DEFAULTED, WRITTEN_OFF, suite.officer.address, emitter=where)
    ]
    suite.fund(suite.buyer, FACE)
    assert said(suite.module.pay(asset, 1, sender=suite.buyer), suite) == [
        events.Paid(asset, suite.buyer.address, 1, FACE - 1, emitter=where)
    ]
    assert said(suite.module.pay(asset, FACE, sender=suite.buyer), suite) == [
        events.Paid(asset, suite.buyer.address, FACE - 1, 0, emitter=where),
        events.StateChanged(asset, WRITTEN_OFF, SETTLED, suite.buyer.address, emitter=where),
    ]
    assert said(suite.module.claim(asset, suite.seller, sender=suite.stranger), suite) == [
        events.Claimed(asset, suite.seller.address, FACE, FACE, emitter=where)
    ]


def test_proceeds_of_a_lost_account(suite: Suite) -> None:
    asset, entity = suite.circulating(), suite.entities["seller"]
    suite.enrol("new wallet", entity=entity)
    wallet = suite.actors["new wallet"]
    suite.pay(asset, 10 * MINIMUM)
    receipt = suite.module.moveProceeds(asset, suite.seller, wallet, sender=suite.officer)
    assert said(receipt, suite) == [
        events.ProceedsMoved(asset, suite.seller.address, wallet.address, 10 * MINIMUM, emitter=suite.module.address)
    ]
    assert suite.module.claim(asset, wallet, sender=wallet).returned == 10 * MINIMUM
