"""Figures of a node for Prometheus, in a registry of their own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest


class Metrics:
    """What is counted and measured. Names begin with `caldera_node_`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        counter, gauge = self._counter, self._gauge
        self.head = gauge("head_block", "Newest block of the chain")
        self.cursor = gauge("cursor_block", "Last block whose logs were read")
        self.lag = gauge("lag_blocks", "Blocks between the two")
        self.rpc_answered = gauge("rpc_answered_timestamp_seconds", "When the chain last answered")
        self.rpc_errors = counter("rpc_errors", "Times the chain did not answer as it should")
        self.reorgs = counter("reorgs", "Times blocks that were read had been replaced")
        self.open = gauge("requests_open", "Requests there is something to do about")
        self.results = counter("results_signed", "Results this node signed", "kind", "outcome")
        self.skipped = counter("requests_skipped", "Requests it does not answer", "kind")
        self.failures = counter("check_failures", "Checks that could not tell", "check")
        self.documents = Histogram("caldera_node_document_seconds", "Time to fetch a document", registry=self.registry)
        self.missing = counter("documents_missing", "Times no source had a document")
        self.received = counter("signatures_received", "Signatures brought by peers", "outcome")
        self.told = counter("signatures_told", "Times a peer was told of a signature", "outcome")
        self.transactions = counter(
            "transactions", "Transactions by purpose and what became of them", "purpose", "fate"
        )
        self.gas = counter("gas_used", "Gas of transactions that are in a block")
        self.balance = gauge("gas_balance_wei", "What the gas key has")
        self.stake = gauge("stake_era", "Active stake of the node, in ERA")
        self.live = gauge("live", "1 where the node's stake gives weight")
        self.accuracy = gauge("accuracy_bps", "Accuracy of the node over the trailing epochs, in basis points")
        self.conflicts = counter(
            "conflicts", "Nodes that signed two results of one request, by what came of it", "state"
        )
        self.votes = counter("court_votes", "Votes in court", "step")

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"caldera_node_{name}", words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(f"caldera_node_{name}", words, registry=self.registry)

    def text(self) -> bytes:
        """All of them as Prometheus reads them."""
        return generate_latest(self.registry)
