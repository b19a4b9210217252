"""What must hold of a deployment at any time, asked of the chain: docs/architecture.md's "Always true", as far as views
tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from eth_utils.crypto import keccak

from caldera.deployment.errors import DeploymentError
from caldera.deployment.names import ADMIN_ROLE
from caldera.deployment.suite import Suite
from caldera.evm.address import to_address

from .book import Book
from .errors import NotGoverned
from .proposals import Governance
from .roles import members
from .values import Unit, show

SUPPLY = 10**27
"""ERA, in wei, for ever."""
MOST = 1_000
"""Grants, nodes or entities that are added up; beyond, the check says that it did not see all."""
_TIMELOCK_GRANTED = keccak(text="RoleGranted(bytes32,address,address)")
_DEPOSITED = keccak(text="FeesDeposited(uint48,address,uint256,uint256)")
_SCENARIO = keccak(text="FeeScenarioSet(uint32,(uint8,uint32,uint16,uint32,address,address,address))")
_PROPOSER = keccak(text="PROPOSER_ROLE")


@dataclass(frozen=True)
class Check:
    """One sentence that must hold. `figures`: what it compares, in words."""

    sentence: str
    holds: bool
    figures: str


def check_all(governance: Governance) -> list[Check]:
    """Every invariant that this deployment has the contracts for. One that cannot be read does not hold."""
    suite = governance.suite
    governed = [
        ("the parameter book", partial(_bounds, governance)),
        (suite.access, partial(_admin, governance)),
        (governance.timelock, partial(_timelock, governance)),
    ]
    return [*check_suite(suite, governance.from_block), *_checked(governed)]


def check_suite(suite: Suite, from_block: int = 0) -> list[Check]:
    """The invariants about money, which need no governor."""
    return _checked(_of_contracts(suite, from_block))


def _checked(checks: Iterable[tuple[str, Callable[[], Iterator[Check]]]]) -> list[Check]:
    found: list[Check] = []
    for subject, check in checks:
        try:
            found.extend(check())
        except (DeploymentError, ArithmeticError, ValueError) as error:
            found.append(Check(f"{subject} answers", False, f"it does not: {error}"))
    return found


def _of_contracts(suite: Suite, from_block: int) -> Iterator[tuple[str, Callable[[], Iterator[Check]]]]:
    for entry in suite.profile.contracts:
        name = entry.name
        if name not in suite.addresses:
            continue
        if entry.contract_type == "EraToken":
            yield name, partial(_supply, suite, name)
        if all(suite.has(name, one) for one in ("books", "totalAssets", "unearned")):
            yield name, partial(_pool, suite, name)
        if all(suite.has(name, one) for one in ("budgetLeft", "budgetOwed", "era")):
            yield name, partial(_budget, suite, name)
        if entry.contract_type == "NodeStaking":
            yield name, partial(_staking, suite, name)
        if entry.contract_type == "VestingVault":
            yield name, partial(_vault, suite, name)
        if entry.contract_type == "FeeRouter":
            yield name, partial(_fees, suite, name, from_block)
        if suite.has(name, "reserved") and suite.has(name, "collected"):
            yield name, partial(_fund, suite, name)


def holdings(suite: Suite) -> dict[str, dict[str, int]]:
    """ERA and currencies that the contracts of the suite hold, by contract and token, in the token's units."""
    tokens = {entry.code: suite.address(entry.token) for entry in suite.profile.currencies}
    era = _era(suite)
    if era:
        tokens["ERA"] = suite.addresses[era]
    return {
        name: {code: balance for code, token in tokens.items() if (balance := balance_of(suite, token, at))}
        for name, at in suite.addresses.items()
    }


def balance_of(suite: Suite, token: str, account: str) -> int:
    """Units of a token that an account holds."""
    data = keccak(text="balanceOf(address)")[:4] + bytes(12) + bytes.fromhex(account[2:])
    return int.from_bytes(suite.call(token, data)[:32], "big")


def _era(suite: Suite) -> str | None:
    entries = suite.profile.contracts
    return next((one.name for one in entries if one.contract_type == "EraToken" and one.name in suite.addresses), None)


def _supply(suite: Suite, name: str) -> Iterator[Check]:
    supply = int(suite.read(name, "totalSupply")[0])
    held = {one: balance_of(suite, suite.addresses[name], at) for one, at in suite.addresses.items()}
    inside = sum(held.values())
    figures = (
        f"{_amount(supply)}, of it {_amount(inside)} in contracts of the suite and {_amount(supply - inside)} elsewhere"
    )
    yield Check("There are 1,000,000,000 ERA", supply == SUPPLY and inside <= supply, figures)


def _pool(suite: Suite, name: str) -> Iterator[Check]:
    cash, reserved, principal = suite.read(name, "books")
    assets, unearned = (int(suite.read(name, one)[0]) for one in ("totalAssets", "unearned"))
    token = str(suite.read(name, "asset")[0])
    there = balance_of(suite, token, suite.addresses[name])
    least = max(cash + principal - unearned, 0)
    yield Check(
        f"{name}: assets are cash and what is outstanding, with its interest, less what is not earned yet",
        assets >= least,
        f"assets {assets:,}; cash {cash:,}, principal {principal:,}, unearned {unearned:,}",
    )
    yield Check(
        f"{name} holds its cash and what it reserved",
        there >= cash + reserved,
        f"holds {there:,}; cash {cash:,}, reserved {reserved:,}",
    )


def _budget(suite: Suite, name: str) -> Iterator[Check]:
    left, owed = (int(suite.read(name, one)[0]) for one in ("budgetLeft", "budgetOwed"))
    there = balance_of(suite, str(suite.read(name, "era")[0]), suite.addresses[name])
    yield Check(f"{name} holds its budget and what it owes", there >= left + owed, _has(there, left + owed))


def _staking(suite: Suite, name: str) -> Iterator[Check]:
    count = int(suite.read(name, "nodeCount")[0])
    owed = 0
    for node in range(1, min(count, MOST) + 1):
        active, leaving, _ = suite.read(name, "stakeOf", node)
        owed += active + leaving
    there = balance_of(suite, str(suite.read(name, "era")[0]), suite.addresses[name])
    yield Check(f"{name} holds all stake, active and leaving", there >= owed, _has(there, owed) + _seen(count, "nodes"))


def _vault(suite: Suite, name: str) -> Iterator[Check]:
    count, allocations = int(suite.read(name, "grantCount")[0]), int(suite.read(name, "allocationCount")[0])
    owed = sum(int(suite.read(name, "allocationOf", number)[0][2]) for number in range(1, allocations + 1))
    for grant in range(1, min(count, MOST) + 1):
        terms, _, released, taken, staked, _ = suite.read(name, "grantOf", grant)[0]
        owed += terms[1] - released - taken - staked
    there = balance_of(suite, str(suite.read(name, "era")[0]), suite.addresses[name])
    yield Check(
        f"{name} holds its allocations and all that its grants have not got",
        there >= owed,
        _has(there, owed) + _seen(count, "grants"),
    )


def _fees(suite: Suite, name: str, from_block: int) -> Iterator[Check]:
    port, at = suite.port, suite.addresses[name]
    deposits, scenarios = (port.logs(at, [topic], from_block) for topic in (_DEPOSITED, _SCENARIO))
    parties = sorted({int.from_bytes(log.topics[1], "big") for log in deposits})
    owed = sum(int(suite.read(name, "prepaidOf", entity)[0]) for entity in parties[:MOST])
    for scenario in sorted({int.from_bytes(log.topics[1], "big") for log in scenarios}):
        owed += int(suite.read(name, "unsettledOf", scenario)[0])
    for account in (*suite.addresses.values(), *suite.profile.actors.values()):
        owed += int(suite.read(name, "accruedTo", account)[0])
    there = balance_of(suite, str(suite.read(name, "era")[0]), at)
    figures = _has(there, owed) + _seen(len(parties), "parties")
    yield Check(f"{name} holds what was prepaid and what it shared out", there >= owed, figures)


def _fund(suite: Suite, name: str) -> Iterator[Check]:
    for code, token in _tokens(suite).items():
        there, reserved = balance_of(suite, token, suite.addresses[name]), int(suite.read(name, "reserved", token)[0])
        if there or reserved:
            yield Check(
                f"{name} holds the {code} that it promised",
                there >= reserved,
                f"{there:,} there, {reserved:,} promised",
            )


def _bounds(governance: Governance) -> Iterator[Check]:
    try:
        book = Book.of(governance.suite, governance.from_block)
    except NotGoverned:
        return
    outside = []
    count = 0
    for spot, state in book.everything():
        count += 1
        unset = not state.present and not any(one.present for one in book.states(spot.family, spot.key))
        if not state.word.within(state.present) and not unset:
            outside.append(f"{spot.name} is {state.word.show(state.present)}, not {book.bounds(state.word)}")
    yield Check("Every parameter is within its bounds", not outside, "; ".join(outside) or f"{count} of {count}")


def _admin(governance: Governance) -> Iterator[Check]:
    suite = governance.suite
    holders = members(suite, governance.from_block, ADMIN_ROLE)
    timelock = to_address(governance.executor)
    named = ", ".join(governance.coder.who(one) for one in holders) or "nobody"
    yield Check("The timelock alone holds ADMIN", holders == [timelock], f"held by {named}")


def _timelock(governance: Governance) -> Iterator[Check]:
    suite, name = governance.suite, governance.timelock
    delay = int(suite.read(name, "getMinDelay")[0])
    floor = int(suite.read(name, "delayFloor")[0]) if suite.has(name, "delayFloor") else 0
    figures = f"{show(delay, Unit.SECONDS)}; never below {show(floor, Unit.SECONDS)}"
    yield Check("The timelock's delay is at least its floor", delay >= floor > 0, figures)
    logs = suite.port.logs(governance.executor, [_TIMELOCK_GRANTED, _PROPOSER], governance.from_block)
    seen = sorted({to_address("0x" + log.topics[2][12:].hex()) for log in logs})
    proposers = [one for one in seen if suite.read(name, "hasRole", _PROPOSER, one)[0]]
    named = ", ".join(governance.coder.who(one) for one in proposers) or "nobody"
    yield Check("The governor alone proposes to the timelock", proposers == [to_address(governance.address)], named)


def _tokens(suite: Suite) -> dict[str, str]:
    tokens: dict[str, Any] = {entry.code: suite.address(entry.token) for entry in suite.profile.currencies}
    era = _era(suite)
    return tokens | ({"ERA": suite.addresses[era]} if era else {})


def _amount(wei: int) -> str:
    return show(wei, Unit.ERA)


def _has(there: int, owed: int) -> str:
    return f"{_amount(there)} there, {_amount(owed)} owed"


def _seen(count: int, what: str) -> str:
    return f"; {MOST:,} of {count:,} {what} were added up" if count > MOST else ""
