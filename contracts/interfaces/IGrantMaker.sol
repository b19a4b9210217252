// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Where a round of an airdrop makes grants: the least face of a vesting vault
/// @notice What a vault must offer to stand behind a round whose claims become grants. It admits any round, or those that it
/// was told of; a round needs no other right. It may be a source of votes as well (ERC-5805): `claimAndDelegate` brings the
/// delegation to it, as the votes of what is granted are counted there.
interface IGrantMaker {
    /// @notice Grants `amount` to `beneficiary`: nothing before `start` + `cliff`, all of it from `start` + `duration` on. What
    /// is between them, and whether a grant can be revoked, is the vault's rule.
    /// @dev Anyone may call. May stop under a pause that `IBoundedPause.pausedUntil` tells of: a round puts its end off by it. The
    /// caller has approved exactly `amount` of the round's token. All of it must be taken from the caller, now, and nothing sent
    /// back; a round refuses any other sum. A second grant of the same beneficiary must be possible.
    /// @param beneficiary owns the grant; any address, also one that holds nothing yet
    /// @param amount in the token's smallest units, above zero
    /// @param start seconds since the epoch; may be past
    /// @param cliff seconds from `start`, at most `duration`; 0: none
    /// @param duration seconds from `start`, above zero
    function grantFor(address beneficiary, uint96 amount, uint40 start, uint40 cliff, uint40 duration) external;
}
