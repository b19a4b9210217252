"""ReceivableModule: registering, acknowledging, crediting."""

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import AssetCertificate, ContractWallet, DeafReceiver, structs
from tests.support.suite import DAY, ENTERPRISE, EU, FACTOR, MINIMUM, Suite, reverts

FACE = 100 * MINIMUM


def test_the_creditor_holds_all_and_nothing_moves_yet(suite: Suite) -> None:
    asset = suite.create()
    entities = suite.entities
    assert asset == suite.module.fingerprintOf(entities["seller"], entities["buyer"], "INV-1", suite.today)
    assert asset & 0xFFFF == 0
    assert suite.ledger.balanceOf(suite.seller, asset) == FACE == suite.ledger.totalSupply(asset)
    assert suite.ledger.documentHash(asset) == keccak(text="document")
    read = suite.module.receivable(asset)
    assert (read.creditor, read.debtor, read.face) == (entities["seller"], entities["buyer"], FACE)
    with reverts("NotCirculating", id=asset):
        suite.send(suite.seller, suite.alice, asset, MINIMUM)


@pytest.mark.parametrize("spelling", ["INV-1", "inv 1", "Inv/1", "I.N.V.1"])
def test_an_invoice_is_registered_once_however_it_is_spelt(suite: Suite, spelling: str) -> None:
    asset = suite.create()
    with reverts("AssetExists", id=asset):
        suite.create(number=spelling)


def test_an_invoice_is_registered_once_whoever_asks(suite: Suite) -> None:
    asset = suite.create()
    colleague = suite.enrol("colleague", entity=suite.entities["seller"])
    with reverts("AssetExists", id=asset):
        suite.module.create(suite.invoice(documentHash=keccak(text="another copy")), [], sender=colleague)
    suite.module.cancel(asset, sender=suite.seller)
    with reverts("AssetExists", id=asset):
        suite.create()


@pytest.mark.parametrize("change", [{"number": "INV-2"}, {"issueDay": 20_000}])
def test_another_number_or_date_is_another_invoice(suite: Suite, change: dict[str, Any]) -> None:
    assert suite.create() != suite.create(**change)


def test_another_seller_with_the_same_number_is_another_invoice(suite: Suite) -> None:
    other = suite.enrol("other")
    first = suite.create()
    assert suite.module.create(suite.invoice(), [], sender=other).returned != first


def bad(suite: Suite) -> list[tuple[dict[str, Any], str]]:
    """Invoices that are refused, and why."""
    now = suite.chain.now
    return [
        ({"face": 0}, "NoAmount"),
        ({"dueDate": now - 1}, "DueDateOutOfRange"),
        ({"dueDate": now + 3650 * DAY + 1}, "DueDateOutOfRange"),
        ({"issueDay": suite.today + 2}, "IssueDayInFuture"),
        ({"number": " -/."}, "EmptyInvoiceNumber"),
        ({"number": ""}, "EmptyInvoiceNumber"),
        ({"number": "9" * 129}, "InvoiceNumberTooLong"),
        ({"documentHash": b"\0" * 32}, "MissingField"),
        ({"currencyId": 2}, "UnknownCurrency"),
        ({"ruleId": 2}, "UnknownRules"),
        ({"debtor": suite.seller.address}, "SelfReceivable"),
        ({"debtor": suite.mallory.address}, "NotActive"),
    ]


@pytest.mark.parametrize("number", range(12))
def test_bad_input_is_named(suite: Suite, number: int) -> None:
    change, error = bad(suite)[number]
    with reverts(error):
        suite.create(**change)


@pytest.mark.parametrize("number", range(5))
def test_input_at_the_border_is_good(suite: Suite, number: int) -> None:
    now = suite.chain.now
    changes: list[dict[str, Any]] = [
        {"face": 1},
        {"dueDate": now},
        {"dueDate": now + 3650 * DAY},
        {"issueDay": suite.today + 1},
        {"number": "9" * 128},
    ]
    change = changes[number]
    assert suite.module.stateOf(suite.create(**change)) == 1


def test_nothing_comes_due_after_2106(suite: Suite) -> None:
    """A due date has 32 bits: in the last ten years fewer days are left."""
    last = 2**32 - 1
    suite.chain.warp(last - DAY)
    for name in ("seller", "buyer"):
        suite.registry.setFacts(suite.actors[name], 2**40 - 1, EU, ENTERPRISE, sender=suite.officer)
    with reverts("DueDateOutOfRange", dueDate=last + 1, latest=last):
        suite.create(dueDate=last + 1)
    assert suite.module.receivable(suite.create(dueDate=last)).dueDate == last


def test_a_creditor_outside_the_scope_cannot_register(suite: Suite) -> None:
    with reverts("OutsideScope", account=suite.carol.address):
        suite.module.create(suite.invoice(), [], sender=suite.carol)


def test_what_is_smaller_than_the_minimum_circulates_as_a_whole(suite: Suite) -> None:
    asset = suite.circulating(face=MINIMUM - 1)
    with reverts("BelowMinimumUnit"):
        suite.send(suite.seller, suite.alice, asset, MINIMUM - 2)
    suite.send(suite.seller, suite.alice, asset, MINIMUM - 1)
    assert suite.ledger.balanceOf(suite.alice, asset) == MINIMUM - 1


def test_lines_are_ids_under_one_root(suite: Suite) -> None:
    root = suite.circulating(lines=(60 * MINIMUM, 40 * MINIMUM))
    assert [suite.ledger.balanceOf(suite.seller, root + i) for i in range(4)] == [0, 60 * MINIMUM, 40 * MINIMUM, 0]
    assert suite.ledger.documentHash(root + 2) == suite.ledger.documentHash(root)
    suite.send(suite.seller, suite.alice, root + 2, 40 * MINIMUM)
    with reverts("UnknownReceivable", id=root + 3):
        suite.module.owedOn(root + 3)
    with reverts("UseTheRoot", root=root):
        suite.module.dispute(root + 1, b"\1" * 32, sender=suite.buyer)


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ((50 * MINIMUM, 49 * MINIMUM), "LinesDoNotAddUp"),
        ((100 * MINIMUM, 0), "NoAmount"),
        (tuple([FACE // 33] * 33), "TooManyLines"),
    ],
)
def test_lines_that_do_not_make_the_face_are_refused(suite: Suite, lines: tuple[int, ...], error: str) -> None:
    with reverts(error):
        suite.create(lines=lines)


def test_thirty_two_lines_are_possible(suite: Suite) -> None:
    root = suite.circulating(lines=tuple([FACE // 32] * 32))
    assert suite.module.receivable(root).lines == 32


class TestAcknowledgementBySignature:
    """EIP-712, by the debtor's key or its contract wallet (ERC-1271)."""

    def sign(self, suite: Suite, asset: int, deadline: int, **changes: Any) -> bytes:
        """The buyer's signature over what it sees."""
        domain = {
            "name": "Caldera Receivables",
            "version": "1",
            "chainId": suite.chain.chain_id,
            "verifyingContract": suite.module.address,
        }
        fields = "uint256 id,bytes32 documentHash,uint256 face,uint256 dueDate,uint256 currencyId,uint256 ruleId"
        fields += ",uint256[] lines,uint256 creditor,uint256 debtor,uint256 deadline"
        types = {"Acknowledgement": [dict(zip(("type", "name"), f.split(), strict=True)) for f in fields.split(",")]}
        read = suite.module.receivable(asset)
        message = {
            "id": asset,
            "documentHash": keccak(text="document"),
            "face": read.face,
            "dueDate": read.dueDate,
            "currencyId": 1,
            "ruleId": 1,
            "lines": [],
            "creditor": read.creditor,
            "debtor": read.debtor,
            "deadline": deadline,
        }
        return suite.buyer.sign_typed(domain | changes.pop("domain", {}), types, message | changes).packed

    def test_anyone_may_bring_it_until_the_deadline(self, suite: Suite) -> None:
        asset, deadline = suite.create(), suite.chain.now + 10
        signature = self.sign(suite, asset, deadline)
        suite.chain.warp(deadline + 1)
        with reverts("SignatureExpired", deadline=deadline):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.stranger)

    def test_at_the_deadline_it_is_good_and_only_once(self, suite: Suite) -> None:
        asset, deadline = suite.create(), suite.chain.now + 10
        signature = self.sign(suite, asset, deadline)
        suite.chain.warp(deadline)
        suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.stranger)
        assert suite.module.stateOf(asset) == 2
        with reverts("WrongState"):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.stranger)

    @pytest.mark.parametrize(
        "changes",
        [
            {"face": FACE + 1},
            {"documentHash": keccak(text="another")},
            {"dueDate": 1},
            {"currencyId": 2},
            {"ruleId": 2},
            {"lines": [FACE]},
            {"lines": [0]},
            {"debtor": 9},
            {"domain": {"chainId": 1}},
            {"domain": {"verifyingContract": "0x" + "11" * 20}},
            {"creditor": 9},
        ],
    )
    def test_over_anything_else_it_is_refused(self, suite: Suite, changes: dict[str, Any]) -> None:
        asset, deadline = suite.create(), suite.chain.now + 10
        signature = self.sign(suite, asset, deadline, **changes)
        with reverts("InvalidSignature", signer=suite.buyer.address):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.stranger)

    def test_other_rules_than_the_debtor_was_shown(self, suite: Suite) -> None:
        """The same in all but the days of grace."""
        rules = suite.standard.rules(1)
        worse = rules._replace(graceDays=rules.graceDays - 1)
        suite.standard.publish(b"EU/receivable".ljust(32, b"\0"), worse, sender=suite.officer)
        asset, deadline = suite.create(ruleId=2), suite.chain.now + 10
        assert suite.module.ruleOf(asset) == 2
        shown = self.sign(suite, asset, deadline)
        with reverts("InvalidSignature", signer=suite.buyer.address):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, shown, sender=suite.seller)
        signature = self.sign(suite, asset, deadline, ruleId=2)
        suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.seller)
        assert suite.module.stateOf(asset) == 2

    @pytest.mark.parametrize(
        "shown", [[], [FACE], [40 * MINIMUM, 60 * MINIMUM], [60 * MINIMUM, 40 * MINIMUM, 0]], ids=str
    )
    def test_other_lines_than_the_debtor_was_shown(self, suite: Suite, shown: list[int]) -> None:
        lines = (60 * MINIMUM, 40 * MINIMUM)
        asset, deadline = suite.create(lines), suite.chain.now + 10
        signature = self.sign(suite, asset, deadline, lines=shown)
        with reverts("InvalidSignature", signer=suite.buyer.address):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.seller)
        signature = self.sign(suite, asset, deadline, lines=list(lines))
        suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.seller)
        suite.send(suite.seller, suite.alice, asset + 2, 40 * MINIMUM)

    def test_what_a_credit_note_took_off_a_line_before(self, suite: Suite) -> None:
        asset, deadline = suite.create((60 * MINIMUM, 40 * MINIMUM)), suite.chain.now + 10
        before = self.sign(suite, asset, deadline, lines=[60 * MINIMUM, 40 * MINIMUM])
        suite.module.creditNote(asset + 1, 5 * MINIMUM, "C-1", suite.today, b"\2" * 32, sender=suite.seller)
        with reverts("InvalidSignature"):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, before, sender=suite.seller)
        signature = self.sign(suite, asset, deadline, lines=[55 * MINIMUM, 40 * MINIMUM])
        suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, signature, sender=suite.seller)
        assert suite.module.stateOf(asset) == 2

    def test_the_rules_of_what_is_not_there(self, suite: Suite) -> None:
        asset = suite.create((FACE,))
        assert suite.module.ruleOf(asset) == suite.module.ruleOf(asset + 1) == 1
        with reverts("UnknownReceivable", id=asset + 2):
            suite.module.ruleOf(asset + 2)

    def test_a_malleable_signature_is_refused(self, suite: Suite) -> None:
        asset, deadline = suite.create(), suite.chain.now + 10
        signature = self.sign(suite, asset, deadline)
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        flipped = order - int.from_bytes(signature[32:64], "big")
        forged = signature[:32] + flipped.to_bytes(32, "big") + bytes([55 - signature[64]])
        with reverts("InvalidSignature"):
            suite.module.acknowledgeBySignature(asset, suite.buyer, deadline, forged, sender=suite.stranger)

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_the_debtors_contract_wallet_signs(self, suite: Suite) -> None:
        wallet = ContractWallet.deploy(suite.chain, suite.buyer, sender=suite.buyer)
        expires = suite.chain.now + 100 * DAY
        suite.registry.enrol(wallet, suite.entities["buyer"], expires, EU, 1, sender=suite.officer)
        asset, deadline = suite.create(), suite.chain.now + 10
        signature = suite.buyer.sign_hash(suite.module.acknowledgementDigest(asset, deadline)).packed
        suite.module.acknowledgeBySignature(asset, wallet, deadline, signature, sender=suite.stranger)
        assert suite.module.stateOf(asset) == 2


class TestCreditNotes:
    """They reduce the claim before others hold it."""

    def credit(self, suite: Suite, asset: int, amount: int, number: str = "C-1") -> None:
        """By the seller."""
        suite.module.creditNote(asset, amount, number, suite.today, b"\2" * 32, sender=suite.seller)

    def test_units_and_debt_fall_together(self, suite: Suite) -> None:
        asset = suite.circulating()
        self.credit(suite, asset, 30 * MINIMUM)
        assert suite.ledger.balanceOf(suite.seller, asset) == suite.module.owedOn(asset) == 70 * MINIMUM

    def test_one_note_counts_once(self, suite: Suite) -> None:
        asset = suite.circulating()
        self.credit(suite, asset, MINIMUM)
        with reverts("AssetExists"):
            self.credit(suite, asset, MINIMUM, "c 1")
        self.credit(suite, asset, MINIMUM, "C-2")
        assert suite.module.owedOn(asset) == 98 * MINIMUM

    def test_too_late_once_others_hold_or_have_a_lien(self, suite: Suite) -> None:
        asset = suite.circulating()
        suite.ledger.pledge(suite.seller, suite.bank, asset, MINIMUM, sender=suite.seller)
        with reverts("HeldByOthers", id=asset):
            self.credit(suite, asset, MINIMUM)
        suite.ledger.release(suite.seller, asset, MINIMUM, sender=suite.bank)
        suite.send(suite.seller, suite.alice, asset, MINIMUM)
        with reverts("HeldByOthers", id=asset):
            self.credit(suite, asset, MINIMUM)
        suite.send(suite.alice, suite.seller, asset, MINIMUM)
        self.credit(suite, asset, MINIMUM)
        assert suite.module.owedOn(asset) == 99 * MINIMUM

    def test_not_more_than_owed(self, suite: Suite) -> None:
        asset = suite.circulating()
        suite.pay(asset, 40 * MINIMUM)
        with reverts("ExceedsOwed", owed=60 * MINIMUM):
            self.credit(suite, asset, 60 * MINIMUM + 1)
        self.credit(suite, asset, 60 * MINIMUM)
        assert suite.module.stateOf(asset) == 7
        suite.module.claim(asset, suite.seller, sender=suite.seller)
        assert suite.token.balanceOf(suite.seller) == 40 * MINIMUM

    def test_a_rest_below_the_minimum_circulates_as_a_whole(self, suite: Suite) -> None:
        asset = suite.circulating()
        self.credit(suite, asset, FACE - 5)
        suite.send(suite.seller, suite.alice, asset, 5)
        assert suite.ledger.balanceOf(suite.alice, asset) == 5

    def test_only_the_creditor(self, suite: Suite) -> None:
        asset = suite.circulating()
        with reverts("NotTheCreditor", caller=suite.alice.address):
            suite.module.creditNote(asset, 1, "C", 1, b"\2" * 32, sender=suite.alice)


def test_new_rules_do_not_change_what_is_there(suite: Suite) -> None:
    asset = suite.circulating()
    stricter = structs.Rules(1, 0, 30, 0, 0b111111, 10_000_000_000, EU, FACTOR)
    suite.standard.publish(b"EU/receivable".ljust(32, b"\0"), stricter, sender=suite.officer)
    suite.standard.retire(1, sender=suite.officer)
    suite.send(suite.seller, suite.bank, asset, MINIMUM)
    with reverts("RetiredRules", ruleId=1):
        suite.create(number="INV-2")


def test_a_wallet_that_cannot_receive_cannot_be_given(suite: Suite) -> None:
    deaf = DeafReceiver.deploy(suite.chain, sender=suite.seller)
    entity = suite.entities["alice"]
    suite.registry.enrol(deaf, entity, suite.chain.now + DAY, EU, FACTOR, sender=suite.officer)
    asset = suite.circulating()
    with reverts("ERC1155InvalidReceiver", receiver=deaf.address):
        suite.send(suite.seller, deaf.address, asset, MINIMUM)
    wallet = ContractWallet.deploy(suite.chain, suite.alice, sender=suite.alice)
    suite.registry.enrol(wallet, entity, suite.chain.now + DAY, EU, FACTOR, sender=suite.officer)
    suite.send(suite.seller, wallet.address, asset, MINIMUM)
    assert AssetCertificate.at(suite.chain, suite.ledger.address).balanceOf(wallet, asset) == MINIMUM


def test_order_lines_where_the_rules_demand_them(suite: Suite) -> None:
    rules = structs.Rules(1, 0, 30, 0, 1 << 6, 1_000_000_000, 0, 0)
    number = suite.standard.publish(b"by lines".ljust(32, b"\0"), rules, sender=suite.officer).returned
    with reverts("MissingField", field=6):
        suite.create(ruleId=number)
    suite.create((60 * MINIMUM, 40 * MINIMUM), ruleId=number)
