// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IFundShare} from "./IFundShare.sol";

/// @title Who gets which share of revenue, from when on
/// @notice A scheme is a list of share tables, each in force from its second until the next one's. What was sold under a table
/// is paid by it for good: a table that has been in force never changes. A payee is an account of a participant, or another
/// scheme, whose own table divides its part again. Shares are basis points (10,000 = all); times are seconds.
interface IShareTables is IFundShare {
    /// @notice One line of a table: an account or a scheme (the other one is zero) and its share, 1 to 10,000.
    struct RevenueShare {
        address account;
        uint32 scheme;
        uint16 bps;
    }

    /// @notice A scheme. `owner`: the entity that opened it. `level`: 1 names accounts only, 2 schemes of level 1 as well, 3
    /// also those of level 2. `versions`: tables so far. `payersRestricted`: only admitted accounts can pay in.
    struct RevenueScheme {
        uint48 owner;
        uint24 versions;
        uint8 level;
        bool payersRestricted;
    }

    /// @notice A table. `from`: first second at which it is in force. `windowDays`: days in which a sale can be refunded, 0 to
    /// 90. `most`: payments that a release can come to. `shares`: in order; ties of rounding go to who stands first.
    struct RevenueTable {
        uint40 from;
        uint8 windowDays;
        uint8 most;
        RevenueShare[] shares;
    }

    /// @notice `owner` (an entity) opened `scheme`.
    event SchemeOpened(uint32 indexed scheme, uint48 indexed owner, uint8 level);
    /// @notice `version` of `scheme` is in force from `from` on. Said again for the same version where it was replaced before
    /// it came into force.
    event SharesPublished(
        uint32 indexed scheme,
        uint24 indexed version,
        uint40 from,
        uint8 windowDays,
        RevenueShare[] shares
    );
    /// @notice From now on only admitted accounts, or everybody again, can pay into `scheme`.
    event PayersRestricted(uint32 indexed scheme, bool restricted);
    /// @notice `payer` may, or may no longer, pay into `scheme` while its payers are restricted.
    event PayerAdmitted(uint32 indexed scheme, address indexed payer, bool admitted);
    /// @notice Schemes opened by default from now on pay brand, upstream and maintenance these shares.
    event DefaultSharesSet(uint16 brand, uint16 upstream, uint16 maintenance);

    /// @notice There is no scheme `scheme`.
    error UnknownScheme(uint32 scheme);
    /// @notice `scheme` has no version `version`.
    error UnknownVersion(uint32 scheme, uint24 version);
    /// @notice `caller` is no active account of the entity that owns `scheme`.
    error NotTheSchemeOwner(uint32 scheme, address caller);
    /// @notice A level is 1 to `most`.
    error LevelOutOfRange(uint256 level, uint256 most);
    /// @notice A table has 1 to `most` lines.
    error PayeesOutOfRange(uint256 payees, uint256 most);
    /// @notice The line at `position` names neither an account nor a scheme, both, or the contract itself.
    error NotAPayee(uint256 position);
    /// @notice The line at `position` has no share.
    error NoShare(uint256 position);
    /// @notice The shares add up to `sum`, not to 10,000.
    error SharesDoNotAddUp(uint256 sum);
    /// @notice `scheme` is of level `level`; here at most `most` can be named.
    error NestedTooDeep(uint32 scheme, uint256 level, uint256 most);
    /// @notice A release by this table could come to `payments`; at most `most`, so that it always fits into a block.
    error TooManyPayments(uint256 payments, uint256 most);
    /// @notice The refund window is at most `most` days.
    error WindowOutOfRange(uint256 windowDays, uint256 most);
    /// @notice A new version takes effect at `earliest` at the earliest: no second is under two tables.
    error EffectTooEarly(uint256 from, uint256 earliest);
    /// @notice At most `most` basis points of an entity's revenue go to the fund.
    error FundShareOutOfRange(uint256 bps, uint256 most);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);

    /// @notice Opens a scheme of the caller's entity; its first table is in force at once. Only an active participant.
    /// @param level 1 to 3: it can name schemes of lower levels only, so that no scheme ever leads back to itself
    /// @param windowDays days in which a sale can be refunded, 0 to 90
    /// @param shares 1 to 8 lines that add up to 10,000; accounts must be active. A scheme of level 1 counts as 8 payments, one
    /// of level 2 as 64; a table may come to 72
    /// @return scheme its number, counting from 1
    function openScheme(uint8 level, uint8 windowDays, RevenueShare[] calldata shares) external returns (uint32 scheme);

    /// @notice Opens a scheme of level 3 with the default shares: brand, upstream manufacturers, ecosystem maintenance.
    /// @param upstream an account; or none, and `upstreamScheme` says how the manufacturers share
    function openDefault(
        address brand,
        address upstream,
        uint32 upstreamScheme,
        address maintenance,
        uint8 windowDays
    ) external returns (uint32 scheme);

    /// @notice Publishes the next table of `scheme`; replaces one that is not in force yet. Only its owner.
    /// @param from first second at which it is in force, later than now
    /// @return version its number, counting from 1
    function publishShares(
        uint32 scheme,
        uint40 from,
        uint8 windowDays,
        RevenueShare[] calldata shares
    ) external returns (uint24 version);

    /// @notice Says whether only admitted accounts can pay into `scheme`. Only its owner. At first everybody can.
    /// @dev A sale's id can be used once: where others could guess it and pay a trifle first, restrict who pays.
    function restrictPayers(uint32 scheme, bool restricted_) external;

    /// @notice Admits `payer` to `scheme`, or no longer. Only its owner.
    function admitPayer(uint32 scheme, address payer, bool admitted) external;

    /// @notice Sets the default shares of new schemes, each above zero, 10,000 in all. Only PARAMETERS.
    function setDefaultShares(uint16 brand, uint16 upstream, uint16 maintenance) external;

    /// @notice The default shares: 6,000, 3,000 and 1,000 at first.
    function defaultShares() external view returns (uint16 brand, uint16 upstream, uint16 maintenance);

    /// @notice The scheme `scheme`.
    function schemeOf(uint32 scheme) external view returns (RevenueScheme memory);

    /// @notice The table `version` of `scheme`.
    function tableOf(uint32 scheme, uint24 version) external view returns (RevenueTable memory);

    /// @notice The version of `scheme` that is in force at `at`; 0 before the first.
    function versionAt(uint32 scheme, uint256 at) external view returns (uint24 version);

    /// @notice Whether `payer` can pay into `scheme`.
    function isAdmitted(uint32 scheme, address payer) external view returns (bool);
}
