"""How far a run is: a live table on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from contextlib import nullcontext

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tests.fuzz.board import Board, Tally
from tests.fuzz.pool import Pool

LINE_EVERY = 15.0
"""Seconds between two lines where there is no terminal."""


def follow(board: Board, pool: Pool, console: Console) -> None:
    """Shows how it goes until it is over."""
    said = time.monotonic()
    live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
    with live or nullcontext():
        while pool.busy:
            time.sleep(0.2)
            if live is not None:
                live.update(Group(Text(summary(board)), _table(board)), refresh=True)
            elif time.monotonic() - said > LINE_EVERY:
                said = time.monotonic()
                console.print(summary(board), highlight=False, soft_wrap=True)


def summary(board: Board) -> str:
    """One line: steps, speed, failures, time left, who is at work."""
    of = "" if board.wanted is None else f" of {board.wanted:,}"
    going = ", ".join(one.name for one in board.machines.values() if one.going)
    return (
        f"{board.steps:,}{of} steps, {board.steps / max(board.elapsed, 0.1):,.0f}/s, {board.failures} failed, "
        f"{clock(board.remaining)} left" + (f"; at {going}" if going else "")
    )


def _table(board: Board) -> Table:
    table = Table("machine", "steps", "of", "steps/s", "left", "state")
    # Those at work, and what failed: of forty machines the rest says nothing.
    for one in board.machines.values():
        if one.going or one.failures:
            table.add_row(
                one.name, f"{one.steps:,}", _number(one.wanted), f"{_speed(one):,.0f}", clock(_left(one)), _state(one)
            )
    return table


def _speed(tally: Tally) -> float:
    """Of one worker."""
    return tally.taken / tally.seconds if tally.seconds else 0


def _left(tally: Tally) -> float | None:
    speed = _speed(tally) * max(1, len(tally.going))
    return (tally.wanted - tally.steps) / speed if speed and tally.wanted is not None else None


def _state(tally: Tally) -> str:
    return "failed" if tally.failures else f"{len(tally.going)} at work" if tally.going else ""


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def clock(seconds: float | None) -> str:
    """Minutes and seconds."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
