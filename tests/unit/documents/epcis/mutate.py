"""Seeded mutations of documents: members deleted, added, renamed, retyped, repeated, words exchanged."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

NAMES = (
    "type", "action", "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "epcList", "quantityList", "uom",
    "parentID", "childEPCs", "childQuantityList", "inputEPCList", "outputEPCList", "inputQuantityList",
    "outputQuantityList", "transformationID", "bizStep", "disposition", "persistentDisposition", "readPoint",
    "bizLocation", "bizTransactionList", "sourceList", "destinationList", "sensorElementList", "ilmd", "id", "value",
    "errorDeclaration", "certificationInfo", "@context", "component", "exception", "epcClass", "quantity", "time",
    "reason", "source", "startTime", "sender", "epcisHeader", "hexBinaryValue", "booleanValue", "queryResults", "set",
    "example:mine", "mine", "my field", "", "@id", "urn:x", "extension",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "shipping", "Shipping", "in_transit", "po", "location", "y",
    "owning_party", "Temperature", "temperature", "ADD", "OBSERVE", "DELETE", "add", "2.0", "1.2", "two", "KGM", "kg",
    "KILOS", "F0", "0xF0", "incorrect_data", "ALARM_CONDITION", "urn:x:y", "urn:x y", "http://example.com/ä",
    "example:mine", "urn:epcglobal:cbv:bizstep:shipping", "urn:epcglobal:cbv:bizstep:flying", "cbv:BizStep-shipping",
    "urn:epcglobal:cbv:disp:in_transit", "urn:epcglobal:cbv:btt:po", "https://gs1.org/voc/Temperature",
    "https://ns.gs1.org/cbv/BizStep-shipping", "https://www.gs1.org/voc/Nothing", "gs1:Temperature",
    "urn:epcglobal:cbv", "https://ref.gs1.org/cbv/BizStep-shipping", "https://ref.gs1.org/cbv/Disp-in_transit",
    "ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent", "TransformationEvent", "EPCISDocument",
    "EPCISQueryDocument", "example:OtherEvent", "2026-03-02T06:10:00+01:00", "2026-03-02T06:10:00", "2026-03-02",
    "2026-13-02T06:10:00Z", "2026-02-30T06:10:00Z", "2026-03-02T24:00:00Z", "2026-03-02 06:10:00Z", "+01:00", "+14:00",
    "+14:01", "+15:00", "01:00", "Z", "-00:00", "+01:00\n", "2.0\n", "KGM\n", [], {}, [[]], [{}], ["x"], ["urn:a:b"],
    ["urn:a:b", "urn:a:b"], {"id": "urn:a:b"}, {"id": "x"}, {"set": ["active"]}, {"set": []}, {"unset": ["active"] * 2},
    {"epcClass": "urn:a:b"}, [{"epcClass": "urn:a:b", "quantity": "1"}], [{"epcClass": "urn:a:b"}], [{"type": "po"}],
    [{"bizTransaction": "urn:a:b"}], [{"sensorReport": []}], [{"sensorReport": [{"type": "Temperature"}]}],
    {"declarationTime": "2026-03-02T06:10:00Z"}, {"example:a": 1}, {"a": 1}, {"epcisMasterData": {"vocabularyList": 1}},
    {"epcisMasterData": {"vocabularyList": [{"type": "urn:a:b", "vocabularyElementList": [{"id": "x"}]}]}},
)  # fmt: skip


def mutate(value: Any, random_: random.Random) -> Any:
    """A copy of ``value`` with one to three mutations."""
    made = copy.deepcopy(value)
    for _ in range(random_.choice((1, 1, 1, 2, 3))):
        holders = list(_holders(made))
        weights = [1 + depth for depth, _ in holders]
        _, holder = random_.choices(holders, weights)[0]
        random_.choice(_MUTATIONS)(holder, random_)
    return made


def _holders(value: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    if isinstance(value, dict | list):
        yield depth, value
        for item in list(value.values()) if isinstance(value, dict) else value:
            yield from _holders(item, depth + 1)


def _key(holder: Any, random_: random.Random) -> Any:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    return random_.choice(keys) if keys else None


def _delete(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if key is not None:
        del holder[key]


def _retype(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if key is not None:
        holder[key] = copy.deepcopy(random_.choice(VALUES))


def _add(holder: Any, random_: random.Random) -> None:
    value = copy.deepcopy(random_.choice(VALUES))
    if isinstance(holder, dict):
        holder[random_.choice(NAMES)] = value
    else:
        holder.append(value)


def _rename(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if isinstance(holder, dict) and key is not None:
        holder[random_.choice(NAMES)] = holder.pop(key)


def _repeat(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if isinstance(holder, list) and holder:
        holder.append(copy.deepcopy(holder[key]))
    elif key is not None:
        holder[key] = [holder[key], copy.deepcopy(holder[key])]


def _unwrap(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if key is not None and isinstance(holder[key], list):
        holder[key] = holder[key][0] if holder[key] else None
    elif key is not None:
        holder[key] = [holder[key]]


def _empty(holder: Any, random_: random.Random) -> None:
    key = _key(holder, random_)
    if key is not None and isinstance(holder[key], dict | list | str):
        holder[key] = type(holder[key])()


_MUTATIONS = (_delete, _delete, _retype, _retype, _retype, _add, _rename, _repeat, _unwrap, _empty)
