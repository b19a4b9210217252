"""What contracts of the economy got at construction and keep in storage, where governance can change it.

A setting of the profile that says it anew is the plan from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_abi.abi import decode
from eth_utils.crypto import keccak

from .encoding import constructor_inputs, fit_values
from .findings import Finding, Kind, differs
from .parameters import lowered
from .suite import Suite

_PRICE_SET = keccak(text="FeePriceSet(uint8,uint40)")
_SHARES_SET = keccak(text="FeeSharesSet(uint16,(uint16,uint16,uint16,uint16,uint16,uint64))")
_SCENARIO_SET = keccak(text="FeeScenarioSet(uint32,(uint8,uint32,uint16,uint32,address,address,address))")
_ATTESTORS_SET = keccak(text="PriceAttestorsSet(address)")
_BY_MONTH = "latestFeeShares"
"""A view of shares, which are compared month by month."""
_RECORDED = keccak(text="EraPriceRecorded(address,uint256,uint256,uint256,bool)")


def verify_economy(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about prices of services, shares, scenarios, the first price of ERA, and terms."""
    for entry in suite.profile.contracts:
        name = entry.name
        yield from _terms(suite, name)
        if suite.has(name, "feeServices"):
            yield from _prices(suite, name, from_block)
            yield from _shares(suite, name, from_block)
            yield from _scenarios(suite, name, from_block)
        if suite.has(name, "eraRateTerms"):
            yield from _first_price(suite, name, from_block)


def _given(suite: Suite, name: str) -> dict[str, tuple[dict[str, Any], Any]]:
    """What the constructor was given, by the parameter's name without `_`: its ABI entry and the value."""
    inputs = constructor_inputs(suite.artifact(name))
    values = fit_values(f"{name}.constructor", inputs, suite.resolve(suite.profile.entry(name).args))
    return {str(one["name"]).strip("_"): (one, value) for one, value in zip(inputs, values, strict=True)}


def _set(suite: Suite, call: str) -> Iterator[tuple[list[Any], list[Any] | None]]:
    """Of every setting that calls this: all arguments, and the key by which it is read back."""
    for setting in suite.profile.settings:
        if setting.set == call:
            yield [*setting.key, *setting.values], setting.read_key


def _terms(suite: Suite, name: str) -> Iterator[Finding]:
    """A struct of terms has one getter. Where a setting reads it, that is compared elsewhere."""
    read = {setting.read for setting in suite.profile.settings if setting.contract == name}
    for parameter, value in _given(suite, name).values():
        if parameter["type"] != "tuple":
            continue
        for view in suite.functions(name):
            outputs = [output.get("internalType") for output in view.entry["outputs"]]
            if (
                view.writes
                or view.entry["inputs"]
                or outputs != [parameter["internalType"]]
                or view.name in {*read, _BY_MONTH}
            ):
                continue
            yield from differs(f"{name}.{view.name}()", lowered(value), lowered(suite.read(name, view.name)[0]))


def _prices(suite: Suite, name: str, from_block: int) -> Iterator[Finding]:
    """By the events, since `feeOf` has no answer while ERA has no rate."""
    wanted = dict(enumerate(_given(suite, name)["prices"][1]))
    wanted |= {values[0]: values[1] for values, _ in _set(suite, f"{name}.setFeePrice")}
    logs = suite.port.logs(suite.addresses[name], [_PRICE_SET], from_block)
    found = {int.from_bytes(log.topics[1], "big"): int.from_bytes(log.data, "big") for log in logs}
    for service in sorted(wanted | found):
        where = f"{name} price of service {service}"
        yield from differs(where, wanted.get(service, "no such service"), found.get(service, "no such service"))


def _shares(suite: Suite, name: str, from_block: int) -> Iterator[Finding]:
    """Those of this month and of every later one for which others were set. Those of month 0 are a reference."""
    parameter, first = _given(suite, name)["shares"]
    wanted = {0: first}
    for values, key in _set(suite, f"{name}.setFeeShares"):
        wanted[key[0] if key else 0] = fit_values(name, [parameter], values)[0]
    logs = suite.port.logs(suite.addresses[name], [_SHARES_SET], from_block)
    now = suite.read(name, "currentMonth")[0]
    months = {now, *(month for month in wanted if month > now)}
    months |= {month for log in logs if (month := int.from_bytes(log.topics[1], "big")) > now}
    reported = (first, suite.read(name, "feeSharesAt", 0)[0])
    for month in sorted(months):
        pair = (wanted[max(one for one in wanted if one <= month)], suite.read(name, "feeSharesAt", month)[0])
        # Shares that go on from one month to the next are one difference.
        if pair != reported:
            yield from differs(f"{name}.feeSharesAt({month})", *pair)
        reported = pair


def _scenarios(suite: Suite, name: str, from_block: int) -> Iterator[Finding]:
    """None beyond those the profile opens, which are settings."""
    opened = len(list(_set(suite, f"{name}.openScenario")))
    logs = suite.port.logs(suite.addresses[name], [_SCENARIO_SET], from_block)
    for number in sorted({int.from_bytes(log.topics[1], "big") for log in logs}):
        if number > opened:
            found = lowered(suite.read(name, "scenarioOf", number))
            yield Finding(Kind.PARAMETER, f"{name}.scenarioOf({number})", "no such scenario", str(found))


def _first_price(suite: Suite, name: str, from_block: int) -> Iterator[Finding]:
    """It came in the block in which attestors were named first: in the constructor."""
    address, wanted = suite.addresses[name], _given(suite, name)["price"][1]
    created = [log.place[0] for log in suite.port.logs(address, [_ATTESTORS_SET], from_block)][:1]
    logs = [log for block in created for log in suite.port.logs(address, [_RECORDED], block, block)]
    found = decode(["uint256", "uint256", "uint256", "bool"], logs[0].data)[0] if logs else "none"
    yield from differs(f"{name} first price", wanted, found)
