// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {DevnetCurrency} from "../devnet/DevnetCurrency.sol";

/// @title Transfers in a mood: as a token may, or as a hostile one would
/// @dev In every mood but Good and LongTrue no money moves; LosesHalf loses a part of what is taken from somebody, as a token
/// that rebases may.
contract MoodyToken is DevnetCurrency {
    enum Mood {
        Good,
        LongTrue,
        BurnsAllGas,
        LongRefusal,
        SaysFalse,
        ShortAnswer,
        SaysTwo,
        LosesHalf
    }

    Mood public mood;

    constructor() DevnetCurrency("MOO", 6) {}

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        Mood felt = mood;
        if (felt == Mood.Good) return super.transfer(to, amount);
        if (felt == Mood.LongTrue) super.transfer(to, amount);
        assembly ("memory-safe") {
            mstore(0, 1) // what stands behind it does not matter
            switch felt
            case 1 {
                return(0, 10000)
            }
            case 2 {
                invalid()
            }
            case 3 {
                revert(0, 30000)
            }
            case 5 {
                return(0, 31)
            }
            case 6 {
                mstore(0, 2)
                return(0, 32)
            }
        }
        return false;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        super.transferFrom(from, to, amount);
        if (mood == Mood.LosesHalf) _burn(to, amount / 2);
        return true;
    }
}

/// @title Calls with so much gas and no more
contract StingyCaller {
    function callWith(address target, bytes calldata data, uint256 gas_) external {
        (bool ok, bytes memory answer) = target.call{gas: gas_}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
