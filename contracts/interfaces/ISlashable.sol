// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Stake that can be slashed and frozen
interface ISlashable {
    /// @notice From now on `slasher` slashes and freezes, and nobody else; the zero address: nobody.
    event StakeSlasherSet(address indexed slasher);

    /// @notice Only the slasher slashes and freezes.
    error OnlySlasher(address caller);
    /// @notice A reporter's part is 10,000 basis points at most.
    error RewardTooHigh(uint16 bps);
    /// @notice Nothing of this kind waits for `slasher`.
    error NothingSlashed(address slasher, address reporter, bool reward);
    /// @notice Neither nobody nor this contract can have it.
    error CannotHandOver(address to);

    /// @notice Takes `amount` of the node's stake, active and leaving pro rata, node and delegators alike, each part rounded up.
    /// It waits here for the caller, apart from all stake: no token moves. Three slots, however many delegators there are. Only
    /// the slasher.
    /// @param amount at most active + leaving
    /// @param reporter with whom it is booked; the zero address for nobody
    /// @param rewardBps the reporter's part, in basis points, rounded down
    /// @return taken `amount`, or a few units more by rounding
    function slash(uint32 node, uint256 amount, address reporter, uint16 rewardBps) external returns (uint256 taken);

    /// @notice Hands over what the caller took and booked with `reporter`: the reporter's part, or the rest. Whoever slashed may,
    /// also where it is the slasher no more.
    function takeSlashed(address reporter, bool reward, address to) external returns (uint256 amount);

    /// @notice What `by` took, booked with `reporter`, and was not handed over: the reporter's part, and the rest.
    function slashedOf(address by, address reporter) external view returns (uint256 reward, uint256 rest);

    /// @notice Nothing that is leaving the node can be withdrawn before `until`; never shortened. An exit is held back for a bounded
    /// time after its own maturity at most, however often the node is frozen. Only the slasher.
    function freeze(uint32 node, uint40 until) external;

    /// @notice Says who slashes and freezes from now on, one contract at a time; what another took before stays its own to take.
    /// The zero address: nobody. Only ADMIN.
    function setSlasher(address slasher_) external;

    /// @notice Who slashes and freezes; 0 for nobody.
    function slasher() external view returns (address);
}
