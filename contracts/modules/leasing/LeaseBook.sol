// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILeaseHooks} from "../../interfaces/ILeaseHooks.sol";
import {ILeases} from "../../interfaces/ILeases.sol";
import {IRightsLedger} from "../../interfaces/IRightsLedger.sol";
import {LeaseLib} from "../../libraries/LeaseLib.sol";

/// @title What is known of each lease, and whose its rent is
/// @dev For each lease: paid = settled + still in escrow. Each change of owner settles first, so a second's rent goes to
/// whoever owned the right in that second.
abstract contract LeaseBook is ILeases, ILeaseHooks {
    uint256 internal constant BPS = 10_000;

    /// @inheritdoc ILeases
    IRightsLedger public immutable rights;

    mapping(uint256 id => Lease) internal _leases;
    mapping(uint256 id => mapping(uint8 currencyId => mapping(address account => uint256))) internal _credits;

    constructor(IRightsLedger rights_) {
        rights = rights_;
    }

    /// @inheritdoc ILeaseHooks
    function onOwnerChange(uint256 id, address from) external {
        if (msg.sender != address(rights)) revert OnlyLedger(msg.sender);
        _accrue(id, from);
        _leases[id].ownerAgrees = false;
    }

    /// @inheritdoc ILeaseHooks
    function running(uint256 id) external view returns (address lessee, uint40 end, bool sublease) {
        Lease storage current = _leases[id];
        if (_runs(current)) return (current.lessee, current.end, current.sublease);
    }

    /// @inheritdoc ILeases
    function leaseOf(uint256 id) external view returns (Lease memory) {
        return _leases[id];
    }

    /// @inheritdoc ILeases
    function accruedOn(uint256 id) external view returns (uint256) {
        return _earned(_leases[id]) - _leases[id].settled;
    }

    /// @inheritdoc ILeases
    function collectable(uint256 id, address account, uint8 currencyId) external view returns (uint256) {
        return _credits[id][currencyId][account];
    }

    /// @inheritdoc ILeases
    function price(uint96 rent, uint32 period, uint256 start, uint256 end) external pure returns (uint256) {
        return LeaseLib.priceUp(rent, period, start, end);
    }

    /// @dev Credits `owner` with what the lease of `id` has earned since it was settled last.
    function _accrue(uint256 id, address owner) internal returns (uint256 amount) {
        Lease storage current = _leases[id];
        uint256 earned = _earned(current);
        amount = earned - current.settled;
        if (amount == 0) return 0;
        current.settled = uint96(earned); // at most what was paid
        _credits[id][current.currencyId][owner] += amount;
        emit RentEarned(id, owner, current.currencyId, amount);
    }

    /// @dev Ends the lease at this second and shares what is not earned.
    function _endNow(uint256 id, address owner, EarlyEnd why, uint256 forfeitBps, bytes32 reason) internal {
        _accrue(id, owner);
        Lease storage current = _leases[id];
        uint96 rest = current.paid - current.settled;
        uint96 forfeited = uint96((uint256(rest) * forfeitBps) / BPS); // at most the rest
        uint96 refunded = rest - forfeited;
        uint8 currencyId = current.currencyId;
        current.paid = current.settled;
        current.end = 0; // it does not run any more, not even in this second
        _credits[id][currencyId][current.lessee] += refunded;
        _credits[id][currencyId][owner] += forfeited;
        emit LeaseEnded(id, why, refunded, forfeited, reason);
        rights.unlock(id);
    }

    function _runningLease(uint256 id) internal view returns (Lease storage current) {
        current = _leases[id];
        if (!_runs(current)) revert NoLease(id);
    }

    function _runs(Lease storage current) internal view returns (bool) {
        return block.timestamp <= current.end;
    }

    function _requireActive(address account) internal view {
        if (!rights.partyOf(account).isActive()) revert NotActive(account);
    }

    function _lapsesBy(uint256 id, uint256 time) internal view returns (bool) {
        uint256 lapses = rights.lapsesAt(id);
        return lapses != 0 && time >= lapses;
    }

    function _earned(Lease storage current) private view returns (uint256) {
        if (current.paid == current.settled) return current.settled;
        return
            LeaseLib.earnedDown(
                current.rent,
                current.period,
                current.start,
                current.end,
                current.paid,
                block.timestamp
            );
    }

    function _priced(uint96 rent, uint32 period, uint256 start, uint256 end) internal pure returns (uint96) {
        return SafeCast.toUint96(LeaseLib.priceUp(rent, period, start, end));
    }
}
