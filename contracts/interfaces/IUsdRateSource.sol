// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A source of the USD value of one currency
interface IUsdRateSource {
    /// @return rate USD per whole currency unit, in WAD (18 decimals)
    /// @return updatedAt time stamp in seconds at which the source learnt it
    function usdRate() external view returns (uint256 rate, uint256 updatedAt);
}
