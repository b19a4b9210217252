// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILoanConsent} from "../interfaces/ILoanConsent.sol";

/// @title A lender that answers as it is told, and calls something before
contract MoodyLender is ILoanConsent {
    bytes32 public answer = keccak256("ILoanConsent.onLoan");
    address public target;
    bytes public payload;
    bool public succeeded;
    bytes public returned;
    bytes public asked;

    function setAnswer(bytes32 answer_) external {
        answer = answer_;
    }

    function arm(address target_, bytes calldata payload_) external {
        (target, payload) = (target_, payload_);
    }

    function allow(IERC20 token, address spender, uint256 amount) external {
        token.approve(spender, amount);
    }

    function onLoan(
        address initiator,
        address borrower,
        address token,
        uint256 amount,
        uint256 fee,
        uint256 maturity,
        bytes calldata data
    ) external returns (bytes32) {
        asked = abi.encode(msg.sender, initiator, borrower, token, amount, fee, maturity, data);
        if (target != address(0)) (succeeded, returned) = target.call(payload);
        return answer;
    }
}
