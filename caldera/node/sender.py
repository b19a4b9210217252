"""Sends transactions, each purpose at most once at a time: what is signed is kept before it is sent, and after a crash
the very same transaction is sent again, not another one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from caldera.evm import Address, ContractError, EngineError, Refused, Rpc
from caldera.evm.node import call_failure
from caldera.evm.rpc import RpcError

from .keys import NodeKey
from .store import Sent, Store

_LEGACY = 0xC0
"""First byte of a transaction without a type, which names one price of gas: such a one is only sent again."""


class Fate(StrEnum):
    """What became of a transaction. `refused`: it would fail, or cannot be paid for; nothing was sent."""

    done = "done"
    pending = "pending"
    failed = "failed"
    refused = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`why`: of what failed or was refused, in words. `hash`: of the transaction, where there is one."""

    fate: Fate
    why: str = ""
    hash: str = ""
    gas_used: int = 0


class Sender:
    """Sends with one key."""

    def __init__(
        self,
        chain: Rpc,
        store: Store,
        key: NodeKey,
        max_fee: int | None = None,
        stuck_seconds: float = 120.0,
        patience: float = 1.0,
        clock: Callable[[], float] = time.time,
        notify: Callable[[str, Outcome], None] = lambda purpose, outcome: None,
        crash: Callable[[str], None] = lambda place: None,
    ) -> None:
        """Args:
        max_fee: wei a unit of gas may cost.
        stuck_seconds: after this time a transaction is replaced by one that pays more.
        patience: seconds to wait for a receipt before going on with something else.
        notify: told what became of a transaction, with the first word of its purpose.
        crash: called at each step by name; for tests.
        """
        self._chain, self._store, self._key = chain, store, key
        self._max_fee, self._stuck, self._patience = max_fee, stuck_seconds, patience
        self._clock, self._notify, self._crash = clock, notify, crash

    @property
    def address(self) -> Address:
        """Who pays."""
        return self._key.address

    def send(self, purpose: str, to: Address, data: bytes) -> Outcome:
        """Sends a call for a purpose, or looks after the one that was sent for it before.

        Raises:
            EngineError: the chain does not answer; call it again.
        """
        known = self._store.sent(purpose)
        outcome = None if known is None else self._look(known)
        if outcome is None:
            outcome = self._new(purpose, to, data)
        self._notify(purpose.partition(":")[0], outcome)
        return outcome

    def look_after(self) -> None:
        """Sends again what is in no block yet: a transaction that is missing holds up all that come after it."""
        for purpose in self._store.purposes(self.address):
            known = self._store.sent(purpose)
            if known is not None:
                self._look(known, wait=False)

    def _look(self, known: Sent, wait: bool = True) -> Outcome | None:
        """What became of a transaction; None where it can never be in a block."""
        outcome = self._receipt(known)
        if outcome is not None:
            return outcome
        used = int(self._chain.rpc("eth_getTransactionCount", known.sender, "latest"), 16)
        if used > known.nonce:
            # Its place is taken. A node that lags may not have the receipt yet: ask once more before giving it up.
            outcome = self._receipt(known)
            if outcome is None:
                self._store.drop_sent(known.purpose)
            return outcome
        if self._clock() - known.sent_at > self._stuck:
            self._replace(known)
        else:
            self._publish(known)
        return self._await(known.purpose) if wait else Outcome(Fate.pending, hash=known.hashes[-1])

    def _receipt(self, known: Sent) -> Outcome | None:
        for tx_hash in known.hashes:
            raw = self._chain.rpc("eth_getTransactionReceipt", tx_hash)
            if raw and raw.get("blockNumber"):
                self._store.drop_sent(known.purpose)
                ok = raw.get("status") == "0x1"
                why = "" if ok else "it failed in its block"
                return Outcome(Fate.done if ok else Fate.failed, why, tx_hash, int(raw.get("gasUsed", "0x0"), 16))
        return None

    def _new(self, purpose: str, to: Address, data: bytes) -> Outcome:
        fields = {"from": self.address, "to": to, "data": "0x" + data.hex()}
        try:
            gas = int(self._chain.rpc("eth_estimateGas", fields), 16)
            fees = self._chain.fees()
        except RpcError as error:
            failure = call_failure(error)
            if isinstance(failure, ContractError | Refused):
                return Outcome(Fate.refused, str(failure) or type(failure).__name__)
            raise
        except Refused as error:
            return Outcome(Fate.refused, str(error))
        taken = int(self._chain.rpc("eth_getTransactionCount", self.address, "pending"), 16)
        nonce = max(taken, self._store.next_nonce(self.address))
        transaction = {
            "chainId": self._chain.chain_id,
            "nonce": nonce,
            "gas": gas + gas // 4 + 20_000,
            "to": to,
            "value": 0,
            "data": data,
            **fees,
        }
        raw, tx_hash = self._key.sign_transaction(transaction)
        known = Sent(purpose, self.address, nonce, raw, (tx_hash,), self._clock())
        self._crash("transaction signed")
        self._store.keep_sent(known)
        self._crash("transaction stored")
        self._publish(known)
        self._crash("transaction sent")
        return self._await(purpose)

    def _replace(self, known: Sent) -> None:
        """The same call in the same place, for at least an eighth more, which nodes ask for."""
        from eth_account.typed_transactions.typed_transaction import TypedTransaction  # only where it is needed
        from hexbytes import HexBytes

        if known.raw[0] >= _LEGACY:
            self._publish(known)
            return
        old: dict[str, Any] = dict(TypedTransaction.from_bytes(HexBytes(known.raw)).as_dict())
        fees = self._chain.fees()
        for name in ("maxFeePerGas", "maxPriorityFeePerGas"):
            if name in old:
                old[name] = max(int(fees.get(name, 0)), int(old[name]) * 9 // 8 + 1)
        if self._max_fee is not None and old.get("maxFeePerGas", 0) > self._max_fee:
            self._publish(known)
            return
        wanted = {name: old[name] for name in ("chainId", "nonce", "gas", "to", "value", "data", "maxFeePerGas")}
        raw, tx_hash = self._key.sign_transaction(wanted | {"maxPriorityFeePerGas": old["maxPriorityFeePerGas"]})
        dearer = replace(known, raw=raw, hashes=(*known.hashes, tx_hash), sent_at=self._clock())
        self._store.keep_sent(dearer)
        self._publish(dearer)

    def _publish(self, known: Sent) -> None:
        try:
            self._chain.rpc("eth_sendRawTransaction", "0x" + known.raw.hex())
        except RpcError:
            return  # known already, its nonce used, or too cheap: the receipt will tell, or it is replaced in time
        except EngineError:
            return  # it may have arrived all the same

    def _await(self, purpose: str) -> Outcome:
        give_up = time.monotonic() + self._patience
        while True:
            known = self._store.sent(purpose)
            assert known is not None
            outcome = self._receipt(known)
            if outcome is not None:
                return outcome
            if time.monotonic() >= give_up:
                return Outcome(Fate.pending, hash=known.hashes[-1])
            time.sleep(0.1)
