// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IEraToken} from "../interfaces/IEraToken.sol";
import {Erc3009} from "./Erc3009.sol";

/// @title ERA: pays for, secures and governs the suite
/// @notice A fixed supply, votes on a time-stamp clock, transfers by permit and by authorisation. There is no owner and
/// no way to mint.
contract EraToken is IEraToken, ERC20, ERC20Permit, ERC20Votes, Erc3009 {
    /// @inheritdoc IEraToken
    uint256 public constant SUPPLY = 1_000_000_000 ether;

    /// @param genesis receives the whole supply
    constructor(address genesis) ERC20("ERA", "ERA") ERC20Permit("ERA") {
        if (genesis == address(0)) revert NoGenesisHolder();
        _mint(genesis, SUPPLY);
    }

    /// @notice Seconds since the epoch (ERC-6372).
    function clock() public view override(Votes) returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice The machine-readable description of `clock` (ERC-6372).
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override(Votes) returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice The next nonce of `owner` for permit and for delegation by signature.
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
