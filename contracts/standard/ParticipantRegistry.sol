// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IParticipantMirror} from "../interfaces/IParticipantMirror.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Party, PartyLib} from "../libraries/PartyLib.sol";

/// @title Who may take part
contract ParticipantRegistry is IParticipantRegistry, AccessManaged {
    using EnumerableSet for EnumerableSet.AddressSet;

    uint256 private constant MOST_ACCOUNTS = 32;
    uint256 private constant MOST_LEDGERS = 8;
    uint256 private constant MOST_REGIONS = 80;
    /// @dev Stands beside the regions around a region that is defined.
    uint256 private constant DEFINED = 1 << MOST_REGIONS;

    mapping(address account => Party) private _parties;
    mapping(uint48 entity => address[]) private _accounts;
    mapping(uint48 entity => bytes32) private _legalIds;
    mapping(bytes32 legalId => uint48) private _entities;
    mapping(uint8 region => uint256) private _within;
    uint48 private _entityCount;
    EnumerableSet.AddressSet private _ledgers;

    /// @param access the suite's AccessManager
    constructor(address access) AccessManaged(access) {}

    /// @inheritdoc IParticipantRegistry
    function defineRegions(Region[] calldata regions) external restricted {
        for (uint256 i = 0; i < regions.length; ++i) {
            (uint8 number, uint80 within) = (regions[i].number, regions[i].within);
            if (number >= MOST_REGIONS) revert UnknownRegion(number);
            _within[number] = DEFINED | within;
            emit RegionDefined(number, within);
        }
        for (uint256 i = 0; i < regions.length; ++i) {
            _closure(regions[i].within);
        }
    }

    /// @inheritdoc IParticipantRegistry
    function createEntity(bytes32 legalId) external restricted returns (uint48 entity) {
        if (legalId == 0) revert NoLegalId();
        if (_entities[legalId] != 0) revert EntityExists(legalId, _entities[legalId]);
        entity = ++_entityCount;
        _entities[legalId] = entity;
        _legalIds[entity] = legalId;
        emit EntityCreated(entity, legalId);
    }

    /// @inheritdoc IParticipantRegistry
    function enrol(
        address account,
        uint48 entity,
        uint40 expires,
        uint80 regions,
        uint64 qualifications
    ) external restricted {
        if (account == address(0)) revert NoAccount();
        if (_legalIds[entity] == 0) revert UnknownEntity(entity);
        Party party = _parties[account];
        uint8 status = party.status();
        if (status == PartyLib.UNKNOWN) {
            if (_accounts[entity].length == MOST_ACCOUNTS) revert TooManyAccounts(entity, MOST_ACCOUNTS);
            _accounts[entity].push(account);
        } else if (status != PartyLib.REMOVED) {
            revert AlreadyEnrolled(account);
        } else if (party.entity() != entity) {
            revert AccountBelongsTo(account, party.entity());
        }
        _set(account, PartyLib.ACTIVE, _future(expires), entity, regions, qualifications);
    }

    /// @inheritdoc IParticipantRegistry
    function setFacts(address account, uint40 expires, uint80 regions, uint64 qualifications) external restricted {
        Party party = _enrolled(account);
        _set(account, party.status(), _future(expires), party.entity(), regions, qualifications);
    }

    /// @inheritdoc IParticipantRegistry
    function suspend(address account) external restricted {
        _write(account, _enrolled(account).withStatus(PartyLib.SUSPENDED));
    }

    /// @inheritdoc IParticipantRegistry
    function reinstate(address account) external restricted {
        _write(account, _enrolled(account).withStatus(PartyLib.ACTIVE));
    }

    /// @inheritdoc IParticipantRegistry
    function remove(address account) external restricted {
        _write(account, _enrolled(account).withStatus(PartyLib.REMOVED));
    }

    /// @inheritdoc IParticipantRegistry
    function suspendEntity(uint48 entity) external restricted {
        if (_legalIds[entity] == 0) revert UnknownEntity(entity);
        address[] storage accounts = _accounts[entity];
        for (uint256 i = 0; i < accounts.length; ++i) {
            Party party = _parties[accounts[i]];
            if (party.status() == PartyLib.ACTIVE) _write(accounts[i], party.withStatus(PartyLib.SUSPENDED));
        }
    }

    /// @inheritdoc IParticipantRegistry
    function subscribe(IParticipantMirror ledger) external restricted {
        if (_ledgers.length() == MOST_LEDGERS) revert TooManyLedgers(MOST_LEDGERS);
        if (address(ledger).code.length == 0 || ledger.registry() != address(this) || !_ledgers.add(address(ledger))) {
            revert CannotSubscribe(address(ledger));
        }
        emit LedgerSubscribed(address(ledger));
    }

    /// @inheritdoc IParticipantRegistry
    function sync(IParticipantMirror ledger, address[] calldata accounts) external {
        if (!_ledgers.contains(address(ledger))) revert NotSubscribed(address(ledger));
        for (uint256 i = 0; i < accounts.length; ++i) {
            ledger.onPartyChanged(accounts[i], _parties[accounts[i]]);
        }
    }

    /// @inheritdoc IParticipantRegistry
    function closureOf(uint80 regions) external view returns (uint80) {
        return _closure(regions);
    }

    /// @inheritdoc IParticipantRegistry
    function outside(uint80 regions, uint80 bounds) external view returns (uint80 wide) {
        for (uint80 left = regions; left != 0; left &= left - 1) {
            uint80 one = left & (~left + 1);
            if (_closure(one) & bounds == 0) wide |= one;
        }
    }

    /// @inheritdoc IParticipantRegistry
    function participant(address account) external view returns (Participant memory) {
        return _unpack(_parties[account]);
    }

    /// @inheritdoc IParticipantRegistry
    function partyOf(address account) external view returns (Party) {
        return _parties[account];
    }

    /// @inheritdoc IParticipantRegistry
    function isActive(address account) external view returns (bool) {
        return _parties[account].isActive();
    }

    /// @inheritdoc IParticipantRegistry
    function accountsOf(uint48 entity) external view returns (address[] memory) {
        return _accounts[entity];
    }

    /// @inheritdoc IParticipantRegistry
    function entityOf(bytes32 legalId) external view returns (uint48) {
        return _entities[legalId];
    }

    /// @inheritdoc IParticipantRegistry
    function legalIdOf(uint48 entity) external view returns (bytes32) {
        return _legalIds[entity];
    }

    /// @inheritdoc IParticipantRegistry
    function ledgers() external view returns (address[] memory) {
        return _ledgers.values();
    }

    function _enrolled(address account) private view returns (Party party) {
        party = _parties[account];
        if (party.status() == PartyLib.UNKNOWN) revert UnknownParticipant(account);
        if (party.status() == PartyLib.REMOVED) revert ParticipantRemoved(account);
    }

    function _future(uint40 expires) private view returns (uint40) {
        if (expires <= block.timestamp) revert ExpiryNotInFuture(expires);
        return expires;
    }

    function _set(
        address account,
        uint8 status,
        uint40 expires,
        uint48 entity,
        uint80 regions,
        uint64 qualifications
    ) private {
        _write(account, PartyLib.pack(status, expires, entity, _closure(regions), qualifications));
    }

    /// @dev The word and every ledger's copy of it change together, or not at all.
    function _write(address account, Party party) private {
        _parties[account] = party;
        emit ParticipantChanged(account, party.entity(), _unpack(party));
        uint256 count = _ledgers.length();
        for (uint256 i = 0; i < count; ++i) {
            IParticipantMirror(_ledgers.at(i)).onPartyChanged(account, party);
        }
    }

    /// @dev Each region is looked up once, so that a circle, which would make its regions the same, ends as well.
    function _closure(uint80 regions) private view returns (uint80 around) {
        uint80 left = regions;
        while (left != 0) {
            uint80 one = left & (~left + 1);
            uint8 number = uint8(Math.log2(one));
            uint256 within = _within[number];
            if (within == 0) revert UnknownRegion(number);
            around |= one;
            left = (left | uint80(within)) & ~around;
        }
    }

    function _unpack(Party party) private pure returns (Participant memory) {
        return Participant(party.status(), party.expires(), party.entity(), party.regions(), party.qualifications());
    }
}
