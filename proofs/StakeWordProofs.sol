// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IStakePools} from "../contracts/interfaces/IStakePools.sol";
import {RewardFlow, RewardPower} from "../contracts/libraries/RateLib.sol";
import {NodeIndex, RewardWordLib} from "../contracts/libraries/RewardWordLib.sol";
import {StakeWordLib} from "../contracts/libraries/StakeWordLib.sol";
import {Proof} from "./Proof.sol";

/// @title Words of stakes and rewards: what is written is what is read
contract StakeWordProofs is Proof {
    using RewardWordLib for NodeIndex;
    using RewardWordLib for RewardFlow;
    using RewardWordLib for RewardPower;
    using RewardWordLib for uint256;
    using StakeWordLib for IStakePools.ActivePool;
    using StakeWordLib for IStakePools.LeavingPool;
    using StakeWordLib for uint256;

    /// @notice An active pool is read from its word as it was written, each field of it.
    function check_activePool(IStakePools.ActivePool memory pool) external pure {
        _assume(pool.commissionBps <= WHOLE);
        uint256 word = pool.toWord();
        IStakePools.ActivePool memory read = word.toActive();
        assert(read.active == pool.active && read.shares == pool.shares && read.generation == pool.generation);
        assert(read.commissionBps == pool.commissionBps && read.place == pool.place && read.retired == pool.retired);
        assert(word.tokensIn() == pool.active && word.placeIn() == pool.place);
    }

    /// @notice A leaving pool is read from its word as it was written, each field of it.
    function check_leavingPool(IStakePools.LeavingPool memory pool) external pure {
        uint256 word = pool.toWord();
        IStakePools.LeavingPool memory read = word.toLeaving();
        assert(read.tokens == pool.tokens && read.shares == pool.shares);
        assert(read.generation == pool.generation && read.frozenUntil == pool.frozenUntil);
        assert(word.tokensIn() == pool.tokens);
    }

    /// @notice A node's index is read from its word as it was written, each field of it.
    function check_nodeIndex(NodeIndex memory at) external pure {
        NodeIndex memory read = at.toWord().toIndex();
        assert(read.paid == at.paid && read.index == at.index && read.rate == at.rate);
        assert(read.commissionBps == at.commissionBps && read.waits == at.waits);
    }

    /// @notice The flow of rewards is read from its word as it was written, each field of it.
    function check_rewardFlow(RewardFlow memory flow) external pure {
        RewardFlow memory read = flow.toWord().toFlow();
        assert(read.gain == flow.gain && read.funded == flow.funded && read.since == flow.since);
        assert(read.end == flow.end && read.length == flow.length);
    }

    /// @notice Power and stock of rewards are read from their word as they were written.
    function check_rewardPower(RewardPower memory stock) external pure {
        RewardPower memory read = stock.toWord().toPower();
        assert(read.power == stock.power && read.left == stock.left);
    }
}
