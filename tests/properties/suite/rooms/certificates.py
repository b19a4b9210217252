"""Certificates of any kind in circulation: transfers, pledges, liens, and what officers do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import sign
from tests.properties.suite.kernel import dusty, parts, pick
from tests.properties.suite.rooms.receivables import HOLDERS, Receivables
from tests.properties.suite.stage import PARTIES
from tests.support.suite import DAY

RECEIVERS = (*HOLDERS, *HOLDERS, "lena", "leo", "boston", "anna", "owner", "farmer", "mallory")


class Certificates(Receivables):
    """Rules about certificates."""

    @rule(which=pick, to=st.sampled_from(RECEIVERS), part=dusty)
    def transfer(self, which: int, to: str, part: int) -> None:
        self.an_invoice(which)
        found = self.positions(False, circulating=True)
        if found:
            number, position, _ = self.one(found, which)
            units, sender = self.share(number, position, part), self.who(self.label(position.holder))
            call = self.net.certificates.safeTransferFrom
            self.act(
                "certificates.transfer",
                lambda: call(position.holder, self.who(to), number, units, b"", sender=sender),
            )

    @rule(which=pick, to=st.sampled_from(HOLDERS), part=parts)
    def transfer_many(self, which: int, to: str, part: int) -> None:
        """One id twice, and another one."""
        self.an_invoice(which)
        found = self.positions(False, circulating=True)
        if found:
            _, position, _ = self.one(found, which)
            mine = [number for number, other, _ in found if other == position][:2]
            ids = [mine[0], *mine]
            units = [max(1, self.share(number, position, part) // 2) for number in ids]
            sender, call = self.who(self.label(position.holder)), self.net.certificates.safeBatchTransferFrom
            self.act("certificates.batch", lambda: call(sender, self.who(to), ids, units, b"", sender=sender))

    @rule(which=pick, to=st.sampled_from(RECEIVERS), part=dusty)
    def pledge(self, which: int, to: str, part: int) -> None:
        found = self.positions(False, circulating=True)
        if not found:
            self.an_invoice(which)
            found = self.positions(False, circulating=True)
        if found:
            number, position, _ = self.one(found, which)
            units, holder = self.share(number, position, part), self.who(self.label(position.holder))
            call = self.net.certificates.pledge
            self.act("certificates.pledge", lambda: call(holder, self.who(to), number, units, sender=holder))

    @rule(which=pick, part=dusty, how=st.sampled_from(["release", "release", "seize", "break"]))
    def end_lien(self, which: int, part: int, how: str) -> None:
        """Released or seized by the lienholder, or broken by compliance."""
        found = self.positions(True)
        if not found:
            self.pledge(which, "bank", 1)
            found = self.positions(True)
        if not found:
            return
        number, lien, _ = self.one(found, which)
        units, by, ledger = self.share(number, lien, part), self.who(self.label(lien.lien)), self.net.certificates
        if how == "release":
            self.act("certificates.release", lambda: ledger.release(lien.holder, number, units, sender=by))
        elif how == "seize":
            to = by if which % 3 else self.who("house")
            self.act("certificates.seize", lambda: ledger.seize(lien.holder, to, number, units, sender=by))
        else:
            officer = self.who("compliance")
            self.act(
                "certificates.breakLien",
                lambda: ledger.breakLien(lien.holder, lien.lien, number, units, sender=officer),
            )

    @rule(which=pick, to=st.sampled_from(HOLDERS), part=dusty)
    def force(self, which: int, to: str, part: int) -> None:
        self.an_invoice(which)
        found = self.positions(False)
        if found:
            number, position, _ = self.one(found, which)
            units, call = self.share(number, position, part), self.net.certificates.forcedTransfer
            officer = self.who("compliance")
            self.act(
                "certificates.forcedTransfer",
                lambda: call(position.holder, self.who(to), number, units, sender=officer),
            )

    @rule(which=pick, part=st.sampled_from([0, 0, 1, 2]))
    def freeze(self, which: int, part: int) -> None:
        self.an_invoice(which)
        found = self.positions(False)
        frozen = [
            (number, account)
            for number, asset in self.world.certificates.ledger.assets.items()
            for account, units in asset.frozen.items()
            if units
        ]
        officer, call = self.who("compliance"), self.net.certificates.setFrozenTokens
        if frozen and part == 0:
            number, account = self.one(frozen, which)
            self.act("certificates.setFrozenTokens", lambda: call(account, number, 0, sender=officer))
        elif found and part:
            number, position, units = self.one(found, which)
            self.act(
                "certificates.setFrozenTokens",
                lambda: call(position.holder, number, units // part, sender=officer),
            )

    @rule(by=st.sampled_from(HOLDERS), operator=st.sampled_from(["factor", "relayer"]), on=st.booleans())
    def approve(self, by: str, operator: str, on: bool) -> None:
        call = self.net.certificates.setApprovalForAll
        self.act("certificates.approve", lambda: call(self.who(operator), on, sender=self.who(by)))

    @rule(by=st.sampled_from(HOLDERS), spoilt=st.sampled_from([False, False, True]))
    def approve_by_signature(self, by: str, spoilt: bool) -> None:
        ledger, owner, operator = self.net.certificates, self.who(by), self.who("relayer")
        message: dict[str, Any] = {
            "owner": owner.address,
            "operator": operator.address,
            "approved": True,
            "nonce": ledger.nonces(owner) + spoilt,
            "deadline": self.now + DAY,
        }
        signed = sign(ledger, "ApprovalForAll", message, owner)
        deadline = message["deadline"]
        done = self.act(
            "certificates.approveBySignature",
            lambda: ledger.setApprovalForAllBySignature(owner, operator, True, deadline, signed, sender=operator),
        )
        assert done is None or not spoilt, "a signature for another nonce"

    @rule(
        name=st.sampled_from(list(PARTIES)),
        what=st.sampled_from(["suspend", "reinstate", "reinstate", "renew", "entity", "sync", "rate", "remove"]),
    )
    def supervise(self, name: str, what: str) -> None:
        """Compliance suspends, reinstates, renews; what it writes is what every ledger then knows."""
        registry, officer, who = self.net.registry, self.who("compliance"), self.who(name)
        facts = self.world.parties.facts[who.address]
        if what == "renew":
            until, scope = self.now + 900 * DAY, (facts.regions, facts.qualifications)
            self.act("registry.setFacts", lambda: registry.setFacts(who, until, *scope, sender=officer))
            return
        if what == "entity":
            self.act("registry.suspendEntity", lambda: registry.suspendEntity(facts.entity, sender=officer))
            self.everybody_back()
            return
        if what == "sync":
            ledger, anybody = self.net.certificates, self.who("stranger")
            self.act("registry.sync", lambda: registry.sync(ledger, [who.address], sender=anybody))
            return
        if what == "rate":
            self.new_rate()
            return
        if what == "remove":
            guest, given = self.who(f"guest {self.next()}"), (self.now + DAY, facts.regions, facts.qualifications)
            self.act("registry.enrol", lambda: registry.enrol(guest, facts.entity, *given, sender=officer))
            self.act("registry.remove", lambda: registry.remove(guest, sender=officer))
            return
        call = registry.suspend if what == "suspend" else registry.reinstate
        self.act(f"registry.{what}", lambda: call(who, sender=officer))

    def new_rate(self) -> None:
        """What a euro is worth; a currency is halted for a moment."""
        standard, by, number = self.net.standard, self.who("standard"), self.stage.number("EUR")
        rate = self.world.rules.rates[number] + 10**15
        self.act("standard.setRate", lambda: standard.setRate(number, rate, sender=by))
        for active in (False, True):
            self.act("standard.setCurrencyActive", lambda a=active: standard.setCurrencyActive(number, a, sender=by))

    def everybody_back(self) -> None:
        """Who was suspended is reinstated: rooms that need many people begin with this now and then."""
        officer = self.who("compliance")
        for name in PARTIES:
            if self.world.parties.facts[self.who(name).address].status == 2:
                self.act("registry.reinstate", lambda n=name: self.net.registry.reinstate(self.who(n), sender=officer))
