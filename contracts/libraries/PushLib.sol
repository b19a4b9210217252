// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A payment that may fail without stopping anything else
/// @dev A token that moves money and denies it would be paid twice, out of that token alone: no currency to add.
library PushLib {
    /// @dev What a transfer may use: several times what common tokens need, and what a hostile one can waste at most.
    uint256 internal constant GAS = 150_000;
    /// @dev A call passes on 63/64 of what is left after its own cost (2,600 at most): 150,000 of 165,000 for sure.
    uint256 private constant LEAST = 165_000;

    /// @notice The call has `left` gas; `needed` is needed, so that a payment cannot be made to fail by giving too little.
    error GasTooLow(uint256 left, uint256 needed);

    /// @dev Transfers `amount` of `token` to `to`. False where the token reverts, uses too much, or says no. Nothing is copied
    /// of what it returns but one word, so that a long answer costs nothing.
    function trySend(address token, address to, uint256 amount) internal returns (bool sent) {
        if (gasleft() < LEAST) revert GasTooLow(gasleft(), LEAST);
        uint256 limit = GAS;
        uint256 receiver = uint160(to); // an address may have anything above its 160 bits where the compiler does not look
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, shl(224, 0xa9059cbb)) // transfer(address,uint256)
            mstore(add(free, 4), receiver)
            mstore(add(free, 36), amount)
            sent := call(limit, token, 0, free, 68, 0, 32)
            // Nothing returned counts as done, if there is a contract; else it must be true.
            switch returndatasize()
            case 0 {
                sent := and(sent, gt(extcodesize(token), 0))
            }
            default {
                sent := and(sent, and(gt(returndatasize(), 31), eq(mload(0), 1)))
            }
        }
    }
}
