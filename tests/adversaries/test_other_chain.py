"""A chain splits, and the suite stands on both halves at the same addresses with the same keys: what was signed for one
of them is nothing on the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.artifacts import load
from caldera.contracts import EraToken, VestingVault, VoteLock
from caldera.deployment.encoding import Function, functions
from caldera.devnet import Devnet
from caldera.evm import Account, ContractError, Signature, domain_of
from tests.support.devnet import Fresh
from tests.support.suite import reverts
from tests.unit.era.signing import DELEGATION, PERMIT, parts

SPLIT = 51_742
DIGESTS = ("digest", "commitment")
"""What a signed or committed message comes down to is read from views with these words in their names."""
UNSIGNED = {"AirdropClaim", "LenderAdapter"}
"""Made on demand, not by the profile: `test_a_signature_is_for_one_round`, `test_for_one_adapter_only`."""
APPROVAL = [
    {"name": "owner", "type": "address"},
    {"name": "operator", "type": "address"},
    {"name": "approved", "type": "bool"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


@pytest.fixture
def net(fresh: Fresh) -> Iterator[Devnet]:
    with fresh() as devnet:
        yield devnet
        split(devnet, devnet.chain.chain_id)


def split(net: Devnet, chain_id: int) -> None:
    """From here on the node is the other half."""
    net.chain.rpc("anvil_setChainId", chain_id)


def zero(kind: dict[str, Any]) -> Any:
    """A value of the type that is all zeros; of lists, the empty one."""
    text = str(kind["type"])
    if text.endswith("]"):
        return ()
    if text == "tuple":
        return tuple(zero(one) for one in kind["components"])
    if text.startswith("bytes"):
        return bytes(int(text[5:] or 0))
    return {"string": "", "bool": False, "address": "0x" + "00" * 20}.get(text, 0)


def messages(net: Devnet) -> Iterator[tuple[str, str, Function]]:
    """Every view of every contract of the suite that gives what is signed or committed to, with the address."""
    compiled = load()
    for name, address in net.deployment.addresses.items():
        for one in functions(compiled[net.profile.entry(name).contract_type]):
            if any(word in one.name.lower() for word in DIGESTS) and one.returned == "bytes32":
                yield name, address, one


def asked(net: Devnet, address: str, function: Function) -> bytes | None:
    """What it gives for a message of nothing; nothing where it looks something up that is not there."""
    values = [zero(one) for one in function.entry["inputs"]]
    try:
        return net.chain.call(address, function.encode(*values))
    except ContractError:
        return None


def domain_separator(domain: dict[str, Any]) -> bytes:
    """By EIP-712's own text."""
    kind = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    fields = [keccak(text=domain["name"]), keccak(text=domain["version"])]
    values = [kind, *fields, domain["chainId"], domain["verifyingContract"]]
    return bytes(keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values)))


def test_every_domain_follows_the_chain(net: Devnet) -> None:
    """And there is no contract of the suite that checks signatures of accounts without a domain."""
    compiled = load()
    signing = {
        name
        for name, artifact in compiled.items()
        if artifact.deployable
        and "/testing/" not in artifact.source_id
        and any(one.name == "eip712Domain" for one in functions(artifact))
    }
    deployed = {net.profile.entry(name).contract_type: at for name, at in net.deployment.addresses.items()}
    assert signing - set(deployed) == UNSIGNED
    split(net, SPLIT)
    for name in sorted(signing & set(deployed)):
        handle = EraToken.at(net.chain, deployed[name])
        assert domain_of(handle)["chainId"] == SPLIT, name
        assert domain_of(handle)["verifyingContract"] == deployed[name]
    assert net.era.DOMAIN_SEPARATOR() == domain_separator(domain_of(net.era))


def test_every_message_is_another_on_the_other_half(net: Devnet) -> None:
    """Signed by accounts, by devices, or committed to by voters: what is meant for one half is none for the other."""
    found = list(messages(net))
    before = {(name, one.signature): asked(net, address, one) for name, address, one in found}
    split(net, SPLIT)
    after = {(name, one.signature): asked(net, address, one) for name, address, one in found}
    looked_up = {key for key, value in before.items() if value is None}
    # These ask first for an item, a receivable, a request that is not there; they share their contract's one domain.
    assert {name for name, _ in looked_up} <= {
        "BoundRights",
        "CirculationRouter",
        "ReceivableModule",
        "ValueVerification",
    }
    assert len(before) - len(looked_up) >= 15
    for key in before.keys() - looked_up:
        assert before[key] != after[key], key


class TestASignatureOfBefore:
    """Brought to the other half by anybody: refused, or of nobody. Signed anew for it: good."""

    @pytest.fixture
    def holder(self, net: Devnet) -> Account:
        return net.chain.account("holder of before")

    @pytest.fixture
    def mallory(self, net: Devnet) -> Account:
        mallory = net.chain.account("mallory")
        net.chain.set_balance(mallory, 10**18)
        return mallory

    def test_permit(self, net: Devnet, holder: Account, mallory: Account) -> None:
        until = net.chain.now + 10**6
        said = {"owner": holder.address, "spender": mallory.address, "value": 5, "nonce": 0, "deadline": until}

        def bring(signed: Signature) -> None:
            net.era.permit(holder, mallory, 5, until, *parts(signed.packed), sender=mallory)

        before = holder.sign_typed(domain_of(net.era), {"Permit": PERMIT}, said)
        split(net, SPLIT)
        with reverts("ERC2612InvalidSigner"):
            bring(before)
        bring(holder.sign_typed(domain_of(net.era), {"Permit": PERMIT}, said))
        assert net.era.allowance(holder, mallory) == 5

    @pytest.mark.parametrize("source", [EraToken, VestingVault, VoteLock], ids=lambda one: one.__name__)
    def test_delegation(self, net: Devnet, holder: Account, mallory: Account, source: Any) -> None:
        """ERC-5805 names no holder in the message: a foreign signature is that of an account which nobody has."""
        handle, until = source.at(net.chain, net.deployment.address(source.__name__)), net.chain.now + 10**6
        said = {"delegatee": mallory.address, "nonce": 0, "expiry": until}

        def bring(signed: Signature) -> None:
            handle.delegateBySig(mallory, 0, until, *parts(signed.packed), sender=mallory)

        of_old, before = (
            handle.delegates(holder),
            holder.sign_typed(domain_of(handle), {"Delegation": DELEGATION}, said),
        )
        split(net, SPLIT)
        bring(before)
        assert (handle.delegates(holder), handle.nonces(holder)) == (of_old, 0)
        bring(holder.sign_typed(domain_of(handle), {"Delegation": DELEGATION}, said))
        assert (handle.delegates(holder), handle.nonces(holder)) == (mallory.address, 1)

    def test_approval(self, net: Devnet, holder: Account, mallory: Account) -> None:
        ledger, until = net.certificates, net.chain.now + 10**6
        said = {"owner": holder.address, "operator": mallory.address, "approved": True, "nonce": 0, "deadline": until}

        def bring(signed: Signature) -> None:
            ledger.setApprovalForAllBySignature(holder, mallory, True, until, signed.packed, sender=mallory)

        before = holder.sign_typed(domain_of(ledger), {"ApprovalForAll": APPROVAL}, said)
        split(net, SPLIT)
        with pytest.raises(ContractError):
            bring(before)
        assert not ledger.isApprovedForAll(holder, mallory)
        bring(holder.sign_typed(domain_of(ledger), {"ApprovalForAll": APPROVAL}, said))
        assert ledger.isApprovedForAll(holder, mallory)
