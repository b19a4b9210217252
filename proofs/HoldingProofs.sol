// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {FlowLib} from "../contracts/libraries/FlowLib.sol";
import {Holding} from "../contracts/libraries/HoldingLib.sol";
import {Proof} from "./Proof.sol";

/// @title The word of a holding, and that of payments both ways
/// @dev A holding is any word in which pledged <= units.
contract HoldingProofs is Proof {
    /// @notice Free and pledged units are the balance, in every holding.
    function check_freeAndPledgedAreTheBalance(uint256 word) external pure {
        Holding holding = _holding(word);
        assert(holding.free() + holding.pledged() == holding.units());
    }

    /// @notice A pledge moves units from free to pledged and changes neither the balance nor what is above.
    function check_pledge(uint256 word, uint256 amount) external pure {
        Holding was = _holding(word);
        _assume(amount <= was.free());
        Holding then = was.pledge(amount);
        assert(then.units() == was.units() && then.pledged() == was.pledged() + amount);
        assert(then.free() + amount == was.free());
        assert(Holding.unwrap(then) >> 192 == word >> 192);
    }

    /// @notice A release moves units from pledged to free and undoes a pledge of as many.
    function check_release(uint256 word, uint256 amount) external pure {
        Holding was = _holding(word);
        _assume(amount <= was.pledged());
        Holding then = was.release(amount);
        assert(then.units() == was.units() && then.free() == was.free() + amount);
        assert(Holding.unwrap(then.pledge(amount)) == word);
    }

    /// @notice A transfer moves free units alone: what is pledged stays on both sides, and both balances together are as they were.
    function check_transfer(uint256 from, uint256 to, uint256 amount) external pure {
        (Holding source, Holding target) = (_holding(from), _holding(to));
        _assume(amount <= source.free() && source.units() + target.units() <= MOST_96);
        (Holding left, Holding more) = (source.sub(amount), target.add(amount));
        assert(left.units() + more.units() == source.units() + target.units());
        assert(left.pledged() == source.pledged() && more.pledged() == target.pledged());
        assert(left.pledged() <= left.units() && more.pledged() <= more.units());
        assert(left.isFrozen() == source.isFrozen() && more.isFrozen() == target.isFrozen());
    }

    /// @notice A seizure takes what was pledged out of balance and pledge alike, and no free unit.
    function check_seize(uint256 from, uint256 to, uint256 amount) external pure {
        (Holding source, Holding target) = (_holding(from), _holding(to));
        _assume(amount <= source.pledged() && source.units() + target.units() <= MOST_96);
        Holding left = source.release(amount).sub(amount);
        Holding more = target.add(amount);
        assert(left.units() + amount == source.units() && left.pledged() + amount == source.pledged());
        assert(left.free() == source.free());
        assert(more.units() == target.units() + amount && more.free() == target.free() + amount);
    }

    /// @notice That units are frozen changes nothing else.
    function check_frozen(uint256 word, bool frozen) external pure {
        Holding was = _holding(word);
        Holding then = was.withFrozen(frozen);
        assert(then.isFrozen() == frozen && then.units() == was.units() && then.pledged() == was.pledged());
    }

    /// @notice A payment between two entities is added to its own direction alone, and stays at the highest that fits.
    function check_flow(uint256 word, bool upward, uint256 usd) external pure {
        _assume(word >> 192 == 0);
        uint256 then = FlowLib.add(word, upward, usd);
        (uint256 before, uint256 later) = (FlowLib.paid(word, upward), FlowLib.paid(then, upward));
        assert(FlowLib.paid(then, !upward) == FlowLib.paid(word, !upward) && then >> 192 == 0);
        if (usd <= MOST_96 - before) assert(later == before + usd && FlowLib.take(then, upward, usd) == word);
        else assert(later == MOST_96);
    }

    /// @notice Setting off never leaves more than was paid, and takes from each word exactly what it sets off.
    /// @custom:halmos --loop 4
    /// @custom:bound windows of up to 3 epochs
    function check_setOff(uint192 first, uint192 second, uint192 third) external pure {
        uint256[] memory words = new uint256[](3);
        (words[0], words[1], words[2]) = (first, second, third);
        (uint256 net, bool upward) = FlowLib.settle(words);
        assert(FlowLib.paid(words[0], upward) == net && FlowLib.paid(words[0], !upward) == 0);
        uint256 all = FlowLib.paid(first, upward) - FlowLib.paid(first, !upward);
        uint256 back = FlowLib.paid(second, !upward) + FlowLib.paid(third, !upward);
        assert(net == (all > back ? all - back : 0));
        uint256 left = FlowLib.paid(words[1], !upward) + FlowLib.paid(words[2], !upward);
        assert(all - net == back - left);
    }

    function _holding(uint256 word) private pure returns (Holding holding) {
        holding = Holding.wrap(word);
        _assume(holding.pledged() <= holding.units());
    }
}
