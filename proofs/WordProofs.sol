// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {FeeLib, FeeWord} from "../contracts/libraries/FeeLib.sol";
import {LoanListLib} from "../contracts/libraries/LoanListLib.sol";
import {Observation, ObservationLib} from "../contracts/libraries/ObservationLib.sol";
import {Party, PartyLib} from "../contracts/libraries/PartyLib.sol";
import {Payee, PayeeLib} from "../contracts/libraries/PayeeLib.sol";
import {SaleFacts, SaleLib} from "../contracts/libraries/SaleLib.sol";
import {SharesLib} from "../contracts/libraries/SharesLib.sol";
import {Terms, TermsLib} from "../contracts/libraries/TermsLib.sol";
import {Proof} from "./Proof.sol";

/// @title Packed words: what is packed is what is read, and no field disturbs another
contract WordProofs is Proof {
    /// @notice A party's word gives back each of its fields; its status changes alone.
    function check_party(
        uint8 status,
        uint40 expires,
        uint48 entity,
        uint80 regions,
        uint64 known,
        uint8 to
    ) external pure {
        Party party = PartyLib.pack(status, expires, entity, regions, known);
        assert(party.status() == status);
        Party changed = party.withStatus(to);
        assert(changed.status() == to && changed.expires() == expires && changed.entity() == entity);
        assert(changed.regions() == regions && changed.qualifications() == known);
    }

    /// @notice A party is active exactly while its status says so, up to the second before it expires.
    function check_partyIsActive(
        uint8 status,
        uint40 expires,
        uint48 entity,
        uint80 regions,
        uint64 known
    ) external view {
        Party party = PartyLib.pack(status, expires, entity, regions, known);
        assert(party.isActive() == (status == PartyLib.ACTIVE && block.timestamp < expires));
    }

    /// @notice A certificate's terms give back each field; flags, minimum and kind change alone.
    function check_terms(
        uint96 minimum,
        uint8 kind,
        uint8 flags,
        uint80 regions,
        uint64 wanted,
        uint8 toFlags,
        uint96 toMinimum,
        uint8 toKind
    ) external pure {
        Terms terms = TermsLib.pack(minimum, kind, flags, regions, wanted);
        assert(terms.minimum() == minimum && terms.kind() == kind && terms.flags() == flags);
        Terms changed = terms.withFlags(toFlags).withMinimum(toMinimum).withKind(toKind);
        assert(changed.minimum() == toMinimum && changed.kind() == toKind && changed.flags() == toFlags);
        assert(changed.regions() == regions && changed.qualifications() == wanted);
    }

    /// @notice Terms admit exactly who has a region in common, where one is demanded, and a qualification (all of them, where the flag
    /// says so).
    function check_admits(uint8 flags, uint80 regions, uint64 wanted, uint80 hasRegions, uint64 has) external pure {
        Terms terms = TermsLib.pack(1, 1, flags, regions, wanted);
        Party party = PartyLib.pack(1, 1, 1, hasRegions, has);
        bool region = regions == 0 || regions & hasRegions != 0;
        bool qualified = flags & TermsLib.ALL_OF != 0 ? wanted & has == wanted : wanted == 0 || wanted & has != 0;
        assert(terms.admits(party) == (region && qualified));
    }

    /// @notice A payee's word gives back account and share, and of the party what tells whether it is active.
    function check_payee(address account, uint16 fundBps, uint8 status, uint40 expires, uint48 entity) external view {
        Party party = PartyLib.pack(status, expires, entity, type(uint80).max, type(uint64).max);
        Payee payee = PayeeLib.pack(account, fundBps, party);
        assert(payee.account() == account && payee.fundBps() == fundBps);
        assert(payee.party().status() == status && payee.party().expires() == expires);
        assert(payee.isActive() == party.isActive());
    }

    /// @notice The facts of a sale give back each field; that it was refunded changes no other.
    function check_sale(
        address token,
        uint40 at,
        uint24 version,
        uint8 window,
        uint8 currency,
        uint8 most
    ) external pure {
        _assume(at <= 1 << 39);
        SaleFacts facts = SaleLib.pack(token, at, version, window, currency, most);
        assert(!facts.isRefunded());
        SaleFacts after_ = facts.refunded();
        assert(after_.isRefunded() && after_.exists());
        assert(after_.token() == token && after_.paidAt() == at && after_.version() == version);
        assert(after_.currencyId() == currency && after_.most() == most);
        assert(after_.releaseAt() == uint256(at) + uint256(window) * 1 days);
    }

    /// @notice The word of fees: a rate changes no price nor the number of services, and gives back each field.
    function check_feeRate(uint256 word, uint80 rate, uint40 goodUntil, bool isFallback, uint8 service) external pure {
        _assume(service < FeeLib.NEAR);
        FeeWord was = FeeWord.wrap(word);
        FeeWord then = was.withRate(rate, goodUntil, isFallback);
        assert(then.rate() == rate && then.goodUntil() == goodUntil && then.isFallback() == isFallback);
        assert(then.price(service) == was.price(service) && then.services() == was.services());
    }

    /// @notice The word of fees: a price changes neither another price nor the rate, nor does the number of services.
    function check_feePrice(uint256 word, uint8 service, uint8 other, uint40 usd, uint8 services) external pure {
        _assume(service < FeeLib.NEAR && other < FeeLib.NEAR && other != service);
        FeeWord was = FeeWord.wrap(word);
        FeeWord then = was.withPrice(service, usd).withServices(services);
        assert(then.price(service) == usd && then.price(other) == was.price(other) && then.services() == services);
        assert(then.rate() == was.rate() && then.goodUntil() == was.goodUntil());
        assert(then.isFallback() == was.isFallback());
    }

    /// @notice An observation gives back price, time and sum.
    function check_observation(uint80 price, uint40 at, uint120 sum) external pure {
        Observation one = ObservationLib.pack(price, at, sum);
        assert(one.price() == price && one.at() == at && one.sum() == sum);
    }

    /// @notice A line of a share table gives back share, number and kind.
    function check_line(uint256 bps, uint32 number, bool scheme) external pure {
        _assume(bps <= WHOLE);
        uint256 line = SharesLib.line(bps, number, scheme);
        assert(SharesLib.bps(line) == bps && SharesLib.number(line) == number);
        assert(SharesLib.isScheme(line) == scheme && line >> 47 == 0);
    }

    /// @notice A loan that is added to a list and removed leaves the list as it was, where it was not in it; one that is not there
    /// removes nothing.
    /// @custom:halmos --loop 9
    /// @custom:bound lists of up to 8 loans, which is all there are
    function check_loanList(uint256 list, uint32 loan) external pure {
        _assume(!LoanListLib.isFull(list) && loan != 0);
        for (uint256 i = 0; i < LoanListLib.MOST; ++i) _assume(uint32(list >> (32 * i)) != loan);
        assert(LoanListLib.remove(list, loan) == list);
        assert(LoanListLib.remove(LoanListLib.add(list, loan), loan) == list);
    }
}
