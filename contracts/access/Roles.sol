// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Role ids of the suite's one AccessManager
/// @notice Which role may call which function is data in the deployment plan (`profiles/*.yml`); this file only gives
/// the numbers their names. Role 0 is the AccessManager's own ADMIN_ROLE, the timelock once a deployment is handed over.
library Roles {
    /// @notice Enrols, suspends and removes participants; freezes units, forces transfers, breaks liens.
    uint64 internal constant COMPLIANCE = 1;
    /// @notice Sets governed rates of currencies, stops and admits currencies, opens series of light nodes.
    uint64 internal constant STANDARD = 2;
    /// @notice Pauses new entries for a bounded time; can move, mint and freeze nothing.
    uint64 internal constant GUARDIAN = 3;
    /// @notice Decides disputes between creditor and debtor.
    uint64 internal constant ARBITER = 4;
    /// @notice Writes off defaulted claims.
    uint64 internal constant SERVICER = 5;
    /// @notice States value attributes (valuation, insurance) until the verification nodes do.
    uint64 internal constant ATTESTOR = 6;
    /// @notice States what cargo and harvests are worth.
    uint64 internal constant APPRAISER = 7;
    /// @notice States what is insured, and until when.
    uint64 internal constant INSURER = 8;
    /// @notice Contracts of the suite that lend or buy with recourse: they tell how a borrower behaved.
    uint64 internal constant LENDER = 9;
    /// @notice The contract of the suite that carries out signed requests of enterprises in one transaction.
    uint64 internal constant CIRCULATOR = 10;
    /// @notice Contracts of the suite that charge the fees of routing, mapping and adaptation.
    uint64 internal constant CHARGER = 11;
    /// @notice Contracts of the suite that tell of money settled between two parties.
    uint64 internal constant SETTLER = 12;
    /// @notice Contracts of the suite in which granted ERA can be staked.
    uint64 internal constant STAKING = 13;
    /// @notice Contracts of the suite that award points for interactions between rollups.
    uint64 internal constant CONNECTOR = 14;
    /// @notice Contracts of the suite that find a node guilty.
    uint64 internal constant COURT = 16;
    /// @notice Contracts of the suite that write what was verified, and who verified it.
    uint64 internal constant VERIFIER = 17;
    /// @notice The contract of the suite that keeps governed numbers within their bounds; sealed, as are the functions it has.
    uint64 internal constant PARAMETERS = 18;
}
