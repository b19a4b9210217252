// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {EraBudget} from "../access/EraBudget.sol";
import {IPointRights} from "../interfaces/IPointRights.sol";

/// @title Points, and the rights they can be given for
abstract contract PointRights is IPointRights, EraBudget, BoundedPause {
    /// @dev One slot: points awarded in `period` and in the one before.
    struct Points {
        uint32 period;
        uint96 current;
        uint96 previous;
    }

    /// @inheritdoc IPointRights
    uint32 public immutable pointPeriod;

    uint32 private _offerCount;
    uint216 private _entitlementCount;
    mapping(uint48 entity => Points) private _points;
    mapping(uint32 period => uint256) private _good;
    mapping(uint32 offer => RightOffer) private _offers;
    mapping(uint256 number => Entitlement) private _entitlements;

    constructor(uint32 pointPeriod_) {
        pointPeriod = pointPeriod_;
    }

    /// @inheritdoc IPointRights
    function offerRight(RightOffer calldata terms) external restricted returns (uint32 offer) {
        bool promised = terms.price != 0 && terms.stock != 0 && terms.termsHash != 0 && terms.goodFor != 0;
        if (!promised || terms.until < block.timestamp || registry.legalIdOf(terms.operator) == 0) {
            revert InvalidOffer();
        }
        offer = ++_offerCount;
        _offers[offer] = terms;
        emit RightOffered(offer, terms.operator, terms);
    }

    /// @inheritdoc IPointRights
    function endOffer(uint32 offer) external restricted {
        RightOffer storage terms = _offers[offer];
        if (terms.until < block.timestamp) revert OfferUnavailable(offer);
        terms.until = uint40(block.timestamp) - 1;
        emit RightOfferEnded(offer);
    }

    /// @inheritdoc IPointRights
    function redeemForRight(uint32 offer, uint96 mostPoints) external whenRunning returns (uint256 number) {
        uint48 entity = _activeEntity(msg.sender);
        RightOffer storage terms = _offers[offer];
        if (terms.until < block.timestamp || terms.stock == 0) revert OfferUnavailable(offer);
        uint96 price = terms.price;
        if (price > mostPoints) revert TooFewPoints(entity, mostPoints, price);
        uint96 older = _spendPoints(entity, price);
        --terms.stock;
        number = ++_entitlementCount;
        uint40 goodUntil = uint40(block.timestamp) + terms.goodFor;
        _entitlements[number] = Entitlement(entity, offer, goodUntil, EntitlementState.Held, price, older);
        emit EntitlementTaken(number, offer, entity, price, goodUntil);
    }

    /// @inheritdoc IPointRights
    function surrender(uint256 number) external {
        Entitlement storage right = _held(number);
        uint48 entity = _activeEntity(msg.sender);
        if (right.entity != entity) revert EntitlementOfAnother(number, entity);
        if (block.timestamp > right.goodUntil) revert EntitlementLapsed(number, right.goodUntil);
        right.state = EntitlementState.Surrendered;
        emit EntitlementSurrendered(number, entity, _offers[right.offer].operator);
    }

    /// @inheritdoc IPointRights
    function decline(uint256 number, bytes32 reasonHash) external {
        Entitlement storage right = _held(number);
        uint48 operator = _activeEntity(msg.sender);
        RightOffer storage terms = _offers[right.offer];
        if (terms.operator != operator) revert EntitlementOfAnother(number, operator);
        right.state = EntitlementState.Declined;
        ++terms.stock;
        // Taking and declining must not make points younger.
        uint32 taken = uint32((right.goodUntil - terms.goodFor) / pointPeriod);
        uint96 back = _giveBack(right.entity, taken - 1, right.older);
        back += _giveBack(right.entity, taken, right.price - right.older);
        emit EntitlementDeclined(number, right.entity, back, reasonHash);
    }

    /// @inheritdoc IPointRights
    function pointsOf(uint48 entity) external view returns (uint256 current, uint256 previous) {
        Points memory points = _pointsNow(entity);
        return (points.current, points.previous);
    }

    /// @inheritdoc IPointRights
    function pointsOutstanding() external view returns (uint256) {
        uint32 period = _period();
        return _good[period] + _good[period - 1];
    }

    /// @inheritdoc IPointRights
    function offerOf(uint32 offer) external view returns (RightOffer memory) {
        return _offers[offer];
    }

    /// @inheritdoc IPointRights
    function entitlementOf(uint256 number) external view returns (Entitlement memory) {
        return _entitlements[number];
    }

    function _addPoints(uint48 entity, uint96 amount) internal {
        Points memory points = _pointsNow(entity);
        points.current += amount;
        _points[entity] = points;
        _good[points.period] += amount;
    }

    /// @dev The older ones first.
    /// @return older how many were of the period before
    function _spendPoints(uint48 entity, uint96 amount) internal returns (uint96 older) {
        Points memory points = _pointsNow(entity);
        uint256 held = uint256(points.current) + points.previous;
        if (amount > held) revert TooFewPoints(entity, held, amount);
        older = amount < points.previous ? amount : points.previous;
        points.previous -= older;
        points.current -= amount - older;
        _points[entity] = points;
        _good[points.period - 1] -= older;
        _good[points.period] -= amount - older;
    }

    /// @dev Gives back points that were awarded in `period`, if they are still good.
    function _giveBack(uint48 entity, uint32 period, uint96 amount) private returns (uint96) {
        Points memory points = _pointsNow(entity);
        if (period + 1 < points.period) return 0;
        if (period == points.period) points.current += amount;
        else points.previous += amount;
        _points[entity] = points;
        _good[period] += amount;
        return amount;
    }

    function _pointsNow(uint48 entity) private view returns (Points memory points) {
        points = _points[entity];
        uint32 period = _period();
        // Numbers of periods: they are the same, neighbours, or neither.
        // slither-disable-start incorrect-equality
        if (points.period == period) return points;
        points.previous = points.period + 1 == period ? points.current : 0;
        // slither-disable-end incorrect-equality
        (points.period, points.current) = (period, 0);
    }

    function _held(uint256 number) private view returns (Entitlement storage right) {
        right = _entitlements[number];
        if (right.state == EntitlementState.None) revert UnknownEntitlement(number);
        if (right.state != EntitlementState.Held) revert EntitlementClosed(number, right.state);
    }

    function _period() private view returns (uint32) {
        return uint32(block.timestamp / pointPeriod);
    }
}
