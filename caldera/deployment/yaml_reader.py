"""YAML without its traps: `NO` is Norway, `0x…` an address, `1.08` not a float, and a key stands once."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from .errors import ProfileNotReadable


class _Reader(yaml.SafeLoader):
    """Only `true`/`false`, decimal integers and `null` are anything else than text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise ProfileNotReadable(f"line {line}: the key {key!r} stands twice; keep one of them")
            seen.add(key)
        return super().construct_mapping(node, deep)


_Reader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^-?[0-9]+$", "-0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
):
    _Reader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _int(loader: _Reader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


_Reader.add_constructor("tag:yaml.org,2002:int", _int)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in the file.

    :raises ProfileNotReadable: no file, no YAML, a key twice, or not a mapping
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileNotReadable(f"{path}: {error}") from error
    try:
        content = yaml.load(text, _Reader)
    except yaml.YAMLError as error:
        raise ProfileNotReadable(f"{path}: not YAML: {error}") from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or lists in lists without end.
        raise ProfileNotReadable(f"{path}: nothing here is that long or that deep: {error}") from error
    except ProfileNotReadable as error:
        raise ProfileNotReadable(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise ProfileNotReadable(f"{path}: a profile is a mapping that starts with 'network: …'")
    return content
