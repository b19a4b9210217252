// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {IScenarioBook} from "../interfaces/IScenarioBook.sol";
import {MonthLib} from "../libraries/MonthLib.sol";
import {ShareLib} from "../libraries/ShareLib.sol";
import {UserBook} from "./UserBook.sol";

/// @title Scenarios: whose fees are shared by whom
/// @dev Nothing is called while revenue is shared out, so that no receiver can stop a charge, a settlement or another receiver.
abstract contract ScenarioBook is UserBook {
    uint256 private constant MOST_DEVELOPER_BPS = 2000;
    uint256 private constant UNSETTLED = type(uint96).max;
    uint256 private constant UNTIL = uint256(type(uint40).max) << 96;
    uint256 private constant EXISTS = 1 << 152;
    uint256 private constant ACTIVE = 1 << 153;

    /// @dev One slot: bits 0-95 unsettled | 96-135 first second after its month, 0 while it is not active | 136-151 the month |
    /// 152 it exists | 153 it is active. A charge that comes before that second has nothing else to ask.
    struct Word {
        uint256 bits;
    }

    struct SharesFrom {
        uint16 month;
        FeeShares shares;
    }

    mapping(uint32 scenario => Word) private _words;
    mapping(uint32 scenario => FeeScenario) private _records; // three slots
    mapping(address account => uint256) private _accrued;
    mapping(uint32 rollup => mapping(uint16 month => mapping(address developer => uint256))) private _subsidies;
    SharesFrom[] private _shares; // two slots each, months ascending
    uint32 private _scenarios;
    /// @inheritdoc IScenarioBook
    address public treasury;

    /// @param treasury_ who gets the rest
    /// @param attestors_ who vouches for users
    /// @param shares from the first month on
    constructor(address treasury_, IAttestors attestors_, FeeShares memory shares) UserBook(attestors_) {
        _setTreasury(treasury_);
        _requireFit(shares);
        _shares.push(SharesFrom(0, shares));
        emit FeeSharesSet(0, shares);
    }

    /// @inheritdoc IScenarioBook
    function settle(uint32 scenario) external returns (uint256 revenue) {
        revenue = _settle(scenario);
        if (revenue == 0) revert NothingUnsettled(scenario);
    }

    /// @inheritdoc IScenarioBook
    function decideSubsidy(uint32 rollup, uint16 month, address developer) external returns (bool granted) {
        uint256 amount = _subsidies[rollup][month][developer];
        if (amount == 0) revert NoSubsidy(rollup, month, developer);
        bool decided;
        (decided, granted) = _isSubsidised(rollup, month, feeSharesAt(month).usersAbove);
        if (!decided) revert UsersNotStated(rollup, month, _closesAt(month));
        delete _subsidies[rollup][month][developer];
        _accrue(granted ? developer : treasury, amount);
        emit SubsidyDecided(rollup, month, developer, amount, granted);
    }

    /// @inheritdoc IScenarioBook
    function openScenario(FeeScenario calldata record) external restricted returns (uint32 scenario) {
        scenario = ++_scenarios;
        _words[scenario].bits = _fresh(EXISTS | ACTIVE);
        _write(scenario, record);
        emit FeeScenarioActive(scenario, true);
    }

    /// @inheritdoc IScenarioBook
    function setScenario(uint32 scenario, FeeScenario calldata record) external restricted {
        _settle(scenario);
        _write(scenario, record);
    }

    /// @inheritdoc IScenarioBook
    function setScenarioActive(uint32 scenario, bool active) external restricted {
        uint256 word = _known(scenario);
        word &= ~(ACTIVE | UNTIL);
        if (active) word |= ACTIVE | (MonthLib.endOf(uint16(word >> 136)) << 96);
        _words[scenario].bits = word;
        emit FeeScenarioActive(scenario, active);
    }

    /// @inheritdoc IScenarioBook
    function setFeeShares(FeeShares calldata shares) external restricted {
        _requireFit(shares);
        uint16 from = currentMonth() + 1;
        if (_shares[_shares.length - 1].month == from) _shares.pop();
        _shares.push(SharesFrom(from, shares));
        emit FeeSharesSet(from, shares);
    }

    /// @inheritdoc IScenarioBook
    function setFeeTreasury(address treasury_) external restricted {
        _setTreasury(treasury_);
    }

    /// @inheritdoc IScenarioBook
    function unsettledOf(uint32 scenario) external view returns (uint256 revenue, uint16 month) {
        uint256 word = _known(scenario);
        return (word & UNSETTLED, uint16(word >> 136));
    }

    /// @inheritdoc IScenarioBook
    function accruedTo(address account) external view returns (uint256) {
        return _accrued[account];
    }

    /// @inheritdoc IScenarioBook
    function subsidyOf(uint32 rollup, uint16 month, address developer) external view returns (uint256) {
        return _subsidies[rollup][month][developer];
    }

    /// @inheritdoc IScenarioBook
    function scenarioOf(uint32 scenario) external view returns (FeeScenario memory record, bool active) {
        return (_records[scenario], _known(scenario) & ACTIVE != 0);
    }

    /// @inheritdoc IScenarioBook
    function latestFeeShares() external view returns (FeeShares memory) {
        return _shares[_shares.length - 1].shares;
    }

    /// @inheritdoc IScenarioBook
    function feeSharesAt(uint16 month) public view returns (FeeShares memory) {
        uint256 i = _shares.length - 1;
        // From the last on: those asked for are the last or the one before it, but for revenue that waited long.
        while (_shares[i].month > month) --i;
        return _shares[i].shares;
    }

    /// @inheritdoc IScenarioBook
    function currentMonth() public view returns (uint16) {
        return MonthLib.monthAt(block.timestamp);
    }

    /// @dev Adds to the unsettled revenue of this month, after an earlier month's was shared out.
    function _earn(uint32 scenario, uint256 amount) internal {
        Word storage place = _words[scenario];
        uint256 word = place.bits;
        if (block.timestamp >= uint40(word >> 96)) word = _begin(scenario);
        unchecked {
            // All ERA there is fits in 96 bits.
            place.bits = word + amount;
        }
    }

    /// @dev The word with which a later month begins.
    function _begin(uint32 scenario) private returns (uint256) {
        uint256 word = _known(scenario);
        if (word & ACTIVE == 0) revert ScenarioInactive(scenario);
        if (word & UNSETTLED != 0) _divide(scenario, word);
        return _fresh(EXISTS | ACTIVE);
    }

    function _takeAccrued(address account) internal returns (uint256 amount) {
        amount = _accrued[account];
        if (amount == 0) revert NothingAccrued(account);
        delete _accrued[account];
        emit FeeShareWithdrawn(account, amount);
    }

    function _settle(uint32 scenario) private returns (uint256 revenue) {
        uint256 word = _known(scenario);
        revenue = word & UNSETTLED;
        if (revenue == 0) return 0;
        _words[scenario].bits = word & ~UNSETTLED;
        _divide(scenario, word);
    }

    function _divide(uint32 scenario, uint256 word) private {
        uint256 revenue = word & UNSETTLED;
        uint16 month = uint16(word >> 136);
        FeeScenario memory record = _records[scenario];
        FeeShares memory shares = feeSharesAt(month);
        FeeParts memory parts = ShareLib.split(revenue, shares, record);
        bool waits = false;
        if (parts.subsidy != 0) {
            (bool decided, bool granted) = _isSubsidised(record.rollup, month, shares.usersAbove);
            waits = !decided;
            if (waits) {
                _subsidies[record.rollup][month][record.developer] += parts.subsidy;
            } else if (granted) {
                _accrue(record.developer, parts.subsidy);
            } else {
                (parts.treasury, parts.subsidy) = (parts.treasury + parts.subsidy, 0);
            }
        }
        _accrue(record.nodes, parts.node);
        _accrue(record.developer, parts.developer);
        _accrue(record.author, parts.author);
        _accrue(treasury, parts.treasury);
        emit RevenueSettled(scenario, month, revenue, parts, waits);
    }

    function _accrue(address account, uint256 amount) private {
        if (amount != 0) _accrued[account] += amount;
    }

    function _write(uint32 scenario, FeeScenario calldata record) private {
        _requireShareholder(record.nodes);
        if (record.developer == address(this)) revert NotAShareholder(address(this));
        if (record.author == address(this)) revert NotAShareholder(address(this));
        uint256 most = record.developer == address(0) ? 0 : MOST_DEVELOPER_BPS;
        if (record.developerBps > most) revert DeveloperShareOutOfRange(record.developerBps, most);
        if (record.author != address(0) && record.authorRollup == record.rollup) {
            revert AuthorOnSameRollup(record.rollup);
        }
        _records[scenario] = record;
        emit FeeScenarioSet(scenario, record);
    }

    function _setTreasury(address treasury_) private {
        _requireShareholder(treasury_);
        treasury = treasury_;
        emit FeeTreasurySet(treasury_);
    }

    function _known(uint32 scenario) private view returns (uint256 word) {
        word = _words[scenario].bits;
        if (word == 0) revert UnknownScenario(scenario);
    }

    /// @dev A word with nothing unsettled, of the month that runs.
    function _fresh(uint256 flags) private view returns (uint256) {
        uint16 month = currentMonth();
        return flags | (uint256(month) << 136) | (MonthLib.endOf(month) << 96);
    }

    function _requireShareholder(address account) private view {
        if (account == address(0) || account == address(this)) revert NotAShareholder(account);
    }

    function _requireFit(FeeShares memory shares) private pure {
        if (shares.mostDeveloperBps > MOST_DEVELOPER_BPS) {
            revert DeveloperShareOutOfRange(shares.mostDeveloperBps, MOST_DEVELOPER_BPS);
        }
        if (!ShareLib.fits(shares)) revert FeeSharesExceedWhole(shares);
    }
}
