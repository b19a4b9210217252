// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The fields a certificate's metadata may have to carry
/// @notice Rules name the fields they demand as a bit set; a module says which ones a document brings. The number of a
/// field is also its key among a certificate's value attributes.
library FieldsLib {
    uint8 internal constant CREDITOR = 0;
    uint8 internal constant DEBTOR = 1;
    uint8 internal constant DUE_DATE = 2;
    uint8 internal constant FACE = 3;
    uint8 internal constant CURRENCY = 4;
    uint8 internal constant DOCUMENT = 5;
    uint8 internal constant ORDER_LINES = 6;
    uint8 internal constant VALUATION = 7;
    uint8 internal constant INSURANCE = 8;
    uint8 internal constant PLEDGEABLE = 9;
    uint8 internal constant CIRCULATION_SCOPE = 10;
    uint8 internal constant RIGHT_CONDITIONS = 11;
    uint8 internal constant AFTER_SALES = 12;
    /// @dev One more than the highest field; bits from here on mean nothing.
    uint8 internal constant COUNT = 13;

    /// @notice The rules demand `field`, and the document does not bring it.
    error MissingField(uint8 field);

    /// @dev Names the lowest missing field.
    function requireAll(uint256 required, uint256 present) internal pure {
        uint256 missing = required & ~present;
        if (missing == 0) return;
        uint8 field = 0;
        while (missing & 1 == 0) {
            missing >>= 1;
            ++field;
        }
        revert MissingField(field);
    }
}
