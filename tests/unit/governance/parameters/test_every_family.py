"""Each family of the published profile, on a chain deployed from it: set once through the book, and read back."""

from __future__ import annotations

from typing import Any

from caldera.artifacts import artifact, load
from caldera.contracts import ParameterBook
from caldera.deployment.encoding import function
from caldera.deployment.families import present_keys
from caldera.deployment.governed import FamilyEntry
from caldera.deployment.suite import Suite
from caldera.devnet import Devnet
from caldera.evm import ContractError
from tests.support.devnet import Fresh
from tests.support.suite import name_of, reverts
from tests.unit.deployment.small import Blank

ERA = 10**18
TOGETHER: dict[str, list[tuple[str, int]]] = {
    "RevenueCycle.setDefaultShares": [("brand", -500), ("maintenance", 500)],
    "DisputeCourt.setCourtTerms": [("panel", 2)],
    "Slasher.setSlashRates": [("falseAttestation", -1)],
}
"""Words that only change together, or not by one, or not upwards."""


def moved(entry: FamilyEntry, present: list[int]) -> list[int]:
    """One number more or less by a unit, within its bounds."""
    names = list(entry.words)
    if entry.set in TOGETHER:
        changes = TOGETHER[entry.set]
    else:
        name, word = next((name, word) for name, word in entry.words.items() if word.is_number and not word.kept)
        changes = [(name, 1 if word.is_within(present[names.index(name)] + 1) else -1)]
    made = list(present)
    for name, by in changes:
        made[names.index(name)] += by
    return made


def first_values(net: Devnet, entry: FamilyEntry) -> tuple[list[Any], list[int]]:
    """A key and values for what the profile sets nothing of."""
    if entry.set == "LightNodes.defineKind":
        return [9], [3_600, 600, 100, 10, ERA // 10]
    if entry.function == "setFundCap":
        fund = net.fund if entry.contract == "ModuleFund" else net.reserve(entry.contract)
        token = net.token("EUR") if entry.contract == "ModuleFund" else net.era
        return [int(token.address, 16)], [fund.fundCap(token) - 1]
    assert entry.set == "CirculationIncentives.setFeeLimit"
    return [], [int(net.deployment.address("FeeRouter"), 16), 10_000]


def test_every_family_is_set_through_the_book_and_by_nobody_else(fresh: Fresh) -> None:
    with fresh() as net:
        profile, addresses = net.profile, net.deployment.addresses
        suite = Suite(profile, load(), Blank(), "", addresses)
        book = ParameterBook.at(net.chain, net.deployment.address("ParameterBook"))
        admin, governed = net.governance, profile.parameters
        assert governed
        assert book.familyCount() == len(governed.families) == 41
        for entry in governed.families:
            setter = function(artifact(profile.entry(entry.contract).contract_type), entry.function)
            number = book.familyFor(addresses[entry.contract], setter.selector)
            if entry.function in ("defineKind", "setFeeLimit", "setFundCap"):
                given, values = first_values(net, entry)
                key = [int(one).to_bytes(32, "big") for one in given]
            else:
                key = list(next(present_keys(suite, entry)))
                values = moved(entry, [one.present for one in book.parametersOf(number, key)])
            data = setter.selector + b"".join(key) + b"".join(one.to_bytes(32, "big") for one in values)
            for who in (admin, net.officer("standard")):
                with reverts("AccessManagedUnauthorized"):
                    net.chain.transact(addresses[entry.contract], data, who)
            try:
                book.set(number, key, values, sender=admin)
            except ContractError as error:
                raise AssertionError(f"{entry.set}: {name_of(error)} {error}") from None
            states = book.parametersOf(number, key)
            assert [one.present for one in states] == values, entry.set
            with reverts("NoParameterChanges"):
                book.set(number, key, values, sender=admin)
            back = moved(entry, values)
            if entry.set not in TOGETHER:
                with reverts("ParameterTooSoon"):
                    book.set(number, key, back, sender=admin)
