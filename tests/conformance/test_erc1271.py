"""ERC-1271: what a contract says of a signature counts, and nothing else that it does.

That each contract which takes signatures takes a wallet's is in its own tests; here are signers that misbehave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from caldera.artifacts import load
from caldera.evm import AddressLike, ContractError
from caldera.evm.address import to_address
from tests.conformance.marks import sources, standards
from tests.support.bytecode import REVERTS, STOPS, answers, install, writes_and
from tests.support.suite import DAY, EU, Suite, build
from tests.unit.era.signing import issue

MAGIC = bytes.fromhex("1626ba7e")
REFUSED = {
    "another value": answers(bytes.fromhex("20c13b0b")),
    "its complement": answers(bytes(255 - byte for byte in MAGIC)),
    "a number that is true": answers(bytes(31) + b"\1"),
    "the value with something behind it": answers(MAGIC + b"\1"),
    "the value at the end": answers(bytes(28) + MAGIC),
    "four bytes": answers(MAGIC, 4),
    "31 bytes": answers(MAGIC, 31),
    "nothing": STOPS,
    "a revert": REVERTS,
    "invalid": b"\xfe",
}
Bring = Callable[[AddressLike, bytes], Any]


def _approve(suite: Suite) -> Bring:
    until = suite.chain.now + DAY
    return lambda signer, signature: suite.ledger.setApprovalForAllBySignature(
        to_address(signer), suite.bank, True, until, signature, sender=suite.mallory
    )


def _acknowledge(suite: Suite) -> Bring:
    asset, until = suite.create(), suite.chain.now + DAY

    def bring(signer: AddressLike, signature: bytes) -> Any:
        suite.registry.enrol(signer, suite.entities["buyer"], suite.chain.now + DAY, EU, 1, sender=suite.officer)
        return suite.module.acknowledgeBySignature(asset, signer, until, signature, sender=suite.mallory)

    return bring


def _authorise(suite: Suite) -> Bring:
    era = issue(suite.chain)

    def bring(signer: AddressLike, signature: bytes) -> Any:
        era.token.transfer(signer, 5, sender=era.holder)
        until = suite.chain.now + DAY
        return era.token.transferWithAuthorization(
            to_address(signer), era.bob.address, 5, 0, until, bytes(32), signature, sender=era.relay
        )

    return bring


TAKERS: dict[str, Callable[[Suite], Bring]] = {
    "AssetCertificate": _approve,
    "EraToken": _authorise,
    "ReceivableModule": _acknowledge,
}


@pytest.fixture(scope="module")
def _stand() -> Suite:
    return build()


@pytest.fixture(params=TAKERS)
def bring(_stand: Suite, request: pytest.FixtureRequest) -> Iterator[tuple[Suite, Bring]]:
    with _stand.chain.isolated():
        yield _stand, TAKERS[request.param](_stand)


@pytest.mark.clause("ERC-1271", "accepts")
@pytest.mark.parametrize("signature", [b"", b"\1", bytes(65), bytes(200)], ids=len)
def test_whatever_the_signature_is_the_contract_decides(bring: tuple[Suite, Bring], signature: bytes) -> None:
    suite, present = bring
    present(install(suite.chain, answers(MAGIC)), signature)


@pytest.mark.clause("ERC-1271", "refuses")
@pytest.mark.parametrize("answer", REFUSED)
def test_any_other_answer_is_a_refusal(bring: tuple[Suite, Bring], answer: str) -> None:
    suite, present = bring
    with pytest.raises(ContractError, match="Invalid"):
        present(install(suite.chain, REFUSED[answer]), bytes(65))


@pytest.mark.clause("ERC-1271", "read-only")
def test_a_signer_that_writes_is_refused(bring: tuple[Suite, Bring]) -> None:
    suite, present = bring
    writer = install(suite.chain, writes_and(answers(MAGIC)))
    # Asked by anybody else it answers with the value.
    assert suite.chain.transact(writer, b"", suite.mallory).output[:4] == MAGIC
    with pytest.raises(ContractError, match="Invalid"):
        present(writer, bytes(65))


@pytest.mark.clause("ERC-1271", "by-library")
def test_all_takers_use_one_library() -> None:
    """What recovers a signer by itself is listed, with the departures of this standard."""
    found: dict[str, set[str]] = {"SignatureChecker": set(), "ECDSA": set(), "ecrecover": set()}
    for name, text in sources():
        for word, files in found.items():
            if re.search(rf"\b{word}\s*[.(]", text):
                files.add(name)
    assert found["ecrecover"] == set()
    assert found["ECDSA"] == {"LockVotes", "Penalties", "VestingVotes"}
    # Parts of what is listed: QuoteBook is Factoring's, NodeSigning NodeQuorum's and ValueVerification's, Registration
    # ReceivableModule's, Erc3009 EraToken's, JointGroups JointDecision's, SignedApprovals AssetCertificate's.
    assert found["SignatureChecker"] == {
        "AirdropClaim",
        "AttestorSet",
        "BoundRights",
        "CirculationRouter",
        "Erc3009",
        "JointGroups",
        "LeaseModule",
        "LenderAdapter",
        "NodeSigning",
        "QuoteBook",
        "Registration",
        "RetailModule",
        "SignedApprovals",
    }
    assert len(standards()["ERC-1271"].contracts) == len(found["SignatureChecker"]) + 1


@pytest.mark.clause("ERC-1271", "nobody-signs")
def test_no_contract_of_the_suite_signs() -> None:
    """What the text asks of who answers falls on wallets alone."""
    for contract, made in load().items():
        if not made.source_id.startswith("contracts/testing/") and made.deployable:
            assert not [entry for entry in made.abi if entry.get("name") == "isValidSignature"], contract
