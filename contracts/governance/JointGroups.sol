// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IJointDecision} from "../interfaces/IJointDecision.sol";
import {IJointGroups} from "../interfaces/IJointGroups.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {JointLib} from "../libraries/JointLib.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Groups, their versions and who accepted what
abstract contract JointGroups is IJointDecision, EIP712 {
    bytes32 private constant MEMBER_TYPEHASH = keccak256("JointMember(uint256 entity,uint256 weight)");
    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "JointTerms(uint256 group,uint256 thresholdBps,bool secret,bool statedDefaults,uint256 votingPeriod,uint256 revealPeriod,uint256 acceptBy,bytes32 document,JointMember[] members)JointMember(uint256 entity,uint256 weight)"
    );
    uint256 private constant LEAST_MEMBERS = 2;
    uint256 internal constant MOST_MEMBERS = 31;
    /// @dev More than half, so that no two results can both have it.
    uint256 private constant LEAST_BPS = 5_001;
    uint256 private constant SHORTEST = 1 hours;
    uint256 private constant LONGEST = 30 days;

    enum Fate {
        Open,
        Used,
        Refused
    }

    /// @dev One slot. `place`: in the terms, from 1 on; 0: no member.
    struct Seat {
        uint8 place;
        uint32 weight;
    }

    /// @inheritdoc IJointGroups
    IParticipantRegistry public immutable registry;
    /// @inheritdoc IJointGroups
    uint32 public groupCount;
    /// @inheritdoc IJointGroups
    mapping(bytes32 digest => mapping(uint48 entity => bool)) public hasAccepted;

    mapping(uint32 group => uint32) private _versions;
    // One slot each.
    mapping(uint32 group => mapping(uint32 version => JointRule)) private _rules;
    mapping(bytes32 digest => Fate) private _fates;
    mapping(uint32 group => mapping(uint32 version => JointMember[])) private _members;
    mapping(uint32 group => mapping(uint32 version => mapping(uint48 entity => Seat))) private _seats;

    constructor(IParticipantRegistry registry_) EIP712("Caldera Joint Decision", "1") {
        registry = registry_;
    }

    /// @inheritdoc IJointGroups
    function acceptTerms(JointTerms calldata terms) external {
        bytes32 digest = termsDigest(terms);
        _requireLive(terms, digest);
        uint48 entity = _activeEntity(msg.sender);
        _requireAsked(terms, entity);
        if (hasAccepted[digest][entity]) revert JointAcceptedAlready(digest, entity);
        _requireSound(terms);
        hasAccepted[digest][entity] = true;
        emit JointTermsAccepted(digest, entity, msg.sender, terms);
    }

    /// @inheritdoc IJointGroups
    function refuseTerms(JointTerms calldata terms) external {
        bytes32 digest = termsDigest(terms);
        _requireLive(terms, digest);
        uint48 entity = _activeEntity(msg.sender);
        _requireAsked(terms, entity);
        _fates[digest] = Fate.Refused;
        emit JointTermsRefused(digest, entity, msg.sender);
    }

    /// @inheritdoc IJointGroups
    function membersOf(uint32 group, uint32 version) external view returns (JointMember[] memory) {
        return _members[group][version];
    }

    /// @inheritdoc IJointGroups
    function weightOf(uint32 group, uint32 version, uint48 entity) external view returns (uint256) {
        return _seats[group][version][entity].weight;
    }

    /// @inheritdoc IJointGroups
    function ruleOf(uint32 group) public view returns (JointRule memory rule) {
        rule = _rules[group][_versions[group]];
        if (rule.version == 0) revert UnknownJointGroup(group);
    }

    /// @inheritdoc IJointGroups
    function termsDigest(JointTerms calldata terms) public view returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](terms.members.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(MEMBER_TYPEHASH, terms.members[i].entity, terms.members[i].weight));
        }
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        TERMS_TYPEHASH,
                        terms.group,
                        terms.thresholdBps,
                        terms.secret,
                        terms.statedDefaults,
                        terms.votingPeriod,
                        terms.revealPeriod,
                        terms.acceptBy,
                        terms.document,
                        keccak256(abi.encodePacked(hashes))
                    )
                )
            );
    }

    /// @dev A group of its own, or the next version of one, once all who must have accepted.
    function _found(
        JointTerms calldata terms,
        JointSignature[] calldata signatures,
        uint32 group
    ) internal returns (uint32 version) {
        bytes32 digest = termsDigest(terms);
        _requireLive(terms, digest);
        _requireAccepted(terms, digest, signatures);
        _fates[digest] = Fate.Used;
        version = ++_versions[group];
        uint256 total = 0;
        for (uint256 i = 0; i < terms.members.length; ++i) {
            JointMember calldata member = terms.members[i];
            _members[group][version].push(member);
            _seats[group][version][member.entity] = Seat(uint8(i + 1), member.weight);
            total += member.weight;
        }
        _rules[group][version] = JointRule({
            version: version,
            thresholdBps: terms.thresholdBps,
            secret: terms.secret,
            statedDefaults: terms.statedDefaults,
            votingPeriod: terms.votingPeriod,
            revealPeriod: terms.revealPeriod,
            count: uint8(terms.members.length),
            // At most 31 weights below 2^32.
            total: uint40(total)
        });
        emit JointGroupStands(group, version, digest, terms);
    }

    function _newGroup() internal returns (uint32 group) {
        return ++groupCount;
    }

    /// @dev From 1 on, in the order of the version's terms; 0 for who is no member.
    function _placeOf(uint32 group, uint32 version, uint48 entity) internal view returns (uint8) {
        return _seats[group][version][entity].place;
    }

    function _ruleAt(uint32 group, uint32 version) internal view returns (JointRule storage) {
        return _rules[group][version];
    }

    function _membersAt(uint32 group, uint32 version) internal view returns (JointMember[] storage) {
        return _members[group][version];
    }

    /// @dev The caller's entity, where it is a member of that version and active.
    function _requireMember(uint32 group, uint32 version) internal view returns (uint48 entity, uint8 place) {
        entity = _activeEntity(msg.sender);
        place = _seats[group][version][entity].place;
        if (place == 0) revert NotAJointMember(group, version, msg.sender);
    }

    /// @dev Terms that could come to stand: refused ones, used ones and late ones cannot.
    function _requireLive(JointTerms calldata terms, bytes32 digest) internal view {
        if (_fates[digest] == Fate.Used) revert JointTermsUsed(digest);
        if (_fates[digest] == Fate.Refused) revert JointTermsWereRefused(digest);
        if (block.timestamp > terms.acceptBy) revert JointTermsLate(terms.acceptBy);
    }

    function _requireSound(JointTerms calldata terms) internal view {
        uint256 count = terms.members.length;
        if (count < LEAST_MEMBERS || count > MOST_MEMBERS) {
            revert JointMembersOutOfRange(count, LEAST_MEMBERS, MOST_MEMBERS);
        }
        uint48 before = 0;
        for (uint256 i = 0; i < count; ++i) {
            JointMember calldata member = terms.members[i];
            if (member.entity <= before) revert JointMembersNotAscending(member.entity);
            if (registry.legalIdOf(member.entity) == 0) revert UnknownEntity(member.entity);
            if (member.weight == 0) revert JointWeightZero(member.entity);
            before = member.entity;
        }
        if (terms.thresholdBps < LEAST_BPS || terms.thresholdBps > JointLib.WHOLE) {
            revert JointThresholdOutOfRange(terms.thresholdBps, LEAST_BPS, JointLib.WHOLE);
        }
        _requirePeriod(terms.votingPeriod);
        if (terms.secret) _requirePeriod(terms.revealPeriod);
        else if (terms.revealPeriod != 0) revert JointRevealWithoutSecret(terms.revealPeriod);
    }

    function _activeEntity(address account) internal view returns (uint48) {
        Party party = registry.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }

    /// @dev By the caller, by a signature or by an earlier call. Where a group changes, its members have voted.
    function _requireAccepted(
        JointTerms calldata terms,
        bytes32 digest,
        JointSignature[] calldata signatures
    ) private view {
        Party caller = registry.partyOf(msg.sender);
        uint256 accepted = caller.isActive() ? _bitOf(terms, caller.entity()) : 0;
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = signatures[i].signer;
            uint48 entity = _activeEntity(signer);
            uint256 bit = _bitOf(terms, entity);
            if (bit == 0) revert JointNotNamed(entity);
            if (!SignatureChecker.isValidSignatureNow(signer, digest, signatures[i].signature)) {
                revert JointInvalidSignature(signer);
            }
            accepted |= bit;
        }
        for (uint256 i = 0; i < terms.members.length; ++i) {
            uint48 entity = terms.members[i].entity;
            if (accepted & (1 << i) != 0 || hasAccepted[digest][entity] || _isMember(terms.group, entity)) continue;
            revert JointNotAccepted(digest, entity);
        }
    }

    /// @dev Named by the terms, and not asked by a vote.
    function _requireAsked(JointTerms calldata terms, uint48 entity) private view {
        if (_bitOf(terms, entity) == 0 || _isMember(terms.group, entity)) revert JointNotNamed(entity);
    }

    function _isMember(uint32 group, uint48 entity) private view returns (bool) {
        return group != 0 && _seats[group][_versions[group]][entity].place != 0;
    }

    function _bitOf(JointTerms calldata terms, uint48 entity) private pure returns (uint256) {
        for (uint256 i = 0; i < terms.members.length; ++i) {
            if (terms.members[i].entity == entity) return 1 << i;
        }
        return 0;
    }

    function _requirePeriod(uint256 period) private pure {
        if (period < SHORTEST || period > LONGEST) revert JointPeriodOutOfRange(period, SHORTEST, LONGEST);
    }
}
