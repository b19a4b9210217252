// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What the ledger of rights asks and tells the module of leases
interface ILeaseHooks {
    /// @notice The lease that runs on `id` now; the zero address and zeros where none does.
    /// @return lessee who leases it
    /// @return end last second
    /// @return sublease whether the lessee may let others use it
    function running(uint256 id) external view returns (address lessee, uint40 end, bool sublease);

    /// @notice Told before leased right `id` leaves `from`: the rent so far is the old owner's. Only the ledger of rights.
    function onOwnerChange(uint256 id, address from) external;
}
