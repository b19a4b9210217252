// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";
import {MerkleProofLib} from "solady/src/utils/MerkleProofLib.sol";
import {IAirdropClaim} from "../interfaces/IAirdropClaim.sol";
import {IBoundedPause} from "../interfaces/IBoundedPause.sol";
import {IGrantMaker} from "../interfaces/IGrantMaker.sol";
import {IVoteLocker} from "../interfaces/IVoteLocker.sol";

/// @title One round of an airdrop: a list of claims under a Merkle root, each paid once
/// @dev A full contract a round, not a clone: a claim through a clone costs a call of another cold account more, and there are
/// few rounds and many claims. A claim writes one bit; 256 claims share a slot.
contract AirdropClaim is IAirdropClaim, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant LONGEST_PROOF = 32;
    uint256 private constant LONGEST_WINDOW = 10 * 365 days;
    /// @dev The longest pause of a keeper, and the least time between two (`IBoundedPause`).
    uint256 private constant PAUSE = 7 days;
    /// @dev All the gas a keeper has to say until when it is paused.
    uint256 private constant ASKING = 50_000;
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "AirdropOrder(uint256 index,address account,uint256 amount,address to,uint256 term,uint256 deadline)"
    );

    /// @inheritdoc IAirdropClaim
    address public immutable token;
    bytes32 private immutable _root;
    address private immutable _rest;
    uint256 private immutable _count;
    uint256 private immutable _opensAt;
    uint256 private immutable _closesAt;
    AirdropDelivery private immutable _delivery;
    address private immutable _keeper;
    uint40 private immutable _grantStart;
    uint40 private immutable _grantCliff;
    uint40 private immutable _grantDuration;
    uint256 private immutable _leastTerm;

    mapping(uint256 word => uint256 bits) private _claimed;

    /// @param token_ what is claimed; tokens that take a fee have no place here
    /// @param round the terms, for good
    constructor(address token_, AirdropTerms memory round) EIP712("AirdropClaim", "1") {
        if (token_.code.length == 0) revert NotAContract(token_);
        if (round.root == 0) revert NoAirdropRoot();
        if (round.count == 0) revert NoAirdropClaims();
        if (round.rest == address(0) || round.rest == address(this) || round.rest == token_)
            revert CannotBePaid(round.rest);
        // What is left of a wrong list must come back within reach: a slip of the pen cannot close it in a thousand years.
        if (
            round.closesAt <= round.opensAt ||
            round.closesAt <= block.timestamp ||
            round.closesAt > block.timestamp + LONGEST_WINDOW
        ) revert AirdropWindowInvalid(round.opensAt, round.closesAt);
        _checkDelivery(round);
        token = token_;
        _root = round.root;
        _rest = round.rest;
        _count = round.count;
        _opensAt = round.opensAt;
        _closesAt = round.closesAt;
        _delivery = round.delivery;
        _keeper = round.keeper;
        _grantStart = round.grantStart;
        _grantCliff = round.grantCliff;
        _grantDuration = round.grantDuration;
        _leastTerm = round.leastTerm;
    }

    /// @inheritdoc IAirdropClaim
    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external nonReentrant {
        if (_delivery == AirdropDelivery.Lock) revert TermIsForAccount(account);
        _use(index, account, amount, proof);
        _hand(index, account, account, amount, 0);
    }

    /// @inheritdoc IAirdropClaim
    function claimAndDelegate(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof,
        AirdropDelegation calldata delegation
    ) external nonReentrant {
        if (_delivery == AirdropDelivery.Lock) revert TermIsForAccount(account);
        _use(index, account, amount, proof);
        // Before the money: what is left of the gas after a delegation that ran out of it is too little for the transfer.
        try
            IVotes(_delivery == AirdropDelivery.Account ? token : _keeper).delegateBySig(
                delegation.delegatee,
                delegation.nonce,
                delegation.expiry,
                delegation.v,
                delegation.r,
                delegation.s
            )
        {} catch {
            emit DelegationNotTaken(index, account, delegation.delegatee);
        }
        _hand(index, account, account, amount, 0);
    }

    /// @inheritdoc IAirdropClaim
    function claimTo(
        uint256 index,
        uint256 amount,
        address to,
        uint256 term,
        bytes32[] calldata proof
    ) external nonReentrant {
        _checkTerm(term);
        _use(index, msg.sender, amount, proof);
        _hand(index, msg.sender, to, amount, term);
    }

    /// @inheritdoc IAirdropClaim
    function claimBySignature(
        AirdropOrder calldata order,
        bytes32[] calldata proof,
        bytes calldata signature
    ) external nonReentrant {
        if (block.timestamp > order.deadline) revert OrderExpired(order.deadline);
        _checkTerm(order.term);
        _use(order.index, order.account, order.amount, proof);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
        if (!SignatureChecker.isValidSignatureNowCalldata(order.account, digest, signature))
            revert OrderNotSigned(order.account);
        _hand(order.index, order.account, order.to, order.amount, order.term);
    }

    /// @inheritdoc IAirdropClaim
    function sweep(address token_) external nonReentrant returns (uint256 amount) {
        uint256 until = openUntil();
        if (block.timestamp < until) revert AirdropNotOver(until);
        if (token_.code.length == 0) revert NotAContract(token_);
        amount = IERC20(token_).balanceOf(address(this));
        // All there is, whatever it is.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert NothingToSweep(token_);
        emit AirdropSwept(token_, _rest, amount);
        IERC20(token_).safeTransfer(_rest, amount);
    }

    /// @inheritdoc IAirdropClaim
    function terms() external view returns (AirdropTerms memory) {
        return
            AirdropTerms({
                root: _root,
                rest: _rest,
                count: uint32(_count),
                opensAt: uint40(_opensAt),
                closesAt: uint40(_closesAt),
                delivery: _delivery,
                keeper: _keeper,
                grantStart: _grantStart,
                grantCliff: _grantCliff,
                grantDuration: _grantDuration,
                leastTerm: uint40(_leastTerm)
            });
    }

    /// @inheritdoc IAirdropClaim
    function openUntil() public view returns (uint256 until) {
        until = _closesAt;
        if (_keeper == address(0)) return until;
        uint256 paused = _pausedUntil();
        // A pause that began before the end is over within so long: no keeper puts the end off any further.
        if (paused > until + PAUSE) paused = until + PAUSE;
        if (paused + PAUSE > until) until = paused + PAUSE;
    }

    /// @inheritdoc IAirdropClaim
    function isClaimed(uint256 index) public view returns (bool) {
        return _claimed[index >> 8] & (1 << (index & 0xff)) != 0;
    }

    /// @inheritdoc IAirdropClaim
    function isClaimable(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return
            block.timestamp >= _opensAt &&
            !_over() &&
            index < _count &&
            amount != 0 &&
            proof.length <= LONGEST_PROOF &&
            !isClaimed(index) &&
            _proves(index, account, amount, proof) &&
            (_delivery == AirdropDelivery.Lock || _canReceive(account));
    }

    /// @dev Nobody pays for asking the keeper before the end that was published.
    function _over() private view returns (bool) {
        return block.timestamp >= _closesAt && block.timestamp >= openUntil();
    }

    /// @dev Until when the keeper is paused; 0 if it does not say. Where the caller left too little gas for the answer, a 63rd of
    /// that is left here: too little to sweep.
    function _pausedUntil() private view returns (uint256) {
        // A call that decodes would let a keeper with a wrong answer keep the rest from `sweep` for good.
        // slither-disable-next-line low-level-calls
        (bool said, bytes memory answer) = _keeper.staticcall{gas: ASKING}(
            abi.encodeCall(IBoundedPause.pausedUntil, ())
        );
        return said && answer.length == 32 ? abi.decode(answer, (uint256)) : 0;
    }

    /// @dev Checks a claim and uses its index up.
    function _use(uint256 index, address account, uint256 amount, bytes32[] calldata proof) private {
        if (block.timestamp < _opensAt) revert AirdropNotOpen(_opensAt);
        if (_over()) revert AirdropOver(openUntil());
        if (index >= _count) revert IndexBeyondAirdrop(index, _count);
        if (amount == 0) revert EmptyClaim(index);
        if (proof.length > LONGEST_PROOF) revert ProofTooLong(proof.length, LONGEST_PROOF);
        uint256 bits = _claimed[index >> 8];
        uint256 bit = 1 << (index & 0xff);
        if (bits & bit != 0) revert AlreadyClaimed(index);
        if (!_proves(index, account, amount, proof)) revert NotInAirdrop(index, account, amount);
        _claimed[index >> 8] = bits | bit;
    }

    /// @dev Pays, grants or locks what a used claim is worth.
    function _hand(uint256 index, address account, address to, uint256 amount, uint256 term) private {
        if (!_canReceive(to)) revert CannotBePaid(to);
        emit AirdropClaimed(index, account, to, amount);
        if (_delivery == AirdropDelivery.Account) {
            IERC20(token).safeTransfer(to, amount);
            return;
        }
        uint256 had = IERC20(token).balanceOf(address(this));
        // Exactly the amount: a fault of the keeper cannot reach the claims of others.
        IERC20(token).forceApprove(_keeper, amount);
        if (_delivery == AirdropDelivery.Grant)
            IGrantMaker(_keeper).grantFor(to, SafeCast.toUint96(amount), _grantStart, _grantCliff, _grantDuration);
        else IVoteLocker(_keeper).lockFor(to, amount, term);
        uint256 left = IERC20(token).balanceOf(address(this));
        if (had < amount || left != had - amount) revert NotHandedOver(_keeper, amount, had, left);
    }

    function _checkTerm(uint256 term) private view {
        if (_delivery == AirdropDelivery.Lock) {
            if (term < _leastTerm) revert TermTooShort(term, _leastTerm);
        } else if (term != 0) {
            revert NothingIsLocked(term);
        }
    }

    function _canReceive(address to) private view returns (bool) {
        return to != address(0) && to != address(this) && to != token;
    }

    function _proves(
        uint256 index,
        address account,
        uint256 amount,
        bytes32[] calldata proof
    ) private view returns (bool) {
        // Three words: the same as abi.encode.
        bytes32 inner = EfficientHashLib.hash(index, uint256(uint160(account)), amount);
        return MerkleProofLib.verifyCalldata(proof, _root, EfficientHashLib.hash(inner));
    }

    function _checkDelivery(AirdropTerms memory round) private view {
        bool grants = round.delivery == AirdropDelivery.Grant;
        bool locks = round.delivery == AirdropDelivery.Lock;
        if (!grants && !locks && round.keeper != address(0)) revert KeeperNotNeeded(round.keeper);
        if ((grants || locks) && round.keeper.code.length == 0) revert NotAContract(round.keeper);
        if (
            grants
                ? round.grantStart == 0 || round.grantDuration == 0 || round.grantCliff > round.grantDuration
                : round.grantStart != 0 || round.grantCliff != 0 || round.grantDuration != 0
        ) revert GrantScheduleInvalid(round.grantStart, round.grantCliff, round.grantDuration);
        if (locks == (round.leastTerm == 0)) revert LeastTermInvalid(round.leastTerm);
    }
}
