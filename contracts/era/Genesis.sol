// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IGenesis} from "../interfaces/IGenesis.sol";

/// @title Where the whole supply of ERA begins
contract Genesis is IGenesis, AccessManaged {
    using SafeERC20 for IERC20;

    uint256 private constant CLASSES = 4;
    /// @dev Thousandths of a percent, so that 32.075 % is a whole number of them.
    uint256 private constant WHOLE = 100_000;

    GenesisShare[] private _allocations;

    /// @param access the suite's AccessManager
    constructor(address access) AccessManaged(access) {}

    /// @inheritdoc IGenesis
    function distribute(IERC20 token, GenesisShare[] calldata shares, bytes[] calldata calls) external restricted {
        if (_allocations.length != 0) revert AlreadyDistributed();
        if (shares.length != calls.length) revert CallsDiffer(shares.length, calls.length);
        uint256 supply = token.totalSupply();
        uint256 balance = token.balanceOf(address(this));
        if (balance != supply) revert SupplyNotHere(address(token), balance, supply);
        _requireDue(shares, supply);
        // All is written down before anybody is called: a second distribution finds the first.
        for (uint256 i = 0; i < shares.length; ++i) {
            _allocations.push(shares[i]);
        }
        for (uint256 i = 0; i < shares.length; ++i) {
            _hand(token, shares[i], calls[i]);
        }
    }

    /// @inheritdoc IGenesis
    function allocations() external view returns (GenesisShare[] memory) {
        return _allocations;
    }

    /// @inheritdoc IGenesis
    function due(Class kind, uint256 supply) public pure returns (uint256) {
        uint256 parts = 37_000;
        if (kind == Class.Investors) parts = 32_075;
        if (kind == Class.Team) parts = 14_750;
        if (kind == Class.Research) parts = 16_175;
        return (supply * parts) / WHOLE;
    }

    function _hand(IERC20 token, GenesisShare calldata share, bytes calldata data) private {
        uint256 before = token.balanceOf(share.holder);
        emit GenesisAllocated(share.name, share.kind, share.holder, share.amount);
        if (data.length == 0) {
            token.safeTransfer(share.holder, share.amount);
        } else {
            token.forceApprove(share.holder, share.amount);
            Address.functionCall(share.holder, data);
        }
        uint256 received = token.balanceOf(share.holder) - before;
        if (received != share.amount) revert NotTaken(share.name, share.holder, received, share.amount);
    }

    /// @dev The classes' dues sum to the supply, so that nothing stays here.
    function _requireDue(GenesisShare[] calldata shares, uint256 supply) private view {
        // slither-disable-next-line uninitialized-local
        uint256[CLASSES] memory given;
        for (uint256 i = 0; i < shares.length; ++i) {
            if (shares[i].amount == 0 || shares[i].holder.code.length == 0) revert BadAllocation(shares[i].name);
            given[uint256(shares[i].kind)] += shares[i].amount;
        }
        for (uint256 i = 0; i < CLASSES; ++i) {
            uint256 expected = due(Class(i), supply);
            if (given[i] != expected) revert ClassShareDiffers(Class(i), given[i], expected);
        }
    }
}
