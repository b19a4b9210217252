// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Calls with as little gas as it is told to
contract ThriftyCaller {
    function act(
        address target,
        bytes calldata payload,
        uint256 gas_
    ) external returns (bool done, bytes memory answer) {
        (done, answer) = target.call{gas: gas_}(payload);
    }
}
