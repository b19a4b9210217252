// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IJointDecision} from "../interfaces/IJointDecision.sol";
import {IJointGroups} from "../interfaces/IJointGroups.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {JointLib} from "../libraries/JointLib.sol";
import {JointBallots} from "./JointBallots.sol";
import {JointGroups} from "./JointGroups.sol";

/// @title Joint decisions of the parties of a supply chain
/// @dev Holds no money and has no power over any contract: whoever reads it is bound by its own will.
contract JointDecision is JointBallots, AccessManaged, BoundedPause {
    uint256 private constant LONGEST_VALIDITY = 3 * 365 days;
    /// @dev What the median's arithmetic can hold.
    uint96 private constant HIGHEST_PRICE = (1 << 95) - 1;

    /// @inheritdoc IJointDecision
    IValueStandard public immutable standard;

    mapping(uint32 group => mapping(JointKind kind => mapping(bytes32 topic => uint64))) private _newest;
    mapping(uint64 decision => uint64) private _before;

    /// @param access the suite's AccessManager
    /// @param registry_ the registry of participants
    /// @param standard_ the value standard
    constructor(
        address access,
        IParticipantRegistry registry_,
        IValueStandard standard_
    ) AccessManaged(access) JointGroups(registry_) {
        standard = standard_;
    }

    /// @inheritdoc IJointGroups
    function formGroup(
        JointTerms calldata terms,
        JointSignature[] calldata signatures
    ) external whenRunning returns (uint32 group) {
        if (terms.group != 0) revert JointTermsForGroup(terms.group);
        uint48 entity = _activeEntity(msg.sender);
        _requireSound(terms);
        group = _newGroup();
        _found(terms, signatures, group);
        if (_placeOf(group, 1, entity) == 0) revert JointNotNamed(entity);
    }

    /// @inheritdoc IJointDecision
    function openPrice(uint32 group, PriceTerms calldata terms) external whenRunning returns (uint64 decision) {
        if (terms.least == 0 || terms.least > terms.most || terms.most > HIGHEST_PRICE) {
            revert JointBoundsOutOfRange(terms.least, terms.most);
        }
        if (terms.spreadBps > JointLib.WHOLE) revert JointSpreadOutOfRange(terms.spreadBps, JointLib.WHOLE);
        // Refuses a currency that nobody knows.
        // slither-disable-next-line unused-return
        standard.tokenOf(terms.currencyId);
        Joint memory joint = _draft(group, JointKind.Price, terms.topic, terms.validFrom, terms.validUntil);
        _requireDefault(group, terms.fallback_ != 0);
        joint.currencyId = terms.currencyId;
        joint.spreadBps = terms.spreadBps;
        (joint.least, joint.most, joint.fallback_) = (terms.least, terms.most, terms.fallback_);
        joint.hasDefault = terms.fallback_ != 0;
        decision = _open(joint);
        if (joint.hasDefault && (terms.fallback_ < terms.least || terms.fallback_ > terms.most)) {
            revert JointNoSuchChoice(decision, terms.fallback_);
        }
    }

    /// @inheritdoc IJointDecision
    function openAllocation(
        uint32 group,
        AllocationTerms calldata terms,
        uint64[] calldata fallback_
    ) external whenRunning returns (uint64 decision) {
        if (terms.total == 0) revert NothingToAllocate();
        Joint memory joint = _draft(group, JointKind.Allocation, terms.topic, terms.validFrom, terms.validUntil);
        _requireDefault(group, fallback_.length != 0);
        joint.most = terms.total;
        joint.hasDefault = fallback_.length != 0;
        decision = _open(joint);
        if (joint.hasDefault) _keepShares(decision, 0, _activeEntity(msg.sender), fallback_);
    }

    /// @inheritdoc IJointDecision
    function openChange(JointTerms calldata terms) external whenRunning returns (uint64 decision) {
        bytes32 digest = termsDigest(terms);
        _requireLive(terms, digest);
        _requireSound(terms);
        Joint memory joint = _draft(terms.group, JointKind.Change, digest, 0, type(uint40).max);
        joint.options = 1;
        decision = _open(joint);
        emit JointChangeProposed(decision, terms);
    }

    /// @inheritdoc IJointDecision
    function finalise(uint64 decision) external returns (JointState state, uint96 outcome) {
        Joint storage joint = _existing(decision);
        if (joint.state != JointState.Open) revert JointIsFinal(decision, joint.state);
        if (block.timestamp <= joint.revealUntil) revert JointRunning(decision, joint.revealUntil);
        (uint96[] memory choices, uint256[] memory weights) = _cast(decision, joint);
        uint256 support;
        if (joint.kind == JointKind.Price) (outcome, support) = JointLib.price(choices, weights, joint.spreadBps);
        else (outcome, support) = JointLib.heaviest(choices, weights, joint.options);
        JointRule storage rule = _ruleAt(joint.group, joint.version);
        if (JointLib.reaches(support, rule.total, rule.thresholdBps)) {
            state = JointState.Decided;
            // A change that is voted down is none.
            if (joint.kind == JointKind.Change && outcome == 0) state = JointState.Void;
            else if (joint.kind != JointKind.Change) _link(decision, joint);
        } else {
            state = joint.hasDefault ? JointState.Defaulted : JointState.Void;
            outcome = joint.fallback_;
        }
        (joint.state, joint.outcome, joint.support) = (state, outcome, uint64(support));
        emit JointFinal(decision, state, outcome, support, rule.total);
    }

    /// @inheritdoc IJointDecision
    function changeGroup(
        uint64 decision,
        JointTerms calldata terms,
        JointSignature[] calldata signatures
    ) external returns (uint32 version) {
        Joint storage joint = _existing(decision);
        if (joint.kind != JointKind.Change) revert JointWrongKind(decision, joint.kind);
        bytes32 digest = termsDigest(terms);
        if (joint.state != JointState.Decided || joint.topic != digest) {
            revert JointChangeNotDecided(decision, digest);
        }
        uint32 present = ruleOf(joint.group).version;
        if (present != joint.version) revert JointVersionPassed(joint.group, joint.version, present);
        return _found(terms, signatures, joint.group);
    }

    /// @inheritdoc IJointDecision
    function standing(uint32 group, JointKind kind, bytes32 topic) external view returns (uint64 decision) {
        decision = _newest[group][kind][topic];
        // Each that is passed over was decided for a time to come.
        while (decision != 0 && _decisions[decision].validFrom > block.timestamp) decision = _before[decision];
        if (decision != 0 && _decisions[decision].validUntil < block.timestamp) return 0;
    }

    /// @inheritdoc IJointDecision
    function priceOf(uint64 decision) external view returns (uint96, uint8) {
        Joint storage joint = _existing(decision);
        if (joint.kind != JointKind.Price) revert JointWrongKind(decision, joint.kind);
        _requireInForce(decision, joint);
        return (joint.outcome, joint.currencyId);
    }

    /// @inheritdoc IJointDecision
    function allocationOf(uint64 decision, uint48 entity) external view returns (uint64 share) {
        Joint storage joint = _allocation(decision);
        _requireInForce(decision, joint);
        return _shareIn(decision, joint, entity);
    }

    /// @inheritdoc IJointDecision
    function shareOf(uint64 decision, uint48 entity) external view returns (uint64 share, bool inForce) {
        Joint storage joint = _allocation(decision);
        if (_inForce(joint)) return (_shareIn(decision, joint, entity), true);
    }

    /// @inheritdoc IJointDecision
    function holdsUntil(uint64 decision, JointKind kind, bytes32 topic) external view returns (uint40) {
        Joint storage joint = _decisions[decision];
        bool asked = joint.kind == kind && joint.topic == topic;
        return asked && _hasResult(joint) ? joint.validUntil : 0;
    }

    /// @dev What every decision begins with. The version's rule is fixed with it.
    function _draft(
        uint32 group,
        JointKind kind,
        bytes32 topic,
        uint256 from,
        uint256 until
    ) private view returns (Joint memory joint) {
        JointRule memory rule = ruleOf(group);
        if (topic == 0) revert NoJointTopic();
        uint256 voteUntil = block.timestamp + rule.votingPeriod;
        uint256 revealUntil = voteUntil + rule.revealPeriod;
        if (from == 0) from = revealUntil + 1;
        bool late = kind != JointKind.Change && until > from + LONGEST_VALIDITY;
        if (from <= revealUntil || until < from || late) {
            revert JointValidityOutOfOrder(from, until, revealUntil + 1, LONGEST_VALIDITY);
        }
        (joint.group, joint.version, joint.kind, joint.state) = (group, rule.version, kind, JointState.Open);
        (joint.voteUntil, joint.revealUntil) = (uint40(voteUntil), uint40(revealUntil));
        (joint.validFrom, joint.validUntil, joint.topic) = (uint40(from), uint40(until), topic);
    }

    function _open(Joint memory joint) private returns (uint64 decision) {
        (uint48 entity, ) = _requireMember(joint.group, joint.version);
        decision = ++decisionCount;
        _decisions[decision] = joint;
        emit JointOpened(decision, joint.group, joint.topic, joint.kind, entity, msg.sender, joint);
    }

    /// @dev Puts it in its place by number, so that it does not matter which was finalised first. It is passed only by newer
    /// ones on the same topic that had the weight asked for.
    function _link(uint64 decision, Joint storage joint) private {
        uint64 above = 0;
        uint64 below = _newest[joint.group][joint.kind][joint.topic];
        while (below > decision) (above, below) = (below, _before[below]);
        _before[decision] = below;
        if (above == 0) _newest[joint.group][joint.kind][joint.topic] = decision;
        else _before[above] = decision;
    }

    function _requireDefault(uint32 group, bool stated) private view {
        bool asked = ruleOf(group).statedDefaults;
        if (asked && !stated) revert JointDefaultMissing(group);
        if (!asked && stated) revert JointDefaultNotAllowed(group);
    }

    function _allocation(uint64 decision) private view returns (Joint storage joint) {
        joint = _existing(decision);
        if (joint.kind != JointKind.Allocation) revert JointWrongKind(decision, joint.kind);
    }

    function _shareIn(uint64 decision, Joint storage joint, uint48 entity) private view returns (uint64) {
        uint256 place = _placeOf(joint.group, joint.version, entity);
        return place == 0 ? 0 : _shares[decision][joint.outcome][place - 1];
    }

    function _requireInForce(uint64 decision, Joint storage joint) private view {
        if (!_inForce(joint)) revert JointNotInForce(decision, joint.state, joint.validFrom, joint.validUntil);
    }

    function _inForce(Joint storage joint) private view returns (bool) {
        return _hasResult(joint) && block.timestamp >= joint.validFrom && block.timestamp <= joint.validUntil;
    }

    function _hasResult(Joint storage joint) private view returns (bool) {
        return joint.state == JointState.Decided || joint.state == JointState.Defaulted;
    }
}
