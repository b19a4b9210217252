// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IDisputable} from "../interfaces/IDisputable.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";

/// @title Results that a test states, and that can be made to refuse what a court tells them
contract ResultsDouble is IDisputable {
    error UnknownResult(uint256 number);
    error CaseOpenAlready(uint256 number);
    error NoCaseOpen(uint256 number);
    error DeafResult(uint256 number);
    error WindowOver(uint256 number);

    mapping(uint256 number => Disputable) private _results;
    mapping(uint256 number => bool) public overturned;
    bool public deaf;

    address public target;
    bytes public payload;

    function state(uint256 number, Disputable calldata result) external {
        _results[number] = result;
    }

    function setDeaf(bool deaf_) external {
        deaf = deaf_;
    }

    /// @notice Calls `target` whenever a court tells something, and hands on what it answers.
    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function openCase(uint256 number) external {
        _strike();
        if (_results[number].open) revert CaseOpenAlready(number);
        if (block.timestamp > _results[number].disputableUntil) revert WindowOver(number);
        _results[number].open = true;
    }

    function closeCase(uint256 number, bool overturned_, uint40 until) external {
        _strike();
        if (deaf) revert DeafResult(number);
        if (!_results[number].open || overturned[number]) revert NoCaseOpen(number);
        (_results[number].open, overturned[number]) = (overturned_, overturned_);
        if (until > _results[number].disputableUntil) _results[number].disputableUntil = until;
    }

    function disputable(uint256 number) external view returns (Disputable memory result) {
        result = _results[number];
        if (result.acceptedAt == 0) revert UnknownResult(number);
    }

    function acceptedAt(uint256 number) external view returns (uint40) {
        return _results[number].acceptedAt;
    }

    function resultDigest(uint256 number, uint96 amount, uint40 validUntil) external view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), number, amount, validUntil));
    }

    function _strike() private {
        if (target == address(0)) return;
        (bool ok, bytes memory answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @title Takes 40% of what a node has, and writes down what it was told
contract SlasherDouble is ISlasher {
    struct Blow {
        uint32 node;
        uint256 base;
        Offence offence;
        address reporter;
        uint256 at;
    }

    INodes public immutable nodes;
    Blow[] private _blows;
    mapping(uint32 node => uint40) public frozenUntil;

    constructor(INodes nodes_) {
        nodes = nodes_;
    }

    function slash(
        uint32 node,
        uint256 base,
        Offence offence,
        address reporter,
        uint256 at
    ) external returns (uint256 taken) {
        (uint256 active, uint256 leaving, ) = nodes.stakeOf(node);
        uint256 there = active + leaving;
        _blows.push(Blow(node, base, offence, reporter, at));
        return ((base < there ? base : there) * rateOf(offence) + 9_999) / 10_000;
    }

    function freeze(uint32 node, uint40 until) external {
        if (until > frozenUntil[node]) frozenUntil[node] = until;
    }

    function blows() external view returns (Blow[] memory) {
        return _blows;
    }

    function rateOf(Offence) public pure returns (uint16) {
        return 4_000;
    }
}

/// @title Counts what nodes did wrong or missed, and nothing else
contract CourtRecordsDouble is INodeRecords {
    error BookClosed();

    bool public closed;
    mapping(uint32 node => uint256) public wrong;
    mapping(uint32 node => uint256) public missed;

    function setClosed(bool closed_) external {
        closed = closed_;
    }

    function recordSigned(uint32[] calldata, uint96) external {}

    function recordWrong(uint32 node) external {
        if (closed) revert BookClosed();
        ++wrong[node];
    }

    function recordMissed(uint32 node) external {
        if (closed) revert BookClosed();
        ++missed[node];
    }

    function recordOf(uint32, uint32) external pure returns (NodeEpoch memory none) {}

    function volumeOf(uint32) external pure returns (uint256) {}

    function currentEpoch() external pure returns (uint32) {}

    function epochLength() external pure returns (uint32) {}

    function scoreOf(uint32, uint32, uint256) external pure returns (uint16, uint16, uint16) {}
}

/// @title A source of seeds that a test states
contract CourtSeedsDouble is IRandomness {
    uint256 public ticketCount;
    mapping(uint256 ticket => bytes32) public seedOf;

    function requestSeed() external returns (uint256) {
        return ++ticketCount;
    }

    function state(uint256 ticket, bytes32 seed) external {
        seedOf[ticket] = seed;
    }
}
