"""Titles in trust: shares of their income, rent, other income, the next trust of a title that was forced away."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.estate import EUR, Estate
from tests.properties.suite.stage import NOBODY, UNIT
from tests.support.suite import DAY


class Trusts(Estate):
    """Rules about trusts."""

    @rule(which=pick, days=st.sampled_from([0, 10]))
    def trust(self, which: int, days: int) -> None:
        self.a_trust(which)
        self.wait(1 + days * DAY)

    def trusts(self) -> list[int]:
        """Certificates of income, whose trust has an actor as manager."""
        kinds = self.world.certificates.kinds
        return [number for number, kind in kinds.items() if kind == 4 and self.manager(number)]

    def manager(self, certificate: int) -> str:
        return self.label(self.net.land.trustOf(certificate).manager)

    def a_trust(self, which: int) -> int:
        """One, made now if there is none; 0 where that is refused."""
        found = self.trusts()
        if found and which % 2:
            return self.one(found, which)
        number = self.title("owner", False)
        if not number:
            return 0
        land, owner, rights = self.net.land, self.who("owner"), self.net.rights
        self.act("rights.approve", lambda: rights.approve(land, number, sender=owner))
        rules = self.net.rule("EU/land-income")
        shares = 10 * UNIT + which % 5
        made = self.act("land.putInTrust", lambda: land.putInTrust(number, shares, rules, EUR, sender=owner))
        if made is not None and which % 3:
            self.share_trust(int(made.returned), which)
        return int(made.returned) if made else 0

    def share_trust(self, certificate: int, which: int) -> None:
        """Several have shares, one of them under a lien, in parts that divide nothing evenly."""
        ledger, owner, bank = self.net.certificates, self.who("owner"), self.who("bank")
        for name, units in (("bank", 3 * UNIT + which % 7), ("house", 2 * UNIT)):
            to, call = self.who(name), ledger.safeTransferFrom
            self.act(
                "certificates.transfer",
                lambda t=to, n=units, c=call: c(owner, t, certificate, n, b"", sender=owner),
            )
        house = self.who("house")
        self.act("certificates.pledge", lambda: ledger.pledge(house, bank, certificate, 2 * UNIT, sender=house))

    @rule(
        which=pick,
        how=st.sampled_from(["pay", "claim", "claim", "let", "end", "value"]),
    )
    def in_trust(self, which: int, how: str) -> None:
        certificate = self.a_trust(which)
        if not certificate:
            return
        land, number = self.net.land, certificate & ~0xFFFF
        if how == "pay":
            payer = self.who("tenant")
            self.act("land.payIncome", lambda: land.payIncome(certificate, UNIT + which % 7, sender=payer))
        elif how == "claim":
            payer = self.who("tenant")
            amount = UNIT + which % 11
            self.act("land.payIncome", lambda: land.payIncome(certificate, amount, sender=payer))
            self.claim_income(certificate)
        elif how == "value":
            until, by = self.now + 90 * DAY, self.who("attestor")
            self.act("land.stateAttribute", lambda: land.stateAttribute(number, 7, UNIT, until, sender=by))
        else:
            self.let_by_trust(which, certificate, how)

    @rule(which=pick, earned=st.booleans())
    def take_out(self, which: int, earned: bool) -> None:
        """By who has all shares again; what others were owed stays theirs."""
        certificate = self.a_trust(which)
        if not certificate:
            return
        land, manager = self.net.land, self.manager(certificate)
        if earned:
            amount = UNIT + which % 11
            self.act("land.payIncome", lambda: land.payIncome(certificate, amount, sender=self.who("tenant")))
        self.all_shares_to(certificate, manager)
        self.act("land.takeOut", lambda: land.takeOut(certificate, sender=self.who(manager)))
        self.claim_income(certificate)

    @rule(which=pick, anew=st.sampled_from([False, False, True]))
    def trust_earns(self, which: int, anew: bool) -> None:
        """Rent is shared among holders, whoever was the title's owner since it was earned."""
        certificate = self.a_trust(which)
        if certificate:
            self.let_by_trust(which, certificate, "let" if anew else "rent")
            if anew:
                self.force_title_into_next_trust(certificate & ~0xFFFF)
            self.claim_income(certificate)

    def claim_income(self, certificate: int) -> None:
        """For every actor who ever had shares."""
        land, anybody = self.net.land, self.who("relayer")
        for holder in [one for one in sorted(self.world.balances.units[certificate]) if self.label(one)]:
            self.act("land.claim", lambda h=holder: land.claim(certificate, h, sender=anybody))

    def all_shares_to(self, certificate: int, manager: str) -> None:
        """Liens are released, and everybody hands over what it has."""
        ledger, asset = self.net.certificates, self.world.certificates.ledger.assets[certificate]
        for position, units in list(asset.units.items()):
            if units and position.lien and self.label(position.lien):
                by = self.who(self.label(position.lien))
                self.act(
                    "certificates.release",
                    lambda p=position, n=units, b=by: ledger.release(p.holder, certificate, n, sender=b),
                )
        to = self.who(manager)
        for position, units in list(asset.units.items()):
            if units and not position.lien and self.label(position.holder) not in ("", manager):
                holder, call = self.who(self.label(position.holder)), ledger.safeTransferFrom
                self.act(
                    "certificates.transfer",
                    lambda h=holder, n=units, c=call: c(h, to, certificate, n, b"", sender=h),
                )

    def force_title_into_next_trust(self, number: int) -> None:
        """Compliance takes a title out of its trust, with rent waiting or not; its next owner puts it in anew."""
        land, rights, bank, officer = self.net.land, self.net.rights, self.who("bank"), self.who("compliance")
        call, rules = rights.forcedTransfer, self.net.rule("EU/land-income")
        self.act("rights.forcedTransfer", lambda: call(land, bank, number, sender=officer))
        self.act("rights.approve", lambda: rights.approve(land, number, sender=bank))
        self.wait(DAY)
        self.act("land.putInTrust", lambda: land.putInTrust(number, 7 * UNIT + 1, rules, EUR, sender=bank))

    def let_by_trust(self, which: int, certificate: int, how: str) -> None:
        """The manager offers; the rent is the trust's."""
        land, leases, number = self.net.land, self.net.leases, certificate & ~0xFFFF
        manager, tenant = self.who(self.manager(certificate)), self.who("tenant")
        if not self.lease_runs(number):
            offer, end = self.offer(number), self.now + 20 * DAY
            self.act("land.offerLease", lambda: land.offerLease(certificate, offer, sender=manager))
            self.act("leases.lease", lambda: leases.lease(offer, end, NOBODY, b"", sender=tenant))
        self.wait(DAY)
        if how == "rent":
            self.act("land.collectRent", lambda: land.collectRent(certificate, sender=self.who("relayer")))
        elif how == "end":
            self.act("leases.agreeToEnd", lambda: leases.agreeToEnd(number, True, sender=tenant))
            self.act("land.agreeToEnd", lambda: land.agreeToEnd(certificate, True, sender=manager))
