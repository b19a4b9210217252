// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IValueFund} from "../interfaces/IValueFund.sol";
import {VestingLib} from "../libraries/VestingLib.sol";
import {FundBudget} from "./FundBudget.sol";

/// @title A fund of governance: treasury, module fund, reserves
/// @dev A stream is booked epoch by epoch as it will be earned: one slot an epoch, written once when it opens and once more
/// if it ends early, so that neither a withdrawal nor the passing of time writes any of it.
contract ValueFund is FundBudget, BoundedPause, ReentrancyGuardTransient {
    /// @dev Epochs after the present one in which a stream may still run: what opening and ending one can cost.
    uint256 private constant MOST_EPOCHS = 64;

    /// @inheritdoc IValueFund
    uint256 public streamCount;
    /// @inheritdoc IValueFund
    mapping(uint256 id => address) public proposedPayeeOf;

    // Four slots: token, start, duration | payee, cliff, endedAt | amount, withdrawn | purposeHash.
    mapping(uint256 id => FundStream) private _streams;

    modifier onlyPayee(uint256 id) {
        if (msg.sender != _existing(id).payee) revert NotTheStreamPayee(id, msg.sender);
        _;
    }

    /// @param access the suite's AccessManager
    /// @param epochLength_ seconds of an epoch, 1 to 366 days, for good
    /// @param caps the caps that hold at once
    constructor(
        address access,
        uint256 epochLength_,
        FundCap[] memory caps
    ) AccessManaged(access) FundBudget(epochLength_, caps) {}

    /// @inheritdoc IValueFund
    function spend(
        address token,
        address to,
        uint256 amount,
        bytes32 purposeHash
    ) external restricted whenRunning nonReentrant {
        _requirePayable(token, to, amount, purposeHash);
        _commit(token, epochOf(block.timestamp), amount);
        _pay(token, to, amount, purposeHash);
    }

    /// @inheritdoc IValueFund
    function openStream(
        FundStreamTerms calldata terms,
        bytes32 purposeHash
    ) external restricted whenRunning nonReentrant returns (uint256 id) {
        uint256 start = terms.start == 0 ? block.timestamp : terms.start;
        if (terms.duration == 0) revert NoStreamDuration();
        if (terms.cliff > terms.duration) revert StreamCliffTooLong(terms.cliff, terms.duration);
        if (start < block.timestamp) revert StreamStartsTooEarly(start, block.timestamp);
        uint256 latest = epochOf(block.timestamp) + MOST_EPOCHS;
        uint256 last = epochOf(start + terms.duration);
        if (last > latest) revert StreamTooLong(last, latest);
        _requirePayable(terms.token, terms.payee, terms.amount, purposeHash);

        id = ++streamCount;
        FundStream memory made = FundStream({
            token: terms.token,
            start: uint40(start),
            duration: terms.duration,
            payee: terms.payee,
            cliff: terms.cliff,
            endedAt: 0,
            amount: terms.amount,
            withdrawn: 0,
            purposeHash: purposeHash
        });
        _streams[id] = made;
        reserved[terms.token] += terms.amount;
        uint256 before = 0;
        for (uint256 epoch = epochOf(start); epoch <= last; ++epoch) {
            uint256 after_ = _earnedBy(made, (epoch + 1) * epochLength - 1);
            // Before the cliff nothing is written.
            if (after_ != before) _commit(terms.token, epoch, after_ - before);
            before = after_;
        }
        emit FundStreamOpened(
            id,
            terms.token,
            terms.payee,
            terms.amount,
            start,
            terms.cliff,
            terms.duration,
            purposeHash
        );
    }

    /// @inheritdoc IValueFund
    function cancelStream(uint256 id) external restricted returns (uint256) {
        return _end(id, false);
    }

    /// @inheritdoc IValueFund
    function renounceStream(uint256 id) external onlyPayee(id) returns (uint256) {
        return _end(id, true);
    }

    /// @inheritdoc IValueFund
    function withdraw(uint256 id) external nonReentrant returns (uint256) {
        return _withdraw(id, _existing(id).payee);
    }

    /// @inheritdoc IValueFund
    function withdrawTo(uint256 id, address to) external onlyPayee(id) nonReentrant returns (uint256) {
        _requirePayee(to);
        return _withdraw(id, to);
    }

    /// @inheritdoc IValueFund
    function proposePayee(uint256 id, address payee) external onlyPayee(id) {
        if (payee == address(this)) revert CannotBePaid(payee);
        proposedPayeeOf[id] = payee;
        emit FundPayeeProposed(id, payee);
    }

    /// @inheritdoc IValueFund
    function acceptPayee(uint256 id) external {
        FundStream storage stream = _existing(id);
        if (msg.sender != proposedPayeeOf[id]) revert NotTheProposedPayee(id, msg.sender);
        delete proposedPayeeOf[id];
        emit FundPayeeChanged(id, stream.payee, msg.sender);
        stream.payee = msg.sender;
    }

    /// @inheritdoc IValueFund
    function streamOf(uint256 id) external view returns (FundStream memory) {
        return _existing(id);
    }

    /// @inheritdoc IValueFund
    function earned(uint256 id) external view returns (uint256) {
        return _earnedBy(_existing(id), block.timestamp);
    }

    /// @inheritdoc IValueFund
    function due(uint256 id) external view returns (uint256) {
        FundStream memory stream = _existing(id);
        return _earnedBy(stream, block.timestamp) - stream.withdrawn;
    }

    function _end(uint256 id, bool renounced) private returns (uint256 returned) {
        FundStream memory stream = _existing(id);
        uint256 before = _earnedBy(stream, block.timestamp);
        returned = stream.amount - before;
        // Nothing is left exactly when the last second has come.
        // slither-disable-next-line incorrect-equality
        if (returned == 0 || stream.endedAt != 0) revert StreamOver(id);
        uint256 first = epochOf(block.timestamp > stream.start ? block.timestamp : stream.start);
        uint256 last = epochOf(uint256(stream.start) + stream.duration);
        for (uint256 epoch = first; epoch <= last; ++epoch) {
            uint256 after_ = _earnedBy(stream, (epoch + 1) * epochLength - 1);
            if (after_ != before) committed[stream.token][epoch] -= after_ - before;
            before = after_;
        }
        reserved[stream.token] -= returned;
        _streams[id].endedAt = uint40(block.timestamp);
        emit FundStreamEnded(id, returned, renounced);
    }

    function _withdraw(uint256 id, address to) private returns (uint256 amount) {
        FundStream memory stream = _streams[id];
        amount = _earnedBy(stream, block.timestamp) - stream.withdrawn;
        // Nobody gains by the difference between nothing and one unit.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert NothingDue(id);
        _streams[id].withdrawn = uint112(stream.withdrawn + amount);
        reserved[stream.token] -= amount;
        emit FundStreamWithdrawn(id, to, amount);
        _pay(stream.token, to, amount, stream.purposeHash);
    }

    function _existing(uint256 id) private view returns (FundStream storage stream) {
        stream = _streams[id];
        if (stream.payee == address(0)) revert UnknownStream(id);
    }

    /// @dev Rounded down, so that nobody has a unit early; the last second gives all that is left.
    function _earnedBy(FundStream memory stream, uint256 time) private pure returns (uint256) {
        if (stream.endedAt != 0 && time > stream.endedAt) time = stream.endedAt;
        return VestingLib.scheduled(stream.amount, stream.start, stream.cliff, stream.duration, time);
    }
}
