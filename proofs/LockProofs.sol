// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IGrowth} from "../contracts/interfaces/IGrowth.sol";
import {VoteLock} from "../contracts/governance/VoteLock.sol";
import {Proof} from "./Proof.sol";

/// @title Votes of locks: what accounts have is what there is in all, to the second of the end
/// @dev Two accounts lock ERA. Amounts and seconds are given, the least and the greatest amounts among them: they lead through every
/// branch of a lock's life. That units do not run into what else is in a word is shown for all of them in `TraceProofs`.
contract LockProofs is Proof {
    uint256 private constant START = 1_750_000_000;
    uint256 private constant SHORT = 60 days;
    uint256 private constant LONG = 4 * 365 days;
    uint256 private constant MIDDLE = 400 days;
    address private constant ONE = address(0x1001);
    address private constant TWO = address(0x1002);

    VoteLock private _locks;
    uint256 private _held;

    /// @dev Not while this is made: the locks ask it for all ERA there is.
    function setUp() external {
        _locks = new VoteLock(address(this), IERC20(address(this)), IGrowth(address(0)), 0);
    }

    /// @dev As the ERA token: everybody has enough.
    function totalSupply() external pure returns (uint256) {
        return ERA;
    }

    function balanceOf(address) external view returns (uint256) {
        return _held;
    }

    function transferFrom(address, address, uint256 amount) external returns (bool) {
        _held += amount;
        return true;
    }

    /// @notice A long lock votes twice its ERA, a short one once; all votes are those of both accounts.
    /// @custom:bound amounts of 1, 2, 10^18 + 7 and 2^88 - 1 units at given seconds
    function check_longVotesTwice(uint8 first, uint8 second) external {
        (uint256 one, uint256 two) = (_amount(first), _amount(second));
        _lockBoth(one, two, LONG, SHORT);
        assert(_locks.getVotes(ONE) == 2 * one && _locks.getVotes(TWO) == two);
        PROVER.warp(START + 1);
        assert(_locks.getPastTotalSupply(START) == 2 * one + two);
        assert(_locks.doubledAt(START) == one && _locks.totalLocked() == one + two);
    }

    /// @notice The doubling ends with the second of the end: a second before it votes are twice, at it once, and the totals with them.
    /// @custom:bound amounts of 1, 2, 10^18 + 7 and 2^88 - 1 units at given seconds
    function check_doublingEndsToTheSecond(uint8 first, uint8 second) external {
        (uint256 one, uint256 two) = (_amount(first), _amount(second));
        uint256 end = _lockBoth(one, two, MIDDLE, LONG);
        PROVER.warp(end + 1);
        assert(_locks.getPastVotes(ONE, end - 1) == 2 * one && _locks.getPastVotes(ONE, end) == one);
        assert(_locks.getPastTotalSupply(end - 1) == 2 * (one + two));
        assert(_locks.getPastTotalSupply(end) == one + 2 * two);
        assert(_locks.getVotes(TWO) == 2 * two);
    }

    /// @notice Delegated votes are the delegate's and nobody else's, before the end of the doubling and after; the totals never change
    /// by it.
    /// @custom:bound amounts of 1, 2, 10^18 + 7 and 2^88 - 1 units at given seconds
    function check_delegationMovesVotes(uint8 first, uint8 second) external {
        (uint256 one, uint256 two) = (_amount(first), _amount(second));
        uint256 end = _lockBoth(one, two, MIDDLE, LONG);
        PROVER.prank(ONE);
        _locks.delegate(TWO);
        assert(_locks.getVotes(ONE) == 0 && _locks.getVotes(TWO) == 2 * (one + two));
        PROVER.warp(end);
        assert(_locks.getVotes(ONE) == 0 && _locks.getVotes(TWO) == one + 2 * two);
        assert(_locks.getPastTotalSupply(end - 1) == 2 * (one + two));
    }

    /// @notice Votes delegated away and back are as if they had never been.
    /// @custom:bound amounts of 1, 2, 10^18 + 7 and 2^88 - 1 units at given seconds
    function check_delegatingBackRestoresVotes(uint8 first, uint8 second) external {
        (uint256 one, uint256 two) = (_amount(first), _amount(second));
        uint256 end = _lockBoth(one, two, MIDDLE, LONG);
        PROVER.prank(ONE);
        _locks.delegate(TWO);
        PROVER.prank(ONE);
        _locks.delegate(ONE);
        assert(_locks.getVotes(ONE) == 2 * one && _locks.getVotes(TWO) == 2 * two);
        PROVER.warp(end);
        assert(_locks.getVotes(ONE) == one && _locks.getVotes(TWO) == 2 * two);
    }

    /// @notice A part of a lock that is extended votes longer, and no unit of it more than twice.
    /// @custom:bound amounts of 1, 2, 10^18 + 7 and 2^88 - 1 units at given seconds
    function check_extendingNeverCountsTwice(uint8 whole, uint8 piece) external {
        (uint256 amount, uint256 part) = (_amount(whole), _amount(piece));
        _assume(part <= amount);
        PROVER.warp(START);
        PROVER.prank(ONE);
        uint256 end = _locks.lock(amount, MIDDLE);
        PROVER.prank(ONE);
        uint256 later = _locks.extend(end, part, LONG);
        assert(_locks.getVotes(ONE) == 2 * amount);
        PROVER.warp(end);
        assert(_locks.getVotes(ONE) == amount + part);
        PROVER.warp(later);
        assert(_locks.getVotes(ONE) == amount && _locks.totalLocked() == amount);
    }

    /// @dev A path for each amount: words in which any amount is added to what is known are not seen through.
    function _amount(uint8 choice) private pure returns (uint256) {
        if (choice == 0) return 1;
        if (choice == 1) return 2;
        return choice == 2 ? 1 ether + 7 : type(uint88).max;
    }

    /// @dev The end of the first lock.
    function _lockBoth(uint256 one, uint256 two, uint256 first, uint256 second) private returns (uint256 end) {
        PROVER.warp(START);
        PROVER.prank(ONE);
        end = _locks.lock(one, first);
        PROVER.prank(TWO);
        _locks.lock(two, second);
    }
}
