"""A product line: vouchers, dealer, customer, a repair under warranty, and a resale that is refused."""

from __future__ import annotations

from eth_utils.crypto import keccak

from caldera.agreements import sign
from caldera.contracts import structs
from caldera.demo.labels import BRAND
from caldera.demo.scenes.stage import DAY, Scene, Stage
from caldera.devnet import Devnet

NOBODY = "0x" + "00" * 20
TWO_YEARS = 730 * DAY


def play(devnet: Devnet) -> Scene:
    """One item all the way."""
    stage = Stage(devnet, Scene("Goods: voucher, dealer, customer, warranty, and no grey market"))
    retail, goods, bound = devnet.retail, devnet.goods, devnet.bound
    brand = devnet.enrol(BRAND, f"NAME:{BRAND}", "ENTERPRISE", regions=("DK",))
    dealer = devnet.enrol("Berlin Cycles", "NAME:Berlin Cycles", "DEALER", regions=("DE",))
    grey = devnet.enrol("Grey Market Inc", "NAME:Grey Market Inc", "DEALER", regions=("US",))
    workshop = devnet.enrol("Kiez Workshop", "NAME:Kiez Workshop", "REPAIRER", regions=("DE",))
    customer = devnet.enrol("Anna", "NAME:Anna", "CONSUMER", regions=("DE",))
    friend = devnet.enrol("Ben", "NAME:Ben", "CONSUMER", regions=("FR",))
    courier = devnet.chain.account("courier")
    devnet.chain.set_balance(courier, 10**20)
    entity = {party: devnet.registry.participant(party).entity for party in (brand, workshop)}
    spec = structs.LineSpec(
        ruleId=devnet.rule("EU/goods"),
        regions=devnet.regions("DE", "FR"),
        qualifications=devnet.qualifications("DEALER"),
        customers=devnet.qualifications("CONSUMER"),
        consumers=True,
        gifts=1,
        afterSales=entity[workshop],
        conditions=keccak(text="conditions"),
        documentHash=keccak(text="type approval"),
    )
    stage.refused(
        brand.label,
        "creates a line without an after-sales party",
        lambda: retail.createLine(spec._replace(afterSales=0), sender=brand),
    )
    line = stage.do(
        brand.label,
        "creates a line: dealers in Germany and France, consumers, one gift",
        lambda: retail.createLine(spec, sender=brand),
        lambda number: f"line {number}",
    )
    warranty = structs.Right(
        ruleId=devnet.rule("EU/after-sales"),
        condition=0,
        resale=2,
        alone=False,
        uses=2,
        points=50,
        startsAt=0,
        duration=TWO_YEARS,
        until=0,
        text=keccak(text="warranty"),
    )
    right = stage.do(
        brand.label,
        "defines a warranty for every item of it",
        lambda: bound.defineRight(line, warranty, sender=brand),
        "two repairs in two years from the first sale, transferable once, 50 points each",
    )
    voucher = structs.Voucher(line, 1, 1, dealer.address, 0, NOBODY, stage.now, stage.now + 90 * DAY)
    stage.see(brand.label, "signs a voucher for the dealer", "nothing on chain yet")
    signature = sign(retail, "Voucher", voucher, brand)
    item = stage.do(
        "courier",
        "claims it for the dealer and pays the gas",
        lambda: retail.claim(voucher, dealer, brand, signature, b"", sender=courier),
        f"an item of {dealer.label}",
    )
    stage.refused(
        "courier",
        "claims it again",
        lambda: retail.claim(voucher, dealer, brand, signature, b"", sender=courier),
    )
    stage.refused(
        dealer.label,
        f"sells it to {grey.label}, a dealer in the United States",
        lambda: goods.transferFrom(dealer, grey, item, sender=dealer),
    )
    stage.do(
        dealer.label,
        f"sells it to {customer.label}",
        lambda: goods.transferFrom(dealer, customer, item, sender=dealer),
        "the first sale: the warranty runs",
    )
    stage.wait(100)
    use = structs.Use(item, right, workshop.address, keccak(text="new gear hub"), stage.now + DAY)
    agreed = sign(bound, "Use", use, customer, number=0, holder=customer.address)
    stage.do(
        workshop.label,
        f"repairs it under warranty, {customer.label} having signed",
        lambda: bound.useRight(use, agreed, b"", sender=workshop),
        "repair 1 of 2",
    )
    points = bound.pointsOf(entity[brand], customer)
    stage.see(customer.label, "reads the points", str(points))
    stage.refused(
        workshop.label,
        "uses the same signature again",
        lambda: bound.useRight(use, agreed, b"", sender=workshop),
    )
    goods.setApprovalForAll(dealer, True, sender=customer)
    stage.refused(
        dealer.label,
        f"moves it from {customer.label} to {friend.label} as a market place would",
        lambda: goods.transferFrom(customer, friend, item, sender=dealer),
    )
    stage.do(
        customer.label,
        f"gives it to {friend.label}",
        lambda: goods.transferFrom(customer, friend, item, sender=customer),
        "a gift, the one the line allows; the warranty goes with it",
    )
    third = devnet.enrol("Clara", "NAME:Clara", "CONSUMER", regions=("DE",))
    stage.refused(
        friend.label,
        "passes it on once more",
        lambda: goods.transferFrom(friend, third, item, sender=friend),
    )
    _, _, used = bound.stateOf(item, right)
    stage.scene.figures |= {"points": points, "repairs": used, "items": goods.balanceOf(friend)}
    return stage.scene
