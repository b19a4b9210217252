// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IVerificationFees} from "./IVerificationFees.sol";
import {IVerificationRequests} from "./IVerificationRequests.sol";
import {IVerificationRules} from "./IVerificationRules.sol";

/// @title The desk of verification: requests, panels, and all the money
interface IVerificationDesk is IVerificationRequests, IVerificationFees, IVerificationRules {}
