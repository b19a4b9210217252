"""The trial balance: what each account stands at, by currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .money import Currency
from .voucher import Voucher

Balance = dict[tuple[Currency, str], int]
"""Debits less credits in smallest units, by currency and account."""


def trial_balance(vouchers: Iterable[Voucher]) -> Balance:
    """The sums of all lines. Over all accounts of a currency they are zero."""
    sums: defaultdict[tuple[Currency, str], int] = defaultdict(int)
    for voucher in vouchers:
        for line in voucher.lines:
            sums[voucher.currency, line.account] += line.amount
    return dict(sums)
