// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IModuleFund} from "../interfaces/IModuleFund.sol";

/// @title The fund that pays for the development of modules
/// @dev Nothing is written when money arrives: what was collected is what is there and what was spent.
contract ModuleFund is IModuleFund, AccessManaged {
    using SafeERC20 for IERC20;

    /// @inheritdoc IModuleFund
    mapping(address token => uint256) public spent;

    /// @param access the suite's AccessManager
    constructor(address access) AccessManaged(access) {}

    /// @inheritdoc IModuleFund
    function spend(address token, address to, uint256 amount, bytes32 purposeHash) external restricted {
        if (amount == 0) revert NothingToSpend();
        if (purposeHash == 0) revert NoSpendingPurpose();
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
        uint256 there = available(token);
        if (amount > there) revert ExceedsFund(token, amount, there);
        uint256 inAll = spent[token] + amount;
        spent[token] = inAll;
        emit FundSpent(token, to, amount, purposeHash, inAll);
        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IModuleFund
    function collected(address token) external view returns (uint256) {
        return spent[token] + available(token);
    }

    /// @inheritdoc IModuleFund
    function available(address token) public view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }
}
