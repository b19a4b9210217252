"""From a document to money: in one transaction through the router, and in ten. Measured figures only."""

from dataclasses import dataclass
from typing import Any

from eth_typing import ChecksumAddress, HexAddress, HexStr
from eth_utils.abi import function_abi_to_4byte_selector
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.measure import FACE, PART, Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import DAY, DUE, EXPIRES, ISSUED, NOBODY
from caldera.agreements import all_of, sign_under
from caldera.evm.account import account
from caldera.model.credit import DEVNET

ATTESTOR, LENDER, CIRCULATOR, VERIFIER = 6, 9, 10, 17
EPOCH = 30 * DAY
LONGEST_AGE = 75 * DAY
LAST = GENESIS_TIME // EPOCH - 1
DOCUMENT, ROOT = keccak(text="2026-0815"), keccak(text="voucher")
LATER = GENESIS_TIME + 10**6
MATURITY = GENESIS_TIME // DAY + 60
USD = 10**6
VALUATION = 7
LOAN = PART // 2
TERMS = (800, 200, 10_000, 10_000, 365, 500, 60, 14, 3000, 10**9, 10**9)
SELLER, DEBTOR, FACTOR = account("supplier"), account("debtor"), account("factor")
ATTESTORS = sorted((account("first attestor"), account("second attestor")), key=lambda one: int(one.address, 16))
ENTITIES = (SELLER, DEBTOR, FACTOR, *ATTESTORS)


@dataclass(frozen=True, slots=True)
class Place:
    """Contracts that the rows call; SELLER has financed an invoice before."""

    node: Node
    kit: dict[str, Contract]

    def domain(self, contract: str, name: str) -> dict[str, Any]:
        """Of a contract that checks signatures."""
        chain_id = self.node.w3.eth.chain_id
        address = self.kit[contract].address
        return {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": address}

    def invoice(self, number: str) -> tuple[Any, ...]:
        """Over FACE, against DEBTOR."""
        return (DEBTOR.address, FACE, DUE, ISSUED, 1, 1, DOCUMENT, number)

    def id_of(self, number: str) -> int:
        """Of an invoice, there or not."""
        return int(self.kit["ReceivableModule"].functions.fingerprintOf(1, 2, number, ISSUED).call())

    def facts(self, nonce: int) -> tuple[Any, ...]:
        """The supplier's month."""
        money = (2_000_000 * USD, 1_800_000 * USD, 1_710_000 * USD, 1_000_000 * USD)
        epoch = LAST - 2 + nonce
        return (1, epoch, *money, 20, 400, nonce, (epoch + 1) * EPOCH + LONGEST_AGE)

    def vouched(self, facts: tuple[Any, ...]) -> list[tuple[str, bytes]]:
        """Both attestors' signatures over facts."""
        digest = bytes(self.kit["OperatingRecord"].functions.factsDigest(facts).call())
        return [(one.address, one.sign_hash(digest).packed) for one in ATTESTORS]

    def evidence(self, number: str, nonce: int, operator: str = "") -> tuple[Any, ...]:
        """What goes with a request."""
        asset, facts = self.id_of(number), self.facts(nonce)
        word = {
            "id": asset,
            "documentHash": DOCUMENT,
            "face": FACE,
            "dueDate": DUE,
            "currencyId": 1,
            "ruleId": 1,
            "lines": [],
            "creditor": 1,
            "debtor": 2,
            "deadline": LATER,
        }
        debtor = sign_under(self.domain("ReceivableModule", "Caldera Receivables"), "Acknowledgement", word, DEBTOR)
        until = GENESIS_TIME + 90 * DAY
        said = self.kit["CirculationRouter"].functions.statementDigest(asset, VALUATION, FACE, until).call()
        statement = (0, VALUATION, FACE, until, [(one.address, one.sign_hash(bytes(said)).packed) for one in ATTESTORS])
        approvals = [self.approval(operator)] if operator else []
        return ((DEBTOR.address, LATER, debtor), [statement], facts, self.vouched(facts), approvals)

    def approval(self, operator: str) -> tuple[Any, ...]:
        """SELLER lets a contract act for it."""
        ledger, address = self.kit["AssetCertificate"], self.kit[operator].address
        nonce = ledger.functions.nonces(SELLER.address).call()
        given = {
            "owner": SELLER.address,
            "operator": address,
            "approved": True,
            "nonce": nonce,
            "deadline": LATER,
        }
        domain = self.domain("AssetCertificate", "Caldera Certificates")
        return (address, LATER, sign_under(domain, "ApprovalForAll", given, SELLER))

    def named(self, number: str) -> bytes:
        """The one statement that goes with a request."""
        until = GENESIS_TIME + 90 * DAY
        said = (self.id_of(number), VALUATION, FACE, until)
        return all_of([bytes(self.kit["CirculationRouter"].functions.statementDigest(*said).call())])

    def financing(self, number: str, nonce: int, operator: str = "") -> ContractFunction:
        """PART of an invoice pledged for LOAN."""
        request: tuple[Any, ...] = (
            SELLER.address,
            self.invoice(number),
            [],
            [(0, PART)],
            1,
            LOAN,
            MATURITY,
            2,
            self.named(number),
            nonce,
            LATER,
        )
        router = self.kit["CirculationRouter"].functions
        signature = SELLER.sign_hash(bytes(router.financingDigest(request).call())).packed
        return router.finance(request, self.evidence(number, nonce, operator), signature)

    def discounting(self, number: str, nonce: int) -> ContractFunction:
        """PART of an invoice sold at 97%."""
        price, factoring = PART * 97 // 100, self.kit["Factoring"].functions
        quote = (FACTOR.address, NOBODY, self.id_of(number), PART, 0, price, 1, 1, False, nonce, 0, LATER)
        digest = bytes(factoring.quoteDigest(quote).call())
        request: tuple[Any, ...] = (
            SELLER.address,
            self.invoice(number),
            [],
            PART,
            digest,
            price,
            self.named(number),
            nonce,
            LATER,
        )
        router = self.kit["CirculationRouter"].functions
        signature = SELLER.sign_hash(bytes(router.discountingDigest(request).call())).packed
        signed = FACTOR.sign_hash(digest).packed
        return router.discount(request, self.evidence(number, nonce, "Factoring"), quote, signed, signature)


def measure(node: Node, progress: Progress) -> list[Row]:
    """One against ten; the enterprise, its debtor and the attestors have done it before."""
    cast = Cast.of(node)
    progress("caldera: deploying finance")
    with node.still():
        place = stand(node, cast)
        table = Table(node, OURS, progress)
        note = "signatures of supplier, debtor and two attestors on two statements checked"
        table.add("finance.atomic", place.financing("2026-0815", 2), cast.newcomer, note)
        table.add("finance.discount", place.discounting("2026-0815", 2), cast.newcomer, note)
        with node.undone():
            total = sum(_step(table, place, number, *step) for number, step in enumerate(_steps(place, cast), 1))
    table.rows.append(Row("finance.steps", OURS, total, True, "ten transactions, ten times the base of 21,000"))
    return table.rows


def _step(table: Table, place: Place, number: int, call: ContractFunction, sender: str) -> int:
    by = ChecksumAddress(HexAddress(HexStr(sender)))
    table.add(f"finance.step.{number:02}", call, by)
    place.node.send(call, by)
    return table.rows[-1].gas


def _steps(place: Place, cast: Cast) -> list[tuple[ContractFunction, str]]:
    kit, number = {name: contract.functions for name, contract in place.kit.items()}, "2026-0816"
    asset, seller, facts = place.id_of(number), SELLER.address, place.facts(2)
    until = GENESIS_TIME + 90 * DAY
    state = kit["ReceivableModule"].stateAttribute(asset, VALUATION, FACE, until)
    draw = (1, LOAN, MATURITY, 2, [(False, asset)])
    desk = place.kit["CreditDesk"].address
    return [
        (kit["ReceivableModule"].create(place.invoice(number), []), seller),
        (kit["ReceivableModule"].acknowledge(asset), DEBTOR.address),
        (state, ATTESTORS[0].address),
        (state, ATTESTORS[1].address),
        (kit["OperatingRecord"].record(facts, place.vouched(facts)), cast.newcomer),
        (kit["CreditModel"].limitOf(1), cast.holder),
        (kit["AssetCertificate"].setApprovalForAll(cast.operator, True), seller),
        (kit["AssetCertificate"].pledge(seller, desk, asset, PART), cast.operator),
        (kit["CreditDesk"].draw(draw), seller),
        (kit["EventAnchor"].anchor(ROOT, 1, GENESIS_TIME, GENESIS_TIME), seller),
    ]


def stand(node: Node, cast: Cast) -> Place:
    """Deploys all of finance; the holder lends, the supplier has financed and sold an invoice before."""
    kit = _deploy(node)
    names = ("SuiteAccess", "ParticipantRegistry", "ValueStandard")
    access, registry, standard = (kit[name].functions for name in names)
    module, ledger, usd = kit["ReceivableModule"].functions, kit["AssetCertificate"].functions, 10**18
    conduct = (DEVNET.highest, DEVNET.lowest, DEVNET.thawed)
    parameters = (DEVNET.cap, DEVNET.raise_cap, *conduct, DEVNET.in_time_bps, DEVNET.late_bps)
    recourse, desk, pool = (kit[name].address for name in ("Recourse", "CreditDesk", "LendingPool"))
    currency = kit["DevnetCurrency"]
    for call in (
        ledger.setModule(1, kit["ReceivableModule"].address),
        registry.subscribe(kit["AssetCertificate"].address),
        registry.subscribe(kit["RevenueCycle"].address),
        registry.defineRegions([(0, 0)]),
        standard.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
        standard.publish(b"receivable".ljust(32, b"\0"), (1, 0, 30, 0, 0b111111, 1_000 * USD, 1, 1)),
        standard.publish(b"loan".ljust(32, b"\0"), (16, 0, 10, 0, 0, 1_000 * USD, 1, 1)),
        module.addListener(desk),
        kit["CreditDesk"].functions.addPool(1, pool),
        kit["LendingTerms"].functions.setLoanTerms(1, TERMS),
        kit["LendingTerms"].functions.setAdvance(False, 1, 8000),
        kit["CreditModel"].functions.publish((*parameters, [curve.knots for curve in DEVNET.curves])),
    ):
        node.send(call, cast.operator)
    parties = [one.address for one in ENTITIES] + [desk, recourse, cast.operator, cast.holder]
    for number, party in enumerate(parties, 1):
        node.send(registry.createEntity(keccak(text=str(number))), cast.operator)
        node.send(registry.enrol(party, number, EXPIRES, 1, 1), cast.operator)
    for role, address in (
        *((ATTESTOR, one.address) for one in ATTESTORS),
        *((LENDER, kit[name].address) for name in ("CreditDesk", "Factoring", "Recourse")),
        *((role, kit["CirculationRouter"].address) for role in (CIRCULATOR, VERIFIER)),
    ):
        node.send(access.grantRole(role, address, 0), cast.operator)
    _allow(node, cast, kit)
    for one in ENTITIES:
        node.rpc("anvil_setBalance", one.address, hex(10**18))
        node.rpc("anvil_impersonateAccount", one.address)
    place = Place(node, kit)
    for account_, spender in ((cast.holder, "LendingPool"), (FACTOR.address, "Factoring")):
        node.send(currency.functions.mint(account_, 10 * FACE), cast.operator)
        node.send(
            currency.functions.approve(kit[spender].address, 10 * FACE), ChecksumAddress(HexAddress(HexStr(account_)))
        )
    node.send(kit["LendingPool"].functions.deposit(5 * FACE, cast.holder), cast.holder)
    node.send(place.financing("2026-0001", 1, "CirculationRouter"), cast.newcomer)
    return place


def _deploy(node: Node) -> dict[str, Contract]:
    kit, made = project(), dict[str, Contract]()

    def new(name: str, *arguments: Any) -> str:
        given = (made[one].address if isinstance(one, str) and one in made else one for one in arguments)
        made[name] = node.deploy(kit[name], *given)
        return str(made[name].address)

    new("SuiteAccess", node.accounts[0])
    for name, *arguments in (
        ("ParticipantRegistry", "SuiteAccess"),
        ("ValueStandard", "SuiteAccess"),
        ("AssetCertificate", "SuiteAccess", "ParticipantRegistry", "ipfs://{id}"),
        ("ReceivableModule", "SuiteAccess", "AssetCertificate", "ValueStandard"),
        ("UsageRight", "SuiteAccess", "ParticipantRegistry", "ipfs://"),
        ("EventAnchor", "ParticipantRegistry"),
        ("DevnetCurrency", "USD", 6),
        ("AttestorSet", "SuiteAccess", "ParticipantRegistry", 2),
        ("OperatingRecord", "SuiteAccess", "ParticipantRegistry", "AttestorSet", EPOCH, 3, LONGEST_AGE),
        ("CreditModel", "SuiteAccess", "OperatingRecord"),
        ("ValueFund", "SuiteAccess", 30 * 86_400, []),
        ("RevenueCycle", "SuiteAccess", "ParticipantRegistry", "ValueStandard", "ValueFund"),
        ("LendingTerms", "SuiteAccess", "AssetCertificate", "UsageRight", "ValueStandard"),
        ("CreditDesk", "SuiteAccess", "LendingTerms", "UsageRight", "ReceivableModule", "CreditModel", "RevenueCycle"),
        ("LendingPool", "SuiteAccess", "ParticipantRegistry", "CreditDesk", "DevnetCurrency", "Lenders", "cUSD"),
        ("Recourse", "SuiteAccess", "ReceivableModule", "CreditModel", 10),
        ("Factoring", "SuiteAccess", "ReceivableModule", "Recourse"),
        ("CirculationRouter", "SuiteAccess", "ReceivableModule", "OperatingRecord", "CreditDesk", "Factoring"),
    ):
        new(name, *arguments)
    return made


def _allow(node: Node, cast: Cast, kit: dict[str, Contract]) -> None:
    """Functions to the roles that the profiles give them to."""
    for contract, role, names in (
        ("ReceivableModule", CIRCULATOR, ("createFor",)),
        ("ReceivableModule", VERIFIER, ("stateVerified",)),
        ("ReceivableModule", ATTESTOR, ("stateAttribute",)),
        ("CreditDesk", CIRCULATOR, ("drawFor",)),
        ("Factoring", CIRCULATOR, ("fillFor",)),
        ("Recourse", LENDER, ("open",)),
        ("CreditModel", LENDER, ("recordInTime", "recordLate", "recordDefault")),
        ("RevenueCycle", LENDER, ("setFundShare",)),
    ):
        selectors = [function_abi_to_4byte_selector(kit[contract].get_function_by_name(name).abi) for name in names]
        allow = kit["SuiteAccess"].functions.setTargetFunctionRole(kit[contract].address, selectors, role)
        node.send(allow, cast.operator)
