// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {PartyLib} from "../libraries/PartyLib.sol";
import {ExitQueue} from "./ExitQueue.sol";
import {PoolBook} from "./PoolBook.sol";

/// @title Lenders' money of one currency
contract LendingPool is ERC4626, PoolBook, ExitQueue, AccessManaged, BoundedPause, ReentrancyGuardTransient {
    using Math for uint256;
    using MoneyLib for IERC20;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev Far from 96 bits, so that nothing that is repaid, with all its interest, can ever be too much.
    uint256 private constant MOST = 1 << 95;
    /// @dev Shares for a unit at a thousandth of the first price.
    uint256 private constant LOWEST = 1000 * 10 ** 6;

    /// @inheritdoc ILendingPool
    ICreditDesk public immutable desk;
    /// @inheritdoc ILendingPool
    IParticipantRegistry public immutable registry;

    mapping(address owner => uint256) private _held;

    /// @param access the suite's AccessManager
    /// @param registry_ where participants are known
    /// @param desk_ the credit desk
    /// @param asset_ the currency's token
    constructor(
        address access,
        IParticipantRegistry registry_,
        ICreditDesk desk_,
        IERC20 asset_,
        string memory name_,
        string memory symbol_
    ) AccessManaged(access) ERC4626(asset_) ERC20(name_, symbol_) {
        registry = registry_;
        desk = desk_;
    }

    modifier onlyDesk() {
        if (msg.sender != address(desk)) revert OnlyDesk(msg.sender);
        _;
    }

    /// @inheritdoc ILendingPool
    function lend(address borrower, Claim calldata claim) external onlyDesk nonReentrant {
        uint256 waiting = exitsWaiting();
        if (waiting != 0) revert ExitsComeFirst(waiting);
        Book memory book = _synced();
        if (claim.principal > book.cash) revert InsufficientCash(book.cash, claim.principal);
        book.cash -= claim.principal;
        _enter(book, claim);
        _mark(claim.maturity / 1 days);
        _mark(claim.impairedFrom / 1 days);
        _book = book;
        emit Lent(borrower, claim.principal);
        IERC20(asset()).safeTransfer(borrower, claim.principal);
    }

    /// @inheritdoc ILendingPool
    function settle(
        Claim calldata before,
        Claim calldata left,
        address payer,
        uint256 received
    ) external onlyDesk nonReentrant {
        Book memory book = _synced();
        _leave(book, before);
        _enter(book, left);
        emit Returned(payer, received, before.principal, left.principal);
        uint256 repaid = uint256(before.principal) - left.principal;
        uint256 interest = before.interest - left.interest;
        if (repaid > received) emit LossRealised(repaid - received, interest / LoanLib.SCALE);
        book.cash = (book.cash + received).toUint96();
        _spread(book, received.saturatingSub(repaid + interest.ceilDiv(LoanLib.SCALE)));
        _serveQueue(book);
        _book = book;
        if (received != 0) _receive(book, payer, received);
    }

    /// @inheritdoc ILendingPool
    function hold(address payer, address owner, uint256 amount) external onlyDesk nonReentrant {
        _held[owner] += amount;
        _book.reserved = (_book.reserved + amount).toUint96();
        emit SurplusHeld(owner, amount);
        IERC20(asset()).pull(payer, amount);
    }

    /// @inheritdoc ILendingPool
    function payHeld(address owner) external nonReentrant returns (uint256 amount) {
        _requireNotSuspended(owner);
        amount = _held[owner];
        if (amount == 0) revert NoSurplus(owner);
        _held[owner] = 0;
        _book.reserved -= uint96(amount);
        emit SurplusPaid(owner, amount);
        IERC20(asset()).safeTransfer(owner, amount);
    }

    /// @inheritdoc ILendingPool
    function requestExit(uint256 shares) external nonReentrant returns (uint256 exit) {
        if (shares == 0) revert NoShares();
        _requireNotSuspended(msg.sender);
        // The pool is no participant: its own shares are those in the queue, and get here in no other way.
        ERC20._update(msg.sender, address(this), shares);
        exit = _join(msg.sender, shares);
        _serveNow();
    }

    /// @inheritdoc ILendingPool
    function serveExits() external nonReentrant {
        _serveNow();
    }

    /// @inheritdoc ILendingPool
    function payExit(uint256 exit) external nonReentrant returns (uint256 assets) {
        address owner;
        (owner, assets) = _take(exit);
        _requireNotSuspended(owner);
        _book.reserved -= uint96(assets);
        emit ExitPaid(exit, owner, assets);
        if (assets != 0) IERC20(asset()).safeTransfer(owner, assets);
    }

    /// @inheritdoc IERC4626
    function deposit(
        uint256 assets,
        address receiver
    ) public override(ERC4626, IERC4626) whenRunning nonReentrant returns (uint256) {
        return super.deposit(assets, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(
        uint256 shares,
        address receiver
    ) public override(ERC4626, IERC4626) whenRunning nonReentrant returns (uint256) {
        return super.mint(shares, receiver);
    }

    /// @inheritdoc IERC4626
    function withdraw(
        uint256 assets,
        address receiver,
        address owner
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256) {
        return super.withdraw(assets, receiver, owner);
    }

    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address owner
    ) public override(ERC4626, IERC4626) nonReentrant returns (uint256) {
        return super.redeem(shares, receiver, owner);
    }

    /// @inheritdoc ILendingPool
    function available() external view returns (uint256) {
        return exitsWaiting() == 0 ? _book.cash : 0;
    }

    /// @inheritdoc ILendingPool
    function heldFor(address owner) external view returns (uint256) {
        return _held[owner];
    }

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        return _worth(_synced());
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        if (block.timestamp < pausedUntil() || !registry.isActive(receiver)) return 0;
        Book memory book = _synced();
        uint256 worth = _worth(book);
        // Both would sell cheaply what the next repayment brings: a place in the queue, or the shares of a pool that lost all.
        if (exitsWaiting() != 0 && _losses(book) != 0) return 0;
        if (totalSupply() > (worth + 1) * LOWEST) return 0;
        return worth < MOST ? MOST - worth : 0;
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        return _convertToShares(maxDeposit(receiver), Math.Rounding.Floor);
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        if (exitsWaiting() != 0 || _isSuspended(owner)) return 0;
        return Math.min(previewRedeem(balanceOf(owner)), _book.cash);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        if (exitsWaiting() != 0 || _isSuspended(owner)) return 0;
        return Math.min(balanceOf(owner), _exitShares(_book.cash, _sound(_synced()), Math.Rounding.Floor));
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) public view override(ERC4626, IERC4626) returns (uint256) {
        return _exitShares(assets, _sound(_synced()), Math.Rounding.Ceil);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) public view override(ERC4626, IERC4626) returns (uint256) {
        return _exitAssets(shares, _sound(_synced()));
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        if (assets == 0 || shares == 0) revert NoShares();
        super._deposit(caller, receiver, assets, shares);
        if (exitsWaiting() != 0) _serveNow();
    }

    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override {
        if (shares == 0) revert NoShares();
        _requireNotSuspended(receiver);
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    function _transferIn(address from, uint256 assets) internal override {
        // Not before it is here: whoever is called meanwhile finds the price as it was.
        IERC20(asset()).pull(from, assets);
        _book.cash = (_book.cash + assets).toUint96();
    }

    function _transferOut(address to, uint256 assets) internal override {
        _book.cash -= assets.toUint96();
        IERC20(asset()).safeTransfer(to, assets);
    }

    /// @dev Shares go to active participants only; a suspended one keeps what it has. Who may receive new ones `maxDeposit` says.
    function _update(address from, address to, uint256 value) internal override {
        if (from != address(0) && from != address(this)) _requireNotSuspended(from);
        bool moved = from != address(0) && to != address(0);
        if (moved && !registry.isActive(to)) revert NotAParticipant(to);
        super._update(from, to, value);
    }

    /// @dev More shares than units, so that a share is never worth enough for its rounding to matter.
    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }

    function _serveNow() private {
        Book memory book = _synced();
        _serveQueue(book);
        (_book.cash, _book.reserved) = (book.cash, book.reserved);
    }

    /// @dev Serves the queue from the cash of the book, which is as of now, at the price of exits.
    function _serveQueue(Book memory book) private {
        uint256 waiting = exitsWaiting();
        if (waiting == 0) return;
        uint256 sound = _sound(book);
        uint256 assets = _exitAssets(waiting, sound);
        uint256 shares = waiting;
        if (assets > book.cash) {
            // All the cash goes, for shares of which a part of one at most is too much: were a rest kept, serving it again
            // and again would take shares for nothing.
            assets = book.cash;
            if (assets == 0) return;
            shares = _exitShares(assets, sound, Math.Rounding.Ceil);
        }
        book.cash -= uint96(assets);
        book.reserved = (book.reserved + assets).toUint96();
        _burn(address(this), shares);
        _serve(shares, assets);
    }

    /// @dev The book has it already.
    function _receive(Book memory book, address payer, uint256 received) private {
        if (payer != address(0)) return IERC20(asset()).pull(payer, received);
        uint256 balance = IERC20(asset()).balanceOf(address(this));
        uint256 needed = uint256(book.cash) + book.reserved;
        if (balance < needed) revert MissingMoney(balance, needed);
    }

    function _exitShares(uint256 assets, uint256 sound, Math.Rounding rounding) private view returns (uint256) {
        return assets.mulDiv(totalSupply() + 10 ** _decimalsOffset(), sound + 1, rounding);
    }

    function _exitAssets(uint256 shares, uint256 sound) private view returns (uint256) {
        return shares.mulDiv(sound + 1, totalSupply() + 10 ** _decimalsOffset());
    }

    function _requireNotSuspended(address account) private view {
        if (_isSuspended(account)) revert NotAParticipant(account);
    }

    function _isSuspended(address account) private view returns (bool) {
        return registry.partyOf(account).status() == PartyLib.SUSPENDED;
    }
}
