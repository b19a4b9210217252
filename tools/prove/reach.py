"""That no property holds only because nothing meets what it assumes.

An assertion that fails, put at the end of each, must be refuted.
"""

import re
import tempfile
from pathlib import Path

from rich.console import Console

from tools.prove.copies import copied
from tools.prove.halmos import prove
from tools.prove.properties import properties_in

_END = re.compile(r"(^    function check_\w+\(.*?)^    \}$", re.MULTILINE | re.DOTALL)


def with_failing_ends(text: str) -> str:
    """The proofs with `assert(false)` as the last statement of each property."""
    return _END.sub(lambda m: m[1] + "        assert(false);\n    }", text)


def run(console: Console, limit: int, sources: list[Path]) -> int:
    unreached: list[str] = []
    for source in sources:
        with copied(source.stem) as folder, tempfile.TemporaryDirectory() as work:
            copy = folder / "proofs" / source.name
            copy.write_text(with_failing_ends(copy.read_text(encoding="utf-8")), encoding="utf-8")
            names = [one.name for one in properties_in(source)]
            outcomes = prove(folder / "proofs", source.stem, Path(work), limit, names, early=True)
        reached = sum(one.status == "refuted" for one in outcomes)
        console.print(f"{source.stem}: the end of {reached} of {len(outcomes)} properties is reached")
        unreached += [f"{source.stem}.{one.name} ({one.status})" for one in outcomes if one.status != "refuted"]
    for name in unreached:
        console.print(f"[red]not reached[/] {name}")
    return 1 if unreached else 0
