// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {FactoringLib} from "../libraries/FactoringLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party, PartyLib} from "../libraries/PartyLib.sol";
import {QuoteBook} from "./QuoteBook.sol";

/// @title Recourse: what a seller owes when the debtor does not pay
/// @dev Each sale with a live recourse has units of its own under this contract's lien: the lien of a factor on an id is the
/// sum of the units of its live sales of it at least, unless compliance broke some. Whatever ends a recourse ends its lien.
abstract contract RecourseBook is QuoteBook, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @inheritdoc IFactoring
    ICreditConduct public immutable conduct;

    // One slot together; a fill writes the count.
    uint64 internal _sales;
    uint16 internal _settlementDays;
    /// @dev Four slots a sale: factor, seller's entity, deadline, state | units, price, factor's entity, currency, late |
    /// seller, owed | id.
    mapping(uint256 sale => RecourseSale) private _recourse;

    constructor(ICreditConduct conduct_) {
        conduct = conduct_;
    }

    // The receivables, the ledger and the conduct are of the suite and call nobody back; the guard holds.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign,reentrancy-events
    /// @inheritdoc IFactoring
    function claimRecourse(uint256 sale) external nonReentrant {
        RecourseSale memory record = _inState(sale, RecourseState.Open);
        _requireActsForFactor(sale, record);
        IReceivableModule.State state = receivables.stateOf(record.id);
        if (state != IReceivableModule.State.Defaulted && state != IReceivableModule.State.WrittenOff) {
            revert NotInDefault(record.id, state);
        }
        uint256 amount = _requireDue(sale, record);
        _requireDeliverable(sale, record);

        uint40 deadline = uint40(block.timestamp + uint256(_settlementDays) * 1 days);
        RecourseSale storage stored = _recourse[sale];
        (stored.state, stored.deadline, stored.late) = (RecourseState.Claimed, deadline, true);
        // The age of the rate does not matter: nobody must be able to hold up a claim by not refreshing it.
        IValueStandard.Currency memory currency = standard.currency(record.currencyId);
        uint256 amountUsd = FactoringLib.toUsdUp(amount, currency.rate, currency.decimals);
        emit RecourseClaimed(sale, record.id, record.sellerEntity, amount, amountUsd, deadline);
        if (!record.late) conduct.recordLate(record.sellerEntity, amountUsd);
    }

    /// @inheritdoc IFactoring
    function settleRecourse(uint256 sale, address to, uint256 most) external nonReentrant returns (uint256 paid) {
        RecourseSale memory record = _claimed(sale);
        if (ledger.partyOf(to).entity() != record.sellerEntity) revert NotTheSeller(sale, to);
        uint256 amount = _requireDue(sale, record);
        (uint256 units, uint256 proceeds) = _requireDeliverable(sale, record);
        paid = amount + proceeds;
        if (paid > most) revert AboveMost(paid, most);

        IERC20 token = IERC20(standard.tokenOf(record.currencyId));
        RecourseState before = record.state;
        _recourse[sale].state = RecourseState.Settled;
        MoneyLib.pull(token, msg.sender, paid);
        // A seller must not fall into default because the factor's account is on a black list: if it cannot be paid, the
        // claim falls. Too little gas cannot bring that about: what is left after a failed transfer pays for no other.
        if (!token.trySafeTransfer(record.factor, paid)) {
            token.safeTransfer(msg.sender, paid);
            _recourse[sale].state = before == RecourseState.Defaulted ? before : RecourseState.Open;
            emit ClaimDropped(sale, msg.sender);
            return 0;
        }
        ledger.seize(record.factor, to, record.id, units);
        emit RecourseSettled(sale, record.id, to, msg.sender, record.factor, units, amount, proceeds);
    }

    /// @inheritdoc IFactoring
    function reportRecourseDefault(uint256 sale) external nonReentrant {
        RecourseSale memory record = _inState(sale, RecourseState.Claimed);
        if (block.timestamp <= record.deadline) revert SettlementRunning(sale, record.deadline);
        _requireDue(sale, record);
        _requireDeliverable(sale, record);
        _recourse[sale].state = RecourseState.Defaulted;
        emit RecourseDefaulted(sale, record.sellerEntity);
        conduct.recordDefault(record.sellerEntity);
    }

    /// @inheritdoc IFactoring
    function waiveRecourse(uint256 sale) external nonReentrant {
        RecourseSale memory record = _live(sale);
        _requireActsForFactor(sale, record);
        _close(sale, record, RecourseState.Waived);
    }

    /// @inheritdoc IFactoring
    function endRecourse(uint256 sale) external nonReentrant {
        RecourseSale memory record = _live(sale);
        (uint256 units, ) = _bound(record);
        if (receivables.owedOn(record.id) != 0 && units >= record.units) revert RecourseRunning(sale);
        _close(sale, record, RecourseState.Ended);
    }

    /// @inheritdoc IFactoring
    function collectProceeds(uint256 sale) external nonReentrant {
        RecourseSale memory record = _inState(sale, RecourseState.Open);
        _requireActsForFactor(sale, record);
        // What was paid on units goes with them when they are released, and stays with the holder when they are pledged.
        ledger.release(record.factor, record.id, record.units);
        ledger.pledge(record.factor, address(this), record.id, record.units);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign,reentrancy-events

    /// @inheritdoc IFactoring
    function recourseOf(uint256 sale) external view returns (RecourseSale memory) {
        return _recourse[sale];
    }

    /// @inheritdoc IFactoring
    function dueOn(uint256 sale) external view returns (uint256 amount, uint256 proceeds) {
        RecourseSale memory record = _live(sale);
        amount = _due(record);
        (, proceeds) = _bound(record);
    }

    /// @inheritdoc IFactoring
    function saleCount() external view returns (uint256) {
        return _sales;
    }

    /// @inheritdoc IFactoring
    function settlementDays() external view returns (uint16) {
        return _settlementDays;
    }

    /// @dev Keeps the sale and puts the units, which the factor has by now, under lien.
    function _record(
        uint256 sale,
        address seller,
        FactoringQuote calldata quote,
        uint256 units,
        Deal memory deal
    ) internal {
        // Units, price and owed come from values of 96 bits.
        _recourse[sale] = RecourseSale({
            factor: quote.factor,
            sellerEntity: deal.sellerEntity,
            deadline: 0,
            state: RecourseState.Open,
            units: uint96(units),
            price: uint96(deal.price),
            factorEntity: deal.factorEntity,
            currencyId: quote.currencyId,
            late: false,
            seller: seller,
            owed: uint96(deal.owed),
            id: quote.id
        });
    }

    function _close(uint256 sale, RecourseSale memory record, RecourseState how) private {
        _recourse[sale].state = how;
        emit RecourseClosed(sale, how);
        (uint256 units, ) = _bound(record);
        if (units != 0) ledger.release(record.factor, record.id, units);
    }

    function _inState(uint256 sale, RecourseState state) private view returns (RecourseSale memory record) {
        record = _recourse[sale];
        if (record.state != state) revert WrongRecourseState(sale, record.state);
    }

    function _claimed(uint256 sale) private view returns (RecourseSale memory record) {
        record = _live(sale);
        if (record.state == RecourseState.Open) revert WrongRecourseState(sale, record.state);
    }

    function _live(uint256 sale) private view returns (RecourseSale memory record) {
        record = _recourse[sale];
        if (record.state == RecourseState.None || record.state > RecourseState.Defaulted) {
            revert WrongRecourseState(sale, record.state);
        }
    }

    function _requireActsForFactor(uint256 sale, RecourseSale memory record) private view {
        Party party = ledger.partyOf(msg.sender);
        if (party.entity() != record.factorEntity) revert NotTheFactor(sale, msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
    }

    /// @dev Nobody is late with what could not be settled; a suspended party is paid nothing, an expired one is.
    function _requireDeliverable(
        uint256 sale,
        RecourseSale memory record
    ) private view returns (uint256 units, uint256 proceeds) {
        (units, proceeds) = _bound(record);
        (uint256 held, , uint256 frozen) = ledger.holdingOf(record.id, record.factor);
        if (
            units < record.units ||
            frozen > held - units || // what is under lien is held
            ledger.partyOf(record.factor).status() == PartyLib.SUSPENDED ||
            !ledger.partyOf(address(this)).isActive()
        ) revert NotDeliverable(sale);
    }

    function _requireDue(uint256 sale, RecourseSale memory record) private view returns (uint256 amount) {
        amount = _due(record);
        if (amount == 0) revert NothingDue(sale);
    }

    function _due(RecourseSale memory record) private view returns (uint256) {
        return FactoringLib.dueDown(record.price, receivables.owedOn(record.id), record.owed);
    }

    /// @dev What goes when this recourse goes: its units and what was paid on them, by the rule of the receivable module. A
    /// factor may have put more units under the lien by itself. Where that leaves less than the minimum unit, which the ledger
    /// would refuse, it goes, too: no stray unit can stand in the seller's way.
    function _bound(RecourseSale memory record) private view returns (uint256 units, uint256 proceeds) {
        uint256 lien = ledger.lienOf(record.id, record.factor, address(this));
        units = lien < record.units + ledger.termsOf(record.id).minimum() ? lien : record.units;
        proceeds = receivables.proceedsUnderLien(record.id, record.factor, address(this));
        if (units != lien) proceeds = (proceeds * units) / lien;
    }
}
