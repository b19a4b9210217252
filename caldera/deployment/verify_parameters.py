"""Currencies, rules, modules, subscriptions: each value read back, and nothing beyond them."""

from __future__ import annotations

from collections.abc import Iterator

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from .findings import Finding, Kind, differs
from .parameters import (
    closure_of,
    currency_values,
    module_values,
    rule_number,
    rule_values,
    setting_found,
    setting_values,
    template_id,
)
from .profile import CurrencyEntry, RuleEntry
from .suite import Suite

_PUBLISHED = keccak(text="RulesPublished(uint32,bytes32,uint32,(uint8,uint8,uint8,uint16,uint24,uint48,uint80,uint64))")
_REGION_DEFINED = keccak(text="RegionDefined(uint8,uint80)")
_MODULE_SET = keccak(text="ModuleSet(uint8,address)")
_RULE_FIELDS = (
    "kind",
    "flags",
    "grace_days",
    "split_bps",
    "required_fields",
    "minimum_unit_usd",
    "regions",
    "qualifications",
)


def verify_parameters(suite: Suite, from_block: int) -> Iterator[Finding]:
    """Findings about data the profile sets."""
    if suite.profile.regions:
        yield from _regions(suite, from_block)
    if suite.profile.currencies:
        yield from _currencies(suite)
    if suite.profile.rules:
        yield from _rules(suite, from_block)
    for rule, module, _, getter, values in module_values(suite):
        found = suite.read(module, getter, rule_number(suite, rule))
        yield from differs(f"{module}.{getter}({rule.name})", values, found)
    for setting in suite.profile.settings:
        key, wanted = setting_values(suite, setting)
        where = f"{setting.contract}.{setting.read}({', '.join(map(str, key))})"
        yield from differs(where, wanted, setting_found(suite, setting, key))
    yield from _modules(suite, from_block)
    yield from _subscriptions(suite)


def _regions(suite: Suite, from_block: int) -> Iterator[Finding]:
    for name in suite.profile.regions:
        found = closure_of(suite, name)
        where = f"{suite.registry} region {name}, with those around it"
        yield from differs(where, bin(suite.profile.closure(name)), "unknown" if found is None else bin(found))
    planned = {region.bit for region in suite.profile.regions.values()}
    defined = suite.port.logs(suite.addresses[suite.registry], [_REGION_DEFINED], from_block)
    for number in sorted({int.from_bytes(log.topics[1], "big") for log in defined} - planned):
        yield Finding(Kind.PARAMETER, f"{suite.registry} region {number}", "no such region", "defined")


def _currencies(suite: Suite) -> Iterator[Finding]:
    count = suite.read(suite.standard, "currencyCount")[0]
    yield from differs(f"{suite.standard}.currencyCount", len(suite.profile.currencies), count)
    for number, entry in enumerate(suite.profile.currencies, 1):
        if number <= count:
            yield from _currency(suite, number, entry)


def _currency(suite: Suite, number: int, entry: CurrencyEntry) -> Iterator[Finding]:
    code, token, rate, lowest, highest, source, max_age = currency_values(suite, entry)
    answer = suite.read(suite.standard, "currency", number)[0]
    found_rate, _, found_age, decimals, active, found_code, found_token, found_source, found_lowest, found_highest = (
        answer
    )
    compared = [
        ("code", code.decode(), found_code.decode("ascii", "replace")),
        ("token", token.lower(), found_token.lower()),
        ("decimals", entry.decimals, decimals),
        ("active", True, active),
        ("lowest", lowest, found_lowest),
        ("highest", highest, found_highest),
        ("source", source.lower(), found_source.lower()),
        ("max_age", max_age, found_age),
    ]
    if entry.source is None:  # a rate with a source moves by itself, within its bounds
        compared.append(("rate", rate, found_rate))
    for field, expected, found in compared:
        yield from differs(f"{suite.standard} currency {number} ({entry.code}) {field}", expected, found)


def _rules(suite: Suite, from_block: int) -> Iterator[Finding]:
    wanted = {template_id(entry.name) for entry in suite.profile.rules}
    for entry in suite.profile.rules:
        yield from _rule(suite, entry)
    published = suite.port.logs(suite.addresses[suite.standard], [_PUBLISHED], from_block)
    for template in sorted({log.topics[2] for log in published} - wanted):
        name = template.rstrip(b"\0").decode("utf-8", "replace")
        yield Finding(Kind.PARAMETER, f"{suite.standard} rules {name!r}", "no such template", "published")


def _rule(suite: Suite, entry: RuleEntry) -> Iterator[Finding]:
    where = f"{suite.standard} rules {entry.name!r}"
    number, _ = suite.read(suite.standard, "current", template_id(entry.name))
    if not number:
        yield Finding(Kind.PARAMETER, where, "published", "nothing")
        return
    found = suite.read(suite.standard, "rules", number)[0]
    for field, expected, value in zip(_RULE_FIELDS, rule_values(suite, entry), found, strict=True):
        yield from differs(f"{where} {field}", expected, value)
    if suite.read(suite.standard, "isRetired", number)[0]:
        yield Finding(Kind.PARAMETER, where, "in force", f"version {number} is retired")


def _modules(suite: Suite, from_block: int) -> Iterator[Finding]:
    for ledger in (entry.name for entry in suite.profile.contracts if suite.has(entry.name, "moduleOf")):
        wanted = {m.kind: suite.address(m.module) for m in suite.profile.modules if m.ledger == f"${ledger}"}
        logs = suite.port.logs(suite.addresses[ledger], [_MODULE_SET], from_block)
        for kind in sorted({*wanted, *(int.from_bytes(log.topics[1], "big") for log in logs)}):
            found = str(to_checksum_address(suite.read(ledger, "moduleOf", kind)[0]))
            yield from differs(f"{ledger}.moduleOf({kind})", wanted.get(kind, "no module"), found)


def _subscriptions(suite: Suite) -> Iterator[Finding]:
    for registry in (entry.name for entry in suite.profile.contracts if suite.has(entry.name, "ledgers")):
        entries = (entry for entry in suite.profile.subscriptions if entry.registry == f"${registry}")
        wanted = {suite.address(entry.ledger) for entry in entries}
        found = {str(to_checksum_address(ledger)) for ledger in suite.read(registry, "ledgers")[0]}
        for ledger in sorted(wanted - found):
            yield Finding(Kind.PARAMETER, f"{registry}.ledgers", ledger, "not subscribed")
        for ledger in sorted(found - wanted):
            yield Finding(Kind.PARAMETER, f"{registry}.ledgers", "no such ledger", ledger)
