// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IEnergyModule} from "../../interfaces/IEnergyModule.sol";
import {Retirements} from "./Retirements.sol";

/// @title Meters: what they may be believed to measure
abstract contract MeterRegister is IEnergyModule, Retirements, AccessManaged {
    /// @dev mg CO2e per kWh: above any grid there is.
    uint32 private constant MOST_FACTOR = 2_000_000;

    mapping(bytes32 meter => Meter) internal _meters;

    /// @inheritdoc IEnergyModule
    function registerMeter(
        bytes32 meter,
        uint32 technology,
        uint40 validFrom,
        MeterFacts calldata facts
    ) external restricted {
        if (meter == 0) revert NoMeterNumber();
        if (_meters[meter].state != MeterState.None) revert MeterExists(meter);
        if (facts.validUntil <= validFrom) revert ValidityEmpty(validFrom, facts.validUntil);
        _requireSound(meter, facts);
        _meters[meter] = Meter(facts, technology, validFrom, MeterState.Active);
        emit MeterRegistered(meter, technology, validFrom, facts);
    }

    /// @inheritdoc IEnergyModule
    function reviseMeter(bytes32 meter, MeterFacts calldata facts) external restricted {
        MeterState state = _stateOf(meter);
        if (state == MeterState.Closed) revert MeterClosed(meter);
        _requireSound(meter, facts);
        _meters[meter].facts = facts;
        emit MeterRevised(meter, facts);
    }

    /// @inheritdoc IEnergyModule
    function setMeterState(bytes32 meter, MeterState state, bytes32 reasonHash) external restricted {
        MeterState present = _stateOf(meter);
        if (present == MeterState.Closed || state == MeterState.None || state == present) {
            revert MeterStateRefused(meter, present, state);
        }
        _meters[meter].state = state;
        emit MeterStateChanged(meter, state, reasonHash);
    }

    /// @inheritdoc IEnergyModule
    function meterOf(bytes32 meter) external view returns (Meter memory) {
        return _meters[meter];
    }

    /// @dev Takes the period [from, to) of the meter: reverts where its output cannot have been `wattHours`, else no other
    /// statement can take any second of it.
    function _takePeriod(bytes32 meter, uint40 from, uint40 to, uint96 wattHours) internal {
        MeterState state = _stateOf(meter);
        if (state != MeterState.Active) revert MeterNotActive(meter, state);
        Meter storage taken = _meters[meter];
        if (to <= from) revert PeriodEmpty(from, to);
        if (to > block.timestamp) revert PeriodNotOver(to);
        if (from < taken.statedUntil) revert PeriodOverlaps(meter, from, taken.statedUntil);
        if (to > taken.facts.validUntil) revert PeriodNotAccredited(meter, to, taken.facts.validUntil);
        if (wattHours == 0) revert NoAmount();
        // Compared before the division: no watt-second is lost. 48 + 40 bits and 96 + 12 bits cannot overflow.
        uint256 wattSeconds = uint256(taken.facts.ratedPower) * (to - from);
        if (uint256(wattHours) * 1 hours > wattSeconds) {
            revert ExceedsRatedPower(meter, wattHours, wattSeconds / 1 hours);
        }
        taken.statedUntil = to;
    }

    function _stateOf(bytes32 meter) private view returns (MeterState state) {
        state = _meters[meter].state;
        if (state == MeterState.None) revert UnknownMeter(meter);
    }

    function _requireSound(bytes32 meter, MeterFacts calldata facts) private view {
        if (!ledger.partyOf(facts.owner).isActive()) revert NotActive(facts.owner);
        if (facts.ratedPower == 0) revert NoRatedPower(meter);
        if (facts.factor > MOST_FACTOR) revert FactorOutOfRange(facts.factor, MOST_FACTOR);
    }
}
