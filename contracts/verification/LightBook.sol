// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IDeviceRegister} from "../interfaces/IDeviceRegister.sol";
import {ILightBook} from "../interfaces/ILightBook.sol";
import {DeviceLib} from "../libraries/DeviceLib.sol";

/// @title Observations of devices, by series and window
abstract contract LightBook is ILightBook, BoundedPause, ReentrancyGuardTransient {
    uint256 private constant MOST_BATCH = 32;
    /// @dev Of one window. With three of an entity at most, it takes eleven entities to leave no room for another.
    uint256 private constant MOST_ENTRIES = 31;
    uint256 private constant MOST_OF_ENTITY = 3;

    /// @dev One slot. `value`, `window`, `devices`: what was agreed last; none where `devices` is 0.
    struct Series {
        uint16 kind;
        bool open;
        uint8 devices;
        uint40 window;
        int96 value;
    }

    /// @dev One slot. `version`: of the kind's terms when the first observation came.
    struct Header {
        uint8 count;
        WindowOutcome outcome;
        uint16 version;
    }

    /// @dev What is to be done with an observation: to keep it, to strike the entry at `index`, or neither, and why.
    struct Plan {
        uint48 entity;
        uint40 window;
        uint16 version;
        uint256 index;
        bool take;
        bool strike;
        Ignored why;
    }

    /// @inheritdoc ILightBook
    IDeviceRegister public immutable devices;

    mapping(uint16 kind => uint16) private _versions;
    mapping(uint16 kind => mapping(uint16 version => KindTerms)) internal _kinds;
    mapping(bytes32 series => Series) internal _series;
    mapping(bytes32 series => mapping(uint40 window => Header)) internal _headers;
    mapping(bytes32 series => mapping(uint40 window => mapping(uint256 index => ObservationEntry))) internal _entries;

    constructor(IDeviceRegister devices_) {
        devices = devices_;
    }

    /// @inheritdoc ILightBook
    function submit(
        LightObservation[] calldata observations,
        bytes32[2][] calldata signatures
    ) external whenRunning nonReentrant returns (uint256 taken) {
        uint256 count = observations.length;
        _requireBatch(count);
        if (signatures.length != count) revert SignaturesDiffer(count, signatures.length);
        uint32 standing = 0;
        Ignored first = Ignored.Late;
        for (uint256 i = 0; i < count; ++i) {
            LightObservation calldata one = observations[i];
            (uint32 node, uint48 entity, uint16 kind) = _inService(one.device);
            if (node != standing) devices.requireStake(node);
            standing = node;
            Plan memory plan = _plan(one.device, entity, kind, one.series, one.at, one.value);
            if (plan.take || plan.strike) {
                if (!devices.isSignedBy(one.device, DeviceLib.observation(one), signatures[i])) {
                    revert BadDeviceSignature(i, one.device);
                }
                ++taken;
            }
            if (i == 0) first = plan.why;
            _carryOut(plan, one.device, one.series, one.at, one.value);
        }
        if (taken == 0) revert NothingTaken(first);
    }

    /// @inheritdoc ILightBook
    function submitBatch(
        uint32 device,
        LightReading[] calldata readings,
        bytes32[2] calldata signature
    ) external whenRunning nonReentrant returns (uint256 taken) {
        _requireBatch(readings.length);
        (uint32 node, uint48 entity, uint16 kind) = _inService(device);
        devices.requireStake(node);
        if (!devices.isSignedBy(device, DeviceLib.batch(device, readings), signature)) {
            revert BadDeviceSignature(0, device);
        }
        Ignored first = Ignored.Late;
        for (uint256 i = 0; i < readings.length; ++i) {
            LightReading calldata one = readings[i];
            Plan memory plan = _plan(device, entity, kind, one.series, one.at, one.value);
            if (plan.take || plan.strike) ++taken;
            if (i == 0) first = plan.why;
            // What the batch itself shows may suspend its device.
            if (_carryOut(plan, device, one.series, one.at, one.value)) break;
        }
        if (taken == 0) revert NothingTaken(first);
    }

    /// @inheritdoc ILightBook
    function defineKind(uint16 kind, KindTerms calldata terms) external restricted {
        if (kind == 0) revert KindZero();
        bool timed = terms.window >= 60 && terms.window <= 30 days && terms.grace >= 60 && terms.grace <= 7 days;
        if (!timed || terms.toleranceBps > 10_000 || terms.tolerance > uint96(type(int96).max)) {
            revert KindOutOfRange(kind);
        }
        uint16 version = _versions[kind];
        uint32 length = _kinds[kind][version].window;
        if (version != 0 && terms.window != length) revert WindowLengthFixed(kind, length);
        _versions[kind] = ++version;
        _kinds[kind][version] = terms;
        emit KindDefined(kind, version, terms);
    }

    /// @inheritdoc ILightBook
    function openSeries(uint16 kind, bytes32[] calldata series) external restricted {
        if (_versions[kind] == 0) revert UnknownKind(kind);
        _requireBatch(series.length);
        for (uint256 i = 0; i < series.length; ++i) {
            bytes32 id = series[i];
            if (id == 0) revert NoSeries();
            Series storage one = _series[id];
            if (one.kind != 0 && one.kind != kind) revert SeriesOfKind(id, one.kind);
            (one.kind, one.open) = (kind, true);
            emit SeriesOpened(id, kind);
        }
    }

    /// @inheritdoc ILightBook
    function closeSeries(bytes32[] calldata series) external restricted {
        _requireBatch(series.length);
        for (uint256 i = 0; i < series.length; ++i) {
            Series storage one = _series[series[i]];
            if (!one.open) revert SeriesNotOpen(series[i]);
            one.open = false;
            emit SeriesClosed(series[i]);
        }
    }

    /// @inheritdoc ILightBook
    function kindTerms(uint16 kind) external view returns (uint16 version, KindTerms memory terms) {
        version = _versions[kind];
        terms = _kinds[kind][version];
    }

    /// @inheritdoc ILightBook
    function seriesOf(bytes32 series) external view returns (uint16 kind, bool open) {
        Series storage one = _series[series];
        return (one.kind, one.open);
    }

    /// @inheritdoc ILightBook
    function windowOf(
        bytes32 series,
        uint40 window
    ) external view returns (WindowOutcome outcome, KindTerms memory terms, ObservationEntry[] memory entries) {
        Header memory header = _headers[series][window];
        uint16 kind = _series[series].kind;
        terms = _kinds[kind][header.count == 0 ? _versions[kind] : header.version];
        outcome = header.outcome;
        entries = _entriesOf(series, window, header.count);
    }

    /// @inheritdoc ILightBook
    function observationDigest(LightObservation calldata observation) external view returns (bytes32) {
        return DeviceLib.observation(observation);
    }

    /// @inheritdoc ILightBook
    function batchDigest(uint32 device, LightReading[] calldata readings) external view returns (bytes32) {
        return DeviceLib.batch(device, readings);
    }

    function _entriesOf(
        bytes32 series,
        uint40 window,
        uint256 count
    ) internal view returns (ObservationEntry[] memory entries) {
        entries = new ObservationEntry[](count);
        for (uint256 i = 0; i < count; ++i) entries[i] = _entries[series][window][i];
    }

    /// @dev Does what is planned.
    /// @return suspended whether that suspended the device
    function _carryOut(
        Plan memory plan,
        uint32 device,
        bytes32 series,
        uint40 at,
        int96 value
    ) private returns (bool suspended) {
        uint40 window = plan.window;
        if (plan.strike) {
            ObservationEntry storage entry = _entries[series][window][plan.index];
            entry.struck = true;
            uint16 weight;
            (weight, suspended) = devices.contradict(device, msg.sender);
            emit SelfContradicted(series, window, device, entry.value, value, weight);
        } else if (plan.take) {
            _headers[series][window] = Header(uint8(plan.index) + 1, WindowOutcome.Open, plan.version);
            _entries[series][window][plan.index] = ObservationEntry(value, device, at, plan.entity, false);
            emit ObservationTaken(series, window, device, at, value);
        } else {
            emit ObservationIgnored(series, device, at, plan.why);
        }
    }

    /// @dev Refuses what can never be taken as it is; of the rest it says what is to be done.
    function _plan(
        uint32 device,
        uint48 entity,
        uint16 observed,
        bytes32 series,
        uint40 at,
        int96 value
    ) private view returns (Plan memory plan) {
        Series storage line = _series[series];
        uint16 kind = line.kind;
        if (!line.open) revert SeriesNotOpen(series);
        if (kind != observed) revert DeviceOfOtherKind(device, kind);
        if (at > block.timestamp) revert ObservedInFuture(at);
        plan.entity = entity;
        plan.version = _versions[kind];
        KindTerms memory terms = _kinds[kind][plan.version];
        uint40 window = at / terms.window;
        plan.window = window;
        Header memory header = _headers[series][window];
        if (header.count != 0) {
            plan.version = header.version;
            terms = _kinds[kind][header.version];
        }
        // The first of the reasons is `Late`, and stands until another is found.
        if (block.timestamp >= (uint256(window) + 1) * terms.window + terms.grace) return plan;
        uint256 ofEntity = 0;
        for (uint256 i = 0; i < header.count; ++i) {
            ObservationEntry memory entry = _entries[series][window][i];
            if (entry.device == device) {
                (plan.index, plan.why) = (i, Ignored.Repeated);
                plan.strike = !entry.struck && entry.value != value;
                return plan;
            }
            if (entry.entity == entity) ++ofEntity;
        }
        plan.index = header.count;
        plan.take = header.count < MOST_ENTRIES && ofEntity < MOST_OF_ENTITY;
        plan.why = Ignored.Full;
    }

    function _inService(uint32 device) private view returns (uint32 node, uint48 entity, uint16 kind) {
        IDeviceRegister.DeviceState state;
        (state, node, entity, kind, ) = devices.standingOf(device);
        if (state == IDeviceRegister.DeviceState.None) revert IDeviceRegister.UnknownDevice(device);
        if (state != IDeviceRegister.DeviceState.Active) revert IDeviceRegister.DeviceNotActive(device, state);
    }

    function _requireBatch(uint256 count) private pure {
        if (count == 0 || count > MOST_BATCH) revert BatchOutOfRange(count, MOST_BATCH);
    }
}
