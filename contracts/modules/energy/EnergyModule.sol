// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ICarbonModule} from "../../interfaces/ICarbonModule.sol";
import {IEnergyModule} from "../../interfaces/IEnergyModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {CarbonLib} from "./CarbonLib.sol";
import {MeterRegister} from "./MeterRegister.sol";
import {Retirements} from "./Retirements.sol";

/// @title Guarantees of origin
/// @dev A module issues one kind, so carbon assets have a contract of their own; the ledger's table of modules, which never
/// changes, says which it is.
contract EnergyModule is MeterRegister, BoundedPause, ReentrancyGuardTransient {
    /// @dev Kinds on the ledger of certificates.
    uint8 private constant GUARANTEE = 7;
    uint8 private constant CARBON = 8;
    uint40 private constant SHORTEST_LIFETIME = 1 days;
    uint40 private constant LONGEST_LIFETIME = 3650 days;

    /// @inheritdoc IEnergyModule
    uint40 public lifetime;

    mapping(uint256 id => Guarantee) private _guarantees;

    /// @param access the suite's AccessManager
    /// @param ledger_ the ledger of certificates, which must name this contract as the module of kind 7
    /// @param standard_ the value standard
    /// @param lifetime_ seconds after the end of its period for which a guarantee is valid
    constructor(
        address access,
        IAssetCertificate ledger_,
        IValueStandard standard_,
        uint40 lifetime_
    ) AccessManaged(access) Retirements(ledger_, standard_) {
        _setLifetime(lifetime_);
    }

    /// @inheritdoc IEnergyModule
    function setLifetime(uint40 lifetime_) external restricted {
        _setLifetime(lifetime_);
    }

    /// @inheritdoc IEnergyModule
    function stateOutput(
        bytes32 meter,
        uint40 from,
        uint40 to,
        uint96 wattHours,
        bytes32 readings
    ) external restricted whenRunning returns (uint256 id) {
        _takePeriod(meter, from, to, wattHours);
        MeterFacts storage facts = _meters[meter].facts;
        id = idOf(meter, from);
        uint40 expires = to + lifetime;
        if (block.timestamp >= expires) revert GuaranteeExpired(id, expires);
        _guarantees[id] = Guarantee(meter, from, to, expires, facts.factor, wattHours, 0, 0, 0);
        address owner = facts.owner;
        emit GuaranteeIssued(id, meter, owner, wattHours, from, to, expires, facts.factor, readings);
        _create(id, GUARANTEE, owner, wattHours, facts.guaranteeTemplate, 1 << FieldsLib.DUE_DATE, readings);
    }

    /// @inheritdoc IEnergyModule
    function redeem(
        uint256 id,
        uint96 wattHours,
        bytes32 beneficiary,
        bytes32 purpose
    ) external returns (uint256 number) {
        Guarantee storage guarantee = _valid(id);
        uint48 entity;
        (number, entity) = _claim(id, wattHours, beneficiary, purpose);
        guarantee.redeemed += wattHours;
        (uint40 from, uint40 to) = (guarantee.from, guarantee.to);
        emit Redeemed(number, id, entity, msg.sender, wattHours, from, to, beneficiary, purpose);
    }

    /// @inheritdoc IEnergyModule
    function convert(
        uint256 id,
        uint96 wattHours
    ) external whenRunning nonReentrant returns (uint256 carbon, uint96 grams) {
        if (wattHours == 0) revert NoAmount();
        Guarantee storage guarantee = _valid(id);
        ICarbonModule issuer = ICarbonModule(ledger.moduleOf(CARBON));
        if (address(issuer) == address(0)) revert NoCarbonModule();
        ledger.retire(id, msg.sender, wattHours);
        grams = SafeCast.toUint96(CarbonLib.added(guarantee.converted, wattHours, guarantee.factor));
        if (grams == 0) revert LessThanOneGram(id, wattHours);
        guarantee.converted += wattHours;
        uint64 number = ++guarantee.conversions;
        carbon = issuer.issue(id, number, msg.sender, grams, _meters[guarantee.meter].facts.carbonTemplate);
        emit Converted(id, carbon, msg.sender, wattHours, grams);
    }

    /// @inheritdoc IEnergyModule
    function expire(uint256 id) external {
        uint40 expires = _existing(id).expires;
        if (block.timestamp < expires) revert GuaranteeValid(id, expires);
        ledger.setFlags(id, 0);
    }

    /// @inheritdoc IEnergyModule
    function carbonFor(uint256 id, uint96 wattHours) external view returns (uint256) {
        Guarantee storage guarantee = _existing(id);
        return CarbonLib.added(guarantee.converted, wattHours, guarantee.factor);
    }

    /// @inheritdoc IEnergyModule
    function guaranteeOf(uint256 id) external view returns (Guarantee memory) {
        return _guarantees[id];
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256 id) external view {
        _valid(id);
    }

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 id) external view returns (uint256) {
        Guarantee storage guarantee = _guarantees[id];
        return guarantee.issued - guarantee.redeemed - guarantee.converted;
    }

    /// @inheritdoc IEnergyModule
    function idOf(bytes32 meter, uint40 from) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("guarantee", meter, from))) & ~uint256(0xffff);
    }

    function _setLifetime(uint40 lifetime_) private {
        if (lifetime_ < SHORTEST_LIFETIME || lifetime_ > LONGEST_LIFETIME) {
            revert LifetimeOutOfRange(lifetime_, SHORTEST_LIFETIME, LONGEST_LIFETIME);
        }
        lifetime = lifetime_;
        emit LifetimeSet(lifetime_);
    }

    /// @dev A guarantee that has not expired.
    function _valid(uint256 id) private view returns (Guarantee storage guarantee) {
        guarantee = _existing(id);
        if (block.timestamp >= guarantee.expires) revert GuaranteeExpired(id, guarantee.expires);
    }

    function _existing(uint256 id) private view returns (Guarantee storage guarantee) {
        guarantee = _guarantees[id];
        if (guarantee.issued == 0) revert UnknownGuarantee(id);
    }
}
