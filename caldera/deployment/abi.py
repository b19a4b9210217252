"""ABI words that anybody may have put on the chain, as values."""

from __future__ import annotations

from eth_abi.codec import ABIDecoder
from eth_abi.decoding import StringDecoder
from eth_abi.registry import BaseEquals, registry

_registry = registry.copy()  # type: ignore[no-untyped-call]
_registry.unregister_decoder("string")
# A contract takes any bytes for a text. Here, too: bytes that are no UTF-8 come as surrogates, as in `caldera.evm`, and
# `surrogateescape` makes them bytes again. Otherwise one such text would keep everything beside it from being read.
_string = BaseEquals("string", with_sub=False)  # type: ignore[no-untyped-call]
_decoder = StringDecoder(handle_string_errors="surrogateescape")  # type: ignore[no-untyped-call]
_registry.register_decoder(_string, _decoder, label="string")

decode = ABIDecoder(_registry).decode
"""`eth_abi.abi.decode`, but for texts. Raises `DecodingError`."""
