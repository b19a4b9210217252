// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IIssuingModules} from "./IIssuingModules.sol";
import {ILiens} from "./ILiens.sol";
import {IParticipantMirror} from "./IParticipantMirror.sol";
import {IValueAttributes} from "./IValueAttributes.sol";
import {Terms} from "../libraries/TermsLib.sol";

/// @title The ledger of splittable certificates (ERC-1155), beyond ERC-1155, ERC-7943 and liens
/// @notice One id is one asset. Its units are the smallest unit of the currency the asset is denominated in, so that
/// splitting is transferring: the part keeps every attribute, because it is the same id. After any movement every position
/// (a holder's free units, or its units under one lien) is zero or the id's minimum unit at least.
/// The low 16 bits of an id number the parts of one root (for example the order lines of an invoice); the root has 0 there.
interface IAssetCertificate is IIssuingModules, ILiens, IParticipantMirror, IValueAttributes {
    /// @notice Why a transfer would be refused. `None`: it would not.
    enum Restriction {
        None,
        UnknownAsset,
        NotCirculating,
        SenderNotActive,
        ReceiverNotActive,
        ReceiverOutsideScope,
        InsufficientBalance,
        FrozenUnits,
        PledgedUnits,
        SenderBelowMinimum,
        ReceiverBelowMinimum
    }

    /// @notice `id` was created with `units` units in the hands of `to`.
    event AssetCreated(
        uint256 indexed id,
        uint8 indexed kind,
        address indexed to,
        uint256 units,
        Terms terms,
        bytes32 documentHash
    );
    /// @notice The terms of `id` are now `terms`: its flags changed, or its minimum unit fell.
    event TermsChanged(uint256 indexed id, Terms terms);
    /// @notice The metadata URI of every id is now `uri` (`{id}` as in ERC-1155).
    event UriSet(string uri);

    /// @notice `id` exists: the same asset is registered already, whoever asks.
    error AssetExists(uint256 id);
    /// @notice `id` does not exist.
    error UnknownAsset(uint256 id);
    /// @notice `id` does not circulate now: not acknowledged yet, disputed, or settled. Its module says which.
    error NotCirculating(uint256 id);
    /// @notice `account` lacks the region or the qualifications that holders of `id` need.
    error OutsideScope(uint256 id, address account);
    /// @notice A position of `account` would be left with `left` units, less than `minimum` and not zero.
    error BelowMinimumUnit(uint256 id, address account, uint256 left, uint256 minimum);
    /// @notice The minimum unit of an id can only fall, and not to zero.
    error MinimumCanOnlyFall(uint256 minimum, uint256 wanted);
    /// @notice A forced transfer or a seizure needs two different accounts.
    error SameAccount(address account);

    /// @notice Creates `id` with `units` units for `to`. Only a module; the kind of `terms` becomes its own.
    /// @dev `to` must be active and within the scope of `terms`. `units` must be zero or `terms.minimum()` at least.
    function create(uint256 id, address to, uint256 units, Terms terms, bytes32 documentHash) external;

    /// @notice Retires `units` of `id` from the free units of `from`. Only the id's module.
    function retire(uint256 id, address from, uint256 units) external;

    /// @notice Replaces the flags (CIRCULATES, HOOKED) of `id`. Only the id's module.
    function setFlags(uint256 id, uint8 flags) external;

    /// @notice Lowers the minimum unit of `id`. Only the id's module.
    function lowerMinimum(uint256 id, uint96 minimum) external;

    /// @notice Replaces the metadata URI (`{id}` as in ERC-1155). Only the ADMIN role.
    function setUri(string calldata uri_) external;

    /// @notice The first reason for which a transfer of `units` of `id` by the holder would be refused, all rules and the
    /// balance taken together. The transfer itself reverts with the error of the same name.
    function restrictionOf(address from, address to, uint256 id, uint256 units) external view returns (Restriction);

    /// @notice Units of `id` that `account` holds, and how many of them are pledged and frozen.
    /// @return units balance: free and pledged together
    /// @return pledged units under liens, at most `units`
    /// @return frozen units frozen by compliance; may exceed `units`
    function holdingOf(
        uint256 id,
        address account
    ) external view returns (uint256 units, uint256 pledged, uint256 frozen);

    /// @notice The terms of `id`; zero where it does not exist.
    function termsOf(uint256 id) external view returns (Terms);

    /// @notice Units of `id` issued and not retired, as its module counts them.
    function totalSupply(uint256 id) external view returns (uint256);
}
