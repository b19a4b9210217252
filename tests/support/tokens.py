"""The two ledgers of ERC-721 under one set of words: what holds for every token is tested through these."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import DirectedGoods, HostileReceiver, ParticipantRegistry, UsageRight, structs
from caldera.evm import Account, AddressLike, Chain, Receipt
from caldera.evm.address import to_address
from caldera.evm.events import Log
from tests.support.estate import FARMER, Estate
from tests.support.shop import DE, DEALER, FR, Shop

NOBODY = "0x" + "00" * 20
ACCEPT, WRONG, SHORT, LONG, SILENT, NAMED, LONG_REVERT, BURN = range(8)
"""Manners of a hostile receiver, in the order of its enum."""
KINDS = ("right", "item of a batch", "item that moved", "claimed item")
WAYS = ("transferFrom", "safeTransferFrom", "safeTransferFrom with data")


class Tokens(ABC):
    """One ledger and its people. Owner, other and third may hold; operator may move for those who approve it; stranger
    is unknown; officer enforces."""

    ledger: UsageRight | DirectedGoods
    registry: ParticipantRegistry
    chain: Chain
    owner: Account
    other: Account
    third: Account
    operator: Account
    stranger: Account
    officer: Account
    births: dict[int, Receipt[Any]]
    """How each token came to be."""

    def mint(self) -> int:
        """A new token of the owner."""
        receipt = self._mint()
        token: int = receipt.returned
        self.births[token] = receipt
        return token

    @abstractmethod
    def _mint(self) -> Receipt[Any]: ...

    @abstractmethod
    def retire(self, token: int) -> Receipt[Any]:
        """Extinguishes a token of the owner, in the transaction whose receipt this is."""

    @abstractmethod
    def last_holder(self) -> Account:
        """Who holds a token right before `retire` extinguishes it."""

    @abstractmethod
    def enrol(self, where: AddressLike) -> None:
        """Lets a contract hold tokens."""

    def move(
        self, way: str, source: AddressLike, target: AddressLike, token: int, sender: AddressLike
    ) -> Receipt[None]:
        """Transfers by one of the standard's three functions."""
        if way == "transferFrom":
            return self.ledger.transferFrom(source, target, token, sender=sender)
        if way == "safeTransferFrom":
            return self.ledger.safeTransferFrom(source, target, token, sender=sender)
        return self.ledger.safeTransferFrom(source, target, token, b"data", sender=sender)

    def receiver(self, manner: int = ACCEPT) -> HostileReceiver:
        """An enrolled contract that answers in that manner."""
        made = HostileReceiver.deploy(self.chain, sender=self.stranger)
        made.behave(manner, sender=self.stranger)
        self.enrol(made)
        return made


class Rights(Tokens):
    """Rights of the estate."""

    def __init__(self, estate: Estate) -> None:
        self.estate, self.ledger, self.chain = estate, estate.rights, estate.chain
        self.registry, self.births = estate.registry, {}
        self.owner, self.other, self.third = estate.owner, estate.buyer, estate.bank
        self.operator, self.stranger, self.officer = estate.guest, estate.stranger, estate.officer

    def _mint(self) -> Receipt[Any]:
        title = estate_title(len(self.births))
        return self.estate.land.register(self.owner, title, sender=self.officer)

    def retire(self, token: int) -> Receipt[Any]:
        return self.estate.land.strikeOut(token, b"\1" * 32, sender=self.officer)

    def last_holder(self) -> Account:
        return self.owner

    def enrol(self, where: AddressLike) -> None:
        at = to_address(where)
        self.estate.enrol(at, qualifications=FARMER, address=at)


class Items(Tokens):
    """Goods of the shop, held by dealers: among them they go freely. An operator must be a dealer, too."""

    def __init__(self, shop: Shop, kind: str) -> None:
        self.shop, self.ledger, self.chain, self.kind = shop, shop.goods, shop.chain, kind
        self.registry, self.births = shop.registry, {}
        self.owner, self.other, self.third = shop.berlin, shop.paris, shop.chain.account("lyon")
        self.operator, self.stranger, self.officer = shop.chain.account("agent"), shop.stranger, shop.officer
        for name in ("lyon", "agent"):
            shop.enrol(name, FR, DEALER)

    def _mint(self) -> Receipt[Any]:
        shop = self.shop
        if self.kind == "claimed item":
            voucher = shop.voucher(number=len(self.births), holder=self.owner.address)
            signature = shop.sign(voucher, shop.brand)
            return shop.retail.claim(voucher, self.owner, shop.brand, signature, b"", sender=self.stranger)
        moved = self.kind == "item that moved"
        receipt = shop.retail.issue(shop.line, self.other if moved else self.owner, 1, sender=shop.brand)
        if moved:
            shop.goods.transferFrom(self.other, self.owner, receipt.returned, sender=self.other)
        return receipt

    def retire(self, token: int) -> Receipt[Any]:
        self.shop.goods.transferFrom(self.owner, self.shop.brand, token, sender=self.owner)
        return self.shop.retail.retire(token, sender=self.shop.brand)

    def last_holder(self) -> Account:
        return self.shop.brand

    def enrol(self, where: AddressLike) -> None:
        at = to_address(where)
        self.shop.enrol(at, DE, DEALER, at)


def estate_title(number: int) -> Any:
    """A title of its own for each number; it never lapses."""
    return structs.Title(keccak(text=f"parcel {number}"), keccak(text="use"), 0, 1, keccak(text="deed"))


def word(value: int | AddressLike | bool) -> bytes:
    """As it stands in a topic."""
    number = int(value) if isinstance(value, int) else int(to_address(value), 16)
    return number.to_bytes(32, "big")


def log(emitter: AddressLike, signature: str, *indexed: int | AddressLike, data: bytes = b"") -> Log:
    """A log as a standard's text has it, without asking any ABI."""
    return Log(to_address(emitter), (keccak(text=signature), *map(word, indexed)), data)


def selector(signature: str) -> bytes:
    """The first four bytes of the hash."""
    return keccak(text=signature)[:4]


def interface_id(*signatures: str) -> bytes:
    """ERC-165: exclusive or of the selectors."""
    number = 0
    for signature in signatures:
        number ^= int.from_bytes(selector(signature), "big")
    return number.to_bytes(4, "big")
