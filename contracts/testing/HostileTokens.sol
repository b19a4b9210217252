// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {DevnetCurrency} from "../devnet/DevnetCurrency.sol";

/// @title Takes a fee of 1% on every transfer
contract FeeToken is DevnetCurrency {
    constructor() DevnetCurrency("FEE", 6) {}

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        super._update(from, address(0), value / 100);
        super._update(from, to, value - value / 100);
    }
}

/// @title Takes a unit more from whoever sends than it delivers
contract GreedyToken is DevnetCurrency {
    constructor() DevnetCurrency("GRE", 6) {}

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(from, address(0), 1);
    }
}

/// @title Refuses transfers to and from listed accounts, as regulated stable coins do
contract BlacklistToken is DevnetCurrency {
    mapping(address account => bool) public blacklisted;

    error Blacklisted(address account);

    constructor() DevnetCurrency("BLK", 6) {}

    function setBlacklisted(address account, bool listed) external {
        blacklisted[account] = listed;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (blacklisted[from]) revert Blacklisted(from);
        if (blacklisted[to]) revert Blacklisted(to);
        super._update(from, to, value);
    }
}

/// @title Returns nothing where ERC-20 returns true, as some old tokens do
contract SilentToken {
    uint8 public constant decimals = 6;
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title Calls back into a target while its tokens move
contract ReentrantToken is DevnetCurrency {
    address public target;
    bytes public payload;

    constructor() DevnetCurrency("REE", 6) {}

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0)) return;
        (bool ok, bytes memory answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
