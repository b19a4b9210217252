// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title The arithmetic of a node's two pools, active and leaving
/// @notice A pool has `tokens` and `shares`. It begins with a share a unit, and the price of a share only ever falls but for
/// roundings in favour of those who stay.
/// @dev tokens <= shares, always. Whoever enters gets floor(amount × shares / tokens) >= amount. Whoever leaves takes
/// floor(s × tokens / shares): with d = shares - tokens, tokens fall by s - ceil(s × d / shares), so that d falls by
/// ceil(s × d / shares) <= d. A slash takes tokens alone. Both roundings leave shares / tokens as it was or lower it, so that
/// neither a first depositor nor a gift nor a stake of one unit moves a price against anybody: nobody loses a unit by rounding.
/// tokens = 0 exactly where shares = 0: only who takes all shares takes all tokens, and a slash to zero ends the generation.
/// shares <= MOST_SHARES × tokens, because a slash beyond it ends the generation: with at most 2^90 tokens, shares fit 104 bits
/// (10^27 × 10^4 < 2^104), and no product
/// here comes near 256: the sums in `unchecked` blocks cannot run over.
library StakeLib {
    /// @dev Shares a unit beyond which the shares are counted anew, a share a unit.
    uint256 internal constant MOST_SHARES = 10_000;
    /// @dev An index is the reward of one share, times this.
    uint256 internal constant INDEX_UNIT = 1e27;
    uint256 internal constant WHOLE_BPS = 10_000;
    /// @dev Less at stake is not slashed. A pool counts its generations in 16 bits, each slash can end one, and a pool that could end
    /// none any more could not be slashed at all: this is what keeps anybody from bringing that about unit by unit.
    uint256 internal constant LEAST_BASE = 100e18;

    /// @dev Shares for `amount` that enters, rounded down: those who are there lose nothing.
    function sharesDown(uint256 amount, uint256 tokens, uint256 shares) internal pure returns (uint256) {
        unchecked {
            return tokens == 0 ? amount : (amount * shares) / tokens;
        }
    }

    /// @dev What `part` of the shares is worth, rounded down: those who stay lose nothing.
    function amountDown(uint256 part, uint256 tokens, uint256 shares) internal pure returns (uint256) {
        unchecked {
            return shares == 0 ? 0 : (part * tokens) / shares;
        }
    }

    /// @dev What is left of `tokens` after a slash of `amount` out of `total`, rounded down: no part escapes by rounding.
    function keptDown(uint256 tokens, uint256 amount, uint256 total) internal pure returns (uint256) {
        unchecked {
            return (tokens * (total - amount)) / total;
        }
    }

    /// @dev Whether a generation of shares ends with so few tokens.
    function isSpent(uint256 tokens, uint256 shares) internal pure returns (bool) {
        unchecked {
            return tokens * MOST_SHARES < shares;
        }
    }

    /// @dev Reward of `shares` while the index rose by `rise`, rounded down: never more than was given to the pool.
    function rewardDown(uint256 shares, uint256 rise) internal pure returns (uint256) {
        unchecked {
            return (shares * rise) / INDEX_UNIT;
        }
    }

    /// @dev How much an index rises where `shares` earn `reward`, rounded down: they have earned no more than that.
    function riseDown(uint256 reward, uint256 shares) internal pure returns (uint256) {
        unchecked {
            return (reward * INDEX_UNIT) / shares;
        }
    }

    /// @dev `bps` of `base`, rounded up: a penalty is never below its rate.
    function penaltyUp(uint256 base, uint256 bps) internal pure returns (uint256) {
        return (base * bps + WHOLE_BPS - 1) / WHOLE_BPS;
    }

    /// @dev `bps` of `amount`, rounded down.
    function partDown(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return (amount * bps) / WHOLE_BPS;
    }

    /// @dev Principal that goes with `part` of `shares`, worth `amount`: pro rata, but never less than the amount while there is
    /// some, so that what comes back counts as principal first and as a gain only beyond all of it.
    function principalOf(
        uint256 principal,
        uint256 part,
        uint256 shares,
        uint256 amount
    ) internal pure returns (uint256 leaves) {
        if (part == shares) return principal;
        leaves = (principal * part) / shares;
        if (leaves < amount) leaves = amount;
        if (leaves > principal) leaves = principal;
    }
}
