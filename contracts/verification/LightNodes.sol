// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EraBudget} from "../access/EraBudget.sol";
import {IDeviceRegister} from "../interfaces/IDeviceRegister.sol";
import {ILightNodes} from "../interfaces/ILightNodes.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {MedianLib} from "../libraries/MedianLib.sol";
import {LightBook} from "./LightBook.sol";

/// @title Light nodes: what devices observed is settled window by window, paid, and read by others
/// @dev What is promised = all that nodes earned and did not claim.
contract LightNodes is ILightNodes, EraBudget, LightBook {
    uint256 private constant FULL_WEIGHT = 10_000;
    uint256 private constant LEAST_ENTITIES = 3;
    /// @dev Divides by each number of devices that an entity can have in a window, so that their mean weight is a whole number.
    uint256 private constant SHARED_BY = 6;

    /// @dev An observation that counts: its node, the place of its entity, and the weight of its device.
    struct Voice {
        uint32 node;
        uint16 weight;
        bool counts;
        bool accepted;
        uint256 place;
        uint256 due;
        uint256 paid;
    }

    /// @dev A window while it is settled. `entities`: how many there are. `total`: of all that is due.
    struct Judgement {
        Voice[] voices;
        uint256 entities;
        uint256 total;
        uint8 accepted;
        int96 value;
    }

    /// @inheritdoc ILightNodes
    uint32 public immutable rewardEpochLength;
    /// @inheritdoc ILightNodes
    uint96 public nodeCap;
    /// @inheritdoc ILightNodes
    mapping(uint32 node => uint256) public earnedBy;
    /// @inheritdoc ILightNodes
    mapping(uint32 node => mapping(uint32 epoch => uint256)) public rewardedIn;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    /// @param devices_ the register of devices
    /// @param rewardEpochLength_ seconds of an epoch of rewards, 1 to 90 days, for good
    /// @param cap the most a node is rewarded with for one epoch
    constructor(
        address access,
        IERC20 era_,
        IParticipantRegistry registry_,
        IDeviceRegister devices_,
        uint32 rewardEpochLength_,
        uint96 cap
    ) EraBudget(access, era_, registry_) LightBook(devices_) {
        if (rewardEpochLength_ < 1 days || rewardEpochLength_ > 90 days) {
            revert RewardEpochOutOfRange(rewardEpochLength_);
        }
        rewardEpochLength = rewardEpochLength_;
        _setCap(cap);
    }

    /// @inheritdoc ILightNodes
    function settle(bytes32 series, uint40 window) external nonReentrant returns (WindowOutcome outcome) {
        Header storage header = _headers[series][window];
        uint256 count = header.count;
        if (count == 0) revert NothingObserved(series, window);
        if (header.outcome != WindowOutcome.Open) revert WindowAlreadySettled(series, window);
        KindTerms memory terms = _kinds[_series[series].kind][header.version];
        uint256 end = (uint256(window) + 1) * terms.window;
        if (block.timestamp < end + terms.grace) revert WindowStillOpen(series, window, end + terms.grace);

        ObservationEntry[] memory entries = _entriesOf(series, window, count);
        Judgement memory found = _weigh(entries);
        outcome = _outcomeOf(entries, found, terms);
        header.outcome = outcome;
        uint256 paid = 0;
        if (outcome == WindowOutcome.Agreed) {
            uint32 epoch = uint32(end / rewardEpochLength);
            _value(found, terms.reward, epoch);
            paid = _pay(found, epoch);
            _keep(series, window, found);
            _judge(series, window, entries, found);
        }
        emit WindowSettled(series, window, msg.sender, outcome, found.value, found.accepted, found.total, paid);
    }

    /// @inheritdoc ILightNodes
    function claim(uint32 node) external nonReentrant returns (uint256 amount) {
        if (msg.sender != devices.nodes().ownerOf(node)) revert NotNodeOwner(node, msg.sender);
        _activeEntity(msg.sender);
        amount = earnedBy[node];
        if (amount == 0) revert NothingEarned(node);
        earnedBy[node] = 0;
        emit LightRewardClaimed(node, msg.sender, amount);
        _handOut(msg.sender, amount);
    }

    /// @inheritdoc ILightNodes
    function setNodeCap(uint96 cap) external restricted {
        _setCap(cap);
    }

    /// @inheritdoc ILightNodes
    function latest(bytes32 series) external view returns (int96 value, uint40 at, uint8 accepted) {
        Series memory one = _series[series];
        if (one.devices == 0) revert NothingAgreed(series);
        return (one.value, one.window * _kinds[one.kind][1].window, one.devices);
    }

    /// @dev Numbers the entities of the observations that count, and finds the median.
    function _weigh(ObservationEntry[] memory entries) private view returns (Judgement memory found) {
        uint256 count = entries.length;
        Voice[] memory voices = new Voice[](count);
        uint256[] memory sizes = new uint256[](count);
        uint256 counted = 0;
        for (uint256 i = 0; i < count; ++i) {
            Voice memory one = voices[i];
            IDeviceRegister.DeviceState state;
            (state, one.node, , , one.weight) = devices.standingOf(entries[i].device);
            if (entries[i].struck || state == IDeviceRegister.DeviceState.Suspended) continue;
            one.counts = true;
            ++counted;
            uint256 place = found.entities;
            for (uint256 j = 0; j < i; ++j) {
                if (voices[j].counts && entries[j].entity == entries[i].entity) place = voices[j].place;
            }
            if (place == found.entities) ++found.entities;
            one.place = place;
            ++sizes[place];
        }
        found.voices = voices;
        if (found.entities < LEAST_ENTITIES) return found;
        uint256[] memory words = new uint256[](counted);
        for (uint256 i = 0; i < count; ++i) {
            Voice memory one = voices[i];
            if (!one.counts) continue;
            words[--counted] = MedianLib.word(entries[i].value, (one.weight * SHARED_BY) / sizes[one.place]);
        }
        found.value = MedianLib.lowerMedian(words);
    }

    /// @dev Finds who is near the median, and whether they are more than half of the entities.
    function _outcomeOf(
        ObservationEntry[] memory entries,
        Judgement memory found,
        KindTerms memory terms
    ) private pure returns (WindowOutcome) {
        if (found.entities < LEAST_ENTITIES) return WindowOutcome.Thin;
        uint256 most = MedianLib.tolerance(found.value, terms.tolerance, terms.toleranceBps);
        bool[] memory agrees = new bool[](found.entities);
        uint256 agreeing = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            Voice memory one = found.voices[i];
            if (!one.counts || !MedianLib.near(entries[i].value, found.value, most)) continue;
            one.accepted = true;
            ++found.accepted;
            if (!agrees[one.place]) ++agreeing;
            agrees[one.place] = true;
        }
        return 2 * agreeing > found.entities ? WindowOutcome.Agreed : WindowOutcome.Disagreed;
    }

    /// @dev What each accepted observation is worth, within the caps of the nodes.
    function _value(Judgement memory found, uint256 reward, uint32 epoch) private view {
        for (uint256 i = 0; i < found.voices.length; ++i) {
            Voice memory one = found.voices[i];
            if (!one.accepted) continue;
            uint256 rewarded = rewardedIn[one.node][epoch];
            for (uint256 j = 0; j < i; ++j) {
                if (found.voices[j].node == one.node) rewarded += found.voices[j].due;
            }
            uint256 due = (reward * one.weight) / FULL_WEIGHT;
            uint256 room = nodeCap > rewarded ? nodeCap - rewarded : 0;
            one.due = due < room ? due : room;
            found.total += one.due;
        }
    }

    /// @dev Pays; where the budget is too small, each the same part of its due, rounded down.
    function _pay(Judgement memory found, uint32 epoch) private returns (uint256 paid) {
        uint256 left = budgetLeft();
        for (uint256 i = 0; i < found.voices.length; ++i) {
            Voice memory one = found.voices[i];
            uint256 amount = found.total > left ? Math.mulDiv(one.due, left, found.total) : one.due;
            one.paid = amount;
            if (amount != 0) {
                earnedBy[one.node] += amount;
                rewardedIn[one.node][epoch] += amount;
                paid += amount;
            }
        }
        _promise(paid);
    }

    /// @dev Changes the weights of those who were heard.
    function _judge(bytes32 series, uint40 window, ObservationEntry[] memory entries, Judgement memory found) private {
        for (uint256 i = 0; i < entries.length; ++i) {
            Voice memory one = found.voices[i];
            if (!one.counts) continue;
            uint32 device = entries[i].device;
            uint16 weight;
            if (one.accepted) weight = devices.confirm(device);
            else (weight, ) = devices.contradict(device, msg.sender);
            emit ObservationJudged(series, window, device, one.accepted, weight, one.paid);
        }
    }

    /// @dev A window that is settled late does not take the place of a later one.
    function _keep(bytes32 series, uint40 window, Judgement memory found) private {
        Series storage one = _series[series];
        if (one.devices != 0 && one.window > window) return;
        (one.value, one.window, one.devices) = (found.value, window, found.accepted);
    }

    function _setCap(uint96 cap) private {
        nodeCap = cap;
        emit NodeCapSet(cap);
    }
}
