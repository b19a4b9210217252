// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IParticipantMirror} from "../interfaces/IParticipantMirror.sol";
import {Party} from "../libraries/PartyLib.sol";

/// @title A ledger's own copy of the participants' packed words
abstract contract ParticipantMirror is IParticipantMirror {
    /// @inheritdoc IParticipantMirror
    address public immutable registry;

    mapping(address account => Party) private _parties;

    /// @param registry_ the ParticipantRegistry that writes the copy
    constructor(address registry_) {
        registry = registry_;
    }

    /// @inheritdoc IParticipantMirror
    function onPartyChanged(address account, Party party) external {
        if (msg.sender != registry) revert OnlyRegistry(msg.sender);
        _parties[account] = party;
    }

    /// @inheritdoc IParticipantMirror
    function partyOf(address account) public view virtual returns (Party) {
        return _parties[account];
    }
}
