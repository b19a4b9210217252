// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IEraBudget} from "./IEraBudget.sol";
import {ILightBook} from "./ILightBook.sol";

/// @title Light nodes: what devices observed is settled window by window, paid, and read by others
/// @notice A window is settled by anyone once it takes no more observations. Each entity has one voice, the mean weight of its devices
/// there, shared among them. The value is the lower weighted median. Where more than half of at least three entities are within the
/// tolerance of it, those observations are accepted and paid, and the rest contradict. Otherwise nobody is paid and
/// nobody contradicts.
interface ILightNodes is ILightBook, IEraBudget {
    /// @notice `window` of `series` was settled by `reporter`. `value`: the median. `paid` of `due`: what the budget and the caps of
    /// nodes allowed of the rewards.
    event WindowSettled(
        bytes32 indexed series,
        uint40 indexed window,
        address indexed reporter,
        WindowOutcome outcome,
        int96 value,
        uint8 accepted,
        uint256 due,
        uint256 paid
    );
    /// @notice The observation of `device` was accepted or contradicts; it has `weight` now, and its node earned `paid`.
    event ObservationJudged(
        bytes32 indexed series,
        uint40 indexed window,
        uint32 indexed device,
        bool accepted,
        uint16 weight,
        uint256 paid
    );
    /// @notice `amount` that `node` earned was handed to its owner.
    event LightRewardClaimed(uint32 indexed node, address indexed owner, uint256 amount);

    /// @notice From now on a node is rewarded with at most `cap` for windows that end in one epoch.
    event NodeCapSet(uint96 cap);

    /// @notice `window` of `series` takes observations until `from`, and can be settled then.
    error WindowStillOpen(bytes32 series, uint40 window, uint256 from);
    /// @notice `window` of `series` was settled before.
    error WindowAlreadySettled(bytes32 series, uint40 window);
    /// @notice Nothing was observed in `window` of `series`.
    error NothingObserved(bytes32 series, uint40 window);
    /// @notice Nothing of `series` was ever agreed.
    error NothingAgreed(bytes32 series);
    /// @notice `caller` does not own `node`.
    error NotNodeOwner(uint32 node, address caller);
    /// @notice Nothing waits for `node`.
    error NothingEarned(uint32 node);
    /// @notice An epoch has 1 to 90 days.
    error RewardEpochOutOfRange(uint32 length);

    /// @notice Settles a window. Reward of an accepted observation: reward of the kind × weight / 10,000, rounded down, at most what is
    /// left of the node's cap; where all of them are more than the budget, each gets the same part of it, rounded down. Anyone may.
    /// Always open.
    /// @return outcome what became of it
    function settle(bytes32 series, uint40 window) external returns (WindowOutcome outcome);

    /// @notice Hands the caller what its node earned. Only the owner of `node`, an active account. Always open.
    function claim(uint32 node) external returns (uint256 amount);

    /// @notice Sets the most a node is rewarded with for windows that end in one epoch; it holds for what is settled from now on.
    /// Only PARAMETERS.
    function setNodeCap(uint96 cap) external;

    /// @notice The value of the last window of `series` that was agreed. Reverts where there is none.
    /// @return value in the unit of the series
    /// @return at first second of that window: no observation in it is older
    /// @return accepted how many devices' observations were accepted
    function latest(bytes32 series) external view returns (int96 value, uint40 at, uint8 accepted);

    /// @notice The most a node is rewarded with for one epoch.
    function nodeCap() external view returns (uint96);

    /// @notice What waits for the owner of `node`.
    function earnedBy(uint32 node) external view returns (uint256);

    /// @notice What `node` was rewarded with for windows that ended in `epoch`.
    function rewardedIn(uint32 node, uint32 epoch) external view returns (uint256);

    /// @notice Seconds of an epoch, for good; epoch of a window: its end / length.
    function rewardEpochLength() external view returns (uint32);
}
