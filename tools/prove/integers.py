"""Queries about words as statements about integers: non-linear arithmetic is decided there, where bits are too many.

Every word becomes an integer within its bounds, every operation its definition: x / y is the q of x = q·y + r with
0 <= r < y, and x + y the sum less 2^256 where it may run over. Bounds that the query states are used to see where it
cannot. What has no such definition here becomes any integer of its width: then `unsat` still holds, and `sat` does not.
"""

from typing import Any

import z3

from tools.prove.bounds import (
    DIV_ZERO,
    DIVISIONS,
    REM_ZERO,
    REMAINDERS,
    SIGNED_DIV,
    SIGNED_REM,
    Bounds,
    Range,
    is_number,
    kind_of,
    summands,
    top,
    zeros_below,
)
from tools.prove.choices import Choices


class Integers:
    """One query. `facts` define the integers that stand for words, `variables` those that the query itself names."""

    def __init__(self, statements: list[Any]) -> None:
        choices = Choices()
        statements = [choices.of(one) for one in statements]
        self.bounds = Bounds(statements)
        self.facts: list[Any] = []
        self.variables: dict[str, tuple[Any, int]] = {}
        self._words: dict[int, Any] = {}
        self._truths: dict[int, Any] = {}
        self._divided: dict[tuple[int, int], tuple[Any, Any]] = {}
        self._count = 0
        # An expression's number is given anew once it is gone: those by which anything is found stay.
        self._kept: list[Any] = [*statements]
        self.statements = [self.truth(one) for one in statements]

    def _fresh(self, low: int, high: int) -> Any:
        self._count += 1
        one = z3.Int(f"t{self._count}")
        self.facts += [one >= low, one <= high]
        return one

    def _any(self, term: Any) -> Any:
        return self._fresh(*self.bounds.of(term))

    def word(self, term: Any) -> Any:
        key = term.get_id()
        if key not in self._words:
            self._kept.append(term)
            self._words[key] = self._word(term)
        return self._words[key]

    def _wrapped(self, value: Any, low: int, high: int, term: Any) -> Any:
        """`value` between `low` and `high`, modulo 2^width."""
        size = 1 << term.size()
        if low >= 0 and high < size:
            return value
        least, most = self.bounds.of(term)
        times = self._fresh(low // size, high // size)
        self.facts += [value - times * size >= least, value - times * size <= most]
        return value - times * size

    def _divide(self, above: Any, below: Any, x: Range, y: Range) -> tuple[Any, Any]:
        """Quotient and remainder; the divisor is not zero where they are used."""
        key = (above.get_id(), below.get_id())
        if key not in self._divided:
            quotient, rest = self._fresh(0, x[1]), self._fresh(0, max(0, y[1] - 1))
            self.facts.append(
                z3.Implies(below > 0, z3.And(above == quotient * below + rest, rest < below, quotient <= above))
            )
            self._divided[key] = (quotient, rest)
            self._kept += [above, below]
        return self._divided[key]

    def _word(self, term: Any) -> Any:
        width = term.size()
        if is_number(term):
            return z3.IntVal(term.as_long())
        kind, name = kind_of(term), term.decl().name()
        args = term.children()
        if kind == z3.Z3_OP_UNINTERPRETED and not args:
            one = z3.Int(name)
            low, high = self.bounds.of(term)
            self.facts += [one >= low, one <= high]
            self.variables[name] = (one, width)
            return one
        ranges = [self.bounds.of(one) for one in args if z3.is_bv(one)]
        parts = summands(term)
        if len(parts) > 1 or parts[0][0] != 1:
            values = [factor if word is None else factor * self.word(word) for factor, word in parts]
            return self._wrapped(z3.Sum([z3.IntVal(0), *values]), *self.bounds.of_sum(parts), term)
        if kind == z3.Z3_OP_BNEG:
            return self._wrapped(-self.word(args[0]), -ranges[0][1], -ranges[0][0], term)
        if kind == z3.Z3_OP_BNOT:
            return top(width) - self.word(args[0])
        if kind == z3.Z3_OP_BMUL:
            product, low, high = z3.IntVal(1), 1, 1
            if len(args) == 2:
                for this, other in ((0, 1), (1, 0)):
                    if ranges[this][1] == 1:  # a truth value
                        return z3.If(self.word(args[this]) == 0, z3.IntVal(0), self.word(args[other]))
            for one, bound in zip(args, ranges, strict=True):
                product, low, high = product * self.word(one), low * bound[0], high * bound[1]
            return self._wrapped(product, low, high, term)
        if kind in DIVISIONS or kind in REMAINDERS:
            return self._division(kind, term, args, ranges)
        if kind in (SIGNED_DIV, SIGNED_REM):
            return self._signed_division(kind, term, args)
        if kind == z3.Z3_OP_BOR and len(args) == 2:
            for low, high in ((0, 1), (1, 0)):
                if ranges[low][1] < 1 << zeros_below(args[high]):  # no bit in common
                    return self.word(args[0]) + self.word(args[1])
        if kind == z3.Z3_OP_ITE:
            return z3.If(self.truth(args[0]), self.word(args[1]), self.word(args[2]))
        if kind == z3.Z3_OP_ZERO_EXT:
            return self.word(args[0])
        if kind == z3.Z3_OP_CONCAT:
            value = z3.IntVal(0)
            for one in args:
                value = value * (1 << one.size()) + self.word(one)
            return value
        if kind == z3.Z3_OP_EXTRACT:
            upper, lower = term.params()
            return self._slice(args[0], upper, lower)
        if kind == z3.Z3_OP_BAND:
            return self._masked(term, args)
        if kind in (z3.Z3_OP_BSHL, z3.Z3_OP_BLSHR) and is_number(args[1]):
            shift = args[1].as_long()
            if shift >= width:
                return z3.IntVal(0)
            if kind == z3.Z3_OP_BLSHR:
                return self._slice(args[0], width - 1, shift)
            return self._slice(args[0], width - 1 - shift, 0) * (1 << shift)
        return self._any(term)

    def _division(self, kind: int, term: Any, args: list[Any], ranges: list[Range]) -> Any:
        above, below = self.word(args[0]), self.word(args[1])
        quotient_wanted = kind in DIVISIONS
        product = args[0]
        factors = product.children() if kind_of(product) == z3.Z3_OP_BMUL else []
        # What the compiler checks a product by: (x · y) / x is y where it did not run over.
        if quotient_wanted and len(factors) == 2 and self._fits(factors, term.size()):
            for this, other in ((0, 1), (1, 0)):
                if factors[this].eq(args[1]):
                    zero = 0 if kind == DIV_ZERO else top(term.size())
                    return z3.If(below == 0, z3.IntVal(zero), self.word(factors[other]))
        if ranges[0][1] < ranges[1][0]:
            return z3.IntVal(0) if quotient_wanted else above
        quotient, rest = self._divide(above, below, ranges[0], ranges[1])
        wanted = quotient if quotient_wanted else rest
        if ranges[1][0] > 0:
            return wanted
        by_zero = {DIV_ZERO: z3.IntVal(0), REM_ZERO: z3.IntVal(0)}.get(
            kind, z3.IntVal(top(term.size())) if quotient_wanted else above
        )
        return z3.If(below == 0, by_zero, wanted)

    def _signed_division(self, kind: int, term: Any, args: list[Any]) -> Any:
        """Toward zero; the remainder has the sign of what is divided."""
        size = 1 << term.size()
        above, below = self._signed(args[0]), self._signed(args[1])
        size_above, size_below = z3.If(above < 0, -above, above), z3.If(below < 0, -below, below)
        whole = (0, size // 2)
        quotient, rest = self._divide(size_above, size_below, whole, whole)
        if kind == SIGNED_DIV:
            value, negative = quotient, (above < 0) != (below < 0)
        else:
            value, negative = rest, above < 0
        # The least number by -1 is itself again.
        signed = z3.If(z3.And(negative, value != 0), size - value, value)
        return z3.If(below == 0, z3.IntVal(0), signed)

    def _fits(self, factors: list[Any], width: int) -> bool:
        return self.bounds.of(factors[0])[1] * self.bounds.of(factors[1])[1] < 1 << width

    def _slice(self, whole: Any, upper: int, lower: int) -> Any:
        value, (_, high) = self.word(whole), self.bounds.of(whole)
        if high >> (upper + 1):
            _, value = self._divide(value, z3.IntVal(1 << (upper + 1)), (0, high), (1 << (upper + 1),) * 2)
            high = top(upper + 1)
        if lower:
            value, _ = self._divide(value, z3.IntVal(1 << lower), (0, high), (1 << lower,) * 2)
        return value

    def _masked(self, term: Any, args: list[Any]) -> Any:
        numbers = [one for one in args if is_number(one)]
        if len(args) == 2 and len(numbers) == 1:
            mask = numbers[0].as_long()
            other = args[0] if is_number(args[1]) else args[1]
            if mask == 0:
                return z3.IntVal(0)
            lowest = (mask & -mask).bit_length() - 1
            highest = mask.bit_length() - 1
            if mask == top(highest + 1) - top(lowest):
                return self._slice(other, highest, lowest) * (1 << lowest)
        return self._any(term)

    def truth(self, term: Any) -> Any:
        key = term.get_id()
        if key not in self._truths:
            self._kept.append(term)
            self._truths[key] = self._truth(term)
        return self._truths[key]

    def _truth(self, term: Any) -> Any:
        kind, args = term.decl().kind(), term.children()
        if kind in (z3.Z3_OP_TRUE, z3.Z3_OP_FALSE):
            return term
        if kind == z3.Z3_OP_NOT:
            return z3.Not(self.truth(args[0]))
        if kind in (z3.Z3_OP_AND, z3.Z3_OP_OR):
            return (z3.And if kind == z3.Z3_OP_AND else z3.Or)([self.truth(one) for one in args])
        if kind == z3.Z3_OP_IMPLIES:
            return z3.Implies(self.truth(args[0]), self.truth(args[1]))
        if kind == z3.Z3_OP_ITE:
            return z3.If(*[self.truth(one) for one in args])
        if kind in (z3.Z3_OP_EQ, z3.Z3_OP_DISTINCT) and len(args) == 2:
            if z3.is_bv(args[0]):
                same = self.word(args[0]) == self.word(args[1])
            elif z3.is_bool(args[0]):
                same = self.truth(args[0]) == self.truth(args[1])
            else:
                return z3.FreshBool()
            return same if kind == z3.Z3_OP_EQ else z3.Not(same)
        unsigned = {
            z3.Z3_OP_ULEQ: lambda x, y: x <= y,
            z3.Z3_OP_ULT: lambda x, y: x < y,
            z3.Z3_OP_UGEQ: lambda x, y: x >= y,
            z3.Z3_OP_UGT: lambda x, y: x > y,
        }
        signed = {
            z3.Z3_OP_SLEQ: z3.Z3_OP_ULEQ,
            z3.Z3_OP_SLT: z3.Z3_OP_ULT,
            z3.Z3_OP_SGEQ: z3.Z3_OP_UGEQ,
            z3.Z3_OP_SGT: z3.Z3_OP_UGT,
        }
        if kind in unsigned:
            return unsigned[kind](self.word(args[0]), self.word(args[1]))
        if kind in signed:
            return unsigned[signed[kind]](self._signed(args[0]), self._signed(args[1]))
        if kind == z3.Z3_OP_UNINTERPRETED and not args:
            return term
        return z3.FreshBool()

    def _signed(self, term: Any) -> Any:
        value, half = self.word(term), 1 << (term.size() - 1)
        if self.bounds.of(term)[1] < half:
            return value
        return z3.If(value < half, value, value - 2 * half)
