// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {ICreditConduct} from "../interfaces/ICreditConduct.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {IRecourse} from "../interfaces/IRecourse.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";
import {FactoringLib} from "../libraries/FactoringLib.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {Party, PartyLib} from "../libraries/PartyLib.sol";
import {Terms} from "../libraries/TermsLib.sol";

/// @title Recourse: the seller answers for the debtor
/// @dev Each live recourse has units of its own under this contract's lien: the lien on a factor's units of an id is the sum of
/// the units of its live ones at least, unless compliance broke some. Whatever ends a recourse ends its lien.
contract Recourse is IRecourse, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint16 private constant LONGEST_SETTLEMENT = 90;

    /// @inheritdoc IRecourse
    IReceivableModule public immutable receivables;
    /// @inheritdoc IRecourse
    IAssetCertificate public immutable ledger;
    /// @inheritdoc IRecourse
    IValueStandard public immutable standard;
    /// @inheritdoc IRecourse
    ICreditConduct public immutable conduct;

    // One slot together.
    uint64 private _count;
    uint16 private _settlementDays;
    /// @dev Four slots each: factor, seller's entity, deadline, state | units, price, factor's entity, currency, late |
    /// seller, owed | id.
    mapping(uint256 recourse => RecourseSale) private _sales;

    /// @param access the suite's AccessManager
    /// @param receivables_ the module of the receivables; it names ledger and standard
    /// @param conduct_ who hears of delays and defaults; this contract needs the role LENDER there
    /// @param settlementDays_ days in which a claim has to be settled, 1 to 90
    constructor(
        address access,
        IReceivableModule receivables_,
        ICreditConduct conduct_,
        uint16 settlementDays_
    ) AccessManaged(access) {
        receivables = receivables_;
        ledger = receivables_.ledger();
        standard = receivables_.standard();
        conduct = conduct_;
        _setSettlementDays(settlementDays_);
    }

    // The receivables, the ledger and the conduct are of the suite and call nobody back; the guard holds.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign,reentrancy-events
    /// @inheritdoc IRecourse
    function open(RecourseSale calldata sale) external restricted nonReentrant returns (uint256 recourse) {
        requireOpenable(sale.factor, sale.id, sale.units);
        recourse = ++_count;
        _sales[recourse] = sale;
        RecourseSale storage stored = _sales[recourse];
        (stored.state, stored.deadline, stored.late) = (RecourseState.Open, 0, false);
        emit RecourseOpened(recourse, sale.id, sale.factor, sale.seller, sale.units, sale.price, sale.owed);
        ledger.pledge(sale.factor, address(this), sale.id, sale.units);
    }

    /// @inheritdoc IRecourse
    function claim(uint256 recourse) external nonReentrant {
        RecourseSale memory record = _inState(recourse, RecourseState.Open);
        _requireActsForFactor(recourse, record);
        IReceivableModule.State state = receivables.stateOf(record.id);
        if (state != IReceivableModule.State.Defaulted && state != IReceivableModule.State.WrittenOff) {
            revert NotInDefault(record.id, state);
        }
        uint256 amount = _requireDue(recourse, record);
        _requireDeliverable(recourse, record);

        uint40 deadline = uint40(block.timestamp + uint256(_settlementDays) * 1 days);
        RecourseSale storage stored = _sales[recourse];
        (stored.state, stored.deadline, stored.late) = (RecourseState.Claimed, deadline, true);
        // The age of the rate does not matter: nobody must be able to hold up a claim by not refreshing it.
        IValueStandard.Currency memory currency = standard.currency(record.currencyId);
        uint256 amountUsd = FactoringLib.toUsdUp(amount, currency.rate, currency.decimals);
        emit RecourseClaimed(recourse, record.id, record.sellerEntity, amount, amountUsd, deadline);
        if (!record.late) conduct.recordLate(record.sellerEntity, amountUsd);
    }

    /// @inheritdoc IRecourse
    function settle(uint256 recourse, address to, uint256 most) external nonReentrant returns (uint256 paid) {
        RecourseSale memory record = _claimed(recourse);
        if (ledger.partyOf(to).entity() != record.sellerEntity) revert NotTheSeller(recourse, to);
        uint256 amount = _requireDue(recourse, record);
        (uint256 units, uint256 proceeds) = _requireDeliverable(recourse, record);
        paid = amount + proceeds;
        if (paid > most) revert AboveMost(paid, most);

        IERC20 token = IERC20(standard.tokenOf(record.currencyId));
        RecourseState before = record.state;
        _sales[recourse].state = RecourseState.Settled;
        MoneyLib.pull(token, msg.sender, paid);
        // A seller must not fall into default because the factor's account is on a black list: if it cannot be paid, the
        // claim falls. Too little gas cannot bring that about: what is left after a failed transfer pays for no other.
        if (!token.trySafeTransfer(record.factor, paid)) {
            token.safeTransfer(msg.sender, paid);
            _sales[recourse].state = before == RecourseState.Defaulted ? before : RecourseState.Open;
            emit ClaimDropped(recourse, msg.sender);
            return 0;
        }
        ledger.seize(record.factor, to, record.id, units);
        emit RecourseSettled(recourse, record.id, to, msg.sender, record.factor, units, amount, proceeds);
    }

    /// @inheritdoc IRecourse
    function reportDefault(uint256 recourse) external nonReentrant {
        RecourseSale memory record = _inState(recourse, RecourseState.Claimed);
        if (block.timestamp <= record.deadline) revert SettlementRunning(recourse, record.deadline);
        _requireDue(recourse, record);
        _requireDeliverable(recourse, record);
        _sales[recourse].state = RecourseState.Defaulted;
        emit RecourseDefaulted(recourse, record.sellerEntity);
        conduct.recordDefault(record.sellerEntity);
    }

    /// @inheritdoc IRecourse
    function waive(uint256 recourse) external nonReentrant {
        RecourseSale memory record = _live(recourse);
        _requireActsForFactor(recourse, record);
        _close(recourse, record, RecourseState.Waived);
    }

    /// @inheritdoc IRecourse
    function end(uint256 recourse) external nonReentrant {
        RecourseSale memory record = _live(recourse);
        (uint256 units, ) = _bound(record);
        if (receivables.owedOn(record.id) != 0 && units >= record.units) revert RecourseRunning(recourse);
        _close(recourse, record, RecourseState.Ended);
    }

    /// @inheritdoc IRecourse
    function collect(uint256 recourse) external nonReentrant {
        RecourseSale memory record = _inState(recourse, RecourseState.Open);
        _requireActsForFactor(recourse, record);
        // What was paid on units goes with them when they are released, and stays with the holder when they are pledged.
        (uint256 units, ) = _bound(record);
        ledger.release(record.factor, record.id, units);
        ledger.pledge(record.factor, address(this), record.id, units);
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign,reentrancy-events

    /// @inheritdoc IRecourse
    function setSettlementDays(uint16 count) external restricted {
        _setSettlementDays(count);
    }

    /// @inheritdoc IRecourse
    function recourseOf(uint256 recourse) external view returns (RecourseSale memory) {
        return _sales[recourse];
    }

    /// @inheritdoc IRecourse
    function dueOn(uint256 recourse) external view returns (uint256 amount, uint256 proceeds) {
        RecourseSale memory record = _live(recourse);
        amount = _due(record);
        (, proceeds) = _bound(record);
    }

    /// @inheritdoc IRecourse
    function recourseCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IRecourse
    function settlementDays() external view returns (uint16) {
        return _settlementDays;
    }

    /// @inheritdoc IRecourse
    function requireOpenable(address factor, uint256 id, uint256 units) public view {
        // The units must be able to go back to a seller that has none left.
        Terms terms = ledger.termsOf(id);
        if (units < terms.minimum()) revert RecourseTooSmall(units, terms.minimum());
        Party self = ledger.partyOf(address(this));
        if (!self.isActive() || !terms.admits(self)) revert RecourseUnavailable(id);
        if (!IERC1155(address(ledger)).isApprovedForAll(factor, address(this))) revert LienNotApproved(factor);
    }

    function _close(uint256 recourse, RecourseSale memory record, RecourseState how) private {
        _sales[recourse].state = how;
        emit RecourseClosed(recourse, how);
        (uint256 units, ) = _bound(record);
        if (units != 0) ledger.release(record.factor, record.id, units);
    }

    function _setSettlementDays(uint16 count) private {
        if (count == 0 || count > LONGEST_SETTLEMENT) revert SettlementDaysOutOfRange(count, LONGEST_SETTLEMENT);
        _settlementDays = count;
        emit SettlementDaysSet(count);
    }

    function _inState(uint256 recourse, RecourseState state) private view returns (RecourseSale memory record) {
        record = _sales[recourse];
        if (record.state != state) revert WrongRecourseState(recourse, record.state);
    }

    function _claimed(uint256 recourse) private view returns (RecourseSale memory record) {
        record = _live(recourse);
        if (record.state == RecourseState.Open) revert WrongRecourseState(recourse, record.state);
    }

    function _live(uint256 recourse) private view returns (RecourseSale memory record) {
        record = _sales[recourse];
        if (record.state == RecourseState.None || record.state > RecourseState.Defaulted) {
            revert WrongRecourseState(recourse, record.state);
        }
    }

    function _requireActsForFactor(uint256 recourse, RecourseSale memory record) private view {
        Party party = ledger.partyOf(msg.sender);
        if (party.entity() != record.factorEntity) revert NotTheFactor(recourse, msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
    }

    /// @dev Nobody is late with what could not be settled; a suspended party is paid nothing, an expired one is.
    function _requireDeliverable(
        uint256 recourse,
        RecourseSale memory record
    ) private view returns (uint256 units, uint256 proceeds) {
        (units, proceeds) = _bound(record);
        (uint256 held, , uint256 frozen) = ledger.holdingOf(record.id, record.factor);
        if (
            units < record.units ||
            frozen > held - units || // what is under lien is held
            ledger.partyOf(record.factor).status() == PartyLib.SUSPENDED ||
            !ledger.partyOf(address(this)).isActive()
        ) revert NotDeliverable(recourse);
    }

    function _requireDue(uint256 recourse, RecourseSale memory record) private view returns (uint256 amount) {
        amount = _due(record);
        if (amount == 0) revert NothingDue(recourse);
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
