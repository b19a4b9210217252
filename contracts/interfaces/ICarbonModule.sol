// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IRetirements} from "./IRetirements.sol";

/// @title Carbon assets
/// @notice A carbon asset (kind 8 on the ledger of certificates) stands for grams of CO2e that a grid did not emit because
/// of green output: one unit is one gram. Every conversion of a guarantee of origin makes one carbon asset, which is never
/// added to: its grams are outstanding or retired. It does not expire.
interface ICarbonModule is IRetirements {
    /// @notice A carbon asset. `guarantee`: the guarantee of origin whose watt-hours it was made of. `issued`, `retired`: in
    /// grams; outstanding: issued - retired.
    struct CarbonAsset {
        uint256 guarantee;
        uint96 issued;
        uint96 retired;
    }

    /// @notice `id` was made of watt-hours of `guarantee`.
    event CarbonIssued(uint256 indexed id, uint256 indexed guarantee, address indexed holder, uint256 grams);
    /// @notice Retirement `number`: `holder`, of `entity`, claims `grams` of `id` for `beneficiary` (hash of who is named) and
    /// `purpose` (hash of what for). They are burnt.
    event CarbonRetired(
        uint256 indexed number,
        uint256 indexed id,
        uint48 indexed entity,
        address holder,
        uint256 grams,
        bytes32 beneficiary,
        bytes32 purpose
    );

    /// @notice Only the energy module makes carbon assets.
    error OnlyEnergyModule(address caller);
    /// @notice There is no carbon asset `id`.
    error UnknownCarbon(uint256 id);

    /// @notice Makes the carbon asset of conversion `number` of `guarantee`. Only the energy module, which has burnt the
    /// watt-hours.
    /// @param grams units of the asset, all of them for `holder`, who must be admitted by the rules
    /// @param template name of the rules in the value standard; their current version holds
    /// @return id hash of guarantee and number
    function issue(
        uint256 guarantee,
        uint64 number,
        address holder,
        uint96 grams,
        bytes32 template
    ) external returns (uint256 id);

    /// @notice Retires `grams` of `id` for good. Only their holder, who must be active; always open.
    /// @dev The ledger refuses pledged and frozen units.
    /// @param beneficiary hash of the name for whom it is claimed, not zero
    /// @param purpose hash of what it is claimed for, not zero
    /// @return number of the claim
    function retire(uint256 id, uint96 grams, bytes32 beneficiary, bytes32 purpose) external returns (uint256 number);

    /// @notice The carbon asset `id`; all zero where there is none.
    function carbonAsset(uint256 id) external view returns (CarbonAsset memory);

    /// @notice The id of the carbon asset that conversion `number`, from 1, of `guarantee` made or would make.
    function idOf(uint256 guarantee, uint64 number) external pure returns (uint256 id);

    /// @notice The module whose conversions make carbon assets.
    function energy() external view returns (address);
}
