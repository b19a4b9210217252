// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ILendingPool} from "./ILendingPool.sol";

/// @title A pool of one lender, for a lending protocol outside of the suite
/// @notice A lending pool that only `lender` enters: nobody else dilutes what its money earns, or raises what a part of the pool
/// is. Its shares are ERC-20 like those of other pools: the lender may send them to another participant, who leaves as from any
/// pool, and until then trusts the lender's choice of loans. What borrowers pay here in time does not raise their limits: a lender
/// and a borrower that know each other could pay interest to and fro. Where there is a `door`, a loan is made only when the door agreed to exactly this loan in the same
/// transaction; without one the desk lends by the pool's terms, to whom they admit.
interface IClosedPool is ILendingPool {
    /// @notice Only the door agrees to loans.
    error OnlyDoor(address caller);
    /// @notice Nobody agreed to this loan in this transaction.
    error LoanNotAgreed(address borrower, uint256 principal);

    /// @notice Agrees to one loan, in this transaction, at this rate until this second. Only the door.
    function agree(address borrower, uint96 principal, uint40 maturity, uint16 rateBps) external;

    /// @notice Who agrees to loans; the zero address: nobody has to.
    function door() external view returns (address);
}
