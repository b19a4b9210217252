"""Goods and rights: who may hold them, judged at the moment of each receipt by what is known of the parties.

Independent of the contracts: the judgement. The scope of a line or a right is what was announced when it was made;
that this is what its maker asked for, the rooms check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from caldera.model.ledger import Asset, Party
from tests.properties.suite.books.balances import Balances
from tests.properties.suite.books.book import Book, Hears, Scene, emits
from tests.properties.suite.books.certificates import ALL_OF, CIRCULATES
from tests.properties.suite.books.parties import Parties
from tests.properties.suite.stage import NOBODY, Stage

LINE_BITS = 48


@dataclass
class Line:
    """Of goods: the dealers' scope, the brand, the customers' profile."""

    dealers: Asset
    issuer: int
    customers: int
    consumers: bool
    gifts: int


@dataclass
class Right:
    """A title: its scope, until when it lasts (0: for ever), who holds it in pledge."""

    scope: Asset
    lapses: int
    lienholder: str = ""


class Items(Book):
    """`lines`, `rights`: by number."""

    hears: ClassVar[Hears] = {
        "DirectedGoods": {
            **emits("", "LineCreated", "LineHalted", "FirstSold")[""],
            "Issued": "issue",
            "Transfer": "goods_moved",
            "ForcedTransfer": "forced",
            "Frozen": "set_frozen",
        },
        "UsageRight": {
            **emits("", "RightCreated", "Pledged", "Released", "Seized", "LienBroken")[""],
            "Transfer": "right_moved",
            "ForcedTransfer": "forced",
            "Frozen": "set_frozen",
        },
    }

    def __init__(self, stage: Stage, parties: Parties, balances: Balances) -> None:
        self.parties, self.balances = parties, balances
        self.lines: dict[int, Line] = {}
        self.rights: dict[int, Right] = {}
        self.given: dict[int, int] = {}
        self.frozen: dict[str, set[tuple[int, str]]] = {"DirectedGoods": set(), "UsageRight": set()}
        """Tokens with those for whom they are frozen, whether they hold them or not."""
        self.issued: set[int] = set()
        self.by_force: set[int] = set()
        self.pending: list[tuple[int, str, str]] = []
        self.seen: set[int] = set()

    def before(self, scene: Scene) -> None:
        self.issued, self.by_force, self.pending = set(), set(), []

    def after(self, scene: Scene) -> None:
        """An item that was seized or forced is judged when all was said."""
        for number, source, target in self.pending:
            if number >> LINE_BITS < 1 << 32 and number >> LINE_BITS in self.lines:
                self._judge_goods(number, source, target, scene)
            elif number in self.rights:
                self._judge_right(number, source, target, scene)

    # goods

    def line_created(self, event: Any, scene: Scene) -> None:
        given = event.terms
        self.lines[event.line] = Line(
            _scope(given.dealers), given.issuer, given.customers, given.consumers, given.gifts
        )

    def line_halted(self, event: Any, scene: Scene) -> None:
        self.lines[event.line].dealers.circulates = not event.halted

    def issue(self, event: Any, scene: Scene) -> None:
        self.issued |= set(range(event.first, event.first + event.count))

    def first_sold(self, event: Any, scene: Scene) -> None:
        line, party = self.lines[event.id >> LINE_BITS], self.parties.facts[event.customer]
        assert not self.deals(line, party), "3. a sale to a customer is the first sale"

    def set_frozen(self, event: Any, scene: Scene) -> None:
        frozen = self.frozen[self.balances.names[event.emitter]]
        (frozen.add if event.frozenStatus else frozen.discard)((event.tokenId, event.account))

    def forced(self, event: Any, scene: Scene) -> None:
        self.by_force.add(event.tokenId)

    def goods_moved(self, event: Any, scene: Scene) -> None:
        if event.to != NOBODY:
            self.pending.append((event.tokenId, event.from_, event.to))
        else:
            assert (event.tokenId, event.from_) not in self.frozen["DirectedGoods"], "3. what is frozen is not retired"

    def deals(self, line: Line, party: Party) -> bool:
        """Whether a party is one of the line's dealers."""
        return line.dealers.admits(party) or party.entity == line.issuer

    def buys(self, line: Line, party: Party) -> bool:
        """Whether it fits the profile of the customers."""
        return line.consumers and (not line.customers or bool(line.customers & party.qualifications))

    def _judge_goods(self, number: int, source: str, target: str, scene: Scene) -> None:
        line, receiver = self.lines[number >> LINE_BITS], self.parties.facts.get(target)
        assert receiver is not None, f"3. {target}, who is nobody's, received {number:x}"
        assert self.parties.active(target, scene.now), f"3. {target}, who is not active, received {number:x}"
        assert self.deals(line, receiver) or self.buys(line, receiver), f"3. {target} may not hold {number:x}"
        if source == NOBODY or number in self.by_force:
            return
        assert line.dealers.circulates, "3. a halted line stands still"
        assert self.parties.active(source, scene.now), "3. who is not active gives nothing away"
        assert (number, source) not in self.frozen["DirectedGoods"], "3. what is frozen stays"
        sender = self.parties.facts[source]
        if not self.deals(line, receiver) and not self.deals(line, sender):
            self._judge_gift(number, line, sender, receiver)

    def _judge_gift(self, number: int, line: Line, sender: Party, receiver: Party) -> None:
        if sender.entity != receiver.entity:
            self.given[number] = self.given.get(number, 0) + 1
            assert self.given[number] <= line.gifts, "3. no more gifts than the line allows"
        assert self.buys(line, sender)

    # rights

    def right_created(self, event: Any, scene: Scene) -> None:
        self.rights[event.id] = Right(_scope(event.terms), event.lapses)

    def right_moved(self, event: Any, scene: Scene) -> None:
        if event.to != NOBODY:
            self.pending.append((event.tokenId, event.from_, event.to))

    def _judge_right(self, number: int, source: str, target: str, scene: Scene) -> None:
        right, receiver = self.rights[number], self.parties.facts.get(target)
        assert receiver is not None, f"3. {target}, who is nobody's, received {number:x}"
        assert self.parties.active(target, scene.now), f"3. {target} received {number:x}"
        assert right.scope.admits(receiver), f"3. {target} may not hold {number:x}"
        if source == NOBODY or number in self.by_force:
            return
        assert (number, source) not in self.frozen["UsageRight"], "3. what is frozen stays"
        assert not right.lienholder, "2. what is pledged stays"

    def pledged(self, event: Any, scene: Scene) -> None:
        right = self.rights[event.id]
        assert not right.lienholder, "2. a right is pledged once"
        party = self.parties.facts[event.lienholder]
        assert self.parties.active(event.lienholder, scene.now)
        assert right.scope.admits(party), "3. only who may hold a right holds it in pledge"
        assert self.balances.owners["UsageRight"][event.id] == event.holder
        right.lienholder = event.lienholder
        self.seen.add(event.id)

    def released(self, event: Any, scene: Scene) -> None:
        assert self.rights[event.id].lienholder == event.lienholder, "2. a lien ends by its holder"
        self.rights[event.id].lienholder = ""
        self.seen.add(event.id)

    lien_broken = released

    def seized(self, event: Any, scene: Scene) -> None:
        self.released(event, scene)

    # what must hold

    def check(self, stage: Stage) -> None:
        """2, of rights that were pledged or released."""
        for number in self.seen:
            right, owner = self.rights[number], self.balances.owners["UsageRight"][number]
            rights = stage.net.rights
            assert rights.isPledged(number) == bool(right.lienholder)
            if right.lienholder:
                assert rights.lienOf(number, owner, right.lienholder) == 1
        self.seen.clear()

    def check_all(self, stage: Stage) -> None:
        self.seen = {n for n in self.rights if self.balances.owners["UsageRight"].get(n, NOBODY) != NOBODY}
        self.check(stage)
        for ledger, name in ((stage.net.goods, "DirectedGoods"), (stage.net.rights, "UsageRight")):
            assert all(ledger.getFrozenTokens(account, number) for number, account in self.frozen[name])


def _scope(word: int) -> Asset:
    flags = word >> 144 & 0xFF
    return Asset(0, word >> 64 & (2**80 - 1), word & (2**64 - 1), bool(flags & ALL_OF), bool(flags & CIRCULATES))
