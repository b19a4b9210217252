// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ILiens} from "../interfaces/ILiens.sol";

/// @title The book of liens, shared by every ledger
library LienLib {
    /// @dev Units of an id under lien, by holder and lienholder.
    struct Liens {
        mapping(uint256 id => mapping(address holder => mapping(address lienholder => uint96))) units;
    }

    /// @dev Adds to a lien and says so.
    function add(Liens storage self, uint256 id, address holder, address lienholder, uint256 units) internal {
        if (units == 0) revert ILiens.NoUnits();
        self.units[id][holder][lienholder] += SafeCast.toUint96(units);
        emit ILiens.Pledged(id, holder, lienholder, units);
    }

    /// @dev Takes from a lien.
    /// @return before the lien's units before
    function take(
        Liens storage self,
        uint256 id,
        address holder,
        address lienholder,
        uint256 units
    ) internal returns (uint256 before) {
        if (units == 0) revert ILiens.NoUnits();
        before = self.units[id][holder][lienholder];
        if (units > before) revert ILiens.InsufficientLien(id, holder, lienholder, before, units);
        self.units[id][holder][lienholder] = uint96(before - units);
    }

    /// @dev The lien's units.
    function amount(
        Liens storage self,
        uint256 id,
        address holder,
        address lienholder
    ) internal view returns (uint256) {
        return self.units[id][holder][lienholder];
    }
}
