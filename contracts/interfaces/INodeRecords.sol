// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What each node verified, and how well, by epochs: exact counters from which anyone computes the score
interface INodeRecords {
    /// @notice One node in one epoch, in one slot. `signed`: results it signed that were accepted. `wrong`: of its results, those
    /// found false in this epoch, whenever signed. `missed`: duties (panels, votes) it was drawn for and did not fulfil. `volume`:
    /// its part of the fees of what it signed, finance scenarios weighted, in units of 10^-18 ERA.
    struct NodeEpoch {
        uint32 signed;
        uint32 wrong;
        uint32 missed;
        uint96 volume;
    }

    /// @notice Each of `nodes` signed one more result of `volume`. Only VERIFIER.
    function recordSigned(uint32[] calldata nodes, uint96 volume) external;

    /// @notice A result that `node` signed was found false. Only VERIFIER.
    function recordWrong(uint32 node) external;

    /// @notice `node` was drawn and did not do its part. Only VERIFIER.
    function recordMissed(uint32 node) external;

    /// @notice The counters of `node` in `epoch`.
    function recordOf(uint32 node, uint32 epoch) external view returns (NodeEpoch memory);

    /// @notice All volume of `epoch`.
    function volumeOf(uint32 epoch) external view returns (uint256);

    /// @notice Number of the epoch that runs: time / length.
    function currentEpoch() external view returns (uint32);

    /// @notice Seconds of an epoch, for good.
    function epochLength() external view returns (uint32);

    /// @notice The node's scores in `epoch`, in basis points of 1.
    /// @return volumeBps volume / target, 10,000 at most; the target is a governed part of `active`
    /// @return accuracyBps (signed - wrong) / signed over the trailing epochs, 0 where nothing was signed
    /// @return efficiencyBps signed / (signed + missed) over the trailing epochs
    function scoreOf(
        uint32 node,
        uint32 epoch,
        uint256 active
    ) external view returns (uint16 volumeBps, uint16 accuracyBps, uint16 efficiencyBps);
}
