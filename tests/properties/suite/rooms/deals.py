"""Securitised deals: receivables and shares of a pool in a vault, two tranches, and all that brings money in."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.contracts import structs
from caldera.model.tranches import POOL, Deal
from tests.properties.suite.kernel import parts, pick
from tests.properties.suite.rooms.circulation import Circulation
from tests.properties.suite.stage import UNIT
from tests.support.suite import DAY

ARRANGER = "house"
BUYERS = ("bank", "factor", "leo")
EUR = 1
WORTH = 40 * UNIT


class Deals(Circulation):
    """Rules about deals, in euros."""

    def dealt(self, deal: int) -> Deal:
        """What is known of a deal."""
        found: Deal = self.world.tranches.model(deal).deals[deal]
        return found

    def opened(self, which: int, days: int) -> int:
        """A deal whose vault is enrolled; 0 where that is refused."""
        deals, arranger, rules = self.net.securitisation, self.who(ARRANGER), self.net.rule("EU/tranche")
        spec = structs.DealSpec(EUR, rules, 500 + which % 7, 1_500, self.now // DAY + days, b"\1" * 32)
        made = self.act("deals.open", lambda: deals.open(spec, sender=arranger))
        if made is None:
            return 0
        deal = int(made.returned[0])
        self.enrol_vault(self.dealt(deal).vault)
        return deal

    def enrol_vault(self, vault: str) -> None:
        """Each deal's vault is a participant of its own."""
        registry, officer = self.net.registry, self.who("compliance")
        made = self.act(
            "registry.createEntity",
            lambda: registry.createEntity(vault.lower().encode()[-32:], sender=officer),
        )
        if made is not None:
            regions, kinds = self.net.regions("DE"), self.net.qualifications("ENTERPRISE")
            until, entity = self.now + 900 * DAY, made.returned
            self.act("registry.enrol", lambda: registry.enrol(vault, entity, until, regions, kinds, sender=officer))

    def bring(self, deal: int, face: int) -> int:
        """A new receivable, all of it in the vault; 0 where that is refused."""
        arranger, vault, call = self.who(ARRANGER), self.dealt(deal).vault, self.net.certificates.safeTransferFrom
        number = self.registered(ARRANGER, "buyer", face, 0, 60, True)
        if number and self.act("deals.bring", lambda: call(arranger, vault, number, face, b"", sender=arranger)):
            return number
        return 0

    def bring_shares(self, deal: int) -> bool:
        """Shares of the pool, which the arranger has as a lender."""
        pool, arranger, model = self.net.pool("EUR"), self.who(ARRANGER), self.pool_model("EUR")
        self.lend(ARRANGER, "EUR", 100 * UNIT, False)
        shares = model.shares[arranger.address] // 3
        call, vault = pool.transfer, self.dealt(deal).vault
        return shares > 0 and self.act("pool.transfer", lambda: call(vault, shares, sender=arranger)) is not None

    def issued(self, which: int, pool: bool) -> int:
        """A deal over two receivables, with shares of the pool or without, its tranches with several holders; 0 where
        something of that is refused."""
        deal = self.opened(which, 20 + which % 30)
        if not deal:
            return 0
        numbers = sorted(filter(None, (self.bring(deal, WORTH + which % 11 * add) for add in (0, 1))))
        pools = [self.net.pool("EUR")] if pool and self.bring_shares(deal) else []
        if not numbers:
            return 0
        deals, arranger = self.net.securitisation, self.who(ARRANGER)
        senior = WORTH * len(numbers) * 7 // 10 + which % 13
        done = self.act("deals.issue", lambda: deals.issue(deal, numbers, pools, senior, sender=arranger))
        if done is None:
            return 0
        for number in (deal + 1, deal + 2):
            self.hand_on(number, "bank", 3)
            self.hand_on(number, "factor", 4)
        return deal

    def hand_on(self, number: int, to: str, part: int) -> None:
        """A part of what the arranger has of a tranche, which divides nothing evenly."""
        arranger, call = self.who(ARRANGER), self.net.certificates.safeTransferFrom
        units = self.world.balances.units[number][arranger.address] // part + 1
        self.act(
            "certificates.transfer",
            lambda: call(arranger, self.who(to), number, units, b"", sender=arranger),
        )

    def a_deal(self, which: int, pool: bool = False) -> int:
        """One that goes on, issued now if there is none; 0 where that is refused."""
        models = self.world.tranches.models.values()
        known = [(deal, facts) for model in models for deal, facts in model.deals.items() if facts.state == "Issued"]
        found = [deal for deal, facts in known if not pool or any(facts.assets[index] == POOL for index in facts.live)]
        return self.one(found, which // 2) if found and which % 2 else self.issued(which, pool)

    # rules

    @rule(which=pick, part=parts, pool=st.booleans())
    def securitise(self, which: int, part: int, pool: bool) -> None:
        """Cash through the waterfall, all the way to holders."""
        deal = self.issued(which, pool)
        if not deal:
            return
        self.wait(which % 5 * DAY + which % 1_000)
        self.debtors_pay(deal, part)
        for index in range(len(self.dealt(deal).assets)):
            self.collect_asset(deal, index)
        token, donor, vault = self.net.token("EUR"), self.who("buyer"), self.dealt(deal).vault
        self.act("token.transfer", lambda: token.transfer(vault, UNIT + which % 7, sender=donor))
        deals = self.net.securitisation
        self.act("deals.sweep", lambda: deals.sweep(deal, sender=self.who("stranger")))
        self.claim_tranches(deal)

    def debtors_pay(self, deal: int, part: int) -> None:
        """On all that is there, an amount that divides nothing evenly unless it is all."""
        facts, pay, claims = self.dealt(deal), self.net.receivables.pay, self.world.certificates.receivables.claims
        for number in [facts.assets[index] for index in sorted(facts.live)]:
            if number in claims and claims[number].owed:
                amount = max(1, claims[number].owed // part - part + 1)
                self.act("receivables.pay", lambda n=number, a=amount: pay(n, a, sender=self.who("buyer")))

    def collect_asset(self, deal: int, index: int) -> None:
        """By anybody."""
        deals = self.net.securitisation
        self.act("deals.collect", lambda: deals.collect(deal, index, sender=self.who("stranger")))

    def claim_tranches(self, deal: int) -> None:
        """For every holder."""
        deals = self.net.securitisation
        for number in (deal + 1, deal + 2):
            for holder in [one for one, units in self.world.balances.units[number].items() if units]:
                self.act("deals.claim", lambda n=number, h=holder: deals.claim(n, h, sender=self.who("stranger")))

    @rule(
        which=pick,
        part=parts,
        how=st.sampled_from(["pay", "pledge", "redeem", "leave"]),
    )
    def under_deal(self, which: int, part: int, how: str) -> None:
        """Debtors pay, tranches are pledged, shares of the pool leave it for cash or by its queue."""
        deal = self.a_deal(which, how in ("redeem", "leave"))
        if not deal:
            return
        if how == "pledge":
            self.pledge_tranche(deal, part)
        elif how == "redeem":
            self.redeem_shares(deal, part)
        elif how == "pay":
            self.debtors_pay(deal, part + 1)
        else:
            self.until(self.dealt(deal).maturity)
        if how != "redeem":
            for index in sorted(self.dealt(deal).live):
                self.collect_asset(deal, index)
        self.claim_tranches(deal)

    @rule(which=pick, part=parts)
    def sell_out(self, which: int, part: int) -> None:
        """From maturity on: some units of each receivable are bought, or all, and what the pool pays is collected."""
        deal = self.a_deal(which)
        if not deal:
            return
        facts = self.dealt(deal)
        self.until(facts.maturity + which % 30 * DAY + which % 1_000)
        for index in sorted(facts.live):
            if facts.assets[index] == POOL:
                self.collect_asset(deal, index)
            else:
                self.buy_asset(deal, index, which, part)
        self.claim_tranches(deal)

    def pledge_tranche(self, deal: int, part: int) -> None:
        """What is paid on pledged units goes with them."""
        ledger, holder, bank = self.net.certificates, self.who("factor"), self.who("bank")
        number = deal + 1 + part % 2
        units = self.world.balances.units[number][holder.address]
        done = self.act("certificates.pledge", lambda: ledger.pledge(holder, bank, number, units, sender=holder))
        self.debtors_pay(deal, part + 1)
        for index in sorted(self.dealt(deal).live):
            self.collect_asset(deal, index)
        if done is not None:
            some = units // 2 if part % 2 else units
            self.act("certificates.release", lambda: ledger.release(holder, number, some, sender=bank))

    def redeem_shares(self, deal: int, part: int) -> None:
        """For cash that the pool has, by the arranger."""
        facts, model = self.dealt(deal), self.pool_model("EUR")
        if POOL in facts.assets:
            index, deals = facts.assets.index(POOL), self.net.securitisation
            shares = model.most_redeemable(self.now, facts.vault) // part
            self.act("deals.redeem", lambda: deals.redeem(deal, index, shares, sender=self.who(ARRANGER)))

    def buy_asset(self, deal: int, index: int, which: int, part: int) -> None:
        """Some units of a receivable, or all, for the price of the moment."""
        facts, deals, buyer = self.dealt(deal), self.net.securitisation, self.who(BUYERS[which % 3])
        units = self.world.tranches.model(deal).held(facts, facts.assets[index]) // part
        self.act("deals.buy", lambda: deals.buy(deal, index, units, 2**255, sender=buyer))

    @rule(which=pick, shares=st.booleans(), gift=st.booleans())
    def take_back_of_deal(self, which: int, shares: bool, gift: bool) -> None:
        """Of a deal that is not issued, everything; of one that is, nothing that is its own."""
        deal, deals, arranger = self.opened(which, 90), self.net.securitisation, self.who(ARRANGER)
        number = self.bring(deal, WORTH) if deal else 0
        if not number:
            return
        tokens: list[Any] = [self.net.pool("EUR")] if shares and self.bring_shares(deal) else []
        if gift:
            token, vault = self.net.token("EUR"), self.dealt(deal).vault
            self.act("token.transfer", lambda: token.transfer(vault, 7, sender=self.who("buyer")))
            tokens.append(token)
        if which % 3 == 0:
            issue = deals.issue
            done = self.act("deals.issue", lambda: issue(deal, [number], [], WORTH // 2, sender=arranger))
            if done is not None:
                self.never("5. an asset of a deal stays", lambda: deals.takeBack(deal, [number], [], sender=arranger))
                return
        self.act("deals.takeBack", lambda: deals.takeBack(deal, [number], tokens, sender=arranger))
