"""How fast contracts run from Python: `python -m benchmarks.evm` measures every way in one run, writes evm.json."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from eth_abi.abi import encode
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from pyrevm import EVM, BlockEnv, CfgEnv, Env
from rich.console import Console
from rich.table import Table

from benchmarks.errors import BenchmarkError
from benchmarks.progress import shown
from caldera import artifacts
from caldera.contracts import EraToken
from caldera.evm import Anvil, Chain, EngineError, Revm
from caldera.evm.hashing import selector

HERE = Path(__file__).resolve().parent
EVM_JSON = HERE / "evm.json"
ROUNDS = 3
SUPPLY = 10**27
HOLDERS = ("alice", "bob", "carol", "dave", "erin")

app = typer.Typer(add_completion=False)


@dataclass
class Rate:
    """One thing measured: how often a second, once a round."""

    name: str
    what: str
    rounds: list[float] = field(default_factory=list)

    @property
    def summary(self) -> dict[str, Any]:
        """Median and range."""
        ordered = sorted(self.rounds)
        return {**asdict(self), "median": median(ordered), "low": ordered[0], "high": ordered[-1]}


def per_second(count: int, work: Callable[[], object], calls: int = 1) -> float:
    """Runs `work` so many times; gives back how many calls a second that makes, `calls` in each run."""
    start = time.perf_counter()
    for _ in range(count):
        work()
    return count * calls / (time.perf_counter() - start)


@contextmanager
def token_on(chain: Chain) -> Iterator[tuple[EraToken, Any, Any]]:
    """The ERA token with two holders, undone afterwards."""
    alice, bob = chain.account("alice"), chain.account("bob")
    with chain.isolated():
        token = EraToken.deploy(chain, alice, sender=alice)
        token.transfer(bob, 1, sender=alice)
        yield token, alice, bob


def handles(chain: Chain, count: int) -> dict[str, float]:
    """Typed handles: transactions, views, and one of each in turn."""
    with token_on(chain) as (token, alice, bob):

        def both() -> None:
            token.transfer(bob, 1, sender=alice)
            token.balanceOf(bob)

        return {
            "transactions": per_second(count, lambda: token.transfer(bob, 1, sender=alice)),
            "views": per_second(count, lambda: token.balanceOf(bob)),
            "calls": per_second(count, both, calls=2),
        }


def bare(count: int) -> dict[str, float]:
    """pyrevm alone, with nothing that makes it behave like a chain."""
    accounts = Revm()
    alice, bob = (accounts.account(label).address for label in ("alice", "bob"))
    evm = EVM(env=Env(cfg=CfgEnv(chain_id=1), block=BlockEnv(number=1, timestamp=1)), gas_limit=30_000_000)
    token = evm.deploy(alice, artifacts.artifact("EraToken").creation + encode(["address"], [alice]))
    code = selector("transfer(address,uint256)")
    ready = code + encode(["address", "uint256"], [bob, 1])
    return {
        "prepared bytes": per_second(count, lambda: evm.message_call(alice, token, ready)),
        "eth_abi": per_second(
            count, lambda: evm.message_call(alice, token, code + encode(["address", "uint256"], [bob, 1]))
        ),
    }


def rules(examples: int, steps: int) -> float:
    """A whole state machine: a transfer rule, an invariant that reads five balances and the supply, a Python model."""
    chain = Revm()
    holders = [chain.account(label) for label in HOLDERS]
    token = EraToken.deploy(chain, holders[0], sender=holders[0])
    start = chain.snapshot()
    done = 0

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            chain.restore(start)
            self.model = dict.fromkeys(holders, 0) | {holders[0]: SUPPLY}

        @rule(giver=st.integers(0, len(HOLDERS) - 1), taker=st.integers(0, len(HOLDERS) - 1), share=st.integers(0, 100))
        def transfer(self, giver: int, taker: int, share: int) -> None:
            nonlocal done
            done += 1
            amount = self.model[holders[giver]] * share // 100
            token.transfer(holders[taker], amount, sender=holders[giver])
            self.model[holders[giver]] -= amount
            self.model[holders[taker]] += amount

        @invariant()
        def balances(self) -> None:
            assert {holder: token.balanceOf(holder) for holder in holders} == self.model
            assert token.totalSupply() == SUPPLY

    drawn = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    began = time.perf_counter()
    run_state_machine_as_test(Machine, settings=drawn)
    return done / (time.perf_counter() - began)


def ape(provider: str, count: int) -> dict[str, float]:
    """Ape's own contract objects, in a process of their own: `ape` keeps one connection a process."""
    command = [sys.executable, "-m", "benchmarks.evm", "--ape-provider", provider, "--count", str(count)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"ape with {provider} does not run: {done.stderr.strip()[-300:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def ape_here(provider: str, count: int) -> dict[str, float]:
    """The same transfers and views through Ape in this process."""
    import logging

    from ape import accounts, networks
    from ape.contracts import ContractContainer
    from ape.logging import logger
    from ethpm_types import ContractType

    logger.set_level(logging.ERROR)
    chosen = {"host": "auto"} if provider == "foundry" else {}
    with networks.parse_network_choice(f"ethereum:local:{provider}", provider_settings=chosen):
        alice, bob = accounts.test_accounts[0], accounts.test_accounts[1]
        raw = json.loads(artifacts.manifest_path().read_text("utf-8"))["contractTypes"]["EraToken"]
        token = alice.deploy(ContractContainer(ContractType.model_validate(raw)), alice.address)
        token.transfer(bob, 1, sender=alice)
        return {
            "transactions": per_second(count, lambda: token.transfer(bob, 1, sender=alice)),
            "views": per_second(count, lambda: token.balanceOf(bob)),
        }


def one_round(anvil: Anvil | None, with_ape: bool, say: Callable[[str], None], number: int) -> dict[str, float]:
    """Every rate once."""
    found: dict[str, float] = {}

    def add(prefix: str, rates: dict[str, float]) -> None:
        found.update({f"{prefix}: {name}": rate for name, rate in rates.items()})

    say(f"round {number}: Revm")
    add("Revm, handles", handles(Revm(), 20_000))
    say(f"round {number}: Revm under Hypothesis")
    found["Revm, handles: rule steps"] = rules(examples=100, steps=50)
    say(f"round {number}: bare pyrevm")
    add("bare pyrevm", bare(20_000))
    if anvil is not None:
        say(f"round {number}: Anvil")
        add("Anvil, handles", handles(anvil, 500))
    for provider in ("test", "foundry") if with_ape else ():
        say(f"round {number}: ape with provider {provider}")
        add(f"ape, {provider}", ape(provider, 20))
    return found


def run(with_ape: bool) -> list[Rate]:
    """All rounds."""
    rates: dict[str, Rate] = {}
    with shown("starting") as progress:
        try:
            anvil = Anvil()
        except EngineError as error:
            progress(f"without Anvil: {error}")
            anvil = None
        try:
            for number in range(1, ROUNDS + 1):
                for name, rate in one_round(anvil, with_ape, progress, number).items():
                    way, _, what = name.partition(": ")
                    rates.setdefault(name, Rate(way, what)).rounds.append(rate)
        finally:
            if anvil is not None:
                anvil.close()
    return list(rates.values())


def document(rates: list[Rate]) -> dict[str, Any]:
    """What evm.json holds: rates a second, medians of the rounds."""
    medians = {f"{rate.name}: {rate.what}": rate.summary["median"] for rate in rates}
    return {
        "calls_per_s": round(medians["Revm, handles: calls"]),
        "rule_steps_per_s": round(medians["Revm, handles: rule steps"]),
        "machine": {
            "cores": os.cpu_count(),
            "load_before": round(LOAD, 2),
            "architecture": platform.machine(),
            "python": platform.python_version(),
        },
        "rounds": ROUNDS,
        "rates": [{k: [round(x, 1) for x in v] if k == "rounds" else round(v, 1) if isinstance(v, float) else v
                   for k, v in rate.summary.items()} for rate in rates],
    }  # fmt: skip


LOAD = os.getloadavg()[0]


@app.command()
def main(
    as_json: Annotated[bool, typer.Option("--json", help="Print what was measured as JSON.")] = False,
    with_ape: Annotated[bool, typer.Option("--ape/--no-ape", help="Measure Ape's own layer, too.")] = True,
    write: Annotated[bool, typer.Option("--write/--no-write", help="Write evm.json beside this file.")] = True,
    ape_provider: Annotated[str, typer.Option(hidden=True)] = "",
    count: Annotated[int, typer.Option(hidden=True)] = 20,
) -> None:
    """Calls a second of the ERA token's `transfer` and `balanceOf`: typed handles, bare pyrevm, Anvil, Ape."""
    if ape_provider:
        typer.echo(json.dumps(ape_here(ape_provider, count)))
        return
    try:
        rates = run(with_ape)
    except BenchmarkError as error:
        Console(stderr=True).print(f"{error}", style="red", markup=False)
        raise typer.Exit(2) from error
    found = document(rates)
    if write:
        EVM_JSON.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        Console().print(_table(rates))


def _table(rates: list[Rate]) -> Table:
    """The rates for a terminal."""
    table = Table(title=f"a second, median of {ROUNDS} (range)")
    for name in ("way", "what"):
        table.add_column(name)
    for name in ("median", "low", "high"):
        table.add_column(name, justify="right")
    for rate in rates:
        table.add_row(rate.name, rate.what, *(f"{rate.summary[key]:,.0f}" for key in ("median", "low", "high")))
    return table


if __name__ == "__main__":
    app()
