// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IStakeHolders} from "../interfaces/IStakeHolders.sol";
import {IStakePools} from "../interfaces/IStakePools.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {StakeLib} from "../libraries/StakeLib.sol";
import {StakeExits} from "./StakeExits.sol";
import {NodeRegister} from "./NodeRegister.sol";
import {StakePools} from "./StakePools.sol";
import {StakeSlashes} from "./StakeSlashes.sol";

/// @title Verification nodes and all ERA staked with them
/// @dev The ERA here is never delegated in the token: it votes for nobody but where a grant votes in its vault.
contract NodeStaking is StakeExits, StakeSlashes {
    IVestingVault private immutable _vault;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    /// @param vault_ the vault whose grants can be staked: it knows who acts for them
    /// @param rewards_ where rewards are counted, which must be told of this contract
    /// @param terms to begin with
    constructor(
        address access,
        IERC20 era_,
        IParticipantRegistry registry_,
        IVestingVault vault_,
        IStakeRewards rewards_,
        StakeTerms memory terms
    ) AccessManaged(access) StakePools(era_, rewards_, terms) NodeRegister(registry_) {
        _vault = vault_;
    }

    /// @inheritdoc IStakePools
    function stake(uint32 node, uint256 amount, uint256 leastShares) external nonReentrant returns (uint256 shares) {
        _requireRunning();
        return _stake(_holderOf(msg.sender), node, amount, leastShares);
    }

    /// @inheritdoc IStakePools
    function stakeWithPermit(
        uint32 node,
        uint256 amount,
        uint256 leastShares,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 shares) {
        _requireRunning();
        // Somebody may have brought it from the pool of pending transactions: then the allowance is there all the same.
        try IERC20Permit(address(era)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _stake(_holderOf(msg.sender), node, amount, leastShares);
    }

    /// @inheritdoc IStakeHolders
    function stakeFor(
        address account,
        uint32 node,
        uint256 amount,
        uint256 leastShares
    ) external nonReentrant returns (uint256 shares) {
        _requireRunning();
        if (account == address(0) || account == address(this)) revert CannotStakeFor(account);
        return _stake(_holderOf(account), node, amount, leastShares);
    }

    // What is owed is known only after the contract of rewards was asked; the guard keeps others out meanwhile.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IStakeHolders
    function takeRewards(uint256 holder, uint32[] calldata nodes) external nonReentrant returns (uint256 amount) {
        if (msg.sender != address(rewards)) revert OnlyRewards(msg.sender);
        uint256 owed = _holders[holder].owed;
        amount = owed;
        for (uint256 i = 0; i < nodes.length; ++i) {
            amount += _gather(holder, nodes[i]);
        }
        if (owed != 0) _holders[holder].owed = 0;
    }

    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc IStakeHolders
    function actorOf(uint256 holder) external view returns (address) {
        if (holder >= GRANTS) return _vault.beneficiaryOf(holder - GRANTS);
        if (holder > type(uint160).max) revert UnknownHolder(holder);
        return address(uint160(holder));
    }

    /// @inheritdoc IStakePools
    function positionOf(uint256 holder, uint32 node) external view returns (uint256 shares, uint256 amount) {
        ActivePool memory pool = _poolOf(node);
        shares = _brought(node, _positionOf(holder, node), pool.generation).shares;
        amount = StakeLib.amountDown(shares, pool.active, pool.shares);
    }

    /// @inheritdoc IStakeHolders
    function rewardsOf(uint256 holder, uint32[] calldata nodes) external view returns (uint256 amount) {
        amount = _holders[holder].owed;
        for (uint256 i = 0; i < nodes.length; ++i) {
            // A node that is named twice earns once.
            if (_named(nodes, i)) continue;
            (uint256 earned, ) = _gathered(holder, nodes[i]);
            amount += earned;
        }
    }

    function _named(uint32[] calldata nodes, uint256 before) private pure returns (bool) {
        for (uint256 i = 0; i < before; ++i) {
            if (nodes[i] == nodes[before]) return true;
        }
        return false;
    }
}
