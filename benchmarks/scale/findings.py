"""What the curves show that somebody should know; the words of the page, with the figures of the run."""

from benchmarks.scale.fit import fit
from benchmarks.scale.run import Figures

BLOCK = 30_000_000
"""Gas of a block that costs are compared with."""


def findings(figures: Figures) -> str:
    """The section, or nothing where its curves were not measured."""
    if not {"nodes", "events of a shipment", "locks"} <= set(figures):
        return ""
    draw = figures["nodes"]["draw seven, on average"]
    few, many = min(draw), max(draw)
    passed = fit(figures["events of a shipment"]["record the earliest"]).b
    told = max(figures["events of a shipment"]["record the earliest, told its place"].values())
    locks = figures["locks"]["delegate"]
    return f"""## What grows, and whom it could hurt

**Panels among places.** A panel is drawn by names of places, of which each live node has one; {many:,} registered
nodes instead of {few:,} change neither panel nor cost ({draw[many]:,} gas for seven). What can be made many is
places: as many as there ever were live nodes at once, each with the least self-stake of an owner, for the time of
unbonding at least. Left free, a place costs a draw a hash; there are 4,096 names. A panel of seven is too small in 3%
of the draws where one name in 320 is that of a settled node with a full stake, one of 31 where it is one in 95
(binomial). At 10,000 ERA, whoever wants that of panels of seven among sixteen nodes needs more than 4,096 live
nodes at once: 41 million ERA, 4% of all there is. The places stay when the stakes have left. No money is at risk
then, but a request whose panel is too small waits for its refund and a dispute for governance, until more nodes live.
To become live costs a slot more to look through for each 256 places.

**Events out of order.** An event that is recorded late, or declared wrong, is looked for in its place by time, from
the latest one of the same source and shipment on: {passed:,.0f} gas for each that is passed, a block's gas after
{BLOCK / passed:,.0f}. Whoever records it may say its place instead (`recordAt`, which
`caldera.recording.later_than` asks the chain for): {told:,} gas then among any number, so that nobody can bury
an event under later ones.

**Locks that somebody else made.** Whoever pays can lock ERA for another account, at least the least lock, with
any end: a stranger can give an account a lock in each week of four years, for good ERA that the account then
owns. Its next `delegate` moves each along: {locks[max(locks)]:,} gas at {max(locks)} locks,
{100 * locks[max(locks)] / BLOCK:.0f}% of a block; votes and a withdrawal after years without a transaction read
each. The number of weeks bounds it, whoever does it and however often.

Everything else that grows does so by what its caller names: signatures of a result (31), nodes to claim from,
calls of a proposal, observations of a batch (32), payees of a table (8 lines, 72 payments)."""
