// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IVerificationRules} from "../interfaces/IVerificationRules.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";

/// @title The rules of verification
abstract contract VerificationRules is IVerificationRules, AccessManaged {
    uint8 private constant LEAST_SIGNERS = 2;
    uint8 private constant MOST_SIGNED = 31;
    uint32 private constant SHORTEST_DEADLINE = 10 minutes;
    uint32 private constant LONGEST_DEADLINE = 90 days;
    uint32 private constant SHORTEST_WINDOW = 1 hours;
    uint32 private constant LONGEST_WINDOW = 14 days;

    /// @dev One slot: a result reads its rules and adds to what the fund is owed.
    struct ResultSlot {
        uint96 fundOwed;
        uint32 window;
        uint16 fundBps;
        uint16 financeBps;
    }

    struct Verifiable {
        bool open;
        bool finance;
    }

    /// @inheritdoc IVerificationRules
    IOperatingRecord public immutable operatingRecord;

    /// @dev One slot.
    RequestRules private _requestRules;
    ResultSlot internal _resultSlot;
    mapping(VerificationKind kind => mapping(address target => Verifiable)) private _verifiable;
    /// @inheritdoc IVerificationRules
    address public fund;

    constructor(
        IOperatingRecord operatingRecord_,
        address fund_,
        RequestRules memory requestRules_,
        ResultRules memory resultRules_
    ) {
        operatingRecord = operatingRecord_;
        _setFund(fund_);
        _setRequestRules(requestRules_);
        _setResultRules(resultRules_);
    }

    /// @inheritdoc IVerificationRules
    function setRequestRules(RequestRules calldata rules) external restricted {
        _setRequestRules(rules);
    }

    /// @inheritdoc IVerificationRules
    function setResultRules(ResultRules calldata rules) external restricted {
        _setResultRules(rules);
    }

    /// @inheritdoc IVerificationRules
    function setVerifiable(VerificationKind kind, address target, bool open, bool finance) external restricted {
        bool fits;
        if (kind == VerificationKind.CreditData) fits = target == address(operatingRecord);
        else if (kind == VerificationKind.MappingCompliance) fits = target == address(0);
        else fits = target.code.length != 0;
        if (!fits) revert NotATargetOfKind(kind, target);
        _verifiable[kind][target] = Verifiable(open, finance);
        emit VerifiableSet(kind, target, open, finance);
    }

    /// @inheritdoc IVerificationRules
    function setFund(address fund_) external restricted {
        _setFund(fund_);
    }

    /// @inheritdoc IVerificationRules
    function resultRules() external view returns (ResultRules memory) {
        return ResultRules(_resultSlot.window, _resultSlot.fundBps, _resultSlot.financeBps);
    }

    /// @inheritdoc IVerificationRules
    function requestRules() public view returns (RequestRules memory) {
        return _requestRules;
    }

    /// @inheritdoc IVerificationRules
    function verifiable(VerificationKind kind, address target) public view returns (bool open, bool finance) {
        Verifiable memory one = _verifiable[kind][target];
        return (one.open, one.finance);
    }

    function _setFund(address fund_) private {
        if (fund_ == address(0) || fund_ == address(this)) revert NotAFund(fund_);
        fund = fund_;
        emit VerificationFundSet(fund_);
    }

    function _setRequestRules(RequestRules memory rules) private {
        if (rules.leastSigners < LEAST_SIGNERS || rules.leastSigners > MOST_SIGNED) {
            revert LeastSignersOutOfRange(rules.leastSigners, LEAST_SIGNERS, MOST_SIGNED);
        }
        if (rules.shortest < SHORTEST_DEADLINE || rules.shortest > rules.longest || rules.longest > LONGEST_DEADLINE) {
            revert DeadlineBoundsOutOfRange(rules.shortest, rules.longest, SHORTEST_DEADLINE, LONGEST_DEADLINE);
        }
        _requestRules = rules;
        emit RequestRulesSet(rules);
    }

    function _setResultRules(ResultRules memory rules) private {
        if (rules.window < SHORTEST_WINDOW || rules.window > LONGEST_WINDOW) {
            revert DisputeWindowOutOfRange(rules.window, SHORTEST_WINDOW, LONGEST_WINDOW);
        }
        // What is weighted more than it was paid would pay who asks for it, out of the pot of all.
        uint256 whole = VerificationLib.BPS;
        if (
            rules.fundBps > whole ||
            rules.financeBps < whole ||
            (whole - rules.fundBps) * rules.financeBps > whole * whole
        ) revert FeePartsOutOfRange(rules.fundBps, rules.financeBps);
        ResultSlot storage slot = _resultSlot;
        (slot.window, slot.fundBps, slot.financeBps) = (rules.window, rules.fundBps, rules.financeBps);
        emit ResultRulesSet(rules);
    }
}
