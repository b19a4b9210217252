// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC7943MultiToken} from "../interfaces/IERC7943MultiToken.sol";
import {Terms} from "../libraries/TermsLib.sol";
import {LienLedger} from "./LienLedger.sol";

/// @title What compliance may do to holdings: freeze and force (ERC-7943)
abstract contract Enforcement is LienLedger {
    /// @inheritdoc IERC7943MultiToken
    function setFrozenTokens(address account, uint256 id, uint256 amount) external restricted returns (bool) {
        _existing(id);
        _setFrozen(account, id, amount);
        return true;
    }

    /// @inheritdoc IERC7943MultiToken
    function forcedTransfer(address from, address to, uint256 id, uint256 units) external restricted returns (bool) {
        if (from == to) revert SameAccount(from);
        Terms terms = _existing(id);
        _requireAdmitted(id, terms, to);
        Holding storage source = _holdings[id][from];
        Holding storage target = _holdings[id][to];
        if (units > source.units) revert ERC1155InsufficientBalance(from, source.units, units, id);
        uint256 free = _free(source);
        if (units > free) revert PledgedUnits(id, from, free, units);
        uint256 minimum = terms.minimum();
        _requirePosition(id, from, free - units, minimum);
        _requirePosition(id, to, _free(target) + units, minimum);

        // Unfreeze first, and only what can no longer be frozen: a receiver that looks in its callback sees the truth.
        uint256 left = source.units - units;
        if (units != 0 && _frozen[id][from] > left) _setFrozen(from, id, left);
        _shift(from, to, id, terms, source, target, units);
        emit ForcedTransfer(from, to, id, units);
        _afterMove(from, to, id, units);
        return true;
    }

    function _setFrozen(address account, uint256 id, uint256 amount) private {
        _frozen[id][account] = amount;
        _holdings[id][account].frozen = amount != 0;
        emit Frozen(account, id, amount);
    }
}
