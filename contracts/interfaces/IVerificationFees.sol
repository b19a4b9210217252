// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {INodeRecords} from "./INodeRecords.sol";
import {INodes} from "./INodes.sol";

/// @title What nodes earn by verifying
/// @notice The nodes' part of each fee goes into the pot of the epoch in which the result was accepted. Once the epoch is over, none
/// of its results can be disputed any more and no case about one is open, each node has its part of the pot: its volume / all
/// volume of the epoch, rounded down, once. What a result was found false for is neither in the pot nor in the volumes: it goes
/// into the pot of the epoch that runs then, as does what rounding leaves. ERA amounts are in units of 10^-18.
interface IVerificationFees {
    /// @notice The pot of an epoch. `amount`: all that came in, less what was carried on before anything was paid. `paid`: of it,
    /// to nodes, or carried on. `disputableUntil`: the last second at which any of its results can be disputed. `cases`: open
    /// ones. `unforfeited`: results found false whose signers were not named yet (`forfeitFees`). `forfeited`, `claimed`:
    /// volumes.
    struct FeePot {
        uint96 amount;
        uint96 paid;
        uint40 disputableUntil;
        uint32 cases;
        uint32 unforfeited;
        uint96 forfeited;
        uint96 claimed;
    }

    /// @notice The owner of `node` was paid `amount` for its work in `epoch`.
    event VerificationFeesClaimed(uint32 indexed node, uint32 indexed epoch, address indexed owner, uint256 amount);
    /// @notice `amount` of the pot of `epoch` went into the pot of `to`.
    event VerificationFeesCarried(uint32 indexed epoch, uint32 indexed to, uint256 amount);
    /// @notice Each of `nodes`, which signed result `number`, lost `volume` of the result's epoch.
    event VerificationFeesForfeited(uint256 indexed number, uint32[] nodes, uint256 volume);
    /// @notice The fund was paid `amount`.
    event VerificationFundPaid(address indexed fund, uint256 amount);

    /// @notice The epoch is not over before `endsAt`.
    error FeeEpochRunning(uint32 epoch, uint256 endsAt);
    /// @notice A result of the epoch can be disputed until `until`.
    error FeeEpochDisputable(uint32 epoch, uint40 until);
    /// @notice `cases` about results of the epoch are open.
    error FeeCasesOpen(uint32 epoch, uint32 cases);
    /// @notice The signers of `results` results found false are not named yet: anyone can, with `forfeitFees`.
    error FeesToForfeit(uint32 epoch, uint32 results);
    /// @notice The node took its part of the epoch.
    error FeesAlreadyClaimed(uint32 node, uint32 epoch);
    /// @notice The node has no part in the epoch.
    error NoFeesToClaim(uint32 node, uint32 epoch);
    /// @notice Nodes have parts in the pot of the epoch: volumes of `volume` in all.
    error FeesBelongToNodes(uint32 epoch, uint256 volume);
    /// @notice Nothing is left in the pot of the epoch.
    error NoFeesToCarry(uint32 epoch);
    /// @notice Nothing is owed to the fund.
    error NothingOwedToFund();

    /// @notice Pays the owner of `node` its part of `epoch`. Anyone may call; always open.
    /// @return amount what was paid
    function claimFees(uint32 node, uint32 epoch) external returns (uint256 amount);

    /// @notice Moves the pot of an epoch in which no node has a part into the pot of the epoch that runs. Anyone may call.
    /// @return amount what was moved
    function carryFees(uint32 epoch) external returns (uint256 amount);

    /// @notice Pays the fund what it is owed. Anyone may call.
    /// @return amount what was paid
    function payFund() external returns (uint256 amount);

    /// @notice What `claimFees` would pay now; 0 where it would revert.
    function claimableFees(uint32 node, uint32 epoch) external view returns (uint256);

    /// @notice The pot of `epoch`.
    function potOf(uint32 epoch) external view returns (FeePot memory);

    /// @notice Volume of `epoch` that `node` forfeited, and whether it took its part.
    function feesOf(uint32 node, uint32 epoch) external view returns (uint96 forfeited, bool claimed);

    /// @notice What is owed to the fund.
    function fundOwed() external view returns (uint256);

    /// @notice ERA.
    function era() external view returns (IERC20);

    /// @notice The register of nodes.
    function nodes() external view returns (INodes);

    /// @notice The counters of nodes.
    function records() external view returns (INodeRecords);
}
