// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A contract wallet with one owner: acts for it, signs for it (ERC-1271), receives certificates
contract ContractWallet is ERC1155Holder, IERC1271 {
    address public immutable owner;

    error NotTheOwner(address caller);

    constructor(address owner_) {
        owner = owner_;
    }

    function act(address target, bytes calldata data) external returns (bytes memory answer) {
        if (msg.sender != owner && msg.sender != address(this)) revert NotTheOwner(msg.sender);
        bool ok;
        (ok, answer) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    /// @dev Several calls of one contract in one transaction.
    function actAll(address target, bytes[] calldata data) external {
        if (msg.sender != owner) revert NotTheOwner(msg.sender);
        for (uint256 i = 0; i < data.length; ++i) this.act(target, data[i]);
    }

    function isValidSignature(bytes32 hash, bytes memory signature) external view returns (bytes4) {
        return ECDSA.recover(hash, signature) == owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @title Tries to pass on what it receives within the callback
contract ReentrantReceiver is ERC1155Holder {
    address public target;
    bytes public payload;
    bytes public answer;
    bool public succeeded;

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes memory) public override returns (bytes4) {
        if (target != address(0)) (succeeded, answer) = target.call(payload);
        return this.onERC1155Received.selector;
    }
}

/// @title Accepts no certificate
contract DeafReceiver {
    uint256 public constant SILENT = 1;
}
