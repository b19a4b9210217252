// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";

/// @title A queue that is served in one step, however many stand in it
/// @dev All shares that ever queue stand on one line of positions. Serving n shares for a sum adds one mark: so many shares,
/// so much money, both since the beginning. What the line is worth up to a position lies between two marks, rounded down;
/// a place is owed the difference of its two ends. Since neighbours share an end, all places together get the sum exactly.
abstract contract ExitQueue is ILendingPool {
    using Arrays for uint256[];
    using SafeCast for uint256;

    mapping(uint256 exit => Exit) private _exits;
    /// @dev Shares << 128 | assets.
    uint256[] private _marks;
    uint128 private _end;
    uint128 private _served;
    uint256 private _count;

    /// @inheritdoc ILendingPool
    function exitsWaiting() public view returns (uint256) {
        return _end - _served;
    }

    /// @inheritdoc ILendingPool
    function exitOf(
        uint256 exit
    ) external view returns (Exit memory place, uint256 waiting, uint256 ahead, uint256 payable_) {
        place = _known(exit);
        (uint256 next, uint256 end, uint256 served) = (place.next, place.end, _served);
        uint256 from = next > served ? next : served;
        waiting = end > served ? end - from : 0;
        ahead = waiting == 0 ? 0 : from - served;
        payable_ = _between(next, end < served ? end : served);
    }

    function _join(address owner, uint256 shares) internal returns (uint256 exit) {
        exit = ++_count;
        uint256 end = _end + shares;
        _exits[exit] = Exit(owner, _end, end.toUint128());
        _end = uint128(end);
        emit ExitRequested(exit, owner, shares, end);
    }

    function _serve(uint256 shares, uint256 assets) internal {
        uint256 marks = _marks.length;
        uint256 before = marks == 0 ? 0 : uint128(_marks[marks - 1]);
        uint256 served = _served + shares;
        _served = uint128(served);
        _marks.push((served << 128) | (before + assets).toUint128());
        emit ExitsServed(shares, assets, served);
    }

    /// @dev Takes what can be paid out for a place.
    function _take(uint256 exit) internal returns (address owner, uint256 assets) {
        Exit memory place = _known(exit);
        uint128 to = place.end < _served ? place.end : _served;
        if (to <= place.next) revert NothingServed(exit);
        assets = _between(place.next, to);
        _exits[exit].next = to;
        owner = place.owner;
    }

    function _known(uint256 exit) private view returns (Exit memory place) {
        place = _exits[exit];
        if (place.owner == address(0)) revert UnknownExit(exit);
    }

    function _between(uint256 from, uint256 to) private view returns (uint256) {
        return to <= from ? 0 : _upTo(to) - _upTo(from);
    }

    /// @dev What all shares up to `position`, which is served, became; rounded down.
    function _upTo(uint256 position) private view returns (uint256) {
        if (position == 0) return 0;
        uint256 index = _marks.lowerBound(position << 128);
        uint256 mark = _marks[index];
        (uint256 shares, uint256 assets) = (mark >> 128, uint128(mark));
        if (shares == position) return assets;
        uint256 before = index == 0 ? 0 : _marks[index - 1];
        (uint256 sharesBefore, uint256 assetsBefore) = (before >> 128, uint128(before));
        return assetsBefore + ((assets - assetsBefore) * (position - sharesBefore)) / (shares - sharesBefore);
    }
}
