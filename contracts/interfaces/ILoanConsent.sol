// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What a lender answers when somebody brings a borrower's request (in the manner of ERC-3156)
interface ILoanConsent {
    /// @notice Asked by the lender's own adapter before any of its money moves. To accept, the lender sees to it that the adapter may
    /// take what its pool lacks (ERC-20 approval) and returns `keccak256("ILoanConsent.onLoan")`; whatever else it does, the
    /// loan does not happen. It has to check that the caller is its adapter.
    /// @param initiator who brought the request
    /// @param borrower to whose account the money would go
    /// @param token in which
    /// @param amount how much
    /// @param fee interest until maturity, as the desk will charge it
    /// @param maturity second in which the loan is due
    /// @param data from the initiator; the borrower did not sign it
    function onLoan(
        address initiator,
        address borrower,
        address token,
        uint256 amount,
        uint256 fee,
        uint256 maturity,
        bytes calldata data
    ) external returns (bytes32);
}
