"""The screen that commands print to: a table loses nothing on it, however narrow it is."""

from __future__ import annotations

import os
from typing import Any

from rich.console import Console, ConsoleDimensions, Group
from rich.table import Table

ELSEWHERE = 160
"""Columns of a file or a pipe, which has no width of its own."""


class Screen(Console):
    """A console that breaks what does not fit where rich cuts it off, and that says how wide a table wants to be.

    rich takes 80 columns for a pipe, so that `caldera … | less` or `> file` would lose what stands beyond.
    """

    @property
    def size(self) -> ConsoleDimensions:
        """As rich finds it where somebody looks; in a file, wide."""
        found = super().size
        if self.is_terminal or "COLUMNS" in os.environ:
            return found
        return ConsoleDimensions(ELSEWHERE, found.height)

    @size.setter
    def size(self, new: tuple[int, int]) -> None:
        self._width, self._height = new

    def print(self, *objects: Any, **options: Any) -> None:
        """As rich prints; below a table that had to be broken, the width that it asks for."""
        parts = [part for one in objects for part in (one.renderables if isinstance(one, Group) else (one,))]
        tables = [part for part in parts if isinstance(part, Table)]
        for table in tables:
            for column in table.columns:
                column.overflow = "fold"
        super().print(*objects, **options)
        room = self.options.update(max_width=1000)
        wanted = max((self.measure(table, options=room).minimum for table in tables), default=0)
        if wanted > self.width:
            super().print(f"({wanted} columns are needed for whole words; here are {self.width})", style="dim")
