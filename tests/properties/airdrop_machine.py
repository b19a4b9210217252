"""Everything anybody can do with rounds of an airdrop, beside an exact model that must agree after every step.

Lists are made as a tool would make them, and as none would: two claims of one index, an index beyond the count, a claim
of nothing, more than the round was given.

Always true:
A1. For each round: what it was given + gifts = claimed + swept + what is there.
A2. No index is paid twice, nobody gets more than the claims listed for it, and nothing but listed claims is paid.
A3. What vault and lock hold is what was granted and locked, by the round's schedule and a term not below its least.
A4. Before a round is over nothing is swept; from then on nothing is claimed, and all that is left goes to its rest.
    It is over when it was said to be, but that no pause of its vault or lock leaves fewer than seven days for claims
    after it; never more than fourteen days later.
A5. Rounds are given nothing beyond what the registry had, and one round's money is never touched by another's claims.
A6. No ERA comes or goes: all wallets together are the supply. Votes are those of everybody who delegated.
10. No privileged call succeeds for anyone the plan does not name.
"""

from typing import Any

from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from caldera.agreements import sign
from caldera.airdrop import SUPPLY, Claim, leaf
from caldera.contracts import AirdropClaim, events, structs
from caldera.evm import Account, ContractError
from caldera.merkle import Tree
from caldera.model import Refused
from caldera.model.airdrop import ACCOUNT, GRANT, LOCK, AirdropModel, Listed, Proof, Round
from tests.properties.beside import Beside
from tests.support.airdrop import ALLOCATION, SCHEDULE, Drop, Opened
from tests.support.suite import DAY, NOBODY, YEAR, name_of

PEOPLE = ("ann", "ben", "cleo", "dora")
EVERYBODY = (*PEOPLE, "cold", "treasury", "admin", "mallory")
LONGEST = 4 * YEAR

pick = st.integers(0, 1 << 30)
mostly = st.sampled_from([True, True, True, True, False])
people = st.sampled_from(PEOPLE)
targets = st.sampled_from([*["cold", "ann", "ben", "rounds"] * 5, "nobody", "token", "round"])
terms = st.sampled_from([0, 0, 184 * DAY - 1, 184 * DAY, 184 * DAY, YEAR, LONGEST, LONGEST + 1])
amounts = st.one_of(st.integers(1, 1000), st.integers(1, 10**26))
flaws = st.sampled_from(["none"] * 6 + ["same index", "beyond", "nothing", "too little"])


class AirdropMachine(Beside):
    """The machine. `drop` is shared by all examples; each begins at `mark`."""

    drop: Drop
    reached = ("claim", "claimTo", "claimBySignature", "claimAndDelegate", "sweep", "pause", "claimLate")

    def __init__(self) -> None:
        super().__init__()
        self.drop.chain.restore(self.mark)
        self.model = AirdropModel(self.drop.chain.now, LONGEST)
        self.model.wallets["rounds"] = ALLOCATION
        self.model.wallets["admin"] = SUPPLY - ALLOCATION
        self.opened: list[Opened] = []
        self.paid: dict[tuple[int, str], int] = {}

    def address(self, name: str) -> str:
        places = {
            "nobody": NOBODY,
            "token": self.drop.era.address,
            "rounds": self.drop.rounds.address,
            "vault": self.drop.vault.address,
            "lock": self.drop.lock.address,
        }
        if name.startswith("round "):
            return str(self.opened[int(name[6:]) - 1].contract.address)
        return places[name] if name in places else self.actor(name).address

    def actor(self, name: str) -> Account:
        return self.drop.account(name)

    @initialize(one=st.lists(amounts, min_size=1, max_size=6), two=st.lists(amounts, min_size=3, max_size=3))
    def begin(self, one: list[int], two: list[int]) -> None:
        self._open(one, ACCOUNT, "none", 0, 30, "rounds", "rounds", 3)
        self._open(two, GRANT, "none", 0, 60, "treasury", "admin", 3)
        self._open(two, LOCK, "none", 0, 60, "rounds", "rounds", 3)

    @precondition(lambda self: len(self.opened) < 8)
    @rule(
        given=st.lists(amounts, min_size=1, max_size=9),
        delivery=st.sampled_from([ACCOUNT, ACCOUNT, GRANT, LOCK]),
        flaw=flaws,
        opens=st.sampled_from([-5, 0, 0, 0, 1, 20]),
        closes=st.sampled_from([0, 1, 10, 30, 100, 3651]),
        rest=st.sampled_from(["rounds", "treasury"]),
        payer=st.sampled_from(["rounds", "rounds", "rounds", "admin"]),
        which=pick,
    )
    def open(
        self, given: list[int], delivery: int, flaw: str, opens: int, closes: int, rest: str, payer: str, which: int
    ) -> None:
        self._open(given, delivery, flaw, opens, closes, rest, payer, which)

    def _open(
        self, given: list[int], delivery: int, flaw: str, opens: int, closes: int, rest: str, payer: str, which: int
    ) -> None:
        claims: list[Listed] = [(n, PEOPLE[(n + which) % len(PEOPLE)], amount) for n, amount in enumerate(given)]
        count, total = len(claims), sum(given)
        last = claims[-1]
        if flaw == "same index" and count > 1:
            claims[-1] = (last[0] - 1, last[1], last[2])
        elif flaw == "beyond":
            claims[-1] = (last[0] + 300, last[1], last[2])
        elif flaw == "nothing":
            claims[-1] = (last[0], last[1], 0)
        elif flaw == "too little":
            total = which % total
        found = Round(
            tuple(claims),
            count if which % 64 else 0,
            self.model.now + opens * DAY,
            self.model.now + closes * DAY,
            rest,
            delivery,
            (184 * DAY if delivery == LOCK else 0) + (which % 32 == 1 and delivery != LOCK),
            total if which % 16 != 2 else ALLOCATION + 1,
        )
        listed = tuple(Claim(index, self.address(name), amount) for index, name, amount in claims)

        def act() -> Any:
            asked = {"rest": self.address(rest), "opensAt": found.opens, "closesAt": found.closes}
            self.opened.append(self._opened(listed, found, payer, asked))

        if payer == "admin":
            self.drop.era.approve(self.drop.rounds, found.given, sender=self.drop.admin)
        self.both("open", lambda: self.model.open(found, payer), act)

    def _opened(self, listed: tuple[Claim, ...], found: Round, payer: str, asked: dict[str, Any]) -> Opened:
        tree = Tree(tuple(leaf(*one) for one in listed))
        round_ = self.drop.terms(tree.root, found.count, found.delivery, leastTerm=found.least_term, **asked)
        call = self.drop.rounds.open if payer == "rounds" else self.drop.rounds.openPaid
        where = call(round_, found.given, f"n{len(self.opened)}", "ipfs://x", sender=self.drop.admin).returned
        return Opened(AirdropClaim.at(self.drop.chain, where), listed, tree)

    def chosen(self, which: int, own: str = "") -> tuple[int, Listed, Proof, list[bytes]]:
        """A round, one of its claims (if asked one of that account's), and a proof: mostly its own, sometimes that of
        another claim, or a claim as nobody listed it, or too long."""
        kind = which >> 8
        numbers = list(range(1, len(self.opened) + 1))
        paying = [n for n in numbers if self.pays(self.model.rounds[n - 1], own)] if kind & 896 else []
        number = (paying or numbers)[which % len(paying or numbers)]
        found, opened = self.model.rounds[number - 1], self.opened[number - 1]
        fitting = [n for n, one in enumerate(found.listed) if not own or one[1] == own] or [0]
        unused = [n for n in fitting if found.listed[n][0] not in found.used]
        fitting = unused if unused and kind % 4 else fitting
        place = fitting[(which >> 4) % len(fitting)]
        claim, proof = found.listed[place], opened.proof(opened.claims[place])
        known = Proof(claim, len(proof))
        manner = 31 - (kind >> 2 & 31)
        if manner == 0:
            claim = (claim[0], claim[1], claim[2] + 1)
        elif manner == 1:
            claim = (claim[0] + 1, claim[1], claim[2])
        elif manner == 2:
            claim = (claim[0], "mallory", claim[2])
        elif manner == 3:
            proof = [keccak(bytes([n])) for n in range(33)]
            known = Proof(None, 33)
        elif manner == 4:
            proof = [*proof, bytes(32)]
            known = Proof(None, len(proof))
        elif manner == 5 and len(found.listed) > 1:
            other = (place + 1) % len(found.listed)
            proof = opened.proof(opened.claims[other])
            known = Proof(found.listed[other], len(proof))
        return number, claim, known, proof

    def pays(self, found: Round, own: str) -> bool:
        """Whether the round is open and has a claim left, of that account if one is named."""
        until = self.model.open_until(self.model.rounds.index(found) + 1)
        return found.opens <= self.model.now < until and any(
            index not in found.used and own in ("", account) for index, account, _ in found.listed
        )

    def arguments(self, claim: Listed, proof: list[bytes]) -> tuple[int, str, int, list[bytes]]:
        return claim[0], self.address(claim[1]), claim[2], proof

    def target(self, to: str, number: int) -> str:
        return self.model.place(number) if to == "round" else to

    def note_paid(self, done: bool, number: int, claim: Listed) -> None:
        if done:
            self.paid[number, claim[1]] = self.paid.get((number, claim[1]), 0) + claim[2]

    @rule(which=pick, by=st.sampled_from(EVERYBODY))
    def claim(self, which: int, by: str) -> None:
        number, claim, known, proof = self.chosen(which)
        self.agrees_with_view(number, claim, known, proof)
        done = self.both(
            "claim",
            lambda: self.model.claim(number, claim, known),
            lambda: self.contract(number).claim(*self.arguments(claim, proof), sender=self.actor(by)),
        )
        self.note_paid(done, number, claim)

    def agrees_with_view(self, number: int, claim: Listed, known: Proof, proof: list[bytes]) -> None:
        """The view says what the round's own checks say."""
        wanted = True
        try:
            self.model.check(number, claim, known)
        except Refused:
            wanted = False
        assert self.contract(number).isClaimable(*self.arguments(claim, proof)) == wanted

    @rule(
        which=pick,
        signer=people,
        to=st.sampled_from(["cold", "ann", "mallory"]),
        right=mostly,
        late=st.sampled_from([3600, 3600, 3600, -1, 0]),
        first=st.sampled_from([False, False, True]),
    )
    def claim_and_delegate(self, which: int, signer: str, to: str, right: bool, late: int, first: bool) -> None:
        """`first`: somebody saw the delegation on its way and brings it before."""
        number, claim, known, proof = self.chosen(which)
        signer = claim[1] if right and claim[1] in PEOPLE else signer
        where = self.model.votes_at(number)
        nonce, expiry = self.model.nonces[signer, where] + (not right), self.model.now + late
        home = self.drop.era if where == "token" else self.drop.vault
        signed = self.drop.delegation(self.actor(signer), self.actor(to), home, nonce, expiry)
        if first and self.model.delegate(where, signer, to, nonce, expiry):
            home.delegateBySig(*signed, sender=self.drop.mallory)
        taken: list[bool] = []
        said: list[bool] = []

        def act() -> None:
            receipt = self.contract(number).claimAndDelegate(
                *self.arguments(claim, proof), signed, sender=self.drop.mallory
            )
            said.append(not receipt.all(events.DelegationNotTaken))

        done = self.both(
            "claimAndDelegate",
            lambda: taken.append(self.model.claim_and_delegate(number, claim, known, signer, to, nonce, expiry)),
            act,
        )
        assert said == taken
        self.note_paid(done, number, claim)

    @rule(which=pick, own=people, to=targets, term=terms)
    def claim_to(self, which: int, own: str, to: str, term: int) -> None:
        number, claim, known, proof = self.chosen(which, own)
        by = claim[1]
        term = self.fitting(number, which, term)
        to = self.target(to, number)
        done = self.both(
            "claimTo",
            lambda: self.model.claim_to(number, claim, to, term, known),
            lambda: self.contract(number).claimTo(
                claim[0], claim[2], self.address(to), term, proof, sender=self.actor(by)
            ),
        )
        self.note_paid(done, number, claim)

    @rule(
        which=pick,
        own=people,
        to=targets,
        term=terms,
        deadline=st.sampled_from([3600, 3600, 3600, 0, 3600, 3600, -1]),
        flaw=st.sampled_from([*["none"] * 9, "signer", "to", "round"]),
    )
    def claim_by_signature(self, which: int, own: str, to: str, term: int, deadline: int, flaw: str) -> None:
        number, claim, known, proof = self.chosen(which, own)
        term = self.fitting(number, which, term)
        to, until = self.target(to, number), self.model.now + deadline
        order = structs.AirdropOrder(claim[0], self.address(claim[1]), claim[2], self.address(to), term, until)
        signed = order._replace(to=self.address("mallory")) if flaw == "to" else order
        home = self.opened[number % len(self.opened)].contract if flaw == "round" else self.contract(number)
        signer = "mallory" if flaw == "signer" else claim[1]
        good = self.actor(signer).address == order.account and signed == order and home == self.contract(number)
        signature = sign(home, "AirdropOrder", signed, self.actor(signer))
        done = self.both(
            "claimBySignature",
            lambda: self.model.claim_by_signature(number, claim, to, term, until, good, known),
            lambda: self.contract(number).claimBySignature(order, proof, signature, sender=self.drop.mallory),
        )
        self.note_paid(done, number, claim)

    @rule(which=pick, past=st.sampled_from([None, 0, 0, 1]))
    def sweep(self, which: int, past: int | None) -> None:
        """At any time, in the first second at which it is allowed, or one second before."""
        number = which % len(self.opened) + 1
        end = self.model.open_until(number)
        if past is not None and which % 8 == 0 and self.model.now <= end - past:
            self.to(end - past)
        self.both(
            "sweep",
            lambda: self.model.sweep(number),
            lambda: self.contract(number).sweep(self.drop.era, sender=self.drop.mallory).returned,
        )

    @rule(which=pick, amount=amounts, source=st.sampled_from(["admin", "ann", "cold"]))
    def give(self, which: int, amount: int, source: str) -> None:
        """A1: gifts belong to the round's rest."""
        number = which % len(self.opened) + 1
        self.both(
            "give",
            lambda: self.model.give(source, number, amount),
            lambda: self.drop.era.transfer(self.contract(number), amount, sender=self.actor(source)),
        )

    @rule(
        delivery=st.sampled_from([GRANT, LOCK]),
        seconds=st.sampled_from([1, DAY, 7 * DAY, 7 * DAY, 7 * DAY + 1]),
        near=st.one_of(st.none(), st.integers(0, 8 * DAY)),
        late=st.booleans(),
        which=pick,
    )
    def pause(self, delivery: int, seconds: int, near: int | None, late: bool, which: int) -> None:
        """A4: so long before the end of a round, too; what cannot be claimed then can be claimed late."""
        ends = [one.closes for one in self.model.rounds if one.delivery == delivery and one.closes > self.model.now]
        if near is not None and ends and which % 3:
            self.to(max(self.model.now, ends[which % len(ends)] - near))
        keeper = self.keeper(delivery)
        done = self.both(
            "pause",
            lambda: self.model.pause(delivery, seconds),
            lambda: keeper.pause(seconds, sender=self.drop.admin),
        )
        if not done or not late:
            return
        self.to(self.model.paused[delivery] + 7 * DAY - 1)
        for number, found in enumerate(self.model.rounds, 1):
            if found.delivery != delivery or self.model.now < found.closes:
                continue
            for place, claim in enumerate(found.listed):
                self.claim_late(number, claim, self.opened[number - 1].claims[place])

    def claim_late(self, number: int, claim: Listed, listed: Claim) -> None:
        proof = self.opened[number - 1].proof(listed)
        term = 184 * DAY if self.model.rounds[number - 1].delivery == LOCK else 0
        who = self.actor(claim[1])
        paid = self.both(
            "claimLate",
            lambda: self.model.claim_to(number, claim, claim[1], term, Proof(claim, len(proof))),
            lambda: self.contract(number).claimTo(claim[0], claim[2], who, term, proof, sender=who),
        )
        self.note_paid(paid, number, claim)

    @rule(delivery=st.sampled_from([GRANT, LOCK]), now=st.sampled_from([False, False, True]))
    def unpause(self, delivery: int, now: bool) -> None:
        if now:
            self.keeper(delivery).unpause(sender=self.drop.admin)
            self.model.unpause(delivery)

    def keeper(self, delivery: int) -> Any:
        return self.drop.vault if delivery == GRANT else self.drop.lock

    @invariant()
    def ends_agree(self) -> None:
        """A4."""
        for number, found in enumerate(self.model.rounds, 1):
            until = self.contract(number).openUntil()
            assert until == self.model.open_until(number)
            assert found.closes <= until <= found.closes + (0 if found.delivery == ACCOUNT else 14 * DAY)

    @rule(seconds=st.one_of(st.integers(1, 3 * DAY), st.just(10 * DAY)))
    def time_passes(self, seconds: int) -> None:
        self.to(self.model.now + seconds)

    @rule(by=st.sampled_from([*PEOPLE, "mallory", "officer"]), which=pick)
    def privileged_call_by_nobody(self, by: str, which: int) -> None:
        """Invariant 10."""
        asked = self.opened[which % len(self.opened)].contract.terms()
        for call in (
            lambda: self.drop.rounds.open(asked, 1, "n", "u", sender=self.actor(by)),
            lambda: self.drop.rounds.openPaid(asked, 1, "n", "u", sender=self.actor(by)),
            lambda: self.drop.rounds.moveProofs(1, "u", sender=self.actor(by)),
        ):
            try:
                call()
            except ContractError as found:
                assert name_of(found) == "AccessManagedUnauthorized"
            else:
                raise AssertionError("AccessManagedUnauthorized expected")

    @invariant()
    def money_is_where_the_model_says(self) -> None:
        """A1, A5, A6."""
        era = self.drop.era
        for number, found in enumerate(self.model.rounds, 1):
            assert found.left == self.model.wallets[self.model.place(number)] >= 0
            assert era.balanceOf(self.contract(number)) == found.left
            assert era.allowance(self.contract(number), self.drop.vault) == 0
            assert era.allowance(self.contract(number), self.drop.lock) == 0
        for name in (*EVERYBODY, "rounds", "vault", "lock"):
            assert era.balanceOf(self.address(name)) == self.model.wallets[name], name
        assert sum(self.model.wallets.values()) == SUPPLY
        assert self.drop.rounds.available() == self.model.wallets["rounds"]
        assert self.drop.rounds.roundCount() == len(self.model.rounds)
        for where, home in (("token", era), ("vault", self.drop.vault)):
            for name in ("cold", "ann", "mallory"):
                assert home.getVotes(self.actor(name)) == self.model.votes(where, name)

    @invariant()
    def nobody_gets_more_than_its_claims(self) -> None:
        """A2, A4."""
        for number, found in enumerate(self.model.rounds, 1):
            for index in {one[0] for one in found.listed}:
                assert self.contract(number).isClaimed(index) == (index in found.used)
            for name in PEOPLE:
                most = sum(amount for _, account, amount in found.listed if account == name)
                assert self.paid.get((number, name), 0) <= most
            assert sum(self.paid.get((number, name), 0) for name in EVERYBODY) == found.claimed
            assert not found.swept or self.model.now >= found.closes

    @invariant()
    def grants_and_locks_are_kept(self) -> None:
        """A3."""
        vault, lock = self.drop.vault, self.drop.lock
        assert vault.grantCount() == len(self.model.grants)
        for number, (name, amount) in enumerate(self.model.grants):
            if number >= len(self.model.grants) - 2:
                kept = vault.grantAt(number)
                assert kept == structs.KeptGrant(self.address(name), amount, 0, *SCHEDULE.values())
        assert lock.lockCount() == len(self.model.locks)
        for number, (name, amount, until) in enumerate(self.model.locks):
            if number >= len(self.model.locks) - 2:
                assert lock.lockAt(number) == structs.KeptLock(self.address(name), amount, until)

    def contract(self, number: int) -> AirdropClaim:
        return self.opened[number - 1].contract

    def fitting(self, number: int, which: int, term: int) -> int:
        """Mostly a term that the round takes."""
        if which % 8 > 5:
            return term
        return max(term, 184 * DAY) % (LONGEST + 1) if self.model.rounds[number - 1].delivery == LOCK else 0

    def to(self, time: int) -> None:
        self.drop.chain.warp(time)
        self.model.now = time
