// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../interfaces/IAssetModule.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {IRightsLedger} from "../interfaces/IRightsLedger.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {FieldsLib} from "../libraries/FieldsLib.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Terms} from "../libraries/TermsLib.sol";

/// @title Who may borrow, on which terms, and what pledges are good for
contract LendingTerms is ILendingTerms, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev The kind of rules for loans in the value standard.
    uint8 private constant KIND = 16;
    uint256 private constant MOST_ITEMS = 8;
    uint256 private constant LONGEST_DAYS = 3650;

    IAssetCertificate public immutable certificates;
    IRightsLedger public immutable rights;
    IValueStandard public immutable standard;

    mapping(uint8 poolNumber => LoanTerms) private _terms;
    mapping(bool right => mapping(uint8 kind => uint16)) private _advances;
    /// @dev What auctions go by, as it was at any time: auctionDays, and above them floorBps. Those that run keep theirs.
    mapping(uint8 poolNumber => Checkpoints.Trace208) private _auctions;

    /// @param access the suite's AccessManager
    /// @param certificates_ the ledger of certificates
    /// @param rights_ the ledger of rights
    /// @param standard_ the value standard
    constructor(
        address access,
        IAssetCertificate certificates_,
        IRightsLedger rights_,
        IValueStandard standard_
    ) AccessManaged(access) {
        certificates = certificates_;
        rights = rights_;
        standard = standard_;
    }

    /// @inheritdoc ILendingTerms
    function setLoanTerms(uint8 poolNumber, LoanTerms calldata terms) external restricted {
        if (
            terms.rateBps > LoanLib.BPS ||
            terms.lateFeeBps > LoanLib.BPS ||
            terms.borrowerCapBps > LoanLib.BPS ||
            terms.debtorCapBps > LoanLib.BPS ||
            terms.fundBps > LoanLib.BPS ||
            terms.floorBps == 0 ||
            terms.floorBps > LoanLib.BPS ||
            terms.auctionDays == 0 ||
            terms.longestDays > LONGEST_DAYS
        ) revert LoanTermsOutOfRange();
        _terms[poolNumber] = terms;
        uint208 auction = (uint208(terms.floorBps) << 8) | terms.auctionDays;
        Checkpoints.Trace208 storage auctions = _auctions[poolNumber];
        // slither-disable-next-line unused-return
        if (auctions.latest() != auction) auctions.push(uint48(block.timestamp), auction);
        emit LoanTermsSet(poolNumber, terms);
    }

    /// @inheritdoc ILendingTerms
    function setAdvance(bool right, uint8 kind, uint16 advanceBps) external restricted {
        if (advanceBps > LoanLib.BPS) revert LoanTermsOutOfRange();
        _advances[right][kind] = advanceBps;
        emit AdvanceSet(right, kind, advanceBps);
    }

    /// @inheritdoc ILendingTerms
    function admit(address account, uint8 currencyId, Draw calldata wanted) external view returns (Admission memory) {
        LoanTerms memory terms = _terms[wanted.pool];
        if (terms.longestDays == 0) revert NoLoansFrom(wanted.pool);
        uint256 today = block.timestamp / 1 days;
        if (wanted.maturityDay <= today || wanted.maturityDay > today + terms.longestDays) {
            revert MaturityOutOfRange(wanted.maturityDay, today + 1, today + terms.longestDays);
        }
        if (wanted.items.length > MOST_ITEMS) revert TooManyItems(wanted.items.length, MOST_ITEMS);
        Party party = certificates.partyOf(account);
        if (!party.isActive()) revert BorrowerNotActive(account);
        uint256 present = (1 << FieldsLib.FACE) | (1 << FieldsLib.CURRENCY) | (1 << FieldsLib.DUE_DATE);
        if (wanted.items.length != 0) present |= 1 << FieldsLib.PLEDGEABLE;
        (Terms rules, , uint8 graceDays) = standard.termsFor(wanted.ruleId, currencyId, KIND, present);
        if (!rules.admits(party)) revert NotQualified(account, wanted.ruleId);
        if (wanted.amount < rules.minimum()) revert BelowMinimumLoan(wanted.amount, rules.minimum());
        return
            Admission({
                entity: party.entity(),
                graceDays: graceDays,
                maturity: uint40(uint256(wanted.maturityDay) * 1 days),
                rateBps: terms.rateBps,
                lateFeeBps: terms.lateFeeBps,
                defaultDays: terms.defaultDays,
                fundBps: terms.fundBps,
                borrowerCapBps: terms.borrowerCapBps,
                debtorCapBps: terms.debtorCapBps,
                borrowerCap: terms.borrowerCap,
                debtorCap: terms.debtorCap
            });
    }

    /// @inheritdoc ILendingTerms
    function advanceOn(
        address account,
        address lienholder,
        uint8 currencyId,
        Collateral calldata item
    ) external view returns (uint256 amount, uint48 debtor, uint256 units) {
        (uint8 kind, address module) = _kindOf(item);
        uint256 bps = _advances[item.right][kind];
        if (bps == 0) revert KindNotAccepted(item.right, kind);
        units =
            item.right
                ? rights.lienOf(item.id, account, lienholder)
                : certificates.lienOf(item.id, account, lienholder);
        if (units == 0) revert NothingPledged(item.id);
        IAssetModule(module).requirePledgeable(item.id);
        uint40 validUntil;
        (amount, validUntil, debtor) = _valueOf(currencyId, module, item.id, units);
        if (block.timestamp > validUntil) revert ValueStale(item.id, validUntil);
        amount = (amount * bps) / LoanLib.BPS;
    }

    /// @inheritdoc ILendingTerms
    function priceOf(
        uint8 poolNumber,
        uint8 currencyId,
        Collateral calldata item,
        uint256 units,
        uint256 passed
    ) external view returns (uint256) {
        (, address module) = _kindOf(item);
        (uint256 value, , ) = _valueOf(currencyId, module, item.id, units);
        if (value == 0) revert NoKnownValue(item.id);
        uint256 auction = _auctions[poolNumber].upperLookupRecent(uint48(block.timestamp - passed));
        // Terms, not a sum of money.
        // slither-disable-next-line incorrect-equality
        if (auction == 0) revert NoLoansFrom(poolNumber);
        uint256 whole = uint256(uint8(auction)) * 1 days;
        uint256 parts = LoanLib.BPS * whole - (LoanLib.BPS - (auction >> 8)) * Math.min(passed, whole);
        return Math.mulDiv(value, parts, LoanLib.BPS * whole, Math.Rounding.Ceil);
    }

    /// @inheritdoc ILendingTerms
    function loanTerms(uint8 poolNumber) external view returns (LoanTerms memory) {
        return _terms[poolNumber];
    }

    /// @inheritdoc ILendingTerms
    function advanceOf(bool right, uint8 kind) external view returns (uint16) {
        return _advances[right][kind];
    }

    /// @dev In the smallest unit of `currencyId`, whether the asset may be pledged or not.
    function _valueOf(
        uint8 currencyId,
        address module,
        uint256 id,
        uint256 units
    ) private view returns (uint256 value, uint40 validUntil, uint48 debtor) {
        uint8 stated;
        (stated, value, validUntil, debtor) = ICollateral(module).collateralOf(id, units);
        if (stated == 0) return (standard.fromUsd(currencyId, value), validUntil, debtor);
        if (stated != currencyId) revert PledgeInOtherCurrency(id, stated);
    }

    function _kindOf(Collateral calldata item) private view returns (uint8 kind, address module) {
        kind = item.right ? rights.termsOf(item.id).kind() : certificates.termsOf(item.id).kind();
        module = item.right ? rights.moduleOf(kind) : certificates.moduleOf(kind);
    }
}
