"""What a person reads in GS1's samples: per event, and per sensor reading."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    kind: str
    action: str | None
    step: str
    disposition: str | None
    utc: str
    local: str
    shipment: str | None = None
    sscc18: str | None = None
    quantities: tuple[tuple[str, str | None], ...] = ()
    """(quantity, unit) of all quantities: plain, child, input, output."""


class Read(NamedTuple):
    kind: str
    uom: str | None
    values: dict[str, str]
    """Attribute of the reading to its value as text; all others are None."""
    utc: str


BT = "urn:epcglobal:cbv:bt:0614141073467:1152"
KG = "KGM"
DISCHARGE = "http://epcis.example.org/hc/bizstep/summarising_discharge"
WRONG = Seen(
    "TransformationEvent", None, "commissioning", None, "2020-01-13T23:00:00", "2020-01-14T00:00:00+01:00",
    quantities=(("500", KG), ("452", KG)),
)  # fmt: skip
RIGHT = Seen(
    "TransformationEvent", None, "commissioning", None, "2021-01-27T23:00:00", "2021-01-28T00:00:00+01:00",
    quantities=(("500", KG), ("500", KG)),
)  # fmt: skip
AT_15 = Seen("ObjectEvent", "OBSERVE", "inspecting", None, "2019-04-02T14:00:00", "2019-04-02T15:00:00+01:00")

EVENTS: dict[str, tuple[Seen, ...]] = {
    "ErrorDeclarationAndCorrectiveEvent.jsonld": (WRONG, RIGHT),
    "Example-TransactionEvents-2020_07_03y.jsonld": (
        Seen("TransactionEvent", "ADD", DISCHARGE, None, "2019-10-04T13:12:00", "2019-10-04T14:12:00+01:00"),
        Seen(
            "TransactionEvent", "ADD", "transporting", "in_transit",
            "2014-12-12T10:00:00", "2014-12-12T12:00:00+02:00",
        ),
    ),
    "Example_9.6.1-ObjectEvent.jsonld": (
        Seen(
            "ObjectEvent", "OBSERVE", "shipping", "in_transit",
            "2005-04-04T02:33:31.116", "2005-04-03T20:33:31.116-06:00",
        ),
        Seen(
            "ObjectEvent", "OBSERVE", "receiving", "in_progress",
            "2005-04-05T02:33:31.116", "2005-04-04T20:33:31.116-06:00", BT,
        ),
    ),
    "Example_9.6.2-ObjectEvent.jsonld": (
        Seen(
            "ObjectEvent", "OBSERVE", "receiving", "in_progress",
            "2013-06-08T14:58:56.591", "2013-06-08T16:58:56.591+02:00", quantities=(("200", KG),),
        ),
    ),
    "Example_9.6.3-AggregationEvent.jsonld": (
        Seen(
            "AggregationEvent", "OBSERVE", "receiving", "in_progress",
            "2013-06-08T14:58:56.591", "2013-06-08T16:58:56.591+02:00",
            "urn:epc:id:sscc:0614141.1234567890", "106141412345678908", (("10", None), ("200.5", KG)),
        ),
    ),
    "Example_9.6.4-TransformationEvent.jsonld": (
        Seen(
            "TransformationEvent", None, "commissioning", "in_progress",
            "2013-10-31T14:58:56.591", "2013-10-31T16:58:56.591+02:00",
            quantities=(("10", KG), ("30", None), ("220", None)),
        ),
    ),
    "SensorDataExample1.jsonld": (AT_15,),
    "SensorDataExample2.jsonld": (AT_15,),
    "SensorDataExample3.jsonld": (AT_15,),
    "SensorDataExample4.jsonld": (AT_15._replace(quantities=(("150", KG),)),),
    "SensorDataExample5.jsonld": (AT_15,),
    "SensorDataExample6.jsonld": (
        AT_15._replace(utc="2019-10-07T14:00:00", local="2019-10-07T15:00:00+01:00", quantities=(("150", KG),)),
    ),
    "SensorDataExample7.jsonld": (AT_15._replace(utc="2019-10-07T15:00:00", local="2019-10-07T16:00:00+01:00"),),
    "SensorDataExample8.jsonld": (
        Seen(
            "AggregationEvent", "ADD", "packing", "in_progress", "2019-10-07T14:30:00", "2019-10-07T15:30:00+01:00",
            "urn:epc:id:sscc:4012345.0111111111", "040123451111111110", (("52", KG),),
        ),
    ),
}  # fmt: skip

NOON_55 = "2019-04-02T13:55:00"
DAY_END = "2019-04-02T13:59:59.999"
JULY = "2019-07-19T13:00:00"
DETAIL = {
    "min_value": "12.4", "max_value": "13.8", "mean": "13.2", "sdev": "0.41", "perc_rank": "50", "perc_value": "12.7",
}  # fmt: skip
SOME = Read("example:someSensorProperty", None, {"string_value": "someSensorOutput"}, DAY_END)


def _four(utc: str, temperature: str, humidity: str, speed: str, light: str) -> tuple[Read, ...]:
    return (
        Read("Temperature", "CEL", {"value": temperature}, utc),
        Read("AbsoluteHumidity", "A93", {"value": humidity}, utc),
        Read("Speed", "KMH", {"value": speed}, utc),
        Read("Illuminance", "LUX", {"value": light}, utc),
    )


READINGS: dict[str, tuple[Read, ...]] = {
    "SensorDataExample1.jsonld": (
        *_four("2019-04-02T13:05:00", "26.0", "12.1", "160.0", "800.0"),
        *_four("2019-04-02T13:35:00", "26.1", "12.2", "161.0", "801.0"),
        *_four(NOON_55, "26.2", "12.2", "162.0", "802.0"),
    ),
    "SensorDataExample2.jsonld": (
        Read("Temperature", "CEL", {"min_value": "26.0", "max_value": "26.2", "mean": "26.1", "sdev": "0.1"}, NOON_55),
        Read("AbsoluteHumidity", "A93", {"min_value": "12.1", "max_value": "12.2"}, NOON_55),
        Read("Speed", "KMH", {"min_value": "160", "max_value": "162"}, NOON_55),
        Read("Illuminance", "LUX", {"min_value": "800", "max_value": "802"}, NOON_55),
    ),
    "SensorDataExample3.jsonld": (
        Read("Temperature", "CEL", {"min_value": "12.4", "max_value": "13.8"}, DAY_END),
        Read("AbsoluteHumidity", "A93", {"min_value": "69.2", "max_value": "72.5"}, DAY_END),
    ),
    "SensorDataExample4.jsonld": _four(NOON_55, "26", "12.1", "160", "800"),
    "SensorDataExample5.jsonld": tuple(
        Read("Temperature", "CEL", {"value": f"26.{index}"}, f"2019-04-02T13:{index}5:00") for index in range(6)
    ),
    "SensorDataExample6.jsonld": (Read("Temperature", "CEL", DETAIL, DAY_END), SOME),
    "SensorDataExample7.jsonld": (
        Read("Temperature", "CEL", {"value": "26"}, JULY),
        Read("example:Abc", None, {"string_value": "111100001111000011110000"}, JULY),
        Read("example:Def", None, {"boolean_value": "True"}, JULY),
        Read("example:Ghi", None, {"string_value": "SomeString"}, JULY),
        Read("example:Jkl", None, {"hex_value": "F0F0F0"}, JULY),
        Read("example:Mno", None, {"uri_value": "https://example.org/example/someSectorSpecificValue"}, JULY),
    ),
    "SensorDataExample8.jsonld": (
        Read("AbsoluteHumidity", "A93", {"value": "12.1"}, JULY),
        Read(
            "AmountOfSubstancePerUnitVolume", "C35",
            {
                "value": "0.18",
                "chemical_substance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
            },
            JULY,
        ),
        Read(
            "AmountOfSubstancePerUnitVolume", "C35",
            {"value": "0.05", "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011"},
            JULY,
        ),
        Read("Temperature", "CEL", DETAIL, DAY_END),
        SOME,
        Read("Temperature", "CEL", {}, JULY),
        SOME._replace(utc="2019-10-07T14:30:00"),
    ),
}  # fmt: skip
