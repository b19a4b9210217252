"""Everything anybody can do with meters, guarantees of origin and carbon, beside an exact model that must agree after
every step.

Always true (numbers of the architecture's list, and the sentences of this part):
1. For each id: the sum of balances is what was issued and not retired; pledged <= balance.
2. Liens by lienholder and liens by holder are the same.
3. Nobody holds units who was not admitted by the rules of their kind.
10. No privileged call succeeds for anyone the plan does not name.
E1. For each guarantee: issued Wh = outstanding + redeemed + converted.
E2. The periods of a meter are disjoint, and it never measured more than its rated power gives in their time.
E3. For each guarantee: the grams of all carbon made of it = floor(converted Wh × factor / 1,000,000); for each carbon
   asset: issued = outstanding + retired.
E4. A watt-hour is claimed once: what all claims and conversions took together is what left the outstanding units.
E5. What has expired is neither redeemed nor converted from then on.
"""

from collections import Counter
from itertools import pairwise
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.evm import Account, ContractError
from caldera.model.energy import EnergyModel, Facts, Terms
from caldera.model.ledger import ACTIVE, SUSPENDED, LedgerModel
from caldera.model.ledger import Party as ModelParty
from tests.properties.beside import Beside
from tests.support.grid import (
    BANK,
    DAY,
    EU,
    HOUR,
    OFFSET,
    ORIGIN,
    PRODUCER,
    READINGS,
    REASON,
    SOLAR,
    SOMEBODY,
    TRADER,
    US,
    YEAR,
    Grid,
)
from tests.support.suite import name_of

ACTORS = ("producer", "trader", "utility", "bank", "foreigner")
REGIONS = {"foreigner": US}
QUALIFICATIONS = {"producer": PRODUCER, "bank": BANK}
STATES = ("None", "Active", "Suspended", "Closed")
KINDS = {"guarantee": PRODUCER | TRADER | BANK, "carbon": PRODUCER | TRADER}
actors = st.sampled_from([*ACTORS, "producer", "trader", "utility"])
pick = st.integers(0, 1 << 30)
parts = st.one_of(
    st.sampled_from([1, 2, 3]), st.integers(1, 5_000), st.just("half"), st.just("all"), st.just("all"), st.just("more")
)
powers = st.one_of(st.sampled_from([1, 7, 1_000]), st.integers(1, 1 << 20), st.just((1 << 48) - 1))
factors = st.one_of(st.sampled_from([1, 999_999, 1_000_000, 2_000_000]), st.integers(1_000, 2_000_000))
lengths = st.one_of(st.sampled_from([1, HOUR, HOUR, DAY]), st.integers(1, 2 * DAY), st.just("now"), st.just("now"))


class EnergyMachine(Beside):
    """The machine. `grid` is shared by all examples; each begins at `mark`."""

    grid: Grid

    def __init__(self) -> None:
        super().__init__()
        self.grid.chain.restore(self.mark)
        self.start = self.grid.chain.now
        self.ledger = LedgerModel(self.start)
        self.model = EnergyModel(
            self.ledger, self.grid.energy.lifetime(), *(Terms(EU, KINDS[kind]) for kind in ("guarantee", "carbon"))
        )
        for name in ACTORS:
            self.ledger.parties[name] = ModelParty(
                self.grid.entities[name],
                self.grid.registry.participant(self.actor(name)).expires,
                REGIONS.get(name, EU),
                QUALIFICATIONS.get(name, TRADER),
            )
        self.numbers = 0
        self.taken: Counter[int] = Counter()

    def actor(self, name: str) -> Account:
        return self.grid.chain.account(name)

    @initialize()
    def begin(self) -> None:
        self._register("producer", 1_000, 10 * YEAR, 485_123, 5 * DAY)
        self._register("trader", 7, 10 * YEAR, 333_333, 5 * DAY)
        for number in (0, 1):
            meter = list(self.model.meters)[number]
            self._state(meter, 0, DAY, self.model.most(meter, 0, DAY))
        first, second = self.model.guarantees
        self._transfer(first, "producer", "bank", 3_000)
        self._convert(first, "producer", 1_000)
        self._pledge(first, "producer", "bank", 2_000)
        self._pledge(second, "trader", "utility", 10)

    @rule(
        by=st.sampled_from(["producer", "producer", "trader", "foreigner", "stranger"]),
        power=st.one_of(powers, st.just(0)),
        years=st.sampled_from([10, 10, 0, -1]),
        factor=st.one_of(factors, st.sampled_from([0, 2_000_001])),
        since=st.sampled_from([0, HOUR, 5 * DAY]),
        again=st.sampled_from([False, False, False, True]),
    )
    @precondition(lambda self: len(self.model.meters) < 6)
    def register_meter(self, by: str, power: int, years: int, factor: int, since: int, again: bool) -> None:
        self._register(by, power, years * YEAR, factor, since, again)

    def _register(self, by: str, power: int, valid: int, factor: int, since: int, again: bool = False) -> None:
        if not again:
            self.numbers += 1
        number = int.from_bytes(keccak(text=f"meter {self.numbers}"), "big")
        until, start = self.ledger.now + valid, self.ledger.now - since
        facts = self.grid.facts(owner=self.actor(by).address, ratedPower=power, validUntil=until, factor=factor)
        self.both(
            "registerMeter",
            lambda: self.model.register(number, start, Facts(by, power, until, factor)),
            lambda: self.grid.energy.registerMeter(
                number.to_bytes(32, "big"), SOLAR, start, facts, sender=self.grid.officer
            ),
        )

    @rule(which=pick, by=actors, power=powers, days=st.sampled_from([-1, 1, 30, 3650, 3650, 3650]), factor=factors)
    def revise_meter(self, which: int, by: str, power: int, days: int, factor: int) -> None:
        meter = self.meter(which)
        by = self.model.meters[meter].facts.owner if which % 4 else by
        until = self.ledger.now + days * DAY
        facts = self.grid.facts(owner=self.actor(by).address, ratedPower=power, validUntil=until, factor=factor)
        self.both(
            "reviseMeter",
            lambda: self.model.revise(meter, Facts(by, power, until, factor)),
            lambda: self.grid.energy.reviseMeter(meter.to_bytes(32, "big"), facts, sender=self.grid.officer),
        )

    @rule(which=pick, state=st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3]))
    def set_meter_state(self, which: int, state: int) -> None:
        meter = self.meter(which)
        self.both(
            "setMeterState",
            lambda: self.model.set_state(meter, STATES[state]),
            lambda: self.grid.energy.setMeterState(meter.to_bytes(32, "big"), state, REASON, sender=self.grid.officer),
        )

    @rule(days=st.sampled_from([0, 1, 10, 100, 540, 3650, 3651]))
    def set_lifetime(self, days: int) -> None:
        self.both(
            "setLifetime",
            lambda: self.model.set_lifetime(days * DAY),
            lambda: self.grid.energy.setLifetime(days * DAY, sender=self.grid.officer),
        )

    @rule(which=pick, gap=st.sampled_from([0, 0, 0, 0, 0, 1, HOUR, -1]), length=lengths, part=pick)
    def state_output(self, which: int, gap: int, length: int | str, part: int) -> None:
        """All that the meter can give, a watt-hour more, nothing, or anything between."""
        meter = self.meter(which)
        start = self.model.meters[meter].stated_until + gap
        end = self.ledger.now if isinstance(length, str) else start + length
        most = self.model.most(meter, start, max(start, end))
        amounts = [most + 1, most, most, most, 0, *[part // 8 % (most + 1)] * 3]
        self._state(meter, gap, end - start, amounts[part % 8])

    def _state(self, meter: int, gap: int, length: int, watt_hours: int) -> None:
        start = self.model.meters[meter].stated_until + gap
        made = self.guarantee_id(meter, start)
        self.both(
            "stateOutput",
            lambda: self.model.state_output(meter, start, start + length, watt_hours, made) or made,
            lambda: (
                self.grid.energy.stateOutput(
                    meter.to_bytes(32, "big"), start, start + length, watt_hours, READINGS, sender=self.grid.officer
                ).returned
            ),
        )

    @rule(which=pick, by=actors, part=parts)
    def redeem(self, which: int, by: str, part: int | str) -> None:
        made = self.guarantee(which)
        by = self.holder(made, which, by)
        amount = self.amount(part, made, by)
        if self.both(
            "redeem",
            lambda: self.model.redeem(made, by, amount),
            lambda: self.grid.energy.redeem(made, amount, SOMEBODY, REASON, sender=self.actor(by)).returned,
        ):
            self.take(made, amount)

    @rule(which=pick, by=actors, part=parts)
    def convert(self, which: int, by: str, part: int | str) -> None:
        made = self.guarantee(which)
        by = self.holder(made, which, by)
        self._convert(made, by, self.amount(part, made, by))

    def _convert(self, made: int, by: str, amount: int) -> None:
        carbon = self.carbon_id(made, len(self.model.guarantees[made].carbons) + 1)
        foretold = self.grid.energy.carbonFor(made, amount)
        assert foretold == self.model.carbon_for(made, amount)

        def act() -> int:
            read, given = self.grid.energy.convert(made, amount, sender=self.actor(by)).returned
            assert (read, given) == (carbon, foretold)
            return int(given)

        if self.both("convert", lambda: self.model.convert(made, by, amount, carbon), act):
            self.take(made, amount)

    @rule(which=pick, by=actors, part=parts)
    @precondition(lambda self: self.model.carbons)
    def retire_carbon(self, which: int, by: str, part: int | str) -> None:
        every = list(self.model.carbons)
        fitting = [each for each in every if self.ledger.assets[each].supply()]
        every = fitting if fitting and which % 4 else every
        carbon = every[which // 4 % len(every)]
        by = self.holder(carbon, which, by)
        amount = self.amount(part, carbon, by)
        self.both(
            "retire",
            lambda: self.model.retire(carbon, by, amount),
            lambda: self.grid.carbon.retire(carbon, amount, SOMEBODY, REASON, sender=self.actor(by)).returned,
        )

    @rule(which=pick, later=st.sampled_from([0, 0, -1, DAY]))
    def expire(self, which: int, later: int) -> None:
        """At the first second at which it has expired, or one before; or now."""
        made = self.guarantee(which)
        when = self.model.guarantees[made].expires + later
        if self.ledger.now < when < self.start + 20 * YEAR and which % 3 == 0:
            self.to(when)
        self.both(
            "expire",
            lambda: self.model.expire(made),
            lambda: self.grid.energy.expire(made, sender=self.grid.stranger),
        )

    @rule(which=pick, source=actors, to=actors, part=parts)
    def transfer(self, which: int, source: str, to: str, part: int | str) -> None:
        asset = self.asset(which)
        source = self.holder(asset, which, source)
        self._transfer(asset, source, to, self.amount(part, asset, source))

    def _transfer(self, asset: int, source: str, to: str, units: int) -> None:
        allowed = self.grid.ledger.restrictionOf(self.actor(source), self.actor(to), asset, units) == 0
        done = self.both(
            "transfer",
            lambda: self.ledger.transfer(asset, source, to, units),
            lambda: self.grid.send(self.actor(source), self.actor(to), asset, units),
        )
        assert done == allowed, "restrictionOf must answer what the transfer does"

    @rule(which=pick, holder=actors, lienholder=actors, part=parts)
    def pledge(self, which: int, holder: str, lienholder: str, part: int | str) -> None:
        asset = self.asset(which)
        holder = self.holder(asset, which, holder)
        self._pledge(asset, holder, lienholder, max(1, self.amount(part, asset, holder)))

    def _pledge(self, asset: int, holder: str, lienholder: str, units: int) -> None:
        account = self.actor(holder)
        self.both(
            "pledge",
            lambda: self.ledger.pledge(asset, holder, lienholder, units),
            lambda: self.grid.ledger.pledge(account, self.actor(lienholder), asset, units, sender=account),
        )

    @rule(which=pick, share=st.sampled_from([0, 1, 1, 2, 2]))
    @precondition(lambda self: self.liens())
    def release(self, which: int, share: int) -> None:
        asset, holder, lienholder, units = self.liens()[which % len(self.liens())]
        some = max(1, units // share) if share else units + 1
        self.both(
            "release",
            lambda: self.ledger.release(asset, holder, lienholder, some),
            lambda: self.grid.ledger.release(self.actor(holder), asset, some, sender=self.actor(lienholder)),
        )

    @rule(which=pick, to=actors, share=st.sampled_from([1, 2]))
    @precondition(lambda self: self.liens())
    def seize(self, which: int, to: str, share: int) -> None:
        asset, holder, lienholder, units = self.liens()[which % len(self.liens())]
        some = max(1, units // share)
        self.both(
            "seize",
            lambda: self.ledger.seize(asset, holder, lienholder, to, some),
            lambda: self.grid.ledger.seize(
                self.actor(holder), self.actor(to), asset, some, sender=self.actor(lienholder)
            ),
        )

    @rule(which=pick, source=actors, to=actors, part=parts)
    def force(self, which: int, source: str, to: str, part: int | str) -> None:
        asset = self.asset(which)
        source = self.holder(asset, which, source)
        units = self.amount(part, asset, source)
        self.both(
            "forcedTransfer",
            lambda: self.ledger.forced_transfer(asset, source, to, units),
            lambda: self.grid.ledger.forcedTransfer(
                self.actor(source), self.actor(to), asset, units, sender=self.grid.officer
            ),
        )

    @rule(which=pick, account=actors, part=st.sampled_from([0, 0, 0, 1, 500]))
    def freeze(self, which: int, account: str, part: int) -> None:
        asset = self.asset(which)
        account = self.holder(asset, which, account)
        self.grid.ledger.setFrozenTokens(self.actor(account), asset, part, sender=self.grid.officer)
        self.ledger.freeze(asset, account, part)

    @rule(account=actors, suspended=st.sampled_from([True, False, False, False]))
    def set_status(self, account: str, suspended: bool) -> None:
        action = self.grid.registry.suspend if suspended else self.grid.registry.reinstate
        action(self.actor(account), sender=self.grid.officer)
        self.ledger.parties[account].status = SUSPENDED if suspended else ACTIVE

    @rule(on=st.sampled_from([True, False]))
    def pause_or_run(self, on: bool) -> None:
        """A pause of an hour, where one may start; or its end."""
        if on and self.ledger.now >= self.model.paused_until + 8 * DAY:
            self.grid.energy.pause(HOUR, sender=self.grid.officer)
            self.model.paused_until = self.ledger.now + HOUR
        elif not on:
            self.grid.energy.unpause(sender=self.grid.officer)
            self.model.paused_until = min(self.model.paused_until, self.ledger.now)

    @rule(seconds=st.one_of(st.sampled_from([HOUR, DAY]), st.integers(1, 3 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.to(self.ledger.now + seconds)

    @rule(by=st.sampled_from([*ACTORS, "stranger"]), data=st.data())
    def privileged_call_by_nobody(self, by: str, data: st.DataObject) -> None:
        """Invariant 10."""
        meter, facts = self.meter(0).to_bytes(32, "big"), self.grid.facts()
        made, me = next(iter(self.model.guarantees)), self.actor(by)
        contract, name, arguments, error = data.draw(
            st.sampled_from(
                [
                    (self.grid.energy, "registerMeter", (b"\1" * 32, 1, 0, facts), "AccessManagedUnauthorized"),
                    (self.grid.energy, "reviseMeter", (meter, facts), "AccessManagedUnauthorized"),
                    (self.grid.energy, "setMeterState", (meter, 3, REASON), "AccessManagedUnauthorized"),
                    (self.grid.energy, "stateOutput", (meter, 0, 1, 1, REASON), "AccessManagedUnauthorized"),
                    (self.grid.energy, "setLifetime", (DAY,), "AccessManagedUnauthorized"),
                    (self.grid.energy, "pause", (1,), "AccessManagedUnauthorized"),
                    (self.grid.energy, "unpause", (), "AccessManagedUnauthorized"),
                    (self.grid.carbon, "issue", (made, 1, me, 1, OFFSET), "OnlyEnergyModule"),
                    (self.grid.ledger, "create", (5, me, 1, 1 << 160, ORIGIN), "NotTheModule"),
                    (self.grid.ledger, "retire", (made, me, 1), "NotTheModule"),
                    (self.grid.ledger, "setFlags", (made, 0), "NotTheModule"),
                ]
            )
        )
        try:
            getattr(contract, name)(*arguments, sender=me)
        except ContractError as refused:
            assert name_of(refused) == error, f"{name}: {refused!r}"
        else:
            raise AssertionError(f"{by} could call {name}")

    @invariant()
    def holdings_agree_with_the_model(self) -> None:
        """Invariants 1, 2 and 3, read from the ledger."""
        for number, asset in self.ledger.assets.items():
            total = 0
            scope = KINDS["guarantee" if number in self.model.guarantees else "carbon"]
            for name in ACTORS:
                units, pledged, frozen = self.grid.ledger.holdingOf(number, self.actor(name))
                assert (units, pledged, frozen) == (asset.balance(name), asset.pledged(name), asset.frozen[name])
                assert pledged <= units
                party = self.ledger.parties[name]
                assert units == 0 or (party.regions & EU and party.qualifications & scope)
                total += units
            assert total == self.grid.ledger.totalSupply(number)
        for number, holder, lienholder, units in self.liens():
            assert self.grid.ledger.lienOf(number, self.actor(holder), self.actor(lienholder)) == units

    @invariant()
    def every_watt_hour_ends_once(self) -> None:
        """Invariants E1, E3 and E4, read from the modules."""
        for number, made in self.model.guarantees.items():
            read = self.grid.energy.guaranteeOf(number)
            assert (read.from_, read.to, read.expires) == (made.start, made.end, made.expires)
            assert (read.issued, read.factor, read.conversions) == (made.issued, made.factor, len(made.carbons))
            assert (read.redeemed, read.converted) == (made.redeemed, made.converted)
            outstanding = self.grid.ledger.totalSupply(number)
            assert read.issued == outstanding + read.redeemed + read.converted
            assert read.issued - outstanding == self.taken[number]
            carbons = [self.grid.carbon.carbonAsset(carbon) for carbon in made.carbons]
            assert sum(carbon.issued for carbon in carbons) == read.converted * read.factor // 1_000_000
            for carbon, asset in zip(made.carbons, carbons, strict=True):
                assert asset.guarantee == number
                assert asset.issued == self.grid.ledger.totalSupply(carbon) + asset.retired
                assert (asset.issued, asset.retired) == (
                    self.model.carbons[carbon].issued,
                    self.model.carbons[carbon].retired,
                )
        assert self.grid.energy.claims() == self.model.redemptions
        assert self.grid.carbon.claims() == self.model.retirements

    @invariant()
    def no_meter_gives_more_than_it_can(self) -> None:
        """Invariant E2."""
        for number, meter in self.model.meters.items():
            read = self.grid.energy.meterOf(number.to_bytes(32, "big"))
            assert (STATES[read.state], read.statedUntil) == (meter.state, meter.stated_until)
            assert (read.facts.ratedPower, read.facts.validUntil, read.facts.factor) == (
                meter.facts.rated_power,
                meter.facts.valid_until,
                meter.facts.factor,
            )
            assert read.facts.owner == self.actor(meter.facts.owner).address
            assert all(one.end <= two.start for one, two in pairwise(meter.statements))
            for one in meter.statements:
                issued = self.grid.energy.guaranteeOf(self.guarantee_id(number, one.start)).issued
                assert 0 < issued * 3600 <= one.rated_power * (one.end - one.start)
                assert one.start < one.end <= self.ledger.now

    def take(self, made: int, amount: int) -> None:
        """E5, and the tally of E4."""
        assert self.ledger.now < self.model.guarantees[made].expires
        self.taken[made] += amount

    def to(self, time: int) -> None:
        self.grid.chain.warp(time)
        self.ledger.now = time

    def meter(self, which: int) -> int:
        """A meter; three times in four an active one, where there is any."""
        every = list(self.model.meters)
        fitting = [each for each in every if self.model.meters[each].state == "Active"]
        every = fitting if fitting and which % 4 else every
        return every[(which // 4) % len(every)]

    def guarantee(self, which: int) -> int:
        """A guarantee; three times in four one that is valid and outstanding, where there is any."""
        every = list(self.model.guarantees)
        fitting = [
            each
            for each in every
            if self.model.guarantees[each].expires > self.ledger.now and self.model.guarantees[each].outstanding
        ]
        every = fitting if fitting and which % 4 else every
        return every[(which // 4) % len(every)]

    def asset(self, which: int) -> int:
        """A guarantee, or one time in three a carbon asset."""
        carbons = list(self.model.carbons)
        return carbons[which % len(carbons)] if carbons and which % 3 == 0 else self.guarantee(which)

    def holder(self, asset: int, which: int, wish: str) -> str:
        """Three times in four somebody who holds free units, where there is anybody; else who is wished for."""
        found = [p.holder for p, units in self.ledger.assets[asset].units.items() if units and not p.lien]
        return found[which % len(found)] if found and which % 4 else wish

    def liens(self) -> list[tuple[int, str, str, int]]:
        """Every lien that stands."""
        return [
            (number, position.holder, position.lien, units)
            for number, asset in self.ledger.assets.items()
            for position, units in asset.units.items()
            if position.lien and units
        ]

    def amount(self, part: int | str, asset: int, account: str) -> int:
        """Part of what the account holds, pledged units included."""
        have = self.ledger.assets[asset].balance(account)
        if isinstance(part, int):
            return part
        return {"half": have // 2, "all": have, "more": have + 1}[part]

    @staticmethod
    def guarantee_id(meter: int, start: int) -> int:
        """Made here, never read from the contract."""
        return _root("guarantee", ["bytes32", "uint40"], meter.to_bytes(32, "big"), start)

    @staticmethod
    def carbon_id(guarantee: int, number: int) -> int:
        """Made here, never read from the contract."""
        return _root("carbon", ["uint256", "uint64"], guarantee, number)


def _root(name: str, kinds: list[str], *values: Any) -> int:
    return int.from_bytes(keccak(encode(["string", *kinds], [name, *values])), "big") & ~0xFFFF
