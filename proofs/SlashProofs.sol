// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {StakeLib} from "../contracts/libraries/StakeLib.sol";
import {Proof} from "./Proof.sol";

/// @title What a slash takes
contract SlashProofs is Proof {
    /// @notice A pool keeps its part of what a slash leaves, rounded down: against the slashed, by less than a unit.
    function check_whatIsKeptIsRoundedDown(uint256 tokens, uint256 amount, uint256 total) external pure {
        _assume(total != 0 && total <= ERA && tokens <= total && amount <= total);
        uint256 kept = StakeLib.keptDown(tokens, amount, total);
        _assertDown(kept, tokens * (total - amount), total);
        assert(kept <= tokens);
    }

    /// @notice A slash takes from active and leaving stake together what was asked for, a unit more at most, and never more than there
    /// is.
    function check_slashTakesWhatWasAsked(uint256 active, uint256 total, uint256 amount) external pure {
        _assume(total != 0 && total <= ERA && active <= total && amount <= total);
        uint256 ofActive = StakeLib.keptDown(active, amount, total);
        uint256 ofLeaving = StakeLib.keptDown(total - active, amount, total);
        // What is kept, by as many as all: from there both ends follow.
        assert((ofActive + ofLeaving) * total <= (total - amount) * total);
        assert((ofActive + ofLeaving + 2) * total > (total - amount) * total);
        assert(ofActive + ofLeaving <= total - amount);
        assert(ofActive + ofLeaving + 1 >= total - amount);
    }

    /// @notice A slash of x takes x of each share: a position is worth no more afterwards than its exact worth × (1 - x).
    /// @custom:bound stakes up to 2^80 units, 1.2 million ERA
    function check_slashTakesFromEachShare(
        uint256 part,
        uint256 tokens,
        uint256 shares,
        uint256 amount,
        uint256 total
    ) external pure {
        // 80 + 94 + 80 bits fit a word.
        _assume(total != 0 && total <= 1 << 80 && tokens <= total && amount <= total);
        _assume(shares != 0 && shares <= 1 << 94 && tokens <= shares && part <= shares);
        uint256 worth = StakeLib.amountDown(part, StakeLib.keptDown(tokens, amount, total), shares);
        assert(worth * shares * total <= part * (tokens * (total - amount)));
    }

    /// @notice Two positions are never worth more together than the pool, after a slash as before it.
    function check_positionsNeverExceedThePool(uint256 one, uint256 other, uint256 kept, uint256 shares) external pure {
        _assume(shares != 0 && shares <= type(uint104).max && kept <= shares);
        _assume(one <= shares && other <= shares - one);
        uint256 first = StakeLib.amountDown(one, kept, shares);
        uint256 second = StakeLib.amountDown(other, kept, shares);
        assert((first + second) * shares <= (one + other) * kept);
        assert((one + other) * kept <= shares * kept);
        assert(first + second <= kept);
    }

    /// @notice Two positions of as many shares lose as much, whoever they are and whenever they came.
    function check_sharesAreSlashedAlike(uint256 part, uint256 tokens, uint256 kept, uint256 shares) external pure {
        _assume(shares != 0 && shares <= type(uint104).max && tokens <= shares && kept <= tokens && part <= shares);
        uint256 before = StakeLib.amountDown(part, tokens, shares);
        uint256 then = StakeLib.amountDown(part, kept, shares);
        // Off from part × (tokens - kept) / shares by less than a unit either way.
        assert(then <= before);
        assert((before - then) * shares < part * (tokens - kept) + shares);
        assert((before - then) * shares + shares > part * (tokens - kept));
    }

    /// @notice All of a pool slashed leaves nothing.
    function check_wholeSlashLeavesNothing(uint256 tokens, uint256 total) external pure {
        _assume(total != 0 && total <= ERA && tokens <= total);
        assert(StakeLib.keptDown(tokens, total, total) == 0);
    }

    /// @notice A slash of nothing takes nothing.
    function check_emptySlashTakesNothing(uint256 tokens, uint256 total) external pure {
        _assume(total != 0 && total <= ERA && tokens <= total);
        assert(StakeLib.keptDown(tokens, 0, total) == tokens);
    }

    /// @notice A greater slash leaves no more.
    function check_greaterSlashLeavesNoMore(uint256 tokens, uint256 amount, uint256 more, uint256 total) external pure {
        _assume(total != 0 && total <= ERA && tokens <= total && amount <= more && more <= total);
        assert(StakeLib.keptDown(tokens, more, total) <= StakeLib.keptDown(tokens, amount, total));
    }

    /// @notice A penalty is its rate of the base, rounded up, and never more than the base.
    function check_penaltyIsRoundedUp(uint256 base, uint256 bps) external pure {
        _assume(base <= ERA && bps <= WHOLE);
        uint256 penalty = StakeLib.penaltyUp(base, bps);
        _assertUp(penalty, base * bps, WHOLE);
        assert(penalty <= base);
    }

    /// @notice The reporter's part and the rest are what was taken; the part is rounded down.
    function check_reportersPartIsRoundedDown(uint256 taken, uint256 bps) external pure {
        _assume(taken <= ERA && bps <= WHOLE);
        uint256 part = StakeLib.partDown(taken, bps);
        _assertDown(part, taken * bps, WHOLE);
        assert(part <= taken);
    }
}
