"""The console snippet of README.md works when it is pasted."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_readmes_console_snippet_works_as_it_stands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"## In the console.*?```python\n(.*?)```", text, re.S)
    assert found, "README.md has no console snippet"
    ape = Path(sys.executable).with_name("ape")
    done = subprocess.run(
        [str(ape), "console", "--network", "ethereum:local:test"],
        input=found[1] + "\nexit\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        timeout=600,
        check=False,
    )
    assert "the factor was paid 20000000000" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stdout
