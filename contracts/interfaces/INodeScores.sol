// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRecords} from "./INodeRecords.sol";

/// @title The records of nodes with what they tell, and the governed terms by which they are turned into scores
/// @notice Scores are rounded down, and follow from the three events of results and the last terms alone: anyone computes them.
/// The volume score is of one epoch; accuracy and efficiency are of the `trailing` epochs that end with it. Where nothing was
/// signed in these, both are 0. Where the target is 0 (no stake) any volume reaches it.
interface INodeScores is INodeRecords {
    /// @notice Each of `nodes` signed one more result, of `volume` each, in units of 10^-18 ERA.
    event ResultsSigned(uint32 indexed epoch, uint32[] nodes, uint96 volume);
    /// @notice A result of `node` was found false in `epoch`.
    event ResultFoundWrong(uint32 indexed epoch, uint32 indexed node);
    /// @notice In `epoch` `node` did not do what it was drawn for.
    event DutyMissed(uint32 indexed epoch, uint32 indexed node);
    /// @notice From now on scores, of earlier epochs too, are computed with these terms.
    event ScoreTermsSet(uint8 trailing, uint16 targetBps);

    /// @notice An epoch has `least` to `most` seconds.
    error RecordEpochOutOfRange(uint32 length, uint32 least, uint32 most);
    /// @notice 1 to 6 trailing epochs, and a target of 1 to 10,000 basis points of the stake.
    error ScoreTermsOutOfRange(uint8 trailing, uint16 targetBps);
    /// @notice At most `most` nodes sign one result.
    error TooManySigners(uint256 signers, uint256 most);

    /// @notice Sets over how many epochs accuracy and efficiency are measured, 1 to 6, and which part of a node's active stake
    /// its volume of an epoch is to reach, 1 to 10,000 basis points. Only PARAMETERS.
    function setScoreTerms(uint8 trailing, uint16 targetBps) external;

    /// @notice Epochs over which accuracy and efficiency are measured, and the target of volume in basis points of the stake.
    function scoreTerms() external view returns (uint8 trailing, uint16 targetBps);
}
