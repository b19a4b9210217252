// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IDeviceRegister} from "./IDeviceRegister.sol";

/// @title Observations of devices, by series and window
/// @notice A *series* is one figure of one thing over time, an integer in a unit that belongs to the series. Its *kind* says how long
/// a window is, how long observations are taken after it, and how far two may differ. A device's observations of one series count
/// once a window: a copy changes nothing, and a second value that differs contradicts the first, whichever is right.
interface ILightBook {
    /// @notice Terms of a kind. `window`: seconds, 60 to 30 days, for good; window k is from k × window on. `grace`: seconds after its
    /// end in which observations are still taken, 60 to 7 days. `toleranceBps`: of the median, at most 10,000. `tolerance`: in the
    /// series' unit; the larger of the two holds. `reward`: for an accepted observation at full weight, in units of 10^-18 ERA.
    struct KindTerms {
        uint32 window;
        uint32 grace;
        uint16 toleranceBps;
        uint96 tolerance;
        uint80 reward;
    }

    /// @notice An observation. `at`: when, in seconds. `value`: in the unit of the series.
    struct LightObservation {
        uint32 device;
        bytes32 series;
        uint40 at;
        int96 value;
    }

    /// @notice The same of a device that is named elsewhere.
    struct LightReading {
        bytes32 series;
        uint40 at;
        int96 value;
    }

    /// @notice An observation as it is kept. `struck`: its device contradicted itself, so it counts for nothing.
    struct ObservationEntry {
        int96 value;
        uint32 device;
        uint40 at;
        uint48 entity;
        bool struck;
    }

    /// @notice `Open`: not settled. `Thin`: fewer than three entities. `Disagreed`: those near the median are not more than half of
    /// the entities. `Agreed`: they are.
    enum WindowOutcome {
        Open,
        Thin,
        Disagreed,
        Agreed
    }

    /// @notice Why an observation is not taken: its window is closed, the device's word for it is known, there is no room.
    enum Ignored {
        Late,
        Repeated,
        Full
    }

    /// @notice Windows of `kind` that begin to fill from now on follow `terms`, its `version`.
    event KindDefined(uint16 indexed kind, uint16 version, KindTerms terms);
    /// @notice `series` is of `kind`, and takes observations from now on.
    event SeriesOpened(bytes32 indexed series, uint16 indexed kind);
    /// @notice `series` takes none any more.
    event SeriesClosed(bytes32 indexed series);
    /// @notice `device` observed `value` at `at`, in `window` of `series`.
    event ObservationTaken(
        bytes32 indexed series,
        uint40 indexed window,
        uint32 indexed device,
        uint40 at,
        int96 value
    );
    /// @notice An observation of a batch was not taken.
    event ObservationIgnored(bytes32 indexed series, uint32 indexed device, uint40 at, Ignored why);
    /// @notice `device` said `first` and `second` for one window; it has `weight` now.
    event SelfContradicted(
        bytes32 indexed series,
        uint40 indexed window,
        uint32 indexed device,
        int96 first,
        int96 second,
        uint16 weight
    );

    /// @notice These terms are out of range.
    error KindOutOfRange(uint16 kind);
    /// @notice A window of `kind` has `window` seconds for good: its number must never mean another time.
    error WindowLengthFixed(uint16 kind, uint32 window);
    /// @notice Kinds are numbered from 1.
    error KindZero();
    /// @notice There is no kind `kind`.
    error UnknownKind(uint16 kind);
    /// @notice `series` is of `kind`, for good.
    error SeriesOfKind(bytes32 series, uint16 kind);
    /// @notice A series has an id that is not zero.
    error NoSeries();
    /// @notice `series` takes no observations.
    error SeriesNotOpen(bytes32 series);
    /// @notice A batch has 1 to `most` observations.
    error BatchOutOfRange(uint256 count, uint256 most);
    /// @notice There are `signatures` for `observations`.
    error SignaturesDiffer(uint256 observations, uint256 signatures);
    /// @notice `device` observes series of another kind than `kind`.
    error DeviceOfOtherKind(uint32 device, uint16 kind);
    /// @notice `at` has not come.
    error ObservedInFuture(uint40 at);
    /// @notice The signature for the observation at `index` is not one of its device, or its s is above n / 2.
    error BadDeviceSignature(uint256 index, uint32 device);
    /// @notice Nothing of the batch is new; `why` the first was not taken.
    error NothingTaken(Ignored why);

    /// @notice Takes observations, at most 32. What came too late, is known, or finds no room is passed over (`ObservationIgnored`),
    /// so that nobody spoils a batch by bringing a part of it first. Anyone may bring them.
    /// Refused with `UnknownDevice`, `DeviceNotActive` and as by `IDeviceRegister.requireStake`, too.
    /// @param signatures (r, s) of each, by its device over `observationDigest`, s at most n / 2
    /// @return taken how many were new
    function submit(
        LightObservation[] calldata observations,
        bytes32[2][] calldata signatures
    ) external returns (uint256 taken);

    /// @notice The same for observations of one device under one signature, over `batchDigest`.
    function submitBatch(
        uint32 device,
        LightReading[] calldata readings,
        bytes32[2] calldata signature
    ) external returns (uint256 taken);

    /// @notice Defines `kind`, or what holds for its windows that are still empty. Only PARAMETERS.
    function defineKind(uint16 kind, KindTerms calldata terms) external;

    /// @notice Opens series of `kind`, new ones or closed ones, at most 32. Only STANDARD.
    function openSeries(uint16 kind, bytes32[] calldata series) external;

    /// @notice Closes series; their windows are settled as before. Only STANDARD.
    function closeSeries(bytes32[] calldata series) external;

    /// @notice The register of the devices that observe.
    function devices() external view returns (IDeviceRegister);

    /// @notice The terms of `kind`, and their version; 0 where there is none.
    function kindTerms(uint16 kind) external view returns (uint16 version, KindTerms memory terms);

    /// @notice What a series is: its kind, 0 where it was never opened, and whether it takes observations.
    function seriesOf(bytes32 series) external view returns (uint16 kind, bool open);

    /// @notice A window: its outcome, the terms that hold for it, and the observations kept.
    function windowOf(
        bytes32 series,
        uint40 window
    ) external view returns (WindowOutcome outcome, KindTerms memory terms, ObservationEntry[] memory entries);

    /// @notice The SHA-256 that a device signs: over "caldera:observe1", chain id (32 bytes), this contract (20), device (4), series
    /// (32), at (5), value (12, two's complement).
    function observationDigest(LightObservation calldata observation) external view returns (bytes32);

    /// @notice The SHA-256 that a device signs for a batch: over "caldera:readings", chain id (32 bytes), this contract (20), device
    /// (4), and of each reading series (32), at (5), value (12).
    function batchDigest(uint32 device, LightReading[] calldata readings) external view returns (bytes32);
}
