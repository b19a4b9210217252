"""Options of checks, read so that every mistake is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import CheckInvalid

M = TypeVar("M", bound="Options")
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,18})?")


class Options(BaseModel):
    """Base of the options of a check. `folder`: that of the configuration; paths are as seen from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    folder: str = "."

    def path(self, name: str) -> Path:
        """A file that an option names."""
        return Path(self.folder) / Path(name).expanduser()


def options(kind: type[M], given: Mapping[str, Any]) -> M:
    """The options as their type.

    Raises:
        CheckInvalid: names each that is wrong.
    """
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        raise CheckInvalid("; ".join(lines).replace("Value error, ", "")) from None


def decimal_text(value: object) -> object:
    """Refuses what is no plain decimal: floats of YAML are not exact."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        raise ValueError('write a decimal, in quotes where it has a point, such as "1.08"')
    return value
