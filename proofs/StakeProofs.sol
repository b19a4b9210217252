// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {StakeLib} from "../contracts/libraries/StakeLib.sol";
import {Proof} from "./Proof.sol";

/// @title Shares of a node's pools: who enters and leaves
/// @dev `tokens` and `shares` of a pool are any that can be: tokens <= shares <= 10,000 × tokens, at most all ERA.
contract StakeProofs is Proof {
    /// @notice Whoever enters gets his part of the shares rounded down, at least a share a unit, and no less than one unit off.
    function check_sharesAreRoundedDown(uint256 amount, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(amount <= ERA - tokens);
        uint256 got = StakeLib.sharesDown(amount, tokens, shares);
        _assertDown(got, amount * shares, tokens);
        assert(got >= amount);
    }

    /// @notice Whoever leaves gets his part of the tokens rounded down, never more than there are, all of them for all shares.
    function check_amountsAreRoundedDown(uint256 part, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(part <= shares);
        uint256 amount = StakeLib.amountDown(part, tokens, shares);
        _assertDown(amount, part * tokens, shares);
        assert(amount <= tokens);
        if (part == shares) assert(amount == tokens);
    }

    /// @notice Entering and leaving at once never gains.
    function check_inAndOutIsEven(uint256 amount, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(amount <= ERA - tokens);
        uint256 got = StakeLib.sharesDown(amount, tokens, shares);
        uint256 back = StakeLib.amountDown(got, tokens + amount, shares + got);
        assert(back <= amount);
    }

    /// @notice Leaving and entering again at once never gives more shares.
    function check_outAndInNeverGains(uint256 part, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(part < shares);
        uint256 amount = StakeLib.amountDown(part, tokens, shares);
        _assume(amount < tokens);
        assert(amount * (shares - part) <= part * (tokens - amount));
        uint256 again = StakeLib.sharesDown(amount, tokens - amount, shares - part);
        assert(again <= part);
    }

    /// @notice Who enters makes no share of the others worth less: the price of a share does not fall.
    function check_enteringTakesNothing(uint256 amount, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(amount <= ERA - tokens);
        uint256 got = StakeLib.sharesDown(amount, tokens, shares);
        assert((tokens + amount) * shares >= tokens * (shares + got));
    }

    /// @notice Who leaves makes no share of those who stay worth less: the price of a share does not fall.
    function check_leavingTakesNothing(uint256 part, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(part <= shares);
        uint256 amount = StakeLib.amountDown(part, tokens, shares);
        assert(amount * shares <= part * tokens);
        assert((tokens - amount) * shares >= tokens * (shares - part));
    }

    /// @notice Tokens never exceed shares, however one enters.
    function check_enteringKeepsTokensBelowShares(uint256 amount, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(amount <= ERA - tokens);
        assert(tokens + amount <= shares + StakeLib.sharesDown(amount, tokens, shares));
    }

    /// @notice Tokens never exceed shares, however one leaves.
    function check_leavingKeepsTokensBelowShares(uint256 part, uint256 tokens, uint256 above) external pure {
        _assume(tokens <= ERA && above <= type(uint104).max);
        uint256 shares = tokens + above;
        _assumePool(tokens, shares);
        _assume(part <= shares);
        uint256 amount = StakeLib.amountDown(part, tokens, shares);
        // part - amount is part × above / shares rounded up, and part is within shares.
        assert(part * above <= shares * above);
        assert(part * shares < amount * shares + above * shares + shares);
        assert(part <= amount + above);
    }

    /// @notice As long as there are shares there are tokens: only who takes all shares takes all tokens.
    function check_noTokensOnlyWithoutShares(uint256 part, uint256 tokens, uint256 shares) external pure {
        _assumePool(tokens, shares);
        _assume(part < shares);
        assert(part * tokens < shares * tokens);
        assert(StakeLib.amountDown(part, tokens, shares) < tokens);
    }

    /// @notice Shares fit their 104 bits as long as a generation has not ended.
    function check_sharesFit(uint256 tokens, uint256 shares) external pure {
        _assume(tokens <= 1e27 && shares <= 1 << 128);
        if (!StakeLib.isSpent(tokens, shares)) assert(shares <= type(uint104).max);
    }

    /// @notice A generation ends exactly where a unit has more than 10,000 shares.
    function check_spentIsExact(uint256 tokens, uint256 shares) external pure {
        _assume(tokens <= ERA && shares <= 1 << 128);
        assert(StakeLib.isSpent(tokens, shares) == (shares > tokens * StakeLib.MOST_SHARES));
    }

    /// @notice The rewards of all shares together are never more than was given to them, and less by one unit at most for each 10^27
    /// shares or part of them.
    function check_rewardsNeverExceedWhatWasGiven(uint256 reward, uint256 shares) external pure {
        _assume(reward <= ERA && shares != 0 && shares <= type(uint104).max);
        uint256 rise = StakeLib.riseDown(reward, shares);
        _assertDown(rise, reward * StakeLib.INDEX_UNIT, shares);
        assert(StakeLib.rewardDown(shares, rise) <= reward);
    }

    /// @notice Two who share a pool never earn more together than one would with the shares of both.
    function check_partsEarnNoMore(uint256 one, uint256 other, uint256 rise) external pure {
        _assume(one <= type(uint104).max && other <= type(uint104).max && rise <= type(uint104).max);
        uint256 both = StakeLib.rewardDown(one + other, rise);
        uint256 sum = StakeLib.rewardDown(one, rise) + StakeLib.rewardDown(other, rise);
        assert(sum <= both && both <= sum + 1);
    }

    /// @notice Principal that leaves with a part of a grant's stake: never more than there is, at least what it is worth as long as
    /// there is so much, and all of it with all shares.
    function check_principalLeavesFirst(uint256 principal, uint256 part, uint256 shares, uint256 amount) external pure {
        _assume(principal <= ERA && amount <= ERA && shares != 0 && shares <= type(uint104).max && part <= shares);
        uint256 leaves = StakeLib.principalOf(principal, part, shares, amount);
        assert(leaves <= principal);
        if (part == shares) assert(leaves == principal);
        else assert(leaves >= amount || leaves == principal);
        assert(leaves * shares + shares > principal * part);
    }

    function _assumePool(uint256 tokens, uint256 shares) private pure {
        _assume(tokens != 0 && tokens <= ERA && shares <= type(uint104).max);
        _assume(tokens <= shares && shares <= tokens * StakeLib.MOST_SHARES);
    }
}
