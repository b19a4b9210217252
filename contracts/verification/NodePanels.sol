// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodePanels} from "../interfaces/INodePanels.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IPanels} from "../interfaces/IPanels.sol";

/// @title Panels of nodes, drawn by stake
contract NodePanels is INodePanels, AccessManaged {
    uint256 private constant MOST = 31;
    /// @dev Gaps cost a hash each and no call: eight of them for each trial leave room for many.
    uint256 private constant NAMES = 4_096;
    uint256 private constant TRIALS = 512;

    /// @inheritdoc INodePanels
    uint40 public constant settling = 7 days;
    /// @inheritdoc INodePanels
    INodes public immutable nodes;
    /// @inheritdoc INodePanels
    uint96 public leastStake;
    /// @inheritdoc INodePanels
    uint96 public stakeCap;

    /// @dev The words of places, each asked for when the first trial names one of its places.
    struct Words {
        uint256[] taken;
        bool[] known;
    }

    /// @param access the suite's AccessManager
    /// @param nodes_ the register of nodes
    /// @param leastStake_ active stake from which a node can be drawn
    /// @param stakeCap_ active stake above which more gives no better chance
    constructor(address access, INodes nodes_, uint96 leastStake_, uint96 stakeCap_) AccessManaged(access) {
        nodes = nodes_;
        _setPanelStakes(leastStake_, stakeCap_);
    }

    /// @inheritdoc INodePanels
    function setPanelStakes(uint96 leastStake_, uint96 stakeCap_) external restricted {
        _setPanelStakes(leastStake_, stakeCap_);
    }

    /// @inheritdoc INodePanels
    function panelStakes() external view returns (uint96, uint96) {
        return (leastStake, stakeCap);
    }

    /// @inheritdoc IPanels
    function draw(
        bytes32 seed,
        uint256 size,
        uint32[] calldata without,
        uint48[] calldata entities
    ) external view returns (uint32[] memory drawn) {
        if (size > MOST) revert PanelTooLarge(size, MOST);
        drawn = new uint32[](size);
        uint256 found = 0;
        (uint256 count, uint256 first) = nodes.livePlaces(0);
        if (count != 0) {
            // Whoever is excluded is so with its entity, and whoever is taken, too: one list answers all three questions.
            (uint48[] memory barred, uint256 known) = _barred(without, entities, size);
            Words memory words = _words(count, first);
            uint256 mask = (1 << Math.log2(count, Math.Rounding.Ceil)) - 1;
            uint256 trials = 0;
            for (uint256 j = 0; j < NAMES && trials < TRIALS && found < size; ++j) {
                uint256 r = uint256(Hashes.efficientKeccak256(seed, bytes32(j)));
                uint256 place = uint32(r) & mask;
                if (place >= count || !_isTaken(words, place)) continue;
                ++trials;
                (uint32 node, uint48 entity, uint40 since, uint256 active) = nodes.livePlaceAt(place);
                if (!_accepted(active, since, r >> 128)) continue;
                if (_contains(barred, known, entity)) continue;
                barred[known++] = entity;
                drawn[found++] = node;
            }
        }
        assembly ("memory-safe") {
            mstore(drawn, found) // never more than it was made for
        }
    }

    /// @dev The entities that cannot be drawn, in a list with room for `more`.
    function _barred(
        uint32[] calldata without,
        uint48[] calldata entities,
        uint256 more
    ) private view returns (uint48[] memory barred, uint256 known) {
        barred = new uint48[](without.length + entities.length + more);
        for (uint256 i = 0; i < entities.length; ++i) barred[known++] = entities[i];
        for (uint256 i = 0; i < without.length; ++i) barred[known++] = nodes.entityOf(without[i]);
    }

    function _isTaken(Words memory words, uint256 place) private view returns (bool) {
        uint256 word = place >> 8;
        if (!words.known[word]) {
            (, words.taken[word]) = nodes.livePlaces(word);
            words.known[word] = true;
        }
        return (words.taken[word] >> (place & 0xff)) & 1 != 0;
    }

    /// @param chance 0 to 2^128 - 1
    function _accepted(uint256 active, uint256 since, uint256 chance) private view returns (bool) {
        if (active < leastStake || block.timestamp < since + settling) return false;
        uint256 cap = stakeCap;
        return chance * cap < (active < cap ? active : cap) << 128;
    }

    function _setPanelStakes(uint96 leastStake_, uint96 stakeCap_) private {
        if (leastStake_ == 0 || leastStake_ > stakeCap_) revert PanelStakesOutOfRange(leastStake_, stakeCap_);
        (leastStake, stakeCap) = (leastStake_, stakeCap_);
        emit PanelStakesSet(leastStake_, stakeCap_);
    }

    function _words(uint256 count, uint256 first) private pure returns (Words memory words) {
        uint256 length = (count + 255) >> 8;
        words = Words(new uint256[](length), new bool[](length));
        (words.taken[0], words.known[0]) = (first, true);
    }

    function _contains(uint48[] memory list, uint256 known, uint48 wanted) private pure returns (bool) {
        for (uint256 i = 0; i < known; ++i) if (list[i] == wanted) return true;
        return false;
    }
}
