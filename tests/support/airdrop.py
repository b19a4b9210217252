"""Rounds of an airdrop on a chain, with a vault and a lock behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from caldera.agreements import sign
from caldera.airdrop import Airdrop, Claim, leaf
from caldera.contracts import AirdropClaim, AirdropRounds, EraToken, GrantKeeper, LockKeeper, structs
from caldera.evm import Account, AddressLike, Chain, domain_of
from caldera.evm.contract import Handle
from caldera.merkle import Tree
from tests.support.suite import DAY, NOBODY, YEAR, Suite
from tests.support.suite import build as build_suite

ERA = 10**18
ALLOCATION = 290_000_000 * ERA
ACCOUNT, GRANT, LOCK = range(3)
LISTED = ("ann", "ben", "cleo", "dora", "emil")
SCHEDULE = {"grantStart": 1_800_000_000, "grantCliff": 30 * DAY, "grantDuration": YEAR}
DELEGATION = [
    {"name": "delegatee", "type": "address"},
    {"name": "nonce", "type": "uint256"},
    {"name": "expiry", "type": "uint256"},
]


@dataclass(frozen=True)
class Opened:
    """A round and the list behind its root. The list may be one that no tool would make."""

    contract: AirdropClaim
    claims: tuple[Claim, ...]
    tree: Tree

    def of(self, account: AddressLike) -> Claim:
        """The first claim of an account."""
        where = account if isinstance(account, str) else account.address
        return next(one for one in self.claims if one.account == where)

    def proof(self, claim: Claim) -> list[bytes]:
        return self.tree.proof(leaf(*claim))

    def arguments(self, account: AddressLike) -> tuple[int, str, int, list[bytes]]:
        """What `claim` takes."""
        claim = self.of(account)
        return *claim, self.proof(claim)

    def order(self, account: AddressLike, to: AddressLike, term: int = 0, **changes: Any) -> structs.AirdropOrder:
        """One that is good for an hour."""
        claim = self.of(account)
        deadline = self.contract.chain.now + 3600
        where = to if isinstance(to, str) else to.address
        return structs.AirdropOrder(*claim, where, term, deadline)._replace(**changes)

    def sign(self, order: structs.AirdropOrder, signer: Account) -> bytes:
        return sign(self.contract, "AirdropOrder", order, signer)


@dataclass
class Drop:
    """ERA, of which admin has all but the allocation; rounds, which has that; a vault and a lock; ann, ben, cleo, dora
    and emil, who are listed; mallory, who is not."""

    suite: Suite
    era: EraToken
    rounds: AirdropRounds
    vault: GrantKeeper
    lock: LockKeeper

    def __getattr__(self, name: str) -> Account:
        if name not in (*LISTED, "admin", "officer", "mallory"):
            raise AttributeError(name)
        return self.account(name)

    @property
    def chain(self) -> Chain:
        return self.suite.chain

    def account(self, name: str) -> Account:
        return self.suite.chain.account(name)

    @property
    def listed(self) -> Airdrop:
        """100, 200, 300, 400 and 500 ERA."""
        return Airdrop.of((self.account(name), (n + 1) * 100 * ERA) for n, name in enumerate(LISTED))

    def terms(self, root: bytes, count: int, delivery: int = ACCOUNT, **changes: Any) -> structs.AirdropTerms:
        """Of a round that opens now and closes in 90 days; what is left comes back to the registry."""
        given: dict[str, Any] = {
            "root": root,
            "rest": self.rounds.address,
            "count": count,
            "opensAt": self.chain.now,
            "closesAt": self.chain.now + 90 * DAY,
            "delivery": delivery,
            "keeper": (NOBODY, self.vault.address, self.lock.address)[delivery],
            "grantStart": 0,
            "grantCliff": 0,
            "grantDuration": 0,
            "leastTerm": 184 * DAY if delivery == LOCK else 0,
        }
        return structs.AirdropTerms(**(given | (SCHEDULE if delivery == GRANT else {}) | changes))

    def open(
        self, claims: Sequence[Claim] = (), delivery: int = ACCOUNT, total: int | None = None, **changes: Any
    ) -> Opened:
        """A round over a list, with exactly its sum unless told otherwise."""
        listed = tuple(claims) or self.listed.claims
        tree = Tree(tuple(leaf(*one) for one in listed))
        terms = self.terms(tree.root, len(listed), delivery, **changes)
        given = sum(one.amount for one in listed) if total is None else total
        where = self.rounds.open(terms, given, "first", "ipfs://list", sender=self.admin).returned
        return Opened(AirdropClaim.at(self.chain, where), listed, tree)

    def delegation(
        self, signer: Account, to: AddressLike, where: Handle, nonce: int = 0, expiry: int | None = None
    ) -> structs.AirdropDelegation:
        """Signed for where the votes are."""
        until = self.chain.now + 3600 if expiry is None else expiry
        target = to if isinstance(to, str) else to.address
        message = {"delegatee": target, "nonce": nonce, "expiry": until}
        v, r, s = signer.sign_typed(domain_of(where), {"Delegation": DELEGATION}, message)
        return structs.AirdropDelegation(target, nonce, until, v, r, s)


def build(chain: Chain | None = None) -> Drop:
    """Deploys and funds."""
    suite = build_suite(chain)
    admin = suite.admin
    era = EraToken.deploy(suite.chain, admin, sender=admin)
    rounds = AirdropRounds.deploy(suite.chain, suite.access, era, sender=admin)
    vault = GrantKeeper.deploy(suite.chain, era, suite.access, sender=admin)
    lock = LockKeeper.deploy(suite.chain, era, suite.access, sender=admin)
    era.transfer(rounds, ALLOCATION, sender=admin)
    return Drop(suite, era, rounds, vault, lock)
