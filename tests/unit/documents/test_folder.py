"""Reading folders: every file has exactly one outcome."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caldera.documents import (
    MalformedDocument,
    UnreadableFile,
    UnsupportedDocument,
    minor_units,
    read_documents,
)
from caldera.documents.errors import UnknownCurrency

from .helpers import basic_cii, basic_ubl


def test_every_file_has_an_outcome(tmp_path: Path) -> None:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    files: dict[str, bytes] = {
        "z.xml": basic_ubl(),
        "A.XML": basic_cii(),
        "b/deep/c.Xml": basic_ubl(),
        "b/broken.xml": basic_ubl()[:400],
        "b/empty.xml": b"",
        "scan.pdf": b"%PDF-1.7",
        "data.json": b"{}",
        "notes.txt": b"hello",
        "invoice.txt": basic_ubl(),
        ".DS_Store": b"\x00\x01<",
        "README": b"",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    outcomes = read_documents(tmp_path)
    assert [outcome.path for outcome in outcomes] == sorted(tmp_path / name for name in files)
    assert all((outcome.invoice is None) != (outcome.error is None) for outcome in outcomes)
    found = {outcome.path.relative_to(tmp_path).as_posix(): outcome for outcome in outcomes}
    assert {name for name, outcome in found.items() if outcome.ok} == {"z.xml", "A.XML", "b/deep/c.Xml"}
    assert isinstance(found["b/broken.xml"].error, MalformedDocument)
    for name, what in {
        "b/empty.xml": "empty",
        "scan.pdf": "PDF",
        "data.json": "JSON",
        "notes.txt": "not XML",
        "invoice.txt": "not named as XML (.txt)",
        ".DS_Store": "not named as XML",
        "README": "empty",
    }.items():
        error = found[name].error
        assert isinstance(error, UnsupportedDocument)
        assert what in error.what
        assert error.file == str(tmp_path / name)


def test_one_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "invoice.txt"
    path.write_bytes(basic_ubl())
    (outcome,) = read_documents(path)
    assert outcome.ok


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    (outcome,) = read_documents(tmp_path / "none")
    assert isinstance(outcome.error, UnreadableFile)
    assert read_documents(tmp_path) == []


def test_links_and_pipes(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = tmp_path / "folder"
    elsewhere.mkdir()
    folder.mkdir()
    (elsewhere / "a.xml").write_bytes(basic_ubl())
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "one.xml").symlink_to(elsewhere / "a.xml")
    (folder / "gone.xml").symlink_to(elsewhere / "b.xml")
    os.mkfifo(folder / "pipe.xml")
    os.mkfifo(folder / "pipe.bin")
    found = {outcome.path.name: outcome for outcome in read_documents(folder)}
    assert sorted(found) == ["gone.xml", "loop", "one.xml", "pipe.bin", "pipe.xml"]
    assert found["one.xml"].ok
    assert isinstance(found["loop"].error, UnsupportedDocument)
    assert isinstance(found["gone.xml"].error, UnreadableFile)
    assert isinstance(found["pipe.xml"].error, UnreadableFile)
    assert isinstance(found["pipe.bin"].error, UnsupportedDocument)


def test_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "open.xml").write_bytes(basic_ubl())
    scandir = os.scandir

    def refuse(path: str | os.PathLike[str]) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    first, second = read_documents(tmp_path)
    assert first.path == closed
    assert isinstance(first.error, UnreadableFile)
    assert "Permission denied" in str(first.error)
    assert second.ok


def test_minor_units() -> None:
    assert [minor_units(code) for code in ("EUR", "JPY", "BHD", "XAU")] == [2, 0, 3, None]
    with pytest.raises(UnknownCurrency):
        minor_units("EUX")
