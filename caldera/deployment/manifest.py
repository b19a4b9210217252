"""`deployments/<network>.json`: where each contract is, or will be, written down before it is broadcast.

The file holds intents, not progress: whether a contract is there is asked of the chain. So a run that was cut short and
resumed leaves the same bytes as one that was not.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from caldera.whole_file import write_whole

from .errors import ManifestError

SCHEMA = 1


@dataclass(frozen=True)
class Intent:
    """One contract: created by the deployer's transaction `nonce`, which fixes its address. `init_code_hash`: keccak of
    creation code and arguments."""

    type: str
    address: str
    nonce: int
    init_code_hash: str


@dataclass(frozen=True)
class Manifest:
    """A network's contracts. `from_block`: nothing of the deployment is older."""

    network: str
    chain_id: int
    deployer: str
    from_block: int
    contracts: dict[str, Intent] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | str) -> Manifest | None:
        """The manifest in the file; none where there is no file.

        :raises ManifestError: damaged, or written by another version
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            content = json.loads(text)
            schema = content.pop("schema")
            contracts = {name: Intent(**intent) for name, intent in content.pop("contracts").items()}
            manifest = cls(contracts=contracts, **content)
            if not all(type(one) is int for one in (manifest.chain_id, manifest.from_block)):
                raise ValueError("chain_id and from_block are numbers")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ManifestError(f"{path}: not a deployment manifest ({error}); restore it from your records") from None
        if schema != SCHEMA:
            raise ManifestError(f"{path}: schema {schema}, this version reads {SCHEMA}")
        return manifest

    def dump(self) -> str:
        """Sorted and stable JSON."""
        content = {"schema": SCHEMA, **asdict(self)}
        return json.dumps(content, indent=2, sort_keys=True) + "\n"

    def save(self, path: Path | str) -> None:
        """Writes the whole file or nothing, and returns only once it is on the disk."""
        write_whole(path, self.dump())
