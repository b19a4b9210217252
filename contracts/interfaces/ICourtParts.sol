// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDisputable} from "./IDisputable.sol";
import {INodeBallots} from "./INodeBallots.sol";
import {INodeRecords} from "./INodeRecords.sol";
import {INodes} from "./INodes.sol";
import {IPanels} from "./IPanels.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";
import {IRandomness} from "./IRandomness.sol";
import {ISlasher} from "./ISlasher.sol";

/// @title What a court is built upon, for good
interface ICourtParts {
    /// @notice All of it, as the functions of these names say.
    struct CourtParts {
        IERC20 era;
        IParticipantRegistry registry;
        INodes nodes;
        IDisputable results;
        ISlasher slasher;
        INodeRecords records;
        IPanels panels;
        INodeBallots ballots;
        IRandomness randomness;
        address valueFund;
    }

    /// @notice The token of the bonds.
    function era() external view returns (IERC20);

    /// @notice The registry of participants.
    function registry() external view returns (IParticipantRegistry);

    /// @notice Who signs, and who judges.
    function nodes() external view returns (INodes);

    /// @notice What is disputed.
    function results() external view returns (IDisputable);

    /// @notice Who takes and freezes stake.
    function slasher() external view returns (ISlasher);

    /// @notice What nodes did.
    function records() external view returns (INodeRecords);

    /// @notice Who draws panels.
    function panels() external view returns (IPanels);

    /// @notice Where panels vote.
    function ballots() external view returns (INodeBallots);

    /// @notice Where seeds come from.
    function randomness() external view returns (IRandomness);

    /// @notice Gets what is nobody's: remainders, rewards for votes where nobody was right, bonds of withheld cases.
    function valueFund() external view returns (address);
}
