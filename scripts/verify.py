"""Read a deployment back from the connected network and compare it with its profile.

The profile is profiles/NETWORK.yml unless --profile names another. Sends nothing. Exit code 1 if anything differs.
"""

from functools import partial
from pathlib import Path

import click
from ape.api import NetworkAPI, ProviderAPI
from ape.cli import ConnectedProviderCommand

from caldera.deployment.ape_signer import ending, port_of, profile_path
from caldera.deployment.cli import run_verify


@click.command(cls=ConnectedProviderCommand, help=__doc__)
@click.option("--profile", type=click.Path(path_type=Path), help="Another profile than the network's.")
@click.option("--economy", type=click.Path(path_type=Path), help="A file whose economy takes the profile's place.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Instead of deployments/NETWORK.json.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cli(
    provider: ProviderAPI,
    network: NetworkAPI,
    profile: Path | None,
    economy: Path | None,
    manifest: Path | None,
    as_json: bool,
) -> None:
    with ending():
        run_verify(partial(profile_path, network.name, profile), partial(port_of, provider), manifest, economy, as_json)
