// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC7943MultiToken} from "../interfaces/IERC7943MultiToken.sol";
import {Holding} from "../libraries/HoldingLib.sol";
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
        Holding source = _holdings[id][from].word;
        Holding target = _holdings[id][to].word;
        if (units > source.units()) revert ERC1155InsufficientBalance(from, source.units(), units, id);
        uint256 free = source.free();
        if (units > free) revert PledgedUnits(id, from, free, units);
        uint256 minimum = terms.minimum();
        _requirePosition(id, from, free - units, minimum);
        _requirePosition(id, to, target.free() + units, minimum);

        // Unfreeze first, and only what can no longer be frozen: a receiver that looks in its callback sees the truth.
        uint256 left = source.units() - units;
        if (units != 0 && _frozen[id][from] > left) {
            _setFrozen(from, id, left);
            source = _holdings[id][from].word;
        }
        _tellOfTransfer(from, to, id, terms, source, target, units);
        _holdings[id][from].word = source.sub(units);
        _holdings[id][to].word = target.add(units);
        emit ForcedTransfer(from, to, id, units);
        _afterMove(from, to, id, units);
        return true;
    }

    function _setFrozen(address account, uint256 id, uint256 amount) private {
        _frozen[id][account] = amount;
        _holdings[id][account].word = _holdings[id][account].word.withFrozen(amount != 0);
        emit Frozen(account, id, amount);
    }
}
