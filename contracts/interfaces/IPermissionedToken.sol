// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IIssuingModules} from "./IIssuingModules.sol";
import {IParticipantMirror} from "./IParticipantMirror.sol";

/// @title What rights and goods have in common beyond ERC-721 and ERC-7943: reasons
interface IPermissionedToken is IIssuingModules, IParticipantMirror {
    /// @notice Why a transfer would be refused. `None`: it would not.
    enum Restriction {
        None,
        UnknownToken,
        NotTheOwner,
        SenderNotActive,
        ReceiverNotActive,
        ReceiverOutsideScope,
        OperatorOutsideScope,
        Frozen,
        Pledged,
        Halted,
        ConsumerResale,
        GiftsUsedUp,
        SenderOutsideScope
    }

    /// @notice `id` exists already.
    error TokenExists(uint256 id);
    /// @notice `account` lacks the region or the qualifications that holders of `id` need.
    error OutsideScope(uint256 id, address account);
    /// @notice A forced transfer or a seizure needs two different accounts.
    error SameAccount(address account);

    /// @notice The metadata of every token is found at `uri` followed by its id from now on.
    event BaseUriSet(string uri);

    /// @notice The first reason for which `operator` could not move `id` from `from` to `to`, all rules taken together. The
    /// transfer itself reverts with the error of the same name. That the operator is approved is not asked.
    function restrictionOf(address operator, address from, address to, uint256 id) external view returns (Restriction);

    /// @notice Replaces what stands before the id in every metadata URI. Only the ADMIN role.
    function setBaseUri(string calldata uri) external;
}
