"""AttestorSet: who counts, how many it takes, and over exactly what they sign."""

from typing import Any

import pytest

from caldera.agreements import TYPES, attest, ordered
from caldera.contracts import AttestorSet, events, structs
from caldera.evm import domain_of
from tests.support.credit import ATTESTOR, Desk, listed
from tests.support.signatures import spoilt
from tests.support.suite import DAY, NOBODY, reverts

DIGEST = b"\7" * 32
WRONG = list(spoilt(bytes([1] * 64 + [27])))


def over(desk: Desk, *names: str, digest: bytes = DIGEST) -> list[structs.Attestation]:
    """Signatures of these over the digest, in order; the wallet's are its keeper's."""
    where = {name: desk.wallet.address if name == "wallet" else desk.actor(name).address for name in names}
    signers = {name: desk.keeper if name == "wallet" else desk.actor(name) for name in names}
    made = [structs.Attestation(where[name], signers[name].sign_hash(digest).packed) for name in names]
    return sorted(made, key=lambda one: int(one.signer, 16))


class TestQuorum:
    """2 to 32 entities."""

    def test_as_many_as_it_takes_and_not_one_less(self, desk: Desk) -> None:
        assert desk.attestors.quorum() == 2
        with reverts("QuorumNotReached", signers=0, quorum=2):
            desk.attestors.requireQuorum(DIGEST, [])
        with reverts("QuorumNotReached", signers=1, quorum=2):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor"))
        desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "notary"))
        receipt = desk.attestors.setQuorum(3, sender=desk.officer)
        assert receipt.events == (events.AttestorQuorumSet(3, emitter=desk.attestors.address),)
        with reverts("QuorumNotReached", signers=2, quorum=3):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "notary"))
        desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "notary", "assessor"))

    def test_more_than_it_takes_is_good_but_each_must_be(self, desk: Desk) -> None:
        desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "notary", "assessor", "wallet"))
        given = over(desk, "auditor", "notary", "assessor")
        given[2] = given[2]._replace(signature=given[1].signature)
        with reverts("InvalidAttestation", signer=given[2].signer):
            desk.attestors.requireQuorum(DIGEST, given)

    @pytest.mark.known_defect("quorum-of-one")
    @pytest.mark.parametrize("quorum", [0, 1, 33, 255])
    def test_outside_its_bounds(self, desk: Desk, quorum: int) -> None:
        with reverts("AttestorQuorumOutOfRange", quorum=quorum, least=2, most=32):
            desk.attestors.setQuorum(quorum, sender=desk.officer)
        with reverts("AttestorQuorumOutOfRange", quorum=quorum):
            AttestorSet.deploy(desk.suite.chain, desk.suite.access, desk.suite.registry, quorum, sender=desk.admin)

    @pytest.mark.parametrize("quorum", [2, 32])
    def test_at_its_bounds(self, desk: Desk, quorum: int) -> None:
        desk.attestors.setQuorum(quorum, sender=desk.officer)
        made = AttestorSet.deploy(desk.suite.chain, desk.suite.access, desk.suite.registry, quorum, sender=desk.admin)
        assert made.quorum() == desk.attestors.quorum() == quorum
        assert made.registry() == desk.suite.registry.address

    def test_set_by_who_keeps_the_standard(self, desk: Desk) -> None:
        with reverts("AccessManagedUnauthorized", caller=desk.auditor.address):
            desk.attestors.setQuorum(3, sender=desk.auditor)


class TestSigners:
    """Role, registry, order, entity."""

    def test_in_ascending_order_and_once(self, desk: Desk) -> None:
        low, high = over(desk, "auditor", "notary")
        with reverts("SignersNotAscending", signer=low.signer):
            desk.attestors.requireQuorum(DIGEST, [high, low])
        with reverts("SignersNotAscending", signer=low.signer):
            desk.attestors.requireQuorum(DIGEST, [low, low])
        with reverts("SignersNotAscending", signer=NOBODY):
            desk.attestors.requireQuorum(DIGEST, [structs.Attestation(NOBODY, b""), low])
        desk.attestors.requireQuorum(DIGEST, [low, high])

    @pytest.mark.known_defect("quorum-of-one")
    def test_an_entity_counts_once(self, desk: Desk) -> None:
        given = over(desk, "auditor", "partner")
        with reverts("SameEntity", signer=given[1].signer, entity=desk.entity("auditor")):
            desk.attestors.requireQuorum(DIGEST, given)
        desk.attestors.requireQuorum(DIGEST, over(desk, "partner", "notary"))

    @pytest.mark.parametrize("third", ["notary", "assessor", "wallet"])
    def test_an_entity_counts_once_whatever_stands_between(self, desk: Desk, third: str) -> None:
        second = max((desk.auditor.address, desk.partner.address), key=lambda one: int(one, 16))
        with reverts("SameEntity", signer=second, entity=desk.entity("auditor")):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "partner", third))

    def test_the_role_counts_from_grant_to_revocation(self, desk: Desk) -> None:
        access, chain = desk.suite.access, desk.suite.chain
        given = over(desk, "auditor", "maker")
        with reverts("NotAnAttestor", signer=desk.maker.address):
            desk.attestors.requireQuorum(DIGEST, given)
        access.grantRole(ATTESTOR, desk.maker, 0, sender=desk.admin)
        desk.attestors.requireQuorum(DIGEST, given)
        access.revokeRole(ATTESTOR, desk.maker, sender=desk.admin)
        with reverts("NotAnAttestor", signer=desk.maker.address):
            desk.attestors.requireQuorum(DIGEST, given)
        access.setGrantDelay(ATTESTOR, DAY, sender=desk.admin)
        chain.skip(6 * DAY)  # the manager's own delay for grant delays
        access.grantRole(ATTESTOR, desk.maker, 0, sender=desk.admin)
        chain.skip(DAY - 1)
        with reverts("NotAnAttestor", signer=desk.maker.address):
            desk.attestors.requireQuorum(DIGEST, given)
        chain.skip(1)
        desk.attestors.requireQuorum(DIGEST, given)

    def test_who_must_wait_before_acting_cannot_sign(self, desk: Desk) -> None:
        desk.suite.access.grantRole(ATTESTOR, desk.maker, 1, sender=desk.admin)
        with reverts("NotAnAttestor", signer=desk.maker.address):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "maker"))

    def test_active_in_the_registry(self, desk: Desk) -> None:
        given, registry = over(desk, "auditor", "notary"), desk.suite.registry
        registry.suspend(desk.notary, sender=desk.officer)
        with reverts("NotAnAttestor", signer=desk.notary.address):
            desk.attestors.requireQuorum(DIGEST, given)
        registry.reinstate(desk.notary, sender=desk.officer)
        desk.attestors.requireQuorum(DIGEST, given)
        desk.suite.chain.warp(registry.participant(desk.notary).expires - 1)
        desk.attestors.requireQuorum(DIGEST, given)
        desk.suite.chain.skip(1)
        with reverts("NotAnAttestor"):
            desk.attestors.requireQuorum(DIGEST, given)

    def test_the_role_alone_is_not_enough(self, desk: Desk) -> None:
        """officer has the role and is no participant."""
        with reverts("NotAnAttestor", signer=desk.officer.address):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "officer"))


class TestSignatures:
    """Of exactly this account over exactly this digest."""

    @pytest.mark.parametrize("wrong", WRONG)
    def test_what_nobody_may_take_for_one(self, desk: Desk, wrong: str) -> None:
        given = over(desk, "auditor", "notary")
        given[1] = given[1]._replace(signature=spoilt(given[1].signature)[wrong])
        with reverts("InvalidAttestation", signer=given[1].signer):
            desk.attestors.requireQuorum(DIGEST, given)

    def test_over_another_digest(self, desk: Desk) -> None:
        with reverts("InvalidAttestation"):
            desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "notary", digest=b"\6" * 32))

    @pytest.mark.clause("ERC-1271", "accepts")
    def test_of_a_contract_wallet(self, desk: Desk) -> None:
        desk.attestors.requireQuorum(DIGEST, over(desk, "auditor", "wallet"))
        forged = structs.Attestation(desk.wallet.address, desk.mallory.sign_hash(DIGEST).packed)
        given = sorted([*over(desk, "auditor"), forged], key=lambda one: int(one.signer, 16))
        with reverts("InvalidAttestation", signer=desk.wallet.address):
            desk.attestors.requireQuorum(DIGEST, given)


class TestPython:
    """What the library signs is what the contract asks for."""

    def test_the_type_is_the_contracts(self, desk: Desk) -> None:
        facts = desk.facts()
        domain = domain_of(desk.record)
        types = {"OperatingFacts": [{"name": n, "type": t} for n, t in TYPES["OperatingFacts"].items()]}
        typed = desk.auditor.sign_typed(domain, types, facts._asdict())
        assert typed == desk.auditor.sign_hash(desk.record.factsDigest(facts))

    def test_every_field_is_signed(self, desk: Desk) -> None:
        facts = desk.facts()
        digests = {desk.record.factsDigest(facts)}
        for name in facts._fields:
            changed: Any = {name: getattr(facts, name) + 1}
            digests.add(desk.record.factsDigest(facts._replace(**changed)))
        assert len(digests) == 1 + len(facts._fields)

    def test_signatures_come_in_order_whoever_is_asked_first(self, desk: Desk) -> None:
        accounts = [desk.auditor, desk.assessor, desk.notary]
        facts = desk.facts()
        made = attest(desk.record, "OperatingFacts", facts, accounts)
        assert made == attest(desk.record, "OperatingFacts", facts, accounts[::-1]) == ordered(made[::-1])
        assert [int(one.signer, 16) for one in made] == sorted(int(one.address, 16) for one in accounts)
        desk.attestors.requireQuorum(desk.record.factsDigest(facts), listed(made[::-1]))
