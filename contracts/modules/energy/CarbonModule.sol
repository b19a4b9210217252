// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "../../interfaces/IAssetCertificate.sol";
import {IAssetModule} from "../../interfaces/IAssetModule.sol";
import {ICarbonModule} from "../../interfaces/ICarbonModule.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {Retirements} from "./Retirements.sol";

/// @title Carbon assets
contract CarbonModule is ICarbonModule, Retirements {
    /// @dev Kind on the ledger of certificates.
    uint8 private constant CARBON = 8;

    /// @inheritdoc ICarbonModule
    address public immutable energy;

    mapping(uint256 id => CarbonAsset) private _assets;

    /// @param ledger_ the ledger of certificates, which must name this contract as the module of kind 8
    /// @param standard_ the value standard
    /// @param energy_ the module of guarantees of origin
    constructor(IAssetCertificate ledger_, IValueStandard standard_, address energy_) Retirements(ledger_, standard_) {
        energy = energy_;
    }

    /// @inheritdoc ICarbonModule
    function issue(
        uint256 guarantee,
        uint64 number,
        address holder,
        uint96 grams,
        bytes32 template
    ) external returns (uint256 id) {
        if (msg.sender != energy) revert OnlyEnergyModule(msg.sender);
        id = idOf(guarantee, number);
        _assets[id] = CarbonAsset(guarantee, grams, 0);
        emit CarbonIssued(id, guarantee, holder, grams);
        _create(id, CARBON, holder, grams, template, 0, ledger.documentHash(guarantee));
    }

    // The ledger is of the suite and calls nobody when it burns.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ICarbonModule
    function retire(uint256 id, uint96 grams, bytes32 beneficiary, bytes32 purpose) external returns (uint256 number) {
        CarbonAsset storage asset = _assets[id];
        if (asset.issued == 0) revert UnknownCarbon(id);
        uint48 entity;
        (number, entity) = _claim(id, grams, beneficiary, purpose);
        asset.retired += grams;
        emit CarbonRetired(number, id, entity, msg.sender, grams, beneficiary, purpose);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ICarbonModule
    function carbonAsset(uint256 id) external view returns (CarbonAsset memory) {
        return _assets[id];
    }

    /// @inheritdoc IAssetModule
    function requirePledgeable(uint256) external pure {}

    /// @inheritdoc IAssetModule
    function supplyOf(uint256 id) external view returns (uint256) {
        CarbonAsset storage asset = _assets[id];
        return asset.issued - asset.retired;
    }

    /// @inheritdoc ICarbonModule
    function idOf(uint256 guarantee, uint64 number) public pure returns (uint256) {
        return uint256(keccak256(abi.encode("carbon", guarantee, number))) & ~uint256(0xffff);
    }
}
