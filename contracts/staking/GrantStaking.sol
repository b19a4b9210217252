// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IGrantStakes} from "../interfaces/IGrantStakes.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {INodeRegister} from "../interfaces/INodeRegister.sol";
import {IStakePools} from "../interfaces/IStakePools.sol";
import {IStakeTarget} from "../interfaces/IStakeTarget.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {StakeLib} from "../libraries/StakeLib.sol";

/// @title Grants at stake
/// @dev Of each grant: what the vault says is staked here = the principal of its positions and exits. ERA only passes through.
contract GrantStaking is IGrantStakes, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant GRANTS = 1 << 255;
    /// @dev So many numbers fit one slot, and a recall stays one bounded call.
    uint256 private constant MOST_NODES = 8;
    uint256 private constant DATA_LENGTH = 64;

    /// @inheritdoc IGrantStakes
    IVestingVault public immutable vault;
    /// @inheritdoc IGrantStakes
    INodeStaking public immutable staking;
    IERC20 private immutable _era;

    /// @inheritdoc IGrantStakes
    mapping(uint256 grant => mapping(uint32 node => uint256)) public principalOf;
    /// @inheritdoc IGrantStakes
    mapping(uint256 grant => mapping(uint8 place => uint256)) public exitPrincipalOf;
    /// @dev One slot a grant; a node is in it while the grant has principal with it.
    // It is written by `_listNode`, through a reference.
    // slither-disable-next-line uninitialized-state
    mapping(uint256 grant => uint32[MOST_NODES]) private _grantNodes;

    modifier onlyBeneficiary(uint256 grant) {
        if (msg.sender != vault.beneficiaryOf(grant)) revert NotGrantBeneficiary(grant, msg.sender);
        _;
    }

    modifier onlyVault() {
        if (msg.sender != address(vault)) revert OnlyVault(msg.sender);
        _;
    }

    /// @param vault_ the vault whose grants are believed
    /// @param staking_ the nodes and their stake, which must be told of this contract (`setGrantStakes`)
    constructor(IVestingVault vault_, INodeStaking staking_) {
        (vault, staking, _era) = (vault_, staking_, staking_.era());
        // Neither takes more than a call from here names, and nothing stays here.
        _era.forceApprove(address(vault_), type(uint256).max);
        _era.forceApprove(address(staking_), type(uint256).max);
    }

    /// @inheritdoc IStakeTarget
    function onGrantStaked(
        uint256 grant,
        address,
        uint256 amount,
        bytes calldata data
    ) external onlyVault nonReentrant returns (bytes4) {
        if (data.length != DATA_LENGTH) revert BadStakeData(data.length);
        (uint256 node, uint256 least) = abi.decode(data, (uint256, uint256));
        if (node > type(uint32).max) revert INodeRegister.UnknownNode(node);
        uint256 shares = staking.stakeGrant(GRANTS + grant, uint32(node), amount);
        if (shares < least) revert IStakePools.TooFewShares(shares, least);
        _arrive(grant, uint32(node), amount);
        return IStakeTarget.onGrantStaked.selector;
    }

    // The contract of stakes is the suite's and calls nobody back; the guard keeps others out.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc IStakeTarget
    /// @dev What is leaving counts by its principal. It never fails: where no place is free the rest waits for a withdrawal and
    /// another recall, and what is worth nothing for `writeOffGrant`.
    function recallGrantStake(uint256 grant, uint256 amount) external onlyVault nonReentrant {
        uint256 unbonding = _plainExits(grant);
        uint32[MOST_NODES] memory nodes = _grantNodes[grant];
        for (uint256 i = 0; i < MOST_NODES && unbonding < amount; ++i) {
            if (nodes[i] != 0) unbonding += _recallFrom(grant, nodes[i], amount - unbonding);
        }
        emit GrantStakeRecalled(grant, amount, unbonding);
    }

    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc IGrantStakes
    function unbondGrant(
        uint256 grant,
        uint32 node,
        uint256 shares,
        uint256 leastAmount
    ) external nonReentrant onlyBeneficiary(grant) returns (uint8 place) {
        (place, ) = _begin(grant, node, shares, leastAmount, 0, false);
    }

    /// @inheritdoc IGrantStakes
    function redelegateGrant(
        uint256 grant,
        uint32 node,
        uint256 shares,
        uint32 toNode,
        uint256 leastAmount
    ) external nonReentrant onlyBeneficiary(grant) returns (uint8 place) {
        _requireNothingOwed(grant);
        if (toNode == 0) revert INodeRegister.UnknownNode(0);
        (place, ) = _begin(grant, node, shares, leastAmount, toNode, false);
    }

    /// @inheritdoc IGrantStakes
    function redirectGrant(uint256 grant, uint8 place, uint32 toNode) external nonReentrant onlyBeneficiary(grant) {
        if (toNode != 0) _requireNothingOwed(grant);
        staking.redirectFor(GRANTS + grant, place, toNode);
    }

    /// @inheritdoc IGrantStakes
    function completeGrant(uint256 grant, uint8 place) external nonReentrant returns (uint256 shares) {
        _requireNothingOwed(grant);
        INodeStaking.StakeExit memory leaving = staking.exitAt(GRANTS + grant, place);
        uint256 amount;
        (amount, shares) = staking.complete(GRANTS + grant, place);
        uint256 principal = _takeExitPrincipal(grant, place);
        if (amount == 0) _giveBack(grant, leaving.node, principal, 0);
        else _arrive(grant, leaving.to, principal);
    }

    /// @inheritdoc IGrantStakes
    function withdrawGrant(uint256 grant, uint8 place) external nonReentrant returns (uint256 amount) {
        if (grant >= GRANTS) revert IVestingVault.UnknownGrant(grant);
        uint32 node = staking.exitAt(GRANTS + grant, place).node;
        amount = staking.withdrawFor(GRANTS + grant, place);
        _giveBack(grant, node, _takeExitPrincipal(grant, place), amount);
    }

    /// @inheritdoc IGrantStakes
    function writeOffGrant(uint256 grant, uint32 node) external nonReentrant returns (uint256 principal) {
        if (grant >= GRANTS) revert IVestingVault.UnknownGrant(grant);
        principal = principalOf[grant][node];
        (, uint256 amount) = staking.positionOf(GRANTS + grant, node);
        if (principal == 0 || amount != 0) revert NothingToWriteOff(grant, node);
        delete principalOf[grant][node];
        _listNode(grant, node, false);
        _giveBack(grant, node, principal, 0);
    }

    /// @inheritdoc IGrantStakes
    function nodesOfGrant(uint256 grant) external view returns (uint32[] memory nodes) {
        uint32[MOST_NODES] memory kept = _grantNodes[grant];
        uint256 count = 0;
        nodes = new uint32[](MOST_NODES);
        for (uint256 i = 0; i < MOST_NODES; ++i) {
            if (kept[i] != 0) nodes[count++] = kept[i];
        }
        assembly ("memory-safe") {
            mstore(nodes, count) // shorter than it was made
        }
    }

    function _arrive(uint256 grant, uint32 node, uint256 principal) private {
        // What was never principal is nothing that could be recalled.
        if (principal == 0) return;
        principalOf[grant][node] += principal;
        _listNode(grant, node, true);
    }

    function _begin(
        uint256 grant,
        uint32 node,
        uint256 shares,
        uint256 least,
        uint32 to,
        bool recall
    ) private returns (uint8 place, uint256 leaves) {
        uint256 amount;
        uint256 held;
        (place, amount, held) = staking.unbondFor(GRANTS + grant, node, shares, least, to, recall);
        uint256 principal = principalOf[grant][node];
        leaves = StakeLib.principalOf(principal, shares, held, amount);
        principalOf[grant][node] = principal - leaves;
        exitPrincipalOf[grant][place] = leaves;
        if (leaves == principal) _listNode(grant, node, false);
    }

    /// @dev Lets so much of a node's stake leave that its principal is `wanted`, or all of it.
    function _recallFrom(uint256 grant, uint32 node, uint256 wanted) private returns (uint256 leaves) {
        if (staking.placesOf(GRANTS + grant) == type(uint32).max) return 0;
        uint256 principal = principalOf[grant][node];
        (uint256 held, uint256 amount) = staking.positionOf(GRANTS + grant, node);
        if (amount == 0 || principal == 0) return 0;
        uint256 shares = principal <= wanted ? held : Math.ceilDiv(held * wanted, principal);
        // A part that is worth nothing cannot leave; the whole is worth something.
        (IStakePools.ActivePool memory pool, ) = staking.poolsOf(node);
        if (StakeLib.amountDown(shares, pool.active, pool.shares) == 0) shares = held;
        (, leaves) = _begin(grant, node, shares, 0, 0, true);
    }

    /// @dev All exits go to the vault.
    /// @return principal of all of them
    function _plainExits(uint256 grant) private returns (uint256 principal) {
        uint256 places = staking.placesOf(GRANTS + grant);
        for (uint8 place = 0; places >> place != 0; ++place) {
            if ((places >> place) & 1 == 0) continue;
            principal += exitPrincipalOf[grant][place];
            if (staking.exitAt(GRANTS + grant, place).to != 0) staking.redirectFor(GRANTS + grant, place, 0);
        }
    }

    function _takeExitPrincipal(uint256 grant, uint8 place) private returns (uint256 principal) {
        principal = exitPrincipalOf[grant][place];
        delete exitPrincipalOf[grant][place];
    }

    function _giveBack(uint256 grant, uint32 node, uint256 principal, uint256 amount) private {
        emit GrantPrincipalReturned(grant, node, principal, amount);
        if (principal != 0)
            vault.returnStake(grant, uint96(principal), uint96(amount));
            // Beyond all principal there are only units that others' roundings left: a reward, as the vault would pay it.
        else _era.safeTransfer(vault.beneficiaryOf(grant), amount);
    }

    /// @dev Puts the node into the grant's list, or takes it out.
    function _listNode(uint256 grant, uint32 node, bool in_) private {
        uint32[MOST_NODES] storage nodes = _grantNodes[grant];
        uint256 free = MOST_NODES;
        for (uint256 i = 0; i < MOST_NODES; ++i) {
            uint32 one = nodes[i];
            if (one == node) {
                if (!in_) delete nodes[i];
                return;
            }
            if (one == 0 && free == MOST_NODES) free = i;
        }
        // Without principal it never was in the list: units that others' roundings left can leave all the same.
        if (!in_) return;
        if (free == MOST_NODES) revert TooManyNodes(grant, MOST_NODES);
        nodes[free] = node;
    }

    function _requireNothingOwed(uint256 grant) private view {
        uint256 owed = vault.grantOf(grant).owed;
        if (owed != 0) revert GrantRecalled(grant, owed);
    }
}
