"""EventAnchor: batches of events, proved one by one, whatever order they come in."""

from dataclasses import dataclass
from itertools import permutations

import pytest
from eth_utils.crypto import keccak

from caldera.anchoring import NONE, Batch, Leaf
from caldera.contracts import events, structs
from caldera.recording import later_than
from tests.support.cargo import SHIPMENT, Port, leaf
from tests.support.suite import reverts

SUBJECT = keccak(text=SHIPMENT)


@dataclass
class Log:
    """Anchors and records for the carrier."""

    port: Port

    @property
    def start(self) -> int:
        return self.port.suite.chain.now - 10_000

    @property
    def source(self) -> int:
        return self.port.suite.entities["carrier"]

    def anchor(self, *leaves: Leaf, by: str = "carrier") -> Batch:
        batch = Batch(tuple(sorted(leaves, key=lambda one: one.hash)))
        last = max(batch.last, *(one.time for one in leaves), 0)
        self.port.events.anchor(batch.root, len(leaves), batch.first, last, sender=getattr(self.port, by))
        return batch

    def record(self, batch: Batch, one: Leaf) -> bool:
        changed: bool = self.port.events.record(
            self.source_of(batch), batch.root, structs.EventLeaf(*one), batch.proof(one), sender=self.port.mallory
        ).returned
        return changed

    def add(self, *leaves: Leaf, by: str = "carrier") -> None:
        batch = self.anchor(*leaves, by=by)
        for one in leaves:
            self.record(batch, one)

    def source_of(self, batch: Batch) -> int:
        """Who anchored it: the carrier, else the other one."""
        anchored = self.port.events.batchOf(self.source, batch.root).count
        return self.source if anchored else self.port.suite.entities["other"]

    def latest(self) -> bytes:
        return self.port.events.latestOf(self.source, SUBJECT)[0]


@pytest.fixture
def log(port: Port) -> Log:
    return Log(port)


class TestBatches:
    """One root for many events, each provable."""

    def test_it_says_who_and_when(self, port: Port) -> None:
        now, source = port.suite.chain.now, port.suite.entities["carrier"]
        root = keccak(text="root")
        receipt = port.events.anchor(root, 1000, now - 50, now, sender=port.carrier)
        assert list(receipt.events) == [events.Anchored(root, source, 1000, now - 50, now, emitter=port.events.address)]
        assert port.events.batchOf(source, root) == structs.Batch(now, now - 50, now, 1000)

    @pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
    def test_each_event_is_provable(self, log: Log, count: int) -> None:
        leaves = [leaf(str(number), log.start + number) for number in range(count)]
        batch = log.anchor(*leaves)
        for one in leaves:
            assert log.port.events.isAnchored(log.source, batch.root, structs.EventLeaf(*one), batch.proof(one))
            changed = one._replace(time=one.time + 1)
            assert not log.port.events.isAnchored(log.source, batch.root, structs.EventLeaf(*changed), batch.proof(one))
        other = Batch((leaf("other", log.start),))
        assert not log.port.events.isAnchored(log.source, other.root, structs.EventLeaf(*other.leaves[0]), [])

    def test_who_may(self, port: Port) -> None:
        now = port.suite.chain.now
        with reverts("NotActive", account=port.mallory.address):
            port.events.anchor(b"\1" * 32, 1, now, now, sender=port.mallory)
        port.suite.registry.suspend(port.carrier, sender=port.officer)
        with reverts("NotActive", account=port.carrier.address):
            port.events.anchor(b"\1" * 32, 1, now, now, sender=port.carrier)

    def test_once(self, port: Port) -> None:
        now = port.suite.chain.now
        with reverts("AlreadyAnchored"):
            port.events.anchor(NONE, 1, now, now, sender=port.carrier)
        port.events.anchor(b"\1" * 32, 1, now, now, sender=port.carrier)
        with reverts("AlreadyAnchored", source=port.suite.entities["carrier"], root=b"\1" * 32):
            port.events.anchor(b"\1" * 32, 1, now, now, sender=port.carrier)

    def test_who_copies_a_root_takes_nothing(self, log: Log) -> None:
        one = leaf("a", log.start)
        batch = log.anchor(one, by="other")
        log.port.events.anchor(batch.root, 1, batch.first, batch.last, sender=log.port.carrier)
        log.port.events.record(log.source, batch.root, structs.EventLeaf(*one), [], sender=log.port.mallory)
        assert log.port.events.stands(log.source, one.id)
        assert not log.port.events.stands(log.port.suite.entities["other"], one.id)

    @pytest.mark.parametrize(("count", "first", "last"), [(0, 0, 0), (1, 1, 0), (1, 0, 1), (1, -(1 << 62), 0)], ids=str)
    def test_times(self, port: Port, count: int, first: int, last: int) -> None:
        now = port.suite.chain.now
        given = max(now + first, 0), now + last
        with reverts("BatchOutOfTime", count=count, first=given[0], last=given[1]):
            port.events.anchor(b"\1" * 32, count, *given, sender=port.carrier)
        port.events.anchor(b"\1" * 32, 1, 1, now, sender=port.carrier)


class TestRecords:
    """An event is known by its source and its id."""

    def test_it_stands(self, log: Log) -> None:
        one = leaf("a", log.start, place=keccak(text="quay"))
        batch = log.anchor(one)
        receipt = log.port.events.record(log.source, batch.root, structs.EventLeaf(*one), [], sender=log.port.mallory)
        assert receipt.returned is True
        assert list(receipt.events) == [
            events.EventRecorded(log.source, SUBJECT, one.id, structs.EventLeaf(*one), emitter=log.port.events.address)
        ]
        assert log.port.events.stands(log.source, one.id)
        assert log.port.events.eventOf(log.source, one.id) == structs.Recorded(
            SUBJECT, keccak(text="quay"), one.content, NONE, NONE, log.start, 0
        )

    @pytest.mark.known_defect("exactly-once")
    def test_a_copy_changes_nothing(self, log: Log) -> None:
        one, two = leaf("a", log.start), leaf("b", log.start + 1)
        first = log.anchor(one)
        second = log.anchor(one, two)
        assert log.record(first, one)
        assert not log.record(first, one)
        assert not log.record(second, one)
        assert log.record(second, two)
        assert log.latest() == two.id

    def test_another_content_under_one_id_is_refused(self, log: Log) -> None:
        one, two = leaf("a", log.start), leaf("a", log.start, content="changed")
        log.add(one)
        batch = log.anchor(two)
        with reverts("EventConflict", source=log.source, id=one.id):
            log.record(batch, two)
        assert log.port.events.eventOf(log.source, one.id).content == one.content

    def test_each_source_has_its_own(self, log: Log) -> None:
        other = log.port.suite.entities["other"]
        log.add(leaf("a", log.start, content="foreign"), by="other")
        assert not log.port.events.stands(log.source, keccak(text="a"))
        log.add(leaf("a", log.start + 5))
        assert log.port.events.eventOf(other, keccak(text="a")).time == log.start
        assert log.port.events.latestOf(other, SUBJECT)[1].time == log.start
        assert log.port.events.latestOf(log.source, SUBJECT)[1].time == log.start + 5

    def test_not_without_proof(self, log: Log) -> None:
        one, two = leaf("a", log.start), leaf("b", log.start)
        batch = log.anchor(one, two)
        with reverts("UnknownBatch"):
            log.port.events.record(log.source, b"\7" * 32, structs.EventLeaf(*one), [], sender=log.port.mallory)
        with reverts("NotInBatch", root=batch.root, id=one.id):
            log.port.events.record(
                log.source, batch.root, structs.EventLeaf(*one), batch.proof(two), sender=log.port.mallory
            )
        log.record(batch, one)

    def test_not_outside_the_batchs_time(self, log: Log) -> None:
        now = log.port.suite.chain.now
        for time, first, last, good in (
            (now - 10, now - 9, now, False),
            (now - 10, now - 20, now - 11, False),
            (now - 10, now - 10, now - 10, True),
        ):
            with log.port.suite.chain.isolated():
                one = leaf("a", time)
                batch = Batch((one,))
                log.port.events.anchor(batch.root, 1, first, last, sender=log.port.carrier)
                if good:
                    assert log.record(batch, one)
                else:
                    with reverts("TimeOutsideBatch", id=one.id, time=time):
                        log.record(batch, one)

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_whatever_order_they_come_in(self, log: Log, order: tuple[int, ...]) -> None:
        leaves = [leaf(str(number), log.start + number) for number in range(4)]
        seen: list[int] = []
        for number in order:
            log.add(leaves[number])
            seen.append(number)
            assert log.latest() == leaves[max(seen)].id
        walked, at = [], log.latest()
        while at != NONE:
            walked.append(at)
            at = log.port.events.eventOf(log.source, at).earlier
        assert walked == [one.id for one in reversed(leaves)]

    def test_of_one_second_the_one_recorded_last(self, log: Log) -> None:
        first, last = leaf("a", log.start), leaf("z", log.start + 9)
        log.add(first)
        same = leaf("b", log.start)
        log.add(same)
        assert log.latest() == same.id
        log.add(last)
        third = leaf("c", log.start)
        log.add(third)
        assert log.latest() == last.id
        log.add(last._replace(declaredAt=log.port.suite.chain.now))
        assert log.latest() == third.id
        assert log.port.events.eventOf(log.source, third.id).earlier == same.id


class TestPlaces:
    """`recordAt`: whoever records says where the event belongs, and nothing comes of a wrong word but its price."""

    def at(self, log: Log, one: Leaf, later: bytes) -> bool:
        batch = log.anchor(one)
        known = log.source, batch.root, structs.EventLeaf(*one)
        return bool(log.port.events.recordAt(*known, [], later, sender=log.port.mallory).returned)

    def standing(self, log: Log) -> list[bytes]:
        walked, at = [], log.latest()
        while at != NONE:
            walked.append(at)
            at = log.port.events.eventOf(log.source, at).earlier
        return walked

    @pytest.mark.parametrize("place", range(5))
    def test_whatever_is_said_it_stands_where_its_time_is(self, log: Log, place: int) -> None:
        kept = [leaf(str(number), log.start + 10 * number) for number in range(4)]
        void, elsewhere = leaf("void", log.start + 99), leaf("elsewhere", log.start + 99, "another shipment")
        one = leaf("one", log.start + 10 * place - 5)
        log.add(*kept, void, elsewhere)
        log.add(void._replace(declaredAt=log.port.suite.chain.now))
        wanted = [known.id for known in sorted([*kept, one], key=lambda known: -known.time)]
        named = [*(known.id for known in kept), void.id, elsewhere.id, one.id, NONE, keccak(text="nothing")]
        assert later_than(log.port.events, log.source, one) == (kept[place].id if place < 4 else NONE)
        for later in named:
            with log.port.suite.chain.isolated():
                assert self.at(log, one, later)
                assert self.standing(log) == wanted
                assert not self.at(log, one._replace(place=keccak(text="gate")), later)

    @pytest.mark.parametrize("place", range(4))
    def test_what_is_void_is_taken_out_whatever_is_said(self, log: Log, place: int) -> None:
        kept = [leaf(str(number), log.start + 10 * number) for number in range(4)]
        void, same = leaf("void", log.start + 10 * place), leaf("same", log.start + 10 * place)
        log.add(*kept[: place + 1], void, same, *kept[place + 1 :])
        log.add(same._replace(declaredAt=log.port.suite.chain.now))
        wanted = [known.id for known in sorted(kept, key=lambda known: -known.time)]
        wrong = kept[place]._replace(declaredAt=log.port.suite.chain.now)
        assert later_than(log.port.events, log.source, wrong) == void.id
        for later in (*(known.id for known in kept), void.id, same.id, NONE, keccak(text="nothing")):
            with log.port.suite.chain.isolated():
                assert self.at(log, wrong, later)
                assert self.standing(log) == [void.id if one == kept[place].id else one for one in wanted]
                assert later_than(log.port.events, log.source, wrong) == NONE

    def test_whose_place_is_named_passes_no_others(self, log: Log) -> None:
        """An early event, and an error: the cost is that of two neighbours, however many came later."""
        kept = [leaf(str(number), log.start + number) for number in range(1, 32)]
        log.add(*kept)
        early, wrong = leaf("early", log.start), kept[0]._replace(declaredAt=log.port.suite.chain.now)
        for one, later in ((early, kept[0].id), (wrong, kept[1].id)):
            cost = []
            for place in (NONE, later):
                with log.port.suite.chain.isolated():
                    known = log.source, log.anchor(one).root, structs.EventLeaf(*one)
                    receipt = log.port.events.recordAt(*known, [], place, sender=log.port.mallory)
                    cost.append(receipt.gas_used)
            assert cost[0] - cost[1] > 25 * 200, "each that is passed is read twice"

    def test_an_event_has_an_id(self, log: Log) -> None:
        """Zeros end the list."""
        for declared in (0, log.start):
            one = leaf("a", log.start)._replace(id=NONE, declaredAt=declared)
            with reverts("NoEventId"):
                log.add(one)


class TestErrors:
    """An error declaration makes an event void, whichever of the two comes first."""

    def wrong(self, log: Log, one: Leaf, corrected: str = "") -> Leaf:
        return one._replace(
            content=keccak(one.content),
            declaredAt=log.port.suite.chain.now,
            correctedBy=keccak(text=corrected) if corrected else NONE,
        )

    def test_it_says_so(self, log: Log) -> None:
        one = leaf("a", log.start)
        log.add(one)
        wrong = self.wrong(log, one, "b")
        batch = log.anchor(wrong)
        receipt = log.port.events.record(log.source, batch.root, structs.EventLeaf(*wrong), [], sender=log.port.mallory)
        assert receipt.returned is True
        assert list(receipt.events) == [
            events.EventDeclaredWrong(
                log.source, one.id, wrong.declaredAt, keccak(text="b"), emitter=log.port.events.address
            )
        ]
        assert not log.port.events.stands(log.source, one.id)
        kept = log.port.events.eventOf(log.source, one.id)
        assert (kept.voidSince, kept.correctedBy, kept.content) == (wrong.declaredAt, keccak(text="b"), one.content)
        assert not log.record(batch, wrong)

    @pytest.mark.parametrize("void", [{0}, {2}, {1, 2}, {0, 1, 2}, {0, 2}])
    @pytest.mark.parametrize("order", list(permutations(range(3))))
    @pytest.mark.parametrize("first", [True, False])
    def test_the_latest_is_the_latest_that_stands(
        self, log: Log, void: set[int], order: tuple[int, ...], first: bool
    ) -> None:
        leaves = [leaf(str(number), log.start + number) for number in range(3)]
        declarations = [self.wrong(log, leaves[number]) for number in sorted(void)]
        events_ = [leaves[number] for number in order]
        for one in [*declarations, *events_] if first else [*events_, *declarations]:
            log.add(one)
        standing = [number for number in range(3) if number not in void]
        assert log.latest() == (leaves[max(standing)].id if standing else NONE)
        for number in range(3):
            assert log.port.events.stands(log.source, leaves[number].id) == (number not in void)

    def test_a_later_event_follows_one_that_is_void(self, log: Log) -> None:
        one, two, three = (leaf(name, log.start + number) for number, name in enumerate("abc"))
        log.add(one)
        log.add(three)
        log.add(self.wrong(log, three))
        log.add(two)
        assert log.latest() == two.id

    def test_declared_before_it_was_anchored(self, log: Log) -> None:
        one = leaf("a", log.start)
        now = log.port.suite.chain.now
        wrong = one._replace(declaredAt=now + 1)
        batch = log.anchor(wrong)
        with reverts("TimeOutsideBatch", id=one.id, time=now + 1):
            log.record(batch, wrong)
        assert log.record(log.anchor(one._replace(declaredAt=now)), one._replace(declaredAt=now))
