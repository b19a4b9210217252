"""Signatures between nodes over HTTP, and what a node shows of itself: `/metrics`, `/health`.

`POST /signatures` takes `{"number": "7", "amount": "50000", "validUntil": 1800000000, "signer": "0x…", "signature":
"0x…"}`, and of credit data `"facts"` with the members of `OperatingFacts` as text: 201 kept, 200 known, 400 no
signature, 403 counts for nothing (with the reason), 429 too many, 503 the chain is away. `GET /signatures/7` gives
what was collected for a request.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

from caldera.contracts import structs
from caldera.evm.address import BadAddress, to_address

from .errors import SignatureRefused
from .metrics import Metrics
from .model import SignedResult

_LONGEST = 4096
_FACTS = dict(zip(structs.OperatingFacts._fields, (48, 32, 64, 64, 64, 64, 16, 32, 32, 40), strict=True))
"""Their members and bits."""
_NUMBER = re.compile(r"[0-9]{1,78}")
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")
_MOST_PEERS = 4096
_LONGEST_LIST = 1 << 18
_MOST_LISTED = 128
"""Signatures of a peer that are looked at for one request: each asks the chain."""

Accept = Callable[[SignedResult], Awaitable[bool]]
Collected = Callable[[int], Awaitable[list[SignedResult]]]
Health = Callable[[], dict[str, Any]]


def to_json(one: SignedResult) -> dict[str, Any]:
    """As it goes over the wire. Amounts are text: JSON's numbers are not exact everywhere."""
    said: dict[str, Any] = {
        "number": str(one.number),
        "amount": str(one.amount),
        "validUntil": one.valid_until,
        "signer": one.signer,
        "signature": "0x" + one.signature.hex(),
    }
    if one.facts is not None:
        said["facts"] = {name: str(value) for name, value in zip(_FACTS, one.facts, strict=True)}
    return said


def from_json(given: Any) -> SignedResult:
    """A signature as it came.

    Raises:
        ValueError: it is none; says which member is wrong.
    """
    wanted = {"number", "amount", "validUntil", "signer", "signature"}
    if not isinstance(given, dict) or set(given) - {"facts"} != wanted:
        raise ValueError(f"an object with exactly {', '.join(sorted(wanted))}")
    for name in ("number", "amount"):
        if not isinstance(given[name], str) or not _NUMBER.fullmatch(given[name]):
            raise ValueError(f"{name} is decimal text")
    number, amount, until = int(given["number"]), int(given["amount"]), given["validUntil"]
    if type(until) is not int or not 0 <= until < 1 << 40:
        raise ValueError("validUntil is a number of seconds")
    if not 1 <= number < 1 << 63:
        raise ValueError("number is that of a request")
    if amount >= 1 << 96:
        raise ValueError("amount has 96 bits")
    if not isinstance(given["signature"], str) or not _SIGNATURE.fullmatch(given["signature"]):
        raise ValueError("signature is 0x and 130 hex digits")
    try:
        signer = to_address(given["signer"])
    except (BadAddress, TypeError, AttributeError) as error:
        raise ValueError(f"signer: {error}") from None
    facts = _facts(given["facts"]) if "facts" in given else None
    return SignedResult(number, amount, until, signer, bytes.fromhex(given["signature"][2:]), facts)


def _facts(given: Any) -> structs.OperatingFacts:
    if not isinstance(given, dict) or set(given) != set(_FACTS):
        raise ValueError(f"facts: an object with exactly {', '.join(_FACTS)}")
    values = []
    for name, bits in _FACTS.items():
        if not isinstance(given[name], str) or not _NUMBER.fullmatch(given[name]):
            raise ValueError(f"facts.{name} is decimal text")
        if int(given[name]) >= 1 << bits:
            raise ValueError(f"facts.{name} has {bits} bits")
        values.append(int(given[name]))
    return structs.OperatingFacts(*values)


class Limiter:
    """So many requests a minute for each peer; those that were not heard of for longest are forgotten."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, peer: str) -> bool:
        """Whether one more is within the limit."""
        now = self._clock()
        left, at = self._left.pop(peer, (float(self._rate), now))
        left = min(self._rate, left + (now - at) * self._rate / 60)
        allowed = left >= 1
        self._left[peer] = (left - 1 if allowed else left, now)
        while len(self._left) > _MOST_PEERS:
            self._left.popitem(last=False)
        return allowed


class Server:
    """Listens for signatures and shows figures."""

    def __init__(
        self, place: str, accept: Accept, collected: Collected, health: Health, metrics: Metrics, limiter: Limiter
    ) -> None:
        self._host, _, port = place.rpartition(":")
        self._port = int(port)
        self._accept, self._collected, self._health = accept, collected, health
        self._metrics, self._limiter = metrics, limiter
        app = web.Application(client_max_size=_LONGEST)
        app.add_routes(
            [
                web.post("/signatures", self._post),
                web.get(r"/signatures/{number:[0-9]{1,18}}", self._list),
                web.get("/metrics", self._show_metrics),
                web.get("/health", self._show_health),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)

    async def start(self) -> int:
        """Begins to listen; the port, which the system chooses where it was 0."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host.strip("[]"), self._port)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def stop(self) -> None:
        """Answers what was asked, and stops."""
        await self._runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        if not self._limiter.allows(request.remote or ""):
            return self._said(429, "limited", "too many: wait")
        try:
            one = from_json(json.loads(await request.text()))
        except (ValueError, RecursionError, web.HTTPRequestEntityTooLarge) as error:
            return self._said(400, "malformed", str(error))
        try:
            new = await self._accept(one)
        except SignatureRefused as error:
            return self._said(403, "refused", str(error))
        except Exception:  # the chain is away, or the node stops: nothing was decided, the peer comes again
            return self._said(503, "away", "cannot be looked at now: come again")
        self._metrics.received.labels("kept" if new else "known").inc()
        return web.json_response({"kept": True}, status=201 if new else 200)

    def _said(self, status: int, outcome: str, words: str) -> web.Response:
        self._metrics.received.labels(outcome).inc()
        return web.json_response({"error": words}, status=status)

    async def _list(self, request: web.Request) -> web.Response:
        found = await self._collected(int(request.match_info["number"]))
        return web.json_response([to_json(one) for one in found])

    async def _show_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _show_health(self, request: web.Request) -> web.Response:
        said = self._health()
        return web.json_response(said, status=200 if said["healthy"] else 503)


async def tell(session: aiohttp.ClientSession, peer: str, one: SignedResult, timeout: float) -> tuple[bool, str]:
    """Tells a peer of a signature: whether it has it now, and its words where not."""
    try:
        async with session.post(
            f"{peer}/signatures", json=to_json(one), timeout=aiohttp.ClientTimeout(total=timeout), allow_redirects=False
        ) as answer:
            if answer.status in (200, 201):
                return True, ""
            words = (await answer.content.read(_LONGEST)).decode("utf-8", "replace")
            return False, f"HTTP {answer.status} {words}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return False, f"{type(error).__name__} {error}".strip()


async def ask(session: aiohttp.ClientSession, peer: str, number: int, timeout: float) -> list[SignedResult]:
    """What a peer collected for a request; nothing where it does not say, or says what is no list of signatures."""
    try:
        async with session.get(
            f"{peer}/signatures/{number}", timeout=aiohttp.ClientTimeout(total=timeout), allow_redirects=False
        ) as answer:
            raw = await answer.content.read(_LONGEST_LIST)
            while len(raw) < _LONGEST_LIST and (more := await answer.content.read(_LONGEST_LIST - len(raw))):
                raw += more
        said = json.loads(raw) if answer.status == 200 else []
        listed = said[:_MOST_LISTED] if isinstance(said, list) else []
        return [one for one in map(from_json, listed) if one.number == number]
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
        return []
