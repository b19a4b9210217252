// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {INodes} from "../interfaces/INodes.sol";
import {ISlashable} from "../interfaces/ISlashable.sol";
import {ISlasher} from "../interfaces/ISlasher.sol";
import {IStakeSlasher} from "../interfaces/IStakeSlasher.sol";
import {StakeLib} from "../libraries/StakeLib.sol";

/// @title How much an offence costs, and where it goes
/// @dev There is no money here: what is slashed waits with the stakes, where a slash moves no token, until somebody has it paid.
contract Slasher is IStakeSlasher, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;

    uint16 private constant MOST_REPORTER = 5_000;

    /// @inheritdoc IStakeSlasher
    ISlashable public immutable staking;
    /// @inheritdoc IStakeSlasher
    IERC20 public immutable era;
    /// @inheritdoc IStakeSlasher
    uint16 public immutable mostBps;

    /// @dev Apart and not in a struct, so that they are in the slot of the authority, which each slash reads.
    uint16 private _falseAttestation;
    uint16 private _conflictingSignatures;
    uint16 private _lightContradiction;
    uint16 private _reporter;
    /// @dev The first full hour, since 1970, in which they held: an offence from then on needs no look into the past.
    uint24 private _settledHour;
    address private _fund;
    /// @dev All rates there were, by the second in which they were set, the first by 0.
    Checkpoints.Trace208 private _history;

    /// @param access the suite's AccessManager
    /// @param staking_ where it slashes: it must be the slasher there
    /// @param era_ the ERA token
    /// @param most the highest rate of an offence, for good
    /// @param fund_ where what is slashed goes
    /// @param rates to begin with
    constructor(
        address access,
        ISlashable staking_,
        IERC20 era_,
        uint16 most,
        address fund_,
        SlashRates memory rates
    ) AccessManaged(access) {
        if (most == 0 || most > StakeLib.WHOLE_BPS) revert SlashMostOutOfRange(most);
        (staking, era, mostBps) = (staking_, era_, most);
        _setFund(fund_);
        _setRates(rates);
    }

    /// @inheritdoc ISlasher
    /// @dev Where the base or the stake is as good as nothing, nothing is taken and nothing fails: a court can always finish.
    function slash(
        uint32 node,
        uint256 base,
        Offence offence,
        address reporter,
        uint256 at
    ) external restricted returns (uint256 taken) {
        (uint16 rate, uint16 part) = _ratesOf(offence, at);
        (uint256 active, uint256 leaving, ) = INodes(address(staking)).stakeOf(node);
        uint256 stake = Math.min(base, active + leaving);
        uint256 amount = stake < StakeLib.LEAST_BASE ? 0 : StakeLib.penaltyUp(stake, rate);
        if (amount == 0) return 0;
        if (reporter == address(0)) part = 0;
        taken = staking.slash(node, amount, reporter, part);
        emit NodeSlashed(node, offence, reporter, base, taken, StakeLib.partDown(taken, part));
    }

    /// @inheritdoc ISlasher
    function freeze(uint32 node, uint40 until) external restricted {
        staking.freeze(node, until);
    }

    /// @inheritdoc IStakeSlasher
    function payReporter(address reporter) external returns (uint256 amount) {
        amount = waitingFor(reporter);
        if (amount == 0) revert NothingForReporter(reporter);
        emit ReporterPaid(reporter, amount);
        staking.takeSlashed(reporter, true, reporter);
    }

    /// @inheritdoc IStakeSlasher
    function payFund(address reporter) external returns (uint256 amount) {
        amount = waitingForFund(reporter);
        if (amount == 0) revert NothingForFund(reporter);
        emit SlashFundPaid(_fund, reporter, amount);
        staking.takeSlashed(reporter, false, _fund);
    }

    /// @inheritdoc IStakeSlasher
    function setSlashRates(SlashRates calldata rates) external restricted {
        _setRates(rates);
    }

    /// @inheritdoc IStakeSlasher
    function setFund(address fund_) external restricted {
        _setFund(fund_);
    }

    /// @inheritdoc IStakeSlasher
    function slashRates() external view returns (SlashRates memory) {
        return SlashRates(_falseAttestation, _conflictingSignatures, _lightContradiction, _reporter);
    }

    /// @inheritdoc IStakeSlasher
    function fund() external view returns (address) {
        return _fund;
    }

    /// @inheritdoc IStakeSlasher
    function slashRatesAt(uint256 at) public view returns (SlashRates memory) {
        // All that were set stand there, the ones of now as well.
        uint256 word = _history.upperLookupRecent(uint48(Math.min(at, type(uint48).max)));
        return SlashRates(uint16(word), uint16(word >> 16), uint16(word >> 32), uint16(word >> 48));
    }

    /// @inheritdoc ISlasher
    function rateOf(Offence offence) public view returns (uint16) {
        if (offence == Offence.FalseAttestation) return _falseAttestation;
        if (offence == Offence.ConflictingSignatures) return _conflictingSignatures;
        return _lightContradiction;
    }

    /// @inheritdoc IStakeSlasher
    function waitingFor(address reporter) public view returns (uint256 amount) {
        (amount, ) = staking.slashedOf(address(this), reporter);
    }

    /// @inheritdoc IStakeSlasher
    function waitingForFund(address reporter) public view returns (uint256 amount) {
        (, amount) = staking.slashedOf(address(this), reporter);
    }

    function _setFund(address fund_) private {
        if (fund_ == address(0) || fund_ == address(this) || fund_ == address(staking)) revert CannotBePaid(fund_);
        _fund = fund_;
        emit SlashFundSet(fund_);
    }

    function _setRates(SlashRates memory rates) private {
        _requireWithin(rates.falseAttestation, mostBps);
        _requireWithin(rates.conflictingSignatures, mostBps);
        _requireWithin(rates.lightContradiction, mostBps);
        _requireWithin(rates.reporter, MOST_REPORTER);
        (_falseAttestation, _conflictingSignatures) = (rates.falseAttestation, rates.conflictingSignatures);
        (_lightContradiction, _reporter) = (rates.lightContradiction, rates.reporter);
        bool first = _history.length() == 0;
        // 2^24 hours are 1,900 years.
        if (!first) _settledHour = uint24((block.timestamp + 1 hours - 1) / 1 hours);
        uint208 word = (uint208(rates.reporter) << 48) | (uint208(rates.lightContradiction) << 32);
        word |= (uint208(rates.conflictingSignatures) << 16) | rates.falseAttestation;
        _history.push(first ? 0 : uint48(block.timestamp), word);
        emit SlashRatesSet(rates);
    }

    /// @dev Nobody pays for a look into the past but for an offence before the last change.
    function _ratesOf(Offence offence, uint256 at) private view returns (uint16 rate, uint16 part) {
        if (at >= uint256(_settledHour) * 1 hours) return (rateOf(offence), _reporter);
        SlashRates memory then = slashRatesAt(at);
        if (offence == Offence.FalseAttestation) rate = then.falseAttestation;
        else if (offence == Offence.ConflictingSignatures) rate = then.conflictingSignatures;
        else rate = then.lightContradiction;
        part = then.reporter;
    }

    function _requireWithin(uint16 bps, uint16 most) private pure {
        if (bps > most) revert SlashRateTooHigh(bps, most);
    }
}
