// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IVerifiedTarget} from "./IVerifiedTarget.sol";

/// @title Assets that are pledged as far as they are covered: appraised and insured
/// @notice Appraisers state what an asset is worth and insurers what is insured, each in its own name and until when. How
/// many units can be under lien in all follows by rule and at every moment: at most what is insured, at most valuation ×
/// advance rate, nothing once one of them is stale, with no transaction. Liens that stand go on. One unit is one smallest
/// unit of the asset's currency, and so are the amounts.
/// What staked nodes verify (`stateVerified`) counts over both for as long as it is good: a valuation over any appraiser's, in the
/// nodes' name; an insured amount over what the insurer said, but still as the insurer's word, since only it answers for it (and
/// only it may report the loss). No appraiser replaces a verified valuation that is good; an insurer can always end its cover.
/// Once a verified word is taken back, or over, the next appraiser or insurer speaks again; what stood before does not return.
interface ICoveredAsset is IVerifiedTarget {
    /// @notice What an asset is good for. `units`: issued. `pledged`: under liens, of all holders together. `advanceBps`: part
    /// of the valuation that can be pledged, as it was when the asset was certified. `currencyId`: of its units and amounts.
    struct Cover {
        uint96 units;
        uint96 pledged;
        uint16 advanceBps;
        uint8 currencyId;
    }

    /// @notice An appraiser states what the asset is worth.
    event Appraised(uint256 indexed id, uint48 indexed appraiser, uint96 amount, uint40 validUntil);
    /// @notice An insurer states what is insured, under which policy; amount 0: nothing any more.
    event Insured(uint256 indexed id, uint48 indexed insurer, uint96 amount, uint40 validUntil, bytes32 policy);
    /// @notice New certificates under `ruleId` can be pledged for this part of their valuation.
    event AdvanceRateSet(uint32 indexed ruleId, uint16 advanceBps);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice Only the ledger tells of movements.
    error OnlyLedger(address caller);
    /// @notice The amount is zero.
    error NoAmount();
    /// @notice The attribute was stated by entity `source` and is still good: only it can change it.
    error StatedByAnother(uint256 id, uint8 field, uint48 source);
    /// @notice `validUntil` is over.
    error NotInFuture(uint40 validUntil);
    /// @notice Only valuation and insurance of these assets are verified; all else follows from them.
    error FieldNotCovered(uint256 id, uint8 field);
    /// @notice An advance rate is at most 10,000 basis points.
    error RateOutOfRange(uint16 advanceBps);
    /// @notice The asset is not insured now; `validUntil`: the last second it was.
    error NotInsured(uint256 id, uint40 validUntil);
    /// @notice The asset has no valuation that is good now; `validUntil`: the last second it was.
    error ValuationStale(uint256 id, uint40 validUntil);
    /// @notice With `wanted` more units under lien, `limit` would be passed; `pledged` are.
    error PledgeLimit(uint256 id, uint256 limit, uint256 pledged, uint256 wanted);
    /// @notice This needs all units of the asset, free of liens.
    error AllUnitsNeeded(uint256 id, uint256 free, uint256 units);

    /// @notice States what the asset is worth. Only APPRAISER; while another's statement is good, only that appraiser;
    /// while a verified one is, nobody.
    /// @param validUntil the last second at which it is good
    function appraise(uint256 id, uint96 amount, uint40 validUntil) external;

    /// @notice States what is insured; 0 ends it now. Only INSURER; while another's statement is good, only that insurer;
    /// while a verified one is, that insurer can only end it.
    /// @param validUntil the last second at which it is good
    function insure(uint256 id, uint96 amount, uint40 validUntil, bytes32 policy) external;

    /// @notice Sets the advance rate that new certificates under `ruleId` take over. Only PARAMETERS.
    function setAdvanceRate(uint32 ruleId, uint16 advanceBps) external;

    /// @notice How many units can be under lien in all, now: the lesser of what is insured and valuation × advance rate,
    /// rounded down; 0 where one of them is stale or the asset cannot be pledged.
    function pledgeable(uint256 id) external view returns (uint256);

    /// @notice What the asset is good for; zeros where there is none.
    function coverOf(uint256 id) external view returns (Cover memory);

    /// @notice The advance rate for new certificates under `ruleId`.
    function advanceRate(uint32 ruleId) external view returns (uint16);
}
