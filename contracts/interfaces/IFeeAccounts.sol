// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IFeeCredit} from "./IFeeCredit.sol";
import {IFeesPaid} from "./IFeesPaid.sol";

/// @title Prepaid accounts for fees, one an entity
/// @notice Amounts are in units of 10^-18 ERA. What is here is delegated to nobody, so that a fee moves no vote checkpoint.
interface IFeeAccounts is IFeeCredit, IFeesPaid {
    /// @notice `from` paid `amount` into the account of `entity`, which has `balance` now.
    event FeesDeposited(uint48 indexed entity, address indexed from, uint256 amount, uint256 balance);
    /// @notice `account` of `entity` took `amount` back; `balance` is left.
    event PrepaidWithdrawn(uint48 indexed entity, address indexed account, uint256 amount, uint256 balance);

    /// @notice The amount is zero.
    error NoAmount();
    /// @notice There is no entity `entity`.
    error UnknownEntity(uint48 entity);
    /// @notice `account` is no active account of an entity.
    error NotActive(address account);
    /// @notice The account of `entity` has `prepaid`; `due` is needed.
    error PrepaidTooLow(uint48 entity, uint256 prepaid, uint256 due);

    /// @notice As `deposit`, with the caller's permit (ERC-2612). A permit that somebody else brought already does no harm.
    function depositWithPermit(uint48 entity, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice The same with `from`'s authorisation (ERC-3009, `ReceiveWithAuthorization` to this contract), brought by anyone.
    /// Its nonce must be `authorizationNonce(entity, salt)`: whoever brings it cannot turn it to another entity.
    /// @param salt chosen by `from`, once for each of its authorisations
    function depositWithAuthorization(
        address from,
        uint48 entity,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 salt,
        bytes calldata signature
    ) external;

    /// @notice Hands the caller, an active account, what its entity has not used. Always open.
    function withdrawPrepaid(uint256 amount) external;

    /// @notice What `entity` has prepaid.
    function prepaidOf(uint48 entity) external view returns (uint256);

    /// @notice keccak256 of entity and salt, each a word.
    function authorizationNonce(uint48 entity, bytes32 salt) external pure returns (bytes32);

    /// @notice ERA.
    function era() external view returns (IERC20);
}
