// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationBook} from "./ICirculationBook.sol";
import {IEraBudget} from "./IEraBudget.sol";
import {IFeesPaid} from "./IFeesPaid.sol";

/// @title ERA for what enterprises circulated
/// @notice 12,000 ERA for each USD 1,000,000 that an enterprise was paid, pro rata and net of what came back, up to a cap for an
/// entity and epoch, up to a multiple of the fees it paid, and never beyond the budget. What was counted in an epoch vests evenly
/// from the end of that epoch. A proven wash gives back what is unvested. Verifiers earn a part on top of each reward.
interface ICirculationIncentives is ICirculationBook, IEraBudget {
    /// @notice Lengths in seconds; `window` in epochs. See `ICirculationBook`. `vesting`: of a reward, at most 24 epochs.
    struct Periods {
        uint32 epochLength;
        uint32 window;
        uint32 review;
        uint32 vesting;
    }

    /// @notice What was counted in one epoch: `unvested` of it at second `from`, running evenly to second `end`.
    struct Stream {
        uint32 epoch;
        uint40 from;
        uint40 end;
        uint96 unvested;
    }

    /// @notice Of `epoch`, `usd` that `payer` paid `enterprise` counted: `reward` for the enterprise, `rebate` for the verifiers.
    /// The reward is in the stream of `countedIn`.
    event CirculationCounted(
        uint48 indexed payer,
        uint48 indexed enterprise,
        uint32 indexed epoch,
        uint256 usd,
        uint256 reward,
        uint256 rebate,
        uint32 countedIn
    );
    /// @notice `amount` of the rewards of `entity` was handed to its `account`.
    event IncentiveClaimed(uint48 indexed entity, address indexed account, uint256 amount);
    /// @notice `amount` of what `entity` was awarded in epoch `countedIn` went back to the budget, on the evidence of that hash.
    event IncentiveClawedBack(uint48 indexed entity, uint32 indexed countedIn, uint256 amount, bytes32 evidenceHash);
    /// @notice The verifiers' part of each reward is `bps`, and goes to `payee`.
    event RebateSet(uint16 bps, address payee);
    /// @notice `amount` of rebates was handed to `payee`.
    event RebatePaid(address indexed payee, uint256 amount);
    /// @notice What circulated in `epoch` or later is rewarded with at most `cap` for an entity and epoch.
    event IncentiveCapSet(uint32 indexed epoch, uint256 cap);
    /// @notice From now on an entity is awarded, in all, at most `bps` of the fees it paid, as `source` says; no limit without one.
    event FeeLimitSet(address source, uint32 bps);

    /// @notice `epoch` can be counted from `from` on.
    error EpochStillOpen(uint32 epoch, uint256 from);
    /// @notice Count `epoch` of these two entities first: what came back belongs to the oldest payments.
    error CountEarlierFirst(uint32 epoch);
    /// @notice Nothing is left to count between these entities in `epoch`.
    error NothingToCount(uint48 entityA, uint48 entityB, uint32 epoch);
    /// @notice The budget cannot pay for anything now; what circulated can be counted once there is more.
    error BudgetExhausted(uint256 left);
    /// @notice Nothing that `entity` was awarded in epoch `countedIn` is unvested, or the amount is zero.
    error NothingUnvested(uint48 entity, uint32 countedIn);
    /// @notice Evidence is named by its hash.
    error NoEvidence();
    /// @notice The verifiers' part is at most `most` basis points, and has a payee where it is not zero.
    error RebateOutOfRange(uint16 bps, uint16 most);
    /// @notice No rebate waits for `payee`.
    error NoRebate(address payee);
    /// @notice A fee limit is 1 to `most` basis points of a contract's word, or none of nobody's.
    error FeeLimitOutOfRange(uint32 bps, uint32 most);
    /// @notice The vesting time is 1 second to 24 epochs.
    error VestingOutOfRange(uint32 vesting, uint256 most);

    /// @notice Counts what two entities paid one another in `epoch`, net. Anyone may call, from `countableFrom(epoch)` on, and
    /// oldest epoch first. Where the budget is too small, as much as it pays for is counted and the rest stays countable.
    /// @return reward of the enterprise, which has received more than it paid
    function count(uint48 entityA, uint48 entityB, uint32 epoch) external returns (uint256 reward);

    /// @notice Hands the caller all that its entity has vested. Only an active account. Always open.
    function claim() external returns (uint256 amount);

    /// @notice Takes back what is unvested of what `entity` was awarded in epoch `countedIn`, at most `most`, to the budget; what
    /// is left vests on as before. Only ARBITER.
    /// @param evidenceHash of the document that proves the wash, not zero
    /// @return taken how much that was
    function clawBack(
        uint48 entity,
        uint32 countedIn,
        uint256 most,
        bytes32 evidenceHash
    ) external returns (uint256 taken);

    /// @notice Hands `payee` the rebates that wait for it. Anyone may call. Always open.
    function claimRebate(address payee) external returns (uint256 amount);

    /// @notice Sets the verifiers' part of each reward counted from now on, 0 to 100 basis points, and who is paid. Only PARAMETERS.
    function setRebate(uint16 bps, address payee) external;

    /// @notice Sets the most an entity is rewarded with for one epoch, for all epochs after the present one. Only PARAMETERS.
    function setCap(uint208 cap) external;

    /// @notice Sets how much an entity can be awarded in all: `bps` of the fees it paid. Only PARAMETERS.
    /// @param source says what was paid; the zero address: no limit, with 0 `bps`
    /// @param bps 1 to 1,000,000 (a hundred times the fees)
    function setFeeLimit(IFeesPaid source, uint32 bps) external;

    /// @notice What `entity` could claim now.
    function claimableOf(uint48 entity) external view returns (uint256);

    /// @notice What of `entity`'s rewards is not vested now, over all its streams.
    function unvestedOf(uint48 entity) external view returns (uint256);

    /// @notice The streams of `entity` that are kept, in no order; finished ones may be among them.
    function streamsOf(uint48 entity) external view returns (Stream[] memory);

    /// @notice What `entity` was awarded for `epoch`, which the cap bounds.
    function awardedFor(uint48 entity, uint32 epoch) external view returns (uint256);

    /// @notice What counted for `entity` as received in `epoch`, in USD with 6 decimals: also what the cap or the fee limit left
    /// without a reward.
    function countedFor(uint48 entity, uint32 epoch) external view returns (uint256);

    /// @notice What `entity` was ever awarded, what was taken back included.
    function awardedTo(uint48 entity) external view returns (uint256);

    /// @notice The most an entity is rewarded with for `epoch`.
    function capOf(uint32 epoch) external view returns (uint256);

    /// @notice The cap set last: in force now, or from the next epoch on.
    function latestCap() external view returns (uint208);

    /// @notice The verifiers' part and its payee.
    function rebate() external view returns (uint16 bps, address payee);

    /// @notice Rebates that wait for `payee`.
    function rebateOwed(address payee) external view returns (uint256);

    /// @notice Who says what fees were paid, and how much of them an entity can be awarded; the zero address: no limit.
    function feeLimit() external view returns (IFeesPaid source, uint32 bps);

    /// @notice Seconds in which a reward vests.
    function vesting() external view returns (uint32);
}
