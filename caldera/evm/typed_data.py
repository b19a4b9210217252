"""EIP-712 domains as contracts publish them (ERC-5267)."""

from __future__ import annotations

from typing import Any

from caldera.evm.abi import param
from caldera.evm.address import Address
from caldera.evm.contract import Handle
from caldera.evm.function import Function

_DOMAIN: Function[tuple[bytes, str, str, int, Address, bytes, tuple[int, ...]]] = Function(
    "IERC5267",
    "eip712Domain",
    (),
    tuple(param("", text) for text in ("bytes1", "string", "string", "uint256", "address", "bytes32", "uint256[]")),
    view=True,
)
_FIELDS = ("name", "version", "chainId", "verifyingContract", "salt")


def domain_of(contract: Handle) -> dict[str, Any]:
    """The EIP-712 domain of a contract, ready for `Account.sign_typed`.

    Raises:
        ContractError: the contract has no `eip712Domain`.
    """
    used, *values = _DOMAIN.decode(contract.chain.call(contract.address, _DOMAIN.encode()))
    present = used[0]
    return {name: value for bit, (name, value) in enumerate(zip(_FIELDS, values, strict=False)) if present >> bit & 1}
