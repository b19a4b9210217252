// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IWeightedVotes} from "../interfaces/IWeightedVotes.sol";

/// @title The three places in which ERA votes
/// @dev A source in which an account has nothing costs its first reading, some 5,000 gas a vote: less than keeping a list of who has
/// something where, which every transfer, lock, grant and release would pay for.
abstract contract VoteSources {
    IERC5805 internal immutable _era;
    IWeightedVotes internal immutable _lock;
    IERC5805 internal immutable _vault;

    constructor(IERC5805 era_, IWeightedVotes lock_, IERC5805 vault_) {
        (_era, _lock, _vault) = (era_, lock_, vault_);
    }

    /// @dev One place that calls: written out three times it is 400 bytes more in the governor, which has few left.
    function _pastVotes(address account, uint256 timepoint) internal view returns (uint256 votes) {
        for (uint256 i = 0; i < 3; ++i) {
            // The token, a lock and a vault that the constructor was given; none of them calls back from a view.
            votes += (
                i == 0
                    ? _era
                    : i == 1
                        ? _lock
                        : _vault
            ).getPastVotes(account, timepoint);
        }
    }

    /// @dev All weighted votes there could be: ERA in lock and vault is part of the supply and so counted, once; doubling adds to it.
    function _pastTotal(uint256 timepoint) internal view returns (uint256) {
        return _era.getPastTotalSupply(timepoint) + _lock.doubledAt(timepoint);
    }
}
