"""The page docs/evm.md: its snippets run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "evm.md"
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_snippet(number: int) -> None:
    exec(compile(SNIPPETS[number], f"{PAGE}[{number}]", "exec"), {})


def test_there_are_snippets() -> None:
    assert SNIPPETS
