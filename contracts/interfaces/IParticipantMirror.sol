// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Party} from "../libraries/PartyLib.sol";

/// @title A ledger's own copy of the participants' packed words
/// @notice A movement asks for two parties; reading them in the ledger's own storage costs 2,100 gas each and no call.
/// The registry writes every change to every subscribed ledger in the same transaction, so that a suspension is in force
/// everywhere at once. An account that was never copied counts as unknown: it can receive nothing.
interface IParticipantMirror {
    /// @notice Only the registry writes the copy.
    error OnlyRegistry(address caller);

    /// @notice Takes over `account`'s word. Only the registry.
    function onPartyChanged(address account, Party party) external;

    /// @notice The copied word of `account`; 0 where it is unknown.
    function partyOf(address account) external view returns (Party);

    /// @notice The registry whose words are copied.
    function registry() external view returns (address);
}
