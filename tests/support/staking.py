"""Staking on a chain: ERA, a vault of grants, nodes of several entities, rewards at a fixed rate, and a slasher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode

from caldera.contracts import (
    EraToken,
    GrantStaking,
    NodeStaking,
    RewardsDouble,
    Slasher,
    StakeLens,
    VestingVault,
    structs,
)
from caldera.evm import Account, AddressLike, Chain
from tests.support.suite import DAY, NOBODY, ROLES, Suite, selector_of
from tests.support.suite import build as build_suite

ERA = 10**18
YEAR = 365 * DAY
MONTH = YEAR // 12
TEAM = 1
TERMS = structs.StakeTerms(10_000 * ERA, 21 * DAY, 7 * DAY)
RATES = structs.SlashRates(4_000, 5_500, 500, 1_000)
RATE = 10**18 // YEAR // 10
"""10% of the active stake a year, by the second, × 10^18."""
FUND = "0x" + "fd" * 20
GRANTS = 1 << 255
PEOPLE = ("alice", "bank", "carol", "seller", "buyer")
"""Participants with ERA; node keys are `<name>-key`, of the same entity."""

RESTRICTED = {
    "staking": {
        "GUARDIAN": "pause unpause",
        "STANDARD": "setStakeTerms",
    },
    "slasher": {"COURT": "slash freeze", "STANDARD": "setSlashRates"},
}


def address_of(account: AddressLike) -> str:
    """Of an account, a contract, or as it is."""
    return account if isinstance(account, str) else account.address


@dataclass
class Staking:
    """alice, bank, carol, seller and buyer are participants with ERA; stranger and mallory have ERA and are none. All
    have approved the contract of stakes. officer, the court, too, holds every role but ADMIN, which is admin's."""

    suite: Suite
    era: Any  # an EraToken, but where a test wants another
    vault: VestingVault
    nodes: NodeStaking
    grants: GrantStaking
    lens: StakeLens
    rewards: RewardsDouble
    slasher: Slasher

    def __getattr__(self, name: str) -> Any:
        return getattr(self.suite, name)

    @property
    def now(self) -> int:
        return self.suite.chain.now

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    def to(self, time: int) -> None:
        """Lets time pass until this second."""
        self.suite.chain.warp(time)

    def later(self, seconds: int) -> None:
        """Lets time pass."""
        self.suite.chain.warp(self.now + seconds)

    def node(self, owner: Account, stake: int = 10_000 * ERA, commission: int = 0, key: str = "") -> int:
        """A node of a participant with a new key, and a stake of its own; its number."""
        name = next(name for name, one in self.suite.actors.items() if one.address == owner.address)
        count = self.nodes.nodeCount()
        operator = self.suite.enrol(key or f"{name}-key-{count}", entity=self.suite.entities[name])
        node = self.nodes.register(operator, commission, False, "ipfs://node", sender=owner).returned
        if stake:
            self.stake(owner, node, stake)
        return node

    def stake(self, by: Account, node: int, amount: int) -> int:
        """Stakes for itself; the shares."""
        return self.nodes.stake(node, amount, 0, sender=by).returned

    def unbond(self, by: Account, node: int, shares: int) -> int:
        """Begins to leave; the place."""
        return self.nodes.unbond(node, shares, 0, sender=by).returned

    def slash(self, node: int, amount: int) -> int:
        """By officer, who is the slasher until a test names another; what was taken, and waits for it."""
        return self.nodes.slash(node, amount, NOBODY, 0, sender=self.suite.officer).returned

    def grant(self, to: AddressLike, amount: int, revocable: bool = True) -> int:
        """A grant that vests over 36 months from now; its id."""
        terms = structs.GrantTerms(address_of(to), amount, self.now, 0, 36 * MONTH, revocable)
        return self.vault.createGrants(TEAM, [terms], sender=self.suite.admin).returned

    def stake_grant(self, grant: int, node: int, amount: int, least: int = 0) -> Any:
        """By its beneficiary."""
        data = encode(["uint256", "uint256"], [node, least])
        return self.vault.stake(grant, self.grants, amount, data, sender=self.vault.beneficiaryOf(grant))

    def holder(self, who: AddressLike | int) -> int:
        """The number of an account or of a grant."""
        return GRANTS + who if isinstance(who, int) else int(address_of(who), 16)

    def worth(self, who: AddressLike | int, node: int) -> int:
        """What the active stake of a holder is worth."""
        return self.nodes.positionOf(self.holder(who), node)[1]

    def exits(self, who: AddressLike | int) -> list[Any]:
        """The exits of a holder."""
        return list(self.lens.stakeAccountOf(self.holder(who), []).exits)

    def has(self, account: AddressLike) -> int:
        balance: int = self.era.balanceOf(account)
        return balance


def standing(nodes: NodeStaking) -> list[int]:
    """The live node at each place; 0 where none is."""
    count, _ = nodes.livePlaces(0)
    taken = sum(nodes.livePlaces(word)[1] << 256 * word for word in range(count // 256 + 1))
    assert taken >> count == 0, "a place beyond the last is taken"
    found = [nodes.livePlaceAt(place)[0] for place in range(count)]
    assert [bool(one) for one in found] == [bool(taken >> place & 1) for place in range(count)]
    return found


def build(chain: Chain | None = None, token: type[Any] = EraToken) -> Staking:
    """Deploys and connects. officer slashes, so that tests of stakes need no rates; `slasher` where a test names it."""
    suite = build_suite(chain)
    admin = suite.admin
    holder = suite.chain.account("holder")
    plain = token is EraToken
    era = token.deploy(suite.chain, holder, sender=admin) if plain else token.deploy(suite.chain, sender=admin)
    vault = VestingVault.deploy(suite.chain, suite.access, era, sender=admin)
    double = RewardsDouble.deploy(suite.chain, RATE, sender=admin)
    nodes = NodeStaking.deploy(suite.chain, suite.access, era, suite.registry, vault, double, TERMS, sender=admin)
    double.join(nodes, sender=admin)
    slasher = Slasher.deploy(suite.chain, suite.access, nodes, era, 5_500, FUND, RATES, sender=admin)
    grants = GrantStaking.deploy(suite.chain, vault, nodes, sender=admin)
    lens = StakeLens.deploy(suite.chain, grants, sender=admin)
    nodes.setGrantStakes(grants, sender=admin)
    made = Staking(suite, era, vault, nodes, grants, lens, double, slasher)
    for target, roles in RESTRICTED.items():
        contract: Any = nodes if target == "staking" else slasher
        for role, names in roles.items():
            selectors = [selector_of(contract.ABI_NAME, name) for name in names.split()]
            suite.access.setTargetFunctionRole(contract, selectors, ROLES[role], sender=admin)
    nodes.setSlasher(suite.officer, sender=admin)
    suite.access.grantRole(ROLES["STAKING"], grants, 0, sender=admin)
    for name in (*PEOPLE, "stranger", "mallory"):
        account = suite.actors[name]
        if plain:
            era.transfer(account, 1_000_000 * ERA, sender=holder)
        else:
            era.mint(account, 1_000_000 * ERA, sender=account)
        era.approve(nodes, 2**256 - 1, sender=account)
    if plain:
        bounds = structs.VestingBounds(0, 2**40 - 1, MONTH, 100 * MONTH, True)
        vault.openAllocation(b"team".ljust(32, b"\0"), bounds, sender=admin)
        era.approve(vault, 10_000_000 * ERA, sender=holder)
        vault.fund(TEAM, 10_000_000 * ERA, sender=holder)
    return made


__all__ = [
    "DAY",
    "ERA",
    "FUND",
    "GRANTS",
    "MONTH",
    "NOBODY",
    "PEOPLE",
    "RATE",
    "RATES",
    "TERMS",
    "YEAR",
    "Staking",
    "build",
    "standing",
]
