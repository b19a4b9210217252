"""Signatures over HTTP: what a peer says is looked at, and shown figures tell nothing secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from caldera.node.errors import ChainAway, SignatureRefused
from caldera.node.gossip import Limiter, Server, from_json, tell, to_json
from caldera.node.metrics import Metrics
from caldera.node.model import SignedResult

ONE = SignedResult(7, 10**20, 1_800_000_000, "0x1111111111111111111111111111111111111111", b"\1" * 65)


def test_the_wire_keeps_everything() -> None:
    assert from_json(json.loads(json.dumps(to_json(ONE)))) == ONE


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 7},
        {"number": "0"},
        {"number": "-1"},
        {"number": str(1 << 63)},
        {"number": "٧"},
        {"amount": "1e3"},
        {"amount": str(1 << 96)},
        {"validUntil": "5"},
        {"validUntil": True},
        {"validUntil": 1 << 40},
        {"validUntil": -1},
        {"signer": "0x12"},
        {"signer": None},
        {"signature": "0x" + "11" * 64},
        {"signature": "11" * 65},
        {"more": 1},
    ],
)
def test_what_is_no_signature(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_json(to_json(ONE) | changes)


@pytest.mark.parametrize("given", [None, [], "text", {}, 5])
def test_what_is_no_object(given: Any) -> None:
    with pytest.raises(ValueError, match="an object with exactly"):
        from_json(given)


def test_the_limit_of_a_peer() -> None:
    now = [0.0]
    limiter = Limiter(60, clock=lambda: now[0])
    assert [limiter.allows("a") for _ in range(61)] == [True] * 60 + [False]
    assert limiter.allows("b")
    now[0] = 0.99
    assert not limiter.allows("a")
    now[0] = 2.0
    assert [limiter.allows("a") for _ in range(3)] == [True, True, False]


Asking = Callable[[aiohttp.ClientSession, str], Awaitable[Any]]


def serve(ask: Asking, accept: Any = None, healthy: bool = True, limit: int = 600) -> Any:
    metrics = Metrics()

    async def kept(one: SignedResult) -> bool:
        return True

    async def collected(number: int) -> list[SignedResult]:
        return [ONE] if number == 7 else []

    async def run() -> Any:
        health = lambda: {"healthy": healthy, "problems": [] if healthy else ["away"]}  # noqa: E731
        server = Server("127.0.0.1:0", accept or kept, collected, health, metrics, Limiter(limit))
        port = await server.start()
        try:
            async with aiohttp.ClientSession() as session:
                return await ask(session, f"http://127.0.0.1:{port}")
        finally:
            await server.stop()

    return asyncio.run(run())


def posting(body: Any) -> Asking:
    async def ask(session: aiohttp.ClientSession, base: str) -> Any:
        async with session.post(f"{base}/signatures", data=body if isinstance(body, str) else json.dumps(body)) as got:
            return got.status, await got.json(content_type=None)

    return ask


def test_kept_and_known() -> None:
    assert serve(posting(to_json(ONE))) == (201, {"kept": True})

    async def known(one: SignedResult) -> bool:
        assert one == ONE
        return False

    assert serve(posting(to_json(ONE)), known) == (200, {"kept": True})


@pytest.mark.parametrize("body", ["", "no json", "[" * 3000, '{"number": NaN}', "x" * 5000])
def test_malformed(body: str) -> None:
    assert serve(posting(body))[0] in (400, 413)


def test_refused_away_and_too_many() -> None:
    async def refuse(one: SignedResult) -> bool:
        raise SignatureRefused("it is the key of no node")

    async def away(one: SignedResult) -> bool:
        raise ChainAway("secret inner workings")

    assert serve(posting(to_json(ONE)), refuse) == (403, {"error": "it is the key of no node"})
    status, said = serve(posting(to_json(ONE)), away)
    assert status == 503
    assert "secret" not in said["error"]

    async def thrice(session: aiohttp.ClientSession, base: str) -> list[int]:
        return [(await posting(to_json(ONE))(session, base))[0] for _ in range(3)]

    assert serve(thrice, limit=2) == [201, 201, 429]


def test_what_is_shown() -> None:
    async def look(session: aiohttp.ClientSession, base: str) -> Any:
        found = {}
        for path in ("/signatures/7", "/signatures/8", "/signatures/x", "/health", "/metrics"):
            async with session.get(base + path) as got:
                found[path] = (got.status, await got.text())
        return found

    found = serve(look)
    assert json.loads(found["/signatures/7"][1]) == [to_json(ONE)]
    assert json.loads(found["/signatures/8"][1]) == []
    assert found["/signatures/x"][0] == 404
    assert found["/health"][0] == 200
    assert "caldera_node_lag_blocks" in found["/metrics"][1]
    assert serve(look, healthy=False)["/health"][0] == 503


def test_telling_a_peer() -> None:
    async def told(session: aiohttp.ClientSession, base: str) -> Any:
        return await tell(session, base, ONE, 2.0)

    async def refuse(one: SignedResult) -> bool:
        raise SignatureRefused("over")

    async def nobody(session: aiohttp.ClientSession, base: str) -> Any:
        return await tell(session, "http://127.0.0.1:9", ONE, 2.0)

    assert serve(told) == (True, "")
    assert serve(told, refuse)[0] is False
    assert "over" in serve(told, refuse)[1]
    assert serve(nobody)[0] is False
