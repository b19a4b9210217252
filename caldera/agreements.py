"""What people sign for the suite's contracts (EIP-712): vouchers, claims, uses of bound rights, points, lease offers,
operating facts, factors' quotes.

`sign(contract, "Voucher", voucher, signer)` gives the 65 bytes that the contract takes; `attest` gives what a quorum of
attestors signs, in the order in which contracts take it. A message is the handle's own
struct, or a mapping with the fields of the type; the types are those that the interfaces publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from caldera.evm import Account, Address, domain_of
from caldera.evm.contract import Handle

TYPES: dict[str, dict[str, str]] = {
    "Voucher": {
        "line": "uint256",
        "series": "uint256",
        "number": "uint256",
        "holder": "address",
        "profile": "uint256",
        "claimKey": "address",
        "notBefore": "uint256",
        "deadline": "uint256",
    },
    "Claim": {"voucher": "bytes32", "to": "address"},
    "Use": {
        "item": "uint256",
        "right": "uint256",
        "number": "uint256",
        "holder": "address",
        "centre": "address",
        "report": "bytes32",
        "deadline": "uint256",
    },
    "Spending": {
        "brand": "uint256",
        "holder": "address",
        "number": "uint256",
        "amount": "uint256",
        "purpose": "bytes32",
        "deadline": "uint256",
    },
    "LeaseOffer": {
        "id": "uint256",
        "number": "uint256",
        "lessee": "address",
        "currencyId": "uint256",
        "rent": "uint256",
        "period": "uint256",
        "latest": "uint256",
        "sublease": "bool",
        "referee": "address",
        "forfeitBps": "uint256",
        "clauses": "bytes32",
        "deadline": "uint256",
    },
    "OperatingFacts": {
        "entity": "uint256",
        "epoch": "uint256",
        "turnover": "uint256",
        "receivablesIssued": "uint256",
        "receivablesRepaid": "uint256",
        "cargoTurnover": "uint256",
        "daysLate": "uint256",
        "orders": "uint256",
        "nonce": "uint256",
        "validUntil": "uint256",
    },
    "FactoringQuote": {
        "factor": "address",
        "seller": "address",
        "id": "uint256",
        "units": "uint256",
        "minimumFill": "uint256",
        "price": "uint256",
        "leastOwed": "uint256",
        "currencyId": "uint256",
        "recourse": "bool",
        "number": "uint256",
        "notBefore": "uint256",
        "deadline": "uint256",
    },
}
"""Field to Solidity type, in order, by the name of the primary type."""


def sign(contract: Handle, kind: str, message: NamedTuple | Mapping[str, Any], signer: Account, **more: Any) -> bytes:
    """The signature of `signer` under the contract's own domain.

    Args:
        contract: the contract that will check it.
        kind: a name in `TYPES`.
        message: a struct of the contract, or a mapping; fields that the type has not are left out.
        more: fields that the struct has not: `number`, `holder` of a use, `brand` entity of a spending.

    Raises:
        KeyError: no such type, or a field of it is missing.
    """
    given = {**(message if isinstance(message, Mapping) else message._asdict()), **more}
    fields = TYPES[kind]
    types = {kind: [{"name": name, "type": type_} for name, type_ in fields.items()]}
    return signer.sign_typed(domain_of(contract), types, {name: given[name] for name in fields}).packed


class Attestation(NamedTuple):
    """One attestor's signature, as `IAttestors.Attestation`."""

    signer: Address
    signature: bytes


def attest(
    contract: Handle, kind: str, message: NamedTuple | Mapping[str, Any], attestors: Iterable[Account]
) -> list[Attestation]:
    """The signatures of all attestors over one message, in ascending order of their addresses.

    Args:
        contract: the contract that believes the attestors, not the one that counts them.
        kind: a name in `TYPES`.
        message: as for `sign`.
        attestors: in any order.
    """
    return ordered(Attestation(one.address, sign(contract, kind, message, one)) for one in attestors)


def ordered(attestations: Iterable[Attestation]) -> list[Attestation]:
    """Signatures that were gathered one by one, in the order in which contracts take them."""
    return sorted(attestations, key=lambda one: int(one.signer, 16))
