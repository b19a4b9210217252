// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICirculationBook} from "../interfaces/ICirculationBook.sol";
import {IFeeCredit} from "../interfaces/IFeeCredit.sol";
import {IFeesPaid} from "../interfaces/IFeesPaid.sol";

/// @title Fee accounts: what was credited, and what was paid out of them
/// @dev Can be told to keep back a part of what it should take, or to call into the points while it takes it.
contract FeeKeeper is IFeeCredit, IFeesPaid {
    IERC20 public immutable era;
    mapping(uint48 entity => uint256) public creditOf;
    mapping(uint48 entity => uint256) public feesPaidBy;
    uint256 public short;
    address public target;
    bytes public payload;

    constructor(IERC20 era_) {
        era = era_;
    }

    function misbehave(uint256 short_, address target_, bytes calldata payload_) external {
        (short, target, payload) = (short_, target_, payload_);
    }

    function payFee(uint48 entity, uint256 amount) external {
        feesPaidBy[entity] += amount;
    }

    function deposit(uint48 entity, uint256 amount) external {
        creditOf[entity] += amount - short;
        era.transferFrom(msg.sender, address(this), amount - short);
        if (target == address(0)) return;
        (bool ok, bytes memory answer) = target.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @title Tells of settlements as a contract of the suite does, and says what that costs within its own transaction
contract Settler {
    uint256 public gasUsed;

    function settle(ICirculationBook book, uint48 payer, uint48 enterprise, uint256 usd) external {
        uint256 before = gasleft();
        book.record(payer, enterprise, usd);
        gasUsed = before - gasleft();
    }
}
