"""A member may act by a contract: then the contract is asked who it acts for, and never who sent the transaction."""

from collections.abc import Sequence
from typing import Any

import pytest

from caldera.contracts import ContractWallet, events
from tests.support.joint import DAY, DECIDED, Table
from tests.support.shop import DE


@pytest.fixture
def wallet(table: Table) -> ContractWallet:
    """The brand's; its owner is no party."""
    made = ContractWallet.deploy(table.shop.chain, table.stranger, sender=table.stranger)
    until = table.now + 3_650 * DAY
    table.registry.enrol(made, table.entity("brand"), until, DE, 0, sender=table.officer)
    return made


def test_a_contract_opens_proposes_and_votes_for_its_member(table: Table, wallet: ContractWallet) -> None:
    joint, brand = table.joint, table.entity("brand")

    def acts(data: bytes) -> Sequence[Any]:
        return wallet.act(joint, data, sender=table.stranger).events

    group = table.form(statedDefaults=True)
    told = acts(joint.calldata.openAllocation(group, table.allocation_terms(), [1, 500, 499]))
    (opened,) = (one for one in told if isinstance(one, events.JointOpened))
    assert (opened.entity, opened.account) == (brand, wallet.address)
    assert [one.entity for one in told if isinstance(one, events.JointShares)] == [brand]
    acts(joint.calldata.propose(opened.decision, [0, 600, 400]))
    (voted,) = acts(joint.calldata.vote(opened.decision, 1))
    assert voted == events.JointVoted(opened.decision, brand, wallet.address, 1, emitter=joint.address)
    table.vote(opened.decision, berlin=1)
    assert table.finish(opened.decision) == (DECIDED, 1)


def test_a_contract_accepts_and_refuses_for_its_member(table: Table, wallet: ContractWallet) -> None:
    joint, brand = table.joint, table.entity("brand")
    for call, event in (
        (joint.calldata.acceptTerms, events.JointTermsAccepted),
        (joint.calldata.refuseTerms, events.JointTermsRefused),
    ):
        (told,) = wallet.act(joint, call(table.terms()), sender=table.stranger).events
        assert isinstance(told, event)
        assert (told.entity, told.account) == (brand, wallet.address)
