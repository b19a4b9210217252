// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice What the prover does for a proof, at the address at which it listens.
interface IProver {
    /// @notice What follows is shown only where `condition` holds.
    function assume(bool condition) external pure;
    /// @notice From now on it is second `time`.
    function warp(uint256 time) external;
    /// @notice The next call is made by `sender`.
    function prank(address sender) external;
}

/// @title What all proofs share
/// @notice A function `check_…` is one property: for all its arguments that meet what is assumed, no assertion in it fails and nothing
/// overflows, divides by zero or reads beyond an array. What it is worth in words is its notice.
abstract contract Proof {
    IProver internal constant PROVER = IProver(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    /// @dev More than all ERA, in its smallest unit.
    uint256 internal constant ERA = (1 << 90) - 1;
    uint256 internal constant MOST_96 = type(uint96).max;
    uint256 internal constant WHOLE = 10_000;

    function _assume(bool condition) internal pure {
        PROVER.assume(condition);
    }

    /// @dev That `quotient` is above / below rounded down.
    function _assertDown(uint256 quotient, uint256 above, uint256 below) internal pure {
        assert(quotient * below <= above);
        assert(above - quotient * below < below);
    }

    /// @dev That `quotient` is above / below rounded up.
    function _assertUp(uint256 quotient, uint256 above, uint256 below) internal pure {
        assert(quotient * below >= above);
        assert(quotient * below - above < below);
    }
}
