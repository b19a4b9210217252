// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BlacklistToken} from "./HostileTokens.sol";

/// @title As awkward to contracts as tokens in use are: answers nothing, refuses to move nothing, and refuses to change an
/// approval from one sum to another
/// @dev Accounts without code are dealt with as usual, so that tests can hand it round. Its storage is that of BlacklistToken
/// and DevnetCurrency, so that its code can take the place of theirs.
contract AwkwardToken is BlacklistToken {
    error NothingToMove();
    error ApprovalInUse(address spender);

    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        return _silently(amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        super.transferFrom(from, to, amount);
        return _silently(amount);
    }

    function approve(address spender, uint256 amount) public override returns (bool) {
        if (msg.sender.code.length != 0 && amount != 0 && allowance(msg.sender, spender) != 0) {
            revert ApprovalInUse(spender);
        }
        super.approve(spender, amount);
        return _silently(1);
    }

    function _silently(uint256 amount) private view returns (bool) {
        if (msg.sender.code.length == 0) return true;
        if (amount == 0) revert NothingToMove();
        assembly ("memory-safe") {
            return(0, 0)
        }
    }
}
