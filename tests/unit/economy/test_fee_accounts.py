"""FeeRouter: prepaid accounts. What is paid in can be used or taken back by the entity, and by nobody else."""

from collections.abc import Callable
from typing import Any

from eth_utils.crypto import keccak

from caldera.contracts import FeeToken, ReentrantToken, ShortToken, events
from tests.support.economy import ERA, MAPPING, Economy, build
from tests.support.suite import DAY, NOBODY, reverts

SALT = keccak(text="first")


class TestDeposits:
    """By allowance, by permit, by authorisation; for any entity, from anybody."""

    def test_anybody_deposits_for_an_entity(self, economy: Economy) -> None:
        entity = economy.entity("maker")
        economy.give(economy.mallory, 5 * ERA)
        economy.token.approve(economy.router, 5 * ERA, sender=economy.mallory)
        receipt = economy.router.deposit(entity, 3 * ERA, sender=economy.mallory)
        where = economy.router.address
        said = events.FeesDeposited(entity, economy.mallory.address, 3 * ERA, 3 * ERA, emitter=where)
        assert said in receipt.events
        economy.router.deposit(entity, 2 * ERA, sender=economy.mallory)
        assert economy.router.prepaidOf(entity) == 5 * ERA == economy.token.balanceOf(economy.router)

    def test_for_an_entity_that_is_there(self, economy: Economy) -> None:
        last = max(economy.suite.entities.values())
        for entity in (0, last + 1):
            with reverts("UnknownEntity", entity=entity):
                economy.deposit(entity, ERA)
        economy.deposit(last, ERA)

    def test_of_something(self, economy: Economy) -> None:
        with reverts("NoAmount"):
            economy.deposit(economy.entity("maker"), 0)
        economy.deposit(economy.entity("maker"), 1)

    def test_of_no_more_than_there_is(self, economy: Economy) -> None:
        entity, most = economy.entity("maker"), 2**256 - 1
        economy.deposit(entity, 1)
        with reverts("ERC20InsufficientAllowance", needed=most):
            economy.router.deposit(entity, most, sender=economy.maker)
        given = economy.authorise(entity, most, SALT, economy.maker)
        with reverts("ERC20InsufficientBalance", needed=most):
            economy.router.depositWithAuthorization(*given, sender=economy.maker)
        assert economy.router.prepaidOf(entity) == 1

    def test_with_a_permit(self, economy: Economy) -> None:
        entity, deadline = economy.entity("supplier"), economy.now + 60
        economy.give(economy.maker, ERA)
        signed = economy.permit(ERA, economy.maker, deadline)
        economy.router.depositWithPermit(entity, ERA, deadline, *signed, sender=economy.maker)
        assert economy.router.prepaidOf(entity) == ERA
        with reverts("ERC20InsufficientAllowance"):
            economy.router.depositWithPermit(entity, ERA, deadline, *signed, sender=economy.maker)

    def test_a_permit_that_somebody_brought_before(self, economy: Economy) -> None:
        entity, deadline = economy.entity("maker"), economy.now + 60
        economy.give(economy.maker, ERA)
        signed = economy.permit(ERA, economy.maker, deadline)
        economy.token.permit(economy.maker, economy.router, ERA, deadline, *signed, sender=economy.mallory)
        economy.router.depositWithPermit(entity, ERA, deadline, *signed, sender=economy.maker)
        assert economy.router.prepaidOf(entity) == ERA

    def test_a_permit_is_for_its_signer_only(self, economy: Economy) -> None:
        deadline = economy.now + 60
        economy.give(economy.maker, ERA)
        signed = economy.permit(ERA, economy.maker, deadline)
        with reverts("ERC20InsufficientAllowance"):
            economy.router.depositWithPermit(economy.entity("supplier"), ERA, deadline, *signed, sender=economy.mallory)

    def test_with_an_authorisation_that_anybody_brings(self, economy: Economy) -> None:
        entity = economy.entity("maker")
        economy.give(economy.maker, ERA)
        given = economy.authorise(entity, ERA, SALT, economy.maker)
        assert economy.router.authorizationNonce(entity, SALT) == keccak(entity.to_bytes(32, "big") + SALT)
        economy.router.depositWithAuthorization(*given, sender=economy.mallory)
        assert economy.router.prepaidOf(entity) == ERA
        economy.give(economy.maker, ERA)
        with reverts("AuthorizationUsedOrCanceled"):
            economy.router.depositWithAuthorization(*given, sender=economy.mallory)

    def test_an_authorisation_is_for_its_entity_only(self, economy: Economy) -> None:
        entity, other = economy.entity("maker"), economy.entity("supplier")
        economy.give(economy.maker, ERA)
        given = list(economy.authorise(entity, ERA, SALT, economy.maker))
        turned = [given[0], other, *given[2:]]
        with reverts("InvalidAuthorization"):
            economy.router.depositWithAuthorization(*turned, sender=economy.mallory)
        assert economy.router.prepaidOf(other) == 0
        economy.router.depositWithAuthorization(*given, sender=economy.mallory)

    def test_an_authorisation_of_nothing_or_for_nobody(self, economy: Economy) -> None:
        with reverts("NoAmount"):
            given = economy.authorise(economy.entity("maker"), 0, SALT, economy.maker)
            economy.router.depositWithAuthorization(*given, sender=economy.maker)
        with reverts("UnknownEntity", entity=99):
            economy.router.depositWithAuthorization(
                *economy.authorise(99, 1, SALT, economy.maker), sender=economy.maker
            )

    def test_pause_stops_deposits_and_nothing_else(self, economy: Economy) -> None:
        entity, deadline = economy.entity("maker"), economy.now + 2 * DAY
        economy.deposit(entity, 100 * ERA)
        scenario = economy.open()
        economy.give(economy.maker, 10 * ERA)
        economy.token.approve(economy.router, 10 * ERA, sender=economy.maker)
        given = economy.authorise(entity, ERA, SALT, economy.maker)
        signed = economy.permit(ERA, economy.maker, deadline)
        economy.router.pause(60, sender=economy.officer)
        calls: list[Callable[[], Any]] = [
            lambda: economy.router.deposit(entity, ERA, sender=economy.maker),
            lambda: economy.router.depositWithPermit(entity, ERA, deadline, *signed, sender=economy.maker),
            lambda: economy.router.depositWithAuthorization(*given, sender=economy.maker),
        ]
        for call in calls:
            with reverts("Paused"):
                call()
        economy.router.buy(MAPPING, scenario, sender=economy.maker)
        economy.router.charge(entity, MAPPING, scenario, sender=economy.ledger)
        economy.router.settle(scenario, sender=economy.mallory)
        economy.router.withdraw(economy.nodes, sender=economy.mallory)
        economy.router.withdrawPrepaid(ERA, sender=economy.maker)
        economy.chain.skip(60)
        economy.router.deposit(entity, ERA, sender=economy.maker)


class TestWithdrawals:
    """By an active account of the entity."""

    def test_any_account_of_the_entity_takes_back_what_is_left(self, economy: Economy) -> None:
        entity = economy.entity("maker")
        economy.deposit(entity, 3 * ERA)
        receipt = economy.router.withdrawPrepaid(2 * ERA, sender=economy.partner)
        where, partner = economy.router.address, economy.partner.address
        assert events.PrepaidWithdrawn(entity, partner, 2 * ERA, ERA, emitter=where) in receipt.events
        assert (economy.token.balanceOf(partner), economy.router.prepaidOf(entity)) == (2 * ERA, ERA)
        with reverts("PrepaidTooLow", entity=entity, prepaid=ERA, due=ERA + 1):
            economy.router.withdrawPrepaid(ERA + 1, sender=economy.maker)
        economy.router.withdrawPrepaid(ERA, sender=economy.maker)
        assert economy.router.prepaidOf(entity) == 0

    def test_nobody_else(self, economy: Economy) -> None:
        economy.deposit(economy.entity("maker"), ERA)
        with reverts("PrepaidTooLow", entity=economy.entity("supplier"), prepaid=0):
            economy.router.withdrawPrepaid(1, sender=economy.supplier)
        with reverts("NotActive", account=economy.mallory.address):
            economy.router.withdrawPrepaid(1, sender=economy.mallory)
        with reverts("NoAmount"):
            economy.router.withdrawPrepaid(0, sender=economy.maker)

    def test_suspended_and_expired_accounts_wait(self, economy: Economy) -> None:
        economy.deposit(economy.entity("maker"), 100 * ERA)
        scenario = economy.open()
        registry = economy.suite.registry
        registry.suspend(economy.partner, sender=economy.officer)
        for call in (
            lambda: economy.router.withdrawPrepaid(1, sender=economy.partner),
            lambda: economy.router.buy(MAPPING, scenario, sender=economy.partner),
        ):
            with reverts("NotActive", account=economy.partner.address):
                call()
        registry.reinstate(economy.partner, sender=economy.officer)
        registry.setFacts(economy.partner, economy.now + 10, 1, 1, sender=economy.officer)
        economy.chain.skip(9)
        economy.router.withdrawPrepaid(1, sender=economy.partner)
        economy.chain.skip(1)
        with reverts("NotActive"):
            economy.router.withdrawPrepaid(1, sender=economy.partner)
        economy.router.withdrawPrepaid(1, sender=economy.maker)

    def test_only_the_registry_says_who_is_who(self, economy: Economy) -> None:
        word = economy.suite.registry.partyOf(economy.maker)
        assert economy.router.partyOf(economy.maker) == word != 0
        assert economy.router.registry() == economy.suite.registry.address
        with reverts("OnlyRegistry", caller=economy.mallory.address):
            economy.router.onPartyChanged(economy.mallory, word, sender=economy.mallory)


class TestHostileTokens:
    """What would happen with another token than ERA."""

    def test_a_fee_on_transfer_is_refused(self) -> None:
        economy = build(token=FeeToken)
        amount = 10_000
        economy.token.mint(economy.maker, amount, sender=economy.maker)
        economy.token.approve(economy.router, amount, sender=economy.maker)
        with reverts("InexactToken", token=economy.token.address, expected=amount, received=amount - amount // 100):
            economy.router.deposit(economy.entity("maker"), amount, sender=economy.maker)

    def test_less_by_authorisation_is_refused(self) -> None:
        economy = build(token=ShortToken)
        entity = economy.entity("maker")
        economy.give(economy.maker, 10)
        with reverts("InexactToken", token=economy.token.address, expected=10, received=9):
            economy.router.depositWithAuthorization(
                economy.maker, entity, 10, 0, 2**40, SALT, b"", sender=economy.mallory
            )
        assert economy.router.prepaidOf(entity) == 0

    def test_nothing_comes_back_in_while_tokens_move(self) -> None:
        economy = build(token=ReentrantToken)
        entity, router = economy.entity("maker"), economy.router
        economy.deposit(entity, 1_000 * ERA)
        economy.give(economy.maker, 2)
        economy.token.approve(router, 2, sender=economy.maker)
        scenario = economy.open()
        router.buy(MAPPING, scenario, sender=economy.maker)
        router.settle(scenario, sender=economy.mallory)
        entered = (
            lambda: router.deposit(entity, 1, sender=economy.maker),
            lambda: router.withdrawPrepaid(1, sender=economy.maker),
            lambda: router.withdraw(economy.nodes, sender=economy.mallory),
        )
        again = (
            router.calldata.deposit(entity, 1),
            router.calldata.withdrawPrepaid(1),
            router.calldata.withdraw(economy.treasury),
        )
        for payload in again:
            economy.token.arm(router, payload, sender=economy.mallory)
            for call in entered:
                with reverts("ReentrancyGuardReentrantCall"):
                    call()
        economy.token.arm(NOBODY, b"", sender=economy.mallory)
        for call in entered:
            call()
