"""What a node writes while it works: lines for people, or one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any, TextIO

from rich.console import Console
from rich.logging import RichHandler

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

log = logging.getLogger("caldera.node")


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, event, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        said: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = f"{record.exc_info[0].__name__}: {record.exc_info[1]}"
        return json.dumps(said, default=str, ensure_ascii=False)


class HumanLines(logging.Formatter):
    """The event, and behind it what belongs to it."""

    def format(self, record: logging.LogRecord) -> str:
        extra = "  ".join(f"{name}={value}" for name, value in _extra(record).items() if value != "")
        text = record.getMessage() + (f"  {extra}" if extra else "")
        if record.exc_info and record.exc_info[0] is not None:
            text += f"  {record.exc_info[0].__name__}: {record.exc_info[1]}"
        return text


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def set_up(format: str, level: str, stream: TextIO | None = None) -> None:
    """Writes to standard error, or to a stream, from now on."""
    handler: logging.Handler
    if format == "json":
        handler = logging.StreamHandler(stream or sys.stderr)
        handler.setFormatter(JsonLines())
    else:
        console = Console(file=stream or sys.stderr, soft_wrap=True)
        handler = RichHandler(console=console, show_path=False, markup=False, highlighter=None, log_time_format="[%X]")
        handler.setFormatter(HumanLines())
    log.handlers[:] = [handler]
    log.setLevel(level.upper())
    log.propagate = False
