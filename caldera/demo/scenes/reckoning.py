"""Fees and incentives worked out a second time: what happened, from the chain's logs, told to the exact models."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from typing import Any

from caldera.contracts import events
from caldera.demo.labels import NODES, STUDIO
from caldera.deployment.units import scaled
from caldera.devnet import Devnet
from caldera.evm import Account
from caldera.evm.address import Address, to_address
from caldera.evm.events import Event, Log, decode_log
from caldera.model.fees import (
    EraRateModel,
    FeeBook,
    FeeTerms,
    RateTerms,
    Record,
    Scenario,
    Shares,
    Source,
)
from caldera.model.incentives import IncentivesModel

ROUTING, MAPPING = 0, 1
VERIFIERS = "RewardDistributor"
FINANCE = 2
"""Class of a scenario, `IScenarioBook.ScenarioClass`."""
PART_BITS = 16
"""An invoice and its order lines differ in so many low bits of their ids."""
KINDS = (
    events.AssetCreated,
    events.RightCreated,
    events.LineCreated,
    events.Financed,
    events.Discounted,
    events.Registered,
    events.Paid,
    events.Factored,
    events.EraPriceRecorded,
    events.FeesDeposited,
    events.FeeCharged,
)


class FiguresDiffer(Exception):
    """Chain and model disagree."""


def agree(what: str, chain: object, model: object) -> None:
    """Raises `FiguresDiffer` unless both are the same."""
    if chain != model:
        raise FiguresDiffer(f"{what}: {chain} on chain, {model} by the model")


@dataclass(frozen=True)
class Charge:
    """A fee by the model: at second `time`, `usd` at `rate` (WAD) is `era`. `fallback`: at the governed rate."""

    time: int
    entity: int
    service: int
    usd: int
    era: int
    rate: int
    fallback: bool

    @property
    def day(self) -> str:
        """Of the calendar."""
        return datetime.fromtimestamp(self.time, UTC).date().isoformat()


class Reckoning:
    """The models after everything that the logs tell. `circulated`: USD that each entity was paid; `claimed`: ERA that
    each has claimed since, which the caller keeps."""

    def __init__(self, devnet: Devnet, scenario: int, since: int, first_price: tuple[int, int], budget: int) -> None:
        """Args:
        since: the first block to read.
        first_price: second and price of the oracle's observation before it.
        budget: what incentives could be paid from then.
        """
        self._devnet, self._scenario = devnet, scenario
        self._treasury = "Treasury"
        self.oracle, self.fees, self.rewards = self._oracle(first_price), self._book(), self._incentives(budget)
        self.charges: list[Charge] = []
        self.circulated: Counter[int] = Counter()
        self.claimed: Counter[int] = Counter()
        self._said: list[tuple[int, int, int, int]] = []
        self._sides: dict[int, tuple[int, int, int]] = {}
        self._entities: dict[Address, int] = {}
        rates = {entry.code: Fraction(entry.rate) for entry in devnet.profile.currencies}
        self._rates = {number: rates[code] for code, number in devnet.deployment.currencies.items()}
        self._read(since)

    def at(self, time: int) -> None:
        """Takes all models to a second."""
        self.oracle.now = self.fees.now = self.rewards.now = time

    def entity(self, account: Account | str) -> int:
        """The legal person of an account, 0 where it has none."""
        where = to_address(account)
        if where not in self._entities:
            self._entities[where] = self._devnet.registry.participant(where).entity
        return self._entities[where]

    def check(self) -> None:
        """Fees, accounts and book are on chain as the models say.

        Raises:
            FiguresDiffer: they are not.
        """
        net = self._devnet
        agree("fees", self._said, [(one.entity, one.service, one.usd, one.era) for one in self.charges])
        for entity in self.fees.prepaid:
            agree(f"prepaid by {entity}", net.fees.prepaidOf(entity), self.fees.prepaid[entity])
            agree(f"fees of {entity}", net.fees.feesPaidBy(entity), self.fees.paid[entity])
        agree("unsettled", net.fees.unsettledOf(self._scenario)[0], self.fees.scenarios[self._scenario].unsettled)
        for payer, payee, epoch in list(self.rewards.flows):
            both = self.rewards.flows[payer, payee, epoch], self.rewards.flows[payee, payer, epoch]
            agree(f"what {payer} paid {payee} in {epoch}", net.incentives.flowOf(payer, payee, epoch), both)

    def check_rewards(self) -> None:
        """Awards and budget are on chain as the model says, too.

        Raises:
            FiguresDiffer: they are not.
        """
        incentives, rewards = self._devnet.incentives, self.rewards
        self.at(self._devnet.chain.now)
        for entity in list(rewards.awarded):
            agree(f"awarded to {entity}", incentives.awardedTo(entity), rewards.awarded[entity])
            agree(f"unvested of {entity}", incentives.unvestedOf(entity), rewards.unvested(entity))
        owed = rewards.left, rewards.owed
        agree("budget of the incentives", (incentives.budgetLeft(), incentives.budgetOwed()), owed)

    # -- models --------------------------------------------------------------------------------------------------------

    def _oracle(self, first: tuple[int, int]) -> EraRateModel:
        terms = self._devnet.era_rate.eraRateTerms()
        given = RateTerms(terms.window, terms.interval, terms.maxAge, terms.stepBps, terms.floor, terms.ceiling)
        return EraRateModel(first[0], given, first[1])

    def _book(self) -> FeeBook:
        net = self._devnet
        terms, economy = net.fees.feeRateTerms(), net.profile.economy
        assert economy is not None
        shares, (record, _) = economy.fees, net.fees.scenarioOf(self._scenario)
        book = FeeBook(
            net.chain.now,
            FeeTerms(terms.maxAge, terms.floor, terms.ceiling, terms.fallbackRate),
            [net.fees.feeOf(service)[0] for service in range(net.fees.feeServices())],
            treasury=self._treasury,
        )
        book.shares = [
            (
                0,
                Shares(
                    shares.node,
                    shares.finance_bonus,
                    shares.author,
                    shares.most_developer,
                    shares.active_users_bonus,
                    shares.active_users,
                ),
            )
        ]
        parties = {net.chain.account(label).address: label for label in (NODES, STUDIO)}
        told = Record(
            parties[record.nodes],
            parties[record.developer],
            record.developerBps,
            rollup=record.rollup,
            finance=record.class_ == FINANCE,
        )
        book.scenarios[self._scenario] = Scenario(told, 0)
        return book

    def _incentives(self, budget: int) -> IncentivesModel:
        net = self._devnet
        on, economy = net.incentives, net.profile.economy
        assert economy is not None
        cap = scaled(economy.circulation.entity_cap_era, 18)
        model = IncentivesModel(net.chain.now, on.epochLength(), on.window(), on.review(), on.vesting(), cap)
        model.rebate = economy.circulation.verifier_bps, VERIFIERS
        model.left = model.funded = budget
        return model

    # -- logs ----------------------------------------------------------------------------------------------------------

    def _read(self, since: int) -> None:
        net = self._devnet
        emitters = (
            *(net.certificates, net.rights, net.goods, net.router, net.receivables, net.factoring),
            *(net.era_rate, net.fees),
        )
        asked = {
            "address": [one.address for one in emitters],
            "topics": [["0x" + kind.abi_topic.hex() for kind in KINDS]],
            "fromBlock": hex(since),
            "toBlock": "latest",
        }
        times: dict[str, int] = {}
        for raw in net.chain.rpc("eth_getLogs", asked):
            block = raw["blockNumber"]
            if block not in times:
                times[block] = int(
                    raw.get("blockTimestamp") or net.chain.rpc("eth_getBlockByNumber", block, False)["timestamp"], 16
                )
            self.at(times[block])
            self._tell(_decoded(raw))
        self.at(net.chain.now)

    def _tell(self, event: Event | Log) -> None:
        match event:
            case events.EraPriceRecorded():
                agree("price that stands", event.price, self.oracle.record(event.stated, event.asOf))
            case events.FeesDeposited():
                self.fees.prepaid[event.entity] += event.amount
            case events.FeeCharged():
                self._said.append((event.entity, event.service, event.usd, event.amount))
            case events.AssetCreated():
                if event.id % 2**PART_BITS == 0:  # order lines cost nothing more
                    self._charge(self.entity(event.to), MAPPING)
            case events.RightCreated():
                self._charge(self.entity(event.to), MAPPING)
            case events.LineCreated():
                self._charge(event.issuer, MAPPING)
            case events.Financed() | events.Discounted():
                self._charge(event.entity, ROUTING)
            case events.Registered():
                self._sides[event.id >> PART_BITS] = event.debtor, event.creditor, event.currencyId
            case events.Paid():
                self._paid(*self._sides[event.id >> PART_BITS], event.amount)
            case events.Factored():
                self._paid(self.entity(event.factor), self.entity(event.seller), event.currencyId, event.price)

    def _charge(self, entity: int, service: int) -> None:
        self.fees.source = Source(self.oracle.rate(), self.oracle.as_of)
        usd, _ = self.fees.fee(service)
        amount = self.fees.charge(entity, service, self._scenario)
        if amount:
            rate, fallback = self.fees.rate, self.fees.fallback_in_use
            self.charges.append(Charge(self.fees.now, entity, service, usd, amount, rate, fallback))

    def _paid(self, payer: int, payee: int, currency: int, amount: int) -> None:
        usd = ceil(amount * self._rates[currency])  # all play money has six decimals, as USD here
        self.rewards.record(payer, payee, usd)
        self.circulated[payee] += usd if payer != payee else 0


def _decoded(raw: dict[str, Any]) -> Event | Log:
    topics = tuple(bytes.fromhex(topic[2:]) for topic in raw["topics"])
    return decode_log(Log(to_address(raw["address"]), topics, bytes.fromhex(raw["data"][2:])))
