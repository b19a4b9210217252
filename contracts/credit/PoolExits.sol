// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {PartyLib} from "../libraries/PartyLib.sol";
import {ExitQueue} from "./ExitQueue.sol";
import {PoolBook} from "./PoolBook.sol";

/// @title How lenders leave a pool: at once as far as there is cash, else by the queue, at the price of exits
abstract contract PoolExits is ERC4626, PoolBook, ExitQueue, ReentrancyGuardTransient {
    using Math for uint256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev The queue is not served at less than this part of what shares will be worth if all is repaid and earned.
    uint256 private constant LEAST = 1000;

    /// @inheritdoc ILendingPool
    IParticipantRegistry public immutable registry;

    /// @param registry_ where participants are known
    constructor(IParticipantRegistry registry_) {
        registry = registry_;
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
    function cancelExit(uint256 exit) external nonReentrant returns (uint256 shares) {
        shares = _cancel(exit, msg.sender);
        _requireNotSuspended(msg.sender);
        // Not asked whether it may receive shares: they were its own all the time.
        ERC20._update(address(this), msg.sender, shares);
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

    function _transferOut(address to, uint256 assets) internal override {
        _book.cash -= assets.toUint96();
        IERC20(asset()).safeTransfer(to, assets);
    }

    function _serveNow() internal {
        Book memory book = _synced();
        _serveQueue(book);
        (_book.cash, _book.reserved) = (book.cash, book.reserved);
    }

    /// @dev Serves the queue from the cash of the book, which is as of now, at the price of exits.
    function _serveQueue(Book memory book) internal {
        uint256 waiting = exitsWaiting();
        if (waiting == 0) return;
        uint256 sound = _sound(book);
        // So that nobody takes the shares of all who wait for next to nothing, only because all loans are late at once.
        if (sound * LEAST < _worth(book) + _unearned(book)) return;
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

    function _exitShares(uint256 assets, uint256 sound, Math.Rounding rounding) private view returns (uint256) {
        return assets.mulDiv(totalSupply() + 10 ** _decimalsOffset(), sound + 1, rounding);
    }

    function _exitAssets(uint256 shares, uint256 sound) private view returns (uint256) {
        return shares.mulDiv(sound + 1, totalSupply() + 10 ** _decimalsOffset());
    }

    function _requireNotSuspended(address account) internal view {
        if (_isSuspended(account)) revert NotAParticipant(account);
    }

    function _isSuspended(address account) private view returns (bool) {
        return registry.partyOf(account).status() == PartyLib.SUSPENDED;
    }
}
