"""Vaults with many grants, beneficiaries with many, and airdrops with many claimants."""

from collections.abc import Sequence

from eth_typing import ChecksumAddress
from web3.contract import Contract

from benchmarks.artifact import project
from benchmarks.measure import Cast
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.scale.crowd import people
from benchmarks.scale.curve import BYTES, Curve, Sheet, flat, log
from benchmarks.staking import DAY, ERA, now, paced, wait
from caldera.airdrop import leaf
from caldera.merkle import Tree

YEAR = 365 * DAY
AMOUNT = 1_000 * ERA
TOGETHER = 100


def _vault(node: Node, cast: Cast) -> tuple[Contract, Contract]:
    """Token and vault, with an allocation whose grants can be revoked; the owner has grant 1, the holder grant 2."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    era = node.deploy(kit["EraToken"], cast.operator)
    vault = node.deploy(kit["VestingVault"], access, era.address)
    bounds = (GENESIS_TIME, GENESIS_TIME + 10 * YEAR, YEAR, 4 * YEAR, True)
    for call in (
        vault.functions.openAllocation(b"team".ljust(32, b"\0"), bounds),
        era.functions.approve(vault.address, 10**9 * ERA),
        vault.functions.fund(1, 100_000_000 * ERA),
        era.functions.transfer(cast.owner, AMOUNT),
        era.functions.transfer(cast.holder, AMOUNT),
    ):
        node.send(call, cast.operator)
    _grant(node, cast, vault, [cast.owner, cast.holder])
    return era, vault


def _terms(account: ChecksumAddress) -> tuple[object, ...]:
    return (account, AMOUNT, GENESIS_TIME, 0, 3 * YEAR, True)


def _grant(node: Node, cast: Cast, vault: Contract, accounts: Sequence[ChecksumAddress]) -> None:
    for first in range(0, len(accounts), TOGETHER):
        some = [_terms(account) for account in accounts[first : first + TOGETHER]]
        node.send(vault.functions.createGrants(1, some), cast.operator)


def _measure(sheet: Sheet, count: int, cast: Cast, vault: Contract) -> None:
    """The owner's grant is number 1. Two checkpoints share a slot, of one and of all: the dearest case is taken."""
    node, call = sheet.node, vault.functions
    found: dict[str, list[int]] = {}
    for before in ([], [1], [2], [1, 2]):
        with node.undone():
            wait(node, 30 * DAY)
            for grant in (1, 2, *before):  # one release of each at least: what is written once has been written
                node.send(call.release(grant), cast.operator)
            wait(node, 30 * DAY)
            for name, (act, sender) in {
                "grant for another": (call.grantFor(cast.holder, AMOUNT, now(node), 0, YEAR), cast.operator),
                "grant out of the allocation": (call.createGrants(1, [_terms(cast.owner)]), cast.operator),
                "release": (call.release(1), cast.operator),
                "revoke": (call.revoke(1), cast.operator),
                "delegate its votes": (call.delegate(cast.holder), cast.owner),
                "its votes, yesterday": (call.getPastVotes(cast.owner, now(node) - DAY), cast.newcomer),
            }.items():
                found.setdefault(name, []).append(node.gas(act, sender))
    for name, figures in found.items():
        sheet.put(name, count, max(figures))


def _grants(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        _, vault = _vault(node, cast)
        there = 2
        for count in points:
            sheet.step(f"grants: {count:,}")
            _grant(node, cast, vault, people("beneficiary", there, count))
            there = max(there, count)
            _measure(sheet, count, cast, vault)


def _of_one(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    with paced(node):
        _, vault = _vault(node, cast)
        there = 1
        for count in points:
            sheet.step(f"grants of one: {count:,}")
            _grant(node, cast, vault, [cast.owner] * (count - there))
            there = count
            _measure(sheet, count, cast, vault)


def _claimants(sheet: Sheet, points: Sequence[int]) -> None:
    node, cast = sheet.node, Cast.of(sheet.node)
    kit, nobody = project(), "0x" + "00" * 20
    with paced(node):
        access = node.deploy(kit["SuiteAccess"], cast.operator).address
        era = node.deploy(kit["EraToken"], cast.operator)
        rounds = node.deploy(kit["AirdropRounds"], access, era.address)
        node.send(era.functions.transfer(cast.holder, AMOUNT), cast.operator)
        node.send(era.functions.transfer(rounds.address, 1_000 * AMOUNT), cast.operator)
        for count in points:
            sheet.step(f"claimants: {count:,}")
            accounts = [*people("claimer", 0, count - 2), cast.owner, cast.holder]
            leaves = [leaf(number, account, AMOUNT) for number, account in enumerate(accounts)]
            tree = Tree(tuple(leaves))
            with node.undone():
                until = now(node) + YEAR
                terms = (tree.root, rounds.address, count, GENESIS_TIME, until, 0, nobody, 0, 0, 0, 0)
                opening = rounds.functions.open(terms, 2 * AMOUNT, "first", "ipfs://" + "b" * 59)
                sheet.gas("open the round", count, opening, cast.operator)
                node.send(opening, cast.operator)
                claims = node.at(kit["AirdropClaim"], rounds.functions.roundAt(1).call()[0]).functions
                claim = claims.claim(count - 1, cast.holder, AMOUNT, tree.proof(leaves[-1]))
                sheet.gas("claim", count, claim, cast.newcomer)
                sheet.put("call data of a claim", count, len(bytes.fromhex(claim._encode_transaction_data()[2:])))


KEPT = "its own words, the beneficiary's checkpoint and that of all"
LINES = {
    "grant for another": flat(KEPT),
    "grant out of the allocation": flat(KEPT),
    "release": flat(KEPT),
    "revoke": flat(KEPT),
    "delegate its votes": flat("votes are kept as one sum a beneficiary, not grant by grant"),
    "its votes, yesterday": flat("one checkpoint; by number of checkpoints: see there"),
}

CURVES = (
    Curve("grants", "grants in the vault", (10, 50, 500, 5_000), 3, _grants, LINES),
    Curve("grants of one", "grants of one beneficiary", (1, 10, 50, 500), 3, _of_one, LINES),
    Curve(
        "claimants",
        "claimants of an airdrop",
        (2, 16, 128, 1_024, 16_384, 65_536),
        4,
        _claimants,
        {
            "open the round": flat("a root, whatever lies under it"),
            "claim": log("a hash of the proof for each doubling; one bit of 256 a slot"),
            "call data of a claim": log("32 bytes for each doubling", BYTES),
        },
    ),
)
