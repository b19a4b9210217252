"""Proposals on the connected network: what follows are the words of `caldera gov`.

ape run gov --network caldera:devnet:URL --account NAME vote 3 for

The profile is profiles/NETWORK.yml unless --profile names another. Without --account it only reads.
"""

from functools import partial

import click
import typer
from ape.api import NetworkAPI, ProviderAPI
from ape.cli import ConnectedProviderCommand
from ape.utils import ManagerAccessMixin

from caldera.deployment.ape_signer import port_of, profile_path, url_of
from caldera.deployment.port import Port
from caldera.governance.cli import app
from caldera.governance.options import Connection


def _port(provider: ProviderAPI, alias: str | None) -> Port:
    """The connected network, with the account of that name."""
    if alias is None:
        return port_of(provider)
    manager = ManagerAccessMixin.account_manager
    if alias not in manager.aliases:
        raise click.BadOptionUsage("--account", f"Ape has no account {alias}; `ape accounts list` shows them")
    return port_of(provider, manager.load(alias))


@click.command(
    cls=ConnectedProviderCommand,
    help=__doc__,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--account", "alias", help="The account of Ape that signs.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def cli(provider: ProviderAPI, network: NetworkAPI, alias: str | None, words: tuple[str, ...]) -> None:
    connection = Connection(url_of(provider), partial(profile_path, network.name), partial(_port, provider, alias))
    typer.main.get_command(app).main(args=list(words), prog_name="gov", obj=connection)
