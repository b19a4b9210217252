// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodeScores} from "../interfaces/INodeScores.sol";
import {ScoreLib} from "../libraries/ScoreLib.sol";

/// @title What each node verified, and how well
contract NodeRecords is INodeScores, AccessManaged {
    uint32 private constant LEAST_EPOCH = 1 days;
    uint32 private constant MOST_EPOCH = 366 days;
    uint8 private constant MOST_TRAILING = 6;
    uint16 private constant WHOLE = 10_000;
    uint256 private constant MOST_SIGNERS = 31;
    uint256 private constant ONE_SIGNED = 1;
    uint256 private constant ONE_WRONG = 1 << 32;
    uint256 private constant ONE_MISSED = 1 << 64;

    /// @inheritdoc INodeRecords
    uint32 public immutable epochLength;

    uint8 private _trailing;
    uint16 private _targetBps;

    /// @dev A `NodeEpoch` in one word, so that a signer costs one addition: bits 0-31 signed | 32-63 wrong | 64-95 missed |
    /// 96-255 volume. A node does not do four thousand million things in an epoch.
    mapping(uint32 node => mapping(uint32 epoch => uint256)) private _words;
    mapping(uint32 epoch => uint256) private _volumes;

    /// @param access the suite's AccessManager
    /// @param epochLength_ seconds, 1 to 366 days, for good
    /// @param trailing epochs over which accuracy and efficiency are measured, 1 to 6
    /// @param targetBps volume of an epoch that is wanted of a node, in basis points of its active stake
    constructor(address access, uint32 epochLength_, uint8 trailing, uint16 targetBps) AccessManaged(access) {
        if (epochLength_ < LEAST_EPOCH || epochLength_ > MOST_EPOCH) {
            revert RecordEpochOutOfRange(epochLength_, LEAST_EPOCH, MOST_EPOCH);
        }
        epochLength = epochLength_;
        _setTerms(trailing, targetBps);
    }

    /// @inheritdoc INodeRecords
    function recordSigned(uint32[] calldata nodes, uint96 volume) external restricted {
        uint256 count = nodes.length;
        if (count > MOST_SIGNERS) revert TooManySigners(count, MOST_SIGNERS);
        uint32 epoch = currentEpoch();
        for (uint256 i = 0; i < count; ++i) {
            _words[nodes[i]][epoch] += (uint256(volume) << 96) | ONE_SIGNED;
        }
        _volumes[epoch] += count * volume;
        emit ResultsSigned(epoch, nodes, volume);
    }

    /// @inheritdoc INodeRecords
    function recordWrong(uint32 node) external restricted {
        uint32 epoch = currentEpoch();
        _words[node][epoch] += ONE_WRONG;
        emit ResultFoundWrong(epoch, node);
    }

    /// @inheritdoc INodeRecords
    function recordMissed(uint32 node) external restricted {
        uint32 epoch = currentEpoch();
        _words[node][epoch] += ONE_MISSED;
        emit DutyMissed(epoch, node);
    }

    /// @inheritdoc INodeScores
    function setScoreTerms(uint8 trailing, uint16 targetBps) external restricted {
        _setTerms(trailing, targetBps);
    }

    /// @inheritdoc INodeRecords
    function recordOf(uint32 node, uint32 epoch) external view returns (NodeEpoch memory) {
        return _read(node, epoch);
    }

    /// @inheritdoc INodeRecords
    function volumeOf(uint32 epoch) external view returns (uint256) {
        return _volumes[epoch];
    }

    /// @inheritdoc INodeScores
    function scoreTerms() external view returns (uint8 trailing, uint16 targetBps) {
        return (_trailing, _targetBps);
    }

    /// @inheritdoc INodeRecords
    function scoreOf(
        uint32 node,
        uint32 epoch,
        uint256 active
    ) external view returns (uint16 volumeBps, uint16 accuracyBps, uint16 efficiencyBps) {
        (uint256 trailing, uint256 targetBps) = (_trailing, _targetBps);
        uint256 signed = 0;
        uint256 wrong = 0;
        uint256 missed = 0;
        for (uint256 back = 0; back < trailing && back <= epoch; ++back) {
            NodeEpoch memory record = _read(node, uint32(epoch - back));
            if (back == 0) volumeBps = ScoreLib.volumeDown(record.volume, active, targetBps);
            signed += record.signed;
            wrong += record.wrong;
            missed += record.missed;
        }
        accuracyBps = ScoreLib.accuracyDown(signed, wrong);
        efficiencyBps = ScoreLib.efficiencyDown(signed, missed);
    }

    /// @inheritdoc INodeRecords
    function currentEpoch() public view returns (uint32) {
        return uint32(block.timestamp / epochLength);
    }

    function _setTerms(uint8 trailing, uint16 targetBps) private {
        bool good = trailing != 0 && trailing <= MOST_TRAILING && targetBps != 0 && targetBps <= WHOLE;
        if (!good) revert ScoreTermsOutOfRange(trailing, targetBps);
        (_trailing, _targetBps) = (trailing, targetBps);
        emit ScoreTermsSet(trailing, targetBps);
    }

    /// @dev A volume beyond its bits, many times all ERA there is, stands still at the most.
    function _read(uint32 node, uint32 epoch) private view returns (NodeEpoch memory) {
        uint256 word = _words[node][epoch];
        uint256 volume = Math.min(word >> 96, type(uint96).max);
        return NodeEpoch(uint32(word), uint32(word >> 32), uint32(word >> 64), uint96(volume));
    }
}
