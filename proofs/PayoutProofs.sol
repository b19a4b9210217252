// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {PayoutLib} from "../contracts/libraries/PayoutLib.sol";
import {Proof} from "./Proof.sol";

/// @title Payments shared among the positions of a claim
contract PayoutProofs is Proof {
    using PayoutLib for PayoutLib.Position;

    PayoutLib.Position private _one;
    PayoutLib.Position private _other;

    /// @notice A position is credited exactly its share: whole units × face + the fraction are units × payment + the fraction before.
    function check_shareIsExact(uint96 units, uint96 paid, uint96 face, uint96 since, uint96 fraction) external {
        _assume(face != 0 && units <= face && paid <= face && since <= paid && fraction < face);
        (_one.checkpoint, _one.fraction, _one.proceeds) = (since, fraction, 0);
        uint256 whole = _one.settle(units, paid, face);
        assert(_one.proceeds == whole && _one.checkpoint == paid && _one.fraction < face);
        assert(whole * face + _one.fraction == uint256(units) * (paid - since) + fraction);
    }

    /// @notice What is said to be due is what settling gives.
    function check_dueIsWhatSettlingGives(
        uint96 units,
        uint96 paid,
        uint96 face,
        uint96 since,
        uint96 fraction,
        uint96 had
    ) external {
        _assume(face != 0 && units <= face && paid <= face && since <= paid && fraction < face && had <= 1 << 95);
        (_one.checkpoint, _one.fraction, _one.proceeds) = (since, fraction, had);
        uint256 due = _one.due(units, paid, face);
        _assume(due <= MOST_96);
        _one.settle(units, paid, face);
        assert(_one.proceeds == due);
    }

    /// @notice Two positions that hold all of a claim are owed all that was paid, with their fractions to the last F-th.
    function check_partsAreThePayment(uint96 units, uint96 paid, uint96 face) external {
        _assume(face != 0 && units <= face && paid <= face);
        uint256 one = _one.settle(units, paid, face);
        uint256 other = _other.settle(face - units, paid, face);
        assert((one + other) * face + _one.fraction + _other.fraction == uint256(paid) * face);
        assert(one + other <= paid);
    }

    /// @notice Settling twice gives no more than settling once.
    function check_settlingTwiceGainsNothing(uint96 units, uint96 first, uint96 paid, uint96 face) external {
        _assume(face != 0 && units <= face && paid <= face && first <= paid);
        _one.settle(units, first, face);
        _one.settle(units, paid, face);
        _other.settle(units, paid, face);
        uint256 parts = uint256(_one.proceeds) * face + _one.fraction;
        assert(parts == uint256(_other.proceeds) * face + _other.fraction);
        assert(_one.proceeds == _other.proceeds && _one.fraction == _other.fraction);
    }

    /// @notice Proceeds that go with units are moved, not made: both positions together have what they had.
    function check_passingMovesProceeds(uint96 from, uint96 to, uint96 units, uint96 all) external {
        _assume(all != 0 && units <= all && uint256(from) + to <= MOST_96);
        (_one.proceeds, _other.proceeds) = (from, to);
        _one.pass(_other, units, all);
        assert(uint256(_one.proceeds) + _other.proceeds == uint256(from) + to);
        assert(_one.proceeds <= from);
        if (units == all) assert(_one.proceeds == 0);
    }
}
