// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What makes two invoices the same
library InvoiceLib {
    /// @notice The invoice number has no letter, digit or non-ASCII character.
    error EmptyInvoiceNumber();
    /// @notice The invoice number is longer than `longest` bytes.
    error InvoiceNumberTooLong(uint256 length, uint256 longest);

    uint256 private constant LONGEST_NUMBER = 128;
    /// @dev Sets of characters, bit c for character c: a-z; 0-9, A-Z, a-z and all from 0x80.
    uint256 private constant LOWER_CASE = 0x0000000000000000000000000000000007fffffe000000000000000000000000;
    uint256 private constant KEPT = 0xffffffffffffffffffffffffffffffff07fffffe07fffffe03ff000000000000;

    /// @dev The fingerprint of an invoice: seller, buyer, number and issue date, whoever asks and however it is written.
    /// The low 16 bits are zero: they number the parts.
    /// @param seller entity of the creditor
    /// @param buyer entity of the debtor
    /// @param number as printed; spelling is levelled out by `normalise`
    /// @param issueDay days since 1970-01-01
    function fingerprint(
        uint48 seller,
        uint48 buyer,
        string calldata number,
        uint32 issueDay
    ) internal pure returns (uint256) {
        bytes32 hash = keccak256(abi.encode("receivable", seller, buyer, keccak256(normalise(number)), issueDay));
        return uint256(hash) & ~uint256(0xffff);
    }

    /// @dev ASCII letters become upper case, every other ASCII character but digits is dropped, all else stays:
    /// "inv-001 / a" and "INV001A" are one number. `caldera.documents.normalise_number` does the same after Unicode NFKC.
    function normalise(string calldata number) internal pure returns (bytes memory kept) {
        uint256 given = bytes(number).length;
        if (given > LONGEST_NUMBER) revert InvoiceNumberTooLong(given, LONGEST_NUMBER);
        kept = new bytes(given);
        uint256 length;
        assembly ("memory-safe") {
            let start := add(kept, 32)
            let to := start
            let end := add(number.offset, given)
            for {
                let from := number.offset
            } lt(from, end) {
                from := add(from, 1)
            } {
                let char := byte(0, calldataload(from))
                // A set has one bit a character. What is not kept is overwritten by the next.
                mstore8(to, sub(char, shl(5, and(shr(char, LOWER_CASE), 1))))
                to := add(to, and(shr(char, KEPT), 1))
            }
            length := sub(to, start)
            mstore(kept, length) // at most the length allocated
        }
        if (length == 0) revert EmptyInvoiceNumber();
    }
}
