"""Invoices of the folder become money: one pledged, one pledged and sold in part, one sold; until all is paid back.

An invoice can be certified once. These scenes are played first and taken back, so that the same documents can go the
plain way as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import events
from caldera.demo.amounts import DECIMALS, cents, money
from caldera.demo.labels import LENDERS, RELAYER, UPKEEP, UPSTREAM, WEBSHOP, Labels
from caldera.demo.reasons import STATES, explained
from caldera.demo.scenes.books import Ledger, kept
from caldera.demo.scenes.choice import LOAN, SALE, SPLIT, WAYS, Candidate, Market, choose, sheet
from caldera.demo.scenes.economy import Economy
from caldera.demo.scenes.paperwork import BPS, PART_PRICE, WHOLE_PRICE, Deal, Paperwork
from caldera.demo.scenes.stage import DAY, Scene, Sheet, Stage
from caldera.demo.trade import FACTOR, Trade
from caldera.devnet import Devnet
from caldera.documents import Outcome
from caldera.evm import Account, ContractError, Receipt
from caldera.evm.errors import EncodingError
from caldera.model.credit import FACTORS

UNSECURED = 500
"""Basis points of the invoice that are lent beyond what it is good for as a pledge, within the limit."""
BORROWER_CAP = 4
"""The pool is four times what is lent: one borrower may owe a quarter of it."""
ROUND = 100_000 * 10**DECIMALS
SOLD = 10_000 * 10**DECIMALS
CLOSED = 4


@dataclass
class Financing:
    """What was played: `candidates` are the documents with what was done with them; `ledgers` the books at the end."""

    scenes: list[Scene] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)


def play(
    devnet: Devnet,
    outcomes: Sequence[Outcome],
    preferred: Collection[Path] = (),
    names: dict[Path, str] | None = None,
    economy: Economy | None = None,
) -> Financing:
    """Finances what can be financed of these documents; those of `preferred` first. With an `economy` fees are paid in
    ERA, and what circulated earns some. The chain is left as it was."""
    mark = devnet.chain.snapshot()
    try:
        return _Play(devnet, outcomes, preferred, names or {}, economy).run()
    finally:
        devnet.chain.restore(mark)


class _Play:
    """One play. Scenes are in the order of the story; their steps are on the days of the documents."""

    def __init__(
        self,
        devnet: Devnet,
        outcomes: Sequence[Outcome],
        preferred: Collection[Path],
        names: dict[Path, str],
        economy: Economy | None,
    ) -> None:
        self.devnet, self.economy = devnet, economy
        trade, standard = Trade(devnet), devnet.standard
        numbers = devnet.deployment.currencies
        lent = [code for code in numbers if f"LendingPool{code}" in devnet.deployment.addresses]
        rates = {code: standard.toUsd(numbers[code], 10**18) for code in lent}
        self.market = Market({code: trade.minimum(code) for code in lent}, rates)
        self.done = Financing(candidates=choose(outcomes, self.market, preferred))
        self.names = names
        self.deals: dict[str, Deal] = {}
        self.scheme = 0
        titles = {
            "choice": "Finance: the documents",
            "lenders": "Finance: lenders, and a supplier's limit",
            LOAN: "Finance: from the document to a loan in one transaction",
            SPLIT: "Finance: half pledged, a part of the rest split off and sold while it is pledged",
            SALE: "Finance: sold to a factor by a signed quote, in one transaction",
            "payment": "Finance: the debtors pay, loans close in the same transaction",
            "exit": "Finance: lenders leave with what they earned",
            "revenue": "Finance: a sale's revenue, 60/30/10, while the supplier has a loan and after it",
        }
        self.stages = {key: Stage(devnet, Scene(title)) for key, title in titles.items()}

    def run(self) -> Financing:
        """All scenes that there is something for."""
        self.stages["choice"].scene.sheets.append(sheet(self.done.candidates, self.names))
        self._enrol()
        if self.deals:
            self._live()
        scenes = [stage.scene for stage in self.stages.values()]
        self.done.scenes = [scene for scene in scenes if scene.steps or scene.sheets]
        if self.economy and self.deals:
            self.done.scenes.append(self.economy.close("Finance: fees in ERA, and what circulation earned"))
        self.done.deals = list(self.deals.values())
        self._close_the_books()
        return self.done

    def _enrol(self) -> None:
        net = self.devnet
        label = self.economy.labels if self.economy else Labels.on(net)
        chosen = [one for one in self.done.candidates if one.way]
        for one in sorted(chosen, key=lambda one: WAYS.index(one.way)):
            if one.invoice:
                seller, buyer = one.invoice.seller, one.invoice.buyer
                self.deals[one.way] = Deal(
                    one,
                    net.enrol(label(seller), seller.key, "ENTERPRISE"),
                    net.enrol(label(buyer), buyer.key, "ENTERPRISE"),
                )
        self.factor = net.enrol(FACTOR, f"NAME:{FACTOR}", "FACTOR")
        self.lenders = {net.enrol(name, f"NAME:{name}", "BANK"): part for name, part in LENDERS.items()}
        attestors = [net.enrol(name, f"NAME:{name}", "BANK") for name in ("attestor", "attestor2")]
        self.paper = Paperwork(net, (attestors[0], attestors[1]))
        self.relayer = net.chain.account(RELAYER)

    def _live(self) -> None:
        begin: dict[str, Callable[[Deal], None]] = {LOAN: self._loan, SPLIT: self._split, SALE: self._sale}
        diary: list[tuple[int, int, Callable[[], None]]] = []
        for way, deal in self.deals.items():
            diary.append((deal.issued, 0, partial(self._begin, way, deal, begin[way])))
            diary.append((deal.due, 1, partial(self._pay, way, deal)))
        diary.sort(key=lambda entry: entry[:2])
        self._wait_for(diary[0][0])
        self._deposit()
        for day, _, happens in diary:
            self._wait_for(day)
            self._unless_refused(happens)
        self._unless_refused(self._withdraw)

    def _unless_refused(self, happens: Callable[[], None]) -> None:
        """Documents of a lifetime outlive enrolments: what is refused then is shown and stops nothing else."""
        try:
            happens()
        except ContractError as refusal:
            self.stages["exit"].see("the chain", "refuses what comes next", explained(refusal))

    def _wait_for(self, day: int) -> None:
        noon = day * DAY + DAY // 2
        if self.devnet.chain.now < noon:
            self.devnet.chain.warp(noon)

    def _principal(self, way: str, deal: Deal) -> int:
        """What is lent at most."""
        good = self._advance(deal.face if way == LOAN else cents(deal.face // 2))
        return good + (cents(deal.face * UNSECURED // BPS) if way == LOAN else 0)

    def _advance(self, units: int) -> int:
        """What units of a receivable are good for, in whole cents."""
        return cents(units * self.devnet.lending_terms.advanceOf(False, 1) // BPS)

    def _give(self, account: Account, currency: str, spender: Any, amount: int) -> None:
        token = self.devnet.token(currency)
        token.mint(account, amount, sender=account)
        token.approve(spender, amount, sender=account)

    # -- lenders and limit ---------------------------------------------------------------------------------------------

    def _deposit(self) -> None:
        stage, lent = self.stages["lenders"], dict[str, int]()
        for way, deal in self.deals.items():
            if way != SALE:
                currency = deal.invoice.currency
                lent[currency] = lent.get(currency, 0) + self._principal(way, deal)
        for currency, amount in lent.items():
            deposit = -(-BORROWER_CAP * amount // ROUND) * ROUND
            pool = self.devnet.pool(currency)
            for lender, part in self.lenders.items():
                share = deposit * part // 100
                self._give(lender, currency, pool, share)
                stage.do(
                    lender.label,
                    f"deposits with the lenders of {currency}",
                    partial(pool.deposit, share, lender, sender=lender),
                    f"{money(share)} {currency}",
                )
            stage.scene.figures[f"deposited {currency}"] = deposit

    def _limit(self, deal: Deal) -> int:
        """Records the supplier's month and shows its limit, in USD."""
        stage, net, volume = self.stages["lenders"], self.devnet, deal.candidate.usd
        facts, signatures = self.paper.facts(deal.seller, volume)
        stage.see(
            "two attestors",
            f"sign a month of {deal.seller.label}, made up for this demo",
            f"turnover {money(facts.turnover)} USD, {money(facts.receivablesRepaid)} of "
            f"{money(facts.receivablesIssued)} USD paid, 2 days late, {facts.orders} orders",
        )
        stage.do(
            RELAYER,
            "brings the signed figures",
            lambda: net.operating_record.record(facts, signatures, sender=self.relayer),
            f"recorded until {_date(facts.validUntil)}",
        )
        read = net.credit_model.assess(facts.entity)
        table = Sheet(f"Limit of {deal.seller.label}, by the published formula", ["what counts"], ["USD"])
        table.rows += [
            [name.replace("_", " "), money(amount)] for name, amount in zip(FACTORS, read.contributions, strict=True)
        ]
        table.rows += [[], ["limit without pledge", money(read.limit)]]
        stage.scene.sheets.append(table)
        figures = stage.scene.figures
        figures |= dict(zip(FACTORS, read.contributions, strict=True)) | {"limit": read.limit}
        return read.limit

    # -- the three ways ------------------------------------------------------------------------------------------------

    def _begin(self, way: str, deal: Deal, begin: Callable[[Deal], None]) -> None:
        deal.id = self.paper.id_of(deal)
        if self.economy:
            self.economy.state_price()
        try:
            begin(deal)
        except (ContractError, EncodingError) as refusal:
            # What a document cannot show beforehand; the others go on.
            self.stages[way].see(deal.seller.label, f"tries to finance {deal.title}", explained(refusal))
            if self.devnet.receivables.stateOf(deal.id) == 0:
                deal.id = 0

    def _loan(self, deal: Deal) -> None:
        stage, net, currency = self.stages[LOAN], self.devnet, deal.invoice.currency
        limit = self._limit(deal)
        good = self._advance(deal.face)
        usable = cents(limit * 10**18 // self.market.rate[currency] * 9 // 10)
        amount = good + min(cents(deal.face * UNSECURED // BPS), usable)
        sent = net.chain.nonce(deal.seller)
        stage.see(deal.buyer.label, f"signs that it owes {deal.title}", f"{money(deal.face)} {currency}")
        stage.see("two attestors", "sign what it is worth", f"{money(deal.face)} {currency}")
        request, signature = self.paper.financing(deal, amount)
        stage.see(deal.seller.label, "signs one request: pledge all of it, lend on it", f"{money(amount)} {currency}")
        evidence = self.paper.evidence(deal, net.router)
        made = stage.do(
            RELAYER,
            "brings the document and all signatures in one transaction",
            lambda: net.router.finance(request, evidence, signature, sender=self.relayer),
            lambda ids: f"loan {ids[1]}: {money(amount)} {currency}, {money(good)} of it secured",
        )
        assert made[0] == deal.id
        self._drawn(stage, deal, made[1], deal.face)
        sent, has = net.chain.nonce(deal.seller) - sent, money(net.token(currency).balanceOf(deal.seller))
        stage.see(
            deal.seller.label,
            "has sent for it so far",
            f"{sent} transactions; it has {has} {currency} and still holds the invoice",
        )
        stage.refused(
            RELAYER,
            "brings the same request again",
            lambda: net.router.finance(request, evidence, signature, sender=self.relayer),
        )
        again, signed = self.paper.financing(deal, amount)
        stage.refused(
            RELAYER,
            "brings a second request for the same invoice",
            lambda: net.router.finance(again, evidence, signed, sender=self.relayer),
        )
        self._share_revenue(deal)

    def _split(self, deal: Deal) -> None:
        stage, net, currency = self.stages[SPLIT], self.devnet, deal.invoice.currency
        seller, ledger = deal.seller, net.certificates
        half, quarter = cents(deal.face // 2), cents(deal.face // 4)
        stage.do(
            seller.label,
            f"registers {deal.title}",
            lambda: net.receivables.create(self.paper.invoice(deal), [], sender=seller),
            f"{money(deal.face)} {currency}",
        )
        stage.do(deal.buyer.label, "acknowledges it", lambda: net.receivables.acknowledge(deal.id, sender=deal.buyer))
        stage.do(
            seller.label,
            "pledges half to the credit desk",
            lambda: ledger.pledge(seller, net.desk, deal.id, half, sender=seller),
            f"{money(half)} {currency}",
        )
        amount = self._advance(half)
        loan = stage.do(
            seller.label,
            "draws a loan on it",
            lambda: net.desk.draw(self.paper.draw(deal, amount), sender=seller),
            lambda number: f"loan {number}: {money(amount)} {currency}, all of it secured",
        )
        self._drawn(stage, deal, loan, half)
        stage.refused(
            seller.label,
            "sells three quarters",
            lambda: ledger.safeTransferFrom(seller, self.factor, deal.id, half + quarter, b"", sender=seller),
        )
        quote, signature = self.paper.quote(deal, self.factor, quarter, PART_PRICE)
        self._give(self.factor, currency, net.factoring, quote.price)
        stage.see(FACTOR, "signs a quote for a quarter: 98 %", f"{money(quote.price)} {currency}")
        ledger.setApprovalForAll(net.factoring, True, sender=seller)
        _, price = stage.do(
            seller.label,
            "splits a quarter off and sells it, the pledge untouched",
            lambda: net.factoring.fill(quote, signature, quarter, quote.price, sender=seller),
            lambda done: f"{money(done[1])} {currency} for {money(quarter)}",
        )
        deal.sold, deal.price = quarter, price
        held, pledged, _ = ledger.holdingOf(deal.id, seller)
        stage.see(
            "anyone",
            "adds up the parts",
            f"{money(pledged)} pledged + {money(held - pledged)} free + "
            f"{money(ledger.balanceOf(self.factor, deal.id))} of the factor",
        )
        stage.scene.figures |= {
            "face": deal.face,
            "pledged": pledged,
            "free": held - pledged,
            "factor": ledger.balanceOf(self.factor, deal.id),
        }

    def _sale(self, deal: Deal) -> None:
        stage, net, currency = self.stages[SALE], self.devnet, deal.invoice.currency
        quote, by_factor = self.paper.quote(deal, self.factor, deal.face, WHOLE_PRICE)
        self._give(self.factor, currency, net.factoring, quote.price)
        stage.see(FACTOR, f"signs a quote for {deal.title}: 97 %", f"{money(quote.price)} {currency}")
        request, signature = self.paper.discounting(deal, quote)
        stage.see(deal.seller.label, "signs one request: register it, sell it under this quote", "nothing on chain yet")
        evidence = self.paper.evidence(deal, net.factoring)
        made = stage.do(
            RELAYER,
            "brings the document and all signatures in one transaction",
            lambda: net.router.discount(request, evidence, quote, by_factor, signature, sender=self.relayer),
            lambda done: f"sale {done[1]}: {money(done[2])} {currency} for {money(deal.face)}",
        )
        deal.sold, deal.price = deal.face, made[2]
        stage.scene.figures |= {
            "face": deal.face,
            "price": deal.price,
            "seller": net.token(currency).balanceOf(deal.seller),
            "factor": net.certificates.balanceOf(self.factor, deal.id),
        }

    def _drawn(self, stage: Stage, deal: Deal, loan: int, pledged: int) -> None:
        kept = self.devnet.desk.loanOf(loan)
        deal.loan, deal.principal, deal.pledged, deal.drawn_at = loan, kept.principal, pledged, kept.since
        stage.scene.figures |= {"loan": loan, "principal": kept.principal, "secured": kept.secured}

    # -- the money comes back ------------------------------------------------------------------------------------------

    def _pay(self, way: str, deal: Deal) -> None:
        if not deal.id:
            return
        stage, net, currency = self.stages["payment"], self.devnet, deal.invoice.currency
        self._give(deal.buyer, currency, net.receivables, deal.face)
        receipt = stage.send(
            deal.buyer.label,
            f"pays {deal.title}",
            lambda: net.receivables.pay(deal.id, deal.face, sender=deal.buyer),
            partial(self._repaid, deal),
        )
        deal.closed_at = receipt.timestamp
        for holder in (deal.seller, self.factor):
            waits = net.receivables.claimable(deal.id, holder)
            if waits:
                stage.do(
                    holder.label,
                    f"claims its part of {deal.invoice.number}",
                    partial(net.receivables.claim, deal.id, holder, sender=holder),
                    f"{money(waits)} {currency}",
                )
                deal.got[holder.label] = waits
        lien = net.certificates.lienOf(deal.id, deal.seller, net.desk)
        state = STATES[net.receivables.stateOf(deal.id)]
        said = f"the invoice is {state}"
        if deal.loan:
            closed = net.desk.loanOf(deal.loan).state == CLOSED
            said += f"; loan {deal.loan} is {'closed' if closed else 'still open!'}; {money(lien)} pledged"
            stage.scene.figures[f"closed {deal.loan}"] = int(closed)
        stage.see("anyone", f"looks at {deal.invoice.number}", said)
        stage.scene.figures[f"lien {way}"] = lien
        if way == LOAN:
            self._sell(deal, borrowing=False)

    def _repaid(self, deal: Deal, receipt: Receipt[Any]) -> str:
        currency = deal.invoice.currency
        said = f"{money(receipt.returned)} {currency}"
        found = receipt.all(events.Repaid)
        if not found:
            return f"{said} for the holders"
        deal.repaid = sum(one.principal for one in found), sum(one.interest for one in found)
        paid, interest = deal.repaid
        return f"{said}; loan {deal.loan} repaid with it: {money(paid)} and {money(interest)} interest"

    def _withdraw(self) -> None:
        stage, net = self.stages["exit"], self.devnet
        for currency in {deal.invoice.currency: None for way, deal in self.deals.items() if way != SALE}:
            pool, token, out = net.pool(currency), net.token(currency), 0
            put_in = self.stages["lenders"].scene.figures[f"deposited {currency}"]
            for lender, part in self.lenders.items():
                shares = pool.maxRedeem(lender)
                got = stage.do(
                    lender.label,
                    f"takes all out of the pool of {currency}",
                    partial(pool.redeem, shares, lender, lender, sender=lender),
                    partial(_earned, currency, put_in * part // 100),
                )
                out += got
                stage.scene.figures[f"{lender.label} {currency}"] = got
            paid = sum(deal.repaid[1] for deal in self.deals.values() if deal.invoice.currency == currency)
            left = token.balanceOf(pool)
            stage.see(
                "anyone",
                "adds it up",
                f"{money(put_in)} deposited + {money(paid)} interest = {money(out)} taken out + {money(left)} left of "
                "rounding",
            )
            stage.scene.figures |= {
                f"deposited {currency}": put_in,
                f"interest {currency}": paid,
                f"withdrawn {currency}": out,
                f"left {currency}": left,
            }

    # -- revenue -------------------------------------------------------------------------------------------------------

    def _share_revenue(self, deal: Deal) -> None:
        stage, net = self.stages["revenue"], self.devnet
        payees = [net.enrol(name, f"NAME:{name}", "ENTERPRISE") for name in (UPSTREAM, UPKEEP)]
        self.scheme = stage.do(
            deal.seller.label,
            "opens a scheme: 60 % itself, 30 % upstream, 10 % upkeep",
            lambda: net.revenue.openDefault(deal.seller, payees[0], 0, payees[1], 0, sender=deal.seller),
            lambda number: f"scheme {number}",
        )
        self._sell(deal, borrowing=True)

    def _sell(self, deal: Deal, borrowing: bool) -> None:
        if not self.scheme:
            return
        standing, key = ("has a loan", "with") if borrowing else ("has no loan any more", "without")
        stage, net, currency = self.stages["revenue"], self.devnet, deal.invoice.currency
        shop = net.chain.account(WEBSHOP)
        self._give(shop, currency, net.revenue, SOLD)
        number = net.deployment.currencies[currency]
        sale = keccak(text=f"order, the supplier {standing}")
        receipt = stage.send(
            WEBSHOP,
            f"pays for an order while {deal.seller.label} {standing}",
            lambda: net.revenue.pay(self.scheme, sale, number, SOLD, sender=shop),
            partial(_divided, currency),
        )
        released = receipt.one(events.SaleReleased)
        figures = stage.scene.figures
        figures |= {f"sold {key} loan": released.amount, f"fund {key} loan": released.fund}
        figures |= {f"part {place} {key} loan": part.amount for place, part in enumerate(released.parts, 1)}

    # -- books ---------------------------------------------------------------------------------------------------------

    def _close_the_books(self) -> None:
        net = self.devnet
        first = next((deal for deal in self.deals.values() if deal.id), None)
        if first is None:
            return
        parties: list[tuple[str, int, tuple[str, ...], tuple[str, ...]]] = [
            (first.seller.label, self.paper.entity(first.seller), (), ())
        ]
        if any(deal.loan for deal in self.done.deals):
            pools = tuple(net.pool(currency).address for currency in self.market.least)
            parties.append(("the lenders' pools", 0, pools, ("lender",)))
        if any(deal.sold for deal in self.done.deals):
            parties.append((FACTOR, self.paper.entity(self.factor), (), ()))
        scene, self.done.ledgers = kept(net, parties)
        self.done.scenes.append(scene)


def _earned(currency: str, put_in: int, got: int) -> str:
    return f"{money(got)} {currency}: {money(got - put_in)} more than it put in"


def _divided(currency: str, receipt: Receipt[Any]) -> str:
    released = receipt.one(events.SaleReleased)
    parts = " / ".join(money(part.amount) for part in released.parts)
    fund = f"; {money(released.fund)} of the first part to the fund" if released.fund else "; nothing to the fund"
    return f"{parts} {currency}{fund}"


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
