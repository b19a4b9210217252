// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// @title Says which clock it has, and lets its ERA vote in the token where it is told to
contract SourceDouble {
    IVotes public immutable era;

    // solhint-disable-next-line var-name-mixedcase
    string public CLOCK_MODE = "mode=timestamp";

    constructor(IVotes era_) {
        era = era_;
    }

    function setMode(string calldata mode) external {
        CLOCK_MODE = mode;
    }

    /// @notice As no lock and no vault may.
    function misbehave(address delegatee) external {
        era.delegate(delegatee);
    }
}

/// @title The face of all votes with another clock
contract PowerDouble {
    address public immutable era;
    address public immutable lock;
    address public immutable vault;

    // solhint-disable-next-line var-name-mixedcase
    string public CLOCK_MODE;

    constructor(address era_, address lock_, address vault_, string memory mode) {
        (era, lock, vault, CLOCK_MODE) = (era_, lock_, vault_, mode);
    }
}

/// @title Does what it is told when it is called or paid, and remembers it
contract GovernedTarget {
    uint256 public value;
    uint256 public calls;
    uint256 public gasBurnt;
    bool public insideDone;

    address private _then;
    bytes private _payload;
    bool private _must;
    bool public answered;

    error NotNow();

    receive() external payable {
        _react();
    }

    /// @notice What to call the next time something arrives here; whether the failure of that is passed on.
    function arm(address target, bytes calldata payload, bool must) external {
        (_then, _payload, _must) = (target, payload, must);
    }

    function set(uint256 value_) external payable {
        value = value_;
        ++calls;
        _react();
    }

    function refuse() external pure {
        revert NotNow();
    }

    /// @notice Tries `burn` and goes on where that fails, as contracts do that must not be held up.
    function setAndTry(uint256 value_, uint256 slots) external {
        value = value_;
        try this.burn(slots) {
            insideDone = true;
        } catch {}
    }

    function burn(uint256 slots) external {
        for (uint256 i = 0; i < slots; ++i) {
            assembly ("memory-safe") {
                sstore(add(0x1000, i), timestamp())
            }
        }
        gasBurnt = slots;
    }

    function _react() private {
        if (_then == address(0)) return;
        address target = _then;
        delete _then;
        bytes memory answer;
        (answered, answer) = target.call(_payload);
        if (!answered && _must) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
