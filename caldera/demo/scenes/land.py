"""A land operating right is leased and sold while the lease runs: the lease stays, the rent passes, to the unit."""

from __future__ import annotations

from functools import partial

from eth_utils.crypto import keccak

from caldera.contracts import structs
from caldera.demo.amounts import money
from caldera.demo.labels import LANDLORD
from caldera.demo.scenes.stage import DAY, Scene, Stage
from caldera.devnet import Devnet

NOBODY = "0x" + "00" * 20
RENT, TERM, SOLD_AFTER = 25_000_000, 100, 40


def play(devnet: Devnet) -> Scene:
    """100 days at 25.00 EUR a day; sold after 40."""
    stage = Stage(devnet, Scene("Land: leased, and sold while the lease runs"))
    rights, leases, euro = devnet.rights, devnet.leases, devnet.token("EUR")
    owner = devnet.enrol(LANDLORD, f"NAME:{LANDLORD}", "FARMER")
    buyer = devnet.enrol("Birk Estates", "NAME:Birk Estates", "ENTERPRISE")
    tenant = devnet.enrol("Clover Growers", "NAME:Clover Growers", "FARMER")
    attestor = devnet.officer("attestor")
    title = structs.Title(
        keccak(text="DK-4210-17b"),
        keccak(text="operating right"),
        stage.now + 30 * 365 * DAY,
        devnet.rule("EU/land-title"),
        keccak(text="deed"),
    )
    right = stage.do(
        "land register",
        "registers the operating right of a parcel, for 30 years",
        lambda: devnet.land.register(owner, title, sender=attestor),
        f"to {owner.label}",
    )
    end = stage.now + TERM * DAY
    offer = structs.Offer(
        id=right,
        number=1,
        lessee=NOBODY,
        currencyId=devnet.deployment.currencies["EUR"],
        rent=RENT,
        period=DAY,
        latest=end,
        sublease=False,
        referee=NOBODY,
        forfeitBps=0,
        clauses=keccak(text="clauses"),
        deadline=end,
    )
    stage.do(
        owner.label,
        "offers a lease",
        lambda: leases.offer(offer, sender=owner),
        f"{money(RENT)} EUR a day, {TERM} days at most",
    )
    price = leases.price(RENT, DAY, stage.now, end)
    euro.mint(tenant, 2 * price, sender=tenant)
    euro.approve(leases, 2 * price, sender=tenant)
    paid = stage.do(
        tenant.label,
        "takes it",
        lambda: leases.lease(offer, end, NOBODY, b"", sender=tenant),
        lambda amount: f"{money(amount)} EUR into escrow",
    )
    stage.refused(
        owner.label,
        "makes somebody else the user",
        lambda: rights.setUser(right, buyer, stage.now + DAY, sender=owner),
    )
    stage.wait(SOLD_AFTER)
    stage.do(
        owner.label,
        "sells the right, leased as it is",
        lambda: rights.transferFrom(owner, buyer, right, sender=owner),
        f"to {buyer.label}",
    )
    still = "still the user" if rights.userOf(right) == tenant.address else "no longer the user!"
    stage.see(tenant.label, "looks at userOf", still)
    stage.wait(TERM - SOLD_AFTER + 1)
    leases.accrue(right, sender=attestor)
    earned = {}
    for party in (owner, buyer):
        earned[party.label] = stage.do(
            party.label,
            "collects its rent",
            partial(leases.collect, right, offer.currencyId, sender=party),
            lambda amount: f"{money(amount)} EUR",
        )
    left = euro.balanceOf(leases)
    stage.see("anyone", "adds it up", f"{money(paid)} paid in, {money(sum(earned.values()))} out, {money(left)} left")
    stage.scene.figures |= {"paid": paid, "collected": sum(earned.values()), "left": left}
    return stage.scene
