"""The keys a node signs with: a keystore file (encrypted JSON) or an account of Ape, opened with a passphrase.

The passphrase comes from a prompt or from a file that only its owner can read; never from the environment, where every
child process and crash report has it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from typing import Any

from eth_account import Account as _Keys

from caldera.evm import Address
from caldera.evm.hashing import keccak

from .errors import KeyRefused

_LONGEST = 1 << 16


class NodeKey:
    """A key that signs digests and transactions; its secret is in no attribute, text or error of ours."""

    __slots__ = ("_account", "address")

    def __init__(self, account: Any) -> None:
        self._account = account
        self.address: Address = str(account.address)

    def sign_digest(self, digest: bytes) -> bytes:
        """65 bytes r, s, v over 32 bytes as they are. The same digest gives the same signature (RFC 6979)."""
        signed = self._account.unsafe_sign_hash(digest)
        return int(signed.r).to_bytes(32, "big") + int(signed.s).to_bytes(32, "big") + bytes([int(signed.v)])

    def sign_transaction(self, transaction: dict[str, Any]) -> tuple[bytes, str]:
        """The signed transaction and its hash."""
        raw = bytes(self._account.sign_transaction(transaction).raw_transaction)
        return raw, "0x" + keccak(raw).hex()

    def __repr__(self) -> str:
        return f"<NodeKey {self.address}>"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not written anywhere")


def recover(digest: bytes, signature: bytes) -> Address | None:
    """Whose ECDSA signature it is; none where it is nobody's, or not in the one form contracts take: s in the lower
    half, v 27 or 28."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return None
    if int.from_bytes(signature[32:64], "big") > _HALF:
        return None
    try:
        return str(_Keys._recover_hash(digest, signature=signature))
    except Exception:
        return None


_HALF = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def ape_keystore(alias: str) -> Path:
    """Where Ape keeps the account of an alias."""
    folder = Path(os.environ.get("APE_DATA_FOLDER") or Path.home() / ".ape")
    return folder / "accounts" / f"{alias}.json"


def open_key(
    keystore: Path, passphrase_file: Path | None, ask: Callable[[str], str] = getpass, expected: Address | None = None
) -> NodeKey:
    """Decrypts a keystore.

    Args:
        keystore: encrypted JSON (Web3 Secret Storage), as geth, clef, Ape and eth-account write it.
        passphrase_file: of mode 0600 or 0400 and owned by us; its first line without the line's end. Asks if None.
        ask: the prompt.
        expected: the address it must be.

    Raises:
        KeyRefused: says which file and what to do, never what is in it.
    """
    try:
        content = _read(keystore, "keystore")
        sealed = json.loads(content)
        if not isinstance(sealed, dict) or not ("crypto" in sealed or "Crypto" in sealed):
            raise ValueError
    except ValueError:
        raise KeyRefused(f"{keystore} is no encrypted keystore: make one with `ape accounts generate`") from None
    passphrase = (
        ask(f"Passphrase of {keystore.name}: ") if passphrase_file is None else read_passphrase(passphrase_file)
    )
    try:
        secret = bytes(_Keys.decrypt(sealed, passphrase))
        account = _Keys.from_key(secret)
    except Exception:
        # The cause is dropped: the texts of other libraries are not ours to vouch for.
        raise KeyRefused(f"{keystore} does not open: the passphrase is wrong, or the file is damaged") from None
    key = NodeKey(account)
    if expected is not None and key.address != expected:
        raise KeyRefused(f"{keystore} is the key of {key.address}, {expected} is meant")
    return key


def read_passphrase(path: Path) -> str:
    """The first line of a file that nobody else can read.

    Raises:
        KeyRefused: it is missing, another's, or open to others.
    """
    text = _read(path, "passphrase", private=True)
    passphrase = text.split("\n", 1)[0].removesuffix("\r")
    if not passphrase:
        raise KeyRefused(f"{path} is empty: write the passphrase into its first line")
    return passphrase


def _read(path: Path, what: str, private: bool = False) -> str:
    try:
        # Opened once and asked then, so that what was looked at is what is read. A pipe would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyRefused(f"{what} file {path}: {error.strerror}") from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise KeyRefused(f"{what} file {path} is no regular file")
        if private and facts.st_mode & 0o077:
            raise KeyRefused(f"{path} has mode {stat.S_IMODE(facts.st_mode):04o}: others can read it; chmod 600 {path}")
        if private and facts.st_uid != os.geteuid():
            raise KeyRefused(f"{path} belongs to another user: give it to the one that runs the node")
        content = os.read(handle, _LONGEST + 1)
    finally:
        os.close(handle)
    if len(content) > _LONGEST:
        raise KeyRefused(f"{what} file {path} is too long")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise KeyRefused(f"{what} file {path} is not UTF-8 text") from None
