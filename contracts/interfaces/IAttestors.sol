// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Who vouches for data, and how many of them it takes
/// @notice Contracts that believe signed data ask here and nowhere else, so that staked nodes can take the place of a set of
/// attestors without a change to those contracts.
interface IAttestors {
    /// @notice One attestor's signature (EIP-712 digest; EIP-1271 for contract wallets).
    struct Attestation {
        address signer;
        bytes signature;
    }

    /// @notice `signer` is no attestor now, or not active.
    error NotAnAttestor(address signer);
    /// @notice Signers must be in ascending order of their addresses, each once.
    error SignersNotAscending(address signer);
    /// @notice Two signers belong to the same entity: they count once.
    error SameEntity(address signer, uint48 entity);
    /// @notice The signature is not `signer`'s over exactly this digest.
    error InvalidAttestation(address signer);
    /// @notice `signers` entities signed; `quorum` are needed.
    error QuorumNotReached(uint256 signers, uint256 quorum);

    /// @notice Reverts unless a quorum of attestors, all of different entities, signed `digest`.
    /// @param attestations in ascending order of the signers' addresses
    function requireQuorum(bytes32 digest, Attestation[] calldata attestations) external view;

    /// @notice How many entities it takes, 2 at least.
    function quorum() external view returns (uint8);
}
