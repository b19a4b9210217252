"""What keeps state in files, killed before every step on the disk: what is found then is whole, none, or refused."""

from __future__ import annotations

import os
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from caldera import webpage
from caldera.airdrop import Airdrop, FolderInvalid, check_folder, write_folder
from caldera.evm.account import account
from caldera.governance.ballots import SignedBallot
from caldera.governance.errors import BallotInvalid
from caldera.node.model import Decision
from caldera.node.store import Store
from caldera.vesting import load_plan, plan_of, read_grants, save_plan
from caldera.vouchers import Journal, Voucher
from caldera.whole_file import write_whole
from tests.support.killing import kills
from tests.unit.governance.drafts.test_ballots import VOTER, unsigned
from tests.unit.vesting.lists import ROOMS
from tests.unit.vesting.test_grants_plan import EXAMPLE
from tests.unit.vouchers.test_journal import voucher

LIST = Airdrop.of((account(name), 10**18 + n) for n, name in enumerate(("ann", "ben", "cleo")))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    path, old, new = tmp_path / "file", "old\n" * 5_000, "new\n" * 5_000
    path.write_text(old)
    found = set()
    for _ in kills(lambda: write_whole(path, new)):
        found.add(path.read_text())
        path.write_text(old)
    assert found == {old, new}  # killed after it took its place, too


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit((tmp_path / "pipe").read_text)
        write_whole(tmp_path / "pipe", "a,b\n")
        assert read.result(10) == "a,b\n"
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_reports(tmp_path: Path) -> None:
    """Page and pictures are each old or new; made again after a kill they are those of a run that was not cut."""
    folder = tmp_path / "report"
    old, new = ({"page.html": word * 5_000, "a.png": word * 5_000} for word in (b"old", b"new"))

    def made(files: dict[str, bytes]) -> None:
        webpage.save(folder, "page.html", files["page.html"].decode(), {"a.png": ("A", files["a.png"])})

    for _ in kills(lambda: made(new)):
        for name, found in contents(folder).items():
            assert name.endswith(".tmp") or found in (old[name], new[name])
        made(old)
    assert {name: found for name, found in contents(folder).items() if not name.endswith(".tmp")} == new


def test_no_command_writes_a_file_in_part() -> None:
    """But for a folder that is renamed as a whole, files of this repository, and those of the demo's processes."""
    root = Path(webpage.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path.parent.name != "contracts" and re.search(r"\.write_(?:text|bytes)\(", path.read_text(encoding="utf-8"))
    }
    assert found == {
        "airdrop/folder.py",
        "demo/processes.py",
        "demo/scenes/verification.py",
        "deployment/parameter_table.py",
        "deployment/templates.py",
        "evm/generate.py",
        "whole_file.py",
    }


def test_airdrop_build(tmp_path: Path) -> None:
    """The folder is not there, or all of it; building again after a kill is the folder of a run that was not cut."""
    whole, folder = tmp_path / "whole", tmp_path / "new" / "out"
    write_folder(LIST, whole)
    steps = 0
    for at in kills(lambda: write_folder(LIST, folder)):
        steps = at
        assert not folder.exists()
        with pytest.raises(FolderInvalid):
            check_folder(folder)
    assert steps >= 2 * len(LIST.claims)
    assert contents(folder) == contents(whole)
    assert check_folder(folder, LIST.root) == LIST


def test_vesting_build(tmp_path: Path) -> None:
    plan, path = plan_of(read_grants(EXAMPLE, ROOMS), 3), tmp_path / "plans" / "plan.json"
    whole, steps = plan.dump().encode(), 0
    for at in kills(lambda: save_plan(plan, path)):
        steps = at
        assert not path.exists() or path.read_bytes() == whole
        path.unlink(missing_ok=True)
    assert steps >= 6
    assert load_plan(path) == plan


def test_gov_vote_into_a_file(tmp_path: Path) -> None:
    """A ballot is there whole or not at all; one that was cut short by others is no ballot."""
    path, signed = tmp_path / "ballot.json", unsigned().sign(Account.from_key(VOTER.key))
    for _ in kills(lambda: signed.save(path)):
        if path.exists():
            assert SignedBallot.load(path) == signed
    assert SignedBallot.load(path) == signed
    text = path.read_text().rstrip()
    for end in range(len(text)):
        path.write_text(text[:end])
        with pytest.raises(BallotInvalid):
            SignedBallot.load(path)


def test_vouchers_into_a_journal(tmp_path: Path) -> None:
    """Making the file, binding the books, an import and one that reverses, cut at every statement: each import is there
    whole or not at all, and importing what the chain has now brings the journal to it."""
    path, kept = tmp_path / "killed.db", [voucher(log_index=n) for n in range(4)]
    changed = [voucher(7, block_hash="0xbb"), *kept[1:]]

    def imported(*states: list[Voucher]) -> list[Voucher]:
        with Journal(path) as journal:
            journal.bind("books", 1, "made with")
            for one in states:
                journal.take("books", 1, 0, 10, one)
            return journal.vouchers()

    def gone() -> None:
        for one in tmp_path.glob("killed.db*"):
            one.unlink()

    first = imported(kept)
    both = imported(changed)
    gone()
    seen: set[Any] = set()
    steps = 0
    for at in kills(lambda: imported(kept, changed)):
        steps = at
        with Journal(path) as journal:
            found = journal.vouchers()
        assert found in ([], first, both)
        seen.add(len(found))
        after = imported(changed)
        assert after == (both if found else changed)
        assert imported(changed) == after
        gone()
    assert seen == {0, len(first), len(both)}
    assert steps > 20
    assert imported(changed) == both


def test_the_store_of_a_node(tmp_path: Path) -> None:
    """Made, bound, a result decided and signed: at every statement it is as before it, and is brought to its end."""
    path = tmp_path / "node.sqlite"
    signer, digest = account("ann").address, b"d" * 32

    def work() -> None:
        store = Store(path)
        store.bind({"node": "1"})
        if store.decided(7) is None:
            store.decide(7, Decision(100, 50, "good"), digest)
        store.signed(7, signer, b"s" * 65)
        store.close()

    seen: set[Any] = set()
    steps = 0
    for at in kills(work):
        steps = at
        if path.exists():
            store = Store(path)
            decided = store.decided(7)
            seen.add("none" if decided is None else "signed" if decided.signature else "decided")
            assert decided is None or (decided.amount, decided.digest) == (100, digest)
            store.close()
        work()
        for name in tmp_path.glob("node.sqlite*"):
            name.unlink()
    assert seen == {"none", "decided"}
    assert steps > 20
    work()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM results").fetchone() == (1,)
