// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Groups of named parties that decide jointly
/// @notice A group's members are entities of the registry; any active account of an entity acts for it. Its terms say who they
/// are, with which weight, how much weight a result needs, whether ballots are hidden, and for how long they are open. Terms
/// stand once each member has accepted exactly these: by a call, or by a signature (EIP-712, ERC-1271) that anybody brings. A
/// group changes its terms, and so lets members in and out, by a decision under its present terms: that is a new version.
interface IJointGroups {
    /// @notice A member and its weight, 1 or more.
    struct JointMember {
        uint48 entity;
        uint32 weight;
    }

    /// @notice `group`: the group that changes; 0: a new one. `thresholdBps`: share of all weight that a result needs, 5,001 to
    /// 10,000; 10,000 is unanimity. `secret`: ballots are committed first and revealed later. `statedDefaults`: whoever opens a
    /// decision says what holds if the threshold is not reached; else nothing does. `votingPeriod`, `revealPeriod`: seconds, one
    /// hour to 30 days each, no reveal period where ballots are open. `acceptBy`: last second at which the terms can come to
    /// stand. `document`: hash of what was agreed, which also tells equal terms apart. `members`: 2 to 31, entities ascending.
    struct JointTerms {
        uint32 group;
        uint16 thresholdBps;
        bool secret;
        bool statedDefaults;
        uint32 votingPeriod;
        uint32 revealPeriod;
        uint40 acceptBy;
        bytes32 document;
        JointMember[] members;
    }

    /// @notice An account of a member and its signature over the terms.
    struct JointSignature {
        address signer;
        bytes signature;
    }

    /// @notice A group's terms in force, without its members. `count`: of its members. `total`: their weights together.
    struct JointRule {
        uint32 version;
        uint16 thresholdBps;
        bool secret;
        bool statedDefaults;
        uint32 votingPeriod;
        uint32 revealPeriod;
        uint8 count;
        uint40 total;
    }

    /// @notice `account` accepted the terms of this digest for `entity`.
    event JointTermsAccepted(bytes32 indexed digest, uint48 indexed entity, address indexed account, JointTerms terms);
    /// @notice `account` refused the terms of this digest for `entity`: they never come to stand.
    event JointTermsRefused(bytes32 indexed digest, uint48 indexed entity, address indexed account);
    /// @notice Version `version` of the group stands, with the terms of this digest.
    event JointGroupStands(uint32 indexed group, uint32 indexed version, bytes32 indexed digest, JointTerms terms);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice There is no group `group`.
    error UnknownJointGroup(uint32 group);
    /// @notice A group has `least` to `most` members.
    error JointMembersOutOfRange(uint256 count, uint256 least, uint256 most);
    /// @notice Members stand in ascending order, each once; `entity` does not.
    error JointMembersNotAscending(uint48 entity);
    /// @notice There is no entity `entity`.
    error UnknownEntity(uint48 entity);
    /// @notice `entity` has no weight.
    error JointWeightZero(uint48 entity);
    /// @notice A threshold is `least` to `most` basis points.
    error JointThresholdOutOfRange(uint256 bps, uint256 least, uint256 most);
    /// @notice A period lasts `least` to `most` seconds.
    error JointPeriodOutOfRange(uint256 period, uint256 least, uint256 most);
    /// @notice Open ballots have no reveal period.
    error JointRevealWithoutSecret(uint256 period);
    /// @notice The terms could come to stand until `acceptBy`.
    error JointTermsLate(uint40 acceptBy);
    /// @notice The terms name group `group`, where another, or none, must be named.
    error JointTermsForGroup(uint32 group);
    /// @notice The terms of this digest stand already, or did.
    error JointTermsUsed(bytes32 digest);
    /// @notice A member refused the terms of this digest.
    error JointTermsWereRefused(bytes32 digest);
    /// @notice The terms do not name `entity`, or it is a member already and decides by its vote.
    error JointNotNamed(uint48 entity);
    /// @notice `entity` has accepted these terms already.
    error JointAcceptedAlready(bytes32 digest, uint48 entity);
    /// @notice `entity` has not accepted the terms of this digest.
    error JointNotAccepted(bytes32 digest, uint48 entity);
    /// @notice The signature is not `signer`'s over these terms.
    error JointInvalidSignature(address signer);
    /// @notice `account` acts for no member of the group in that version.
    error NotAJointMember(uint32 group, uint32 version, address account);

    /// @notice Accepts terms for the caller's entity, which they name: of a new group, or as a newcomer of a changed one.
    function acceptTerms(JointTerms calldata terms) external;

    /// @notice Refuses terms for the caller's entity, which they name, accepted before or not; for good. As a newcomer only,
    /// where a group changes: its members vote.
    function refuseTerms(JointTerms calldata terms) external;

    /// @notice Forms a group. Only an active account of a member, which accepts by it; not under pause.
    /// @param signatures of members that have not accepted by a call
    /// @return group its number, counting from 1
    function formGroup(JointTerms calldata terms, JointSignature[] calldata signatures) external returns (uint32 group);

    /// @notice The registry of participants.
    function registry() external view returns (IParticipantRegistry);

    /// @notice How many groups were formed.
    function groupCount() external view returns (uint32);

    /// @notice The rule of the group's present version.
    function ruleOf(uint32 group) external view returns (JointRule memory);

    /// @notice The members of a version, in the order of its terms.
    function membersOf(uint32 group, uint32 version) external view returns (JointMember[] memory);

    /// @notice The weight of `entity` in a version; 0 where it is no member.
    function weightOf(uint32 group, uint32 version, uint48 entity) external view returns (uint256);

    /// @notice Whether `entity` has accepted the terms of this digest by a call.
    function hasAccepted(bytes32 digest, uint48 entity) external view returns (bool);

    /// @notice The EIP-712 hash that members sign. Type: JointTerms(uint256 group,uint256 thresholdBps,bool secret,bool
    /// statedDefaults,uint256 votingPeriod,uint256 revealPeriod,uint256 acceptBy,bytes32 document,JointMember[] members)
    /// JointMember(uint256 entity,uint256 weight), domain "Caldera Joint Decision", "1".
    function termsDigest(JointTerms calldata terms) external view returns (bytes32);
}
