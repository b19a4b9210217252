// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Proposals, votes and their carrying out through the timelock
/// @notice OpenZeppelin's Governor with fractional votes, sequential ids from 1 on, a late-quorum guard and a proposal guardian. Times
/// are seconds, votes units of 10^-18 ERA, the quorum basis points of all weighted votes. Every setting is governance's alone (a
/// proposal that passed, through the timelock) and lies within bounds that nobody changes.
///
/// A proposal is Pending until its snapshot (creation + voting delay), Active until its deadline, then Succeeded or Defeated. It
/// succeeds with more votes for than against, and for + abstain of at least the quorum at the snapshot. Who may vote, and how
/// much, is what was at the end of the snapshot's second. What succeeded can be queued by anyone for 14 days after the deadline,
/// and what is queued carried out by anyone for 14 days after the timelock's delay; later it is Expired for good.
interface ICalderaGovernor {
    /// @notice The settings. `votingDelay`: from creation to the snapshot. `votingPeriod`: from the snapshot to the deadline.
    /// `voteExtension`: so long at least voting goes on after the quorum is reached. `quorumBps`: of all weighted votes.
    /// `proposalThreshold`: votes that a proposer had a second before.
    struct GovernorTerms {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint48 voteExtension;
        uint16 quorumBps;
        uint96 proposalThreshold;
    }

    /// @notice The voting delay lies from `lowest` to `highest` seconds.
    error VotingDelayOutOfBounds(uint256 delay, uint256 lowest, uint256 highest);
    /// @notice The voting period lies from `lowest` to `highest` seconds.
    error VotingPeriodOutOfBounds(uint256 period, uint256 lowest, uint256 highest);
    /// @notice The extension lies from `lowest` to `highest` seconds.
    error VoteExtensionOutOfBounds(uint256 extension, uint256 lowest, uint256 highest);
    /// @notice The quorum lies from `lowest` to `highest` basis points.
    error QuorumOutOfBounds(uint256 bps, uint256 lowest, uint256 highest);
    /// @notice The threshold lies from `lowest` to `highest` votes.
    error ProposalThresholdOutOfBounds(uint256 votes, uint256 lowest, uint256 highest);
    /// @notice The timelock is no contract.
    error NotATimelock(address timelock);
    /// @notice The token of votes counts anything but seconds.
    error NotATimestampToken(address token, string mode);
    /// @notice The timelock never changes: a new one comes with a new governor, to which the old one hands over.
    error TimelockIsFixed(address timelock);
    /// @notice The account had no votes at the snapshot.
    error NoVotesAtSnapshot(address account, uint256 snapshot);
    /// @notice The ballot gives no vote to anything.
    error EmptyBallot(address account);

    /// @notice The settings in force.
    function governorTerms() external view returns (GovernorTerms memory terms);

    /// @notice The bounds of each setting, both inclusive.
    function governorBounds() external pure returns (GovernorTerms memory lowest, GovernorTerms memory highest);

    /// @notice Whether the proposal does nothing but name another proposal guardian, or none. Such a one the guardian cannot cancel,
    /// so that nobody holds the office against the votes.
    function namesGuardian(uint256 proposalId) external view returns (bool);
}
