// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationIncentives} from "./ICirculationIncentives.sol";
import {IGrowth} from "./IGrowth.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Growth in circulation: more counted in the later of two epochs than in the earlier
/// @notice An active account has grown where strictly more USD counted for its entity in the latest epoch that can be counted than
/// in the one before. An epoch can be counted once its window and the review after it are over, so that what comes back gives
/// nothing. The earlier of the two has then been countable for a whole epoch: who leaves a part of it uncounted, to seem to have
/// grown, leaves it to anybody to count.
interface ICirculationGrowth is IGrowth {
    /// @notice The grace is 1 day to the length of an epoch.
    error GraceOutOfRange(uint32 grace, uint32 least, uint32 most);

    /// @notice Whether `entity` has grown, by what is counted so far.
    function grewEntity(uint48 entity) external view returns (bool);

    /// @notice The epochs that are compared now, the second right after the first; zeros while there are no two.
    function compared() external view returns (uint32 earlier, uint32 later);

    /// @notice Until when growth that is found now counts: the next epoch can be counted and `grace` is over.
    function countsUntil() external view returns (uint40);

    /// @notice Whose counts are compared.
    function incentives() external view returns (ICirculationIncentives);

    /// @notice Who says which entity an account acts for.
    function registry() external view returns (IParticipantRegistry);

    /// @notice Seconds to count the next epoch in, before growth found in the last comparison is over.
    function grace() external view returns (uint32);
}
