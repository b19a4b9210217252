// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {DevnetCurrency} from "../devnet/DevnetCurrency.sol";
import {IUsdRateSource} from "../interfaces/IUsdRateSource.sol";

/// @title A source of a rate in a mood: as one may be, or as a hostile one would
contract MoodySource is IUsdRateSource {
    enum SourceMood {
        Good,
        Reverts,
        BurnsAllGas,
        ShortAnswer,
        LongAnswer,
        Vanished
    }

    SourceMood public mood;
    uint256 public rate;
    uint256 public updatedAt;

    function set(uint256 rate_, uint256 updatedAt_) external {
        (rate, updatedAt) = (rate_, updatedAt_);
    }

    function setMood(SourceMood mood_) external {
        mood = mood_;
    }

    function usdRate() external view returns (uint256, uint256) {
        SourceMood felt = mood;
        (uint256 rate_, uint256 updatedAt_) = (rate, updatedAt);
        assembly ("memory-safe") {
            switch felt
            case 1 {
                revert(0, 60000)
            }
            case 2 {
                invalid()
            }
            case 3 {
                mstore(0, rate_)
                return(0, 63)
            }
            case 4 {
                mstore(0, rate_)
                mstore(32, updatedAt_)
                return(0, 60000)
            }
            case 5 {
                return(0, 0)
            }
        }
        return (rate_, updatedAt_);
    }
}

/// @title Carries out every authorisation, and delivers one unit less
contract ShortToken is DevnetCurrency {
    constructor() DevnetCurrency("SHO", 18) {}

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        _transfer(from, to, value - 1);
    }
}
