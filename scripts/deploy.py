"""Deploy a profile to the connected network, and verify it.

The profile is profiles/NETWORK.yml unless --profile names another, so that the same command with another network name
deploys elsewhere. May be cut short at any point and called again: what is there is not made twice.
"""

from pathlib import Path

import click
from ape.api import AccountAPI, NetworkAPI, ProviderAPI
from ape.cli import ConnectedProviderCommand, account_option

from caldera.deployment.ape_signer import ending, port_of, profile_path
from caldera.deployment.cli import run_apply


@click.command(cls=ConnectedProviderCommand, help=__doc__)
@account_option()
@click.option("--profile", type=click.Path(path_type=Path), help="Another profile than the network's.")
@click.option("--economy", type=click.Path(path_type=Path), help="A file whose economy takes the profile's place.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Instead of deployments/NETWORK.json.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cli(
    provider: ProviderAPI,
    network: NetworkAPI,
    account: AccountAPI,
    profile: Path | None,
    economy: Path | None,
    manifest: Path | None,
    as_json: bool,
) -> None:
    with ending():
        run_apply(
            lambda: profile_path(network.name, profile), lambda: port_of(provider, account), manifest, economy, as_json
        )
