// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What enterprises paid one another, epoch by epoch, net of what came back
/// @notice Contracts of the suite tell of each settlement as it happens, so that nobody can leave the way back untold. USD
/// amounts have 6 decimals. Epoch `e` begins at second `e` × `epochLength`.
/// **Rule.** Payments between two entities are lots by epoch. A payment the other way is a return: it sets off the oldest lots
/// that are not older than `window` epochs, first those of earlier epochs, then those of its own, each unit once; what is left of
/// it is a lot itself. A lot that the window leaves behind has circulated. What came back by way of others is a **ring**, which
/// anybody may show while it is not counted: each of its payments, made within one window, is reduced by the smallest of them.
interface ICirculationBook {
    /// @notice The payments from each entity to the next, and from the last to the first, in those epochs, are less by `usd`.
    event RingOffset(address indexed by, uint48[] entities, uint32[] epochs, uint256 usd);

    /// @notice `caller` has not the role SETTLER, or has it with a delay.
    error NotASettler(address caller);
    /// @notice The AccessManager of this contract is its own for good.
    error AuthorityIsFixed();
    /// @notice A ring has `least` to `most` entities, and an epoch for each.
    error RingOutOfRange(uint256 entities, uint256 epochs, uint256 least, uint256 most);
    /// @notice `entity` stands twice in the ring.
    error RingRepeats(uint48 entity);
    /// @notice The ring's payments lie further apart than the window.
    error RingTooWide(uint32 earliest, uint32 latest, uint32 window);
    /// @notice Nothing is left of what `payer` paid `payee` in `epoch`: there is no such ring, or it has been counted.
    error NoSuchFlow(uint48 payer, uint48 payee, uint32 epoch);
    /// @notice The epoch length is 1 to 90 days; the window 1 to 12 epochs; the review 1 to 30 days.
    error PeriodOutOfRange();

    /// @notice `payer` settled `usd` to `enterprise`. Only SETTLER, at once. Payments of an entity to itself, or of none, are
    /// passed over; sums stay at 2^96 - 1 where they would not fit. So nothing but the caller's role can make it fail, and no
    /// pause stops it: a return left out would be paid for.
    function record(uint48 payer, uint48 enterprise, uint256 usd) external;

    /// @notice Sets off a ring: `entities[i]` paid the next one (the last one the first) in `epochs[i]`. Anyone may call, until
    /// one of these is counted. Always open.
    /// @param entities 3 to 32, none twice
    /// @param epochs of the payments, at most `window` apart
    /// @return usd by how much each payment is less: all that is left of the smallest
    function offsetRing(uint48[] calldata entities, uint32[] calldata epochs) external returns (uint256 usd);

    /// @notice What is left uncounted of `epoch` between two entities.
    /// @return paidByA what `entityA` paid `entityB`
    /// @return paidByB what `entityB` paid `entityA`
    function flowOf(
        uint48 entityA,
        uint48 entityB,
        uint32 epoch
    ) external view returns (uint256 paidByA, uint256 paidByB);

    /// @notice What would count of `epoch` between two entities, by what is recorded so far and if earlier epochs are counted.
    /// @return payer who paid it
    /// @return enterprise who received it
    /// @return usd the net
    function netOf(
        uint48 entityA,
        uint48 entityB,
        uint32 epoch
    ) external view returns (uint48 payer, uint48 enterprise, uint256 usd);

    /// @notice The epoch of second `at`.
    function epochAt(uint256 at) external view returns (uint32);

    /// @notice First second at which `epoch` can be counted: its window and the review after it are over.
    function countableFrom(uint32 epoch) external view returns (uint256);

    /// @notice Seconds of an epoch.
    function epochLength() external view returns (uint32);

    /// @notice Epochs after a payment in which what comes back is set off.
    function window() external view returns (uint32);

    /// @notice Seconds after the window in which rings can be shown before anything is counted.
    function review() external view returns (uint32);
}
