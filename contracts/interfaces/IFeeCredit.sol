// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The prepaid account from which an entity pays its fees
interface IFeeCredit {
    /// @notice Pays `amount` of ERA into the account of `entity`, from the caller, who approved it. Anyone may call, contracts
    /// that pay rewards included. Stops under pause. `MoneyLib.InexactToken` where less arrives.
    function deposit(uint48 entity, uint256 amount) external;
}
