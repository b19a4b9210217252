"""Who stakes with which node, and the same stakes a second time in the exact model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.airdrop import era
from caldera.contracts import structs
from caldera.demo.labels import CARELESS, HONEST, IDA, JON, JURORS, KIM, LEA, LIAR
from caldera.demo.scenes.reckoning import agree
from caldera.demo.scenes.stage import Stage
from caldera.devnet import Devnet
from caldera.evm import Account
from caldera.model.staking import StakingModel, Terms
from caldera.model.vesting import VestingModel

ERA = 10**18
COMMISSION = 500
NEVER_LESS = 0
GRANT_BIT = 1 << 255
ACTIVE, LEAVING, GRANTED = "staked", "in unbonding", "staked, of a grant"
OPERATORS = (HONEST, CARELESS, LIAR, *JURORS)
OWN = {HONEST: 30_000 * ERA, CARELESS: 20_000 * ERA, LIAR: 15_000 * ERA, **dict.fromkeys(JURORS, 50_000 * ERA)}
DELEGATED = (
    (LEA, HONEST, 12_000 * ERA + ERA // 2),
    (IDA, CARELESS, 5_000 * ERA + ERA // 4),
    (IDA, LIAR, 10_000 * ERA + ERA // 4),
    (JON, LIAR, 6_000 * ERA + ERA * 3 // 4),
)
"""Who, with whom, how much. Of all of it 40 % are whole units, so that nothing is rounded where that is taken."""
GRANT = 9_000 * ERA + ERA // 8
"""Of Kim's grant, all of which is staked with the later liar."""
FLED = 4_000 * ERA + ERA // 4
"""What Jon begins to take back when the result looks wrong to him."""


@dataclass
class Holding:
    """What somebody has with a node, in units: before the slash and after it."""

    node: str
    who: str
    kind: str
    had: int
    has: int = 0

    @property
    def lost(self) -> int:
        """What the slash took."""
        return self.had - self.has


@dataclass
class Stakes:
    """All nodes and stakes of the scene. `numbers` of the nodes by operator; `grant`: the id of Kim's."""

    devnet: Devnet
    numbers: dict[str, int] = field(default_factory=dict)
    grant: int = 0
    place: int = 0

    def __post_init__(self) -> None:
        vault = VestingModel(self.devnet.chain.now)
        terms = self.devnet.nodes.stakeTerms()
        self.model = StakingModel(vault, Terms(terms.leastSelfStake, terms.unbonding, terms.notice))

    def key(self, operator: str) -> Account:
        """What a node signs with."""
        return self.devnet.chain.account(f"{operator}, key")

    def stake_all(self, stage: Stage) -> None:
        """Operators register and stake, holders delegate; governance gives them ERA out of the research reserve."""
        self._give(stage)
        gas = 0
        for name in OPERATORS:
            gas += self._register(name)
        stage.note(
            f"{len(OPERATORS)} operators",
            f"register a node each, of an entity each, and stake; {COMMISSION // 100} % commission",
            f"{era(sum(OWN.values()))} ERA; nodes {', '.join(map(str, self.numbers.values()))}",
            gas,
        )
        gas = sum(self._stake(who, operator, amount) for who, operator, amount in DELEGATED)
        everybody = ", ".join(dict.fromkeys(who for who, *_ in DELEGATED))
        stage.note(everybody, "delegate to them", f"{era(sum(one[-1] for one in DELEGATED))} ERA", gas)
        self._stake_grant(stage)
        self.check()

    def _give(self, stage: Stage) -> None:
        net, admin = self.devnet, self.devnet.governance
        wanted: dict[str, int] = dict(OWN)
        for who, _, amount in DELEGATED:
            wanted[who] = wanted.get(who, 0) + amount
        reserve, gas = net.reserve("ResearchReserve"), 0
        for who, amount in wanted.items():
            purpose = keccak(text=f"stake of {who}")
            gas += reserve.spend(net.era, net.chain.account(who), amount, purpose, sender=admin).gas_used
        given = f"{era(sum(wanted.values()))} ERA"
        stage.note("governance", f"gives {len(wanted)} holders ERA to stake, out of the research reserve", given, gas)

    def _register(self, name: str) -> int:
        net, model = self.devnet, self.model
        owner = net.enrol(name, f"NAME:{name}", "ENTERPRISE")
        key = net.enrol(self.key(name).label, f"NAME:{name}", "ENTERPRISE")
        receipt = net.nodes.register(key, COMMISSION, False, "ipfs://about", sender=owner)
        self.numbers[name] = receipt.returned
        for account in (name, key.label):
            model.active.add(account)
            model.entities[account] = name
        agree(f"number of the node of {name}", receipt.returned, model.register(name, key.label, COMMISSION))
        return receipt.gas_used + self._stake(name, name, OWN[name])

    def _stake(self, who: str, operator: str, amount: int) -> int:
        net, holder, number = self.devnet, self.devnet.chain.account(who), self.numbers[operator]
        gas = net.era.approve(net.nodes, amount, sender=holder).gas_used
        receipt = net.nodes.stake(number, amount, NEVER_LESS, sender=holder)
        self.model.wallets[who] += amount
        agree(f"shares of {who}", receipt.returned, self.model.stake(who, who, number, amount))
        return gas + receipt.gas_used

    def _stake_grant(self, stage: Stage) -> None:
        net, kim = self.devnet, self.devnet.chain.account(KIM)
        vault = net.vesting
        team = next(
            number
            for number in range(1, vault.allocationCount() + 1)
            if vault.boundsOf(number)[0].rstrip(b"\0") == b"team"
        )
        bounds = vault.boundsOf(team)[1]
        terms = structs.GrantTerms(kim.address, GRANT, bounds.earliestStart, 0, bounds.shortest, bounds.revocable)
        self.grant = stage.do(
            "governance",
            f"grants {KIM} ERA of the team's part, vesting over {bounds.shortest // (365 * 86_400)} years",
            lambda: vault.createGrants(team, [terms], sender=net.governance),
            f"{era(GRANT)} ERA",
        )
        number = self.numbers[LIAR]
        data = encode(["uint256", "uint256"], [number, NEVER_LESS])
        stage.do(
            KIM,
            f"stakes the grant with {LIAR} before any of it has vested",
            lambda: vault.stake(self.grant, net.grant_stakes, GRANT, data, sender=kim),
            "it goes on voting in the vault",
        )
        # For the pools a grant is a holder like any other; that the vault hears of its loss is not shown here.
        self.model.wallets[KIM] += GRANT
        self.model.stake(KIM, KIM, number, GRANT)

    def flee(self, stage: Stage) -> None:
        """Jon begins to unbond."""
        net, jon, number = self.devnet, self.devnet.chain.account(JON), self.numbers[LIAR]
        self.at(stage.now)
        self.place = stage.do(
            JON,
            f"does not trust the result, and begins to take {era(FLED)} ERA back from {LIAR}",
            lambda: net.nodes.unbond(number, FLED, NEVER_LESS, sender=jon),
            "in unbonding for 21 days",
        )
        agree("place of Jon's exit", self.place, self.model.unbond(JON, number, FLED))
        self.check()

    def at(self, now: int) -> None:
        """Takes the model to a second."""
        self.model.vault.now = now

    def holdings(self, operators: Sequence[str]) -> list[Holding]:
        """Who has what with these nodes, on chain."""
        net, found = self.devnet, []
        for operator in operators:
            number = self.numbers[operator]
            for who in dict.fromkeys((operator, *(who for who, at, _ in DELEGATED if at == operator))):
                holder = int(net.chain.account(who).address, 16)
                found.append(Holding(operator, who, ACTIVE, net.nodes.positionOf(holder, number)[1]))
                if who == JON and self.place in self.model.exits.get(JON, {}):
                    found.append(Holding(operator, who, LEAVING, net.nodes.exitAt(holder, self.place).amount))
            if operator == LIAR:
                found.append(Holding(operator, KIM, GRANTED, net.nodes.positionOf(GRANT_BIT + self.grant, number)[1]))
        return found

    def check(self) -> None:
        """Pools and holdings are on chain as in the model.

        Raises:
            FiguresDiffer: they are not.
        """
        for operator, number in self.numbers.items():
            node = self.model.nodes[number]
            here = self.devnet.nodes.stakeOf(number)
            agree(f"stake with {operator}", tuple(here), (node.active, node.leaving, node.live))
        for one in self.holdings((HONEST, CARELESS, LIAR)):
            agree(f"{one.who}, {one.kind} with {one.node}", one.had, self._worth(one))

    def _worth(self, one: Holding) -> int:
        if one.kind == LEAVING:
            return self.model.exit_worth(self.model.exits[JON][self.place])
        node = self.model.nodes[self.numbers[one.node]]
        return node.worth(node.stakes[one.who].shares)


__all__ = ["ACTIVE", "COMMISSION", "GRANTED", "LEAVING", "Holding", "Stakes"]
