// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @notice What divides a sale, fixed when it is paid, in one word (one storage read):
/// bits 0-159 token | 160-199 paid at | 200-223 version | 224-231 days of the refund window | 232-239 currency |
/// 240-247 most payments | 248 set once all of it was refunded.
type SaleFacts is uint256;

using SaleLib for SaleFacts global;

/// @title The packed facts of a sale
library SaleLib {
    uint256 private constant REFUNDED = 1 << 248;

    function pack(
        address token_,
        uint40 paidAt_,
        uint24 version_,
        uint8 windowDays_,
        uint8 currencyId_,
        uint8 most_
    ) internal pure returns (SaleFacts) {
        return
            SaleFacts.wrap(
                (uint256(most_) << 240) |
                    (uint256(currencyId_) << 232) |
                    (uint256(windowDays_) << 224) |
                    (uint256(version_) << 200) |
                    (uint256(paidAt_) << 160) |
                    uint160(token_)
            );
    }

    /// @dev A sale that was paid has a token, so that its word is never zero.
    function exists(SaleFacts facts) internal pure returns (bool) {
        return SaleFacts.unwrap(facts) != 0;
    }

    function token(SaleFacts facts) internal pure returns (address) {
        return address(uint160(SaleFacts.unwrap(facts)));
    }

    function paidAt(SaleFacts facts) internal pure returns (uint40) {
        return uint40(SaleFacts.unwrap(facts) >> 160);
    }

    function version(SaleFacts facts) internal pure returns (uint24) {
        return uint24(SaleFacts.unwrap(facts) >> 200);
    }

    function currencyId(SaleFacts facts) internal pure returns (uint8) {
        return uint8(SaleFacts.unwrap(facts) >> 232);
    }

    function most(SaleFacts facts) internal pure returns (uint8) {
        return uint8(SaleFacts.unwrap(facts) >> 240);
    }

    /// @dev First second after the refund window.
    function releaseAt(SaleFacts facts) internal pure returns (uint40) {
        return facts.paidAt() + uint40(uint8(SaleFacts.unwrap(facts) >> 224)) * 1 days;
    }

    function isRefunded(SaleFacts facts) internal pure returns (bool) {
        return SaleFacts.unwrap(facts) & REFUNDED != 0;
    }

    function refunded(SaleFacts facts) internal pure returns (SaleFacts) {
        return SaleFacts.wrap(SaleFacts.unwrap(facts) | REFUNDED);
    }
}
