// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Terms} from "../libraries/TermsLib.sol";

/// @title Rights that hang on goods: warranty, repair, points, membership
/// @notice A brand defines a right once for a line; every item of the line then has it, and nothing is written for an item
/// until the right is used. Its type is a template of the value standard (kind 6), whose scope says which parties may serve
/// it; the brand authorises service centres among them. Whoever owns the item uses the right together with a centre: both
/// sign, or one calls and the other signs. A right takes effect by its condition, ends by its own time, has its own number
/// of uses, and travels, lapses or is transferable once when the item goes to another customer. Points that a use brings
/// belong to the holder and are spent with the brand, both agreeing.
interface IBoundRights {
    /// @notice What lets a right take effect. `FirstSale`: the item first went to a customer. `Activation`: its holder
    /// proved its serial number. `Date`: the date came.
    enum Condition {
        FirstSale,
        Activation,
        Date
    }

    /// @notice What becomes of a right when the item goes to another customer, by gift or over a dealer.
    enum Resale {
        Travels,
        Lapses,
        TransferableOnce
    }

    /// @notice Why a right cannot be used. `None`: it can.
    enum Refusal {
        None,
        UnknownRight,
        HolderNotActive,
        ItemFrozen,
        NotInEffect,
        Expired,
        Lapsed,
        UsedUp,
        CentreNotAuthorised
    }

    /// @notice A right. `ruleId`: its type. `startsAt`: for `Date`, its first second; else 0. `duration`: seconds for which
    /// it lasts once in effect; 0: no such end. `until`: last second at all; 0: none. `uses`: how often it can be used; 0:
    /// any number, up to 65,535. `points`: what each use brings. `alone`: the holder needs no centre. `text`: hash of its terms.
    struct Right {
        uint32 ruleId;
        Condition condition;
        Resale resale;
        bool alone;
        uint16 uses;
        uint32 points;
        uint40 startsAt;
        uint40 duration;
        uint40 until;
        bytes32 text;
    }

    /// @notice A use to be. `right`: its number within the line, from 0. `centre`: account that serves; zero where the holder
    /// acts alone. `report`: hash of what was done. `deadline`: last second of the signatures.
    struct Use {
        uint256 item;
        uint8 right;
        address centre;
        bytes32 report;
        uint40 deadline;
    }

    /// @notice Points to be spent. `brand`: an account of the brand, `holder` of the points. `purpose`: what they are for.
    struct Spending {
        address brand;
        address holder;
        uint96 amount;
        bytes32 purpose;
        uint40 deadline;
    }

    /// @notice Items of `line` have right number `right`; `scope`: what a service centre must be.
    event RightDefined(uint32 indexed line, uint8 indexed right, Right terms, Terms scope);
    /// @notice Entity `centre` may, or may no longer, serve right `right` of `line`.
    event CentreAuthorised(uint32 indexed line, uint8 indexed right, uint48 indexed centre, bool authorised);
    /// @notice Serial numbers under `root` are genuine for `line`.
    event SerialsPublished(uint32 indexed line, bytes32 indexed root);
    /// @notice Item `item` bears the serial number with hash `serial`.
    event Activated(uint256 indexed item, bytes32 indexed serial, address holder);
    /// @notice Right `right` of `item` was used the `number`th time.
    event RightUsed(
        uint256 indexed item,
        uint8 indexed right,
        address indexed holder,
        address centre,
        uint16 number,
        bytes32 report
    );
    /// @notice `holder` has `amount` more points with `brand`.
    event PointsEarned(uint48 indexed brand, address indexed holder, uint256 indexed item, uint256 amount);
    /// @notice `holder` spent points with `brand`.
    event PointsSpent(uint48 indexed brand, address indexed holder, uint256 amount, bytes32 purpose);

    /// @notice `account` does not act for the brand of `line`.
    error NotTheBrand(uint32 line, address account);
    /// @notice A line has `most` rights at most.
    error TooManyRights(uint32 line, uint256 most);
    /// @notice A right with a start but no condition `Date`, without a time it could be used in, without a text, or with points
    /// and any number of uses.
    error RightOutOfRange();
    /// @notice The item has no such right.
    error UnknownRight(uint256 item, uint8 right);
    /// @notice The line has no such right.
    error NoSuchRight(uint32 line, uint8 right);
    /// @notice There is no entity `entity`.
    error UnknownEntity(uint48 entity);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice Compliance froze the item.
    error ItemFrozen(uint256 item);
    /// @notice The right takes effect at `startsAt`; 0: when its condition is met.
    error RightNotInEffect(uint256 item, uint8 right, uint40 startsAt);
    /// @notice The right's last second was `end`.
    error RightExpired(uint256 item, uint8 right, uint256 end);
    /// @notice The item went to another customer `handovers` times, more often than the right does.
    error LapsedOnResale(uint256 item, uint8 right, uint16 handovers);
    /// @notice The right was used as often as it can be.
    error RightUsedUp(uint256 item, uint8 right, uint16 uses);
    /// @notice `centre` is not authorised, not active, or outside the scope of the right's type.
    error CentreNotAuthorised(uint256 item, uint8 right, address centre);
    /// @notice `account` neither called nor signed.
    error NotAgreed(address account);
    /// @notice The signatures were good until `deadline`.
    error SignatureExpired(uint256 deadline);
    /// @notice The root is zero or published already.
    error InvalidSerials(bytes32 root);
    /// @notice No published root of the line says that the item bears this serial number.
    error SerialNotGenuine(uint256 item, bytes32 serial);
    /// @notice The item was not sold to a customer yet.
    error NotSold(uint256 item);
    /// @notice The serial number belongs to `item`.
    error SerialTaken(bytes32 serial, uint256 item);
    /// @notice The item has its serial number already.
    error AlreadyActivated(uint256 item);
    /// @notice `account` does not own `item`.
    error NotTheItemsHolder(uint256 item, address account);
    /// @notice The holder has `held` points.
    error InsufficientPoints(uint256 held, uint256 wanted);

    /// @notice Gives every item of the line one more right. Only the brand. It cannot be taken back.
    /// @return right its number, from 0
    function defineRight(uint32 line, Right calldata terms) external returns (uint8 right);

    /// @notice Lets an entity serve a right, or no longer. Only the brand. The entity that is responsible after the sale needs
    /// no such leave.
    function authoriseCentre(uint32 line, uint8 right, uint48 centre, bool authorised) external;

    /// @notice Publishes which items bear which serial numbers: the Merkle root (OpenZeppelin's, sorted pairs) over leaves
    /// keccak256(keccak256(abi.encode(bytes32 serial, uint256 item))), where `serial` is keccak256 of the number's bytes.
    /// `caldera.merkle.serial_tree` makes it. Only the brand.
    function publishSerials(uint32 line, bytes32 root) external;

    /// @notice Proves the serial number of an item that was sold, once and for ever. Only the item's holder.
    /// @param serial keccak256 of the serial number's bytes
    function activate(uint256 item, bytes32 serial, bytes32 root, bytes32[] calldata proof) external;

    /// @notice Uses a right. The item's holder and the centre have both called or signed (EIP-712, EIP-1271).
    /// @return number how often the right was used, this time included
    function useRight(
        Use calldata use,
        bytes calldata holderSignature,
        bytes calldata centreSignature
    ) external returns (uint16 number);

    /// @notice Spends points. Holder and brand have both called or signed.
    function spendPoints(
        Spending calldata spending,
        bytes calldata holderSignature,
        bytes calldata brandSignature
    ) external;

    /// @notice Why `item`'s holder could not use right `right` with `centre` now; `useRight` reverts with the error that
    /// belongs to it.
    function refusalOf(uint256 item, uint8 right, address centre) external view returns (Refusal);

    /// @notice From when to when right `right` of `item` can be used, and how often it was. `start` 0: not in effect, and no
    /// date is known. `end` 2^40 - 1: no end.
    function stateOf(uint256 item, uint8 right) external view returns (uint256 start, uint256 end, uint16 used);

    /// @notice Right `right` of `line`, and what its centres must be.
    function rightOf(uint32 line, uint8 right) external view returns (Right memory terms, Terms scope);

    /// @notice How many rights the items of `line` have.
    function rightCount(uint32 line) external view returns (uint256);

    /// @notice True where the brand authorised the entity, or it is responsible after the sale.
    function isAuthorised(uint32 line, uint8 right, uint48 centre) external view returns (bool);

    /// @notice Hash of the item's serial number and when it was proved; zeros before.
    function serialOf(uint256 item) external view returns (bytes32 serial, uint40 activatedAt);

    /// @notice The item of `line` that bears a serial number; 0: none yet.
    function itemOfSerial(uint32 line, bytes32 serial) external view returns (uint256);

    /// @notice Points that `holder` can spend with the brand.
    function pointsOf(uint48 brand, address holder) external view returns (uint256);

    /// @notice The next number of a spending by `holder` with the brand.
    function spendings(uint48 brand, address holder) external view returns (uint256);

    /// @notice The EIP-712 hash of the next use as given. Type: Use(uint256 item,uint256 right,uint256 number,address
    /// holder,address centre,bytes32 report,uint256 deadline), `number`: uses before it; domain "Caldera Bound Rights", "1".
    function useDigest(Use calldata use) external view returns (bytes32);

    /// @notice The EIP-712 hash of the next spending as given. Type: Spending(uint256 brand,address holder,uint256
    /// number,uint256 amount,bytes32 purpose,uint256 deadline), `brand`: its entity, `number`: spendings before it.
    function spendingDigest(Spending calldata spending) external view returns (bytes32);
}
