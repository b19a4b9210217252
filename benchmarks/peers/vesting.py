"""Vesting of others: OpenZeppelin's wallet for each beneficiary, and Sablier Lockup, one contract for all streams."""

import json
from collections.abc import Mapping, Sequence

from eth_typing import ChecksumAddress

from benchmarks.artifact import Artifact, project
from benchmarks.compiled import INSTALL, PEERS, artifacts
from benchmarks.errors import MissingTool
from benchmarks.measure import Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row
from benchmarks.vesting import AMOUNT, COUNT, DURATION, ERA, HELD, START, beneficiaries, wait

NOTHING = (0, 0)
PART = 1_000 * ERA  # less than vests in a month
PACKAGE = PEERS / "node_modules" / "@sablier" / "lockup"


def packaged(name: str, libraries: Mapping[str, str] | None = None) -> Artifact:
    """A contract of the package, compiled by its authors, with these libraries linked into it."""
    path = PACKAGE / "artifacts" / f"{name}.json"
    if not path.exists():
        raise MissingTool(f"the peers are not installed; run {INSTALL}")
    made = json.loads(path.read_text(encoding="utf-8"))
    code: str = made["bytecode"]["object"].removeprefix("0x")
    for places in made["bytecode"]["linkReferences"].values():
        for library, spots in places.items():
            address = (libraries or {})[library].removeprefix("0x").lower()
            for spot in spots:
                at = 2 * spot["start"]
                code = code[:at] + address + code[at + 40 :]
    return Artifact(name, path.name, made["abi"], "0x" + code, made["deployedBytecode"]["object"])


def openzeppelin(node: Node, progress: Progress) -> list[Row]:
    """A wallet of its own for the beneficiary; there is no batch."""
    cast = Cast.of(node)
    era = node.deploy(project()["EraToken"], cast.operator)
    node.send(era.functions.transfer(cast.owner, HELD), cast.operator)
    wallet = node.deploy(
        artifacts("vesting", progress)["OpenZeppelinVestingWallet"], cast.owner, START, DURATION, sender=cast.operator
    )
    node.send(era.functions.transfer(wallet.address, AMOUNT), cast.operator)
    release = wallet.get_function_by_signature("release(address)")(era.address)
    wait(node, 31)
    node.send(release, cast.operator)
    wait(node, 30)
    table = Table(node, "openzeppelin-vesting-wallet", progress)
    note = "a contract for each beneficiary; what is not released votes for nobody"
    table.add("vesting.release", release, cast.operator, note)
    return table.rows


def sablier(node: Node, progress: Progress) -> list[Row]:
    """Linear streams without cliff that cannot be cancelled, as its own artifacts are compiled."""
    cast = Cast.of(node)
    era = node.deploy(project()["EraToken"], cast.operator)
    comptroller = node.deploy(artifacts("sablier", progress)["FreeComptroller"])
    libraries = {name: node.deploy(packaged(f"libraries/{name}")).address for name in ("LockupHelpers", "LockupMath")}
    lockup = node.deploy(packaged("SablierLockup", libraries), comptroller.address, comptroller.address)
    batch = node.deploy(packaged("SablierBatchLockup"))
    node.send(era.functions.approve(batch.address, 10**9 * ERA), cast.operator)
    people = beneficiaries()
    for account in (*people, cast.owner):
        node.send(era.functions.transfer(account, HELD), cast.operator)

    def streams(accounts: Sequence[ChecksumAddress]) -> list[tuple[object, ...]]:
        times = (START, START + DURATION)
        return [(cast.operator, account, AMOUNT, False, False, times, 0, NOTHING, 0, "") for account in accounts]

    create = batch.functions.createWithTimestampsLL
    node.send(create(lockup.address, era.address, streams([cast.owner])), cast.operator)
    wait(node, 1)
    table = Table(node, "sablier-lockup", progress)
    everybody = create(lockup.address, era.address, streams(people))
    note = "with the transfer of the money; streams are NFTs, and vote for nobody"
    table.add("vesting.create.batch50", everybody, cast.operator, note)
    node.send(everybody, cast.operator)
    one = lockup.functions.withdrawMax(1, cast.owner)
    wait(node, 30)
    node.send(one, cast.operator)
    several = lockup.functions.withdrawMultiple(list(range(2, COUNT + 2)), [PART] * COUNT)
    node.send(several, cast.operator)
    wait(node, 30)
    free = "no votes; its comptroller, which sets a fee, replaced by one that answers 0 at once"
    table.add("vesting.release", one, cast.operator, free)
    table.add("vesting.release.batch50", several, cast.operator, f"amounts given by the caller; {free}")
    return table.rows
