// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.17;

// T-REX needs no contract of ours: this file only names the parts of the stand, so that they are compiled.
import {Token} from "@tokenysolutions/t-rex/contracts/token/Token.sol";
import {ClaimTopicsRegistry} from "@tokenysolutions/t-rex/contracts/registry/implementation/ClaimTopicsRegistry.sol";
import {IdentityRegistry} from "@tokenysolutions/t-rex/contracts/registry/implementation/IdentityRegistry.sol";
import {
    IdentityRegistryStorage
} from "@tokenysolutions/t-rex/contracts/registry/implementation/IdentityRegistryStorage.sol";
import {
    TrustedIssuersRegistry
} from "@tokenysolutions/t-rex/contracts/registry/implementation/TrustedIssuersRegistry.sol";
import {ModularCompliance} from "@tokenysolutions/t-rex/contracts/compliance/modular/ModularCompliance.sol";
import {CountryAllowModule} from "@tokenysolutions/t-rex/contracts/compliance/modular/modules/CountryAllowModule.sol";
import {ModuleProxy} from "@tokenysolutions/t-rex/contracts/compliance/modular/modules/ModuleProxy.sol";
import {
    TransferRestrictModule
} from "@tokenysolutions/t-rex/contracts/compliance/modular/modules/TransferRestrictModule.sol";
import {Identity} from "@onchain-id/solidity/contracts/Identity.sol";
