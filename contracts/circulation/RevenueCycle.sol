// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRevenueCycle} from "../interfaces/IRevenueCycle.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Payee} from "../libraries/PayeeLib.sol";
import {SaleFacts, SaleLib} from "../libraries/SaleLib.sol";
import {SharesLib} from "../libraries/SharesLib.sol";
import {VoucherLib} from "../libraries/VoucherLib.sol";
import {OwedBook} from "./OwedBook.sol";
import {ShareTables} from "./ShareTables.sol";

/// @title Revenue of sales, divided exactly
/// @dev For each token: what is here = all open sales + all that is owed + what somebody sent without a sale, which stays.
contract RevenueCycle is OwedBook {
    using MoneyLib for IERC20;
    using SharesLib for uint256;
    using SharesLib for uint256[];

    /// @dev Two slots. The first is cleared when nothing is left to divide; the second stays, so that an id is used once. What
    /// divides the sale stands in it beside the token, so that a release reads neither scheme nor standard.
    struct Sale {
        address payer;
        uint96 amount;
        SaleFacts facts;
    }

    /// @inheritdoc IRevenueCycle
    address public immutable fund;

    mapping(uint32 scheme => mapping(bytes32 saleId => Sale)) private _sales;

    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry, which must be told to subscribe this contract
    /// @param standard_ the value standard
    /// @param fund_ the module fund
    constructor(
        address access,
        address registry_,
        IValueStandard standard_,
        address fund_
    ) AccessManaged(access) ShareTables(registry_) OwedBook(standard_) {
        fund = fund_;
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
        if (sale.facts.exists()) revert SaleExists(scheme, saleId);
        IValueStandard.Currency memory currency = standard.currency(currencyId);
        if (!currency.active) revert IValueStandard.InactiveCurrency(currencyId);

        uint24 version = _versionAt(scheme, known.versions, block.timestamp);
        uint256 first = _tableOf(scheme, version)[0];
        uint8 windowDays = first.windowDays();
        SaleFacts facts = SaleLib.pack(
            currency.token,
            uint40(block.timestamp),
            version,
            windowDays,
            currencyId,
            first.most()
        );
        sale.facts = facts;
        if (windowDays != 0) (sale.payer, sale.amount) = (msg.sender, amount);
        releaseAt = facts.releaseAt();
        emit SalePaid(scheme, saleId, msg.sender, currencyId, amount, version, releaseAt);
        IERC20(currency.token).pull(msg.sender, amount);
        if (windowDays == 0) _divide(scheme, saleId, facts, amount);
    }

    /// @inheritdoc IRevenueCycle
    function refund(uint32 scheme, bytes32 saleId, uint96 amount, bytes32 reasonHash) external nonReentrant {
        (Sale storage sale, SaleFacts facts, uint96 left) = _openSale(scheme, saleId);
        _requireOwner(scheme);
        if (amount == 0) revert NoAmount();
        uint40 releaseAt = facts.releaseAt();
        if (block.timestamp >= releaseAt) revert RefundWindowOver(releaseAt);
        if (amount > left) revert ExceedsSale(amount, left);
        left -= amount;
        address payer = sale.payer;
        sale.amount = left;
        if (left == 0) (sale.payer, sale.facts) = (address(0), facts.refunded());
        emit SaleRefunded(scheme, saleId, payer, facts.currencyId(), amount, left, reasonHash);
        _hand(saleId, facts.token(), facts.currencyId(), payer, amount, _mayReceive(payer));
    }

    /// @inheritdoc IRevenueCycle
    function release(uint32 scheme, bytes32 saleId) external nonReentrant {
        (Sale storage sale, SaleFacts facts, uint96 amount) = _openSale(scheme, saleId);
        uint40 releaseAt = facts.releaseAt();
        if (block.timestamp < releaseAt) revert RefundWindowOpen(releaseAt);
        (sale.payer, sale.amount) = (address(0), 0);
        _divide(scheme, saleId, facts, amount);
    }

    /// @inheritdoc IRevenueCycle
    function saleOf(uint32 scheme, bytes32 saleId) external view returns (RevenueSale memory) {
        Sale storage sale = _sales[scheme][saleId];
        SaleFacts facts = sale.facts;
        if (!facts.exists()) revert UnknownSale(scheme, saleId);
        return
            RevenueSale(
                _stateOf(facts, sale.amount),
                sale.payer,
                sale.amount,
                facts.currencyId(),
                facts.version(),
                facts.paidAt(),
                facts.releaseAt()
            );
    }

    /// @inheritdoc IRevenueCycle
    function partsOf(uint32 scheme, uint256 at, uint96 amount) external view returns (RevenuePart[] memory parts) {
        uint24 version = _versionAt(scheme, _known(scheme).versions, at);
        if (version == 0) revert UnknownVersion(scheme, version);
        uint256[2] storage table = _tableOf(scheme, version);
        uint256 start = VoucherLib.open(table[0].most());
        (uint256 end, ) = _collect(table, at, amount, start);
        parts = new RevenuePart[]((end - start) / VoucherLib.PART);
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 place = start + i * VoucherLib.PART;
            (Payee payee, uint256 mine) = VoucherLib.take(place);
            parts[i] = RevenuePart(payee.account(), uint96(mine), uint96(VoucherLib.fundOf(place)));
        }
    }

    /// @dev Hands everybody its part; the fund first.
    function _divide(uint32 scheme, bytes32 saleId, SaleFacts facts, uint256 amount) private {
        uint256 start = VoucherLib.open(facts.most());
        (uint256 end, uint256 toFund) = _collect(_tableOf(scheme, facts.version()), facts.paidAt(), amount, start);
        address token = facts.token();
        uint8 currencyId = facts.currencyId();
        if (toFund != 0) _hand(saleId, token, currencyId, fund, toFund, true);
        unchecked {
            for (uint256 place = start; place < end; place += VoucherLib.PART) {
                (Payee payee, uint256 mine) = VoucherLib.take(place);
                // Not a balance that others could change, but the part just found: all of it was the fund's.
                // slither-disable-next-line incorrect-equality
                if (mine == 0) continue;
                _hand(saleId, token, currencyId, payee.account(), mine, payee.isActive());
            }
        }
        VoucherLib.log(SaleReleased.selector, scheme, saleId, currencyId, amount, toFund, start, end);
    }

    /// @dev Writes the parts of `amount` by a table, and by those nested in it that were in force at `at`, into the voucher from
    /// `next` on; parts of zero are left out. Levels fall from table to nested table, so that it ends; and no table comes to more
    /// payments than its level says, so that the voucher holds them.
    /// @return the place behind them, and the fund's parts together
    function _collect(
        uint256[2] storage table,
        uint256 at,
        uint256 amount,
        uint256 next
    ) private view returns (uint256, uint256 toFund) {
        uint256 first = table[0];
        uint256[] memory lines = SharesLib.divide(first, first.isWhole() ? 0 : table[1], amount);
        unchecked {
            // Places are memory; the fund's parts are below the amount, and that below 2^96.
            uint256 count = lines.length;
            for (uint256 i = 0; i < count; ++i) {
                uint256 line = lines.lineAt(i);
                uint256 part = line.part();
                if (part == 0) continue;
                uint256 taken = 0;
                if (line.isScheme()) {
                    (next, taken) = _collect(_tableAt(uint32(line.number()), at), at, part, next);
                } else {
                    Payee payee = _payee(line.number());
                    uint256 fundBps = payee.fundBps();
                    // Rounded down, for the payee.
                    if (fundBps != 0) taken = (part * fundBps) / SharesLib.WHOLE;
                    VoucherLib.write(next, payee, part - taken, taken);
                    next += VoucherLib.PART;
                }
                toFund += taken;
            }
        }
        return (next, toFund);
    }

    function _openSale(
        uint32 scheme,
        bytes32 saleId
    ) private view returns (Sale storage sale, SaleFacts facts, uint96 amount) {
        sale = _sales[scheme][saleId];
        facts = sale.facts;
        amount = sale.amount;
        if (!facts.exists()) revert UnknownSale(scheme, saleId);
        if (amount == 0) revert SaleClosed(scheme, saleId, _stateOf(facts, amount));
    }

    function _stateOf(SaleFacts facts, uint96 amount) private pure returns (SaleState) {
        if (amount != 0) return SaleState.Open;
        return facts.isRefunded() ? SaleState.Refunded : SaleState.Released;
    }
}
