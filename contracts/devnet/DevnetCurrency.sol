// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A settlement currency for development chains, where no real one is deployed
/// @notice Anyone may mint: it is worth nothing. Deployment plans for public networks name the real tokens instead.
contract DevnetCurrency is ERC20 {
    uint8 private immutable _decimals;

    /// @param code ISO 4217 code, also the symbol
    /// @param decimals_ decimals of the smallest unit, for example 6
    constructor(string memory code, uint8 decimals_) ERC20(string.concat("Devnet ", code), code) {
        _decimals = decimals_;
    }

    /// @notice Gives `amount` smallest units to `to`.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Decimals of the smallest unit.
    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
