"""JSON-RPC over one HTTP connection that stays open."""

from __future__ import annotations

import json
import select
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from caldera.evm.errors import EngineError


class RpcError(EngineError):
    """The node answered with an error."""

    def __init__(self, method: str, code: int, message: str, data: Any) -> None:
        super().__init__(method, code, message)
        self.method = method
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return f"{self.method}: {self.message} ({self.code})"


class JsonRpc:
    """Calls methods of one node. Not for use from several threads."""

    def __init__(self, node: int | str, timeout: float = 60.0) -> None:
        """Args:
            node: a port of this machine, or the URL of a node anywhere.
            timeout: seconds an answer may take.

        Raises:
            EngineError: the URL is not one of HTTP.
        """
        self.url = node if isinstance(node, str) else f"http://127.0.0.1:{node}"
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https"):
            raise EngineError("the URL of a node begins with http:// or https:// and names a host")
        self.place = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        """The URL without its path, which holds the key of many a provider: this is what messages show."""
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(host, port, timeout=timeout)
        self._ids = count(1)

    def __call__(self, method: str, *params: Any) -> Any:
        """The result of one method.

        Raises:
            RpcError: the node answered with an error.
            EngineError: it did not answer.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params})
        try:
            self._drop_if_closed()
            self._connection.request("POST", self._target, body, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            answer = _answer(response.status, response.read())
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            raise EngineError(f"no answer to {method} from {self.place}: {error}") from error
        if "error" in answer:
            wrong = answer["error"]
            raise RpcError(method, int(wrong.get("code", 0)), str(wrong.get("message", "")), wrong.get("data"))
        return answer.get("result")

    def _drop_if_closed(self) -> None:
        """An idle connection with something to read was closed from the other side: open a new one before sending."""
        sock = self._connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            self._connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _answer(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not ("result" in answer or isinstance(answer.get("error"), dict)):
        raise ValueError(f"HTTP {status} without an answer of JSON-RPC")
    return answer
