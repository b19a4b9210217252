// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Where the whole supply of ERA begins
/// @notice Receives the supply at the token's creation and hands all of it, in one transaction and once, to the allocations
/// of the profile that was chosen. What each class gets is fixed here, in thousandths of a percent of the supply: community
/// 37,000, investors 32,075, team 14,750, research 16,175; a distribution that differs by one wei is refused.
interface IGenesis {
    /// @notice Whom an allocation is for.
    enum Class {
        Community,
        Investors,
        Team,
        Research
    }

    /// @notice An allocation: `amount` in units of 10^-18 ERA goes to `holder`, a contract that knows what to do with it.
    struct GenesisShare {
        bytes32 name;
        Class kind;
        address holder;
        uint96 amount;
    }

    /// @notice `holder` has the allocation `name` now.
    event GenesisAllocated(bytes32 indexed name, Class indexed kind, address indexed holder, uint96 amount);

    /// @notice The supply was distributed before.
    error AlreadyDistributed();
    /// @notice The supply of `token`, `supply`, is not here: `balance` is.
    error SupplyNotHere(address token, uint256 balance, uint256 supply);
    /// @notice The class would get `given` instead of `due`.
    error ClassShareDiffers(Class kind, uint256 given, uint256 due);
    /// @notice Each allocation has a call; it is empty where a transfer is enough.
    error CallsDiffer(uint256 allocations, uint256 calls);
    /// @notice `name` would have no money, or no contract that takes it.
    error BadAllocation(bytes32 name);
    /// @notice After its allocation `holder` has `received` more instead of `amount`.
    error NotTaken(bytes32 name, address holder, uint256 received, uint256 amount);

    /// @notice Hands the whole supply of `token` out, once. Only ADMIN, the deployer during a deployment.
    /// @param shares the allocations, whose classes sum exactly to what each is due
    /// @param calls for each allocation what its holder is called with to take the money, which it is allowed to pull; empty:
    /// it is sent
    function distribute(IERC20 token, GenesisShare[] calldata shares, bytes[] calldata calls) external;

    /// @notice What was handed out; empty before.
    function allocations() external view returns (GenesisShare[] memory);

    /// @notice What a class is due of a supply, in the same units.
    function due(Class kind, uint256 supply) external pure returns (uint256);
}
