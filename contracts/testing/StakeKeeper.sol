// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IStakeHolders} from "../interfaces/IStakeHolders.sol";
import {IStakeRewards} from "../interfaces/IStakeRewards.sol";

/// @title Stakes by shares, as the contract of rewards must see them, without rules of who may do what
/// @dev Rewards of a position: shares × (index now - index then) / 10^27, rounded down. Can be told to misbehave.
contract StakeKeeper is INodes, IStakeHolders {
    struct Pool {
        uint256 active;
        uint256 shares;
        bool live;
        address owner;
    }

    struct Position {
        uint256 shares;
        uint256 index;
        uint256 owed;
    }

    IERC20 public immutable era;
    IStakeRewards public immutable rewards;

    uint32 public nodeCount;
    uint256 public short; // of what it should take
    uint256 public extra; // on top of what is owed
    address public target; // called while it takes
    bytes public payload;

    mapping(uint32 node => Pool) public pools;
    mapping(uint32 node => mapping(uint256 holder => Position)) public positions;
    mapping(uint256 grant => address) public beneficiaryOf;

    error NotTheRewards(address caller);
    error TooFewShares(uint256 shares, uint256 least);

    constructor(IERC20 era_, IStakeRewards rewards_) {
        (era, rewards) = (era_, rewards_);
    }

    function open(address owner, bool live) external returns (uint32 node) {
        node = ++nodeCount;
        pools[node] = Pool(0, 0, live, owner);
        rewards.checkpoint(node, 0, 0, 0);
    }

    function misbehave(uint256 short_, uint256 extra_, address target_, bytes calldata payload_) external {
        (short, extra, target, payload) = (short_, extra_, target_, payload_);
    }

    function setBeneficiary(uint256 grant, address account) external {
        beneficiaryOf[grant] = account;
    }

    function setLive(uint32 node, bool live) external {
        Pool storage pool = pools[node];
        uint256 active = _earning(node);
        pool.live = live;
        rewards.checkpoint(node, active, pool.shares, _earning(node));
    }

    function setCommission(uint32 node, uint16 bps) external {
        rewards.checkpoint(node, _earning(node), pools[node].shares, _earning(node));
        rewards.setCommission(node, bps);
    }

    /// @dev Without the checkpoint that should come first.
    function setCommissionAlone(uint32 node, uint16 bps) external {
        rewards.setCommission(node, bps);
    }

    /// @dev Tells whatever it is told to.
    function tell(uint32 node, uint256 active, uint256 shares, uint256 activeAfter) external returns (uint256) {
        return rewards.checkpoint(node, active, shares, activeAfter);
    }

    function stakeGrant(uint256 grant, uint32 node, uint256 amount) external returns (uint256) {
        return _stake((1 << 255) | grant, node, amount);
    }

    function stakeFor(address account, uint32 node, uint256 amount, uint256 least) external returns (uint256 shares) {
        shares = _stake(uint160(account), node, amount);
        if (shares < least) revert TooFewShares(shares, least);
    }

    function unstake(uint32 node, uint256 shares) external returns (uint256 amount) {
        Pool storage pool = pools[node];
        uint256 active = _earning(node);
        amount = (pool.active * shares) / pool.shares;
        uint256 before = pool.shares;
        uint256 after_ = pool.live ? pool.active - amount : 0;
        uint256 index = rewards.checkpoint(node, active, before, after_);
        _settle(node, uint160(msg.sender), index);
        positions[node][uint160(msg.sender)].shares -= shares;
        (pool.active, pool.shares) = (pool.active - amount, before - shares);
        era.transfer(msg.sender, amount);
    }

    function slash(uint32 node, uint256 amount) external {
        Pool storage pool = pools[node];
        uint256 active = _earning(node);
        pool.active -= amount;
        rewards.checkpoint(node, active, pool.shares, _earning(node));
        era.transfer(msg.sender, amount);
    }

    function takeRewards(uint256 holder, uint32[] calldata nodes) external returns (uint256 amount) {
        if (msg.sender != address(rewards)) revert NotTheRewards(msg.sender);
        for (uint256 i = 0; i < nodes.length; ++i) {
            uint32 node = nodes[i];
            uint256 earning = _earning(node);
            _settle(node, holder, rewards.checkpoint(node, earning, pools[node].shares, earning));
            amount += positions[node][holder].owed;
            positions[node][holder].owed = 0;
        }
        amount += extra;
        if (target != address(0)) _call();
    }

    function rewardsOf(uint256 holder, uint32[] calldata nodes) external view returns (uint256 amount) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            Position memory position = positions[nodes[i]][holder];
            uint256 index = rewards.indexOf(nodes[i], _earning(nodes[i]), pools[nodes[i]].shares);
            amount += position.owed + (position.shares * (index - position.index)) / 1e27;
        }
    }

    function actorOf(uint256 holder) external view returns (address) {
        return holder >> 255 == 0 ? address(uint160(holder)) : beneficiaryOf[holder ^ (1 << 255)];
    }

    function ownerOf(uint32 node) external view returns (address) {
        return pools[node].owner;
    }

    function stakeOf(uint32 node) external view returns (uint256 active, uint256 leaving, bool live) {
        return (pools[node].active, 0, pools[node].live);
    }

    function livePlaces(uint256) external pure returns (uint256, uint256) {
        return (0, 0);
    }

    function livePlaceAt(uint256) external pure returns (uint32, uint48, uint40, uint256) {
        return (0, 0, 0, 0);
    }

    function nodeOfKey(address) external pure returns (uint32) {
        return 0;
    }

    function signerOf(address) external pure returns (uint32, uint48, uint256, uint256, bool) {
        return (0, 0, 0, 0, false);
    }

    function operatorOf(uint32) external pure returns (address) {
        return address(0);
    }

    function entityOf(uint32) external pure returns (uint48) {
        return 0;
    }

    function _stake(uint256 holder, uint32 node, uint256 amount) private returns (uint256 shares) {
        Pool storage pool = pools[node];
        uint256 active = _earning(node);
        uint256 before = pool.shares;
        shares = before == 0 ? amount : (amount * before) / pool.active;
        uint256 after_ = pool.live ? pool.active + amount : 0;
        _settle(node, holder, rewards.checkpoint(node, active, before, after_));
        positions[node][holder].shares += shares;
        (pool.active, pool.shares) = (pool.active + amount, before + shares);
        era.transferFrom(msg.sender, address(this), amount - short);
    }

    function _settle(uint32 node, uint256 holder, uint256 index) private {
        Position storage position = positions[node][holder];
        position.owed += (position.shares * (index - position.index)) / 1e27;
        position.index = index;
    }

    function _call() private {
        (bool ok, bytes memory answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function _earning(uint32 node) private view returns (uint256) {
        return pools[node].live ? pools[node].active : 0;
    }
}
