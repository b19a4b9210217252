"""`caldera node` as a command."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from caldera.evm import EvmError
from caldera.screen import Screen

from .blocks import connect
from .chain import Verification, check_code
from .config import NodeConfig, load_config
from .errors import ChainMismatch, ConfigInvalid, NodeError
from .keys import NodeKey, open_key
from .store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Run a verification node.")
_out = Screen(highlight=False, markup=False)
_err = Screen(stderr=True)
_ERA = 10**18

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="YAML; see examples/node.yml.")]
RpcUrl = Annotated[str | None, typer.Option("--rpc-url", help="In the place of chain.rpc_url.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def run(
    config: ConfigFile,
    rpc_url: RpcUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Log one JSON object a line.")] = False,
) -> None:
    """Runs the node until Ctrl-C or SIGTERM."""
    from .logs import set_up
    from .service import Node

    with _failing(as_json):
        settings = load_config(config, rpc_url)
        set_up("json" if as_json else settings.log.format, settings.log.level)
        key, gas_key = _keys(settings)
        asyncio.run(_run(Node, settings, key, gas_key))


async def _run(make: Any, settings: NodeConfig, key: NodeKey, gas_key: NodeKey | None) -> None:
    await make(settings, key, gas_key).run()


def _keys(settings: NodeConfig) -> tuple[NodeKey, NodeKey | None]:
    key = open_key(settings.key.path, settings.key.passphrase_file)
    gas = settings.gas_key
    return key, None if gas is None else open_key(gas.path, gas.passphrase_file)


@app.command("check-config")
def check_config(
    config: ConfigFile,
    rpc_url: RpcUrl = None,
    offline: Annotated[bool, typer.Option(help="Do not ask the chain, and open no key.")] = False,
    as_json: AsJson = False,
) -> None:
    """Checks a configuration: the file, then keys, chain, contracts and the node's registration."""
    with _failing(as_json):
        settings = load_config(config, rpc_url)
        facts: dict[str, Any] = {
            "node": settings.node,
            "chain": settings.chain.id,
            "store": str(settings.store),
            "checks": [one.name for one in settings.checks],
        }
        if not offline:
            key, gas_key = _keys(settings)
            facts |= {"key": key.address, "gas key": (gas_key or key).address}
            facts |= _look(settings, key)
        _say(as_json, facts, "The configuration is good")


def _look(settings: NodeConfig, key: NodeKey) -> dict[str, Any]:
    contracts = settings.contracts
    with connect(settings) as chain:
        named = {
            name: address
            for name in ("verification", "court", "rewards", "penalties")
            if (address := getattr(contracts, name)) is not None
        }
        codes = check_code(chain, named, contracts.code)
        verification = Verification(chain, contracts.verification)
        if not 1 <= settings.node <= verification.nodes.nodeCount():
            raise ChainMismatch(f"there is no node {settings.node}: register it first, then write its number")
        operator = verification.nodes.operatorOf(settings.node)
        if operator != key.address:
            raise ChainMismatch(f"node {settings.node} signs with {operator}, the key is {key.address}: correct one")
        active, _, live = verification.nodes.stakeOf(settings.node)
        return {"code": codes, "stake": f"{active // _ERA} ERA", "live": live}


@app.command()
def status(
    config: ConfigFile,
    rpc_url: RpcUrl = None,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="How many requests to show.")] = 20,
) -> None:
    """Shows requests and what became of them, duties in court, and the node's stake and scores."""
    with _failing(as_json):
        settings = load_config(config, rpc_url)
        store = Store(settings.store, read_only=True)
        try:
            said = _status(settings, store, limit)
        finally:
            store.close()
        if as_json:
            sys.stdout.write(json.dumps(said, indent=2) + "\n")
            return
        table = Table("request", "kind", "claimed", "state", "signed", "deadline", "why", title=f"Node {settings.node}")
        for row in said["requests"]:
            signed = "–" if row["amount"] is None else row["amount"]
            shown = (row["number"], row["kind"], row["claimed"], row["state"], signed, row["deadline"], row["why"])
            table.add_row(*(str(cell) for cell in shown))
        _out.print(table)
        for duty in said["court"]:
            _out.print(f"case {duty['case']}, panel {duty['panel']}: {duty['state']}. {duty['why']}")
        for one in said["conflicts"]:
            _out.print(
                f"node {one['node']} signed two results of request {one['number']}: {one['state']}. {one['why']}"
            )
        for name, value in said["chain"].items():
            _out.print(f"{name}: {value}")


def _status(settings: NodeConfig, store: Store, limit: int) -> dict[str, Any]:
    rows = []
    for known in store.requests(limit):
        decided = store.decided(known.number)
        rows.append(
            {
                "number": known.number,
                "kind": known.kind,
                "claimed": str(known.claimed),
                "state": known.state,
                "amount": None if decided is None else str(decided.amount),
                "deadline": _moment(known.deadline),
                "why": known.why,
            }
        )
    duties = [{"case": one.case, "panel": one.panel, "state": one.state, "why": one.why} for one in store.all_duties()]
    conflicts = [
        {"node": one.node, "number": one.number, "state": one.state, "why": one.why or _unproven(settings)}
        for one in store.all_conflicts()
    ]
    said = {"requests": rows, "court": duties, "conflicts": conflicts}
    return said | {"cursor": store.cursor(), "chain": _on_chain(settings)}


def _unproven(settings: NodeConfig) -> str:
    if settings.contracts.penalties is None:
        return "kept; nobody proves it here: contracts.penalties is not named"
    return "to be proven" if settings.conflicts.prove else "kept; conflicts.prove is off"


def _on_chain(settings: NodeConfig) -> dict[str, Any]:
    """What the chain says, or why it does not: a status is for the day on which something is wrong."""
    try:
        with connect(settings) as chain:
            verification = Verification(chain, settings.contracts.verification)
            active, leaving, live = verification.nodes.stakeOf(settings.node)
            epoch = verification.records.currentEpoch()
            volume, accuracy, efficiency = verification.records.scoreOf(settings.node, epoch, active)
            record = verification.records.recordOf(settings.node, epoch)
            return {
                "head": chain.block_number,
                "stake": f"{active // _ERA} ERA active, {leaving // _ERA} leaving, {'live' if live else 'not live'}",
                "epoch": epoch,
                "scores": f"volume {volume}, accuracy {accuracy}, efficiency {efficiency} of 10,000",
                "this epoch": f"{record.signed} signed, {record.wrong} wrong, {record.missed} missed",
            }
    except (EvmError, NodeError) as error:
        return {"chain": f"cannot be asked: {error}"}


@app.command()
def explain(
    number: Annotated[int, typer.Argument(min=1, help="A request.")], config: ConfigFile, as_json: AsJson = False
) -> None:
    """Says why the node signed a request, or why not. Reads the store alone."""
    with _failing(as_json):
        settings = load_config(config)
        store = Store(settings.store, read_only=True)
        try:
            said = _explain(store, number)
        finally:
            store.close()
        if as_json:
            sys.stdout.write(json.dumps(said, indent=2) + "\n")
            return
        _out.soft_wrap = True
        _out.print(f"Request {number}: {said['state']}. {said['why']}".rstrip())
        if said["result"]:
            result = said["result"]
            what = (
                f"Signed {result['amount']}"
                if result["signature"]
                else f"Decided on {result['amount']}, not signed yet"
            )
            _out.print(f"{what}, good until {result['validUntil']}. {result['reason']}")
        for verdict in said["verdicts"]:
            word = "accepts" if verdict["accept"] else "refuses"
            facts = "  ".join(f"{name}={value}" for name, value in verdict["facts"].items())
            _out.print(f"  {_moment(verdict['at'])}  {verdict['name']} {word}: {verdict['reason']}  {facts}".rstrip())
        for one in said["collected"]:
            _out.print(f"  signature of node {one['node']} ({one['signer']}) for {one['amount']}")
        for line in said["diary"]:
            _out.print(f"  {line}")


def _explain(store: Store, number: int) -> dict[str, Any]:
    known = store.request(number)
    if known is None:
        raise NodeError(f"request {number} was not seen: it is newer than what was read, or there is none")
    decided = store.decided(number)
    result = None
    if decided is not None:
        result = {
            "amount": str(decided.amount),
            "validUntil": _moment(decided.valid_until),
            "reason": decided.reason,
            "digest": "0x" + decided.digest.hex(),
            "signature": None if decided.signature is None else "0x" + decided.signature.hex(),
        }
    return {
        "number": number,
        "kind": known.kind,
        "state": known.state,
        "why": known.why,
        "result": result,
        "verdicts": store.verdicts(number),
        "collected": [
            {"node": node, "signer": one.signer, "amount": str(one.amount)} for one, node in store.collected(number)
        ],
        "diary": [f"{_moment(at)}  {what}" for at, what in store.notes(number)],
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if seconds else "–"


def _say(as_json: bool, facts: dict[str, Any], words: str) -> None:
    if as_json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
        return
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        if isinstance(value, dict):
            shown = "\n".join(f"{key} {one}" for key, one in value.items())
        table.add_row(name, shown)
    _out.print(table)
    _out.print(f"{words}.")


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (NodeError, EvmError, OSError) as error:
        if as_json:
            said: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
            if isinstance(error, ConfigInvalid):
                said["problems"] = list(error.problems)
            sys.stdout.write(json.dumps(said) + "\n")
        else:
            text = f"{type(error).__name__}: {error}"
            _err.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
