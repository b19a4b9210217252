// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingFractional} from "@openzeppelin/contracts/governance/extensions/GovernorCountingFractional.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorProposalGuardian} from "@openzeppelin/contracts/governance/extensions/GovernorProposalGuardian.sol";
import {GovernorSequentialProposalId} from "@openzeppelin/contracts/governance/extensions/GovernorSequentialProposalId.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {ICalderaGovernor} from "../interfaces/ICalderaGovernor.sol";
import {IVotingPower} from "../interfaces/IVotingPower.sol";
import {GovernorLib} from "../libraries/GovernorLib.sol";
import {VoteSources} from "./VoteSources.sol";

/// @title Proposals, votes and their carrying out through the timelock
/// @dev What a proposal calls is in its event and its hash, not in storage: keeping it would add some 180,000 gas to a proposal of one
/// call. ETH and NFTs are refused here; what is forced on this contract, or ERA sent to it, a proposal gets out by `relay`.
contract CalderaGovernor is
    ICalderaGovernor,
    VoteSources,
    GovernorSettings,
    GovernorCountingFractional,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl,
    GovernorProposalGuardian,
    GovernorSequentialProposalId
{
    bytes32 private constant SECONDS = keccak256("mode=timestamp");

    /// @inheritdoc ICalderaGovernor
    mapping(uint256 proposalId => bool) public namesGuardian;

    /// @param power all votes
    /// @param timelock_ carries out what passed; it appoints this contract
    /// @param terms the first settings
    /// @param guardian can cancel, nothing else; zero: nobody
    constructor(
        IVotingPower power,
        TimelockController timelock_,
        GovernorTerms memory terms,
        address guardian
    )
        VoteSources(power.era(), power.lock(), power.vault())
        Governor("Caldera Governor")
        GovernorSettings(terms.votingDelay, terms.votingPeriod, terms.proposalThreshold)
        GovernorVotes(power)
        GovernorVotesQuorumFraction(terms.quorumBps)
        GovernorPreventLateQuorum(terms.voteExtension)
        GovernorTimelockControl(timelock_)
    {
        string memory mode = power.CLOCK_MODE();
        if (keccak256(bytes(mode)) != SECONDS) revert NotATimestampToken(address(power), mode);
        if (address(timelock_).code.length == 0) revert NotATimelock(address(timelock_));
        _setProposalGuardian(guardian);
    }

    /// @inheritdoc ICalderaGovernor
    function governorTerms() external view returns (GovernorTerms memory) {
        return
            GovernorTerms(
                uint48(votingDelay()),
                uint32(votingPeriod()),
                lateQuorumVoteExtension(),
                uint16(quorumNumerator()),
                uint96(proposalThreshold())
            );
    }

    /// @inheritdoc ICalderaGovernor
    function governorBounds() external pure returns (GovernorTerms memory lowest, GovernorTerms memory highest) {
        lowest = GovernorTerms(
            GovernorLib.LOWEST_VOTING_DELAY,
            GovernorLib.LOWEST_VOTING_PERIOD,
            GovernorLib.LOWEST_EXTENSION,
            GovernorLib.LOWEST_QUORUM,
            GovernorLib.LOWEST_THRESHOLD
        );
        highest = GovernorTerms(
            GovernorLib.HIGHEST_VOTING_DELAY,
            GovernorLib.HIGHEST_VOTING_PERIOD,
            GovernorLib.HIGHEST_EXTENSION,
            GovernorLib.HIGHEST_QUORUM,
            GovernorLib.HIGHEST_THRESHOLD
        );
    }

    /// @inheritdoc GovernorTimelockControl
    /// @dev With another timelock, what is queued in this one would be lost, and no floor would hold.
    function updateTimelock(TimelockController) public view override {
        revert TimelockIsFixed(timelock());
    }

    /// @inheritdoc GovernorVotes
    /// @dev The token's own clock, which the constructor has seen to be this one, without asking it each time.
    function clock() public view override(Governor, GovernorVotes) returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc GovernorVotes
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override(Governor, GovernorVotes) returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc GovernorVotesQuorumFraction
    function quorumDenominator() public pure override returns (uint256) {
        return GovernorLib.WHOLE;
    }

    /// @inheritdoc GovernorVotesQuorumFraction
    /// @dev Basis points of all weighted votes, rounded down.
    function quorum(uint256 timepoint) public view override(Governor, GovernorVotesQuorumFraction) returns (uint256) {
        // The total is below 2^91, so the product fits.
        return (_pastTotal(timepoint) * quorumNumerator(timepoint)) / GovernorLib.WHOLE;
    }

    /// @inheritdoc Governor
    /// @dev What nobody queued or carried out in time is over: it was voted on for then, not for whenever it suits somebody.
    function state(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (ProposalState current) {
        current = super.state(proposalId);
        uint256 until;
        if (current == ProposalState.Succeeded) {
            until = proposalDeadline(proposalId) + GovernorLib.GRACE;
        } else if (
            // Queued for the governor, though the timelock no longer has it: it lapsed there, or was cancelled there.
            current == ProposalState.Queued ||
            (current == ProposalState.Canceled && Governor.state(proposalId) == ProposalState.Queued)
        ) {
            // Also where another proposer has scheduled the same anew: votes were for then.
            until = proposalEta(proposalId) + GovernorLib.GRACE;
        } else {
            return current;
        }
        if (block.timestamp > until) current = ProposalState.Expired;
    }

    /// @inheritdoc Governor
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc Governor
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    /// @inheritdoc Governor
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc Governor
    function getProposalId(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) public view override(Governor, GovernorSequentialProposalId) returns (uint256) {
        return super.getProposalId(targets, values, calldatas, descriptionHash);
    }

    /// @dev As the token would answer, without the way through it.
    function _getVotes(
        address account,
        uint256 timepoint,
        bytes memory
    ) internal view override(Governor, GovernorVotes) returns (uint256) {
        return _pastVotes(account, timepoint);
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override(Governor, GovernorSequentialProposalId) returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        if (targets.length == 1 && targets[0] == address(this)) {
            if (bytes4(calldatas[0]) == this.setProposalGuardian.selector) namesGuardian[proposalId] = true;
        }
    }

    /// @dev The guardian cancels at any time, a proposer until the snapshot. Without a guardian nobody takes back what is voted on,
    /// not even its proposer.
    function _validateCancel(
        uint256 proposalId,
        address caller
    ) internal view override(Governor, GovernorProposalGuardian) returns (bool) {
        return
            (caller == proposalGuardian() && !namesGuardian[proposalId]) ||
            Governor._validateCancel(proposalId, caller);
    }

    /// @dev Reaching the quorum prolongs a vote only in its last `lateQuorumVoteExtension` seconds; before those nobody pays for asking
    /// how much the quorum is. It was reached now if it was not before.
    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 totalWeight,
        bytes memory params
    ) internal override(Governor, GovernorCountingFractional) returns (uint256 weight) {
        if (totalWeight == 0) revert NoVotesAtSnapshot(account, proposalSnapshot(proposalId));
        bool missing =
            block.timestamp + lateQuorumVoteExtension() > proposalDeadline(proposalId) && !_quorumReached(proposalId);
        weight = super._countVote(proposalId, account, support, totalWeight, params);
        if (weight == 0) revert EmptyBallot(account);
        if (missing) GovernorPreventLateQuorum._tallyUpdated(proposalId);
    }

    /// @dev Done in `_countVote`.
    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {}

    function _setVotingDelay(uint48 newVotingDelay) internal override {
        GovernorLib.requireVotingDelay(newVotingDelay);
        super._setVotingDelay(newVotingDelay);
    }

    function _setVotingPeriod(uint32 newVotingPeriod) internal override {
        GovernorLib.requireVotingPeriod(newVotingPeriod);
        super._setVotingPeriod(newVotingPeriod);
    }

    function _setProposalThreshold(uint256 newProposalThreshold) internal override {
        GovernorLib.requireThreshold(newProposalThreshold);
        super._setProposalThreshold(newProposalThreshold);
    }

    function _setLateQuorumVoteExtension(uint48 newVoteExtension) internal override {
        GovernorLib.requireExtension(newVoteExtension);
        super._setLateQuorumVoteExtension(newVoteExtension);
    }

    /// @dev Not the voting period, which may be set shorter later.
    function _maxLateQuorumVoteExtension() internal pure override returns (uint256) {
        return GovernorLib.HIGHEST_EXTENSION;
    }

    function _updateQuorumNumerator(uint256 newQuorumNumerator) internal override {
        GovernorLib.requireQuorum(newQuorumNumerator);
        super._updateQuorumNumerator(newQuorumNumerator);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
