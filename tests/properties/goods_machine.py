"""Everything anybody can do with lines, items, vouchers and the rights that hang on items, beside an exact model that
must agree after every step.

Always true (numbers of the architecture's list, and the sentences of this part):
3. Nobody ever comes to hold an item who was not, in that second, an active dealer or customer of its line.
10. No privileged call succeeds for anyone the plan does not name.
G1. A voucher makes one item at most. For each line: the items that somebody holds are those issued and not retired, and
   all balances together are all of them.
G2. A right is never used more often, later, earlier or elsewhere than its definition allows, nor after more handovers.
G3. For each brand: points earned = points held + points spent.
"""

from collections import Counter
from typing import Any, ClassVar, NamedTuple

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.contracts import structs
from caldera.evm import Account, ContractError
from caldera.model.goods import (
    NONE,
    Definition,
    GoodsModel,
    LineTerms,
    Signature,
    Spending,
    Template,
    Use,
    Voucher,
)
from caldera.model.ledger import ACTIVE, SUSPENDED
from tests.properties.beside import Beside
from tests.support.shop import (
    ACTIVATION,
    CONSUMER,
    DATE,
    DAY,
    DE,
    DEALER,
    EU,
    FIRST_SALE,
    FR,
    LAPSES,
    MEMBER,
    NOBODY,
    ONCE,
    REPAIRER,
    SERVICE,
    TRAVELS,
    US,
    Shop,
)
from tests.support.shop import RESTRICTIONS as SAID
from tests.support.suite import name_of

ACTORS = ("brand", "berlin", "paris", "boston", "anna", "ben", "clara", "workshop", "garage", "outsider")
HOMES = {
    "brand": (DE, 0),
    "berlin": (DE, DEALER),
    "paris": (FR, DEALER),
    "boston": (US, DEALER),
    "anna": (DE, CONSUMER),
    "ben": (DE, CONSUMER),
    "clara": (DE, CONSUMER | MEMBER),
    "workshop": (DE, REPAIRER),
    "garage": (US, REPAIRER),
    "outsider": (DE, 0),
}
RESTRICTIONS = ("", *SAID[1:])  # the model says nothing where there is no reason
REFUSALS = (
    "",
    "UnknownRight",
    "HolderNotActive",
    "ItemFrozen",
    "NotInEffect",
    "Expired",
    "Lapsed",
    "UsedUp",
    "CentreNotAuthorised",
)
SERIALS = {"A": ("A1", "A2", "A3", "A4"), "B": ("A2", "A1", "B3", "B4")}
PLACES = (0, 1, 1 << 12, 2 << 12)  # of the items that bear them, within their line
MOST_ITEMS = 16
FAR = 3650 * DAY
pick = st.integers(0, 1 << 30)
anybody = st.sampled_from(ACTORS)
buyers = st.sampled_from(["anna", "anna", "ben", "ben", "clara", "berlin", "paris", *ACTORS, "stranger"])
mostly = st.sampled_from([True] * 7 + [False])
rarely = st.sampled_from([False] * 7 + [True])
centres = st.sampled_from(["fitting"] * 4 + ["workshop", "garage", "berlin", "anna", ""])
# How a signature is: good, not there, by another, or over something else.
ways = st.sampled_from(["good"] * 12 + ["none", "by", "number", "holder", "content"])


class Received(NamedTuple):
    """Somebody came to hold an item: when, and whether as a dealer."""

    item: int
    at: int
    dealer: bool


class Used(NamedTuple):
    """A use that succeeded, and what was so in that second."""

    item: int
    right: int
    at: int
    received: int
    activated: int
    authorised: bool
    centre: str


class GoodsMachine(Beside):
    """The machine. `shop` is shared by all examples; each begins at `mark`. `signatures`: what was signed once need not
    be signed again."""

    shop: Shop
    signatures: ClassVar[dict[Any, bytes]]

    def __init__(self) -> None:
        super().__init__()
        self.shop.chain.restore(self.mark)
        self.start = self.shop.chain.now
        around = {DE: EU, FR: EU, US: 0, EU: 0}
        self.model = GoodsModel(self.start, around, Template(EU, DEALER), Template(EU, REPAIRER))
        for name in ACTORS:
            self.model.enrol(name, self.shop.entities[name], self.start + FAR, *HOMES[name])
        self.model.create_line("brand", self.terms())
        self.turn = 0
        # The test's own log, from which the invariants are recomputed without the model.
        self.holders: dict[int, str] = {}
        self.received: list[Received] = []
        self.minted: dict[tuple[int, int, int], int] = {}
        self.counts: dict[str, Counter[int]] = {"issued": Counter(), "retired": Counter()}
        self.definitions: dict[tuple[int, int], Definition] = {}
        self.leaves: dict[tuple[int, int], set[int]] = {}
        self.activated: dict[int, int] = {}
        self.uses: list[Used] = []
        self.earned: Counter[int] = Counter()
        self.spent: Counter[int] = Counter()

    @initialize()
    def begin(self) -> None:
        self.create_line("paris", regions=EU, customers=0, gifts=2, after_sales="workshop")
        for line, issuer in ((1, "brand"), (2, "paris")):
            self._define(line, issuer, Definition(FIRST_SALE, TRAVELS, False, 2, 0, 0, 100 * DAY))
            self._authorise(line, issuer, 0, "workshop", True)
            self._issue(line, issuer, "berlin", 2)
        self._define(1, "brand", Definition(FIRST_SALE, LAPSES, True, 3, 40))
        self._define(2, "paris", Definition(ACTIVATION, ONCE, True, 9, 7, 0, 50 * DAY))
        self._publish(1, "brand", "A")
        self._publish(2, "paris", "B")
        self._transfer(1 << 48, "berlin", "anna")
        self._transfer(2 << 48, "berlin", "ben")
        self._use(1 << 48, 1, "", "holder")

    # Lines and items.

    @rule(
        by=st.sampled_from(["brand", "berlin", "outsider", "stranger"]),
        regions=st.sampled_from([DE, FR, EU, DE | FR, DE, FR, EU, 0, US, DE | US, 1 << 20]),
        qualifications=st.sampled_from([DEALER, DEALER, DEALER, DEALER, 0, MEMBER, DEALER | MEMBER]),
        customers=st.sampled_from([0, CONSUMER, MEMBER]),
        consumers=mostly,
        gifts=st.sampled_from([0, 1, 3]),
        after_sales=st.sampled_from(["berlin", "garage", "", "nobody"]),
        conditions=mostly,
    )
    @precondition(lambda self: len(self.model.lines) < 4 and self.turn % 4 == 0)
    def new_line(
        self,
        by: str,
        regions: int,
        qualifications: int,
        customers: int,
        consumers: bool,
        gifts: int,
        after_sales: str,
        conditions: bool,
    ) -> None:
        self.create_line(
            by,
            regions=regions,
            qualifications=qualifications,
            customers=customers,
            consumers=consumers,
            gifts=gifts,
            after_sales=after_sales,
            conditions="conditions" if conditions else "",
        )

    def create_line(self, by: str, after_sales: str = "berlin", **changes: Any) -> None:
        terms = self.terms(after_sales, **changes)
        spec = self.shop.spec(
            regions=terms.regions,
            qualifications=terms.qualifications,
            customers=terms.customers,
            consumers=terms.consumers,
            gifts=terms.gifts,
            afterSales=terms.after_sales,
            conditions=keccak(text="conditions") if terms.conditions else bytes(32),
        )
        self.both(
            "createLine",
            lambda: self.model.create_line(by, terms),
            lambda: self.shop.retail.createLine(spec, sender=self.actor(by)).returned,
        )

    def terms(self, after_sales: str = "berlin", **changes: Any) -> LineTerms:
        entity = {"": 0, "nobody": 99}.get(after_sales) if after_sales in ("", "nobody") else None
        responsible = self.shop.entities[after_sales] if entity is None else entity
        return LineTerms(DE | FR, DEALER, CONSUMER, True, 1, responsible)._replace(**changes)

    @rule(
        which=pick,
        by_issuer=mostly,
        to=st.sampled_from(["berlin", "berlin", "paris", *ACTORS, "stranger"]),
        count=st.sampled_from([1, 1, 1, 2, 2, 3, 0, 4097]),
    )
    @precondition(lambda self: len(self.model.items) < MOST_ITEMS)
    def issue(self, which: int, by_issuer: bool, to: str, count: int) -> None:
        line = self.line(which)
        self._issue(line, self.issuer(line) if by_issuer else "berlin", to, count)

    def _issue(self, line: int, by: str, to: str, count: int) -> None:
        first = line << 48 | (self.model.lines[line].batches << 12 if line in self.model.lines else 0)
        if self.both(
            "issue",
            lambda: self.model.issue(line, by, to, count),
            lambda: self.shop.retail.issue(line, self.actor(to), count, sender=self.actor(by)).returned,
        ):
            self.counts["issued"][line] += count
            for item in range(first, first + count):
                self.receive(item, to)

    @rule(which=pick, by_issuer=mostly, halted=st.sampled_from([True, False]))
    @precondition(lambda self: self.turn % 2 or any(line.halted for line in self.model.lines.values()))
    def halt(self, which: int, by_issuer: bool, halted: bool) -> None:
        line = self.line(which)
        by = self.issuer(line) if by_issuer else "berlin"
        self.both(
            "haltLine",
            lambda: self.model.halt(line, by, halted),
            lambda: self.shop.retail.haltLine(line, halted, sender=self.actor(by)),
        )

    @rule(which=pick, by_issuer=mostly, taken_back=mostly)
    def retire(self, which: int, by_issuer: bool, taken_back: bool) -> None:
        item = self.item(which)
        if taken_back and self.holders:
            item = self.item_held(which)
            back = [one for one, holder in self.holders.items() if holder == self.issuer(one >> 48)]
            if back:
                item = back[which % len(back)]
            else:
                self._transfer(item, self.owner(item), self.issuer(item >> 48))
        line = item >> 48 & 0xFFFFFFFF
        by = self.issuer(line) if by_issuer else "berlin"
        if self.both(
            "retire",
            lambda: self.model.retire(item, by),
            lambda: self.shop.retail.retire(item, sender=self.actor(by)),
        ):
            self.counts["retired"][line] += 1
            del self.holders[item]

    # Vouchers.

    @rule(
        which=pick,
        series=st.sampled_from([0, 1, 2, 2, 3, 3]),
        number=st.integers(0, 5),
        holder=buyers,
        to_holder=mostly,
        profile=st.sampled_from([0, 0, 0, MEMBER, CONSUMER]),
        from_=st.sampled_from([0, 0, 0, 0, 20 * DAY]),
        until=st.sampled_from([FAR, FAR, FAR, 5 * DAY, 0]),
        by_issuer=mostly,
        way=ways,
    )
    @precondition(lambda self: len(self.model.items) < MOST_ITEMS)
    def claim_by_name(
        self,
        which: int,
        series: int,
        number: int,
        holder: str,
        to_holder: bool,
        profile: int,
        from_: int,
        until: int,
        by_issuer: bool,
        way: str,
    ) -> None:
        line = self.line(which)
        voucher = Voucher(line, series, number, holder, profile, "", self.start + from_, self.start + until)
        self._claim("claim by name", voucher, holder if to_holder else "ben", by_issuer, way, "none")

    @rule(
        which=pick,
        series=st.sampled_from([0, 1, 2, 2, 3, 3]),
        number=st.integers(0, 5),
        to=buyers,
        profile=st.sampled_from([0, 0, 0, MEMBER]),
        has_key=mostly,
        by_issuer=mostly,
        way=ways,
        ticket_way=ways,
    )
    @precondition(lambda self: len(self.model.items) < MOST_ITEMS)
    def claim_by_ticket(
        self,
        which: int,
        series: int,
        number: int,
        to: str,
        profile: int,
        has_key: bool,
        by_issuer: bool,
        way: str,
        ticket_way: str,
    ) -> None:
        key = "ticket" if has_key else ""
        voucher = Voucher(self.line(which), series, number, "", profile, key, self.start, self.start + FAR)
        self._claim("claim by ticket", voucher, to, by_issuer, way, ticket_way)

    @rule(which=pick, to=buyers, same=mostly)
    @precondition(lambda self: self.minted)
    def claim_again(self, which: int, to: str, same: bool) -> None:
        """What was claimed once: by the same voucher, or by another of its number. Kept out of the table's count of
        rules that are always refused, since it must be."""
        line, series, number = list(self.minted)[which % len(self.minted)]
        until = FAR if same else FAR + DAY
        voucher = Voucher(line, series, number, to, 0, "", self.start, self.start + until)
        done = self._claim("claim by name", voucher, to, True, "good", "none")
        assert not done

    def _claim(self, name: str, voucher: Voucher, to: str, by_issuer: bool, way: str, ticket_way: str) -> bool:
        signer = self.issuer(voucher.line) if by_issuer else "berlin"
        over = voucher._replace(number=voucher.number + 1) if way in ("number", "content", "holder") else voucher
        signature = self.sign(signer if way != "by" else "boston", over, way)
        goes_to = (over if ticket_way in ("number", "content") else voucher, "ben" if ticket_way == "holder" else to)
        ticket = self.sign("ticket" if ticket_way != "by" else "other ticket", goes_to, ticket_way)
        done = self.both(
            name,
            lambda: self.model.claim(voucher, to, signer, signature[0], ticket[0]),
            lambda: (
                self.shop.retail.claim(
                    self.voucher(voucher),
                    self.actor(to),
                    self.actor(signer),
                    signature[1],
                    ticket[1],
                    sender=self.shop.stranger,
                ).returned
            ),
        )
        if done:
            key = voucher.line, voucher.series, voucher.number
            assert key not in self.minted, "G1: a voucher made a second item"
            item = max(number for number in self.model.items if number >> 48 == voucher.line)
            self.minted[key] = item
            self.counts["issued"][voucher.line] += 1
            self.receive(item, to)
        return done

    @rule(which=pick, series=st.sampled_from([0, 1, 1, 2, 2, 3]), by_issuer=mostly)
    def revoke_series(self, which: int, series: int, by_issuer: bool) -> None:
        line = self.line(which)
        by = self.issuer(line) if by_issuer else "berlin"
        self.both(
            "revokeSeries",
            lambda: self.model.revoke_series(line, by, series),
            lambda: self.shop.retail.revokeSeries(line, series, sender=self.actor(by)),
        )

    # Movements.

    @rule(which=pick, to=buyers, by_owner=mostly)
    def transfer(self, which: int, to: str, by_owner: bool) -> None:
        item = self.item(which)
        self._transfer(item, self.owner(item) if by_owner else "ben", to)

    @rule(
        which=pick,
        operator=st.sampled_from(["berlin", "paris", "paris", "brand", "boston", "clara"]),
        to=buyers,
        leave=st.sampled_from(["all", "all", "one", "one", "none"]),
        by_owner=mostly,
        movable=mostly,
    )
    def transfer_by_operator(
        self, which: int, operator: str, to: str, leave: str, by_owner: bool, movable: bool
    ) -> None:
        item = self.item(which)
        fitting = [
            one
            for one, holder in self.holders.items()
            if holder != operator and not self.model.restriction(operator, holder, to, one)
        ]
        if movable and fitting:
            item = fitting[which % len(fitting)]
        owner = self.owner(item)
        if leave == "all":
            self.shop.goods.setApprovalForAll(self.actor(operator), True, sender=self.actor(owner))
            self.model.operators.add((owner, operator))
        elif leave == "one":
            self.both(
                "approve",
                lambda: self.model.approve(owner, operator, item),
                lambda: self.shop.goods.approve(self.actor(operator), item, sender=self.actor(owner)),
            )
        self._transfer(item, owner if by_owner else "ben", to, operator)

    @rule(which=pick, operator=anybody)
    def withdraw_approval(self, which: int, operator: str) -> None:
        held = sorted(self.model.operators)
        if held:
            owner, operator = held[which % len(held)]
            self.shop.goods.setApprovalForAll(self.actor(operator), False, sender=self.actor(owner))
            self.model.operators.discard((owner, operator))

    def _transfer(self, item: int, source: str, to: str, operator: str = "") -> None:
        mover = operator or source
        said = RESTRICTIONS[self.shop.goods.restrictionOf(self.actor(mover), self.actor(source), self.actor(to), item)]
        assert said == self.model.restriction(mover, source, to, item)
        approved = mover == source or bool(item in self.model.items and self.may_move(mover, source, item))
        done = self.both(
            "transferFrom by operator" if mover != source else "transferFrom",
            lambda: self.model.transfer(mover, source, to, item),
            lambda: self.shop.goods.transferFrom(self.actor(source), self.actor(to), item, sender=self.actor(mover)),
        )
        assert done == (said == "" and approved), "restrictionOf must answer what the transfer does"
        if done:
            self.receive(item, to)

    def may_move(self, mover: str, source: str, item: int) -> bool:
        return (source, mover) in self.model.operators or self.model.items[item].approved == mover

    @rule(which=pick, to=buyers, from_owner=mostly)
    def force(self, which: int, to: str, from_owner: bool) -> None:
        item = self.item(which)
        source = self.owner(item) if from_owner else "boston"
        if self.both(
            "forcedTransfer",
            lambda: self.model.force(source, to, item),
            lambda: self.shop.goods.forcedTransfer(self.actor(source), self.actor(to), item, sender=self.shop.officer),
        ):
            self.receive(item, to)

    @rule(which=pick, to=st.sampled_from(["anna", "ben", "clara"]))
    def give(self, which: int, to: str) -> None:
        """From one customer to another, as often as the line allows, and once more."""
        sold = [
            item
            for item, holder in self.holders.items()
            if holder != to and self.model.items[item].sold_at and holder in ("anna", "ben", "clara")
        ]
        if sold:
            item = sold[which % len(sold)]
            self._transfer(item, self.holders[item], to)

    @rule(which=pick, frozen=st.sampled_from([True, True, False]), of_owner=mostly)
    def freeze(self, which: int, frozen: bool, of_owner: bool) -> None:
        item = self.item(which)
        holder = self.owner(item) if of_owner else ACTORS[which % len(ACTORS)]
        known = self.model.items.items()
        frozen_ones = [(number, made) for number, made in known if made.frozen_for and not made.retired]
        if not frozen and frozen_ones:
            item, made = frozen_ones[which % len(frozen_ones)]
            holder = min(made.frozen_for)
        self.both(
            "setFrozenTokens",
            lambda: self.model.freeze(holder, item, frozen),
            lambda: self.shop.goods.setFrozenTokens(self.actor(holder), item, frozen, sender=self.shop.officer),
        )

    # Rights.

    @rule(
        which=pick,
        by_issuer=mostly,
        condition=st.sampled_from([FIRST_SALE, ACTIVATION, DATE]),
        resale=st.sampled_from([TRAVELS, LAPSES, ONCE]),
        alone=st.booleans(),
        uses=st.sampled_from([0, 1, 2]),
        points=st.sampled_from([0, 1, 50, (1 << 32) - 1]),
        starts=st.sampled_from(["fitting"] * 6 + ["wrong"]),
        duration=st.sampled_from([0, 1, 10 * DAY, 100 * DAY, (1 << 40) - 1]),
        until=st.sampled_from([0, 0, 0, 0, 5 * DAY, 40 * DAY, 1]),
        has_text=mostly,
    )
    @precondition(lambda self: self.turn % 3 == 0 and len(self.definitions) < 14)
    def define_right(
        self,
        which: int,
        by_issuer: bool,
        condition: int,
        resale: int,
        alone: bool,
        uses: int,
        points: int,
        starts: str,
        duration: int,
        until: int,
        has_text: bool,
    ) -> None:
        line = self.line(which)
        dated = (condition == DATE) == (starts == "fitting")
        terms = Definition(
            condition,
            resale,
            alone,
            uses,
            points,
            self.model.now + which % 3 * 10 * DAY if dated else 0,
            duration,
            self.start + until if until else 0,
            "text" if has_text else "",
        )
        self._define(line, self.issuer(line) if by_issuer else "berlin", terms)

    def _define(self, line: int, by: str, terms: Definition) -> None:
        given = structs.Right(
            SERVICE,
            terms.condition,
            terms.resale,
            terms.alone,
            terms.uses,
            terms.points,
            terms.starts_at,
            terms.duration,
            terms.until,
            keccak(text=terms.text) if terms.text else bytes(32),
        )
        number = len(self.model.lines[line].rights) if line in self.model.lines else 0
        if self.both(
            "defineRight",
            lambda: self.model.define(line, by, terms),
            lambda: self.shop.bound.defineRight(line, given, sender=self.actor(by)).returned,
        ):
            self.definitions[line, number] = terms
            self.leaves[line, number] = set()

    @rule(which=pick, by_issuer=mostly, centre=st.sampled_from(["workshop", "garage", "berlin", "anna"]), leave=mostly)
    def authorise_centre(self, which: int, by_issuer: bool, centre: str, leave: bool) -> None:
        line = self.line(which)
        by = self.issuer(line) if by_issuer else "berlin"
        known = self.model.lines.get(line)
        rights = len(known.rights) if known else 0
        self._authorise(line, by, self.spread(which) // 32 % max(1, rights + (which % 5 == 0)), centre, leave)

    def _authorise(self, line: int, by: str, right: int, centre: str, leave: bool) -> None:
        entity = self.shop.entities[centre]
        if self.both(
            "authoriseCentre",
            lambda: self.model.authorise(line, by, right, entity, leave),
            lambda: self.shop.bound.authoriseCentre(line, right, entity, leave, sender=self.actor(by)),
        ):
            (self.leaves[line, right].add if leave else self.leaves[line, right].discard)(entity)

    @rule(which=pick, by_issuer=mostly, root=st.sampled_from(["A", "B"]))
    @precondition(lambda self: self.turn % 5 == 0)
    def publish_serials(self, which: int, by_issuer: bool, root: str) -> None:
        line = self.line(which)
        self._publish(line, self.issuer(line) if by_issuer else "berlin", root)

    def _publish(self, line: int, by: str, root: str) -> None:
        self.both(
            "publishSerials",
            lambda: self.model.publish(line, by, root, set(borne(root, line))),
            lambda: self.shop.bound.publishSerials(line, tree(root, line)[0], sender=self.actor(by)),
        )

    @rule(which=pick, by_owner=mostly, root=st.sampled_from(["A", "A", "B"]), number=st.integers(0, 3), genuine=mostly)
    def activate(self, which: int, by_owner: bool, root: str, number: int, genuine: bool) -> None:
        item = self.item(which)
        by = self.owner(item) if by_owner else "ben"
        line = item >> 48 & (1 << 32) - 1
        top, proofs = tree(root, line)
        if genuine and item - (line << 48) in PLACES:
            number = PLACES.index(item - (line << 48))
        serial = SERIALS[root][number] if genuine else "forged"
        if self.both(
            "activate",
            lambda: self.model.activate(item, by, serial, root),
            lambda: self.shop.bound.activate(item, keccak(text=serial), top, proofs[number], sender=self.actor(by)),
        ):
            self.activated[item] = self.model.now

    @rule(
        which=pick,
        right=pick,
        centre=centres,
        usable=mostly,
        caller=st.sampled_from(["holder", "holder", "centre", "centre", "third"]),
        holder_way=ways,
        centre_way=ways,
        late=rarely,
    )
    def use_right(
        self,
        which: int,
        right: int,
        centre: str,
        usable: bool,
        caller: str,
        holder_way: str,
        centre_way: str,
        late: bool,
    ) -> None:
        item = self.item(which)
        made = self.model.items.get(item)
        count = len(self.model.lines[made.line].rights) if made else 0
        right = self.spread(right)
        number = right % (count + 1) if right % 8 == 0 else right % max(1, count)
        if usable:
            item, number = self.usable(which, item, number)
        if centre == "fitting":
            centre = self.fitting(item, number)
        self._use(item, number, centre, caller, holder_way, centre_way, late)

    @rule(which=pick, caller=st.sampled_from(["holder", "centre", "third"]))
    @precondition(lambda self: self.uses)
    def use_again(self, which: int, caller: str) -> None:
        """What was used once: until it is used up, over or lapsed."""
        used = self.uses[self.spread(which) % len(self.uses)]
        self._use(used.item, used.right, self.fitting(used.item, used.right), caller)

    def _use(
        self,
        item: int,
        number: int,
        centre: str,
        caller: str,
        holder_way: str = "good",
        centre_way: str = "good",
        late: bool = False,
    ) -> None:
        made = self.model.items.get(item)
        edge = self.model.now - 1 if late else self.start + ((self.model.now - self.start) // (30 * DAY) + 1) * 30 * DAY
        use = Use(item, number, centre, "report", edge)
        holder = self.owner(item)
        said = self.refusal(item, number, centre)
        assert said == (self.model.refusal(item, number, centre) if made and not made.retired else "no token")
        nth = made.uses[number] if made else 0
        by_holder = self.sign_use(holder, use, nth, holder, holder_way)
        by_centre = self.sign_use(centre or "garage", use, nth, holder, centre_way)
        by = {"holder": holder, "centre": centre or "garage", "third": "stranger"}[caller]
        done = self.both(
            "useRight",
            lambda: self.model.use(use, by, by_holder[0], by_centre[0]),
            lambda: self.shop.bound.useRight(self.use(use), by_holder[1], by_centre[1], sender=self.actor(by)).returned,
        )
        agreed = all(
            who in ("", by) or (way == "good" and not late) for who, way in ((holder, holder_way), (centre, centre_way))
        )
        assert done == (said == "" and agreed), "refusalOf must answer what the use does"
        if done:
            self.remember(use, holder)

    def usable(self, which: int, item: int, number: int) -> tuple[int, int]:
        """An item's right that could be used, where there is one."""
        fitting = [
            (one, right)
            for one, made in self.model.items.items()
            if not made.retired
            for right in range(len(self.model.lines[made.line].rights))
            if not self.model.refusal(one, right, self.fitting(one, right))
        ]
        return fitting[self.spread(which) % len(fitting)] if fitting else (item, number)

    def fitting(self, item: int, right: int) -> str:
        """A centre that could serve, where one is needed and there is one."""
        made = self.model.items.get(item)
        rights = self.model.lines[made.line].rights if made else []
        if made is None or right >= len(rights):
            return "workshop"
        line = self.model.lines[made.line]
        if rights[right].terms.alone:
            return ""
        return next((name for name in ACTORS if self.model.serves(line, rights[right], name)), "workshop")

    def remember(self, use: Use, holder: str) -> None:
        """A use, with what the chain said of its parties in that second."""
        line = use.item >> 48
        authorised = True
        if use.centre:
            facts = self.shop.registry.participant(self.actor(use.centre))
            leave = {*self.leaves[line, use.right], self.shop.goods.lineOf(line).afterSales}
            authorised = (
                facts.status == ACTIVE
                and self.model.now < facts.expires
                and facts.entity in leave
                and bool(facts.regions & EU and facts.qualifications & REPAIRER)
            )
        facts = self.shop.registry.participant(self.actor(holder))
        authorised = authorised and facts.status == ACTIVE and self.model.now < facts.expires
        activated = self.activated.get(use.item, 0)
        self.uses.append(
            Used(use.item, use.right, self.model.now, len(self.received), activated, authorised, use.centre)
        )
        self.earned[self.shop.entities[self.issuer(line)]] += self.definitions[line, use.right].points

    @rule(
        brand=st.sampled_from(["brand", "brand", "brand", "paris", "paris", "anna"]),
        which=pick,
        holder=anybody,
        rich=mostly,
        part=st.sampled_from(["one", "half", "all", "all", "more", "none"]),
        caller=st.sampled_from(["holder", "holder", "brand", "brand", "third"]),
        holder_way=ways,
        brand_way=ways,
        late=rarely,
    )
    @precondition(lambda self: any(self.model.points.values()))
    def spend_points(
        self,
        brand: str,
        which: int,
        holder: str,
        rich: bool,
        part: str,
        caller: str,
        holder_way: str,
        brand_way: str,
        late: bool,
    ) -> None:
        have = sorted(key for key, amount in self.model.points.items() if amount)
        if rich and have:
            entity, holder = have[which % len(have)]
            brand = next(name for name in ACTORS if self.shop.entities[name] == entity)
        entity = self.shop.entities[brand]
        held = self.model.points[entity, holder]
        amount = {"one": 1, "half": held // 2, "all": held, "more": held + 1, "none": 0}[part]
        edge = self.model.now - 1 if late else self.start + ((self.model.now - self.start) // (30 * DAY) + 1) * 30 * DAY
        spending = Spending(brand, holder, amount, "purpose", edge)
        nth = self.model.spendings[entity, holder]
        by_holder = self.sign_spending(holder, spending, nth, entity, holder_way)
        by_brand = self.sign_spending(brand, spending, nth, entity, brand_way)
        by = {"holder": holder, "brand": brand, "third": "stranger"}[caller]
        if self.both(
            "spendPoints",
            lambda: self.model.spend(spending, by, by_holder[0], by_brand[0]),
            lambda: self.shop.bound.spendPoints(
                self.spending(spending), by_holder[1], by_brand[1], sender=self.actor(by)
            ),
        ):
            self.spent[entity] += amount

    # Parties and time.

    @rule(
        who=anybody,
        home=st.booleans(),
        regions=st.sampled_from([DE, FR, US, EU, DE | US]),
        qualifications=st.sampled_from([0, DEALER, CONSUMER, MEMBER, REPAIRER, DEALER | REPAIRER, CONSUMER | DEALER]),
        days=st.sampled_from([3650, 3650, 3650, 5, 30]),
    )
    def change_facts(self, who: str, home: bool, regions: int, qualifications: int, days: int) -> None:
        facts = HOMES[who] if home else (regions, qualifications)
        until = self.model.now + days * DAY
        self.shop.registry.setFacts(self.actor(who), until, *facts, sender=self.shop.officer)
        self.model.enrol(who, self.shop.entities[who], until, *facts)

    @rule()
    def send_everybody_home(self) -> None:
        """Whoever was changed or suspended is what it was."""
        for name in ACTORS:
            party = self.model.parties[name]
            if party.status == SUSPENDED:
                self.shop.registry.reinstate(self.actor(name), sender=self.shop.officer)
                party.status = ACTIVE
            if (party.regions, party.qualifications) != HOMES[name] or party.expires < self.model.now + FAR // 2:
                until = self.model.now + FAR
                self.shop.registry.setFacts(self.actor(name), until, *HOMES[name], sender=self.shop.officer)
                self.model.enrol(name, self.shop.entities[name], until, *HOMES[name])

    @rule(who=anybody, which=pick, a_holder=st.booleans())
    def suspend_or_reinstate(self, who: str, which: int, a_holder: bool) -> None:
        if a_holder and self.holders:
            who = self.holders[self.item_held(which)]
        suspended = [name for name, party in self.model.parties.items() if party.status == SUSPENDED]
        for name in suspended:
            self.shop.registry.reinstate(self.actor(name), sender=self.shop.officer)
            self.model.parties[name].status = ACTIVE
        if not suspended:
            self.shop.registry.suspend(self.actor(who), sender=self.shop.officer)
            self.model.parties[who].status = SUSPENDED

    @rule(by=st.one_of(st.sampled_from([0, 1, DAY]), st.integers(0, 8 * DAY)))
    def wait(self, by: int) -> None:
        self.to(self.model.now + by)

    @rule(which=pick, later=st.sampled_from([-1, 0, 0, 1, 1]), frozen_too=rarely)
    def use_at_an_edge(self, which: int, later: int, frozen_too: bool) -> None:
        """In the first or last second of a right, or one beside it."""
        edges = [
            (item, right, edge)
            for item in self.holders
            if frozen_too or not self.model.items[item].frozen
            for right in range(len(self.model.lines[item >> 48].rights))
            for edge in self.model.span(item, right)
            if self.model.now < edge + later < self.start + 400 * DAY
        ]
        if edges:
            item, right, edge = edges[self.spread(which) % len(edges)]
            self.to(edge + later)
            self._use(item, right, self.fitting(item, right), "holder")

    def to(self, when: int) -> None:
        self.shop.chain.skip(when - self.model.now)
        self.model.now = when

    @rule(which=pick, by=anybody, data=st.data())
    def intrude(self, which: int, by: str, data: st.DataObject) -> None:
        """Invariant 10: what is the modules' or an officer's is nobody else's."""
        me = self.actor(by)
        item = self.item(which)
        contract, name, arguments, error = data.draw(
            st.sampled_from(
                [
                    (self.shop.goods, "issue", (1, me, 1), "NotTheModule"),
                    (self.shop.goods, "issueTo", (1, me), "NotTheModule"),
                    (self.shop.goods, "haltLine", (1, True), "NotTheModule"),
                    (self.shop.goods, "retire", (item | 1 << 48,), "NotTheModule"),
                    (self.shop.goods, "forcedTransfer", (me, me, item), "AccessManagedUnauthorized"),
                    (self.shop.goods, "setFrozenTokens", (me, item, True), "AccessManagedUnauthorized"),
                    (self.shop.goods, "setModule", (9, me), "AccessManagedUnauthorized"),
                    (self.shop.goods, "setBaseUri", ("x",), "AccessManagedUnauthorized"),
                    (self.shop.retail, "pause", (1,), "AccessManagedUnauthorized"),
                    (self.shop.bound, "pause", (1,), "AccessManagedUnauthorized"),
                ]
            )
        )
        try:
            getattr(contract, name)(*arguments, sender=me)
        except ContractError as refused:
            assert name_of(refused) in (error, "UnknownLine"), f"{name}: {refused!r}"
        else:
            raise AssertionError(f"{by} could call {name}")

    # What is always true.

    @invariant()
    def whoever_holds_an_item_was_eligible_when_it_came(self) -> None:
        """Invariant 3. `receive` asked the registry in that second; nobody holds what it did not see coming."""
        self.turn += 1
        for item, holder in self.holders.items():
            assert self.shop.goods.ownerOf(item) == self.actor(holder).address

    @invariant()
    def every_item_was_issued_and_every_voucher_counts_once(self) -> None:
        """Invariant G1."""
        held = Counter(item >> 48 for item in self.holders)
        for line in self.model.lines:
            assert held[line] == self.counts["issued"][line] - self.counts["retired"][line]
        balances = sum(self.shop.goods.balanceOf(self.actor(name)) for name in ACTORS)
        assert balances == sum(self.counts["issued"].values()) - sum(self.counts["retired"].values())
        assert len(set(self.minted.values())) == len(self.minted)

    @invariant()
    def rights_are_used_as_their_definitions_allow(self) -> None:
        """Invariant G2, recomputed from the log of what was received, activated and used."""
        counts: Counter[tuple[int, int]] = Counter()
        for used in self.uses:
            terms = self.definitions[used.item >> 48, used.right]
            sold = [one.at for one in self.received[: used.received] if one.item == used.item and not one.dealer]
            start = {FIRST_SALE: sold[0] if sold else None, ACTIVATION: used.activated, DATE: terms.starts_at}
            since = start[terms.condition]
            assert since, "without its condition"
            assert since <= used.at, "earlier than its condition"
            assert not terms.duration or used.at < since + terms.duration, "later than it lasts"
            assert not terms.until or used.at <= terms.until, "later than its end"
            if terms.resale != TRAVELS:
                assert len(sold) <= (1 if terms.resale == LAPSES else 2), "after more handovers than it outlives"
            assert used.authorised, "elsewhere"
            assert bool(used.centre) != terms.alone, "without its centre, or with one it does not need"
            counts[used.item, used.right] += 1
            assert not terms.uses or counts[used.item, used.right] <= terms.uses, "more often"

    @invariant()
    def points_are_conserved(self) -> None:
        """Invariant G3."""
        for name in ("brand", "paris", "berlin"):
            brand = self.shop.entities[name]
            held = 0
            for holder in ACTORS:
                points = self.shop.bound.pointsOf(brand, self.actor(holder))
                assert points == self.model.points[brand, holder]
                held += points
            assert self.earned[brand] == held + self.spent[brand]

    @invariant()
    def contracts_agree_with_the_model(self) -> None:
        """All items shortly, two of them in turn at length."""
        for item, made in self.model.items.items():
            read = self.shop.goods.itemOf(item)
            assert read == structs.Item(
                made.sold_at, made.handovers, made.given, made.frozen, made.retired, made.withheld
            )
            assert made.retired == (item not in self.holders)
            assert made.retired or self.holders[item] == made.owner
        items = list(self.model.items)
        for step in range(2):
            self.agrees(items[(2 * self.turn + step) % len(items)])
        for (line, series, number), _ in list(self.minted.items())[-3:]:
            assert self.shop.retail.isUsed(line, series, number)
        for number, known in self.model.lines.items():
            assert self.shop.retail.lowestSeries(number) == known.lowest
            assert self.shop.bound.rightCount(number) == len(known.rights)

    def agrees(self, item: int) -> None:
        """One item's rights, its serial number, and where it could go."""
        made = self.model.items[item]
        line = self.model.lines[made.line]
        centre = ("workshop", "", "garage", "berlin")[self.turn % 4]
        for right in range(len(line.rights)):
            assert self.shop.bound.stateOf(item, right) == (*self.model.span(item, right), made.uses[right])
            expected = "no token" if made.retired else self.model.refusal(item, right, centre)
            assert self.refusal(item, right, centre) == expected
            if line.rights[right].terms.alone is False:
                entity = self.shop.entities[centre or "anna"]
                leave = entity in line.rights[right].centres or entity == line.terms.after_sales
                assert self.shop.bound.isAuthorised(made.line, right, entity) == leave
        serial, at = self.shop.bound.serialOf(item)
        assert (serial, at) == (keccak(text=made.serial) if made.serial else bytes(32), made.activated_at)
        assert not made.serial or self.shop.bound.itemOfSerial(made.line, serial) == item
        names = (*ACTORS, "stranger")
        to, mover = names[self.turn % 11], names[self.turn // 11 % 11]
        for operator in (made.owner, mover):
            said = self.model.restriction(operator, made.owner, to, item)
            read = self.shop.goods.restrictionOf(self.actor(operator), self.actor(made.owner), self.actor(to), item)
            assert RESTRICTIONS[read] == said
            if operator == made.owner:
                allowed = self.shop.goods.canTransfer(self.actor(made.owner), self.actor(to), item)
                assert allowed == (said == "")
        for name in names[self.turn % 3 :: 3]:
            assert self.shop.goods.isDealer(made.line, self.actor(name)) == (
                self.model.active(name) and self.model.deals(line, name)
            )
            assert self.shop.goods.isCustomer(made.line, self.actor(name)) == (
                self.model.active(name) and self.model.buys(line, name)
            )
        for absent in (item + 1000, item | 1 << 90, self.turn, (1 << 256) - 1 - self.turn):
            assert not self.shop.goods.canTransfer(self.actor(to), NOBODY, absent)

    # Helpers.

    def actor(self, name: str) -> Account:
        return self.shop.chain.account(name)

    def spread(self, which: int) -> int:
        """Another number at each step: what is drawn is often small, or drawn again."""
        return (which * 0x9E3779B1 + self.turn * 0x85EBCA6B) % (1 << 32) >> 5

    def line(self, which: int) -> int:
        """A line; now and then one that is none."""
        which = self.spread(which)
        lines = list(self.model.lines)
        return lines[which % len(lines)] if which % 31 else 9

    def issuer(self, line: int) -> str:
        known = self.model.lines.get(line)
        return next(name for name in ACTORS if self.shop.entities[name] == known.issuer) if known else "brand"

    def item(self, which: int) -> int:
        """An item; now and then one that is retired, or none."""
        held, which = list(self.holders), self.spread(which)
        if which % 17 == 0 or not held:
            return [*self.model.items, (1 << 48) + 4000, 1 << 48 | 1 << 90][which // 17 % (len(self.model.items) + 2)]
        return held[which % len(held)]

    def item_held(self, which: int) -> int:
        """An item that somebody holds."""
        return list(self.holders)[self.spread(which) % len(self.holders)]

    def owner(self, item: int) -> str:
        made = self.model.items.get(item)
        return made.owner if made else "anna"

    def receive(self, item: int, to: str) -> None:
        """Writes down who came to hold an item, as dealer or as customer: read from the registry and the line, apart
        from model and ledger's own judgement. Invariant 3."""
        facts = self.shop.registry.participant(self.actor(to))
        assert facts.status == ACTIVE
        assert self.model.now < facts.expires
        line = self.shop.goods.lineOf(item >> 48)
        regions, qualifications = line.dealers >> 64 & ((1 << 80) - 1), line.dealers & ((1 << 64) - 1)
        dealer = facts.entity == line.issuer or bool(facts.regions & regions and facts.qualifications & qualifications)
        customer = line.consumers and (not line.customers or bool(facts.qualifications & line.customers))
        assert dealer or customer, f"{to} came to hold an item and was not eligible"
        if self.holders.get(item) != to:
            self.received.append(Received(item, self.model.now, dealer))
        self.holders[item] = to

    def refusal(self, item: int, right: int, centre: str) -> str:
        """What `refusalOf` says."""
        who = self.actor(centre).address if centre else NOBODY
        try:
            return REFUSALS[self.shop.bound.refusalOf(item, right, who)]
        except ContractError as error:
            assert name_of(error) == "ERC721NonexistentToken"
            return "no token"

    def sign(self, by: str, over: Any, way: str) -> tuple[Signature, bytes]:
        """A voucher's or a ticket's signature."""
        if way == "none":
            return NONE, b""
        if (by, over) not in self.signatures:
            if isinstance(over, Voucher):
                signed = self.shop.sign(self.voucher(over), self.actor(by))
            else:
                digest = self.shop.retail.claimDigest(self.voucher(over[0]), self.actor(over[1]))
                signed = self.actor(by).sign_hash(digest).packed
            self.signatures[by, over] = signed
        return Signature(by, over), self.signatures[by, over]

    def sign_use(self, by: str, use: Use, number: int, holder: str, way: str) -> tuple[Signature, bytes]:
        if way == "none":
            return NONE, b""
        by = "boston" if way == "by" else by
        number += way == "number"
        holder = "outsider" if way == "holder" else holder
        use = use._replace(report="another") if way == "content" else use
        key = by, use, number, holder
        if key not in self.signatures:
            self.signatures[key] = self.shop.sign_use(self.use(use), self.actor(by), number, holder)
        return Signature(by, (use, number, holder)), self.signatures[key]

    def sign_spending(self, by: str, spending: Spending, number: int, brand: int, way: str) -> tuple[Signature, bytes]:
        if way == "none":
            return NONE, b""
        by = "boston" if way == "by" else by
        number += way == "number"
        brand += way == "holder"
        spending = spending._replace(amount=spending.amount + 1) if way == "content" else spending
        key = by, spending, number, brand
        if key not in self.signatures:
            self.signatures[key] = self.shop.sign_spending(self.spending(spending), self.actor(by), number, brand)
        return Signature(by, (spending, brand, number)), self.signatures[key]

    def voucher(self, voucher: Voucher) -> structs.Voucher:
        return structs.Voucher(
            voucher.line,
            voucher.series,
            voucher.number,
            self.actor(voucher.holder).address if voucher.holder else NOBODY,
            voucher.profile,
            self.actor(voucher.key).address if voucher.key else NOBODY,
            voucher.not_before,
            voucher.deadline,
        )

    def use(self, use: Use) -> structs.Use:
        centre = self.actor(use.centre).address if use.centre else NOBODY
        return structs.Use(use.item, use.right, centre, keccak(text=use.report), use.deadline)

    def spending(self, spending: Spending) -> structs.Spending:
        return structs.Spending(
            self.actor(spending.brand).address,
            self.actor(spending.holder).address,
            spending.amount,
            keccak(text=spending.purpose),
            spending.deadline,
        )


def borne(root: str, line: int) -> list[tuple[str, int]]:
    """Serial numbers and the items of the line that bear them."""
    return [(serial, line << 48 | place) for serial, place in zip(SERIALS[root], PLACES, strict=True)]


def tree(root: str, line: int) -> tuple[bytes, list[list[bytes]]]:
    """Root and proofs of four serial numbers: pairs sorted, leaves hashed twice."""
    a, b, c, d = (keccak(keccak(keccak(text=serial) + item.to_bytes(32, "big"))) for serial, item in borne(root, line))

    def pair(x: bytes, y: bytes) -> bytes:
        return keccak(min(x, y) + max(x, y))

    left, right = pair(a, b), pair(c, d)
    return pair(left, right), [[b, right], [a, right], [d, left], [c, left]]
