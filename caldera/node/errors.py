"""Everything that can go wrong with a verification node, in one tree. Each message says what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class NodeError(Exception):
    """The root of all errors of this package."""


class ConfigInvalid(NodeError):
    """The configuration cannot be used. `problems`: one line each, with the field and what to do."""

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"{source}: {len(self.problems)} problem(s)\n" + "\n".join(f"  {one}" for one in self.problems)
        )


class KeyRefused(NodeError):
    """The key cannot be used: no such file, a file that others can read, a wrong passphrase."""


class StoreBusy(NodeError):
    """Another process works with this store."""


class StoreInvalid(NodeError):
    """The store is not one, is of another version, or belongs to another node, chain or contract."""


class Equivocation(NodeError):
    """Something else than what the node decided on before was to be signed. It never is."""


class ChainMismatch(NodeError):
    """Chain or contracts are not the ones that are meant; nothing was signed."""


class ChainAway(NodeError):
    """The chain does not answer, or not yet; it is tried again."""


class DocumentMissing(NodeError):
    """No source has the document of this hash now. `tried`: one line a source."""

    def __init__(self, digest: bytes, tried: Sequence[str]) -> None:
        self.digest, self.tried = digest, tuple(tried)
        where = "; ".join(self.tried) or "no source is configured"
        super().__init__(f"no document of SHA-256 {digest.hex()}: {where}")


class CheckInvalid(NodeError):
    """A check is not known, or its options cannot be used."""


class SignatureRefused(NodeError):
    """A signature brought by a peer counts for nothing."""
