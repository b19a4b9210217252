"""`plan`, `apply` and `verify` as commands. Nothing is asked for; a key is named by its environment variable only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from caldera.artifacts import NotCompiled, load
from caldera.screen import Screen
from caldera.whole_file import write_whole

from .applier import apply
from .errors import ArtifactsNotFound, DeploymentError, ManifestError, UnknownPicture, VerificationFailed, WrongDeployer
from .findings import Finding
from .load import load_profile
from .manifest import Manifest
from .planner import plan, require_chain
from .port import Port
from .power_page import page
from .profile import Profile
from .read_map import power_map
from .table import (
    deployment_json,
    deployment_table,
    findings_json,
    findings_table,
    plan_json,
    plan_table,
    powers_json,
    powers_table,
)
from .verifier import deployed_suite, verify
from .web3_port import Web3Port

app = typer.Typer(help="Deploy a profile, and check a deployment against it.", no_args_is_help=True)

ProfileOption = Annotated[Path, typer.Option("--profile", help="The profile, such as profiles/devnet.yml.")]
UrlOption = Annotated[str, typer.Option("--rpc-url", help="JSON-RPC URL of the node.")]
KeyOption = Annotated[
    str | None, typer.Option("--private-key-env", metavar="NAME", help="Environment variable with the deployer's key.")
]
DeployerOption = Annotated[
    str | None, typer.Option("--deployer", help="The deployer's address, where no key is needed.")
]
ManifestOption = Annotated[
    Path | None, typer.Option("--manifest", help="The manifest; deployments/<network>.json if not given.")
]
EconomyOption = Annotated[
    Path | None,
    typer.Option(
        "--economy", help="A file such as profiles/integration.yml, whose economy takes the place of the profile's."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_out = Screen()
_err = Screen(stderr=True)


@app.command("plan")
def plan_command(
    profile: ProfileOption,
    rpc_url: UrlOption,
    private_key_env: KeyOption = None,
    deployer: DeployerOption = None,
    manifest: ManifestOption = None,
    economy: EconomyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what apply would do. Sends nothing, writes nothing."""
    with _failing(as_json):
        loaded = load_profile(profile, economy=economy)
        port = Web3Port(rpc_url, _key(private_key_env), deployer)
        made = plan(loaded, _artifacts(), port, Manifest.load(_path(loaded, manifest)))
        _show(as_json, plan_json(made), plan_table(made))


@app.command("apply")
def apply_command(
    profile: ProfileOption,
    rpc_url: UrlOption,
    private_key_env: KeyOption = None,
    deployer: DeployerOption = None,
    unlocked: Annotated[bool, typer.Option("--unlocked", help="Let the node sign for --deployer.")] = False,
    manifest: ManifestOption = None,
    economy: EconomyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Carry out what is missing, then verify. May be cut short at any point and called again."""
    run_apply(
        lambda: profile,
        lambda: Web3Port(rpc_url, _key(private_key_env), deployer, unlocked),
        manifest,
        economy,
        as_json,
    )


@app.command("verify")
def verify_command(
    profile: ProfileOption,
    rpc_url: UrlOption,
    manifest: ManifestOption = None,
    economy: EconomyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read everything back and compare. Exit code 1 if anything differs."""
    run_verify(lambda: profile, lambda: Web3Port(rpc_url), manifest, economy, as_json)


def run_apply(
    profile: Callable[[], Path], port: Callable[[], Port], manifest: Path | None, economy: Path | None, as_json: bool
) -> None:
    """`apply` for whoever brings profile and port, which are made where their errors are shown."""
    with _failing(as_json):
        loaded, connected = load_profile(profile(), economy=economy), port()
        with _err.status("planning") as status:
            deployed = apply(
                loaded,
                _artifacts(),
                connected,
                _path(loaded, manifest),
                lambda number, count, title: status.update(f"{number}/{count} {title}"),
            )
        _show(as_json, deployment_json(deployed), deployment_table(deployed))
        if not as_json:
            spent = deployed.spent
            _out.print(
                f"{spent.transactions} transaction(s), {spent.gas:,} gas, {spent.dearest:,} at most, "
                f"{spent.data:,} bytes of call data; verified, nothing differs",
                soft_wrap=True,
            )


def run_verify(
    profile: Callable[[], Path], port: Callable[[], Port], manifest: Path | None, economy: Path | None, as_json: bool
) -> None:
    """`verify` for whoever brings profile and port, which are made where their errors are shown."""
    with _failing(as_json):
        loaded, connected = load_profile(profile(), economy=economy), port()
        path = _path(loaded, manifest)
        kept = _kept(path)
        artifacts = _artifacts()
        findings = verify(loaded, artifacts, connected, kept)
        if findings:
            raise VerificationFailed(list(findings))
        found = power_map(deployed_suite(loaded, artifacts, connected, kept), kept.from_block)
        content = {"findings": [], "restricted": found.restricted(), "powers": powers_json(found)}
        _show(as_json, content, powers_table(found))
        if not as_json:
            _out.print(f"{loaded.network}, chain {loaded.chain_id}: nothing differs")


@app.command("powers")
def powers_command(
    profile: ProfileOption,
    rpc_url: UrlOption,
    manifest: ManifestOption = None,
    economy: EconomyOption = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the map as a page, such as power.md.")
    ] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Draw the map as .png or .svg.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show who can do what, after which delay: read from the chain, whatever the profile says."""
    with _failing(as_json):
        kind = _picture_kind(picture)
        loaded = load_profile(profile, economy=economy)
        path = _path(loaded, manifest)
        kept = _kept(path)
        port = Web3Port(rpc_url)
        require_chain(loaded, port, kept)
        found = power_map(deployed_suite(loaded, _artifacts(), port, kept), kept.from_block)
        if picture and kind:
            from .power_plot import draw  # slow to import

            write_whole(picture, draw(found, kind), folders=False)
        if markdown:
            shown = os.path.relpath(picture, markdown.parent) if picture else None
            write_whole(markdown, page(found, shown), folders=False)
        _show(as_json, powers_json(found), powers_table(found))


def _show(as_json: bool, data: Any, table: Any) -> None:
    if as_json:
        sys.stdout.write(json.dumps(data, indent=2) + "\n")
    else:
        _out.print(table)


@contextmanager
def _failing(as_json: bool) -> Iterator[None]:
    """Errors as a message and exit code 1 instead of a traceback."""
    try:
        yield
    except VerificationFailed as error:
        findings = [finding for finding in error.findings if isinstance(finding, Finding)]
        _show(as_json, {"findings": findings_json(findings)}, findings_table(findings))
        raise typer.Exit(1) from None
    except DeploymentError as error:
        if as_json:
            sys.stdout.write(json.dumps({"error": type(error).__name__, "message": str(error)}, indent=2) + "\n")
        else:
            _err.print(f"{type(error).__name__}: {error}", style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None


def _path(profile: Profile, chosen: Path | None) -> Path:
    return chosen or Path("deployments") / f"{profile.network}.json"


def _kept(path: Path) -> Manifest:
    kept = Manifest.load(path)
    if kept is None:
        raise ManifestError(f"{path} does not exist: apply the profile first, or name the file by --manifest")
    return kept


def _picture_kind(path: Path | None) -> str | None:
    if path is None:
        return None
    if path.suffix not in (".png", ".svg"):
        raise UnknownPicture(f"--picture {path}: pictures are .png or .svg")
    return path.suffix[1:]


def _artifacts() -> Any:
    try:
        return load()
    except NotCompiled as error:
        raise ArtifactsNotFound(str(error)) from None


def _key(name: str | None) -> str | None:
    if name is None:
        return None
    key = os.environ.get(name)
    if not key:
        raise WrongDeployer(f"the environment variable {name} is empty or not set; put the deployer's key there")
    return key
