"""Rent and the income of land in the books of owner, lessee and holders."""

from caldera.contracts import DevnetCurrency
from caldera.vouchers import Party, load_chart, read
from tests.support.accounting import build_estate, sums_of
from tests.support.estate import DAY, INCOME_RULES

CHART = load_chart()


def test_a_lease_that_is_broken() -> None:
    estate, chain, deployment = build_estate()
    right = estate.right()
    estate.let(right, 10 * DAY, referee=estate.referee.address, forfeitBps=2_500)

    def sums(name: str) -> dict[str, int]:
        return sums_of(read(chain.source, deployment, CHART, Party.of(name, estate.entities[name])))

    assert sums("tenant") == {"rent_prepaid": 100, "suspense": -100}  # its money was minted
    chain.skip(2 * DAY)
    estate.rights.transferFrom(estate.owner, estate.buyer, right, sender=estate.owner)
    assert sums("owner") == {"rent_due": 20, "rent_income": -20}
    assert sums("tenant") == {"rent_prepaid": 80, "rent_expense": 20, "suspense": -100}
    estate.leases.declareBreach(right, b"\1" * 32, sender=estate.referee)
    assert sums("buyer") == {"rent_due": 20, "rent_income": -20}  # a quarter of 80
    assert sums("tenant") == {"rent_due": 60, "rent_expense": 40, "suspense": -100}
    for name in ("owner", "buyer", "tenant"):
        estate.leases.collect(right, 1, sender=chain.account(name))
        assert sums(name).get("cash", 0) == estate.money.balanceOf(chain.account(name))
        assert "rent_due" not in sums(name)


def test_a_lease_is_in_the_currency_it_was_paid_in() -> None:
    estate, chain, deployment = build_estate()
    dollar = DevnetCurrency.deploy(chain, "USD", 6, sender=estate.admin)
    usd = 10**18
    zero = "0x" + "00" * 20
    estate.standard.addCurrency(b"USD", dollar, usd, usd // 2, usd * 2, zero, 0, sender=estate.officer)
    right = estate.right()
    dollar.mint(estate.tenant, 1_000, sender=estate.tenant)
    dollar.approve(estate.leases, 1_000, sender=estate.tenant)
    offer = estate.offer(right, currencyId=2)
    signature = estate.sign(offer, estate.owner)
    estate.leases.lease(offer, chain.now + 5 * DAY, zero, signature, sender=estate.tenant)
    estate.leases.extend(right, chain.now + 6 * DAY, sender=estate.tenant)
    for name in ("tenant", "owner"):
        reading = read(chain.source, deployment, CHART, Party.of(name, estate.entities[name]))
        assert {voucher.currency.code for voucher in reading.vouchers} <= {"USD"}
    leased = [voucher for voucher in reading.vouchers if voucher.contract]
    assert leased == []  # the owner has earned nothing yet
    tenant = read(chain.source, deployment, CHART, Party.of("tenant", estate.entities["tenant"]))
    assert sums_of(tenant) == {"cash": 940, "rent_prepaid": 60, "suspense": -1_000}


def test_income_of_land_in_trust() -> None:
    estate, chain, deployment = build_estate()
    right = estate.right()
    estate.rights.approve(estate.land, right, sender=estate.owner)
    trust = estate.land.putInTrust(right, 4_000_000, INCOME_RULES, 1, sender=estate.owner).returned
    estate.ledger.safeTransferFrom(estate.owner, estate.bank, trust, 1_000_000, b"", sender=estate.owner)
    estate.money.mint(estate.tenant, 400, sender=estate.tenant)
    estate.money.approve(estate.land, 400, sender=estate.tenant)
    estate.land.payIncome(trust, 400, sender=estate.tenant)
    estate.land.claim(trust, estate.bank, sender=estate.bank)

    def sums(name: str) -> dict[str, int]:
        return sums_of(read(chain.source, deployment, CHART, Party.of(name, estate.entities[name])))

    assert sums("tenant") == {"land_paid": 400, "suspense": -400}
    assert sums("bank") == {"cash": 100, "land_income": -100}
    assert sums("owner") == {}
