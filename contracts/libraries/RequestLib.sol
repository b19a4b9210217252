// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICirculationRouter} from "../interfaces/ICirculationRouter.sol";
import {ILenderAdapter} from "../interfaces/ILenderAdapter.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";

/// @title EIP-712 hashes of the requests an enterprise signs, and of what attestors say
/// @dev Members that a type refers to follow it in alphabetical order, as EIP-712 says.
library RequestLib {
    string private constant INVOICE =
        "Invoice(address debtor,uint256 face,uint256 dueDate,uint256 issueDay,uint256 currencyId,uint256 ruleId,bytes32 documentHash,string number)";
    string private constant PLEDGING = "Pledging(uint256 part,uint256 units)";
    bytes32 private constant INVOICE_TYPEHASH = keccak256(bytes(INVOICE));
    bytes32 private constant PLEDGING_TYPEHASH = keccak256(bytes(PLEDGING));
    bytes32 private constant FINANCING_TYPEHASH = keccak256(
        abi.encodePacked(
            "Financing(address account,Invoice invoice,uint256[] lines,Pledging[] pledges,uint256 pool,uint256 amount,uint256 maturityDay,uint256 loanRule,bytes32 statements,uint256 number,uint256 deadline)",
            INVOICE,
            PLEDGING
        )
    );
    bytes32 private constant DISCOUNTING_TYPEHASH = keccak256(
        abi.encodePacked(
            "Discounting(address account,Invoice invoice,uint256[] lines,uint256 units,bytes32 quote,uint256 minimumProceeds,bytes32 statements,uint256 number,uint256 deadline)",
            INVOICE
        )
    );
    string private constant COLLATERAL = "Collateral(bool right,uint256 id)";
    bytes32 private constant COLLATERAL_TYPEHASH = keccak256(bytes(COLLATERAL));
    bytes32 private constant LOAN_REQUEST_TYPEHASH = keccak256(
        abi.encodePacked(
            "LoanRequest(address account,uint256 amount,uint256 mostFee,uint256 maturityDay,uint256 ruleId,Collateral[] items,uint256 number,uint256 deadline)",
            COLLATERAL
        )
    );
    bytes32 private constant STATEMENT_TYPEHASH = keccak256(
        "Statement(uint256 id,uint256 field,uint256 amount,uint256 validUntil)"
    );

    bytes32 private constant RENEWAL_TYPEHASH = keccak256(
        "Renewal(uint256 id,uint256 field,uint256 amount,uint256 asOf,uint256 validUntil)"
    );

    function hash(ICirculationRouter.Financing calldata request) internal pure returns (bytes32) {
        bytes32[] memory pledges = new bytes32[](request.pledges.length);
        for (uint256 i = 0; i < pledges.length; ++i) {
            pledges[i] = keccak256(abi.encode(PLEDGING_TYPEHASH, request.pledges[i]));
        }
        return
            keccak256(
                abi.encode(
                    FINANCING_TYPEHASH,
                    request.account,
                    _hash(request.invoice),
                    keccak256(abi.encodePacked(request.lines)),
                    keccak256(abi.encodePacked(pledges)),
                    request.pool,
                    request.amount,
                    request.maturityDay,
                    request.loanRule,
                    request.statements,
                    request.number,
                    request.deadline
                )
            );
    }

    function hash(ICirculationRouter.Discounting calldata request) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DISCOUNTING_TYPEHASH,
                    request.account,
                    _hash(request.invoice),
                    keccak256(abi.encodePacked(request.lines)),
                    request.units,
                    request.quote,
                    request.minimumProceeds,
                    request.statements,
                    request.number,
                    request.deadline
                )
            );
    }

    function hash(ILenderAdapter.LoanRequest calldata request) internal pure returns (bytes32) {
        bytes32[] memory items = new bytes32[](request.items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            items[i] = keccak256(abi.encode(COLLATERAL_TYPEHASH, request.items[i]));
        }
        return
            keccak256(
                abi.encode(
                    LOAN_REQUEST_TYPEHASH,
                    request.account,
                    request.amount,
                    request.mostFee,
                    request.maturityDay,
                    request.ruleId,
                    keccak256(abi.encodePacked(items)),
                    request.number,
                    request.deadline
                )
            );
    }

    function hashStatement(uint256 id, uint8 field, uint96 amount, uint40 validUntil) internal pure returns (bytes32) {
        return keccak256(abi.encode(STATEMENT_TYPEHASH, id, field, amount, validUntil));
    }

    function hashRenewal(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 asOf,
        uint40 validUntil
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(RENEWAL_TYPEHASH, id, field, amount, asOf, validUntil));
    }

    function _hash(IReceivableModule.Invoice calldata invoice) private pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    INVOICE_TYPEHASH,
                    invoice.debtor,
                    invoice.face,
                    invoice.dueDate,
                    invoice.issueDay,
                    invoice.currencyId,
                    invoice.ruleId,
                    invoice.documentHash,
                    keccak256(bytes(invoice.number))
                )
            );
    }
}
