// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ISlashable} from "./ISlashable.sol";
import {IStakeHolders} from "./IStakeHolders.sol";
import {IStakeRewards} from "./IStakeRewards.sol";

/// @title Stake with nodes, by shares
/// @notice Amounts are units of 10^-18 ERA. What is staked with a node is a pool of shares; a share is worth a unit at first and
/// less after a slash. What is leaving is a second pool of the node. Where a slash leaves less than a 10,000th of a unit a
/// share, the pool's shares are counted anew: a *generation* ends, its shares stand for what was left of it, pro rata, and a
/// share of the next is worth a unit again. Whoever comes later is neither diluted by the old shares nor do they vanish.
/// A holder is an account (its address as a number) or a grant of the vesting vault (2^255 + the grant's id).
/// ERA sent here by a mere transfer is nobody's, and changes nothing.
interface IStakePools is ISlashable, IStakeHolders {
    /// @notice What governance sets. `leastSelfStake`: what the owner must itself have at stake, from 1 unit on. `unbonding`: 7 to
    /// 60 days. `notice`: of a raised commission, 1 to 30 days. Seconds.
    struct StakeTerms {
        uint96 leastSelfStake;
        uint32 unbonding;
        uint32 notice;
    }

    /// @notice A node's active stake. `generation`: how often its shares were counted, 1 at first. `commissionBps`: the owner's part
    /// of the rewards. `retired`: nobody can stake with it any more. `place`: where draws find it, plus one; 0 where it is not live,
    /// which is to say that it gives no weight and earns nothing.
    /// @dev One slot, all that staking touches of a node; it is never empty where there is a node.
    struct ActivePool {
        uint96 active;
        uint104 shares;
        uint16 generation;
        uint16 commissionBps;
        bool retired;
        uint24 place;
    }

    /// @notice A node's stake that is leaving. `generation`: 0 at first. `frozenUntil`: as far as each exit's own bound goes.
    /// @dev One slot, all that a withdrawal touches of a node.
    struct LeavingPool {
        uint96 tokens;
        uint104 shares;
        uint16 generation;
        uint40 frozenUntil;
    }

    /// @notice `holder` has `shares` more with the node for `amount`, paid by `payer`.
    event StakeAdded(
        uint256 indexed holder,
        uint32 indexed node,
        address indexed payer,
        uint256 amount,
        uint256 shares
    );
    /// @notice `taken` of the node's stake is slashed; `active` and `leaving` are left.
    event StakeSlashed(uint32 indexed node, uint256 taken, uint256 active, uint256 leaving);
    /// @notice The shares of a pool of the node are counted anew: `shares` of the generation stand for `tokens` of the next.
    event GenerationEnded(uint32 indexed node, bool indexed leaving, uint16 generation, uint256 tokens, uint256 shares);
    /// @notice Nothing that leaves the node is paid before `until`, within each exit's own bound.
    event StakeFrozen(uint32 indexed node, uint40 until);
    /// @notice The terms are `terms` from now on.
    event StakeTermsSet(StakeTerms terms);

    /// @notice More ERA than the slots here hold.
    error SupplyTooLarge(uint256 supply);
    /// @notice Where rewards are counted must be a contract.
    error RewardsCannotBe(address rewards);
    /// @notice A term is out of its range: see `StakeTerms`.
    error StakeTermsOutOfRange(StakeTerms terms);
    /// @notice The amount is zero.
    error NoAmount();
    /// @notice Nobody, and not this contract, can have a stake.
    error CannotStakeFor(address account);
    /// @notice It would be `shares`, fewer than wanted.
    error TooFewShares(uint256 shares, uint256 least);
    /// @notice The holder has `held` shares with the node.
    error ExceedsPosition(uint32 node, uint256 shares, uint256 held);
    /// @notice The node's stake, active and leaving, is `total`.
    error ExceedsStake(uint32 node, uint256 amount, uint256 total);
    /// @notice Only the contract of rewards takes rewards.
    error OnlyRewards(address caller);
    /// @notice The number is neither an account's nor a grant's.
    error UnknownHolder(uint256 holder);

    /// @notice Stakes `amount` of the caller's ERA, which it approved. Not under pause.
    /// @param leastShares refuse less
    function stake(uint32 node, uint256 amount, uint256 leastShares) external returns (uint256 shares);

    /// @notice Stakes with an approval signed for this contract (ERC-2612). Not under pause.
    function stakeWithPermit(
        uint32 node,
        uint256 amount,
        uint256 leastShares,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares);

    /// @notice Sets the terms. An exit keeps the unbonding time it began with, an announcement its notice. Whether a node is live
    /// follows when its owner's stake changes, it is slashed, or anyone calls `refreshNode`. Only PARAMETERS.
    function setStakeTerms(StakeTerms calldata terms) external;

    /// @notice Where rewards are counted, for good: another count would not know the indices.
    function rewards() external view returns (IStakeRewards);

    /// @notice The terms.
    function stakeTerms() external view returns (StakeTerms memory);

    /// @notice The node's two pools; reverts where there is no such node.
    function poolsOf(uint32 node) external view returns (ActivePool memory, LeavingPool memory);

    /// @notice Active shares of the holder with the node, and what they are worth now.
    function positionOf(uint256 holder, uint32 node) external view returns (uint256 shares, uint256 amount);

    /// @notice The token.
    function era() external view returns (IERC20);
}
