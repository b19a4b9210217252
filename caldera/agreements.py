"""What people sign for the suite's contracts (EIP-712): vouchers, claims, uses of bound rights, points, lease offers,
operating facts, prices of ERA, permits (ERC-2612), active users, factors' quotes, invoices' acknowledgements, attested
values, requests to the router and to lenders' adapters, where a claim of an airdrop goes, what nodes verified.

`sign(contract, "Voucher", voucher, signer)` gives the 65 bytes that the contract takes; `attest` gives what a quorum of
attestors signs, in the order in which contracts take it. A message is the handle's own
struct, or a mapping with the fields of the type; the types are those that the interfaces publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from eth_account.messages import encode_typed_data

from caldera.evm import Account, Address, domain_of
from caldera.evm.contract import Handle
from caldera.evm.hashing import keccak

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
    "EraPrice": {"price": "uint256", "asOf": "uint256"},
    "Permit": {
        "owner": "address",
        "spender": "address",
        "value": "uint256",
        "nonce": "uint256",
        "deadline": "uint256",
    },
    "ActiveUsers": {"rollup": "uint256", "month": "uint256", "users": "uint256"},
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
    "Acknowledgement": {
        "id": "uint256",
        "documentHash": "bytes32",
        "face": "uint256",
        "dueDate": "uint256",
        "currencyId": "uint256",
        "ruleId": "uint256",
        "lines": "uint256[]",
        "creditor": "uint256",
        "debtor": "uint256",
        "deadline": "uint256",
    },
    "ApprovalForAll": {
        "owner": "address",
        "operator": "address",
        "approved": "bool",
        "nonce": "uint256",
        "deadline": "uint256",
    },
    "Statement": {"id": "uint256", "field": "uint256", "amount": "uint256", "validUntil": "uint256"},
    "Renewal": {"id": "uint256", "field": "uint256", "amount": "uint256", "asOf": "uint256", "validUntil": "uint256"},
    "Financing": {
        "account": "address",
        "invoice": "Invoice",
        "lines": "uint256[]",
        "pledges": "Pledging[]",
        "pool": "uint256",
        "amount": "uint256",
        "maturityDay": "uint256",
        "loanRule": "uint256",
        "statements": "bytes32",
        "number": "uint256",
        "deadline": "uint256",
    },
    "Discounting": {
        "account": "address",
        "invoice": "Invoice",
        "lines": "uint256[]",
        "units": "uint256",
        "quote": "bytes32",
        "minimumProceeds": "uint256",
        "statements": "bytes32",
        "number": "uint256",
        "deadline": "uint256",
    },
    "Verification": {
        "request": "uint256",
        "target": "address",
        "id": "uint256",
        "field": "uint256",
        "documentHash": "bytes32",
        "amount": "uint256",
        "validUntil": "uint256",
    },
    "AirdropOrder": {
        "index": "uint256",
        "account": "address",
        "amount": "uint256",
        "to": "address",
        "term": "uint256",
        "deadline": "uint256",
    },
    "Invoice": {
        "debtor": "address",
        "face": "uint256",
        "dueDate": "uint256",
        "issueDay": "uint256",
        "currencyId": "uint256",
        "ruleId": "uint256",
        "documentHash": "bytes32",
        "number": "string",
    },
    "Pledging": {"part": "uint256", "units": "uint256"},
    "LoanRequest": {
        "account": "address",
        "amount": "uint256",
        "mostFee": "uint256",
        "maturityDay": "uint256",
        "ruleId": "uint256",
        "items": "Collateral[]",
        "number": "uint256",
        "deadline": "uint256",
    },
    "Collateral": {"right": "bool", "id": "uint256"},
}
"""Field to Solidity type, in order, by the name of the type. A field may be of another type of these, or an array."""


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
    return sign_under(domain_of(contract), kind, message, signer, **more)


def sign_under(
    domain: Mapping[str, Any], kind: str, message: NamedTuple | Mapping[str, Any], signer: Account, **more: Any
) -> bytes:
    """As `sign`, for who knows the contract's domain and need not ask a node.

    Args:
        domain: `name`, `version`, `chainId` and `verifyingContract`, as EIP-712 has them.
        kind, message, signer, more: as for `sign`.
    """
    given = {**(message if isinstance(message, Mapping) else message._asdict()), **more}
    types = {name: [{"name": n, "type": t} for n, t in TYPES[name].items()] for name in _types_in(kind)}
    return signer.sign_typed(domain, types, _fields(kind, given)).packed


def digest_under(domain: Mapping[str, Any], kind: str, message: NamedTuple | Mapping[str, Any], **more: Any) -> bytes:
    """The 32 bytes that `sign_under` signs, for a wallet or a key store that signs digests itself.

    Args:
        domain, kind, message, more: as for `sign_under`.
    """
    given = {**(message if isinstance(message, Mapping) else message._asdict()), **more}
    types = {name: [{"name": n, "type": t} for n, t in TYPES[name].items()] for name in _types_in(kind)}
    signable = encode_typed_data(dict(domain), types, _fields(kind, given))
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def all_of(digests: Sequence[bytes]) -> bytes:
    """What a request names its statements by: keccak256 of their digests one after the other; 32 zeros for none."""
    return keccak(b"".join(digests)) if digests else bytes(32)


def _types_in(kind: str) -> list[str]:
    """A type and those it is made of."""
    inner = (type_.removesuffix("[]") for type_ in TYPES[kind].values())
    return [kind, *dict.fromkeys(name for type_ in inner if type_ in TYPES for name in _types_in(type_))]


def _fields(kind: str, given: NamedTuple | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a type, and of those it is made of, as mappings."""
    known = given if isinstance(given, Mapping) else given._asdict()
    return {name: _value(type_, known[name]) for name, type_ in TYPES[kind].items()}


def _value(type_: str, value: Any) -> Any:
    if type_.endswith("[]"):
        return [_value(type_.removesuffix("[]"), one) for one in value]
    return _fields(type_, value) if type_ in TYPES else value


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
