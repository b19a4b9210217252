// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "./INodes.sol";
import {IPanels} from "./IPanels.sol";

/// @title Panels of nodes, drawn by stake
/// @notice Name j of a seed is the number r = keccak256(abi.encode(seed, j)), j from 0 to 4,095. Its low 32 bits, cut to the fewest
/// bits that can name every place of live nodes (see `INodePlaces`), name a place. Where a live node stands there, this is a
/// trial; a draw has 512. The node is taken if it became live `settling` seconds ago or earlier, its active stake is at least
/// `leastStake`, (r >> 128) × `stakeCap` < min(active stake, `stakeCap`) × 2^128, and its entity is not excluded and has no
/// node in the panel.
/// @dev Only stake that is live makes places: nodes that are merely registered, in any number, change nothing. The rest keeps
/// whoever knows a seed from choosing the panel. Places do not move, so that a node that comes or goes changes nothing but
/// trials that name itself. Who comes, or comes back, is not drawn while a seed can be known and not used: a court's secret
/// stays hidden for a week at most, and any other draw can be made by anyone at once. Names are powers of two, and not the
/// count of places, which would deal all cards anew with each new node. (When the count passes a power of two, every second
/// name names a place that is not there yet. That takes one more stake than there ever was, and happens once a power.) What
/// is left: a node can drop out, and stake can be added to one that settled long ago.
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

    /// @notice For so long after it became live, in seconds, a node is not drawn.
    function settling() external view returns (uint40);

    /// @notice The nodes it draws from.
    function nodes() external view returns (INodes);
}
