"""An account of Ape signs a deployment: its keystore, or whatever plugin holds the key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from ape.api import AccountAPI, ProviderAPI
from ape_accounts.accounts import KeyfileAccount

from .errors import ProfileNotReadable, WrongDeployer
from .web3_port import Web3Port

PROFILES = Path(__file__).resolve().parents[2] / "profiles"


class ApeSigner:
    """See `web3_port.Signer`. A keystore asks for its passphrase once, and not for each of hundreds of transactions; in
    its place `APE_ACCOUNTS_<ALIAS>_PASSPHRASE` is taken, as Ape does."""

    def __init__(self, account: AccountAPI, provider: ProviderAPI) -> None:
        self._account, self._ecosystem = account, provider.network.ecosystem
        if isinstance(account, KeyfileAccount):
            account.set_autosign(True)
        self.address = str(account.address)

    def sign(self, transaction: dict[str, Any]) -> bytes:
        """:raises WrongDeployer: the account refuses to sign"""
        renamed = {"from": "sender", "to": "receiver", "gas": "gas_limit"}
        fields = {renamed.get(name, name): value for name, value in transaction.items()}
        fields["required_confirmations"] = 0
        signed = self._account.sign_transaction(self._ecosystem.create_transaction(**fields))
        if signed is None:
            raise WrongDeployer(f"{self.address} did not sign")
        return bytes(signed.serialize_transaction())


def url_of(provider: ProviderAPI) -> str:
    """Where the node of the connected network listens.

    :raises WrongDeployer: the network has no node with an address
    """
    url = getattr(provider, "http_uri", None) or getattr(provider, "uri", None)
    if not url:
        raise WrongDeployer(f"{provider.network_choice} has no address; write --network ECOSYSTEM:NETWORK:URL")
    return str(url)


def port_of(provider: ProviderAPI, account: AccountAPI | None = None) -> Web3Port:
    """The connected network as a deployment needs it; without an account it only reads."""
    return Web3Port(url_of(provider), signer=None if account is None else ApeSigner(account, provider))


@contextmanager
def ending() -> Iterator[None]:
    """What ends a command of ours ends one of Ape's: Ape would print where it was raised."""
    try:
        yield
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None


def profile_path(network: str, chosen: Path | None) -> Path:
    """The profile that is named, or the one that has the network's name.

    :raises ProfileNotReadable: there is none of that name
    """
    path = chosen or PROFILES / f"{network.removesuffix('-fork')}.yml"
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in PROFILES.glob("*.yml")))
        raise ProfileNotReadable(f"{path}: no such profile; name one by --profile, or a network after one of {names}")
    return path
