"""Defects of contracts that share money out, as far as ours pay several.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

import pytest

from caldera.contracts import BlacklistToken, FeeToken
from tests.support.estate import INCOME_RULES, Estate
from tests.support.suite import DAY, FACTOR, MINIMUM, NOBODY, Suite, build, reverts

M = MINIMUM


class TestSharing:
    """0xSplits and OpenZeppelin's PaymentSplitter, as far as contracts of today pay several."""

    @pytest.mark.known_defect("blacklisted-payee")
    def test_a_listed_holder_of_a_receivable_stops_nobody(self) -> None:
        """0xSplits PushSplit: one payee on the token's blacklist blocks the payment of all."""
        suite = build(token=BlacklistToken)
        asset = suite.circulating()
        suite.send(suite.seller, suite.alice, asset, 50 * M)
        suite.send(suite.seller, suite.bank, asset, 20 * M)
        suite.token.setBlacklisted(suite.alice, True, sender=suite.alice)
        assert suite.pay(asset, 100 * M) == 100 * M
        for holder, share in ((suite.seller, 30), (suite.bank, 20)):
            assert suite.module.claim(asset, holder, sender=suite.stranger).returned == share * M
        with reverts("Blacklisted", account=suite.alice.address):
            suite.module.claim(asset, suite.alice, sender=suite.alice)
        suite.token.setBlacklisted(suite.alice, False, sender=suite.alice)
        assert suite.module.claim(asset, suite.alice, sender=suite.alice).returned == 50 * M

    @pytest.mark.known_defect("blacklisted-payee")
    def test_a_listed_holder_of_income_shares_stops_nobody(self, estate: Estate) -> None:
        """0xSplits PushSplit: the same, for rent that is shared."""
        token, usd = BlacklistToken.deploy(estate.chain, sender=estate.admin), 10**18
        estate.standard.addCurrency(b"BLK", token, usd, usd, usd, NOBODY, 0, sender=estate.officer)
        right = estate.right()
        estate.rights.approve(estate.land, right, sender=estate.owner)
        certificate = estate.land.putInTrust(right, 4_000_000, INCOME_RULES, 2, sender=estate.owner).returned
        estate.ledger.safeTransferFrom(estate.owner, estate.bank, certificate, 1_000_000, b"", sender=estate.owner)
        token.mint(estate.tenant, 100, sender=estate.tenant)
        token.approve(estate.land, 100, sender=estate.tenant)
        token.setBlacklisted(estate.owner, True, sender=estate.admin)
        estate.land.payIncome(certificate, 100, sender=estate.tenant)
        assert estate.land.claim(certificate, estate.bank, sender=estate.stranger).returned == 25
        with reverts("Blacklisted", account=estate.owner.address):
            estate.land.claim(certificate, estate.owner, sender=estate.owner)
        token.setBlacklisted(estate.owner, False, sender=estate.admin)
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 75

    @pytest.mark.known_defect("blacklisted-payee")
    def test_a_listed_party_of_a_lease_stops_nobody(self, estate: Estate) -> None:
        """0xSplits PushSplit: the same, for rent that goes back to one and on to another."""
        token, usd = BlacklistToken.deploy(estate.chain, sender=estate.admin), 10**18
        estate.standard.addCurrency(b"BLK", token, usd, usd, usd, NOBODY, 0, sender=estate.officer)
        right = estate.right()
        offer = estate.offer(right, currencyId=2)
        token.mint(estate.tenant, 100, sender=estate.tenant)
        token.approve(estate.leases, 100, sender=estate.tenant)
        end = estate.chain.now + 10 * DAY
        estate.leases.lease(offer, end, NOBODY, estate.sign(offer, estate.owner), sender=estate.tenant)
        token.setBlacklisted(estate.owner, True, sender=estate.admin)
        estate.chain.skip(4 * DAY)
        for party in (estate.owner, estate.tenant):
            estate.leases.agreeToEnd(right, True, sender=party)
        with reverts("Blacklisted", account=estate.owner.address):
            estate.leases.collect(right, 2, sender=estate.owner)
        assert estate.leases.collect(right, 2, sender=estate.tenant).returned == 60
        token.setBlacklisted(estate.owner, False, sender=estate.admin)
        assert estate.leases.collect(right, 2, sender=estate.owner).returned == 40

    @pytest.mark.known_defect("split-dust")
    def test_no_dust_stays(self, suite: Suite) -> None:
        """0xSplits, PaymentSplitter: what division leaves stays in the contract for ever."""
        asset = suite.circulating(face=100 * M + 1)
        for holder in (suite.alice, suite.bank):
            suite.send(suite.seller, holder, asset, 33 * M)
        for amount in (1, 1, 7, 10**6 + 3, 33 * M):
            suite.pay(asset, amount)
            for holder in (suite.alice, suite.seller):
                if suite.module.claimable(asset, holder):
                    suite.module.claim(asset, holder, sender=suite.stranger)
        suite.pay(asset, 100 * M)
        for holder in (suite.bank, suite.seller, suite.alice):
            suite.module.claim(asset, holder, sender=suite.stranger)
        assert suite.token.balanceOf(suite.module) == 0
        paid = [suite.token.balanceOf(holder) for holder in (suite.seller, suite.alice, suite.bank)]
        assert sum(paid) == 100 * M + 1
        for amount, units in zip(paid, (34 * M + 1, 33 * M, 33 * M), strict=True):
            assert abs(amount - units) <= 2  # its face, but for what others' fractions left

    @pytest.mark.known_defect("split-change")
    def test_what_was_paid_before_a_change_is_shared_as_it_was(self, suite: Suite) -> None:
        """0xSplits: what came in before a change of shares and was not distributed follows the new shares."""
        asset = suite.circulating()
        suite.send(suite.seller, suite.alice, asset, 40 * M)
        suite.pay(asset, 10 * M)
        suite.send(suite.alice, suite.bank, asset, 40 * M)
        suite.pay(asset, 10 * M)
        claimable = [suite.module.claimable(asset, who) for who in (suite.seller, suite.alice, suite.bank)]
        assert claimable == [12 * M, 4 * M, 4 * M]

    @pytest.mark.known_defect("split-many")
    def test_a_payment_costs_the_same_however_many_share_it(self, suite: Suite) -> None:
        """0xSplits: from some eleven hundred payees on, a payment no longer fits a block."""
        asset = suite.circulating()
        suite.fund(suite.buyer, 10 * M)
        suite.module.pay(asset, M, sender=suite.buyer)
        before = suite.module.pay(asset, M, sender=suite.buyer).gas_used
        for number in range(50):
            holder = suite.enrol(f"holder {number}", qualifications=FACTOR)
            suite.send(suite.seller, holder, asset, M)
        assert suite.module.pay(asset, M, sender=suite.buyer).gas_used == before

    @pytest.mark.known_defect("split-fee-token")
    def test_a_token_that_takes_a_fee_is_refused_before_anything_is_owed(self) -> None:
        """0xSplits, PaymentSplitter: tokens that take a fee make the books say more than there is."""
        suite = build(token=FeeToken)
        asset = suite.circulating()
        suite.fund(suite.buyer, M)
        with reverts("InexactToken", expected=M, received=M - M // 100):
            suite.module.pay(asset, M, sender=suite.buyer)
        assert suite.module.owedOn(asset) == 100 * M
        assert suite.token.balanceOf(suite.buyer) == M
