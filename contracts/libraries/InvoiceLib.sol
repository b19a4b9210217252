// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What makes two invoices the same
library InvoiceLib {
    /// @notice The invoice number has no letter, digit or non-ASCII character.
    error EmptyInvoiceNumber();
    /// @notice The invoice number is longer than `longest` bytes.
    error InvoiceNumberTooLong(uint256 length, uint256 longest);

    uint256 private constant LONGEST_NUMBER = 128;

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
        bytes calldata given = bytes(number);
        if (given.length > LONGEST_NUMBER) revert InvoiceNumberTooLong(given.length, LONGEST_NUMBER);
        kept = new bytes(given.length);
        uint256 length = 0;
        for (uint256 i = 0; i < given.length; ++i) {
            uint8 char = uint8(given[i]);
            if (char >= 0x61 && char <= 0x7a) char -= 32;
            bool keep = (char >= 0x30 && char <= 0x39) || (char >= 0x41 && char <= 0x5a) || char >= 0x80;
            if (keep) kept[length++] = bytes1(char);
        }
        if (length == 0) revert EmptyInvoiceNumber();
        assembly ("memory-safe") {
            mstore(kept, length) // at most the length allocated
        }
    }
}
