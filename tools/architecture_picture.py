"""`python -m tools.architecture_picture`: the one picture of the suite, docs/architecture.svg.

Placed by hand, because a layout by program of so many kinds of line is too small to read. It brings its own ground, so
that it reads the same beside light and dark text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "architecture.svg"
WIDTH, HEIGHT = 1120, 820
GROUND, INK, ROOM, BOX, CALL, MONEY, POWER = (
    *("#fbfaf6", "#1f2d33", "#e6ecee", "#ffffff"),
    *("#546e7a", "#00796b", "#b23c17"),
)
STYLES = {
    "call": f'stroke="{CALL}" stroke-width="1.6" marker-end="url(#call)"',
    "money": f'stroke="{MONEY}" stroke-width="3.6" marker-end="url(#money)"',
    "power": f'stroke="{POWER}" stroke-width="2" stroke-dasharray="2 5" marker-end="url(#power)"',
}


@dataclass(frozen=True)
class Box:
    """`lines`: the first is the folder or contract, in bold."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    room: bool = False


@dataclass(frozen=True)
class Line:
    """`points`: from the first to the last, in straight pieces. `at`: where the label's middle is."""

    kind: str
    points: tuple[tuple[int, int], ...]
    label: str = ""
    at: tuple[int, int] = (0, 0)


BOXES = (
    Box(290, 20, 200, 56, ("UBL and CII invoices", "EPCIS 2.0 events")),
    Box(530, 20, 280, 56, ("caldera (Python)", "documents, plans, engines, exact models")),
    Box(850, 20, 250, 56, ("verification nodes", "caldera node")),
    Box(290, 120, 520, 52, ("circulation/", "CirculationRouter · RevenueCycle")),
    Box(290, 215, 215, 92, ("credit/", "CreditModel · CreditDesk", "LendingPool · Factoring", "Securitisation")),
    Box(560, 215, 250, 92, ("modules/", "receivables · logistics · land", "leasing · retail · agriculture", "energy")),
    Box(290, 360, 520, 112, ("assets/: the three ledgers",), room=True),
    Box(304, 392, 160, 66, ("AssetCertificate", "ERC-1155, liens", "split = transfer")),
    Box(480, 392, 150, 66, ("UsageRight", "ERC-721, ERC-4907", "owned, used apart")),
    Box(646, 392, 150, 66, ("DirectedGoods", "ERC-721", "within a scope")),
    Box(290, 520, 520, 88, ("standard/: rules as data",), room=True),
    Box(304, 550, 236, 46, ("ParticipantRegistry", "who may hold what")),
    Box(556, 550, 240, 46, ("ValueStandard", "rules, currencies")),
    Box(290, 660, 520, 100, ("economy/ and era/",), room=True),
    Box(304, 690, 145, 56, ("FeeRouter", "EraRate")),
    Box(466, 690, 160, 56, ("CirculationIncentives", "grants, points")),
    Box(646, 690, 150, 56, ("EraToken", "VestingVault, airdrop")),
    Box(20, 120, 230, 66, ("governance/", "CalderaGovernor · CalderaTimelock", "VoteLock")),
    Box(14, 232, 118, 66, ("ParameterBook", "numbers", "within bounds")),
    Box(142, 232, 110, 66, ("SuiteAccess", "who may call", "what, when")),
    Box(40, 690, 180, 56, ("ValueFund", "treasury, reserves")),
    Box(880, 150, 220, 86, ("verification/", "ValueVerification", "LightNodes · DisputeCourt")),
    Box(880, 330, 220, 86, ("staking/", "NodeStaking · Slasher", "RewardDistributor")),
)
LINES = (
    Line("call", ((490, 48), (530, 48))),
    Line("call", ((670, 76), (670, 120)), "signed plans", (715, 102)),
    Line("call", ((990, 76), (990, 150)), "signatures of a quorum", (990, 118)),
    Line("call", ((400, 172), (400, 215))),
    Line("call", ((685, 172), (685, 215)), "one transaction", (685, 198)),
    Line("money", ((560, 262), (505, 262)), "debts paid", (533, 246)),
    Line("call", ((370, 307), (370, 392)), "liens", (370, 338)),
    Line("call", ((720, 307), (720, 392)), "create, retire", (720, 338)),
    Line("call", ((880, 205), (845, 205), (845, 240), (810, 240)), "verified words", (845, 196)),
    Line("call", ((990, 236), (990, 330)), "slashes, scores", (990, 288)),
    Line("call", ((420, 550), (420, 472)), "every change, at once", (420, 504)),
    Line("call", ((810, 295), (832, 295), (832, 573), (796, 573)), "terms", (832, 500)),
    Line("call", ((810, 272), (856, 272), (856, 640), (620, 640), (620, 690)), "settlements", (740, 640)),
    Line("money", ((290, 425), (268, 425), (268, 718), (304, 718)), "fees in ERA", (268, 640)),
    Line("money", ((304, 734), (220, 734)), "shares", (262, 750)),
    Line("money", ((376, 746), (376, 782), (1060, 782), (1060, 416)), "shares of fees", (920, 782)),
    Line("money", ((626, 718), (646, 718))),
    Line("money", ((796, 704), (970, 704), (970, 416)), "stakes, bonds", (900, 704)),
    Line("money", ((720, 746), (720, 804), (10, 804), (10, 152), (20, 152)), "locked: votes", (140, 804)),
    Line("power", ((74, 186), (74, 232))),
    Line("power", ((198, 186), (198, 232)), "the only ADMIN", (198, 209)),
    Line("power", ((252, 265), (290, 265)), "roles", (270, 252)),
    Line("power", ((74, 298), (74, 590), (290, 590)), "every governed number", (130, 590)),
    Line("power", ((137, 186), (137, 690)), "spends", (137, 480)),
)
KEY = (("call", "calls", 30), ("money", "money", 56), ("power", "power", 82))


def text(x: float, y: float, words: str, size: int = 12, extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" {extra}>{escape(words)}</text>'


def box(one: Box) -> list[str]:
    fill, edge = (ROOM, "#b0bec5") if one.room else (BOX, CALL)
    place = f'x="{one.x}" y="{one.y}" width="{one.width}" height="{one.height}"'
    made = [f'<rect {place} rx="6" fill="{fill}" stroke="{edge}"/>']
    if one.room:
        return [*made, text(one.x + one.width / 2, one.y + 21, one.lines[0], 13, 'font-weight="bold"')]
    first = one.y + one.height / 2 - 8.5 * (len(one.lines) - 1) + 4
    for number, words in enumerate(one.lines):
        extra = 'font-weight="bold"' if number == 0 else ""
        made.append(text(one.x + one.width / 2, first + 17 * number, words, 13 if number == 0 else 12, extra))
    return made


def line(one: Line) -> str:
    points = " ".join(f"{x},{y}" for x, y in one.points)
    return f'<polyline points="{points}" fill="none" {STYLES[one.kind]}/>'


def label(one: Line) -> list[str]:
    if not one.label:
        return []
    x, y = one.at
    width = 6.4 * len(one.label) + 8
    ground = f'<rect x="{x - width / 2:g}" y="{y - 9}" width="{width:g}" height="17" rx="3" fill="{GROUND}"/>'
    return [ground, text(x, y + 4, one.label, 11)]


def picture(boxes: Sequence[Box] = BOXES, lines: Sequence[Line] = LINES) -> str:
    """The picture as SVG."""
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="{size}" markerHeight="{size}" '
        f'orient="auto" markerUnits="userSpaceOnUse"><path d="M0 0 L10 5 L0 10 z" fill="{colour}"/></marker>'
        for name, colour, size in (("call", CALL, 9), ("money", MONEY, 13), ("power", POWER, 10))
    )
    made = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="Helvetica, Arial, sans-serif" text-anchor="middle" fill="{INK}">',
        "<title>Rooms, the three ledgers, layers, and how calls, money and power go</title>",
        f'<defs>{heads}</defs><rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="{GROUND}"/>',
    ]
    rooms = [one for one in boxes if one.room]
    for part in (*map(box, rooms), map(line, lines), *(box(one) for one in boxes if not one.room), *map(label, lines)):
        made += part
    for kind, words, y in KEY:
        made += [line(Line(kind, ((30, y), (90, y)))), text(100, y + 4, words, 12, 'style="text-anchor: start"')]
    return "\n".join([*made, "</svg>"]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(picture(), encoding="utf-8")
