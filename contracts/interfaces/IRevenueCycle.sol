// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IShareTables} from "./IShareTables.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Revenue of sales, divided exactly
/// @notice The money of a sale comes in under the sale's own id, can be refunded while its window is open, and then goes to all
/// payees of the table that was in force when it came in. Parts add up to the sum, to the unit: each share is rounded down, and
/// the units left go to the largest remainders, ties to who stands first. Who cannot be paid does not stop the others: the
/// part waits for it here. Amounts are in the currency's smallest units; times are seconds.
interface IRevenueCycle is IShareTables {
    /// @notice Where a sale stands. `Refunded`: all of it was.
    enum SaleState {
        None,
        Open,
        Released,
        Refunded
    }

    /// @notice A sale. `payer` and `amount` (not refunded so far) are kept while it is open. `releaseAt`: last second of the
    /// refund window plus one.
    struct RevenueSale {
        SaleState state;
        address payer;
        uint96 amount;
        uint8 currencyId;
        uint24 version;
        uint40 paidAt;
        uint40 releaseAt;
    }

    /// @notice What one payee got of a sale: `amount`, after `fund` was taken off it for the module fund.
    struct RevenuePart {
        address account;
        uint96 amount;
        uint96 fund;
    }

    /// @notice `payer` paid `amount` for the sale, by table `version`; it can be released from `releaseAt` on.
    event SalePaid(
        uint32 indexed scheme,
        bytes32 indexed saleId,
        address indexed payer,
        uint8 currencyId,
        uint96 amount,
        uint24 version,
        uint40 releaseAt
    );
    /// @notice `amount` of the sale went back to `payer`; `left` of it is still there.
    event SaleRefunded(
        uint32 indexed scheme,
        bytes32 indexed saleId,
        address indexed payer,
        uint8 currencyId,
        uint96 amount,
        uint96 left,
        bytes32 reasonHash
    );
    /// @notice The sale was divided: `amount` = all amounts of `parts` + all their funds. Parts of zero are left out; what could
    /// not be handed over is in `OwedCredited`.
    event SaleReleased(
        uint32 indexed scheme,
        bytes32 indexed saleId,
        uint8 currencyId,
        uint96 amount,
        uint96 fund,
        RevenuePart[] parts
    );
    /// @notice `amount` could not be handed to `account`; it waits here.
    event OwedCredited(address indexed account, bytes32 indexed saleId, uint8 currencyId, uint256 amount);
    /// @notice `amount` that was owed to `account` was handed to `to`.
    event OwedPaidOut(address indexed account, address indexed to, uint8 currencyId, uint256 amount);
    /// @notice What is owed to `from`, a lost account, is owed to `to` of the same entity.
    event OwedMoved(address indexed from, address indexed to, uint8 currencyId, uint256 amount);

    /// @notice The amount is zero.
    error NoAmount();
    /// @notice The sale has no id.
    error NoSaleId();
    /// @notice The owner of `scheme` admits only certain payers; `payer` is none of them.
    error PayerNotAdmitted(uint32 scheme, address payer);
    /// @notice The sale was paid before.
    error SaleExists(uint32 scheme, bytes32 saleId);
    /// @notice There is no such sale.
    error UnknownSale(uint32 scheme, bytes32 saleId);
    /// @notice The sale is released or refunded.
    error SaleClosed(uint32 scheme, bytes32 saleId, SaleState state);
    /// @notice The refund window is open until `releaseAt`.
    error RefundWindowOpen(uint256 releaseAt);
    /// @notice The refund window was open until `releaseAt`: the payees own the revenue.
    error RefundWindowOver(uint256 releaseAt);
    /// @notice At most `left` can be refunded.
    error ExceedsSale(uint256 amount, uint256 left);
    /// @notice Nothing is owed to `account`.
    error NothingOwedTo(address account, uint8 currencyId);
    /// @notice Money can go neither to nobody nor to this contract.
    error CannotBePaid(address account);
    /// @notice The two accounts belong to different entities.
    error DifferentEntities(address from, address to);
    /// @notice Pays for a sale; where its table has no refund window, it is released at once. Anyone may call, unless the owner
    /// restricts who pays. The caller is the one who is refunded. `MoneyLib.InexactToken` where less than `amount` arrives.
    /// @param saleId the sale's id, once for each scheme
    /// @param currencyId an active currency of the standard, whose token the caller approved
    /// @param amount in its smallest units
    /// @return releaseAt first second at which it can be released
    function pay(uint32 scheme, bytes32 saleId, uint8 currencyId, uint96 amount) external returns (uint40 releaseAt);

    /// @notice Gives `amount` of a sale back to its payer while the window is open. Only the scheme's owner. Always open.
    /// @param reasonHash of the document that says why
    function refund(uint32 scheme, bytes32 saleId, uint96 amount, bytes32 reasonHash) external;

    /// @notice Divides a sale among its payees once its window is over. Anyone may call. Always open.
    /// @dev Payees that are active are paid at once; what cannot be handed over is owed to them. A payment is given
    /// `PushLib.GAS`; a call that brings less is refused, so that nobody can make a payment fail.
    function release(uint32 scheme, bytes32 saleId) external;

    /// @notice Hands `account` what is owed to it. Anyone may call. Always open. A participant must be active.
    function withdraw(uint8 currencyId, address account) external returns (uint256 amount);

    /// @notice Hands `to` what is owed to the caller. Always open. Participants, each of the two, must be active.
    function withdrawTo(uint8 currencyId, address to) external returns (uint256 amount);

    /// @notice What is owed to `from`, a lost account, is owed to `to`, an active one of the same entity. Only COMPLIANCE.
    function moveOwed(uint8 currencyId, address from, address to) external;

    /// @notice What waits for `account`.
    function owed(address account, uint8 currencyId) external view returns (uint256);

    /// @notice The sale `saleId` of `scheme`.
    function saleOf(uint32 scheme, bytes32 saleId) external view returns (RevenueSale memory);

    /// @notice How `amount` sold at `at` would be divided now: by the tables in force then and the fund's shares of now.
    function partsOf(uint32 scheme, uint256 at, uint96 amount) external view returns (RevenuePart[] memory);

    /// @notice Where the fund's shares go.
    function fund() external view returns (address);

    /// @notice The value standard that knows the currencies.
    function standard() external view returns (IValueStandard);
}
