// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {IFeeMeter} from "../interfaces/IFeeMeter.sol";
import {IFeeRouter} from "../interfaces/IFeeRouter.sol";
import {IScenarioBook} from "../interfaces/IScenarioBook.sol";
import {FeeAccounts} from "./FeeAccounts.sol";
import {FeePrices} from "./FeePrices.sol";
import {ScenarioBook} from "./ScenarioBook.sol";

/// @title Fees of routing, mapping and adaptation, paid in ERA only
contract FeeRouter is IFeeRouter, FeePrices, FeeAccounts, ScenarioBook {
    using SafeERC20 for IERC20;

    /// @param access the suite's AccessManager
    /// @param era_ ERA
    /// @param registry_ the ParticipantRegistry, which must be told to subscribe this contract
    /// @param attestors_ who vouches for monthly active users
    /// @param treasury_ who gets the rest of all revenue
    /// @param terms_ see `IFeePrices.FeeRateTerms`
    /// @param prices of routing, mapping and adaptation, USD with 6 decimals
    /// @param shares see `IScenarioBook.FeeShares`
    constructor(
        address access,
        IERC20 era_,
        address registry_,
        IAttestors attestors_,
        address treasury_,
        FeeRateTerms memory terms_,
        uint40[3] memory prices,
        FeeShares memory shares
    )
        AccessManaged(access)
        FeePrices(terms_, prices)
        FeeAccounts(era_, registry_)
        ScenarioBook(treasury_, attestors_, shares)
    {}

    /// @inheritdoc IFeeMeter
    function charge(uint48 entity, uint8 service, uint32 scenario) external restricted returns (uint256 amount) {
        return _charge(entity, service, scenario);
    }

    /// @inheritdoc IFeeRouter
    function buy(uint8 service, uint32 scenario) external returns (uint256 amount) {
        return _charge(_entityOf(msg.sender), service, scenario);
    }

    /// @inheritdoc IScenarioBook
    function withdraw(address account) external nonReentrant returns (uint256 amount) {
        amount = _takeAccrued(account);
        era.safeTransfer(account, amount);
    }

    /// @dev Calls nobody but the rate's source, and that statically: no guard is needed.
    function _charge(uint48 entity, uint8 service, uint32 scenario) private returns (uint256 amount) {
        uint256 usd;
        (usd, amount) = _due(service);
        if (amount == 0) return 0;
        _take(entity, amount);
        _earn(scenario, amount);
        emit FeeCharged(entity, scenario, service, usd, amount);
    }
}
