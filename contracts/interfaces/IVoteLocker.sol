// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Where a round of an airdrop locks what is claimed: the least face of a vote lock
/// @notice What a lock must offer to stand behind a round whose claims are locked. It admits any round, or those that it was
/// told of. It may be a source of votes as well (ERC-5805).
interface IVoteLocker {
    /// @notice Locks `amount` for `account` until `term` seconds from now.
    /// @dev May stop under a pause that `IBoundedPause.pausedUntil` tells of: a round puts its end off by it. The caller has approved
    /// exactly `amount` of the round's token. All of it must be taken from the caller, now, and nothing sent back; a round refuses
    /// any other sum. Locks that `account` has already must stay as they are, neither
    /// shorter nor longer: a claim can be locked for anybody.
    /// @param account owns the lock; any address, also one that holds nothing yet
    /// @param amount in the token's smallest units, above zero
    /// @param term seconds, at least the round's least term; a term beyond the lock's own longest is refused there
    function lockFor(address account, uint256 amount, uint256 term) external;
}
