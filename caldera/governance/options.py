"""What the commands of `caldera gov` share: which deployment on which node, who signs, and how errors are told."""

from __future__ import annotations

import inspect
import json
import os
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from caldera.artifacts import NotCompiled, load
from caldera.deployment.errors import DeploymentError
from caldera.deployment.load import load_profile
from caldera.deployment.manifest import Manifest
from caldera.deployment.port import Port
from caldera.deployment.web3_port import Web3Port
from caldera.evm.address import BadAddress, to_address
from caldera.evm.errors import EvmError
from caldera.screen import Screen

from .desk import Desk
from .errors import DraftInvalid, GovernanceError, OptionInvalid, SimulationFailed
from .proposals import Governance

_err = Screen(stderr=True)


@dataclass(frozen=True)
class Connection:
    """What is connected already, where the command runs within Ape: `caldera gov` takes it in place of its options."""

    url: str
    profile: Callable[[Path | None], Path]
    port: Callable[[], Port]


@dataclass
class Call:
    """One run of a command. `key_env`: names the environment variable with the key that signs."""

    desk: Desk
    as_json: bool
    key_env: str | None

    def key(self) -> str | None:
        """The key that signs; None where none was named."""
        return _key(self.key_env)

    def address(self, text: str) -> str:
        """An account: an address or $Name."""
        try:
            return to_address(self.desk.governance.suite.address(text))
        except (DeploymentError, BadAddress) as error:
            raise OptionInvalid(f"{text}: {error}") from None

    def print(self, said: dict[str, Any], indent: int | None = 2) -> None:
        """An answer for programs."""
        _print(said, indent)

    @contextmanager
    def status(self) -> Iterator[Callable[[str], None]]:
        """What a simulation is at."""
        if self.as_json:
            yield lambda words: None
            return
        with _err.status("simulating") as status:
            yield lambda words: status.update(f"simulating: {words}")


def _where(
    context: typer.Context,
    profile: Annotated[Path | None, typer.Option("--profile", help="The profile, such as profiles/devnet.yml.")] = None,
    economy: Annotated[
        Path | None, typer.Option("--economy", help="A file whose economy takes the place of the profile's.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option("--manifest", help="The manifest; deployments/<network>.json if not given.")
    ] = None,
    rpc_url: Annotated[str | None, typer.Option("--rpc-url", help="JSON-RPC URL of the node.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """The options of every command."""


def _who(
    private_key_env: Annotated[
        str | None,
        typer.Option("--private-key-env", metavar="NAME", help="Environment variable with the key that signs."),
    ] = None,
    sender: Annotated[str | None, typer.Option("--sender", help="Who sends, where no key is needed.")] = None,
    unlocked: Annotated[bool, typer.Option("--unlocked", help="Let the node sign for --sender.")] = False,
) -> None:
    """The options of commands that send."""


def _parameters(function: Callable[..., None]) -> list[inspect.Parameter]:
    hints = typing.get_type_hints(function, include_extras=True)
    found = inspect.signature(function).parameters.values()
    return [one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[one.name]) for one in found]


_SHARED = _parameters(_where)
_SENDING = _parameters(_who)


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """A command that sends nothing: its first parameter is a `Call`, what follows it are its own options."""
    return _connected(command, _SHARED)


def reads_as(command: Callable[..., None]) -> Callable[..., None]:
    """The same, as if --sender sent."""
    return _connected(command, _SHARED + [one for one in _SENDING if one.name == "sender"])


def sends(command: Callable[..., None]) -> Callable[..., None]:
    """A command that sends: the same, with the options that say who signs."""
    return _connected(command, _SHARED + _SENDING)


def _connected(command: Callable[..., None], shared: list[inspect.Parameter]) -> Callable[..., None]:
    def run(**given: Any) -> None:
        said = {one.name: given.pop(one.name) for one in shared}
        as_json = said.pop("as_json")
        with _failing(as_json):
            command(Call(_desk(**said), as_json, said.get("private_key_env")), **given)

    own = _parameters(command)[1:]
    # What Typer reads; the own ones first, so that --help begins with them.
    run.__dict__["__signature__"] = inspect.Signature([*own, *shared])
    run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def _desk(
    context: typer.Context,
    profile: Path | None,
    economy: Path | None,
    manifest: Path | None,
    rpc_url: str | None,
    private_key_env: str | None = None,
    sender: str | None = None,
    unlocked: bool = False,
) -> Desk:
    connected = context.obj if isinstance(context.obj, Connection) else None
    if connected is not None:
        if rpc_url or private_key_env or sender or unlocked:
            raise OptionInvalid("network and account are Ape's here: --network and --account say them")
        url, port, path = connected.url, connected.port(), connected.profile(profile)
    else:
        if rpc_url is None or profile is None:
            raise OptionInvalid("--profile and --rpc-url say which deployment on which node")
        url, path = rpc_url, profile
        port = Web3Port(rpc_url, _key(private_key_env), _sender(sender), unlocked)
    loaded = load_profile(path, economy=economy)
    where = manifest or Path("deployments") / f"{loaded.network}.json"
    kept = Manifest.load(where)
    if kept is None:
        raise OptionInvalid(f"--manifest {where}: there is no such file; it is what `caldera deploy apply` leaves")
    return Desk(Governance.of(loaded, load(), port, kept), url, kept)


def _sender(text: str | None) -> str | None:
    try:
        return None if text is None else to_address(text)
    except BadAddress as error:
        raise OptionInvalid(f"--sender: {error}") from None


def _key(name: str | None) -> str | None:
    if name is None:
        return None
    key = os.environ.get(name)
    if not key:
        raise OptionInvalid(f"the environment variable {name} is empty or not set; put the key there")
    return key


def _print(said: dict[str, Any], indent: int | None = 2) -> None:
    sys.stdout.write(json.dumps(said, indent=indent) + "\n")
    sys.stdout.flush()


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except (GovernanceError, DeploymentError, EvmError, NotCompiled, OSError) as error:
        _fail(as_json, error)


def _fail(as_json: bool, error: Exception) -> NoReturn:
    if as_json:
        said: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
        if isinstance(error, DraftInvalid):
            said["problems"] = list(error.problems)
        if isinstance(error, SimulationFailed):
            said["reasons"] = list(error.reasons)
        _print(said)
    else:
        _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)
