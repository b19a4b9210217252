// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";

/// @notice What every charge reads, in one word: bits 0-79 rate | 80-119 last second at which it is good | 120-159, 160-199,
/// 200-239 prices of the services 0, 1, 2 | 240-247 number of services | 248 the rate is the fallback.
type FeeWord is uint256;

using FeeLib for FeeWord global;

/// @title Fees in ERA and the rate they are charged at
library FeeLib {
    /// @dev Services whose prices stand beside the rate.
    uint256 internal constant NEAR = 3;
    /// @dev usd / 10^6 / (rate / 10^18) × 10^18
    uint256 private constant SCALE = 10 ** 30;
    uint256 private constant FALLBACK = 1 << 248;
    /// @dev What a source may use: several times what a mean of 64 observations needs.
    uint256 private constant GAS = 150_000;
    /// @dev A call passes on 63/64 of what is left after its own cost: 150,000 of 165,000 for sure.
    uint256 private constant LEAST = 165_000;

    /// @notice The call has `left` gas; `needed` is needed, so that a source cannot be made to fail by giving too little.
    error MoreGasForRate(uint256 left, uint256 needed);

    function rate(FeeWord word) internal pure returns (uint256) {
        return uint80(FeeWord.unwrap(word));
    }

    function goodUntil(FeeWord word) internal pure returns (uint256) {
        return uint40(FeeWord.unwrap(word) >> 80);
    }

    /// @dev Of one of the services 0 to 2.
    function price(FeeWord word, uint256 service) internal pure returns (uint256) {
        unchecked {
            return uint40(FeeWord.unwrap(word) >> (120 + 40 * service));
        }
    }

    function services(FeeWord word) internal pure returns (uint256) {
        return uint8(FeeWord.unwrap(word) >> 240);
    }

    function isFallback(FeeWord word) internal pure returns (bool) {
        return FeeWord.unwrap(word) & FALLBACK != 0;
    }

    function withRate(FeeWord word, uint256 rate_, uint256 goodUntil_, bool fallback_) internal pure returns (FeeWord) {
        uint256 kept = FeeWord.unwrap(word) & ~(uint256(type(uint120).max) | FALLBACK);
        return FeeWord.wrap(kept | rate_ | (goodUntil_ << 80) | (fallback_ ? FALLBACK : 0));
    }

    function withPrice(FeeWord word, uint256 service, uint256 usd) internal pure returns (FeeWord) {
        uint256 shift = 120 + 40 * service;
        return FeeWord.wrap((FeeWord.unwrap(word) & ~(uint256(type(uint40).max) << shift)) | (usd << shift));
    }

    function withServices(FeeWord word, uint256 services_) internal pure returns (FeeWord) {
        return FeeWord.wrap((FeeWord.unwrap(word) & ~(uint256(0xff) << 240)) | (services_ << 240));
    }

    /// @dev Rounded up: nobody pays less than the price. Neither is 0, and `usd` is below 2^40: the product is below 2^140.
    function toEraUp(uint256 usd, uint256 rate_) internal pure returns (uint256 amount) {
        uint256 scale = SCALE;
        assembly ("memory-safe") {
            amount := add(div(sub(mul(usd, scale), 1), rate_), 1) // unchecked for the sake of `fee.pay`
        }
    }

    /// @dev Asks a source that may do anything: it fails, or two words are taken of its answer and no more.
    function ask(IUsdRateSource source) internal view returns (bool answered, uint256 rate_, uint256 updatedAt) {
        if (gasleft() < LEAST) revert MoreGasForRate(gasleft(), LEAST);
        uint256 limit = GAS;
        bytes4 selector = IUsdRateSource.usdRate.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            answered := staticcall(limit, source, 0, 4, 0, 64)
            answered := and(answered, gt(returndatasize(), 63)) // in a line of its own: arguments are taken from the right
            if answered {
                rate_ := mload(0)
                updatedAt := mload(32)
            }
        }
    }
}
