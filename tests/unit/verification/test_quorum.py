"""NodeQuorum: which nodes count, how many, with how much stake; and in the place of an AttestorSet."""

from typing import Any

import pytest

from caldera.agreements import attest
from caldera.contracts import EraRate, MeddlingSigner, NodeQuorum, events, structs
from tests.support import economy, market
from tests.support.signatures import spoilt
from tests.support.suite import DAY, MINIMUM, NOBODY, ROLES, reverts, selector_of
from tests.support.verification import ERA, Hall, listed

DIGEST = b"\7" * 32
WRONG = list(spoilt(bytes([1] * 64 + [27])))


def check(hall: Hall, *names: str) -> None:
    hall.quorum.requireQuorum(DIGEST, hall.over(DIGEST, *names))


class TestBounds:
    """2 to 31 nodes, and a weight."""

    def test_count_and_weight_are_both_needed(self, hall: Hall) -> None:
        assert (hall.quorum.quorum(), hall.quorum.leastWeight()) == (3, 30_000 * ERA)
        with reverts("QuorumNotReached", signers=2, quorum=3):
            check(hall, "n8", "n9")
        check(hall, "n1", "n2", "n3")  # 36,000 ERA
        receipt = hall.quorum.setQuorum(3, 36_000 * ERA, sender=hall.officer)
        assert receipt.events == (events.NodeQuorumSet(3, 36_000 * ERA, emitter=hall.quorum.address),)
        check(hall, "n1", "n2", "n3")
        hall.quorum.setQuorum(3, 36_000 * ERA + 1, sender=hall.officer)
        with reverts("WeightNotReached", weight=36_000 * ERA, least=36_000 * ERA + 1):
            check(hall, "n1", "n2", "n3")
        check(hall, "n1", "n2", "n4")

    def test_what_is_leaving_gives_no_weight(self, hall: Hall) -> None:
        hall.nodes.setStake(hall.numbers["n1"], 1, 10**27, True, sender=hall.admin)
        with reverts("WeightNotReached", weight=25_000 * ERA + 1):
            check(hall, "n1", "n2", "n3")

    @pytest.mark.parametrize("quorum", [0, 1, 32, 255])
    def test_outside(self, hall: Hall, quorum: int) -> None:
        with reverts("NodeQuorumOutOfRange", quorum=quorum, least=2, most=31):
            hall.quorum.setQuorum(quorum, 0, sender=hall.officer)
        suite = hall.suite
        with reverts("NodeQuorumOutOfRange", quorum=quorum):
            NodeQuorum.deploy(hall.chain, suite.access, suite.registry, hall.nodes, quorum, 0, sender=hall.admin)

    @pytest.mark.parametrize("quorum", [2, 31])
    def test_at_the_bounds(self, hall: Hall, quorum: int) -> None:
        hall.quorum.setQuorum(quorum, 0, sender=hall.officer)
        assert (hall.quorum.quorum(), hall.quorum.leastWeight()) == (quorum, 0)
        assert hall.quorum.nodes() == hall.nodes.address
        assert hall.quorum.registry() == hall.suite.registry.address

    def test_set_by_who_keeps_the_standard(self, hall: Hall) -> None:
        with reverts("AccessManagedUnauthorized", caller=hall.n1.address):
            hall.quorum.setQuorum(2, 0, sender=hall.n1)

    def test_31_at_most(self, hall: Hall) -> None:
        """Of 32 good signatures none is looked at."""
        given = [structs.Attestation(NOBODY, b"")] * 32
        with reverts("TooManySignatures", count=32, most=31):
            hall.quorum.requireQuorum(DIGEST, given)
        with reverts("SignersNotAscending", signer=NOBODY):
            hall.quorum.requireQuorum(DIGEST, given[:31])


class TestSigners:
    """Live nodes, by the key of now, of different entities."""

    def test_in_ascending_order_and_once(self, hall: Hall) -> None:
        given = hall.over(DIGEST, "n1", "n2", "n3")
        for wrong, at in (([given[1], given[0], given[2]], 0), ([given[0], given[0], given[1]], 0)):
            with reverts("SignersNotAscending", signer=given[at].signer):
                hall.quorum.requireQuorum(DIGEST, wrong)

    @pytest.mark.parametrize("between", ["n2", "n4", "n9", "wallet"])
    def test_an_entity_counts_once(self, hall: Hall, between: str) -> None:
        second = max((hall.n1.address, hall.twin.address), key=lambda one: int(one, 16))
        with reverts("SameEntity", signer=second, entity=hall.suite.entities["n1"]):
            check(hall, "n1", "twin", between)
        check(hall, "twin", "n2", "n3", between) if between != "n2" else check(hall, "twin", "n2", "n3")

    def test_nobody_else(self, hall: Hall) -> None:
        with reverts("NotAnAttestor", signer=hall.bank.address):
            check(hall, "n1", "n2", "bank")

    def test_a_node_that_is_not_live(self, hall: Hall) -> None:
        hall.nodes.setStake(hall.numbers["n3"], 13_000 * ERA, 0, False, sender=hall.admin)
        with reverts("NotAnAttestor", signer=hall.n3.address):
            check(hall, "n1", "n2", "n3")
        hall.nodes.setStake(hall.numbers["n3"], 13_000 * ERA, 0, True, sender=hall.admin)
        check(hall, "n1", "n2", "n3")

    def test_a_key_that_was_replaced(self, hall: Hall) -> None:
        """A key stays its node's for ever, but signs for it no more."""
        hall.suite.enrol("n3 new", entity=hall.suite.entities["n3"])
        hall.nodes.setKey(hall.numbers["n3"], hall.chain.account("n3 new"), sender=hall.admin)
        assert hall.nodes.nodeOfKey(hall.n3) == hall.numbers["n3"]
        with reverts("NotAnAttestor", signer=hall.n3.address):
            check(hall, "n1", "n2", "n3")
        check(hall, "n1", "n2", "n3 new")

    def test_a_key_of_another_entity(self, hall: Hall) -> None:
        hall.nodes.setKey(hall.numbers["n3"], hall.bank, sender=hall.admin)
        with reverts("NotAnAttestor", signer=hall.bank.address):
            check(hall, "n1", "n2", "bank")

    def test_active_in_the_registry(self, hall: Hall) -> None:
        registry = hall.suite.registry
        registry.suspend(hall.n3, sender=hall.officer)
        with reverts("NotAnAttestor", signer=hall.n3.address):
            check(hall, "n1", "n2", "n3")
        registry.reinstate(hall.n3, sender=hall.officer)
        hall.chain.warp(registry.participant(hall.n3).expires - 1)
        check(hall, "n1", "n2", "n3")
        hall.chain.skip(1)
        with reverts("NotAnAttestor"):
            check(hall, "n1", "n2", "n3")


class TestSignatures:
    """Of exactly this key over exactly this digest."""

    @pytest.mark.parametrize("wrong", WRONG)
    def test_what_nobody_may_take_for_one(self, hall: Hall, wrong: str) -> None:
        given = hall.over(DIGEST, "n1", "n2", "n3")
        given[2] = given[2]._replace(signature=spoilt(given[2].signature)[wrong])
        with reverts("InvalidAttestation", signer=given[2].signer):
            hall.quorum.requireQuorum(DIGEST, given)

    def test_over_another_digest(self, hall: Hall) -> None:
        with reverts("InvalidAttestation"):
            hall.quorum.requireQuorum(b"\6" * 32, hall.over(DIGEST, "n1", "n2", "n3"))

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_of_a_contract_wallet(self, hall: Hall) -> None:
        check(hall, "n1", "n2", "wallet")
        forged = structs.Attestation(hall.wallet.address, hall.mallory.sign_hash(DIGEST).packed)
        given = sorted([*hall.over(DIGEST, "n1", "n2"), forged], key=lambda one: int(one.signer, 16))
        with reverts("InvalidAttestation", signer=hall.wallet.address):
            hall.quorum.requireQuorum(DIGEST, given)


class TestInThePlaceOfAnAttestorSet:
    """No caller was changed."""

    def test_under_the_operating_record(self, hall: Hall) -> None:
        facts = hall.facts()
        with reverts("QuorumNotReached"):
            hall.record.record(facts, hall.vouched(facts, "n1", "n2"), sender=hall.mallory)
        hall.record.record(facts, hall.vouched(facts), sender=hall.mallory)
        assert hall.record.factsOf(facts.entity).nonce == 1
        with reverts("AttestsToItself"):
            hall.record.record(hall.facts(), hall.vouched(hall.facts(), "n1", "n2", "sellers"), sender=hall.mallory)

    def test_under_the_oracle_of_era(self, hall: Hall) -> None:
        terms = economy.as_rate_terms(economy.RATE_TERMS)
        oracle = EraRate.deploy(
            hall.chain, hall.suite.access, hall.quorum, NOBODY, terms, economy.RATE, sender=hall.admin
        )
        hall.chain.skip(economy.RATE_TERMS.interval)
        said = structs.EraPrice(economy.RATE + 1, hall.now)

        def signed(*names: str) -> list[structs.Attestation]:
            return listed(attest(oracle, "EraPrice", said, [hall.chain.account(name) for name in names]))

        with reverts("NotAnAttestor"):
            oracle.recordPrice(said, signed("n1", "n2", "bank"), sender=hall.mallory)
        oracle.recordPrice(said, signed("n1", "n2", "n3"), sender=hall.mallory)

    def test_under_the_router(self) -> None:
        """A renewal that nodes signed has level 1: what was verified on request, level 2, it does not replace."""
        where = market.open_market()
        suite = where.suite
        nodes: Any = _nodes_of(where)
        quorum = NodeQuorum.deploy(where.chain, suite.access, suite.registry, nodes, 2, ERA, sender=where.admin)
        asset = suite.circulating()
        as_of = where.chain.now
        where.record.setAttestors(quorum, sender=where.admin)
        renewal = where.renewal(asset, 80 * MINIMUM, as_of, "alice", "bank")
        where.router.renew(asset, renewal, sender=suite.actors["relayer"])
        kept = suite.ledger.attributeOf(asset, market.VALUATION)
        assert (kept.amount, kept.level) == (80 * MINIMUM, 1)
        with reverts("NotAnAttestor"):
            later = where.renewal(asset, 80 * MINIMUM, as_of + 1)
            where.chain.skip(1)
            where.router.renew(asset, later, sender=suite.actors["relayer"])

        suite.access.grantRole(ROLES["VERIFIER"], suite.carol, 0, sender=where.admin)
        until = where.chain.now + DAY
        suite.module.stateVerified(asset, 7, 50 * MINIMUM, where.chain.now, until, 1, 2, sender=suite.carol)
        where.chain.skip(1)
        renewal = where.renewal(asset, 80 * MINIMUM, where.chain.now, "alice", "bank", until=until + 9 * DAY)
        with reverts("WeakerStatement", id=asset, field=7, level=1, standing=2):
            where.router.renew(asset, renewal, sender=suite.actors["relayer"])
        where.chain.warp(until + 1)
        where.router.renew(asset, renewal, sender=suite.actors["relayer"])
        assert suite.ledger.attributeOf(asset, 7).level == 1


def _nodes_of(where: Any) -> Any:
    """alice and bank as nodes."""
    from caldera.contracts import NodesDouble

    nodes = NodesDouble.deploy(where.chain, sender=where.admin)
    for name in ("alice", "bank"):
        key = where.suite.actors[name]
        nodes.add(key, key, where.suite.entities[name], ERA, 0, True, sender=where.admin)
    return nodes


@pytest.mark.clause("ERC-1271", "read-only")
def test_a_signer_that_is_a_contract_changes_nothing(hall: Hall) -> None:
    """It is asked by a static call: what it does cannot be kept, and its answer is the only thing that counts."""
    signer = MeddlingSigner.deploy(hall.chain, sender=hall.admin)
    suite = hall.suite
    entity = suite.registry.createEntity(b"meddler".ljust(32, b"\0"), sender=suite.officer).returned
    suite.registry.enrol(signer, entity, 2**40 - 1, 1, 1, sender=suite.officer)
    made = hall.nodes.add(signer, signer, entity, 20_000 * ERA, 0, True, sender=hall.admin).returned
    number = hall.ask()
    until = hall.now + DAY
    digest = hall.results.resultDigest(number, 5, until)
    given = sorted(
        [*hall.over(digest, "n1", "n2"), structs.Attestation(signer.address, b"")], key=lambda one: int(one.signer, 16)
    )
    # What it tries inside: to end the request with a refund, to claim, and to change a node.
    for call in (
        selector_of("VerificationDesk", "refund") + number.to_bytes(32, "big"),
        selector_of("VerificationDesk", "payFund"),
    ):
        signer.arm(hall.desk, call, sender=hall.admin)
        with hall.chain.isolated():
            hall.results.submit(number, 5, until, given, sender=hall.mallory)
            assert hall.results.resultOf(number).signers == 3
            assert made in hall.signers_of("n1", "n2")[0] or hall.nodes.nodeCount() == made
            assert hall.desk.fundOwed() == 40 * ERA
