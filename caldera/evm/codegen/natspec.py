"""Docstrings from NatSpec."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

WIDTH = 110


def docstring(text: str, indent: int) -> str:
    """Python source of a docstring, wrapped, with its line break; empty for no text."""
    if not text.strip():
        return ""
    pad = " " * indent
    lines: list[str] = []
    for paragraph in text.strip().split("\n"):
        hang = "    " if paragraph.startswith("    ") else ""
        wrapped = textwrap.wrap(
            paragraph.strip(),
            WIDTH - indent - 4,
            initial_indent=hang,
            subsequent_indent=hang + ("    " if hang else ""),
        )
        lines.extend(wrapped or [""])
    body = "\n".join(pad + line if line else "" for line in lines).strip()
    body = body.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if body.endswith('"'):
        body += " "
    if "\n" not in body:
        return f'{pad}"""{body}"""\n'
    return f'{pad}"""{body}\n{pad}"""\n'


def _first(found: Any) -> Mapping[str, Any]:
    if isinstance(found, list):
        found = found[0] if found else {}
    return found if isinstance(found, Mapping) else {}


def entry_text(kind: str, signature: str, userdoc: Mapping[str, Any], devdoc: Mapping[str, Any]) -> str:
    """Text of one function, event or error.

    Args:
        kind: `methods`, `events` or `errors`.
        signature: its canonical signature, or `constructor`.
        userdoc: the contract's.
        devdoc: the contract's.
    """
    user = _first((userdoc.get(kind) or {}).get(signature))
    dev = _first((devdoc.get(kind) or {}).get(signature))
    name = signature.split("(")[0]
    variable = _first((devdoc.get("stateVariables") or {}).get(name)) if kind == "methods" else {}
    parts = [str(text).strip() for text in (user.get("notice"), dev.get("details") or variable.get("details")) if text]
    params = {str(k): str(v).strip() for k, v in (dev.get("params") or {}).items() if v}
    if params:
        parts += ["", "Args:", *(f"    {name}: {text}" for name, text in params.items())]
    returns = {str(k): str(v).strip() for k, v in (dev.get("returns") or {}).items() if v}
    if returns:
        told = [
            text if name.startswith("_") and name[1:].isdigit() else f"{name}: {text}" for name, text in returns.items()
        ]
        parts += ["", "Returns:", *(f"    {text}" for text in told)]
    return "\n".join(parts)


def contract_text(userdoc: Mapping[str, Any], devdoc: Mapping[str, Any]) -> str:
    """Text of a contract: title, notice, details."""
    found = [devdoc.get("title"), userdoc.get("notice"), devdoc.get("details")]
    return "\n\n".join(str(text).strip() for text in found if text)
