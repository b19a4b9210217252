"""`caldera vouchers` as a user runs it, against a node: a loan over real blocks, read, kept twice, exported."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from caldera.cli import app
from caldera.contracts import structs
from caldera.deployment.manifest import Intent, Manifest
from caldera.devnet import Devnet
from caldera.vouchers import Journal
from tests.support.devnet import Fresh

ROOT = Path(__file__).resolve().parent.parent.parent
USD = 1_000_000
DAY = 86_400


@dataclass
class Lent:
    """One invoice of 100,000.00, half of it pledged for a loan of 20,000.00, which its debtor's payment repaid."""

    devnet: Devnet
    manifest: Path
    entities: dict[str, int]
    asset: int


def lend(devnet: Devnet, manifest: Path) -> Lent:
    seller = devnet.enrol("seller", "NAME:Seller", "ENTERPRISE")
    buyer = devnet.enrol("buyer", "NAME:Buyer", "ENTERPRISE")
    lena = devnet.enrol("lena", "NAME:Lena", "BANK")
    token, pool, module, desk = devnet.token("USD"), devnet.pool("USD"), devnet.receivables, devnet.desk
    currency, number = devnet.deployment.currencies["USD"], devnet.rule("NONE/receivable")
    for account, target, amount in ((lena, pool, 200_000), (buyer, module, 100_000)):
        token.mint(account, amount * USD, sender=account)
        token.approve(target, amount * USD, sender=account)
    pool.deposit(200_000 * USD, lena, sender=lena)
    now = devnet.chain.now
    invoice = structs.Invoice(
        buyer.address, 100_000 * USD, now + 60 * DAY, now // DAY, currency, number, b"\1" * 32, "INV-1"
    )
    asset = module.create(invoice, [], sender=seller).returned
    module.acknowledge(asset, sender=buyer)
    devnet.certificates.pledge(seller, desk, asset, 50_000 * USD, sender=seller)
    wanted = structs.Draw(
        devnet.pool_number("USD"),
        20_000 * USD,
        now // DAY + 30,
        devnet.rule("NONE/loan"),
        (structs.Collateral(False, asset),),
    )
    desk.draw(wanted, sender=seller)
    devnet.chain.skip(10 * DAY)
    module.pay(asset, 60_000 * USD, sender=buyer)
    module.claim(asset, seller, sender=seller)
    entities = {name: devnet.registry.participant(account).entity
                for name, account in (("seller", seller), ("buyer", buyer), ("lena", lena))}  # fmt: skip
    return Lent(devnet, manifest, entities, asset)


@pytest.fixture(scope="module")
def lent(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lent]:
    with fresh() as devnet:
        manifest = tmp_path_factory.mktemp("deployment") / "devnet.json"
        made = devnet.deployment
        contracts = {
            name: Intent(devnet.profile.entry(name).contract_type, address, number, "0x")
            for number, (name, address) in enumerate(made.addresses.items())
        }
        Manifest(made.network, made.chain_id, made.deployer, 0, contracts).save(manifest)
        yield lend(devnet, manifest)


def words(lent: Lent, *arguments: object) -> list[str]:
    where = ("--rpc-url", lent.devnet.chain.url, "--manifest", lent.manifest)
    return ["vouchers", *map(str, (*where, *arguments))]


def command(lent: Lent, *arguments: object) -> str:
    """What a user sees."""
    line = [sys.executable, "-m", "caldera.cli", *words(lent, *arguments)]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def said(lent: Lent, *arguments: object) -> dict[str, Any]:
    """The same in this process, as JSON."""
    done = CliRunner().invoke(app, words(lent, *arguments, "--json"), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_read_print_keep_twice_and_export(lent: Lent, tmp_path: Path) -> None:
    journal, entity = tmp_path / "books.db", lent.entities["seller"]
    first = said(lent, "--entity", entity, "--journal", journal)
    balance = {each["account"]: each["balance"] for each in first["balance"]}
    token, seller = lent.devnet.token("USD"), lent.devnet.chain.account("seller")
    assert int(balance["cash"].replace(".", "")) == token.balanceOf(seller)
    assert "suspense" not in balance
    assert float(balance["loans_taken"]) == float(balance.get("settlement", 0)) == 0
    assert [each["event"] for each in first["vouchers"]][-1] == "Claimed"
    assert {"Drawn", "LienCollected", "Repaid"} <= {each["event"] for each in first["vouchers"]}

    again = said(lent, "--entity", entity, "--journal", journal)
    assert (first["added"], again["added"], again["known"], again["reversed"]) == (
        len(first["vouchers"]), 0, len(first["vouchers"]), [],
    )  # fmt: skip
    with Journal(journal) as kept:
        assert [each.id for each in kept.vouchers()] == [each["id"] for each in first["vouchers"]]

    printed = command(lent, "--entity", entity)
    assert "Trial balance" in printed
    assert f"{len(first['vouchers'])} vouchers, all balanced" in printed

    notice = tmp_path / "notification.xml"
    command(lent, "--entity", entity, "--export", "camt054", notice, "--carry")
    assert '<Amt Ccy="USD">20000.00</Amt>' in notice.read_text(encoding="utf-8")


def test_the_books_of_the_pool_itself(lent: Lent) -> None:
    pool = lent.devnet.pool("USD")
    found = said(lent, "--account", pool.address, "--role", "lender", "--name", "Pool USD")
    balance = {each["account"]: each["balance"] for each in found["balance"]}
    assert int(balance["cash"].replace(".", "")) == lent.devnet.token("USD").balanceOf(pool)
    assert balance["deposits"] == "-200000.000000"
    assert int(balance["interest_income"].replace(".", "")) < 0
    assert "suspense" not in balance
