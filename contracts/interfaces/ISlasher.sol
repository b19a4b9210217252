// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title How much an offence costs, and where it goes
/// @notice Taken = base × rate of the offence, rounded up. The base is the node's whole stake (active and leaving) when it
/// offended, capped by what is there now, and the rate is the one that held then: a change of rates reaches no case under way. No
/// rate exceeds the most that the profile allows, fixed at deployment.
interface ISlasher {
    /// @notice Kinds of offences, each with a governed rate.
    /// `FalseAttestation`: it signed what a court found false. `ConflictingSignatures`: it signed two results of one request.
    /// `LightContradiction`: a device of it contradicted its peers again and again; the base is the stake that stands for a device.
    enum Offence {
        FalseAttestation,
        ConflictingSignatures,
        LightContradiction
    }

    /// @notice Slashes `node`. The reporter's share waits for it, the rest for the value fund. Only COURT.
    /// @param base the node's stake at the offence, in units of 10^-18 ERA
    /// @param reporter who showed the offence; the zero address for nobody
    /// @param at second of the offence, since 1970: its rates are those that held at its end
    /// @return taken in units of 10^-18 ERA; 0 where the base, or what is there now, is less than 100 ERA
    function slash(
        uint32 node,
        uint256 base,
        Offence offence,
        address reporter,
        uint256 at
    ) external returns (uint256 taken);

    /// @notice Holds back what leaves `node` until `until`. Only COURT.
    function freeze(uint32 node, uint40 until) external;

    /// @notice Rate of an offence of now, in basis points.
    function rateOf(Offence offence) external view returns (uint16);
}
