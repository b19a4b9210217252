"""Everything anybody can do with rights and leases, beside an exact model that must agree after every step.

Always true (numbers of the architecture's list, and the sentences of this part):
2. A right is under one lien at most; a lien ends only by its lienholder or by compliance.
3. Nobody comes to own a right who was not eligible at that moment.
R1. Rent paid in = handed out + waiting as credits + in escrow, to the unit, and all of it is there.
R2. A lease that runs is ended by its time, by both, or by its referee; nobody else changes who uses the right.
R3. A right that has lapsed has no user.
"""

from copy import deepcopy
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from caldera.evm import Account
from caldera.model.rights import Lease, Right, RightsModel
from tests.properties.beside import Beside
from tests.support.estate import DAY, NOBODY, OFFER_FIELDS, Estate

ACTORS = ("owner", "buyer", "bank", "tenant", "guest")
ADMITTED = {"owner", "buyer", "bank"}
anybody = st.sampled_from(ACTORS)
which = st.integers(0, 2)
waits = st.one_of(st.sampled_from([0, 1, 3600, DAY]), st.integers(0, 15 * DAY))
lengths = st.one_of(st.sampled_from([0, 1, 30 * DAY, 50 * DAY, 50 * DAY + 1]), st.integers(DAY, 50 * DAY))
mostly = st.sampled_from([True, True, True, True, False])


class RightsMachine(Beside):
    """The machine. `estate` is shared by all examples; each begins at `mark`."""

    estate: Estate

    def __init__(self) -> None:
        super().__init__()
        self.estate.chain.restore(self.mark)
        self.model = RightsModel(self.estate.chain.now)
        self.model.active = {*ACTORS, "referee"}
        self.model.admitted = set(ADMITTED)
        self.ids: list[int] = []
        self.clauses = 0

    def actor(self, name: str) -> Account:
        return self.estate.chain.account(name)

    def pledged(self, number: int) -> int:
        """One that stands under a lien, where there is one."""
        liens = [asset for asset in self.ids if self.model.rights[asset].lienholder]
        return liens[number % len(liens)] if liens else self.ids[number]

    @initialize()
    def begin(self) -> None:
        for number, lapses in enumerate((0, 200 * DAY, 40 * DAY)):
            self.ids.append(self.estate.right(f"parcel {number}", lapses))
            until = self.estate.rights.lapsesAt(self.ids[-1])
            self.model.rights[self.ids[-1]] = Right("owner", until)
        for name in ACTORS:
            self.estate.fund(self.actor(name), 10**24)
        for number in (0, 1):
            self._lease(number, "tenant", True, 30 * DAY, 10**9 + 7, DAY, number == 0, 3333, False, False)
        self.pledge(1, "bank")

    @rule(
        number=which,
        lessee=st.sampled_from(["tenant", "tenant", "guest", "buyer"]),
        by_owner=mostly,
        length=lengths,
        rent=st.one_of(st.sampled_from([0, 1, 7, 10**9]), st.integers(0, 10**12)),
        period=st.sampled_from([1, 7, 3600, DAY, 30 * DAY]),
        sublease=st.booleans(),
        forfeit=st.sampled_from([0, 1, 3333, 10_000]),
        consents=mostly,
        on_chain=st.booleans(),
    )
    def lease(
        self,
        number: int,
        lessee: str,
        by_owner: bool,
        length: int,
        rent: int,
        period: int,
        sublease: bool,
        forfeit: int,
        consents: bool,
        on_chain: bool,
    ) -> None:
        self._lease(number, lessee, by_owner, length, rent, period, sublease, forfeit, consents, on_chain)

    def _lease(
        self,
        number: int,
        lessee: str,
        by_owner: bool,
        length: int,
        rent: int,
        period: int,
        sublease: bool,
        forfeit: int,
        consents: bool,
        on_chain: bool,
    ) -> None:
        asset = self.ids[number]
        right = self.model.rights[asset]
        signer = right.owner if by_owner else "guest"
        end = self.model.now + length
        self.clauses += 1
        referee = self.estate.referee
        offer = self.estate.offer(
            asset,
            rent=rent,
            period=period,
            latest=self.model.now + 50 * DAY,
            sublease=sublease,
            referee=referee.address,
            forfeitBps=forfeit,
            clauses=keccak(text=str(self.clauses)),
        )
        signature = b"" if on_chain else self.estate.sign(offer, self.actor(signer))
        if on_chain and by_owner:
            self.estate.leases.offer(offer, sender=self.actor(signer))
        lienholder = right.lienholder
        if lienholder and consents:
            self.model.consent(asset, lienholder, str(self.clauses))
            digest = self.offer_hash(offer)
            self.estate.leases.consent(asset, digest, sender=self.actor(lienholder))
        terms = Lease(lessee, self.model.now, end, rent, period, offer.latest, sublease, "referee", forfeit, 0)
        signed_by = signer if by_owner or not on_chain else ""
        who = self.actor(lienholder).address if lienholder else NOBODY
        self.both(
            "lease",
            lambda: self.model.lease(asset, lessee, terms, signed_by, str(self.clauses), lienholder),
            lambda: self.estate.leases.lease(offer, end, who, signature, sender=self.actor(lessee)).returned,
        )

    def offer_hash(self, offer: Any) -> bytes:
        """The struct hash, made here from the published type."""
        text = "LeaseOffer(" + ",".join(f"{kind} {name}" for name, kind in OFFER_FIELDS.items()) + ")"
        values = [keccak(text=text), *(getattr(offer, name) for name in OFFER_FIELDS)]
        return keccak(encode(["bytes32", *OFFER_FIELDS.values()], values))

    @rule(number=which, caller=st.sampled_from(["lessee", "lessee", "guest"]), more=waits)
    def extend(self, number: int, caller: str, more: int) -> None:
        asset = self.ids[number]
        lease = self.model.rights[asset].lease
        who = lease.lessee if lease and caller == "lessee" else "guest"
        end = (lease.end if lease else self.model.now) + more
        self.both(
            "extend",
            lambda: self.model.extend(asset, who, end),
            lambda: self.estate.leases.extend(asset, end, sender=self.actor(who)).returned,
        )

    @rule(number=which, caller=st.sampled_from(["owner", "lessee", "owner", "lessee", "guest"]), agrees=mostly)
    def agree(self, number: int, caller: str, agrees: bool) -> None:
        asset = self.ids[number]
        right = self.model.rights[asset]
        who = (
            right.owner if caller == "owner" else right.lease.lessee if right.lease and caller == "lessee" else "guest"
        )
        self.both(
            "agreeToEnd",
            lambda: self.model.agree(asset, who, agrees),
            lambda: self.estate.leases.agreeToEnd(asset, agrees, sender=self.actor(who)),
        )

    @rule(number=which, caller=st.sampled_from(["referee", "owner", "tenant"]))
    def breach(self, number: int, caller: str) -> None:
        asset = self.ids[number]
        self.both(
            "declareBreach",
            lambda: self.model.breach(asset, caller),
            lambda: self.estate.leases.declareBreach(asset, b"\0" * 32, sender=self.actor(caller)),
        )

    @rule(number=which, to=anybody, by_owner=mostly)
    def transfer(self, number: int, to: str, by_owner: bool) -> None:
        asset = self.ids[number]
        source = self.model.rights[asset].owner if by_owner else "guest"
        self.both(
            "transferFrom",
            lambda: self.model.transfer(asset, source, to),
            lambda: self.estate.rights.transferFrom(
                self.actor(source), self.actor(to), asset, sender=self.actor(source)
            ),
        )

    @rule(
        number=which,
        caller=st.sampled_from(["owner", "owner", "lessee", "guest"]),
        user=st.sampled_from(["", "guest", "tenant", "buyer"]),
        expires=st.one_of(waits, st.sampled_from([-1, 1 << 49, (1 << 64) - 1])),
    )
    def set_user(self, number: int, caller: str, user: str, expires: int) -> None:
        asset = self.ids[number]
        right = self.model.rights[asset]
        lease = self.model.running(right)
        who = right.owner if caller == "owner" else lease.lessee if lease and caller == "lessee" else "guest"
        until = expires if expires > 1 << 48 else self.model.now + expires
        address = self.actor(user).address if user else NOBODY
        self.both(
            "setUser",
            lambda: self.model.set_user(asset, who, user, until),
            lambda: self.estate.rights.setUser(asset, address, until, sender=self.actor(who)),
        )

    @rule(number=which, lienholder=st.sampled_from(["bank", "bank", "bank", "owner", "tenant"]))
    def pledge_right(self, number: int, lienholder: str) -> None:
        self.pledge(number, lienholder)

    def pledge(self, number: int, lienholder: str) -> None:
        asset = self.ids[number]
        holder = self.model.rights[asset].owner
        self.both(
            "pledge",
            lambda: self.model.pledge(asset, holder, lienholder),
            lambda: self.estate.rights.pledge(
                self.actor(holder), self.actor(lienholder), asset, 1, sender=self.actor(holder)
            ),
        )

    @rule(number=which, caller=st.sampled_from(["lienholder", "lienholder", "lienholder", "tenant"]))
    def release(self, number: int, caller: str) -> None:
        asset = self.pledged(number)
        right = self.model.rights[asset]
        who = right.lienholder if caller == "lienholder" and right.lienholder else "tenant"
        holder = right.owner
        self.both(
            "release",
            lambda: self.model.release(asset, holder, who),
            lambda: self.estate.rights.release(self.actor(holder), asset, 1, sender=self.actor(who)),
        )

    @rule(
        number=which,
        to=st.sampled_from(["buyer", "bank", "owner", "guest"]),
        caller=st.sampled_from(["lienholder", "lienholder", "lienholder", "tenant"]),
    )
    def seize(self, number: int, to: str, caller: str) -> None:
        asset = self.pledged(number)
        right = self.model.rights[asset]
        who = right.lienholder if caller == "lienholder" and right.lienholder else "tenant"
        holder = right.owner
        self.both(
            "seize",
            lambda: self.model.seize(asset, holder, who, to),
            lambda: self.estate.rights.seize(self.actor(holder), self.actor(to), asset, 1, sender=self.actor(who)),
        )

    @rule(number=which)
    def accrue(self, number: int) -> None:
        asset = self.ids[number]
        self.both(
            "accrue",
            lambda: self.model.accrue(asset),
            lambda: self.estate.leases.accrue(asset, sender=self.estate.stranger).returned,
        )

    @rule(number=which, caller=anybody, with_credit=mostly)
    def collect(self, number: int, caller: str, with_credit: bool) -> None:
        asset = self.ids[number]
        rich = sorted(key for key, amount in self.model.credits.items() if amount)
        if rich and with_credit:
            asset, caller = rich[number % len(rich)]
        self.both(
            "collect",
            lambda: self.model.collect(asset, caller),
            lambda: self.estate.leases.collect(asset, 1, sender=self.actor(caller)).returned,
        )

    @rule(number=which, frozen=st.sampled_from([True, False, False, False, False]), other=anybody, owners=st.booleans())
    def freeze(self, number: int, frozen: bool, other: str, owners: bool) -> None:
        """For who holds it, or may come to."""
        asset = self.ids[number]
        right = self.model.rights[asset]
        account = right.owner if owners else other
        self.estate.rights.setFrozenTokens(self.actor(account), asset, frozen, sender=self.estate.officer)
        (right.frozen_for.add if frozen else right.frozen_for.discard)(account)

    @rule(number=which, to=anybody)
    def force(self, number: int, to: str) -> None:
        asset = self.ids[number]
        source = self.model.rights[asset].owner
        self.both(
            "forcedTransfer",
            lambda: self.model.force(asset, to),
            lambda: self.estate.rights.forcedTransfer(
                self.actor(source), self.actor(to), asset, sender=self.estate.officer
            ),
        )

    @rule(who=anybody)
    def suspend_or_reinstate(self, who: str) -> None:
        if who in self.model.suspended:
            self.estate.registry.reinstate(self.actor(who), sender=self.estate.officer)
            self.model.suspended.discard(who)
            self.model.active.add(who)
        elif not self.model.suspended and self.model.now % 3 == 0:
            self.estate.registry.suspend(self.actor(who), sender=self.estate.officer)
            self.model.suspended.add(who)
            self.model.active.discard(who)

    @rule(by=waits)
    def wait(self, by: int) -> None:
        self.estate.chain.skip(by)
        self.model.now += by

    @rule(number=which)
    def wait_to_the_end(self, number: int) -> None:
        """To the last second of a lease, or of the right."""
        right = self.model.rights[self.ids[number]]
        lease = self.model.running(right)
        until = lease.end if lease else right.lapses - 1
        if until > self.model.now:
            self.estate.chain.skip(until - self.model.now)
            self.model.now = until

    @invariant()
    def contracts_agree_with_the_model(self) -> None:
        """All of it, read from the contracts."""
        estate = self.estate
        for asset in self.ids:
            right = self.model.rights[asset]
            assert estate.rights.ownerOf(asset) == self.actor(right.owner).address
            user, until = self.model.user(asset)
            assert estate.rights.userOf(asset) == (self.actor(user).address if user else NOBODY)
            assert estate.rights.userExpires(asset) == until
            assert estate.rights.isPledged(asset) == bool(right.lienholder)
            for name in ACTORS:
                has_lien = bool(right.lienholder) and name == right.lienholder
                assert estate.rights.lienOf(asset, self.actor(right.owner), self.actor(name)) == int(has_lien)
                assert estate.leases.collectable(asset, self.actor(name), 1) == self.model.credits[asset, name]
            lease = right.lease
            due = lease.earned(self.model.now) - lease.settled if lease else 0
            assert estate.leases.accruedOn(asset) == due >= 0
            if self.model.lapsed(right):
                assert estate.rights.userOf(asset) == NOBODY  # R3

    @invariant()
    def rent_is_conserved(self) -> None:
        """R1."""
        model = self.model
        waiting = sum(model.credits.values())
        assert model.paid_in == model.paid_out + waiting + model.escrow()
        assert self.estate.money.balanceOf(self.estate.leases) == waiting + model.escrow()

    def kept(self) -> dict[int, Right]:
        return deepcopy(self.model.rights)

    def put_back(self, kept: dict[int, Right]) -> None:
        self.model.rights = kept
