"""The power map as a picture: who, after which delay, what. Drawn without a display."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from .power_map import PowerMap, Role, Way, duration
from .power_page import functions_words, role_words

DAY = 86_400
AT_ONCE, SOON, LATE, CODE = "#d55e00", "#e69f00", "#009e73", "#7a7a7a"
"""Distinct to the colour-blind."""
LEFT, RIGHT, WIDTH = 0.0, 7.1, 14.6
OUTSIDE = 2**64
"""After all roles."""
_WHO_WIDTH = 3.1


@dataclass(frozen=True)
class _Box:
    """What somebody can do: a role, or a power outside of the AccessManager."""

    title: str
    note: str
    words: str
    order: int

    @classmethod
    def of(cls, role: Role) -> _Box:
        return cls(role.name + (", sealed" if role.sealed else ""), functions_words(role), role_words(role), role.id)


@dataclass(frozen=True)
class _Row:
    who: str
    via: str
    after: str
    seconds: int | None
    box: _Box


def draw(found: PowerMap, kind: str = "png") -> bytes:
    """The picture as `png` or `svg`. The same map gives the same bytes."""
    people, code = _rows(found)
    height = len(people) + len(code) + 1.4
    with _style():
        figure = Figure(figsize=(12, height * 0.62), dpi=120, layout="constrained")
        axes = figure.add_subplot()
        axes.set_xlim(-0.1, WIDTH + 0.1)
        axes.set_ylim(-height, 0.2)
        axes.axis("off")
        title = f"Who can do what, after which delay: {found.network}, chain {found.chain_id}"
        axes.set_title(title, loc="left", fontsize=13, pad=4)
        _people(axes, people)
        _code(axes, code, -len(people) - 1.0)
        made = BytesIO()
        metadata = {"Software": None} if kind == "png" else {"Date": None}
        figure.savefig(made, format=kind, metadata=metadata)
    return made.getvalue()


def _rows(found: PowerMap) -> tuple[list[_Row], list[_Row]]:
    people, code = [], []
    for role, member, way in found.rows():
        if way is None or member is None:
            code.append(_Row("nobody", "", "", None, _Box.of(role)))
        elif way.by.person:
            people.append(_row(way, _Box.of(role)))
    for role in found.roles:
        ways = [way for member in role.members for way in member.ways]
        if role.members and not any(way.by.person for way in ways):
            code.append(_Row(", ".join(member.holder.name for member in role.members), "", "", None, _Box.of(role)))
    for one in found.outside:
        # What voters do through timelock and governor stands above already.
        for way in (way for way in one.ways if way.by.address and way.by.person):
            people.append(_row(way, _Box(f"{one.contract}: {one.power}", "outside of roles", one.can, OUTSIDE)))
    # One box a person, so what it can do stands together; the slowest first.
    first = {row.who: place for place, row in reversed(list(enumerate(people)))}
    slowest = {who: max(row.seconds or 0 for row in people if row.who == who) for who in first}
    people.sort(key=lambda row: (-slowest[row.who], first[row.who]))
    return _merged(people), sorted(code, key=lambda row: row.box.order)


def _row(way: Way, box: _Box) -> _Row:
    return _Row(way.by.name, ", ".join(way.through), duration(way.seconds), way.seconds, box)


def _merged(people: list[_Row]) -> list[_Row]:
    """Holders of one role that can do the same after the same delay share a box."""
    alone = [row for row in people if sum(one.who == row.who for one in people) == 1]
    shared: dict[tuple[str, str, str], list[str]] = {}
    for row in alone:
        shared.setdefault((row.box.title, row.via, row.after), []).append(row.who)
    made, done = [], set()
    for row in people:
        key = (row.box.title, row.via, row.after)
        if row not in alone:
            made.append(row)
        elif key not in done:
            done.add(key)
            made.append(_Row(", ".join(sorted(shared[key])), row.via, row.after, row.seconds, row.box))
    return made


def _people(axes: Axes, rows: list[_Row]) -> None:
    place = 0
    while place < len(rows):
        count = next(
            (n for n in range(1, len(rows) - place) if rows[place + n].who != rows[place].who), len(rows) - place
        )
        middle = -(place + (count - 1) / 2) - 0.4
        _box(axes, LEFT, middle, _WHO_WIDTH, 0.66 + count - 1, "#eef3f8", "#0072b2")
        axes.text(
            LEFT + _WHO_WIDTH / 2, middle, _folded(rows[place].who, 26), ha="center", va="center", fontweight="bold"
        )
        for row in rows[place : place + count]:
            _arrow(axes, -place - 0.4, row)
            place += 1


def _arrow(axes: Axes, at: float, row: _Row) -> None:
    seconds = row.seconds or 0
    colour = LATE if seconds >= 2 * DAY else SOON if seconds else AT_ONCE
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (RIGHT - 0.1, at), (LEFT + _WHO_WIDTH + 0.1, at), arrowprops=style)
    middle = (LEFT + _WHO_WIDTH + RIGHT) / 2
    axes.text(middle, at + 0.09, row.after, ha="center", va="bottom", color="#222", fontweight="bold")
    if row.via:
        axes.text(
            middle,
            at - 0.1,
            _folded(f"by {row.via}", 54),
            ha="center",
            va="top",
            fontsize=7.5,
            color="#444",
            linespacing=1.1,
        )
    _box_of(axes, at, row.box, colour)


def _code(axes: Axes, rows: list[_Row], top: float) -> None:
    if not rows:
        return
    words = "Roles of contracts: code decides, nobody can call these functions at will"
    axes.text(LEFT, top + 0.35, words, fontsize=11, color="#222", va="center")
    for number, row in enumerate(rows):
        at = top - number - 0.4
        axes.text(LEFT, at, _folded(row.who, 62), va="center", color="#222", fontsize=8.5)
        _box_of(axes, at, row.box, CODE)


def _box_of(axes: Axes, at: float, box: _Box, colour: str) -> None:
    _box(axes, RIGHT, at, WIDTH - RIGHT, 0.8, "white", colour)
    axes.text(RIGHT + 0.15, at + 0.2, box.title, va="center", fontweight="bold")
    axes.text(WIDTH - 0.15, at + 0.2, box.note, va="center", ha="right", fontsize=8, color="#444")
    words = _folded(box.words[:1].upper() + box.words[1:], 94)
    axes.text(RIGHT + 0.15, at - 0.15, words, va="center", fontsize=7.5, color="#222", linespacing=1.1)


def _box(axes: Axes, left: float, middle: float, width: float, height: float, face: str, edge: str) -> None:
    shape = "round,pad=0,rounding_size=0.08"
    corner = (left, middle - height / 2)
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=shape, facecolor=face, edgecolor=edge, linewidth=1.4))


def _folded(words: str, width: int) -> str:
    return "\n".join(wrap(words, width)) or words


@contextmanager
def _style() -> Iterator[None]:
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 9.5, "svg.hashsalt": "caldera"}):
        yield
