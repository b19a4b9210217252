"""EPC URN and GS1 Digital Link of one thing are equal; anything uncertain stays itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caldera.documents.epcis import element_string, is_logistic_unit, sscc18
from caldera.documents.epcis.identifiers import check_digit


@pytest.mark.parametrize(
    ("digits", "check"),
    # GTIN-13, SSCC and GTIN-14 of GS1's own examples; the last sums to a multiple of ten.
    [("629104150021", "3"), ("10614141234567890", "8"), ("8061414112345", "8"), ("04012345111111111", "0")],
)
def test_check_digit(digits: str, check: str) -> None:
    assert check_digit(digits) == check


@pytest.mark.parametrize(
    ("urn", "link", "element"),
    [
        (
            "urn:epc:id:sscc:0614141.1234567890",
            "https://id.gs1.org/00/106141412345678908",
            "(00)106141412345678908",
        ),
        (
            "urn:epc:id:sgtin:0614141.812345.400",
            "https://example.com/shop/01/80614141123458/21/400?linkType=gs1:pip#x",
            "(01)80614141123458(21)400",
        ),
        (
            "urn:epc:id:sgtin:0614141.812345.32a%2Fb",
            "http://example.com:8080/01/80614141123458/10/L1/21/32a%2Fb",
            "(01)80614141123458(21)32a/b",
        ),
        (
            "urn:epc:class:lgtin:0614141.812345.L-9",
            "https://id.gs1.org/01/80614141123458/10/L-9",
            "(01)80614141123458(10)L-9",
        ),
        ("urn:epc:idpat:sgtin:0614141.812345.*", "https://id.gs1.org/01/80614141123458", "(01)80614141123458"),
        ("urn:epc:id:ginc:0614141.xyz47%2F11", "https://id.gs1.org/401/0614141xyz47%2F11", "(401)0614141xyz47/11"),
        ("urn:epc:id:gsin:0614141.123456789", "https://id.gs1.org/402/06141411234567890", "(402)06141411234567890"),
        ("urn:epc:id:grai:0614141.12345.400", "https://id.gs1.org/8003/00614141123452400", "(8003)00614141123452400"),
    ],
)
def test_two_forms_of_one_thing(urn: str, link: str, element: str) -> None:
    assert element_string(urn) == element
    assert element_string(link) == element


@pytest.mark.parametrize(
    "identifier",
    [
        "https://id.gs1.org/00/106141412345678907",
        "https://id.gs1.org/00/10614141234567890",
        "https://id.gs1.org/00/106141412345678908/",
        "https://id.gs1.org/00/106141412345678908/21/4",
        "https://id.gs1.org/01/80614141123459/21/400",
        "https://id.gs1.org/01/80614141123458/22/2A",
        "https://id.gs1.org/01/80614141123458/21/%ff",
        "https://id.gs1.org/01/80614141123458/21/%E2%82%AC",
        "https://id.gs1.org/01/614141123452/21/400",
        "https://id.gs1.org/402/06141411234567891",
        "https://id.gs1.org/8003/00614141123453400",
        "https://id.gs1.org/8003/00614141123452%20",
        "https://id.gs1.org/401/%E2%82%AC",
        "https://[::1/00/106141412345678908",
        "urn:epc:id:sscc:0614141.123456789",
        "urn:epc:id:sscc:0614141.12345678901",
        "urn:epc:id:sscc:0614141.123456789a",
        "urn:epc:id:sscc:06141.123456789012",
        "urn:epc:idpat:sscc:0614141.*",
        "urn:epc:id:sgtin:0614141.12345.400",
        "urn:epc:id:sgtin:0614141.812345",
        "urn:epc:id:sgtin:0614141.812345.",
        "urn:epc:idpat:sgtin:0614141.*.*",
        "urn:epc:id:grai:0614141.1234.400",
        "urn:epc:id:sgln:0614141.00777.0",
        "urn:epc:id:sscc:٠٦١٤١٤١.1234567890",
        "urn:uuid:0c7e3a52-6a1f-4c6e-9f1d-2d7a51b60a02",
        "",
    ],
)
def test_what_is_not_exact_stays_as_it_is(identifier: str) -> None:
    assert element_string(identifier) == identifier
    assert sscc18(identifier) is None


def test_logistic_units() -> None:
    for unit in (
        "urn:epc:id:sscc:0614141.1234567890",
        "urn:epc:id:sscc:0614141.1",
        "https://id.gs1.org/00/106141412345678908",
        "urn:epc:id:gsin:0614141.123456789",
        "urn:epc:id:ginc:0614141.xyz4711",
        "https://id.gs1.org/8003/00614141123452400",
    ):
        assert is_logistic_unit(unit)
    for other in ("urn:epc:id:sgtin:0614141.812345.400", "https://id.gs1.org/01/80614141123458", "urn:x:1"):
        assert not is_logistic_unit(other)


@settings(deadline=None)
@given(st.integers(6, 12), st.integers(0, 10**17 - 1))
def test_every_split_of_an_sscc_meets_its_link(length: int, number: int) -> None:
    digits = f"{number:017}"
    urn = f"urn:epc:id:sscc:{digits[1 : length + 1]}.{digits[0]}{digits[length + 1 :]}"
    sscc = digits + check_digit(digits)
    assert sscc18(urn) == sscc18(f"https://example.org/00/{sscc}") == sscc
    wrong = digits + str((int(sscc[-1]) + 1) % 10)
    assert sscc18(f"https://example.org/00/{wrong}") is None


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"(urn:epc:(id|class|idpat):[a-z]{4,5}:|https://x/)[0-9./%*a-z]{0,40}"))
def test_any_text(text: str) -> None:
    found = element_string(text)
    assert element_string(found) == found
    assert (sscc18(text) is None) == (not found.startswith("(00)"))
