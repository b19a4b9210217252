"""What a person reads in each of the sample invoices; written by hand from the files, never by the reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Who:
    """A party: name, VAT id, (legal id, scheme), (endpoint, scheme), other ids with schemes, country."""

    name: str
    vat: str | None = None
    legal: tuple[str, str | None] | None = None
    endpoint: tuple[str, str | None] | None = None
    ids: tuple[tuple[str, str | None], ...] = ()
    country: str | None = None


@dataclass(frozen=True)
class Expected:
    file: str
    number: str
    issued: str
    due: str | None
    due_source: str
    currency: str
    seller: Who
    buyer: Who
    payable: str
    lines: tuple[str, ...]
    kind: str = "invoice"
    type_code: str = "380"
    tax_currency: str | None = None
    payee: Who | None = None
    findings: tuple[str, ...] = ()


KOKSMAAT = Who("De Koksmaat", vat="NL8200.98.395.B.01", legal=("57151520", None), country="NL")
ODIN = Who("ODIN 59", ids=(("10202", None),), country="NL")
KOKSMAAT_LINES = (
    "19.90", "9.85", "8.29", "14.46", "35.00", "35.00", "10.65", "1.55", "14.37", "8.29",
    "16.58", "9.95", "3.30", "10.80", "3.90", "7.60", "9.34", "18.63", "102.12", "-109.98",
)  # fmt: skip

SALES = Who(
    "Salescompany ltd.",
    vat="NO123456789MVA",
    legal=("123456789", None),
    ids=(("1238764941386", "0088"),),
    country="NO",
)
BUYERCO = Who(
    "The Buyercompany",
    vat="NO987654321MVA",
    legal=("987654321", None),
    ids=(("3456789012098", "0088"),),
    country="NO",
)
SALES_0082 = Who(SALES.name, SALES.vat, ("123456789", "0082"), None, SALES.ids, "NO")
BUYERCO_0082 = Who(BUYERCO.name, BUYERCO.vat, ("987654321", "0082"), None, BUYERCO.ids, "NO")
SCROOGE = Who("Ebeneser Scrooge AS", legal=("989823401", None), ids=(("2298740918237", "0088"),))
SCROOGE_0082 = Who("Ebeneser Scrooge AS", legal=("989823401", "0082"), ids=(("2298740918237", "0088"),))
SCROOGE_CII = Who("Ebeneser Scrooge AS", legal=("989823401", None), ids=(("2298740918237", None),))
NOK_LINES = ("1273", "-3.96", "4.96", "-25", "187.5")

SELLER_DK = Who(
    "SellerCompany",
    vat="DK16356706",
    legal=("DK16356706", None),
    ids=(("5790000436101", "0088"),),
    country="DK",
)
BUYER_DK = Who("Buyercompany ltd", ids=(("5790000436057", "0088"),), country="DK")

SNIPPET_SELLER = Who(
    "SupplierOfficialName Ltd",
    vat="GB1232434",
    legal=("GB983294", None),
    endpoint=("9482348239847239874", "0088"),
    ids=(("99887766", None),),
    country="GB",
)
SNIPPET_BUYER = Who(
    "Buyer Official Name",
    vat="SE4598375937",
    legal=("39937423947", "0183"),
    endpoint=("FR23342", "0002"),
    ids=(("FR23342", "0002"),),
    country="SE",
)

QVK = Who(
    "QVK Montage AB",
    vat="SE112233445501",
    legal=("1122334455", None),
    endpoint=("1122334455", "0007"),
    country="SE",
)
KOMPONENT = Who("Komponentlagret AB", legal=("9876543210", "0007"), endpoint=("9876543210", "0007"), country="SE")

EXPECTED = (
    Expected(
        "cii/CII_example1.xml", "12115118", "2015-01-09", "2015-01-09", "due_date", "EUR",
        KOKSMAAT, ODIN, "250.33", KOKSMAAT_LINES, findings=("BT-131 line 20",),
    ),
    Expected(
        "cii/CII_example2.xml", "TOSL108", "2013-06-30", "2013-07-20", "due_date", "NOK",
        SALES, BUYERCO, "801.78", NOK_LINES, payee=SCROOGE_CII,
        findings=tuple(f"BT-131 line {i}" for i in (1, 2, 3, 4, 5)),
    ),
    Expected(
        "cii/CII_business_example_01.xml", "TOSL108", "2013-06-30", "2013-07-20", "due_date", "NOK",
        SALES, BUYERCO, "801.78", NOK_LINES, payee=SCROOGE_CII,
        findings=tuple(f"BT-131 line {i}" for i in (1, 2, 3, 4, 5)),
    ),
    Expected(
        "cii/CII_example3.xml", "TOSL108", "2013-04-10", "2013-05-10", "due_date", "DKK",
        Who("SubscriptionSeller", vat="DK16356706", legal=("DK16356706", None), country="DK"),
        Who("Buyercompany ltd", ids=(("5790000435975", "0088"),), country="DK"),
        "1125", ("800",),
    ),
    Expected(
        "cii/CII_example4.xml", "TOSL110", "2013-04-10", "2013-05-10", "due_date", "DKK",
        SELLER_DK, BUYER_DK, "4675", ("1000", "500", "2500"),
    ),
    Expected(
        "ubl/Allowance-example.xml", "Snippet1", "2017-11-13", "2017-12-01", "due_date", "EUR",
        Who("SupplierOfficialName Ltd", vat="GB1232434", legal=("GB983294", None),
            endpoint=("7300010000001", "0088"), ids=(("99887766", None),), country="GB"),
        Who("Buyer Official Name", vat="SE4598375937", legal=("39937423947", "0183"),
            endpoint=("4598375937", "0002"), ids=(("4598375937", "0002"),), country="SE"),
        "6125", ("4000", "1000", "900"), tax_currency="SEK",
    ),
    Expected(
        "ubl/BIS3_Invoice_negativ.XML", "12345", "2019-01-25", "2019-02-24", "due_date", "DKK",
        Who("Company A", vat="DK12345678", legal=("DK12345678", "0184"), endpoint=("DK12345678", "0184"),
            ids=(("DK12345678", "0184"),), country="DK"),
        Who("Company B", vat="DK87654321", legal=("DK87654321", "0184"), endpoint=("DK87654321", "0184"),
            ids=(("DK87654321", "0184"),), country="DK"),
        "-782179.43", ("-625743.54",),
    ),
    Expected(
        "ubl/BIS_Billing_30-Factoring.xml", "7023708", "2017-08-29", "2017-09-29", "due_date", "EUR",
        QVK, KOMPONENT, "115000", ("50000", "42000"), payee=Who("Likviditet o. Finans AB"),
    ),
    Expected(
        "ubl/BIS_Billing_30-Kreditering_med_kreditnota.xml", "2018140", "2018-02-10", "2018-03-12",
        "payment_terms", "SEK",
        Who("Produtionsbolaget Sverige AB", vat="SE123456789001", legal=("1234567890", "0007"),
            endpoint=("1234567890", "0007"), ids=(("1230123456789", "0088"),), country="SE"),
        Who("Project services AB", legal=("9876543210", "0007"), endpoint=("9876543210", "0007"),
            ids=(("9876543210987", "0088"),), country="SE"),
        "10000", ("10200", "-640"), kind="credit_note", type_code="381",
    ),
    Expected(
        "ubl/BIS_Billing_30-Valutor_i_faktura.xml", "800018", "2018-01-26", "2018-02-26", "due_date", "USD",
        QVK, KOMPONENT, "115000", ("50000", "42000"), tax_currency="SEK",
    ),
    Expected(
        "ubl/Invoice-Max_content.xml", "2018210", "2018-02-08", "2018-03-07", "due_date", "SEK",
        Who("The Global Chain Sweden AB", vat="SE123456789001", legal=("1234567890", "0007"),
            endpoint=("1234567890", "0007"), ids=(("7350000001204", "0088"), ("BilateralID", None)),
            country="SE"),
        Who("Project services AB", vat="SE123451234501", legal=("1234512345", "0007"),
            endpoint=("1234512345", "0007"), ids=(("7350000001228", "0088"),), country="SE"),
        "12500", ("10000", "0"), tax_currency="EUR",
        payee=Who("Finansiell Support u.p.a.", legal=("5566778899", "0007"),
            ids=(("7350053850019", "0088"),)),
    ),
    Expected(
        "ubl/Invoice-Min_content_with_VAT.xml", "2018-112", "2018-07-31", None, "none", "SEK",
        Who("Säljbolaget AB", vat="SE123451234501", endpoint=("1234512345", "0007"), country="SE"),
        Who("Centrala Inköps Handelsbolag", endpoint=("9876543210", "0007"), country="SE"),
        "500", ("400",),
    ),
    Expected(
        "ubl/base-creditnote-correction.xml", "Snippet1", "2017-11-13", None, "none", "EUR",
        SNIPPET_SELLER, SNIPPET_BUYER, "1656.25", ("2800", "-1500"), kind="credit_note", type_code="381",
    ),
    Expected(
        "ubl/base-example.xml", "Snippet1", "2017-11-13", "2017-12-01", "due_date", "EUR",
        SNIPPET_SELLER, SNIPPET_BUYER, "1656.25", ("2800", "-1500"),
    ),
    Expected(
        "ubl/guide-example1.xml", "12115118", "2015-01-09", "2015-01-09", "due_date", "EUR",
        KOKSMAAT, ODIN, "250.33", KOKSMAAT_LINES, findings=("BT-131 line 20",),
    ),
    Expected(
        "ubl/guide-example2.xml", "TOSL108", "2013-06-30", "2013-07-20", "due_date", "NOK",
        SALES_0082, BUYERCO_0082, "801.78", NOK_LINES, payee=SCROOGE_0082, findings=("BT-131 line 1",),
    ),
    Expected(
        "ubl/ubl-tc434-creditnote1.xml", "018304 / 28865", "2019-09-23", None, "none", "EUR",
        Who("My Supplier Company", vat="BE0000000196", legal=("0000000196", None),
            endpoint=("0000000196", "0201"), country="BE"),
        Who("My Customer Company", vat="BE0000000295", legal=("0000000295", None),
            endpoint=("0000000295", "0201"), country="BE"),
        "100.11", ("100.11",), kind="credit_note", type_code="381",
    ),
    Expected(
        "ubl/ubl-tc434-example1.xml", "12115118", "2015-01-09", "2015-01-09", "due_date", "EUR",
        KOKSMAAT, ODIN, "250.33", KOKSMAAT_LINES, findings=("BT-131 line 20",),
    ),
    Expected(
        "ubl/ubl-tc434-example2.xml", "TOSL108", "2013-06-30", "2013-07-20", "due_date", "NOK",
        SALES, BUYERCO, "801.78", NOK_LINES, payee=SCROOGE, findings=("BT-131 line 1",),
    ),
    Expected(
        "ubl/ubl-tc434-example3.xml", "TOSL108", "2013-04-10", "2013-05-10", "due_date", "DKK",
        Who("SubscriptionSeller", vat="DK16356706", legal=("DK16356706", None),
            ids=(("1238764941386", "0088"),), country="DK"),
        Who("Buyercompany ltd", vat="NO987654321MVA", legal=("987654321", None),
            ids=(("5790000435975", "0088"),), country="DK"),
        "2005", ("800", "800"), findings=("BT-131 line 1", "BT-131 line 2"),
    ),
    Expected(
        "ubl/ubl-tc434-example4.xml", "TOSL110", "2013-04-10", "2013-05-10", "due_date", "DKK",
        SELLER_DK, BUYER_DK, "4675", ("1000", "500", "2500"),
    ),
    Expected(
        "ubl/ubl-tc434-example5.xml", "TOSL110", "2013-04-10", "2013-05-10", "due_date", "DKK",
        Who("SellerCompany", vat="NL16356706", legal=("NL16356706", None), endpoint=("info@selco.nl", "EM"),
            ids=(("5790000436101", "0088"),), country="NL"),
        Who("Buyercompany ltd", vat="DK16356607", legal=("DK16356607", None),
            endpoint=("info@buyercompany.dk", "EM"), ids=(("5790000436057", "0088"),), country="DK"),
        "2337.50", ("1000", "500", "2500"), tax_currency="EUR",
        payee=Who("Dagobert Duck", legal=("DK16356608", None), ids=(("DK16356608", None),)),
    ),
    Expected(
        "ubl/vat-category-O.xml", "Vat-O", "2018-08-30", "2018-09-29", "payment_terms", "SEK",
        Who("The Sellercompany Incorporated", endpoint=("7300010000001", "0088"),
            ids=(("7300010000001", None),), country="SE"),
        Who("The Buyercompany", endpoint=("987654325", "0192"), country="NO"),
        "3200", ("3200",),
    ),
)  # fmt: skip
