// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IDisputable} from "../interfaces/IDisputable.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {CourtLib} from "../libraries/CourtLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party} from "../libraries/PartyLib.sol";
import {CourtBook} from "./CourtBook.sol";
import {CourtEnds} from "./CourtEnds.sol";

/// @title Disputes about results that nodes signed
contract DisputeCourt is CourtEnds, Multicall {
    using MoneyLib for IERC20;

    // Phases are compared, not balances; whatever writes is nonReentrant; a new case begins with zeros.
    // slither-disable-start incorrect-equality,reentrancy-no-eth,uninitialized-local

    uint256 private constant MOST_SIGNERS = 31;

    /// @param access the suite's AccessManager
    /// @param parts what it is built upon
    /// @param terms of the first cases
    constructor(
        address access,
        CourtParts memory parts,
        CourtTerms memory terms
    ) AccessManaged(access) CourtBook(parts, terms) {}

    /// @inheritdoc IDisputeCourt
    function challenge(
        uint256 number,
        uint32[] calldata signers,
        uint256[] calldata stakes,
        bytes32 secretHash,
        bytes32 evidenceHash,
        string calldata uri
    ) external whenRunning nonReentrant returns (uint256 id) {
        if (secretHash == 0) revert NoSecretHash();
        IDisputable.Disputable memory result = _disputable(number, signers, stakes);
        uint48 entity = _entityBeside(signers);
        uint32 version = courtTermsVersion;
        CourtTerms memory terms = _termsAt(version);
        id = ++caseCount;
        _signers[id] = signers;
        CaseFile storage file = _files[id];
        (file.number, file.secret, file.signersHash) = (number, secretHash, result.signersHash);
        file.barred = [entity, result.requester, result.first, result.second];
        uint40 until = uint40(block.timestamp + CourtLib.freezeOf(terms));
        emit CaseOpened(id, number, msg.sender, terms.bond, until, signers, evidenceHash, uri);
        CaseCourse memory course;
        (course.challenger, course.terms) = (msg.sender, version);
        (course.phase, course.round) = (CasePhase.Draw, 1);
        course.ends = uint40(block.timestamp) + terms.secretPeriod;
        _enter(id, course);
        _askPanel(id);
        results.openCase(number);
        for (uint256 i = 0; i < signers.length; ++i) slasher.freeze(signers[i], until);
        era.pull(msg.sender, terms.bond);
    }

    /// @inheritdoc IDisputeCourt
    function usePermit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        // Whoever sees the permit can use it first: what counts is the allowance afterwards.
        try IERC20Permit(address(era)).permit(msg.sender, address(this), value, deadline, v, r, s) {} catch {}
    }

    /// @inheritdoc IDisputeCourt
    function addEvidence(uint256 id, bytes32 evidenceHash, string calldata uri) external nonReentrant {
        CasePhase phase = _moved(id).phase;
        if (CourtLib.isFinal(phase)) revert WrongCasePhase(id, phase);
        _activeEntity();
        emit CaseEvidence(id, msg.sender, evidenceHash, uri);
    }

    /// @inheritdoc IDisputeCourt
    function draw(uint256 id, bytes32 secret) external nonReentrant {
        CaseCourse memory course = _in(id, CasePhase.Draw);
        CaseFile storage file = _files[id];
        if (!course.secretKnown) {
            if (keccak256(abi.encode(secret)) != file.secret) revert WrongSecret(id);
            file.secret = secret;
            course.secretKnown = true;
        }
        bytes32 seed = randomness.seedOf(file.ticket);
        if (seed == 0) revert NoSeedYet(file.ticket);
        CourtTerms memory terms = _termsAt(course.terms);
        uint256 size = course.round == 1 ? terms.panel : 2 * uint256(terms.panel) + 1;
        uint8 panel = course.panel + 1;
        seed = keccak256(abi.encode(seed, file.secret, id, panel));
        uint32[] memory drawn = panels.draw(seed, size, _seated(id, course.panel), _barred(file));
        if (drawn.length < size) {
            emit PanelTooSmall(id, drawn.length, size);
            (course.phase, course.ends) = (CasePhase.Governance, uint40(block.timestamp) + terms.governancePeriod);
        } else {
            uint40 commitUntil = uint40(block.timestamp) + terms.commitPeriod;
            (course.panel, course.phase) = (panel, CasePhase.Vote);
            course.ends = commitUntil + terms.revealPeriod;
            uint256 poll = ballots.openPoll(drawn, commitUntil, course.ends);
            pollOf[id][panel] = poll;
            emit PanelDrawn(id, panel, poll, drawn);
        }
        _enter(id, course);
    }

    /// @inheritdoc IDisputeCourt
    function appeal(uint256 id, uint32 node) external nonReentrant {
        CaseCourse memory course = _in(id, CasePhase.Appeal);
        CaseFile storage file = _files[id];
        if (course.ruling == Ruling.Uphold) {
            _positionOf(id, node);
            if (nodes.ownerOf(node) != msg.sender) revert NotTheLosingSide(id, msg.sender);
        } else {
            if (course.challenger != msg.sender) revert NotTheLosingSide(id, msg.sender);
            file.challengerAppeals |= course.round;
        }
        CourtTerms memory terms = _termsAt(course.terms);
        uint8 round = course.round;
        file.appellants[round - 1] = msg.sender;
        uint256 bond = CourtLib.appealBond(terms, round);
        emit CaseAppealed(id, round, msg.sender, bond);
        if (round == 1) {
            (course.round, course.redrawn) = (2, false);
            (course.phase, course.ends) = (CasePhase.Draw, uint40(block.timestamp) + terms.secretPeriod);
            _askPanel(id);
        } else {
            (course.phase, course.ends) = (CasePhase.Governance, uint40(block.timestamp) + terms.governancePeriod);
        }
        _enter(id, course);
        era.pull(msg.sender, bond);
    }

    /// @inheritdoc IDisputeCourt
    function decide(uint256 id, bool uphold) external restricted nonReentrant {
        CaseCourse memory course = _in(id, CasePhase.Governance);
        course.ruling = uphold ? Ruling.Uphold : Ruling.Reject;
        course.phase = uphold ? CasePhase.Upheld : CasePhase.Rejected;
        course.ends = uint40(block.timestamp);
        _enter(id, course);
    }

    /// @inheritdoc IDisputeCourt
    function advance(uint256 id) external nonReentrant returns (CasePhase phase) {
        CasePhase before = _phaseOf(id);
        CaseFile storage file = _files[id];
        if (CourtLib.isFinal(before)) {
            if (file.told) revert WrongCasePhase(id, before);
            file.told = true;
            results.closeCase(file.number, before == CasePhase.Upheld, _reopenedUntil(before));
            return before;
        }
        CaseCourse memory course = _moved(id);
        phase = course.phase;
        if (phase == before) revert CaseNotDue(id, phase, course.ends);
    }

    function _disputable(
        uint256 number,
        uint32[] calldata signers,
        uint256[] calldata stakes
    ) private view returns (IDisputable.Disputable memory result) {
        result = results.disputable(number);
        if (result.open) revert CaseStands(number);
        if (block.timestamp > result.disputableUntil) revert NotDisputable(number, result.disputableUntil);
        if (signers.length == 0 || signers.length > MOST_SIGNERS) {
            revert SignersOutOfRange(signers.length, MOST_SIGNERS);
        }
        if (keccak256(abi.encode(signers, stakes)) != result.signersHash) {
            revert WrongSigners(number, result.signersHash);
        }
    }

    /// @dev The caller's entity, which must not be that of a signer.
    function _entityBeside(uint32[] calldata signers) private view returns (uint48 entity) {
        entity = _activeEntity();
        for (uint256 i = 0; i < signers.length; ++i) {
            if (nodes.entityOf(signers[i]) == entity) revert OwnNode(signers[i]);
        }
    }

    function _activeEntity() private view returns (uint48) {
        Party party = registry.partyOf(msg.sender);
        if (!party.isActive()) revert NotAnActiveParticipant(msg.sender);
        return party.entity();
    }

    /// @dev All that sat in a panel of this case already, and the signers.
    function _seated(uint256 id, uint8 drawn) private view returns (uint32[] memory all) {
        all = _signers[id];
        for (uint8 panel = 1; panel <= drawn; ++panel) {
            all = _joined(all, ballots.panellistsOf(pollOf[id][panel]));
        }
    }

    function _joined(uint32[] memory some, uint32[] memory more) private pure returns (uint32[] memory all) {
        all = new uint32[](some.length + more.length);
        for (uint256 i = 0; i < some.length; ++i) all[i] = some[i];
        for (uint256 i = 0; i < more.length; ++i) all[some.length + i] = more[i];
    }

    function _barred(CaseFile storage file) private view returns (uint48[] memory entities) {
        entities = new uint48[](4);
        for (uint256 i = 0; i < 4; ++i) entities[i] = file.barred[i];
    }
    // slither-disable-end incorrect-equality,reentrancy-no-eth,uninitialized-local
}
