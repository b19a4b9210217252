"""A copy of a chain as it stands now, on a node of its own: what is done here changes nothing there."""

from __future__ import annotations

from caldera.evm.anvil import Anvil
from caldera.evm.errors import EngineError, WrongChain
from caldera.evm.rpc import JsonRpc


class Fork(Anvil):
    """Anvil, fetching from another node what it has not seen yet. Any address can send, contracts too; time only moves
    when it is told to, and begins where the copied chain is.

    Not revm in process: it refuses a contract as sender, has the rules of Cancun whatever the chain runs, and its gas
    is none to quote.
    """

    def __init__(self, url: str, chain_id: int, now: int = 0, program: str | None = None) -> None:
        """Copy the latest block.

        Args:
            url: of the node to copy from.
            chain_id: that it must have.
            now: the time there, where its clock is ahead of its latest block.

        Raises:
            WrongChain: another chain answers.
            AnvilMissing: there is no anvil here.
            EngineError: the node does not answer.
        """
        source = JsonRpc(url)
        try:
            found = int(source("eth_chainId"), 16)
            block = source("eth_getBlockByNumber", "latest", False)
        finally:
            source.close()
        if found != chain_id:
            raise WrongChain(f"chain {found} answers on {source.place}, {chain_id} is meant")
        if not block:
            raise EngineError(f"{source.place} knows no latest block")
        number, at = int(block["number"], 16), max(int(block["timestamp"], 16), now)
        # No cache on disk: it is kept by chain id and block number, which two development chains have in common.
        arguments = ["--fork-url", url, "--fork-block-number", str(number), "--no-storage-caching"]
        super().__init__(chain_id, at, arguments=arguments, program=program)
        self.now, self.block_number = at, number
        self.warp(at)
