"""pain.001.001.09, a proposal of payments: what the party owes on acknowledged receivables, and when it is due.

The account to be credited is the module of receivables, which takes the payment and shares it among whoever holds the
certificates by then. Money sent to the creditor itself would settle nothing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

from pyiso20022.pain import pain_001_001_09 as pain
from xsdata.models.datatype import XmlDate, XmlDateTime

from caldera.evm.address import Address

from ..bookkeeper import Bookkeeper
from ..dues import Due, owed_by
from ..errors import NothingToReport
from ..money import Currency
from ..positions import MODULE
from .accounts import SCHEME, caip10, packed
from .amounts import Minor
from .check import fitting, write

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


def pain001(
    keeper: Bookkeeper,
    chain_id: int,
    payer: Address,
    created: datetime,
    carry: bool = False,
) -> str:
    """The XML: one block of payments a due date and currency; what is overdue is to be paid on the day of creation.

    Args:
        payer: the account the money comes from.
        created: time of creation; the same books and time give the same document.
        carry: fractions of a minor unit go on to the next payment; what comes to nothing is left out.

    Raises:
        NothingToReport: nothing is owed.
        DocumentNotPossible: an amount or a currency cannot be said.
    """
    module = next((address for address, name in keeper.contracts.items() if name == MODULE), None)
    today = created.astimezone(UTC).date()
    groups: defaultdict[tuple[date, Currency], list[Due]] = defaultdict(list)
    for each in owed_by(keeper):
        groups[max(today, datetime.fromtimestamp(each.due, UTC).date()), each.currency].append(each)
    minors: dict[Currency, Minor] = {}
    blocks: list[pain.PaymentInstruction30] = []
    party = pain.PartyIdentification135(nm=fitting(keeper.party.name, 140))
    for (day, currency), dues in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1].code)):
        minor = minors.setdefault(currency, Minor(currency, carry))
        paid = [(each, minor.next(each.amount, f"invoice {each.number}")) for each in dues]
        orders = [_order(each, amount, chain_id, module or "") for each, amount in paid if amount]
        if not orders:
            continue
        blocks.append(
            pain.PaymentInstruction30(
                pmt_inf_id=f"{day:%Y%m%d}-{currency.code}-{len(blocks) + 1}",
                pmt_mtd=pain.PaymentMethod3Code.TRF,
                nb_of_txs=str(len(orders)),
                ctrl_sum=_total(orders),
                reqd_exctn_dt=pain.DateAndDateTime2Choice(dt=XmlDate.from_date(day)),
                dbtr=party,
                dbtr_acct=_account(chain_id, payer, currency.code),
                dbtr_agt=pain.BranchAndFinancialInstitutionIdentification6(
                    fin_instn_id=pain.FinancialInstitutionIdentification18(
                        othr=pain.GenericFinancialIdentification1(id="NOTPROVIDED")
                    )
                ),
                cdt_trf_tx_inf=orders,
            )
        )
    if not blocks:
        raise NothingToReport("nothing is owed on acknowledged receivables: there is nothing to pay")
    every = [order for block in blocks for order in block.cdt_trf_tx_inf]
    document = pain.Document(
        cstmr_cdt_trf_initn=pain.CustomerCreditTransferInitiationV09(
            grp_hdr=pain.GroupHeader85(
                msg_id=f"{created.astimezone(UTC):%Y%m%dT%H%M%S}-{chain_id}"[:35],
                cre_dt_tm=XmlDateTime.from_datetime(created.astimezone(UTC).replace(microsecond=0)),
                nb_of_txs=str(len(every)),
                ctrl_sum=_total(every),
                initg_pty=party,
            ),
            pmt_inf=blocks,
        )
    )
    return write(document, NAMESPACE)


def _order(due: Due, amount: Decimal, chain_id: int, module: Address) -> pain.CreditTransferTransaction34:
    invoice = pain.ReferredDocumentInformation7(
        tp=pain.ReferredDocumentType4(cd_or_prtry=pain.ReferredDocumentType3Choice(cd=pain.DocumentType6Code.CINV)),
        nb=fitting(due.number, 35),
    )
    return pain.CreditTransferTransaction34(
        pmt_id=pain.PaymentIdentification6(end_to_end_id=fitting(due.number, 35)),
        amt=pain.AmountType4Choice(
            instd_amt=pain.ActiveOrHistoricCurrencyAndAmount(value=amount, ccy=due.currency.code)
        ),
        cdtr=pain.PartyIdentification135(nm=f"Entity {due.creditor}"),
        cdtr_acct=_account(chain_id, module, due.currency.code),
        rmt_inf=pain.RemittanceInformation16(
            ustrd=[f"pay 0x{due.id:064x} exact {due.currency.text(due.amount)} {due.currency.code}"],
            strd=[pain.StructuredRemittanceInformation16(rfrd_doc_inf=[invoice])],
        ),
    )


def _account(chain_id: int, address: Address, code: str) -> pain.CashAccount38:
    return pain.CashAccount38(
        id=pain.AccountIdentification4Choice(
            othr=pain.GenericAccountIdentification1(
                id=packed(address), schme_nm=pain.AccountSchemeName1Choice(prtry=SCHEME)
            )
        ),
        ccy=code,
        prxy=pain.ProxyAccountIdentification1(
            tp=pain.ProxyAccountType1Choice(prtry="CAIP-10"), id=caip10(chain_id, address)
        ),
    )


def _total(orders: list[pain.CreditTransferTransaction34]) -> Decimal:
    return sum((order.amt.instd_amt.value for order in orders if order.amt.instd_amt), Decimal(0))
