// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICoveredAsset} from "./ICoveredAsset.sol";

/// @title Agriculture: from traceability to planting finance to directed sale
/// @notice A farmer who has the use of a parcel certifies what is planted on it; one unit is one smallest unit of the
/// currency in which the expected harvest is valued. Inspectors anchor what they see as events (`IEventAnchor`) about the
/// lot and certify them as its stages, in order. Once as many stages stand as the rules ask for, and as long as the latest is
/// fresh and the farmer has the parcel, the certificate is eligible for planting finance: it can be pledged as a covered
/// asset. A stage whose event was declared wrong counts for nothing; another can be certified in its place. The harvest is
/// issued, once every lienholder agrees, as goods that only go to parties within its scope, such as supermarkets.
interface IAgricultureModule is ICoveredAsset {
    /// @notice What a planting is. `None`: there is none. `Harvested`: its goods are issued. `Failed`: the insurer or an
    /// inspector says so. `Closed`: its certificate was retired.
    enum State {
        None,
        Growing,
        Harvested,
        Failed,
        Closed
    }

    /// @notice What rules ask of a planting. `stages`: how many, at most 8. `maxAge`: seconds for which the latest is fresh.
    struct Requirements {
        uint8 stages;
        uint32 maxAge;
    }

    /// @notice A planting to be. `lot`: identifier of its lot, such as an LGTIN; unique for the farmer. `parcel`: id of the
    /// usage right. `expected`: value of the harvest in the currency's smallest unit. `harvestBy`: the last second until
    /// which the farmer must have the parcel.
    struct Planting {
        string lot;
        uint256 parcel;
        uint96 expected;
        uint40 harvestBy;
        uint8 currencyId;
        uint32 ruleId;
        bytes32 documentHash;
    }

    /// @notice A planting's facts. `farmer`: account. `subject`: keccak256 of the lot's identifier. `done`: stages
    /// certified, void ones included. `line`: goods it was harvested as; 0: none yet.
    struct PlantingRecord {
        address farmer;
        uint40 harvestBy;
        uint8 done;
        State state;
        uint256 parcel;
        bytes32 subject;
        uint32 line;
        Requirements requirements;
    }

    /// @notice A harvest to be. `ruleId`: rules of its goods. `regions`, `qualifications`: who may buy, within what those
    /// rules allow. `afterSales`: entity responsible after the sale. `count`: items, 1 to 4,096.
    struct Harvest {
        uint32 ruleId;
        uint80 regions;
        uint64 qualifications;
        uint48 afterSales;
        uint16 count;
        bytes32 documentHash;
    }

    /// @notice A lot was planted.
    event CropPlanted(
        uint256 indexed id,
        uint256 indexed parcel,
        address indexed farmer,
        string lot,
        uint96 expected,
        uint8 currencyId,
        uint32 ruleId
    );
    /// @notice Inspector `source` certified `eventId` as stage `number`, from 1.
    event StageCertified(uint256 indexed id, uint8 indexed number, uint48 indexed source, bytes32 eventId);
    /// @notice The lot was harvested as items of `line`, from `first` on.
    event HarvestIssued(uint256 indexed id, uint32 indexed line, uint256 first, uint16 count);
    /// @notice The lienholder lets the lot be harvested, or no longer.
    event HarvestAgreed(uint256 indexed id, address indexed lienholder, bool agrees);
    /// @notice The crop failed.
    event CropFailed(uint256 indexed id, address indexed caller, bytes32 reason);
    /// @notice `holder` retired the certificate.
    event PlantingClosed(uint256 indexed id, address indexed holder);
    /// @notice New plantings under `ruleId` need this.
    event RequirementsSet(uint32 indexed ruleId, Requirements requirements);

    /// @notice The lot has no identifier.
    error NoLot();
    /// @notice There is no planting `id`.
    error UnknownPlanting(uint256 id);
    /// @notice The planting is not growing.
    error NotGrowing(uint256 id, State state);
    /// @notice `caller` is not the farmer of `id`.
    error NotTheFarmer(uint256 id, address caller);
    /// @notice `account` does not have the use of the parcel until `until`.
    error NoUseOfParcel(uint256 parcel, address account, uint40 until);
    /// @notice Planting `id` stands on the parcel.
    error ParcelPlanted(uint256 parcel, uint256 id);
    /// @notice Nobody has said what plantings under `ruleId` need.
    error NoRequirements(uint32 ruleId);
    /// @notice At most 8 stages, each good for some time.
    error RequirementsOutOfRange(uint8 stages, uint32 maxAge);
    /// @notice The caller's entity has recorded no such event about the lot that stands.
    error NotAnEventOfTheLot(uint256 id, uint48 source, bytes32 eventId);
    /// @notice A stage is later than the one before it.
    error StageNotLater(uint256 id, uint40 time, uint40 latest);
    /// @notice A planting has `most` stages at most, void ones included.
    error TooManyStages(uint256 id, uint256 most);
    /// @notice `standing` of `needed` stages are certified and were not declared wrong.
    error StagesMissing(uint256 id, uint8 standing, uint8 needed);
    /// @notice Lienholders of `units` units have not agreed to the harvest.
    error LienholdersDisagree(uint256 id, uint256 units);
    /// @notice `caller` has no units of `id` under lien.
    error NotALienholder(uint256 id, address caller);
    /// @notice The latest stage was fresh until `until`.
    error TraceStale(uint256 id, uint256 until);
    /// @notice `caller` neither insured the planting nor certified a stage of it.
    error NotItsInsurerOrInspector(uint256 id, address caller);

    /// @notice Certifies a planting of the caller, who must be the parcel's user (ERC-4907) until `harvestBy`, or its owner
    /// where it has no user.
    function plant(Planting calldata planting) external returns (uint256 id);

    /// @notice Certifies an event that the caller's entity has recorded as the lot's next stage. Only ATTESTOR.
    function certifyStage(uint256 id, bytes32 eventId) external;

    /// @notice Lets the lot be harvested while the caller's lien stands, or no longer. Only a lienholder.
    function agreeToHarvest(uint256 id, bool agrees) external;

    /// @notice Issues the harvest as goods to the farmer. Only the farmer, while the lot's trace is complete and fresh, and
    /// with the consent of whoever has units under lien.
    /// @return line the goods' line
    /// @return first id of the first item
    function harvest(uint256 id, Harvest calldata goods) external returns (uint32 line, uint256 first);

    /// @notice Says that the crop failed: nothing more can be pledged. Only who insured it or certified a stage of it.
    function declareFailed(uint256 id, bytes32 reason) external;

    /// @notice Retires the certificate. Only the holder of all units, free of liens.
    function close(uint256 id) external;

    /// @notice Sets what new plantings under `ruleId` need. Only PARAMETERS.
    function setRequirements(uint32 ruleId, Requirements calldata requirements) external;

    /// @notice Reverts with the reason where the planting is not eligible for finance, apart from its cover.
    function requireEligible(uint256 id) external view;

    /// @notice The planting's facts; zeros where there is none.
    function plantingOf(uint256 id) external view returns (PlantingRecord memory);

    /// @notice Stages that stand, and the time of the latest of them; 0: none.
    function traceOf(uint256 id) external view returns (uint8 standing, uint40 latest);

    /// @notice Source and id of the event that is stage `number`, from 1.
    function stageOf(uint256 id, uint8 number) external view returns (uint48 source, bytes32 eventId);

    /// @notice What new plantings under `ruleId` need.
    function requirementsOf(uint32 ruleId) external view returns (Requirements memory);

    /// @notice The id that this lot of the farmer's entity has or would have.
    function idOf(uint48 entity, string calldata lot) external pure returns (uint256);
}
