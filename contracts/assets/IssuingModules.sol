// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IIssuingModules} from "../interfaces/IIssuingModules.sol";

/// @title The table of modules, shared by every ledger
abstract contract IssuingModules is IIssuingModules, AccessManaged {
    mapping(uint8 kind => address) internal _modules;
    mapping(address module => uint8 kind) private _kinds;

    /// @inheritdoc IIssuingModules
    function setModule(uint8 kind, address module) external restricted {
        if (kind == 0 || module == address(0) || _modules[kind] != address(0) || _kinds[module] != 0) {
            revert CannotSetModule(kind, module);
        }
        _modules[kind] = module;
        _kinds[module] = kind;
        emit ModuleSet(kind, module);
    }

    /// @inheritdoc IIssuingModules
    function moduleOf(uint8 kind) external view returns (address) {
        return _modules[kind];
    }

    /// @dev The kind that the caller issues; it must be a module.
    function _callersKind() internal view returns (uint8 kind) {
        kind = _kinds[msg.sender];
        if (kind == 0) revert NotTheModule(msg.sender, 0);
    }

    /// @dev Reverts unless the caller is the module of `kind`.
    function _requireModule(uint8 kind) internal view {
        if (_modules[kind] != msg.sender) revert NotTheModule(msg.sender, kind);
    }
}
