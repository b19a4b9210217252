"""Lists of grants, and the allocations they are held against."""

from __future__ import annotations

from pathlib import Path

from caldera.deployment.economy import load_economy
from caldera.vesting import rooms_of

ROOT = Path(__file__).resolve().parents[3]
# The examples of EIP-55.
A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
B = "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
C = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
ERA, DAY = 10**18, 86_400
MONTH = 365 * DAY // 12
BEGINS = 1_800_000_000  # 2027-01-15T08:00:00Z
HEADER = "beneficiary,allocation,amount,start,cliff,duration,revocable"
ROOMS = rooms_of(load_economy(ROOT / "profiles" / "circulation.yml"), BEGINS)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def line(who: str = A, **changes: str) -> str:
    cells = {
        "allocation": "team",
        "amount": "1",
        "start": str(BEGINS),
        "cliff": "0",
        "duration": "36 months",
        "revocable": "yes",
    }
    return ",".join([who, *(cells | changes).values()])
