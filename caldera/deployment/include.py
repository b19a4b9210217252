"""What a profile includes: regional data (what bits mean, the rules that hold in a jurisdiction), its economy, and what
governance may set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import ProfileInvalid
from .yaml_reader import read_yaml

_BITS = ("regions", "qualifications")
_SECTIONS = (*_BITS, "rules")
_ECONOMY, _PARAMETERS = "economy", "parameters"
_WHOLE = {_ECONOMY: "an economy", _PARAMETERS: "parameters"}
"""Sections that a file has to itself, and how such a file is called."""


def with_included(path: Path) -> dict[str, Any]:
    """A profile's content, with what the files under `include` (paths from the profile's folder) say put before its own
    regions, qualifications and rules. One of them may be an economy, and one the parameters. A profile that `extends`
    another says what differs.

    :raises ProfileNotReadable: no file or no YAML
    :raises ProfileInvalid: an included file says more than that, or contradicts what was said before
    """
    content = _extended(path)
    names = content.pop("include", None) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ProfileInvalid(str(path), ["include: write a list of files, from this file's folder"])
    if not names:
        return content
    bits: dict[str, dict[str, Any]] = {section: {} for section in _BITS}
    rules: list[Any] = []
    for source in (*(path.parent / name for name in names), None):
        part = content if source is None else read_yaml(source)
        where = str(source or path)
        alone = next((section for section in _WHOLE if source is not None and section in part), None)
        if source is not None and alone is not None:
            if alone in content:
                raise ProfileInvalid(where, [f"{alone}: there is one already; include one file of {_WHOLE[alone]}"])
            content[alone] = _section_of(source, alone)
            continue
        if source is not None:
            _require_regional(where, part)
        for section, known in bits.items():
            for name, value in (part.get(section) or {}).items():
                if known.setdefault(name, value) != value:
                    raise ProfileInvalid(where, [f"{section}.{name}: an included file has it as {known[name]}"])
        rules += part.get("rules") or []
    return {**content, **bits, "rules": rules}


def _extended(path: Path) -> dict[str, Any]:
    """The file's content; where it `extends` another of its folder, that one's with what stands here in its place."""
    content = dict(read_yaml(path))
    name = content.pop("extends", None)
    if name is None:
        return content
    if not isinstance(name, str):
        raise ProfileInvalid(str(path), ["extends: write one file, from this file's folder"])
    file = path.parent / name
    base = dict(read_yaml(file))
    if "extends" in base:
        raise ProfileInvalid(str(path), [f"extends: {name} extends another file itself; name that one"])
    if isinstance(base.get("include"), list):
        base["include"] = [str(Path(name).parent / str(one)) for one in base["include"]]
    return {**base, **content}


def economy_of(path: Path) -> Any:
    """What stands under `economy`, the only section of such a file.

    :raises ProfileNotReadable: no file or no YAML
    :raises ProfileInvalid: it says something else
    """
    return _section_of(path, _ECONOMY)


def _section_of(path: Path, section: str) -> Any:
    part = read_yaml(path)
    if not isinstance(part, dict) or set(part) != {section}:
        raise ProfileInvalid(str(path), [f"{section}: a file of {_WHOLE[section]} has this section only"])
    return part[section]


def _require_regional(where: str, part: Any) -> None:
    beyond = sorted(set(part) - set(_SECTIONS))
    if beyond:
        raise ProfileInvalid(where, [f"{name}: an included file has {', '.join(_SECTIONS)} only" for name in beyond])
    for section in _SECTIONS:
        kind = dict if section in _BITS else list
        if not isinstance(part.get(section) or kind(), kind):
            raise ProfileInvalid(where, [f"{section}: write a {'mapping' if kind is dict else 'list'}"])
