// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The delay between a decision and its effect
/// @notice OpenZeppelin's TimelockController with a floor under its delay that nobody changes. Durations are seconds. It is its own only
/// admin, from its first block on and for ever: who may propose or cancel changes through a delayed operation alone. The one
/// account named at construction appoints the governor, once, as the first proposer and canceller, and has no other power.
/// Execution is everybody's. An operation can be executed from its time on for 14 days; then it has lapsed, as if it had never been
/// scheduled.
interface ICalderaTimelock {
    /// @notice The governor proposes and cancels from now on.
    event GovernorAppointed(address indexed governor);

    /// @notice The floor lies from `lowest` to `highest` seconds.
    error DelayFloorOutOfBounds(uint256 floor, uint256 lowest, uint256 highest);
    /// @notice The delay lies from the floor, `lowest`, to `highest` seconds.
    error TimelockDelayOutOfBounds(uint256 delay, uint256 lowest, uint256 highest);
    /// @notice Somebody must appoint the governor.
    error NoAppointer();
    /// @notice Only `appointer` appoints, and only once; zero: that is done.
    error NotAppointer(address caller, address appointer);
    /// @notice `governor` is no contract that acts through this timelock.
    error NotItsGovernor(address governor);
    /// @notice Only the timelock itself is its admin, and it stays that.
    error OnlyItsOwnAdmin(address account);
    /// @notice Everybody executes, for ever.
    error ExecutionStaysOpen();
    /// @notice Without a proposer nothing could ever happen again: appoint another first.
    error LastProposer(address account);
    /// @notice `left` gas is left, less than the operation asks for.
    error ExecutionGasTooLow(uint256 left, uint256 least);

    /// @notice Makes `governor` proposer and canceller. Only the appointer, once.
    /// @param governor a contract whose `timelock()` is this one
    function appoint(address governor) external;

    /// @notice Reverts where less than `least` gas is left. An operation puts it before a call whose target catches failures of its own,
    /// so that nobody executes it with so little gas that only the inside fails. Anyone may call it; it changes nothing.
    function requireGas(uint256 least) external view;

    /// @notice The delay is never below this.
    function delayFloor() external view returns (uint256);

    /// @notice Bounds of the delay: the floor, and 30 days.
    function delayBounds() external view returns (uint256 lowest, uint256 highest);

    /// @notice Who may appoint the governor; zero once that is done.
    function appointer() external view returns (address);

    /// @notice How many accounts may propose.
    function proposerCount() external view returns (uint256);

    /// @notice How long an operation can be executed once its time has come.
    function gracePeriod() external pure returns (uint256);
}
