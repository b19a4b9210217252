// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Payee} from "./PayeeLib.sol";

/// @title The parts of a sale in memory, as the event that tells of them has them
/// @dev A part is three words: account, amount, fund. Five words before the parts are kept for the event's head, so that nothing
/// is encoded a second time. Until a part is taken, its first word is all that is known of the payee.
library VoucherLib {
    /// @dev Bytes of a part.
    uint256 internal constant PART = 96;
    uint256 private constant HEAD = 160;
    uint256 private constant ACCOUNT = 0x00ffffffffffffffffffffffffffffffffffffffff;

    /// @dev Memory for `most` parts and the head before them. Every word of it is written before it is read.
    function open(uint256 most) internal pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := add(mload(0x40), HEAD)
            mstore(0x40, add(start, mul(most, PART)))
        }
    }

    /// @dev Writes a part at `place`, which is within the room that was opened.
    function write(uint256 place, Payee payee, uint256 amount, uint256 fund) internal pure {
        assembly ("memory-safe") {
            mstore(place, payee)
            mstore(add(place, 32), amount)
            mstore(add(place, 64), fund)
        }
    }

    /// @dev The payee and the amount of the part at `place`, where the account alone stays.
    function take(uint256 place) internal pure returns (Payee payee, uint256 amount) {
        assembly ("memory-safe") {
            payee := mload(place)
            mstore(place, and(payee, ACCOUNT))
            amount := mload(add(place, 32))
        }
    }

    /// @dev What the fund has of the part at `place`.
    function fundOf(uint256 place) internal pure returns (uint256 fund) {
        assembly ("memory-safe") {
            fund := mload(add(place, 64))
        }
    }

    /// @dev Emits the event `topic` with two indexed arguments and `(currencyId, amount, fund, parts)`.
    function log(
        bytes32 topic,
        uint256 scheme,
        bytes32 saleId,
        uint256 currencyId,
        uint256 amount,
        uint256 fund,
        uint256 start,
        uint256 end
    ) internal {
        assembly ("memory-safe") {
            let head := sub(start, HEAD)
            mstore(head, currencyId)
            mstore(add(head, 32), amount)
            mstore(add(head, 64), fund)
            mstore(add(head, 96), 128) // where the parts stand
            mstore(add(head, 128), div(sub(end, start), PART))
            log3(head, sub(end, head), topic, scheme, saleId)
        }
    }
}
