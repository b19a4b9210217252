"""ERA beside the trades: received by an airdrop, prepaid, charged for every asset and every financing, and earned.

Before the first document the enterprises claim ERA and prepay. After the last one, time passes until what circulated
can be counted and has vested. Every figure is worked out a second time by the exact models (`Reckoning`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from caldera.agreements import attest, sign_under
from caldera.airdrop import Airdrop, era
from caldera.contracts import AirdropClaim, structs
from caldera.contracts.ReceivableModule import ReceivableModule
from caldera.demo.amounts import DECIMALS, eras, money
from caldera.demo.journey import FIRST, LAST
from caldera.demo.labels import BRAND, CUSTOMER, LANDLORD, LATECOMER, NODES, SHIPPER, STUDIO, Labels
from caldera.demo.scenes.reckoning import FINANCE, MAPPING, ROUTING, VERIFIERS, Charge, FiguresDiffer, Reckoning, agree
from caldera.demo.scenes.stage import DAY, Scene, Sheet, Stage
from caldera.devnet import Devnet
from caldera.documents import DocumentError, Invoice, Outcome
from caldera.evm import Account, ContractError, Receipt, domain_of
from caldera.model.fees import STATEMENT_TIME, end_of, month_at

ERA = 10**18
NOBODY = "0x" + "00" * 20
GIVEN, PREPAID = 100 * ERA, 20 * ERA
"""For each document that an enterprise brings: of the airdrop, and of that into its account for fees."""
DEVELOPER_BPS = 2_000
ROUND_DAYS = 90
SERVICES = {ROUTING: "a financing in one transaction", MAPPING: "an asset brought on chain"}


@dataclass(frozen=True)
class Enterprise:
    """Who receives ERA; `documents`: how many it brings."""

    account: Account
    legal_id: str
    documents: int

    @property
    def given(self) -> int:
        """Its claim of the airdrop."""
        return GIVEN * self.documents

    @property
    def prepaid(self) -> int:
        """What it prepays at once."""
        return PREPAID * self.documents


class Economy:
    """Of one demo. `open` comes before the trades, `close` after them; both can be on a chain that is taken back."""

    def __init__(self, devnet: Devnet, outcomes: Iterable[Outcome], cargo: int = 0, examples: bool = False) -> None:
        """Args:
        outcomes: the documents, whose sellers receive ERA.
        cargo: shipments; their owner receives ERA for each.
        examples: whether land and goods are played as well.
        """
        self.devnet, self.labels = devnet, Labels.on(devnet)
        counted: dict[tuple[str, str], int] = {}
        for invoice in _registrable(devnet, outcomes):
            seller = self.labels(invoice.seller), invoice.seller.key
            self.labels(invoice.buyer)
            counted[seller] = counted.get(seller, 0) + 1
        own = {SHIPPER: cargo} | (dict.fromkeys((LANDLORD, BRAND), 1) if examples else {})
        counted |= {(name, f"NAME:{name}"): number for name, number in own.items() if number}
        account = devnet.chain.account
        self.enterprises = [Enterprise(account(label), legal, number) for (label, legal), number in counted.items()]
        self.scenario = self.since = self.budget = 0
        self.first_price = 0, 0
        self._attestors: tuple[Account, ...] = ()

    # -- before the trades ---------------------------------------------------------------------------------------------

    def open(self) -> list[Scene]:
        """Airdrop, meters, prepayments; nothing where there is nobody to give ERA to.

        Raises:
            NotRefused: something came through that must not.
        """
        if not self.enterprises:
            return []
        net = self.devnet
        stage = Stage(net, Scene("Economy: ERA by an airdrop, fees from now on, and prepaid"))
        self.since, self.budget = net.chain.block_number + 1, net.incentives.budgetLeft()
        price, at = net.era_rate.lastObservation()
        self.first_price = at, price
        self._attestors = tuple(net.enrol(name, f"NAME:{name}", "BANK") for name in ("attestor", "attestor2"))
        self._airdrop(stage)
        self._meters(stage)
        self._prepay(stage)
        stage.scene.figures |= {
            "enterprises": len(self.enterprises),
            "airdropped": sum(one.given for one in self.enterprises),
            "prepaid": sum(net.fees.prepaidOf(net.enter(one.legal_id)) for one in self.enterprises),
        }
        return [stage.scene]

    def _airdrop(self, stage: Stage) -> None:
        net, admin = self.devnet, self.devnet.governance
        listed = Airdrop.of((one.account, one.given) for one in self.enterprises)
        terms = structs.AirdropTerms(
            root=listed.root,
            rest=net.airdrops.address,
            count=len(listed.claims),
            opensAt=stage.now,
            closesAt=stage.now + ROUND_DAYS * DAY,
            delivery=0,
            keeper=NOBODY,
            grantStart=0,
            grantCliff=0,
            grantDuration=0,
            leastTerm=0,
        )
        made = stage.do(
            "governance",
            f"opens a round: {era(GIVEN)} ERA for each document that an enterprise brings",
            lambda: net.airdrops.open(terms, listed.total, "Enterprises", "ipfs://enterprises", sender=admin),
            f"{_count(listed.claims, 'claim')}, {era(listed.total)} ERA",
        )
        claims = AirdropClaim.at(net.chain, made)
        late, first = net.enrol(LATECOMER, f"NAME:{LATECOMER}", "ENTERPRISE"), listed.claims[0]
        stage.refused(
            LATECOMER,
            "claims with the proof of another",
            lambda: claims.claim(first.index, late, first.amount, listed.proof(first), sender=late),
        )
        _all(
            stage,
            _count(self.enterprises, "enterprise"),
            "claim, each for itself, with its proof",
            [_claiming(claims, listed, one.account) for one in self.enterprises],
            f"{era(listed.total)} ERA",
        )
        for one in self.enterprises:
            agree(f"claim of {one.account.label}", net.era.balanceOf(one.account), one.given)

    def _meters(self, stage: Stage) -> None:
        net, admin = self.devnet, self.devnet.governance
        record = structs.FeeScenario(
            class_=FINANCE,
            rollup=1,
            developerBps=DEVELOPER_BPS,
            authorRollup=0,
            nodes=net.chain.account(NODES).address,
            developer=net.chain.account(STUDIO).address,
            author=NOBODY,
        )
        self.scenario = stage.do(
            "governance",
            f"opens a finance scenario; its developer has {DEVELOPER_BPS // 100} %",
            lambda: net.fees.openScenario(record, sender=net.governance),
            lambda number: f"scenario {number}",
        )
        ledgers: dict[str, Any] = {
            "$AssetCertificate": net.certificates,
            "$UsageRight": net.rights,
            "$DirectedGoods": net.goods,
        }
        for name, ledger in ledgers.items():
            kinds = [entry.kind for entry in net.profile.modules if entry.ledger == name]
            _all(
                stage,
                "governance",
                f"lets {name[1:]} charge for what is brought on chain",
                [_metering(ledger, kind, net, self.scenario) for kind in kinds],
                f"{_count(kinds, 'kind')}; {_price(net, MAPPING)} each",
            )
        stage.do(
            "governance",
            "lets the router charge for a financing",
            lambda: net.router.setMeter(net.fees, self.scenario, sender=admin),
            f"{_price(net, ROUTING)} each",
        )
        late = net.chain.account(LATECOMER)
        buyer, day = net.enrol(CUSTOMER, f"NAME:{CUSTOMER}", "ENTERPRISE"), stage.now // DAY
        numbers = net.deployment
        given = ReceivableModule.Invoice(
            buyer.address,
            10_000 * 10**DECIMALS,
            (day + 30) * DAY,
            day,
            numbers.currencies["USD"],
            numbers.rules["NONE/receivable"],
            b"\1" * 32,
            "L-1",
        )
        stage.refused(
            LATECOMER,
            "registers an invoice, without any ERA",
            lambda: net.receivables.create(given, [], sender=late),
        )

    def _prepay(self, stage: Stage) -> None:
        net = self.devnet
        domain, until = domain_of(net.era), stage.now + DAY

        def paying(one: Enterprise) -> Callable[[], Receipt[None]]:
            entity = net.enter(one.legal_id)
            permit = {
                "owner": one.account.address,
                "spender": net.fees.address,
                "value": one.prepaid,
                "nonce": net.era.nonces(one.account),
                "deadline": until,
            }
            signed = sign_under(domain, "Permit", permit, one.account)
            v, r, s = signed[64], signed[:32], signed[32:64]
            return lambda: net.fees.depositWithPermit(entity, one.prepaid, until, v, r, s, sender=one.account)

        _all(
            stage,
            _count(self.enterprises, "enterprise"),
            f"prepay {era(PREPAID)} ERA for each document, by a permit in the same call",
            [paying(one) for one in self.enterprises],
            f"{era(sum(one.prepaid for one in self.enterprises))} ERA",
        )

    # -- during the trades ---------------------------------------------------------------------------------------------

    def state_price(self) -> None:
        """Two attestors state what ERA costs, on each day on which something is charged: made up for this demo, around
        0.10 USD. Once they are participants no more, fees are charged at the governed fallback rate."""
        net = self.devnet
        _, at = net.era_rate.lastObservation()
        if net.chain.now - at < DAY // 2:
            return
        today = structs.EraPrice((1_000 + net.chain.now // DAY * 37 % 101) * 10**14, net.chain.now)
        signed = [structs.Attestation(*one) for one in attest(net.era_rate, "EraPrice", today, self._attestors)]
        try:
            net.era_rate.recordPrice(today, signed, sender=net.chain.account("anyone"))
        except ContractError:
            if all(map(net.registry.isActive, self._attestors)):
                raise

    # -- after the trades ----------------------------------------------------------------------------------------------

    def close(self, title: str) -> Scene:
        """Counts and hands out what was earned, and shares out the fees.

        Raises:
            NotRefused: something came through that must not.
            FiguresDiffer: chain and model disagree.
        """
        stage = Stage(self.devnet, Scene(title))
        told = Reckoning(self.devnet, self.scenario, self.since, self.first_price, self.budget)
        told.check()
        stage.scene.sheets.append(self._charged(told))
        if any(told.rewards.flows.values()):
            self._count(stage, told)
            self._vest(stage, told)
        if told.charges:
            self._share(stage, told)
        stage.scene.sheets.insert(1, self._left(told))
        stage.scene.figures |= {
            "fees": sum(one.era for one in told.charges),
            "mappings": sum(one.service == MAPPING for one in told.charges),
            "routings": sum(one.service == ROUTING for one in told.charges),
            "fees in USD": sum(one.usd for one in told.charges),
            "circulated in USD": sum(told.circulated.values()),
            "earned": sum(told.rewards.awarded.values()),
            "claimed": sum(told.claimed.values()),
        }
        return stage.scene

    def _count(self, stage: Stage, told: Reckoning) -> None:
        net, rewards = self.devnet, told.rewards
        anyone = net.chain.account("anyone")
        pairs = sorted({(epoch, min(a, b), max(a, b)) for (a, b, epoch), usd in rewards.flows.items() if usd})
        last, low, high = pairs[-1]
        opens = rewards.countable_from(last)
        if stage.now < opens:
            stage.refused(
                "anyone",
                "counts what circulated last, before its window and review are over",
                lambda: net.incentives.count(low, high, last, sender=anyone),
            )
            net.chain.warp(opens)
        gas, reward, counted = 0, 0, 0
        for epoch, low, high in pairs:
            if rewards.flows[low, high, epoch] or rewards.flows[high, low, epoch]:
                receipt = net.incentives.count(low, high, epoch, sender=anyone)
                told.at(receipt.timestamp)
                agree(f"reward of {low}, {high} in {epoch}", receipt.returned, rewards.count(low, high, epoch))
                gas, reward, counted = gas + receipt.gas_used, reward + receipt.returned, counted + 1
        stage.note(
            "anyone",
            f"counts what {counted} pair{'s' * (counted != 1)} of enterprises paid each other, epoch by epoch",
            f"{eras(reward)} ERA earned",
            gas,
        )

    def _vest(self, stage: Stage, told: Reckoning) -> None:
        net, rewards = self.devnet, told.rewards
        starts = (rewards.epoch + 1) * rewards.epoch_length
        for share, at in (("half", starts + rewards.vesting // 2), ("all", starts + rewards.vesting)):
            net.chain.warp(max(at, stage.now))
            gas, claimed, who = 0, 0, 0
            for one in self.enterprises:
                told.at(stage.now)
                entity, label = told.entity(one.account), one.account.label
                if not entity or not rewards.claimable(entity):
                    continue
                if not net.registry.isActive(one.account):
                    stage.see(label, "has earned ERA", "but is no participant any more: it waits for an active account")
                    continue
                receipt = net.incentives.claim(sender=one.account)
                told.at(receipt.timestamp)
                rewards.active[label] = entity
                agree(f"what {label} claims", receipt.returned, rewards.claim(label))
                told.claimed[entity] += receipt.returned
                gas, claimed, who = gas + receipt.gas_used, claimed + receipt.returned, who + 1
            said = "half of it is vested" if share == "half" else "all of it is"
            stage.note(f"{who} enterprise{'s' * (who != 1)}", f"claim: {said}", f"{eras(claimed)} ERA", gas)
        if net.incentives.rebateOwed(net.rewards):
            paid = stage.do(
                "anyone",
                "hands over the verifiers' part of the rewards",
                lambda: net.rewards.collectRebate(sender=net.chain.account("anyone")),
                lambda amount: f"{eras(amount)} ERA on top, for the rewards of nodes",
            )
            agree("the verifiers' part", paid, rewards.claim_rebate(VERIFIERS))
        told.check_rewards()

    def _share(self, stage: Stage, told: Reckoning) -> None:
        net, book = self.devnet, told.fees
        anyone = net.chain.account("anyone")
        known = max(end_of(month_at(one.time)) for one in told.charges) + STATEMENT_TIME
        if stage.now < known:
            net.chain.warp(known)
        receipt = stage.send(
            "anyone",
            "shares out the revenue of the fees",
            lambda: net.fees.settle(self.scenario, sender=anyone),
            lambda done: f"{eras(done.returned)} ERA of the last month; earlier ones are shared out",
        )
        told.at(receipt.timestamp)
        agree("revenue of the last month", receipt.returned, book.settle(self.scenario))
        waiting = sorted(book.subsidies)
        gas = 0
        for rollup, month, developer in waiting:
            decided = net.fees.decideSubsidy(rollup, month, net.chain.account(developer), sender=anyone)
            agree(f"subsidy of month {month}", decided.returned, book.decide(rollup, month, developer))
            gas += decided.gas_used
        if waiting:
            stage.note(
                "anyone",
                "lets it be decided who gets the subsidies for scenarios with many users",
                f"nobody stated users in time: the treasury, for {_count(waiting, 'month')}",
                gas,
            )
        shares = Sheet("Revenue of the fees, by role", ["role", "who"], ["of it", "ERA*"])
        paid = sum(one.era for one in told.charges)
        for role, who in (("node", NODES), ("developer", STUDIO), ("treasury", book.treasury)):
            to = net.fees.treasury() if who == book.treasury else net.chain.account(who).address
            before = net.era.balanceOf(to)
            done = net.fees.withdraw(to, sender=anyone)
            due = book.withdraw(who)
            agree(f"share of the {role}", (done.returned, net.era.balanceOf(to) - before), (due, due))
            stage.scene.figures[f"share of the {role}"] = due
            shares.rows.append([role, who, _percent(due, paid), eras(due)])
        shares.rows += [[], ["", "all fees", _percent(paid, paid), eras(paid)]]
        shares.note = "* to four places; all sums are checked to the last of 18"
        agree("all shares", sum(stage.scene.figures[f"share of the {role}"] for role in _ROLES), paid)
        agree("what is left of the fees in the router", book.held(), net.era.balanceOf(net.fees))
        stage.scene.sheets.append(shares)

    # -- tables --------------------------------------------------------------------------------------------------------

    def _charged(self, told: Reckoning) -> Sheet:
        made = Sheet("Fees in ERA: who paid which", ["day", "who", "for"], ["USD", "USD an ERA", "ERA"])
        for one in told.charges:
            made.rows.append([one.day, self._name(told, one), SERVICES[one.service], *_figures(one)])
        usd, paid = sum(one.usd for one in told.charges), sum(one.era for one in told.charges)
        made.rows += [[], ["", "all", "", money(usd), "", eras(paid)]]
        made.note = "Prices of ERA are made up for this demo; two attestors state them."
        if any(one.fallback for one in told.charges):
            made.note += " * the governed fallback rate: none was stated within a day."
        return made

    def _name(self, told: Reckoning, charge: Charge) -> str:
        found = (one.account.label for one in self.enterprises if told.entity(one.account) == charge.entity)
        return next(found, f"entity {charge.entity}")

    def _left(self, told: Reckoning) -> Sheet:
        made = Sheet(
            "ERA of each enterprise*", ["enterprise"], ["airdrop", "fees", "circulated, USD", "earned", "has now"]
        )
        net, sums = self.devnet, [0] * 5
        for one in self.enterprises:
            entity = net.enter(one.legal_id)
            paid, earned = told.fees.paid[entity], told.rewards.awarded[entity]
            has = net.era.balanceOf(one.account) + net.fees.prepaidOf(entity)
            agree(f"ERA of {one.account.label}", has, one.given - paid + told.claimed[entity])
            if not paid and not earned:
                continue
            row = [one.given, paid, told.circulated[entity], earned, has]
            sums = [sum(pair) for pair in zip(sums, row, strict=True)]
            made.rows.append([one.account.label, *_eras(row)])
        made.rows += [[], ["all", *_eras(sums)]]
        made.note = "* to four places; what it has is in its wallet and in its account for fees"
        return made


_ROLES = ("node", "developer", "treasury")


def _registrable(devnet: Devnet, outcomes: Iterable[Outcome]) -> list[Invoice]:
    """The invoices that may be registered, in the order in which the journey takes them."""
    found = []
    for outcome in outcomes:
        invoice = outcome.invoice
        if invoice is None or invoice.signed_payable < 0 or not invoice.is_receivable:
            continue
        if invoice.currency not in devnet.deployment.currencies or not FIRST <= invoice.issue_date < LAST:
            continue
        try:
            invoice.require_due_date(), invoice.payable_units(DECIMALS)
        except DocumentError:
            continue
        found.append((invoice.issue_date, str(outcome.path), invoice))
    return [invoice for *_, invoice in sorted(found, key=lambda one: one[:2])]


def _all(stage: Stage, who: str, what: str, calls: Sequence[Callable[[], Receipt[None]]], result: str) -> None:
    """Transactions of one kind as one step, with their gas together."""
    stage.note(who, what, result, sum(call().gas_used for call in calls))


def _claiming(claims: AirdropClaim, listed: Airdrop, account: Account) -> Callable[[], Receipt[None]]:
    one = listed.claim_of(account)
    return lambda: claims.claim(*one, listed.proof(one), sender=account)


def _metering(ledger: Any, kind: int, net: Devnet, scenario: int) -> Callable[[], Receipt[None]]:
    return lambda: ledger.setMeter(kind, net.fees, scenario, sender=net.governance)


def _price(net: Devnet, service: int) -> str:
    usd, due = net.fees.feeOf(service)
    return f"{money(usd)} USD, {era(due)} ERA today"


def _figures(charge: Charge) -> tuple[str, str, str]:
    rate = f"{charge.rate // 10**12:06d}"
    return money(charge.usd), f"{rate[:-6] or '0'}.{rate[-6:]}{'*' * charge.fallback}", eras(charge.era)


def _percent(part: int, whole: int) -> str:
    """To two places, rounded."""
    places = (part * 20_000 + whole) // (2 * whole)
    return f"{places // 100}.{places % 100:02d} %"


def _eras(row: Sequence[int]) -> list[str]:
    """A row of ERA, with USD in the third place."""
    return [money(one) if place == 2 else eras(one) for place, one in enumerate(row)]


def _count(things: Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}{'s' * (len(things) != 1)}"


__all__ = ["Economy", "Enterprise", "FiguresDiffer"]
