// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title A budget in ERA that is promised to entities, and never more than is there
/// @notice What the contract has = `budgetLeft` (promised to nobody) + `budgetOwed` (promised, not handed out) + what was sent
/// without a word, which `absorb` adds to the budget. Amounts are in the smallest unit of ERA (18 decimals).
interface IEraBudget {
    /// @notice `amount` came in from `from` (this contract: what had been sent without a word); `left` is promised to nobody.
    event BudgetFunded(address indexed from, uint256 amount, uint256 left);
    /// @notice Governance moved `amount` that was promised to nobody to `to`.
    event BudgetMoved(address indexed to, uint256 amount, uint256 left);

    /// @notice There is nothing to add or to move.
    error NothingToFund();
    /// @notice `needed` is more than the `left` that is promised to nobody.
    error BudgetTooSmall(uint256 needed, uint256 left);
    /// @notice Money can go neither to nobody nor to the contract itself.
    error CannotBePaid(address account);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice Nothing can be claimed now by `entity`.
    error NothingToTake(uint48 entity);

    /// @notice Adds `amount`, which the caller approved, to the budget. Anyone may.
    function fund(uint256 amount) external;

    /// @notice Adds to the budget what was sent to the contract without a word. Anyone may.
    /// @return amount how much that was
    function absorb() external returns (uint256 amount);

    /// @notice Moves a part of what is promised to nobody, for example to a contract that takes the place of this one. Only
    /// ADMIN, the timelock of governance.
    function moveBudget(address to, uint256 amount) external;

    /// @notice What is promised to nobody.
    function budgetLeft() external view returns (uint256);

    /// @notice What is promised and not handed out.
    function budgetOwed() external view returns (uint256);

    /// @notice The ERA token.
    function era() external view returns (IERC20);

    /// @notice The registry that says which account acts for which entity.
    function registry() external view returns (IParticipantRegistry);
}
