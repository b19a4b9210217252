// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Blockhash} from "@openzeppelin/contracts/utils/Blockhash.sol";
import {IBlockhashSeeds} from "../interfaces/IBlockhashSeeds.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";

/// @title Seeds from the hashes of blocks
contract BlockhashSeeds is IBlockhashSeeds {
    uint256 private constant LEAST = 2;
    uint256 private constant MOST = 64;

    /// @inheritdoc IBlockhashSeeds
    uint256 public immutable delay;
    /// @inheritdoc IBlockhashSeeds
    uint256 public ticketCount;
    /// @inheritdoc IBlockhashSeeds
    mapping(uint256 ticket => uint256) public targetOf;
    /// @inheritdoc IRandomness
    mapping(uint256 ticket => bytes32) public seedOf;

    /// @param delay_ blocks to the target, 2 to 64
    constructor(uint256 delay_) {
        if (delay_ < LEAST || delay_ > MOST) revert SeedDelayOutOfRange(delay_, LEAST, MOST);
        delay = delay_;
    }

    /// @inheritdoc IRandomness
    function requestSeed() external returns (uint256 ticket) {
        ticket = ++ticketCount;
        uint256 target = block.number + delay;
        targetOf[ticket] = target;
        emit SeedRequested(ticket, msg.sender, target);
    }

    // A target or a hash is there or not; nobody can send what makes them zero.
    // slither-disable-start incorrect-equality
    /// @inheritdoc IBlockhashSeeds
    function capture(uint256 ticket) external returns (bytes32 seed) {
        seed = seedOf[ticket];
        if (seed != 0) return seed;
        uint256 target = targetOf[ticket];
        if (target == 0) revert UnknownTicket(ticket);
        if (block.number <= target) revert SeedTooEarly(ticket, target);
        bytes32 hash = Blockhash.blockHash(target);
        if (hash == 0) {
            uint256 next = block.number + delay;
            targetOf[ticket] = next;
            emit SeedMissed(ticket, target, next);
            return 0;
        }
        seed = keccak256(abi.encode(hash, address(this), ticket));
        seedOf[ticket] = seed;
        emit SeedCaptured(ticket, target, seed);
    }
    // slither-disable-end incorrect-equality
}
