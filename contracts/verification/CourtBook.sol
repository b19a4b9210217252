// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IDisputable} from "../interfaces/IDisputable.sol";
import {ICourtParts} from "../interfaces/ICourtParts.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {INodeBallots} from "../interfaces/INodeBallots.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IPanels} from "../interfaces/IPanels.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {CourtLib} from "../libraries/CourtLib.sol";

/// @title What a court knows: its terms, its cases, what it owes
abstract contract CourtBook is IDisputeCourt, BoundedPause, ReentrancyGuardTransient {
    // Phases are compared, not balances; whatever writes is nonReentrant where this is inherited; zeros are meant.
    // slither-disable-start incorrect-equality,reentrancy-no-eth,uninitialized-local
    using SafeERC20 for IERC20;

    uint256 private constant REOPENED = 2 days;

    /// @inheritdoc ICourtParts
    IERC20 public immutable era;
    /// @inheritdoc ICourtParts
    IParticipantRegistry public immutable registry;
    /// @inheritdoc ICourtParts
    INodes public immutable nodes;
    /// @inheritdoc ICourtParts
    IDisputable public immutable results;
    /// @inheritdoc ICourtParts
    ISlasher public immutable slasher;
    /// @inheritdoc ICourtParts
    INodeRecords public immutable records;
    /// @inheritdoc ICourtParts
    IPanels public immutable panels;
    /// @inheritdoc ICourtParts
    INodeBallots public immutable ballots;
    /// @inheritdoc ICourtParts
    IRandomness public immutable randomness;
    /// @inheritdoc ICourtParts
    address public immutable valueFund;

    /// @inheritdoc IDisputeCourt
    uint32 public courtTermsVersion;
    /// @inheritdoc IDisputeCourt
    uint256 public caseCount;
    /// @inheritdoc IDisputeCourt
    mapping(address account => uint256) public creditOf;
    /// @inheritdoc IDisputeCourt
    mapping(uint256 id => mapping(uint8 panel => uint256)) public pollOf;
    /// @inheritdoc IDisputeCourt
    mapping(uint256 id => mapping(uint8 panel => mapping(uint32 node => bool))) public rewarded;

    mapping(uint32 version => CourtTerms) private _terms;
    mapping(uint256 id => CaseCourse) private _courses;
    mapping(uint256 id => CaseFile) internal _files;
    mapping(uint256 id => uint32[]) internal _signers;

    constructor(CourtParts memory parts, CourtTerms memory terms) {
        (era, registry, nodes, results) = (parts.era, parts.registry, parts.nodes, parts.results);
        (slasher, records, panels, randomness) = (parts.slasher, parts.records, parts.panels, parts.randomness);
        ballots = parts.ballots;
        valueFund = parts.valueFund;
        bool money = address(era) != address(0) && valueFund != address(0) && valueFund != address(this);
        bool judged = address(registry) != address(0) && address(nodes) != address(0) && address(results) != address(0);
        bool drawn =
            address(panels) != address(0) && address(randomness) != address(0) && address(ballots) != address(0);
        if (!money || !judged || !drawn || address(slasher) == address(0) || address(records) == address(0)) {
            revert CourtNeeds();
        }
        _setCourtTerms(terms);
    }

    /// @inheritdoc IDisputeCourt
    function setCourtTerms(CourtTerms calldata terms) external restricted {
        _setCourtTerms(terms);
    }

    /// @inheritdoc IDisputeCourt
    function claim(address account) external nonReentrant returns (uint256 amount) {
        amount = creditOf[account];
        if (amount == 0) revert NothingCredited(account);
        creditOf[account] = 0;
        emit CourtPaid(account, amount);
        era.safeTransfer(account, amount);
    }

    /// @inheritdoc IDisputeCourt
    function courtTermsOf(uint32 version) external view returns (CourtTerms memory) {
        return _terms[version];
    }

    /// @inheritdoc IDisputeCourt
    function courtTerms() external view returns (CourtTerms memory) {
        return _terms[courtTermsVersion];
    }

    /// @inheritdoc IDisputeCourt
    function appealBondOf(uint32 version, uint8 round) external view returns (uint256) {
        return CourtLib.appealBond(_terms[version], round);
    }

    /// @inheritdoc IDisputeCourt
    function courseOf(uint256 id) external view returns (CaseCourse memory course) {
        course = _courses[id];
        if (course.phase == CasePhase.None) revert UnknownCase(id);
        _roll(id, course);
    }

    /// @inheritdoc IDisputeCourt
    function fileOf(uint256 id) external view returns (CaseFile memory) {
        return _files[id];
    }

    /// @inheritdoc IDisputeCourt
    function signersOf(uint256 id) external view returns (uint32[] memory) {
        return _signers[id];
    }

    /// @dev The case, brought to this second.
    function _moved(uint256 id) internal returns (CaseCourse memory course) {
        course = _courses[id];
        if (course.phase == CasePhase.None) revert UnknownCase(id);
        CasePhase before = course.phase;
        bool counted = _roll(id, course);
        if (course.phase == before) return course;
        _courses[id] = course;
        if (counted) {
            // A book that refuses cannot hold up the case; anyone can have it recorded later.
            try ballots.recordMissed(pollOf[id][course.panel]) {} catch {}
        }
        if (course.phase == CasePhase.Draw) _askPanel(id);
        _announce(id, course);
    }

    /// @dev As `_moved`, and refuses any other phase.
    function _in(uint256 id, CasePhase wanted) internal returns (CaseCourse memory course) {
        course = _moved(id);
        if (course.phase != wanted) revert WrongCasePhase(id, course.phase);
    }

    /// @dev Writes a case that entered another phase.
    function _enter(uint256 id, CaseCourse memory course) internal {
        _courses[id] = course;
        _announce(id, course);
    }

    function _askPanel(uint256 id) internal {
        uint256 ticket = randomness.requestSeed();
        _files[id].ticket = ticket;
        emit PanelAsked(id, ticket);
    }

    function _phaseOf(uint256 id) internal view returns (CasePhase) {
        return _courses[id].phase;
    }

    function _termsAt(uint32 version) internal view returns (CourtTerms memory) {
        return _terms[version];
    }

    function _credit(uint256 id, address account, uint256 amount) internal {
        if (amount == 0) return;
        creditOf[account] += amount;
        emit CourtCredited(id, account, amount);
    }

    function _announce(uint256 id, CaseCourse memory course) private {
        emit CaseMoved(id, course.phase, course.round, course.ruling, course.ends);
        if (CourtLib.isFinal(course.phase)) _finish(id, course);
    }

    /// @dev Nothing here loops over more than the two appeals: votes and signers are collected one by one.
    function _finish(uint256 id, CaseCourse memory course) private {
        CaseFile storage file = _files[id];
        CourtLib.Division memory d = _divided(id, course);
        (file.perVote, file.perSigner) = (uint96(d.perVote), uint96(d.perSigner));
        emit CaseEnded(id, course.phase, d.lost, d.votes, d.perVote, d.perSigner, d.toChallenger, d.toFund);
        _credit(id, course.challenger, d.back[0] + d.toChallenger);
        for (uint256 i = 0; i < 2; ++i) _credit(id, file.appellants[i], d.back[i + 1]);
        _credit(id, valueFund, d.toFund);
        uint256 number = file.number;
        // Whatever keeps the contract of the result from hearing of it must not keep bonds here: `advance` tells it again.
        file.told = true;
        try results.closeCase(number, course.phase == CasePhase.Upheld, _reopenedUntil(course.phase)) {} catch {
            file.told = false;
            emit ClosureFailed(id, number);
        }
    }

    /// @dev Others must be able to challenge after a case for show, and no sooner do they than its end was told.
    function _reopenedUntil(CasePhase phase) internal view returns (uint40) {
        return phase == CasePhase.Withheld ? uint40(block.timestamp + REOPENED) : 0;
    }

    function _divided(uint256 id, CaseCourse memory course) private view returns (CourtLib.Division memory) {
        CourtTerms memory terms = _terms[course.terms];
        CaseFile storage file = _files[id];
        uint256[2] memory appeals;
        bool[2] memory byChallenger;
        for (uint256 i = 0; i < 2; ++i) {
            if (file.appellants[i] != address(0)) appeals[i] = CourtLib.appealBond(terms, i + 1);
            byChallenger[i] = (file.challengerAppeals >> i) & 1 == 1;
        }
        uint256 votes = course.phase == CasePhase.Upheld ? course.allUpholds : course.allRejects;
        return
            CourtLib.divide(
                course.phase,
                terms.bond,
                appeals,
                byChallenger,
                votes,
                terms.panellistsBps,
                _signers[id].length
            );
    }

    /// @dev Brings `course` to this second, in memory.
    function _roll(uint256 id, CaseCourse memory course) private view returns (bool counted) {
        if (CourtLib.isFinal(course.phase) || block.timestamp <= course.ends) return false;
        INodeBallots.Poll memory poll;
        if (course.phase == CasePhase.Vote) poll = ballots.pollAt(pollOf[id][course.panel]);
        return CourtLib.roll(course, _terms[course.terms], poll, block.timestamp);
    }

    function _setCourtTerms(CourtTerms memory terms) private {
        CourtLib.requireInRange(terms);
        uint32 version = ++courtTermsVersion;
        _terms[version] = terms;
        emit CourtTermsSet(version, terms);
    }
    // slither-disable-end incorrect-equality,reentrancy-no-eth,uninitialized-local
}
