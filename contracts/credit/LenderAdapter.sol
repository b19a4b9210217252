// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Metered} from "../access/Metered.sol";
import {IBoundedPause} from "../interfaces/IBoundedPause.sol";
import {IClosedPool} from "../interfaces/IClosedPool.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILenderAdapter} from "../interfaces/ILenderAdapter.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {ILoanConsent} from "../interfaces/ILoanConsent.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {RequestLib} from "../libraries/RequestLib.sol";

/// @title A lending protocol outside of the suite lends by operating data instead of crypto collateral
contract LenderAdapter is ILenderAdapter, Metered, EIP712, ReentrancyGuardTransient {
    using MoneyLib for IERC20;
    using RequestLib for LoanRequest;
    using SafeERC20 for IERC20;

    /// @dev The service of this contract, as in `IFeeMeter`.
    uint8 private constant ADAPTATION = 2;
    bytes32 private constant ACCEPTED = keccak256("ILoanConsent.onLoan");

    /// @inheritdoc ILenderAdapter
    ICreditDesk public immutable desk;
    /// @inheritdoc ILenderAdapter
    uint8 public immutable poolNumber;
    /// @inheritdoc ILenderAdapter
    address public immutable lender;

    mapping(address account => mapping(uint256 number => bool)) private _used;

    /// @param desk_ the credit desk, whose AccessManager is this contract's, too; this contract needs its role CIRCULATOR
    /// @param poolNumber_ the number that the lender's pool will have there: the pool names this contract as its door
    /// @param lender_ whose money is lent
    constructor(
        ICreditDesk desk_,
        uint8 poolNumber_,
        address lender_
    ) AccessManaged(IAccessManaged(address(desk_)).authority()) EIP712("Caldera Lender", "1") {
        desk = desk_;
        poolNumber = poolNumber_;
        // No lender: nobody could ever lend.
        // slither-disable-next-line missing-zero-check
        lender = lender_;
    }

    /// @inheritdoc ILenderAdapter
    function lend(
        LoanRequest calldata request,
        bytes calldata signature,
        uint256 leastFee
    ) external nonReentrant returns (uint256) {
        if (msg.sender != lender) revert OnlyLender(msg.sender);
        (uint16 rateBps, uint256 fee) = _authorise(request, signature);
        if (fee < leastFee) revert FeeBelow(fee, leastFee);
        return _lend(request, rateBps, fee);
    }

    /// @inheritdoc ILenderAdapter
    function borrow(
        LoanRequest calldata request,
        bytes calldata signature,
        bytes calldata data
    ) external nonReentrant returns (uint256) {
        (uint16 rateBps, uint256 fee) = _authorise(request, signature);
        if (lender.code.length == 0) revert LoanNotAccepted(lender);
        bytes32 answer = ILoanConsent(lender).onLoan(
            msg.sender,
            request.account,
            pool().asset(),
            request.amount,
            fee,
            uint256(request.maturityDay) * 1 days,
            data
        );
        if (answer != ACCEPTED) revert LoanNotAccepted(lender);
        return _lend(request, rateBps, fee);
    }

    /// @inheritdoc ILenderAdapter
    function cancelRequest(uint256 number) external {
        _use(msg.sender, number);
    }

    /// @inheritdoc ILenderAdapter
    function maxLoan(address account) external view returns (uint256) {
        IClosedPool from = pool();
        IParticipantRegistry registry = from.registry();
        if (!registry.isActive(lender) || !registry.isActive(account) || from.exitsWaiting() != 0) return 0;
        uint48 entity = registry.partyOf(account).entity();
        uint256 room = _roomFor(entity);
        if (room == 0) return 0;
        (uint256 owed, ) = desk.exposureOf(poolNumber, entity);
        return Math.min(room, _mostFrom(from, owed));
    }

    /// @inheritdoc ILenderAdapter
    function loanFee(address token, uint256 amount, uint256 maturityDay) external view returns (uint256 fee) {
        address asset = pool().asset();
        if (token != asset) revert OtherToken(token, asset);
        (, fee) = _feeOf(amount, maturityDay);
    }

    /// @inheritdoc ILenderAdapter
    function isUsed(address account, uint256 number) external view returns (bool) {
        return _used[account][number];
    }

    /// @inheritdoc ILenderAdapter
    function requestDigest(LoanRequest calldata request) public view returns (bytes32) {
        return _hashTypedDataV4(request.hash());
    }

    /// @inheritdoc ILenderAdapter
    function pool() public view returns (IClosedPool) {
        ILendingPool known = desk.poolOf(poolNumber);
        if (address(known) == address(0)) revert ILendingTerms.NoLoansFrom(poolNumber);
        return IClosedPool(address(known));
    }

    /// @dev Uses the request up, for who may bring it; what it costs is within what the borrower agreed to.
    function _authorise(
        LoanRequest calldata request,
        bytes calldata signature
    ) private returns (uint16 rateBps, uint256 fee) {
        address account = request.account;
        if (block.timestamp > request.deadline) revert RequestExpired(request.deadline);
        _use(account, request.number);
        if (msg.sender != account && !SignatureChecker.isValidSignatureNow(account, requestDigest(request), signature))
            revert InvalidRequest(account);
        (rateBps, fee) = _feeOf(request.amount, request.maturityDay);
        if (fee > request.mostFee) revert FeeAbove(fee, request.mostFee);
    }

    /// @dev Takes from the lender what its pool lacks, and lets the desk lend exactly what was agreed.
    function _lend(LoanRequest calldata request, uint16 rateBps, uint256 fee) private returns (uint256 loan) {
        IClosedPool from = pool();
        IParticipantRegistry registry = from.registry();
        if (!registry.isActive(lender)) revert ILendingPool.NotAParticipant(lender);
        _charge(registry.partyOf(request.account).entity(), ADAPTATION);
        uint256 here = from.available();
        uint256 fresh = request.amount > here ? request.amount - here : 0;
        uint256 shares = 0;
        if (fresh != 0) {
            IERC20 token = IERC20(from.asset());
            token.pull(lender, fresh);
            token.forceApprove(address(from), fresh);
            shares = from.deposit(fresh, lender);
        }
        from.agree(request.account, request.amount, uint40(uint256(request.maturityDay) * 1 days), rateBps);
        loan = desk.drawFor(
            request.account,
            ILendingTerms.Draw(poolNumber, request.amount, request.maturityDay, request.ruleId, request.items)
        );
        // What was called is of the suite, and the guard is closed: nobody else's loan can come between.
        // slither-disable-next-line reentrancy-events
        emit LentOnRequest(loan, request.account, request.amount, fee, fresh, shares);
    }

    function _use(address account, uint256 number) private {
        if (_used[account][number]) revert NumberUsed(account, number);
        _used[account][number] = true;
    }

    function _feeOf(uint256 amount, uint256 maturityDay) private view returns (uint16 rateBps, uint256 fee) {
        uint256 maturity = maturityDay * 1 days;
        if (block.timestamp >= maturity) revert MaturityPassed(maturityDay);
        rateBps = desk.terms().loanTerms(poolNumber).rateBps;
        fee = LoanLib.interestFor(amount, rateBps, maturity - block.timestamp);
    }

    /// @dev What the limit of `entity` leaves, in the pool's currency; 0 where something else keeps it from drawing.
    function _roomFor(uint48 entity) private view returns (uint256) {
        if (block.timestamp < IBoundedPause(address(desk)).pausedUntil() || desk.model().isFrozen(entity)) return 0;
        (uint256[] memory loans, uint256 used) = desk.borrowerOf(entity);
        if (loans.length == LoanLib.MOST_LOANS) return 0;
        for (uint256 i = 0; i < loans.length; ++i) {
            // At most six, each of the borrower's own.
            // slither-disable-next-line calls-loop
            if (block.timestamp > desk.loanOf(loans[i]).maturity) return 0;
        }
        uint256 limit = desk.model().limitOf(entity);
        return limit > used ? desk.standard().fromUsd(desk.currencyOf(poolNumber), limit - used) : 0;
    }

    /// @dev What the pool and the lender can give to who owes the pool `owed`, within its caps.
    function _mostFrom(IClosedPool from, uint256 owed) private view returns (uint256) {
        ILendingTerms.LoanTerms memory agreed = desk.terms().loanTerms(poolNumber);
        if (agreed.longestDays == 0) return 0;
        IERC20 token = IERC20(from.asset());
        uint256 fresh = Math.min(token.balanceOf(lender), token.allowance(lender, address(this)));
        uint256 cash = from.available();
        uint256 most = Math.min(cash + Math.min(fresh, from.maxDeposit(lender)), type(uint96).max);
        uint256 sum = agreed.borrowerCap * 10 ** desk.standard().currency(desk.currencyOf(poolNumber)).decimals;
        if (sum <= owed) return 0;
        most = Math.min(most, sum - owed);
        return Math.min(most, LoanLib.mostWithin(from.totalAssets(), cash, owed, agreed.borrowerCapBps));
    }
}
