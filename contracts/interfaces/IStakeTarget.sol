// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A contract in which granted ERA can be staked
/// @notice The caller is the vault of the grant; a grant is known by vault and id together. The target holds the ERA until it
/// gives it back with `IVestingVault.returnStake`, less what was slashed, plus what was earned. It acts for whoever is the
/// grant's beneficiary at that moment (`IVestingVault.beneficiaryOf`), because a grant can move to a new wallet.
/// @dev What is staked goes on voting in the vault: a target must neither delegate it in the token nor count it as votes.
interface IStakeTarget {
    /// @notice `amount` ERA of the grant has just arrived. Only to be believed from a vault the target knows.
    /// @param grant id of the grant in the calling vault
    /// @param beneficiary who stakes
    /// @param amount in units of 10^-18 ERA, already transferred
    /// @param data whatever the beneficiary tells the target, for example a node
    /// @return `IStakeTarget.onGrantStaked.selector`; anything else refuses the stake
    function onGrantStaked(
        uint256 grant,
        address beneficiary,
        uint256 amount,
        bytes calldata data
    ) external returns (bytes4);

    /// @notice The grant was revoked while it was staked, and `amount` of its stake is owed to its allocation: the target must
    /// begin to unbond so much, if it does not yet, and give it back once it may. It may give it back during this call.
    function recallGrantStake(uint256 grant, uint256 amount) external;
}
