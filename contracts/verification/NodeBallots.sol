// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {INodeBallots} from "../interfaces/INodeBallots.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Polls of panels: votes hidden first, then open
contract NodeBallots is INodeBallots, AccessManaged {
    /// @dev Ballots that are no commitments.
    bytes32 private constant UPHOLD = bytes32(uint256(1));
    bytes32 private constant REJECT = bytes32(uint256(2));
    bytes32 private constant VOID = bytes32(uint256(3));
    uint256 private constant MOST = 31;

    /// @inheritdoc INodeBallots
    IParticipantRegistry public immutable registry;
    /// @inheritdoc INodeBallots
    INodes public immutable nodes;
    /// @inheritdoc INodeBallots
    INodeRecords public immutable records;
    /// @inheritdoc INodeBallots
    uint256 public pollCount;
    /// @inheritdoc INodeBallots
    mapping(uint256 poll => mapping(uint32 node => bytes32)) public ballotOf;

    mapping(uint256 poll => Poll) private _polls;
    mapping(uint256 poll => uint32[]) private _panellists;

    /// @param access the suite's AccessManager
    /// @param registry_ the registry of participants
    /// @param nodes_ the register of nodes
    /// @param records_ takes missed duties
    constructor(
        address access,
        IParticipantRegistry registry_,
        INodes nodes_,
        INodeRecords records_
    ) AccessManaged(access) {
        (registry, nodes, records) = (registry_, nodes_, records_);
    }

    /// @inheritdoc INodeBallots
    function openPoll(
        uint32[] calldata panellists,
        uint40 commitUntil,
        uint40 revealUntil
    ) external restricted returns (uint256 poll) {
        uint256 size = panellists.length;
        if (size == 0 || size > MOST) revert PanelSizeOutOfRange(size, MOST);
        if (commitUntil < block.timestamp || revealUntil <= commitUntil) {
            revert PollTimesOutOfOrder(commitUntil, revealUntil);
        }
        poll = ++pollCount;
        _polls[poll] = Poll(commitUntil, revealUntil, uint8(size), 0, 0, false);
        _panellists[poll] = panellists;
        emit PollOpened(poll, msg.sender, panellists, commitUntil, revealUntil);
    }

    /// @inheritdoc INodeBallots
    function commit(uint256 poll, uint32 node, bytes32 commitment) external {
        _requireHidden(poll);
        _requirePanellist(poll, node);
        Party party = registry.partyOf(msg.sender);
        if (nodes.operatorOf(node) != msg.sender || !party.isActive() || party.entity() != nodes.entityOf(node)) {
            revert NotTheOperator(node, msg.sender);
        }
        // The lowest numbers say what became of a ballot.
        if (commitment <= VOID) revert NotACommitment();
        if (ballotOf[poll][node] != 0) revert AlreadyCommitted(poll, node);
        ballotOf[poll][node] = commitment;
        emit VoteCommitted(poll, node, commitment);
    }

    /// @inheritdoc INodeBallots
    function voidLeaked(uint256 poll, uint32 node, bool uphold, bytes32 salt) external {
        _requireHidden(poll);
        _requireCommitted(poll, node, uphold, salt);
        ballotOf[poll][node] = VOID;
        emit VoteVoided(poll, node, msg.sender);
    }

    /// @inheritdoc INodeBallots
    function reveal(uint256 poll, uint32 node, bool uphold, bytes32 salt) external {
        Poll storage at = _existing(poll);
        if (block.timestamp <= at.commitUntil || block.timestamp > at.revealUntil) {
            revert NotTimeToReveal(poll, at.commitUntil, at.revealUntil);
        }
        _requireCommitted(poll, node, uphold, salt);
        ballotOf[poll][node] = uphold ? UPHOLD : REJECT;
        if (uphold) ++at.upholds;
        else ++at.rejects;
        emit VoteRevealed(poll, node, uphold);
    }

    /// @inheritdoc INodeBallots
    function recordMissed(uint256 poll) external {
        Poll storage at = _existing(poll);
        if (block.timestamp <= at.revealUntil) revert PollRunning(poll, at.revealUntil);
        if (at.recorded) revert MissedRecorded(poll);
        at.recorded = true;
        uint32[] memory panellists = _panellists[poll];
        for (uint256 i = 0; i < panellists.length; ++i) {
            bytes32 ballot = ballotOf[poll][panellists[i]];
            if (ballot == UPHOLD || ballot == REJECT) continue;
            emit VoteMissed(poll, panellists[i]);
            records.recordMissed(panellists[i]);
        }
    }

    /// @inheritdoc INodeBallots
    function pollAt(uint256 poll) external view returns (Poll memory) {
        return _existing(poll);
    }

    /// @inheritdoc INodeBallots
    function panellistsOf(uint256 poll) external view returns (uint32[] memory) {
        return _panellists[poll];
    }

    /// @inheritdoc INodeBallots
    function commitmentOf(uint256 poll, uint32 node, bool uphold, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), poll, node, uphold, salt));
    }

    function _existing(uint256 poll) private view returns (Poll storage at) {
        at = _polls[poll];
        if (at.size == 0) revert UnknownPoll(poll);
    }

    function _requireHidden(uint256 poll) private view {
        uint256 until = _existing(poll).commitUntil;
        if (block.timestamp > until) revert CommitOver(poll, until);
    }

    function _requireCommitted(uint256 poll, uint32 node, bool uphold, bytes32 salt) private view {
        if (ballotOf[poll][node] != commitmentOf(poll, node, uphold, salt)) revert NotWhatWasCommitted(poll, node);
    }

    function _requirePanellist(uint256 poll, uint32 node) private view {
        uint32[] memory panellists = _panellists[poll];
        for (uint256 i = 0; i < panellists.length; ++i) if (panellists[i] == node) return;
        revert NotAPanellist(poll, node);
    }
}
