// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IPaymentListener} from "../interfaces/IPaymentListener.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";

/// @title Listens to payments as badly as it is told to; and pays with as little gas as it is told to
contract HostileListener is IPaymentListener {
    enum Conduct {
        Listen,
        Refuse,
        BurnGas,
        Reenter
    }

    IReceivableModule public immutable module;
    Conduct public conduct;
    uint256 public heardOf;

    error Deaf();

    constructor(IReceivableModule module_) {
        module = module_;
    }

    function behave(Conduct conduct_) external {
        conduct = conduct_;
    }

    function watch(uint256 id, bool on) external {
        module.watch(id, on);
    }

    function pay(IERC20 token, uint256 id, uint256 amount, uint256 gas_) external returns (uint256) {
        token.approve(address(module), amount);
        return module.pay{gas: gas_}(id, amount);
    }

    function onPayment(uint256 id) external {
        if (conduct == Conduct.Refuse) revert Deaf();
        if (conduct == Conduct.BurnGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        heardOf = id;
        if (conduct == Conduct.Reenter) module.claim(id, address(this));
    }
}
