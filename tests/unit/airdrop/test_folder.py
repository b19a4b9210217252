"""A list as claims with proofs, and as a folder."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from caldera.airdrop import (
    Airdrop,
    Claim,
    FolderExists,
    FolderInvalid,
    NotListed,
    check_folder,
    era,
    leaf,
    place_of,
    write_folder,
)
from caldera.evm.account import account
from caldera.merkle import NotInTree

NAMES = ("ann", "ben", "cleo", "dora", "emil")
LIST = Airdrop.of((account(name), 10**18 + n) for n, name in enumerate(NAMES))


def proves(root: bytes, node: bytes, proof: list[bytes]) -> bool:
    """As a contract does."""
    for one in proof:
        node = keccak(min(node, one) + max(node, one))
    return node == root


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 33])
def test_every_claim_is_provable(count: int) -> None:
    found = Airdrop.of((account(f"n{n}"), n + 1) for n in range(count))
    assert [one.index for one in found.claims] == list(range(count))
    assert sorted(found.claims, key=lambda one: one.account.lower()) == list(found.claims)
    for one in found.claims:
        assert proves(found.root, leaf(*one), found.proof(one))
        assert not proves(found.root, leaf(one.index, one.account, one.amount + 1), found.proof(one))
    with pytest.raises(NotInTree):
        found.proof(Claim(0, found.claims[0].account, 999))


def test_a_list_knows_its_accounts() -> None:
    assert LIST.claim_of(account("ben")).amount == 10**18 + 1
    assert LIST.claim_of(account("ben").address.lower()) == LIST.claim_of(account("ben"))
    with pytest.raises(NotListed, match="look for the list of another round"):
        LIST.claim_of(account("mallory"))


def test_lists_that_are_none() -> None:
    ann = account("ann").address
    for claims in (
        (),
        (Claim(1, ann, 1),),
        (Claim(0, ann, 0),),
        (Claim(0, ann, 10**27 + 1),),
        (Claim(0, ann, 1), Claim(1, ann, 1)),
    ):
        with pytest.raises(ValueError, match=r"airdrop has|has index|nothing to claim|stands twice"):
            Airdrop(claims)
    Airdrop((Claim(0, ann, 10**27),))
    with pytest.raises(ValueError, match="twice"):
        Airdrop.of([(ann, 1), (ann.lower(), 2)])


def test_a_folder(tmp_path: Path) -> None:
    told: list[int] = []
    folder = tmp_path / "new" / "out"
    assert write_folder(LIST, folder, told.append) == 7 == len(contents(folder))
    assert sum(told) == 5
    manifest = json.loads((folder / "manifest.json").read_text())
    root = f"0x{LIST.root.hex()}"
    assert manifest == {
        "schema": 1,
        "root": root,
        "count": 5,
        "total": str(5 * 10**18 + 10),
        "leaf": "keccak256(keccak256(abi.encode(uint256 index, address account, uint256 amount)))",
        "proofs": "proofs.json",
        "files": "<first two hex digits>/<address in small letters>.json",
    }
    proofs = json.loads((folder / "proofs.json").read_text())
    assert {name: proofs[name] for name in ("schema", "root", "count", "total")} == {
        name: manifest[name] for name in ("schema", "root", "count", "total")
    }
    assert list(proofs["claims"]) == [one.account for one in LIST.claims]
    for one in LIST.claims:
        entry = proofs["claims"][one.account]
        assert (entry["index"], entry["amount"]) == (one.index, str(one.amount))
        assert proves(LIST.root, leaf(*one), [bytes.fromhex(part[2:]) for part in entry["proof"]])
        low = one.account.lower()
        own = json.loads((folder / low[2:4] / f"{low}.json").read_text())
        assert own == {"account": one.account, **entry, "root": root}
        assert place_of(one.account) == f"{low[2:4]}/{low}.json"


def test_a_web_server_can_read_it(tmp_path: Path) -> None:
    write_folder(LIST, tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o755
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_the_same_list_makes_the_same_bytes(tmp_path: Path) -> None:
    write_folder(LIST, tmp_path / "one")
    write_folder(Airdrop.of([(one.account, one.amount) for one in reversed(LIST.claims)]), tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_lists_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_folder(LIST, tmp_path / "empty")
    for there in ("empty", "file"):
        if there == "file":
            (tmp_path / there).write_text("x")
        with pytest.raises(FolderExists, match="name a new folder"):
            write_folder(LIST, tmp_path / there)


def test_all_or_nothing(tmp_path: Path) -> None:
    """Who is interrupted leaves no folder that looks whole."""

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(LIST, tmp_path / "out", stop)
    assert list(tmp_path.iterdir()) == []


def test_a_good_folder(tmp_path: Path) -> None:
    write_folder(LIST, tmp_path / "out")
    told: list[int] = []
    assert check_folder(tmp_path / "out", LIST.root, told.append).claims == LIST.claims
    assert sum(told) == 5


def spoil(change: Callable[[Path], object], folder: Path, root: bytes | None = None) -> str:
    write_folder(LIST, folder)
    change(folder)
    with pytest.raises(FolderInvalid) as caught:
        check_folder(folder, root)
    return "\n".join(map(str, caught.value.problems))


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return change


FIRST = LIST.claims[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edit(place_of(FIRST.account), '"index":0', '"index":1'), f"{place_of(FIRST.account)} is not what the list"),
        (edit("manifest.json", LIST.root.hex()[:8], "00000000"), "it names root 0x00000000"),
        (edit("manifest.json", '"count": 5', '"count": 6'), "manifest.json is not what the list"),
        (edit("manifest.json", "{", "["), "manifest.json is not what the list"),
        (edit("proofs.json", LIST.proof(FIRST)[0].hex(), "00" * 32), "proofs.json is not what the list"),
        (edit("proofs.json", f'"{10**18}"', f'"{10**18 + 7}"'), "manifest.json is not what the list"),
        (edit("proofs.json", '"schema":1', '"schema":2'), "proofs.json has schema 2, this version reads 1"),
        (edit("proofs.json", "{", "["), "proofs.json is damaged"),
        (edit("proofs.json", '"index":0', '"index":5'), "proofs.json is damaged (ValueError: claim 0 has index 1)"),
        (edit("proofs.json", '"index":0', '"index":"0"'), "proofs.json is damaged"),
        (edit("proofs.json", f'"{10**18}"', f'"{"9" * 5000}"'), "proofs.json is damaged"),
        (edit("proofs.json", f'"{10**18}"', '"-1"'), "proofs.json is damaged"),
        (edit("proofs.json", FIRST.account, FIRST.account.lower()), "is not written with its checksum"),
        (lambda folder: (folder / "proofs.json").unlink(), "proofs.json is missing: name the folder that was built"),
        (lambda folder: (folder / "proofs.json").write_text("[" * 10**6), "proofs.json is damaged"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json is missing: publish the folder again"),
        (lambda folder: (folder / place_of(FIRST.account)).unlink(), f"{place_of(FIRST.account)} is missing"),
        (lambda folder: (folder / "ff.json").write_text("{}"), "ff.json does not belong to the list: take it out"),
    ],
)
def test_a_folder_that_was_changed(tmp_path: Path, change: Callable[[Path], object], words: str) -> None:
    assert words in spoil(change, tmp_path / "out")


def test_everything_wrong_with_a_folder_is_shown_at_once(tmp_path: Path) -> None:
    def change(folder: Path) -> None:
        for one in LIST.claims[:2]:
            os.remove(folder / place_of(one.account))
        (folder / "stray").write_text("x")

    said = spoil(change, tmp_path / "out", bytes(32)).splitlines()
    assert len(said) == 4
    assert said[0] == f"the list makes root 0x{LIST.root.hex()}, not 0x{'00' * 32}"


def test_era_for_people() -> None:
    assert era(0) == "0"
    assert era(1) == "0.000000000000000001"
    assert era(1_234_500 * 10**15) == "1,234.5"
    assert era(10**27) == "1,000,000,000"
