"""What counts as a URI: RFC 3986, which also covers prefixed names such as ``example:myField``."""

from __future__ import annotations

import re

MAX_LENGTH = 2048
"""Longest identifier accepted, in characters."""

_PLAIN = r"[A-Za-z0-9\-._~:/@!$&'()*+,;=]|%[0-9A-Fa-f]{2}"
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*+:(?=.)(?://\[[0-9A-Fa-f:.]+\])?+"
    rf"(?:{_PLAIN})*+(?:\?(?:{_PLAIN}|\?)*+)?+(?:#(?:{_PLAIN}|\?)*+)?+"
)


def is_uri(text: str) -> bool:
    """Whether ``text`` is an absolute URI of at most ``MAX_LENGTH`` characters."""
    return len(text) <= MAX_LENGTH and _URI.fullmatch(text) is not None
