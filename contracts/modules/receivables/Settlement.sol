// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Recorded} from "../../access/Recorded.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ICollateral} from "../../interfaces/ICollateral.sol";
import {IPaymentListener} from "../../interfaces/IPaymentListener.sol";
import {IReceivableModule} from "../../interfaces/IReceivableModule.sol";
import {Party, PartyLib} from "../../libraries/PartyLib.sol";
import {PayoutLib} from "../../libraries/PayoutLib.sol";
import {ReceivableBook} from "./ReceivableBook.sol";

/// @title Money in from the debtor, money out to the holders
/// @dev Payments are shared by position (see PayoutLib). Until the first payment the ledger moves units without a word to
/// this contract; from then on it tells of each movement, so that each position is credited before its units change.
abstract contract Settlement is ReceivableBook, IAssetModule, ICollateral, Recorded, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using PayoutLib for PayoutLib.Position;

    uint256 private constant MOST_LISTENERS = 8;
    /// @dev Left after a failure, this says that it did not fail for want of gas: the listener had fifteen times as much, and
    /// all calls within it, each of which keeps back a 64th (EIP-150), at most a quarter less.
    uint256 private constant AMPLE_GAS = 1_000_000;

    IPaymentListener[] private _listeners;

    /// @inheritdoc IReceivableModule
    function pay(uint256 id, uint256 amount) external returns (uint256 taken) {
        taken = _pay(id, amount);
        _tellWatchers(id);
    }

    // Each payment is made under the guard, and finds the books as the one before left them.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IReceivableModule
    function payMany(uint256[] calldata ids, uint256[] calldata amounts) external returns (uint256 taken) {
        if (ids.length != amounts.length) revert LinesDoNotAddUp(ids.length, amounts.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            taken += _pay(ids[i], amounts[i]);
            _tellWatchers(ids[i]);
        }
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc IReceivableModule
    function collect(
        uint256 id,
        address holder,
        uint256 most,
        address to
    ) external nonReentrant returns (uint256 amount) {
        Record memory record = _known(id);
        uint256 lien = ledger.lienOf(id, holder, msg.sender);
        if (lien == 0) return 0;
        PayoutLib.Position storage position = _settled(id, holder, msg.sender, lien, _faceOf(id, record));
        amount = position.proceeds < most ? position.proceeds : most;
        if (amount == 0) return 0;
        if (ledger.partyOf(msg.sender).status() == PartyLib.SUSPENDED) revert NotActive(msg.sender);
        (uint256 units, , uint256 frozen) = ledger.holdingOf(id, holder);
        // As with seizing: what is frozen comes off the units that are not under this lien first. It is no error here, so that
        // one frozen holder keeps nobody else's loan from being repaid.
        if (frozen > units - lien) return 0;
        position.proceeds -= uint96(amount);
        emit LienCollected(id, holder, msg.sender, to, amount);
        IERC20(standard.tokenOf(record.currencyId)).safeTransfer(to, amount);
    }

    /// @inheritdoc IReceivableModule
    function watch(uint256 id, bool on) external {
        _known(id);
        uint256 index = _indexOf(msg.sender);
        if (index == _listeners.length) revert NotAListener(msg.sender);
        uint8 bit = uint8(1 << index);
        if (on) _accounts[id].watchers |= bit;
        else _accounts[id].watchers &= ~bit;
    }

    /// @inheritdoc IReceivableModule
    function claim(uint256 id, address holder) external nonReentrant returns (uint256 amount) {
        uint256 retired;
        (amount, retired) = _claim(id, holder);
        if (amount == 0 && retired == 0) revert NothingToClaim(id, holder);
    }

    /// @inheritdoc IReceivableModule
    function claimMany(uint256[] calldata ids, address holder) external nonReentrant returns (uint256 amount) {
        for (uint256 i = 0; i < ids.length; ++i) {
            (uint256 part, ) = _claim(ids[i], holder);
            amount += part;
        }
    }

    /// @inheritdoc IAssetModule
    function onMove(Move calldata move) external {
        if (msg.sender != address(ledger)) revert OnlyLedger(msg.sender);
        _accounts[move.id].moved = true;
        uint96 face = _faceOf(move.id, _recordOf(_rootOf(move.id)));
        PayoutLib.Position storage source = _settled(move.id, move.from, move.fromLien, move.fromUnits, face);
        PayoutLib.Position storage target = _settled(move.id, move.to, move.toLien, move.toUnits, face);
        // What was paid on pledged units is part of the pledge: it goes with them. What was paid on free units stays.
        if (move.fromLien != address(0)) source.pass(target, move.units, move.fromUnits);
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        State state = _stateNow(_known(id));
        if (state != State.Acknowledged) revert WrongState(id, state);
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 id) external view returns (uint256) {
        Record memory record = _known(id);
        if (_accounts[id].lines != 0) return 0;
        return _faceOf(id, record) - _accounts[id].retired;
    }

    /// @inheritdoc IReceivableModule
    function isListener(address listener) external view returns (bool) {
        return _indexOf(listener) < _listeners.length;
    }

    /// @inheritdoc ICollateral
    function collateralOf(
        uint256 id,
        uint256 units
    ) external view returns (uint8 currencyId, uint256 value, uint40 validUntil, uint48 debtor) {
        Record memory record = _known(id);
        uint256 face = _faceOf(id, record);
        value = face == 0 ? 0 : (units * _owed(id, record)) / face;
        return (record.currencyId, value, record.dueDate, record.debtor);
    }

    /// @inheritdoc IReceivableModule
    function claimable(uint256 id, address holder) external view returns (uint256) {
        Record memory record = _known(id);
        (uint256 units, uint256 pledged, ) = ledger.holdingOf(id, holder);
        return _positions[id][holder][address(0)].due(units - pledged, _accounts[id].paid, _faceOf(id, record));
    }

    /// @inheritdoc IReceivableModule
    function proceedsUnderLien(uint256 id, address holder, address lienholder) external view returns (uint256) {
        Record memory record = _known(id);
        uint256 units = ledger.lienOf(id, holder, lienholder);
        return _positions[id][holder][lienholder].due(units, _accounts[id].paid, _faceOf(id, record));
    }

    function _addListener(IPaymentListener listener) internal {
        uint256 count = _listeners.length;
        bool fits = count < MOST_LISTENERS && address(listener).code.length != 0;
        if (!fits || _indexOf(address(listener)) != count) revert CannotAddListener(address(listener));
        _listeners.push(listener);
        emit ListenerAdded(address(listener));
    }

    /// @dev The number of a listener; how many there are where it is none.
    function _indexOf(address listener) private view returns (uint256 index) {
        uint256 count = _listeners.length;
        while (index < count && address(_listeners[index]) != listener) ++index;
    }

    // A debtor's payment stands whatever becomes of it: who watches it can make use of it later, too.
    // slither-disable-start reentrancy-events,calls-loop
    /// @dev Tells who watches `id` that money has arrived.
    function _tellWatchers(uint256 id) private {
        uint256 watchers = _accounts[id].watchers;
        for (uint256 i = 0; watchers >> i != 0; ++i) {
            if ((watchers >> i) & 1 == 0) continue;
            IPaymentListener listener = _listeners[i];
            try listener.onPayment(id) {} catch {
                if (gasleft() < AMPLE_GAS) revert MoreGasNeeded(address(listener));
                emit ListenerFailed(id, address(listener));
            }
        }
    }
    // slither-disable-end reentrancy-events,calls-loop

    function _pay(uint256 id, uint256 amount) private nonReentrant returns (uint256 taken) {
        Record memory record = _known(id);
        _requireNoLines(id);
        uint256 owed = _owed(id, record);
        taken = amount < owed ? amount : owed;
        if (taken == 0) revert NothingOwed(id);
        owed -= taken;

        uint256 root = _rootOf(id);
        Account storage account = _accounts[id];
        bool first = account.paid == 0;
        account.paid += uint96(taken); // at most what is owed, which is at most the face
        if (id != root) _accounts[root].paid += uint96(taken);
        emit Paid(id, msg.sender, taken, owed);
        bool open =
            record.state == State.Acknowledged || record.state == State.Defaulted || record.state == State.WrittenOff;
        if ((id == root ? owed : _owed(root, record)) == 0) _moveTo(root, record, State.Settled);
        if (first || owed == 0) _setFlags(id, record, open);

        _record(record.debtor, record.creditor, standard, record.currencyId, taken);
        IERC20 token = IERC20(standard.tokenOf(record.currencyId));
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), taken);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != taken) revert InexactToken(address(token), taken, received);
    }

    function _claim(uint256 id, address holder) private returns (uint256 amount, uint256 retired) {
        Record memory record = _known(id);
        if (_accounts[id].lines != 0) return (0, 0);
        // A suspended party is paid nothing; an expired one is: it may not act, but what is owed to it stays owed.
        Party party = ledger.partyOf(holder);
        if (party.status() == PartyLib.SUSPENDED) revert NotActive(holder);
        (uint256 units, uint256 pledged, uint256 frozen) = ledger.holdingOf(id, holder);
        if (frozen != 0) revert ProceedsFrozen(id, holder, frozen);

        uint256 free = units - pledged;
        PayoutLib.Position storage position = _settled(id, holder, address(0), free, _faceOf(id, record));
        amount = position.proceeds;
        position.proceeds = 0;
        if (free != 0 && _isClosed(id, record)) {
            retired = free;
            ledger.retire(id, holder, free);
            Account storage account = _accounts[id];
            account.retired += uint96(free); // no more units are retired than there were
            if (account.retired == _faceOf(id, record)) {
                amount += account.paid - account.credited;
                account.credited = account.paid;
            }
        }
        if (amount == 0 && retired == 0) return (0, 0);
        emit Claimed(id, holder, amount, retired);
        if (amount != 0) IERC20(standard.tokenOf(record.currencyId)).safeTransfer(holder, amount);
    }

    /// @dev The position, credited with its share of all payments so far. Ids without units have neither face nor payments.
    function _settled(
        uint256 id,
        address holder,
        address lienholder,
        uint256 units,
        uint96 face
    ) internal returns (PayoutLib.Position storage position) {
        position = _positions[id][holder][lienholder];
        Account storage account = _accounts[id];
        uint96 whole = position.settle(units, account.paid, face);
        if (whole != 0) account.credited += whole;
    }
}
