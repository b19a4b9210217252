// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What the contract of rewards asks the contract of stakes
/// @notice A holder is an account (its address as a number) or a grant of the vesting vault (2^255 + the grant's id).
interface IStakeHolders {
    /// @notice Brings the holder's rewards at `nodes` up to now and takes all that it is owed. Only the contract of rewards, which
    /// pays it out.
    /// @return amount in units of 10^-18 ERA
    function takeRewards(uint256 holder, uint32[] calldata nodes) external returns (uint256 amount);

    /// @notice What `takeRewards` would return now.
    function rewardsOf(uint256 holder, uint32[] calldata nodes) external view returns (uint256 amount);

    /// @notice Stakes `amount` of the caller's ERA, which it approved, with `node` for `account`. Anyone may.
    /// @param leastShares refuse less
    function stakeFor(
        address account,
        uint32 node,
        uint256 amount,
        uint256 leastShares
    ) external returns (uint256 shares);

    /// @notice Who acts for a holder now: the account itself, or the grant's beneficiary.
    function actorOf(uint256 holder) external view returns (address);
}
