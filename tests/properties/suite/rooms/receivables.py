"""Invoices from the day they are registered until the last part is paid out, and all that holders and officers do to
them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.model.ledger import Position
from tests.properties.suite.kernel import Kernel, parts, pick
from tests.properties.suite.stage import UNIT
from tests.support.suite import DAY

CREDITORS = ("seller", "seller-too", "supplier")
DEBTORS = ("buyer", "retailer")
HOLDERS = ("seller", "supplier", "factor", "house", "bank")
VALUATION = 7


class Receivables(Kernel):
    """Rules about receivables and certificates of any kind."""

    # who has what

    def roots(self, *states: str) -> list[int]:
        """Receivables in these states, or all."""
        model = self.world.certificates.receivables
        return [root for root in model.records if not states or model.state(root) in states]

    def ids(self, *states: str) -> list[int]:
        """Their parts."""
        records = self.world.certificates.receivables.records
        return [number for root in self.roots(*states) for number in records[root].ids]

    def positions(self, liens: bool, circulating: bool = False) -> list[tuple[int, Position, int]]:
        """Of all certificates: free units of actors, or units under liens."""
        found = []
        for number, asset in self.world.certificates.ledger.assets.items():
            if asset.circulates or not circulating:
                found += [
                    (number, position, units)
                    for position, units in asset.units.items()
                    if units and bool(position.lien) == liens and self.label(position.lien or position.holder)
                ]
        return found

    def share(self, number: int, position: Position, part: int) -> int:
        """A part of a position that leaves nobody with too little: all, or half of it if that can be split. Part 0 is a
        single unit, which mostly is too little."""
        asset = self.world.certificates.ledger.assets[number]
        units = asset.units[position]
        if part == 0:
            return 1
        return units if part == 1 or units < part * asset.minimum else units // part

    def debtor_of(self, root: int) -> str:
        """Its first actor."""
        return self._actor_of(self.world.certificates.facts[root & ~0xFFFF][1])

    def creditor_of(self, root: int) -> str:
        """Its first actor."""
        return self._actor_of(self.world.certificates.facts[root & ~0xFFFF][0])

    def _actor_of(self, entity: int) -> str:
        return next((name for name in (*CREDITORS, *DEBTORS) if self.stage.entity(name) == entity), "seller")

    # rules

    @rule(
        by=st.sampled_from(CREDITORS),
        debtor=st.sampled_from(DEBTORS),
        face=st.sampled_from([UNIT, 7 * UNIT, 40 * UNIT, 40 * UNIT + 7, 3]),
        lines=st.sampled_from([0, 0, 2]),
        days=st.sampled_from([1, 20, 60, 0]),
        acknowledged=st.sampled_from([True, True, True, False]),
    )
    def register(self, by: str, debtor: str, face: int, lines: int, days: int, acknowledged: bool) -> None:
        self.registered(by, debtor, face, lines, days, acknowledged)

    def registered(self, by: str, debtor: str, face: int, lines: int, days: int, acknowledged: bool) -> int:
        split = [face // lines] * (lines - 1) if lines else []
        split = [*split, face - sum(split)] if lines else []
        given = self.invoice(debtor, face, days)
        made = self.act("receivables.create", lambda: self.net.receivables.create(given, split, sender=self.who(by)))
        if made is None:
            return 0
        root = int(made.returned)
        entities = self.stage.entity(by), self.stage.entity(debtor)
        assert self.world.certificates.facts[root] == (*entities, given.dueDate), "4. as the invoice says"
        if acknowledged:
            self.act("receivables.acknowledge", lambda: self.net.receivables.acknowledge(root, sender=self.who(debtor)))
        return root

    def an_invoice(self, which: int) -> int:
        """An id that circulates, made now if there is none."""
        found = self.ids("Acknowledged")
        return found[which % len(found)] if found else self.registered("seller", "buyer", 40 * UNIT, 0, 60, True)

    @rule(which=pick, by=st.sampled_from([*DEBTORS, "mallory"]))
    def acknowledge(self, which: int, by: str) -> None:
        root = self.some(self.roots("Registered"), which, which)
        debtor = self.debtor_of(root) if which % 8 and root != which else by
        self.act("receivables.acknowledge", lambda: self.net.receivables.acknowledge(root, sender=self.who(debtor)))

    @rule(which=pick)
    def acknowledge_by_signature(self, which: int) -> None:
        roots = [root for root in self.roots("Registered") if not root & 0xFFFF]
        root = roots[which % len(roots)] if roots else self.registered("supplier", "retailer", 9 * UNIT, 0, 30, False)
        if not root:
            return
        net, debtor, deadline = self.net, self.who(self.debtor_of(root)), self.now + DAY
        digest = net.receivables.acknowledgementDigest(root, deadline)
        signed = debtor.sign_hash(digest).packed
        self.act(
            "receivables.acknowledgeBySignature",
            lambda: net.receivables.acknowledgeBySignature(root, debtor, deadline, signed, sender=self.who("relayer")),
        )

    @rule(which=pick)
    def cancel(self, which: int) -> None:
        root = self.some(self.roots("Registered"), which, 0) or self.registered("seller", "buyer", UNIT, 0, 30, False)
        if root:
            creditor = self.who(self.creditor_of(root))
            self.act("receivables.cancel", lambda: self.net.receivables.cancel(root, sender=creditor))

    @rule(which=pick, part=parts)
    def credit_note(self, which: int, part: int) -> None:
        number = self.an_invoice(which)
        if not number:
            return
        owed = self.world.certificates.receivables.claims[number].owed
        creditor = self.who(self.creditor_of(number))
        note, name = max(1, owed // part), f"CN-{self.next()}"
        self.act(
            "receivables.creditNote",
            lambda: self.net.receivables.creditNote(number, note, name, 1, b"\2" * 32, sender=creditor),
        )

    @rule(which=pick, mine=st.sampled_from([True, True, True, False]))
    def dispute(self, which: int, mine: bool) -> None:
        root = self.an_invoice(which) & ~0xFFFF
        if root:
            by = self.who(self.debtor_of(root) if mine else "mallory")
            self.act("receivables.dispute", lambda: self.net.receivables.dispute(root, b"\1" * 32, sender=by))

    @rule(which=pick, share=st.integers(0, 4))
    def end_dispute(self, which: int, share: int) -> None:
        """By the debtor, or by an arbiter who concedes a part."""
        root = self.some(self.roots("Disputed"), which, 0)
        if not root:
            self.dispute(which, True)
            root = self.some(self.roots("Disputed"), which, 0)
        if not root:
            return
        receivables, model = self.net.receivables, self.world.certificates.receivables
        if share == 4:
            debtor = self.who(self.debtor_of(root))
            self.act("receivables.withdrawDispute", lambda: receivables.withdrawDispute(root, sender=debtor))
            return
        given = [model.claims[number].owed * share // 3 for number in model.records[root].ids]
        arbiter = self.who("arbiter")
        self.act("receivables.resolveDispute", lambda: receivables.resolveDispute(root, given, sender=arbiter))

    @rule(which=pick, wait=st.sampled_from([True, True, False]))
    def default(self, which: int, wait: bool) -> None:
        """Once the days of grace are over; every other time it is given up as well."""
        root = self.some(self.roots("Overdue", "Acknowledged"), which, 0) or self.an_invoice(which) & ~0xFFFF
        if not root:
            return
        record = self.world.certificates.receivables.records[root]
        if wait:
            self.until(record.due + record.grace_days * DAY + 1)
        call = self.net.receivables.declareDefault
        self.act("receivables.declareDefault", lambda: call(root, sender=self.who("stranger")))
        if which % 2:
            give_up = self.net.receivables.writeOff
            self.act("receivables.writeOff", lambda: give_up(root, sender=self.who("servicer")))

    @rule(which=pick, part=parts, by=st.sampled_from([*DEBTORS, "shopper"]))
    def pay(self, which: int, part: int, by: str) -> None:
        among = self.ids("Acknowledged", "Overdue", "Defaulted", "WrittenOff", "Registered", "Disputed")
        number = self.some(among, which, 0) or self.an_invoice(which)
        if number:
            amount = max(1, self.world.certificates.receivables.claims[number].owed // part)
            self.act("receivables.pay", lambda: self.net.receivables.pay(number, amount, sender=self.who(by)))

    @rule(which=pick, part=parts)
    def pay_many(self, which: int, part: int) -> None:
        claims = self.world.certificates.receivables.claims
        owing = [number for number in self.ids() if claims[number].owed][: 1 + which % 3]
        amounts = [max(1, claims[number].owed // part) for number in owing]
        payer = self.who("buyer")
        self.act("receivables.payMany", lambda: self.net.receivables.payMany(owing, amounts, sender=payer))

    @rule(which=pick, many=st.sampled_from([False, False, True]))
    def claim(self, which: int, many: bool) -> None:
        """By anybody, for who holds something that was paid on."""
        if not self.world.certificates.receivables.claims:
            self.pay(which, 2, "buyer")
        certificates = self.world.certificates
        found = [
            (number, position.holder)
            for number, claim in certificates.receivables.claims.items()
            for position in list(claim.share)
            if not position.lien and claim.proceeds(position)
        ]
        number, holder = self.some(found, which, (1 << 16, self.who("seller").address))
        if many:
            mine = [one for one, who in found if who == holder]
            self.act(
                "receivables.claimMany",
                lambda: self.net.receivables.claimMany(mine, holder, sender=self.who("relayer")),
            )
            return
        self.act("receivables.claim", lambda: self.net.receivables.claim(number, holder, sender=self.who("relayer")))

    @rule(which=pick, part=parts)
    def collect(self, which: int, part: int) -> None:
        """By a lienholder, of what was paid on what it holds."""
        claims = self.world.certificates.receivables.claims
        found = [(number, lien) for number, lien, _ in self.positions(True) if number in claims]
        if not found:
            found = self.paid_under_lien(which)
        if not found:
            return
        number, lien = self.one(found, which)
        most = max(1, claims[number].proceeds(lien) // part)
        by = self.who(self.label(lien.lien))
        receivables = self.net.receivables
        self.act("receivables.collect", lambda: receivables.collect(number, lien.holder, most, by, sender=by))

    def paid_under_lien(self, which: int) -> list[tuple[int, Position]]:
        """A receivable pledged to a bank, on which the debtor pays."""
        number, bank = self.registered("supplier", "buyer", 40 * UNIT, 0, 60, True), self.who("bank")
        holder, pledge = self.who("supplier"), self.net.certificates.pledge
        if not number or not self.act(
            "certificates.pledge", lambda: pledge(holder, bank, number, 40 * UNIT, sender=holder)
        ):
            return []
        pay = self.net.receivables.pay
        self.act("receivables.pay", lambda: pay(number, 9 * UNIT + which % 7, sender=self.who("buyer")))
        return [(number, Position(holder.address, bank.address))]

    @rule(which=pick)
    def proceeds(self, which: int) -> None:
        """Of a lost account, to another of the same legal person."""
        number, pay = self.registered("seller", "buyer", 7 * UNIT, 0, 60, True), self.net.receivables.pay
        if number:
            self.act("receivables.pay", lambda: pay(number, UNIT, sender=self.who("buyer")))
            source, target = self.who("seller"), self.who("seller-too")
            call, officer = self.net.receivables.moveProceeds, self.who("compliance")
            self.act("receivables.moveProceeds", lambda: call(number, source, target, sender=officer))

    @rule(which=pick, amount=st.sampled_from([0, UNIT, 40 * UNIT]))
    def value(self, which: int, amount: int) -> None:
        number = self.an_invoice(which)
        if number:
            until, call = self.now + 30 * DAY, self.net.receivables.stateAttribute
            by = self.who("attestor")
            self.act("receivables.stateAttribute", lambda: call(number, VALUATION, amount, until, sender=by))
