// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IDealVault} from "../interfaces/IDealVault.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {ISecuritisation} from "../interfaces/ISecuritisation.sol";
import {FieldsLib} from "../libraries/FieldsLib.sol";
import {LoanLib} from "../libraries/LoanLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Terms, TermsLib} from "../libraries/TermsLib.sol";
import {WaterfallLib} from "../libraries/WaterfallLib.sol";
import {DealBook} from "./DealBook.sol";
import {DealVault} from "./DealVault.sol";

/// @title Senior and junior tranches over a bundle of assets
/// @dev The module of kind 10 on the ledger of certificates.
contract Securitisation is DealBook, AccessManaged, BoundedPause {
    using MoneyLib for IERC20;
    using SafeCast for uint256;

    uint8 private constant KIND = 10;
    uint256 private constant LONGEST_DAYS = 3650;

    /// @dev What every vault is a clone of.
    address public immutable vaultCode;

    DealTerms private _terms;
    uint256 private _count;
    mapping(ILendingPool pool => bool) private _pools;

    /// @param access the suite's AccessManager
    /// @param receivables_ the module of receivables; its ledger, which must name this contract as the module of kind 10, and
    /// its standard are used
    constructor(address access, IReceivableModule receivables_) AccessManaged(access) DealBook(receivables_) {
        vaultCode = address(new DealVault(receivables_));
    }

    /// @inheritdoc ISecuritisation
    function open(DealSpec calldata spec) external whenRunning returns (uint256 deal, address vault) {
        if (!ledger.partyOf(msg.sender).isActive()) revert NotActive(msg.sender);
        DealTerms memory terms = _terms;
        if (terms.saleDays == 0) revert NoDealTerms();
        if (spec.rateBps > LoanLib.BPS) revert DealRateOutOfRange(spec.rateBps, LoanLib.BPS);
        if (spec.coverageBps < terms.leastCoverageBps || spec.coverageBps >= LoanLib.BPS) {
            revert CoverageOutOfRange(spec.coverageBps, terms.leastCoverageBps, LoanLib.BPS - 1);
        }
        uint256 today = block.timestamp / 1 days;
        if (spec.maturityDay <= today || spec.maturityDay > today + LONGEST_DAYS) {
            revert MaturityOutOfRange(spec.maturityDay, today + 1, today + LONGEST_DAYS);
        }
        _rulesFor(spec.ruleId, spec.currencyId, spec.documentHash);

        deal = uint256(keccak256(abi.encode("deal", msg.sender, ++_count))) & ~uint256(0xffff);
        vault = Clones.cloneDeterministic(vaultCode, bytes32(deal));
        Deal storage facts = _deals[deal];
        (facts.arranger, facts.currencyId, facts.state) = (msg.sender, spec.currencyId, DealState.Opened);
        (facts.rateBps, facts.coverageBps) = (spec.rateBps, spec.coverageBps);
        (facts.maturity, facts.vault, facts.ruleId) = (uint40(uint256(spec.maturityDay) * 1 days), vault, spec.ruleId);
        (facts.saleDays, facts.floorBps, facts.documentHash) = (terms.saleDays, terms.floorBps, spec.documentHash);
        emit DealOpened(deal, msg.sender, vault, spec, terms);
    }

    // The ledger calls the arranger, to whom it gives the units, when all is written; what else is called was admitted.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign
    /// @inheritdoc ISecuritisation
    function issue(
        uint256 deal,
        uint256[] calldata ids,
        ILendingPool[] calldata pools,
        uint96 seniorUnits
    ) external whenRunning nonReentrant returns (uint96 juniorUnits) {
        Deal storage facts = _arranged(deal);
        if (facts.state != DealState.Opened) revert WrongDealState(deal, facts.state);
        if (block.timestamp >= facts.maturity) revert DealMatured(deal, facts.maturity);
        uint256 value = IDealVault(facts.vault).bundle(facts.currencyId, ids, pools);
        uint256 most = WaterfallLib.mostSenior(value, facts.coverageBps);
        if (seniorUnits == 0) revert NoSeniorUnits();
        if (seniorUnits > most) revert CoverageTooLow(most, seniorUnits);
        juniorUnits = (value - seniorUnits).toUint96();

        facts.state = DealState.Issued;
        facts.since = uint40(block.timestamp);
        facts.principal = seniorUnits;
        _tranches[deal + 1].units = seniorUnits;
        _tranches[deal + 2].units = juniorUnits;
        emit DealIssued(deal, value, seniorUnits, juniorUnits);
        Terms terms = _rulesFor(facts.ruleId, facts.currencyId, facts.documentHash);
        _create(deal + 1, facts, seniorUnits, terms);
        _create(deal + 2, facts, juniorUnits, terms);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign

    /// @inheritdoc ISecuritisation
    function takeBack(uint256 deal, uint256[] calldata ids, IERC20[] calldata tokens) external nonReentrant {
        Deal storage facts = _arranged(deal);
        bool issued = facts.state == DealState.Issued;
        address kept = issued ? standard.tokenOf(facts.currencyId) : address(0);
        IDealVault(facts.vault).takeBack(msg.sender, ids, tokens, IERC20(kept));
    }

    // What is compared: whether anything came at all, and who somebody is.
    // slither-disable-start incorrect-equality
    /// @inheritdoc ISecuritisation
    function collect(uint256 deal, uint256 index) external nonReentrant returns (uint256 amount) {
        Deal storage facts = _inState(deal, DealState.Issued);
        bool changed;
        (amount, changed) = _collect(deal, facts, index, 0);
        if (amount == 0 && !changed) revert NothingCame(deal);
    }

    /// @inheritdoc ISecuritisation
    function sweep(uint256 deal) external nonReentrant returns (uint256 amount) {
        amount = _share(deal, _inState(deal, DealState.Issued), 0);
        if (amount == 0) revert NothingCame(deal);
    }

    /// @inheritdoc ISecuritisation
    function redeem(uint256 deal, uint256 index, uint256 shares) external nonReentrant returns (uint256 amount) {
        Deal storage facts = _arranged(deal);
        _inState(deal, DealState.Issued);
        IDealVault(facts.vault).redeem(index, shares);
        (amount, ) = _collect(deal, facts, index, 0);
    }

    /// @inheritdoc ISecuritisation
    function buy(
        uint256 deal,
        uint256 index,
        uint256 units,
        uint256 most
    ) external whenRunning nonReentrant returns (uint256 price) {
        Deal storage facts = _forSale(deal);
        uint256 id;
        uint48 debtor;
        (price, id, debtor) = _price(facts, index, units);
        if (price > most) revert PriceAbove(price, most);
        if (ledger.partyOf(msg.sender).entity() == debtor) revert OwnDebt(id);
        emit DealAssetSold(deal, index, msg.sender, units, price);
        IERC20(standard.tokenOf(facts.currencyId)).pull(msg.sender, price);
        // What debtors paid before stays the vault's: it is brought in when the units are gone, so that nothing is left.
        IDealVault(facts.vault).give(msg.sender, index, units);
        _collect(deal, facts, index, price);
    }
    // slither-disable-end incorrect-equality

    /// @inheritdoc ISecuritisation
    function admitPool(ILendingPool pool) external restricted {
        if (_pools[pool]) revert CannotAdmitPool(pool);
        _pools[pool] = true;
        emit DealPoolAdmitted(pool);
    }

    /// @inheritdoc ISecuritisation
    function setDealTerms(DealTerms calldata terms) external restricted {
        bool covered = terms.leastCoverageBps != 0 && terms.leastCoverageBps < LoanLib.BPS;
        if (!covered || terms.saleDays == 0 || terms.floorBps > LoanLib.BPS) revert DealTermsOutOfRange();
        _terms = terms;
        emit DealTermsSet(terms);
    }

    /// @inheritdoc ISecuritisation
    function isAdmitted(ILendingPool pool) external view returns (bool) {
        return _pools[pool];
    }

    /// @inheritdoc ISecuritisation
    function dealTerms() external view returns (DealTerms memory) {
        return _terms;
    }

    // The vault sends the money of an admitted currency here; every entry from outside that moves money is guarded.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign,reentrancy-events
    /// @dev Lets an asset pay the vault, and shares the money that is there with `extra`, which is here; the last asset that
    /// ends closes the deal.
    function _collect(
        uint256 deal,
        Deal storage facts,
        uint256 index,
        uint256 extra
    ) private returns (uint256 amount, bool changed) {
        bool left;
        (changed, left) = IDealVault(facts.vault).bringIn(index, block.timestamp >= facts.maturity);
        amount = _share(deal, facts, extra);
        if (!left) _close(deal, facts);
    }

    /// @dev Takes the money that is in the vault and shares it with `extra`, which is here.
    function _share(uint256 deal, Deal storage facts, uint256 extra) private returns (uint256 amount) {
        IERC20 token = IERC20(standard.tokenOf(facts.currencyId));
        Tranche storage senior = _tranches[deal + 1];
        Tranche storage junior = _tranches[deal + 2];
        // A gift beyond what 96 bits hold stays where it is, so that it is in nobody's way.
        uint256 room = type(uint96).max - (uint256(senior.income) + junior.income) - extra;
        uint256 swept = Math.min(token.balanceOf(facts.vault), room);
        amount = swept + extra;
        if (amount != 0) {
            uint256 interest = _interest(facts);
            (uint256 paid, uint256 repaid, uint256 rest) = WaterfallLib.share(amount, interest, facts.principal);
            facts.interest = (interest - paid * LoanLib.SCALE).toUint144();
            facts.principal -= uint96(repaid);
            facts.since = uint40(block.timestamp);
            if (rest != amount) senior.income += uint96(amount - rest);
            if (rest != 0) junior.income += uint96(rest);
            emit DealPaid(deal, paid, repaid, rest, facts.principal);
        }
        if (swept != 0) _take(token, IDealVault(facts.vault), swept);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign,reentrancy-events

    // The difference is what is asked for: a token that calls back cannot make this contract pay or take in between.
    // slither-disable-start reentrancy-balance
    function _take(IERC20 token, IDealVault vault, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        vault.send(token, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert MoneyLib.InexactToken(address(token), amount, received);
    }
    // slither-disable-end reentrancy-balance

    function _close(uint256 deal, Deal storage facts) private {
        facts.state = DealState.Closed;
        emit DealClosed(deal, facts.principal);
        ledger.setFlags(deal + 1, TermsLib.HOOKED);
        ledger.setFlags(deal + 2, TermsLib.HOOKED);
    }

    function _create(uint256 certificate, Deal storage facts, uint256 units, Terms terms) private {
        // A tranche that is smaller than the minimum unit circulates as a whole.
        if (terms.minimum() > units) terms = terms.withMinimum(uint96(units));
        terms = terms.withFlags(terms.flags() | TermsLib.CIRCULATES | TermsLib.HOOKED);
        ledger.create(certificate, facts.arranger, units, terms, facts.documentHash);
    }

    function _arranged(uint256 deal) private view returns (Deal storage facts) {
        facts = _known(deal);
        if (facts.arranger != msg.sender) revert NotTheArranger(deal, msg.sender);
    }

    function _rulesFor(uint32 ruleId, uint8 currencyId, bytes32 documentHash) private view returns (Terms terms) {
        uint256 present =
            (1 << FieldsLib.CREDITOR) | (1 << FieldsLib.FACE) | (1 << FieldsLib.CURRENCY) | (1 << FieldsLib.DUE_DATE);
        if (documentHash != 0) present |= 1 << FieldsLib.DOCUMENT;
        (terms, , ) = standard.termsFor(ruleId, currencyId, KIND, present);
    }
}
