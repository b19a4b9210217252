// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ILeaseHooks} from "../interfaces/ILeaseHooks.sol";
import {IERC4907} from "../interfaces/IERC4907.sol";
import {IERC7943NonFungible} from "../interfaces/IERC7943NonFungible.sol";
import {ILiens} from "../interfaces/ILiens.sol";
import {IUsageRight} from "../interfaces/IUsageRight.sol";
import {ParticipantMirror} from "./ParticipantMirror.sol";
import {RightLiens} from "./RightLiens.sol";

/// @title The ledger of rights that are owned by one and used by another
contract UsageRight is IERC4907, RightLiens {
    /// @dev The module of leases has a kind, like every module; no right is of this kind.
    uint8 private constant LEASES = type(uint8).max;

    /// @param access the suite's AccessManager
    /// @param registry_ the ParticipantRegistry that writes the parties' words
    /// @param uri what stands before the id in every metadata URI
    constructor(
        address access,
        address registry_,
        string memory uri
    ) AccessManaged(access) ParticipantMirror(registry_) ERC721("Caldera Usage Rights", "RIGHT") {
        _setBaseUri(uri);
    }

    // The module of leases is of the suite and calls nobody back when it is told of an owner.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IERC4907
    function setUser(uint256 id, address user, uint64 expires) external {
        address owner = _requireOwned(id);
        Use memory use = _uses[id];
        if (user != address(0)) _requireActive(user);
        (address lessee, uint40 end, bool sublease) = _running(id, use);
        if (lessee != address(0)) {
            if (msg.sender != lessee) revert LeaseRunning(id, end);
            if (user == address(0)) (user, expires) = (lessee, end);
            else if (!sublease) revert SubleaseNotAllowed(id);
            if (expires > end) revert UseBeyondLease(id, expires, end);
        } else {
            _checkAuthorized(owner, msg.sender, id);
            _requireNotFrozen(id, use, owner);
            _requireActive(owner);
            if (user != address(0)) _requireWithin(id, use, expires);
            _closeLease(id, use, owner);
        }
        _setUse(id, use, user, expires);
    }

    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc IUsageRight
    function lock(uint256 id, address user, uint40 until) external {
        _requireModule(LEASES);
        Use memory use = _uses[id];
        (address lessee, , ) = _running(id, use);
        if (lessee != address(0) && lessee != user) revert LeaseRunning(id, until);
        _requireWithin(id, use, until);
        use.flags |= LEASED;
        _setUse(id, use, user, until);
    }

    /// @inheritdoc IUsageRight
    function unlock(uint256 id) external {
        _requireModule(LEASES);
        Use memory use = _uses[id];
        use.flags &= ~LEASED;
        _setUse(id, use, address(0), 0);
    }

    /// @inheritdoc IUsageRight
    function retire(uint256 id) external onlyModuleOf(id) {
        Use memory use = _uses[id];
        if (use.flags & PLEDGED != 0) revert RightPledged(id);
        (address lessee, uint40 end, ) = _running(id, use);
        if (lessee != address(0)) revert LeaseRunning(id, end);
        address owner = _ownerOf(id);
        _closeLease(id, use, owner);
        if (_isFrozen(id)) emit Frozen(owner, id, false);
        if (use.user != address(0)) emit UpdateUser(id, address(0), 0);
        delete _uses[id];
        _burn(id);
    }

    /// @inheritdoc IERC4907
    function userOf(uint256 id) external view returns (address user) {
        (user, ) = _userNow(id);
    }

    /// @inheritdoc IERC4907
    function userExpires(uint256 id) external view returns (uint256 until) {
        (, until) = _userNow(id);
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override(ERC721) returns (bool) {
        return
            interfaceId == type(IERC4907).interfaceId ||
            interfaceId == type(IERC7943NonFungible).interfaceId ||
            interfaceId == type(ILiens).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // slither-disable-start reentrancy-no-eth
    /// @dev The rent so far is the old owner's; a use that is no lease ends with the ownership.
    function _beforeMove(address from, address to, uint256 id) internal override {
        Use memory use = _uses[id];
        if (use.flags & LEASED != 0) {
            _leases().onOwnerChange(id, from);
            (address lessee, , ) = _running(id, use);
            if (lessee != address(0)) return;
            use.flags &= ~LEASED;
        }
        if (use.user != address(0) && from != to) _setUse(id, use, address(0), 0);
    }
    // slither-disable-end reentrancy-no-eth

    /// @dev Forgets a lease that is over; whoever owned the right until now has its rent.
    function _closeLease(uint256 id, Use memory use, address owner) private {
        if (use.flags & LEASED == 0) return;
        use.flags &= ~LEASED;
        _leases().onOwnerChange(id, owner);
    }

    function _setUse(uint256 id, Use memory use, address user, uint64 expires) private {
        uint48 until = expires >= type(uint48).max ? type(uint48).max : uint48(expires);
        _uses[id] = Use(user, until, use.lapses, use.flags);
        emit UpdateUser(id, user, expires);
    }

    /// @dev The lease that runs now; the ledger itself knows only whether there was one.
    function _running(uint256 id, Use memory use) private view returns (address lessee, uint40 end, bool sublease) {
        if (use.flags & LEASED != 0) return _leases().running(id);
    }

    function _userNow(uint256 id) private view returns (address, uint256) {
        Use memory use = _uses[id];
        if (_hasLapsed(use)) return (address(0), 0);
        if (block.timestamp <= use.until && use.user != address(0)) {
            return (use.user, use.until == type(uint48).max ? type(uint64).max : use.until);
        }
        (address lessee, uint40 end, ) = _running(id, use); // where a sub-lease is over
        return (lessee, end);
    }

    function _leases() private view returns (ILeaseHooks) {
        return ILeaseHooks(_modules[LEASES]);
    }

    function _requireWithin(uint256 id, Use memory use, uint64 expires) private view {
        _requireNotLapsed(id, use);
        if (use.lapses != 0 && expires >= use.lapses) revert UseBeyondRight(id, expires, use.lapses);
    }
}
