// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAirdropClaim} from "../interfaces/IAirdropClaim.sol";
import {IAirdropRounds} from "../interfaces/IAirdropRounds.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";
import {AirdropClaim} from "./AirdropClaim.sol";

/// @title The rounds of an airdrop: holds the allocation, opens rounds from it, and lists them
/// @dev It keeps no books of money: what is here can be given to rounds, gifts and returned rests as well.
contract AirdropRounds is IAirdropRounds, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    /// @inheritdoc IAirdropRounds
    address public immutable token;
    AirdropRound[] private _rounds; // claim and total share a slot

    /// @param access the suite's AccessManager
    /// @param token_ the token of all rounds
    constructor(address access, address token_) AccessManaged(access) {
        if (token_.code.length == 0) revert IAirdropClaim.NotAContract(token_);
        token = token_;
    }

    /// @inheritdoc IAirdropRounds
    function open(
        IAirdropClaim.AirdropTerms calldata round,
        uint96 total,
        string calldata name,
        string calldata uri
    ) external restricted nonReentrant returns (address) {
        return _open(round, total, name, uri);
    }

    /// @inheritdoc IAirdropRounds
    function openPaid(
        IAirdropClaim.AirdropTerms calldata round,
        uint96 total,
        string calldata name,
        string calldata uri
    ) external restricted nonReentrant returns (address) {
        IERC20(token).pull(msg.sender, total);
        return _open(round, total, name, uri);
    }

    /// @inheritdoc IAirdropRounds
    function moveProofs(uint256 number, string calldata uri) external restricted {
        if (bytes(uri).length == 0) revert NoAirdropProofs();
        _round(number).uri = uri;
        emit AirdropProofsMoved(number, uri);
    }

    /// @inheritdoc IAirdropRounds
    function roundCount() external view returns (uint256) {
        return _rounds.length;
    }

    /// @inheritdoc IAirdropRounds
    function roundAt(uint256 number) external view returns (AirdropRound memory) {
        return _round(number);
    }

    /// @inheritdoc IAirdropRounds
    function available() public view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    function _open(
        IAirdropClaim.AirdropTerms calldata round,
        uint96 total,
        string calldata name,
        string calldata uri
    ) private returns (address claim) {
        if (total == 0) revert NoAirdropTotal();
        if (bytes(name).length == 0) revert NoAirdropName();
        if (bytes(uri).length == 0) revert NoAirdropProofs();
        uint256 there = available();
        if (total > there) revert ExceedsAllocation(total, there);
        claim = address(new AirdropClaim(token, round));
        _rounds.push(AirdropRound(claim, total, round.root, name, uri));
        emit AirdropOpened(_rounds.length, claim, round.root, total, name, uri);
        // Its address is known before it stands: what somebody sent there is not what it is given now.
        uint256 gifts = IERC20(token).balanceOf(claim);
        IERC20(token).safeTransfer(claim, total);
        uint256 received = IERC20(token).balanceOf(claim) - gifts;
        if (received != total) revert MoneyLib.InexactToken(token, total, received);
    }

    function _round(uint256 number) private view returns (AirdropRound storage) {
        if (number == 0 || number > _rounds.length) revert UnknownAirdropRound(number, _rounds.length);
        return _rounds[number - 1];
    }
}
