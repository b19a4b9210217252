// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";

/// @title The arithmetic of a loan
/// @notice Simple interest: principal × rate × seconds, with the rate in basis points a year of 365 days. As a multiple of
/// 1 / (10,000 × 365 days) of a unit it is a whole number, so nothing is rounded until somebody pays; then it is rounded up.
library LoanLib {
    using SafeCast for uint256;

    uint256 internal constant BPS = 10_000;
    /// @dev Open loans of an entity.
    uint256 internal constant MOST_LOANS = 6;
    /// @dev Parts of a unit in which interest is kept.
    uint256 internal constant SCALE = BPS * 365 days;

    /// @dev Brings interest up to `time` and charges the late fee once grace is over. A defaulted loan earns nothing more.
    function accrue(ICreditDesk.Loan memory loan, uint256 time) internal pure {
        if (loan.state != ICreditDesk.State.Open || time <= loan.since) return;
        uint256 running = uint256(loan.principal) * loan.rateBps;
        uint256 maturity = loan.maturity;
        if (loan.since < maturity) {
            loan.interest += uint144(running * (Math.min(time, maturity) - loan.since));
        }
        if (time > maturity) {
            loan.lateInterest += uint144(running * (time - Math.max(loan.since, maturity)));
        }
        if (time >= graceEnd(loan) && !loan.feeCharged) {
            loan.feeCharged = true;
            loan.fee += Math.ceilDiv(uint256(loan.principal) * loan.lateFeeBps, BPS).toUint96();
        }
        loan.since = uint40(time);
    }

    /// @dev The smaller one of a part of the pool's assets, rounded down, and a sum: a deposit for a moment raises the first only.
    function cap(uint256 assets, uint256 bps, uint256 sum) internal pure returns (uint256) {
        return Math.min((assets * bps) / BPS, sum);
    }

    /// @dev Most that can be lent to who owes `debt`, so that both stay within a part of the assets: up to `cash` from what is
    /// there, the rest from new money, by which the assets grow; rounded down.
    function mostWithin(uint256 assets, uint256 cash, uint256 debt, uint256 bps) internal pure returns (uint256) {
        uint256 most = (assets * bps) / BPS;
        if (most < debt) return 0;
        if (most - debt < cash) return most - debt;
        // x + debt <= (assets + x - cash) × bps / BPS
        if (bps == BPS) return type(uint256).max;
        return ((assets - cash) * bps - debt * BPS) / (BPS - bps);
    }

    /// @dev Interest on a new loan if it is repaid at once after `time` seconds, none of them after maturity; rounded up.
    function interestFor(uint256 principal, uint256 rateBps, uint256 time) internal pure returns (uint256) {
        return Math.ceilDiv(principal * rateBps * time, SCALE);
    }

    /// @dev First second at which the loan is delinquent.
    function graceEnd(ICreditDesk.Loan memory loan) internal pure returns (uint256) {
        return uint256(loan.maturity) + uint256(loan.graceDays) * 1 days;
    }

    /// @dev Interest that is due, before and after maturity together, rounded up.
    function interestDue(ICreditDesk.Loan memory loan) internal pure returns (uint256) {
        return Math.ceilDiv(uint256(loan.interest) + loan.lateInterest, SCALE);
    }

    /// @dev Everything that would close the loan now.
    function owed(ICreditDesk.Loan memory loan) internal pure returns (uint256) {
        return uint256(loan.fee) + interestDue(loan) + loan.principal;
    }

    /// @dev Pays `amount`, which is at most what is owed: the fee first, then interest, then principal.
    function pay(
        ICreditDesk.Loan memory loan,
        uint256 amount
    ) internal pure returns (uint256 fee, uint256 interest, uint256 principal) {
        fee = Math.min(amount, loan.fee);
        interest = Math.min(amount - fee, interestDue(loan));
        principal = amount - fee - interest;
        loan.fee -= uint96(fee);
        loan.principal -= uint96(principal);
        uint256 parts = interest * SCALE;
        uint256 late = Math.min(parts, loan.lateInterest);
        loan.lateInterest -= uint144(late);
        loan.interest -= uint144(Math.min(parts - late, loan.interest));
    }

    /// @dev What the pool keeps in its books for the loan.
    function claim(ICreditDesk.Loan memory loan) internal pure returns (ILendingPool.Claim memory) {
        return ILendingPool.Claim(loan.principal, loan.interest, loan.maturity, uint40(graceEnd(loan)), loan.rateBps);
    }
}
