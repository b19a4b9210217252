// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "./INodes.sol";
import {IPanels} from "./IPanels.sol";

/// @title Panels of nodes, drawn by stake
/// @notice Trial j of a seed is the number r = keccak256(abi.encode(seed, j)), j from 0 to 511. Its low 32 bits, cut to the fewest
/// bits that can name every node, name a node less one. The node is taken if there is one of that number, it is live, its active
/// stake is at least `leastStake`, (r >> 128) × `stakeCap` < min(active stake, `stakeCap`) × 2^128, and its entity is not excluded
/// and has no node in the panel.
/// @dev The names are powers of two, and not the count of nodes, so that a node that registers between seed and draw changes nothing
/// but trials that name itself; with the count, each new node would deal all cards anew to whoever knows the seed. (When the count
/// passes a power of two everything is dealt anew; that takes as many new nodes as there are at most, and all can see it.)
interface INodePanels is IPanels {
    /// @notice Stakes of the draw from now on, in units of 10^-18 ERA.
    event PanelStakesSet(uint96 leastStake, uint96 stakeCap);

    /// @notice A panel has at most `most` nodes.
    error PanelTooLarge(uint256 size, uint256 most);
    /// @notice The least stake is at least a unit and at most the cap.
    error PanelStakesOutOfRange(uint96 leastStake, uint96 stakeCap);

    /// @notice Sets from which active stake a node can be drawn, and above which more gives no better chance. Only PARAMETERS.
    function setPanelStakes(uint96 leastStake, uint96 stakeCap) external;

    /// @notice Active stake from which a node can be drawn, in units of 10^-18 ERA.
    function leastStake() external view returns (uint96);

    /// @notice Active stake above which more gives no better chance, in units of 10^-18 ERA.
    function stakeCap() external view returns (uint96);

    /// @notice Both as they were set.
    function panelStakes() external view returns (uint96 leastStake_, uint96 stakeCap_);

    /// @notice The nodes it draws from.
    function nodes() external view returns (INodes);
}
