// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title ERA beyond the standards it follows (ERC-20, 2612, 3009, 5805, 6372)
interface IEraToken {
    /// @notice The genesis holder must be an address that can move the supply on.
    error NoGenesisHolder();

    /// @notice The whole supply, made once at construction: 1,000,000,000 ERA, in units of 10^-18 ERA.
    // solhint-disable-next-line func-name-mixedcase
    function SUPPLY() external view returns (uint256);
}
