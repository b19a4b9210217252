// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IJointGroups} from "./IJointGroups.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title What parties of a supply chain decide jointly: a price, an allocation, their own terms
/// @notice A decision belongs to the version of its group in which it was opened. Each member casts one ballot. *Price*: a ballot
/// is a figure; the result is the lower weighted median of all cast, if figures within `spreadBps` of it have the weight that
/// the rule asks for. *Allocation*: members propose vectors of shares that add up to the total; a ballot is a proposal's number;
/// the result is the proposal with the weight that the rule asks for. *Change*: a ballot is 1 for the new terms, or 0. The
/// weight asked for is a share of all weight of the version, cast or not: of who is suspended as well. A ballot cast while its
/// entity was active stands, whatever becomes of the entity. Hidden ballots that nobody reveals count as not cast. When time is
/// over anyone may finalise; without the weight asked for the default that was stated holds, or nothing. What is final never
/// changes; it is in force from `validFrom` to `validUntil`, both inclusive.
interface IJointDecision is IJointGroups {
    enum JointKind {
        Price,
        Allocation,
        Change
    }

    /// @notice `Decided`: with the weight asked for. `Defaulted`: the stated default holds. `Void`: nothing holds.
    enum JointState {
        None,
        Open,
        Decided,
        Defaulted,
        Void
    }

    /// @notice A price to be decided, in units of the currency of that number for what `topic` stands for. Figures are
    /// `least` to `most`, at least 1. `fallback_`: the default; 0: none. `spreadBps`: how far from the median a figure still
    /// supports it, in parts of it. `validFrom`: 0: as soon as ballots are closed.
    struct PriceTerms {
        bytes32 topic;
        uint8 currencyId;
        uint16 spreadBps;
        uint96 least;
        uint96 most;
        uint96 fallback_;
        uint40 validFrom;
        uint40 validUntil;
    }

    /// @notice An allocation of `total` to be decided. `validFrom` as of a price.
    struct AllocationTerms {
        bytes32 topic;
        uint64 total;
        uint40 validFrom;
        uint40 validUntil;
    }

    /// @notice A decision. `voteUntil`: last second to cast or commit; `revealUntil`: last to reveal, the same where ballots
    /// are open. `options`: proposals made. `least`, `most`: bounds of a price; `most`: the total of an allocation. `outcome`: the
    /// price, or the number of the proposal, 0 being the stated default. `support`: weight behind it. `topic`: of a change, the
    /// digest of the new terms.
    struct Joint {
        uint32 group;
        uint32 version;
        JointKind kind;
        JointState state;
        uint40 voteUntil;
        uint40 revealUntil;
        uint40 validFrom;
        uint40 validUntil;
        uint8 currencyId;
        uint8 options;
        uint96 least;
        uint96 most;
        uint16 spreadBps;
        bool hasDefault;
        uint32 proposed;
        uint96 outcome;
        uint96 fallback_;
        uint64 support;
        bytes32 topic;
    }

    /// @notice A decision was opened by `account` of `entity`.
    event JointOpened(
        uint64 indexed decision,
        uint32 indexed group,
        bytes32 indexed topic,
        JointKind kind,
        uint48 entity,
        address account,
        Joint terms
    );
    /// @notice The terms that a decision of kind Change is about.
    event JointChangeProposed(uint64 indexed decision, JointTerms terms);
    /// @notice Proposal `option` of an allocation: shares in the order of the members; 0 is the default.
    event JointShares(uint64 indexed decision, uint256 indexed option, uint48 indexed entity, uint64[] shares);
    /// @notice `account` cast the ballot of `entity`.
    event JointVoted(uint64 indexed decision, uint48 indexed entity, address account, uint96 choice);
    /// @notice `account` committed the hidden ballot of `entity`.
    event JointCommitted(uint64 indexed decision, uint48 indexed entity, address account, bytes32 commitment);
    /// @notice The ballot of `entity` was shown.
    event JointRevealed(uint64 indexed decision, uint48 indexed entity, uint96 choice);
    /// @notice The decision is final.
    event JointFinal(uint64 indexed decision, JointState state, uint96 outcome, uint256 support, uint256 total);

    /// @notice There is no decision `decision`.
    error UnknownJointDecision(uint64 decision);
    /// @notice Validity runs from `earliest` or later, for at most `longest` seconds.
    error JointValidityOutOfOrder(uint256 from, uint256 until, uint256 earliest, uint256 longest);
    /// @notice A decision needs a topic.
    error NoJointTopic();
    /// @notice Bounds of a price are 1 to 2^95 - 1, the least first.
    error JointBoundsOutOfRange(uint96 least, uint96 most);
    /// @notice A spread is at most `most` basis points.
    error JointSpreadOutOfRange(uint256 bps, uint256 most);
    /// @notice The group's decisions state a default.
    error JointDefaultMissing(uint32 group);
    /// @notice The group's decisions state no default.
    error JointDefaultNotAllowed(uint32 group);
    /// @notice There is nothing to allocate.
    error NothingToAllocate();
    /// @notice A proposal has one share for each of the `members`.
    error JointSharesOutOfRange(uint256 shares, uint256 members);
    /// @notice The shares add up to `sum`, not to `total`.
    error JointSharesDoNotAddUp(uint256 sum, uint256 total);
    /// @notice `entity` has made its one proposal.
    error JointProposedAlready(uint64 decision, uint48 entity);
    /// @notice The decision is of kind `kind`.
    error JointWrongKind(uint64 decision, JointKind kind);
    /// @notice Ballots could be cast until `voteUntil`.
    error JointVotingOver(uint64 decision, uint40 voteUntil);
    /// @notice Ballots are hidden: commit.
    error JointBallotsHidden(uint64 decision);
    /// @notice Ballots are open: vote.
    error JointBallotsOpen(uint64 decision);
    /// @notice `entity` has cast its ballot.
    error JointVotedAlready(uint64 decision, uint48 entity);
    /// @notice No ballot says `choice`.
    error JointNoSuchChoice(uint64 decision, uint96 choice);
    /// @notice What stands for an open ballot, or for none, is no commitment.
    error JointNotACommitment(bytes32 commitment);
    /// @notice `entity` has not committed to this.
    error JointNotCommitted(uint64 decision, uint48 entity);
    /// @notice Ballots are shown after `voteUntil`, until `revealUntil`.
    error JointNotTimeToReveal(uint64 decision, uint40 voteUntil, uint40 revealUntil);
    /// @notice The decision runs until `revealUntil`.
    error JointRunning(uint64 decision, uint40 revealUntil);
    /// @notice The decision is final.
    error JointIsFinal(uint64 decision, JointState state);
    /// @notice The decision has not accepted exactly these terms.
    error JointChangeNotDecided(uint64 decision, bytes32 digest);
    /// @notice The group is at version `present` by now; the change was of `version`.
    error JointVersionPassed(uint32 group, uint32 version, uint32 present);
    /// @notice Nothing is in force: `state`, and when it is valid.
    error JointNotInForce(uint64 decision, JointState state, uint40 validFrom, uint40 validUntil);

    /// @notice Opens a decision on a price. Only a member; not under pause.
    function openPrice(uint32 group, PriceTerms calldata terms) external returns (uint64 decision);

    /// @notice Opens a decision on an allocation. Only a member; not under pause.
    /// @param fallback_ the default, one share a member; empty: none
    function openAllocation(
        uint32 group,
        AllocationTerms calldata terms,
        uint64[] calldata fallback_
    ) external returns (uint64 decision);

    /// @notice Opens a decision on new terms of the group that they name. Only a member; not under pause.
    function openChange(JointTerms calldata terms) external returns (uint64 decision);

    /// @notice Proposes an allocation while ballots can be cast: one share a member, adding up to the total. Only a member, once.
    /// @return option the proposal's number, from 1 on
    function propose(uint64 decision, uint64[] calldata shares) external returns (uint8 option);

    /// @notice Casts the ballot of the caller's entity, where ballots are open. It is not changed any more.
    /// @param choice the figure, or the number of the proposal
    function vote(uint64 decision, uint96 choice) external;

    /// @notice Commits the hidden ballot of the caller's entity. It is not changed any more.
    function commit(uint64 decision, bytes32 commitment) external;

    /// @notice Shows a ballot. Anyone who knows it: it was the entity's when it was committed.
    function reveal(uint64 decision, uint48 entity, uint96 choice, bytes32 salt) external;

    /// @notice Says what was decided, once ballots are closed. Anyone.
    function finalise(uint64 decision) external returns (JointState state, uint96 outcome);

    /// @notice Puts terms into force that a decision has accepted, once newcomers have too. Anyone; always open.
    /// @param signatures of newcomers that have not accepted by a call
    function changeGroup(
        uint64 decision,
        JointTerms calldata terms,
        JointSignature[] calldata signatures
    ) external returns (uint32 version);

    /// @notice The value standard, which knows the currencies.
    function standard() external view returns (IValueStandard);

    /// @notice How many decisions were opened.
    function decisionCount() external view returns (uint64);

    /// @notice The decision.
    function decisionOf(uint64 decision) external view returns (Joint memory);

    /// @notice The newest decision on the topic that was decided, not by default, and whose validity has begun; 0 where that
    /// has ended, or there is none.
    function standing(uint32 group, JointKind kind, bytes32 topic) external view returns (uint64 decision);

    /// @notice The price in force. Reverts where none is.
    function priceOf(uint64 decision) external view returns (uint96 price, uint8 currencyId);

    /// @notice The share of `entity` in the allocation in force, 0 for who is no member. Reverts where none is.
    function allocationOf(uint64 decision, uint48 entity) external view returns (uint64 share);

    /// @notice The share of `entity` and whether the allocation is in force, for contracts that go on without one.
    function shareOf(uint64 decision, uint48 entity) external view returns (uint64 share, bool inForce);

    /// @notice The last second of a final result of that kind on that topic, for contracts that bind themselves to one; 0 where
    /// the decision is none, of another kind or topic, open or void.
    function holdsUntil(uint64 decision, JointKind kind, bytes32 topic) external view returns (uint40 validUntil);

    /// @notice The shares of proposal `option`; 0: the default. Empty where there is none.
    function sharesOf(uint64 decision, uint256 option) external view returns (uint64[] memory);

    /// @notice What the entity's ballot is: 0 none, choice + 1 once it is open, else its commitment.
    function ballotOf(uint64 decision, uint48 entity) external view returns (bytes32);

    /// @notice What `entity` commits to: keccak256 of chain, this contract, decision, entity, choice and salt, ABI-encoded. Better
    /// computed by oneself than asked of somebody's node: who is asked knows the ballot.
    function commitmentOf(uint64 decision, uint48 entity, uint96 choice, bytes32 salt) external view returns (bytes32);
}
