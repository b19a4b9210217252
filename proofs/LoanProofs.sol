// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditDesk} from "../contracts/interfaces/ICreditDesk.sol";
import {LoanLib} from "../contracts/libraries/LoanLib.sol";
import {Proof} from "./Proof.sol";

/// @title Interest and repayment of a loan
/// @dev Rates up to 100% a year, principal up to 96 bits, times up to 2^39; a loan up to 100 years old.
contract LoanProofs is Proof {
    /// @notice Interest is exact until somebody pays: what accrues in two steps is what accrues in one.
    function check_interestDependsOnTimeAlone(
        uint96 principal,
        uint16 rateBps,
        uint40 since,
        uint40 maturity,
        uint40 between,
        uint40 time
    ) external pure {
        _assume(rateBps <= WHOLE && since <= between && between <= time && time <= 1 << 33);
        ICreditDesk.Loan memory once = _loan(principal, rateBps, since, maturity);
        ICreditDesk.Loan memory twice = _loan(principal, rateBps, since, maturity);
        LoanLib.accrue(once, time);
        LoanLib.accrue(twice, between);
        LoanLib.accrue(twice, time);
        assert(once.interest == twice.interest && once.lateInterest == twice.lateInterest);
        assert(once.fee == twice.fee && once.feeCharged == twice.feeCharged && once.since == twice.since);
    }

    /// @notice Interest is principal × rate × seconds, before and after maturity together.
    function check_interestIsSimple(
        uint96 principal,
        uint16 rateBps,
        uint40 since,
        uint40 maturity,
        uint40 time
    ) external pure {
        _assume(rateBps <= WHOLE && since <= time && time <= 1 << 33);
        ICreditDesk.Loan memory loan = _loan(principal, rateBps, since, maturity);
        LoanLib.accrue(loan, time);
        uint256 running = uint256(principal) * rateBps;
        assert(uint256(loan.interest) + loan.lateInterest == running * (uint256(time) - since));
    }

    /// @notice A payment is divided into fee, interest and principal without a rest, none of them more than is owed.
    function check_paymentAddsUp(
        uint96 principal,
        uint128 interest,
        uint128 late,
        uint96 fee,
        uint256 amount
    ) external pure {
        ICreditDesk.Loan memory loan;
        (loan.principal, loan.interest, loan.lateInterest, loan.fee) = (principal, interest, late, fee);
        _assume(amount <= LoanLib.owed(loan));
        uint256 due = LoanLib.interestDue(loan);
        (uint256 toFee, uint256 toInterest, uint256 toPrincipal) = LoanLib.pay(loan, amount);
        assert(toFee + toInterest + toPrincipal == amount);
        assert(toFee <= fee && toInterest <= due && toPrincipal <= principal);
        assert(loan.fee == fee - toFee && loan.principal == principal - toPrincipal);
    }

    /// @notice Paying all that is owed leaves nothing.
    function check_payingAllClosesTheLoan(uint96 principal, uint128 interest, uint128 late, uint96 fee) external pure {
        ICreditDesk.Loan memory loan;
        (loan.principal, loan.interest, loan.lateInterest, loan.fee) = (principal, interest, late, fee);
        LoanLib.pay(loan, LoanLib.owed(loan));
        assert(loan.principal == 0 && loan.interest == 0 && loan.lateInterest == 0 && loan.fee == 0);
        assert(LoanLib.owed(loan) == 0);
    }

    /// @notice Paying in parts never costs less: what is owed falls by no more than what is paid.
    function check_payingInPartsGainsNothing(
        uint96 principal,
        uint128 interest,
        uint128 late,
        uint96 fee,
        uint256 amount
    ) external pure {
        ICreditDesk.Loan memory loan;
        (loan.principal, loan.interest, loan.lateInterest, loan.fee) = (principal, interest, late, fee);
        uint256 before = LoanLib.owed(loan);
        _assume(amount <= before);
        LoanLib.pay(loan, amount);
        assert(LoanLib.owed(loan) + amount >= before);
    }

    /// @notice Interest that is due is rounded up, in favour of the pool, by less than a unit.
    function check_interestDueIsRoundedUp(uint144 interest, uint144 late) external pure {
        _assume(uint256(interest) + late <= type(uint144).max);
        ICreditDesk.Loan memory loan;
        (loan.interest, loan.lateInterest) = (interest, late);
        _assertUp(LoanLib.interestDue(loan), uint256(interest) + late, LoanLib.SCALE);
    }

    /// @notice Who is lent the most that a limit allows stays within it, with all the money that is raised for it.
    function check_limitHolds(uint96 assets, uint96 cash, uint96 debt, uint16 bps) external pure {
        _assume(bps < WHOLE && cash <= assets);
        uint256 most = LoanLib.mostWithin(assets, cash, debt, bps);
        if (most == 0) return;
        uint256 then = most > cash ? uint256(assets) + most - cash : assets;
        assert((most + debt) * WHOLE <= then * bps);
    }

    function _loan(
        uint96 principal,
        uint16 rateBps,
        uint40 since,
        uint40 maturity
    ) private pure returns (ICreditDesk.Loan memory loan) {
        loan.state = ICreditDesk.State.Open;
        (loan.principal, loan.rateBps, loan.since, loan.maturity) = (principal, rateBps, since, maturity);
        (loan.graceDays, loan.lateFeeBps) = (10, 200);
        _assume(maturity <= 1 << 33);
    }
}
