"""A copy of contracts and proofs, in which something is changed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.prove.properties import PROOFS, ROOT


@contextmanager
def copied() -> Iterator[Path]:
    """A folder with `contracts` and `proofs` of its own, and what they are compiled with."""
    with tempfile.TemporaryDirectory(prefix="caldera-prove-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "contracts", folder / "contracts")
        shutil.copytree(PROOFS, folder / "proofs", ignore=shutil.ignore_patterns("out", "cache"))
        for linked in ("node_modules", "tools"):
            (folder / linked).symlink_to(ROOT / linked)
        yield folder
