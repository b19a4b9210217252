// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Events of the supply chain, anchored in batches and proved one by one
/// @notice A source (a carrier, a sensor platform, an inspector) puts the Merkle root of a batch of events on chain as they
/// arrive: one transaction for any number of events, in any order. Anyone who holds an event can prove that it was anchored,
/// by whom and when, and can record it where a contract needs it. An event is known by its source and its event id: a
/// second copy changes nothing, another content under the same id is refused, and an error declaration (EPCIS 2.0) makes it
/// void, also when the declaration comes first. `caldera.anchoring` makes roots and proofs from EPCIS documents.
interface IEventAnchor {
    /// @notice A batch. `count`: its events, as its source says. `first`, `last`: bounds of their times.
    struct Batch {
        uint40 anchoredAt;
        uint40 first;
        uint40 last;
        uint32 count;
    }

    /// @notice An event as a leaf. `id`: keccak256 of the event id. `subject`: keccak256 of what it is about, such as the
    /// shipment's SSCC. `place`: keccak256 of the read point; 0: none. `content`: keccak256 of the event's canonical form.
    /// `time`: seconds, rounded down. `declaredAt`: 0, or when the event was declared wrong. `correctedBy`: keccak256 of the
    /// first corrective event's id; 0: none.
    struct EventLeaf {
        bytes32 id;
        bytes32 subject;
        bytes32 place;
        bytes32 content;
        uint40 time;
        uint40 declaredAt;
        bytes32 correctedBy;
    }

    /// @notice A recorded event. `time` 0: not recorded, or only its error declaration. `voidSince`: when it was declared
    /// wrong; 0: it stands. `earlier`: of what stands, the event of the same subject and source before it; 0: none.
    struct Recorded {
        bytes32 subject;
        bytes32 place;
        bytes32 content;
        bytes32 correctedBy;
        bytes32 earlier;
        uint40 time;
        uint40 voidSince;
    }

    /// @notice A batch of `source` stands under `root`.
    event Anchored(bytes32 indexed root, uint48 indexed source, uint32 count, uint40 first, uint40 last);
    /// @notice An event of `source` about `subject` was recorded.
    event EventRecorded(uint48 indexed source, bytes32 indexed subject, bytes32 indexed id, EventLeaf leaf);
    /// @notice The event is void.
    event EventDeclaredWrong(uint48 indexed source, bytes32 indexed id, uint40 declaredAt, bytes32 correctedBy);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice The source's batch stands already, or its root is zero.
    error AlreadyAnchored(uint48 source, bytes32 root);
    /// @notice A batch has events, and `first` <= `last` <= now.
    error BatchOutOfTime(uint32 count, uint40 first, uint40 last);
    /// @notice The source has no such batch.
    error UnknownBatch(uint48 source, bytes32 root);
    /// @notice The event is not in the batch.
    error NotInBatch(bytes32 root, bytes32 id);
    /// @notice The event's time, or its declaration's, lies outside what the batch says.
    error TimeOutsideBatch(bytes32 id, uint40 time);
    /// @notice An event has an id other than zero.
    error NoEventId();
    /// @notice The event has another content already.
    error EventConflict(uint48 source, bytes32 id);

    /// @notice Anchors a batch for the caller's entity. Any active participant; who reads it decides whom it believes.
    /// @param root Merkle root (OpenZeppelin's, sorted pairs) over leaves keccak256(keccak256(abi.encode(EventLeaf)))
    function anchor(bytes32 root, uint32 count, uint40 first, uint40 last) external;

    /// @notice Records an event of `source`, or its error declaration. Anyone who can prove it. Looks for the event's place from
    /// the latest one of the same subject on: cheap where events come in their order, and `recordAt` where they do not.
    /// @return changed false where it was known already
    function record(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof
    ) external returns (bool changed);

    /// @notice As `record`, at the same cost however many events of the same subject and source stand.
    /// @param later what stands right after the event by time; for an error declaration, after the event that it is about; 0
    /// where nothing does. Where it is not (any more), the place is looked for: from `later` on where that is later at all, else
    /// from the latest on, as by `record`. `caldera.recording.later_than` finds it
    function recordAt(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof,
        bytes32 later
    ) external returns (bool changed);

    /// @notice The batch of `source` under `root`; zeros where there is none.
    function batchOf(uint48 source, bytes32 root) external view returns (Batch memory);

    /// @notice True where the event is in a batch that `source` anchored.
    function isAnchored(
        uint48 source,
        bytes32 root,
        EventLeaf calldata leaf,
        bytes32[] calldata proof
    ) external view returns (bool);

    /// @notice What is recorded of an event.
    function eventOf(uint48 source, bytes32 id) external view returns (Recorded memory);

    /// @notice True where the event is recorded and not declared wrong.
    function stands(uint48 source, bytes32 id) external view returns (bool);

    /// @notice The latest event, by its own time, of `source` about `subject` that stands; zeros where there is none. Of
    /// events of the same second, the one recorded last.
    function latestOf(uint48 source, bytes32 subject) external view returns (bytes32 id, Recorded memory);
}
