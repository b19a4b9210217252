"""Seals: every way that whoever holds ADMIN could try to get at what was sealed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from eth_utils.crypto import keccak

from caldera.contracts import SuiteAccess, events
from caldera.evm import Account, ContractError
from tests.support.parameters import ADVANCES, PARAMETERS, Book
from tests.support.suite import DAY, KIND, NOBODY, ROLES, name_of, reverts, selector_of

SET = selector_of("LendingTerms", "setAdvance")
OTHER = selector_of("LendingTerms", "setLoanTerms")
ADMIN, PUBLIC = 0, 2**64 - 1


def data(book: Book, value: int = 1) -> bytes:
    """The setter's calldata."""
    return book.terms.calldata.setAdvance(False, KIND, value)


def unmoved(book: Book) -> bool:
    """Everything is as sealed, and the book can still set."""
    access, holder = book.suite.access, book.book.address
    assert access.getTargetFunctionRole(book.terms, SET) == PARAMETERS
    assert access.isSealed(book.terms, SET)
    assert access.sealedHolder(PARAMETERS) == holder
    assert access.hasRole(PARAMETERS, holder) == (True, 0)
    assert access.holderCount(PARAMETERS) == 1
    assert (access.getRoleAdmin(PARAMETERS), access.getRoleGuardian(PARAMETERS)) == (ADMIN, ADMIN)
    assert book.terms.authority() == access.address
    assert book.terms.advanceOf(False, KIND) == 8_000
    with book.chain.isolated():
        book.set(ADVANCES, (False, KIND), (8_001,))
    return True


Attempt = Callable[[Book, Account], object]
ATTEMPTS: dict[str, tuple[str, Attempt]] = {
    "call the setter": ("AccessManagedUnauthorized", lambda b, who: b.terms.setAdvance(False, KIND, 1, sender=who)),
    "execute the setter": (
        "AccessManagerUnauthorizedCall",
        lambda b, who: b.suite.access.execute(b.terms, data(b), sender=who),
    ),
    "schedule the setter": (
        "AccessManagerUnauthorizedCall",
        lambda b, who: b.suite.access.schedule(b.terms, data(b), 0, sender=who),
    ),
    "give the function to everybody": (
        "FunctionIsSealed",
        lambda b, who: b.suite.access.setTargetFunctionRole(b.terms, [SET], PUBLIC, sender=who),
    ),
    "give the function among others": (
        "FunctionIsSealed",
        lambda b, who: b.suite.access.setTargetFunctionRole(b.terms, [b"\1\2\3\4", SET], ADMIN, sender=who),
    ),
    "give the function to the role it has": (
        "FunctionIsSealed",
        lambda b, who: b.suite.access.setTargetFunctionRole(b.terms, [SET], PARAMETERS, sender=who),
    ),
    "seal it anew": ("FunctionIsSealed", lambda b, who: b.suite.access.seal(b.terms, [SET], PARAMETERS, sender=who)),
    "seal sealing itself": (
        "FunctionIsSealed",
        lambda b, who: b.suite.access.seal(
            b.suite.access, [selector_of("SuiteAccess", "seal")], PARAMETERS, sender=who
        ),
    ),
    "give sealing away": (
        "FunctionIsSealed",
        lambda b, who: b.suite.access.setTargetFunctionRole(
            b.suite.access, [selector_of("SuiteAccess", "sealRole")], PUBLIC, sender=who
        ),
    ),
    "put the target elsewhere": (
        "TargetIsSealed",
        lambda b, who: b.suite.access.updateAuthority(b.terms, b.double, sender=who),
    ),
    "put the target elsewhere through execute": (
        "AccessManagerUnauthorizedCall",
        lambda b, who: b.suite.access.execute(b.terms, b.terms.calldata.setAuthority(b.double), sender=who),
    ),
    "put the target elsewhere later": (
        "AccessManagerUnauthorizedCall",
        lambda b, who: b.suite.access.schedule(b.terms, b.terms.calldata.setAuthority(b.double), 0, sender=who),
    ),
    "put the target elsewhere through the manager's own execute": (
        "TargetIsSealed",
        lambda b, who: b.suite.access.execute(
            b.suite.access, b.suite.access.calldata.updateAuthority(b.terms, b.double), sender=who
        ),
    ),
    "put the target elsewhere by itself": (
        "AccessManagedUnauthorized",
        lambda b, who: b.terms.setAuthority(b.double, sender=who),
    ),
    "be a holder, too": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.grantRole(PARAMETERS, who, 0, sender=who),
    ),
    "be a holder through execute": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.execute(
            b.suite.access, b.suite.access.calldata.grantRole(PARAMETERS, who, 0), sender=who
        ),
    ),
    "slow the holder down": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.grantRole(PARAMETERS, b.book, 99, sender=who),
    ),
    "take the role away": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.revokeRole(PARAMETERS, b.book, sender=who),
    ),
    "renounce what one has not": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.renounceRole(PARAMETERS, who, sender=who),
    ),
    "renounce for the holder": (
        "AccessManagerBadConfirmation",
        lambda b, who: b.suite.access.renounceRole(PARAMETERS, b.book, sender=who),
    ),
    "have another admin of the role": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.setRoleAdmin(PARAMETERS, PUBLIC, sender=who),
    ),
    "have another guardian of the role": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.setRoleGuardian(PARAMETERS, PUBLIC, sender=who),
    ),
    "have grants of the role wait": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.setGrantDelay(PARAMETERS, DAY, sender=who),
    ),
    "seal the role for another": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.sealRole(PARAMETERS, who, sender=who),
    ),
    "several at once": (
        "RoleIsSealed",
        lambda b, who: b.suite.access.multicall(
            [
                b.suite.access.calldata.setGrantDelay(77, DAY),
                b.suite.access.calldata.grantRole(PARAMETERS, who, 0),
            ],
            sender=who,
        ),
    ),
}
"""What ADMIN tries, and the error that it gets."""


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_whoever_holds_admin_cannot(book: Book, attempt: str) -> None:
    error, call = ATTEMPTS[attempt]
    with reverts(error):
        call(book, book.suite.admin)
    assert unmoved(book)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nor_can_anybody_else(book: Book, attempt: str) -> None:
    for who in (book.suite.officer, book.suite.mallory):
        with pytest.raises(ContractError) as caught:
            ATTEMPTS[attempt][1](book, who)
        assert name_of(caught.value)
    assert unmoved(book)


class TestWhatChangesNothing:
    """Powers that stay: none of them moves a number."""

    def test_an_admin_delay_of_the_target(self, book: Book) -> None:
        book.suite.access.setTargetAdminDelay(book.terms, 30 * DAY, sender=book.suite.admin)
        book.chain.skip(6 * DAY)
        assert unmoved(book)

    def test_a_name_for_the_role(self, book: Book) -> None:
        book.suite.access.labelRole(PARAMETERS, "Numbers", sender=book.suite.admin)
        assert unmoved(book)

    def test_closing_the_target_and_opening_it(self, book: Book) -> None:
        access, admin = book.suite.access, book.suite.admin
        access.setTargetClosed(book.terms, True, sender=admin)
        with reverts("AccessManagedUnauthorized"):
            book.set(ADVANCES, (False, KIND), (8_001,))
        with reverts("AccessManagedUnauthorized"):
            book.terms.setAdvance(False, KIND, 1, sender=admin)
        access.setTargetClosed(book.terms, False, sender=admin)
        assert unmoved(book)

    def test_other_functions_of_the_target_and_other_roles_move_as_before(self, book: Book) -> None:
        access, admin = book.suite.access, book.suite.admin
        access.setTargetFunctionRole(book.terms, [b"\1\2\3\4"], ROLES["STANDARD"], sender=admin)
        access.grantRole(77, book.suite.mallory, 0, sender=admin)
        access.setRoleGuardian(77, ROLES["GUARDIAN"], sender=admin)
        access.setRoleAdmin(77, ROLES["STANDARD"], sender=admin)
        access.revokeRole(77, book.suite.mallory, sender=book.suite.officer)
        access.updateAuthority(book.double.deploy(book.chain, access, sender=admin), book.double, sender=admin)
        assert unmoved(book)

    def test_execute_still_moves_the_authority_of_what_is_not_sealed(self, bare: Book) -> None:
        access, admin = bare.suite.access, bare.suite.admin
        access.execute(bare.terms, bare.terms.calldata.setAuthority(bare.double), sender=admin)
        assert bare.terms.authority() == bare.double.address


class TestSealing:
    """Who seals what."""

    @pytest.fixture
    def access(self, bare: Book) -> SuiteAccess:
        return bare.suite.access

    def test_a_seal_gives_the_function_to_the_role(self, bare: Book, access: SuiteAccess) -> None:
        receipt = access.seal(bare.terms, [SET, OTHER], PARAMETERS, sender=bare.suite.admin)
        told = [event for event in receipt.events if isinstance(event, events.FunctionSealed)]
        assert told == [
            events.FunctionSealed(bare.terms.address, one, PARAMETERS, emitter=access.address) for one in (SET, OTHER)
        ]
        assert access.isSealed(bare.terms, OTHER)
        assert not access.isSealed(bare.terms, selector_of("LendingTerms", "admit"))
        assert not access.isSealed(bare.double, SET)
        with reverts("AccessManagedUnauthorized"):
            bare.terms.setAdvance(False, KIND, 1, sender=bare.suite.officer)

    def test_not_for_a_role_that_is_open(self, bare: Book, access: SuiteAccess) -> None:
        for role in (ROLES["STANDARD"], ADMIN, PUBLIC):
            with reverts("RoleIsNotSealed", roleId=role):
                access.seal(bare.terms, [SET], role, sender=bare.suite.admin)
        with reverts("NothingToSeal"):
            access.seal(bare.terms, [], PARAMETERS, sender=bare.suite.admin)
        access.seal(bare.terms, [SET], PARAMETERS, sender=bare.suite.admin)

    def test_not_set_authority(self, bare: Book, access: SuiteAccess) -> None:
        with reverts("AccessManagerLockedFunction"):
            access.seal(bare.terms, [keccak(text="setAuthority(address)")[:4]], PARAMETERS, sender=bare.suite.admin)

    def test_all_or_none(self, bare: Book, access: SuiteAccess) -> None:
        with reverts("FunctionIsSealed", target=bare.terms.address, selector=SET):
            access.seal(bare.terms, [OTHER, SET, SET], PARAMETERS, sender=bare.suite.admin)
        assert not access.isSealed(bare.terms, OTHER)
        access.updateAuthority(bare.terms, bare.double, sender=bare.suite.admin)

    def test_only_admin(self, bare: Book, access: SuiteAccess) -> None:
        suite = bare.suite
        access.grantRole(77, suite.seller, 0, sender=suite.admin)
        for who in (suite.officer, suite.mallory):
            with reverts("AccessManagerUnauthorizedAccount"):
                access.seal(bare.terms, [SET], PARAMETERS, sender=who)
            with reverts("AccessManagerUnauthorizedAccount"):
                access.sealRole(77, suite.seller, sender=who)
        receipt = access.sealRole(77, suite.seller, sender=suite.admin)
        assert list(receipt.events) == [events.RoleSealed(77, suite.seller.address, emitter=access.address)]
        access.seal(bare.terms, [SET], PARAMETERS, sender=suite.admin)

    def test_an_admin_with_a_delay_announces_it(self, bare: Book, access: SuiteAccess) -> None:
        suite = bare.suite
        access.grantRole(ADMIN, suite.seller, DAY, sender=suite.admin)
        call = access.calldata.seal(bare.terms, [SET], PARAMETERS)
        with reverts("AccessManagerNotScheduled"):
            access.seal(bare.terms, [SET], PARAMETERS, sender=suite.seller)
        access.schedule(access, call, 0, sender=suite.seller)
        with reverts("AccessManagerNotReady"):
            access.seal(bare.terms, [SET], PARAMETERS, sender=suite.seller)
        bare.chain.skip(DAY)
        access.seal(bare.terms, [SET], PARAMETERS, sender=suite.seller)

    @pytest.mark.parametrize("role", [ADMIN, PUBLIC])
    def test_not_the_roles_of_all(self, bare: Book, access: SuiteAccess, role: int) -> None:
        with reverts("RoleCannotBeSealed", roleId=role):
            access.sealRole(role, bare.suite.admin, sender=bare.suite.admin)

    def test_a_role_has_one_holder_in_force_without_delay(self, bare: Book, access: SuiteAccess) -> None:
        suite, admin = bare.suite, bare.suite.admin
        with reverts("NotTheOnlyHolder", roleId=77, account=suite.seller.address, holders=0):
            access.sealRole(77, suite.seller, sender=admin)
        access.grantRole(77, suite.seller, 0, sender=admin)
        access.grantRole(77, suite.buyer, 0, sender=admin)
        with reverts("NotTheOnlyHolder", holders=2):
            access.sealRole(77, suite.seller, sender=admin)
        access.renounceRole(77, suite.buyer, sender=suite.buyer)
        with reverts("NotTheOnlyHolder", account=suite.buyer.address, holders=1):
            access.sealRole(77, suite.buyer, sender=admin)
        access.grantRole(77, suite.seller, 5, sender=admin)
        with reverts("NotTheOnlyHolder", holders=1):
            access.sealRole(77, suite.seller, sender=admin)
        access.grantRole(77, suite.seller, 0, sender=admin)
        with reverts("NotTheOnlyHolder", holders=1):  # the shorter delay waits as long as the longer one
            access.sealRole(77, suite.seller, sender=admin)
        bare.chain.skip(5)
        access.sealRole(77, suite.seller, sender=admin)
        assert access.sealedHolder(77) == suite.seller.address
        assert access.sealedHolder(78) == NOBODY

    def test_a_grant_that_waits_counts(self, bare: Book, access: SuiteAccess) -> None:
        suite, admin = bare.suite, bare.suite.admin
        access.grantRole(77, suite.seller, 0, sender=admin)
        access.setGrantDelay(77, DAY, sender=admin)
        bare.chain.skip(5 * DAY)
        access.grantRole(77, suite.mallory, 0, sender=admin)
        assert access.hasRole(77, suite.mallory) == (False, 0)
        with reverts("NotTheOnlyHolder", holders=2):
            access.sealRole(77, suite.seller, sender=admin)
        access.revokeRole(77, suite.mallory, sender=admin)
        access.revokeRole(77, suite.mallory, sender=admin)  # once more changes nothing
        assert access.holderCount(77) == 1
        access.revokeRole(77, suite.seller, sender=admin)
        access.grantRole(77, suite.seller, 0, sender=admin)
        with reverts("NotTheOnlyHolder", holders=1):
            access.sealRole(77, suite.seller, sender=admin)
        bare.chain.skip(DAY)
        access.sealRole(77, suite.seller, sender=admin)

    def test_the_first_admin_is_counted(self, bare: Book, access: SuiteAccess) -> None:
        assert access.holderCount(ADMIN) == 1
        access.grantRole(ADMIN, bare.suite.officer, 0, sender=bare.suite.admin)
        access.renounceRole(ADMIN, bare.suite.admin, sender=bare.suite.admin)
        assert access.holderCount(ADMIN) == 1


def test_an_operation_announced_before_the_seal_cannot_be_carried_out_after_it(bare: Book) -> None:
    """Announced while the function was another's, it finds nobody who may carry it out."""
    suite, access = bare.suite, bare.suite.access
    access.grantRole(ROLES["STANDARD"], suite.mallory, DAY, sender=suite.admin)
    access.schedule(bare.terms, data(bare), 0, sender=suite.mallory)
    access.grantRole(ADMIN, suite.carol, DAY, sender=suite.admin)
    moving = access.calldata.updateAuthority(bare.terms, bare.double)
    access.schedule(access, moving, 0, sender=suite.carol)
    bare.seal(bare.terms, "setAdvance")
    bare.chain.skip(DAY)
    with reverts("AccessManagerUnauthorizedCall"):
        access.execute(bare.terms, data(bare), sender=suite.mallory)
    with reverts("AccessManagedUnauthorized"):
        bare.terms.setAdvance(False, KIND, 1, sender=suite.mallory)
    with reverts("TargetIsSealed"):
        access.execute(access, moving, sender=suite.carol)
    with reverts("TargetIsSealed"):
        access.updateAuthority(bare.terms, bare.double, sender=suite.carol)
    assert bare.terms.advanceOf(False, KIND) == 8_000
