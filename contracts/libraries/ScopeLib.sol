// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IParticipantRegistry} from "../interfaces/IParticipantRegistry.sol";
import {Terms} from "./TermsLib.sol";

/// @title The scope of goods within what their rules allow
library ScopeLib {
    /// @notice The scope asks for more than the rules allow: the bits that are too many, or 0 where some are needed.
    error ScopeTooWide(uint80 regions, uint64 qualifications);

    /// @dev Where the rules name regions or qualifications, the goods take some of them and no others; a region within one
    /// that is named is one of them.
    function requireWithin(
        Terms terms,
        uint80 regions,
        uint64 qualifications,
        IParticipantRegistry registry
    ) internal view {
        uint80 bounds = terms.regions();
        uint80 outside = registry.outside(regions, bounds);
        uint64 beyond = qualifications & ~terms.qualifications();
        bool wide =
            (bounds != 0 && (outside != 0 || regions == 0)) ||
                (terms.qualifications() != 0 && (beyond != 0 || qualifications == 0));
        if (wide) revert ScopeTooWide(outside, beyond);
    }
}
