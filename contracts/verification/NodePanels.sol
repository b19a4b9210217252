// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodePanels} from "../interfaces/INodePanels.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IPanels} from "../interfaces/IPanels.sol";

/// @title Panels of nodes, drawn by stake
contract NodePanels is INodePanels, AccessManaged {
    uint256 private constant MOST = 31;
    uint256 private constant TRIALS = 512;

    /// @inheritdoc INodePanels
    INodes public immutable nodes;
    /// @inheritdoc INodePanels
    uint96 public leastStake;
    /// @inheritdoc INodePanels
    uint96 public stakeCap;

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
        uint256 count = nodes.nodeCount();
        drawn = new uint32[](size);
        uint256 found = 0;
        if (count != 0) {
            // Whoever is excluded is so with its entity, and whoever is taken, too: one list answers all three questions.
            (uint48[] memory barred, uint256 known) = _barred(without, entities, size);
            uint256 mask = (1 << Math.log2(count, Math.Rounding.Ceil)) - 1;
            for (uint256 j = 0; j < TRIALS && found < size; ++j) {
                uint256 r = uint256(keccak256(abi.encode(seed, j)));
                uint256 index = uint32(r) & mask;
                if (index >= count) continue;
                uint32 node = uint32(index + 1);
                if (!_accepted(node, r >> 128)) continue;
                uint48 entity = nodes.entityOf(node);
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

    /// @param chance 0 to 2^128 - 1
    function _accepted(uint32 node, uint256 chance) private view returns (bool) {
        (uint256 active, , bool live) = nodes.stakeOf(node);
        if (!live || active < leastStake) return false;
        uint256 cap = stakeCap;
        return chance * cap < (active < cap ? active : cap) << 128;
    }

    function _setPanelStakes(uint96 leastStake_, uint96 stakeCap_) private {
        if (leastStake_ == 0 || leastStake_ > stakeCap_) revert PanelStakesOutOfRange(leastStake_, stakeCap_);
        (leastStake, stakeCap) = (leastStake_, stakeCap_);
        emit PanelStakesSet(leastStake_, stakeCap_);
    }

    function _contains(uint48[] memory list, uint256 known, uint48 wanted) private pure returns (bool) {
        for (uint256 i = 0; i < known; ++i) if (list[i] == wanted) return true;
        return false;
    }
}
