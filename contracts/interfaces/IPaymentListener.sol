// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A lienholder that wants to know when a debtor pays
interface IPaymentListener {
    /// @notice A payment on `id` has arrived; what falls to liens can be collected. Only the module of receivables.
    function onPayment(uint256 id) external;
}
