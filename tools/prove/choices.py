"""Choices that compilers write without a branch: b ^ ((a ^ b) * (a < b)), the lesser of two, is a choice again.

What is multiplied by a truth value is itself or nothing. Bits that are cut out, joined or compared by xor are so in
both cases alike, and where a word meets itself there it is gone: then integers know what they are.
"""

from functools import reduce
from typing import Any

import z3

from tools.prove.bounds import is_number, kind_of

_THROUGH = (z3.Z3_OP_EXTRACT, z3.Z3_OP_CONCAT, z3.Z3_OP_BXOR)


def _is_choice(term: Any) -> bool:
    return bool(kind_of(term) == z3.Z3_OP_ITE)


def _is_truth(term: Any) -> bool:
    """A word that is 0 or 1 as something holds or not."""
    return _is_choice(term) and all(is_number(one) and one.as_long() < 2 for one in term.children()[1:])


def _again(term: Any, parts: list[Any]) -> Any:
    """The same operation on other words."""
    if kind_of(term) == z3.Z3_OP_CONCAT:
        return z3.Concat(*parts)
    operation = term.decl()
    # Solvers write a sum of three with an operation of two.
    return operation(*parts) if len(parts) <= operation.arity() else reduce(operation, parts)


def _plain(term: Any) -> Any:
    """A case in its shortest form; where two words that were compared by xor differ in the same bits always, those."""
    compared, term = kind_of(term) == z3.Z3_OP_BXOR, z3.simplify(term)
    if not compared or kind_of(term) not in (z3.Z3_OP_BXOR, z3.Z3_OP_CONCAT):
        return term
    bits, solver = _opaque(term, {}), z3.Solver()
    solver.set("rlimit", 5_000_000)
    solver.check()
    value = solver.model().eval(bits, model_completion=True)
    solver.add(bits != value)
    return value if solver.check() == z3.unsat else term


def _opaque(term: Any, known: dict[int, Any]) -> Any:
    """The word with any words for products and quotients, and anything for what it depends on."""
    key = term.get_id()
    if key not in known:
        name = f"o{len(known)}"
        if z3.is_bool(term):
            known[key] = z3.Bool(name)
        elif term.decl().name().startswith("f_evm_") or kind_of(term) == z3.Z3_OP_BMUL:
            known[key] = z3.BitVec(name, term.size())
        elif term.num_args():
            known[key] = _again(term, [_opaque(one, known) for one in term.children()])
        else:
            known[key] = term
    return known[key]


class Choices:
    """Finds them in the statements of one query."""

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}
        # An expression's number is given anew once it is gone: those by which anything is found stay.
        self._kept: list[Any] = []

    def of(self, term: Any) -> Any:
        key = term.get_id()
        if key not in self._known:
            self._kept.append(term)
            self._known[key] = self._of(term)
        return self._known[key]

    def _of(self, term: Any) -> Any:
        if not z3.is_app(term) or not term.num_args():
            return term
        parts = [self.of(one) for one in term.children()]
        kind = kind_of(term)
        if kind == z3.Z3_OP_BMUL and len(parts) == 2:
            for one, other in (parts, parts[::-1]):
                if _is_truth(one):
                    cases = [other if case.as_long() else case for case in one.children()[1:]]
                    return z3.If(one.arg(0), *cases)
        if kind in _THROUGH and (choice := next((one for one in parts if _is_choice(one)), None)) is not None:
            on = choice.arg(0)
            cases = [
                [one.arg(case) if _is_choice(one) and one.arg(0).eq(on) else one for one in parts] for case in (1, 2)
            ]
            return z3.If(on, *[self.of(_plain(_again(term, case))) for case in cases])
        if all(now.eq(before) for now, before in zip(parts, term.children(), strict=True)):
            return term
        return _again(term, parts)
