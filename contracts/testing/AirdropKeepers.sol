// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {IGrantMaker} from "../interfaces/IGrantMaker.sol";
import {IVoteLocker} from "../interfaces/IVoteLocker.sol";
import {MoneyLib} from "../libraries/MoneyLib.sol";

/// @title A vault that holds grants with a cliff, releases them linearly, and counts their votes
contract GrantKeeper is IGrantMaker, Votes, BoundedPause {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    struct KeptGrant {
        address beneficiary;
        uint96 amount;
        uint96 released;
        uint40 start;
        uint40 cliff;
        uint40 duration;
    }

    IERC20 public immutable token;
    KeptGrant[] private _grants;
    mapping(address account => uint256) private _granted;

    constructor(IERC20 token_, address access) EIP712("GrantKeeper", "1") AccessManaged(access) {
        token = token_;
    }

    function grantFor(
        address beneficiary,
        uint96 amount,
        uint40 start,
        uint40 cliff,
        uint40 duration
    ) external whenRunning {
        token.pull(msg.sender, amount);
        _grants.push(KeptGrant(beneficiary, amount, 0, start, cliff, duration));
        _granted[beneficiary] += amount;
        _transferVotingUnits(address(0), beneficiary, amount);
    }

    function release(uint256 number) external {
        KeptGrant storage grant = _grants[number];
        uint256 passed = block.timestamp < grant.start ? 0 : block.timestamp - grant.start;
        uint256 vested =
            passed < grant.cliff
                ? 0
                : passed >= grant.duration
                    ? grant.amount
                    : (grant.amount * passed) / grant.duration;
        uint96 due = uint96(vested - grant.released);
        grant.released += due;
        _granted[grant.beneficiary] -= due;
        _transferVotingUnits(grant.beneficiary, address(0), due);
        token.safeTransfer(grant.beneficiary, due);
    }

    function grantCount() external view returns (uint256) {
        return _grants.length;
    }

    function grantAt(uint256 number) external view returns (KeptGrant memory) {
        return _grants[number];
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _granted[account];
    }
}

/// @title A lock that holds what it is given until the term is over
contract LockKeeper is IVoteLocker, BoundedPause {
    using SafeERC20 for IERC20;
    using MoneyLib for IERC20;

    struct KeptLock {
        address account;
        uint256 amount;
        uint256 until;
    }

    uint256 public constant LONGEST = 4 * 365 days;

    IERC20 public immutable token;
    KeptLock[] private _locks;

    error BeyondLongest(uint256 term, uint256 longest);
    error StillLocked(uint256 until);

    constructor(IERC20 token_, address access) AccessManaged(access) {
        token = token_;
    }

    function lockFor(address account, uint256 amount, uint256 term) external whenRunning {
        if (term > LONGEST) revert BeyondLongest(term, LONGEST);
        token.pull(msg.sender, amount);
        _locks.push(KeptLock(account, amount, block.timestamp + term));
    }

    function withdraw(uint256 number) external {
        KeptLock memory lock = _locks[number];
        if (block.timestamp < lock.until) revert StillLocked(lock.until);
        delete _locks[number];
        token.safeTransfer(lock.account, lock.amount);
    }

    function lockCount() external view returns (uint256) {
        return _locks.length;
    }

    function lockAt(uint256 number) external view returns (KeptLock memory) {
        return _locks[number];
    }
}

/// @title A keeper that does not do what it should: takes less or more, gives back, or calls back
contract HostileKeeper is IGrantMaker, IVoteLocker {
    using SafeERC20 for IERC20;

    enum Manner {
        TakesLess,
        TakesNothing,
        GivesBack,
        GivesMore,
        TakesTwice,
        CallsBack
    }

    /// @notice What it says when it is asked for its pause.
    enum PauseAnswer {
        Refuses,
        Forever,
        TooShort,
        TooLong,
        BurnsAll
    }

    IERC20 public immutable token;
    Manner public manner;
    PauseAnswer public pauseAnswer;
    bytes public payload;

    constructor(IERC20 token_) {
        token = token_;
    }

    function behave(Manner manner_, bytes calldata payload_) external {
        (manner, payload) = (manner_, payload_);
    }

    function sayOfPause(PauseAnswer answer) external {
        pauseAnswer = answer;
    }

    function pausedUntil() external view returns (uint256) {
        PauseAnswer answer = pauseAnswer;
        if (answer == PauseAnswer.TooShort || answer == PauseAnswer.TooLong) {
            uint256 length = answer == PauseAnswer.TooShort ? 31 : 64_000;
            assembly ("memory-safe") {
                mstore(0, not(0))
                return(0, length)
            }
        }
        if (answer == PauseAnswer.BurnsAll) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        require(answer == PauseAnswer.Forever, "no pause");
        return type(uint256).max;
    }

    function grantFor(address, uint96 amount, uint40, uint40, uint40) external {
        _act(amount);
    }

    function lockFor(address, uint256 amount, uint256) external {
        _act(amount);
    }

    function _act(uint256 amount) private {
        if (manner == Manner.TakesNothing) return;
        token.safeTransferFrom(msg.sender, address(this), manner == Manner.TakesLess ? amount - 1 : amount);
        if (manner == Manner.GivesBack) token.safeTransfer(msg.sender, 1);
        if (manner == Manner.GivesMore) token.safeTransfer(msg.sender, amount + 1);
        if (manner == Manner.TakesTwice) token.safeTransferFrom(msg.sender, address(this), 1);
        if (manner != Manner.CallsBack) return;
        (bool ok, bytes memory answer) = msg.sender.call(payload);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
