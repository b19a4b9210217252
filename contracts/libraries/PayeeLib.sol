// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Party} from "./PartyLib.sol";

/// @notice What a payment must know of a payee, in one word (one storage read): bits 0-159 account | 160-175 the fund's share of
/// what it earns | 192-231 expiry | 232-239 status, where a party's word has them; nothing stands above.
type Payee is uint256;

using PayeeLib for Payee global;

/// @title The packed facts of a payee
library PayeeLib {
    /// @dev Of a party's word: status and expiry.
    uint256 private constant COPIED = uint256(type(uint64).max) << 192;
    uint256 private constant FUND_BITS = 160;

    function pack(address account_, uint16 fundBps_, Party party_) internal pure returns (Payee) {
        return Payee.wrap((Party.unwrap(party_) & COPIED) | (uint256(fundBps_) << FUND_BITS) | uint160(account_));
    }

    function account(Payee payee) internal pure returns (address) {
        return address(uint160(Payee.unwrap(payee)));
    }

    function fundBps(Payee payee) internal pure returns (uint256) {
        return uint16(Payee.unwrap(payee) >> FUND_BITS);
    }

    /// @dev Status and expiry alone.
    function party(Payee payee) internal pure returns (Party) {
        return Party.wrap(Payee.unwrap(payee) & COPIED);
    }

    function isActive(Payee payee) internal view returns (bool) {
        return Party.wrap(Payee.unwrap(payee)).isActive(); // which reads no other bits
    }
}
