// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IPanels} from "../interfaces/IPanels.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerificationRequests} from "../interfaces/IVerificationRequests.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "../libraries/FieldsLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party} from "../libraries/PartyLib.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";
import {FeePots} from "./FeePots.sol";

/// @title Requests for verification, and the panels drawn for them
abstract contract RequestBook is IVerificationRequests, FeePots, BoundedPause {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    uint8 private constant LEAST_PANEL = 3;

    /// @dev Panels are searched one by one.
    uint256 private constant MOST_PANEL = 31;

    /// @inheritdoc IVerificationRequests
    IParticipantRegistry public immutable registry;
    /// @inheritdoc IVerificationRequests
    IPanels public immutable panels;
    /// @inheritdoc IVerificationRequests
    IRandomness public immutable randomness;

    /// @inheritdoc IVerificationRequests
    uint256 public requestCount;
    /// @dev Five slots: requester and what kind; target and fee; id; document; amounts and deadline.
    mapping(uint256 number => VerificationRequest) internal _requests;
    mapping(uint256 number => VerificationPanel) private _panels;

    constructor(IParticipantRegistry registry_, IPanels panels_, IRandomness randomness_) {
        (registry, panels, randomness) = (registry_, panels_, randomness_);
    }

    /// @inheritdoc IVerificationRequests
    function request(RequestTerms calldata terms) external whenRunning nonReentrant returns (uint256 number) {
        return _request(terms);
    }

    /// @inheritdoc IVerificationRequests
    function requestWithPermit(
        RequestTerms calldata terms,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external whenRunning nonReentrant returns (uint256 number) {
        // Somebody may have brought it from the pool of pending transactions: then the allowance is there all the same.
        try IERC20Permit(address(era)).permit(msg.sender, address(this), terms.fee, permitDeadline, v, r, s) {} catch {}
        return _request(terms);
    }

    /// @inheritdoc IVerificationRequests
    function assign(uint256 number) external {
        VerificationRequest storage asked = _open(number);
        VerificationPanel storage panel = _panels[number];
        uint256 size = asked.panelSize;
        if (size == 0) revert NoPanel(number);
        if (panel.nodes.length != 0) revert PanelDrawn(number);
        uint256 latest = asked.deadline - requestRules().shortest;
        if (block.timestamp > latest) revert TooLateForPanel(number, latest);
        bytes32 seed = randomness.seedOf(panel.ticket);
        if (seed == 0) revert SeedMissing(number, panel.ticket);
        uint48[] memory entities = new uint48[](3);
        entities[0] = asked.entity;
        (entities[1], entities[2]) = VerificationLib.interestedIn(asked.kind, asked.target, asked.id);
        // Numbers differ by request, so that one seed for two of them would still draw two panels.
        seed = keccak256(abi.encode(seed, number));
        uint32[] memory drawn = panels.draw(seed, size, new uint32[](0), entities);
        uint256 needed = asked.leastSigners;
        if (drawn.length < needed) revert PanelTooSmall(number, drawn.length, needed);
        panel.nodes = drawn;
        emit PanelAssigned(number, drawn, seed);
    }

    /// @inheritdoc IVerificationRequests
    function close(uint256 number) external nonReentrant {
        uint40 deadline = _known(number).deadline;
        VerificationPanel storage panel = _panels[number];
        uint256 count = panel.nodes.length;
        if (count == 0) revert NoPanel(number);
        if (block.timestamp <= deadline) revert RequestOpen(number, deadline);
        if (panel.closed) revert PanelAlreadyClosed(number);
        panel.closed = true;
        uint32 answered = panel.answered;
        uint32[] memory missed = new uint32[](count);
        uint256 silent = 0;
        for (uint256 i = 0; i < count; ++i) {
            if ((answered >> i) & 1 == 0) missed[silent++] = panel.nodes[i];
        }
        assembly ("memory-safe") {
            mstore(missed, silent) // never longer than it was made
        }
        emit PanelClosed(number, missed);
        for (uint256 i = 0; i < silent; ++i) {
            records.recordMissed(missed[i]);
        }
    }

    /// @inheritdoc IVerificationRequests
    function refund(uint256 number) external nonReentrant {
        VerificationRequest storage asked = _known(number);
        _requireUnanswered(number, asked);
        if (block.timestamp <= asked.deadline) revert RequestOpen(number, asked.deadline);
        asked.state = RequestState.Refunded;
        emit VerificationRefunded(number, asked.requester, asked.fee);
        era.safeTransfer(asked.requester, asked.fee);
    }

    /// @inheritdoc IVerificationRequests
    function requestOf(uint256 number) external view returns (VerificationRequest memory) {
        return _known(number);
    }

    /// @inheritdoc IVerificationRequests
    function panelOf(uint256 number) external view returns (VerificationPanel memory) {
        return _panels[number];
    }

    /// @dev Notes that these nodes, all of the panel, have signed.
    function _answered(uint256 number, uint32[] memory signed) internal {
        VerificationPanel storage panel = _panels[number];
        uint32[] memory drawn = panel.nodes;
        uint32 answered = panel.answered;
        for (uint256 i = 0; i < signed.length; ++i) {
            uint32 node = signed[i];
            uint256 place = 0;
            while (place < drawn.length && drawn[place] != node) ++place;
            if (place == drawn.length) revert NotOnPanel(number, node);
            answered |= uint32(1 << place);
        }
        panel.answered = answered;
    }

    /// @dev A request whose result can still come.
    function _open(uint256 number) internal view returns (VerificationRequest storage asked) {
        asked = _known(number);
        _requireUnanswered(number, asked);
        if (block.timestamp > asked.deadline) revert RequestOver(number, asked.deadline);
    }

    function _known(uint256 number) internal view returns (VerificationRequest storage asked) {
        asked = _requests[number];
        if (asked.requester == address(0)) revert UnknownRequest(number);
    }

    function _request(RequestTerms calldata terms) private returns (uint256 number) {
        Party party = registry.partyOf(msg.sender);
        if (!party.isActive()) revert RequesterNotActive(msg.sender);
        (bool open, bool finance) = verifiable(terms.kind, terms.target);
        if (!open) revert NotVerifiable(terms.kind, terms.target);
        _requireSubject(terms);
        _requireTerms(terms, requestRules());
        number = ++requestCount;
        _requests[number] = VerificationRequest({
            requester: msg.sender,
            entity: party.entity(),
            kind: terms.kind,
            field: terms.field,
            panelSize: terms.panelSize,
            leastSigners: terms.leastSigners,
            finance: finance,
            state: RequestState.Open,
            target: terms.target,
            fee: terms.fee,
            id: terms.id,
            documentHash: terms.documentHash,
            claimed: terms.claimed,
            leastWeight: terms.leastWeight,
            deadline: terms.deadline
        });
        emit VerificationRequested(number, msg.sender, party.entity(), terms);
        era.pull(msg.sender, terms.fee);
        if (terms.panelSize != 0) _panels[number].ticket = randomness.requestSeed();
    }

    function _requireSubject(RequestTerms calldata terms) private view {
        VerificationKind kind = terms.kind;
        bool fits = terms.field == 0;
        if (kind == VerificationKind.Valuation) fits = VerificationLib.isValuationField(terms.field);
        else if (kind == VerificationKind.Insurance) fits = terms.field == FieldsLib.INSURANCE;
        if (!fits) revert FieldNotOfKind(kind, terms.field);
        if (kind == VerificationKind.CreditData) {
            if (terms.id > type(uint48).max || registry.legalIdOf(uint48(terms.id)) == 0) revert NoSuchEntity(terms.id);
        } else if (kind == VerificationKind.MappingCompliance) {
            if (terms.documentHash == 0) revert DocumentMissing();
        } else {
            IVerifiedTarget(terms.target).interestedIn(terms.id); // reverts where there is no such asset
        }
    }

    function _requireTerms(RequestTerms calldata terms, RequestRules memory rules) private view {
        uint256 size = terms.panelSize;
        if (size != 0 && (size < LEAST_PANEL || size > MOST_PANEL)) {
            revert PanelSizeOutOfRange(terms.panelSize, LEAST_PANEL, uint8(MOST_PANEL));
        }
        uint256 most = size == 0 ? MOST_PANEL : size;
        if (terms.leastSigners < rules.leastSigners || terms.leastSigners > most) {
            revert SignersOutOfRange(terms.leastSigners, rules.leastSigners, uint8(most));
        }
        if (terms.leastWeight < rules.leastWeight) revert WeightTooLow(terms.leastWeight, rules.leastWeight);
        (uint256 earliest, uint256 latest) = (block.timestamp + rules.shortest, block.timestamp + rules.longest);
        if (terms.deadline < earliest || terms.deadline > latest) {
            revert DeadlineOutOfRange(terms.deadline, earliest, latest);
        }
        uint256 least = uint256(rules.leastFee) * (size == 0 ? terms.leastSigners : size);
        if (terms.fee < least) revert FeeTooLow(terms.fee, least);
    }

    function _requireUnanswered(uint256 number, VerificationRequest storage asked) private view {
        if (asked.state == RequestState.Answered) revert AlreadyAnswered(number);
        if (asked.state == RequestState.Refunded) revert AlreadyRefunded(number);
    }
}
