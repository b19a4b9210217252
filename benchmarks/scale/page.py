"""docs/scale.md, its plots and its figures, from figures."""

from collections.abc import Sequence

from benchmarks.artifact import ROOT
from benchmarks.scale import court, events, grants, ledger, money, software, stake, store, votes
from benchmarks.scale.curve import GAS, SECONDS, Curve, Shape
from benchmarks.scale.findings import BLOCK, findings
from benchmarks.scale.fit import fit
from benchmarks.scale.plot import picture
from benchmarks.scale.run import Figures
from caldera.whole_file import write_whole

PAGE = ROOT / "docs" / "scale.md"
SECTIONS: dict[str, tuple[str, Sequence[Curve]]] = {
    "ledger": ("Certificates and participants", ledger.CURVES),
    "money": ("Pools, loans, revenue", money.CURVES),
    "stake": ("Stake", stake.CURVES),
    "grants": ("Grants and airdrops", grants.CURVES),
    "votes": ("Locks, votes, proposals", votes.CURVES),
    "court": ("Results and disputes", court.CURVES),
    "events": ("Events and devices", events.CURVES),
    "software": ("Python", software.CURVES),
}


def write(figures: Figures) -> None:
    """Page, plots and figures."""
    kept = {
        curve.name: figures[curve.name] for _, curves in SECTIONS.values() for curve in curves if curve.name in figures
    }
    store.FOLDER.mkdir(parents=True, exist_ok=True)
    write_whole(store.FILE, store.dumps(kept))
    for name, (title, curves) in SECTIONS.items():
        drawn = [curve for curve in curves if curve.name in kept]
        if drawn:
            (store.FOLDER / f"{name}.png").write_bytes(picture(title, drawn, kept))
    PAGE.write_text(markdown(kept), encoding="utf-8")


def markdown(figures: Figures) -> str:
    """The page."""
    parts = [_head(figures)]
    if found := findings(figures):
        parts.append(found)
    for name, (title, curves) in SECTIONS.items():
        measured = [curve for curve in curves if curve.name in figures]
        if not measured:
            continue
        parts.append(f"## {title}\n\n![{title}: cost by count, log–log](scale/{name}.png)")
        parts += [_curve(curve, figures) for curve in measured]
    return "\n\n".join(parts) + "\n"


def _head(figures: Figures) -> str:
    """What the page begins with: how it was made, and the dearest points."""
    curves = [curve for _, some in SECTIONS.values() for curve in some if curve.name in figures]
    chain = [(curve, name) for curve in curves for name, line in curve.lines.items() if line.unit == GAS]
    count = {shape: sum(curve.lines[name].shape is shape for curve, name in chain) for shape in Shape}
    dearest = sorted(chain, key=lambda one: -max(figures[one[0].name][one[1]].values()))[:8]
    rows = []
    for curve, name in dearest:
        row = figures[curve.name][name]
        gas = max(row.values())
        rows.append(f"| {curve.counts}: {name} | {max(row):,} | {gas:,} | {100 * gas / BLOCK:.1f}% |")
    return "\n".join(
        [
            "# Scale",
            "",
            "What an operation costs as what it works on grows. `make scale` measures all of this page and writes it:",
            "whole transactions on anvil, cold, 21,000 base included, each taken back after it was measured.",
            "`make scale CURVE=holders` measures one curve, `make scale POINTS=1,10,100` other counts; the tests",
            "measure the first points of each curve again and compare.",
            "",
            f"Of {len(chain)} operations on chain {count[Shape.FLAT]} cost the same for any count (beyond the first",
            f"point all figures lie within 1%), {count[Shape.LOGARITHMIC]} about so much more with each doubling, and",
            f"{count[Shape.LINEAR]} so much more with each one more; each of these is bounded by a constant of the",
            f"contracts, or its length is chosen by whoever pays for it. {count[Shape.FALLING]} cost less among more.",
            "",
            "*Exponent*: slope on log–log over all points; 0 is flat, 1 is proportional. *Fit*: least squares of",
            "a + b·n or a + b·log2 n, whichever is closer. *Block*: the dearest point as part of a block of",
            f"{BLOCK:,} gas. The dearest:",
            "",
            "| transaction | n | gas | block |",
            "|---|---:|---:|---:|",
            *rows,
        ]
    )


def _curve(curve: Curve, figures: Figures) -> str:
    rows = figures[curve.name]
    counts = max((list(row) for row in rows.values()), key=len)
    timed = (
        " Microseconds of one processor of the machine that made this page, and n a second at the last point."
        if curve.timed
        else ""
    )
    last = "a second" if curve.timed else "block"
    lines = [
        f"### {curve.counts[0].upper()}{curve.counts[1:]}",
        f"`make scale CURVE={_quoted(curve.name)}`.{timed}",
        "",
        f"| operation | {' | '.join(f'{count:,}' for count in counts)} | exponent | fit | {last} | why |",
        f"|---|{'---:|' * len(counts)}---:|---|---:|---|",
    ]
    for operation, row in rows.items():
        line, found = curve.lines[operation], fit(row)
        cells = " | ".join(f"{row[count]:,}" if count in row else "" for count in counts)
        most = max(row.values())
        part = ""
        if line.unit == GAS:
            part = f"{100 * most / BLOCK:.2f}%"
        elif line.unit == SECONDS and found.shape is Shape.LINEAR:
            part = f"{1_000_000 * max(row) // row[max(row)]:,}"
        unit = "" if line.unit in (GAS, SECONDS) else f" ({line.unit})"
        why = f"{line.shape}{': ' + line.why if line.why else ''}"
        lines.append(f"| {operation}{unit} | {cells} | {found.slope} | {found} | {part} | {why} |")
    return "\n".join(lines)


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
