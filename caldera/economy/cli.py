"""`caldera economy` as a command: read, simulate, check, print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caldera.artifacts import NotCompiled
from caldera.deployment.economy import load_economy
from caldera.deployment.errors import DeploymentError, ManifestError
from caldera.deployment.manifest import Manifest
from caldera.evm.errors import EvmError
from caldera.screen import Screen

from .assumptions import read_assumptions
from .errors import ChainIncomplete, EconomyError, SameEconomy
from .show import data, show
from .simulate import Simulation, simulate
from .unlock import MONTHS

if TYPE_CHECKING:
    from .chain import Checked

PUBLISHED = tuple(Path("profiles") / f"{name}.yml" for name in ("circulation", "integration", "connector"))

app = typer.Typer(help="Look into the economy of ERA.", no_args_is_help=True)

_err = Screen(stderr=True)


@app.callback()
def economy() -> None:
    """Look into the economy of ERA."""


@app.command()
def report(
    profile: Annotated[
        list[Path] | None, typer.Option("--profile", help="An economy; the three published ones if none. Repeat.")
    ] = None,
    assumptions: Annotated[
        Path | None, typer.Option(help="YAML with the assumptions that differ from the defaults.")
    ] = None,
    assume: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="One assumption, such as growth_bps=150. Repeat.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the plots and an HTML page there.")] = None,
    rpc_url: Annotated[str | None, typer.Option("--rpc-url", help="Check a chain against the one --profile.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="Manifest of the deployment on that chain.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Who holds the supply over ten years, and when budgets end. Exit code 1 if a chain differs from the profile."""
    try:
        found = None
        paths = profile or list(PUBLISHED)
        given = read_assumptions(assumptions, assume or [])
        economies = [load_economy(path) for path in paths]
        names = [one.name for one in economies]
        if len(set(names)) < len(names):
            raise SameEconomy(f"two profiles have the same name: {', '.join(names)}")
        if (rpc_url is None) != (manifest is None) or (rpc_url and len(economies) != 1):
            raise ChainIncomplete("a check needs --rpc-url, --manifest and one --profile, that of the deployment")
        made: list[Simulation] = []
        with _err.status("simulating") as status:
            for one in economies:
                status.update(f"{one.name}: {MONTHS} months")
                made.append(simulate(one, given))
        if rpc_url and manifest:
            found = _check(rpc_url, manifest, made[0])
        if out:
            from .page import write  # here, since the library of the plots takes a second to load

            for path in write(out, made, found):
                _err.print(f"written: {path}", markup=False, highlight=False)
        if as_json:
            sys.stdout.write(json.dumps(data(made, found), indent=2) + "\n")
        else:
            show(Screen(highlight=False, markup=False), made, found)
    except (EconomyError, DeploymentError, EvmError, NotCompiled, OSError) as error:
        if as_json:
            words = {"error": type(error).__name__, "message": str(error)}
            sys.stdout.write(json.dumps(words, indent=2) + "\n")
        else:
            _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None
    if found and found.differences:
        raise typer.Exit(1)


def _check(url: str, manifest: Path, made: Simulation) -> Checked:
    kept = Manifest.load(manifest)
    if kept is None:
        raise ManifestError(f"{manifest} does not exist: name that of the deployment by --manifest")
    from caldera.evm import Rpc

    from .chain import check_chain  # here, since the handles exist only once the contracts are compiled

    chain = Rpc(url, kept.chain_id)
    try:
        return check_chain(chain, {name: intent.address for name, intent in kept.contracts.items()}, made.economy)
    finally:
        chain.close()
