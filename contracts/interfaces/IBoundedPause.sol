// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A pause that ends by itself
/// @notice The guardian may stop new entries for a bounded time. Exits (pay, claim, release, transfer) never ask.
interface IBoundedPause {
    /// @notice New entries are refused until `until`.
    event PausedUntil(uint256 until);

    /// @notice The entry point is paused; call again after `until`.
    error Paused(uint256 until);
    /// @notice A pause lasts 1 second to `longest` seconds.
    error PauseOutOfRange(uint256 duration, uint256 longest);
    /// @notice A new pause may start at `earliest`: after each pause the suite runs for as long as a pause may last.
    error PauseTooSoon(uint256 earliest);

    /// @notice Refuses new entries for `duration` seconds from now.
    /// @dev Only GUARDIAN. `duration` in seconds, 1 to 7 days.
    function pause(uint256 duration) external;

    /// @notice Ends a running pause at once. Only GUARDIAN; no effect where nothing is paused.
    function unpause() external;

    /// @notice Time stamp at which the last pause ends or ended; 0 if there was none.
    function pausedUntil() external view returns (uint256);
}
