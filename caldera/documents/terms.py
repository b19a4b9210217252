"""The due date that follows with certainty from payment terms in plain language.

Conservative on purpose: a receivable with no due date is noticed, one with a wrong due date is not. A clause
counts only when all its words are known (``terms_words``); any clause with a day count that is not understood
makes the whole text uncertain.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from caldera.documents import terms_words as words

_MAX_CHARS = 2000
_MAX_DAYS = 366
_DISCOUNT_NET = re.compile(
    r"[0-9]+(?:[.,][0-9]+)?\s*%?\s*[/ ]\s*[0-9]+\s*(?:days)?\s*[,;]?"
    r"\s*(?:net|n)\s*/?\s*([0-9]{1,3})\s*(?:days)?"
)
_SENTENCE = re.compile(r"[\n;|!?]+|\.(?=\s|$)")
_PIECE = re.compile(r",(?![0-9])|[()]|\s[-\u2013\u2014/]\s|\b(?:or|oder|eller|ou|of wel|and|und|och|og|et)\b")
_TOKEN = re.compile(
    r"(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})"
    r"|[0-9]+(?:[.,][0-9]+)?|[^\W\d_]+|%"
)


class _Uncertain(Exception):
    """The text could mean another date."""


def due_date_from_terms(text: str | None, issue_date: date) -> date | None:
    """The due date that ``text`` states or lets count from ``issue_date``, or None when not certain.

    Understands day and week counts ("Net 30", "within 14 days", "30 dagar netto", "30 jours", "zahlbar
    innerhalb 30 Tagen") and explicit dates beside a word for due ("bis 04.04.2026", "due 2026-04-04").
    Passes over cash discounts, penalty interest and XRechnung ``#SKONTO#`` lines. Several different dates,
    counts from receipt or delivery, month ends and percentages of the amount are uncertain.
    """
    if not text or len(text) > _MAX_CHARS:
        return None
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = "\n".join(line.partition("#")[0] for line in plain.splitlines())
    joined = "_" + "_".join(re.findall(r"[^\W_]+", plain)) + "_"
    if any(shift in joined for shift in words.MONTH_END):
        return None
    try:
        dates = _dates(plain, issue_date)
    except (_Uncertain, OverflowError):
        return None
    due = dates.pop() if len(dates) == 1 else None
    return due if due is not None and due >= issue_date else None


def _dates(text: str, issue_date: date) -> set[date]:
    """All due dates the text gives, or :class:`_Uncertain`."""
    net: set[date] = set()
    plain: set[date] = set()
    discount_without_days = False
    for part in _SENTENCE.split(text):
        sentence = " ".join(part.split())
        shorthand = _DISCOUNT_NET.fullmatch(sentence)
        if shorthand is not None:
            net.add(issue_date + timedelta(days=int(shorthand[1])))
            continue
        for piece in _PIECE.split(sentence):
            found, is_net, is_discount = _read_piece(piece, issue_date)
            discount_without_days |= is_discount and not found
            if not is_discount:
                (net if is_net else plain).update(found)
    if discount_without_days and plain:
        raise _Uncertain
    return net | plain


def _read_piece(piece: str, issue_date: date) -> tuple[set[date], bool, bool]:
    """The dates in a piece of a sentence, whether it says net, and whether it is about a discount."""
    tokens = list(_TOKEN.finditer(piece))
    texts = [token[0] for token in tokens]
    found: set[date] = set()
    rest: list[str] = []
    has_date = False
    position = 0
    while position < len(texts):
        word = texts[position]
        following = texts[position + 1] if position + 1 < len(texts) else ""
        if tokens[position]["iso"] or tokens[position]["year"]:
            found.add(_calendar_date(tokens[position]))
            has_date = True
        elif word.isdecimal() and following in words.DAYS | words.WEEKS:
            found.add(issue_date + _count(word, 7 if following in words.WEEKS else 1))
            position += 1
        elif word in words.NET and following.isdecimal():
            found.add(issue_date + _count(following, 1))
            rest.append(word)
            position += 2 if position + 2 < len(texts) and texts[position + 2] in words.DAYS else 1
        else:
            rest.append(word)
        position += 1
    is_percent = any(word in words.PERCENT for word in rest)
    if any(word.startswith(words.OTHER_STEMS) or word in words.OTHER_WORDS for word in rest):
        return set(), False, False
    if is_percent or any(word.startswith(words.DISCOUNT_STEMS) for word in rest):
        return found, False, True
    if not found:
        return set(), False, False
    is_net = any(word in words.NET for word in rest)
    if not all(word in words.KNOWN for word in rest):
        raise _Uncertain
    if has_date and not any(word in words.DUE for word in rest):
        raise _Uncertain
    return found, is_net, False


def _count(number: str, unit: int) -> timedelta:
    if int(number) * unit > _MAX_DAYS:
        raise _Uncertain
    return timedelta(days=int(number) * unit)


def _calendar_date(token: re.Match[str]) -> date:
    try:
        if token["iso"]:
            return date.fromisoformat(token["iso"])
        day, month, year = int(token["day"]), int(token["month"]), int(token["year"])
        if "/" in token[0] and day <= 12 and day != month:
            raise _Uncertain
        return date(year, month, day)
    except ValueError:
        raise _Uncertain from None
