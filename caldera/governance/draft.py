"""A draft: what somebody wants to change, in a file that people write.

title: Raise the minimum unit to 2,000 USD
why: |
  Markdown.
parameters:
  ValueStandard.rules[EU/receivable].minimum_unit_usd: 2,000 USD
calls:
  - {call: Treasury.spend, args: {token: $EraToken, to: $officer, amount: "1,000 ERA", purposeHash: "the purpose"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caldera.deployment.errors import ProfileNotReadable
from caldera.deployment.yaml_reader import read_yaml

from .errors import DraftInvalid

_FIELDS = ("title", "why", "parameters", "calls")
_CALL_FIELDS = ("call", "args", "value")
LONGEST_TITLE = 120


@dataclass(frozen=True)
class DraftCall:
    """`call`: `Contract.function`. `args`: a list, or a mapping of names. `value`: wei that the timelock sends
    along."""

    call: str
    args: Any = None
    value: int = 0


@dataclass(frozen=True)
class Draft:
    """What a file says, in its order. `parameters`: readable name to value."""

    title: str
    why: str = ""
    parameters: tuple[tuple[str, Any], ...] = ()
    calls: tuple[DraftCall, ...] = ()

    @property
    def text(self) -> str:
        """What stands on the chain as the proposal's description: the title as a heading, and why."""
        return f"# {self.title}" + (f"\n\n{self.why.strip()}" if self.why.strip() else "")


def read_draft(path: Path | str) -> Draft:
    """The draft in a file.

    Raises:
        DraftInvalid: no file, no YAML, or not a draft; all that is wrong at once.
    """
    try:
        content = read_yaml(Path(path))
    except ProfileNotReadable as error:
        said = str(error).removeprefix(f"{path}: ")
        mapping = "a draft is a mapping that starts with 'title: …'"
        raise DraftInvalid(str(path), [mapping if "a profile is a mapping" in said else said]) from None
    return parse_draft(content, str(path))


def parse_draft(content: Mapping[str, Any], source: str = "draft") -> Draft:
    """The same from a mapping. Raises `DraftInvalid`."""
    problems = [
        f"{name}: there is no such field; a draft has {', '.join(_FIELDS)}" for name in set(content) - {*_FIELDS}
    ]
    title, why = content.get("title"), content.get("why") or ""
    if not isinstance(title, str) or len(title.strip().splitlines()) != 1 or len(title) > LONGEST_TITLE:
        problems.append(f"title: write one line of at most {LONGEST_TITLE} characters")
    if not isinstance(why, str):
        problems.append("why: write Markdown")
    elif not _is_text(f"{title}{why}"):
        problems.append("title, why: half of a surrogate pair (\\ud800 to \\udfff) is no character; remove it")
    elif "#proposer=" in f"{title}{why}":
        problems.append(
            "why: '#proposer=' binds a proposal to its proposer and is added when it is submitted; remove it"
        )
    parameters, calls = content.get("parameters") or {}, content.get("calls") or []
    if not isinstance(parameters, dict):
        problems.append("parameters: write a mapping of names to values")
    elif nameless := [name for name in parameters if not isinstance(name, str)]:
        problems.append(f"parameters: {nameless[0]!r} is no name")
    if not isinstance(calls, list):
        problems.append("calls: write a list")
    made = [_call(place, one, problems) for place, one in enumerate(calls)] if isinstance(calls, list) else []
    if problems:
        raise DraftInvalid(source, problems)
    return Draft(str(title).strip(), str(why), tuple(parameters.items()), tuple(one for one in made if one))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _call(place: int, one: Any, problems: list[str]) -> DraftCall | None:
    where = f"calls.{place}"
    if not isinstance(one, dict) or set(one) - {*_CALL_FIELDS} or not isinstance(one.get("call"), str):
        problems.append(f"{where}: write {{call: Contract.function, args: [...]}}")
        return None
    if "." not in one["call"]:
        problems.append(f"{where}.call: write Contract.function, as in Treasury.spend")
    value = one.get("value", 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 256:
        problems.append(f"{where}.value: write wei, a whole number")
        return None
    return DraftCall(one["call"], one.get("args"), value)
