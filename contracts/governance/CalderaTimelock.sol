// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICalderaTimelock} from "../interfaces/ICalderaTimelock.sol";
import {GovernorLib} from "../libraries/GovernorLib.sol";

/// @title The delay between a decision and its effect
/// @dev The reentrancy guard keeps a target from carrying out another operation in the middle of its own, between two calls that
/// were voted on together.
contract CalderaTimelock is ICalderaTimelock, TimelockController, ReentrancyGuardTransient {
    /// @inheritdoc ICalderaTimelock
    uint256 public immutable delayFloor;

    /// @inheritdoc ICalderaTimelock
    address public appointer;
    /// @inheritdoc ICalderaTimelock
    uint256 public proposerCount;

    /// @param floor under the delay for ever: 1 to 30 days
    /// @param delay at first, from the floor to 30 days
    /// @param appointer_ names the governor, once
    constructor(
        uint256 floor,
        uint256 delay,
        address appointer_
    ) TimelockController(delay, new address[](0), new address[](1), address(0)) {
        // The one executor of that list is the zero address: everybody.
        GovernorLib.requireFloor(floor);
        GovernorLib.requireDelay(delay, floor);
        if (appointer_ == address(0)) revert NoAppointer();
        (delayFloor, appointer) = (floor, appointer_);
    }

    /// @inheritdoc ICalderaTimelock
    function appoint(address governor) external {
        if (msg.sender != appointer) revert NotAppointer(msg.sender, appointer);
        if (governor.code.length == 0) revert NotItsGovernor(governor);
        try GovernorTimelockControl(payable(governor)).timelock() returns (address timelock) {
            if (timelock != address(this)) revert NotItsGovernor(governor);
        } catch {
            revert NotItsGovernor(governor);
        }
        delete appointer;
        _grantRole(PROPOSER_ROLE, governor);
        _grantRole(CANCELLER_ROLE, governor);
        emit GovernorAppointed(governor);
    }

    /// @inheritdoc ICalderaTimelock
    function requireGas(uint256 least) external view {
        uint256 left = gasleft();
        if (left < least) revert ExecutionGasTooLow(left, least);
    }

    /// @inheritdoc ICalderaTimelock
    function delayBounds() external view returns (uint256 lowest, uint256 highest) {
        return (delayFloor, GovernorLib.HIGHEST_DELAY);
    }

    /// @inheritdoc ICalderaTimelock
    function gracePeriod() external pure returns (uint256) {
        return GovernorLib.GRACE;
    }

    /// @inheritdoc TimelockController
    function execute(
        address target,
        uint256 value,
        bytes calldata payload,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override nonReentrant {
        super.execute(target, value, payload, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override nonReentrant {
        super.executeBatch(targets, values, payloads, predecessor, salt);
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        super.updateDelay(newDelay);
        GovernorLib.requireDelay(newDelay, delayFloor);
    }

    /// @inheritdoc TimelockController
    /// @dev What has lapsed counts as never scheduled.
    function getOperationState(bytes32 id) public view override returns (OperationState state) {
        state = super.getOperationState(id);
        if (state == OperationState.Ready && block.timestamp > getTimestamp(id) + GovernorLib.GRACE) {
            return OperationState.Unset;
        }
    }

    function _grantRole(bytes32 role, address account) internal override returns (bool granted) {
        if (role == DEFAULT_ADMIN_ROLE && account != address(this)) revert OnlyItsOwnAdmin(account);
        granted = super._grantRole(role, account);
        if (granted && role == PROPOSER_ROLE) ++proposerCount;
    }

    function _revokeRole(bytes32 role, address account) internal override returns (bool revoked) {
        if (role == DEFAULT_ADMIN_ROLE) revert OnlyItsOwnAdmin(account);
        if (role == EXECUTOR_ROLE && account == address(0)) revert ExecutionStaysOpen();
        revoked = super._revokeRole(role, account);
        if (!revoked || role != PROPOSER_ROLE) return revoked;
        if (proposerCount == 1) revert LastProposer(account);
        --proposerCount;
    }
}
