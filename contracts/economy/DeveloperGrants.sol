// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EraBudget} from "../access/EraBudget.sol";
import {IDeveloperGrants} from "../interfaces/IDeveloperGrants.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {UsdLib} from "../libraries/UsdLib.sol";

/// @title Grants to developers of circulation tools
/// @dev What is promised = all that developers can claim. Entries are governance's own, so there is no pause.
contract DeveloperGrants is IDeveloperGrants, EraBudget {
    /// @inheritdoc IDeveloperGrants
    uint256 public constant DEVELOPER_CAP = 300_000e6;
    uint256 private constant MOST_MILESTONES = 32;
    uint256 private constant LONGEST = 5 * 365 days;
    uint8 private constant ERA_DECIMALS = 18;

    /// @dev One slot.
    struct Developer {
        uint96 usd;
        uint128 claimable;
    }

    mapping(uint48 developer => Developer) private _developers;
    mapping(uint256 grant => uint48 developer) private _developerOf;
    mapping(uint256 grant => Milestone[]) private _milestones;
    RateTerms private _rateTerms;

    /// @inheritdoc IDeveloperGrants
    uint256 public grantCount;

    /// @param access the suite's AccessManager
    /// @param era_ the ERA token
    /// @param registry_ the ParticipantRegistry
    /// @param terms how the rate is taken
    constructor(
        address access,
        IERC20 era_,
        IParticipantRegistry registry_,
        RateTerms memory terms
    ) EraBudget(access, era_, registry_) {
        _setRateTerms(terms);
    }

    /// @inheritdoc IDeveloperGrants
    function award(
        uint48 developer,
        MilestoneTerms[] calldata milestones,
        bytes32 documentHash
    ) external restricted returns (uint256 grant) {
        if (documentHash == 0) revert NoDocument();
        if (registry.legalIdOf(developer) == 0) revert UnknownDeveloper(developer);
        uint256 count = milestones.length;
        if (count == 0 || count > MOST_MILESTONES) revert MilestonesOutOfRange(count, MOST_MILESTONES);
        grant = ++grantCount;
        _developerOf[grant] = developer;
        uint256 usd = _developers[developer].usd;
        for (uint256 i = 0; i < count; ++i) {
            MilestoneTerms calldata terms = milestones[i];
            bool inTime = terms.deadline >= block.timestamp && terms.deadline <= block.timestamp + LONGEST;
            if (terms.usd == 0 || terms.termsHash == 0 || !inTime) revert InvalidMilestone(i);
            usd += terms.usd;
            _milestones[grant].push(Milestone(terms.usd, terms.deadline, MilestoneState.Open, terms.termsHash));
        }
        if (usd > DEVELOPER_CAP) revert DeveloperCapExceeded(developer, usd, DEVELOPER_CAP);
        _developers[developer].usd = uint96(usd);
        emit GrantAwarded(grant, developer, milestones, documentHash);
    }

    /// @inheritdoc IDeveloperGrants
    function approve(uint256 grant, uint256 index, bytes32 evidenceHash) external restricted returns (uint256 amount) {
        if (evidenceHash == 0) revert NoDocument();
        Milestone storage milestone = _open(grant, index);
        if (block.timestamp > milestone.deadline) revert MilestoneOverdue(grant, index, milestone.deadline);
        uint256 rate = rateOfTheDay();
        amount = UsdLib.toUnitsDown(milestone.usd, rate, ERA_DECIMALS);
        milestone.state = MilestoneState.Approved;
        uint48 developer = _developerOf[grant];
        _promise(amount);
        _developers[developer].claimable += uint128(amount);
        emit MilestoneApproved(grant, index, developer, milestone.usd, rate, amount, evidenceHash);
    }

    /// @inheritdoc IDeveloperGrants
    function cancel(uint256 grant, uint256 index) external restricted {
        _end(grant, index, _open(grant, index), MilestoneState.Cancelled);
    }

    /// @inheritdoc IDeveloperGrants
    function expire(uint256 grant, uint256 index) external {
        Milestone storage milestone = _open(grant, index);
        if (block.timestamp <= milestone.deadline) revert MilestoneRunning(grant, index, milestone.deadline);
        _end(grant, index, milestone, MilestoneState.Expired);
    }

    /// @inheritdoc IDeveloperGrants
    function claim() external nonReentrant returns (uint256 amount) {
        uint48 developer = _activeEntity(msg.sender);
        amount = _developers[developer].claimable;
        if (amount == 0) revert NothingToTake(developer);
        _developers[developer].claimable = 0;
        emit GrantClaimed(developer, msg.sender, amount);
        _handOut(msg.sender, amount);
    }

    /// @inheritdoc IDeveloperGrants
    function setRateTerms(RateTerms calldata terms) external restricted {
        _setRateTerms(terms);
    }

    /// @inheritdoc IDeveloperGrants
    function rateTerms() external view returns (RateTerms memory) {
        return _rateTerms;
    }

    /// @inheritdoc IDeveloperGrants
    function grantOf(uint256 grant) external view returns (uint48 developer, Milestone[] memory milestones) {
        return (_developerOf[grant], _milestones[grant]);
    }

    /// @inheritdoc IDeveloperGrants
    function countedUsd(uint48 developer) external view returns (uint256) {
        return _developers[developer].usd;
    }

    /// @inheritdoc IDeveloperGrants
    function claimableOf(uint48 developer) external view returns (uint256) {
        return _developers[developer].claimable;
    }

    /// @inheritdoc IDeveloperGrants
    function rateOfTheDay() public view returns (uint256 rate) {
        RateTerms memory terms = _rateTerms;
        uint256 updatedAt;
        (rate, updatedAt) = terms.source.usdRate();
        // A rate of the future is nobody's mean.
        if (updatedAt > block.timestamp || updatedAt + terms.maxAge < block.timestamp) {
            revert RateNotOfTheDay(updatedAt, terms.maxAge);
        }
        if (rate < terms.least || rate > terms.most) revert RateOutOfBounds(rate, terms.least, terms.most);
    }

    function _end(uint256 grant, uint256 index, Milestone storage milestone, MilestoneState state) private {
        milestone.state = state;
        uint48 developer = _developerOf[grant];
        _developers[developer].usd -= milestone.usd;
        emit MilestoneEnded(grant, index, developer, state, milestone.usd);
    }

    function _open(uint256 grant, uint256 index) private view returns (Milestone storage milestone) {
        if (index >= _milestones[grant].length) revert UnknownMilestone(grant, index);
        milestone = _milestones[grant][index];
        if (milestone.state != MilestoneState.Open) revert MilestoneClosed(grant, index, milestone.state);
    }

    function _setRateTerms(RateTerms memory terms) private {
        bool bounded = terms.least != 0 && terms.least <= terms.most;
        bool good = address(terms.source).code.length != 0 && terms.maxAge != 0 && terms.maxAge <= 7 days;
        if (!bounded || !good) revert InvalidRateTerms();
        _rateTerms = terms;
        emit GrantRateSet(terms);
    }
}
