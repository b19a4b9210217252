"""Titles to land: registered, pledged, let, struck out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import sign
from caldera.contracts import structs
from tests.properties.suite.kernel import Kernel, pick
from tests.properties.suite.stage import NOBODY
from tests.support.suite import DAY, YEAR

OWNERS = ("owner", "seller", "farmer", "bank")
EUR = 1
RENT = 10 * 10**6


class Estate(Kernel):
    """Rules about rights and leases."""

    def titles(self, *owners: str) -> list[int]:
        """Those of these actors, or of any."""
        found = self.world.balances.owners["UsageRight"]
        return [number for number, owner in found.items() if self.label(owner) in (owners or self.stage.people)]

    def owner_of_title(self, number: int) -> str:
        """Label of its owner; empty for a trust's."""
        return self.label(self.world.balances.owners["UsageRight"][number])

    def a_title(self, which: int) -> int:
        """One that is free to be let or pledged, registered now if there is none."""
        found = [
            number
            for number in self.titles(*OWNERS)
            if not self.world.items.rights[number].lienholder and not self.lease_runs(number)
        ]
        return found[which % len(found)] if found and which % 4 else self.title(OWNERS[which % 4], which % 2 == 0)

    def lease_runs(self, number: int) -> bool:
        lease = self.world.rents.leases.get(number)
        return lease is not None and not lease.over and self.now <= lease.end

    @rule(owner=st.sampled_from([*OWNERS, "boston", "mallory"]), lapses=st.booleans())
    def register_title(self, owner: str, lapses: bool) -> None:
        self.title(owner, lapses)

    def title(self, owner: str, lapses: bool) -> int:
        """Registers one; its number, 0 where that is refused."""
        until = self.now + 2 * YEAR if lapses else 0
        given = structs.Title(
            self.next().to_bytes(32, "big"), b"\1" * 32, until, self.net.rule("EU/land-title"), b"\2" * 32
        )
        call, registrar = self.net.land.register, self.who("attestor")
        made = self.act("land.register", lambda: call(self.who(owner), given, sender=registrar))
        return int(made.returned) if made else 0

    # pledges and transfers

    @rule(which=pick, to=st.sampled_from([*OWNERS, "boston"]), how=st.sampled_from(["send", "safe", "force", "freeze"]))
    def move_title(self, which: int, to: str, how: str) -> None:
        number = self.a_title(which)
        if not number:
            return
        rights, owner = self.net.rights, self.who(self.owner_of_title(number))
        target, officer = self.who(to), self.who("compliance")
        if how == "send":
            self.act("rights.transferFrom", lambda: rights.transferFrom(owner, target, number, sender=owner))
        elif how == "safe":
            self.act("rights.safeTransferFrom", lambda: rights.safeTransferFrom(owner, target, number, sender=owner))
        elif how == "force":
            self.act("rights.forcedTransfer", lambda: rights.forcedTransfer(owner, target, number, sender=officer))
        else:
            account = owner if which % 2 else target
            for frozen in (True, False)[: 1 + (which % 3 > 0)]:
                self.act(
                    "rights.setFrozenTokens",
                    lambda f=frozen: rights.setFrozenTokens(account, number, f, sender=officer),
                )

    @rule(which=pick, to=st.sampled_from(["bank", "house"]), end=st.sampled_from(["release", "seize", "break", ""]))
    def pledge_title(self, which: int, to: str, end: str) -> None:
        number = self.a_title(which)
        if not number:
            return
        rights, owner, lender = self.net.rights, self.who(self.owner_of_title(number)), self.who(to)
        if self.act("rights.pledge", lambda: rights.pledge(owner, lender, number, 1, sender=owner)) is None:
            return
        if end == "release":
            self.act("rights.release", lambda: rights.release(owner, number, 1, sender=lender))
        elif end == "seize":
            self.act("rights.seize", lambda: rights.seize(owner, lender, number, 1, sender=lender))
        elif end == "break":
            officer = self.who("compliance")
            self.act("rights.breakLien", lambda: rights.breakLien(owner, lender, number, 1, sender=officer))

    # leases

    def offer(self, number: int, **changes: Any) -> structs.Offer:
        """10.00 a day for at most 100 days, to anyone."""
        given: dict[str, Any] = {
            "id": number,
            "number": self.net.leases.nextNumber(number),
            "lessee": NOBODY,
            "currencyId": EUR,
            "rent": RENT,
            "period": DAY,
            "latest": self.now + 100 * DAY,
            "sublease": True,
            "referee": self.who("arbiter").address,
            "forfeitBps": 2_500,
            "clauses": b"\1" * 32,
            "deadline": self.now + DAY,
        }
        return structs.Offer(**(given | changes))

    @rule(which=pick, days=st.sampled_from([1, 30, 100]), signed=st.booleans())
    def let(self, which: int, days: int, signed: bool) -> None:
        self.a_lease(which, days, signed)

    def a_lease(self, which: int, days: int = 30, signed: bool = True) -> int:
        """Lets a title; its number, 0 where that is refused."""
        number = self.a_title(which)
        if not number:
            return 0
        owner, tenant, leases = self.who(self.owner_of_title(number)), self.who("tenant"), self.net.leases
        offer, end = self.offer(number), self.now + days * DAY
        signature = b""
        if signed:
            signature = sign(leases, "LeaseOffer", offer, owner)
        else:
            self.act("leases.offer", lambda: leases.offer(offer, sender=owner))
        done = self.act("leases.lease", lambda: leases.lease(offer, end, NOBODY, signature, sender=tenant))
        return number if done else 0

    @rule(
        which=pick,
        how=st.sampled_from(["extend", "accrue", "collect", "agree", "agree", "breach", "user", "void"]),
        days=st.sampled_from([1, 20]),
    )
    def under_lease(self, which: int, how: str, days: int) -> None:
        running = [number for number in self.titles(*OWNERS) if self.lease_runs(number)]
        number = running[which % len(running)] if running else self.a_lease(which)
        if not number:
            return
        leases, tenant, owner = self.net.leases, self.who("tenant"), self.who(self.owner_of_title(number))
        self.wait(days * DAY // 10)
        if how == "extend":
            end = self.world.rents.leases[number].end + days * DAY
            self.act("leases.extend", lambda: leases.extend(number, end, sender=tenant))
        elif how == "accrue":
            self.act("leases.accrue", lambda: leases.accrue(number, sender=self.who("stranger")))
        elif how == "collect":
            self.act("leases.accrue", lambda: leases.accrue(number, sender=self.who("stranger")))
            self.act("leases.collect", lambda: leases.collect(number, EUR, sender=owner))
        elif how == "agree":
            self.act("leases.agreeToEnd", lambda: leases.agreeToEnd(number, True, sender=tenant))
            self.act("leases.agreeToEnd", lambda: leases.agreeToEnd(number, True, sender=owner))
            self.act("leases.collect", lambda: leases.collect(number, EUR, sender=tenant))
        elif how == "breach":
            referee = self.who("arbiter")
            self.act("leases.declareBreach", lambda: leases.declareBreach(number, b"\1" * 32, sender=referee))
        elif how == "user":
            guest, until = self.who("shopper" if which % 2 else "carrier"), self.now + 1
            self.act("rights.setUser", lambda: self.net.rights.setUser(number, guest, until, sender=tenant))
        else:
            self.act("leases.voidOffers", lambda: leases.voidOffers(number, sender=owner))

    @rule(which=pick)
    def let_while_pledged(self, which: int) -> None:
        """With the lienholder's consent."""
        number = self.title(OWNERS[which % 3], False)
        if not number:
            return
        owner, bank, tenant = self.who(self.owner_of_title(number)), self.who("bank"), self.who("tenant")
        rights, leases, offer = self.net.rights, self.net.leases, self.offer(number)
        if self.act("rights.pledge", lambda: rights.pledge(owner, bank, number, 1, sender=owner)) is None:
            return
        signed, end = sign(leases, "LeaseOffer", offer, owner), self.now + 9 * DAY
        self.never(
            "2. what is pledged is not let behind the lienholder's back",
            lambda: leases.lease(offer, end, bank, signed, sender=tenant),
        )
        agreed = self.act("leases.offer", lambda: leases.offer(offer, sender=owner))
        if agreed is not None:
            digest = bytes(agreed.returned)
            self.act("leases.consent", lambda: leases.consent(number, digest, sender=bank))
            self.act("leases.lease", lambda: leases.lease(offer, end, bank, signed, sender=tenant))

    @rule(which=pick)
    def strike_out(self, which: int) -> None:
        number = self.title("farmer", True) if which % 2 else self.a_title(which)
        if number:
            call, by = self.net.land.strikeOut, self.who("attestor")
            self.act("land.strikeOut", lambda: call(number, b"\1" * 32, sender=by))
