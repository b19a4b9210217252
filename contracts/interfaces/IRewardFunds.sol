// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICirculationIncentives} from "./ICirculationIncentives.sol";
import {IFeeCredit} from "./IFeeCredit.sol";
import {IScenarioBook} from "./IScenarioBook.sol";

/// @title The money of rewards: what is there, what is promised by the second, and which part of the promise is funded
/// @notice What the contract has = `budgetLeft` (promised to nobody) + `budgetOwed` (promised, not handed out) + what was sent
/// without a word. Nodes together are promised `power` = sum of stake × rate. In each period the funded rate is
/// min(1, left / (power × time to its end)), so that what is there lasts to the end of the period, and no unit is promised that
/// is not there. Amounts are in units of 10^-18 ERA.
/// @dev The funded rate changes with `power`, with the budget, and with a period. In between it is a constant: paid by f, the
/// budget falls as the time left does. Whoever calls in between changes nothing.
interface IRewardFunds {
    /// @notice `amount` came in from `from` (this contract: what had been sent without a word); `left` is promised to nobody.
    event BudgetFunded(address indexed from, uint256 amount, uint256 left);
    /// @notice Governance moved `amount` that was promised to nobody to `to`.
    event BudgetMoved(address indexed to, uint256 amount, uint256 left);
    /// @notice Periods that begin after `from` have `length` days.
    event RewardPeriodSet(uint256 indexed from, uint16 length);
    /// @notice From now on money is fetched from these, and fees are paid into `credit`.
    event RewardSourcesSet(IScenarioBook fees, ICirculationIncentives rebates, IFeeCredit credit);

    /// @notice There is nothing to add or to move.
    error NothingToFund();
    /// @notice `needed` is more than the `left` that is promised to nobody.
    error BudgetTooSmall(uint256 needed, uint256 left);
    /// @notice Money can go neither to nobody nor to the contract itself.
    error CannotBePaid(address account);
    /// @notice A period has `least` to `most` days.
    error RewardPeriodOutOfRange(uint16 length, uint16 least, uint16 most);
    /// @notice Governance has not said where that is.
    error RewardSourceMissing();
    /// @notice `wanted` is more than all that is promised and not handed out.
    error MoreThanPromised(uint256 wanted, uint256 owed);

    /// @notice Adds `amount`, which the caller approved, to the budget. Anyone may. `MoneyLib.InexactToken` where less arrives.
    function fund(uint256 amount) external;

    /// @notice Adds to the budget what was sent to the contract without a word. Anyone may.
    /// @return amount how much that was
    function absorb() external returns (uint256 amount);

    /// @notice Fetches what accrued to this contract as the nodes of scenarios, and absorbs it. Anyone may.
    function collectFees() external returns (uint256 amount);

    /// @notice Fetches the verifiers' rebates of circulation, and absorbs them. Anyone may.
    function collectRebate() external returns (uint256 amount);

    /// @notice Moves a part of what is promised to nobody, for example to a contract that takes the place of this one. Only
    /// ADMIN, the timelock of governance.
    function moveBudget(address to, uint256 amount) external;

    /// @notice Sets the length in days, 1 to 366, of the periods that begin after the running one. Only PARAMETERS.
    function setRewardPeriod(uint16 length) external;

    /// @notice Sets where money is fetched, and where fees are paid; zero for nowhere. Only ADMIN.
    function setRewardSources(IScenarioBook fees, ICirculationIncentives rebates, IFeeCredit credit) external;

    /// @notice What is promised to nobody, at this second.
    function budgetLeft() external view returns (uint256);

    /// @notice What is promised and not handed out, at this second.
    function budgetOwed() external view returns (uint256);

    /// @notice Which part of all rates is funded now, 10^18 at most, rounded down.
    function fundedRate() external view returns (uint256);

    /// @notice Integral of the funded rate until now, in seconds × 10^18: a stake s at rate r earns s × r × what it grows by.
    function rewardClock() external view returns (uint256);

    /// @notice When the running period ends, and how many days those have that follow.
    function rewardPeriod() external view returns (uint256 end, uint16 length);

    /// @notice What all nodes together would earn a year if all of it were funded, rounded down.
    function promisedYearly() external view returns (uint256);

    /// @notice Where money is fetched, and where fees are paid.
    function rewardSources()
        external
        view
        returns (IScenarioBook fees, ICirculationIncentives rebates, IFeeCredit credit);

    /// @notice The ERA token.
    function era() external view returns (IERC20);
}
