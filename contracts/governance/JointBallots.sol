// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IJointDecision} from "../interfaces/IJointDecision.sol";
import {JointGroups} from "./JointGroups.sol";

/// @title Proposals and ballots of joint decisions
abstract contract JointBallots is JointGroups {
    /// @dev A ballot that is open is its choice + 1, at most this; a commitment is more.
    uint256 private constant HIGHEST_OPEN = 1 << 96;

    /// @inheritdoc IJointDecision
    uint64 public decisionCount;
    /// @inheritdoc IJointDecision
    mapping(uint64 decision => mapping(uint48 entity => bytes32)) public ballotOf;

    // Four slots: group to options | least to proposed | outcome, fallback, support | topic.
    mapping(uint64 decision => Joint) internal _decisions;
    mapping(uint64 decision => mapping(uint256 option => uint64[])) internal _shares;

    /// @inheritdoc IJointDecision
    function propose(uint64 decision, uint64[] calldata shares) external returns (uint8 option) {
        Joint storage joint = _castable(decision);
        if (joint.kind != JointKind.Allocation) revert JointWrongKind(decision, joint.kind);
        (uint48 entity, uint8 place) = _requireMember(joint.group, joint.version);
        uint32 bit = uint32(1) << (place - 1);
        if (joint.proposed & bit != 0) revert JointProposedAlready(decision, entity);
        joint.proposed |= bit;
        option = ++joint.options;
        _keepShares(decision, option, entity, shares);
    }

    /// @inheritdoc IJointDecision
    function vote(uint64 decision, uint96 choice) external {
        Joint storage joint = _castable(decision);
        if (joint.revealUntil != joint.voteUntil) revert JointBallotsHidden(decision);
        uint48 entity = _requireFresh(decision, joint);
        _requireChoice(decision, joint, choice);
        ballotOf[decision][entity] = bytes32(uint256(choice) + 1);
        emit JointVoted(decision, entity, msg.sender, choice);
    }

    /// @inheritdoc IJointDecision
    function commit(uint64 decision, bytes32 commitment) external {
        Joint storage joint = _castable(decision);
        if (joint.revealUntil == joint.voteUntil) revert JointBallotsOpen(decision);
        uint48 entity = _requireFresh(decision, joint);
        if (uint256(commitment) <= HIGHEST_OPEN) revert JointNotACommitment(commitment);
        ballotOf[decision][entity] = commitment;
        emit JointCommitted(decision, entity, msg.sender, commitment);
    }

    /// @inheritdoc IJointDecision
    function reveal(uint64 decision, uint48 entity, uint96 choice, bytes32 salt) external {
        Joint storage joint = _existing(decision);
        if (block.timestamp <= joint.voteUntil || block.timestamp > joint.revealUntil) {
            revert JointNotTimeToReveal(decision, joint.voteUntil, joint.revealUntil);
        }
        // The entity is part of what is hashed, so that nobody can show a commitment it copied.
        if (ballotOf[decision][entity] != commitmentOf(decision, entity, choice, salt)) {
            revert JointNotCommitted(decision, entity);
        }
        _requireChoice(decision, joint, choice);
        ballotOf[decision][entity] = bytes32(uint256(choice) + 1);
        emit JointRevealed(decision, entity, choice);
    }

    /// @inheritdoc IJointDecision
    function decisionOf(uint64 decision) external view returns (Joint memory) {
        return _existing(decision);
    }

    /// @inheritdoc IJointDecision
    function sharesOf(uint64 decision, uint256 option) external view returns (uint64[] memory) {
        return _shares[decision][option];
    }

    /// @inheritdoc IJointDecision
    function commitmentOf(uint64 decision, uint48 entity, uint96 choice, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), decision, entity, choice, salt));
    }

    /// @dev Keeps shares that are one a member and add up to the total, to the unit.
    function _keepShares(uint64 decision, uint256 option, uint48 entity, uint64[] calldata shares) internal {
        Joint storage joint = _decisions[decision];
        uint256 count = _membersAt(joint.group, joint.version).length;
        if (shares.length != count) revert JointSharesOutOfRange(shares.length, count);
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) sum += shares[i];
        if (sum != joint.most) revert JointSharesDoNotAddUp(sum, joint.most);
        _shares[decision][option] = shares;
        emit JointShares(decision, option, entity, shares);
    }

    /// @dev The ballots that are open, in the order of the members, with their weights.
    function _cast(
        uint64 decision,
        Joint storage joint
    ) internal view returns (uint96[] memory choices, uint256[] memory weights) {
        JointMember[] storage members = _membersAt(joint.group, joint.version);
        uint256 count = members.length;
        (choices, weights) = (new uint96[](count), new uint256[](count));
        uint256 found = 0;
        for (uint256 i = 0; i < count; ++i) {
            JointMember memory member = members[i];
            uint256 ballot = uint256(ballotOf[decision][member.entity]);
            if (ballot == 0 || ballot > HIGHEST_OPEN) continue;
            (choices[found], weights[found]) = (uint96(ballot - 1), member.weight);
            ++found;
        }
        assembly ("memory-safe") {
            // Both were made at least so long.
            mstore(choices, found)
            mstore(weights, found)
        }
    }

    function _existing(uint64 decision) internal view returns (Joint storage joint) {
        joint = _decisions[decision];
        if (joint.state == JointState.None) revert UnknownJointDecision(decision);
    }

    function _castable(uint64 decision) private view returns (Joint storage joint) {
        joint = _existing(decision);
        if (block.timestamp > joint.voteUntil) revert JointVotingOver(decision, joint.voteUntil);
    }

    function _requireFresh(uint64 decision, Joint storage joint) private view returns (uint48 entity) {
        (entity, ) = _requireMember(joint.group, joint.version);
        if (ballotOf[decision][entity] != 0) revert JointVotedAlready(decision, entity);
    }

    function _requireChoice(uint64 decision, Joint storage joint, uint96 choice) private view {
        bool known;
        if (joint.kind == JointKind.Price) known = choice >= joint.least && choice <= joint.most;
        else if (joint.kind == JointKind.Change) known = choice <= 1;
        else known = choice <= joint.options && (choice != 0 || joint.hasDefault);
        if (!known) revert JointNoSuchChoice(decision, choice);
    }
}
