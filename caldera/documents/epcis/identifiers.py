"""Comparing GS1 identifiers written as EPC URN and as GS1 Digital Link URI.

An EPC URN separates the company prefix; a Digital Link does not and cannot be split again, because the length of the
prefix is known to GS1 only. So both are brought to the one form that follows exactly from either, the GS1 element
string: an SSCC to ``(00)`` and its 18 digits, a serialised GTIN to ``(01)`` and 14 digits ``(21)`` and the serial,
and likewise GTIN with lot ``(10)``, GINC ``(401)``, GSIN ``(402)`` and GRAI ``(8003)``.

From a URN the check digit is computed; in a Digital Link it must be right. The domain, the path before the key and
the query of a Digital Link do not matter. A URI that is neither, has wrong digits or further qualifiers is compared
as the text that it is. URNs of patterns (``idpat``) other than a whole GTIN name no object.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_URN = re.compile(r"urn:epc:(id|class|idpat):(sscc|sgtin|lgtin|gsin|ginc|grai):([0-9]{6,12})\.(.+)")
_LINK = re.compile(
    r"(?:.*/)?(?:00/(?P<sscc>[0-9]{18})"
    r"|01/(?P<gtin>[0-9]{14})(?:/10/(?P<lot>[^/]+))?(?:/21/(?P<serial>[^/]+))?"
    r"|401/(?P<ginc>[^/]+)|402/(?P<gsin>[0-9]{17})|8003/0(?P<grai>[0-9]{13})(?P<asset>[^/]+))"
)
_CHARS = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,30}""")
_UNITS = ("(00)", "(401)", "(402)", "(8003)")
_UNIT_URNS = ("urn:epc:id:sscc:", "urn:epc:id:gsin:", "urn:epc:id:ginc:", "urn:epc:id:grai:")


def check_digit(digits: str) -> str:
    """The GS1 check digit that follows ``digits``: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def element_string(identifier: str) -> str:
    """The GS1 element string of an SSCC, GTIN, GINC, GSIN or GRAI; any other identifier as it is.

    Two identifiers name the same thing if, and as far as can be told only if, this is equal for both.
    """
    return _from_urn(identifier) or _from_link(identifier) or identifier


def sscc18(identifier: str) -> str | None:
    """The 18 digits of an SSCC, None for anything else and for an SSCC with wrong digits."""
    element = element_string(identifier)
    return element[4:] if element.startswith("(00)") else None


def is_logistic_unit(identifier: str) -> bool:
    """Whether it is an SSCC, a shipment (GSIN), a consignment (GINC) or a returnable asset (GRAI)."""
    return identifier.startswith(_UNIT_URNS) or element_string(identifier).startswith(_UNITS)


def _from_urn(identifier: str) -> str | None:
    match = _URN.fullmatch(identifier)
    if match is None:
        return None
    form, scheme, prefix, rest = match[1], match[2], match[3], match[4]
    first, _, tail = rest.partition(".")
    if scheme in ("sscc", "gsin") and form == "id" and rest.isdigit() and rest.isascii():
        digits = rest[0] + prefix + rest[1:] if scheme == "sscc" else prefix + rest
        if len(digits) != (17 if scheme == "sscc" else 16):
            return None
        return f"({'00' if scheme == 'sscc' else '402'}){digits}{check_digit(digits)}"
    if scheme == "ginc" and form == "id":
        reference = _plain(prefix + rest)
        return f"(401){reference}" if reference else None
    if not re.fullmatch("[0-9]*", first):
        return None
    if scheme == "grai":
        asset = _plain(tail)
        if form != "id" or len(prefix + first) != 12 or asset is None:
            return None
        return f"(8003)0{prefix}{first}{check_digit(prefix + first)}{asset}"
    if len(prefix + first) != 13 or not first:
        return None
    digits = first[0] + prefix + first[1:]
    gtin = f"(01){digits}{check_digit(digits)}"
    if (form, scheme, tail) == ("idpat", "sgtin", "*"):
        return gtin
    plain = _plain(tail)
    if plain is None or (form, scheme) not in (("id", "sgtin"), ("class", "lgtin")):
        return None
    return f"{gtin}({'21' if scheme == 'sgtin' else '10'}){plain}"


def _from_link(identifier: str) -> str | None:
    if not identifier.startswith(("https://", "http://")):
        return None
    try:
        path = urlsplit(identifier).path
    except ValueError:
        return None
    match = _LINK.fullmatch(path)
    if match is None:
        return None
    for name, ai in (("sscc", "00"), ("gsin", "402")):
        if match[name] is not None:
            return f"({ai}){match[name]}" if _checked(match[name]) else None
    if match["ginc"] is not None:
        reference = _plain(match["ginc"])
        return f"(401){reference}" if reference else None
    if match["grai"] is not None:
        asset = _plain(match["asset"])
        return f"(8003)0{match['grai']}{asset}" if asset and _checked(match["grai"]) else None
    if not _checked(match["gtin"]):
        return None
    # A serial says which one it is, whatever its lot.
    for name, ai in (("serial", "21"), ("lot", "10")):
        if match[name] is not None:
            plain = _plain(match[name])
            return f"(01){match['gtin']}({ai}){plain}" if plain else None
    return f"(01){match['gtin']}"


def _checked(digits: str) -> bool:
    return check_digit(digits[:-1]) == digits[-1]


def _plain(escaped: str) -> str | None:
    try:
        text = unquote(escaped, errors="strict")
    except UnicodeDecodeError:
        return None
    return text if _CHARS.fullmatch(text) else None
