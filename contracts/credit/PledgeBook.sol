// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRightsLedger} from "../interfaces/IRightsLedger.sol";
import {LoanListLib} from "../libraries/LoanListLib.sol";

// Every entry is guarded, and what is called is of the suite, or a token or receiver that finds the door closed. Equalities are
// with zero, a state or an exact sum; empty structs say that there is nothing; `false` names the ledger of certificates.
// slither-disable-start reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
/// @title What backs which loan
/// @dev The ledgers say how many units stand under the lien; here stands only which loan they back: all units of one holder
/// in one id back one loan.
abstract contract PledgeBook is ICreditDesk {
    using LoanListLib for uint256;
    using SafeCast for uint256;

    /// @dev `debtor` owes what `secured` is secured by; both 0 where nobody does.
    struct Pledge {
        uint256 id;
        uint48 debtor;
        uint96 secured;
    }

    /// @dev Whose money a new loan is, in which currency, and how much of it one debtor may secure.
    struct Source {
        uint8 poolNumber;
        uint8 currencyId;
        uint256 debtorCap;
    }

    /// @inheritdoc ICreditDesk
    ILendingTerms public immutable terms;
    IReceivableModule public immutable receivables;
    ILiens private immutable _certificates;
    ILiens private immutable _rights;

    mapping(uint256 loan => mapping(uint256 index => Pledge)) internal _pledges;
    mapping(bool right => mapping(uint256 id => uint256 list)) internal _loansOn;
    mapping(uint8 poolNumber => mapping(uint48 debtor => uint96)) internal _byDebtor;

    constructor(ILendingTerms terms_, IRightsLedger rights_, IReceivableModule receivables_) {
        terms = terms_;
        receivables = receivables_;
        _certificates = receivables_.ledger();
        _rights = rights_;
    }

    /// @inheritdoc ICreditDesk
    function loansOn(ILendingTerms.Collateral calldata item) external view returns (uint256[] memory) {
        return _loansOn[item.right][item.id].all();
    }

    /// @dev Notes that `loan` of `account` is backed by `item`.
    /// @return amount what it is good for
    function _back(
        uint256 loan,
        uint256 index,
        address account,
        Source memory source,
        ILendingTerms.Collateral calldata item
    ) internal returns (uint256 amount) {
        uint48 debtor;
        uint256 units;
        (amount, debtor, units) = terms.advanceOn(account, address(this), source.currencyId, item);
        uint256 list = _loansOn[item.right][item.id];
        _requireBacksNone(list, account, item.id, loan);
        if (list.isFull()) revert TooManyLoansOn(item.id, LoanListLib.MOST);
        _loansOn[item.right][item.id] = list.add(loan);
        _pledges[loan][index].id = item.id;
        emit UnitsPledged(loan, address(_ledger(item.right)), item.id, uint96(units));
        if (debtor == 0) return amount;

        uint256 total = _byDebtor[source.poolNumber][debtor] + amount;
        if (total > source.debtorCap) revert DebtorCap(debtor, source.debtorCap, total);
        _byDebtor[source.poolNumber][debtor] = total.toUint96();
        (_pledges[loan][index].debtor, _pledges[loan][index].secured) = (debtor, uint96(amount));
        if (list == 0) receivables.watch(item.id, true);
    }

    /// @dev Frees what still stands under the lien of a pledge.
    function _free(uint256 loan, uint256 index, address account, uint8 poolNumber, bool right) internal {
        Pledge memory pledge = _pledges[loan][index];
        uint256 list = _loansOn[right][pledge.id].remove(loan);
        _loansOn[right][pledge.id] = list;
        if (pledge.debtor != 0) {
            _byDebtor[poolNumber][pledge.debtor] -= pledge.secured;
            if (list == 0) receivables.watch(pledge.id, false);
        }
        uint256 units = _ledger(right).lienOf(pledge.id, account, address(this));
        if (units == 0) return;
        emit UnitsReleased(loan, address(_ledger(right)), pledge.id, uint96(units));
        _ledger(right).release(account, pledge.id, units);
    }

    /// @dev `amount` of what a debtor owed on a pledge is paid: it secures that much less.
    function _paidByDebtor(uint256 loan, uint256 index, uint8 poolNumber, uint256 amount) internal {
        Pledge storage pledge = _pledges[loan][index];
        uint96 less = amount < pledge.secured ? uint96(amount) : pledge.secured;
        if (less == 0) return;
        pledge.secured -= less;
        _byDebtor[poolNumber][pledge.debtor] -= less;
    }

    function _requireBacksNone(uint256 list, address account, uint256 id, uint256 loan) internal view {
        uint256[] memory others = list.all();
        for (uint256 i = 0; i < others.length; ++i) {
            if (others[i] == loan || _accountOf(others[i]) == account) revert AlreadyBacking(id, others[i]);
        }
    }

    function _ledger(bool right) internal view returns (ILiens) {
        return right ? _rights : _certificates;
    }

    function _accountOf(uint256 loan) internal view virtual returns (address);
}
// slither-disable-end reentrancy-no-eth,incorrect-equality,uninitialized-local,boolean-cst
