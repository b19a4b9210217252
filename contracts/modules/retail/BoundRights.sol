// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {IBoundRights} from "../../interfaces/IBoundRights.sol";
import {IDirectedGoods} from "../../interfaces/IDirectedGoods.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {Party} from "../../libraries/PartyLib.sol";
import {RightBook} from "./RightBook.sol";

/// @title Rights that hang on goods, used by two who agree
/// @dev Reads the ledger of goods and has no power over it. A pause stops new definitions; uses stay open.
contract BoundRights is RightBook, EIP712, AccessManaged, BoundedPause {
    bytes32 private constant USE_TYPEHASH = keccak256(
        "Use(uint256 item,uint256 right,uint256 number,address holder,address centre,bytes32 report,uint256 deadline)"
    );
    bytes32 private constant SPENDING_TYPEHASH = keccak256(
        "Spending(uint256 brand,address holder,uint256 number,uint256 amount,bytes32 purpose,uint256 deadline)"
    );

    mapping(uint48 brand => mapping(address holder => uint256)) private _points;
    mapping(uint48 brand => mapping(address holder => uint256)) private _spendings;

    /// @param access the suite's AccessManager
    /// @param goods_ the ledger of goods
    /// @param standard_ the value standard
    constructor(
        address access,
        IDirectedGoods goods_,
        IValueStandard standard_
    ) AccessManaged(access) RightBook(goods_, standard_) EIP712("Caldera Bound Rights", "1") {}

    /// @inheritdoc IBoundRights
    function defineRight(uint32 line, Right calldata terms) external whenRunning returns (uint8) {
        return _define(line, terms);
    }

    /// @inheritdoc IBoundRights
    function useRight(
        Use calldata use,
        bytes calldata holderSignature,
        bytes calldata centreSignature
    ) external returns (uint16 number) {
        address holder = _holderOf(use.item);
        Refusal refusal = _refusal(use.item, use.right, holder, use.centre);
        if (refusal != Refusal.None) _refuse(refusal, use.item, use.right, holder, use.centre);
        bytes32 digest = _useDigest(use, holder);
        _requireAgreed(holder, digest, use.deadline, holderSignature);
        if (use.centre != address(0)) _requireAgreed(use.centre, digest, use.deadline, centreSignature);

        number = ++_uses[use.item][use.right];
        emit RightUsed(use.item, use.right, holder, use.centre, number, use.report);
        uint256 points = _pointsOf(use.item, use.right);
        if (points == 0) return number;
        uint48 brand = goods.lineOf(_lineOf(use.item)).issuer;
        _points[brand][holder] += points;
        emit PointsEarned(brand, holder, use.item, points);
    }

    /// @inheritdoc IBoundRights
    function spendPoints(
        Spending calldata spending,
        bytes calldata holderSignature,
        bytes calldata brandSignature
    ) external {
        uint48 brand = _activeEntity(spending.brand);
        _activeEntity(spending.holder);
        uint256 held = _points[brand][spending.holder];
        if (spending.amount == 0 || spending.amount > held) revert InsufficientPoints(held, spending.amount);
        bytes32 digest = _spendingDigest(spending, brand);
        _requireAgreed(spending.holder, digest, spending.deadline, holderSignature);
        _requireAgreed(spending.brand, digest, spending.deadline, brandSignature);

        ++_spendings[brand][spending.holder];
        _points[brand][spending.holder] = held - spending.amount;
        emit PointsSpent(brand, spending.holder, spending.amount, spending.purpose);
    }

    /// @inheritdoc IBoundRights
    function pointsOf(uint48 brand, address holder) external view returns (uint256) {
        return _points[brand][holder];
    }

    /// @inheritdoc IBoundRights
    function spendings(uint48 brand, address holder) external view returns (uint256) {
        return _spendings[brand][holder];
    }

    /// @inheritdoc IBoundRights
    function useDigest(Use calldata use) external view returns (bytes32) {
        return _useDigest(use, _holderOf(use.item));
    }

    /// @inheritdoc IBoundRights
    function spendingDigest(Spending calldata spending) external view returns (bytes32) {
        return _spendingDigest(spending, goods.partyOf(spending.brand).entity());
    }

    function _useDigest(Use calldata use, address holder) private view returns (bytes32) {
        uint256 number = _uses[use.item][use.right];
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(USE_TYPEHASH, use.item, use.right, number, holder, use.centre, use.report, use.deadline)
                )
            );
    }

    function _spendingDigest(Spending calldata spending, uint48 brand) private view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        SPENDING_TYPEHASH,
                        brand,
                        spending.holder,
                        _spendings[brand][spending.holder],
                        spending.amount,
                        spending.purpose,
                        spending.deadline
                    )
                )
            );
    }

    /// @dev Whoever calls agrees; anyone else has to have signed in time.
    function _requireAgreed(address account, bytes32 digest, uint40 deadline, bytes calldata signature) private view {
        if (account == msg.sender) return;
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert NotAgreed(account);
    }

    function _activeEntity(address account) private view returns (uint48) {
        Party party = goods.partyOf(account);
        if (!party.isActive()) revert NotActive(account);
        return party.entity();
    }
}
