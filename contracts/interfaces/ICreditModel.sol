// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICreditConduct} from "./ICreditConduct.sol";
import {IOperatingRecord} from "./IOperatingRecord.sol";
import {CurveKnot} from "../libraries/CurveLib.sol";

/// @title Credit model: an enterprise's limit, by a published formula
/// @notice limit = the sum of seven contributions, but not below 0 and not above the cap. Six come from the operating record,
/// each by a curve of one fact; the seventh is the enterprise's conduct towards its lenders, which they record in the
/// transaction in which it happens. Curves are piecewise linear, monotone and bounded, and rounded down, so the limit never
/// falls when a good fact rises and never rises when a bad one does. All amounts are USD with 6 decimals.
/// `caldera.model.credit` is the same formula in Python, to the unit.
interface ICreditModel is ICreditConduct {
    /// @notice What contributes, in the order of `contributions` and `curves`. By curve: turnover, receivables repaid (never
    /// falling), receivables issued and not repaid, tenths of days late (never rising, never above 0), cargo turnover, orders
    /// (never falling). Without curve: conduct.
    enum Factor {
        Turnover,
        Repaid,
        Unpaid,
        DaysLate,
        CargoTurnover,
        Orders,
        Conduct
    }

    /// @notice Why a limit is what it is. All but `Open` make it 0. Where several apply, the first named here is given, after
    /// `Open`: a default is frozen; no parameters are published; nothing is recorded; the record was found false; it is stale.
    enum CreditStanding {
        Open,
        Frozen,
        NoModel,
        NoRecord,
        Revoked,
        Stale
    }

    /// @notice One version of the formula. `capUsd`: the highest limit, above 0. `raiseCapUsd`: most that conduct rises in an
    /// epoch. `conductHighest`, `conductLowest`: between these conduct stays; 0 lies between them, too. `conductThawed`: conduct
    /// after a default is thawed, from `conductLowest` to 0. `inTimeBps`: basis points of interest paid in time by which conduct
    /// rises. `lateBps`: basis points of late principal by which it falls. `curves`: 2 to 8 knots by factor, but conduct; x in
    /// the unit of the fact, ascending; y in USD.
    struct CreditParameters {
        uint64 capUsd;
        uint64 raiseCapUsd;
        int64 conductHighest;
        int64 conductLowest;
        int64 conductThawed;
        uint32 inTimeBps;
        uint32 lateBps;
        CurveKnot[][6] curves;
    }

    /// @notice A limit with all that explains it. `formula`: sum of the six contributions of the record, without conduct. They
    /// are given for what is recorded even where the limit is 0 by `standing`; zeros count as figures where nothing is recorded.
    /// `epoch`, `validUntil`: of the record. `version`: of the parameters; 0 and no contributions where none are published.
    struct CreditAssessment {
        uint256 limit;
        int256 formula;
        CreditStanding standing;
        uint32 version;
        uint32 epoch;
        uint40 validUntil;
        int256[7] contributions;
    }

    /// @notice How an entity behaved. `conduct`: contribution, within the bounds of the parameters. `raised`: by how much it rose
    /// in the epoch that runs. `frozen`: it defaulted.
    struct CreditConductState {
        int64 conduct;
        uint64 raised;
        bool frozen;
    }

    /// @notice Parameters were published; from now on they hold for every limit.
    event CreditModelPublished(uint32 indexed version, CreditParameters parameters);
    /// @notice `entity` paid `interestUsd` in time: its conduct rose by `byUsd` to `conduct` in `epoch`.
    event ConductRaised(uint48 indexed entity, uint32 indexed epoch, uint256 interestUsd, uint64 byUsd, int64 conduct);
    /// @notice `entity` became late with `principalUsd`: its conduct is `conduct` from now on.
    event ConductLowered(uint48 indexed entity, uint256 principalUsd, int64 conduct);
    /// @notice `entity` defaulted: its limit is 0 until it is thawed.
    event LimitFrozen(uint48 indexed entity);
    /// @notice Governance ended the freeze of `entity`; its conduct is `conduct` from now on.
    event LimitThawed(uint48 indexed entity, int64 conduct);

    /// @notice A limit needs a cap above 0.
    error NoCreditCap();
    /// @notice Not lowest <= thawed <= 0 <= highest.
    error ConductBoundsOutOfOrder(int64 lowest, int64 thawed, int64 highest);
    /// @notice The curve of `factor` has `count` knots, not `least` to `most`.
    error KnotCountOutOfRange(Factor factor, uint256 count, uint256 least, uint256 most);
    /// @notice x of knot `index` is not above that of the knot before it.
    error KnotsNotAscending(Factor factor, uint256 index);
    /// @notice y of knot `index` falls where more is better, or rises where more is worse.
    error CurveNotMonotone(Factor factor, uint256 index);
    /// @notice The curve of a fact of which more is worse is above 0.
    error PenaltyAboveZero(Factor factor, int64 y);
    /// @notice There is no version `version`.
    error UnknownCreditModel(uint32 version);
    /// @notice `entity` is not frozen.
    error NotFrozen(uint48 entity);

    /// @notice Publishes parameters, which replace the present ones at once. Only ADMIN.
    /// @return version_ their number, from 1
    function publish(CreditParameters calldata parameters) external returns (uint32 version_);

    /// @notice Ends the freeze of `entity`; its conduct becomes `conductThawed`. Only the ADMIN role.
    function thaw(uint48 entity) external;

    /// @notice The limit of `entity` now, and what makes it.
    function assess(uint48 entity) external view returns (CreditAssessment memory);

    /// @notice The limit of `entity` now, in USD; 0 for every standing but `Open`.
    function limitOf(uint48 entity) external view returns (uint256);

    /// @notice How `entity` behaved, by the present parameters.
    function conductOf(uint48 entity) external view returns (CreditConductState memory);

    /// @notice Parameters of a version, as they were published.
    function parametersOf(uint32 version_) external view returns (CreditParameters memory);

    /// @notice The version that holds; 0 before the first.
    function version() external view returns (uint32);

    /// @notice Where the figures come from.
    function operatingRecord() external view returns (IOperatingRecord);
}
