// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IPanels} from "../interfaces/IPanels.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IRandomness} from "../interfaces/IRandomness.sol";
import {IVerificationDesk} from "../interfaces/IVerificationDesk.sol";
import {IVerificationRequests} from "../interfaces/IVerificationRequests.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";
import {FeePots} from "./FeePots.sol";
import {RequestBook} from "./RequestBook.sol";
import {VerificationRules} from "./VerificationRules.sol";

/// @title The desk of verification: requests, panels, and all the money
/// @dev ValueVerification, which checks signatures, holds VERIFIER here; this contract holds it at the nodes' records. That signers
/// were wrong is recorded by the court; here is recorded what they signed, and what they missed.
contract VerificationDesk is IVerificationDesk, RequestBook {
    /// @dev What the desk stands on. `fund` is where the fund's part of fees goes.
    struct VerificationParts {
        IERC20 era;
        IParticipantRegistry registry;
        INodes nodes;
        INodeRecords records;
        IPanels panels;
        IRandomness randomness;
        IOperatingRecord operatingRecord;
        address fund;
    }

    /// @param access the suite's AccessManager
    /// @param parts the contracts it stands on, and where the fund's part of fees goes
    /// @param requestRules_ see `setRequestRules`
    /// @param resultRules_ see `setResultRules`
    constructor(
        address access,
        VerificationParts memory parts,
        RequestRules memory requestRules_,
        ResultRules memory resultRules_
    )
        AccessManaged(access)
        VerificationRules(parts.operatingRecord, parts.fund, requestRules_, resultRules_)
        FeePots(parts.era, parts.nodes, parts.records)
        RequestBook(parts.registry, parts.panels, parts.randomness)
    {}

    /// @inheritdoc IVerificationRequests
    function settle(
        uint256 number,
        uint32[] calldata signed
    ) external restricted returns (VerificationSettlement memory made) {
        VerificationRequest storage asked = _open(number);
        if (asked.panelSize != 0) _answered(number, signed);
        asked.state = RequestState.Answered;
        ResultSlot memory rules = _resultSlot;
        (uint256 toFund, uint256 toNodes) = VerificationLib.splitFee(asked.fee, rules.fundBps);
        // Parts of fees that were paid in: within ERA's supply.
        _resultSlot.fundOwed = rules.fundOwed + uint96(toFund);
        made.epoch = _epochAt(block.timestamp);
        _earn(made.epoch, toNodes, uint40(block.timestamp + rules.window));
        made.window = uint24(rules.window);
        made.fundBps = rules.fundBps;
        made.weightBps = asked.finance ? rules.financeBps : uint16(VerificationLib.BPS);
        made.volume = VerificationLib.volumeOf(toNodes, made.weightBps, signed.length);
        records.recordSigned(signed, made.volume);
    }

    /// @inheritdoc IVerificationRequests
    function noteAnswer(uint256 number, uint32 node) external restricted {
        uint40 deadline = _known(number).deadline;
        if (block.timestamp > deadline) revert RequestOver(number, deadline);
        uint32[] memory one = new uint32[](1);
        one[0] = node;
        _answered(number, one);
        emit PanelAnswered(number, node);
    }

    /// @inheritdoc IVerificationRequests
    function caseOpened(uint32 epoch) external restricted {
        _caseOpened(epoch);
    }

    /// @inheritdoc IVerificationRequests
    function caseClosed(uint32 epoch, bool overturned, uint256 toNodes, uint40 disputableUntil) external restricted {
        _caseClosed(epoch, overturned, toNodes, disputableUntil);
    }

    /// @inheritdoc IVerificationRequests
    function forfeit(uint256 number, uint32 epoch, uint32[] calldata guilty, uint96 volume) external restricted {
        emit VerificationFeesForfeited(number, guilty, volume);
        _forfeit(epoch, guilty, volume);
    }
}
