"""XML text for the renderers of drafts."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr


def tag(name: str, text: object, **attributes: str | None) -> str:
    if text is None:
        return ""
    extra = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value is not None)
    return f"<{name}{extra}>{escape(str(text))}</{name}>\n"


def wrap(name: str, *parts: str) -> str:
    inner = "".join(parts)
    return f"<{name}>\n{inner}</{name}>\n" if inner else ""
