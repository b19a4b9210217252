"""What the parties of documents are called; from its name follows a party's account."""

from __future__ import annotations

from collections.abc import Iterable

from caldera.demo.trade import BANK, FACTOR
from caldera.devnet import Devnet
from caldera.documents import Party

UPSTREAM, UPKEEP, WEBSHOP, RELAYER = "Forge Supplies", "Platform Upkeep", "Webshop", "relayer"
LENDERS = {"Skagen Pension": 60, "Alster Savings": 40}
"""Per cent of what is deposited."""
SHIPPER, LANDLORD, BRAND = "Fjord Seafood", "Anders Farm", "Nordlys Bikes"
LATECOMER, CUSTOMER = "Latecomer Ltd", "Corner Shop"
NODES, STUDIO = "Node operators", "Scenario Studio"
"""Who has the node's and the developer's share of the fees."""
HONEST, CARELESS, LIAR, JURORS = "Aurora Nodes", "Breeze Nodes", "Comet Nodes", ("Dune Nodes", "Ember Nodes")
"""Who run verification nodes: the first three in processes of their own."""
DELEGATORS = IDA, JON, KIM, LEA = "Ida", "Jon", "Kim", "Lea"
OURS = (
    *(FACTOR, BANK, UPSTREAM, UPKEEP, WEBSHOP, RELAYER, *LENDERS),
    *(SHIPPER, LANDLORD, BRAND, LATECOMER, CUSTOMER, NODES, STUDIO),
    *(HONEST, CARELESS, LIAR, *JURORS, *DELEGATORS),
    *(f"{name}, key" for name in (HONEST, CARELESS, LIAR, *JURORS)),
)
"""Those who act besides the parties of documents and the devnet's officers."""


class Labels:
    """Names of parties, each once."""

    def __init__(self, taken: Iterable[str]) -> None:
        """Args:
        taken: names of those who act besides; a party of such a name is somebody else.
        """
        self._names = {f"ours:{name}": name for name in taken}

    @classmethod
    def on(cls, devnet: Devnet) -> Labels:
        """Names that are nobody's of the demo's own."""
        return cls((*OURS, "deployer", *devnet.profile.actors))

    def __call__(self, party: Party) -> str:
        """The party's name; with its identifier where another has the same name."""
        if party.key not in self._names:
            name = party.name or party.key
            self._names[party.key] = f"{name} ({party.key})" if name in self._names.values() else name
        return self._names[party.key]
