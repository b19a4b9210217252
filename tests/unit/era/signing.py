"""ERA on a chain of its own, and what its holders sign. The typed data are written down from ERC-2612, ERC-3009 and
ERC-5805, never read from the contract."""

from dataclasses import dataclass, replace
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import EraToken
from caldera.evm import Account, Chain, Receipt, Revm

SUPPLY = 10**27
TIMED = [
    {"name": "from", "type": "address"},
    {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "validAfter", "type": "uint256"},
    {"name": "validBefore", "type": "uint256"},
    {"name": "nonce", "type": "bytes32"},
]
CANCEL = [{"name": "authorizer", "type": "address"}, {"name": "nonce", "type": "bytes32"}]
PERMIT = [
    {"name": "owner", "type": "address"},
    {"name": "spender", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]
DELEGATION = [
    {"name": "delegatee", "type": "address"},
    {"name": "nonce", "type": "uint256"},
    {"name": "expiry", "type": "uint256"},
]
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1


@dataclass(frozen=True)
class Era:
    """The token and its actors: holder has the supply, bob and relay have nothing."""

    chain: Chain
    token: EraToken
    holder: Account
    bob: Account
    relay: Account

    @property
    def domain(self) -> dict[str, Any]:
        """The EIP-712 domain."""
        return {
            "name": "ERA",
            "version": "1",
            "chainId": self.chain.chain_id,
            "verifyingContract": self.token.address,
        }


def issue(chain: Chain | None = None) -> Era:
    """Deploys the token; the same on every chain has the same address."""
    chain = chain or Revm()
    holder, bob, relay = (chain.account(name) for name in ("holder", "bob", "relay"))
    return Era(chain, EraToken.deploy(chain, holder, sender=relay), holder, bob, relay)


@dataclass(frozen=True)
class Authorisation:
    """An ERC-3009 authorisation and how to present it. `by_parts`: as v, r, s instead of bytes."""

    action: str  # transfer or receive
    source: str
    target: str
    value: int
    after: int
    before: int
    nonce: bytes
    signature: bytes = b""
    by_parts: bool = False

    def signed(self, signer: Account, domain: dict[str, Any]) -> "Authorisation":
        """With the signer's signature."""
        message = {
            "from": self.source,
            "to": self.target,
            "value": self.value,
            "validAfter": self.after,
            "validBefore": self.before,
            "nonce": self.nonce,
        }
        types = {f"{self.action.capitalize()}WithAuthorization": TIMED}
        return replace(self, signature=signer.sign_typed(domain, types, message).packed)

    def present(self, era: Era, sender: Account) -> Receipt[None]:
        """Has it carried out."""
        call = getattr(era.token, f"{self.action}WithAuthorization")
        given = (self.source, self.target, self.value, self.after, self.before, self.nonce)
        proof = parts(self.signature) if self.by_parts else (self.signature,)
        receipt: Receipt[None] = call(*given, *proof, sender=sender)
        return receipt


def parts(signature: bytes) -> tuple[int, bytes, bytes]:
    """65 bytes r‖s‖v as v, r, s."""
    return signature[64], signature[:32], signature[32:64]


def mirrored(signature: bytes) -> bytes:
    """The other signature that the curve allows for the same digest and key: the high s."""
    s = int.from_bytes(signature[32:64], "big")
    return signature[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - signature[64]])


def authorisation(era: Era, action: str = "transfer", **changes: Any) -> Authorisation:
    """A good one by the holder over 5 to bob, valid for the next hour, signed."""
    given: dict[str, Any] = {
        "action": action,
        "source": era.holder.address,
        "target": era.bob.address,
        "value": 5,
        "after": era.chain.now - 1,
        "before": era.chain.now + 3600,
        "nonce": keccak(text="nonce"),
    }
    return Authorisation(**(given | changes)).signed(era.holder, era.domain)


def cancellation(era: Era, signer: Account, authorizer: str, nonce: bytes) -> bytes:
    """The signature that withdraws an authorisation."""
    types = {"CancelAuthorization": CANCEL}
    return signer.sign_typed(era.domain, types, {"authorizer": authorizer, "nonce": nonce}).packed
