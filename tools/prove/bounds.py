"""How small and how great the words of a query are, as far as the query's own statements tell."""

from typing import Any

import z3

Range = tuple[int, int]

# halmos says x / 0 = 0, as the machine does; the operation of the theory says all ones.
DIV_ZERO, REM_ZERO, SIGNED_DIV, SIGNED_REM = -1, -2, -3, -4
NAMED = {
    "bvmul": z3.Z3_OP_BMUL,
    "bvudiv": DIV_ZERO,
    "bvurem": REM_ZERO,
    "bvsdiv": SIGNED_DIV,
    "bvsrem": SIGNED_REM,
}
DIVISIONS = (DIV_ZERO, z3.Z3_OP_BUDIV, z3.Z3_OP_BUDIV_I)
REMAINDERS = (REM_ZERO, z3.Z3_OP_BUREM, z3.Z3_OP_BUREM_I)


def kind_of(term: Any) -> int:
    """The operation, whether halmos wrote it as such or by name."""
    name = term.decl().name()
    found: int = NAMED.get(name.split("_")[2], 0) if name.startswith("f_evm_") else term.decl().kind()
    return found


def is_number(term: Any) -> bool:
    return bool(z3.is_bv_value(term))


def is_zero(term: Any) -> bool:
    return is_number(term) and term.as_long() == 0


def top(width: int) -> int:
    return (1 << width) - 1


def zeros_below(term: Any) -> int:
    """How many of a word's lowest bits are zero whatever it is."""
    kind = kind_of(term)
    if is_number(term):
        value = term.as_long()
        return (value & -value).bit_length() - 1 if value else int(term.size())
    if kind == z3.Z3_OP_BSHL and is_number(term.arg(1)):
        return int(min(term.size(), zeros_below(term.arg(0)) + term.arg(1).as_long()))
    if kind == z3.Z3_OP_CONCAT:
        last = term.arg(term.num_args() - 1)
        return zeros_below(last)
    if kind == z3.Z3_OP_BMUL:
        return int(min(term.size(), sum(zeros_below(one) for one in term.children())))
    if kind == z3.Z3_OP_ITE:
        return min(zeros_below(term.arg(1)), zeros_below(term.arg(2)))
    return 0


def signed(number: Any) -> int:
    """A number of the query, in two's complement: so the solvers write a difference as a sum."""
    value: int = number.as_long()
    return value if value < 1 << (number.size() - 1) else value - (1 << number.size())


def summands(term: Any) -> list[tuple[int, Any]]:
    """A sum, a difference or a multiple as factors and words; a number is a factor without a word."""
    kind = kind_of(term)
    if is_number(term):
        return [(signed(term), None)]
    if kind == z3.Z3_OP_BADD:
        return [part for one in term.children() for part in summands(one)]
    if kind == z3.Z3_OP_BSUB:
        return summands(term.arg(0)) + [(-factor, word) for factor, word in summands(term.arg(1))]
    if kind == z3.Z3_OP_BMUL and term.num_args() == 2 and is_number(term.arg(0)):
        return [(signed(term.arg(0)) * factor, word) for factor, word in summands(term.arg(1))]
    return [(1, term)]


class Bounds:
    """The least and the greatest value of each word, as far as the query's own statements tell."""

    def __init__(self, statements: list[Any]) -> None:
        self._stated: dict[int, Range] = {}
        self._known: dict[int, Range] = {}
        self._kept: list[Any] = []
        # Pairs of words of which the first is at most the second.
        self._ordered: set[tuple[int, int]] = set()
        for _ in range(3):
            for one in statements:
                self._learn(one)
            self._known.clear()

    def of(self, term: Any) -> Range:
        key = term.get_id()
        if key not in self._known:
            self._kept.append(term)
            low, high = self._computed(term)
            if key in self._stated:
                least, most = self._stated[key]
                low, high = max(low, least), min(high, most)
            self._known[key] = (low, high)
        return self._known[key]

    def of_sum(self, parts: list[tuple[int, Any]]) -> Range:
        """Where a sum lies before it runs over."""
        low = high = 0
        for factor, word in parts:
            least, most = (1, 1) if word is None else self.of(word)
            ends = (factor * least, factor * most)
            low, high = low + min(ends), high + max(ends)
        if low < 0 and len(parts) == 2 and [factor for factor, _ in parts] in ([1, -1], [-1, 1]):
            more, less = (word for _, word in sorted(parts, key=lambda part: -part[0]))
            if more is not None and less is not None and (less.get_id(), more.get_id()) in self._ordered:
                low = 0
        return low, high

    def _state(self, term: Any, low: int, high: int) -> None:
        self._kept.append(term)
        least, most = self._stated.get(term.get_id(), (0, top(term.size())))
        self._stated[term.get_id()] = (max(least, low), min(most, high))
        kind = term.decl().kind()
        # The upper bits are zero, and the rest is bounded.
        if kind == z3.Z3_OP_EXTRACT and low == high == 0:
            upper, lower = term.params()
            whole = term.arg(0)
            if upper == whole.size() - 1 and lower > 0:
                self._state(whole, 0, top(lower))
        elif kind == z3.Z3_OP_EXTRACT:
            upper, lower = term.params()
            if lower == 0 and self.of(term.arg(0))[1] <= top(upper + 1):
                self._state(term.arg(0), low, high)
        elif kind == z3.Z3_OP_CONCAT and term.num_args() == 2 and is_zero(term.arg(0)):
            self._state(term.arg(1), low, min(high, top(term.arg(1).size())))

    def _learn(self, one: Any, holds: bool = True) -> None:
        kind = one.decl().kind()
        if kind == z3.Z3_OP_NOT:
            self._learn(one.arg(0), not holds)
        elif (kind == z3.Z3_OP_AND and holds) or (kind == z3.Z3_OP_OR and not holds):
            for part in one.children():
                self._learn(part, holds)
        elif kind in (z3.Z3_OP_ULEQ, z3.Z3_OP_ULT, z3.Z3_OP_UGEQ, z3.Z3_OP_UGT):
            small, large = one.arg(0), one.arg(1)
            strict = kind in (z3.Z3_OP_ULT, z3.Z3_OP_UGT)
            if (kind in (z3.Z3_OP_UGEQ, z3.Z3_OP_UGT)) == holds:
                small, large = large, small
            if not holds:
                strict = not strict
            self._ordered.add((small.get_id(), large.get_id()))
            self._kept += [small, large]
            self._state(small, 0, max(0, self.of(large)[1] - strict))
            self._state(large, self.of(small)[0] + strict, top(large.size()))
        elif kind == z3.Z3_OP_EQ and holds and z3.is_bv(one.arg(0)):
            for this, other in ((one.arg(0), one.arg(1)), (one.arg(1), one.arg(0))):
                self._state(this, *self.of(other))
        elif kind == z3.Z3_OP_EQ and not holds and z3.is_bv(one.arg(0)):
            for this, other in ((one.arg(0), one.arg(1)), (one.arg(1), one.arg(0))):
                if is_zero(other):
                    self._state(this, 1, top(this.size()))

    def _computed(self, term: Any) -> Range:
        width = term.size()
        if is_number(term):
            return term.as_long(), term.as_long()
        kind = kind_of(term)
        of = [self.of(one) for one in term.children() if z3.is_bv(one)]
        most = top(width)
        low, high = 0, most
        if kind in (z3.Z3_OP_BADD, z3.Z3_OP_BSUB):
            low, high = self.of_sum(summands(term))
        elif kind == z3.Z3_OP_BMUL:
            parts = summands(term)
            if len(parts) > 1 or parts[0][0] != 1:
                low, high = self.of_sum(parts)
            else:
                low = high = 1
                for one in of:
                    low, high = low * one[0], high * one[1]
        elif kind in DIVISIONS:
            low, high = of[0][0] // max(1, of[1][1]), of[0][1] // max(1, of[1][0])
            if of[1][0] == 0:
                low = 0
                high = max(high, 0 if kind == DIV_ZERO else most)
        elif kind in REMAINDERS:
            high = min(of[0][1], max(0, of[1][1] - 1)) if of[1][0] > 0 else of[0][1]
        elif kind == z3.Z3_OP_ITE:
            low, high = min(one[0] for one in of), max(one[1] for one in of)
        elif kind in (z3.Z3_OP_ZERO_EXT,):
            low, high = of[0]
        elif kind == z3.Z3_OP_CONCAT:
            low = high = 0
            for child, one in zip(term.children(), of, strict=True):
                low, high = (low << child.size()) + one[0], (high << child.size()) + one[1]
        elif kind == z3.Z3_OP_EXTRACT:
            _, lower = term.params()
            if of[0][1] >> lower <= most:
                low, high = of[0][0] >> lower, of[0][1] >> lower
        elif kind == z3.Z3_OP_BAND:
            high = min(one[1] for one in of)
        elif kind in (z3.Z3_OP_BOR, z3.Z3_OP_BXOR):
            high = top(max(one[1].bit_length() for one in of))
        elif kind == z3.Z3_OP_BSHL and is_number(term.arg(1)):
            shift = min(term.arg(1).as_long(), width)
            low, high = of[0][0] << shift, of[0][1] << shift
        elif kind == z3.Z3_OP_BLSHR and is_number(term.arg(1)):
            shift = term.arg(1).as_long()
            low, high = of[0][0] >> shift, of[0][1] >> shift
        if low < 0 or high > most:
            return 0, most
        return low, high
