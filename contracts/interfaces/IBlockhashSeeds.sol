// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IRandomness} from "./IRandomness.sol";

/// @title Seeds from the hashes of blocks
/// @notice A ticket names a block that does not exist yet; once it does, anyone captures its hash and the seed stands for good:
/// keccak256(abi.encode(hash, this contract, ticket)). A hash can be captured for 256 blocks after its block (8,191 where the chain
/// keeps its history, EIP-2935). If nobody does, the next capture names a new block.
/// @dev Limits. Whoever orders blocks (the sequencer of a rollup) can influence a hash: it can leave a block out or change it until
/// it likes the hash. A user mixes something in that the sequencer does not know when the block is made, as the court does with the
/// challenger's secret. Whoever wants another seed can hope that nobody captures this one: those who do not want that capture it.
/// Not for chains on which `block.number` is another chain's (Arbitrum): there it takes another `IRandomness`.
interface IBlockhashSeeds is IRandomness {
    /// @notice `ticket` was asked for by `account`; its seed is the hash of block `target`.
    event SeedRequested(uint256 indexed ticket, address indexed account, uint256 target);
    /// @notice The seed of `ticket` stands.
    event SeedCaptured(uint256 indexed ticket, uint256 target, bytes32 seed);
    /// @notice The hash of block `missed` is gone; the seed of `ticket` will be the hash of block `target`.
    event SeedMissed(uint256 indexed ticket, uint256 missed, uint256 target);

    /// @notice The distance to the target is `least` to `most` blocks.
    error SeedDelayOutOfRange(uint256 delay, uint256 least, uint256 most);
    /// @notice There is no such ticket.
    error UnknownTicket(uint256 ticket);
    /// @notice Block `target` has no hash yet: it takes a later one.
    error SeedTooEarly(uint256 ticket, uint256 target);

    /// @notice Captures the seed of `ticket`, or names a new block where the hash is gone. Anyone may; once it stands, nothing
    /// changes it and this only returns it.
    /// @return seed zero where a new block was named
    function capture(uint256 ticket) external returns (bytes32 seed);

    /// @notice From the block of the request to the target, 2 to 64 blocks.
    function delay() external view returns (uint256);

    /// @notice The last ticket; they count from 1.
    function ticketCount() external view returns (uint256);

    /// @notice The block whose hash `ticket` waits for, or got; 0 where there is no such ticket.
    function targetOf(uint256 ticket) external view returns (uint256);
}
