// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IEventAnchor} from "../../interfaces/IEventAnchor.sol";
import {IParticipantRegistry} from "../../interfaces/IParticipantRegistry.sol";
import {Party} from "../../libraries/PartyLib.sol";

/// @title Events of the supply chain, anchored in batches and proved one by one
/// @dev Recorded events of one source and subject that stand are a list, latest first, ordered by their own times whatever
/// order they come in. An insertion walks from the latest, as events mostly come in order, or from where its caller says;
/// what is void is taken out, so that the list is never longer than what stands.
contract EventAnchor is IEventAnchor {
    IParticipantRegistry public immutable registry;

    mapping(uint48 source => mapping(bytes32 root => Batch)) private _batches; // one slot each
    mapping(uint48 source => mapping(bytes32 id => Recorded)) private _events;
    mapping(uint48 source => mapping(bytes32 subject => bytes32)) private _latest;

    /// @param registry_ the registry of participants
    constructor(IParticipantRegistry registry_) {
        registry = registry_;
    }

    /// @inheritdoc IEventAnchor
    function anchor(bytes32 root, uint32 count, uint40 first, uint40 last) external {
        Party party = registry.partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        uint48 source = party.entity();
        if (root == 0 || _batches[source][root].count != 0) revert AlreadyAnchored(source, root);
        if (count == 0 || first == 0 || first > last || last > block.timestamp)
            revert BatchOutOfTime(count, first, last);
        _batches[source][root] = Batch(uint40(block.timestamp), first, last, count);
        emit Anchored(root, source, count, first, last);
    }

    /// @inheritdoc IEventAnchor
    function record(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof
    ) external returns (bool) {
        return _record(source, root, leaf, proof, 0);
    }

    /// @inheritdoc IEventAnchor
    function recordAt(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof,
        bytes32 later
    ) external returns (bool) {
        return _record(source, root, leaf, proof, later);
    }

    /// @inheritdoc IEventAnchor
    function batchOf(uint48 source, bytes32 root) external view returns (Batch memory) {
        return _batches[source][root];
    }

    /// @inheritdoc IEventAnchor
    function isAnchored(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return _batches[source][root].count != 0 && _proves(root, leaf, proof);
    }

    /// @inheritdoc IEventAnchor
    function eventOf(uint48 source, bytes32 id) external view returns (Recorded memory) {
        return _events[source][id];
    }

    /// @inheritdoc IEventAnchor
    function stands(uint48 source, bytes32 id) external view returns (bool) {
        return _stands(_events[source][id]);
    }

    /// @inheritdoc IEventAnchor
    function latestOf(uint48 source, bytes32 subject) external view returns (bytes32 id, Recorded memory) {
        id = _latest[source][subject];
        return (id, _events[source][id]);
    }

    function _record(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof,
        bytes32 later
    ) private returns (bool) {
        Batch memory batch = _batches[source][root];
        // The count of a batch, not a time.
        // slither-disable-next-line incorrect-equality
        if (batch.count == 0) revert UnknownBatch(source, root);
        if (!_proves(root, leaf, proof)) revert NotInBatch(root, leaf.id);
        if (leaf.id == 0) revert NoEventId();
        if (leaf.time < batch.first || leaf.time > batch.last) revert TimeOutsideBatch(leaf.id, leaf.time);
        if (leaf.declaredAt > batch.anchoredAt) revert TimeOutsideBatch(leaf.id, leaf.declaredAt);
        Recorded storage known = _events[source][leaf.id];
        if (leaf.declaredAt != 0) return _declareWrong(source, leaf, known, later);
        if (known.time != 0) {
            if (known.content != leaf.content) revert EventConflict(source, leaf.id);
            return false;
        }
        (known.subject, known.place, known.content, known.time) = (leaf.subject, leaf.place, leaf.content, leaf.time);
        if (known.voidSince == 0) _insert(source, leaf.id, known, later);
        emit EventRecorded(source, leaf.subject, leaf.id, leaf);
        return true;
    }

    /// @dev Puts the event where its time belongs: before the first one that is not later, from `later` on where that is in the
    /// list and later, else from the latest on.
    function _insert(uint48 source, bytes32 id, Recorded storage known, bytes32 later) private {
        mapping(bytes32 => Recorded) storage events = _events[source];
        (bytes32 subject, uint40 time) = (known.subject, known.time);
        if (later != 0) {
            Recorded storage named = events[later];
            if (named.time <= time || named.voidSince != 0 || named.subject != subject) later = 0;
        }
        bytes32 next = later == 0 ? _latest[source][subject] : events[later].earlier;
        while (next != 0 && events[next].time > time) (later, next) = (next, events[next].earlier);
        known.earlier = next;
        if (later == 0) _latest[source][subject] = id;
        else events[later].earlier = id;
    }

    /// @dev Takes the event out of the list in which it is: what comes after it is `later`, where that says so and is in the
    /// list itself, else it is looked for from the latest on.
    function _remove(uint48 source, bytes32 id, Recorded storage known, bytes32 later) private {
        mapping(bytes32 => Recorded) storage events = _events[source];
        bytes32 subject = known.subject;
        bytes32 latest = _latest[source][subject];
        if (latest == id) {
            _latest[source][subject] = known.earlier;
            return;
        }
        if (later == 0 || events[later].earlier != id || !_stands(events[later])) later = latest;
        while (events[later].earlier != id) later = events[later].earlier;
        events[later].earlier = known.earlier;
    }

    function _declareWrong(
        uint48 source,
        EventLeaf calldata leaf,
        Recorded storage known,
        bytes32 later
    ) private returns (bool) {
        if (known.voidSince != 0) return false;
        if (known.time != 0) _remove(source, leaf.id, known, later);
        known.voidSince = leaf.declaredAt;
        known.correctedBy = leaf.correctedBy;
        emit EventDeclaredWrong(source, leaf.id, leaf.declaredAt, leaf.correctedBy);
        return true;
    }

    function _stands(Recorded storage known) private view returns (bool) {
        return known.time != 0 && known.voidSince == 0;
    }

    function _proves(bytes32 root, EventLeaf calldata leaf, bytes32[] calldata proof) private pure returns (bool) {
        // Hashed twice, so that no inner node can pass for a leaf.
        return MerkleProof.verifyCalldata(proof, root, keccak256(bytes.concat(keccak256(abi.encode(leaf)))));
    }
}
