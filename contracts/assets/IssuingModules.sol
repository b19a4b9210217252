// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IFeeMeter} from "../interfaces/IFeeMeter.sol";
import {IIssuingModules} from "../interfaces/IIssuingModules.sol";

/// @title The table of modules, shared by every ledger
abstract contract IssuingModules is IIssuingModules, AccessManaged {
    /// @dev In one slot, which every creation reads anyway: so a meter that is not there costs nothing.
    struct Issuer {
        uint8 kind;
        uint32 scenario;
        IFeeMeter meter;
    }

    /// @dev The service of which a creation is one.
    uint8 private constant MAPPING = 1;

    mapping(uint8 kind => address) internal _modules;
    mapping(address module => Issuer) private _issuers;

    /// @inheritdoc IIssuingModules
    function setModule(uint8 kind, address module) external restricted {
        if (kind == 0 || module == address(0) || _modules[kind] != address(0) || _issuers[module].kind != 0) {
            revert CannotSetModule(kind, module);
        }
        _modules[kind] = module;
        _issuers[module].kind = kind;
        emit ModuleSet(kind, module);
    }

    /// @inheritdoc IIssuingModules
    function setMeter(uint8 kind, IFeeMeter meter, uint32 scenario) external restricted {
        address module = _modules[kind];
        if (module == address(0)) revert NoModuleToMeter(kind);
        if (address(meter) == address(0)) scenario = 0;
        (_issuers[module].meter, _issuers[module].scenario) = (meter, scenario);
        emit MeterSet(kind, meter, scenario);
    }

    /// @inheritdoc IIssuingModules
    function meterOf(uint8 kind) external view returns (IFeeMeter meter, uint32 scenario) {
        Issuer memory issuer = _issuers[_modules[kind]];
        return (issuer.meter, issuer.scenario);
    }

    /// @inheritdoc IIssuingModules
    function moduleOf(uint8 kind) external view returns (address) {
        return _modules[kind];
    }

    /// @dev The kind that the caller issues; it must be a module.
    function _callersKind() internal view returns (uint8 kind) {
        kind = _issuers[msg.sender].kind;
        if (kind == 0) revert NotTheModule(msg.sender, 0);
    }

    /// @dev Reverts unless the caller is the module of `kind`.
    function _requireModule(uint8 kind) internal view {
        if (_modules[kind] != msg.sender) revert NotTheModule(msg.sender, kind);
    }

    /// @dev Charges `entity` for bringing an asset of the calling module on chain.
    function _charge(uint48 entity) internal {
        Issuer memory issuer = _issuers[msg.sender];
        // slither-disable-next-line unused-return
        if (address(issuer.meter) != address(0)) issuer.meter.charge(entity, MAPPING, issuer.scenario);
    }
}
