"""JSON-RPC over one HTTP connection that stays open."""

from __future__ import annotations

import json
import select
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import Any

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


class Rpc:
    """Calls methods of the node at a port of this machine. Not for use from several threads."""

    def __init__(self, port: int, timeout: float = 60.0) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
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
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(self._connection.getresponse().read())
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            raise EngineError(f"no answer to {method} from {self.url}: {error}") from error
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
