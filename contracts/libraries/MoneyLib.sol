// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Money that arrives, to the unit
library MoneyLib {
    using SafeERC20 for IERC20;

    /// @notice The token delivered `received` instead of `expected`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 expected, uint256 received);

    /// @dev Takes `amount` from `from`, who approved this contract, and refuses any other sum than exactly that.
    function pull(IERC20 token, address from, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        // Whoever calls this names the sender of its own call, or who signed for it.
        // slither-disable-next-line arbitrary-send-erc20
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert InexactToken(address(token), amount, received);
    }
}
