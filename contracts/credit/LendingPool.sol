// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {PoolExits} from "./PoolExits.sol";

/// @title Lenders' money of one currency
contract LendingPool is PoolExits, AccessManaged, BoundedPause {
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
    ) AccessManaged(access) ERC4626(asset_) ERC20(name_, symbol_) PoolExits(registry_) {
        desk = desk_;
    }

    modifier onlyDesk() {
        if (msg.sender != address(desk)) revert OnlyDesk(msg.sender);
        _;
    }

    /// @inheritdoc ILendingPool
    function lend(address borrower, Claim calldata claim) public virtual onlyDesk nonReentrant {
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

    /// @inheritdoc ILendingPool
    function lender() external view virtual returns (address) {
        return address(0);
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
    function maxDeposit(address receiver) public view virtual override(ERC4626, IERC4626) returns (uint256) {
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

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override {
        if (assets == 0 || shares == 0) revert NoShares();
        super._deposit(caller, receiver, assets, shares);
        if (exitsWaiting() != 0) _serveNow();
    }

    function _transferIn(address from, uint256 assets) internal override {
        // Not before it is here: whoever is called meanwhile finds the price as it was.
        IERC20(asset()).pull(from, assets);
        _book.cash = (_book.cash + assets).toUint96();
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

    /// @dev The book has it already.
    function _receive(Book memory book, address payer, uint256 received) private {
        if (payer != address(0)) return IERC20(asset()).pull(payer, received);
        uint256 balance = IERC20(asset()).balanceOf(address(this));
        uint256 needed = uint256(book.cash) + book.reserved;
        if (balance < needed) revert MissingMoney(balance, needed);
    }
}
