// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {IRetirements} from "../../interfaces/IRetirements.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {FieldsLib} from "../../libraries/FieldsLib.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {Terms, TermsLib} from "../../libraries/TermsLib.sol";

/// @title Certificates that are created once and end by a claim
abstract contract Retirements is IRetirements, IAssetModule {
    /// @inheritdoc IRetirements
    IAssetCertificate public immutable ledger;
    /// @inheritdoc IRetirements
    IValueStandard public immutable standard;

    /// @inheritdoc IRetirements
    uint256 public claims;

    constructor(IAssetCertificate ledger_, IValueStandard standard_) {
        ledger = ledger_;
        standard = standard_;
    }

    /// @inheritdoc IAssetModule
    function onMove(Move calldata move) external pure {
        revert NotHooked(move.id);
    }

    /// @dev Creates a circulating certificate under the current rules of `template`. It has a holder and an amount; `present`
    /// are the fields it brings beside these and its document.
    function _create(
        uint256 id,
        uint8 kind,
        address to,
        uint256 units,
        bytes32 template,
        uint256 present,
        bytes32 document
    ) internal {
        present |= (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.FACE);
        if (document != 0) present |= 1 << FieldsLib.DOCUMENT;
        (uint32 ruleId, ) = standard.current(template);
        (Terms terms, , ) = standard.termsFor(ruleId, 0, kind, present);
        ledger.create(id, to, units, terms.withFlags(terms.flags() | TermsLib.CIRCULATES), document);
    }

    /// @dev Burns the caller's units for a claim.
    /// @return number of the claim
    /// @return entity of the caller
    function _claim(
        uint256 id,
        uint256 units,
        bytes32 beneficiary,
        bytes32 purpose
    ) internal returns (uint256 number, uint48 entity) {
        if (units == 0) revert NoAmount();
        if (beneficiary == 0) revert NoBeneficiary();
        if (purpose == 0) revert NoPurpose();
        Party party = ledger.partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        number = ++claims;
        entity = party.entity();
        ledger.retire(id, msg.sender, units);
    }
}
