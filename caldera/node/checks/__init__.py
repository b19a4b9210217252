"""Checks: what a node asks of a document before it signs.

A check is anything with `name`, `kinds` and `check(request, document, chain) -> Verdict`. It is made from its options
by a function of one mapping, found by name: the package's own below, others by entry points of `caldera.checks`.
A check that raises has not decided: nothing is signed, and it is tried again later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ..errors import CheckInvalid
from ..model import Request, RequestKind, Verdict
from .insurance import InsurancePolicy
from .invoices import InvoiceArithmetic
from .operating import OperatingFacts
from .sensors import SensorPlausibility
from .valuation import ValuationBand

if TYPE_CHECKING:
    from ..config import CheckConfig
    from ..facts import ChainFacts

GROUP = "caldera.checks"


@runtime_checkable
class Check(Protocol):
    """What a check has. `kinds`: requests it can judge."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> frozenset[RequestKind]: ...

    def check(self, request: Request, document: bytes, chain: ChainFacts) -> Verdict:
        """Judges a claim. Raises where it cannot tell now."""


Maker = Callable[[Mapping[str, Any]], Check]
"""Makes a check of its options; `folder` among them is that of the configuration. Raises `CheckInvalid`, ValueError."""

OWN: dict[str, Maker] = {
    "invoice-arithmetic": InvoiceArithmetic,
    "valuation-band": ValuationBand,
    "sensor-plausibility": SensorPlausibility,
    "insurance-policy": InsurancePolicy,
    "operating-facts": OperatingFacts,
}


@dataclass(frozen=True, slots=True)
class Applied:
    """A check, and the kinds of requests it is applied to here."""

    check: Check
    kinds: frozenset[RequestKind]


def build(config: CheckConfig, found: Sequence[EntryPoint] | None = None) -> Applied:
    """The check of a configuration.

    Raises:
        CheckInvalid: it is unknown, its options are wrong, or it does not know a kind it is to be applied to.
    """
    maker = OWN.get(config.name) or _installed(config.name, found)
    try:
        check = maker(config.options)
    except CheckInvalid as error:
        raise CheckInvalid(f"{config.name}: {error}") from None
    except (TypeError, ValueError, OSError) as error:
        raise CheckInvalid(f"{config.name}: its options cannot be used: {error}") from error
    if not isinstance(check, Check):
        raise CheckInvalid(f"{config.name}: what was installed under this name is no check")
    unknown = config.request_kinds - check.kinds
    if unknown:
        names = ", ".join(sorted(kind.word for kind in unknown))
        raise CheckInvalid(f"{config.name}: does not judge {names}; it knows {_words(check.kinds)}")
    return Applied(check, config.request_kinds or check.kinds)


def _words(kinds: frozenset[RequestKind]) -> str:
    return ", ".join(sorted(kind.word for kind in kinds))


def _installed(name: str, found: Sequence[EntryPoint] | None) -> Maker:
    named = [one for one in (entry_points(group=GROUP) if found is None else found) if one.name == name]
    if len(named) != 1:
        which = "no check" if not named else f"{len(named)} checks"
        raise CheckInvalid(f"{name}: {which} of this name; known are {', '.join(OWN)} and entry points of {GROUP!r}")
    try:
        maker = named[0].load()
    except Exception as error:
        raise CheckInvalid(f"{name}: cannot be loaded: {error}") from error
    if not callable(maker):
        raise CheckInvalid(f"{name}: its entry point names nothing that makes a check")
    made: Maker = maker
    return made
