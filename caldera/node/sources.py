"""Documents by their SHA-256: from folders and from the web, bounded in size and time."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import time
from pathlib import Path

import aiohttp

from .config import DocumentsConfig, SourceConfig
from .errors import DocumentMissing

_CHUNK = 1 << 16
_FRESH_SECONDS = 5.0


class Sources:
    """Looks for documents in the configured order. What it gives back has the hash that was asked for, always."""

    def __init__(self, config: DocumentsConfig) -> None:
        self._config = config
        self._folders: dict[Path, _Folder] = {}

    async def fetch(self, digest: bytes) -> bytes:
        """The document.

        Raises:
            DocumentMissing: no source has it now.
        """
        tried = []
        for source in self._config.sources:
            try:
                async with asyncio.timeout(self._config.timeout_seconds):
                    if source.folder is not None:
                        return await asyncio.to_thread(self._from_folder, source.folder, digest)
                    return await self._from_web(source, digest)
            except TimeoutError:
                tried.append(f"{_place(source)}: no answer in {self._config.timeout_seconds:g} seconds")
            except (LookupError, OSError, aiohttp.ClientError) as error:
                tried.append(f"{_place(source)}: {error or type(error).__name__}")
        raise DocumentMissing(digest, tried)

    def _from_folder(self, path: Path, digest: bytes) -> bytes:
        folder = self._folders.setdefault(path, _Folder(path, self._config.max_bytes))
        return folder.find(digest)

    async def _from_web(self, source: SourceConfig, digest: bytes) -> bytes:
        # No redirects and no compression: the one leads elsewhere, the other makes much of little.
        headers = {"Accept-Encoding": "identity"}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.get(f"{source.url}/{digest.hex()}", headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise LookupError(f"HTTP {answer.status}")
            kept = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK):
                kept += chunk
                if len(kept) > self._config.max_bytes:
                    raise LookupError(f"more than {self._config.max_bytes} bytes")
        if hashlib.sha256(kept).digest() != digest:
            raise LookupError("another document answers")
        return bytes(kept)


class _Folder:
    """The regular files of a folder by their hash. A file is read again only when it has changed."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._known: dict[Path, tuple[tuple[int, int, int], bytes]] = {}
        self._listed = float("-inf")

    def find(self, digest: bytes) -> bytes:
        for attempt in range(2):
            for path, (_, known) in list(self._known.items()):
                if known == digest:
                    content = self._read(path)
                    if content is not None and hashlib.sha256(content).digest() == digest:
                        return content
            if attempt == 0 and time.monotonic() - self._listed > _FRESH_SECONDS:
                self._list()
        raise LookupError("not there")

    def _list(self) -> None:
        found: dict[Path, tuple[tuple[int, int, int], bytes]] = {}
        for folder, _, names in os.walk(self._path, onerror=_fail):
            for name in names:
                path = Path(folder) / name
                try:
                    facts = path.stat()
                except OSError:
                    continue
                if not stat.S_ISREG(facts.st_mode) or facts.st_size > self._max_bytes:
                    continue
                mark = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
                known = self._known.get(path)
                if known is not None and known[0] == mark:
                    found[path] = known
                else:
                    content = self._read(path)
                    if content is not None:
                        found[path] = (mark, hashlib.sha256(content).digest())
        self._known, self._listed = found, time.monotonic()

    def _read(self, path: Path) -> bytes | None:
        try:
            # A pipe of this name would never end.
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            with os.fdopen(handle, "rb", closefd=False) as file:
                content = file.read(self._max_bytes + 1)
        except OSError:
            return None
        finally:
            os.close(handle)
        return content if len(content) <= self._max_bytes else None


def _fail(error: OSError) -> None:
    raise error


def _place(source: SourceConfig) -> str:
    if source.folder is not None:
        return str(source.folder)
    # Without what may be a key: its path and query.
    return "/".join(str(source.url).split("/")[:3]).rsplit("@", 1)[-1]
