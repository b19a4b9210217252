// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IParticipantMirror} from "./IParticipantMirror.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title Who may take part: legal entities, their accounts, and what is known of each
/// @notice An entity is one legal person, known by the hash of its legal identifier (for example keccak256 of
/// "VAT:DE123456789"), so that it can be entered once only. Each of its accounts has one packed word: status, expiry,
/// entity, region set (80 bits) and qualification set (64 bits). Which bit means what is data in the deployment's profile.
/// Regions lie within one another, as a country in its bloc: whoever is enrolled in one is in all those around it.
/// Compliance officers write; parties never do. Suspension and expiry take effect at once, in every subscribed ledger.
interface IParticipantRegistry {
    /// @notice An account's facts, unpacked. `status`: 0 unknown, 1 active, 2 suspended, 3 removed. `expires`: the first
    /// second at which the account is no longer active.
    struct Participant {
        uint8 status;
        uint40 expires;
        uint48 entity;
        uint80 regions;
        uint64 qualifications;
    }

    /// @notice A region. `number`: its bit, 0 to 79. `within`: bit set of the regions around it; theirs follow.
    struct Region {
        uint8 number;
        uint80 within;
    }

    /// @notice Region `number` lies within those of the bit set `within`.
    event RegionDefined(uint8 indexed number, uint80 within);
    /// @notice A legal person was entered.
    event EntityCreated(uint48 indexed entity, bytes32 indexed legalId);
    /// @notice An account's facts are now `participant`.
    event ParticipantChanged(address indexed account, uint48 indexed entity, Participant participant);
    /// @notice `ledger` receives every change from now on.
    event LedgerSubscribed(address indexed ledger);

    /// @notice There is no region `number`.
    error UnknownRegion(uint8 number);
    /// @notice The legal identifier is empty.
    error NoLegalId();
    /// @notice `legalId` is entered already, as `entity`.
    error EntityExists(bytes32 legalId, uint48 entity);
    /// @notice There is no entity `entity`.
    error UnknownEntity(uint48 entity);
    /// @notice The zero address can be no account.
    error NoAccount();
    /// @notice `account` was never enrolled.
    error UnknownParticipant(address account);
    /// @notice `account` is enrolled already; change its facts with `setFacts`.
    error AlreadyEnrolled(address account);
    /// @notice `account` belongs, or belonged, to `entity` and cannot move to another.
    error AccountBelongsTo(address account, uint48 entity);
    /// @notice An entity has at most `most` accounts, removed ones included, so that suspending it stays one bounded call.
    error TooManyAccounts(uint48 entity, uint256 most);
    /// @notice `expires` is not in the future.
    error ExpiryNotInFuture(uint40 expires);
    /// @notice `account` is removed; enrol it again first.
    error ParticipantRemoved(address account);
    /// @notice `ledger` is subscribed already, is no contract, or keeps the copy of another registry.
    error CannotSubscribe(address ledger);
    /// @notice `ledger` is not subscribed.
    error NotSubscribed(address ledger);
    /// @notice At most `most` ledgers can be subscribed.
    error TooManyLedgers(uint256 most);

    /// @notice Defines regions, or where they lie from now on; those around them must be defined, or stand in the same call.
    /// Parties that are enrolled keep their set until `setFacts`. Only COMPLIANCE.
    function defineRegions(Region[] calldata regions) external;

    /// @notice Enters a legal person. Only COMPLIANCE.
    /// @param legalId hash of its legal identifier, unique
    /// @return entity its number, counting from 1
    function createEntity(bytes32 legalId) external returns (uint48 entity);

    /// @notice Enrols `account` (externally owned or a contract wallet) for `entity`. Only COMPLIANCE.
    /// @param expires first second at which it is no longer active
    /// @param regions bit set of regions it is admitted in; those around them are added
    /// @param qualifications bit set of qualifications and attested profiles
    function enrol(address account, uint48 entity, uint40 expires, uint80 regions, uint64 qualifications) external;

    /// @notice Replaces an enrolled account's facts and leaves its status as it is. Only COMPLIANCE.
    function setFacts(address account, uint40 expires, uint80 regions, uint64 qualifications) external;

    /// @notice Suspends one account. Only COMPLIANCE.
    function suspend(address account) external;

    /// @notice Ends the suspension of one account. Only COMPLIANCE.
    function reinstate(address account) external;

    /// @notice Removes one account for good, until it is enrolled again for the same entity. Only COMPLIANCE.
    function remove(address account) external;

    /// @notice Suspends every account of `entity` that is active. Only COMPLIANCE.
    function suspendEntity(uint48 entity) external;

    /// @notice Lets `ledger` receive every change, for good: a copy must never fall behind. Only the ADMIN role.
    function subscribe(IParticipantMirror ledger) external;

    /// @notice Copies the present words of `accounts` to a subscribed `ledger`. Anyone may call: it can only make a copy true.
    function sync(IParticipantMirror ledger, address[] calldata accounts) external;

    /// @notice `regions` and all regions around them; refuses unknown ones.
    function closureOf(uint80 regions) external view returns (uint80);

    /// @notice Those of `regions` that are neither among `bounds` nor within one of them; refuses unknown ones.
    function outside(uint80 regions, uint80 bounds) external view returns (uint80);

    /// @notice What is known of `account`.
    function participant(address account) external view returns (Participant memory);

    /// @notice The packed word of `account`; 0 where it is unknown.
    function partyOf(address account) external view returns (Party);

    /// @notice True where `account` is enrolled, neither suspended nor removed, and not expired.
    function isActive(address account) external view returns (bool);

    /// @notice Every account ever enrolled for `entity`, at most 32.
    function accountsOf(uint48 entity) external view returns (address[] memory);

    /// @notice The entity entered under `legalId`; 0 where there is none.
    function entityOf(bytes32 legalId) external view returns (uint48);

    /// @notice The legal identifier's hash of `entity`.
    function legalIdOf(uint48 entity) external view returns (bytes32);

    /// @notice The ledgers that receive every change, at most 8.
    function ledgers() external view returns (address[] memory);
}
