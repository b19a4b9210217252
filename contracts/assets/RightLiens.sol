// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BoundedPause} from "../access/BoundedPause.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {LienLib} from "../libraries/LienLib.sol";
import {RightRegister} from "./RightRegister.sol";

/// @title Liens on rights: each is one unit, pledged whole, leased or not
abstract contract RightLiens is RightRegister, BoundedPause {
    using LienLib for LienLib.Liens;

    LienLib.Liens private _liens;

    // The module is one of the suite and is only asked.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ILiens
    function pledge(address holder, address lienholder, uint256 id, uint256 units) external whenRunning {
        _requireHeldBy(holder, id);
        _checkAuthorized(holder, msg.sender, id);
        if (lienholder == holder || lienholder == address(0)) revert InvalidLienholder(lienholder);
        Use memory use = _uses[id];
        _requireNotLapsed(id, use);
        _requireNotFrozen(id, use, holder);
        if (!partyOf(holder).isActive()) revert ERC7943CannotSend(holder);
        _requireAdmitted(id, lienholder);
        if (use.flags & PLEDGED != 0) revert PledgedUnits(id, holder, 0, units);
        if (units > 1) revert PledgedUnits(id, holder, 1, units);
        IAssetModule(_modules[_termsOf(id).kind()]).requirePledgeable(id);
        _uses[id].flags = use.flags | PLEDGED;
        _liens.add(id, holder, lienholder, units);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ILiens
    function release(address holder, uint256 id, uint256 units) external {
        _liberate(holder, msg.sender, id, units);
        emit Released(id, holder, msg.sender, units);
    }

    /// @inheritdoc ILiens
    function breakLien(address holder, address lienholder, uint256 id, uint256 units) external restricted {
        _liberate(holder, lienholder, id, units);
        emit LienBroken(id, holder, lienholder, units);
    }

    /// @inheritdoc ILiens
    function seize(address holder, address to, uint256 id, uint256 units) external {
        if (to == holder) revert SameAccount(to);
        _liberate(holder, msg.sender, id, units);
        if (!partyOf(msg.sender).isActive()) revert ERC7943CannotSend(msg.sender);
        _requireAdmitted(id, to);
        _requireNotFrozen(id, _uses[id], holder);
        _prepare(holder, to, id);
        _transfer(holder, to, id);
        emit Seized(id, holder, msg.sender, to, units);
    }

    /// @inheritdoc ILiens
    function lienOf(uint256 id, address holder, address lienholder) external view returns (uint256) {
        return _liens.amount(id, holder, lienholder);
    }

    function _liberate(address holder, address lienholder, uint256 id, uint256 units) private {
        _liens.take(id, holder, lienholder, units);
        _uses[id].flags &= ~PLEDGED;
    }
}
