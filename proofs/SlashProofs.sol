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
        assert((ofActive + ofLeaving) * total <= total * (total - amount));
        assert((ofActive + ofLeaving + 2) * total > total * (total - amount));
        assert(ofActive + ofLeaving <= total - amount);
        assert(ofActive + ofLeaving + 1 >= total - amount);
    }

    /// @notice A slash of x takes x of each share: what a position is worth afterwards is its worth × (1 - x), rounded down, and less
    /// by two units at most.
    function check_slashTakesFromEachShare(
        uint256 part,
        uint256 tokens,
        uint256 shares,
        uint256 amount,
        uint256 total
    ) external pure {
        _assume(total != 0 && total <= ERA && tokens <= total && amount <= total);
        _assume(shares != 0 && shares <= type(uint104).max && tokens <= shares && part <= shares);
        uint256 kept = StakeLib.keptDown(tokens, amount, total);
        uint256 worth = StakeLib.amountDown(part, kept, shares);
        // worth <= part × tokens × (total - amount) / (shares × total) < worth + 2
        assert(worth * shares <= part * kept);
        assert(kept * total <= tokens * (total - amount));
        assert(worth * shares * total <= part * kept * total);
        assert(part * kept * total <= part * (tokens * (total - amount)));
        assert(worth * shares * total <= part * (tokens * (total - amount)));
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
