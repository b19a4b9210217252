// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title A source of votes in which some tokens vote double
/// @notice Votes are in units of 10^-18 ERA, time points are seconds since 1970 (`mode=timestamp`). The source holds the ERA that
/// votes here and never delegates it in the token.
interface IWeightedVotes is IERC5805 {
    /// @notice What doubling adds to the votes of all at the end of the second `timepoint`: the ERA that counted twice then, once.
    /// Exact for every past second. Reverts where `timepoint` is not past, and never else; its cost is bounded: no proposal could be
    /// queued or carried out otherwise.
    function doubledAt(uint256 timepoint) external view returns (uint256 added);
}
