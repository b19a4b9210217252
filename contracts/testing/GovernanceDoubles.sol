// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title Holds ERA that votes once or twice, as it is told
contract LockDouble is Votes {
    using Checkpoints for Checkpoints.Trace208;

    IERC20 public immutable era;

    mapping(address account => uint256) public single;
    mapping(address account => uint256) public twice;
    Checkpoints.Trace208 private _doubled;
    string private _mode = "mode=timestamp";

    constructor(IERC20 era_) EIP712("Lock double", "1") {
        era = era_;
    }

    function put(uint256 amount, bool double_) external {
        if (delegates(msg.sender) == address(0)) _delegate(msg.sender, msg.sender);
        (double_ ? twice : single)[msg.sender] += amount;
        _transferVotingUnits(address(0), msg.sender, double_ ? 2 * amount : amount);
        if (double_) _note(amount, 0);
        require(era.transferFrom(msg.sender, address(this), amount), "not paid");
    }

    function take(uint256 amount, bool double_) external {
        (double_ ? twice : single)[msg.sender] -= amount;
        _transferVotingUnits(msg.sender, address(0), double_ ? 2 * amount : amount);
        if (double_) _note(0, amount);
        require(era.transfer(msg.sender, amount), "not paid");
    }

    /// @notice A doubled lock whose time is over: it votes once.
    function fall(address account, uint256 amount) external {
        twice[account] -= amount;
        single[account] += amount;
        _transferVotingUnits(account, address(0), amount);
        _note(0, amount);
    }

    /// @notice Lets its ERA vote in the token, as no lock may.
    function misbehave(address delegatee) external {
        IVotes(address(era)).delegate(delegatee);
    }

    function setMode(string calldata mode) external {
        _mode = mode;
    }

    function doubledAt(uint256 timepoint) external view returns (uint256) {
        return _doubled.upperLookupRecent(_validateTimepoint(timepoint));
    }

    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override returns (string memory) {
        return _mode;
    }

    function _note(uint256 more, uint256 less) private {
        _doubled.push(clock(), uint208(_doubled.latest() + more - less));
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return single[account] + 2 * twice[account];
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
