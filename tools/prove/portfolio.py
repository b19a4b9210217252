"""Decides one query of halmos: `portfolio.py LIMIT LOG QUERY.smt2` answers `sat` with a model, `unsat` or `unknown`.

What multiplies or divides is tried as integers first (see `integers.py`), by z3, all else bit by bit; then by the
others, for as long as LIMIT allows. Time is that of the processor, so that a busy machine changes no result. Who
answered is written to LOG. A model is believed only when it satisfies the query in bits.
"""

import os
import resource
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.prove.queries import in_operations

NON_LINEAR = ("bvmul", "bvudiv", "bvurem", "bvsdiv", "bvsrem")
YICES = ["yices-smt2", "--smt2-model-format", "--bvconst-in-decimal"]


def by_yices(query: Path) -> str:
    """Takes the place of this process."""
    refined = query.with_suffix(".bits")
    refined.write_text(in_operations(query.read_text()))
    yices = shutil.which(YICES[0]) or str(Path(sys.executable).parent / YICES[0])
    os.execv(yices, [*YICES, str(refined)])


def by_z3(query: Path) -> str:
    # Loaded where it is needed: most queries need none of it.
    from tools.prove.by_integers import by_z3

    return by_z3(query)


def by_simplex(query: Path) -> str:
    from tools.prove.by_integers import by_z3

    return by_z3(query, arithmetic=2)


def by_cvc5(query: Path) -> str:
    from tools.prove.by_integers import by_cvc5

    return by_cvc5(query)


Step = tuple[str, Callable[[Path], str], int]


def steps(text: str, limit: int) -> list[Step]:
    """Who is asked in turn, and for how many seconds of the processor."""
    integers: list[Step] = [("z3, integers", by_z3, 10)]
    bits: list[Step] = [("yices, bits", by_yices, 2)]
    first = integers + bits if any(name in text for name in NON_LINEAR) else bits + integers
    return [
        *first,
        ("cvc5, integers", by_cvc5, 10),
        ("z3 simplex, integers", by_simplex, limit),
        ("yices, bits", by_yices, limit),
    ]


def ask(solver: Callable[[Path], str], query: Path, seconds: int) -> str:
    """The answer of a solver in a process of its own, which ends when its time is up; nothing then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            os.dup2(writing, 1)
            os.write(1, solver(query).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return answer if answer.startswith(("sat", "unsat")) else ""


def main() -> None:
    limit, log, query = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    began, who, answer = time.monotonic(), "", ""
    for name, solver, seconds in steps(query.read_text(), limit):
        if answer := ask(solver, query, seconds):
            who = name
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = answer.split()[0] if answer else "unknown"
    with log.open("a") as lines:
        lines.write(f"{query.parent.name}\t{who}\t{said}\t{used.ru_utime + used.ru_stime:.2f}\t")
        lines.write(f"{time.monotonic() - began:.2f}\n")
    print(answer or "unknown")


if __name__ == "__main__":
    main()
