// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {VestingBook} from "./VestingBook.sol";
import {VestingStakes} from "./VestingStakes.sol";

/// @title All grants of ERA in one contract
/// @dev The vault never delegates its own ERA in the token, so that no token votes there and here.
contract VestingVault is VestingStakes {
    using SafeERC20 for IERC20;

    uint32 private constant SHORTEST_DELAY = 1 days;
    uint32 private constant LONGEST_DELAY = 30 days;

    /// @dev One slot, empty where nothing is proposed.
    struct Proposal {
        address wallet;
        uint40 readyAt;
    }

    /// @inheritdoc IVestingVault
    uint32 public rotationDelay = 7 days;

    mapping(uint256 id => Proposal) private _proposals;

    /// @param access the suite's AccessManager
    /// @param era_ the token, of fixed supply
    constructor(address access, IERC20 era_) VestingBook(access, era_) {}

    /// @inheritdoc IVestingVault
    function release(uint256 id) external nonReentrant returns (uint256 amount) {
        Kept memory kept;
        bytes memory reason;
        (kept, amount, reason) = _due(id);
        if (reason.length != 0) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
        _pay(id, kept, kept.beneficiary, amount);
    }

    /// @inheritdoc IVestingVault
    function releaseTo(uint256 id, address to, uint256 amount) external nonReentrant {
        Kept memory kept = _own(id);
        if (to == address(0) || to == address(this)) revert CannotReleaseTo(to);
        if (amount == 0) revert NoAmount();
        uint256 most = _releasable(id, kept);
        if (amount > most) revert ExceedsReleasable(id, amount, most);
        _pay(id, kept, to, amount);
    }

    /// @inheritdoc IVestingVault
    function releaseBatch(uint256[] calldata ids) external nonReentrant returns (uint256 amount) {
        for (uint256 i = 0; i < ids.length; ++i) {
            (Kept memory kept, uint256 part, bytes memory reason) = _due(ids[i]);
            if (reason.length != 0) {
                emit ReleaseSkipped(ids[i], reason);
                continue;
            }
            amount += part;
            _pay(ids[i], kept, kept.beneficiary, part);
        }
    }

    /// @inheritdoc IVestingVault
    function revoke(uint256 id) external restricted returns (uint256 returned, uint256 owed) {
        Kept memory kept = _known(id);
        if (!kept.revocable) revert NotRevocable(id);
        Altered storage altered = _altered[id];
        (uint256 taken, uint256 staked) = (altered.taken, altered.staked);
        (uint256 vested, ) = _standing(id, kept, block.timestamp);
        uint256 unvested = kept.amount - taken - vested;
        if (unvested == 0) revert NothingToRevoke(id);
        // The stake is the grant's end, and so is what is taken.
        owed = Math.min(unvested, staked);
        returned = unvested - owed;
        if (!kept.altered) _grants[id].altered = true;
        (altered.taken, altered.staked) = (uint96(taken + unvested), uint96(staked - owed));
        // A second revocation finds nothing unvested: nothing was owed before.
        if (owed != 0) altered.owed = uint96(owed);
        if (returned != 0) _bounded[kept.allocation].available += uint96(returned);
        _changeUnits(kept.beneficiary, -int256(unvested));
        _changeTotal(-int256(unvested));
        emit VestingRevoked(id, returned, owed);
    }

    /// @inheritdoc IVestingVault
    function proposeWallet(uint256[] calldata ids, address wallet) external {
        if (ids.length == 0) revert NoGrants();
        _requireHolder(wallet);
        uint40 readyAt = uint40(block.timestamp + rotationDelay);
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 id = ids[i];
            if (_own(id).beneficiary == wallet) revert SameWallet(id, wallet);
            _proposals[id] = Proposal(wallet, readyAt);
            emit GrantWalletProposed(id, wallet, readyAt);
        }
    }

    /// @inheritdoc IVestingVault
    function cancelWallet(uint256[] calldata ids) external {
        if (ids.length == 0) revert NoGrants();
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 id = ids[i];
            _own(id);
            address wallet = _proposals[id].wallet;
            if (wallet == address(0)) revert NoWalletProposed(id);
            delete _proposals[id];
            emit GrantWalletCancelled(id, wallet);
        }
    }

    /// @inheritdoc IVestingVault
    function acceptWallet(uint256[] calldata ids) external {
        if (ids.length == 0) revert NoGrants();
        for (uint256 i = 0; i < ids.length; ++i) {
            _accept(ids[i]);
        }
    }

    /// @inheritdoc IVestingVault
    function setRotationDelay(uint32 delay) external restricted {
        if (delay < SHORTEST_DELAY || delay > LONGEST_DELAY)
            revert RotationDelayOutOfRange(delay, SHORTEST_DELAY, LONGEST_DELAY);
        rotationDelay = delay;
        emit RotationDelaySet(delay);
    }

    /// @inheritdoc IVestingVault
    function proposedWalletOf(uint256 id) external view returns (address wallet, uint40 readyAt) {
        Proposal storage proposal = _proposals[id];
        return (proposal.wallet, proposal.readyAt);
    }

    function _accept(uint256 id) private {
        Kept memory kept = _known(id);
        Proposal memory proposal = _proposals[id];
        if (proposal.wallet == address(0)) revert NoWalletProposed(id);
        if (msg.sender != proposal.wallet) revert NotProposedWallet(id, msg.sender, proposal.wallet);
        if (block.timestamp < proposal.readyAt) revert RotationTooEarly(id, proposal.readyAt);
        delete _proposals[id];
        _grants[id].beneficiary = msg.sender;
        uint256 held = kept.amount - kept.released;
        if (kept.altered) held -= _altered[id].taken;
        if (held != 0) {
            _changeUnits(kept.beneficiary, -int256(held));
            _changeUnits(msg.sender, int256(held));
        }
        emit GrantWalletChanged(id, kept.beneficiary, msg.sender);
    }

    /// @dev What a release would pay to the beneficiary now, or the error why it cannot.
    function _due(uint256 id) private view returns (Kept memory kept, uint256 amount, bytes memory reason) {
        kept = _grants[id];
        address beneficiary = kept.beneficiary;
        if (beneficiary == address(0)) {
            reason = abi.encodeWithSelector(UnknownGrant.selector, id);
        } else if (msg.sender != beneficiary && !releaseByOthers(beneficiary)) {
            reason = abi.encodeWithSelector(OnlyBeneficiaryReleases.selector, id, beneficiary);
        } else {
            amount = _releasable(id, kept);
            if (amount == 0) reason = abi.encodeWithSelector(NothingToRelease.selector, id);
        }
    }

    function _pay(uint256 id, Kept memory kept, address to, uint256 amount) private {
        _grants[id].released = kept.released + uint96(amount);
        _changeUnits(kept.beneficiary, -int256(amount));
        _changeTotal(-int256(amount));
        emit VestedReleased(id, to, amount);
        era.safeTransfer(to, amount);
    }
}
