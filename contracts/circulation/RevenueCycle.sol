// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IRevenueCycle} from "../interfaces/IRevenueCycle.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party, PartyLib} from "../libraries/PartyLib.sol";
import {PushLib} from "../libraries/PushLib.sol";
import {SharesLib} from "../libraries/SharesLib.sol";
import {ShareTables} from "./ShareTables.sol";

/// @title Revenue of sales, divided exactly
/// @dev For each token: what is here = all open sales + all that is owed + what somebody sent without a sale, which stays.
contract RevenueCycle is IRevenueCycle, ShareTables, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;
    using SharesLib for uint256;

    /// @dev Bytes of a part in memory and in `SaleReleased`: account, amount, fund.
    uint256 private constant PART = 96;

    /// @dev Two slots. The first is cleared when nothing is left to divide; the second stays, so that an id is used once. What
    /// divides the sale is copied beside the token, so that a release reads neither scheme nor standard.
    struct Sale {
        address payer;
        uint96 amount;
        address token;
        uint40 paidAt;
        uint24 version;
        uint8 windowDays;
        uint8 currencyId;
        uint8 most;
        bool refunded;
    }

    /// @inheritdoc IRevenueCycle
    address public immutable fund;
    /// @inheritdoc IRevenueCycle
    IValueStandard public immutable standard;

    mapping(uint32 scheme => mapping(bytes32 saleId => Sale)) private _sales;
    mapping(address account => mapping(uint8 currencyId => uint256)) private _owed;

    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry, which must be told to subscribe this contract
    /// @param standard_ the value standard
    /// @param fund_ the module fund
    constructor(
        address access,
        address registry_,
        IValueStandard standard_,
        address fund_
    ) AccessManaged(access) ShareTables(registry_) {
        (standard, fund) = (standard_, fund_);
    }

    /// @inheritdoc IRevenueCycle
    function pay(
        uint32 scheme,
        bytes32 saleId,
        uint8 currencyId,
        uint96 amount
    ) external whenRunning nonReentrant returns (uint40 releaseAt) {
        if (saleId == 0) revert NoSaleId();
        if (amount == 0) revert NoAmount();
        RevenueScheme memory known = _known(scheme);
        if (!_isAdmitted(scheme, known, msg.sender)) revert PayerNotAdmitted(scheme, msg.sender);
        Sale storage sale = _sales[scheme][saleId];
        if (sale.token != address(0)) revert SaleExists(scheme, saleId);
        IValueStandard.Currency memory currency = standard.currency(currencyId);
        if (!currency.active) revert IValueStandard.InactiveCurrency(currencyId);

        uint24 version = _versionAt(scheme, known.versions, block.timestamp);
        uint256 first = _tableOf(scheme, version)[0];
        bool waits = first.windowDays() != 0;
        Sale memory made = Sale({
            payer: waits ? msg.sender : address(0),
            amount: waits ? amount : 0,
            token: currency.token,
            paidAt: uint40(block.timestamp),
            version: version,
            windowDays: first.windowDays(),
            currencyId: currencyId,
            most: first.most(),
            refunded: false
        });
        _sales[scheme][saleId] = made;
        releaseAt = _releaseAt(made);
        emit SalePaid(scheme, saleId, msg.sender, currencyId, amount, version, releaseAt);
        IERC20(made.token).pull(msg.sender, amount);
        if (!waits) _divide(scheme, saleId, made, amount);
    }

    /// @inheritdoc IRevenueCycle
    function refund(uint32 scheme, bytes32 saleId, uint96 amount, bytes32 reasonHash) external nonReentrant {
        (Sale storage kept, Sale memory sale) = _openSale(scheme, saleId);
        _requireOwner(scheme);
        if (amount == 0) revert NoAmount();
        if (block.timestamp >= _releaseAt(sale)) revert RefundWindowOver(_releaseAt(sale));
        if (amount > sale.amount) revert ExceedsSale(amount, sale.amount);
        uint96 left = sale.amount - amount;
        kept.amount = left;
        if (left == 0) (kept.payer, kept.refunded) = (address(0), true);
        emit SaleRefunded(scheme, saleId, sale.payer, sale.currencyId, amount, left, reasonHash);
        Party party = IParticipantRegistry(registry).partyOf(sale.payer);
        _hand(saleId, sale, sale.payer, amount, _mayReceive(party));
    }

    /// @inheritdoc IRevenueCycle
    function release(uint32 scheme, bytes32 saleId) external nonReentrant {
        (Sale storage kept, Sale memory sale) = _openSale(scheme, saleId);
        uint40 releaseAt = _releaseAt(sale);
        if (block.timestamp < releaseAt) revert RefundWindowOpen(releaseAt);
        (kept.payer, kept.amount) = (address(0), 0);
        _divide(scheme, saleId, sale, sale.amount);
    }

    /// @inheritdoc IRevenueCycle
    function withdraw(uint8 currencyId, address account) external nonReentrant returns (uint256 amount) {
        return _payOut(currencyId, account, account);
    }

    /// @inheritdoc IRevenueCycle
    function withdrawTo(uint8 currencyId, address to) external nonReentrant returns (uint256 amount) {
        if (to == address(0) || to == address(this)) revert CannotBePaid(to);
        _requireMayReceive(to);
        return _payOut(currencyId, msg.sender, to);
    }

    /// @inheritdoc IRevenueCycle
    function moveOwed(uint8 currencyId, address from, address to) external restricted {
        Party target = IParticipantRegistry(registry).partyOf(to);
        if (!target.isActive()) revert NotActive(to);
        if (IParticipantRegistry(registry).partyOf(from).entity() != target.entity())
            revert DifferentEntities(from, to);
        uint256 amount = _takeOwed(currencyId, from);
        _owed[to][currencyId] += amount;
        emit OwedMoved(from, to, currencyId, amount);
    }

    /// @inheritdoc IRevenueCycle
    function owed(address account, uint8 currencyId) external view returns (uint256) {
        return _owed[account][currencyId];
    }

    /// @inheritdoc IRevenueCycle
    function saleOf(uint32 scheme, bytes32 saleId) external view returns (RevenueSale memory) {
        Sale memory sale = _sales[scheme][saleId];
        if (sale.token == address(0)) revert UnknownSale(scheme, saleId);
        return
            RevenueSale(
                _stateOf(sale),
                sale.payer,
                sale.amount,
                sale.currencyId,
                sale.version,
                sale.paidAt,
                _releaseAt(sale)
            );
    }

    /// @inheritdoc IRevenueCycle
    function partsOf(uint32 scheme, uint256 at, uint96 amount) external view returns (RevenuePart[] memory parts) {
        uint24 version = _versionAt(scheme, _known(scheme).versions, at);
        if (version == 0) revert UnknownVersion(scheme, version);
        uint256[2] storage table = _tableOf(scheme, version);
        uint256 start = _voucher(table[0].most());
        (uint256 end, ) = _collect(table, at, amount, start);
        parts = new RevenuePart[]((end - start) / PART);
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 place = start + i * PART;
            (uint256 payee, uint256 mine) = _entry(place);
            uint256 taken;
            assembly ("memory-safe") {
                taken := mload(add(place, 64))
            }
            parts[i] = RevenuePart(address(uint160(payee)), uint96(mine), uint96(taken));
        }
    }

    /// @dev Hands everybody its part; the fund first. The event's data are laid out in memory as the ABI says while the parts are
    /// found, so that nothing is encoded a second time.
    function _divide(uint32 scheme, bytes32 saleId, Sale memory sale, uint256 amount) private {
        uint256 start = _voucher(sale.most);
        (uint256 end, uint256 toFund) = _collect(_tableOf(scheme, sale.version), sale.paidAt, amount, start);
        if (toFund != 0) _hand(saleId, sale, fund, toFund, true);
        for (uint256 place = start; place < end; place += PART) {
            (uint256 payee, uint256 mine) = _entry(place);
            if (mine != 0) _hand(saleId, sale, address(uint160(payee)), mine, payee & ACTIVE != 0);
        }
        bytes32 topic = SaleReleased.selector;
        uint256 currencyId = sale.currencyId;
        assembly ("memory-safe") {
            let head := sub(start, 160) // `_voucher` left these five words for them
            mstore(head, currencyId)
            mstore(add(head, 32), amount)
            mstore(add(head, 64), toFund)
            mstore(add(head, 96), 128) // where the parts stand
            mstore(add(head, 128), div(sub(end, start), 96))
            log3(head, sub(end, head), topic, scheme, saleId)
        }
    }

    /// @dev Pays, or keeps it where the receiver may not be paid now or the token does not go through.
    function _hand(bytes32 saleId, Sale memory sale, address to, uint256 amount, bool payable_) private {
        if (payable_ && PushLib.trySend(sale.token, to, amount)) return;
        _owed[to][sale.currencyId] += amount;
        emit OwedCredited(to, saleId, sale.currencyId, amount);
    }

    function _payOut(uint8 currencyId, address account, address to) private returns (uint256 amount) {
        _requireMayReceive(account);
        amount = _takeOwed(currencyId, account);
        emit OwedPaidOut(account, to, currencyId, amount);
        IERC20(standard.tokenOf(currencyId)).safeTransfer(to, amount);
    }

    function _takeOwed(uint8 currencyId, address account) private returns (uint256 amount) {
        amount = _owed[account][currencyId];
        if (amount == 0) revert NothingOwedTo(account, currencyId);
        _owed[account][currencyId] = 0;
    }

    /// @dev Memory for so many parts, and five words before them. Every word is written before it is read.
    function _voucher(uint256 most) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := add(mload(0x40), 160)
            mstore(0x40, add(start, mul(most, 96)))
        }
    }

    /// @dev The payee and the amount of the part at `place`. Takes the mark of its activity off the word.
    function _entry(uint256 place) private pure returns (uint256 payee, uint256 mine) {
        assembly ("memory-safe") {
            payee := mload(place)
            mstore(place, and(payee, 0xffffffffffffffffffffffffffffffffffffffff))
            mine := mload(add(place, 32))
        }
    }

    /// @dev Writes the parts of `amount` by a table, and by those nested in it that were in force at `at`, into the voucher from
    /// `next` on: account with `ACTIVE`, amount, fund; parts of zero are left out. Levels fall from table to nested table, so
    /// that it ends; and no table comes to more payments than its level says, so that the voucher holds them.
    /// @return the place behind them, and the fund's parts together
    function _collect(
        uint256[2] storage table,
        uint256 at,
        uint256 amount,
        uint256 next
    ) private view returns (uint256, uint256 toFund) {
        uint256 first = table[0];
        uint256[] memory lines = SharesLib.divide(first, first.isWhole() ? 0 : table[1], amount);
        uint256 count = lines.length;
        unchecked {
            // Places are memory; the fund's parts are below the amount, and that below 2^96.
            for (uint256 i = 0; i < count; ++i) {
                uint256 line = lines[i];
                uint256 part = line.part();
                if (part == 0) continue;
                uint256 taken = 0;
                if (line.isScheme()) {
                    (next, taken) = _collect(_tableAt(line.number(), at), at, part, next);
                } else {
                    (uint256 payee, uint256 fundBps) = _payee(line.number());
                    // Rounded down, for the payee.
                    if (fundBps != 0) taken = (part * fundBps) / SharesLib.WHOLE;
                    assembly ("memory-safe") {
                        mstore(next, payee)
                        mstore(add(next, 32), sub(part, taken))
                        mstore(add(next, 64), taken)
                    }
                    next += PART;
                }
                toFund += taken;
            }
        }
        return (next, toFund);
    }

    function _openSale(uint32 scheme, bytes32 saleId) private view returns (Sale storage kept, Sale memory sale) {
        kept = _sales[scheme][saleId];
        sale = kept;
        if (sale.token == address(0)) revert UnknownSale(scheme, saleId);
        if (sale.amount == 0) revert SaleClosed(scheme, saleId, _stateOf(sale));
    }

    function _requireMayReceive(address account) private view {
        if (!_mayReceive(IParticipantRegistry(registry).partyOf(account))) revert NotActive(account);
    }

    /// @dev Who is no participant may be paid what is owed to it; who is, only while it is active.
    function _mayReceive(Party party) private view returns (bool) {
        return party.status() == PartyLib.UNKNOWN || party.isActive();
    }

    function _stateOf(Sale memory sale) private pure returns (SaleState) {
        if (sale.amount != 0) return SaleState.Open;
        return sale.refunded ? SaleState.Refunded : SaleState.Released;
    }

    function _releaseAt(Sale memory sale) private pure returns (uint40) {
        return sale.paidAt + uint40(sale.windowDays) * 1 days;
    }
}
