"""Everything anybody can do with rights in trust and shares of their income, beside an exact model that must agree
after every step.

Always true (numbers of the architecture's list, and the sentences of this part):
1. For each certificate: the sum of balances is what was issued and not retired; pledged <= balance; each position of a
   holder (free shares, and each lien) is zero or the minimum unit at least.
2. The sum of liens by lienholder = the sum of liens by holder.
10. No privileged call succeeds for anyone the plan does not name.
L1. For each certificate, to the unit: income that came in = what was paid out + whole units that its positions are owed
    + the fractions of a unit that they are owed beside; and the module has the money for all of it.
L2. Rent of a right goes to the certificate under which the right stood when the rent was earned, and to no other.
"""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.evm import Account, AddressLike, ContractError
from caldera.model.land import LandModel, Terms
from caldera.model.ledger import ACTIVE, SUSPENDED, LedgerModel
from caldera.model.ledger import Party as ModelParty
from caldera.model.rights import Lease, Right, RightsModel
from tests.properties.beside import Beside
from tests.support.estate import BANK, DAY, EU, FARMER, INCOME_RULES, NOBODY, TITLE_RULES, US, Estate, build
from tests.support.suite import name_of, selector_of

HOLDERS = ("owner", "buyer", "bank")
ACTORS = (*HOLDERS, "tenant", "guest")
UNAUTHORISED = "AccessManagedUnauthorized"
MINIMUM = 1_000_000
MOST_RIGHTS, MOST_TRUSTS = 5, 8
RICH = 10**24

holders = st.sampled_from([*HOLDERS, *HOLDERS, "tenant"])
lienholders = st.sampled_from(["bank", "bank", "buyer", "owner", "tenant"])
pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True, True, True, False])
parts = st.one_of(
    st.sampled_from([1, MINIMUM - 1, MINIMUM, MINIMUM, MINIMUM + 1]),
    st.integers(MINIMUM, 6 * MINIMUM),
    st.sampled_from(["half", "all", "all", "more"]),
)
amounts = st.one_of(st.sampled_from([0, 1, 2, 7, 100, (1 << 64) + 1]), st.integers(1, 10**9))


def stand() -> Estate:
    """The estate, on which compliance may also force and free shares; everybody has money and lets the modules act."""
    estate = build()
    selectors = [selector_of("AssetCertificate", name) for name in ("forcedTransfer", "breakLien")]
    estate.access.setTargetFunctionRole(estate.ledger, selectors, 1, sender=estate.admin)
    for name in HOLDERS:
        estate.rights.setApprovalForAll(estate.land, True, sender=getattr(estate, name))
    for name in ("tenant", "guest", "buyer", "stranger"):
        estate.fund(getattr(estate, name), RICH)
    estate.money.approve(estate.land, RICH, sender=estate.stranger)
    return estate


class LandMachine(Beside):
    """The machine. `estate` is shared by all examples; each begins at `mark`."""

    estate: Estate

    def __init__(self) -> None:
        super().__init__()
        self.estate.chain.restore(self.mark)
        now = self.estate.chain.now
        self.ledger = LedgerModel(now)
        self.rights = RightsModel(now)
        self.rights.active = {*ACTORS, "land"}
        self.rights.admitted = {*HOLDERS, "land"}
        self.model = LandModel(self.ledger, self.rights, Terms(MINIMUM, EU, FARMER | BANK))
        for name in ACTORS:
            outside = name in ("tenant", "guest")
            self.ledger.parties[name] = ModelParty(
                self.estate.entities[name],
                self.estate.registry.participant(self.actor(name)).expires,
                US if outside else EU,
                0 if outside else BANK if name == "bank" else FARMER,
            )
        self.numbers = 0
        self.clauses = 0
        self.issued: dict[int, int] = {}
        # The test's own log, by certificate: money paid in and out, rent that was earned under it.
        self.paid_in: defaultdict[int, int] = defaultdict(int)
        self.paid_out: defaultdict[int, int] = defaultdict(int)
        self.rent: defaultdict[int, int] = defaultdict(int)
        self.seen: defaultdict[int, int] = defaultdict(int)
        self.under: dict[int, int] = {}

    def actor(self, name: str) -> Account:
        return self.estate.chain.account(name)

    def where(self, name: str) -> AddressLike:
        """The module of land is an account, too."""
        return self.estate.land.address if name == "land" else self.actor(name).address

    @initialize()
    def begin(self) -> None:
        for lapses in (0, 100 * DAY, 0):
            self._register("owner", lapses)
        first, second, _ = self.rights.rights
        self._put_in_trust(first, "owner", 7 * MINIMUM)
        self._put_in_trust(second, "owner", 3)
        certificate = self.model.newest(first)
        self._transfer(certificate, "owner", "buyer", 2 * MINIMUM)
        self._pledge(certificate, "owner", "bank", MINIMUM + 1)
        self._lease(certificate, "owner", "tenant", 30 * DAY, 1_007, DAY, 3_333)

    @rule(owner=st.sampled_from(["owner", "owner", "buyer", "tenant"]), days=st.sampled_from([0, 0, 10, 100]))
    @precondition(lambda self: len(self.rights.rights) < MOST_RIGHTS)
    def register(self, owner: str, days: int) -> None:
        if self.ledger.active(owner) and owner in self.rights.admitted:
            self._register(owner, days * DAY)

    def _register(self, owner: str, lapses: int) -> None:
        """Another machine asks what titles are refused."""
        self.numbers += 1
        right = self.estate.right(f"parcel {self.numbers}", lapses, owner)
        self.rights.rights[right] = Right(owner, self.estate.rights.lapsesAt(right))

    @rule(
        which=pick,
        by=st.sampled_from(["owner of it", "owner of it", "owner of it", *HOLDERS]),
        shares=st.one_of(st.sampled_from([0, 1, 3, MINIMUM, 7 * MINIMUM]), st.integers(1, 10 * MINIMUM)),
    )
    def put_in_trust(self, which: int, by: str, shares: int) -> None:
        """Mostly one that is in nobody's trust."""
        every = list(self.rights.rights)
        out = [each for each in every if self.rights.rights[each].owner != "land" and each not in self.model.struck_out]
        every = out if out and which % 4 else every
        right = every[which // 4 % len(every)]
        if len(self.model.trusts) < MOST_TRUSTS:
            owner = self.rights.rights[right].owner
            self._put_in_trust(right, owner if by == "owner of it" and owner != "land" else by.split()[0], shares)

    def _put_in_trust(self, right: int, by: str, shares: int) -> None:
        if self.both(
            "putInTrust",
            lambda: self.model.put_in_trust(right, by, shares),
            lambda: self.estate.land.putInTrust(right, shares, INCOME_RULES, 1, sender=self.actor(by)).returned,
        ):
            self.issued[self.model.newest(right)] = shares

    @rule(which=pick, source=holders, to=holders, part=parts)
    def transfer_shares(self, which: int, source: str, to: str, part: int | str) -> None:
        certificate = self.certificate(which)
        source = self.holder(certificate, which, source)
        self._transfer(certificate, source, to, self.amount(part, certificate, source))

    def _transfer(self, certificate: int, source: str, to: str, units: int) -> None:
        account = self.actor(source)
        self.both(
            "transfer",
            lambda: self.ledger.transfer(certificate, source, to, units),
            lambda: self.estate.ledger.safeTransferFrom(
                account, self.actor(to), certificate, units, b"", sender=account
            ),
        )

    @rule(
        which=pick, holder=holders, lienholder=st.sampled_from(["bank", "bank", "buyer", "owner", "tenant"]), part=parts
    )
    def pledge_shares(self, which: int, holder: str, lienholder: str, part: int | str) -> None:
        certificate = self.certificate(which)
        holder = self.holder(certificate, which, holder)
        self._pledge(certificate, holder, lienholder, max(1, self.amount(part, certificate, holder)))

    def _pledge(self, certificate: int, holder: str, lienholder: str, units: int) -> None:
        account = self.actor(holder)
        self.both(
            "pledge",
            lambda: self.ledger.pledge(certificate, holder, lienholder, units),
            lambda: self.estate.ledger.pledge(account, self.actor(lienholder), certificate, units, sender=account),
        )

    @rule(which=pick, share=st.sampled_from([0, 1, 1, 1, 2]), broken=st.booleans())
    @precondition(lambda self: self.liens())
    def release(self, which: int, share: int, broken: bool) -> None:
        certificate, holder, lienholder, have = self.liens()[which % len(self.liens())]
        units = max(1, have // share) if share else have + 1
        account, creditor = self.actor(holder), self.actor(lienholder)

        def act() -> Any:
            if broken:
                return self.estate.ledger.breakLien(account, creditor, certificate, units, sender=self.estate.officer)
            return self.estate.ledger.release(account, certificate, units, sender=creditor)

        self.both(
            "breakLien" if broken else "release",
            lambda: self.ledger.release(certificate, holder, lienholder, units),
            act,
        )

    @rule(which=pick, to=holders, share=st.sampled_from([0, 1, 1, 2, 2, 3]))
    @precondition(lambda self: self.liens())
    def seize(self, which: int, to: str, share: int) -> None:
        certificate, holder, lienholder, have = self.liens()[which % len(self.liens())]
        to = lienholder if which % 2 else to
        units = max(1, have // share) if share else have + 1
        self.both(
            "seize",
            lambda: self.ledger.seize(certificate, holder, lienholder, to, units),
            lambda: self.estate.ledger.seize(
                self.actor(holder), self.actor(to), certificate, units, sender=self.actor(lienholder)
            ),
        )

    @rule(which=pick, source=holders, to=holders, part=parts)
    def force_shares(self, which: int, source: str, to: str, part: int | str) -> None:
        certificate = self.certificate(which)
        source = self.holder(certificate, which, source)
        units = self.amount(part, certificate, source)
        self.both(
            "forcedTransfer of shares",
            lambda: self.ledger.forced_transfer(certificate, source, to, units),
            lambda: self.estate.ledger.forcedTransfer(
                self.actor(source), self.actor(to), certificate, units, sender=self.estate.officer
            ),
        )

    @rule(which=pick, account=holders, units=st.sampled_from([0, 0, 0, 1, 2 * MINIMUM]))
    def freeze_shares(self, which: int, account: str, units: int) -> None:
        certificate = self.certificate(which)
        account = self.holder(certificate, which, account)
        self.estate.ledger.setFrozenTokens(self.actor(account), certificate, units, sender=self.estate.officer)
        self.ledger.freeze(certificate, account, units)

    @rule(
        which=pick,
        by=st.sampled_from(["manager", "manager", "manager", "buyer"]),
        lessee=st.sampled_from(["tenant", "tenant", "guest", "buyer"]),
        length=st.sampled_from([0, 1, DAY, 7 * DAY, 20 * DAY, 31 * DAY]),
        rent=st.one_of(st.sampled_from([0, 1, 1_007]), st.integers(1, 10**7)),
        period=st.sampled_from([7, 3_600, DAY]),
        forfeit=st.sampled_from([0, 3_333, 10_000]),
    )
    def lease(self, which: int, by: str, lessee: str, length: int, rent: int, period: int, forfeit: int) -> None:
        self._lease(self.certificate(which), by, lessee, length, rent, period, forfeit)

    def _lease(self, certificate: int, by: str, lessee: str, length: int, rent: int, period: int, forfeit: int) -> None:
        """Offered by who manages the trust, taken by the lessee."""
        trust = self.model.trusts[certificate]
        by = trust.manager or "owner" if by == "manager" else by
        self.clauses += 1
        offer = self.estate.offer(
            trust.right,
            rent=rent,
            period=period,
            latest=self.rights.now + 30 * DAY,
            referee=self.estate.referee.address,
            forfeitBps=forfeit,
            clauses=keccak(text=str(self.clauses)),
        )
        if not self.both(
            "offerLease",
            lambda: self.model.require_managed(certificate, by),
            lambda: self.estate.land.offerLease(certificate, offer, sender=self.actor(by)),
        ):
            return
        end = self.rights.now + length
        terms = Lease(lessee, self.rights.now, end, rent, period, offer.latest, False, "referee", forfeit, 0)
        self.both(
            "lease",
            lambda: self.rights.lease(trust.right, lessee, terms, "land", "", ""),
            lambda: self.estate.leases.lease(offer, end, NOBODY, b"", sender=self.actor(lessee)).returned,
        )

    @rule(which=pick, by=st.sampled_from(["manager", "manager", "lessee", "lessee", "buyer"]), agrees=mostly)
    def agree_to_end(self, which: int, by: str, agrees: bool) -> None:
        certificate = self.certificate(which)
        trust = self.model.trusts[certificate]
        if by == "lessee":
            known = self.rights.rights[trust.right].lease
            if trust.right in self.model.struck_out or known is None or known.lessee == "buyer":
                return
            self.both(
                "agreeToEnd by the lessee",
                lambda: self.rights.agree(trust.right, known.lessee, agrees),
                lambda: self.estate.leases.agreeToEnd(trust.right, agrees, sender=self.actor(known.lessee)),
            )
            return
        by = trust.manager or "owner" if by == "manager" else by
        self.both(
            "agreeToEnd by the manager",
            lambda: self.model.agree(certificate, by, agrees),
            lambda: self.estate.land.agreeToEnd(certificate, agrees, sender=self.actor(by)),
        )

    @rule(which=pick, wanted=mostly)
    def declare_breach(self, which: int, wanted: bool) -> None:
        right = self.model.trusts[self.certificate(which)].right
        if right in self.model.struck_out or wanted:
            return
        self.both(
            "declareBreach",
            lambda: self.rights.breach(right, "referee"),
            lambda: self.estate.leases.declareBreach(right, b"\0" * 32, sender=self.estate.referee),
        )

    @rule(which=pick)
    def collect_rent(self, which: int) -> None:
        """Three times in four where there is rent."""
        every = list(self.model.trusts)
        due = [each for each in every if self.waiting(each) and each == self.model.newest(each & ~0xFFFF)]
        every = due if due and which % 4 else every
        certificate = every[which // 4 % len(every)]
        if not due and which % 8 != 5:
            return
        self.both(
            "collectRent",
            lambda: self.model.collect_rent(certificate),
            lambda: self.estate.land.collectRent(certificate, sender=self.estate.stranger).returned,
        )

    @rule(which=pick, amount=amounts)
    def pay_income(self, which: int, amount: int) -> None:
        certificate = self.certificate(which)
        if self.both(
            "payIncome",
            lambda: self.model.pay_income(certificate, amount),
            lambda: self.estate.land.payIncome(certificate, amount, sender=self.estate.stranger),
        ):
            self.paid_in[certificate] += amount

    @rule(which=pick, holder=holders)
    def claim(self, which: int, holder: str) -> None:
        """Three times in four where there is something to claim."""
        certificate = self.certificate(which)
        owed = [(each, name) for each in self.model.trusts for name in HOLDERS if self.model.claimable(each, name)]
        if owed and which % 4:
            certificate, holder = owed[which // 4 % len(owed)]
        before = self.estate.money.balanceOf(self.actor(holder))
        if self.both(
            "claim",
            lambda: self.model.claim(certificate, holder),
            lambda: self.estate.land.claim(certificate, self.actor(holder), sender=self.estate.stranger).returned,
        ):
            self.paid_out[certificate] += self.estate.money.balanceOf(self.actor(holder)) - before

    @rule(which=pick, by=holders)
    def take_out(self, which: int, by: str) -> None:
        """Mostly by somebody who holds all shares, where there is anybody."""
        certificate = self.certificate(which)
        whole = [
            (each, position.holder)
            for each, trust in self.model.trusts.items()
            for position, units in self.ledger.assets[each].units.items()
            if units == trust.shares and not position.lien
        ]
        if whole and which % 4:
            certificate, by = whole[which // 4 % len(whole)]
        self.both(
            "takeOut",
            lambda: self.model.take_out(certificate, by),
            lambda: self.estate.land.takeOut(certificate, sender=self.actor(by)),
        )

    @rule(which=pick, to=st.sampled_from([*HOLDERS, "tenant", "land"]), wanted=mostly)
    def transfer_right(self, which: int, to: str, wanted: bool) -> None:
        """By its owner; back into its trust, where compliance took it out of that."""
        right = self.right(which)
        source = self.rights.rights[right].owner
        if source == "land" or not (wanted and self.may_go(right, to)):
            return
        self.both(
            "transferFrom",
            lambda: self.rights.transfer(right, source, to),
            lambda: self.estate.rights.transferFrom(
                self.where(source), self.where(to), right, sender=self.actor(source)
            ),
        )

    @rule(which=pick, to=st.sampled_from(["owner", "buyer", "buyer", "bank", "tenant", "land"]))
    def force_right(self, which: int, to: str) -> None:
        """Out of its trust, or back."""
        right = self.right(which)
        source = self.rights.rights[right].owner
        if not self.may_go(right, to):
            return
        self.both(
            "forcedTransfer of a right",
            lambda: self.rights.force(right, to),
            lambda: self.estate.rights.forcedTransfer(
                self.where(source), self.where(to), right, sender=self.estate.officer
            ),
        )

    @rule(which=pick, to=st.sampled_from(["buyer", "buyer", "bank"]), seconds=st.integers(0, 5 * DAY))
    def force_right_into_a_new_trust(self, which: int, to: str, seconds: int) -> None:
        """Where one stands in trust, with rent waiting if there is any such: its next owner puts it in anew (L2)."""
        live = [
            trust.right
            for certificate, trust in self.model.trusts.items()
            if trust.manager
            and certificate == self.model.newest(trust.right)
            and trust.right not in self.model.struck_out
            and self.rights.rights[trust.right].owner == "land"
        ]
        live = [each for each in live if self.model.rent_waiting(each)] or live
        if not live or which % 2 or len(self.model.trusts) >= MOST_TRUSTS:
            return
        right = live[which // 2 % len(live)]
        if self.both(
            "forcedTransfer of a right",
            lambda: self.rights.force(right, to),
            lambda: self.estate.rights.forcedTransfer(
                self.estate.land.address, self.actor(to), right, sender=self.estate.officer
            ),
        ):
            self.to(self.rights.now + seconds)
            self._put_in_trust(right, to, 2 * MINIMUM)

    def may_go(self, right: int, to: str) -> bool:
        """Nobody gives a right to the module without a trust that it comes under."""
        trust = self.model.trusts.get(self.model.newest(right))
        return to != "land" or (trust is not None and bool(trust.manager))

    @rule(which=pick, frozen=st.sampled_from([True, False, False, False]))
    def freeze_right(self, which: int, frozen: bool) -> None:
        right = self.right(which)
        known = self.rights.rights[right]
        self.estate.rights.setFrozenTokens(self.where(known.owner), right, frozen, sender=self.estate.officer)
        (known.frozen_for.add if frozen else known.frozen_for.discard)(known.owner)

    @rule(which=pick, lienholder=st.sampled_from(["bank", "bank", "buyer"]))
    def pledge_or_release_right(self, which: int, lienholder: str) -> None:
        """A pledged right goes into no trust."""
        right = self.right(which)
        known = self.rights.rights[right]
        owner, present = known.owner, known.lienholder
        if owner == "land":
            return
        if present:
            self.both(
                "release of a right",
                lambda: self.rights.release(right, owner, present),
                lambda: self.estate.rights.release(self.actor(owner), right, 1, sender=self.actor(present)),
            )
        else:
            self.both(
                "pledge of a right",
                lambda: self.rights.pledge(right, owner, lienholder),
                lambda: self.estate.rights.pledge(
                    self.actor(owner), self.actor(lienholder), right, 1, sender=self.actor(owner)
                ),
            )

    @rule(which=pick, wanted=mostly)
    def strike_out(self, which: int, wanted: bool) -> None:
        """Whether rent waits or not: it is brought in first."""
        right = list(self.rights.rights)[which % len(self.rights.rights)]
        if wanted:
            return
        self.both(
            "strikeOut",
            lambda: self.model.strike_out(right),
            lambda: self.estate.land.strikeOut(right, b"\1" * 32, sender=self.estate.officer),
        )

    @rule(account=st.sampled_from(ACTORS), suspended=st.sampled_from([True, False, False]))
    def set_status(self, account: str, suspended: bool) -> None:
        if not suspended:
            account = next(iter(sorted(self.rights.suspended)), account)
        action = self.estate.registry.suspend if suspended else self.estate.registry.reinstate
        action(self.actor(account), sender=self.estate.officer)
        self.ledger.parties[account].status = SUSPENDED if suspended else ACTIVE
        (self.rights.suspended.add if suspended else self.rights.suspended.discard)(account)
        (self.rights.active.discard if suspended else self.rights.active.add)(account)

    @rule(seconds=st.one_of(st.sampled_from([1, 3_600, DAY]), st.integers(1, 10 * DAY)))
    def wait(self, seconds: int) -> None:
        self.to(self.rights.now + seconds)

    @rule(which=pick, later=st.sampled_from([0, 1]))
    def wait_to_the_end_of_a_lease(self, which: int, later: int) -> None:
        """Its last second, or the one after."""
        ends = [right.lease.end for right in self.rights.rights.values() if self.rights.running(right) and right.lease]
        if ends:
            self.to(max(self.rights.now, ends[which % len(ends)] + later))

    @rule(by=st.sampled_from([*ACTORS, "stranger"]), which=pick, data=st.data())
    def privileged_call_by_nobody(self, by: str, which: int, data: st.DataObject) -> None:
        """Invariant 10."""
        right, me = self.right(which), self.actor(by)
        certificate = self.model.newest(right)
        title = (keccak(text="mine"), keccak(text="use"), 0, TITLE_RULES, keccak(text="deed"))
        move = (certificate, me.address, me.address, 1, me.address, NOBODY, 0, 1)
        contract, name, arguments, error = data.draw(
            st.sampled_from(
                [
                    (self.estate.land, "register", (me, title), UNAUTHORISED),
                    (self.estate.land, "strikeOut", (right, b"\1" * 32), UNAUTHORISED),
                    (self.estate.land, "stateAttribute", (right, 7, 1, 2**39), UNAUTHORISED),
                    (self.estate.land, "pause", (1,), UNAUTHORISED),
                    (self.estate.land, "onMove", (move,), "OnlyLedger"),
                    (self.estate.ledger, "retire", (certificate, me, 1), "NotTheModule"),
                    (self.estate.ledger, "setFlags", (certificate, 0), "NotTheModule"),
                    (self.estate.rights, "forcedTransfer", (me, me, right), UNAUTHORISED),
                ]
            )
        )
        if contract is self.estate.ledger and certificate not in self.ledger.assets:
            return
        try:
            getattr(contract, name)(*arguments, sender=me)
        except ContractError as refused:
            assert name_of(refused) == error, f"{name}: {refused!r}"
        else:
            raise AssertionError(f"{by} could call {name}")

    @invariant()
    def shares_add_up(self) -> None:
        """Invariants 1 and 2; the ledger agrees with the model."""
        for certificate, asset in self.ledger.assets.items():
            total = by_holder = by_lienholder = 0
            for name in HOLDERS:
                units, pledged, frozen = self.estate.ledger.holdingOf(certificate, self.actor(name))
                assert (units, pledged, frozen) == (asset.balance(name), asset.pledged(name), asset.frozen[name])
                assert pledged <= units
                assert units == pledged or units - pledged >= asset.minimum
                total += units
                by_holder += pledged
            for position, units in asset.units.items():
                if position.lien:
                    read = self.estate.ledger.lienOf(
                        certificate, self.actor(position.holder), self.actor(position.lien)
                    )
                    assert read == units
                    assert read == 0 or read >= asset.minimum
                    by_lienholder += read
            assert by_lienholder == by_holder
            retired = 0 if self.model.trusts[certificate].manager else self.issued[certificate]
            assert total == self.issued[certificate] - retired == self.estate.ledger.totalSupply(certificate)

    @invariant()
    def income_adds_up(self) -> None:
        """Invariant L1."""
        kept = 0
        for certificate, trust in self.model.trusts.items():
            read = self.estate.land.trustOf(certificate)
            assert read.manager == (self.actor(trust.manager).address if trust.manager else NOBODY)
            assert (read.shares, read.income) == (trust.shares, trust.income)
            assert read.credited <= read.income
            whole = 0
            for name in HOLDERS:
                claimable = self.estate.land.claimable(certificate, self.actor(name))
                assert claimable == self.model.claimable(certificate, name), f"{name} can claim {claimable}"
                whole += claimable
            whole += sum(trust.whole(position) for position in list(trust.owed) if position.lien)
            fractions = trust.fractions()
            assert fractions >= 0
            assert Fraction(read.income) == self.paid_out[certificate] + whole + fractions
            kept += read.income - self.paid_out[certificate]
        assert self.estate.money.balanceOf(self.estate.land) == kept

    @invariant()
    def rent_goes_to_the_trust_that_earned_it(self) -> None:
        """Invariant L2. Between two steps time passes, or one transaction happens: what rent came up since the last
        step was earned under the certificate of that time."""
        land = self.estate.land.address
        for right in self.rights.rights:
            there = right not in self.model.struck_out
            waiting = self.estate.leases.collectable(right, land, 1)
            if there and self.estate.rights.ownerOf(right) == land:
                waiting += self.estate.leases.accruedOn(right)
            made = [right + number + 1 for number in range(self.estate.land.trustsOf(right))]
            assert len(made) == self.model.counts[right]
            got = {each: self.estate.land.trustOf(each).income - self.paid_in[each] for each in made}
            total = waiting + sum(got.values())
            if right in self.under:
                self.rent[self.under[right]] += total - self.seen[right]
            else:
                assert total == self.seen[right], "rent without a trust"
            self.seen[right] = total
            for each in made:
                newest = each == made[-1]
                assert got[each] + (waiting if newest else 0) == self.rent[each], "rent of another certificate"
            if made:
                self.under[right] = made[-1]

    @invariant()
    def rights_agree_with_the_model(self) -> None:
        """Who owns them."""
        for right, known in self.rights.rights.items():
            if right not in self.model.struck_out:
                assert self.estate.rights.ownerOf(right) == self.where(known.owner)

    def to(self, time: int) -> None:
        self.estate.chain.warp(time)
        self.ledger.now = self.rights.now = time

    def waiting(self, certificate: int) -> int:
        """Rent that the trust could bring in."""
        return self.model.rent_waiting(certificate & ~0xFFFF)

    def right(self, which: int) -> int:
        """A right that is there."""
        every = [each for each in self.rights.rights if each not in self.model.struck_out]
        return every[which % len(every)] if every else self._another()

    def _another(self) -> int:
        """Where all were struck out."""
        name = next((each for each in HOLDERS if self.ledger.active(each)), "")
        if not name:
            self.estate.registry.reinstate(self.estate.owner, sender=self.estate.officer)
            self.ledger.parties["owner"].status = ACTIVE
            self.rights.suspended.discard("owner")
            self.rights.active.add("owner")
        self._register(name or "owner", 0)
        return next(reversed(self.rights.rights))

    def certificate(self, which: int) -> int:
        """One; three times in four one of a trust that goes on, where there is any."""
        every = list(self.model.trusts)
        live = [each for each in every if self.model.trusts[each].manager and self.ledger.assets[each].circulates]
        every = live if live and which % 4 else every
        return every[which // 4 % len(every)]

    def holder(self, certificate: int, which: int, wish: str) -> str:
        """Three times in four somebody who holds free shares, where there is anybody; else who is wished for."""
        found = [p.holder for p, units in self.ledger.assets[certificate].units.items() if units and not p.lien]
        return found[which % len(found)] if found and which % 4 else wish

    def liens(self) -> list[tuple[int, str, str, int]]:
        """Every lien that stands."""
        return [
            (certificate, position.holder, position.lien, units)
            for certificate, asset in self.ledger.assets.items()
            for position, units in asset.units.items()
            if position.lien and units
        ]

    def amount(self, part: int | str, certificate: int, account: str) -> int:
        """Part of what the account holds, pledged shares included."""
        if isinstance(part, int):
            return part
        have = self.ledger.assets[certificate].balance(account)
        return {"half": have // 2, "all": have, "more": have + 1}[part]
