"""What the curves show that somebody should know; the words of the page, with the figures of the run."""

from benchmarks.scale.fit import fit
from benchmarks.scale.run import Figures

BLOCK = 30_000_000
"""Gas of a block that costs are compared with."""


def findings(figures: Figures) -> str:
    """The section, or nothing where its curves were not measured."""
    if not {"nodes", "events of a shipment", "locks"} <= set(figures):
        return ""
    draw, full = figures["nodes"]["draw seven, on average"], figures["nodes"]["drawn of seven"]
    few, many = min(draw), max(draw)
    passed = fit(figures["events of a shipment"]["record the earliest"]).b
    locks = figures["locks"]["delegate"]
    return f"""## What grows, and whom it could hurt

**Panels among nodes without stake.** A panel is drawn by trials: each names one of all nodes that were ever
registered, and is wasted if that node has no stake. There are 512 trials. With sixteen nodes of full stake
among {many:,} registered, a panel of seven had {full[many] / 100:.2f} nodes on average, and the draw cost
{draw[many]:,} gas instead of {draw[few]:,}. Registering takes no stake, only an account of the registry that is
no key of another node: 32 accounts an entity, for good. So {many - few:,} idle nodes take
{-(-(many - few) // 32)} entities that officers enrolled, or years of nodes that came and went, since a retired
node keeps its number. No money is at risk: a request whose panel is too small is refunded after its deadline, a
dispute goes to governance. But both wait. As long as this is so, officers should enrol no more accounts than an
entity needs, and the part of nodes with stake should be watched: at one in forty, 3% of the draws of
seven fail, at one in twelve 3% of those of 31 (binomial, 512 trials, many nodes).

**Events out of order.** An event that is recorded late is put in its place by time, which walks over all later
ones of the same source and shipment: {passed:,.0f} gas each, a block's gas after {BLOCK / passed:,.0f}. Only
the source can make its list long, and only for itself; other sources have lists of their own. Events should be
recorded in the order of their times; one that lies too far back stays provable without being recorded
(`isAnchored`).

**Locks that somebody else made.** Whoever pays can lock ERA for another account, at least the least lock, with
any end: a stranger can give an account a lock in each week of four years, for good ERA that the account then
owns. Its next `delegate` moves each along: {locks[max(locks)]:,} gas at {max(locks)} locks,
{100 * locks[max(locks)] / BLOCK:.0f}% of a block; votes and a withdrawal after years without a transaction read
each. The number of weeks bounds it, whoever does it and however often.

Everything else that grows does so by what its caller names: signatures of a result (31), nodes to claim from,
calls of a proposal, observations of a batch (32), payees of a table (8 lines, 72 payments)."""
