"""Documents: found by their hash, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from caldera.node.config import DocumentsConfig, SourceConfig
from caldera.node.errors import DocumentMissing
from caldera.node.sources import Sources

TEXT = b"<Invoice/>"
DIGEST = hashlib.sha256(TEXT).digest()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def fetch(digest: bytes, *sources: SourceConfig, max_bytes: int = 1_000, seconds: float = 2.0) -> bytes:
    made = Sources(DocumentsConfig(sources=list(sources), max_bytes=max_bytes, timeout_seconds=seconds))
    return asyncio.run(made.fetch(digest))


def served(handler: Handler, digest: bytes = DIGEST, max_bytes: int = 1_000, seconds: float = 2.0) -> bytes:
    async def run() -> bytes:
        app = web.Application()
        app.router.add_get("/base/{name}", handler)
        app.router.add_get("/elsewhere", _good)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        source = SourceConfig(url=f"http://127.0.0.1:{port}/base")
        try:
            config = DocumentsConfig(sources=[source], max_bytes=max_bytes, timeout_seconds=seconds)
            return await Sources(config).fetch(digest)
        finally:
            await runner.cleanup()

    return asyncio.run(run())


async def _good(request: web.Request) -> web.StreamResponse:
    return web.Response(body=TEXT)


def test_from_a_folder_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "some name.xml").write_bytes(TEXT)
    (tmp_path / "other").write_bytes(b"other")
    assert fetch(DIGEST, SourceConfig(folder=tmp_path)) == TEXT


def test_a_name_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / DIGEST.hex()).write_bytes(b"something else")
    with pytest.raises(DocumentMissing, match="not there"):
        fetch(DIGEST, SourceConfig(folder=tmp_path))


def test_a_file_that_changed_since_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(TEXT)

    async def run() -> None:
        made = Sources(DocumentsConfig(sources=[SourceConfig(folder=tmp_path)]))
        assert await made.fetch(DIGEST) == TEXT
        path.write_bytes(b"<Another/>")
        with pytest.raises(DocumentMissing):
            await made.fetch(DIGEST)

    asyncio.run(run())


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_bytes(TEXT)
    assert fetch(DIGEST, SourceConfig(folder=tmp_path)) == TEXT


def test_the_size_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(TEXT)
    assert fetch(DIGEST, SourceConfig(folder=tmp_path), max_bytes=len(TEXT)) == TEXT
    with pytest.raises(DocumentMissing):
        fetch(DIGEST, SourceConfig(folder=tmp_path), max_bytes=len(TEXT) - 1)


def test_the_next_source_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(TEXT)
    gone = SourceConfig(folder=tmp_path / "gone")
    assert fetch(DIGEST, gone, SourceConfig(url="http://127.0.0.1:9"), SourceConfig(folder=tmp_path)) == TEXT
    with pytest.raises(DocumentMissing) as caught:
        fetch(DIGEST, gone, SourceConfig(url="http://user:pass@127.0.0.1:9/secret"))
    assert len(caught.value.tried) == 2
    assert "secret" not in str(caught.value)
    assert "pass" not in caught.value.tried[1].split(":")[0]


def test_from_the_web() -> None:
    asked = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.match_info["name"])
        return web.Response(body=TEXT)

    assert served(handler) == TEXT
    assert asked == [DIGEST.hex()]
    assert served(handler, max_bytes=len(TEXT)) == TEXT


def test_the_web_is_not_believed_either() -> None:
    async def other(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"another")

    async def missing(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404, body=TEXT)

    async def moved(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere")

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(1_000):
            await answer.write(b"x" * 4096)
        return answer

    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response(body=TEXT)

    cases = (
        (other, "another document answers"),
        (missing, "HTTP 404"),
        (moved, "HTTP 302"),
        (endless, "more than 1000 bytes"),
        (slow, "no answer in 0.5 seconds"),
    )
    for handler, words in cases:
        with pytest.raises(DocumentMissing, match=words):
            served(handler, seconds=0.5)
