"""Staking of others: Synthetix StakingRewards, which only pays, and a Symbiotic vault, which can be slashed."""

from eth_abi.abi import encode
from eth_typing import ChecksumAddress
from web3.contract import Contract

from benchmarks.artifact import Artifact
from benchmarks.compiled import artifacts
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row
from benchmarks.staking import DAY, ERA, PART, WITHOUT_LIMIT, Call, Offence, Pool, era, paced, slashes, stakes

REWARD = 100_000 * ERA
EPOCH = 7 * DAY
NOBODY = "0x" + "00" * 20
NETWORK_RESTAKE, INSTANT = 0, 0  # types of delegator and slasher, in the order in which they are whitelisted
VAULT_1 = 1  # version of the vault
ASKED = 1  # the epoch for which a withdrawal of the first week is written down
CHECKPOINTS = "stake and shares of the past are kept, a checkpoint each; no rewards"
DIRECT = "the instant slasher, called by a network that is an account; no court, no veto"


def synthetix(node: Node, progress: Progress) -> list[Row]:
    """A reward paid out over the seven days that are its default, in the token that is staked."""
    cast = Cast.of(node)
    contract = artifacts("staking-rewards", progress)["StakingRewards"]
    table = Table(node, "synthetix-staking-rewards", progress)
    with paced(node):
        token = era(node, cast)
        rewards = node.deploy(contract, cast.operator, cast.operator, token.address, token.address)
        node.send(token.functions.transfer(rewards.address, REWARD), cast.operator)
        node.send(rewards.functions.notifyRewardAmount(REWARD), cast.operator)
        call = rewards.functions
        pool = Pool(
            rewards.address,
            stake=lambda account, amount: call.stake(amount),
            withdraw=lambda account: call.withdraw(PART),
            claim=lambda account: call.getReward(),
            note="one rate for all, no node, no slash",
        )
        stakes(table, cast, token, pool)
    return table.rows


def symbiotic(node: Node, progress: Progress) -> list[Row]:
    """A vault of one operator and one network, set up as the package's own deployment and tests do it."""
    cast = Cast.of(node)
    kit = artifacts("symbiotic", progress)
    table = Table(node, "symbiotic-core", progress)
    progress(f"{table.implementation}: setting up the stand")
    with paced(node):
        stand = _Stand(node, kit, cast)
        with node.undone():
            token = era(node, cast)
            stakes(table, cast, token, stand.vault(token))
        slashes(table, cast, stand.vault, stand.slash)
    return table.rows


class _Stand:
    """Factories, registries and services; `cast.operator` is network, its middleware and the vaults' curator."""

    def __init__(self, node: Node, kit: dict[str, Artifact], cast: Cast) -> None:
        self._node, self._kit, self._cast = node, kit, cast
        admin = cast.operator
        vaults, delegators, slashers = (
            node.deploy(kit[name], admin) for name in ("VaultFactory", "DelegatorFactory", "SlasherFactory")
        )
        networks, operators = node.deploy(kit["NetworkRegistry"]), node.deploy(kit["OperatorRegistry"])
        middlewares = node.deploy(kit["NetworkMiddlewareService"], networks.address)
        in_vaults = node.deploy(kit["OptInService"], operators.address, vaults.address, "OperatorVaultOptInService")
        in_networks = node.deploy(
            kit["OptInService"], operators.address, networks.address, "OperatorNetworkOptInService"
        )
        vault = node.deploy(kit["Vault"], delegators.address, slashers.address, vaults.address)
        delegator = node.deploy(
            kit["NetworkRestakeDelegator"],
            networks.address,
            vaults.address,
            in_vaults.address,
            in_networks.address,
            delegators.address,
            NETWORK_RESTAKE,
        )
        slasher = node.deploy(kit["Slasher"], vaults.address, middlewares.address, slashers.address, INSTANT)
        for factory, implementation in ((vaults, vault), (delegators, delegator), (slashers, slasher)):
            node.send(factory.functions.whitelist(implementation.address), admin)
        self._configurator = node.deploy(kit["VaultConfigurator"], vaults.address, delegators.address, slashers.address)
        self._in_vaults = in_vaults
        node.send(networks.functions.registerNetwork(), admin)
        node.send(middlewares.functions.setMiddleware(admin), admin)
        node.send(operators.functions.registerOperator(), self._operator)
        node.send(in_networks.functions.optIn(admin), self._operator)

    @property
    def _operator(self) -> ChecksumAddress:
        """Whose stake can be slashed."""
        return self._cast.newcomer

    @property
    def _subnetwork(self) -> bytes:
        """The network's address, then its number 0 of 96 bits."""
        return bytes.fromhex(self._cast.operator[2:]) + bytes(12)

    def vault(self, token: Contract) -> Pool:
        """A vault without limits whose whole stake the one operator has; what is slashed goes to an account."""
        node, kit, admin = self._node, self._kit, self._cast.operator
        vault_terms = encode(
            ["address", "address", "uint48", "bool", "bool", "uint256", *["address"] * 5],
            [token.address, self._cast.others[1], EPOCH, False, False, 0, *[admin] * 5],
        )
        delegator_terms = encode(
            ["((address,address,address),address[],address[])"], [((admin, NOBODY, admin), [admin], [admin])]
        )
        terms = (
            VAULT_1,
            admin,
            vault_terms,
            NETWORK_RESTAKE,
            delegator_terms,
            True,
            INSTANT,
            encode(["bool"], [False]),
        )
        create = self._configurator.functions.create(terms)
        vault_at, delegator_at, _ = create.call({"from": admin})
        node.send(create, admin)
        vault = node.at(kit["Vault"], vault_at)
        delegator = node.at(kit["NetworkRestakeDelegator"], delegator_at)
        node.send(self._in_vaults.functions.optIn(vault.address), self._operator)
        node.send(delegator.functions.setMaxNetworkLimit(0, WITHOUT_LIMIT), admin)
        node.send(delegator.functions.setNetworkLimit(self._subnetwork, WITHOUT_LIMIT), admin)
        node.send(delegator.functions.setOperatorNetworkShares(self._subnetwork, self._operator, 1), admin)
        return Pool(
            vault.address,
            stake=lambda account, amount: vault.functions.deposit(account, amount),
            unbond=lambda account: vault.functions.withdraw(account, PART),
            withdraw=lambda account: vault.functions.claim(account, ASKED),
            delay=2 * EPOCH,
            note=CHECKPOINTS,
        )

    def slash(self, pool: Pool, offence: Offence) -> tuple[Call, str]:
        """By the network's middleware, with or without a hint where that time's stake is written: what costs less."""
        vault = self._node.at(self._kit["Vault"], pool.holder)
        slasher = self._node.at(self._kit["Slasher"], vault.functions.slasher().call())
        hints = {"without hints": b"", "with a hint for the search in the past": _hint(offence.changes - 1)}
        priced = []
        for name, hint in hints.items():
            call = slasher.functions.slash(self._subnetwork, self._operator, offence.amount, offence.when, hint)
            priced.append((self._node.gas(call, self._cast.operator), name, call))
        (_, name, call), (dearer, other, _) = sorted(priced, key=lambda entry: entry[0])
        return call, f"{DIRECT}; {name} ({other}: {dearer:,})"


def _hint(checkpoint: int) -> bytes:
    """That the active stake is the vault's so-manieth checkpoint, wrapped as slasher and delegator unwrap it."""
    stake = encode(["(bytes,bytes,bytes,bytes,bytes)"], [(b"", encode(["uint32"], [checkpoint]), b"", b"", b"")])
    slashable = encode(["(bytes,bytes)"], [(stake, b"")])
    return encode(["(bytes)"], [(slashable,)])
