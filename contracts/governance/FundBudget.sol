// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IValueFund} from "../interfaces/IValueFund.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";

/// @title What a fund has, what of it is promised, and how much it may give away
abstract contract FundBudget is IValueFund, AccessManaged {
    using SafeERC20 for IERC20;

    uint256 private constant SHORTEST = 1 days;
    uint256 private constant LONGEST = 366 days;

    /// @dev One slot. `before`: until epoch `from`.
    struct Cap {
        uint112 before;
        uint112 cap;
        uint32 from;
    }

    /// @inheritdoc IValueFund
    uint256 public immutable epochLength;
    /// @inheritdoc IValueFund
    mapping(address token => uint256) public spent;
    /// @inheritdoc IValueFund
    mapping(address token => uint256) public reserved;
    /// @inheritdoc IValueFund
    mapping(address token => mapping(uint256 epoch => uint256)) public committed;

    mapping(address token => Cap) private _caps;

    constructor(uint256 epochLength_, FundCap[] memory caps) {
        if (epochLength_ < SHORTEST || epochLength_ > LONGEST) {
            revert FundEpochOutOfRange(epochLength_, SHORTEST, LONGEST);
        }
        epochLength = epochLength_;
        // These hold at once: nothing has been decided yet.
        for (uint256 i = 0; i < caps.length; ++i) _setCap(caps[i].token, caps[i].cap, block.timestamp / epochLength_);
    }

    /// @inheritdoc IValueFund
    function setFundCap(address token, uint256 cap) external restricted {
        _setCap(token, cap, epochOf(block.timestamp) + 1);
    }

    /// @inheritdoc IValueFund
    function fundCap(address token) external view returns (uint256) {
        return _caps[token].cap;
    }

    /// @inheritdoc IValueFund
    function spendable(address token) external view returns (uint256) {
        uint256 epoch = epochOf(block.timestamp);
        return Math.min(available(token), Math.saturatingSub(fundCapAt(token, epoch), committed[token][epoch]));
    }

    /// @inheritdoc IValueFund
    function collected(address token) external view returns (uint256) {
        return spent[token] + _balance(token);
    }

    /// @inheritdoc IValueFund
    function available(address token) public view returns (uint256) {
        // A token that took money away by itself leaves less than was promised.
        return Math.saturatingSub(_balance(token), reserved[token]);
    }

    /// @inheritdoc IValueFund
    function fundCapAt(address token, uint256 epoch) public view returns (uint256) {
        Cap storage known = _caps[token];
        return epoch < known.from ? known.before : known.cap;
    }

    /// @inheritdoc IValueFund
    function epochOf(uint256 time) public view returns (uint256) {
        return time / epochLength;
    }

    /// @dev Counts `amount` as given away in `epoch`, or refuses it.
    function _commit(address token, uint256 epoch, uint256 amount) internal {
        uint256 there = committed[token][epoch];
        uint256 left = Math.saturatingSub(fundCapAt(token, epoch), there);
        if (amount > left) revert FundCapExceeded(token, epoch, amount, left);
        committed[token][epoch] = there + amount;
    }

    /// @dev Refuses what no payment can be: nothing, for nothing, to nobody, or beyond what is free.
    function _requirePayable(address token, address to, uint256 amount, bytes32 purposeHash) internal view {
        if (amount == 0) revert NothingToSpend();
        if (purposeHash == 0) revert NoSpendingPurpose();
        _requirePayee(to);
        uint256 there = available(token);
        if (amount > there) revert ExceedsFund(token, amount, there);
    }

    function _requirePayee(address to) internal view {
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
    }

    /// @dev The last thing a function does. A token that takes more or less of the fund than it was told is refused, since
    /// what is missing would be what others were promised.
    function _pay(address token, address to, uint256 amount, bytes32 purposeHash) internal {
        uint256 inAll = spent[token] + amount;
        spent[token] = inAll;
        emit FundSpent(token, to, amount, purposeHash, inAll);
        uint256 before = _balance(token);
        IERC20(token).safeTransfer(to, amount);
        uint256 taken = Math.saturatingSub(before, _balance(token));
        if (taken != amount) revert MoneyLib.InexactToken(token, amount, taken);
    }

    function _setCap(address token, uint256 cap, uint256 from) private {
        if (token == address(0)) revert NoFundToken();
        if (cap > type(uint112).max) revert FundCapTooLarge(cap, type(uint112).max);
        uint256 present = fundCapAt(token, epochOf(block.timestamp));
        _caps[token] = Cap(uint112(Math.min(present, cap)), uint112(cap), uint32(from));
        emit FundCapSet(token, cap, from);
    }

    function _balance(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }
}
