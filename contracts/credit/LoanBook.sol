// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ICreditModel} from "../interfaces/ICreditModel.sol";
import {IFundShare} from "../interfaces/IFundShare.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRightsLedger} from "../interfaces/IRightsLedger.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {LoanListLib} from "../libraries/LoanListLib.sol";
import {PledgeBook} from "./PledgeBook.sol";

// Every entry is guarded, and what is called is of the suite, or a token or receiver that finds the door closed. Equalities are
// with zero, a state or an exact sum; empty structs say that there is nothing; `false` names the ledger of certificates.
// slither-disable-start reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
/// @title The loans: what they owe, and what a payment does to them
abstract contract LoanBook is PledgeBook {
    using LoanLib for Loan;
    using LoanListLib for uint256;
    using SafeCast for uint256;

    /// @dev Who pays, and whether what comes in is worth less pledge.
    struct Payment {
        address payer;
        bool fromPledge;
        uint256 amount;
    }

    /// @dev `unsecuredUsd`: what counts against the limit. `loans`: a list of open ones.
    struct Borrower {
        uint64 unsecuredUsd;
        uint192 loans;
    }

    /// @dev One slot. `unit`: smallest units of a whole one, since caps are in whole units. `closed`: it has one lender, who
    /// could know the borrower and pay back what that pays: interest paid there says nothing of the borrower.
    struct Pool {
        ILendingPool pool;
        uint8 currencyId;
        uint64 unit;
        bool closed;
    }

    /// @dev So many loans fit 192 bits.
    uint256 internal constant MOST_LOANS = LoanLib.MOST_LOANS;

    /// @inheritdoc ICreditDesk
    ICreditModel public immutable model;
    IFundShare public immutable fundShare;
    /// @inheritdoc ICreditDesk
    IValueStandard public immutable standard;

    /// @inheritdoc ICreditDesk
    uint8 public poolCount;
    uint256 internal _count;
    mapping(uint256 loan => Loan) internal _loans;
    mapping(uint8 poolNumber => Pool) internal _pools;
    mapping(uint48 entity => Borrower) internal _borrowers;
    mapping(uint8 poolNumber => mapping(uint48 entity => uint96)) internal _owedBy;

    constructor(
        ILendingTerms terms_,
        IRightsLedger rights_,
        IReceivableModule receivables_,
        ICreditModel model_,
        IFundShare fundShare_
    ) PledgeBook(terms_, rights_, receivables_) {
        standard = receivables_.standard();
        model = model_;
        fundShare = fundShare_;
    }

    /// @inheritdoc ICreditDesk
    function loanOf(uint256 loan) external view returns (Loan memory) {
        return _asOfNow(loan);
    }

    /// @inheritdoc ICreditDesk
    function owedOn(uint256 loan) external view returns (uint256 fee, uint256 interest, uint256 principal) {
        Loan memory facts = _asOfNow(loan);
        return (facts.fee, facts.interestDue(), facts.principal);
    }

    /// @inheritdoc ICreditDesk
    function itemsOf(
        uint256 loan
    ) external view returns (ILendingTerms.Collateral[] memory items, uint256[] memory units) {
        Loan memory facts = _asOfNow(loan);
        items = new ILendingTerms.Collateral[](facts.items);
        units = new uint256[](facts.items);
        for (uint256 i = 0; i < facts.items; ++i) {
            items[i] = ILendingTerms.Collateral(_isRight(facts, i), _pledges[loan][i].id);
            if (facts.state == State.Closed) continue;
            units[i] = _ledger(items[i].right).lienOf(items[i].id, facts.account, address(this));
        }
    }

    /// @inheritdoc ICreditDesk
    function borrowerOf(uint48 entity) external view returns (uint256[] memory loans, uint256 unsecuredUsd) {
        Borrower memory borrower = _borrowers[entity];
        return (uint256(borrower.loans).all(), borrower.unsecuredUsd);
    }

    /// @inheritdoc ICreditDesk
    function exposureOf(uint8 poolNumber, uint48 entity) external view returns (uint256 principal, uint256 asDebtor) {
        return (_owedBy[poolNumber][entity], _byDebtor[poolNumber][entity]);
    }

    /// @inheritdoc ICreditDesk
    function poolOf(uint8 poolNumber) external view returns (ILendingPool) {
        return _pools[poolNumber].pool;
    }

    /// @inheritdoc ICreditDesk
    function currencyOf(uint8 poolNumber) external view returns (uint8) {
        return _pools[poolNumber].currencyId;
    }

    /// @dev The loan with all that time did to it.
    function _asOfNow(uint256 loan) internal view returns (Loan memory facts) {
        facts = _loans[loan];
        if (facts.state == State.None) revert UnknownLoan(loan);
        facts.accrue(block.timestamp);
    }

    /// @dev As `_asOfNow`, of a loan on which something is owed.
    function _live(uint256 loan) internal view returns (Loan memory facts) {
        facts = _asOfNow(loan);
        if (facts.state == State.Closed) revert WrongLoanState(loan, State.Closed);
    }

    /// @dev Applies a payment of at most what is owed; the money moves last.
    function _apply(uint256 loan, Loan memory facts, Payment memory payment) internal {
        _tellLate(loan, facts);
        bool given = facts.state == State.WrittenOff;
        ILendingPool.Claim memory nothing;
        ILendingPool.Claim memory before = given ? nothing : facts.claim();
        uint256 open = _unsecuredPart(facts);
        (uint256 fee, uint256 interest, uint256 principal) = facts.pay(payment.amount);
        if (payment.fromPledge) facts.secured -= uint96(Math.min(facts.secured, principal));
        if (!given) {
            _owedBy[facts.pool][facts.entity] -= uint96(principal);
            _useLess(facts, open);
            if (block.timestamp <= facts.maturity) facts.paidInterest += uint96(interest);
        }
        if (facts.state == State.Open) {
            emit Repaid(loan, payment.payer, uint96(fee), uint96(interest), uint96(principal));
        } else {
            emit Recovered(loan, payment.payer, uint96(fee), uint96(interest), uint96(principal));
        }
        _settle(facts.pool, before, given ? nothing : facts.claim(), payment);
        if (facts.owed() == 0) {
            _close(loan, facts, given);
        } else {
            _store(loan, facts);
        }
    }

    /// @dev Tells the model once that the loan is late; the caller keeps `facts`.
    function _tellLate(uint256 loan, Loan memory facts) internal {
        if (facts.late || block.timestamp <= facts.maturity) return;
        facts.late = true;
        emit BecameLate(loan, facts.principal);
        model.recordLate(facts.entity, standard.toUsd(_pools[facts.pool].currencyId, facts.principal));
    }

    function _settle(
        uint8 poolNumber,
        ILendingPool.Claim memory before,
        ILendingPool.Claim memory left,
        Payment memory payment
    ) internal {
        _pools[poolNumber].pool.settle(before, left, payment.payer, payment.amount);
    }

    function _store(uint256 loan, Loan memory facts) internal {
        _loans[loan] = facts;
    }

    /// @dev Takes the loan off its borrower's list; the last one ends what the fund gets.
    function _leaveBorrower(uint256 loan, uint48 entity) internal {
        uint256 list = uint256(_borrowers[entity].loans).remove(loan);
        _borrowers[entity].loans = uint192(list);
        if (list == 0) fundShare.setFundShare(entity, 0);
    }

    function _accountOf(uint256 loan) internal view override returns (address) {
        return _loans[loan].account;
    }

    function _isRight(Loan memory facts, uint256 index) internal pure returns (bool) {
        return (facts.rights >> index) & 1 != 0;
    }

    function _unsecuredPart(Loan memory facts) internal pure returns (uint256) {
        return facts.principal > facts.secured ? facts.principal - facts.secured : 0;
    }

    function _close(uint256 loan, Loan memory facts, bool given) private {
        for (uint256 i = 0; i < facts.items; ++i) {
            _free(loan, i, facts.account, facts.pool, _isRight(facts, i));
        }
        if (!given) _leaveBorrower(loan, facts.entity);
        Pool storage from = _pools[facts.pool];
        if (facts.state == State.Open && !facts.late && !from.closed) {
            model.recordInTime(facts.entity, standard.toUsd(from.currencyId, facts.paidInterest));
        }
        Loan memory closed;
        (closed.account, closed.entity, closed.pool) = (facts.account, facts.entity, facts.pool);
        (closed.state, closed.rateBps) = (State.Closed, facts.rateBps);
        (closed.items, closed.rights) = (facts.items, facts.rights);
        _store(loan, closed);
        emit LoanClosed(loan);
    }

    /// @dev What counts against the limit falls with what is not secured, of which `before` was left; rounded up.
    function _useLess(Loan memory facts, uint256 before) private {
        if (before == 0) return;
        uint256 usd = Math.ceilDiv(uint256(facts.unsecuredUsd) * _unsecuredPart(facts), before);
        _borrowers[facts.entity].unsecuredUsd -= uint64(facts.unsecuredUsd - usd);
        facts.unsecuredUsd = uint56(usd);
    }
}
// slither-disable-end reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
