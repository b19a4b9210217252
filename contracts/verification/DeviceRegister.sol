// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IDeviceRegister} from "../interfaces/IDeviceRegister.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {DeviceLib} from "../libraries/DeviceLib.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Devices of nodes, each known by a key on the curve P-256
contract DeviceRegister is IDeviceRegister, BoundedPause, ReentrancyGuardTransient {
    uint16 private constant FULL_WEIGHT = 10_000;
    uint256 private constant LEAST_STAKE = 1e18;
    uint16 private constant LEAST_FLOOR = 100;
    uint16 private constant MOST_FLOOR = 5_000;
    uint16 private constant MOST_STEP = 1_000;
    uint256 private constant COOLING = 30 days;

    /// @inheritdoc IDeviceRegister
    IParticipantRegistry public immutable registry;
    /// @inheritdoc IDeviceRegister
    INodes public immutable nodes;
    /// @inheritdoc IDeviceRegister
    ISlasher public immutable slasher;

    DeviceTerms private _terms;
    /// @inheritdoc IDeviceRegister
    uint32 public deviceCount;

    mapping(uint32 device => Device) private _devices;
    mapping(bytes32 key => uint32 device) private _deviceOfKey;
    mapping(uint32 device => Suspension) private _suspensions;
    /// @inheritdoc IDeviceRegister
    mapping(uint32 node => uint32) public devicesOf;

    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry
    /// @param nodes_ the register of nodes
    /// @param slasher_ who slashes
    /// @param terms see `DeviceTerms`
    constructor(
        address access,
        IParticipantRegistry registry_,
        INodes nodes_,
        ISlasher slasher_,
        DeviceTerms memory terms
    ) AccessManaged(access) {
        (registry, nodes, slasher) = (registry_, nodes_, slasher_);
        _setTerms(terms);
    }

    /// @inheritdoc IDeviceRegister
    function registerDevice(
        uint32 node,
        bytes32 x,
        bytes32 y,
        uint16 kind,
        bytes32[2] calldata proof
    ) external whenRunning returns (uint32 device) {
        Party party = registry.partyOf(msg.sender);
        uint48 entity = nodes.entityOf(node);
        if (!_isOfNode(node) || !party.isActive() || party.entity() != entity) revert NotOfNode(node, msg.sender);
        if (kind == 0) revert NoKind();
        if (!P256.isValidPublicKey(x, y)) revert NotOnCurve(x, y);
        bytes32 key = keccak256(abi.encode(x, y));
        if (_deviceOfKey[key] != 0) revert KeyInUse(_deviceOfKey[key]);
        uint32 count = ++devicesOf[node];
        _requireStake(node, count);
        if (!P256.verify(registrationDigest(node, kind), proof[0], proof[1], x, y)) revert NoProofOfPossession();
        device = ++deviceCount;
        _deviceOfKey[key] = device;
        _devices[device] = Device(x, y, node, entity, uint40(block.timestamp), kind, FULL_WEIGHT, DeviceState.Active);
        emit DeviceRegistered(device, node, kind, entity, x, y);
    }

    /// @inheritdoc IDeviceRegister
    function removeDevice(uint32 device) external {
        Device storage one = _devices[device];
        uint32 node = one.node;
        if (node == 0) revert UnknownDevice(device);
        if (!_isOfNode(node)) revert NotOfNode(node, msg.sender);
        if (one.state != DeviceState.Active) revert DeviceNotActive(device, one.state);
        (one.state, one.since) = (DeviceState.Removed, uint40(block.timestamp));
        emit DeviceRemoved(device, node);
    }

    /// @inheritdoc IDeviceRegister
    function releaseDevice(uint32 device) external {
        Device storage one = _devices[device];
        if (one.state != DeviceState.Removed) revert DeviceNotRemoved(device, one.state);
        uint256 from = one.since + COOLING;
        if (block.timestamp < from) revert PlaceTaken(device, from);
        one.state = DeviceState.Released;
        --devicesOf[one.node];
        emit DeviceReleased(device, one.node);
    }

    /// @inheritdoc IDeviceRegister
    function slashFor(uint32 device) external nonReentrant returns (uint256 taken) {
        Suspension storage one = _suspensions[device];
        if (one.base == 0 || one.slashed) revert NothingToSlash(device);
        one.slashed = true;
        uint32 node = _devices[device].node;
        uint40 at = _devices[device].since;
        taken = slasher.slash(node, one.base, ISlasher.Offence.LightContradiction, one.reporter, at);
        emit DeviceSlashed(device, node, taken);
    }

    /// @inheritdoc IDeviceRegister
    function confirm(uint32 device) external restricted returns (uint16 weight) {
        Device storage one = _judged(device);
        weight = one.weight + _terms.step;
        if (weight > FULL_WEIGHT) weight = FULL_WEIGHT;
        one.weight = weight;
    }

    /// @inheritdoc IDeviceRegister
    function contradict(uint32 device, address reporter) external restricted returns (uint16 weight, bool suspended) {
        Device storage one = _judged(device);
        weight = one.weight / 2;
        one.weight = weight;
        suspended = weight < _terms.floor;
        if (!suspended) return (weight, false);
        uint32 node = one.node;
        if (one.state != DeviceState.Released) --devicesOf[node];
        (one.state, one.since) = (DeviceState.Suspended, uint40(block.timestamp));
        uint88 base = _terms.stakePerDevice;
        _suspensions[device] = Suspension(reporter, base, false);
        emit DeviceSuspended(device, node, reporter, base);
    }

    /// @inheritdoc IDeviceRegister
    function setDeviceTerms(DeviceTerms calldata terms) external restricted {
        _setTerms(terms);
    }

    /// @inheritdoc IDeviceRegister
    function deviceOf(uint32 device) external view returns (Device memory) {
        return _devices[device];
    }

    /// @inheritdoc IDeviceRegister
    function deviceOfKey(bytes32 x, bytes32 y) external view returns (uint32) {
        return _deviceOfKey[keccak256(abi.encode(x, y))];
    }

    /// @inheritdoc IDeviceRegister
    function standingOf(
        uint32 device
    ) external view returns (DeviceState state, uint32 node, uint48 entity, uint16 kind, uint16 weight) {
        Device storage one = _devices[device];
        return (one.state, one.node, one.entity, one.kind, one.weight);
    }

    /// @inheritdoc IDeviceRegister
    function requireStake(uint32 node) external view {
        _requireStake(node, devicesOf[node]);
    }

    /// @inheritdoc IDeviceRegister
    function isSignedBy(uint32 device, bytes32 digest, bytes32[2] calldata signature) external view returns (bool) {
        Device storage one = _devices[device];
        return P256.verify(digest, signature[0], signature[1], one.x, one.y);
    }

    /// @inheritdoc IDeviceRegister
    function suspensionOf(uint32 device) external view returns (Suspension memory) {
        return _suspensions[device];
    }

    /// @inheritdoc IDeviceRegister
    function deviceTerms() external view returns (DeviceTerms memory) {
        return _terms;
    }

    /// @inheritdoc IDeviceRegister
    function registrationDigest(uint32 node, uint16 kind) public view returns (bytes32) {
        return DeviceLib.registration(node, nodes.ownerOf(node), kind);
    }

    /// @inheritdoc IDeviceRegister
    function placesFor(uint32 node) public view returns (uint256) {
        (uint256 active, , bool live) = nodes.stakeOf(node);
        return live ? active / _terms.stakePerDevice : 0;
    }

    /// @dev The node is live, and its stake stands for `count` places.
    function _requireStake(uint32 node, uint256 count) private view {
        (uint256 active, , bool live) = nodes.stakeOf(node);
        if (!live) revert NodeNotLive(node);
        uint256 most = active / _terms.stakePerDevice;
        if (count > most) revert TooManyDevices(node, count, most);
    }

    function _judged(uint32 device) private view returns (Device storage one) {
        one = _devices[device];
        DeviceState state = one.state;
        if (state == DeviceState.None) revert UnknownDevice(device);
        if (state == DeviceState.Suspended) revert DeviceNotActive(device, state);
    }

    function _isOfNode(uint32 node) private view returns (bool) {
        return msg.sender == nodes.ownerOf(node) || msg.sender == nodes.operatorOf(node);
    }

    function _setTerms(DeviceTerms memory terms) private {
        bool weighed = terms.floor >= LEAST_FLOOR && terms.floor <= MOST_FLOOR;
        bool stepped = terms.step != 0 && terms.step <= MOST_STEP;
        if (!weighed || !stepped || terms.stakePerDevice < LEAST_STAKE) revert DeviceTermsOutOfRange();
        _terms = terms;
        emit DeviceTermsSet(terms);
    }
}
