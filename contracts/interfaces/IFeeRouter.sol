// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IFeeAccounts} from "./IFeeAccounts.sol";
import {IFeeMeter} from "./IFeeMeter.sol";
import {IFeePrices} from "./IFeePrices.sol";
import {IScenarioBook} from "./IScenarioBook.sol";

/// @title Fees of routing, mapping and adaptation, paid in ERA only
/// @notice A fee moves from an entity's prepaid account to a scenario's unsettled revenue: two slots, no token transfer.
/// ERA here = all prepaid + all unsettled + all subsidies that wait + all accrued + what was sent without a call, which stays.
/// A pause stops deposits only: who has prepaid goes on, and whoever is owed is paid.
interface IFeeRouter is IFeeMeter, IFeePrices, IFeeAccounts, IScenarioBook {
    /// @notice `entity` paid `amount` of ERA for `service` in `scenario`, which costs `usd` (6 decimals). The rate, and whether it was
    /// the fallback, stand in the last `FeeRateRefreshed` before it.
    event FeeCharged(uint48 indexed entity, uint32 indexed scenario, uint8 service, uint256 usd, uint256 amount);

    /// @notice As `charge`, by an active account for its own entity, out of the entity's prepaid account.
    function buy(uint8 service, uint32 scenario) external returns (uint256 amount);
}
