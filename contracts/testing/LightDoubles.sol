// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ISlasher} from "../interfaces/ISlasher.sol";
import {MedianLib} from "../libraries/MedianLib.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title A slasher that remembers what it was told, refuses, or calls back
contract LightSlasherDouble is ISlasher {
    struct Told {
        uint32 node;
        uint256 base;
        Offence offence;
        address reporter;
        uint256 at;
    }

    Told[] public told;
    bool public refusing;
    address public target;
    bytes public payload;

    error SlasherRefuses();

    function setRefusing(bool refusing_) external {
        refusing = refusing_;
    }

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function slash(
        uint32 node,
        uint256 base,
        Offence offence,
        address reporter,
        uint256 at
    ) external returns (uint256) {
        if (refusing) revert SlasherRefuses();
        told.push(Told(node, base, offence, reporter, at));
        if (target != address(0)) {
            (bool ok, bytes memory answer) = target.call(payload);
            if (!ok) {
                assembly ("memory-safe") {
                    revert(add(answer, 32), mload(answer))
                }
            }
        }
        return base / 10;
    }

    function freeze(uint32, uint40) external {}

    function rateOf(Offence) external pure returns (uint16) {
        return 1_000;
    }

    function count() external view returns (uint256) {
        return told.length;
    }
}

/// @title The arithmetic of light nodes, and what a check of a signature costs
contract LightProbe {
    function lowerMedian(int96[] calldata figures, uint256[] calldata weights) external pure returns (int96) {
        uint256[] memory words = new uint256[](figures.length);
        for (uint256 i = 0; i < figures.length; ++i) words[i] = MedianLib.word(figures[i], weights[i]);
        return MedianLib.lowerMedian(words);
    }

    function tolerance(int96 median, uint256 absolute, uint256 bps) external pure returns (uint256) {
        return MedianLib.tolerance(median, absolute, bps);
    }

    function near(int96 figure, int96 median, uint256 most) external pure returns (bool) {
        return MedianLib.near(figure, median, most);
    }

    function verify(
        bytes32 digest,
        bytes32 r,
        bytes32 s,
        bytes32 x,
        bytes32 y
    ) external view returns (bool good, uint256 gas) {
        gas = gasleft();
        good = P256.verify(digest, r, s, x, y);
        gas -= gasleft();
    }
}
