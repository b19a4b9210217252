"""One short name for the several ways of writing a word of GS1's vocabularies.

``shipping``, ``urn:epcglobal:cbv:bizstep:shipping``, ``https://ref.gs1.org/cbv/BizStep-shipping`` and
``cbv:BizStep-shipping`` are all ``shipping``. A private URI (``https://example.com/steps/washing``) stays as it is.
A word that stands in GS1's namespaces but not in its vocabulary is refused: it can only be a mistake, or newer than
this reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from caldera.documents.epcis import words
from caldera.documents.epcis.pointer import shown
from caldera.documents.epcis.uris import is_uri
from caldera.documents.errors import InvalidField

_CBV = ("https://ref.gs1.org/cbv/", "http://ref.gs1.org/cbv/", "cbv:")
_VOC = ("https://gs1.org/voc/", "http://gs1.org/voc/", "https://www.gs1.org/voc/", "http://www.gs1.org/voc/", "gs1:")
_RESERVED = (*_CBV, *_VOC, "urn:epcglobal:cbv", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed list of words.

    Attributes:
        name: what its words are, for messages.
        words: the short names.
        prefixes: what may stand before a short name.
    """

    name: str
    words: frozenset[str]
    prefixes: tuple[str, ...]

    def short(self, value: str, path: str) -> str:
        """The short name of ``value``, or ``value`` when it is a URI outside GS1's namespaces.

        Raises:
            InvalidField: neither.
        """
        if value in self.words:
            return value
        for prefix in self.prefixes:
            if value.startswith(prefix) and value.removeprefix(prefix) in self.words:
                return value.removeprefix(prefix)
        if is_uri(value) and not value.startswith(_RESERVED):
            return value
        raise InvalidField(
            f"{shown(value)} is not a known {self.name}.",
            todo="Use a word of CBV 2.0 in its exact spelling, or a URI of your own for a private one.",
            path=path,
        )


def _cbv(name: str, known: frozenset[str], urn: str, web: str) -> Vocabulary:
    pages = tuple(f"{page}{web}-" for page in _CBV)
    return Vocabulary(name, known, (f"urn:epcglobal:cbv:{urn}:", *pages))


BIZ_STEP = _cbv("business step", words.BIZ_STEPS, "bizstep", "BizStep")
DISPOSITION = _cbv("disposition", words.DISPOSITIONS, "disp", "Disp")
TRANSACTION = _cbv("business transaction type", words.TRANSACTIONS, "btt", "BTT")
PARTY = _cbv("source or destination type", words.PARTIES, "sdt", "SDT")
REASON = _cbv("error reason", words.REASONS, "er", "ER")
COMPONENT = _cbv("component", words.COMPONENTS, "comp", "Comp")
MEASUREMENT = Vocabulary("measurement type", words.MEASUREMENTS, _VOC)
ALERT = Vocabulary("sensor alert type", words.ALERTS, _VOC)
