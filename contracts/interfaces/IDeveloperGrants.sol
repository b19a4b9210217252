// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IEraBudget} from "./IEraBudget.sol";
import {IUsdRateSource} from "./IUsdRateSource.sol";

/// @title Grants to developers of circulation tools
/// @notice Governance awards a grant in milestones of USD (6 decimals). Each milestone that is approved in time is paid in ERA at
/// the mean rate of that day, rounded down. A developer is an entity of the registry, whoever it works through: all its milestones
/// together, paid ones and open ones, are at most USD 300,000. Milestones that expire or are cancelled no longer count.
interface IDeveloperGrants is IEraBudget {
    /// @notice Where a milestone stands. `Open` past its deadline can no longer be approved, and anyone may let it expire.
    enum MilestoneState {
        None,
        Open,
        Approved,
        Cancelled,
        Expired
    }

    /// @notice What is promised. `usd`: 6 decimals. `deadline`: last second of approval. `termsHash`: of what has to be delivered.
    struct MilestoneTerms {
        uint96 usd;
        uint40 deadline;
        bytes32 termsHash;
    }

    /// @notice A milestone. See `MilestoneTerms`.
    struct Milestone {
        uint96 usd;
        uint40 deadline;
        MilestoneState state;
        bytes32 termsHash;
    }

    /// @notice The rate that counts: what `source` says, if it learnt it at most `maxAge` seconds ago, and it is `least` to `most`
    /// USD per ERA (WAD).
    struct RateTerms {
        IUsdRateSource source;
        uint32 maxAge;
        uint128 least;
        uint128 most;
    }

    /// @notice Governance awarded `developer` a grant of `milestones`, as in the document of that hash.
    event GrantAwarded(
        uint256 indexed grant,
        uint48 indexed developer,
        MilestoneTerms[] milestones,
        bytes32 documentHash
    );
    /// @notice The milestone was approved: `amount` of ERA for `usd` at `rate` (USD per ERA, WAD).
    event MilestoneApproved(
        uint256 indexed grant,
        uint256 indexed index,
        uint48 indexed developer,
        uint96 usd,
        uint256 rate,
        uint256 amount,
        bytes32 evidenceHash
    );
    /// @notice The milestone ended unpaid, cancelled or expired; its `usd` no longer count for its developer.
    event MilestoneEnded(
        uint256 indexed grant,
        uint256 indexed index,
        uint48 indexed developer,
        MilestoneState state,
        uint96 usd
    );
    /// @notice `amount` was handed to `account` of `developer`.
    event GrantClaimed(uint48 indexed developer, address indexed account, uint256 amount);
    /// @notice From now on the rate is taken like this.
    event GrantRateSet(RateTerms terms);

    /// @notice There is no entity `developer`.
    error UnknownDeveloper(uint48 developer);
    /// @notice A grant has 1 to `most` milestones.
    error MilestonesOutOfRange(uint256 milestones, uint256 most);
    /// @notice Milestone `index` has no USD, no terms, or a deadline that is past or more than five years ahead.
    error InvalidMilestone(uint256 index);
    /// @notice The developer's milestones would come to `usd`, more than `most`.
    error DeveloperCapExceeded(uint48 developer, uint256 usd, uint256 most);
    /// @notice There is no such milestone.
    error UnknownMilestone(uint256 grant, uint256 index);
    /// @notice The milestone is not open.
    error MilestoneClosed(uint256 grant, uint256 index, MilestoneState state);
    /// @notice The milestone could be approved until `deadline`.
    error MilestoneOverdue(uint256 grant, uint256 index, uint256 deadline);
    /// @notice The milestone can be approved until `deadline`; until then only governance ends it.
    error MilestoneRunning(uint256 grant, uint256 index, uint256 deadline);
    /// @notice Documents and evidence are named by their hash.
    error NoDocument();
    /// @notice The rate is of `updatedAt`, not of the last `maxAge` seconds.
    error RateNotOfTheDay(uint256 updatedAt, uint256 maxAge);
    /// @notice The rate is not within its bounds.
    error RateOutOfBounds(uint256 rate, uint256 least, uint256 most);
    /// @notice The terms of the rate name no contract, no time up to a week, or no bounds.
    error InvalidRateTerms();

    /// @notice Awards a grant. Only ADMIN, the timelock of governance.
    /// @return grant its number, counting from 1
    function award(
        uint48 developer,
        MilestoneTerms[] calldata milestones,
        bytes32 documentHash
    ) external returns (uint256 grant);

    /// @notice Approves an open milestone: its ERA at the rate of now is owed to the developer. Only ADMIN, or a role of reviewers
    /// that the deployment names. `BudgetTooSmall` where the budget cannot pay; the milestone stays open.
    /// @param index counting from 0
    /// @return amount floor(usd × 10^30 / rate)
    function approve(uint256 grant, uint256 index, bytes32 evidenceHash) external returns (uint256 amount);

    /// @notice Ends an open milestone. Only ADMIN.
    function cancel(uint256 grant, uint256 index) external;

    /// @notice Ends an open milestone whose deadline has passed. Anyone may call.
    function expire(uint256 grant, uint256 index) external;

    /// @notice Hands the caller what is owed to its entity. Only an active account. Always open.
    function claim() external returns (uint256 amount);

    /// @notice Sets how the rate is taken. Only PARAMETERS.
    function setRateTerms(RateTerms calldata terms) external;

    /// @notice The rate of the day, if there is a good one.
    function rateOfTheDay() external view returns (uint256);

    /// @notice How the rate is taken.
    function rateTerms() external view returns (RateTerms memory);

    /// @notice The developer of `grant`, 0 where there is none, and its milestones.
    function grantOf(uint256 grant) external view returns (uint48 developer, Milestone[] memory milestones);

    /// @notice USD of `developer`'s milestones, open and approved ones: at most `DEVELOPER_CAP`.
    function countedUsd(uint48 developer) external view returns (uint256);

    /// @notice ERA that `developer` can claim.
    function claimableOf(uint48 developer) external view returns (uint256);

    /// @notice Grants so far.
    function grantCount() external view returns (uint256);

    /// @notice USD 300,000, with 6 decimals.
    // solhint-disable-next-line func-name-mixedcase
    function DEVELOPER_CAP() external view returns (uint256);
}
