// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ICirculationBook} from "../interfaces/ICirculationBook.sol";
import {IRecorded} from "../interfaces/IRecorded.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";

/// @title Tells of settlements as they happen
abstract contract Recorded is IRecorded, AccessManaged {
    /// @inheritdoc IRecorded
    ICirculationBook public recorder;

    /// @inheritdoc IRecorded
    function setRecorder(ICirculationBook recorder_) external restricted {
        recorder = recorder_;
        emit RecorderSet(recorder_);
    }

    /// @dev `payer` paid `amount` to `enterprise`; both are entities. In USD at the last rate, however old, so that no payment
    /// waits for a rate.
    function _record(
        uint48 payer,
        uint48 enterprise,
        IValueStandard standard,
        uint8 currencyId,
        uint256 amount
    ) internal {
        ICirculationBook told = recorder;
        if (address(told) != address(0)) told.record(payer, enterprise, standard.toUsd(currencyId, amount));
    }
}
