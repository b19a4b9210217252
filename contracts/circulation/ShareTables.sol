// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {BoundedPause} from "../access/BoundedPause.sol";
import {IFundShare} from "../interfaces/IFundShare.sol";
import {IParticipantMirror} from "../interfaces/IParticipantMirror.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {IShareTables} from "../interfaces/IShareTables.sol";
import {Party} from "../libraries/PartyLib.sol";
import {Payee, PayeeLib} from "../libraries/PayeeLib.sol";
import {SharesLib} from "../libraries/SharesLib.sol";

/// @title Who gets which share of revenue, from when on
/// @dev Payees are numbered, so that a table of four lines is one slot with its times, and a payee's address stands beside the
/// copy of what the registry says of it: a release reads one slot a payee and calls nobody but the token. The registry keeps
/// the copies true, as it does for the ledgers; a payee cannot be named before this contract is subscribed.
abstract contract ShareTables is IShareTables, IParticipantMirror, BoundedPause {
    using SharesLib for uint256;

    uint256 private constant HIGHEST_LEVEL = 3;
    uint256 private constant MOST_PAYMENTS = 72;
    uint256 private constant LONGEST_WINDOW = 90;
    uint256 private constant MOST_FUND_BPS = 5000;

    /// @inheritdoc IParticipantMirror
    address public immutable registry;

    mapping(uint32 scheme => RevenueScheme) private _schemes; // one slot
    mapping(uint256 place => uint256[2]) private _tables; // place: scheme and version; see SharesLib
    mapping(uint32 scheme => mapping(address payer => bool)) private _admitted;
    mapping(address account => uint32) private _numbers;
    mapping(uint32 number => Payee) private _payees;
    mapping(uint48 entity => uint16) private _fundShares;
    uint32 private _schemeCount;
    uint32 private _payeeCount;
    uint16 private _brandBps = 6000;
    uint16 private _upstreamBps = 3000;
    uint16 private _maintenanceBps = 1000;

    /// @param registry_ the ParticipantRegistry, which must be told to subscribe this contract
    constructor(address registry_) {
        registry = registry_;
    }

    /// @inheritdoc IShareTables
    function openScheme(
        uint8 level,
        uint8 windowDays,
        RevenueShare[] calldata shares
    ) external whenRunning returns (uint32 scheme) {
        return _open(level, windowDays, shares);
    }

    /// @inheritdoc IShareTables
    function openDefault(
        address brand,
        address upstream,
        uint32 upstreamScheme,
        address maintenance,
        uint8 windowDays
    ) external whenRunning returns (uint32 scheme) {
        RevenueShare[] memory shares = new RevenueShare[](3);
        shares[0] = RevenueShare(brand, 0, _brandBps);
        shares[1] = RevenueShare(upstream, upstreamScheme, _upstreamBps);
        shares[2] = RevenueShare(maintenance, 0, _maintenanceBps);
        return _open(HIGHEST_LEVEL, windowDays, shares);
    }

    /// @inheritdoc IShareTables
    function publishShares(
        uint32 scheme,
        uint40 from,
        uint8 windowDays,
        RevenueShare[] calldata shares
    ) external whenRunning returns (uint24 version) {
        RevenueScheme memory known = _requireOwner(scheme);
        if (from <= block.timestamp) revert EffectTooEarly(from, block.timestamp + 1);
        version = known.versions;
        if (_tableOf(scheme, version)[0].from() <= block.timestamp) {
            ++version;
            _schemes[scheme].versions = version;
        }
        _write(scheme, version, known.level, from, windowDays, shares);
    }

    /// @inheritdoc IShareTables
    function restrictPayers(uint32 scheme, bool restricted_) external {
        _requireOwner(scheme);
        _schemes[scheme].payersRestricted = restricted_;
        emit PayersRestricted(scheme, restricted_);
    }

    /// @inheritdoc IShareTables
    function admitPayer(uint32 scheme, address payer, bool admitted) external {
        _requireOwner(scheme);
        _admitted[scheme][payer] = admitted;
        emit PayerAdmitted(scheme, payer, admitted);
    }

    /// @inheritdoc IShareTables
    function setDefaultShares(uint16 brand, uint16 upstream, uint16 maintenance) external restricted {
        if (brand == 0) revert NoShare(0);
        if (upstream == 0) revert NoShare(1);
        if (maintenance == 0) revert NoShare(2);
        uint256 sum = uint256(brand) + upstream + maintenance;
        if (sum != SharesLib.WHOLE) revert SharesDoNotAddUp(sum);
        (_brandBps, _upstreamBps, _maintenanceBps) = (brand, upstream, maintenance);
        emit DefaultSharesSet(brand, upstream, maintenance);
    }

    /// @inheritdoc IFundShare
    function setFundShare(uint48 entity, uint16 bps) external restricted {
        if (bps > MOST_FUND_BPS) revert FundShareOutOfRange(bps, MOST_FUND_BPS);
        IParticipantRegistry parties = IParticipantRegistry(registry);
        if (parties.legalIdOf(entity) == 0) revert IParticipantRegistry.UnknownEntity(entity);
        _fundShares[entity] = bps;
        emit FundShareSet(entity, bps);
        address[] memory accounts = parties.accountsOf(entity); // 32 at most
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint32 number = _numbers[accounts[i]];
            if (number != 0) _copy(number, accounts[i], parties.partyOf(accounts[i]));
        }
    }

    /// @inheritdoc IParticipantMirror
    function onPartyChanged(address account, Party party) external {
        if (msg.sender != registry) revert OnlyRegistry(msg.sender);
        uint32 number = _numbers[account];
        if (number != 0) _copy(number, account, party);
    }

    /// @inheritdoc IParticipantMirror
    /// @dev Of payees only, and only status and expiry: a payment asks for nothing else.
    function partyOf(address account) external view returns (Party) {
        return _payees[_numbers[account]].party();
    }

    /// @inheritdoc IFundShare
    function fundShareOf(uint48 entity) external view returns (uint16) {
        return _fundShares[entity];
    }

    /// @inheritdoc IShareTables
    function defaultShares() external view returns (uint16 brand, uint16 upstream, uint16 maintenance) {
        return (_brandBps, _upstreamBps, _maintenanceBps);
    }

    /// @inheritdoc IShareTables
    function schemeOf(uint32 scheme) external view returns (RevenueScheme memory) {
        return _known(scheme);
    }

    /// @inheritdoc IShareTables
    function tableOf(uint32 scheme, uint24 version) external view returns (RevenueTable memory table) {
        uint256[2] storage words = _tableOf(scheme, version);
        uint256 first = words[0];
        if (first == 0) revert UnknownVersion(scheme, version);
        uint256[] memory lines = SharesLib.divide(first, words[1], 0);
        table = RevenueTable(first.from(), first.windowDays(), first.most(), new RevenueShare[](lines.length));
        for (uint256 i = 0; i < lines.length; ++i) {
            uint256 number = lines[i].number();
            bool nested = lines[i].isScheme();
            address account = nested ? address(0) : _payee(number).account();
            table.shares[i] = RevenueShare(account, nested ? uint32(number) : 0, uint16(lines[i].bps()));
        }
    }

    /// @inheritdoc IShareTables
    function versionAt(uint32 scheme, uint256 at) external view returns (uint24 version) {
        return _versionAt(scheme, _known(scheme).versions, at);
    }

    /// @inheritdoc IShareTables
    function isAdmitted(uint32 scheme, address payer) external view returns (bool) {
        return _isAdmitted(scheme, _known(scheme), payer);
    }

    /// @dev The latest version that is in force at `at`: mostly the newest, or the one before it, else found by halving, so that
    /// no number of versions can make it too dear. 0 before the first.
    function _versionAt(uint32 scheme, uint24 versions, uint256 at) internal view returns (uint24) {
        if (_tableOf(scheme, versions)[0].from() <= at) return versions;
        uint256 high = versions - 1;
        if (high == 0 || _tableOf(scheme, uint24(high))[0].from() <= at) return uint24(high);
        uint256 low = 0;
        --high;
        while (low < high) {
            uint256 middle = (low + high + 1) / 2;
            if (_tableOf(scheme, uint24(middle))[0].from() <= at) low = middle;
            else high = middle - 1;
        }
        return uint24(low);
    }

    function _tableOf(uint32 scheme, uint24 version) internal view returns (uint256[2] storage) {
        return _tables[(uint256(scheme) << 24) | version];
    }

    /// @dev The table in force at `at`; there is one for a nested scheme, which was open before anybody could name it.
    function _tableAt(uint32 scheme, uint256 at) internal view returns (uint256[2] storage) {
        return _tableOf(scheme, _versionAt(scheme, _schemes[scheme].versions, at));
    }

    function _known(uint32 scheme) internal view returns (RevenueScheme memory known) {
        known = _schemes[scheme];
        if (known.level == 0) revert UnknownScheme(scheme);
    }

    function _payee(uint256 number) internal view returns (Payee) {
        return _payees[uint32(number)];
    }

    function _isAdmitted(uint32 scheme, RevenueScheme memory known, address payer) internal view returns (bool) {
        return !known.payersRestricted || _admitted[scheme][payer];
    }

    function _requireOwner(uint32 scheme) internal view returns (RevenueScheme memory known) {
        known = _known(scheme);
        Party party = IParticipantRegistry(registry).partyOf(msg.sender);
        if (!party.isActive() || party.entity() != known.owner) revert NotTheSchemeOwner(scheme, msg.sender);
    }

    function _open(uint256 level, uint8 windowDays, RevenueShare[] memory shares) private returns (uint32 scheme) {
        Party party = IParticipantRegistry(registry).partyOf(msg.sender);
        if (!party.isActive()) revert NotActive(msg.sender);
        if (level == 0 || level > HIGHEST_LEVEL) revert LevelOutOfRange(level, HIGHEST_LEVEL);
        scheme = ++_schemeCount;
        _schemes[scheme] = RevenueScheme(party.entity(), 1, uint8(level), false);
        emit SchemeOpened(scheme, party.entity(), uint8(level));
        _write(scheme, 1, level, uint40(block.timestamp), windowDays, shares);
    }

    function _write(
        uint32 scheme,
        uint24 version,
        uint256 level,
        uint40 from,
        uint8 windowDays,
        RevenueShare[] memory shares
    ) private {
        uint256 count = shares.length;
        if (count == 0 || count > SharesLib.MOST_LINES) revert PayeesOutOfRange(count, SharesLib.MOST_LINES);
        if (windowDays > LONGEST_WINDOW) revert WindowOutOfRange(windowDays, LONGEST_WINDOW);
        uint256[] memory lines = new uint256[](count);
        uint256 most = 0;
        uint256 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            RevenueShare memory share = shares[i];
            if (share.bps == 0) revert NoShare(i);
            sum += share.bps;
            bool nested = share.scheme != 0;
            if (nested == (share.account != address(0)) || share.account == address(this)) revert NotAPayee(i);
            most += nested ? _payments(share.scheme, level) : 1;
            lines[i] = SharesLib.line(share.bps, nested ? share.scheme : _numberOf(share.account), nested);
        }
        if (sum != SharesLib.WHOLE) revert SharesDoNotAddUp(sum);
        if (most > MOST_PAYMENTS) revert TooManyPayments(most, MOST_PAYMENTS);
        uint256[2] storage table = _tableOf(scheme, version);
        (uint256 first, uint256 second) = SharesLib.pack(lines, from, windowDays, uint8(most));
        table[0] = first;
        if (second != 0) table[1] = second;
        emit SharesPublished(scheme, version, from, windowDays, shares);
    }

    /// @dev The payments that a nested scheme can come to, by its level alone, whatever it publishes later.
    function _payments(uint32 scheme, uint256 level) private view returns (uint256) {
        uint256 below = _known(scheme).level;
        if (below >= level) revert NestedTooDeep(scheme, below, level - 1);
        return below == 1 ? SharesLib.MOST_LINES : SharesLib.MOST_LINES * SharesLib.MOST_LINES;
    }

    /// @dev The number of an active account; a new one is copied from the registry, which refuses where it would not keep the
    /// copy true.
    function _numberOf(address account) private returns (uint32 number) {
        number = _numbers[account];
        if (number == 0) {
            number = ++_payeeCount;
            _numbers[account] = number;
            address[] memory one = new address[](1);
            one[0] = account;
            IParticipantRegistry(registry).sync(this, one);
        }
        if (!_payees[number].isActive()) revert NotActive(account);
    }

    /// @dev Entities never change, so that a payee's share for the fund is looked up when it is copied, and set when it is set.
    function _copy(uint32 number, address account, Party party) private {
        _payees[number] = PayeeLib.pack(account, _fundShares[party.entity()], party);
    }
}
