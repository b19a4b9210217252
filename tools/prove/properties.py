"""What is to be proved, as the proofs say it: a contract, its functions `check_…`, and above each what it means."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROOFS = ROOT / "proofs"

_FUNCTION = re.compile(r"((?:^ *///.*\n)+)^ *function (check_\w+)\(", re.MULTILINE)
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)"', re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """`bound`: up to where it is proved, if not for all; `open`: why it is not, if it is known to be out of reach.

    `rounds`: how often a loop is unrolled whose end halmos cannot see.
    """

    contract: str
    name: str
    sentence: str
    bound: str
    open: str
    rounds: int = 2


def _tag(lines: list[str], tag: str) -> str:
    """The text of a tag, joined over its lines."""
    found: list[str] = []
    inside = False
    for line in lines:
        if line.startswith("@"):
            inside = line.split(" ", 1)[0] == tag
            line = line.removeprefix(tag)
        if inside:
            found.append(line.strip())
    return " ".join(found)


def properties_in(source: Path) -> list[Property]:
    """All properties of a file, in its order."""
    found = []
    for block, name in _FUNCTION.findall(source.read_text(encoding="utf-8")):
        lines = [line.strip().removeprefix("///").strip() for line in block.splitlines()]
        sentence, bound, reason = (_tag(lines, tag) for tag in ("@notice", "@custom:bound", "@custom:open"))
        rounds = re.search(r"--loop (\d+)", _tag(lines, "@custom:halmos"))
        found.append(Property(source.stem, name, sentence, bound, reason, int(rounds[1]) if rounds else 2))
    return found


def sources() -> list[Path]:
    """Files that hold proofs."""
    return sorted(PROOFS.glob("*Proofs.sol"))


def targets(source: Path) -> list[str]:
    """The contracts and libraries that a file proves something about."""
    text = source.read_text(encoding="utf-8")
    paths = [path for _, path in _IMPORT.findall(text) if path.startswith("../contracts/")]
    return [Path(path).stem for path in paths if "/interfaces/" not in path]


@cache
def _imported(source: Path) -> tuple[Path, ...]:
    text = source.read_text(encoding="utf-8")
    return tuple((source.parent / path).resolve() for _, path in _IMPORT.findall(text))


def _all_imported(source: Path) -> Iterator[Path]:
    seen: set[Path] = set()
    waiting = [source.resolve()]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        waiting += _imported(one)
    yield from sorted(seen)


@cache
def digest(source: Path) -> str:
    """Of the code of a file and of all that it imports of ours; of comments only those that say what is proved.

    As it was when it was first asked for: before a run, not at its end.
    """
    hashed = hashlib.sha256()
    for path in _all_imported(source):
        code = _COMMENT.sub("", path.read_text(encoding="utf-8"))
        hashed.update("".join(code.split()).encode())
    for one in properties_in(source):
        hashed.update(repr(one).encode())
    return hashed.hexdigest()[:12]
