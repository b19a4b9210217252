"""Defects of token standards' references and of permissioned tokens, and what enforcement did elsewhere.

Each mark names an entry of `tests/conformance/defects.yml`, where project and source stand.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from eth_utils.crypto import keccak

from caldera.artifacts import artifact, load
from caldera.contracts import ContractWallet
from tests.support.estate import INCOME_RULES, Estate
from tests.support.shop import CONSUMER, DE, Shop
from tests.support.suite import DAY, FACTOR, MINIMUM, NOBODY, Suite, reverts
from tests.support.tokens import Tokens

M = MINIMUM
FOREVER = 2**64 - 1
OURS = sorted(
    name
    for name, made in load().items()
    if made.deployable and not made.source_id.startswith(("contracts/testing/", "contracts/devnet/"))
)
NUMBERS = re.compile("date|rate|amount|value|price|maturity|face|bps|interest|until", re.IGNORECASE)


class TestErc7943Reference:
    """ERC-7943's uRWA1155, uRWA721 and uRWA20."""

    @pytest.mark.known_defect("urwa-batch")
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

    @pytest.mark.known_defect("urwa-self-force")
    def test_force_from_an_account_to_itself_unfreezes_no_units(self, suite: Suite) -> None:
        """uRWA1155, uRWA20, CMTAT: a forced transfer from an account to itself unfreezes without moving anything."""
        asset = suite.circulating()
        for units in (0, M, 100 * M):
            suite.ledger.setFrozenTokens(suite.seller, asset, 100 * M, sender=suite.officer)
            with reverts("SameAccount", account=suite.seller.address):
                suite.ledger.forcedTransfer(suite.seller, suite.seller, asset, units, sender=suite.officer)
            assert suite.ledger.getFrozenTokens(suite.seller, asset) == 100 * M

    @pytest.mark.known_defect("urwa-self-force")
    def test_force_from_an_account_to_itself_unfreezes_no_token(self, tokens: Tokens) -> None:
        """uRWA721: the same, for tokens of ERC-721."""
        token = tokens.mint()
        tokens.ledger.setFrozenTokens(tokens.owner, token, True, sender=tokens.officer)
        with reverts("SameAccount", account=tokens.owner.address):
            tokens.ledger.forcedTransfer(tokens.owner, tokens.owner, token, sender=tokens.officer)
        assert tokens.ledger.getFrozenTokens(tokens.owner, token)

    @pytest.mark.known_defect("urwa-silent-no")
    def test_what_the_view_refuses_is_named(self, suite: Suite) -> None:
        """OpenZeppelin ERC20uRWA: its view says nothing of a plain lack of balance; ours has a twin that names it."""
        asset = suite.circulating()
        assert suite.ledger.canTransfer(suite.seller, suite.alice, asset, 101 * M)
        assert suite.ledger.restrictionOf(suite.seller, suite.alice, asset, 101 * M) == 6
        assert suite.ledger.restrictionOf(suite.seller, suite.alice, asset, 100 * M) == 0


class TestErc4907Reference:
    """ERC-4907's reference implementation, and rental protocols built on it."""

    @pytest.mark.known_defect("erc4907-overwrite")
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

    @pytest.mark.known_defect("erc4907-unpaid")
    def test_the_lessee_cannot_lengthen_it_unpaid(self, estate: Estate) -> None:
        """ERC-4907: nothing ties a user's expiry to what was paid."""
        right = estate.right()
        estate.let(right, 10 * DAY, sublease=True)
        end = estate.chain.now + 10 * DAY
        with reverts("UseBeyondLease", id=right, expires=end + 1, end=end):
            estate.rights.setUser(right, estate.tenant, end + 1, sender=estate.tenant)

    @pytest.mark.known_defect("erc4907-hook")
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

    @pytest.mark.known_defect("rental-refund")
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

    @pytest.mark.known_defect("t-rex-spender")
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

    @pytest.mark.known_defect("t-rex-force")
    def test_force_respects_the_scope(self, shop: Shop, estate: Estate, suite: Suite) -> None:
        """T-REX: a forced transfer passes by the compliance modules."""
        item, right, asset = shop.item(), estate.right(), suite.circulating()
        with reverts("OutsideScope", id=item, account=shop.boston.address):
            shop.goods.forcedTransfer(shop.berlin, shop.boston, item, sender=shop.officer)
        with reverts("OutsideScope", id=right, account=estate.tenant.address):
            estate.rights.forcedTransfer(estate.owner, estate.tenant, right, sender=estate.officer)
        with reverts("OutsideScope", id=asset, account=suite.carol.address):
            suite.ledger.forcedTransfer(suite.seller, suite.carol, asset, M, sender=suite.officer)

    @pytest.mark.known_defect("one-end")
    def test_both_ends_are_checked(self, tokens: Tokens) -> None:
        """Universal Token: only one end of a transfer is checked against the list."""
        token = tokens.mint()
        for account, error in ((tokens.owner, "ERC7943CannotSend"), (tokens.other, "ERC7943CannotReceive")):
            tokens.registry.suspend(account, sender=tokens.officer)
            with reverts(error, account=account.address):
                tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)
            tokens.registry.reinstate(account, sender=tokens.officer)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)

    @pytest.mark.known_defect("t-rex-texts")
    @pytest.mark.parametrize("name", OURS)
    def test_no_contract_answers_with_a_text(self, name: str) -> None:
        """T-REX: failures are texts without values, the same text for every cause."""
        # 08c379a0 is pushed as 461bcd, shifted by 229 bits.
        text = (int.from_bytes(keccak(text="Error(string)")[:4], "big") >> 5).to_bytes(3, "big")
        assert text in artifact("EvmProbe").runtime  # which does answer so
        assert text not in artifact(name).runtime

    @pytest.mark.known_defect("t-rex-claims", "lapsed-claim")
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

    @pytest.mark.known_defect("code-size")
    @pytest.mark.parametrize("name", OURS)
    def test_every_contract_fits(self, name: str) -> None:
        """CMTAT: features were dropped to stay below the limit of code size (EIP-170), and versions came near it."""
        assert len(artifact(name).runtime) <= 24_576
        assert len(artifact(name).creation) <= 49_152  # EIP-3860

    @pytest.mark.known_defect("numbers-as-text")
    @pytest.mark.parametrize("name", OURS)
    def test_what_is_a_number_is_kept_as_one(self, name: str) -> None:
        """CMTAT: dates and rates of a debt are texts, on which no contract can decide."""

        def texts(parts: list[dict[str, Any]]) -> Iterator[str]:
            for part in parts:
                if part["type"].startswith("string"):
                    yield part["name"]
                yield from texts(part.get("components", []))

        for entry in artifact(name).abi:
            named = list(texts([*entry.get("inputs", []), *entry.get("outputs", [])]))
            # ERC-1155's `URI(string value, uint256 id)` has its name from the text.
            assert entry.get("name") == "URI" or not [one for one in named if NUMBERS.search(one)], entry

    @pytest.mark.known_defect("wallets-locked-out")
    def test_contract_wallets_hold_and_pass_on(self, shop: Shop) -> None:
        """0xSequence with ERC721C: rules against contracts as receivers lock owners of smart wallets out."""
        wallet = ContractWallet.deploy(shop.chain, shop.anna, sender=shop.anna)
        shop.enrol("wallet", DE, CONSUMER, wallet.address)
        item = shop.item()
        shop.goods.transferFrom(shop.berlin, wallet, item, sender=shop.berlin)
        wallet.act(shop.goods, shop.goods.calldata.transferFrom(wallet, shop.ben, item), sender=shop.anna)
        assert shop.goods.ownerOf(item) == shop.ben.address

    @pytest.mark.known_defect("no-retiring")
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

    @pytest.mark.known_defect("force-under-lien")
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

    @pytest.mark.known_defect("force-strands")
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

    @pytest.mark.known_defect("force-strands")
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

    @pytest.mark.known_defect("force-strands")
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
