"""The first grants: made before the deployer hands over, so that somebody can vote when nobody else governs.

Grants of a profile are numbered from 1 in its order. Later ones are governance's (`caldera vesting`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from .economy import MONTH
from .genesis import allocation_numbers
from .parameters import call
from .profile import GrantEntry
from .steps import Step
from .suite import Suite
from .units import WAD_DECIMALS, scaled

BATCH = 50
"""Grants of one transaction: about 4 million gas."""


@dataclass(frozen=True)
class FirstGrant:
    """Grant `number` of the contract `vault`; `terms`: the fields of `IVestingVault.GrantTerms`, in order."""

    number: int
    vault: str
    allocation: int
    terms: tuple[str, int, int, int, int, bool]


def first_grants(suite: Suite) -> list[FirstGrant]:
    """What the vault is to have, in order."""
    numbers = allocation_numbers(suite.profile)
    made: list[FirstGrant] = []
    for entry in suite.profile.grants:
        vault, number = numbers[entry.of]
        made.append(FirstGrant(len(made) + 1, vault, number, _terms(suite, entry)))
    return made


def grant_steps(suite: Suite) -> Iterator[Step]:
    """One call for up to `BATCH` grants of one allocation that stand together in the profile."""
    for (vault, allocation), group in groupby(first_grants(suite), lambda one: (one.vault, one.allocation)):
        grants = list(group)
        for start in range(0, len(grants), BATCH):
            batch = grants[start : start + BATCH]
            shown = f"{len(batch)} of allocation {allocation}"
            values = (allocation, [grant.terms for grant in batch])
            yield call(suite, vault, "createGrants", values, _stand(suite, batch), shown)


def _terms(suite: Suite, entry: GrantEntry) -> tuple[str, int, int, int, int, bool]:
    assert suite.profile.economy
    assert suite.profile.begins is not None
    unlocking = suite.profile.economy.unlocking[entry.of]
    start = suite.profile.begins + unlocking.after_months * MONTH
    months = entry.over_months or unlocking.over_months
    amount = scaled(entry.era, WAD_DECIMALS)
    return suite.address(entry.to), amount, start, 0, months * MONTH, entry.revocable


def _stand(suite: Suite, grants: list[FirstGrant]) -> Callable[[], bool]:
    """A grant can move to another wallet later: what stays is compared."""

    def check() -> bool:
        if suite.read(grants[0].vault, "grantCount")[0] < grants[-1].number:
            return False
        for grant in grants:
            (terms, allocation, *_), *_ = suite.read(grant.vault, "grantOf", grant.number)
            if (allocation, *terms[1:]) != (grant.allocation, *grant.terms[1:]):
                return False
        return True

    return check
