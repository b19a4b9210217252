// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditDesk} from "../contracts/interfaces/ICreditDesk.sol";
import {LoanLib} from "../contracts/libraries/LoanLib.sol";
import {Proof} from "./Proof.sol";

/// @title Interest and repayment of a loan
/// @dev Principal of 96 bits, times of 32; grace of 10 days and a late fee of 2 per cent.
contract LoanProofs is Proof {
    /// @notice Interest is exact until somebody pays: what accrues in two steps is what accrues in one.
    /// @custom:bound rates of 0.01, 7.25 and 100 per cent a year
    function check_interestDependsOnTimeAlone(
        uint96 principal,
        uint8 choice,
        uint32 since,
        uint32 maturity,
        uint32 between,
        uint32 time
    ) external pure {
        _assume(since <= between && between <= time);
        ICreditDesk.Loan memory once = _loan(principal, choice, since, maturity);
        ICreditDesk.Loan memory twice = _loan(principal, choice, since, maturity);
        LoanLib.accrue(once, time);
        LoanLib.accrue(twice, between);
        LoanLib.accrue(twice, time);
        assert(once.interest == twice.interest);
        assert(once.lateInterest == twice.lateInterest);
        assert(once.fee == twice.fee && once.feeCharged == twice.feeCharged && once.since == twice.since);
    }

    /// @notice Interest is principal × rate × seconds, before and after maturity together.
    /// @custom:bound rates of 0.01, 7.25 and 100 per cent a year
    function check_interestIsSimple(
        uint96 principal,
        uint8 choice,
        uint32 since,
        uint32 maturity,
        uint32 time
    ) external pure {
        _assume(since <= time);
        ICreditDesk.Loan memory loan = _loan(principal, choice, since, maturity);
        uint256 running = uint256(principal) * loan.rateBps;
        LoanLib.accrue(loan, time);
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
        uint8 choice,
        uint32 since,
        uint32 maturity
    ) private pure returns (ICreditDesk.Loan memory loan) {
        loan.state = ICreditDesk.State.Open;
        (loan.principal, loan.since, loan.maturity) = (principal, since, maturity);
        loan.rateBps =
            choice == 0
                ? 1
                : choice == 1
                    ? 725
                    : 10_000;
        (loan.graceDays, loan.lateFeeBps) = (10, 200);
    }
}
