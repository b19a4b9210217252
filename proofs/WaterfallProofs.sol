// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {LoanLib} from "../contracts/libraries/LoanLib.sol";
import {WaterfallLib} from "../contracts/libraries/WaterfallLib.sol";
import {Proof} from "./Proof.sol";

/// @title What the tranches get
contract WaterfallProofs is Proof {
    /// @notice Interest, principal and the junior tranche's rest are the cash, to the unit.
    function check_waterfallAddsUp(uint128 cash, uint192 interest, uint96 principal) external pure {
        (uint256 paid, uint256 repaid, uint256 rest) = WaterfallLib.share(cash, interest, principal);
        assert(paid + repaid + rest == cash);
    }

    /// @notice The senior tranche never gets more than interest and principal, and the junior one nothing while any of them is due.
    function check_seniorFirst(uint128 cash, uint192 interest, uint96 principal) external pure {
        (uint256 paid, uint256 repaid, uint256 rest) = WaterfallLib.share(cash, interest, principal);
        uint256 due = WaterfallLib.due(interest);
        assert(paid <= due && repaid <= principal);
        assert(rest == 0 || (paid == due && repaid == principal));
        assert(repaid == 0 || paid == due);
    }

    /// @notice Interest that is due is rounded down; what is below a unit is carried on.
    function check_interestDueIsRoundedDown(uint192 interest) external pure {
        _assertDown(WaterfallLib.due(interest), interest, LoanLib.SCALE);
    }

    /// @notice Interest depends on time alone: in two steps it is what it is in one.
    function check_interestIsExact(
        uint192 interest,
        uint96 principal,
        uint16 bps,
        uint40 since,
        uint40 at,
        uint40 time
    ) external pure {
        _assume(since <= at && at <= time);
        uint256 once = WaterfallLib.accrue(interest, principal, bps, since, time);
        uint256 first = WaterfallLib.accrue(interest, principal, bps, since, at);
        assert(WaterfallLib.accrue(first, principal, bps, at, time) == once);
    }

    /// @notice The largest senior tranche leaves the junior one its share of the assets.
    function check_coverageIsKept(uint96 value, uint16 bps) external pure {
        _assume(bps <= WHOLE && value != 0);
        uint256 senior = WaterfallLib.mostSenior(value, bps);
        assert(senior <= value);
        assert((value - senior) * WHOLE >= uint256(value) * bps);
        assert(WaterfallLib.coverage(value, senior) >= bps);
    }

    /// @notice The price of a sale falls from the value to the floor at half time, and is a unit at least.
    /// @custom:bound floors of 0, 50 and 100 per cent
    function check_priceIsBounded(uint96 value, uint40 passed, uint40 whole, uint8 choice) external pure {
        _assume(whole != 0 && whole <= 366 days && value != 0);
        uint256 floorBps =
            choice == 0
                ? 0
                : choice == 1
                    ? 5_000
                    : WHOLE;
        uint256 price = WaterfallLib.price(value, passed, whole, floorBps);
        assert(price >= 1 && price <= value);
        if (passed == 0) assert(price == value);
        if (passed <= whole) assert(price * WHOLE >= uint256(value) * floorBps);
    }
}
