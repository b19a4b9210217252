// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {LoanLib} from "../libraries/LoanLib.sol";

/// @title What all loans of a pool are worth, in one sum
/// @dev Interest of all loans runs as one number. What changes with time alone (interest stops at maturity, a loan is an
/// unrealised loss from the end of its grace) is written down in advance under the day on which it happens; days with an
/// entry have a bit. So a read goes through the days since the last write that have an entry, and nobody has to say anything.
/// What comes in beyond the books becomes assets by the second, too: it is taken off the cash, less with every second.
abstract contract PoolBook is ILendingPool {
    using Math for uint256;
    using SafeCast for uint256;

    /// @dev As of `syncedAt`. Slot 1: `cash` of the lenders; `reserved`: money here that is not theirs. Slot 2: `principal`:
    /// of all loans; `impaired`: of those beyond grace; `gainEnd`, `gainSpan`: when `gain` is all earned, and in how many
    /// seconds. Slot 3: `yield`: principal × rate of loans before maturity; `accrued`: interest. Slot 4: `impairedInterest`:
    /// of this, the part of loans beyond grace; `gain`: what came in beyond the books and is earned over its span.
    struct Book {
        uint96 cash;
        uint96 reserved;
        uint40 syncedAt;
        uint96 principal;
        uint96 impaired;
        uint40 gainEnd;
        uint24 gainSpan;
        uint112 yield;
        uint144 accrued;
        uint144 impairedInterest;
        uint96 gain;
    }

    /// @dev What happens at the first second of a day. Slot 1: `principal`, `interest`: are impaired from then on. Slot 2:
    /// `yield`: stops.
    struct Turn {
        uint96 principal;
        uint144 interest;
        uint112 yield;
    }

    uint256 private constant SPREAD = 30 days;

    Book internal _book;
    mapping(uint256 day => Turn) private _turns;
    mapping(uint256 word => uint256) private _days;

    /// @inheritdoc ILendingPool
    function unrealizedLosses() public view returns (uint256) {
        return _losses(_synced());
    }

    /// @inheritdoc ILendingPool
    function unearned() external view returns (uint256) {
        return _unearned(_book);
    }

    /// @inheritdoc ILendingPool
    function books() external view returns (uint256 cash, uint256 reserved, uint256 principal) {
        return (_book.cash, _book.reserved, _book.principal);
    }

    /// @dev The book as of now.
    function _synced() internal view returns (Book memory book) {
        book = _book;
        uint256 since = book.syncedAt;
        if (since == block.timestamp) return book;
        book.syncedAt = uint40(block.timestamp);
        if (book.principal == 0) return book;
        uint256 running = book.yield;
        uint256 accrued = book.accrued + running * (block.timestamp - since);
        uint256 last = block.timestamp / 1 days;
        for (uint256 day = _next(since / 1 days + 1, last); day <= last; day = _next(day + 1, last)) {
            Turn storage turn = _turns[day];
            uint256 stopped = turn.yield;
            if (stopped != 0) {
                running -= stopped;
                accrued -= stopped * (block.timestamp - day * 1 days);
            }
            book.impaired += turn.principal;
            book.impairedInterest += turn.interest;
        }
        (book.yield, book.accrued) = (uint112(running), uint144(accrued));
    }

    /// @dev Takes a loan into the book, which is as of now.
    function _enter(Book memory book, Claim calldata claim) internal {
        if (claim.principal == 0 && claim.interest == 0) return;
        book.principal = (uint256(book.principal) + claim.principal).toUint96();
        book.accrued += claim.interest;
        uint256 running = uint256(claim.principal) * claim.rateBps;
        if (block.timestamp < claim.maturity) {
            book.yield += uint112(running);
            _turns[claim.maturity / 1 days].yield += uint112(running);
        }
        if (block.timestamp < claim.impairedFrom) {
            Turn storage turn = _turns[claim.impairedFrom / 1 days];
            turn.principal += claim.principal;
            turn.interest += _atMaturity(claim, running);
        } else {
            book.impaired += claim.principal;
            book.impairedInterest += claim.interest;
        }
    }

    /// @dev Takes a loan, which stands as `claim` says, out of the book, which is as of now.
    function _leave(Book memory book, Claim calldata claim) internal {
        if (claim.principal == 0 && claim.interest == 0) return;
        book.principal -= claim.principal;
        book.accrued -= claim.interest;
        uint256 running = uint256(claim.principal) * claim.rateBps;
        if (block.timestamp < claim.maturity) {
            book.yield -= uint112(running);
            _turns[claim.maturity / 1 days].yield -= uint112(running);
        }
        if (block.timestamp < claim.impairedFrom) {
            Turn storage turn = _turns[claim.impairedFrom / 1 days];
            turn.principal -= claim.principal;
            turn.interest -= _atMaturity(claim, running);
        } else {
            book.impaired -= claim.principal;
            book.impairedInterest -= claim.interest;
        }
    }

    /// @dev Takes a gain into the book. With what is not earned of earlier ones it is earned until the mean of both ends by
    /// amount, rounded down: so no small gain holds back a large one.
    function _spread(Book memory book, uint256 gain) internal {
        if (gain == 0) return;
        uint256 before = _unearned(book);
        uint256 left = before == 0 ? 0 : book.gainEnd - block.timestamp;
        uint256 span = (before * left + gain * SPREAD) / (before + gain);
        book.gain = (before + gain).toUint96();
        (book.gainEnd, book.gainSpan) = (uint40(block.timestamp + span), uint24(span));
        emit GainSpread(gain, block.timestamp + span);
    }

    /// @dev Rounded up.
    function _unearned(Book memory book) internal view returns (uint256) {
        if (block.timestamp >= book.gainEnd) return 0;
        return Math.ceilDiv(uint256(book.gain) * (book.gainEnd - block.timestamp), book.gainSpan);
    }

    /// @dev Rounded down. Where losses have eaten what is not earned yet, nothing is left.
    function _worth(Book memory book) internal view returns (uint256) {
        return (uint256(book.cash) + book.principal + book.accrued / LoanLib.SCALE).saturatingSub(_unearned(book));
    }

    /// @dev What is left after unrealised losses, rounded down.
    function _sound(Book memory book) internal view returns (uint256) {
        uint256 interest = (book.accrued - book.impairedInterest) / LoanLib.SCALE;
        return (uint256(book.cash) + (book.principal - book.impaired) + interest).saturatingSub(_unearned(book));
    }

    function _losses(Book memory book) internal view returns (uint256) {
        return _worth(book) - _sound(book);
    }

    function _atMaturity(Claim calldata claim, uint256 running) private view returns (uint144) {
        uint256 left = block.timestamp < claim.maturity ? claim.maturity - block.timestamp : 0;
        return uint144(claim.interest + running * left);
    }

    /// @dev Both days of a new loan have to be marked; they stay so.
    function _mark(uint256 day) internal {
        uint256 word = _days[day >> 8];
        uint256 bit = 1 << (day & 255);
        if (word & bit == 0) _days[day >> 8] = word | bit;
    }

    /// @dev The first marked day from `day` on; more than `last` where there is none up to it.
    function _next(uint256 day, uint256 last) private view returns (uint256) {
        while (day <= last) {
            uint256 word = _days[day >> 8] >> (day & 255);
            if (word != 0) return day + LibBit.ffs(word);
            day = (day | 255) + 1;
        }
        return day;
    }
}
