"""Names that are ready in `make console`: a development chain with the suite deployed, its contracts and actors.

The chain belongs to the console and stops with it. The names are typed handles of `caldera`; `project`, `chain` and the
rest of Ape's own names stay what they are.
"""

import atexit
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any


def ape_init_extras(**_: Any) -> dict[str, Any]:
    """Called by Ape when the console starts."""
    from caldera.devnet import manifest_path, running
    from caldera.governance.console import ready

    stack = ExitStack()
    atexit.register(stack.close)
    suite = stack.enter_context(running(int(datetime.now(UTC).timestamp()), shown=True))
    seller = suite.enrol("seller", "NAME:Seller", "ENTERPRISE")
    buyer = suite.enrol("buyer", "NAME:Buyer", "ENTERPRISE")
    factor = suite.enrol("factor", "NAME:Factor", "FACTOR")
    bank = suite.enrol("bank", "NAME:Bank", "BANK")
    print(f"development chain at {suite.chain.url}, chain id {suite.chain.chain_id}")
    print(f"manifest for other commands: {manifest_path(suite.chain.url)}")
    print(
        "ready: suite, era, certificates, receivables, registry, standard, rights, leases, land, goods, retail, bound,"
    )
    print("       events, logistics, agriculture, energy, carbon, operating_record, credit_model, desk, pool,")
    print("       factoring, recourse, securitisation, revenue, router, euro, register()")
    print("actors: seller, buyer, factor, bank")

    def register(number: str, face: int, days: int = 60) -> int:
        """Certifies an invoice of the seller to the buyer over `face` smallest units, acknowledged; gives its id."""
        now = suite.chain.now
        rule, due, day = suite.rule("NONE/receivable"), now + days * 86_400, now // 86_400
        given = suite.receivables.Invoice(buyer.address, face, due, day, 1, rule, b"\1" * 32, number)
        suite.receivables.create(given, [], sender=seller)
        entities = [suite.registry.participant(account).entity for account in (seller, buyer)]
        made = suite.receivables.fingerprintOf(entities[0], entities[1], number, now // 86_400)
        suite.receivables.acknowledge(made, sender=buyer)
        return made

    governing = ready(suite.chain, suite.deployment.addresses, suite.profile)
    if governing:
        print("gov: draft, simulate, submit, vote, queue, execute; gov.govern(title, calls, parameters) does it all")
    return governing | {
        "suite": suite,
        "era": suite.era,
        "certificates": suite.certificates,
        "receivables": suite.receivables,
        "registry": suite.registry,
        "standard": suite.standard,
        "rights": suite.rights,
        "leases": suite.leases,
        "land": suite.land,
        "goods": suite.goods,
        "retail": suite.retail,
        "bound": suite.bound,
        "events": suite.events,
        "logistics": suite.logistics,
        "agriculture": suite.agriculture,
        "energy": suite.energy,
        "carbon": suite.carbon,
        "operating_record": suite.operating_record,
        "credit_model": suite.credit_model,
        "desk": suite.desk,
        "pool": suite.pool("EUR"),
        "factoring": suite.factoring,
        "recourse": suite.recourse,
        "revenue": suite.revenue,
        "securitisation": suite.securitisation,
        "router": suite.router,
        "euro": suite.token("EUR"),
        "seller": seller,
        "buyer": buyer,
        "factor": factor,
        "bank": bank,
        "register": register,
    }
