// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "./INodes.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title The register of verification nodes
/// @notice A node belongs to an entity of the registry of participants for ever. Its owner decides about it; its operator key
/// signs. Commission is the part of the node's rewards that its owner takes before the delegators, in basis points.
interface INodeRegister is INodes {
    /// @notice What is known of a node but its stake. `nextCommissionBps` takes effect from `commissionReadyAt` on once somebody
    /// applies it; both are 0 where no raise is announced. `light`: it says of itself that it runs devices only; that changes no
    /// rule here. `nextOwner`: who can take it over.
    /// @dev Two slots, then one that is used only where a node changes hands.
    struct NodeFacts {
        address owner;
        uint48 entity;
        uint40 registeredAt;
        bool light;
        address operator;
        uint40 commissionReadyAt;
        uint16 nextCommissionBps;
        address nextOwner;
    }

    /// @notice A node was registered; `uri` says where it describes itself.
    event NodeRegistered(
        uint32 indexed node,
        uint48 indexed entity,
        address indexed owner,
        address operator,
        uint16 commissionBps,
        bool light,
        string uri
    );
    /// @notice The node signs with `operator` from now on.
    event NodeOperatorSet(uint32 indexed node, address indexed operator);
    /// @notice The node describes itself at `uri`.
    event NodeMetadataSet(uint32 indexed node, string uri);
    /// @notice `nextOwner` can take the node over; the zero address: nobody can any more.
    event NodeOwnerProposed(uint32 indexed node, address indexed nextOwner);
    /// @notice The node has another owner.
    event NodeOwnerChanged(uint32 indexed node, address indexed from, address indexed to);
    /// @notice A raise to `bps` can be applied from `readyAt` on.
    event NodeCommissionAnnounced(uint32 indexed node, uint16 bps, uint40 readyAt);
    /// @notice The node's commission is `bps` from now on.
    event NodeCommissionSet(uint32 indexed node, uint16 bps);
    /// @notice Nobody can stake with the node any more.
    event NodeRetired(uint32 indexed node);
    /// @notice Whether the node's stake gives weight and earns has changed.
    event NodeLive(uint32 indexed node, bool live);

    /// @notice There is no such node.
    error UnknownNode(uint256 node);
    /// @notice The node is retired, for good.
    error NodeIsRetired(uint32 node);
    /// @notice Only the node's owner may do this.
    error NotNodeOwner(uint32 node, address caller);
    /// @notice `account` is not an active participant.
    error NotActive(address account);
    /// @notice `account` does not belong to the node's entity.
    error NotOfNodeEntity(address account, uint48 entity);
    /// @notice The key is `node`'s, for ever.
    error KeyTaken(address key, uint32 node);
    /// @notice A commission is at most `most`, in basis points.
    error CommissionTooHigh(uint16 bps, uint16 most);
    /// @notice The commission is that already.
    error SameCommission(uint32 node, uint16 bps);
    /// @notice No raise is announced.
    error NoCommissionAnnounced(uint32 node);
    /// @notice The raise can be applied from `readyAt` on.
    error CommissionTooEarly(uint32 node, uint40 readyAt);
    /// @notice The caller is not whom the owner named.
    error NotNextOwner(uint32 node, address caller);

    /// @notice Registers a node of the caller's entity, owned by the caller, who must be an active participant. It is live once
    /// its owner has staked enough. Not under pause.
    /// @param operator the key that signs: an active account of the same entity, never a key of another node
    /// @param commissionBps 0 to 5,000
    /// @param light the node runs devices only
    /// @param uri where it describes itself; told in the event only
    /// @return node its number
    function register(
        address operator,
        uint16 commissionBps,
        bool light,
        string calldata uri
    ) external returns (uint32 node);

    /// @notice Signs with another key, an active account of the node's entity. The old one stays the node's: what it signed is
    /// answered for, and it can be taken up again. Only the owner.
    function setOperator(uint32 node, address operator) external;

    /// @notice Tells where the node describes itself. Only the owner.
    function setMetadata(uint32 node, string calldata uri) external;

    /// @notice Names who can take the node over; the zero address takes that back. Only the owner.
    function proposeOwner(uint32 node, address nextOwner) external;

    /// @notice Takes the node over: whoever was named, an active account of the node's entity. Its own stake, not its
    /// predecessor's, is the owner's stake from now on.
    function acceptOwner(uint32 node) external;

    /// @notice Changes the commission: at once where it falls; a raise can be applied after a notice, and takes the place of one
    /// announced before. Only the owner.
    /// @param bps 0 to 5,000, other than it is
    function announceCommission(uint32 node, uint16 bps) external;

    /// @notice Applies a raise whose notice is over. Anyone, so that an announced raise is never a surprise kept in store.
    function applyCommission(uint32 node) external;

    /// @notice Ends the node for good: no weight, no rewards, no new stake; everybody can leave, and is slashable until then. Only
    /// the owner.
    function retireNode(uint32 node) external;

    /// @notice Brings up to date whether the node is live, after the least self-stake changed. Anyone.
    function refreshNode(uint32 node) external returns (bool live);

    /// @notice What is known of the node but its stake.
    function nodeFacts(uint32 node) external view returns (NodeFacts memory);

    /// @notice The registry of participants.
    function registry() external view returns (IParticipantRegistry);
}
