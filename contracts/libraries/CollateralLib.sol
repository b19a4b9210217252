// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IValueAttributes} from "../interfaces/IValueAttributes.sol";

/// @title What an asset is good for as a pledge
library CollateralLib {
    uint256 internal constant BPS = 10_000;

    /// @dev Good up to and including `validUntil`.
    function isFresh(IValueAttributes.Attribute memory attribute) internal view returns (bool) {
        return attribute.amount != 0 && block.timestamp <= attribute.validUntil;
    }

    /// @dev The lesser of what is insured and valuation × advance rate, rounded down; 0 where one of them is stale.
    function limit(
        IValueAttributes.Attribute memory valuation,
        IValueAttributes.Attribute memory insurance,
        uint256 advanceBps
    ) internal view returns (uint256) {
        if (!isFresh(valuation) || !isFresh(insurance)) return 0;
        uint256 advance = (uint256(valuation.amount) * advanceBps) / BPS;
        return advance < insurance.amount ? advance : insurance.amount;
    }
}
