// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodes} from "./INodes.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";
import {ISlasher} from "./ISlasher.sol";

/// @title Devices of nodes, each known by a key on the curve P-256
/// @notice A device belongs to one node for ever, and so does its key. Each device takes a place, for which
/// its node needs `stakePerDevice` of active stake. A place is free 30 days after the device was removed, so that a node cannot
/// change a device that lost weight for a fresh one at once. Its weight says how far it is trusted: 10,000 at first, halved by a contradiction, raised by an acceptance.
/// Below the floor it is suspended for good, and its node is slashed once. Devices are numbered from 1. Amounts are in units of
/// 10^-18 ERA, weights in basis points.
interface IDeviceRegister {
    /// @notice `Removed`: taken out of service by its node; what it observed before still counts, and its place stays taken.
    /// `Released`: removed, and the place is free. `Suspended`: it contradicted too often. None of them comes back.
    enum DeviceState {
        None,
        Active,
        Removed,
        Released,
        Suspended
    }

    /// @notice A device. `x`, `y`: its public key. `kind`: of the series it observes. `entity`: its node's. `since`: when it was
    /// registered, removed, or suspended.
    struct Device {
        bytes32 x;
        bytes32 y;
        uint32 node;
        uint48 entity;
        uint40 since;
        uint16 kind;
        uint16 weight;
        DeviceState state;
    }

    /// @notice A device that was suspended: who showed it, and the stake that stands for it, `base`, of which a part is slashed;
    /// `slashed` once that was done.
    struct Suspension {
        address reporter;
        uint88 base;
        bool slashed;
    }

    /// @notice What governance sets. `stakePerDevice`: at least 1 ERA. `floor`: weight below which a device is suspended, 100 to
    /// 5,000, so that no single contradiction suspends a device in full standing. `step`: what an acceptance raises the weight by, 1
    /// to 1,000.
    struct DeviceTerms {
        uint88 stakePerDevice;
        uint16 floor;
        uint16 step;
    }

    /// @notice `device` of `node` is in service, for series of `kind`.
    event DeviceRegistered(
        uint32 indexed device,
        uint32 indexed node,
        uint16 indexed kind,
        uint48 entity,
        bytes32 x,
        bytes32 y
    );
    /// @notice Its node took `device` out of service.
    event DeviceRemoved(uint32 indexed device, uint32 indexed node);
    /// @notice `device` fell below the floor, as `reporter` showed; a part of `base` is to be slashed.
    event DeviceSuspended(uint32 indexed device, uint32 indexed node, address indexed reporter, uint256 base);
    /// @notice The place of `device` is free.
    event DeviceReleased(uint32 indexed device, uint32 indexed node);
    /// @notice Its node was slashed for `device`, by `taken`.
    event DeviceSlashed(uint32 indexed device, uint32 indexed node, uint256 taken);
    /// @notice From now on these terms hold.
    event DeviceTermsSet(DeviceTerms terms);

    /// @notice `account` is neither the owner nor the operator of `node`, or does not act for its entity now.
    error NotOfNode(uint32 node, address account);
    /// @notice `node` is not live: its own stake is too small, or it is retired.
    error NodeNotLive(uint32 node);
    /// @notice The active stake of `node` stands for `most` places, not for `count`.
    error TooManyDevices(uint32 node, uint256 count, uint256 most);
    /// @notice (`x`, `y`) is no point of the curve P-256.
    error NotOnCurve(bytes32 x, bytes32 y);
    /// @notice The key is, or was, that of `device`.
    error KeyInUse(uint32 device);
    /// @notice The signature is not one of the new key over the registration, or its s is above n / 2.
    error NoProofOfPossession();
    /// @notice Kinds of series are numbered from 1.
    error NoKind();
    /// @notice There is no device `device`.
    error UnknownDevice(uint32 device);
    /// @notice `device` is not in service.
    error DeviceNotActive(uint32 device, DeviceState state);
    /// @notice `device` is not removed, or its place was freed before.
    error DeviceNotRemoved(uint32 device, DeviceState state);
    /// @notice The place of `device` stays taken until `from`.
    error PlaceTaken(uint32 device, uint256 from);
    /// @notice `device` was not suspended, or its node was slashed for it before.
    error NothingToSlash(uint32 device);
    /// @notice These terms are out of range.
    error DeviceTermsOutOfRange();

    /// @notice Takes a device into service. Only the owner or the operator of `node`, an active account of the node's entity;
    /// the node is live and its active stake stands for one more device.
    /// @param x first coordinate of its public key
    /// @param y second coordinate
    /// @param kind of the series it will observe
    /// @param proof (r, s) by the device over `registrationDigest(node, kind)`, s at most n / 2
    /// @return device its number
    function registerDevice(
        uint32 node,
        bytes32 x,
        bytes32 y,
        uint16 kind,
        bytes32[2] calldata proof
    ) external returns (uint32 device);

    /// @notice Takes a device out of service for good. What it observed is settled as if it were there. Only the owner or the
    /// operator of its node. Always open.
    function removeDevice(uint32 device) external;

    /// @notice Frees the place of a device 30 days after it was removed. Anyone may. Always open.
    function releaseDevice(uint32 device) external;

    /// @notice Slashes the node of a suspended device, once: of its base, the slasher's rate at the suspension. The reporter is who showed the last
    /// contradiction, whoever calls. Anyone may. Always open.
    /// @return taken in units of 10^-18 ERA
    function slashFor(uint32 device) external returns (uint256 taken);

    /// @notice An observation of the device was accepted: its weight rises by a step, to 10,000 at most. Not of a suspended one. Only
    /// VERIFIER.
    /// @return weight it has now
    function confirm(uint32 device) external returns (uint16 weight);

    /// @notice The device contradicted others or itself, as `reporter` showed: its weight is halved, rounded down, and below the
    /// floor it is suspended. Not of a suspended one. Only VERIFIER.
    /// @return weight it has now
    /// @return suspended whether it is suspended now
    function contradict(uint32 device, address reporter) external returns (uint16 weight, bool suspended);

    /// @notice Sets the terms. Only PARAMETERS.
    function setDeviceTerms(DeviceTerms calldata terms) external;

    /// @notice What is known of `device`.
    function deviceOf(uint32 device) external view returns (Device memory);

    /// @notice The device whose key is (`x`, `y`); 0 for none.
    function deviceOfKey(bytes32 x, bytes32 y) external view returns (uint32);

    /// @notice How many places devices of `node` take.
    function devicesOf(uint32 node) external view returns (uint32);

    /// @notice How many places the stake of `node` stands for now; 0 where it is not live.
    function placesFor(uint32 node) external view returns (uint256);

    /// @notice The highest number of a device.
    function deviceCount() external view returns (uint32);

    /// @notice What a contract that takes observations must know of `device`, in one read.
    function standingOf(
        uint32 device
    ) external view returns (DeviceState state, uint32 node, uint48 entity, uint16 kind, uint16 weight);

    /// @notice Refuses unless `node` is live and its stake stands for all places it takes.
    function requireStake(uint32 node) external view;

    /// @notice Whether (r, s) is a signature by `device` over the SHA-256 `digest`, with s at most n / 2.
    function isSignedBy(uint32 device, bytes32 digest, bytes32[2] calldata signature) external view returns (bool);

    /// @notice How `device` was suspended; all zero where it was not.
    function suspensionOf(uint32 device) external view returns (Suspension memory);

    /// @notice The SHA-256 that a new device of `node` signs: over "caldera:register", chain id (32 bytes), this contract (20), node
    /// (4), its owner (20), kind (2).
    function registrationDigest(uint32 node, uint16 kind) external view returns (bytes32);

    /// @notice The terms in force.
    function deviceTerms() external view returns (DeviceTerms memory);

    /// @notice The register of nodes.
    function nodes() external view returns (INodes);

    /// @notice Who slashes.
    function slasher() external view returns (ISlasher);

    /// @notice The registry that says which account acts for which entity.
    function registry() external view returns (IParticipantRegistry);
}
