// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IParameterBook} from "../interfaces/IParameterBook.sol";

/// @title Keeps two governed words a key, in a mood
contract GovernedDouble is AccessManaged, Multicall {
    enum GovernedMood {
        Good,
        Lies,
        Refuses,
        ShortAnswer,
        ComesBack
    }

    struct GovernedPair {
        uint96 first;
        uint96 second;
    }

    GovernedMood public governedMood;
    mapping(uint8 key => GovernedPair) private _pairs;

    error PairRefused(uint96 first, uint96 second);

    constructor(address access) AccessManaged(access) {}

    function setGovernedMood(GovernedMood mood) external {
        governedMood = mood;
    }

    /// @dev As a constructor would, or whoever set it before the book had it.
    function plant(uint8 key, uint96 first, uint96 second) external {
        _pairs[key] = GovernedPair(first, second);
    }

    function setPair(uint8 key, uint96 first, uint96 second) external restricted {
        if (governedMood == GovernedMood.Refuses) revert PairRefused(first, second);
        if (governedMood == GovernedMood.ComesBack) {
            bytes32[] memory keys = new bytes32[](1);
            keys[0] = bytes32(uint256(key));
            uint256[] memory values = new uint256[](2);
            (values[0], values[1]) = (first, second + 1);
            IParameterBook(msg.sender).set(1, keys, values);
        }
        _pairs[key] = GovernedPair(first, governedMood == GovernedMood.Lies ? second / 2 : second);
    }

    function pairOf(uint8 key) external view returns (uint256 mood, GovernedPair memory pair) {
        if (governedMood == GovernedMood.ShortAnswer) {
            assembly ("memory-safe") {
                return(0, 64)
            }
        }
        return (uint256(governedMood), _pairs[key]);
    }
}
