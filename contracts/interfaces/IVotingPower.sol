// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IWeightedVotes} from "./IWeightedVotes.sol";

/// @title All votes of ERA in one face: what is held, what is locked, what is not yet vested
/// @notice Votes are units of 10^-18 ERA, time points seconds since 1970. The votes of an account are the sum of what three sources
/// give it: the token (ERA that was delegated to it), the lock (locked ERA, double while its lock says so) and the vault (grants, as
/// long as they hold ERA). Each ERA lies in one place and neither lock nor vault delegates its own in the token, so none counts in
/// two sources. Nothing is stored here and nobody governs it.
interface IVotingPower is IERC5805 {
    /// @notice A source is no contract, or does not answer as one with votes.
    error NotAVotesSource(address source);
    /// @notice The same source twice.
    error SourceTwice(address source);
    /// @notice A source that counts anything but seconds would take a past second for something else.
    error NotATimestampClock(address source, string mode);
    /// @notice The source lets its ERA vote in the token as well.
    error SourceDelegates(address source, address delegatee);
    /// @notice Votes are delegated where they lie: in the token, in the lock, in the vault, each apart.
    error DelegateAtTheSource(address era, address lock, address vault);

    /// @notice The votes of `account` at the end of a past second, by source; `getPastVotes` is their sum.
    /// @return held ERA in wallets that delegated to it, itself included where it did
    /// @return locked locked ERA that votes for it, doubled where it doubles
    /// @return unvested ERA of grants that votes for it
    function votesOf(
        address account,
        uint256 timepoint
    ) external view returns (uint256 held, uint256 locked, uint256 unvested);

    /// @notice To whom `account` delegated in each source.
    function delegatesOf(address account) external view returns (address ofHeld, address ofLocked, address ofUnvested);

    /// @notice The token.
    function era() external view returns (IERC5805);

    /// @notice Where ERA is locked.
    function lock() external view returns (IWeightedVotes);

    /// @notice Where grants lie.
    function vault() external view returns (IERC5805);
}
