"""Lists of claims for `IAirdropClaim`: read and checked from CSV, made into a Merkle root, published as a folder.

`read_list` reads a file, `Airdrop.of` takes claims from a program, `write_folder` publishes proofs, `check_folder`
checks what was published. The command is `caldera airdrop`.
"""

from caldera.lists import Problem

from .claims import SUPPLY, Airdrop, Claim, era, leaf
from .errors import AirdropError, FolderExists, FolderInvalid, ListInvalid, NotListed, OptionInvalid
from .folder import check_folder, place_of, write_folder
from .reading import read_list, wei

__all__ = [
    "SUPPLY",
    "Airdrop",
    "AirdropError",
    "Claim",
    "FolderExists",
    "FolderInvalid",
    "ListInvalid",
    "NotListed",
    "OptionInvalid",
    "Problem",
    "check_folder",
    "era",
    "leaf",
    "place_of",
    "read_list",
    "wei",
    "write_folder",
]
