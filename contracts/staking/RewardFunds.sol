// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICirculationIncentives} from "../interfaces/ICirculationIncentives.sol";
import {IFeeCredit} from "../interfaces/IFeeCredit.sol";
import {IRewardFunds} from "../interfaces/IRewardFunds.sol";
import {IScenarioBook} from "../interfaces/IScenarioBook.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {RateLib, RewardFlow, RewardPower} from "../libraries/RateLib.sol";
import {RewardWordLib} from "../libraries/RewardWordLib.sol";

/// @title The money of rewards
/// @dev Written is what held when power or budget last changed; what holds now follows from it (`_current`). So nobody can
/// bring in roundings by calling often.
abstract contract RewardFunds is IRewardFunds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;
    using SafeCast for uint256;
    using RateLib for RewardFlow;
    using RewardWordLib for RewardFlow;
    using RewardWordLib for RewardPower;
    using RewardWordLib for uint256;

    uint16 private constant LEAST_DAYS = 1;
    uint16 private constant MOST_DAYS = 366;

    /// @inheritdoc IRewardFunds
    IERC20 public immutable era;

    /// @dev A `RewardFlow` and a `RewardPower`.
    uint256 private _flow;
    uint256 private _stock;
    /// @dev One slot: a checkpoint reads who may call, a claim writes what is here. All ERA fits in 96 bits.
    address internal _staking;
    uint96 private _held;

    IScenarioBook private _fees;
    ICirculationIncentives private _rebates;
    IFeeCredit private _credit;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param length days of a period; the first begins now
    constructor(address access, IERC20 era_, uint16 length) AccessManaged(access) {
        era = era_;
        _requirePeriod(length);
        uint40 end = uint40(block.timestamp + uint256(length) * 1 days);
        _flow = RewardFlow(0, uint64(RateLib.WAD), uint40(block.timestamp), end, length).toWord();
        emit RewardPeriodSet(block.timestamp, length);
    }

    /// @inheritdoc IRewardFunds
    function fund(uint256 amount) external nonReentrant {
        // First: of more than there is, the sums say nothing but that they overflow.
        era.pull(msg.sender, amount);
        _add(msg.sender, amount);
    }

    /// @inheritdoc IRewardFunds
    function absorb() external nonReentrant returns (uint256 amount) {
        return _absorb();
    }

    /// @inheritdoc IRewardFunds
    function collectFees() external nonReentrant returns (uint256 amount) {
        if (address(_fees) == address(0)) revert RewardSourceMissing();
        _fees.withdraw(address(this));
        return _absorb();
    }

    /// @inheritdoc IRewardFunds
    function collectRebate() external nonReentrant returns (uint256 amount) {
        if (address(_rebates) == address(0)) revert RewardSourceMissing();
        _rebates.claimRebate(address(this));
        return _absorb();
    }

    /// @inheritdoc IRewardFunds
    function moveBudget(address to, uint256 amount) external restricted nonReentrant {
        if (amount == 0) revert NothingToFund();
        _requirePayable(to);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        uint256 left = flow.leftAt(stock, block.timestamp);
        if (amount > left) revert BudgetTooSmall(amount, left);
        left -= amount;
        _held -= uint96(amount);
        _write(flow, stock, stock.power, left);
        emit BudgetMoved(to, amount, left);
        era.safeTransfer(to, amount);
    }

    /// @inheritdoc IRewardFunds
    function setRewardPeriod(uint16 length) external restricted {
        _requirePeriod(length);
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        flow.length = length;
        (_flow, _stock) = (flow.toWord(), stock.toWord());
        emit RewardPeriodSet(flow.end, length);
    }

    /// @inheritdoc IRewardFunds
    function setRewardSources(
        IScenarioBook fees,
        ICirculationIncentives rebates,
        IFeeCredit credit
    ) external restricted {
        (_fees, _rebates, _credit) = (fees, rebates, credit);
        emit RewardSourcesSet(fees, rebates, credit);
    }

    /// @inheritdoc IRewardFunds
    function fundedRate() external view returns (uint256) {
        (RewardFlow memory flow, ) = _current();
        return flow.funded;
    }

    /// @inheritdoc IRewardFunds
    function rewardClock() external view returns (uint256) {
        (RewardFlow memory flow, ) = _current();
        return flow.gainAt(block.timestamp);
    }

    /// @inheritdoc IRewardFunds
    function rewardPeriod() external view returns (uint256 end, uint16 length) {
        (RewardFlow memory flow, ) = _current();
        return (flow.end, flow.length);
    }

    /// @inheritdoc IRewardFunds
    function promisedYearly() external view returns (uint256) {
        return _stock.toPower().power / 1e9;
    }

    /// @inheritdoc IRewardFunds
    function rewardSources()
        external
        view
        returns (IScenarioBook fees, ICirculationIncentives rebates, IFeeCredit credit)
    {
        return (_fees, _rebates, _credit);
    }

    /// @inheritdoc IRewardFunds
    function budgetLeft() public view returns (uint256) {
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        return flow.leftAt(stock, block.timestamp);
    }

    /// @inheritdoc IRewardFunds
    function budgetOwed() public view returns (uint256) {
        return _held - budgetLeft();
    }

    /// @dev As it stands at the beginning of the running period, or at the last change within it.
    function _current() internal view returns (RewardFlow memory flow, RewardPower memory stock) {
        (flow, stock) = (_flow.toFlow(), _stock.toPower());
        RateLib.roll(flow, stock, block.timestamp);
    }

    /// @dev From now on nodes have `power` together and `left` is promised to nobody. Where all was funded since the flow was
    /// written, and still is, the flow goes on as it is: `left` is brought back to that moment, as if there had been so much
    /// power all the time; rounded down where power changes, and else it is exact.
    // Nobody brings either about from outside: the same power is the same, and a whole is the most there is.
    // slither-disable-start incorrect-equality
    function _write(RewardFlow memory flow, RewardPower memory stock, uint256 power, uint256 left) internal {
        uint256 gained = flow.gainedAt(block.timestamp);
        bool same = power == stock.power;
        uint256 then = left + (same ? RateLib.costUp(power, gained) : RateLib.earnedDown(power, 1, gained));
        if (flow.funded == RateLib.WAD && RateLib.fundedDown(then, power, flow.end - flow.since) == RateLib.WAD) {
            left = then;
        } else {
            flow.gain += uint96(gained);
            flow.since = uint40(block.timestamp);
            flow.funded = RateLib.fundedDown(left, power, flow.end - block.timestamp);
        }
        (stock.power, stock.left) = (power.toUint128(), left.toUint128());
        (_flow, _stock) = (flow.toWord(), stock.toWord());
    }

    // slither-disable-end incorrect-equality

    /// @dev `amount` of what is promised leaves the contract, or of what is promised to nobody if `left` was written down before.
    function _release(uint256 amount) internal {
        uint256 owed = budgetOwed();
        if (amount > owed) revert MoreThanPromised(amount, owed);
        _held -= uint96(amount);
    }

    function _pay(address to, uint256 amount) internal {
        _release(amount);
        era.safeTransfer(to, amount);
    }

    function _feeCredit() internal view returns (IFeeCredit credit) {
        credit = _credit;
        if (address(credit) == address(0)) revert RewardSourceMissing();
    }

    function _requirePayable(address to) internal view {
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
    }

    function _absorb() private returns (uint256 amount) {
        amount = era.balanceOf(address(this)) - _held;
        _add(address(this), amount);
    }

    function _add(address from, uint256 amount) private {
        // Whoever sends a unit first has given it away, and stopped nobody.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert NothingToFund();
        (RewardFlow memory flow, RewardPower memory stock) = _current();
        uint256 left = flow.leftAt(stock, block.timestamp) + amount;
        _held += amount.toUint96();
        _write(flow, stock, stock.power, left);
        emit BudgetFunded(from, amount, left);
    }

    function _requirePeriod(uint16 length) private pure {
        if (length < LEAST_DAYS || length > MOST_DAYS) revert RewardPeriodOutOfRange(length, LEAST_DAYS, MOST_DAYS);
    }
}
