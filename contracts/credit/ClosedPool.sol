// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IClosedPool} from "../interfaces/IClosedPool.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {LendingPool} from "./LendingPool.sol";

/// @title A pool of one lender, for a lending protocol outside of the suite
contract ClosedPool is LendingPool, IClosedPool {
    /// @inheritdoc ILendingPool
    address public immutable override(LendingPool, ILendingPool) lender;
    /// @inheritdoc IClosedPool
    address public immutable door;

    /// @dev Hash of the loan agreed to; gone with the transaction, and with the loan.
    bytes32 private transient _agreed;

    /// @param access the suite's AccessManager
    /// @param registry_ where participants are known
    /// @param desk_ the credit desk
    /// @param asset_ the currency's token
    /// @param lender_ who alone enters; a participant
    /// @param door_ who agrees to loans; the zero address: nobody has to
    constructor(
        address access,
        IParticipantRegistry registry_,
        ICreditDesk desk_,
        IERC20 asset_,
        string memory name_,
        string memory symbol_,
        address lender_,
        address door_
    ) LendingPool(access, registry_, desk_, asset_, name_, symbol_) {
        // No lender: nobody could ever enter. No door is a choice.
        // slither-disable-next-line missing-zero-check
        (lender, door) = (lender_, door_);
    }

    /// @inheritdoc IClosedPool
    function agree(address borrower, uint96 principal, uint40 maturity, uint16 rateBps) external {
        if (msg.sender != door) revert OnlyDoor(msg.sender);
        _agreed = _hash(borrower, principal, maturity, rateBps);
    }

    /// @inheritdoc ILendingPool
    function lend(address borrower, Claim calldata claim) public override(LendingPool, ILendingPool) {
        if (door != address(0)) {
            if (_agreed != _hash(borrower, claim.principal, claim.maturity, claim.rateBps)) {
                revert LoanNotAgreed(borrower, claim.principal);
            }
            _agreed = 0;
        }
        super.lend(borrower, claim);
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address receiver) public view override(LendingPool, IERC4626) returns (uint256) {
        return receiver == lender ? super.maxDeposit(receiver) : 0;
    }

    function _hash(address borrower, uint96 principal, uint40 maturity, uint16 rateBps) private pure returns (bytes32) {
        return keccak256(abi.encode(borrower, principal, maturity, rateBps));
    }
}
