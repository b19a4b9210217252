"""Defects of bridges, of verifiers of proofs and of rules that are asked over and over, as far as they can be here.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from caldera.contracts import ThriftyCaller
from caldera.evm import Account, Anvil, AnvilMissing
from caldera.evm.anvil_process import find_anvil
from tests.support import light as light_nodes
from tests.support import revenue as revenue_cycle
from tests.support.light import COLD
from tests.support.revenue import USD
from tests.support.suite import DAY, MINIMUM, Suite, reverts
from tests.support.suite import build as build_suite

REASON = b"\1" * 32


class TestVerifiers:
    """Who checks a signature or a proof for others."""

    @pytest.mark.known_defect("starved-verifier")
    def test_a_check_without_gas_fails_and_never_says_no(self) -> None:
        """snarkjs: a verifier that runs out of gas answers false, and a good proof is recorded as a bad one."""
        light = light_nodes.build(budget=0)
        number = light.device("alpha")
        one, signature = light.signed(number, 5)
        caller = ThriftyCaller.deploy(light.chain, sender=light.mallory)
        check = light.register.calldata.isSignedBy(number, light.light.observationDigest(one), signature)
        bring = light.light.calldata.submit([one], [signature])
        answers, brought = set(), []
        for gas in (*range(1_000, 200_000, 9_000), *range(200_000, 2_000_000, 100_000)):
            done, answer = caller.act(light.register, check, gas, sender=light.mallory).returned
            if done:
                answers.add(int.from_bytes(answer, "big"))
            with light.chain.isolated():
                brought.append(caller.act(light.light, bring, gas, sender=light.mallory).returned[0])
                values = light.light.windowOf(COLD, light.window)[2]
                assert bool(values) == brought[-1]
        assert answers == {True}
        assert brought == sorted(brought)  # enough gas is enough
        assert {brought[0], brought[-1]} == {False, True}
        assert light.weight(number) == 10_000  # nothing is held against the device


class TestRefunds:
    """What was paid goes back once, and from where it lies."""

    @pytest.mark.known_defect("refund-elsewhere")
    def test_only_where_the_money_is(self) -> None:
        """An intents framework: a refund was taken where the order had never been."""
        revenue = revenue_cycle.build()
        waits, other, direct = revenue.open(window=1), revenue.open(window=1, owner=revenue.maker), revenue.open()
        sale, same = revenue.pay(waits, 100), revenue.sale()
        revenue.pay(other, 100, same, payer=revenue.stranger)
        revenue.pay(direct, 100, sale)
        held = revenue.has(revenue.cycle)
        nowhere: list[tuple[str, int, bytes, Account]] = [
            ("UnknownSale", other, sale, revenue.maker),
            ("UnknownSale", waits, same, revenue.brand),
            ("SaleClosed", direct, sale, revenue.brand),
            ("UnknownSale", 99, sale, revenue.brand),
        ]
        for error, scheme, id, by in nowhere:
            with reverts(error):
                revenue.cycle.refund(scheme, id, 100, REASON, sender=by)
        with reverts("NotTheSchemeOwner"):
            revenue.cycle.refund(other, same, 100, REASON, sender=revenue.brand)
        assert revenue.has(revenue.cycle) == held == 200
        revenue.cycle.refund(waits, sale, 100, REASON, sender=revenue.brand)
        assert revenue.has(revenue.account("market")) == 100
        revenue.suite.chain.skip(DAY)
        revenue.cycle.release(other, same, sender=revenue.stranger)
        assert revenue.has(revenue.cycle) == revenue.cycle.owed(revenue.stranger, USD) == 0


class TestRules:
    """What a transfer asks."""

    @pytest.fixture
    def suite(self) -> Iterator[Suite]:
        """On a node, which tells who called whom."""
        try:
            find_anvil()
        except AnvilMissing as error:
            pytest.skip(str(error))
        with Anvil() as chain:
            yield build_suite(chain)

    @pytest.mark.known_defect("t-rex-twice")
    def test_each_contract_is_asked_once(self, suite: Suite) -> None:
        """T-REX: each transfer calls every module of rules twice, once to ask and once to tell."""
        asset = suite.circulating()
        suite.send(suite.seller, suite.alice, asset, MINIMUM)
        data = suite.ledger.calldata.safeTransferFrom(suite.seller, suite.alice, asset, MINIMUM, b"")
        sent = {"from": suite.seller.address, "to": suite.ledger.address, "data": "0x" + data.hex()}
        traced: Any = suite.chain.rpc("debug_traceCall", sent, "latest", {"tracer": "callTracer"})  # type: ignore[attr-defined]
        asked = [one["to"].lower() for one in traced.get("calls", ())]
        assert len(asked) == len(set(asked)) <= 1
        assert "error" not in traced
