// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodePlaces} from "../interfaces/INodePlaces.sol";

/// @title Places of the nodes that are live
/// @dev Were the last one moved to where another left, whoever knows a seed could choose the panel by letting nodes of its own come
/// and go. So nobody's place moves: who ceases leaves a gap, which costs a draw one bit of a word, and the next to become live
/// fills the lowest; there are never more places than there were nodes at once with a stake of their own. Who fills a gap is
/// not drawn for a while: see `INodePanels`.
abstract contract NodePlaces is INodePlaces {
    /// @dev As wide as a node's place in its pool's word: of more than 2^24 - 1 live nodes at once, the count fails.
    uint24 private _count;
    mapping(uint256 word => uint256) private _taken;
    /// @dev One slot, so that a draw need not ask for the node's facts: node (32 bits), entity (48), since when (40). What stood there
    /// last stays until another comes.
    mapping(uint256 place => uint256) internal _places;

    /// @inheritdoc INodePlaces
    function livePlaces(uint256 word) external view returns (uint256 count, uint256 taken) {
        return (_count, _taken[word]);
    }

    /// @dev The lowest free place is the node's from now on. 256 nodes with a stake each make the search one slot longer.
    function _take(uint32 node, uint48 entity) internal returns (uint256 place) {
        uint256 word = 0;
        uint256 free;
        while ((free = ~_taken[word]) == 0) ++word;
        free &= ~free + 1;
        place = (word << 8) | Math.log2(free);
        if (place == _count) ++_count;
        _taken[word] |= free;
        _places[place] = uint256(node) | (uint256(entity) << 32) | (block.timestamp << 80);
    }

    function _leave(uint256 place) internal {
        _taken[place >> 8] &= ~(1 << (place & 0xff));
    }
}
