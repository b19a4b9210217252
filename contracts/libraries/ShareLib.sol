// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IScenarioBook} from "../interfaces/IScenarioBook.sol";

/// @title Parts of a scenario's revenue
library ShareLib {
    uint256 internal constant WHOLE = 10_000;

    /// @dev All parts of `revenue` at their highest come to the revenue at most.
    function fits(IScenarioBook.FeeShares memory shares) internal pure returns (bool) {
        uint256 node = uint256(shares.nodeBps) * (WHOLE + shares.financeBonusBps);
        uint256 developer = uint256(shares.mostDeveloperBps) * (WHOLE + shares.subsidyBps);
        return node + developer + shares.authorBps * WHOLE <= WHOLE * WHOLE;
    }

    /// @dev Each part rounded down, the rest to the treasury: together they are the revenue.
    function split(
        uint256 revenue,
        IScenarioBook.FeeShares memory shares,
        IScenarioBook.FeeScenario memory record
    ) internal pure returns (IScenarioBook.FeeParts memory parts) {
        uint256 bonus = record.class == IScenarioBook.ScenarioClass.Finance ? shares.financeBonusBps : 0;
        parts.node = (revenue * shares.nodeBps * (WHOLE + bonus)) / (WHOLE * WHOLE);
        uint256 bps = record.developerBps < shares.mostDeveloperBps ? record.developerBps : shares.mostDeveloperBps;
        parts.developer = (revenue * bps) / WHOLE;
        parts.subsidy = (revenue * bps * shares.subsidyBps) / (WHOLE * WHOLE);
        if (record.author != address(0)) parts.author = (revenue * shares.authorBps) / WHOLE;
        parts.treasury = revenue - parts.node - parts.developer - parts.subsidy - parts.author;
    }
}
