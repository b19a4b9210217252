// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "./IAssetCertificate.sol";
import {IValueStandard} from "./IValueStandard.sol";

/// @title Claims of use, each of which retires the units it claims
/// @notice What guarantees of origin and carbon assets have in common: their holder claims units for a beneficiary, and the
/// units are burnt with the claim. Each module numbers its claims from 1.
interface IRetirements {
    /// @notice Zero watt-hours, or zero grams.
    error NoAmount();
    /// @notice A claim names its beneficiary.
    error NoBeneficiary();
    /// @notice A claim names its purpose.
    error NoPurpose();
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice No id of this module asks to be told of movements.
    error NotHooked(uint256 id);

    /// @notice How many claims there have been; the number of the last one.
    function claims() external view returns (uint256);

    /// @notice The ledger of the certificates.
    function ledger() external view returns (IAssetCertificate);

    /// @notice The value standard whose rules hold for new certificates.
    function standard() external view returns (IValueStandard);
}
