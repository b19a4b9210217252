"""EIP-712 and ERC-5267: domains and types of every contract that people sign for.

Expected hashes come from eth_account, or from the text's own rule written down below; never from the contracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak

from caldera import contracts as handles
from caldera.agreements import TYPES, digest_under
from caldera.artifacts import artifact
from caldera.evm import Revm, domain_of
from caldera.evm.contract import Handle
from tests.conformance.marks import standards
from tests.support import airdrop
from tests.support.deployed import build
from tests.support.lending import open_bank
from tests.support.outside import open_outside
from tests.support.suite import reverts
from tests.unit.era.signing import authorisation, issue

NAMES = {
    "AirdropClaim": "AirdropClaim",
    "AssetCertificate": "Caldera Certificates",
    "BoundRights": "Caldera Bound Rights",
    "CalderaGovernor": "Caldera Governor",
    "CirculationRouter": "Caldera Circulation",
    "EraRate": "Caldera Era Rate",
    "EraToken": "ERA",
    "Factoring": "Caldera Factoring",
    "FeeRouter": "Caldera Fee Router",
    "JointDecision": "Caldera Joint Decision",
    "LeaseModule": "Caldera Leases",
    "LenderAdapter": "Caldera Lender",
    "OperatingRecord": "Caldera Operating Record",
    "ReceivableModule": "Caldera Receivables",
    "RetailModule": "Caldera Retail",
    "ValueVerification": "Caldera Verification",
    "VestingVault": "Caldera Vesting",
    "VoteLock": "Caldera Vote Lock",
}
BALLOT = {"proposalId": "uint256", "support": "uint8", "voter": "address", "nonce": "uint256"}
TIMED = {"from": "address", "to": "address", "value": "uint256"} | {
    "validAfter": "uint256",
    "validBefore": "uint256",
    "nonce": "bytes32",
}
ALL = TYPES | {
    "Ballot": BALLOT,
    "ExtendedBallot": BALLOT | {"reason": "string", "params": "bytes"},
    "CancelAuthorization": {"authorizer": "address", "nonce": "bytes32"},
    "JointMember": {"entity": "uint256", "weight": "uint256"},
    "JointTerms": {
        "group": "uint256",
        "thresholdBps": "uint256",
        "secret": "bool",
        "statedDefaults": "bool",
        "votingPeriod": "uint256",
        "revealPeriod": "uint256",
        "acceptBy": "uint256",
        "document": "bytes32",
        "members": "JointMember[]",
    },
    "Delegation": {"delegatee": "address", "nonce": "uint256", "expiry": "uint256"},
    "ReceiveWithAuthorization": TIMED,
    "TransferWithAuthorization": TIMED,
}
"""Those that `caldera.agreements` signs, and those of the standards' texts."""
SIGNED = {
    "AirdropClaim": ("AirdropOrder",),
    "AssetCertificate": ("ApprovalForAll",),
    "BoundRights": ("Spending", "Use"),
    "CalderaGovernor": ("Ballot", "ExtendedBallot"),
    "CirculationRouter": ("Discounting", "Financing", "Invoice", "Pledging", "Renewal", "Statement"),
    "EraRate": ("EraPrice",),
    "EraToken": (
        "CancelAuthorization",
        "Delegation",
        "Permit",
        "ReceiveWithAuthorization",
        "TransferWithAuthorization",
    ),
    "Factoring": ("FactoringQuote",),
    "FeeRouter": ("ActiveUsers",),
    "JointDecision": ("JointMember", "JointTerms"),
    "LeaseModule": ("LeaseOffer",),
    "LenderAdapter": ("Collateral", "LoanRequest"),
    "OperatingRecord": ("OperatingFacts",),
    "ReceivableModule": ("Acknowledgement",),
    "RetailModule": ("Claim", "Voucher"),
    "ValueVerification": ("Verification",),
    "VestingVault": ("Delegation",),
    "VoteLock": ("Delegation",),
}


def encode_type(kind: str) -> str:
    """As the text has it: the type, then all it is made of, sorted by name."""
    inner: set[str] = set()
    waiting = [kind]
    while waiting:
        parts = (type_.removesuffix("[]") for type_ in ALL[waiting.pop()].values())
        found = [part for part in parts if part in ALL and part not in inner | {kind}]
        inner |= set(found)
        waiting += found
    members = {name: ",".join(f"{type_} {field}" for field, type_ in ALL[name].items()) for name in {kind, *inner}}
    return "".join(f"{name}({members[name]})" for name in (kind, *sorted(inner)))


@pytest.fixture(scope="module")
def people_sign_for() -> dict[str, Handle]:
    """One of each: the development profile's, a round of an airdrop, and the door of an outside lender."""
    deployed = build()
    found: dict[str, Handle] = {"AirdropClaim": airdrop.build().open().contract}
    found["LenderAdapter"] = open_outside(open_bank()).adapter
    for name in standards()["EIP-712"].contracts:
        if name not in found:
            found[name] = getattr(handles, name).at(deployed.chain, deployed.accounts[name])
    return found


@pytest.fixture(params=standards()["EIP-712"].contracts)
def contract(people_sign_for: dict[str, Handle], request: pytest.FixtureRequest) -> Handle:
    return people_sign_for[request.param]


def expected_domain(contract: Any) -> dict[str, Any]:
    """By what we publish, not by what it answers."""
    return {
        "name": NAMES[contract.ABI_NAME],
        "version": "1",
        "chainId": contract.chain.chain_id,
        "verifyingContract": contract.address,
    }


@pytest.mark.clause("EIP-712", "published")
def test_the_domain_is_published(contract: Any) -> None:
    data = keccak(text="eip712Domain()")[:4]
    answer = contract.chain.call(contract, data, sender=contract.chain.account("anybody"))
    kinds = ["bytes1", "string", "string", "uint256", "address", "bytes32", "uint256[]"]
    name, where = NAMES[contract.ABI_NAME], contract.address.lower()
    assert decode(kinds, answer) == (b"\x0f", name, "1", contract.chain.chain_id, where, bytes(32), ())
    assert domain_of(contract) == expected_domain(contract)


@pytest.mark.clause("EIP-712", "separator")
@pytest.mark.clause("ERC-2612", "domain")
def test_the_separator_is_the_hash_of_the_domain() -> None:
    era = issue()
    kind = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    fields = [kind, keccak(text="ERA"), keccak(text="1"), era.chain.chain_id, era.token.address]
    hashed = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], fields))
    assert era.token.DOMAIN_SEPARATOR() == hashed
    message = {"Permit": [{"name": "value", "type": "uint256"}]}
    assert encode_typed_data(era.domain, message, {"value": 1}).header == hashed
    elsewhere = issue(Revm(chain_id=era.chain.chain_id + 1))
    assert elsewhere.token.DOMAIN_SEPARATOR() != hashed


@pytest.mark.clause("EIP-712", "types")
def test_the_types_are_hashed_as_the_text_says() -> None:
    """Where a type's hash is a constant it stands in the code; others are covered by their digests below."""
    assert encode_type("Financing").endswith(")" + encode_type("Invoice") + encode_type("Pledging"))
    missing = {
        kind
        for name, kinds in SIGNED.items()
        for kind in kinds
        if keccak(text=encode_type(kind)) not in artifact(name).runtime
    }
    assert missing == {"Discounting", "Financing", "Invoice", "Pledging", "Collateral", "LoanRequest"}
    assert set(SIGNED) == set(standards()["EIP-712"].contracts)


WHOLE = {
    "priceDigest": ("EraRate", "EraPrice"),
    "usersDigest": ("FeeRouter", "ActiveUsers"),
    "quoteDigest": ("Factoring", "FactoringQuote"),
    "financingDigest": ("CirculationRouter", "Financing"),
    "discountingDigest": ("CirculationRouter", "Discounting"),
    "statementDigest": ("CirculationRouter", "Statement"),
    "renewalDigest": ("CirculationRouter", "Renewal"),
    "factsDigest": ("OperatingRecord", "OperatingFacts"),
    "voucherDigest": ("RetailModule", "Voucher"),
    "requestDigest": ("LenderAdapter", "LoanRequest"),
}
"""Views that give the digest of all they are given, with their contract and type."""


@pytest.mark.clause("EIP-712", "digest", "types")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("view", WHOLE)
def test_digests_are_those_of_an_independent_library(people_sign_for: dict[str, Any], view: str, seed: int) -> None:
    name, kind = WHOLE[view]
    contract, chance = people_sign_for[name], Random(f"{view} {seed}")
    (entry,) = (one for one in artifact(name).abi if one.get("name") == view)
    drawn = [draw(chance, part) for part in entry["inputs"]]
    data = keccak(text=f"{view}({','.join(map(_canonical, entry['inputs']))})")[:4]
    data += encode([_canonical(part) for part in entry["inputs"]], [value for value, _ in drawn])
    named = drawn[0][1] if len(drawn) == 1 else dict(zip(_names(entry["inputs"]), (n for _, n in drawn), strict=True))
    expected = digest_under(expected_domain(contract), kind, named)
    assert contract.chain.call(contract, data) == expected


def draw(chance: Random, part: dict[str, Any]) -> tuple[Any, Any]:
    """A value of an ABI type, as a tuple and by name."""
    type_: str = part["type"]
    if type_.endswith("[]"):
        inner = part | {"type": type_[:-2]}
        many = [draw(chance, inner) for _ in range(chance.randrange(4))]
        return [value for value, _ in many], [named for _, named in many]
    if type_ == "tuple":
        parts = [draw(chance, one) for one in part["components"]]
        names = _names(part["components"])
        return tuple(value for value, _ in parts), dict(zip(names, (named for _, named in parts), strict=True))
    value: Any
    if type_ == "address":
        value = "0x" + chance.randbytes(20).hex()
    elif type_ == "bool":
        value = chance.random() < 0.5
    elif type_ == "string":
        value = chance.choice(("", "INV-1", "Rechnung Nr. 7 über 10 €", "x" * 40))
    elif type_ == "bytes32":
        value = chance.randbytes(32)
    else:
        value = chance.getrandbits(int(type_.removeprefix("uint")))
    return value, value


def _names(parts: Sequence[dict[str, Any]]) -> list[str]:
    return [part["name"] for part in parts]


def _canonical(part: dict[str, Any]) -> str:
    parts = ",".join(_canonical(one) for one in part.get("components", ()))
    return str(part["type"]).replace("tuple", f"({parts})")


@pytest.mark.clause("EIP-712", "elsewhere")
@pytest.mark.clause("ERC-3009", "signature")
def test_what_was_signed_for_elsewhere_is_refused() -> None:
    """The same token at the same address of another chain, and another contract of this one."""
    era = issue()
    other = issue(Revm(chain_id=era.chain.chain_id + 1))
    assert other.token.address == era.token.address
    twin = issue(era.chain)
    for given in (authorisation(other), authorisation(twin)):
        with reverts("InvalidAuthorization", authorizer=era.holder.address):
            given.present(era, era.relay)
    authorisation(era).present(era, era.relay)
