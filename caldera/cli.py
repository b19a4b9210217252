"""The command `caldera`."""

import signal
import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from caldera.airdrop.cli import app as airdrop
from caldera.demo.__main__ import main as demo
from caldera.deployment.cli import app as deploy
from caldera.economy.cli import app as economy
from caldera.governance.cli import app as governance
from caldera.node.cli import app as node
from caldera.quote.cli import quote
from caldera.screen import Screen
from caldera.simulation.cli import app as simulation
from caldera.vesting.cli import app as vesting
from caldera.vouchers.cli import vouchers

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Industrial value circulation on rollups.")
app.command("demo")(demo)
app.command("vouchers")(vouchers)
app.command("quote")(quote)
app.add_typer(airdrop, name="airdrop", help="Build and check the lists of an airdrop.")
app.add_typer(vesting, name="vesting", help="Check lists of grants, and make them on a chain.")
app.add_typer(node, name="node")
app.add_typer(economy, name="economy", help="Look into the economy of ERA.")
app.add_typer(simulation, name="simulate", help="Play out what could go wrong.")
app.add_typer(governance, name="gov", help="Propose, vote and carry out what governance decides.")
app.add_typer(deploy, name="deploy", help="Plan, apply and verify a deployment by its profile.")


@app.command()
def devnet(
    seconds: Annotated[int, typer.Option(help="Stop after so many seconds; 0 runs until Ctrl-C.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON, then keep running.")] = False,
) -> None:
    """Keeps a development chain up with the suite deployed and verified, and says where everything is."""
    from caldera.devnet import manifest_path, open_to_others, running

    console = Screen()
    with running(int(datetime.now(UTC).timestamp()), shown=True) as net:
        open_to_others(net)
        manifest = manifest_path(net.chain.url)
        facts = {"rpc": net.chain.url, "chain id": str(net.chain.chain_id), "manifest": str(manifest)}
        if as_json:
            console.print_json(
                data={**facts, "contracts": net.deployment.addresses, "accounts": dict(net.profile.actors)}
            )
        else:
            table = Table("what", "where", title="Development chain")
            for name, value in {**facts, **net.deployment.addresses}.items():
                table.add_row(name, value)
            for label, address in net.profile.actors.items():
                table.add_row(f"account {label}", str(address))
            console.print(table)
            console.print("Accounts are unlocked and have ether: send from them without a key. Ctrl-C stops the chain.")
            console.print("Other commands find it by these, for example:")
            words = f"caldera gov list --profile profiles/devnet.yml --rpc-url {net.chain.url} --manifest {manifest}"
            console.print(words, soft_wrap=True, highlight=False)
        # Ended by a service manager or `kill`, it takes the chain and the manifest along, too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        began = time.monotonic()
        try:
            while not seconds or time.monotonic() - began < seconds:
                time.sleep(0.2)
        except KeyboardInterrupt:
            console.print("stopped")


def main() -> None:
    """The entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
