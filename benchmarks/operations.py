"""What each operation of the gas table means, so that everybody measures the same thing."""

OPERATIONS = {
    "approve": "Allow another account to move what one holds, for the first time.",
    "certificate.batch.3": "Three movements in one transaction, to holders that hold some already.",
    "certificate.create": "Bring a certificate and its first units into being.",
    "certificate.merge": "Move value into a token id that stands; only where a token id is one holding (ERC-3525).",
    "certificate.split.existing": "Move a part of a holding to somebody who holds some already.",
    "certificate.split.new": "Move a part of a holding to somebody who holds none yet.",
    "certificate.pledge": "Pledge a part of a holding without giving up custody.",
    "certificate.split.paid": "Move a part of a holding on which money has been paid already.",
    "goods.claim": "Mint the item that a signed voucher promises.",
    "goods.issue.100": "Issue 100 items to one holder in one transaction.",
    "goods.issue.1000": "Issue 1,000 items to one holder in one transaction.",
    "goods.sell": "Move an item to its first customer.",
    "goods.transfer": "Move an item that has moved before to somebody who holds some already.",
    "goods.transfer.first": "Move an item of a batch for the first time, to somebody who holds some already.",
    "right.lease": "Lease a right and pay the rent of its term.",
    "right.set_user.first": "Let somebody use a right that nobody used before.",
    "right.set_user.renew": "Extend a use that runs.",
    "receivable.acknowledge": "Let the debtor confirm a receivable, after which it circulates.",
    "receivable.claim": "Hand a holder its share of what was paid.",
    "receivable.create": "Record a receivable and give it to its owner.",
    "receivable.pay": "Pay a part of a receivable that has been paid on before.",
    "receivable.pay.first": "Pay the first part of a receivable.",
}
"""Operation to one sentence. A row whose operation is not here is refused: describe it first."""
