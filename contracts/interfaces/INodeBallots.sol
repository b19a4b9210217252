// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {INodeRecords} from "./INodeRecords.sol";
import {INodes} from "./INodes.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Polls of panels: votes hidden first, then open
/// @notice A panel is asked yes (uphold) or no (reject). Until `commitUntil` each node commits to the hash of its vote and a salt;
/// after that, until `revealUntil`, the votes are revealed. Who does not reveal has missed a duty. A salt is 32 random bytes, for
/// one vote: whoever learns it while votes are hidden can make the vote void, and with a weak one can find the vote out.
interface INodeBallots {
    /// @notice A poll: last seconds to commit and to reveal, size of the panel, revealed votes, whether missed duties were recorded.
    /// One slot.
    struct Poll {
        uint40 commitUntil;
        uint40 revealUntil;
        uint8 size;
        uint8 upholds;
        uint8 rejects;
        bool recorded;
    }

    /// @notice A poll was opened by `court`.
    event PollOpened(
        uint256 indexed poll,
        address indexed court,
        uint32[] panellists,
        uint40 commitUntil,
        uint40 revealUntil
    );
    /// @notice `node` committed to a vote.
    event VoteCommitted(uint256 indexed poll, uint32 indexed node, bytes32 commitment);
    /// @notice `node` voted to uphold, or to reject.
    event VoteRevealed(uint256 indexed poll, uint32 indexed node, bool uphold);
    /// @notice `shownBy` knew the vote of `node` before votes are revealed: it does not count.
    event VoteVoided(uint256 indexed poll, uint32 indexed node, address shownBy);
    /// @notice `node` did not vote.
    event VoteMissed(uint256 indexed poll, uint32 indexed node);

    /// @notice A panel has 1 to `most` nodes.
    error PanelSizeOutOfRange(uint256 size, uint256 most);
    /// @notice Votes are committed from now on, and revealed after that.
    error PollTimesOutOfOrder(uint256 commitUntil, uint256 revealUntil);
    /// @notice There is no poll `poll`.
    error UnknownPoll(uint256 poll);
    /// @notice Votes could be committed, or voided, until `until`.
    error CommitOver(uint256 poll, uint256 until);
    /// @notice Votes are revealed after `from`, and until `until`.
    error NotTimeToReveal(uint256 poll, uint256 from, uint256 until);
    /// @notice Votes can be revealed until `until`: only then it is known who missed.
    error PollRunning(uint256 poll, uint256 until);
    /// @notice What was missed in the poll is recorded.
    error MissedRecorded(uint256 poll);
    /// @notice `node` does not sit in the panel.
    error NotAPanellist(uint256 poll, uint32 node);
    /// @notice `account` is not the signing key of `node`, or not an active account of its entity.
    error NotTheOperator(uint32 node, address account);
    /// @notice A commitment is a hash.
    error NotACommitment();
    /// @notice `node` committed already.
    error AlreadyCommitted(uint256 poll, uint32 node);
    /// @notice `node` committed to something else, to nothing, or its vote is open or void.
    error NotWhatWasCommitted(uint256 poll, uint32 node);

    /// @notice Opens a poll. Only COURT.
    /// @param panellists 1 to 31 different nodes
    /// @return poll its number, counting from 1
    function openPoll(
        uint32[] calldata panellists,
        uint40 commitUntil,
        uint40 revealUntil
    ) external returns (uint256 poll);

    /// @notice Commits `node` to a vote, once. Its present signing key, which must be an active account of its entity.
    /// @param commitment `commitmentOf` what will be revealed
    function commit(uint256 poll, uint32 node, bytes32 commitment) external;

    /// @notice Shows that the vote of `node` was known while votes are hidden: it does not count, and is a duty missed. Anyone.
    function voidLeaked(uint256 poll, uint32 node, bool uphold, bytes32 salt) external;

    /// @notice Reveals the vote of `node`. Anyone who knows the salt, whatever became of node and key meanwhile.
    function reveal(uint256 poll, uint32 node, bool uphold, bytes32 salt) external;

    /// @notice Records those that did not vote, once the poll is over. Anyone; a court does when it counts.
    function recordMissed(uint256 poll) external;

    /// @notice How many polls there were: the highest number.
    function pollCount() external view returns (uint256);

    /// @notice The poll.
    function pollAt(uint256 poll) external view returns (Poll memory);

    /// @notice The nodes that were asked.
    function panellistsOf(uint256 poll) external view returns (uint32[] memory);

    /// @notice The ballot of `node`: 0 none, 1 uphold, 2 reject, 3 void; anything else is its commitment.
    function ballotOf(uint256 poll, uint32 node) external view returns (bytes32);

    /// @notice keccak256(abi.encode(chain id, this contract, poll, node, uphold, salt)).
    function commitmentOf(uint256 poll, uint32 node, bool uphold, bytes32 salt) external view returns (bytes32);

    /// @notice The registry of participants.
    function registry() external view returns (IParticipantRegistry);

    /// @notice Who votes.
    function nodes() external view returns (INodes);

    /// @notice Where missed duties are recorded.
    function records() external view returns (INodeRecords);
}
