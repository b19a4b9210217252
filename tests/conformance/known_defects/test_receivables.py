"""Defects of tokens made of invoices, and of credit.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

import inspect
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact
from caldera.contracts import structs
from caldera.evm import Account, ContractError
from tests.support.estate import Estate
from tests.support.lending import open_bank
from tests.support.suite import DAY, MINIMUM, NOBODY, Suite, reverts

M = MINIMUM
STATES = ("registered", "acknowledged", "overdue", "disputed", "defaulted", "written off", "settled", "cancelled")


def brought(suite: Suite, state: str) -> int:
    """A receivable in that state."""
    asset = suite.create() if state in ("registered", "cancelled") else suite.circulating()
    if state == "cancelled":
        suite.module.cancel(asset, sender=suite.seller)
    if state == "disputed":
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    if state in ("overdue", "defaulted", "written off"):
        suite.chain.skip(60 * DAY + 1)
    if state in ("defaulted", "written off"):
        suite.chain.skip(30 * DAY)
        suite.module.declareDefault(asset, sender=suite.mallory)
    if state == "written off":
        suite.module.writeOff(asset, sender=suite.officer)
    if state == "settled":
        suite.pay(asset, 100 * M)
    return asset


class TestReceivables:
    """Huma v2, Request, and others that make tokens of invoices."""

    @pytest.mark.known_defect("huma-duplicate")
    def test_an_invoice_is_its_sellers_whoever_brings_it(self, suite: Suite) -> None:
        """Huma v2, Request: the guard against duplicates counts per creator or owner; a second one mints it again."""
        asset = suite.create()
        second = suite.enrol("second account of the seller", entity=suite.entities["seller"])
        for changes in ({}, {"face": 5 * M}, {"dueDate": suite.chain.now + 5}, {"documentHash": keccak(text="scan")}):
            with reverts("AssetExists", id=asset):
                suite.module.create(suite.invoice(**changes), [], sender=second)
        with reverts("AssetExists", id=asset):
            suite.module.create(suite.invoice(), [60 * M, 40 * M], sender=second)
        # Another entity can only register what it claims itself: that is another seller's invoice, and says so.
        other = suite.module.create(suite.invoice(), [], sender=suite.alice).returned
        assert other != asset
        assert suite.module.receivable(other).creditor == suite.entities["alice"]

    @pytest.mark.known_defect("huma-duplicate")
    def test_it_stays_used_whatever_became_of_it(self, suite: Suite) -> None:
        """Huma v2, Request: once the token is burnt the invoice can be financed again."""
        issued = suite.today
        for state in STATES:
            with suite.chain.isolated():
                asset = brought(suite, state)
                with reverts("AssetExists", id=asset):
                    suite.create(dueDate=suite.chain.now + DAY, issueDay=issued)

    @pytest.mark.known_defect("erp-duplicate")
    def test_the_same_units_secure_one_loan(self, suite: Suite) -> None:
        """Reported of ERPNext: one invoice is discounted at two banks."""
        asset = suite.circulating()
        suite.ledger.pledge(suite.seller, suite.bank, asset, 100 * M, sender=suite.seller)
        with reverts("PledgedUnits", id=asset, free=0, needed=M):
            suite.ledger.pledge(suite.seller, suite.alice, asset, M, sender=suite.seller)
        with reverts("PledgedUnits", id=asset, free=0, needed=M):
            suite.send(suite.seller, suite.alice, asset, M)

    @pytest.mark.known_defect("huma-declared")
    def test_a_payment_is_money_that_arrived(self, suite: Suite) -> None:
        """Huma v2: owner or creator declare a payment and no money moves."""
        asset = suite.circulating()
        with reverts("ERC20InsufficientAllowance", allowance=0, needed=M):
            suite.module.pay(asset, M, sender=suite.seller)
        suite.token.approve(suite.module, M, sender=suite.seller)
        with reverts("ERC20InsufficientBalance", balance=0, needed=M):
            suite.module.pay(asset, M, sender=suite.seller)
        assert suite.module.owedOn(asset) == 100 * M
        suite.pay(asset, M)
        assert suite.module.owedOn(asset) == 99 * M
        assert suite.token.balanceOf(suite.module) == M

    @pytest.mark.known_defect("overpaid")
    def test_more_than_owed_is_not_taken(self, suite: Suite) -> None:
        """Request: a payment may exceed the amount. Huma v2: the surplus goes to the borrower."""
        asset = suite.circulating()
        suite.pay(asset, 99 * M)
        assert suite.pay(asset, 5 * M) == M
        assert suite.token.balanceOf(suite.buyer) == 4 * M
        assert suite.token.balanceOf(suite.module) == 100 * M
        with reverts("NothingOwed", id=asset):
            suite.module.pay(asset, M, sender=suite.buyer)

    @pytest.mark.known_defect("no-debtor")
    def test_nothing_is_financed_before_the_debtor_says_yes(self, suite: Suite) -> None:
        """Huma v2, Request: a receivable is tradeable without any word of the debtor."""
        asset = suite.create()
        with reverts("NotCirculating", id=asset):
            suite.send(suite.seller, suite.alice, asset, M)
        with reverts("NotCirculating", id=asset):
            suite.ledger.pledge(suite.seller, suite.bank, asset, M, sender=suite.seller)
        for caller in (suite.seller, suite.officer, suite.alice):
            with pytest.raises(ContractError):
                suite.module.acknowledge(asset, sender=caller)
        suite.module.acknowledge(asset, sender=suite.buyer)
        suite.send(suite.seller, suite.alice, asset, M)

    @pytest.mark.known_defect("dead-states")
    @pytest.mark.parametrize(("number", "state"), enumerate(STATES, 1))
    def test_every_state_is_reached(self, suite: Suite, number: int, state: str) -> None:
        """Huma v2: of the states that a receivable is said to have, some are never set."""
        assert suite.module.stateOf(brought(suite, state)) == number

    @pytest.mark.known_defect("erc3525-lineage")
    def test_a_part_keeps_what_it_is_part_of(self, suite: Suite) -> None:
        """Solv ERC-3525: a part is a new token, without a smallest size, and its descent is a matter of convention."""
        asset = suite.circulating()
        with reverts("BelowMinimumUnit", id=asset, left=M - 1, minimum=M):
            suite.send(suite.seller, suite.alice, asset, M - 1)
        with reverts("BelowMinimumUnit", id=asset, account=suite.seller.address, left=1, minimum=M):
            suite.send(suite.seller, suite.alice, asset, 100 * M - 1)
        suite.send(suite.seller, suite.alice, asset, 3 * M)
        suite.send(suite.alice, suite.bank, asset, M)
        held = [suite.ledger.balanceOf(who, asset) for who in (suite.seller, suite.alice, suite.bank)]
        assert held == [97 * M, 2 * M, M]
        assert sum(held) == suite.ledger.totalSupply(asset) == suite.module.receivable(asset).face


class TestCredit:
    """Huma v1 was drained through two functions that anybody could call."""

    @pytest.mark.known_defect("huma-v1-drained")
    @pytest.mark.parametrize("state", STATES)
    def test_nobodys_call_changes_where_a_receivable_stands(self, suite: Suite, state: str) -> None:
        """Huma v1: a public function that refreshes an account moves a credit from requested to good standing."""
        asset = brought(suite, state)
        before = suite.module.stateOf(asset)
        module, nobody = suite.module, suite.mallory
        move = structs.Move(asset, suite.seller.address, NOBODY, M, NOBODY, NOBODY, 0, M)
        calls: list[Callable[[Account], object]] = [
            lambda who: module.acknowledge(asset, sender=who),
            lambda who: module.acknowledgeBySignature(asset, who, suite.chain.now, b"\0" * 65, sender=who),
            lambda who: module.cancel(asset, sender=who),
            lambda who: module.creditNote(asset, M, "CN-1", suite.today, b"\1" * 32, sender=who),
            lambda who: module.dispute(asset, b"\1" * 32, sender=who),
            lambda who: module.withdrawDispute(asset, sender=who),
            lambda who: module.resolveDispute(asset, [0], sender=who),
            lambda who: module.declareDefault(asset, sender=who),
            lambda who: module.writeOff(asset, sender=who),
            lambda who: module.claim(asset, who, sender=who),
            lambda who: module.claim(asset, suite.seller, sender=who),
            lambda who: module.claimMany([asset], suite.seller, sender=who),
            lambda who: module.pay(asset, 0, sender=who),
            lambda who: module.payMany([asset], [0], sender=who),
            lambda who: module.collect(asset, suite.seller, M, who, sender=who),
            lambda who: module.onMove(move._replace(to=who.address), sender=who),
            lambda who: module.watch(asset, True, sender=who),
            lambda who: module.moveProceeds(asset, suite.seller, who, sender=who),
            lambda who: module.stateAttribute(asset, 7, M, suite.chain.now, sender=who),
        ]
        for call in calls:
            for who in (nobody, suite.carol, suite.alice):
                try:
                    call(who)
                except ContractError:
                    continue
                assert module.stateOf(asset) == before
        assert module.stateOf(asset) == before

    @pytest.mark.known_defect("huma-v1-drained")
    def test_a_lease_that_is_over_stays_over(self, estate: Estate) -> None:
        """Huma v1: the same, for the one public function of leases."""
        right = estate.right()
        estate.let(right, DAY)
        estate.chain.skip(DAY + 1)
        for _ in range(2):
            estate.leases.accrue(right, sender=estate.stranger)
            with reverts("NoLease", id=right):
                estate.leases.extend(right, estate.chain.now + DAY, sender=estate.tenant)
        assert estate.rights.userOf(right) == NOBODY
        assert estate.leases.collectable(right, estate.owner, 1) == 10

    @pytest.mark.known_defect("huma-v1-drained")
    @pytest.mark.parametrize("state", ["in time", "overdue", "delinquent", "defaulted", "written off"])
    def test_nobodys_call_makes_a_loan_better(self, state: str) -> None:
        """Huma v1: the same, for loans: whoever calls what without paying, nothing of a loan changes."""
        bank = open_bank()
        suite, desk = bank.suite, bank.desk
        bank.lend(suite.lena, 200 * M)
        bank.limit("borrower", 50 * M)
        loan = bank.draw(suite.borrower, 20 * M, days=30)
        bank.chain.skip({"in time": 10, "overdue": 33}.get(state, 61) * DAY)
        if state in ("defaulted", "written off"):
            desk.declareDefault(loan, sender=suite.carol)
        if state == "written off":
            desk.writeOff(loan, sender=suite.officer)
        before, owed, wanted = desk.loanOf(loan), desk.owedOn(loan), bank.wanted(M)
        calls: list[Callable[[Account], object]] = [
            lambda who: desk.draw(wanted, sender=who),
            lambda who: desk.drawFor(suite.borrower, wanted, sender=who),
            lambda who: desk.repay(loan, 10 * M, sender=who),
            lambda who: desk.repay(loan, 0, sender=who),
            lambda who: desk.collect(loan, sender=who),
            lambda who: desk.onPayment(1, sender=who),
            lambda who: desk.buy(loan, 0, M, 0, sender=who),
            lambda who: desk.writeOff(loan, sender=who),
            lambda who: desk.takeBack(structs.Collateral(False, 1), sender=who),
            lambda who: bank.pool.serveExits(sender=who),
        ]
        for call in calls:
            for who in (suite.mallory, suite.carol, suite.seller2):
                with suppress(ContractError):
                    call(who)
        assert (desk.loanOf(loan), tuple(desk.owedOn(loan))) == (before, tuple(owed))
        # Who is late is told to be, once, and draws nothing more.
        if state != "in time":
            with suppress(ContractError):
                desk.markLate(loan, sender=suite.mallory)
            assert desk.loanOf(loan)._replace(late=before.late) == before
            with pytest.raises(ContractError):
                desk.draw(wanted, sender=suite.borrower)
        assert suite.token.balanceOf(suite.borrower) == 20 * M

    @pytest.mark.parametrize(
        ("name", "handle", "powers"),
        [
            ("ReceivableModule", "module", {"createFor", "addListener", "setRecorder", "stateVerified"}),
            ("CreditDesk", "desk", {"addPool"}),
        ],
    )
    def test_no_call_is_left_out(self, name: str, handle: str, powers: set[str]) -> None:
        """Whatever is added to either contract is tried above, or is of the powers that strangers are refused."""
        writing = {
            entry["name"]
            for entry in artifact(name).abi
            if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
        }
        tried = set(re.findall(rf"\b{handle}\.(\w+)\(", inspect.getsource(TestCredit)))
        made = {"create"} if name == "ReceivableModule" else set()
        assert writing - tried - powers - made == {"pause", "unpause", "setAuthority"}
