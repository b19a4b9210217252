// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ICreditModel} from "../interfaces/ICreditModel.sol";
import {IFundShare} from "../interfaces/IFundShare.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {IPaymentListener} from "../interfaces/IPaymentListener.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRightsLedger} from "../interfaces/IRightsLedger.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {LoanListLib} from "../libraries/LoanListLib.sol";
import {LoanBook} from "./LoanBook.sol";

// Every entry is guarded, and what is called is of the suite, or a token or receiver that finds the door closed. Equalities are
// with zero, a state or an exact sum; empty structs say that there is nothing; `false` names the ledger of certificates.
// slither-disable-start reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
/// @title Loans to enterprises
contract CreditDesk is LoanBook, IPaymentListener, AccessManaged, BoundedPause, ReentrancyGuardTransient {
    using LoanLib for Loan;
    using LoanListLib for uint256;
    using SafeCast for uint256;

    /// @dev Receivables are on the ledger of certificates, not of rights.
    bool private constant CERTIFICATE = false;

    /// @param access the suite's AccessManager
    /// @param terms_ who may borrow, on which terms
    /// @param rights_ the ledger of rights
    /// @param receivables_ the module of receivables; its ledger and standard are used
    /// @param model_ where limits come from; this contract needs its role LENDER
    /// @param fundShare_ who takes the module fund's part of a borrower's revenue; this contract needs its role LENDER
    constructor(
        address access,
        ILendingTerms terms_,
        IRightsLedger rights_,
        IReceivableModule receivables_,
        ICreditModel model_,
        IFundShare fundShare_
    ) AccessManaged(access) LoanBook(terms_, rights_, receivables_, model_, fundShare_) {}

    /// @inheritdoc ICreditDesk
    function draw(ILendingTerms.Draw calldata wanted) external whenRunning nonReentrant returns (uint256) {
        return _draw(msg.sender, wanted);
    }

    /// @inheritdoc ICreditDesk
    function drawFor(
        address account,
        ILendingTerms.Draw calldata wanted
    ) external restricted whenRunning nonReentrant returns (uint256) {
        return _draw(account, wanted);
    }

    /// @inheritdoc ICreditDesk
    function repay(uint256 loan, uint256 amount) external nonReentrant returns (uint256 taken) {
        Loan memory facts = _live(loan);
        taken = Math.min(amount, facts.owed());
        if (taken == 0) revert NothingToPay(loan);
        _apply(loan, facts, Payment(msg.sender, false, taken));
    }

    /// @inheritdoc ICreditDesk
    function collect(uint256 loan) external nonReentrant returns (uint256 taken) {
        uint256 items = _live(loan).items;
        for (uint256 i = 0; i < items && _loans[loan].state != State.Closed; ++i) {
            taken += _collect(loan, i);
        }
        if (taken == 0) revert NothingToPay(loan);
    }

    /// @inheritdoc IPaymentListener
    function onPayment(uint256 id) external nonReentrant {
        if (msg.sender != address(receivables)) revert OnlyReceivables(msg.sender);
        uint256[] memory loans = _loansOn[CERTIFICATE][id].all();
        for (uint256 i = 0; i < loans.length; ++i) {
            _collect(loans[i], _indexOf(loans[i], id));
        }
    }

    /// @inheritdoc ICreditDesk
    function markLate(uint256 loan) external nonReentrant {
        Loan memory facts = _live(loan);
        if (block.timestamp <= facts.maturity) revert NotLate(loan, uint256(facts.maturity) + 1);
        if (facts.late) revert WrongLoanState(loan, facts.state);
        _tellLate(loan, facts);
        _store(loan, facts);
    }

    /// @inheritdoc ICreditDesk
    function declareDefault(uint256 loan) external nonReentrant {
        Loan memory facts = _live(loan);
        if (facts.state != State.Open) revert WrongLoanState(loan, facts.state);
        uint256 from = facts.graceEnd() + uint256(facts.defaultDays) * 1 days;
        if (block.timestamp < from) revert DefaultTooEarly(loan, from);
        _tellLate(loan, facts);
        facts.state = State.Defaulted;
        facts.defaultedAt = uint40(block.timestamp);
        _store(loan, facts);
        emit Defaulted(loan, facts.owed());
        model.recordDefault(facts.entity);
    }

    /// @inheritdoc ICreditDesk
    function buy(
        uint256 loan,
        uint256 index,
        uint96 units,
        uint256 most
    ) external whenRunning nonReentrant returns (uint256 price) {
        _requireSeizable(loan, index);
        _collect(loan, index);
        Loan memory facts = _requireSeizable(loan, index);
        if (receivables.ledger().partyOf(msg.sender).entity() == facts.entity) revert OwnPledge(loan);
        bool right = _isRight(facts, index);
        uint256 id = _pledges[loan][index].id;
        price = _price(facts, loan, index, units);
        if (price > most) revert PriceAbove(price, most);
        uint256 forLoan = Math.min(price, facts.owed());
        emit UnitsSold(loan, msg.sender, address(_ledger(right)), id, units, price.toUint96());
        // Seized before it is paid: the payment that closes the loan gives the rest of its pledges back.
        _ledger(right).seize(facts.account, msg.sender, id, units);
        _paidByDebtor(loan, index, facts.pool, price);
        _apply(loan, facts, Payment(msg.sender, true, forLoan));
        if (price > forLoan) _pools[facts.pool].pool.hold(msg.sender, facts.account, price - forLoan);
    }

    /// @inheritdoc ICreditDesk
    function writeOff(uint256 loan) external restricted nonReentrant {
        Loan memory facts = _live(loan);
        if (facts.state != State.Defaulted) revert WrongLoanState(loan, facts.state);
        ILendingPool.Claim memory nothing;
        ILendingPool.Claim memory before = facts.claim();
        facts.state = State.WrittenOff;
        _owedBy[facts.pool][facts.entity] -= facts.principal;
        _borrowers[facts.entity].unsecuredUsd -= facts.unsecuredUsd;
        facts.unsecuredUsd = 0;
        _store(loan, facts);
        emit WrittenOff(loan, facts.principal);
        _leaveBorrower(loan, facts.entity);
        Payment memory none;
        _settle(facts.pool, before, nothing, none);
    }

    /// @inheritdoc ICreditDesk
    function takeBack(ILendingTerms.Collateral calldata item) external nonReentrant {
        _requireBacksNone(_loansOn[item.right][item.id], msg.sender, item.id, 0);
        uint256 units = _ledger(item.right).lienOf(item.id, msg.sender, address(this));
        if (units == 0) revert ILendingTerms.NothingPledged(item.id);
        _ledger(item.right).release(msg.sender, item.id, units);
    }

    /// @inheritdoc ICreditDesk
    function addPool(uint8 currencyId, ILendingPool pool) external restricted returns (uint8 poolNumber) {
        bool fits = address(pool.desk()) == address(this) && pool.asset() == standard.tokenOf(currencyId);
        if (!fits) revert CannotAddPool(currencyId, address(pool));
        // Under two numbers a pool would have two exposures, each of them within its caps.
        for (uint8 known = poolCount; known != 0; --known) {
            if (_pools[known].pool == pool) revert PoolKnown(known, address(pool));
        }
        if (poolCount == type(uint8).max) revert TooManyPools(type(uint8).max);
        poolNumber = ++poolCount;
        // A currency of the standard has at most 18 decimals.
        uint64 unit = uint64(10 ** standard.currency(currencyId).decimals);
        _pools[poolNumber] = Pool(pool, currencyId, unit, pool.lender() != address(0));
        emit PoolAdded(poolNumber, currencyId, pool);
    }

    /// @inheritdoc ICreditDesk
    function priceOf(uint256 loan, uint256 index, uint256 units) external view returns (uint256) {
        return _price(_requireSeizable(loan, index), loan, index, units);
    }

    function _draw(address account, ILendingTerms.Draw calldata wanted) private returns (uint256 loan) {
        Pool memory from = _pools[wanted.pool];
        if (address(from.pool) == address(0)) revert ILendingTerms.NoLoansFrom(wanted.pool);
        ILendingTerms.Admission memory admission = terms.admit(account, from.currencyId, wanted);
        if (model.isFrozen(admission.entity)) revert CreditFrozen(admission.entity);
        Loan memory facts;
        (facts.account, facts.entity) = (account, admission.entity);
        (facts.pool, facts.state, facts.rateBps) = (wanted.pool, State.Open, admission.rateBps);
        (facts.items, facts.rights) = (uint8(wanted.items.length), _rightsAmong(wanted.items));
        (facts.principal, facts.maturity) = (wanted.amount, admission.maturity);
        (facts.graceDays, facts.defaultDays) = (admission.graceDays, admission.defaultDays);
        (facts.lateFeeBps, facts.since) = (admission.lateFeeBps, uint40(block.timestamp));
        loan = ++_count;
        uint256 worth = from.pool.totalAssets();
        uint256 most = LoanLib.cap(worth, admission.debtorCapBps, uint256(admission.debtorCap) * from.unit);
        Source memory source = Source(wanted.pool, from.currencyId, most);
        uint256 advance = 0;
        for (uint256 i = 0; i < wanted.items.length; ++i) {
            advance += _back(loan, i, account, source, wanted.items[i]);
        }
        facts.secured = uint96(Math.min(advance, wanted.amount));
        _requireLimit(facts, from.currencyId);
        uint256 total = uint256(_owedBy[wanted.pool][facts.entity]) + wanted.amount;
        most = LoanLib.cap(worth, admission.borrowerCapBps, uint256(admission.borrowerCap) * from.unit);
        if (total > most) revert BorrowerCap(facts.entity, most, total);
        _owedBy[wanted.pool][facts.entity] = total.toUint96();
        _join(loan, facts.entity, admission.fundBps);
        _store(loan, facts);
        emit Drawn(
            loan,
            facts.entity,
            account,
            wanted.pool,
            wanted.amount,
            facts.rateBps,
            facts.maturity,
            facts.secured
        );
        from.pool.lend(account, facts.claim());
    }

    /// @dev Counts what is not secured against the limit.
    function _requireLimit(Loan memory facts, uint8 currencyId) private {
        uint256 open = _unsecuredPart(facts);
        if (open == 0) return;
        uint256 usd = standard.toUsd(currencyId, open);
        uint256 used = _borrowers[facts.entity].unsecuredUsd;
        uint256 limit = model.limitOf(facts.entity);
        if (used + usd > limit) revert ExceedsLimit(limit, used, usd);
        facts.unsecuredUsd = usd.toUint56();
        _borrowers[facts.entity].unsecuredUsd = (used + usd).toUint64();
    }

    /// @dev Puts the loan on its borrower's list, none of whose loans may be overdue.
    function _join(uint256 loan, uint48 entity, uint16 fundBps) private {
        uint256 list = _borrowers[entity].loans;
        uint256[] memory others = list.all();
        if (others.length == MOST_LOANS) revert TooManyLoans(MOST_LOANS);
        for (uint256 i = 0; i < others.length; ++i) {
            if (block.timestamp > _loans[others[i]].maturity) revert LoanOverdue(others[i]);
        }
        _borrowers[entity].loans = uint192(list.add(loan));
        // What was agreed for a loan holds while that loan is open: later terms can only add to it.
        if (fundBps > fundShare.fundShareOf(entity)) fundShare.setFundShare(entity, fundBps);
    }

    /// @dev Brings in what the debtor paid on one pledge, as far as it is owed.
    function _collect(uint256 loan, uint256 index) private returns (uint256 taken) {
        Loan memory facts = _asOfNow(loan);
        Pledge storage pledge = _pledges[loan][index];
        if (pledge.debtor == 0) return 0;
        taken = receivables.collect(pledge.id, facts.account, facts.owed(), address(_pools[facts.pool].pool));
        if (taken == 0) return 0;
        _paidByDebtor(loan, index, facts.pool, taken);
        _apply(loan, facts, Payment(address(0), true, taken));
    }

    function _requireSeizable(uint256 loan, uint256 index) private view returns (Loan memory facts) {
        facts = _asOfNow(loan);
        if (facts.state != State.Defaulted && facts.state != State.WrittenOff) {
            revert WrongLoanState(loan, facts.state);
        }
        if (index >= facts.items) revert UnknownItem(loan, index);
    }

    function _price(Loan memory facts, uint256 loan, uint256 index, uint256 units) private view returns (uint256) {
        ILendingTerms.Collateral memory item = ILendingTerms.Collateral(
            _isRight(facts, index),
            _pledges[loan][index].id
        );
        uint8 currencyId = _pools[facts.pool].currencyId;
        return terms.priceOf(facts.pool, currencyId, item, units, block.timestamp - facts.defaultedAt);
    }

    function _indexOf(uint256 loan, uint256 id) private view returns (uint256 index) {
        Loan storage facts = _loans[loan];
        while (_pledges[loan][index].id != id || (facts.rights >> index) & 1 != 0) ++index;
    }

    function _rightsAmong(ILendingTerms.Collateral[] calldata items) private pure returns (uint8 mask) {
        for (uint256 i = 0; i < items.length; ++i) {
            if (items[i].right) mask |= uint8(1 << i);
        }
    }
}
// slither-disable-end reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
