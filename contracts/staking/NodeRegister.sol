// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRegister} from "../interfaces/INodeRegister.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party} from "../libraries/PartyLib.sol";
import {StakeWordLib} from "../libraries/StakeWordLib.sol";
import {StakePools} from "./StakePools.sol";

/// @title Who runs a node, with which key, for which commission
abstract contract NodeRegister is StakePools {
    using StakeWordLib for ActivePool;

    uint16 private constant MOST_COMMISSION = 5_000;

    /// @dev One slot, so that a signature need not ask for the node's facts. `current`: the node signs with it now.
    struct NodeKey {
        uint32 node;
        uint48 entity;
        bool current;
    }

    /// @inheritdoc INodeRegister
    IParticipantRegistry public immutable registry;

    mapping(uint32 node => NodeFacts) private _nodes;
    mapping(address key => NodeKey) private _keys;

    constructor(IParticipantRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc INodeRegister
    function register(
        address operator,
        uint16 commissionBps,
        bool light,
        string calldata uri
    ) external nonReentrant returns (uint32 node) {
        _requireRunning();
        if (commissionBps > MOST_COMMISSION) revert CommissionTooHigh(commissionBps, MOST_COMMISSION);
        Party party = registry.partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        uint48 entity = party.entity();
        node = ++_nodeCount;
        _save(node, ActivePool(0, 0, 1, commissionBps, false, 0));
        _setOwn(msg.sender, node, true);
        NodeFacts storage kept = _nodes[node];
        (kept.owner, kept.entity) = (msg.sender, entity);
        (kept.registeredAt, kept.light) = (uint40(block.timestamp), light);
        emit NodeRegistered(node, entity, msg.sender, operator, commissionBps, light, uri);
        _setKey(node, entity, operator);
        rewards.checkpoint(node, 0, 0, 0);
        rewards.setCommission(node, commissionBps);
    }

    /// @inheritdoc INodeRegister
    function setOperator(uint32 node, address operator) external {
        _requireOwner(node);
        _setKey(node, _nodes[node].entity, operator);
    }

    /// @inheritdoc INodeRegister
    function setMetadata(uint32 node, string calldata uri) external {
        _requireOwner(node);
        emit NodeMetadataSet(node, uri);
    }

    /// @inheritdoc INodeRegister
    function proposeOwner(uint32 node, address nextOwner) external {
        _requireOwner(node);
        _nodes[node].nextOwner = nextOwner;
        emit NodeOwnerProposed(node, nextOwner);
    }

    /// @inheritdoc INodeRegister
    function acceptOwner(uint32 node) external nonReentrant {
        ActivePool memory pool = _poolOf(node);
        NodeFacts storage kept = _nodes[node];
        if (msg.sender != kept.nextOwner) revert NotNextOwner(node, msg.sender);
        _requireOfEntity(msg.sender, kept.entity);
        address from = kept.owner;
        _setOwn(from, node, false);
        _setOwn(msg.sender, node, true);
        (kept.owner, kept.nextOwner) = (msg.sender, address(0));
        emit NodeOwnerChanged(node, from, msg.sender);
        _refresh(node, pool);
    }

    /// @inheritdoc INodeRegister
    function announceCommission(uint32 node, uint16 bps) external nonReentrant {
        _requireOwner(node);
        if (bps > MOST_COMMISSION) revert CommissionTooHigh(bps, MOST_COMMISSION);
        uint16 now_ = _poolOf(node).commissionBps;
        if (bps == now_) revert SameCommission(node, bps);
        NodeFacts storage kept = _nodes[node];
        if (bps < now_) {
            // What was announced was a raise of the higher one.
            (kept.nextCommissionBps, kept.commissionReadyAt) = (0, 0);
            _setCommission(node, bps);
            return;
        }
        uint40 readyAt = uint40(block.timestamp + _notice);
        (kept.nextCommissionBps, kept.commissionReadyAt) = (bps, readyAt);
        emit NodeCommissionAnnounced(node, bps, readyAt);
    }

    /// @inheritdoc INodeRegister
    function applyCommission(uint32 node) external nonReentrant {
        NodeFacts storage kept = _nodes[node];
        (uint16 bps, uint40 readyAt) = (kept.nextCommissionBps, kept.commissionReadyAt);
        if (readyAt == 0) revert NoCommissionAnnounced(node);
        if (block.timestamp < readyAt) revert CommissionTooEarly(node, readyAt);
        (kept.nextCommissionBps, kept.commissionReadyAt) = (0, 0);
        _setCommission(node, bps);
    }

    /// @inheritdoc INodeRegister
    function retireNode(uint32 node) external nonReentrant {
        _requireOwner(node);
        ActivePool memory pool = _poolOf(node);
        if (pool.retired) revert NodeIsRetired(node);
        pool.retired = true;
        _save(node, pool);
        emit NodeRetired(node);
        _refresh(node, pool);
    }

    /// @inheritdoc INodeRegister
    function refreshNode(uint32 node) external nonReentrant returns (bool live) {
        return _refresh(node, _poolOf(node));
    }

    /// @inheritdoc INodeRegister
    function nodeFacts(uint32 node) external view returns (NodeFacts memory) {
        _poolOf(node);
        return _nodes[node];
    }

    /// @inheritdoc INodes
    function nodeCount() external view returns (uint32) {
        return _nodeCount;
    }

    /// @inheritdoc INodes
    function nodeOfKey(address key) external view returns (uint32) {
        return _keys[key].node;
    }

    /// @inheritdoc INodes
    function signerOf(
        address key
    ) external view returns (uint32 node, uint48 entity, uint256 active, uint256 leaving, bool live) {
        NodeKey memory kept = _keys[key];
        if (!kept.current) return (0, 0, 0, 0, false);
        (node, entity) = (kept.node, kept.entity);
        (active, leaving, live) = stakeOf(node);
    }

    /// @inheritdoc INodes
    function operatorOf(uint32 node) external view returns (address) {
        return _nodes[node].operator;
    }

    /// @inheritdoc INodes
    function ownerOf(uint32 node) external view returns (address) {
        return _nodes[node].owner;
    }

    /// @inheritdoc INodes
    function entityOf(uint32 node) external view returns (uint48) {
        return _entityOf(node);
    }

    function _entityOf(uint32 node) internal view override returns (uint48) {
        return _nodes[node].entity;
    }

    function _ownShares(uint32 node, ActivePool memory pool) internal view override returns (uint256) {
        return _brought(node, _positionOf(_holderOf(_nodes[node].owner), node), pool.generation).shares;
    }

    function _holderOf(address account) internal pure returns (uint256) {
        return uint256(uint160(account));
    }

    function _setOwn(address owner, uint32 node, bool own) private {
        uint256 holder = _holderOf(owner);
        NodePosition memory position = _positionOf(holder, node);
        position.own = own;
        _save(holder, node, position);
    }

    function _requireOwner(uint32 node) private view {
        _poolOf(node);
        if (msg.sender != _nodes[node].owner) revert NotNodeOwner(node, msg.sender);
    }

    /// @dev Keys are of the node's entity, so that nobody else can take one away beforehand.
    function _setKey(uint32 node, uint48 entity, address key) private {
        _requireOfEntity(key, entity);
        uint32 other = _keys[key].node;
        if (other != 0 && other != node) revert KeyTaken(key, other);
        _keys[_nodes[node].operator].current = false;
        _keys[key] = NodeKey(node, entity, true);
        _nodes[node].operator = key;
        emit NodeOperatorSet(node, key);
    }

    // Both callers are guarded, and the rate changes only after it was told until when the old one held.
    // slither-disable-next-line reentrancy-no-eth
    function _setCommission(uint32 node, uint16 bps) private {
        ActivePool memory pool = _poolOf(node);
        _checkpoint(node, pool, pool.isLive() ? pool.active : 0);
        pool.commissionBps = bps;
        _save(node, pool);
        emit NodeCommissionSet(node, bps);
        rewards.setCommission(node, bps);
    }

    function _requireOfEntity(address account, uint48 entity) private view {
        Party party = registry.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        if (party.entity() != entity) revert NotOfNodeEntity(account, entity);
    }
}
