"""The page docs/documents.md: its snippet runs and prints what its comments say."""

from __future__ import annotations

import re

import pytest

from .helpers import EXAMPLES, ROOT

PAGE = ROOT / "docs" / "documents.md"


def test_snippet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    monkeypatch.chdir(ROOT)
    exec(compile(found[1], str(PAGE), "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    promised = [line.rpartition("#")[2].strip() for line in found[1].splitlines() if "  # " in line]
    assert len(promised) == 5
    assert printed[:5] == promised
    assert len(printed) == 5 + len(list(EXAMPLES.iterdir()))


def test_every_error_is_in_the_table() -> None:
    import caldera.documents as documents

    text = PAGE.read_text(encoding="utf-8")
    for name in documents.__all__:
        value = getattr(documents, name)
        if isinstance(value, type) and issubclass(value, documents.DocumentError):
            assert f"`{name}`" in text
