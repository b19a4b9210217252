// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC4907} from "./IERC4907.sol";
import {IERC7943NonFungible} from "./IERC7943NonFungible.sol";
import {IUsageRight} from "./IUsageRight.sol";

/// @title All of a ledger of rights, as a module sees it
interface IRightsLedger is IERC721, IERC4907, IERC7943NonFungible, IUsageRight {}
