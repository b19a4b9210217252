"""T-REX (ERC-3643): one fungible security token a certificate, its holders known to an identity registry."""

from enum import Enum

from eth_typing import ChecksumAddress
from web3.contract import Contract

from benchmarks.artifact import Artifact
from benchmarks.compiled import artifacts
from benchmarks.measure import FACE, HELD, PART, Cast, Table
from benchmarks.node import Node
from benchmarks.progress import Progress
from benchmarks.rows import Row

COUNTRY = 276  # ISO 3166 numeric, Germany
NO_IDENTITY = "0x0000000000000000000000000000000000000000"


class Modules(Enum):
    """What compliance checks, and how the modules stand."""

    NONE = "no modules"
    PLAIN = "TransferRestrict (sender on the list) + CountryAllow, no proxies"
    PROXIED = "TransferRestrict (sender on the list) + CountryAllow behind the package's ModuleProxy"


def measure(implementation: str, modules: Modules, node: Node, progress: Progress) -> list[Row]:
    """Rows of a stand without proxies around token and registries and without claim topics, its cheapest shape."""
    cast = Cast.of(node)
    kit = artifacts("trex", progress)
    progress(f"{implementation}: setting up the stand")
    token = _stand(node, kit, cast, modules)

    call = token.functions
    table = Table(node, implementation, progress)
    checks = f"ERC-20 transfer; no claim topics, {modules.value}"
    table.add("certificate.split.existing", call.transfer(cast.holder, PART), cast.owner, checks)
    registered = f"{checks}; receiver registered before"
    table.add("certificate.split.new", call.transfer(cast.newcomer, PART), cast.owner, registered)
    mint = call.mint(cast.newcomer, FACE)
    standing = f"mint in a token suite that stands; {modules.value}"
    table.add("certificate.create", mint, cast.operator, standing)
    batch = call.batchTransfer([cast.holder, *cast.others], [PART] * 3)
    three = f"one token to three existing holders; {modules.value}"
    table.add("certificate.batch.3", batch, cast.owner, three)
    if modules is Modules.NONE:  # modules take no part in an approval
        table.add("approve", call.approve(cast.newcomer, PART), cast.owner, "an amount of the one token")
    return table.rows


def _stand(node: Node, kit: dict[str, Artifact], cast: Cast, modules: Modules) -> Contract:
    """Token, identity registry and its storage, trusted issuers, claim topics, compliance; everybody registered."""
    admin = cast.operator

    def ready(name: str) -> Contract:
        part = node.deploy(kit[name], sender=admin)
        node.send(part.functions.init(), admin)
        return part

    topics, issuers, storage = (
        ready(name) for name in ("ClaimTopicsRegistry", "TrustedIssuersRegistry", "IdentityRegistryStorage")
    )
    registry = node.deploy(kit["IdentityRegistry"], sender=admin)
    node.send(registry.functions.init(issuers.address, topics.address, storage.address), admin)
    node.send(storage.functions.bindIdentityRegistry(registry.address), admin)
    compliance = ready("ModularCompliance")
    token = node.deploy(kit["Token"], sender=admin)
    facts = (registry.address, compliance.address, "Receivables", "RCV", 6, NO_IDENTITY)
    node.send(token.functions.init(*facts), admin)
    for part in (registry, token):
        node.send(part.functions.addAgent(admin), admin)
    node.send(token.functions.unpause(), admin)

    people = [cast.owner, cast.holder, cast.newcomer, *cast.others]
    for person in people:
        identity = node.deploy(kit["Identity"], person, False, sender=admin)
        node.send(registry.functions.registerIdentity(person, identity.address, COUNTRY), admin)
    if modules is not Modules.NONE:
        _bind(node, kit, admin, compliance, people, proxied=modules is Modules.PROXIED)
    node.send(token.functions.mint(cast.owner, FACE), admin)
    for person in (cast.holder, *cast.others):
        node.send(token.functions.mint(person, HELD), admin)
    return token


def _bind(
    node: Node,
    kit: dict[str, Artifact],
    admin: ChecksumAddress,
    compliance: Contract,
    people: list[ChecksumAddress],
    *,
    proxied: bool,
) -> None:
    """Adds both modules and lets everybody and their country through."""
    settings = (
        ("TransferRestrictModule", "batchAllowUsers", [people]),
        ("CountryAllowModule", "addAllowedCountry", [COUNTRY]),
    )
    for name, function, arguments in settings:
        module = node.deploy(kit[name], sender=admin)
        if proxied:
            setup = module.encode_abi("initialize")
            proxy = node.deploy(kit["ModuleProxy"], module.address, setup, sender=admin)
            module = node.at(kit[name], proxy.address)
        else:
            node.send(module.functions.initialize(), admin)
        node.send(compliance.functions.addModule(module.address), admin)
        setting = module.encode_abi(function, args=arguments)
        node.send(compliance.functions.callModuleFunction(setting, module.address), admin)
