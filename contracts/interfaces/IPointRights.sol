// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Points, and the rights they can be given for
/// @notice An entity's points are good to the end of the period after the one in which they were awarded; older ones are spent
/// first. Nobody can pass them on. Governance publishes offers: a right that an operator grants for points. Whoever takes one has
/// an entitlement, which its entity surrenders where the right is granted, while it is good. The operator may decline one that
/// has not been surrendered; then those points come back that are still good, with their old age, and the offer is one larger.
interface IPointRights {
    /// @notice Where an entitlement stands. `Held` past `goodUntil` is of no use.
    enum EntitlementState {
        None,
        Held,
        Surrendered,
        Declined
    }

    /// @notice What `operator`, an entity, grants for `price` points, `stock` times until second `until`; an entitlement is good
    /// for `goodFor` seconds. `termsHash`: of what is granted.
    struct RightOffer {
        uint48 operator;
        uint40 until;
        uint32 goodFor;
        uint32 stock;
        uint96 price;
        bytes32 termsHash;
    }

    /// @notice A right that `entity` took under `offer` for `price` points, `older` of them of the period before that day.
    struct Entitlement {
        uint48 entity;
        uint32 offer;
        uint40 goodUntil;
        EntitlementState state;
        uint96 price;
        uint96 older;
    }

    /// @notice Offer `offer` stands.
    event RightOffered(uint32 indexed offer, uint48 indexed operator, RightOffer terms);
    /// @notice Offer `offer` can be taken no longer.
    event RightOfferEnded(uint32 indexed offer);
    /// @notice `entity` has entitlement `number`, for `price` points.
    event EntitlementTaken(
        uint256 indexed number,
        uint32 indexed offer,
        uint48 indexed entity,
        uint96 price,
        uint40 goodUntil
    );
    /// @notice `entity` surrendered entitlement `number` to the operator.
    event EntitlementSurrendered(uint256 indexed number, uint48 indexed entity, uint48 indexed operator);
    /// @notice The operator declined entitlement `number`; `points` that are still good went back to `entity`.
    event EntitlementDeclined(uint256 indexed number, uint48 indexed entity, uint96 points, bytes32 reasonHash);

    /// @notice An offer has an operator that exists, a price, stock, terms, a future end, and time to use it.
    error InvalidOffer();
    /// @notice There is no such offer, it has ended, or its stock is used up.
    error OfferUnavailable(uint32 offer);
    /// @notice There is no entitlement `number`.
    error UnknownEntitlement(uint256 number);
    /// @notice The entitlement was surrendered or declined.
    error EntitlementClosed(uint256 number, EntitlementState state);
    /// @notice The entitlement was good until `goodUntil`.
    error EntitlementLapsed(uint256 number, uint256 goodUntil);
    /// @notice Entitlement `number` belongs to another entity than the caller's `entity`, or is another operator's.
    error EntitlementOfAnother(uint256 number, uint48 entity);
    /// @notice `entity` has `held` points that are good now.
    error TooFewPoints(uint48 entity, uint256 held, uint256 needed);

    /// @notice Publishes an offer. Only ADMIN.
    /// @return offer its number, counting from 1
    function offerRight(RightOffer calldata terms) external returns (uint32 offer);

    /// @notice Ends an offer; entitlements under it stay. Only ADMIN.
    function endOffer(uint32 offer) external;

    /// @notice Gives points of the caller's entity for a right. Only an active account.
    /// @param mostPoints the most the caller gives
    /// @return number of the entitlement, counting from 1
    function redeemForRight(uint32 offer, uint96 mostPoints) external returns (uint256 number);

    /// @notice Surrenders an entitlement where the right is granted. Only an active account of its entity. Always open.
    function surrender(uint256 number) external;

    /// @notice Declines an entitlement that has not been surrendered. Only an active account of the operator. Always open.
    function decline(uint256 number, bytes32 reasonHash) external;

    /// @notice Points of `entity` that are good now: awarded in this `period`, and in the one before it.
    function pointsOf(uint48 entity) external view returns (uint256 current, uint256 previous);

    /// @notice All points that are good now.
    function pointsOutstanding() external view returns (uint256);

    /// @notice Offer `offer` as it stands now.
    function offerOf(uint32 offer) external view returns (RightOffer memory);

    /// @notice Entitlement `number`.
    function entitlementOf(uint256 number) external view returns (Entitlement memory);

    /// @notice Seconds of a period of points; period p begins at p × `pointPeriod`.
    function pointPeriod() external view returns (uint32);
}
