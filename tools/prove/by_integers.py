"""The solvers of integers. The query in bits is believed over its translation: a model must satisfy it."""

from pathlib import Path

import z3

from tools.prove.integers import Integers
from tools.prove.queries import in_names, in_operations


def _translated(query: Path) -> tuple[Integers, z3.Solver]:
    translation = Integers(list(z3.parse_smt2_string(in_names(query.read_text()))))
    solver = z3.Solver()
    solver.add(translation.facts + translation.statements)
    return translation, solver


def _confirmed(query: Path, values: dict[str, tuple[int, int]]) -> str:
    """The model, if the query in bits holds with it."""
    solver = z3.Solver()
    solver.add(list(z3.parse_smt2_string(in_operations(query.read_text()))))
    solver.add([z3.BitVec(name, width) == value for name, (value, width) in values.items()])
    if solver.check() != z3.sat:
        return ""
    lines = [f"  (define-fun |{n}| () (_ BitVec {width}) (_ bv{v} {width}))" for n, (v, width) in values.items()]
    return "\n".join(["sat", "(", *lines, ")"])


def by_z3(query: Path, arithmetic: int = 6) -> str:
    translation, solver = _translated(query)
    solver.set("smt.arith.solver", arithmetic)
    answer = solver.check()
    if answer == z3.unsat:
        return "unsat"
    if answer != z3.sat:
        return ""
    model = solver.model()
    values = {
        name: (model.eval(one, model_completion=True).as_long(), width)
        for name, (one, width) in translation.variables.items()
    }
    return _confirmed(query, values)


def by_cvc5(query: Path) -> str:
    import cvc5

    _, solver = _translated(query)
    terms = cvc5.TermManager()
    decider = cvc5.Solver(terms)
    parser = cvc5.InputParser(decider)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, "(set-logic QF_NIA)\n" + solver.to_smt2(), "query")
    while not (command := parser.nextCommand()).isNull():
        answer = str(command.invoke(decider, parser.getSymbolManager()))
        if answer.startswith("unsat"):
            return "unsat"
    return ""
