"""Goods from the brand to dealers and customers, by hand and by voucher; what hangs on them; crates of a harvest."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import sign
from caldera.contracts import structs
from caldera.merkle import serial_tree
from tests.properties.suite.kernel import Kernel, pick
from tests.properties.suite.stage import NOBODY
from tests.support.suite import DAY, YEAR

HOLDERS = ("berlin", "paris", "boston", "anna", "ben", "mallory", "market", "brand")
FIRST_SALE, ACTIVATION, DATE = 0, 1, 2


class Goods(Kernel):
    """Rules about goods and the rights that hang on them."""

    def lines(self) -> list[int]:
        """The brand's."""
        brand = self.stage.entity("brand")
        return [number for number, line in self.world.items.lines.items() if line.issuer == brand]

    def things(self, line: int = 0) -> list[int]:
        """Items that are with somebody, of a line or of any."""
        owners = self.world.balances.owners["DirectedGoods"]
        return [n for n, owner in owners.items() if self.label(owner) and line in (0, n >> 48)]

    def keeper(self, item: int) -> str:
        """Label of its holder."""
        return self.label(self.world.balances.owners["DirectedGoods"][item])

    @rule(consumers=st.sampled_from([True, True, False]), gifts=st.integers(0, 1), member=st.booleans())
    def new_line(self, consumers: bool, gifts: int, member: bool) -> None:
        self.line(consumers, gifts, member)

    def line(self, consumers: bool, gifts: int, member: bool) -> int:
        """Dealers in Germany and France; its number, 0 where that is refused."""
        net, brand = self.net, self.who("brand")
        customers = net.qualifications("MEMBER" if member else "CONSUMER")
        spec = structs.LineSpec(
            net.rule("EU/goods"),
            net.regions("DE", "FR"),
            net.qualifications("DEALER"),
            customers,
            consumers,
            gifts,
            self.stage.entity("workshop"),
            b"\1" * 32,
            b"\2" * 32,
        )
        made = self.act("retail.createLine", lambda: net.retail.createLine(spec, sender=brand))
        if made is None:
            return 0
        kept = self.world.items.lines[int(made.returned)]
        assert (kept.dealers.regions, kept.dealers.qualifications) == (spec.regions, spec.qualifications), "3."
        assert (kept.customers, kept.consumers, kept.gifts) == (customers, consumers, gifts), "3. as the brand says"
        return int(made.returned)

    def a_line(self, which: int) -> int:
        """One, made now if there is none."""
        found = self.lines()
        return found[which % len(found)] if found else self.line(True, 1, False)

    @rule(which=pick, to=st.sampled_from(HOLDERS), count=st.sampled_from([1, 3, 0]))
    def issue(self, which: int, to: str, count: int) -> None:
        line, brand = self.a_line(which), self.who("brand")
        if line:
            self.act("retail.issue", lambda: self.net.retail.issue(line, self.who(to), count, sender=brand))

    def a_thing(self, which: int, *holders: str) -> int:
        """One, with one of these where there is such; issued now to a dealer if there is none."""
        line = self.a_line(which)
        found = [one for one in self.things() if not holders or self.keeper(one) in holders]
        if found:
            return found[which % len(found)]
        if line:
            brand, dealer = self.who("brand"), self.who("berlin")
            made = self.act("retail.issue", lambda: self.net.retail.issue(line, dealer, 1, sender=brand))
            return int(made.returned) if made else 0
        return 0

    @rule(which=pick, to=st.sampled_from(HOLDERS), how=st.sampled_from(["own", "own", "operator", "safe", "force"]))
    def hand_over(self, which: int, to: str, how: str) -> None:
        item = self.a_thing(which)
        if not item:
            return
        goods, holder, receiver = self.net.goods, self.who(self.keeper(item)), self.who(to)
        if how == "own":
            self.act("goods.transferFrom", lambda: goods.transferFrom(holder, receiver, item, sender=holder))
        elif how == "safe":
            self.act("goods.safeTransferFrom", lambda: goods.safeTransferFrom(holder, receiver, item, sender=holder))
        elif how == "force":
            officer = self.who("compliance")
            self.act("goods.forcedTransfer", lambda: goods.forcedTransfer(holder, receiver, item, sender=officer))
        else:
            mover = self.who("berlin" if which % 2 else "mallory")
            self.act("goods.approve", lambda: goods.approve(mover, item, sender=holder))
            self.act("goods.transferFrom", lambda: goods.transferFrom(holder, receiver, item, sender=mover))

    @rule(which=pick, what=st.sampled_from(["halt", "retire", "freeze", "revoke"]))
    def mind(self, which: int, what: str) -> None:
        """The brand halts a line for a moment, takes an item back; compliance freezes one."""
        line, brand, net = self.a_line(which), self.who("brand"), self.net
        if not line:
            return
        if what == "halt":
            for halted in (True, False):
                self.act("retail.haltLine", lambda h=halted: net.retail.haltLine(line, h, sender=brand))
        elif what == "revoke":
            series = net.retail.lowestSeries(line) + which % 2
            self.act("retail.revokeSeries", lambda: net.retail.revokeSeries(line, series, sender=brand))
        elif what == "retire":
            made = self.act("retail.issue", lambda: net.retail.issue(line, brand, 1, sender=brand))
            if made:
                self.act("retail.retire", lambda: net.retail.retire(made.returned, sender=brand))
        else:
            item, officer = self.a_thing(which), self.who("compliance")
            holder = self.who("paris" if which % 2 else self.keeper(item)) if item else officer
            for frozen in (True, False)[: 1 + (which % 3 > 0)]:
                self.act(
                    "goods.setFrozenTokens",
                    lambda f=frozen: net.goods.setFrozenTokens(holder, item, f, sender=officer),
                )

    @rule(which=pick, to=st.sampled_from(["anna", "ben", "mallory", "paris"]), bearer=st.booleans())
    def voucher(self, which: int, to: str, bearer: bool) -> None:
        """Good once."""
        line, net, brand, claimant = self.a_line(which), self.net, self.who("brand"), self.who(to)
        if not line:
            return
        key = self.who("shopper")
        given = structs.Voucher(
            line,
            net.retail.lowestSeries(line),
            self.next(),
            NOBODY if bearer else claimant.address,
            0,
            key.address if bearer else NOBODY,
            self.now,
            self.now + DAY,
        )
        signed = sign(net.retail, "Voucher", given, brand)
        ticket = b""
        if bearer:
            digest = net.retail.claimDigest(given, claimant)
            ticket = key.sign_hash(digest).packed
        relayer = self.who("relayer")
        self.act("retail.claim", lambda: net.retail.claim(given, claimant, brand, signed, ticket, sender=relayer))
        self.never(
            "a voucher is good once", lambda: net.retail.claim(given, claimant, brand, signed, ticket, sender=relayer)
        )

    # what hangs on an item

    def right_of(self, line: int, which: int) -> int:
        """A right of a line, defined now if there is none; -1 where that is refused."""
        net, brand = self.net, self.who("brand")
        count = net.bound.rightCount(line)
        if count and which % 3:
            return which % count
        terms = structs.Right(
            ruleId=net.rule("EU/after-sales"),
            condition=FIRST_SALE,
            resale=0,
            alone=bool(which % 2),
            uses=2,
            points=100,
            startsAt=0,
            duration=2 * YEAR,
            until=0,
            text=b"\3" * 32,
        )
        made = self.act("bound.defineRight", lambda: net.bound.defineRight(line, terms, sender=brand))
        if made is None:
            return -1
        number, centre = int(made.returned), self.stage.entity("workshop")
        self.act("bound.authoriseCentre", lambda: net.bound.authoriseCentre(line, number, centre, True, sender=brand))
        return number

    @rule(which=pick)
    def use_right(self, which: int) -> None:
        """By holder and service centre, both of whom sign."""
        net, line = self.net, self.line(True, 1, False)
        right = self.right_of(line, which) if line else -1
        if right < 0:
            return
        brand, anna, centre = self.who("brand"), self.who("anna"), self.who("workshop")
        made = self.act("retail.issue", lambda: net.retail.issue(line, self.who("berlin"), 1, sender=brand))
        if made is None:
            return
        item, berlin = int(made.returned), self.who("berlin")
        sold = self.act("goods.transferFrom", lambda: net.goods.transferFrom(berlin, anna, item, sender=berlin))
        alone = bool(net.bound.rightOf(line, right)[0].alone)
        use = structs.Use(item, right, NOBODY if alone else centre.address, b"\4" * 32, self.now + DAY)
        if sold is not None:
            more: dict[str, Any] = {"number": 0, "holder": anna.address}
            mine = sign(net.bound, "Use", use, anna, **more)
            theirs = b"" if alone else sign(net.bound, "Use", use, centre, **more)
            self.act("bound.useRight", lambda: net.bound.useRight(use, mine, theirs, sender=self.who("relayer")))

    @rule(which=pick, amount=st.sampled_from([1, 50, 1000]))
    def spend_points(self, which: int, amount: int) -> None:
        """Of who bought; the brand signs, too."""
        net, anna, brand, entity = self.net, self.who("anna"), self.who("brand"), self.stage.entity("brand")
        if not net.bound.pointsOf(entity, anna):
            self.use_right(which)
        spending = structs.Spending(brand.address, anna.address, amount, b"\5" * 32, self.now + DAY)
        more = {"number": net.bound.spendings(entity, anna), "brand": entity}
        mine = sign(net.bound, "Spending", spending, anna, **more)
        theirs = sign(net.bound, "Spending", spending, brand, **more)
        before = net.bound.pointsOf(entity, anna)
        done = self.act(
            "bound.spendPoints", lambda: net.bound.spendPoints(spending, mine, theirs, sender=self.who("relayer"))
        )
        assert done is None or net.bound.pointsOf(entity, anna) == before - amount >= 0

    @rule(which=pick)
    def activate(self, which: int) -> None:
        """An item that a customer bought gets its serial, and its points."""
        net, line, brand, berlin, anna = (
            self.net,
            self.line(True, 1, False),
            *map(self.who, ("brand", "berlin", "anna")),
        )
        if not line:
            return
        terms = structs.Right(net.rule("EU/after-sales"), ACTIVATION, 0, True, 1, 100, 0, YEAR, 0, b"\3" * 32)
        self.act("bound.defineRight", lambda: net.bound.defineRight(line, terms, sender=brand))
        made = self.act("retail.issue", lambda: net.retail.issue(line, berlin, 1, sender=brand))
        if made is None:
            return
        item, serial = int(made.returned), f"S{self.next()}"
        tree = serial_tree([(serial, item)])
        self.act("bound.publishSerials", lambda: net.bound.publishSerials(line, tree.root, sender=brand))
        self.act("goods.transferFrom", lambda: net.goods.transferFrom(berlin, anna, item, sender=berlin))
        mark, proof = keccak(text=serial), tree.proof(tree.leaves[0])
        self.act("bound.activate", lambda: net.bound.activate(item, mark, tree.root, proof, sender=anna))
