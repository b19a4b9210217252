// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {CreditFormula} from "../credit/CreditFormula.sol";
import {ICreditModel} from "../interfaces/ICreditModel.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";

/// @title The credit model's formula on many figures in one call, to hold it against the Python model
contract CreditProbe {
    uint256 private constant INPUT = 64;

    /// @notice Refuses what the model would refuse to publish.
    function check(ICreditModel.CreditParameters calldata parameters) external pure {
        CreditFormula.requireSound(parameters);
    }

    /// @notice Packed as they are kept, and unpacked again.
    function kept(
        ICreditModel.CreditParameters calldata parameters
    ) external pure returns (bytes memory packed, ICreditModel.CreditParameters memory unpacked) {
        packed = CreditFormula.pack(parameters);
        unpacked = CreditFormula.unpack(packed);
    }

    /// @notice `inputs`: 64 bytes each: turnover, issued, repaid, days late, cargo turnover, orders, conduct, nothing.
    /// @return outputs 64 bytes each: six contributions, their sum, the limit
    function evaluate(bytes calldata packed, bytes calldata inputs) external pure returns (bytes memory outputs) {
        bytes memory parameters = packed;
        outputs = new bytes(inputs.length);
        for (uint256 at = 0; at < inputs.length; at += INPUT) {
            IOperatingRecord.OperatingEntry memory facts;
            facts.turnover = uint64(bytes8(inputs[at:at + 8]));
            facts.receivablesIssued = uint64(bytes8(inputs[at + 8:at + 16]));
            facts.receivablesRepaid = uint64(bytes8(inputs[at + 16:at + 24]));
            facts.daysLate = uint16(uint64(bytes8(inputs[at + 24:at + 32])));
            facts.cargoTurnover = uint64(bytes8(inputs[at + 32:at + 40]));
            facts.orders = uint32(uint64(bytes8(inputs[at + 40:at + 48])));
            int64 conduct = int64(uint64(bytes8(inputs[at + 48:at + 56])));
            (int256[7] memory parts, int256 sum) = CreditFormula.contributions(parameters, facts);
            uint256 limit = CreditFormula.clamp(sum + conduct, CreditFormula.cap(parameters));
            uint256 first = _join(parts[0], parts[1], parts[2], parts[3]);
            uint256 second = _join(parts[4], parts[5], sum, int256(limit));
            assembly ("memory-safe") {
                let to := add(add(outputs, 32), at)
                mstore(to, first)
                mstore(add(to, 32), second)
            }
        }
    }

    function _join(int256 a, int256 b, int256 c, int256 d) private pure returns (uint256) {
        return
            (uint256(uint64(int64(a))) << 192) |
            (uint256(uint64(int64(b))) << 128) |
            (uint256(uint64(int64(c))) << 64) |
            uint64(int64(d));
    }
}

/// @title Says how many it takes, and nothing else
contract Vouching {
    uint8 public immutable quorum;

    constructor(uint8 quorum_) {
        quorum = quorum_;
    }
}
