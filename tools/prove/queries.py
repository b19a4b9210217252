"""The two ways in which halmos writes multiplication and division down."""

import re

NAMED = re.compile(r"\(define-fun (f_evm_bv\w+?_(\d+)) .*")
DECLARED = re.compile(r"\(declare-fun f_evm_(bvmul|bvudiv|bvurem|bvsdiv|bvsrem)_(\d+) .*")


def in_names(text: str) -> str:
    """The query with multiplication and division as names, which `Integers` knows."""
    return NAMED.sub(lambda m: f"(declare-fun {m[1]} ((_ BitVec {m[2]}) (_ BitVec {m[2]})) (_ BitVec {m[2]}))", text)


def in_operations(text: str) -> str:
    """The query with multiplication and division as the machine does them."""

    def define(found: re.Match[str]) -> str:
        name, bits = found[1], found[2]
        operation = f"({name} x y)"
        if name != "bvmul":
            operation = f"(ite (= y (_ bv0 {bits})) (_ bv0 {bits}) {operation})"
        word = f"(_ BitVec {bits})"
        return f"(define-fun f_evm_{name}_{bits} ((x {word}) (y {word})) {word} {operation})"

    return DECLARED.sub(define, text)
