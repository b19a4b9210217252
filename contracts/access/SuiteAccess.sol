// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ISuiteAccess} from "../interfaces/ISuiteAccess.sol";

/// @title The one place that knows who may call what, and after which delay
/// @notice OpenZeppelin's AccessManager with seals. Every contract of the suite is `AccessManaged` by this one.
contract SuiteAccess is ISuiteAccess, AccessManager {
    struct Seals {
        bool any;
        mapping(bytes4 selector => bool) functions;
    }

    mapping(address target => Seals) private _seals;
    /// @inheritdoc ISuiteAccess
    mapping(uint64 roleId => address) public sealedHolder;
    /// @inheritdoc ISuiteAccess
    mapping(uint64 roleId => uint256) public holderCount;

    /// @param initialAdmin holds ADMIN_ROLE until the deployment hands it over
    constructor(address initialAdmin) AccessManager(initialAdmin) {
        // Sealing is ADMIN's for good: in other hands it would take functions from everybody.
        _seals[address(this)].functions[ISuiteAccess.seal.selector] = true;
        _seals[address(this)].functions[ISuiteAccess.sealRole.selector] = true;
    }

    /// @inheritdoc ISuiteAccess
    function sealRole(uint64 roleId, address holder) external onlyAuthorized {
        if (roleId == ADMIN_ROLE || roleId == PUBLIC_ROLE) revert RoleCannotBeSealed(roleId);
        _requireOpen(roleId);
        (bool member, uint32 delay) = hasRole(roleId, holder);
        uint256 count = holderCount[roleId];
        if (!member || delay != 0 || count != 1) revert NotTheOnlyHolder(roleId, holder, count);
        sealedHolder[roleId] = holder;
        emit RoleSealed(roleId, holder);
    }

    /// @inheritdoc ISuiteAccess
    function seal(address target, bytes4[] calldata selectors, uint64 roleId) external onlyAuthorized {
        if (selectors.length == 0) revert NothingToSeal();
        if (sealedHolder[roleId] == address(0)) revert RoleIsNotSealed(roleId);
        Seals storage seals = _seals[target];
        seals.any = true;
        for (uint256 i = 0; i < selectors.length; ++i) {
            bytes4 selector = selectors[i];
            _setTargetFunctionRole(target, selector, roleId);
            seals.functions[selector] = true;
            emit FunctionSealed(target, selector, roleId);
        }
    }

    /// @dev Another authority would know nothing of seals.
    function updateAuthority(address target, address newAuthority) public override {
        if (_seals[target].any) revert TargetIsSealed(target);
        super.updateAuthority(target, newAuthority);
    }

    /// @dev `execute` sends what an admin may call, `setAuthority` included: of a sealed target nobody may call it.
    function canCall(
        address caller,
        address target,
        bytes4 selector
    ) public view override returns (bool immediate, uint32 delay) {
        if (selector == IAccessManaged.setAuthority.selector && _seals[target].any) return (false, 0);
        return super.canCall(caller, target, selector);
    }

    /// @inheritdoc ISuiteAccess
    function isSealed(address target, bytes4 selector) public view returns (bool) {
        return _seals[target].functions[selector];
    }

    function _setTargetFunctionRole(address target, bytes4 selector, uint64 roleId) internal override {
        if (isSealed(target, selector)) revert FunctionIsSealed(target, selector);
        super._setTargetFunctionRole(target, selector, roleId);
    }

    function _grantRole(
        uint64 roleId,
        address account,
        uint32 grantDelay,
        uint32 executionDelay
    ) internal override returns (bool granted) {
        _requireOpen(roleId);
        granted = super._grantRole(roleId, account, grantDelay, executionDelay);
        if (granted) ++holderCount[roleId];
    }

    function _revokeRole(uint64 roleId, address account) internal override returns (bool revoked) {
        _requireOpen(roleId);
        revoked = super._revokeRole(roleId, account);
        if (revoked) --holderCount[roleId];
    }

    function _setRoleAdmin(uint64 roleId, uint64 admin) internal override {
        _requireOpen(roleId);
        super._setRoleAdmin(roleId, admin);
    }

    function _setRoleGuardian(uint64 roleId, uint64 guardian) internal override {
        _requireOpen(roleId);
        super._setRoleGuardian(roleId, guardian);
    }

    function _setGrantDelay(uint64 roleId, uint32 newDelay) internal override {
        _requireOpen(roleId);
        super._setGrantDelay(roleId, newDelay);
    }

    function _requireOpen(uint64 roleId) private view {
        if (sealedHolder[roleId] != address(0)) revert RoleIsSealed(roleId);
    }
}
