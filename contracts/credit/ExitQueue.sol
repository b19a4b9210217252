// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {FenwickLib} from "../libraries/FenwickLib.sol";

/// @title A queue that is served in one step, however many stand in it, and that can be left
/// @dev All shares that queue stand on one line of positions. Serving n shares for a sum adds one mark: so many shares, so
/// much money, both since the beginning. What the line is worth up to a position lies between two marks, rounded down; a
/// place is owed the difference of its two ends. Since neighbours share an end, all places together get the sum exactly.
///
/// What a place gives up is cut out of the line, and all behind it moves up. That is not written anywhere but in a tree of
/// what was given up by number of place: a place keeps the ends it was given, as if nobody had ever left, and its positions
/// are these less what was given up before it. Marks stay true: a place that gives up shares is not wholly served, so
/// nothing behind it is served at all; what moves stands beyond the last mark before and after. And the positions of a place
/// of which anything is served never move again, since nothing is left to give up before it.
abstract contract ExitQueue is ILendingPool {
    using Arrays for uint256[];
    using FenwickLib for FenwickLib.Tree;
    using SafeCast for uint256;

    /// @dev Ends as given when it was taken, modulo 2^128.
    mapping(uint256 exit => Exit) private _exits;
    /// @dev Shares << 128 | assets.
    uint256[] private _marks;
    /// @dev One slot, all that a pool without a queue reads: shares served since the beginning, and waiting.
    uint128 private _served;
    uint128 private _waiting;
    /// @dev One slot, for who joins: shares that ever joined, modulo 2^128, and places.
    uint128 private _joined;
    uint128 private _count;
    FenwickLib.Tree private _cancelled;

    /// @inheritdoc ILendingPool
    function exitsWaiting() public view returns (uint256) {
        return _waiting;
    }

    /// @inheritdoc ILendingPool
    function exitOf(
        uint256 exit
    ) external view returns (Exit memory place, uint256 waiting, uint256 ahead, uint256 payable_) {
        place = _known(exit);
        uint256 served = _served;
        waiting = _waitingOf(place, served);
        ahead = waiting == 0 ? 0 : place.end - waiting - served;
        payable_ = _between(place.next, place.end < served ? place.end : served);
    }

    function _join(address owner, uint256 shares) internal returns (uint256 exit) {
        exit = ++_count;
        uint128 served = _served;
        uint128 end = (uint256(served) + _waiting + shares).toUint128();
        (uint128 first, uint128 last) = (_joined, 0);
        // Who joins and leaves again and again makes it count round: what is read are differences, none above `end`.
        unchecked {
            last = first + uint128(shares);
        }
        (_joined, _waiting) = (last, end - served);
        _exits[exit] = Exit(owner, first, last);
        emit ExitRequested(exit, owner, shares, end);
    }

    /// @dev `shares`: at most those waiting.
    function _serve(uint256 shares, uint256 assets) internal {
        uint256 marks = _marks.length;
        uint256 before = marks == 0 ? 0 : uint128(_marks[marks - 1]);
        uint256 served = _served + shares;
        (_served, _waiting) = (uint128(served), uint128(_waiting - shares));
        _marks.push((served << 128) | (before + assets).toUint128());
        emit ExitsServed(shares, assets, served);
    }

    /// @dev Takes what of a place is not served out of the queue, for `caller`.
    function _cancel(uint256 exit, address caller) internal returns (uint256 shares) {
        Exit memory place = _known(exit);
        if (place.owner != caller) revert NotOwnerOfExit(exit, caller);
        shares = _waitingOf(place, _served);
        if (shares == 0) revert NothingWaiting(exit);
        _waiting -= uint128(shares);
        _cancelled.add(exit, shares);
        // As above: a place may end where counting began anew.
        unchecked {
            _exits[exit].end -= uint128(shares);
        }
        emit ExitCancelled(exit, caller, shares);
    }

    /// @dev Takes what can be paid out for a place.
    function _take(uint256 exit) internal returns (address owner, uint256 assets) {
        Exit memory place = _known(exit);
        uint128 to = place.end < _served ? place.end : _served;
        if (to <= place.next) revert NothingServed(exit);
        assets = _between(place.next, to);
        // As above.
        unchecked {
            _exits[exit].next += to - place.next;
        }
        owner = place.owner;
    }

    /// @dev A place with its positions as they are now.
    function _known(uint256 exit) private view returns (Exit memory place) {
        place = _exits[exit];
        if (place.owner == address(0)) revert UnknownExit(exit);
        // Modulo 2^128 like the ends; each difference is a position, of which none is above served + waiting < 2^128.
        unchecked {
            uint128 before = uint128(_cancelled.upTo(exit - 1));
            place.next -= before;
            place.end -= before;
        }
    }

    function _waitingOf(Exit memory place, uint256 served) private pure returns (uint256) {
        if (place.end <= served) return 0;
        return place.end - (place.next > served ? place.next : served);
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
