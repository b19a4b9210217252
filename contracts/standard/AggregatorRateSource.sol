// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";

/// @notice The two calls of a Chainlink-style price feed that are used here.
interface IAggregatorV3 {
    /// @notice Decimals of `answer`.
    function decimals() external view returns (uint8);

    /// @notice The latest answered round.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

/// @title Reads a Chainlink-style CURRENCY/USD feed as a rate source
contract AggregatorRateSource is IUsdRateSource {
    /// @notice The feed has more than 18 decimals.
    error FeedDecimals(uint8 decimals);
    /// @notice The feed answered zero or less.
    error FeedAnswer(int256 answer);

    /// @notice The feed that is read.
    IAggregatorV3 public immutable feed;
    uint256 private immutable _scale;

    /// @param feed_ a CURRENCY/USD feed
    constructor(IAggregatorV3 feed_) {
        uint8 decimals = feed_.decimals();
        if (decimals > 18) revert FeedDecimals(decimals);
        feed = feed_;
        _scale = 10 ** (18 - decimals);
    }

    /// @inheritdoc IUsdRateSource
    function usdRate() external view returns (uint256 rate, uint256 updatedAt) {
        int256 answer;
        (, answer, , updatedAt, ) = feed.latestRoundData();
        if (answer <= 0) revert FeedAnswer(answer);
        rate = uint256(answer) * _scale;
    }
}
