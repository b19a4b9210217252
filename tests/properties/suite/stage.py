"""The deployed suite with its actors: who takes part, with what money, approvals, stakes. A fixed list of
transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from caldera import devnet
from caldera.contracts import structs
from caldera.deployment.encoding import Function
from caldera.devnet import Devnet
from caldera.evm import Account, Address, AddressLike, Receipt, Revm
from caldera.evm.address import to_address
from tests.support.deployed import Deployed, build
from tests.support.suite import DAY

ERA = 10**18
CENT = 10**4
EURO = 10**6
UNIT = 1_000 * EURO
PLENTY = 2**255
NOBODY = "0x" + "00" * 20
YEARS = 30 * 365 * DAY
NODES = 5
MONTH = 365 * DAY // 12
SALT = b"\x09" * 32
"""With which nodes hide their votes."""
TEAM = 2
"""The allocation of the economy, as the profile counts them."""

KIND = structs.KindTerms(3_600, 900, 100, 2, ERA)
"""How devices observe temperatures: windows, grace, tolerance, reward."""

PARTIES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "seller": ("Seller", ("ENTERPRISE",), ("DE",)),
    "seller-too": ("Seller", ("ENTERPRISE",), ("DE",)),
    "supplier": ("Supplier", ("ENTERPRISE",), ("FR",)),
    "buyer": ("Buyer", ("ENTERPRISE",), ("DE",)),
    "retailer": ("Retailer", ("ENTERPRISE",), ("ES",)),
    "factor": ("Factor", ("FACTOR",), ("DE",)),
    "house": ("House", ("FACTOR", "ENTERPRISE"), ("AT",)),
    "bank": ("Bank", ("BANK",), ("DE",)),
    "lena": ("Lena", ("BANK",), ("DE",)),
    "leo": ("Leo", ("FACTOR",), ("FR",)),
    "brand": ("Brand", ("ENTERPRISE", "PRODUCER"), ("DE",)),
    "berlin": ("Berlin", ("DEALER", "ENTERPRISE"), ("DE",)),
    "paris": ("Paris", ("DEALER",), ("FR",)),
    "boston": ("Boston", ("DEALER", "ENTERPRISE", "BANK"), ("US",)),
    "anna": ("Anna", ("CONSUMER",), ("DE",)),
    "ben": ("Ben", ("CONSUMER", "MEMBER"), ("FR",)),
    "workshop": ("Workshop", ("REPAIRER",), ("DE",)),
    "farmer": ("Farmer", ("FARMER", "ENTERPRISE", "PRODUCER"), ("DE",)),
    "market": ("Market", ("SUPERMARKET",), ("DE",)),
    "owner": ("Owner", ("ENTERPRISE",), ("DE",)),
    "tenant": ("Tenant", ("ENTERPRISE",), ("DE",)),
    "carrier": ("Carrier", ("ENTERPRISE",), ("DE",)),
    "studio": ("Studio", ("ENTERPRISE",), ("SE",)),
    **{f"node-{n}": (f"Node {n}", ("ENTERPRISE",), ("DE",)) for n in range(1, NODES + 1)},
    **{f"key-{n}": (f"Node {n}", (), ("DE",)) for n in range(1, NODES + 1)},
}
"""Participants: legal person, qualifications, regions. boston is outside every scope that names the Union."""
OUTSIDERS = ("delegator", "saver", "voter", "shopper", "relayer", "mallory", "stranger")
"""Accounts that are no participants; stranger has nothing at all."""
OFFICERS = (
    "compliance",
    "standard",
    "guardian",
    "arbiter",
    "servicer",
    "appraiser",
    "insurer",
    "attestor",
    "attestor2",
)
ATTESTORS = ("attestor", "attestor2")
FOUNDERS = ("founder1", "founder2", "founder3")
MONEYED = (*(name for name in PARTIES if not name.startswith("key-")), *OUTSIDERS[:-1])
CURRENCIES = ("EUR", "USD")
SPENDERS: dict[str, tuple[str, ...]] = {
    "EUR": (
        *("ReceivableModule", "LeaseModule", "LandModule", "RevenueCycle", "CreditDesk", "LendingPoolEUR"),
        *("Recourse", "Factoring", "Securitisation"),
    ),
    "USD": ("ReceivableModule", "RevenueCycle", "CreditDesk", "LendingPoolUSD", "Recourse", "Factoring"),
    "ERA": (
        *("NodeStaking", "VoteLock", "FeeRouter", "VestingVault", "RewardDistributor", "CirculationIncentives"),
        *("DeveloperGrants", "ConnectionPoints", "VerificationDesk", "DisputeCourt", "LightNodes", "AirdropRounds"),
    ),
}


@dataclass
class Stage:
    """What all examples stand on. `world`: the books, as they are when the stage is set; each example takes a copy."""

    deployed: Deployed
    net: Devnet
    entities: dict[str, int] = field(default_factory=dict)
    receipts: list[Receipt[Any]] = field(default_factory=list)
    world: Any = None

    @cached_property
    def functions(self) -> list[tuple[str, Function]]:
        """Every function of every contract that writes."""
        return [(name, one) for name in self.deployed.made.addresses for one in self.deployed.writers(name)]

    @cached_property
    def entries(self) -> dict[tuple[Address, bytes], str]:
        """Their names by address and selector."""
        return {(self.at(name), one.selector): f"{name}.{one.name}" for name, one in self.functions}

    @cached_property
    def people(self) -> list[str]:
        """Everybody who is no officer."""
        return [*PARTIES, *OUTSIDERS, *FOUNDERS]

    @cached_property
    def officers(self) -> list[str]:
        """Who holds a role."""
        return list(OFFICERS)

    @cached_property
    def labels(self) -> dict[Address, str]:
        """Who has which account."""
        return {self.who(name).address: name for name in (*self.people, *self.officers)}

    @cached_property
    def addresses(self) -> list[Address]:
        """Of everybody and of every contract."""
        return [*self.labels, *(self.at(name) for name in self.deployed.made.addresses)]

    @cached_property
    def calls(self) -> dict[tuple[str, bytes], Function]:
        """What they take, by name and selector."""
        return {(f"{name}.{one.name}", one.selector): one for name, one in self.functions}

    @property
    def chain(self) -> Revm:
        return self.deployed.chain

    @property
    def now(self) -> int:
        return self.deployed.chain.now

    def who(self, name: str) -> Account:
        """The account of an actor."""
        return self.deployed.chain.account(name)

    def at(self, name: str) -> Address:
        """Where a contract of the profile stands."""
        return to_address(self.deployed.made.address(name))

    def token(self, code: str) -> Any:
        """ERA, or the play money of a currency."""
        return self.net.era if code == "ERA" else self.net.token(code)

    def entity(self, name: str) -> int:
        """The number of the legal person behind an actor."""
        return self.entities[PARTIES[name][0]]

    def number(self, code: str) -> int:
        """Of a currency."""
        return self.deployed.made.currencies[code]

    def did(self, receipt: Receipt[Any]) -> Any:
        """Remembers a transaction of the stage; what it returned."""
        self.receipts.append(receipt)
        return receipt.returned


def set_stage() -> Stage:
    """Deploys, enrols everybody and hands out money, ERA and approvals."""
    deployed = build()
    stage = Stage(deployed, devnet.on(deployed.chain, deployed.profile, deployed.made))
    _enrol(stage)
    _hand_out(stage)
    _stake(stage)
    return stage


def _enrol(stage: Stage) -> None:
    net, officer = stage.net, stage.who("compliance")

    def enter(legal: str) -> int:
        if legal not in stage.entities:
            number = stage.did(net.registry.createEntity(legal.encode().ljust(32, b"\0"), sender=officer))
            stage.entities[legal] = number
        return stage.entities[legal]

    def enrol(who: AddressLike, legal: str, regions: int, qualifications: int) -> None:
        until = stage.now + YEARS
        stage.did(net.registry.enrol(who, enter(legal), until, regions, qualifications, sender=officer))

    for name, (legal, qualifications, regions) in PARTIES.items():
        enrol(stage.who(name), legal, net.regions(*regions), net.qualifications(*qualifications))
    for name, legal in (("attestor", "Auditor"), ("attestor2", "Notary"), ("appraiser", "Appraiser")):
        enrol(stage.who(name), legal, net.regions("DE"), net.qualifications("BANK"))
    enrol(stage.who("insurer"), "Insurer", net.regions("DE"), net.qualifications("INSURER"))
    for contract, legal, kind in ((net.land, "Trust", "ENTERPRISE"), (net.desk, "Desk", "BANK")):
        enrol(contract, legal, net.regions("DE"), net.qualifications(kind))
    enrol(net.recourse, "Recourse desk", net.regions("DE"), net.qualifications("FACTOR"))


def _hand_out(stage: Stage) -> None:
    """Play money, and ERA that the timelock spends out of the reserves."""
    net = stage.net
    for name in MONEYED:
        who = stage.who(name)
        for code in CURRENCIES:
            stage.did(stage.token(code).mint(who, 5_000 * UNIT, sender=who))
    fund, nodes = net.reserve("ResearchReserve"), [f"node-{n}" for n in range(1, NODES + 1)]
    for names, amount in ((nodes, 500_000 * ERA), (sorted(set(MONEYED) - set(nodes)), 80_000 * ERA)):
        for name in names:
            stage.did(fund.spend(net.era, stage.who(name), amount, b"\1" * 32, sender=net.governance))
        stage.chain.skip(31 * DAY)  # a reserve gives away so much in an epoch of 30 days, and no more
    for code, spenders in SPENDERS.items():
        for name in MONEYED:
            for spender in spenders:
                stage.did(stage.token(code).approve(stage.at(spender), PLENTY, sender=stage.who(name)))
    for name in ("seller", "seller-too", "supplier", "factor", "house", "carrier", "farmer"):
        for operator in (net.factoring, net.recourse, net.securitisation):
            stage.did(net.certificates.setApprovalForAll(operator, True, sender=stage.who(name)))


def _stake(stage: Stage) -> None:
    """Nodes with stake and delegators, a reward budget, grants, votes, locks, prepaid fees, money to lend."""
    net, everybody = stage.net, stage.who
    for number in range(1, NODES + 1):
        owner = everybody(f"node-{number}")
        node = stage.did(net.nodes.register(everybody(f"key-{number}"), 500 * number, False, "ipfs://", sender=owner))
        stage.did(net.nodes.stake(node, 60_000 * ERA, 0, sender=owner))
    for name, node in (("delegator", 1), ("delegator", 2), ("saver", 1), ("seller", 3)):
        stage.did(net.nodes.stake(node, 3_000 * ERA + node, 0, sender=everybody(name)))
    stage.did(net.rewards.fund(50_000 * ERA, sender=everybody("node-1")))
    terms = [
        structs.GrantTerms(everybody(name).address, 40_000 * ERA, stage.now, 0, 36 * MONTH, name == "saver")
        for name in ("saver", "studio")
    ]
    stage.did(net.vesting.createGrants(TEAM, terms, sender=net.governance))
    for name in ("voter", "saver", "delegator", "node-1"):
        stage.did(net.era.delegate(everybody(name), sender=everybody(name)))
    stage.did(net.locks.lock(10_000 * ERA, 365 * DAY, sender=everybody("voter")))
    stage.did(net.locks.lock(5_000 * ERA, 30 * DAY, sender=everybody("saver")))
    stage.did(net.fees.deposit(stage.entity("seller"), 500 * ERA, sender=everybody("seller")))
    for fund in (net.grants, net.points, net.light_nodes):
        stage.did(fund.fund(10_000 * ERA, sender=everybody("node-2")))
    family = net.book.familyFor(net.light_nodes, net.light_nodes.calldata.defineKind(1, KIND)[:4])
    stage.did(net.book.set(family, [(1).to_bytes(32, "big")], list(KIND), sender=net.governance))
    family = net.book.familyFor(net.points, net.points.calldata.setPointRate(ERA)[:4])
    stage.did(net.book.set(family, [], [ERA], sender=net.governance))
    for code in CURRENCIES:
        lender = everybody("lena")
        stage.did(net.pool(code).deposit(400 * UNIT, lender, sender=lender))
    stage.chain.skip(31 * DAY)  # then points can be redeemed
    for name, node in (("saver", 1), ("delegator", 2), ("seller", 3)):
        stage.did(net.nodes.unbond(node, 1_000 * ERA, 0, sender=everybody(name)))  # a slash takes of what leaves, too
