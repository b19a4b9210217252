// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRecords} from "./INodeRecords.sol";
import {IStakeRewards} from "./IStakeRewards.sol";

/// @title What each node earns: a rate inside the band, set by its scores
/// @notice rate = least + (most - least) × volume × accuracy (× efficiency, where the terms say so), the scores of the last
/// complete epoch; a year has 365 days, and nothing is compounded. Rates have nine decimals: 80,000,000 is 8% a year. A node
/// begins with the least of the band. `poke` sets the rate anew; once an epoch is enough. What a node earned before stays as it
/// was. A node that is not live earns nothing.
/// @dev Rounding leaves less than 3 units of reward at each checkpoint or poke of a node that has at most 10^27 shares, and 2 each
/// time that power or budget change and 1 for each period: they stay here and are owed to nobody.
interface INodeRewards is IStakeRewards {
    /// @notice `leastBps` and `mostBps` of stake a year, 1 to 10,000. `withEfficiency`: the third score counts. Who lowers a rate
    /// is tipped `tipBps`, 2,000 at most, of what is saved over an epoch, and `mostTip` at most.
    struct RewardTerms {
        uint16 leastBps;
        uint16 mostBps;
        bool withEfficiency;
        uint16 tipBps;
        uint96 mostTip;
    }

    /// @notice From now on the node earns at `rate` instead of `before`. `tip` went to whoever asked for it.
    event NodeRateSet(uint32 indexed node, uint32 before, uint32 rate, uint256 tip);
    /// @notice The node's owner gets `bps` of what it earns from now on.
    event NodeCommissionSet(uint32 indexed node, uint16 bps);
    /// @notice `amount` of commission was handed to `to`.
    event CommissionClaimed(uint32 indexed node, address indexed to, uint256 amount);
    /// @notice From the next poke of each node on its rate follows these terms.
    event RewardTermsSet(RewardTerms terms);
    /// @notice The contract of stakes is `staking`, for good.
    event RewardStakingSet(address indexed staking);

    /// @notice The terms are out of range, or in the wrong order.
    error RewardTermsOutOfRange(RewardTerms terms);
    /// @notice Only the contract of stakes may tell that.
    error OnlyStaking(address caller);
    /// @notice The contract of stakes is `staking` already.
    error StakingIsSet(address staking);
    /// @notice `staking` is no contract.
    error NotAStaking(address staking);
    /// @notice `node` has no stake that earns.
    error NothingEarns(uint32 node);
    /// @notice `account` does not own `node`.
    error NotTheNodesOwner(uint32 node, address account);
    /// @notice No commission is owed to the owner of `node`.
    error NoCommission(uint32 node);
    /// @notice A commission is `most` basis points at most.
    error CommissionOutOfRange(uint16 bps, uint16 most);

    /// @notice Sets the rate of `node` from the scores of the last complete epoch. Anyone may, at any time. The stake that they are
    /// measured by is the highest that the node had in that epoch or since, in whole ERA rounded up, so that nobody raises a rate
    /// by making the stake small for a moment, and a rate that was lowered does not rise again within the epoch.
    /// @dev The tip is a part of what the stake that was known at the last poke, or what is left of it, will not earn in an epoch's
    /// time, at the funded rate of now. Stake that comes for the poke and leaves again adds nothing to it.
    /// @return tip in ERA, paid to the caller out of what is promised to nobody; 0 where the rate does not fall
    function poke(uint32 node) external returns (uint256 tip);

    /// @notice Hands all commission of `node` to `to`. Only the node's owner.
    function claimCommission(uint32 node, address to) external returns (uint256 amount);

    /// @notice Sets band and tips. Only PARAMETERS.
    function setRewardTerms(RewardTerms calldata terms) external;

    /// @notice Names the contract of stakes, once. Only ADMIN.
    function setStaking(address staking_) external;

    /// @notice The node's rate, in 10^-9 a year.
    /// @return set what it earns at; 0 for a node that never had stake
    /// @return due what a poke would set now; 0 where nothing earns
    /// @return effective `set` × funded rate, rounded down; 0 where nothing earns
    function rateOf(uint32 node) external view returns (uint32 set, uint32 due, uint32 effective);

    /// @notice What a poke would be tipped now.
    function tipOf(uint32 node) external view returns (uint256);

    /// @notice The stake of `node` that earns now, in units of 10^-18 ERA.
    function earningOf(uint32 node) external view returns (uint256);

    /// @notice Commission that the owner of `node` could claim now, and its part of what is earned, in basis points.
    function commissionOf(uint32 node) external view returns (uint256 amount, uint16 bps);

    /// @notice Band and tips.
    function rewardTerms() external view returns (RewardTerms memory);

    /// @notice The contract of stakes; zero until it is named.
    function staking() external view returns (address);

    /// @notice The records that scores come from.
    function records() external view returns (INodeRecords);
}
