"""Keys of families by name: templates, pools by their currency, services, kinds; and which keys there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from eth_abi.abi import encode
from eth_abi.exceptions import EncodingError
from eth_utils.crypto import keccak

from caldera.deployment.encoding import Function
from caldera.deployment.errors import CallReverted, DeploymentError
from caldera.deployment.parameters import template_id
from caldera.deployment.suite import Suite
from caldera.evm.address import to_address

from .errors import UnknownKey
from .names import near, plain

NEXT = "@next"
"""Behind a template: the version that the same draft publishes."""
SERVICES = ("routing", "mapping", "adaptation")
"""`IFeeMeter`: the place is the number."""
_PUBLISHED = keccak(text="RulesPublished(uint32,bytes32,uint32,(uint8,uint8,uint8,uint16,uint24,uint48,uint80,uint64))")

_UINT = re.compile(r"^[0-9]{1,78}$")
_BYTES32 = re.compile(r"^0x[0-9a-fA-F]{64}$")

Key = tuple[bytes, ...]
"""The key words, 32 bytes each."""


class Keys:
    """Names of key words and back. What a word means is told by the name and type of the setter's argument."""

    def __init__(self, suite: Suite, from_block: int) -> None:
        self._suite, self._from_block = suite, from_block
        self.coming: dict[str, int] = {}
        """Rules that a draft publishes itself, by template, with the numbers they would get now."""

    def words(self, setter: Function, count: int, given: tuple[str, ...]) -> Key:
        """The key words that names stand for.

        Raises:
            UnknownKey: too many, too few, or one that is no such thing.
        """
        inputs = setter.entry["inputs"][:count]
        where = f"{setter.contract}.{setter.name}"
        if len(given) != count:
            wanted = ", ".join(str(one["name"]) for one in inputs) or "nothing"
            raise UnknownKey(f"{where} has {count} key(s) ({wanted}), not {len(given)}: write them in brackets")
        return tuple(self._word(where, one, text) for one, text in zip(inputs, given, strict=True))

    def names(self, setter: Function, key: Key) -> tuple[str, ...]:
        """The key words for people."""
        return tuple(self._name(one, word) for one, word in zip(setter.entry["inputs"], key, strict=False))

    def every(self, setter: Function, count: int) -> list[Key]:
        """The keys of a setter that are known: from the profile and from the chain, without those that only its own
        events tell of."""
        if not count:
            return [()]
        return list(dict.fromkeys([*self._from_profile(setter, count), *self._from_chain(setter, count)]))

    def _word(self, where: str, entry: Mapping[str, Any], text: str) -> bytes:
        kind, table = str(entry["type"]), self._table(entry)
        for name, word in table.items():
            if plain(name) == plain(text) and (kind != "bytes32" or name == text):
                return word
        value: Any = text
        if kind == "bytes32" and not text.startswith("0x"):
            known = f"{near(text, table) or '; known: ' + ', '.join(table)}"
            raise UnknownKey(f"{where}: {text!r} is no {entry['name']}{known}")
        if kind.startswith("uint"):
            value = int(text) if _UINT.match(text) else None
        elif kind == "bytes32":
            value = bytes.fromhex(text[2:]) if _BYTES32.match(text) else None
        elif kind == "bool":
            value = {"true": True, "false": False}.get(text)
        elif kind == "address":
            value = self._address(text)
        try:
            return bytes(encode([kind], [value]))
        except (EncodingError, ValueError, TypeError):
            known = f"; it has {', '.join(table)}" if table else ""
            raise UnknownKey(f"{where}: {text!r} is no {entry['name']} ({kind}){near(text, table) or known}") from None

    def _address(self, text: str) -> Any:
        try:
            return to_address(self._suite.address(text if text.startswith(("$", "0x")) else f"${text}"))
        except (DeploymentError, ValueError):
            return None

    def _name(self, entry: Mapping[str, Any], word: bytes) -> str:
        for name, known in self._table(entry).items():
            if known == word:
                return name
        kind = str(entry["type"])
        if kind == "address":
            found = to_address("0x" + word[12:].hex())
            return next((name for name, at in self._suite.addresses.items() if to_address(at) == found), found)
        if kind == "bytes32":
            return "0x" + word.hex()
        if kind == "bool":
            return "true" if int.from_bytes(word, "big") else "false"
        return str(int.from_bytes(word, "big"))

    def _table(self, entry: Mapping[str, Any]) -> dict[str, bytes]:
        name = str(entry["name"])
        if name == "ruleId":
            return self._tables[name] | {f"{one}{NEXT}": _uint(rule) for one, rule in self.coming.items()}
        return self._tables.get(name, {})

    @cached_property
    def _tables(self) -> dict[str, dict[str, bytes]]:
        profile = self._suite.profile
        kinds: dict[str, int] = {}
        for rule in profile.rules:
            kinds.setdefault(rule.name.split("/")[-1], rule.kind)
        return {
            "template": {name: template_id(name) for name in self.templates},
            "poolNumber": {name: _uint(pool) for name, pool in self.pools.items()},
            "service": {name: _uint(place) for place, name in enumerate(SERVICES)},
            "currencyId": {entry.code: _uint(place) for place, entry in enumerate(profile.currencies, 1)},
            "ruleId": {name: _uint(rule) for name, rule in self.rules.items()},
            "kind": {name: _uint(kind) for name, kind in kinds.items()},
            "right": {"right": _uint(1), "certificate": _uint(0)},
            "token": {entry.code: _word_of(self._suite.address(entry.token)) for entry in profile.currencies},
        }

    @cached_property
    def _published(self) -> list[tuple[int, str]]:
        """Number and template of every version of rules."""
        standard = self._suite.addresses.get(self._suite.standard)
        logs = self._suite.port.logs(standard, [_PUBLISHED], self._from_block) if standard else []
        return [
            (int.from_bytes(log.topics[1], "big"), log.topics[2].rstrip(b"\0").decode("utf-8", "replace"))
            for log in logs
        ]

    @property
    def latest_rule(self) -> int:
        """The number of the rules that were published last."""
        return max((number for number, _ in self._published), default=0)

    @cached_property
    def templates(self) -> list[str]:
        """Every template that was ever published, by name, those of the profile first."""
        names = [rule.name for rule in self._suite.profile.rules]
        return list(dict.fromkeys([*names, *(name for _, name in self._published)]))

    @cached_property
    def rules(self) -> dict[str, int]:
        """The number of each template's rules in force, by template."""
        found = {}
        for name in self.templates:
            rule = self._read(self._suite.standard, "current", template_id(name))
            if rule and rule[0]:
                found[name] = int(rule[0])
        return found

    @cached_property
    def pools(self) -> dict[str, int]:
        """Lenders' pools, by the code of their currency; a second one of a currency by its number."""
        codes = [entry.code for entry in self._suite.profile.currencies]
        found: dict[str, int] = {}
        for desk in self._of_type("CreditDesk"):
            for pool in range(1, self._count(desk, "poolCount") + 1):
                currency = self._read(desk, "currencyOf", pool)
                place = int(currency[0]) if currency else 0
                code = codes[place - 1] if 0 < place <= len(codes) else str(pool)
                found[code if code not in found else str(pool)] = pool
        return found

    def _from_profile(self, setter: Function, count: int) -> Iterator[Key]:
        for setting in self._suite.profile.settings:
            if (setting.contract, setting.function) != (setter.contract, setter.name):
                continue
            given = [*setting.key, *setting.values][:count]
            values = self._suite.resolve(given)
            if len(values) == count:
                kinds = [str(one["type"]) for one in setter.entry["inputs"][:count]]
                yield tuple(bytes(encode([kind], [value])) for kind, value in zip(kinds, values, strict=True))

    def _from_chain(self, setter: Function, count: int) -> Iterator[Key]:
        name = str(setter.entry["inputs"][0]["name"])
        if count != 1:
            return
        if name in ("template", "poolNumber"):
            yield from ((word,) for word in self._tables[name].values())
        elif name == "service" and self._suite.has(setter.contract, "feeServices"):
            yield from ((_uint(place),) for place in range(self._count(setter.contract, "feeServices")))
        elif name == "ruleId":
            kinds = {m.kind for m in self._suite.profile.modules if m.module == f"${setter.contract}"}
            names = (rule.name for rule in self._suite.profile.rules if rule.kind in kinds)
            yield from ((_uint(self.rules[rule]),) for rule in names if rule in self.rules)

    def _of_type(self, kind: str) -> list[str]:
        entries = self._suite.profile.contracts
        return [one.name for one in entries if one.contract_type == kind and one.name in self._suite.addresses]

    def _count(self, contract: str, name: str) -> int:
        found = self._read(contract, name)
        return int(found[0]) if found else 0

    def _read(self, contract: str, name: str, *values: Any) -> tuple[Any, ...] | None:
        try:
            return self._suite.read(contract, name, *values)
        except (DeploymentError, CallReverted):
            return None


def _uint(value: int) -> bytes:
    return value.to_bytes(32, "big")


def _word_of(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])
