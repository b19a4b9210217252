// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";

/// @title Attestors by role: who vouches for data until staked nodes do
/// @notice An attestor is an account that has the role ATTESTOR in the suite's AccessManager, without an execution delay (its
/// signature takes effect at once, so whoever must wait cannot sign), and that is active in the participant registry at the
/// moment the signature is used. Who lost one of these vouches for nothing any more, whatever it signed before.
interface IAttestorSet is IAttestors {
    /// @notice From now on it takes `quorum` entities.
    event AttestorQuorumSet(uint8 quorum);

    /// @notice A quorum is `least` at least and `most` at most.
    error AttestorQuorumOutOfRange(uint8 quorum, uint8 least, uint8 most);

    /// @notice Sets how many entities it takes, 2 to 32. Only PARAMETERS.
    function setQuorum(uint8 quorum_) external;

    /// @notice The registry that says who is active, and for which entity.
    function registry() external view returns (IParticipantRegistry);
}
