"""camt.054.001.08, the bank's notification of debits and credits: one entry for each movement of the party's money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from pyiso20022.camt import camt_054_001_08 as camt
from xsdata.models.datatype import XmlDate, XmlDateTime

from caldera.evm.address import Address

from ..errors import NothingToReport
from ..money import Currency
from ..voucher import Voucher
from .accounts import SCHEME, caip10, packed
from .amounts import Minor
from .check import fitting, write

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
_Account = TypeVar("_Account", camt.CashAccount38, camt.CashAccount39)


def camt054(vouchers: Iterable[Voucher], created: datetime, carry: bool = False) -> str:
    """The XML. Vouchers without money are left out; there is one notification an account and currency.

    Args:
        created: stands as time of creation; the same vouchers and time give the same document.
        carry: fractions of a minor unit go on to the next entry instead of being refused.

    Raises:
        NothingToReport: no money moved.
        DocumentNotPossible: an amount or a currency cannot be said.
    """
    groups: defaultdict[tuple[str, Currency], list[Voucher]] = defaultdict(list)
    for voucher in vouchers:
        if voucher.cash:
            groups[voucher.own, voucher.currency].append(voucher)
    if not groups:
        raise NothingToReport("no money moved in these blocks: there is nothing to notify of")
    moment = XmlDateTime.from_datetime(created.astimezone(UTC).replace(microsecond=0))
    first = next(iter(groups.values()))[0]
    notifications = [_notification(own, currency, found, moment, carry) for (own, currency), found in groups.items()]
    document = camt.Document(
        bk_to_cstmr_dbt_cdt_ntfctn=camt.BankToCustomerDebitCreditNotificationV08(
            grp_hdr=camt.GroupHeader81(msg_id=first.id, cre_dt_tm=moment), ntfctn=notifications
        )
    )
    return write(document, NAMESPACE)


def _notification(
    own: Address, currency: Currency, vouchers: list[Voucher], moment: XmlDateTime, carry: bool
) -> camt.AccountNotification17:
    minor = Minor(currency, carry)
    entries = [_entry(voucher, minor) for voucher in vouchers]
    chain_id = vouchers[0].key.chain_id
    left = f"{currency.text(minor.carried)} {currency.code} carried, not in the entries" if minor.carried else None
    return camt.AccountNotification17(
        id=vouchers[0].id,
        cre_dt_tm=moment,
        acct=_account(camt.CashAccount39, chain_id, own, currency.code),
        ntry=entries,
        addtl_ntfctn_inf=left,
    )


def _entry(voucher: Voucher, minor: Minor) -> camt.ReportEntry10:
    amount, code = minor.next(voucher.cash, f"voucher {voucher.id}"), voucher.currency.code
    side = camt.CreditDebitCode.CRDT if voucher.cash > 0 else camt.CreditDebitCode.DBIT
    when = camt.DateAndDateTime2Choice(dt_tm=XmlDateTime.from_datetime(voucher.time))
    other = _account(camt.CashAccount38, voucher.key.chain_id, voucher.other, code) if voucher.other else None
    parties = camt.TransactionParties6(
        dbtr_acct=other if voucher.cash > 0 else None, cdtr_acct=other if voucher.cash < 0 else None
    )
    details = camt.EntryTransaction10(
        refs=camt.TransactionReferences6(
            end_to_end_id=fitting(voucher.reference or "NOTPROVIDED", 35),
            tx_id=voucher.id,
            prtry=[
                camt.ProprietaryReference1(tp="TX1", ref=voucher.key.tx[:34]),
                camt.ProprietaryReference1(tp="TX2", ref=voucher.key.tx[34:] or "-"),
                camt.ProprietaryReference1(tp="LOG", ref=str(voucher.key.log_index)),
            ],
        ),
        rltd_pties=parties if other else None,
        rmt_inf=camt.RemittanceInformation16(ustrd=[fitting(voucher.text, 140)]),
    )
    return camt.ReportEntry10(
        ntry_ref=voucher.id,
        amt=camt.ActiveOrHistoricCurrencyAndAmount(value=abs(amount), ccy=code),
        cdt_dbt_ind=side,
        rvsl_ind=bool(voucher.revision % 2) or None,
        sts=camt.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=when,
        val_dt=camt.DateAndDateTime2Choice(dt=XmlDate.from_date(voucher.time.date())),
        acct_svcr_ref=voucher.id,
        bk_tx_cd=camt.BankTransactionCodeStructure4(
            prtry=camt.ProprietaryBankTransactionCodeStructure1(cd=fitting(voucher.event, 35))
        ),
        ntry_dtls=[camt.EntryDetails9(tx_dtls=[details])],
        addtl_ntry_inf=f"exact amount {voucher.currency.text(abs(voucher.cash))} {code}",
    )


def _account(kind: type[_Account], chain_id: int, address: Address, code: str) -> _Account:
    """An account of the chain; where money moved between accounts that no transfer names, the account is not known."""
    other = camt.GenericAccountIdentification1(
        id=packed(address) if address else "NOTPROVIDED",
        schme_nm=camt.AccountSchemeName1Choice(prtry=SCHEME) if address else None,
    )
    proxy = (
        camt.ProxyAccountIdentification1(tp=camt.ProxyAccountType1Choice(prtry="CAIP-10"), id=caip10(chain_id, address))
        if address
        else None
    )
    return kind(id=camt.AccountIdentification4Choice(othr=other), ccy=code, prxy=proxy)
