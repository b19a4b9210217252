"""That integers and bits agree: random statements about short words are decided both ways.

Where integers say `unsat`, bits must, and the other way round but for what has no definition in integers.
"""

import random
import sys
from collections.abc import Callable
from typing import Any

import z3

from tools.prove.integers import Integers

Operation = Callable[[Any, Any], Any]

_ARITHMETIC: list[Operation] = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    z3.UDiv,
    z3.URem,
]
_BITS: list[Operation] = [
    lambda x, _: ~x,
    lambda x, y: z3.Concat(z3.Extract(x.size() - 1, 3, y), z3.Extract(2, 0, x)),
    lambda x, _: x & z3.BitVecVal(0b1100, x.size()),
    lambda x, y: (x << 3) | z3.ZeroExt(x.size() - 3, z3.Extract(2, 0, y)),
    lambda x, _: z3.LShR(x, 2),
    lambda x, y: z3.If(x > y, x, y),
    lambda x, y: y ^ ((x ^ y) * z3.If(z3.ULT(x, y), z3.BitVecVal(1, x.size()), z3.BitVecVal(0, x.size()))),
]
_COMPARISONS: list[Operation] = [z3.ULE, z3.ULT, z3.UGT, z3.UGE, lambda x, y: x == y, lambda x, y: x < y]


def _word(choice: random.Random, words: list[Any], depth: int) -> Any:
    if depth == 0 or choice.random() < 0.15:
        return choice.choice([*words, z3.BitVecVal(choice.randrange(1 << words[0].size()), words[0].size())])
    operation = choice.choice(_ARITHMETIC * 2 + _BITS)
    return operation(_word(choice, words, depth - 1), _word(choice, words, depth - 1))


def statements(choice: random.Random, width: int) -> list[Any]:
    """Bounds on two words, as proofs assume them, and what must not be."""
    words = list(z3.BitVecs("x y", width))
    found = [z3.ULE(one, z3.BitVecVal(choice.randrange(1 << width), width)) for one in words if choice.random() < 0.6]
    found += [one != 0 for one in words if choice.random() < 0.5]
    for _ in range(choice.randrange(1, 4)):
        one = choice.choice(_COMPARISONS)(_word(choice, words, 3), _word(choice, words, 3))
        found.append(z3.Not(one) if choice.random() < 0.3 else one)
    return found


def _decided(facts: list[Any]) -> Any:
    solver = z3.Solver()
    solver.set("rlimit", 2_000_000)
    solver.add(facts)
    return solver.check()


def main() -> int:
    count, seed = int(sys.argv[1]), int(sys.argv[2])
    choice = random.Random(seed)
    tally = {"both unsat": 0, "both sat": 0, "undecided": 0}
    for number in range(count):
        query = statements(choice, 4)
        query = [z3.simplify(one) for one in query] if choice.random() < 0.5 else query
        translation = Integers(query)
        bits, integers = _decided(query), _decided(translation.facts + translation.statements)
        if z3.unknown in (bits, integers):
            tally["undecided"] += 1
        elif bits == integers:
            tally[f"both {bits}"] += 1
        elif integers == z3.unsat:
            print(f"query {number} of seed {seed}: {bits} in bits, {integers} in integers\n{query}")
            return 1
        else:
            tally["sat in integers alone"] = tally.get("sat in integers alone", 0) + 1
    print(", ".join(f"{what}: {how_many}" for what, how_many in tally.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
