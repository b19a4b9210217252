// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";
import {ICreditModel} from "../interfaces/ICreditModel.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {CreditFormula} from "./CreditFormula.sol";

/// @title An enterprise's limit, by a published formula
/// @dev A limit is computed inside every draw, so the parameters are the code of an account (one copy) and not a dozen slots.
/// What lenders record never reverts for a lender: a repayment must not fail because of what is said about it.
contract CreditModel is ICreditModel, AccessManaged {
    /// @dev One slot. `epoch`: in which `raised` was raised.
    struct Conduct {
        int64 conduct;
        uint64 raised;
        uint32 epoch;
        bool frozen;
    }

    /// @inheritdoc ICreditModel
    IOperatingRecord public immutable operatingRecord;
    uint32 private immutable _epochLength;

    /// @dev One slot: the present parameters and their number.
    address private _present;
    /// @inheritdoc ICreditModel
    uint32 public version;

    mapping(uint32 version => address) private _published;
    mapping(uint48 entity => Conduct) private _conducts;

    /// @param access the suite's AccessManager
    /// @param record where the figures come from; its epochs are those in which conduct rises
    constructor(address access, IOperatingRecord record) AccessManaged(access) {
        operatingRecord = record;
        _epochLength = record.epochLength();
    }

    /// @inheritdoc ICreditModel
    function publish(CreditParameters calldata parameters) external restricted returns (uint32 version_) {
        CreditFormula.requireSound(parameters);
        address pointer = SSTORE2.write(CreditFormula.pack(parameters));
        version_ = version + 1;
        (_present, version, _published[version_]) = (pointer, version_, pointer);
        emit CreditModelPublished(version_, parameters);
    }

    /// @inheritdoc ICreditConduct
    function recordInTime(uint48 entity, uint256 interestUsd) external restricted {
        CreditFormula.ConductTerms memory terms = _conductTerms();
        Conduct storage stored = _conducts[entity];
        (int256 before, uint256 raised) = _conductNow(stored, terms);
        // Rounded down, in the lenders' favour. Each of the three bounds fits 64 bits, and before <= highest.
        uint256 by = Math.min(
            _share(interestUsd, terms.inTimeBps, Math.Rounding.Floor),
            uint256(terms.highest - before)
        );
        by = Math.min(by, Math.saturatingSub(terms.raiseCap, raised));
        int64 conduct = int64(before + int256(by));
        uint32 epoch = _epoch();
        // The raise cap may have been above what it is now, but has always fitted 64 bits.
        (stored.conduct, stored.raised, stored.epoch) = (conduct, uint64(raised + by), epoch);
        emit ConductRaised(entity, epoch, interestUsd, uint64(by), conduct);
    }

    /// @inheritdoc ICreditConduct
    function recordLate(uint48 entity, uint256 principalUsd) external restricted {
        CreditFormula.ConductTerms memory terms = _conductTerms();
        Conduct storage stored = _conducts[entity];
        (int256 before, ) = _conductNow(stored, terms);
        // Rounded up, in the lenders' favour; before >= lowest.
        uint256 by = Math.min(_share(principalUsd, terms.lateBps, Math.Rounding.Ceil), uint256(before - terms.lowest));
        int64 conduct = int64(before - int256(by));
        stored.conduct = conduct;
        emit ConductLowered(entity, principalUsd, conduct);
    }

    /// @inheritdoc ICreditConduct
    function recordDefault(uint48 entity) external restricted {
        _conducts[entity].frozen = true;
        emit LimitFrozen(entity);
    }

    /// @inheritdoc ICreditModel
    function thaw(uint48 entity) external restricted {
        Conduct storage stored = _conducts[entity];
        if (!stored.frozen) revert NotFrozen(entity);
        int64 conduct = int64(_conductTerms().thawed);
        // What was raised in this epoch stays counted: a default gives no new room for raises.
        (stored.frozen, stored.conduct) = (false, conduct);
        emit LimitThawed(entity, conduct);
    }

    /// @inheritdoc ICreditModel
    function assess(uint48 entity) external view returns (CreditAssessment memory) {
        return _assess(entity);
    }

    /// @inheritdoc ICreditModel
    function limitOf(uint48 entity) external view returns (uint256) {
        return _assess(entity).limit;
    }

    /// @inheritdoc ICreditConduct
    function isFrozen(uint48 entity) external view returns (bool) {
        return _conducts[entity].frozen;
    }

    /// @inheritdoc ICreditModel
    function conductOf(uint48 entity) external view returns (CreditConductState memory) {
        Conduct storage stored = _conducts[entity];
        (int256 conduct, uint256 raised) = _conductNow(stored, _conductTerms());
        return CreditConductState(int64(conduct), uint64(raised), stored.frozen);
    }

    /// @inheritdoc ICreditModel
    function parametersOf(uint32 version_) external view returns (CreditParameters memory) {
        address pointer = _published[version_];
        if (pointer == address(0)) revert UnknownCreditModel(version_);
        return CreditFormula.unpack(SSTORE2.read(pointer));
    }

    function _assess(uint48 entity) private view returns (CreditAssessment memory found) {
        Conduct memory conduct = _conducts[entity];
        IOperatingRecord.OperatingEntry memory facts = operatingRecord.factsOf(entity);
        address pointer = _present;
        (found.version, found.epoch, found.validUntil) = (version, facts.epoch, facts.validUntil);
        found.standing = _standing(conduct.frozen, pointer, facts);
        if (pointer == address(0)) return found;
        bytes memory packed = SSTORE2.read(pointer);
        (found.contributions, found.formula) = CreditFormula.contributions(packed, facts);
        int256 part = _within(conduct.conduct, CreditFormula.conductTerms(packed));
        found.contributions[uint256(Factor.Conduct)] = part;
        if (found.standing != CreditStanding.Open) return found;
        found.limit = CreditFormula.clamp(found.formula + part, CreditFormula.cap(packed));
    }

    function _standing(
        bool frozen,
        address pointer,
        IOperatingRecord.OperatingEntry memory facts
    ) private view returns (CreditStanding) {
        if (frozen) return CreditStanding.Frozen;
        if (pointer == address(0)) return CreditStanding.NoModel;
        if (facts.nonce == 0) return CreditStanding.NoRecord;
        if (facts.revoked) return CreditStanding.Revoked;
        if (block.timestamp > facts.validUntil) return CreditStanding.Stale;
        return CreditStanding.Open;
    }

    /// @dev Zeros before the first publication: then nothing raises or lowers anything.
    function _conductTerms() private view returns (CreditFormula.ConductTerms memory terms) {
        address pointer = _present;
        if (pointer != address(0)) terms = CreditFormula.conductTerms(SSTORE2.read(pointer, 0, CreditFormula.HEADER));
    }

    /// @dev Conduct by the present parameters, and by how much it rose in this epoch.
    function _conductNow(
        Conduct storage stored,
        CreditFormula.ConductTerms memory terms
    ) private view returns (int256 conduct, uint256 raised) {
        conduct = _within(stored.conduct, terms);
        // Numbers of epochs, not times.
        // slither-disable-next-line incorrect-equality
        if (stored.epoch == _epoch()) raised = stored.raised;
    }

    function _epoch() private view returns (uint32) {
        return uint32(block.timestamp / _epochLength);
    }

    /// @dev Parameters may have narrowed since.
    function _within(int256 conduct, CreditFormula.ConductTerms memory terms) private pure returns (int256) {
        if (conduct > terms.highest) return terms.highest;
        return conduct < terms.lowest ? terms.lowest : conduct;
    }

    /// @dev `bps` of an amount, which is cut to 128 bits: more than any bound that follows, and no product overflows.
    function _share(uint256 amount, uint256 bps, Math.Rounding rounding) private pure returns (uint256) {
        return Math.mulDiv(Math.min(amount, type(uint128).max), bps, CreditFormula.BPS, rounding);
    }
}
