"""ERC-165, for every contract that answers it; and receivers of ERC-1155, whose own rules about it are stricter."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact, load
from caldera.evm import Account, Chain
from tests.conformance.marks import standards
from tests.support.estate import build as build_estate
from tests.support.governance import build as build_governance
from tests.support.shop import build as build_shop
from tests.support.suite import MINIMUM, reverts
from tests.support.tokens import interface_id
from tests.support.tranches import open_market

ERC721 = (
    "balanceOf(address)",
    "ownerOf(uint256)",
    "approve(address,uint256)",
    "getApproved(uint256)",
    "setApprovalForAll(address,bool)",
    "isApprovedForAll(address,address)",
    "transferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256)",
    "safeTransferFrom(address,address,uint256,bytes)",
)
ERC721_METADATA = ("name()", "symbol()", "tokenURI(uint256)")
ERC1155 = (
    "balanceOf(address,uint256)",
    "balanceOfBatch(address[],uint256[])",
    "setApprovalForAll(address,bool)",
    "isApprovedForAll(address,address)",
    "safeTransferFrom(address,address,uint256,uint256,bytes)",
    "safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)",
)
RECEIVER = (
    "onERC1155Received(address,address,uint256,uint256,bytes)",
    "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)",
)
NON_FUNGIBLE = (
    "forcedTransfer(address,address,uint256)",
    "setFrozenTokens(address,uint256,bool)",
    "canSend(address)",
    "canReceive(address)",
    "getFrozenTokens(address,uint256)",
    "canTransfer(address,address,uint256)",
)
MULTI_TOKEN = (
    "forcedTransfer(address,address,uint256,uint256)",
    "setFrozenTokens(address,uint256,uint256)",
    "canSend(address)",
    "canReceive(address)",
    "getFrozenTokens(address,uint256)",
    "canTransfer(address,address,uint256,uint256)",
)
RENTAL = ("setUser(uint256,address,uint64)", "userOf(uint256)", "userExpires(uint256)")
LIENS = (
    "pledge(address,address,uint256,uint256)",
    "release(address,uint256,uint256)",
    "breakLien(address,address,uint256,uint256)",
    "seize(address,address,uint256,uint256)",
    "lienOf(uint256,address,address)",
)
ROLES = (
    "hasRole(bytes32,address)",
    "getRoleAdmin(bytes32)",
    "grantRole(bytes32,address)",
    "revokeRole(bytes32,address)",
    "renounceRole(bytes32,address)",
)
GOVERNOR = (
    "name()",
    "version()",
    "COUNTING_MODE()",
    "hashProposal(address[],uint256[],bytes[],bytes32)",
    "state(uint256)",
    "proposalThreshold()",
    "proposalSnapshot(uint256)",
    "proposalDeadline(uint256)",
    "proposalProposer(uint256)",
    "proposalEta(uint256)",
    "proposalNeedsQueuing(uint256)",
    "votingDelay()",
    "votingPeriod()",
    "quorum(uint256)",
    "getVotes(address,uint256)",
    "getVotesWithParams(address,uint256,bytes)",
    "hasVoted(uint256,address)",
    "propose(address[],uint256[],bytes[],string)",
    "queue(address[],uint256[],bytes[],bytes32)",
    "execute(address[],uint256[],bytes[],bytes32)",
    "cancel(address[],uint256[],bytes[],bytes32)",
    "castVote(uint256,uint8)",
    "castVoteWithReason(uint256,uint8,string)",
    "castVoteWithReasonAndParams(uint256,uint8,string,bytes)",
    "castVoteBySig(uint256,uint8,address,bytes)",
    "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)",
)
IDS = {
    "80ac58cd": ERC721,
    "5b5e139f": ERC721_METADATA,
    "d9b67a26": ERC1155,
    "0e89341c": ("uri(uint256)",),
    "4e2312e0": RECEIVER,
    "bf1ef5fe": NON_FUNGIBLE,
    "41c4fbad": MULTI_TOKEN,
    "ad092b5c": RENTAL,
    "e74c06b5": LIENS,
    "7965db0b": ROLES,
    "65455a86": GOVERNOR,
    "cdbdfcee": (*GOVERNOR, "getProposalId(address[],uint256[],bytes[],bytes32)"),
}
"""Published ids, and the functions behind each; not read from our interfaces."""
OTHERS = ("ffffffff", "00000000", "780e9d63", "3edbb4c4", "36372b07", "150b7a02", "12345678")
"""Never, none, enumeration, ERC-7943 of fungible tokens, ERC-20, the receiver of ERC-721, anything."""
HAS = {
    "AssetCertificate": {"d9b67a26", "0e89341c", "41c4fbad", "e74c06b5"},
    "DirectedGoods": {"80ac58cd", "5b5e139f", "bf1ef5fe"},
    "UsageRight": {"80ac58cd", "5b5e139f", "bf1ef5fe", "ad092b5c", "e74c06b5"},
    "DealVault": {"4e2312e0"},
    "CalderaGovernor": {"4e2312e0", "65455a86", "cdbdfcee"},
    "CalderaTimelock": {"4e2312e0", "7965db0b"},
}


@pytest.fixture(scope="module")
def contracts() -> dict[str, Any]:
    """One of each, built by the supports of their own tests."""
    market, hall = open_market(), build_governance()
    _, vault = market.open()
    return {
        "AssetCertificate": market.suite.ledger,
        "DirectedGoods": build_shop().goods,
        "UsageRight": build_estate().rights,
        "DealVault": vault,
        "CalderaGovernor": hall.governor,
        "CalderaTimelock": hall.timelock,
    }


@pytest.fixture(params=standards()["ERC-165"].contracts)
def contract(contracts: dict[str, Any], request: pytest.FixtureRequest) -> Any:
    return contracts[request.param]


def gas_of(chain: Chain, contract: Any, id: str, sender: Account) -> int:
    """What the question takes beyond a transaction's base and its calldata."""
    data = contract.calldata.supportsInterface(bytes.fromhex(id))
    receipt = chain.transact(contract, data, sender)
    return receipt.gas_used - 21_000 - sum(16 if byte else 4 for byte in data)


@pytest.mark.clause("ERC-165", "itself")
def test_it_publishes_itself(contract: Any) -> None:
    assert interface_id("supportsInterface(bytes4)").hex() == "01ffc9a7"
    assert contract.supportsInterface(bytes.fromhex("01ffc9a7"))


@pytest.mark.clause("ERC-165", "never")
def test_it_never_publishes_the_id_that_nobody_has(contract: Any) -> None:
    assert not contract.supportsInterface(b"\xff" * 4)


@pytest.mark.clause("ERC-165", "others")
@pytest.mark.clause("ERC-4907", "id")
@pytest.mark.clause("ERC-1155", "interface")
@pytest.mark.clause("ERC-7943", "ids")
def test_it_publishes_what_it_has_and_nothing_else(contract: Any) -> None:
    has = HAS[contract.ABI_NAME]
    assert {id for id in IDS if contract.supportsInterface(bytes.fromhex(id))} == has
    assert not [id for id in OTHERS if contract.supportsInterface(bytes.fromhex(id))]


@pytest.mark.clause("ERC-165", "others")
def test_no_four_bytes_of_its_code_are_an_id_that_is_not_listed(contract: Any) -> None:
    """What it compares with stands in its code: whatever it publishes is among these."""
    code = artifact(contract.ABI_NAME).runtime
    asked = {code[at : at + 4] for at in range(len(code) - 3)}
    asked |= {bytes(4 - size) + code[at : at + size] for size in (2, 3) for at in range(len(code) - size)}
    answered = {id.hex() for id in asked if _answers_yes(contract, id)}
    assert answered - {"01ffc9a7"} == HAS[contract.ABI_NAME]


@pytest.mark.clause("ERC-165", "has-them")
def test_every_function_behind_an_id_is_there(contract: Any) -> None:
    functions = {
        f"{one['name']}({','.join(part['type'] for part in one['inputs'])})"
        for one in artifact(contract.ABI_NAME).abi
        if one["type"] == "function"
    }
    for id, signatures in IDS.items():
        assert interface_id(*signatures).hex() == id
        assert (functions >= set(signatures)) == (id in HAS[contract.ABI_NAME]), id


@pytest.mark.clause("ERC-165", "gas")
def test_the_answer_is_cheap(contract: Any) -> None:
    chain = contract.chain
    with chain.isolated():
        for id in ("01ffc9a7", "ffffffff", *IDS):
            assert 0 < gas_of(chain, contract, id, chain.account("asker")) < 30_000


@pytest.mark.clause("ERC-1155", "receivers")
@pytest.mark.parametrize("name", ["DealVault", "CalderaGovernor", "CalderaTimelock"])
def test_a_receiver_publishes_itself_for_little_gas(contracts: dict[str, Any], name: str) -> None:
    contract = contracts[name]
    with contract.chain.isolated():
        for id in ("01ffc9a7", "4e2312e0", "ffffffff"):
            assert gas_of(contract.chain, contract, id, contract.chain.account("asker")) < 10_000
    assert contract.supportsInterface(bytes.fromhex("4e2312e0"))


@pytest.mark.clause("ERC-1155", "receivers")
@pytest.mark.clause("ERC-721", "receivers")
def test_who_has_a_hook_is_listed() -> None:
    """No contract but these has to answer for what it receives."""
    for hook, names in (
        ("onERC1155Received", {"DealVault", "CalderaGovernor", "CalderaTimelock"}),
        ("onERC1155BatchReceived", {"DealVault", "CalderaGovernor", "CalderaTimelock"}),
        ("onERC721Received", {"CalderaGovernor", "CalderaTimelock"}),
    ):
        assert names == {
            contract
            for contract, made in load().items()
            if made.deployable
            and not made.source_id.startswith("contracts/testing/")
            and any(entry.get("name") == hook for entry in made.abi)
        }


@pytest.mark.clause("ERC-721", "receivers")
def test_the_timelock_takes_a_token_and_the_governor_does_not(contracts: dict[str, Any]) -> None:
    """By the answer of the wallet interface, and with every token and every data."""
    signature = "onERC721Received(address,address,uint256,bytes)"
    for name, accepts in (("CalderaTimelock", True), ("CalderaGovernor", False)):
        contract = contracts[name]
        someone = contract.chain.account("someone")
        for token, data in ((1, b""), (2**256 - 1, bytes(100))):
            asked = contract.calldata.onERC721Received(someone, someone, token, data)
            with contract.chain.isolated():
                receipt = contract.chain.transact_raw(contract, asked, someone)
            assert receipt.ok is accepts
            if accepts:
                assert receipt.output == keccak(text=signature)[:4].ljust(32, b"\0")


@pytest.mark.clause("ERC-1155", "receivers", "rejects")
def test_the_vault_of_a_deal_takes_certificates_of_its_ledger_only() -> None:
    market = open_market()
    suite, (_, vault) = market.suite, market.open()
    asset = suite.circulating()
    suite.send(suite.seller, suite.alice, asset, 9 * MINIMUM)
    batch = ([asset, asset], [2 * MINIMUM, MINIMUM])
    suite.ledger.safeTransferFrom(suite.alice, vault, asset, MINIMUM, b"x", sender=suite.alice)
    suite.ledger.safeBatchTransferFrom(suite.alice, vault, *batch, b"", sender=suite.alice)
    assert suite.ledger.balanceOf(vault, asset) == 4 * MINIMUM
    people = (suite.mallory.address, suite.alice.address)
    with reverts("OtherLedger"):
        vault.onERC1155Received(*people, asset, 1, b"", sender=suite.mallory)
    with reverts("OtherLedger"):
        vault.onERC1155BatchReceived(*people, [asset], [1], b"", sender=suite.mallory)


@pytest.mark.clause("ERC-1155", "receivers", "rejects")
def test_the_timelock_accepts_and_the_governor_rejects(contracts: dict[str, Any]) -> None:
    for name, accepts in (("CalderaTimelock", True), ("CalderaGovernor", False)):
        contract = contracts[name]
        someone = contract.chain.account("someone")
        for signature, given in (
            (RECEIVER[0], (someone, someone, 1, 1, b"")),
            (RECEIVER[1], (someone, someone, [1], [1], b"")),
        ):
            function = signature.partition("(")[0]
            data = getattr(contract.calldata, function)(*given)
            with contract.chain.isolated():
                receipt = contract.chain.transact_raw(contract, data, someone)
            assert receipt.ok is accepts
            if accepts:
                assert receipt.output[:4] == keccak(text=signature)[:4]


def _answers_yes(contract: Any, id: bytes) -> bool:
    answer: bytes = contract.chain.call(contract, contract.calldata.supportsInterface(id))
    return any(answer)
