"""A copy of contracts and proofs, in which something is changed."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.prove.properties import PROOFS, ROOT


@contextmanager
def copied(contract: str) -> Iterator[Path]:
    """A folder with `contracts` of its own, `proofs` of one contract alone, and what they are compiled with."""
    with tempfile.TemporaryDirectory(prefix="caldera-prove-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "contracts", folder / "contracts")
        (folder / "proofs").mkdir()
        for needed in ("foundry.toml", "Proof.sol", f"{contract}.sol"):
            shutil.copy(PROOFS / needed, folder / "proofs")
        for linked in ("node_modules", "tools"):
            (folder / linked).symlink_to(ROOT / linked)
        yield folder
