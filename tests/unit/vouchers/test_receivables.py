"""Life cycles of receivables in the books of creditor, debtor and holder. Figures are worked out by hand."""

import pytest

from caldera.vouchers import BlocksOutOfRange, UnknownParty, entity_of
from caldera.vouchers.books import read
from caldera.vouchers.party import Party
from tests.support.accounting import Office
from tests.support.suite import DAY, MINIMUM

K = MINIMUM  # a thousand units of money
SEVERAL = 7 * K + 1


def minted(office: Office, name: str, amount: int) -> None:
    account = getattr(office.suite, name)
    office.suite.token.mint(account, amount, sender=account)


def test_sold_in_part_and_paid_in_two_parts(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 20 * K)
    suite.pay(asset, 40 * K)
    assert office.sums("seller") == {
        "receivables": 48 * K,
        "proceeds": 32 * K,
        "settlement": 20 * K,
        "sales": -100 * K,
    }
    assert office.sums("alice") == {"bought": 12 * K, "proceeds": 8 * K, "settlement": -20 * K}
    suite.pay(asset, 60 * K)
    for holder in (suite.seller, suite.alice):
        suite.module.claim(asset, holder, sender=suite.stranger)
    assert office.sums("seller") == {"cash": 80 * K, "settlement": 20 * K, "sales": -100 * K}
    assert office.sums("alice") == {"cash": 20 * K, "settlement": -20 * K}
    assert office.sums("buyer") == {"purchases": 100 * K, "suspense": -100 * K}  # its money came out of nothing
    assert office.sums("carol") == {}


def test_fractions_of_a_unit_go_to_the_last_who_claims(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=3 * K)
    suite.send(suite.seller, suite.alice, asset, 1 * K)
    suite.pay(asset, 1)
    # Two thirds and one third of a unit: nobody can claim a unit yet, and nothing leaves the receivables.
    assert office.sums("seller") == {"receivables": 2 * K, "settlement": K, "sales": -3 * K}
    assert office.sums("alice") == {"bought": K, "settlement": -K}
    suite.pay(asset, 3 * K - 2)
    assert office.sums("alice")["proceeds"] == K - 1
    suite.pay(asset, 1)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    suite.module.claim(asset, suite.alice, sender=suite.alice)
    cash = {name: office.sums(name)["cash"] for name in ("seller", "alice")}
    assert cash == {"seller": 2 * K, "alice": K}


def test_the_last_to_claim_takes_fractions_into_rounding(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=7 * K)
    suite.send(suite.seller, suite.alice, asset, 3 * K)
    suite.pay(asset, 1)
    suite.send(suite.alice, suite.seller, asset, 3 * K)
    suite.pay(asset, 7 * K)
    # Of the first unit 4/7 are the seller's and 3/7 alice's, for good; she can never claim them.
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert suite.token.balanceOf(suite.seller) == 7 * K
    sums = office.sums("seller")
    assert sums["cash"] == 7 * K
    assert sums.get("proceeds", 0) == sums.get("receivables", 0) == 0
    assert sums["rounding"] == -1


def test_default_write_off_and_recovery(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.send(suite.seller, suite.alice, asset, 4 * K)
    suite.pay(asset, 1 * K)
    suite.chain.skip(91 * DAY)
    suite.module.declareDefault(asset, sender=suite.stranger)
    assert office.sums("alice") == {"doubtful": 3600 * K // 1000, "proceeds": 400 * K // 1000, "settlement": -4 * K}
    suite.pay(asset, 1 * K)
    assert office.sums("alice")["doubtful"] == 3200 * K // 1000
    suite.module.writeOff(asset, sender=suite.officer)
    assert office.sums("alice") == {
        "bad_debts": 3200 * K // 1000,
        "proceeds": 800 * K // 1000,
        "settlement": -4 * K,
    }
    suite.pay(asset, 5 * K)
    assert office.sums("alice")["recoveries"] == -2 * K
    assert office.sums("alice")["proceeds"] == 2800 * K // 1000
    assert office.sums("seller")["recoveries"] == -3 * K


def test_what_goes_over_after_a_default_is_doubtful_to_whoever_gets_it(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.chain.skip(91 * DAY)
    suite.module.declareDefault(asset, sender=suite.stranger)
    suite.send(suite.seller, suite.alice, asset, 4 * K)
    assert office.sums("alice") == {"doubtful": 4 * K, "settlement": -4 * K}
    assert office.sums("seller") == {"doubtful": 6 * K, "settlement": 4 * K, "sales": -10 * K}


def test_credit_note_and_cancellation(office: Office) -> None:
    suite = office.suite
    asset = suite.create(face=10 * K)
    suite.module.creditNote(asset, 3 * K, "C1", suite.today, b"\1" * 32, sender=suite.seller)
    assert office.sums("seller") == {"receivables": 7 * K, "sales": -10 * K, "sales_reductions": 3 * K}
    assert office.sums("buyer") == {"payables": -7 * K, "purchases": 10 * K, "purchase_reductions": -3 * K}
    suite.module.cancel(asset, sender=suite.seller)
    assert office.sums("seller") == {"sales": -10 * K, "sales_reductions": 10 * K}
    assert office.sums("buyer") == {"purchases": 10 * K, "purchase_reductions": -10 * K}


def test_a_credit_note_over_all_is_one_voucher(office: Office) -> None:
    suite = office.suite
    asset = suite.create(face=10 * K)
    suite.module.creditNote(asset, 10 * K, "C1", suite.today, b"\1" * 32, sender=suite.seller)
    assert [voucher.event for voucher in office.books("seller").vouchers] == ["Registered", "Credited"]
    assert office.sums("buyer") == {"purchases": 10 * K, "purchase_reductions": -10 * K}


def test_a_concession_is_shared(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.send(suite.seller, suite.alice, asset, 4 * K)
    suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    suite.module.resolveDispute(asset, [5 * K], sender=suite.officer)
    assert office.sums("alice") == {"bought": 2 * K, "concessions": 2 * K, "settlement": -4 * K}
    assert office.sums("seller")["concessions"] == 3 * K
    assert office.sums("buyer") == {"payables": -5 * K, "purchases": 10 * K, "purchase_reductions": -5 * K}


def test_lines_of_one_invoice(office: Office) -> None:
    suite = office.suite
    root = suite.circulating((6 * K, 4 * K), face=10 * K)
    suite.pay(root + 2, 4 * K)
    assert office.sums("seller") == {"receivables": 6 * K, "proceeds": 4 * K, "sales": -10 * K}
    assert office.sums("buyer")["payables"] == -6 * K
    paid = [voucher for voucher in office.books("buyer").vouchers if voucher.event == "Paid"]
    assert [(voucher.reference, voucher.document) for voucher in paid] == [("INV-1", f"0x{root + 2:064x}")]


def test_another_pays(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.pay(asset, 4 * K, payer=suite.bank)
    assert office.sums("buyer") == {"payables": -6 * K, "paid_by_others": -4 * K, "purchases": 10 * K}
    assert office.sums("bank") == {"paid_for_others": 4 * K, "suspense": -4 * K}


def test_pledged_and_seized_with_what_was_paid(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.ledger.pledge(suite.seller, suite.bank, asset, 4 * K, sender=suite.seller)
    assert office.sums("seller")["pledged"] == 4 * K
    suite.pay(asset, 5 * K)
    suite.ledger.release(suite.seller, asset, 1 * K, sender=suite.bank)
    suite.ledger.seize(suite.seller, suite.bank, asset, 3 * K, sender=suite.bank)
    # 3,000 units with 1,500 owed and 1,500 paid.
    assert office.sums("bank") == {"bought": 1500 * K // 1000, "proceeds": 1500 * K // 1000, "settlement": -3 * K}
    assert office.sums("seller") == {
        "receivables": 3500 * K // 1000,
        "proceeds": 3500 * K // 1000,
        "settlement": 3 * K,
        "sales": -10 * K,
    }


def test_a_lien_that_compliance_broke(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.ledger.pledge(suite.seller, suite.bank, asset, 4 * K, sender=suite.seller)
    suite.ledger.breakLien(suite.seller, suite.bank, asset, 4 * K, sender=suite.officer)
    assert "pledged" not in office.sums("seller")


def test_a_batch_with_one_id_twice(office: Office) -> None:
    suite = office.suite
    first, other = suite.circulating(face=10 * K), suite.circulating(face=8 * K, number="INV-2")
    ids, units = [first, other, first], [2 * K, 3 * K, 1 * K]
    suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, ids, units, b"", sender=suite.seller)
    assert office.sums("alice") == {"bought": 6 * K, "settlement": -6 * K}
    keys = [voucher.key for voucher in office.books("alice").vouchers]
    assert len(set(keys)) == len(keys) == 2
    assert {key.perspective for key in keys} == {"holder", "holder.1"}


def test_accounts_of_one_entity_are_one_book(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    suite.enrol("seller2", entity=suite.entities["seller"])
    suite.send(suite.seller, suite.actors["seller2"], asset, 4 * K)
    suite.pay(asset, 1 * K)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 0, sender=suite.officer)
    suite.module.moveProceeds(asset, suite.actors["seller2"], suite.seller, sender=suite.officer)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert office.sums("seller") == {"cash": 1 * K, "receivables": 9 * K, "sales": -10 * K}


def test_money_without_a_rule_is_in_suspense_and_between_own_accounts_nowhere(office: Office) -> None:
    suite = office.suite
    minted(office, "alice", SEVERAL)
    suite.token.transfer(suite.bank, 2, sender=suite.alice)
    suite.enrol("alice2", entity=suite.entities["alice"])
    suite.token.transfer(suite.actors["alice2"], 5, sender=suite.alice)
    assert office.sums("alice") == {"cash": SEVERAL - 2, "suspense": 2 - SEVERAL}
    assert [voucher.cash for voucher in office.books("alice").vouchers] == [SEVERAL, -2]
    assert [voucher.other for voucher in office.books("bank").vouchers] == [suite.alice.address]


def test_money_knows_between_whom_it_went(office: Office) -> None:
    suite = office.suite
    ids = [suite.circulating(face=10 * K), suite.circulating(face=8 * K, number="INV-2")]
    suite.fund(suite.buyer, 5 * K)
    suite.module.payMany(ids, [2 * K, 3 * K], sender=suite.buyer)
    paid = [voucher for voucher in office.books("buyer").vouchers if voucher.event == "Paid"]
    assert [voucher.cash for voucher in paid] == [-2 * K, -3 * K]
    assert {(voucher.own, voucher.other) for voucher in paid} == {(suite.buyer.address, suite.module.address)}


def test_a_donation_to_the_module_is_nobodys_income(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    minted(office, "bank", K)
    suite.token.transfer(suite.module, K, sender=suite.bank)
    suite.pay(asset, 10 * K)
    suite.module.claim(asset, suite.seller, sender=suite.seller)
    assert office.sums("seller") == {"cash": 10 * K, "sales": -10 * K}


def test_events_of_other_contracts_are_nobodys(office: Office) -> None:
    """A stranger's contract that writes the same events posts nothing."""
    from dataclasses import replace

    suite = office.suite
    suite.circulating(face=10 * K)
    source = office.chain.source
    forged = [replace(log, emitter=suite.mallory.address, index=log.index + 100) for log in source.found]
    source.found = sorted([*source.found, *forged], key=lambda log: (log.block, log.index))
    reading = read(source, office.contracts, office.chart, office.party("seller"))
    assert reading.vouchers == office.books("seller").vouchers


def test_ranges(office: Office) -> None:
    suite = office.suite
    asset = suite.circulating(face=10 * K)
    before = office.chain.block_number
    suite.pay(asset, 10 * K)
    assert [each.event for each in office.books("buyer", before + 1).vouchers] == ["Transfer", "Paid"]
    assert [each.event for each in office.books("buyer", 0, before).vouchers] == ["Registered"]
    latest = office.chain.block_number
    assert office.books("buyer", latest, latest).vouchers
    for first, last in ((latest + 1, None), (5, 4), (0, latest + 1)):
        with pytest.raises(BlocksOutOfRange, match=f"0 to {latest}"):
            office.books("buyer", first, last)


def test_unknown_parties(office: Office) -> None:
    source = office.chain.source
    with pytest.raises(UnknownParty, match="entity 99"):
        read(source, office.contracts, office.chart, Party.of("nobody", 99))
    with pytest.raises(UnknownParty, match="never enrolled"):
        entity_of(source, office.contracts, office.suite.mallory.address)
    assert entity_of(source, office.contracts, office.suite.alice.address) == office.suite.entities["alice"]
