"""What a run has decided so far, kept outside the repository: one that was stopped goes on where it was.

Entries hold for the code that they were decided on, the prover's included, and only until a run ends: the next one
proves all of it again.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

from tools.prove.halmos import Outcome
from tools.prove.properties import PROOFS, ROOT, digest

FOLDER = ROOT / ".cache" / "proofs"
HERE = Path(__file__).parent


@cache
def _prover() -> str:
    hashed = hashlib.sha256()
    for path in [*sorted(HERE.glob("*.py")), HERE / "uv.lock", PROOFS / "foundry.toml"]:
        hashed.update(path.read_bytes())
    return hashed.hexdigest()[:12]


class Journal:
    """Of one contract of proofs and one limit."""

    def __init__(self, source: Path, limit: int) -> None:
        self._path = FOLDER / f"{source.stem}.json"
        self._mark = f"{digest(source)} {_prover()} {limit}"

    def read(self) -> list[Outcome]:
        """What a stopped run decided; an error is tried again."""
        if not self._path.exists():
            return []
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        found = [Outcome(**one) for one in kept["outcomes"]] if kept["mark"] == self._mark else []
        return [one for one in found if one.status != "error"]

    def write(self, outcomes: Iterable[Outcome]) -> None:
        """Replaces the file at once, so that it is whole whenever the run is stopped."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        kept = {"mark": self._mark, "outcomes": [asdict(one) for one in outcomes]}
        new.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        new.replace(self._path)

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)
