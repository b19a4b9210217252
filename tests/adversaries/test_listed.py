"""Payees whom a token refuses to pay: nobody else waits for them, and what is theirs is there when it lets it go."""

from __future__ import annotations

from caldera.airdrop import leaf
from caldera.contracts import AirdropClaim, BlacklistToken
from caldera.merkle import Tree
from tests.support import airdrop
from tests.support.suite import MINIMUM, reverts
from tests.support.tranches import open_market


def test_a_holder_of_a_tranche() -> None:
    """Income and principal of the others go on, up to the last unit of a closed deal."""
    market = open_market(token=BlacklistToken)
    suite, deals = market.suite, market.deals
    face, senior = 100 * MINIMUM, 80 * MINIMUM
    deal, _, asset = market.issued(senior, face)
    suite.send(suite.alice, suite.bank, deal + 1, senior // 4)
    suite.token.setBlacklisted(suite.bank, True, sender=suite.officer)
    suite.pay(asset, face)
    deals.collect(deal, 0, sender=suite.carol)
    with reverts("Blacklisted", account=suite.bank.address):
        deals.claim(deal + 1, suite.bank, sender=suite.carol)
    owed = deals.claimable(deal + 1, suite.bank)
    before = suite.token.balanceOf(suite.alice)
    got = deals.claim(deal + 1, suite.alice, sender=suite.carol).returned
    assert got == suite.token.balanceOf(suite.alice) - before > 2 * owed > 0
    suite.token.setBlacklisted(suite.bank, False, sender=suite.officer)
    assert deals.claim(deal + 1, suite.bank, sender=suite.carol).returned >= owed


def test_an_account_of_an_airdrop() -> None:
    """It says where its claim goes instead; the others claim, and the rest is swept."""
    drop = airdrop.build()
    token = BlacklistToken.deploy(drop.chain, sender=drop.admin)
    claims = drop.listed.claims
    tree = Tree(tuple(leaf(*one) for one in claims))
    round_ = AirdropClaim.deploy(drop.chain, token, drop.terms(tree.root, 5, rest=drop.cleo.address), sender=drop.admin)
    opened = airdrop.Opened(round_, claims, tree)
    token.mint(round_, 1_500 * airdrop.ERA, sender=drop.admin)
    token.setBlacklisted(drop.ann, True, sender=drop.admin)
    with reverts("Blacklisted", account=drop.ann.address):
        round_.claim(*opened.arguments(drop.ann), sender=drop.ben)
    round_.claim(*opened.arguments(drop.ben), sender=drop.mallory)
    index, _, amount, proof = opened.arguments(drop.ann)
    round_.claimTo(index, amount, drop.dora, 0, proof, sender=drop.ann)
    assert [token.balanceOf(one) for one in (drop.ann, drop.ben, drop.dora)] == [
        0,
        200 * airdrop.ERA,
        100 * airdrop.ERA,
    ]
    drop.chain.warp(round_.terms().closesAt)
    assert round_.sweep(token, sender=drop.mallory).returned == token.balanceOf(drop.cleo) == 1_200 * airdrop.ERA
