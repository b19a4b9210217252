// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {IPanels} from "../interfaces/IPanels.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";

/// @title Draws whom a test wants, and remembers what it was asked
contract PanelsDouble is IPanels {
    uint32[] private _next;
    bytes32 public expectedSeed;
    uint48[] private _expectedEntities;

    error DrawnWithOthers();

    function set(uint32[] calldata nodes, bytes32 seed, uint48[] calldata entities) external {
        (_next, expectedSeed, _expectedEntities) = (nodes, seed, entities);
    }

    function draw(
        bytes32 seed,
        uint256 size,
        uint32[] calldata without,
        uint48[] calldata entities
    ) external view returns (uint32[] memory nodes) {
        bytes32 told = keccak256(abi.encode(_expectedEntities));
        if (without.length != 0 || keccak256(abi.encode(entities)) != told) revert DrawnWithOthers();
        if (expectedSeed != 0 && seed != expectedSeed) revert DrawnWithOthers();
        nodes = _next;
        if (nodes.length > size) {
            assembly ("memory-safe") {
                mstore(nodes, size)
            }
        }
    }
}

/// @title Gives seeds when a test says so
contract SeedsDouble is IRandomness {
    uint256 public tickets;
    mapping(uint256 ticket => bytes32) public seedOf;

    function requestSeed() external returns (uint256) {
        return ++tickets;
    }

    function reveal(uint256 ticket, bytes32 seed) external {
        seedOf[ticket] = seed;
    }
}

/// @title Counters of nodes by epochs, without scores
contract RecordsDouble is INodeRecords {
    uint32 public immutable epochLength;
    mapping(uint32 node => mapping(uint32 epoch => NodeEpoch)) private _records;
    mapping(uint32 epoch => uint256) public volumeOf;

    constructor(uint32 epochLength_) {
        epochLength = epochLength_;
    }

    function recordSigned(uint32[] calldata nodes, uint96 volume) external {
        uint32 epoch = currentEpoch();
        for (uint256 i = 0; i < nodes.length; ++i) {
            NodeEpoch storage one = _records[nodes[i]][epoch];
            ++one.signed;
            one.volume += volume;
        }
        volumeOf[epoch] += volume * nodes.length;
    }

    function recordWrong(uint32 node) external {
        ++_records[node][currentEpoch()].wrong;
    }

    function recordMissed(uint32 node) external {
        ++_records[node][currentEpoch()].missed;
    }

    function recordOf(uint32 node, uint32 epoch) external view returns (NodeEpoch memory) {
        return _records[node][epoch];
    }

    function currentEpoch() public view returns (uint32) {
        return uint32(block.timestamp / epochLength);
    }

    function scoreOf(uint32, uint32, uint256) external pure returns (uint16, uint16, uint16) {
        return (0, 0, 0);
    }
}

/// @title A target in a mood: refuses to take back, burns gas, or forgets what it was about
contract TargetDouble is IVerifiedTarget {
    enum TargetMood {
        Good,
        RefusesWithdrawal,
        BurnsGas,
        Gone
    }

    TargetMood public mood;
    uint48 public first;
    uint48 public second;
    uint96 public amount;
    uint40 public statedAt;
    uint48 public source;
    uint8 public level;

    error Moody();

    function behave(TargetMood mood_) external {
        mood = mood_;
    }

    function interest(uint48 first_, uint48 second_) external {
        (first, second) = (first_, second_);
    }

    function stateVerified(
        uint256,
        uint8,
        uint96 amount_,
        uint40 statedAt_,
        uint40,
        uint48 source_,
        uint8 level_
    ) external {
        if (mood == TargetMood.RefusesWithdrawal && amount_ == 0) revert Moody();
        if (mood == TargetMood.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (amount_ == 0 && statedAt_ != statedAt) return;
        (amount, statedAt, source, level) = (amount_, statedAt_, source_, level_);
    }

    function interestedIn(uint256 id) external view returns (uint48, uint48) {
        if (mood == TargetMood.Gone || id == 0) revert Moody();
        return (first, second);
    }
}

/// @title A signer that is a contract and tries to change something while it is asked
contract MeddlingSigner is IERC1271 {
    address public target;
    bytes public payload;

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        (bool ok, ) = target.staticcall(payload);
        return ok ? bytes4(0xffffffff) : IERC1271.isValidSignature.selector;
    }
}
