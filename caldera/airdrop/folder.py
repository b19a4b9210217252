"""A list published: a manifest, one file with all proofs, and a small file an account for a plain web server."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from caldera.evm.address import Address, BadAddress, to_address
from caldera.lists import Problem

from .claims import SUPPLY, Airdrop, Claim
from .errors import FolderExists, FolderInvalid

SCHEMA = 1
MANIFEST, PROOFS = "manifest.json", "proofs.json"
LEAF = "keccak256(keccak256(abi.encode(uint256 index, address account, uint256 amount)))"
Advance = Callable[[int], None]


def write_folder(airdrop: Airdrop, folder: Path | str, advance: Advance = lambda _: None) -> int:
    """Writes the folder, all of it or nothing, the same bytes for the same list.

    Args:
        folder: must not exist, or be empty.
        advance: told of claims written.

    Returns:
        How many files.

    Raises:
        FolderExists: there is something.
        OSError: it cannot be written.
    """
    target = Path(folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FolderExists(f"{folder} exists already: name a new folder, so that proofs of two lists cannot mix")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
    try:
        count = 0
        for place, text in _files(airdrop, advance):
            path = part / place
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
            count += 1
        os.chmod(part, 0o755)  # a web server reads it
        part.replace(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return count


def check_folder(folder: Path | str, root: bytes | None = None, advance: Advance = lambda _: None) -> Airdrop:
    """Makes the tree anew from a published folder and compares every file with it, byte by byte.

    Args:
        root: what it must be as well, such as a round's on chain.
        advance: told of claims checked.

    Returns:
        The list that was published.

    Raises:
        FolderInvalid: with all that is wrong.
    """
    base = Path(folder)
    airdrop = _list_of(base)
    problems: list[Problem] = []
    if root is not None and airdrop.root != root:
        problems.append(Problem(0, f"the list makes root 0x{airdrop.root.hex()}, not 0x{root.hex()}"))
    known = set()
    for place, text in _files(airdrop, advance):
        known.add(place)
        path = base / place
        if not path.is_file():
            problems.append(Problem(0, f"{place} is missing: publish the folder again"))
        elif path.read_bytes() != text:
            problems.append(Problem(0, f"{place} is not what the list in {PROOFS} makes{_difference(path, airdrop)}"))
    for path in sorted(base.rglob("*")):
        place = path.relative_to(base).as_posix()
        if not path.is_dir() and place not in known:
            problems.append(Problem(0, f"{place} does not belong to the list: take it out"))
    if problems:
        raise FolderInvalid(str(folder), problems)
    return airdrop


def place_of(account: Address) -> str:
    """Where an account's file is, below the folder: in small letters, as web servers tell them apart."""
    return f"{account[2:4].lower()}/{account.lower()}.json"


def _files(airdrop: Airdrop, advance: Advance) -> Iterator[tuple[str, bytes]]:
    """Every file of the folder by its place."""
    root = f"0x{airdrop.root.hex()}"
    head = {"schema": SCHEMA, "root": root, "count": len(airdrop.claims), "total": str(airdrop.total)}
    more = {"leaf": LEAF, "proofs": PROOFS, "files": "<first two hex digits>/<address in small letters>.json"}
    yield MANIFEST, (json.dumps({**head, **more}, indent=2) + "\n").encode()
    lines = []
    for claim in airdrop.claims:
        entry = _entry(airdrop, claim)
        yield place_of(claim.account), _line({"account": claim.account, **entry, "root": root}) + b"\n"
        lines.append(_line(claim.account) + b":" + _line(entry))
        advance(1)
    yield PROOFS, _line(head)[:-1] + b',"claims":{\n' + b",\n".join(lines) + b"\n}}\n"


def _entry(airdrop: Airdrop, claim: Claim) -> dict[str, Any]:
    """Amounts are text: JavaScript's numbers end at 2^53."""
    proof = [f"0x{one.hex()}" for one in airdrop.proof(claim)]
    return {"index": claim.index, "amount": str(claim.amount), "proof": proof}


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _list_of(base: Path) -> Airdrop:
    """The list in a folder's file of all proofs."""
    path = base / PROOFS
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        schema, entries = said["schema"], said["claims"]
        if schema != SCHEMA:
            raise FolderInvalid(str(base), [Problem(0, f"{PROOFS} has schema {schema}, this version reads {SCHEMA}")])
        claims = sorted(_claim(account, entry) for account, entry in entries.items())
        return Airdrop(tuple(claims))
    except FileNotFoundError:
        raise FolderInvalid(str(base), [Problem(0, f"{PROOFS} is missing: name the folder that was built")]) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = f"{PROOFS} is damaged ({type(error).__name__}: {error}): publish the folder again"
        raise FolderInvalid(str(base), [Problem(0, words)]) from None


def _claim(account: str, entry: dict[str, Any]) -> Claim:
    index, amount = entry["index"], entry["amount"]
    if (
        type(index) is not int
        or not isinstance(amount, str)
        or not amount.isdecimal()
        or len(amount) > len(str(SUPPLY))
    ):
        raise ValueError(f"{account}: index {index!r}, amount {amount!r}")
    if to_address(account) != account:
        raise BadAddress(f"{account} is not written with its checksum")
    return Claim(index, account, int(amount))


def _difference(path: Path, airdrop: Airdrop) -> str:
    """Of a manifest, the root that it names."""
    if path.name != MANIFEST:
        return ""
    try:
        named = json.loads(path.read_text(encoding="utf-8"))["root"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f": it names root {named!s:.66}, the list makes 0x{airdrop.root.hex()}"
