// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The part of a financed borrower's revenue that goes to the module fund
interface IFundShare {
    /// @notice From now on `bps` basis points of what `entity` earns go to the module fund; 0 ends it.
    event FundShareSet(uint48 indexed entity, uint16 bps);

    /// @notice Sets the part of `entity`'s revenue that goes to the fund, in basis points, as it agreed when it drew its loan;
    /// 0 once its last loan is closed. Only LENDER.
    function setFundShare(uint48 entity, uint16 bps) external;

    /// @notice The part of `entity`'s revenue that goes to the fund now, in basis points.
    function fundShareOf(uint48 entity) external view returns (uint16);
}
