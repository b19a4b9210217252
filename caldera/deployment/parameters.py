"""Steps that fill in data: currencies, rules, modules, subscriptions. The deployer makes them before it hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .encoding import fit_values
from .errors import CallReverted, UnknownFunction
from .names import ALL_OF, ZERO_ADDRESS
from .profile import CurrencyEntry, RuleEntry, SettingEntry
from .steps import Step
from .suite import Suite
from .units import USD_DECIMALS, WAD_DECIMALS, scaled


def template_id(name: str) -> bytes:
    """A template's name as the standard keys it: UTF-8, zeros behind."""
    return name.encode().ljust(32, b"\0")


def currency_values(suite: Suite, entry: CurrencyEntry) -> tuple[Any, ...]:
    """The arguments of `addCurrency`."""
    source = suite.address(entry.source) if entry.source else ZERO_ADDRESS
    rates = (scaled(value, WAD_DECIMALS) for value in (entry.rate, entry.lowest, entry.highest))
    return (entry.code.encode(), suite.address(entry.token), *rates, source, entry.max_age)


def rule_values(suite: Suite, entry: RuleEntry) -> tuple[int, ...]:
    """The struct `Rules`."""
    fields, regions, qualifications = suite.profile.bits(entry)
    unit = scaled(entry.minimum_unit_usd, USD_DECIMALS)
    flags = ALL_OF if entry.all_of else 0
    return (entry.kind, flags, entry.grace_days, entry.split_bps, fields, unit, regions, qualifications)


def parameter_steps(suite: Suite) -> Iterator[Step]:
    """In the profile's order, so that currency numbers count as the profile lists them."""
    profile = suite.profile
    if profile.regions:
        regions = [(region.bit, profile.within(name)) for name, region in profile.regions.items()]
        shown = f"{len(regions)} regions"
        yield call(suite, suite.registry, "defineRegions", (regions,), _regions_stand(suite), shown)
    for entry in suite.profile.currencies:
        yield call(
            suite, suite.standard, "addCurrency", currency_values(suite, entry), _has_currency(suite, entry), entry.code
        )
    for rule in suite.profile.rules:
        values = (template_id(rule.name), rule_values(suite, rule))
        yield call(suite, suite.standard, "publish", values, _has_rule(suite, rule), rule.name)
    for module in suite.profile.modules:
        ledger, address = module.ledger[1:], suite.address(module.module)
        is_set = _equals(suite, ledger, "moduleOf", (module.kind,), address)
        yield call(suite, ledger, "setModule", (module.kind, address), is_set, f"{module.kind}, {module.module}")
    yield from _module_parameters(suite)
    for setting in suite.profile.settings:
        values = (*suite.resolve(setting.key), *suite.resolve(setting.values))
        shown = ", ".join(map(str, setting.key or setting.values))
        check = _setting_stands(suite, setting)
        yield call(suite, setting.contract, setting.function, values, check, shown if len(shown) < 60 else "…")
    for subscription in suite.profile.subscriptions:
        registry, address = subscription.registry[1:], suite.address(subscription.ledger)
        yield call(suite, registry, "subscribe", (address,), _subscribed(suite, registry, address), subscription.ledger)


def module_values(suite: Suite) -> Iterator[tuple[RuleEntry, str, str, str, tuple[Any, ...]]]:
    """What modules ask beside the rules: rule, module, function that sets it, function that reads it, values."""
    for rule in suite.profile.rules:
        given = {
            ("setAdvanceRate", "advanceRate"): None if rule.advance_bps is None else (rule.advance_bps,),
            ("setRequirements", "requirementsOf"): None
            if rule.stages is None
            else ((rule.stages, rule.stages_max_age),),
        }
        for (setter, getter), values in given.items():
            if values is not None:
                yield rule, _module_of(suite, rule, setter), setter, getter, values


def setting_values(suite: Suite, setting: SettingEntry) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What is read back with which key: key and values as the ABI decodes them."""
    reader = suite.function(setting.contract, setting.read)
    key = setting.key if setting.read_key is None else setting.read_key
    values = setting.values if setting.expect is None else setting.expect
    where = f"{setting.contract}.{setting.read}"
    return tuple(suite.resolve(key)), lowered(fit_values(where, reader.entry["outputs"], suite.resolve(values)))


def setting_found(suite: Suite, setting: SettingEntry, key: tuple[Any, ...]) -> tuple[Any, ...]:
    """What stands there now."""
    found: tuple[Any, ...] = lowered(suite.read(setting.contract, setting.read, *key))
    return found


def lowered(value: Any) -> Any:
    """Addresses in small letters, so that they compare."""
    if isinstance(value, tuple):
        return tuple(lowered(item) for item in value)
    return value.lower() if isinstance(value, str) else value


def _setting_stands(suite: Suite, setting: SettingEntry) -> Callable[[], bool]:
    key, wanted = setting_values(suite, setting)

    def check() -> bool:
        try:
            return setting_found(suite, setting, key) == wanted
        except CallReverted:
            return False

    return check


def _module_of(suite: Suite, rule: RuleEntry, function: str) -> str:
    modules = [entry.module[1:] for entry in suite.profile.modules if entry.kind == rule.kind]
    for name in dict.fromkeys(modules):
        if suite.has(name, function):
            return name
    raise UnknownFunction(f"rules {rule.name}: no module of kind {rule.kind} in this profile has {function}")


def rule_number(suite: Suite, rule: RuleEntry) -> int:
    """The number of a rule's current version; before it is published, the one it will have."""
    if suite.exists(suite.standard):
        number, _ = suite.read(suite.standard, "current", template_id(rule.name))
        if number:
            return int(number)
    return suite.profile.rules.index(rule) + 1


def _module_parameters(suite: Suite) -> Iterator[Step]:
    for rule, module, setter, getter, values in module_values(suite):
        number = rule_number(suite, rule)
        check = _reads(suite, module, getter, number, values)
        yield call(suite, module, setter, (number, *values), check, f"{rule.name}: {', '.join(map(str, values))}")


def _reads(suite: Suite, module: str, getter: str, number: int, values: tuple[Any, ...]) -> Callable[[], bool]:
    return lambda: suite.read(module, getter, number) == values


def call(
    suite: Suite, name: str, function: str, values: tuple[Any, ...], check: Callable[[], bool], shown: str
) -> Step:
    """A step that calls a contract of the profile; where that is not there yet, the step is not done."""
    to = suite.addresses[name]
    data = suite.function(name, function).encode(*values)
    return Step(f"{name}.{function}({shown})", data, to, to, lambda: suite.exists(name) and check())


def closure_of(suite: Suite, name: str) -> int | None:
    """What the registry has around a region, itself included; None where it knows it not."""
    try:
        return int(suite.read(suite.registry, "closureOf", 1 << suite.profile.regions[name].bit)[0])
    except CallReverted:
        return None


def _regions_stand(suite: Suite) -> Callable[[], bool]:
    profile = suite.profile
    return lambda: all(closure_of(suite, name) == profile.closure(name) for name in profile.regions)


def _has_currency(suite: Suite, entry: CurrencyEntry) -> Callable[[], bool]:
    def check() -> bool:
        count = suite.read(suite.standard, "currencyCount")[0]
        token = suite.address(entry.token).lower()
        known = (suite.read(suite.standard, "currency", number)[0] for number in range(1, count + 1))
        return any(one[5] == entry.code.encode() and one[6].lower() == token for one in known)

    return check


def _has_rule(suite: Suite, entry: RuleEntry) -> Callable[[], bool]:
    def check() -> bool:
        number, _ = suite.read(suite.standard, "current", template_id(entry.name))
        return bool(number) and tuple(suite.read(suite.standard, "rules", number)[0]) == rule_values(suite, entry)

    return check


def _equals(suite: Suite, name: str, function: str, values: tuple[Any, ...], wanted: str) -> Callable[[], bool]:
    return lambda: str(suite.read(name, function, *values)[0]).lower() == wanted.lower()


def _subscribed(suite: Suite, registry: str, ledger: str) -> Callable[[], bool]:
    return lambda: ledger.lower() in suite.read(registry, "ledgers")[0]
