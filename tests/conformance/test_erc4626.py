"""ERC-4626, sentence by sentence, over states of a pool: empty, lending, impaired, with a queue, and at random.

Of a pool that is open to all, and of one that takes one lender's money only.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from caldera.artifacts import artifact
from caldera.contracts import FeeToken, events, structs
from caldera.evm import Account, ContractError
from tests.conformance.marks import standards
from tests.support.lending import TERMS, Bank, open_bank
from tests.support.outside import open_closed_pool
from tests.support.suite import DAY, MINIMUM, NOBODY, reverts

SHARE = 10**6
BIG = 2**128
RANDOM = tuple(f"random {seed}" for seed in range(8))
OPEN = ("empty", "lending", "impaired", "queue", "queue and impaired", "written off", "gains", "paused", *RANDOM)
CLOSED = "closed: "
STATES = (
    *OPEN,
    *(CLOSED + state for state in ("empty", "lending", "queue and impaired", "gains", "paused", *RANDOM[:2])),
)


ONE, TO, OF = ("uint256",), ("uint256", "address"), ("uint256", "address", "address")
FUNCTIONS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "asset": ("view", (), "address"),
    "totalAssets": ("view", (), "uint256"),
    **{f"convertTo{what}": ("view", ONE, "uint256") for what in ("Shares", "Assets")},
    **{f"max{what}": ("view", ("address",), "uint256") for what in ("Deposit", "Mint", "Withdraw", "Redeem")},
    **{f"preview{what}": ("view", ONE, "uint256") for what in ("Deposit", "Mint", "Withdraw", "Redeem")},
    **dict.fromkeys(("deposit", "mint"), ("nonpayable", TO, "uint256")),
    **dict.fromkeys(("withdraw", "redeem"), ("nonpayable", OF, "uint256")),
}
EVENTS = {"Deposit": ("sender", "owner"), "Withdraw": ("sender", "receiver", "owner")}
"""With what is indexed; assets and shares follow."""


class ClosedBank(Bank):
    """All goes through the closed pool, whose only lender is the bank; lena and leo have their shares from it."""

    def wanted(self, amount: int, items: tuple[int, ...] = (), days: int = 60, **changes: Any) -> structs.Draw:
        return super().wanted(amount, items, days, **({"pool": 2} | changes))


@pytest.fixture(scope="module")
def stand() -> Bank:
    bank = open_bank()
    ready(bank)
    return bank


@pytest.fixture(scope="module")
def closed() -> Bank:
    bank = open_bank()
    pool, _ = open_closed_pool(bank, "Lenders of USD", bank.suite.bank, NOBODY, TERMS)
    made = ClosedBank(**{field.name: getattr(bank, field.name) for field in fields(bank)} | {"pool": pool})
    ready(made)
    return made


def ready(bank: Bank) -> None:
    """Everybody has money, and who borrows a limit."""
    for name in ("seller", "borrower"):
        bank.limit(name, 10**18)
    for name in ("lena", "leo", "bank", "seller", "borrower"):
        account = bank.suite.actors[name]
        bank.suite.token.mint(account, 2**100, sender=account)
        bank.suite.token.approve(bank.pool, 2**255, sender=account)


@pytest.fixture(params=STATES)
def bank(request: pytest.FixtureRequest) -> Iterator[Bank]:
    state: str = request.param
    made: Bank = request.getfixturevalue("closed" if state.startswith(CLOSED) else "stand")
    with made.chain.isolated():
        bring(made, state.removeprefix(CLOSED))
        yield made


def enter(bank: Bank, who: Account, amount: int) -> None:
    """New money for somebody's shares."""
    if not isinstance(bank, ClosedBank):
        bank.pool.deposit(amount, who, sender=who)
        return
    lender = bank.suite.bank
    shares = bank.pool.deposit(amount, lender, sender=lender).returned
    if who != lender:
        bank.pool.transfer(who, shares, sender=lender)


def bring(bank: Bank, state: str) -> None:
    """Brings the pool into the state."""
    suite, pool, desk = bank.suite, bank.pool, bank.desk
    if state == "empty":
        return
    if state.startswith("random"):
        wander(bank, Random(state))
        return
    enter(bank, suite.lena, 200 * MINIMUM + 3)
    enter(bank, suite.leo, 100 * MINIMUM)
    if state == "paused":
        pool.pause(DAY, sender=suite.officer)
        return
    first = bank.draw(suite.borrower, 200 * MINIMUM + 1, days=30)
    bank.draw(suite.seller, 99 * MINIMUM, days=90)
    bank.chain.skip(13 * DAY + 7)
    if state == "lending":
        return
    if state.startswith("queue"):
        pool.requestExit(90 * MINIMUM * SHARE + 1, sender=suite.leo)
        pool.requestExit(7 * MINIMUM * SHARE, sender=suite.lena)
    if state != "queue":
        bank.chain.skip(25 * DAY)
    if state in ("written off", "gains"):
        bank.chain.skip(40 * DAY)
        desk.declareDefault(first, sender=suite.carol)
        desk.writeOff(first, sender=suite.officer)
    if state == "gains":
        desk.repay(first, 17 * MINIMUM + 1, sender=suite.borrower)
        bank.chain.skip(11 * DAY + 13)


def wander(bank: Bank, chance: Random) -> None:
    """Thirty steps of anybody."""
    for _ in range(30):
        try:
            step(bank, chance)
        except ContractError:
            continue


def step(bank: Bank, chance: Random) -> None:
    """One of what changes a pool's state."""
    suite, pool, desk = bank.suite, bank.pool, bank.desk
    who, amount = chance.choice((suite.lena, suite.leo, suite.bank)), chance.randrange(1, 60 * MINIMUM)
    loan, days = chance.randrange(1, 6), chance.randrange(1, 60)
    steps: tuple[Callable[[], object], ...] = (
        lambda: enter(bank, who, amount),
        lambda: enter(bank, who, amount),
        lambda: pool.redeem(pool.balanceOf(who) // 3, who, who, sender=who),
        lambda: pool.requestExit(pool.balanceOf(who) // 4 + 1, sender=who),
        lambda: bank.draw(suite.seller, amount, days=days),
        lambda: bank.draw(suite.borrower, amount, days=days),
        lambda: desk.repay(loan, amount, sender=suite.seller),
        lambda: desk.declareDefault(loan, sender=suite.carol),
        lambda: desk.writeOff(loan, sender=suite.officer),
        lambda: bank.chain.skip(chance.randrange(30 * DAY)),
    )
    chance.choice(steps)()


def price(bank: Bank) -> Fraction:
    """Assets for a share at entry, without rounding."""
    return Fraction(bank.pool.totalAssets() + 1, bank.pool.totalSupply() + SHARE)


def exit_price(bank: Bank) -> Fraction:
    """Assets for a share at exit, without rounding."""
    sound = bank.pool.totalAssets() - bank.pool.unrealizedLosses()
    return Fraction(sound + 1, bank.pool.totalSupply() + SHARE)


def entering(bank: Bank) -> Account:
    """Somebody who may enter as far as the state admits it."""
    return bank.suite.bank


AMOUNTS = (1, 2, 999, MINIMUM, 7 * MINIMUM + 1)


@pytest.mark.clause("ERC-4626", "interface")
@pytest.mark.parametrize("name", standards()["ERC-4626"].contracts)
def test_methods_and_events_are_those_of_the_text(name: str) -> None:
    abi = artifact(name).abi
    for method, (mutability, inputs, output) in FUNCTIONS.items():
        (entry,) = (one for one in abi if one.get("name") == method)
        assert (entry["type"], entry["stateMutability"]) == ("function", mutability)
        assert tuple(part["type"] for part in entry["inputs"]) == inputs
        assert [part["type"] for part in entry["outputs"]] == [output]
    for said, indexed in EVENTS.items():
        (entry,) = (one for one in abi if one.get("name") == said)
        assert entry["type"] == "event"
        assert [(part["type"], part["indexed"]) for part in entry["inputs"]] == [
            *(("address", True) for _ in indexed),
            *[("uint256", False)] * 2,
        ]
        assert [part["name"] for part in entry["inputs"]] == [*indexed, "assets", "shares"]


class TestViews:
    """Never revert, the same for everybody, rounded as they should be."""

    @pytest.mark.clause("ERC-4626", "asset")
    def test_asset_is_the_token(self, bank: Bank) -> None:
        assert bank.pool.asset() == bank.suite.token.address

    @pytest.mark.clause("ERC-4626", "total")
    def test_total_assets_never_reverts_at_any_time(self, bank: Bank) -> None:
        for days in (0, 1, 40, 400, 4_000):
            bank.chain.skip(days * DAY)
            assert bank.pool.totalAssets() >= bank.pool.unrealizedLosses() >= 0

    @pytest.mark.clause("ERC-4626", "total")
    @pytest.mark.parametrize("bank", ["lending", CLOSED + "lending"], indirect=True)
    def test_what_is_earned_is_in_total_assets(self, bank: Bank) -> None:
        """By the second, though nobody repaid anything yet."""
        before, cash, principal = bank.pool.totalAssets(), *bank.pool.books()[::2]
        assert before > cash + principal
        for days in range(1, 4):
            bank.chain.skip(DAY)
            interest = Fraction(principal * TERMS.rateBps * days, 10_000 * 365)
            assert abs(bank.pool.totalAssets() - before - interest) < 1

    @pytest.mark.clause("ERC-4626", "convert")
    def test_convert_rounds_down_towards_zero(self, bank: Bank) -> None:
        for amount in (0, *AMOUNTS, BIG):
            assert bank.pool.convertToShares(amount) == int(amount / price(bank))
            assert bank.pool.convertToAssets(amount) == int(amount * price(bank))

    @pytest.mark.clause("ERC-4626", "convert-back")
    def test_convert_there_and_back_never_gains(self, bank: Bank) -> None:
        pool = bank.pool
        for amount in (0, *AMOUNTS, BIG):
            assert pool.convertToAssets(pool.convertToShares(amount)) <= amount
            assert pool.convertToShares(pool.convertToAssets(amount)) <= amount

    @pytest.mark.clause("ERC-4626", "convert-caller")
    def test_nothing_depends_on_the_caller(self, bank: Bank) -> None:
        pool, chain = bank.pool, bank.chain
        for data in (
            pool.calldata.convertToShares(MINIMUM),
            pool.calldata.convertToAssets(MINIMUM),
            pool.calldata.totalAssets(),
            pool.calldata.previewDeposit(MINIMUM),
            pool.calldata.previewRedeem(MINIMUM),
        ):
            assert len({chain.call(pool, data, sender=who) for who in (bank.suite.lena, bank.suite.mallory)}) == 1

    @pytest.mark.clause("ERC-4626", "previews")
    def test_previews_know_no_limits(self, bank: Bank) -> None:
        """However much, and whatever is closed: they round against the caller and do not revert."""
        pool = bank.pool
        for amount in (0, *AMOUNTS, BIG):
            assert pool.previewDeposit(amount) == int(amount / price(bank))
            assert pool.previewMint(amount) == -int(-amount * price(bank) // 1)
            assert pool.previewWithdraw(amount) == -int(-amount / exit_price(bank) // 1)
            assert pool.previewRedeem(amount) == int(amount * exit_price(bank))

    @pytest.mark.clause("ERC-4626", "max-revert")
    def test_max_functions_never_revert(self, bank: Bank) -> None:
        pool = bank.pool
        for who in (NOBODY, bank.suite.mallory, bank.suite.lena, pool, bank.suite.carol):
            for maximum in (pool.maxDeposit, pool.maxMint, pool.maxWithdraw, pool.maxRedeem):
                assert maximum(who) >= 0

    @pytest.mark.clause("ERC-4626", "max-money")
    def test_what_somebody_may_pay_in_does_not_depend_on_what_it_has(self, bank: Bank) -> None:
        """Nor on what it approved: the text assumes infinite assets."""
        pool, token, who = bank.pool, bank.suite.token, entering(bank)
        most = (pool.maxDeposit(who), pool.maxMint(who))
        token.approve(pool, 0, sender=who)
        token.transfer(bank.suite.carol, token.balanceOf(who), sender=who)
        assert (pool.maxDeposit(who), pool.maxMint(who)) == most

    @pytest.mark.clause("ERC-4626", "max-none-out")
    def test_who_may_not_leave_has_no_maximum(self, bank: Bank) -> None:
        suite, pool, who = bank.suite, bank.pool, bank.suite.lena
        if pool.exitsWaiting():
            assert pool.maxWithdraw(who) == pool.maxRedeem(who) == 0
        others = (pool.maxWithdraw(suite.leo), pool.maxRedeem(suite.leo))
        suite.registry.suspend(who, sender=suite.officer)
        assert pool.maxWithdraw(who) == pool.maxRedeem(who) == 0
        assert (pool.maxWithdraw(suite.leo), pool.maxRedeem(suite.leo)) == others
        for leave in (pool.withdraw, pool.redeem):
            with pytest.raises(ContractError):
                leave(1, who, who, sender=who)

    @pytest.mark.clause("ERC-4626", "max-none")
    def test_who_may_not_enter_has_no_maximum(self, bank: Bank) -> None:
        for who in (NOBODY, bank.suite.mallory, bank.pool):
            assert (bank.pool.maxDeposit(who), bank.pool.maxMint(who)) == (0, 0)
        suite = bank.suite
        closed = isinstance(bank, ClosedBank)
        assert (bank.pool.maxDeposit(suite.lena) == 0) == (closed or bank.pool.maxDeposit(suite.bank) == 0)
        if bank.pool.pausedUntil() > bank.chain.now:
            assert bank.pool.maxDeposit(suite.bank) == bank.pool.maxMint(suite.bank) == 0


class TestEntry:
    """Exactly what the previews said, never more than the maximum, always said."""

    @pytest.mark.clause("ERC-4626", "deposit")
    def test_deposit_gives_what_its_preview_said(self, bank: Bank) -> None:
        pool, who = bank.pool, entering(bank)
        for amount in AMOUNTS:
            if amount > pool.maxDeposit(who):
                with reverts("Paused" if pool.pausedUntil() > bank.chain.now else "ERC4626ExceededMaxDeposit"):
                    pool.deposit(amount, who, sender=who)
                continue
            wanted, before = pool.previewDeposit(amount), pool.balanceOf(who)
            money = bank.suite.token.balanceOf(who)
            receipt = pool.deposit(amount, who, sender=who)
            assert receipt.returned == wanted == pool.balanceOf(who) - before
            assert money - bank.suite.token.balanceOf(who) == amount
            assert receipt.one(events.Deposit) == events.Deposit(
                who.address, who.address, amount, wanted, emitter=pool.address
            )

    @pytest.mark.clause("ERC-4626", "mint")
    def test_mint_takes_what_its_preview_said(self, bank: Bank) -> None:
        pool, who, payer = bank.pool, entering(bank), bank.suite.leo
        for shares in AMOUNTS:
            if shares > pool.maxMint(who):
                continue
            wanted, before = pool.previewMint(shares), pool.balanceOf(who)
            money = bank.suite.token.balanceOf(payer)
            receipt = pool.mint(shares, who, sender=payer)
            assert receipt.returned == wanted == money - bank.suite.token.balanceOf(payer)
            assert pool.balanceOf(who) - before == shares
            assert receipt.one(events.Deposit) == events.Deposit(
                payer.address, who.address, wanted, shares, emitter=pool.address
            )

    @pytest.mark.clause("ERC-4626", "max-deposit")
    def test_the_most_can_be_deposited_and_no_unit_more(self, bank: Bank) -> None:
        pool, who = bank.pool, entering(bank)
        most = pool.maxDeposit(who)
        with pytest.raises(ContractError):
            pool.deposit(most + 1, who, sender=who)
        if most:
            reserved = pool.books()[1]
            pool.deposit(most, who, sender=who)
            # Who waited in the queue was paid, and made room.
            assert pool.maxDeposit(who) == pool.books()[1] - reserved

    @pytest.mark.clause("ERC-4626", "max-mint")
    def test_the_most_can_be_minted_and_no_share_more(self, bank: Bank) -> None:
        pool, who = bank.pool, entering(bank)
        most = pool.maxMint(who)
        with pytest.raises(ContractError):
            pool.mint(most + 1, who, sender=who)
        if most:
            pool.mint(most, who, sender=who)

    @pytest.mark.clause("ERC-4626", "round-trip")
    def test_in_and_out_never_gains(self, bank: Bank) -> None:
        pool, who = bank.pool, entering(bank)
        for amount in AMOUNTS:
            if amount > pool.maxDeposit(who):
                continue
            with bank.chain.isolated():
                shares = pool.deposit(amount, who, sender=who).returned
                assert pool.previewRedeem(shares) <= amount
                assert pool.previewWithdraw(amount) >= shares
                if pool.maxRedeem(who) >= shares:
                    assert pool.redeem(shares, who, who, sender=who).returned <= amount
            with bank.chain.isolated():
                assets = pool.mint(amount, who, sender=who).returned
                assert pool.previewWithdraw(assets) >= amount

    @pytest.mark.clause("ERC-4626", "approval")
    def test_nobody_pays_without_having_approved(self, bank: Bank) -> None:
        """Whoever has the shares: who calls pays, by both ways, and no unit beyond what it approved."""
        pool, token, who, payer = bank.pool, bank.suite.token, entering(bank), bank.suite.alice
        if not pool.maxDeposit(who):
            return
        token.mint(payer, 9 * MINIMUM, sender=payer)
        shares = pool.previewDeposit(MINIMUM)
        ways = ((pool.deposit, MINIMUM, MINIMUM), (pool.mint, shares, pool.previewMint(shares)))
        for enter_by, amount, price in ways:
            token.approve(pool, price - 1, sender=payer)
            with reverts("ERC20InsufficientAllowance", allowance=price - 1, needed=price):
                enter_by(amount, who, sender=payer)
            with bank.chain.isolated():
                token.approve(pool, price, sender=payer)
                enter_by(amount, who, sender=payer)
                assert token.allowance(payer, pool) == 0
                assert token.balanceOf(payer) == 9 * MINIMUM - price


@pytest.mark.clause("ERC-4626", "deposit", "mint")
@pytest.mark.parametrize("closed", [False, True])
def test_what_does_not_arrive_whole_is_no_deposit(closed: bool) -> None:
    """Of a currency that keeps a part of what is moved."""
    bank = open_bank(token=FeeToken)
    suite, token = bank.suite, bank.suite.token
    pool: Any = bank.pool
    if closed:
        pool, _ = open_closed_pool(bank, "Lenders of one", suite.lena, NOBODY, TERMS)
    bank.fund_for(pool, suite.lena, MINIMUM)
    for enter_by, amount in ((pool.deposit, MINIMUM), (pool.mint, MINIMUM * SHARE)):
        with reverts("InexactToken", token=token.address, expected=MINIMUM, received=MINIMUM - MINIMUM // 100):
            enter_by(amount, suite.lena, sender=suite.lena)
    assert (pool.totalSupply(), token.balanceOf(suite.lena)) == (0, MINIMUM)


class TestExit:
    """The same on the way out."""

    @pytest.mark.clause("ERC-4626", "withdraw")
    def test_withdraw_burns_what_its_preview_said(self, bank: Bank) -> None:
        pool, who, to = bank.pool, bank.suite.lena, bank.suite.alice
        most = pool.maxWithdraw(who)
        for amount in (1, most // 3, pool.maxWithdraw(who) // 2):
            if not amount or amount > pool.maxWithdraw(who):
                continue
            wanted, before, money = pool.previewWithdraw(amount), pool.balanceOf(who), bank.suite.token.balanceOf(to)
            receipt = pool.withdraw(amount, to, who, sender=who)
            assert receipt.returned == wanted == before - pool.balanceOf(who)
            assert bank.suite.token.balanceOf(to) - money == amount
            assert receipt.one(events.Withdraw) == events.Withdraw(
                who.address, to.address, who.address, amount, wanted, emitter=pool.address
            )

    @pytest.mark.clause("ERC-4626", "redeem")
    def test_redeem_pays_what_its_preview_said(self, bank: Bank) -> None:
        pool, who, to = bank.pool, bank.suite.lena, bank.suite.alice
        for part in (3, 2, 1):
            shares = pool.maxRedeem(who) // part
            if not shares:
                continue
            wanted, before, money = pool.previewRedeem(shares), pool.balanceOf(who), bank.suite.token.balanceOf(to)
            receipt = pool.redeem(shares, to, who, sender=who)
            assert receipt.returned == wanted == bank.suite.token.balanceOf(to) - money
            assert before - pool.balanceOf(who) == shares
            assert receipt.one(events.Withdraw) == events.Withdraw(
                who.address, to.address, who.address, wanted, shares, emitter=pool.address
            )

    @pytest.mark.clause("ERC-4626", "max-withdraw")
    def test_the_most_can_be_withdrawn_and_no_unit_more(self, bank: Bank) -> None:
        pool, who = bank.pool, bank.suite.lena
        most = pool.maxWithdraw(who)
        with pytest.raises(ContractError):
            pool.withdraw(most + 1, who, who, sender=who)
        if most:
            pool.withdraw(most, who, who, sender=who)

    @pytest.mark.clause("ERC-4626", "max-redeem")
    def test_the_most_can_be_redeemed_and_no_share_more(self, bank: Bank) -> None:
        pool, who = bank.pool, bank.suite.lena
        most = pool.maxRedeem(who)
        with pytest.raises(ContractError):
            pool.redeem(most + 1, who, who, sender=who)
        if most:
            pool.redeem(most, who, who, sender=who)

    @pytest.mark.clause("ERC-4626", "round-trip")
    def test_out_and_in_never_gains(self, bank: Bank) -> None:
        pool, who = bank.pool, bank.suite.lena
        shares = pool.maxRedeem(who) // 2
        if not shares:
            return
        assets = pool.redeem(shares, who, who, sender=who).returned
        assert pool.previewDeposit(assets) <= shares
        assert pool.previewMint(shares) >= assets

    @pytest.mark.clause("ERC-4626", "allowance")
    def test_another_needs_an_allowance_of_shares_and_uses_it_up(self, bank: Bank) -> None:
        pool, owner, caller = bank.pool, bank.suite.lena, bank.suite.carol
        assets = pool.maxWithdraw(owner) // 2
        if not assets:
            return
        needed = pool.previewWithdraw(assets)
        pool.approve(caller, needed - 1, sender=owner)
        with reverts("ERC20InsufficientAllowance", needed=needed):
            pool.withdraw(assets, caller, owner, sender=caller)
        with reverts("ERC20InsufficientAllowance", needed=needed):
            pool.redeem(needed, caller, owner, sender=caller)
        pool.approve(caller, needed, sender=owner)
        with bank.chain.isolated():
            receipt = pool.redeem(needed, caller, owner, sender=caller)
            assert pool.allowance(owner, caller) == 0
            assert receipt.one(events.Withdraw) == events.Withdraw(
                caller.address, caller.address, owner.address, receipt.returned, needed, emitter=pool.address
            )
        receipt = pool.withdraw(assets, caller, owner, sender=caller)
        assert pool.allowance(owner, caller) == 0
        assert receipt.one(events.Withdraw) == events.Withdraw(
            caller.address, caller.address, owner.address, assets, needed, emitter=pool.address
        )


class TestMetadata:
    """Name and symbol, and decimals of the asset with six more."""

    @pytest.mark.clause("ERC-4626", "erc20")
    def test_metadata(self, stand: Bank) -> None:
        assert (stand.pool.name(), stand.pool.symbol(), stand.pool.decimals()) == ("Lenders of USD", "cUSD", 12)


class TestInflation:
    """The first depositor and whoever makes shares dear: the victim loses a millionth of what it cost at most."""

    @pytest.mark.clause("ERC-4626", "inflation")
    @pytest.mark.parametrize("gift", [1, MINIMUM, 10**15])
    def test_a_gift_after_a_first_unit_moves_no_price(self, stand: Bank, gift: int) -> None:
        with stand.chain.isolated():
            suite, pool = stand.suite, stand.pool
            pool.deposit(1, suite.leo, sender=suite.leo)
            suite.token.transfer(pool, gift, sender=suite.leo)
            shares = pool.deposit(MINIMUM, suite.lena, sender=suite.lena).returned
            assert shares == MINIMUM * SHARE
            assert pool.redeem(shares, suite.lena, suite.lena, sender=suite.lena).returned == MINIMUM
            assert pool.redeem(pool.balanceOf(suite.leo), suite.leo, suite.leo, sender=suite.leo).returned == 1

    @pytest.mark.clause("ERC-4626", "inflation")
    def test_interest_into_shares_of_one_unit(self, stand: Bank) -> None:
        """All lenders leave but for a unit, which has the interest: a gift in disguise."""
        with stand.chain.isolated():
            suite, pool = stand.suite, stand.pool
            paid_in = 100 * MINIMUM
            pool.deposit(paid_in, suite.leo, sender=suite.leo)
            loan = stand.draw(suite.borrower, 80 * MINIMUM, days=180)
            stand.chain.skip(180 * DAY)
            owed = stand.owed(loan)
            interest = owed - 80 * MINIMUM
            stand.desk.repay(loan, owed, sender=suite.borrower)
            out = pool.withdraw(pool.maxWithdraw(suite.leo) - 1, suite.leo, suite.leo, sender=suite.leo)
            assert out.returned > 0
            before = pool.previewRedeem(pool.balanceOf(suite.leo))
            victim = 10 * MINIMUM + 7
            shares = pool.deposit(victim, suite.lena, sender=suite.lena).returned
            back = pool.redeem(shares, suite.lena, suite.lena, sender=suite.lena).returned
            assert victim - 1 <= back <= victim
            assert pool.previewRedeem(pool.balanceOf(suite.leo)) - before <= 1
            assert interest > 0

    @pytest.mark.clause("ERC-4626", "inflation")
    def test_a_recovery_into_shares_of_one_unit(self, stand: Bank) -> None:
        """Who holds the only shares repays a loan that was given up: earned in 30 days, it rounds by parts of it
        in a million."""
        with stand.chain.isolated():
            suite, pool = stand.suite, stand.pool
            pool.deposit(100 * MINIMUM, suite.leo, sender=suite.leo)
            loan = stand.draw(suite.borrower, 50 * MINIMUM, days=1)
            stand.chain.skip(60 * DAY)
            stand.desk.declareDefault(loan, sender=suite.carol)
            stand.desk.writeOff(loan, sender=suite.officer)
            pool.redeem(pool.balanceOf(suite.leo) - 2 * SHARE, suite.leo, suite.leo, sender=suite.leo)
            assert pool.totalAssets() <= 3
            put_in = 40 * MINIMUM
            stand.desk.repay(loan, put_in, sender=suite.borrower)
            stand.chain.skip(30 * DAY)
            held = pool.previewRedeem(pool.balanceOf(suite.leo))
            victim = 90 * MINIMUM + 1
            shares = pool.deposit(victim, suite.lena, sender=suite.lena).returned
            lost = victim - pool.redeem(shares, suite.lena, suite.lena, sender=suite.lena).returned
            assert 0 <= lost <= 1 + put_in // SHARE
            # A third of what was put in fell to the virtual shares: far more than the attack can take.
            assert put_in - held > put_in // 4
