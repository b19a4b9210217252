// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IPermissionedToken} from "./IPermissionedToken.sol";
import {Terms} from "../libraries/TermsLib.sol";

/// @title Goods that only go where they may (ERC-721), beyond ERC-721 and ERC-7943
/// @notice Each item belongs to a line, and the line says who may hold it. *Dealers*: parties within the line's scope by
/// region and qualification, and the issuer itself. *Customers*: active parties with the line's profile. An item goes from
/// dealer to dealer, from a dealer to a customer, and from a customer back to any dealer; a customer may give it to another
/// customer, itself and not through an operator, as often as the line allows. Who is neither any more can only return it. Between
/// accounts of one entity nothing is counted. Everything else would be a resale outside the
/// scope and is refused. An operator that moves somebody else's item must be a dealer. An id is
/// line × 2^48 + batch × 2^12 + place, so that a batch costs one slot, however many items it has.
interface IDirectedGoods is IPermissionedToken {
    /// @notice Who may hold the items of a line. `dealers`: kind, flags, regions and qualifications. `issuer`: entity of the
    /// brand. `afterSales`: entity that is responsible after the sale. `customers`: qualifications of which a customer needs
    /// one; 0: any active party. `consumers`: whether customers may hold items at all. `gifts`: how often customers may
    /// give an item on.
    struct Line {
        Terms dealers;
        uint48 issuer;
        uint48 afterSales;
        uint64 customers;
        bool consumers;
        uint8 gifts;
    }

    /// @notice What an item has been through. `soldAt`: when it first went to a customer; 0: not yet. `handovers`: how often
    /// it went to a customer after that. `given`: how often one customer gave it to another. `withheld`: it was frozen at some
    /// time for an account that did not hold it.
    struct Item {
        uint40 soldAt;
        uint16 handovers;
        uint8 given;
        bool frozen;
        bool retired;
        bool withheld;
    }

    /// @notice `line` was created for `issuer`. `conditions`: hash of the conditions under which rights take effect.
    event LineCreated(uint32 indexed line, uint48 indexed issuer, Line terms, bytes32 conditions, bytes32 documentHash);
    /// @notice Items of `line` circulate, or are halted, from now on.
    event LineHalted(uint32 indexed line, bool halted);
    /// @notice `count` items from `first` on were issued to `to`.
    event Issued(uint32 indexed line, uint256 indexed first, address indexed to, uint256 count);
    /// @notice Item `id` first went to a customer.
    event FirstSold(uint256 indexed id, address indexed customer);

    /// @notice There is no line `line`.
    error UnknownLine(uint32 line);
    /// @notice A batch has 1 to `most` items.
    error BatchOutOfRange(uint256 count, uint256 most);
    /// @notice The items of the line are halted.
    error LineIsHalted(uint32 line);
    /// @notice A customer may give the item or return it to a dealer, but not sell it on through `operator`.
    error ConsumerResale(uint256 id, address from, address operator);
    /// @notice The item was given on `most` times already; it may be returned to a dealer.
    error GiftsUsedUp(uint256 id, uint256 most);

    /// @notice Creates a line. Only a module; the kind of its dealers' terms becomes its own.
    function createLine(Line calldata terms, bytes32 conditions, bytes32 documentHash) external returns (uint32 line);

    /// @notice Halts the items of a line, or lets them circulate again. Only the line's module.
    function haltLine(uint32 line, bool halted) external;

    /// @notice Issues `count` items (1 to 4,096) of a line to a dealer. Only the line's module.
    /// @return first id of the first; the others follow
    function issue(uint32 line, address to, uint256 count) external returns (uint256 first);

    /// @notice Issues one item of a line to a customer or a dealer; to a customer it counts as the first sale. Only the
    /// line's module.
    function issueTo(uint32 line, address to) external returns (uint256 id);

    /// @notice Retires an item: used up, destroyed, taken back. Only the line's module.
    function retire(uint256 id) external;

    /// @notice The line.
    function lineOf(uint32 line) external view returns (Line memory);

    /// @notice Hash of the conditions under which the line's rights take effect.
    function conditionsOf(uint32 line) external view returns (bytes32);

    /// @notice SHA-256 of the line's document.
    function documentHash(uint32 line) external view returns (bytes32);

    /// @notice What item `id` has been through.
    function itemOf(uint256 id) external view returns (Item memory);

    /// @notice True where `account` is an active dealer of the line.
    function isDealer(uint32 line, address account) external view returns (bool);

    /// @notice True where `account` is an active party that may hold items of the line as a customer.
    function isCustomer(uint32 line, address account) external view returns (bool);
}
