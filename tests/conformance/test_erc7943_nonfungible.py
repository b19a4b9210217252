"""ERC-7943 (non-fungible form), sentence by sentence, for rights and for goods.

The multi-token form is in test_erc7943.py; what lines and liens add is in the units' own tests.
"""

import pytest

from caldera.artifacts import artifact
from tests.support.estate import Estate
from tests.support.shop import Shop
from tests.support.suite import reverts
from tests.support.tokens import BURN, NAMED, NOBODY, WAYS, Items, Rights, Tokens, interface_id, log

FUNCTIONS = (
    "forcedTransfer(address,address,uint256)",
    "setFrozenTokens(address,uint256,bool)",
    "canSend(address)",
    "canReceive(address)",
    "getFrozenTokens(address,uint256)",
    "canTransfer(address,address,uint256)",
)
VIEWS = ("canSend", "canReceive", "getFrozenTokens", "canTransfer")
TRANSFER = "Transfer(address,address,uint256)"
FORCED = "ForcedTransfer(address,address,uint256)"
FROZEN = "Frozen(address,uint256,bool)"
LARGEST = 2**256 - 1
EVERYBODY = "0x" + "ff" * 20


def freeze(tokens: Tokens, token: int, frozen: bool = True) -> None:
    """By whom compliance lets."""
    tokens.ledger.setFrozenTokens(tokens.ledger.ownerOf(token), token, frozen, sender=tokens.officer)


@pytest.mark.clause("ERC-7943", "ids")
def test_the_interface_id_is_that_of_the_text(tokens: Tokens) -> None:
    assert interface_id(*FUNCTIONS).hex() == "bf1ef5fe"
    for known in ("bf1ef5fe", "80ac58cd", "01ffc9a7"):
        assert tokens.ledger.supportsInterface(bytes.fromhex(known)), known
    for other in ("3edbb4c4", "41c4fbad"):  # the fungible and the multi-token form
        assert not tokens.ledger.supportsInterface(bytes.fromhex(other)), other


class TestViews:
    """`canSend`, `canReceive`, `canTransfer`, `getFrozenTokens`."""

    @pytest.mark.clause("ERC-7943", "views")
    def test_they_must_not_change_the_storage(self, tokens: Tokens) -> None:
        found = [entry for entry in artifact(tokens.ledger.ABI_NAME).abi if entry.get("name") in VIEWS]
        assert [entry["stateMutability"] for entry in found] == ["view"] * 4

    @pytest.mark.clause("ERC-7943", "views")
    def test_they_must_not_revert_whatever_they_are_asked(self, tokens: Tokens) -> None:
        token, retired = tokens.mint(), tokens.mint()
        tokens.retire(retired)
        freeze(tokens, token)
        contract = tokens.receiver(BURN)
        tokens.registry.suspend(tokens.third, sender=tokens.officer)
        accounts = (
            NOBODY,
            EVERYBODY,
            tokens.owner.address,
            tokens.third.address,
            tokens.stranger.address,
            tokens.ledger.address,
            contract.address,
        )
        for token_ in (token, retired, 0, 1, 2**48 - 1, token ^ (1 << 255), LARGEST):
            for source in accounts:
                held = token_ == token and source == tokens.owner.address
                assert tokens.ledger.getFrozenTokens(source, token_) == held
                for target in accounts:
                    assert not tokens.ledger.canTransfer(source, target, token_)
        for account in accounts:
            active = account in (tokens.owner.address, contract.address)
            assert tokens.ledger.canSend(account) == tokens.ledger.canReceive(account) == active

    @pytest.mark.clause("ERC-7943", "account")
    def test_can_send_and_can_receive_are_of_the_account_alone(self, tokens: Tokens) -> None:
        """They must not encode rules of a transfer: neither balance nor freezing changes them."""
        assert tokens.ledger.balanceOf(tokens.third) == 0
        assert tokens.ledger.canSend(tokens.third)
        token = tokens.mint()
        freeze(tokens, token)
        assert tokens.ledger.canSend(tokens.owner)
        assert tokens.ledger.canReceive(tokens.owner)

    @pytest.mark.clause("ERC-7943", "unfrozen")
    def test_can_transfer_validates_the_frozen_status(self, tokens: Tokens) -> None:
        token, beside = tokens.mint(), tokens.mint()
        assert tokens.ledger.canTransfer(tokens.owner, tokens.other, token)
        freeze(tokens, token)
        assert not tokens.ledger.canTransfer(tokens.owner, tokens.other, token)
        assert tokens.ledger.canTransfer(tokens.owner, tokens.other, beside)
        freeze(tokens, token, False)
        assert tokens.ledger.canTransfer(tokens.owner, tokens.other, token)

    @pytest.mark.clause("ERC-7943", "parties")
    def test_can_transfer_performs_can_send_and_can_receive(self, tokens: Tokens) -> None:
        token = tokens.mint()
        for account in (tokens.owner, tokens.other):
            tokens.registry.suspend(account, sender=tokens.officer)
            assert not tokens.ledger.canSend(account)
            assert not tokens.ledger.canReceive(account)
            assert not tokens.ledger.canTransfer(tokens.owner, tokens.other, token)
            tokens.registry.reinstate(account, sender=tokens.officer)
        assert tokens.ledger.canTransfer(tokens.owner, tokens.other, token)
        assert not tokens.ledger.canTransfer(tokens.owner, tokens.stranger, token)

    @pytest.mark.clause("ERC-7943", "not-balance")
    def test_can_transfer_does_not_ask_for_an_allowance(self, tokens: Tokens) -> None:
        """A mere lack of approval is no rule of permission: whoever asks gets the same answer."""
        token = tokens.mint()
        for caller in (tokens.owner, tokens.other, tokens.stranger):
            assert tokens.ledger.canTransfer(tokens.owner, tokens.other, token, sender=caller)

    @pytest.mark.clause("ERC-7943", "account", "parties")
    def test_an_expiry_counts_from_its_second_on(self, tokens: Tokens) -> None:
        token, until = tokens.mint(), tokens.chain.now + 10
        facts = (1, 3) if isinstance(tokens, Rights) else (3, 1)
        tokens.registry.setFacts(tokens.other, until, *facts, sender=tokens.officer)
        for second, good in ((until - 1, True), (until, False)):
            tokens.chain.warp(second)
            assert tokens.ledger.canReceive(tokens.other) == tokens.ledger.canSend(tokens.other) == good
            assert tokens.ledger.canTransfer(tokens.owner, tokens.other, token) == good

    @pytest.mark.clause("ERC-7943", "transfers")
    @pytest.mark.parametrize("way", WAYS)
    def test_no_public_transfer_succeeds_where_they_say_no(self, tokens: Tokens, way: str) -> None:
        """By whoever: owner, operator or the approved address; and with the reason that stands behind the no."""
        for caller in (tokens.owner, tokens.operator, tokens.third):
            token = tokens.mint()
            with tokens.chain.isolated():
                tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
                tokens.ledger.approve(tokens.third, token, sender=tokens.owner)
                freeze(tokens, token)
                with reverts("ERC7943InsufficientUnfrozenBalance", account=tokens.owner.address, tokenId=token):
                    tokens.move(way, tokens.owner, tokens.other, token, caller)
                freeze(tokens, token, False)
                for account, error in ((tokens.owner, "ERC7943CannotSend"), (tokens.other, "ERC7943CannotReceive")):
                    tokens.registry.suspend(account, sender=tokens.officer)
                    with reverts(error, account=account.address):
                        tokens.move(way, tokens.owner, tokens.other, token, caller)
                    tokens.registry.reinstate(account, sender=tokens.officer)
                tokens.move(way, tokens.owner, tokens.other, token, caller)

    @pytest.mark.clause("ERC-7943", "parties", "transfers")
    @pytest.mark.parametrize("way", WAYS)
    def test_scope_halt_and_lien_are_rules_of_the_view_and_of_every_transfer(self, tokens: Tokens, way: str) -> None:
        """Whatever somebody with power set, and what a lender may rely on; undone, it is a yes again."""
        token, ledger = tokens.mint(), tokens.ledger
        if isinstance(tokens, Rights):
            estate = tokens.estate
            outside, error = estate.tenant, "PledgedUnits"
            estate.rights.pledge(tokens.owner, estate.bank, token, 1, sender=tokens.owner)
        else:
            assert isinstance(tokens, Items)
            shop = tokens.shop
            outside, error = shop.boston, "LineIsHalted"
            shop.retail.haltLine(shop.line, True, sender=shop.brand)
        assert not ledger.canTransfer(tokens.owner, tokens.other, token)
        with reverts(error):
            tokens.move(way, tokens.owner, tokens.other, token, tokens.owner)
        if isinstance(tokens, Rights):
            tokens.estate.rights.release(tokens.owner, token, 1, sender=tokens.estate.bank)
        else:
            tokens.shop.retail.haltLine(tokens.shop.line, False, sender=tokens.shop.brand)
        assert ledger.canReceive(outside)
        assert not ledger.canTransfer(tokens.owner, outside, token)
        with reverts("OutsideScope", id=token, account=outside.address):
            tokens.move(way, tokens.owner, outside, token, tokens.owner)
        assert ledger.canTransfer(tokens.owner, tokens.other, token)
        tokens.move(way, tokens.owner, tokens.other, token, tokens.owner)

    @pytest.mark.clause("ERC-7943", "not-balance")
    def test_can_transfer_says_no_of_another_ones_token(self, tokens: Tokens) -> None:
        """A departure, which the reference makes as well: who owns it is a part of what is asked."""
        token = tokens.mint()
        assert not tokens.ledger.canTransfer(tokens.other, tokens.third, token)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)
        assert tokens.ledger.canTransfer(tokens.other, tokens.third, token)
        assert not tokens.ledger.canTransfer(tokens.owner, tokens.third, token)

    @pytest.mark.clause("ERC-7943", "errors")
    def test_the_base_standards_error_comes_first_where_it_is_not_the_accounts_token(self, tokens: Tokens) -> None:
        """Unrelated to the freezing, the base standard's error should be used."""
        token = tokens.mint()
        freeze(tokens, token)
        with reverts("ERC721IncorrectOwner", sender=tokens.other.address, tokenId=token):
            tokens.ledger.transferFrom(tokens.other, tokens.third, token, sender=tokens.other)
        with reverts("ERC721NonexistentToken", tokenId=token + 7):
            tokens.ledger.transferFrom(tokens.owner, tokens.other, token + 7, sender=tokens.owner)


class TestFreezing:
    """`setFrozenTokens`."""

    @pytest.mark.clause("ERC-7943", "freeze")
    def test_it_overwrites_returns_true_and_says_so_each_time(self, tokens: Tokens) -> None:
        token = tokens.mint()
        for frozen in (True, True, False, False):
            receipt = tokens.ledger.setFrozenTokens(tokens.owner, token, frozen, sender=tokens.officer)
            assert receipt.returned is True
            assert list(receipt.logs) == [log(tokens.ledger, FROZEN, tokens.owner, token, frozen)]
            assert tokens.ledger.getFrozenTokens(tokens.owner, token) == frozen

    @pytest.mark.clause("ERC-7943", "freeze-power")
    def test_it_is_restricted_in_access(self, tokens: Tokens) -> None:
        token = tokens.mint()
        for caller in (tokens.owner, tokens.operator, tokens.stranger):
            for frozen in (True, False):
                with reverts("AccessManagedUnauthorized", caller=caller.address):
                    tokens.ledger.setFrozenTokens(tokens.owner, token, frozen, sender=caller)

    @pytest.mark.clause("ERC-7943", "freeze-power")
    def test_it_reverts_where_validation_fails(self, tokens: Tokens) -> None:
        token, retired = tokens.mint(), tokens.mint()
        tokens.retire(retired)
        for absent in (retired, token + 9, 0, LARGEST):
            for account in (tokens.owner.address, NOBODY):
                with reverts("ERC721NonexistentToken", tokenId=absent):
                    tokens.ledger.setFrozenTokens(account, absent, True, sender=tokens.officer)

    @pytest.mark.clause("ERC-7943", "freeze")
    @pytest.mark.parametrize("way", [*WAYS, "force"])
    def test_what_is_frozen_for_who_does_not_hold_it_is_withheld_when_it_comes(self, tokens: Tokens, way: str) -> None:
        """Of nobody else, until force takes it away again."""
        token, ledger = tokens.mint(), tokens.ledger
        receipt = ledger.setFrozenTokens(tokens.other, token, True, sender=tokens.officer)
        assert receipt.returned is True
        assert list(receipt.logs) == [log(ledger, FROZEN, tokens.other, token, True)]
        assert not ledger.getFrozenTokens(tokens.owner, token)
        assert ledger.canTransfer(tokens.owner, tokens.other, token)
        if way == "force":
            ledger.forcedTransfer(tokens.owner, tokens.other, token, sender=tokens.officer)
        else:
            tokens.move(way, tokens.owner, tokens.other, token, tokens.owner)
        assert ledger.getFrozenTokens(tokens.other, token)
        assert not ledger.canTransfer(tokens.other, tokens.third, token)
        with reverts("ERC7943InsufficientUnfrozenBalance", account=tokens.other.address, tokenId=token):
            ledger.transferFrom(tokens.other, tokens.third, token, sender=tokens.other)
        receipt = ledger.forcedTransfer(tokens.other, tokens.third, token, sender=tokens.officer)
        assert receipt.logs[0] == log(ledger, FROZEN, tokens.other, token, False)
        for source, target in ((tokens.third, tokens.other), (tokens.other, tokens.owner)):
            assert not ledger.getFrozenTokens(tokens.other, token)
            ledger.transferFrom(source, target, token, sender=source)

    @pytest.mark.clause("ERC-7943", "freeze")
    def test_what_is_withheld_is_of_one_account_and_can_be_let_go(self, tokens: Tokens) -> None:
        token, ledger = tokens.mint(), tokens.ledger
        for account, frozen in (
            (tokens.other, True),
            (tokens.third, True),
            (tokens.third, False),
            (tokens.third, False),
        ):
            ledger.setFrozenTokens(account, token, frozen, sender=tokens.officer)
            assert ledger.getFrozenTokens(account, token) == frozen
        ledger.transferFrom(tokens.owner, tokens.third, token, sender=tokens.owner)
        ledger.transferFrom(tokens.third, tokens.owner, token, sender=tokens.third)
        assert ledger.getFrozenTokens(tokens.other, token)
        ledger.setFrozenTokens(tokens.other, token, False, sender=tokens.officer)
        ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.owner)
        assert ledger.canTransfer(tokens.other, tokens.owner, token)

    @pytest.mark.clause("ERC-7943", "transfers")
    def test_a_frozen_token_can_still_be_approved_but_not_moved(self, tokens: Tokens) -> None:
        token = tokens.mint()
        freeze(tokens, token)
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        with reverts("ERC7943InsufficientUnfrozenBalance", account=tokens.owner.address, tokenId=token):
            tokens.ledger.transferFrom(tokens.owner, tokens.owner, token, sender=tokens.owner)

    @pytest.mark.clause("ERC-7943", "freeze")
    def test_it_freezes_one_token_not_its_neighbours(self, tokens: Tokens) -> None:
        token, beside = tokens.mint(), tokens.mint()
        freeze(tokens, token)
        assert not tokens.ledger.getFrozenTokens(tokens.owner, beside)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, beside, sender=tokens.owner)


class TestForce:
    """`forcedTransfer`."""

    @pytest.mark.clause("ERC-7943", "force")
    @pytest.mark.parametrize("frozen", [False, True])
    def test_it_moves_and_says_what_it_did_in_order(self, tokens: Tokens, frozen: bool) -> None:
        """Frozen tokens are unfrozen first, and that is said before the transfer."""
        token = tokens.mint()
        if frozen:
            freeze(tokens, token)
        receipt = tokens.ledger.forcedTransfer(tokens.owner, tokens.other, token, sender=tokens.officer)
        assert receipt.returned is True
        unfrozen = [log(tokens.ledger, FROZEN, tokens.owner, token, False)] if frozen else []
        assert list(receipt.logs) == [
            *unfrozen,
            log(tokens.ledger, TRANSFER, tokens.owner, tokens.other, token),
            log(tokens.ledger, FORCED, tokens.owner, tokens.other, token),
        ]
        assert tokens.ledger.ownerOf(token) == tokens.other.address
        assert (tokens.ledger.balanceOf(tokens.owner), tokens.ledger.balanceOf(tokens.other)) == (0, 1)
        assert not tokens.ledger.getFrozenTokens(tokens.other, token)
        tokens.ledger.transferFrom(tokens.other, tokens.third, token, sender=tokens.other)

    @pytest.mark.clause("ERC-7943", "force-power")
    def test_it_is_restricted_in_access(self, tokens: Tokens) -> None:
        token = tokens.mint()
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        for caller in (tokens.owner, tokens.operator, tokens.stranger):
            with reverts("AccessManagedUnauthorized", caller=caller.address):
                tokens.ledger.forcedTransfer(tokens.owner, tokens.other, token, sender=caller)

    @pytest.mark.clause("ERC-7943", "force-checks")
    def test_it_reverts_where_ownership_or_can_receive_fails(self, tokens: Tokens) -> None:
        token, retired = tokens.mint(), tokens.mint()
        tokens.retire(retired)
        for wrong in (tokens.third.address, NOBODY):
            with reverts("ERC721IncorrectOwner", sender=wrong, tokenId=token, owner=tokens.owner.address):
                tokens.ledger.forcedTransfer(wrong, tokens.other, token, sender=tokens.officer)
        for absent in (retired, token + 9, LARGEST):
            with reverts("ERC721NonexistentToken", tokenId=absent):
                tokens.ledger.forcedTransfer(tokens.owner, tokens.other, absent, sender=tokens.officer)
        tokens.registry.suspend(tokens.other, sender=tokens.officer)
        for target in (tokens.other.address, tokens.stranger.address, NOBODY):
            with reverts("ERC7943CannotReceive", account=target):
                tokens.ledger.forcedTransfer(tokens.owner, target, token, sender=tokens.officer)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address

    @pytest.mark.clause("ERC-7943", "force")
    def test_it_takes_from_who_may_no_longer_send(self, tokens: Tokens) -> None:
        """It may bypass what the holder could do itself."""
        token = tokens.mint()
        tokens.registry.suspend(tokens.owner, sender=tokens.officer)
        assert not tokens.ledger.canTransfer(tokens.owner, tokens.other, token)
        tokens.ledger.forcedTransfer(tokens.owner, tokens.other, token, sender=tokens.officer)
        assert tokens.ledger.ownerOf(token) == tokens.other.address

    @pytest.mark.clause("ERC-7943", "force")
    def test_a_receiver_cannot_stop_it(self, tokens: Tokens) -> None:
        """Neither who gives nor who gets is asked: a contract that refuses cannot hold what compliance takes."""
        token = tokens.mint()
        unwilling, burning = tokens.receiver(NAMED), tokens.receiver(BURN)
        for source, target in ((tokens.owner, unwilling), (unwilling, burning), (burning, tokens.other)):
            tokens.ledger.forcedTransfer(source, target, token, sender=tokens.officer)
        assert tokens.ledger.ownerOf(token) == tokens.other.address
        assert unwilling.heard() == burning.heard() == ()


class TestEnd:
    """A burning by who is permitted may be of frozen tokens: they are unfrozen first, and that is said before it."""

    @pytest.mark.clause("ERC-7943", "burn")
    @pytest.mark.parametrize("frozen", [False, True])
    def test_of_rights(self, estate: Estate, frozen: bool) -> None:
        right, where = estate.right(), estate.rights
        where.setFrozenTokens(estate.owner, right, frozen, sender=estate.officer)
        receipt = estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        unfrozen = [log(where, FROZEN, estate.owner, right, False)] if frozen else []
        assert [one for one in receipt.logs if one.emitter == where.address] == [
            *unfrozen,
            log(where, TRANSFER, estate.owner, NOBODY, right),
        ]
        assert not where.getFrozenTokens(estate.owner, right)


class TestIssue:
    """In permissioned contexts minting should respect `canReceive`."""

    @pytest.mark.clause("ERC-7943", "mint")
    def test_of_rights(self, estate: Estate) -> None:
        estate.registry.suspend(estate.owner, sender=estate.officer)
        assert not estate.rights.canReceive(estate.owner)
        with reverts("ERC7943CannotReceive", account=estate.owner.address):
            estate.right()

    @pytest.mark.clause("ERC-7943", "mint")
    def test_of_goods(self, shop: Shop) -> None:
        shop.registry.suspend(shop.berlin, sender=shop.officer)
        with reverts("ERC7943CannotReceive", account=shop.berlin.address):
            shop.item()
        voucher = shop.voucher(holder=shop.berlin.address)
        with reverts("ERC7943CannotReceive", account=shop.berlin.address):
            shop.retail.claim(
                voucher, shop.berlin, shop.brand, shop.sign(voucher, shop.brand), b"", sender=shop.stranger
            )
