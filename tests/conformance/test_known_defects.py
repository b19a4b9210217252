"""Defects that are known of comparable projects, and that these contracts do not have.

Each test names project and defect in its first line. They are kept together, apart from the units' own tests, so that
one file answers the question which mistakes of others were looked at.
"""

from collections.abc import Callable

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact
from caldera.contracts import BlacklistToken, ContractWallet, FeeToken
from caldera.evm import Account, ContractError
from tests.support.estate import INCOME_RULES, Estate
from tests.support.shop import CONSUMER, DE, Shop
from tests.support.suite import DAY, FACTOR, MINIMUM, NOBODY, Suite, build, reverts
from tests.support.tokens import Tokens

M = MINIMUM
FOREVER = 2**64 - 1
DEPLOYED = (
    "AggregatorRateSource",
    "AssetCertificate",
    "DirectedGoods",
    "EraToken",
    "LandModule",
    "LeaseModule",
    "ParticipantRegistry",
    "ReceivableModule",
    "RetailModule",
    "SuiteAccess",
    "UsageRight",
    "ValueStandard",
)
STATES = ("registered", "acknowledged", "overdue", "disputed", "defaulted", "written off", "settled", "cancelled")


def brought(suite: Suite, state: str) -> int:
    """A receivable in that state."""
    asset = suite.create() if state in ("registered", "cancelled") else suite.circulating()
    if state == "cancelled":
        suite.module.cancel(asset, sender=suite.seller)
    if state == "disputed":
        suite.module.dispute(asset, b"\1" * 32, sender=suite.buyer)
    if state in ("overdue", "defaulted", "written off"):
        suite.chain.skip(60 * DAY + 1)
    if state in ("defaulted", "written off"):
        suite.chain.skip(30 * DAY)
        suite.module.declareDefault(asset, sender=suite.mallory)
    if state == "written off":
        suite.module.writeOff(asset, sender=suite.officer)
    if state == "settled":
        suite.pay(asset, 100 * M)
    return asset


class TestErc7943Reference:
    """ERC-7943's uRWA1155, uRWA721 and uRWA20."""

    @pytest.mark.parametrize("parts", [(50, 50), (60, 1), (20, 20, 20, 1), (61,)])
    def test_a_batch_that_repeats_an_id_moves_no_frozen_units(self, suite: Suite, parts: tuple[int, ...]) -> None:
        """uRWA1155: each entry of a batch is compared with the opening balance, so a repeated id moves frozen units."""
        asset = suite.circulating()
        suite.ledger.setFrozenTokens(suite.seller, asset, 40 * M, sender=suite.officer)
        units = [part * M for part in parts]
        with reverts("ERC7943InsufficientUnfrozenBalance", account=suite.seller.address, tokenId=asset):
            suite.ledger.safeBatchTransferFrom(
                suite.seller, suite.alice, [asset] * len(units), units, b"", sender=suite.seller
            )
        assert suite.ledger.balanceOf(suite.seller, asset) == 100 * M
        suite.ledger.safeBatchTransferFrom(
            suite.seller, suite.alice, [asset] * 3, [20 * M] * 3, b"", sender=suite.seller
        )
        assert (
            suite.ledger.balanceOf(suite.seller, asset) == suite.ledger.getFrozenTokens(suite.seller, asset) == 40 * M
        )

    def test_force_from_an_account_to_itself_unfreezes_no_units(self, suite: Suite) -> None:
        """uRWA1155, uRWA20, CMTAT: a forced transfer from an account to itself unfreezes without moving anything."""
        asset = suite.circulating()
        for units in (0, M, 100 * M):
            suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
            with reverts("SameAccount", account=suite.seller.address):
                suite.ledger.forcedTransfer(suite.seller, suite.seller, asset, units, sender=suite.officer)
            assert suite.ledger.getFrozenTokens(suite.seller, asset) == 100 * M

    def test_force_from_an_account_to_itself_unfreezes_no_token(self, tokens: Tokens) -> None:
        """uRWA721: the same, for tokens of ERC-721."""
        token = tokens.mint()
        tokens.ledger.setFrozenTokens(tokens.owner, token, True, sender=tokens.officer)
        with reverts("SameAccount", account=tokens.owner.address):
            tokens.ledger.forcedTransfer(tokens.owner, tokens.owner, token, sender=tokens.officer)
        assert tokens.ledger.getFrozenTokens(tokens.owner, token)

    def test_what_the_view_refuses_is_named(self, suite: Suite) -> None:
        """OpenZeppelin ERC20uRWA: its view says nothing of a plain lack of balance; ours has a twin that names it."""
        asset = suite.circulating()
        assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)
        assert suite.ledger.restrictionOf(suite.seller, suite.alice, asset, 101 * M) == 6
        assert suite.ledger.restrictionOf(suite.seller, suite.alice, asset, 100 * M) == 0


class TestErc4907Reference:
    """ERC-4907's reference implementation, and rental protocols built on it."""

    def test_the_owner_cannot_replace_or_shorten_the_use_that_was_paid(self, estate: Estate) -> None:
        """ERC-4907: the owner overwrites a user whose time still runs, or ends or shortens it, at any moment."""
        right = estate.right()
        estate.let(right, 10 * DAY)
        end = estate.chain.now + 10 * DAY
        estate.rights.approve(estate.guest, right, sender=estate.owner)
        for caller in (estate.owner, estate.guest):
            for user, expires in (
                (estate.guest, FOREVER),
                (estate.tenant, end - 1),
                (estate.tenant, 0),
                (NOBODY, 0),
            ):
                with reverts("LeaseRunning", id=right, end=end):
                    estate.rights.setUser(right, user, expires, sender=caller)
        assert (estate.rights.userOf(right), estate.rights.userExpires(right)) == (estate.tenant.address, end)

    def test_the_lessee_cannot_lengthen_it_unpaid(self, estate: Estate) -> None:
        """ERC-4907: nothing ties a user's expiry to what was paid."""
        right = estate.right()
        estate.let(right, 10 * DAY, sublease=True)
        end = estate.chain.now + 10 * DAY
        with reverts("UseBeyondLease", id=right, expires=end + 1, end=end):
            estate.rights.setUser(right, estate.tenant, end + 1, sender=estate.tenant)

    def test_a_user_is_cleared_by_every_way_in_which_a_right_changes_hands(self, estate: Estate) -> None:
        """ERC-4907: the user is cleared in a hook that newer OpenZeppelin releases no longer call."""
        owner, buyer, bank = estate.owner, estate.buyer, estate.bank
        right = estate.right()
        ways: list[Callable[[], object]] = [
            lambda: estate.rights.transferFrom(owner, buyer, right, sender=owner),
            lambda: estate.rights.safeTransferFrom(owner, buyer, right, sender=owner),
            lambda: estate.rights.safeTransferFrom(owner, buyer, right, b"data", sender=owner),
            lambda: estate.rights.forcedTransfer(owner, buyer, right, sender=estate.officer),
            lambda: estate.rights.seize(owner, buyer, right, 1, sender=bank),
        ]
        for number, way in enumerate(ways):
            with estate.chain.isolated():
                estate.rights.setUser(right, estate.tenant, FOREVER, sender=owner)
                if number == 4:
                    estate.rights.pledge(owner, bank, right, 1, sender=owner)
                way()
                assert estate.rights.ownerOf(right) == buyer.address
                assert estate.rights.userOf(right) == NOBODY
                assert estate.rights.userExpires(right) == 0

    def test_unused_rent_goes_back(self, estate: Estate) -> None:
        """Unlock, rental wrappers: who ends a rental early gets nothing, or all, of what was paid for the rest."""
        right = estate.right()
        assert estate.let(right, 10 * DAY) == 100
        estate.chain.skip(4 * DAY)
        for party in (estate.owner, estate.tenant):
            estate.leases.agreeToEnd(right, True, sender=party)
        assert estate.leases.collect(right, 1, sender=estate.tenant).returned == 60
        assert estate.leases.collect(right, 1, sender=estate.owner).returned == 40
        assert estate.money.balanceOf(estate.leases) == 0


class TestPermissionedTokens:
    """T-REX (ERC-3643), CMTAT, whitelisted tokens."""

    def test_who_moves_for_another_is_checked_itself(self, shop: Shop) -> None:
        """T-REX: a transfer by a spender asks for both parties and never for the spender."""
        item = shop.item()
        for agent in (shop.boston, shop.anna, shop.outsider, shop.stranger):
            with reverts("OutsideScope", id=item, account=agent.address):
                shop.pass_on(item, "berlin", "anna", agent.label)
        shop.registry.suspend(shop.paris, sender=shop.officer)
        with reverts("OutsideScope", id=item, account=shop.paris.address):
            shop.pass_on(item, "berlin", "anna", "paris")
        shop.registry.reinstate(shop.paris, sender=shop.officer)
        shop.pass_on(item, "berlin", "anna", "paris")

    def test_force_respects_the_scope(self, shop: Shop, estate: Estate, suite: Suite) -> None:
        """T-REX: a forced transfer passes by the compliance modules."""
        item, right, asset = shop.item(), estate.right(), suite.circulating()
        with reverts("OutsideScope", id=item, account=shop.boston.address):
            shop.goods.forcedTransfer(shop.berlin, shop.boston, item, sender=shop.officer)
        with reverts("OutsideScope", id=right, account=estate.tenant.address):
            estate.rights.forcedTransfer(estate.owner, estate.tenant, right, sender=estate.officer)
        with reverts("OutsideScope", id=asset, account=suite.carol.address):
            suite.ledger.forcedTransfer(suite.seller, suite.carol, asset, M, sender=suite.officer)

    def test_both_ends_are_checked(self, tokens: Tokens) -> None:
        """Universal Token: only one end of a transfer is checked against the list."""
        token = tokens.mint()
        for account, error in ((tokens.owner, "ERC7943CannotSend"), (tokens.other, "ERC7943CannotReceive")):
            tokens.registry.suspend(account, sender=tokens.officer)
            with reverts(error, account=account.address):
                tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)
            tokens.registry.reinstate(account, sender=tokens.officer)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)

    @pytest.mark.parametrize("name", DEPLOYED)
    def test_no_contract_answers_with_a_text(self, name: str) -> None:
        """T-REX: failures are texts without values, the same text for every cause."""
        # 08c379a0 is pushed as 461bcd, shifted by 229 bits.
        text = (int.from_bytes(keccak(text="Error(string)")[:4], "big") >> 5).to_bytes(3, "big")
        assert text in artifact("EvmProbe").runtime  # which does answer so
        assert text not in artifact(name).runtime

    def test_membership_ends_by_itself(self, suite: Suite) -> None:
        """T-REX: a claim about an identity has no expiry and is good until somebody revokes it."""
        asset, until = suite.circulating(), suite.chain.now + 100
        suite.registry.setFacts(suite.alice, until, 1, FACTOR, sender=suite.officer)
        suite.chain.warp(until - 1)
        suite.send(suite.seller, suite.alice, asset, M)
        suite.chain.warp(until)
        with reverts("ERC7943CannotReceive", account=suite.alice.address):
            suite.send(suite.seller, suite.alice, asset, M)
        with reverts("ERC7943CannotSend", account=suite.alice.address):
            suite.send(suite.alice, suite.seller, asset, M)

    @pytest.mark.parametrize("name", DEPLOYED)
    def test_every_contract_fits(self, name: str) -> None:
        """CMTAT: features were dropped to stay below the limit of code size (EIP-170), and versions came near it."""
        assert len(artifact(name).runtime) <= 24_576
        assert len(artifact(name).creation) <= 49_152  # EIP-3860

    def test_contract_wallets_hold_and_pass_on(self, shop: Shop) -> None:
        """0xSequence with ERC721C: rules against contracts as receivers lock owners of smart wallets out."""
        wallet = ContractWallet.deploy(shop.chain, shop.anna, sender=shop.anna)
        shop.enrol("wallet", DE, CONSUMER, wallet.address)
        item = shop.item()
        shop.goods.transferFrom(shop.berlin, wallet, item, sender=shop.berlin)
        wallet.act(shop.goods, shop.goods.calldata.transferFrom(wallet, shop.ben, item), sender=shop.anna)
        assert shop.goods.ownerOf(item) == shop.ben.address

    def test_what_is_halted_can_still_be_retired(self, shop: Shop) -> None:
        """Hypercerts: a rule against transfers also stops retiring."""
        item = shop.item("brand")
        shop.retail.haltLine(shop.line, True, sender=shop.brand)
        with reverts("LineIsHalted", line=shop.line):
            shop.pass_on(item, "brand", "berlin")
        shop.retail.retire(item, sender=shop.brand)
        with reverts("ERC721NonexistentToken", tokenId=item):
            shop.goods.ownerOf(item)


class TestEnforcement:
    """Reported of real-world-asset platforms: enforcement strands what lies in escrow or in a vault."""

    def test_force_takes_nothing_from_under_a_lien(self, suite: Suite, estate: Estate) -> None:
        """rwa-platform-evm: force takes a pledged asset away from whoever lent on it."""
        asset, right = suite.circulating(), estate.right()
        suite.ledger.pledge(suite.seller, suite.bank, asset, 60 * M, sender=suite.seller)
        with reverts("PledgedUnits", id=asset, holder=suite.seller.address, free=40 * M, needed=41 * M):
            suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 41 * M, sender=suite.officer)
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 40 * M, sender=suite.officer)
        assert suite.ledger.lienOf(asset, suite.seller, suite.bank) == 60 * M
        suite.ledger.seize(suite.seller, suite.bank, asset, 60 * M, sender=suite.bank)
        estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
        with reverts("PledgedUnits", id=right, holder=estate.owner.address, free=0, needed=1):
            estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer)

    def test_rent_in_escrow_finds_its_owners_after_force(self, estate: Estate) -> None:
        """rwa-platform-evm: after force nobody can take what lies in escrow for the asset."""
        right = estate.right()
        assert estate.let(right, 10 * DAY) == 100
        estate.chain.skip(3 * DAY)
        estate.rights.forcedTransfer(estate.owner, estate.buyer, right, sender=estate.officer)
        assert estate.rights.userOf(right) == estate.tenant.address
        estate.chain.skip(8 * DAY)
        estate.leases.accrue(right, sender=estate.stranger)
        assert estate.leases.collect(right, 1, sender=estate.owner).returned == 30
        assert estate.leases.collect(right, 1, sender=estate.buyer).returned == 70
        assert estate.money.balanceOf(estate.leases) == 0

    def test_income_of_a_trust_is_paid_though_its_right_was_forced_away(self, estate: Estate) -> None:
        """rwa-platform-evm: the same, where a module holds the asset for its holders."""
        right = estate.right()
        estate.let(right, 10 * DAY)
        estate.chain.skip(2 * DAY)
        estate.rights.approve(estate.land, right, sender=estate.owner)
        certificate = estate.land.putInTrust(right, 2_000_000, INCOME_RULES, 1, sender=estate.owner).returned
        estate.ledger.safeTransferFrom(estate.owner, estate.bank, certificate, 1_000_000, b"", sender=estate.owner)
        estate.chain.skip(4 * DAY)
        estate.rights.forcedTransfer(estate.land, estate.buyer, right, sender=estate.officer)
        estate.chain.skip(5 * DAY)
        assert estate.land.collectRent(certificate, sender=estate.stranger).returned == 40
        assert estate.land.claim(certificate, estate.owner, sender=estate.stranger).returned == 20
        assert estate.land.claim(certificate, estate.bank, sender=estate.stranger).returned == 20
        for party, earned in ((estate.owner, 20), (estate.buyer, 40)):
            assert estate.leases.collect(right, 1, sender=party).returned == earned
        assert estate.money.balanceOf(estate.leases) == estate.money.balanceOf(estate.land) == 0

    def test_what_is_paid_on_forced_units_is_paid_out(self, suite: Suite) -> None:
        """rwa-platform-evm: what was paid before force is lost to both."""
        asset = suite.circulating()
        suite.pay(asset, 10 * M)
        suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 100 * M, sender=suite.officer)
        suite.pay(asset, 90 * M)
        assert suite.module.claim(asset, suite.seller, sender=suite.stranger).returned == 10 * M
        assert suite.module.claim(asset, suite.alice, sender=suite.stranger).returned == 90 * M
        assert suite.token.balanceOf(suite.module) == 0


class TestReceivables:
    """Huma v2, Request, and others that make tokens of invoices."""

    def test_an_invoice_is_its_sellers_whoever_brings_it(self, suite: Suite) -> None:
        """Huma v2, Request: the guard against duplicates counts per creator or owner; a second one mints it again."""
        asset = suite.create()
        second = suite.enrol("second account of the seller", entity=suite.entities["seller"])
        for changes in ({}, {"face": 5 * M}, {"dueDate": suite.chain.now + 5}, {"documentHash": keccak(text="scan")}):
            with reverts("AssetExists", id=asset):
                suite.module.create(suite.invoice(**changes), [], sender=second)
        with reverts("AssetExists", id=asset):
            suite.module.create(suite.invoice(), [60 * M, 40 * M], sender=second)
        # Another entity can only register what it claims itself: that is another seller's invoice, and says so.
        other = suite.module.create(suite.invoice(), [], sender=suite.alice).returned
        assert other != asset
        assert suite.module.receivable(other).creditor == suite.entities["alice"]

    def test_it_stays_used_whatever_became_of_it(self, suite: Suite) -> None:
        """Huma v2, Request: once the token is burnt the invoice can be financed again."""
        issued = suite.today
        for state in STATES:
            with suite.chain.isolated():
                asset = brought(suite, state)
                with reverts("AssetExists", id=asset):
                    suite.create(dueDate=suite.chain.now + DAY, issueDay=issued)

    def test_the_same_units_secure_one_loan(self, suite: Suite) -> None:
        """Reported of ERPNext: one invoice is discounted at two banks."""
        asset = suite.circulating()
        suite.ledger.pledge(suite.seller, suite.bank, asset, 100 * M, sender=suite.seller)
        with reverts("PledgedUnits", id=asset, free=0, needed=M):
            suite.ledger.pledge(suite.seller, suite.alice, asset, M, sender=suite.seller)
        with reverts("PledgedUnits", id=asset, free=0, needed=M):
            suite.send(suite.seller, suite.alice, asset, M)

    def test_a_payment_is_money_that_arrived(self, suite: Suite) -> None:
        """Huma v2: owner or creator declare a payment and no money moves."""
        asset = suite.circulating()
        with reverts("ERC20InsufficientAllowance", allowance=0, needed=M):
            suite.module.pay(asset, M, sender=suite.seller)
        suite.token.approve(suite.module, M, sender=suite.seller)
        with reverts("ERC20InsufficientBalance", balance=0, needed=M):
            suite.module.pay(asset, M, sender=suite.seller)
        assert suite.module.owedOn(asset) == 100 * M
        suite.pay(asset, M)
        assert suite.module.owedOn(asset) == 99 * M
        assert suite.token.balanceOf(suite.module) == M

    def test_more_than_owed_is_not_taken(self, suite: Suite) -> None:
        """Request: a payment may exceed the amount. Huma v2: the surplus goes to the borrower."""
        asset = suite.circulating()
        suite.pay(asset, 99 * M)
        assert suite.pay(asset, 5 * M) == M
        assert suite.token.balanceOf(suite.buyer) == 4 * M
        assert suite.token.balanceOf(suite.module) == 100 * M
        with reverts("NothingOwed", id=asset):
            suite.module.pay(asset, M, sender=suite.buyer)

    def test_nothing_is_financed_before_the_debtor_says_yes(self, suite: Suite) -> None:
        """Huma v2, Request: a receivable is tradeable without any word of the debtor."""
        asset = suite.create()
        with reverts("NotCirculating", id=asset):
            suite.send(suite.seller, suite.alice, asset, M)
        with reverts("NotCirculating", id=asset):
            suite.ledger.pledge(suite.seller, suite.bank, asset, M, sender=suite.seller)
        for caller in (suite.seller, suite.officer, suite.alice):
            with pytest.raises(ContractError):
                suite.module.acknowledge(asset, sender=caller)
        suite.module.acknowledge(asset, sender=suite.buyer)
        suite.send(suite.seller, suite.alice, asset, M)

    @pytest.mark.parametrize(("number", "state"), enumerate(STATES, 1))
    def test_every_state_is_reached(self, suite: Suite, number: int, state: str) -> None:
        """Huma v2: of the states that a receivable is said to have, some are never set."""
        assert suite.module.stateOf(brought(suite, state)) == number

    def test_a_part_keeps_what_it_is_part_of(self, suite: Suite) -> None:
        """Solv ERC-3525: a part is a new token, without a smallest size, and its descent is a matter of convention."""
        asset = suite.circulating()
        with reverts("BelowMinimumUnit", id=asset, left=M - 1, minimum=M):
            suite.send(suite.seller, suite.alice, asset, M - 1)
        with reverts("BelowMinimumUnit", id=asset, account=suite.seller.address, left=1, minimum=M):
            suite.send(suite.seller, suite.alice, asset, 100 * M - 1)
        suite.send(suite.seller, suite.alice, asset, 3 * M)
        suite.send(suite.alice, suite.bank, asset, M)
        held = [suite.ledger.balanceOf(who, asset) for who in (suite.seller, suite.alice, suite.bank)]
        assert held == [97 * M, 2 * M, M]
        assert sum(held) == suite.ledger.totalSupply(asset) == suite.module.receivable(asset).face


class TestCredit:
    """Huma v1 was drained through two functions that anybody could call."""

    @pytest.mark.parametrize("state", STATES)
    def test_nobodys_call_changes_where_a_receivable_stands(self, suite: Suite, state: str) -> None:
        """Huma v1: a public function that refreshes an account moves a credit from requested to good standing."""
        asset = brought(suite, state)
        before = suite.module.stateOf(asset)
        module, nobody = suite.module, suite.mallory
        calls: list[Callable[[Account], object]] = [
            lambda who: module.acknowledge(asset, sender=who),
            lambda who: module.acknowledgeBySignature(asset, who, suite.chain.now, b"\0" * 65, sender=who),
            lambda who: module.cancel(asset, sender=who),
            lambda who: module.creditNote(asset, M, "CN-1", suite.today, b"\1" * 32, sender=who),
            lambda who: module.dispute(asset, b"\1" * 32, sender=who),
            lambda who: module.withdrawDispute(asset, sender=who),
            lambda who: module.resolveDispute(asset, [0], sender=who),
            lambda who: module.declareDefault(asset, sender=who),
            lambda who: module.writeOff(asset, sender=who),
            lambda who: module.claim(asset, who, sender=who),
            lambda who: module.claim(asset, suite.seller, sender=who),
            lambda who: module.claimMany([asset], suite.seller, sender=who),
            lambda who: module.pay(asset, 0, sender=who),
            lambda who: module.moveProceeds(asset, suite.seller, who, sender=who),
            lambda who: module.stateAttribute(asset, 7, M, suite.chain.now, sender=who),
        ]
        for call in calls:
            for who in (nobody, suite.carol, suite.alice):
                try:
                    call(who)
                except ContractError:
                    continue
                assert module.stateOf(asset) == before
        assert module.stateOf(asset) == before

    def test_a_lease_that_is_over_stays_over(self, estate: Estate) -> None:
        """Huma v1: the same, for the one public function of leases."""
        right = estate.right()
        estate.let(right, DAY)
        estate.chain.skip(DAY + 1)
        for _ in range(2):
            estate.leases.accrue(right, sender=estate.stranger)
            with reverts("NoLease", id=right):
                estate.leases.extend(right, estate.chain.now + DAY, sender=estate.tenant)
        assert estate.rights.userOf(right) == NOBODY
        assert estate.leases.collectable(right, estate.owner, 1) == 10


class TestSharing:
    """0xSplits and OpenZeppelin's PaymentSplitter, as far as contracts of today pay several."""

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

    def test_what_was_paid_before_a_change_is_shared_as_it_was(self, suite: Suite) -> None:
        """0xSplits: what came in before a change of shares and was not distributed follows the new shares."""
        asset = suite.circulating()
        suite.send(suite.seller, suite.alice, asset, 40 * M)
        suite.pay(asset, 10 * M)
        suite.send(suite.alice, suite.bank, asset, 40 * M)
        suite.pay(asset, 10 * M)
        claimable = [suite.module.claimable(asset, who) for who in (suite.seller, suite.alice, suite.bank)]
        assert claimable == [12 * M, 4 * M, 4 * M]

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

    def test_a_token_that_takes_a_fee_is_refused_before_anything_is_owed(self) -> None:
        """0xSplits, PaymentSplitter: tokens that take a fee make the books say more than there is."""
        suite = build(token=FeeToken)
        asset = suite.circulating()
        suite.fund(suite.buyer, M)
        with reverts("InexactToken", expected=M, received=M - M // 100):
            suite.module.pay(asset, M, sender=suite.buyer)
        assert suite.module.owedOn(asset) == 100 * M
        assert suite.token.balanceOf(suite.buyer) == M
