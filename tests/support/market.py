"""All of finance on a chain, with the real credit model, factoring and revenue: what the router reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caldera.agreements import all_of, attest, sign
from caldera.circulation import renewal
from caldera.contracts import (
    AttestorSet,
    CirculationRouter,
    CreditDesk,
    CreditModel,
    DevnetCurrency,
    Factoring,
    LendingPool,
    LendingTerms,
    OperatingRecord,
    Recourse,
    RevenueCycle,
    UsageRight,
    ValueFund,
    structs,
)
from caldera.evm import Account, Chain
from caldera.model.credit import DEVNET
from tests.support.credit import EPOCH, EPOCHS_BACK, LONGEST_AGE, SUPPLIER, as_struct, listed
from tests.support.lending import ADVANCE, LOAN_RULES, TERMS, enrol_contract
from tests.support.suite import BANK, DAY, FACTOR, KIND, MINIMUM, NOBODY, ROLES, Suite, build, selector_of

VALUATION = 7
PERMISSIONS = {
    "module": {"CIRCULATOR": "createFor", "VERIFIER": "stateVerified"},
    "terms": {"STANDARD": "setLoanTerms setAdvance"},
    "desk": {"SERVICER": "writeOff", "CIRCULATOR": "drawFor", "GUARDIAN": "pause unpause"},
    "factoring": {"CIRCULATOR": "fillFor", "GUARDIAN": "pause unpause"},
    "record": {"GUARDIAN": "pause unpause", "COMPLIANCE": "revoke"},
    "recourse": {"LENDER": "open"},
    "model": {"STANDARD": "publish", "LENDER": "recordInTime recordLate recordDefault"},
    "revenue": {"LENDER": "setFundShare"},
    "router": {"GUARDIAN": "pause unpause"},
}


@dataclass
class Market:
    """Seller asks, buyer is the debtor, alice a factor, lena lends; auditor and notary are attestors; relayer brings
    what others signed and has no role; officer holds every role of people."""

    suite: Suite
    record: OperatingRecord
    model: CreditModel
    fund: ValueFund
    revenue: RevenueCycle
    terms: LendingTerms
    desk: CreditDesk
    pool: LendingPool
    recourse: Recourse
    factoring: Factoring
    router: CirculationRouter
    loan_rule: int

    def __getattr__(self, name: str) -> Account:
        return getattr(self.__dict__["suite"], name)  # type: ignore[no-any-return]

    @property
    def chain(self) -> Chain:
        """Where it all stands."""
        return self.suite.chain

    @property
    def module(self) -> Any:
        """Of receivables."""
        return self.suite.module

    def id_of(self, invoice: structs.Invoice) -> int:
        """Of an invoice of the seller, there or not."""
        entities = (self.suite.entities["seller"], self.suite.entities["buyer"])
        return int(self.suite.module.fingerprintOf(*entities, invoice.number, invoice.issueDay))

    def request(self, **changes: Any) -> structs.Financing:
        """60,000.00 against half an invoice of 100,000.00, in 60 days."""
        given: dict[str, Any] = {
            "account": self.seller.address,
            "invoice": self.suite.invoice(),
            "lines": [],
            "pledges": [structs.Pledging(0, 50 * MINIMUM)],
            "pool": 1,
            "amount": 60 * MINIMUM,
            "maturityDay": self.chain.now // DAY + 60,
            "loanRule": self.loan_rule,
            "statements": b"",
            "number": 1,
            "deadline": self.chain.now + 3600,
        }
        request: structs.Financing = self._with_statements(structs.Financing(**(given | changes)))
        return request

    def sale(self, quote: structs.FactoringQuote, **changes: Any) -> structs.Discounting:
        """All that the quote takes, of the same invoice."""
        given: dict[str, Any] = {
            "account": self.seller.address,
            "invoice": self.suite.invoice(),
            "lines": [],
            "units": quote.units,
            "quote": self.factoring.quoteDigest(quote),
            "minimumProceeds": quote.price,
            "statements": b"",
            "number": 1,
            "deadline": self.chain.now + 3600,
        }
        request: structs.Discounting = self._with_statements(structs.Discounting(**(given | changes)))
        return request

    def _with_statements(self, request: Any) -> Any:
        """Names those that `evidence` brings, unless told otherwise."""
        if request.statements:
            return request
        return request._replace(statements=self.named(self.statement(self.id_of(request.invoice), 99 * MINIMUM)))

    def named(self, *statements: structs.Statement, invoice: structs.Invoice | None = None) -> bytes:
        """What a request of the seller says of its statements."""
        root = self.id_of(invoice or self.suite.invoice())
        said = ((root + one.part, one.field, one.amount, one.validUntil) for one in statements)
        return all_of([self.router.statementDigest(*one) for one in said])

    def quote(self, asset: int, **changes: Any) -> structs.FactoringQuote:
        """97% of 50,000.00 by alice."""
        given: dict[str, Any] = {
            "factor": self.suite.alice.address,
            "seller": NOBODY,
            "id": asset,
            "units": 50 * MINIMUM,
            "minimumFill": 0,
            "price": 50 * MINIMUM * 97 // 100,
            "leastOwed": 1,
            "currencyId": 1,
            "recourse": False,
            "number": 1,
            "notBefore": 0,
            "deadline": self.chain.now + 3600,
        }
        return structs.FactoringQuote(**(given | changes))

    def acknowledged(
        self, invoice: structs.Invoice, by: str = "buyer", lines: Sequence[int] = (), **changes: Any
    ) -> structs.DebtorsWord:
        """The debtor's word on an invoice that is not registered yet."""
        deadline = self.chain.now + 3600
        message = {
            "id": self.id_of(invoice),
            "documentHash": invoice.documentHash,
            "face": invoice.face,
            "dueDate": invoice.dueDate,
            "currencyId": invoice.currencyId,
            "ruleId": invoice.ruleId,
            "lines": list(lines),
            "creditor": self.suite.entities["seller"],
            "debtor": self.suite.entities["buyer"],
            "deadline": deadline,
        } | changes
        account = self.suite.actors[by]
        return structs.DebtorsWord(
            account.address, deadline, sign(self.suite.module, "Acknowledgement", message, account)
        )

    def statement(self, asset: int, amount: int, *names: str, part: int = 0) -> structs.Statement:
        """A valuation, signed by attestors."""
        until = self.chain.now + 90 * DAY
        message = {"id": asset + part, "field": VALUATION, "amount": amount, "validUntil": until}
        signers = [self.suite.actors[name] for name in names or ("auditor", "notary")]
        return structs.Statement(
            part, VALUATION, amount, until, tuple(listed(attest(self.router, "Statement", message, signers)))
        )

    def renewal(self, asset: int, amount: int, as_of: int, *names: str, until: int | None = None) -> structs.Renewal:
        """A later valuation, signed by attestors."""
        until = self.chain.now + 90 * DAY if until is None else until
        message = renewal(asset, VALUATION, amount, as_of, until)
        signers = [self.suite.actors[name] for name in names or ("auditor", "notary")]
        return structs.Renewal(
            VALUATION, amount, as_of, until, tuple(listed(attest(self.router, "Renewal", message, signers)))
        )

    def approval(self, operator: Any, nonce: int = 0) -> structs.OperatorApproval:
        """The seller's approval of an operator."""
        deadline = self.chain.now + 3600
        message = {
            "owner": self.seller.address,
            "operator": operator.address,
            "approved": True,
            "nonce": nonce,
            "deadline": deadline,
        }
        signature = sign(self.suite.ledger, "ApprovalForAll", message, self.seller)
        return structs.OperatorApproval(operator.address, deadline, signature)

    def facts(self, **changes: Any) -> structs.OperatingFacts:
        """The seller's month, as its attestors have it."""
        epoch = self.chain.now // EPOCH - 1
        given: dict[str, Any] = {
            "entity": self.suite.entities["seller"],
            "epoch": epoch,
            "turnover": SUPPLIER.turnover,
            "receivablesIssued": SUPPLIER.receivables_issued,
            "receivablesRepaid": SUPPLIER.receivables_repaid,
            "cargoTurnover": SUPPLIER.cargo_turnover,
            "daysLate": SUPPLIER.days_late,
            "orders": SUPPLIER.orders,
            "nonce": 1,
            "validUntil": (epoch + 1) * EPOCH + LONGEST_AGE,
        }
        return structs.OperatingFacts(**(given | changes))

    def vouched(self, facts: structs.OperatingFacts) -> list[structs.Attestation]:
        """Signed by both attestors."""
        signers = [self.suite.actors["auditor"], self.suite.actors["notary"]]
        return listed(attest(self.record, "OperatingFacts", facts, signers))

    def evidence(
        self, invoice: structs.Invoice, *operators: Any, lines: Sequence[int] = (), **changes: Any
    ) -> structs.Evidence:
        """All that is needed: debtor's word, a valuation, the operating facts, approvals."""
        facts = self.facts()
        given: dict[str, Any] = {
            "debtor": self.acknowledged(invoice, lines=lines),
            "statements": [self.statement(self.id_of(invoice), 99 * MINIMUM)],
            "facts": facts,
            "factsAttestations": self.vouched(facts),
            "approvals": [self.approval(operator, number) for number, operator in enumerate(operators)],
        }
        return structs.Evidence(**(given | changes))

    def discount(
        self, request: structs.Discounting, quote: structs.FactoringQuote, evidence: structs.Evidence, **changes: Any
    ) -> Any:
        """The relayer brings it, with alice's quote."""
        by_factor = sign(self.factoring, "FactoringQuote", quote, self.suite.alice)
        signature = changes.get("signature")
        if signature is None:
            signature = self.signed("Discounting", request)
        return self.router.discount(request, evidence, quote, by_factor, signature, sender=self.suite.actors["relayer"])

    def signed(self, kind: str, request: Any, by: str = "seller") -> bytes:
        """A request's signature."""
        return sign(self.router, kind, request, self.suite.actors[by])

    def finance(self, request: structs.Financing, evidence: structs.Evidence, **changes: Any) -> Any:
        """The relayer brings it."""
        signature = changes.pop("signature", None)
        sender = changes.pop("sender", self.suite.actors["relayer"])
        if signature is None:
            signature = self.signed("Financing", request)
        return self.router.finance(request, evidence, signature, sender=sender)


def open_market(token: type[Any] = DevnetCurrency, chain: Chain | None = None) -> Market:
    """Deploys, connects, enrols; lena has lent 1,000,000.00."""
    suite = build(chain, token=token)
    chain, admin, officer = suite.chain, suite.admin, suite.officer
    access, registry, module = suite.access, suite.registry, suite.module
    rights = UsageRight.deploy(chain, access, registry, "ipfs://", sender=admin)
    attestors = AttestorSet.deploy(chain, access, registry, 2, sender=admin)
    record = OperatingRecord.deploy(chain, access, registry, attestors, EPOCH, EPOCHS_BACK, LONGEST_AGE, sender=admin)
    model = CreditModel.deploy(chain, access, record, sender=admin)
    fund = ValueFund.deploy(chain, access, 30 * DAY, [], sender=admin)
    revenue = RevenueCycle.deploy(chain, access, registry, suite.standard, fund, sender=admin)
    terms = LendingTerms.deploy(chain, access, suite.ledger, rights, suite.standard, sender=admin)
    desk = CreditDesk.deploy(chain, access, terms, rights, module, model, revenue, sender=admin)
    pool = LendingPool.deploy(chain, access, registry, desk, suite.token, "Lenders of USD", "cUSD", sender=admin)
    recourse = Recourse.deploy(chain, access, module, model, 10, sender=admin)
    factoring = Factoring.deploy(chain, access, module, recourse, sender=admin)
    router = CirculationRouter.deploy(chain, access, module, record, desk, factoring, sender=admin)
    rule = suite.standard.publish(b"EU/loan".ljust(32, b"\0"), LOAN_RULES, sender=officer).returned
    market = Market(suite, record, model, fund, revenue, terms, desk, pool, recourse, factoring, router, rule)
    for target, roles in PERMISSIONS.items():
        contract = getattr(market, target)
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    for lender in (desk, factoring, recourse):
        access.grantRole(ROLES["LENDER"], lender, 0, sender=admin)
    access.grantRole(ROLES["CIRCULATOR"], router, 0, sender=admin)
    access.grantRole(ROLES["VERIFIER"], router, 0, sender=admin)
    for role in ("CIRCULATOR", "VERIFIER"):
        access.revokeRole(ROLES[role], officer, sender=admin)
    for ledger in (rights, revenue):
        registry.subscribe(ledger, sender=admin)
    module.addListener(desk, sender=admin)
    desk.addPool(1, pool, sender=admin)
    terms.setLoanTerms(1, TERMS, sender=officer)
    terms.setAdvance(False, KIND, ADVANCE, sender=officer)
    model.publish(as_struct(DEVNET), sender=officer)
    enrol_contract(suite, "desk", desk, BANK)
    enrol_contract(suite, "recourse", recourse, FACTOR)
    suite.actors["relayer"] = chain.account("relayer")
    for name in ("auditor", "notary", "lena"):
        suite.enrol(name, qualifications=BANK)
    for name in ("auditor", "notary"):
        access.grantRole(ROLES["ATTESTOR"], suite.actors[name], 0, sender=admin)
    for payer, spender, amount in ((suite.lena, pool, 1000 * MINIMUM), (suite.alice, factoring, 1000 * MINIMUM)):
        suite.token.mint(payer, amount, sender=payer)
        suite.token.approve(spender, amount, sender=payer)
    pool.deposit(1000 * MINIMUM, suite.lena, sender=suite.lena)
    return market
