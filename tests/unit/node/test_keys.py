"""Keys: opened with a passphrase from a file that only its owner reads, and told to nobody."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from eth_account import Account as Keys

from caldera.evm.account import account
from caldera.node.errors import KeyRefused
from caldera.node.keys import NodeKey, ape_keystore, open_key, read_passphrase, recover
from tests.support.node import PASSPHRASE, keystore
from tests.support.signatures import spoilt

OWNER = account("operator")


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return keystore(tmp_path, "operator", OWNER.key)


def test_it_opens_with_the_passphrase_of_a_file(sealed: Path, tmp_path: Path) -> None:
    key = open_key(sealed, tmp_path / "operator.pass", expected=OWNER.address)
    assert key.address == OWNER.address
    assert key.sign_digest(b"\7" * 32) == OWNER.sign_hash(b"\7" * 32).packed
    assert key.sign_digest(b"\7" * 32) == key.sign_digest(b"\7" * 32)


def test_it_asks_where_there_is_no_file(sealed: Path) -> None:
    asked = []

    def ask(words: str) -> str:
        asked.append(words)
        return PASSPHRASE

    assert open_key(sealed, None, ask=ask).address == OWNER.address
    assert asked == ["Passphrase of operator.json: "]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "pass"
    path.write_text(PASSPHRASE)
    path.chmod(mode)
    with pytest.raises(KeyRefused, match=f"has mode {mode:04o}: others can read it; chmod 600"):
        read_passphrase(path)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_one_that_only_its_owner_reads_is_taken(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "pass"
    path.write_text(PASSPHRASE + "\r\nsecond line\n")
    path.chmod(mode)
    assert read_passphrase(path) == PASSPHRASE


def test_what_is_no_passphrase_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch(mode=0o600)
    for path, words in ((empty, "is empty"), (tmp_path / "none", "No such file"), (tmp_path, "no regular file")):
        with pytest.raises(KeyRefused, match=words):
            read_passphrase(path)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    binary.chmod(0o600)
    with pytest.raises(KeyRefused, match="not UTF-8"):
        read_passphrase(binary)


def test_a_wrong_passphrase_tells_nothing(sealed: Path) -> None:
    with pytest.raises(KeyRefused) as caught:
        open_key(sealed, None, ask=lambda words: "guess-of-mine")
    assert "the passphrase is wrong" in str(caught.value)
    assert "guess-of-mine" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_is_no_keystore(tmp_path: Path) -> None:
    for text in ("{}", "[1]", "no json"):
        path = tmp_path / "file.json"
        path.write_text(text)
        with pytest.raises(KeyRefused, match="is no encrypted keystore"):
            open_key(path, None, ask=lambda words: PASSPHRASE)
    with pytest.raises(KeyRefused, match="No such file"):
        open_key(tmp_path / "nothing", None)


def test_another_key_than_expected(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="is meant"):
        open_key(sealed, tmp_path / "operator.pass", expected=account("other").address)


def test_the_secret_is_in_no_text() -> None:
    key = NodeKey(Keys.from_key(OWNER.key))
    shown = f"{key!r} {key} {vars(type(key))} {[getattr(key, 'address')]}"  # noqa: B009
    assert OWNER.key.hex() not in shown
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(key)


def test_an_account_of_ape(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path))
    assert ape_keystore("validator") == tmp_path / "accounts" / "validator.json"


def test_signatures_in_the_one_form() -> None:
    digest = b"\5" * 32
    good = OWNER.sign_hash(digest).packed
    assert recover(digest, good) == OWNER.address
    assert recover(b"\6" * 32, good) != OWNER.address
    for name, bad in spoilt(good).items():
        assert recover(digest, bad) != OWNER.address, name
