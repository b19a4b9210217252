// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStakeTarget} from "../interfaces/IStakeTarget.sol";
import {IVestingVault} from "../interfaces/IVestingVault.sol";

/// @title Takes stakes and gives back what it is told to
/// @dev Writes down what it heard; where a call is planned it makes it while it is asked, and fails if that fails.
contract StakeProbe is IStakeTarget {
    IVestingVault public immutable vault;

    bool public refusing;
    uint256 public heardGrant;
    address public heardBeneficiary;
    uint256 public heardAmount;
    bytes public heardData;
    uint256 public balanceThen;
    uint256 public recalled;
    address private _target;
    bytes private _payload;

    error NotMyVault(address caller);

    constructor(IVestingVault vault_) {
        vault = vault_;
    }

    function refuse(bool on) external {
        refusing = on;
    }

    function plan(address target, bytes calldata payload) external {
        (_target, _payload) = (target, payload);
    }

    function giveBack(uint256 grant, uint96 principal, uint96 returned) external {
        IERC20 token = vault.era();
        token.approve(address(vault), returned);
        vault.returnStake(grant, principal, returned);
    }

    function act(address target, bytes calldata payload) external {
        _act(target, payload);
    }

    function onGrantStaked(
        uint256 grant,
        address beneficiary,
        uint256 amount,
        bytes calldata data
    ) external returns (bytes4) {
        if (msg.sender != address(vault)) revert NotMyVault(msg.sender);
        (heardGrant, heardBeneficiary, heardAmount, heardData) = (grant, beneficiary, amount, data);
        balanceThen = vault.era().balanceOf(address(this));
        _attempt();
        return refusing ? bytes4(0) : IStakeTarget.onGrantStaked.selector;
    }

    function recallGrantStake(uint256 grant, uint256 amount) external {
        if (msg.sender != address(vault)) revert NotMyVault(msg.sender);
        (heardGrant, recalled) = (grant, amount);
        _attempt();
    }

    function _attempt() private {
        if (_target != address(0)) _act(_target, _payload);
    }

    function _act(address target, bytes memory payload) private {
        (bool ok, bytes memory answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
