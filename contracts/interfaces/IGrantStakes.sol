// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeStaking} from "./INodeStaking.sol";
import {IStakeTarget} from "./IStakeTarget.sol";
import {IVestingVault} from "./IVestingVault.sol";

/// @title Grants of the vesting vault, staked with nodes
/// @notice This is the target that holds the role STAKING; it keeps no ERA. A grant is staked through the vault (`IVestingVault.stake`, data: `abi.encode(uint256 node, uint256 leastShares)`), with 8
/// nodes at most. Its holder number is 2^255 + its id. Who the vault names as beneficiary at the moment acts for it. Whatever
/// leaves goes back to the vault, which is told how much of the grant's principal that was: a slash is the grant's loss.
interface IGrantStakes is IStakeTarget {
    /// @notice `principal` of the grant came back as `returned`; less is a loss.
    event GrantPrincipalReturned(uint256 indexed grant, uint32 indexed node, uint256 principal, uint256 returned);
    /// @notice The vault recalled `amount`; of it `unbonding` is leaving by now.
    event GrantStakeRecalled(uint256 indexed grant, uint256 amount, uint256 unbonding);

    /// @notice Only the vault brings and recalls grants.
    error OnlyVault(address caller);
    /// @notice The data is not a node and the least shares.
    error BadStakeData(uint256 length);
    /// @notice Only the grant's beneficiary of this moment may do this.
    error NotGrantBeneficiary(uint256 grant, address caller);
    /// @notice The grant is staked with `most` nodes already.
    error TooManyNodes(uint256 grant, uint256 most);
    /// @notice `owed` of the grant's stake goes back to its allocation: until then none of it goes on to another node.
    error GrantRecalled(uint256 grant, uint256 owed);
    /// @notice The grant has nothing with the node, or what it has is worth something.
    error NothingToWriteOff(uint256 grant, uint32 node);

    /// @notice As `IUnbonding.unbond`, of a grant. Only its beneficiary. Always open.
    function unbondGrant(
        uint256 grant,
        uint32 node,
        uint256 shares,
        uint256 leastAmount
    ) external returns (uint8 place);

    /// @notice As `IUnbonding.redelegate`, of a grant of which nothing is owed to its allocation. Only its beneficiary.
    function redelegateGrant(
        uint256 grant,
        uint32 node,
        uint256 shares,
        uint32 toNode,
        uint256 leastAmount
    ) external returns (uint8 place);

    /// @notice As `IUnbonding.redirect`, of a grant; to a node only where nothing is owed. Only its beneficiary.
    function redirectGrant(uint256 grant, uint8 place, uint32 toNode) external;

    /// @notice As `IUnbonding.complete`, of a grant of which nothing is owed. Anyone. What was slashed to nothing is written off.
    function completeGrant(uint256 grant, uint8 place) external returns (uint256 shares);

    /// @notice Gives a mature exit back to the vault. Anyone: it can only go there. Always open.
    function withdrawGrant(uint256 grant, uint8 place) external returns (uint256 amount);

    /// @notice Tells the vault that what the grant had with the node was slashed to nothing. Anyone. Always open.
    function writeOffGrant(uint256 grant, uint32 node) external returns (uint256 principal);

    /// @notice The nodes with which the grant has something active.
    function nodesOfGrant(uint256 grant) external view returns (uint32[] memory);

    /// @notice What of the grant's principal is active with `node`.
    function principalOf(uint256 grant, uint32 node) external view returns (uint256);

    /// @notice What of the grant's principal is in the exit at `place`.
    function exitPrincipalOf(uint256 grant, uint8 place) external view returns (uint256);

    /// @notice Where the nodes and their stake are.
    function staking() external view returns (INodeStaking);

    /// @notice The vault whose grants are believed.
    function vault() external view returns (IVestingVault);
}
