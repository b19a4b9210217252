"""The project's own goods, vouchers, rights and leases in the gas table: measured figures only."""

from dataclasses import dataclass

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.contract.contract import ContractFunction

from benchmarks.artifact import project
from benchmarks.measure import Cast, Table
from benchmarks.node import GENESIS_TIME, Node
from benchmarks.progress import Progress
from benchmarks.rows import OURS, Row
from benchmarks.suite import EXPIRES, NOBODY

FOREVER = GENESIS_TIME + 10**9
DAY = 86_400
CHECKED = "both parties' region and qualification, frozen, halted and the line's scope checked"
VOUCHER = ("line", "series", "number", "holder", "profile", "claimKey", "notBefore", "deadline")


@dataclass(frozen=True, slots=True)
class Shop:
    """Contracts that the rows call; the brand signs with a key of its own."""

    goods: Contract
    retail: Contract
    bound: Contract
    rights: Contract
    leases: Contract
    currency: Contract
    right: int
    brand: LocalAccount


def stand(node: Node, cast: Cast) -> Shop:
    """Deploys and prepares: operator is the brand and the attestor; owner, holder and others[0] are dealers; newcomer
    is a customer and a tenant; the owner has a right."""
    kit = project()
    access = node.deploy(kit["SuiteAccess"], cast.operator).address
    registry = node.deploy(kit["ParticipantRegistry"], access)
    standard = node.deploy(kit["ValueStandard"], access)
    ledger = node.deploy(kit["AssetCertificate"], access, registry.address, "ipfs://{id}")
    goods = node.deploy(kit["DirectedGoods"], access, registry.address, "ipfs://")
    retail = node.deploy(kit["RetailModule"], access, goods.address, standard.address)
    bound = node.deploy(kit["BoundRights"], access, goods.address, standard.address)
    rights = node.deploy(kit["UsageRight"], access, registry.address, "ipfs://")
    leases = node.deploy(kit["LeaseModule"], access, rights.address, standard.address)
    addresses = [contract.address for contract in (rights, leases, ledger, standard)]
    land = node.deploy(kit["LandModule"], access, *addresses)
    currency = node.deploy(kit["DevnetCurrency"], "USD", 6)
    brand: LocalAccount = Account.from_key(keccak(text="benchmark brand"))
    usd = 10**18
    for call in (
        goods.functions.setModule(5, retail.address),
        rights.functions.setModule(3, land.address),
        rights.functions.setModule(255, leases.address),
        registry.functions.defineRegions([(0, 0)]),
        registry.functions.subscribe(goods.address),
        registry.functions.subscribe(rights.address),
        standard.functions.addCurrency(b"USD", currency.address, usd, usd, usd, NOBODY, 0),
        standard.functions.publish(b"goods".ljust(32, b"\0"), (5, 0, 0, 0, 0b1110000000000, 1, 1, 1)),
        standard.functions.publish(b"title".ljust(32, b"\0"), (3, 0, 0, 0, 0, 1, 1, 1)),
    ):
        node.send(call, cast.operator)
    parties = (cast.operator, cast.owner, cast.holder, cast.others[0], cast.newcomer)
    for number, account in enumerate(parties, 1):
        node.send(registry.functions.createEntity(keccak(text=str(number))), cast.operator)
        bits = 2 if account == cast.newcomer else 1
        node.send(registry.functions.enrol(account, number, EXPIRES, 1, bits), cast.operator)
    node.send(registry.functions.enrol(brand.address, 1, EXPIRES, 1, 1), cast.operator)
    spec = (1, 1, 1, 2, True, 1, 2, keccak(text="conditions"), keccak(text="document"))
    node.send(retail.functions.createLine(spec), cast.operator)
    node.send(standard.functions.publish(b"service".ljust(32, b"\0"), (6, 0, 0, 0, 0, 1, 0, 1)), cast.operator)
    warranty = (3, 0, 0, False, 0, 0, 0, 0, 0, keccak(text="warranty"))
    node.send(bound.functions.defineRight(1, warranty), cast.operator)
    node.send(bound.functions.authoriseCentre(1, 0, 1, True), cast.operator)
    title = (keccak(text="parcel"), keccak(text="use"), 0, 2, keccak(text="deed"))
    node.send(land.functions.register(cast.owner, title), cast.operator)
    right = int(land.functions.idOf(title[0], title[1]).call())
    return Shop(goods, retail, bound, rights, leases, currency, right, brand)


def measure(node: Node, progress: Progress) -> list[Row]:
    """Rows of goods, vouchers, rights and leases."""
    cast = Cast.of(node)
    progress("caldera: deploying goods and rights")
    shop = stand(node, cast)
    table = Table(node, OURS, progress)
    goods, retail = shop.goods.functions, shop.retail.functions
    first = 1 << 48
    node.send(retail.issue(1, cast.owner, 3), cast.operator)
    node.send(retail.issue(1, cast.holder, 2), cast.operator)
    fresh = goods.transferFrom(cast.owner, cast.holder, first)
    table.add("goods.transfer.first", fresh, cast.owner, f"an item that never moved; {CHECKED}")
    node.send(fresh, cast.owner)
    node.send(goods.transferFrom(cast.holder, cast.owner, first), cast.holder)
    table.add("goods.transfer", fresh, cast.owner, CHECKED)
    sale = goods.transferFrom(cast.owner, cast.newcomer, first)
    table.add("goods.sell", sale, cast.owner, f"the first sale to a customer, kept with its time; {CHECKED}")
    with node.undone():
        node.send(sale, cast.owner)
        note = "the holder calls, the centre has signed; condition, end, uses, resale policy and centre checked"
        table.add("goods.use.first", _use(node, cast, shop, first, 0), cast.newcomer, note)
        node.send(_use(node, cast, shop, first, 0), cast.newcomer)
        table.add("goods.use", _use(node, cast, shop, first, 1), cast.newcomer, note)
    for count in (100, 1000):
        issue = retail.issue(1, cast.owner, count)
        table.add(f"goods.issue.{count}", issue, cast.operator, "to a dealer whose scope is checked; an event an item")
    table.add(
        "goods.claim", _claim(node, cast, shop), cast.holder, "a signed voucher for a named customer, paid by another"
    )

    rights = shop.rights.functions
    use = rights.setUser(shop.right, cast.newcomer, FOREVER)
    note = "owner and user active, right neither frozen, leased nor lapsed"
    table.add("right.set_user.first", use, cast.owner, note)
    with node.undone():
        node.send(use, cast.owner)
        renew = rights.setUser(shop.right, cast.newcomer, FOREVER + 1)
        table.add("right.set_user.renew", renew, cast.owner, note)
    node.send(shop.currency.functions.mint(cast.newcomer, 10**9), cast.operator)
    node.send(shop.currency.functions.approve(shop.leases.address, 10**9), cast.newcomer)
    end = FOREVER
    offer = (shop.right, 1, NOBODY, 1, 10, DAY, end, False, NOBODY, 0, keccak(text="clauses"), end)
    node.send(shop.leases.functions.offer(offer), cast.owner)
    lease = shop.leases.functions.lease(offer, end, NOBODY, b"")
    table.add("right.lease", lease, cast.newcomer, "the rent of the whole term goes into escrow; the right is locked")
    return table.rows


def _use(node: Node, cast: Cast, shop: Shop, item: int, number: int) -> ContractFunction:
    """A use of the item's first right by its holder, which the brand's workshop has signed."""
    use = (item, 0, shop.brand.address, keccak(text="report"), FOREVER)
    names = ("item", "right", "number", "holder", "centre", "report", "deadline")
    kinds = {"holder": "address", "centre": "address", "report": "bytes32"}
    message = dict(zip(names, (item, 0, number, cast.newcomer, *use[2:]), strict=True))
    types = {"Use": [{"name": name, "type": kinds.get(name, "uint256")} for name in names]}
    signed = Account.sign_typed_data(shop.brand.key, _domain(node, shop.bound, "Caldera Bound Rights"), types, message)
    return shop.bound.functions.useRight(use, b"", signed.signature)


def _domain(node: Node, contract: Contract, name: str) -> dict[str, object]:
    return {"name": name, "version": "1", "chainId": node.w3.eth.chain_id, "verifyingContract": contract.address}


def _claim(node: Node, cast: Cast, shop: Shop) -> ContractFunction:
    """The claim of a signed voucher."""
    voucher = (1, 0, 7, cast.newcomer, 0, NOBODY, 0, FOREVER)
    kinds = {"holder": "address", "claimKey": "address"}
    types = {"Voucher": [{"name": name, "type": kinds.get(name, "uint256")} for name in VOUCHER]}
    domain = _domain(node, shop.retail, "Caldera Retail")
    signed = Account.sign_typed_data(shop.brand.key, domain, types, dict(zip(VOUCHER, voucher, strict=True)))
    claim = shop.retail.functions.claim
    return claim(voucher, cast.newcomer, shop.brand.address, signed.signature, b"")
