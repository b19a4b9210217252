"""Everything that governance and everybody else can do to governed numbers, beside an exact model that must agree after
every step.

Always true (number of the architecture's list, and the sentences of this part):
10. No privileged call succeeds for anyone the plan does not name: not a setter for governance either.
G1. Every governed word of every key is within its hard bounds, from the first setting of the key on.
G2. Contract and model agree on every word and on when it may change again.
G3. In any interval a word changes at most once, and by no more than its step but for the first setting of its key.
G4. A word that is kept is what it was first.
G5. Sealed functions have the book's role, the role has the book alone, and their contracts stay under this authority.
G6. `canSet` says before what `set` says.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from caldera.contracts import structs
from caldera.evm import Account, ContractError
from caldera.model.parameters import Family, Parameter, ParameterModel, Words
from tests.properties.beside import Beside
from tests.support.lending import TERMS
from tests.support.parameters import (
    ADVANCE,
    ADVANCES,
    DOUBLE,
    LOAN_TERMS,
    LOANS,
    PAIR,
    PARAMETERS,
    RULES,
    TEMPLATE,
    Book,
    as_words,
    word,
)
from tests.support.suite import DAY, KIND, name_of, selector_of

ACTORS = ("admin", "officer", "mallory", "seller")
NAMES = (b"EU/receivable", b"EU/loan", b"NO/loan")
KEYS: dict[int, tuple[Words, ...]] = {
    DOUBLE: ((7,), (8,)),
    LOANS: ((1,), (2,)),
    ADVANCES: ((0, KIND), (1, KIND), (0, 9)),
    RULES: tuple((int.from_bytes(name.ljust(32, b"\0"), "big"),) for name in NAMES),
}
TYPES = {
    DOUBLE: (96, 96),
    LOANS: (16, 16, 16, 16, 16, 16, 8, 8, 16, 64, 64),
    ADVANCES: (16,),
    RULES: (8, 8, 8, 16, 24, 48, 80, 64),
}
MOODS = {"good": 0, "lies": 1, "refuses": 2}
places = st.integers(0, 11)
families = st.sampled_from([DOUBLE, LOANS, ADVANCES, ADVANCES, RULES])
moves = st.sampled_from(["step up", "step down", "a bit", "beyond", "highest", "lowest", "outside", "flip", "same"])


def loans_refused(_: Words, values: Words) -> str | None:
    """What `LendingTerms` itself refuses, within the bounds of the book."""
    return "LoanTermsOutOfRange" if values[7] == 0 or values[8] == 0 else None


class ParameterMachine(Beside):
    """`book` is shared by all examples; each begins at `mark`."""

    book: Book
    reached = ("set", "set a new key", "jump")

    def __init__(self) -> None:
        super().__init__()
        self.book.chain.restore(self.mark)
        self.mood = "good"
        self.model = ParameterModel(self.book.chain.now)
        rules = {name: tuple(self.published(name)) for name in NAMES[:2]}
        present: dict[int, dict[Words, Words]] = {
            DOUBLE: {(7,): (500, 5_000)},
            LOANS: {(1,): tuple(TERMS)},
            ADVANCES: {(0, KIND): (8_000,)},
            RULES: {key: rules[name] for key, name in zip(KEYS[RULES], NAMES[:2], strict=False)},
        }
        for number, words in ((DOUBLE, PAIR), (LOANS, LOAN_TERMS), (ADVANCES, ADVANCE), (RULES, TEMPLATE)):
            family = Family(words, len(KEYS[number][0]), present=dict(present[number]))
            self.model.add_family(number, family, list(present[number]))
        self.family(LOANS).accepts = loans_refused
        self.family(DOUBLE).accepts = lambda key, values: "PairRefused" if self.mood == "refuses" else None
        self.family(DOUBLE).taken = lambda values: (values[0], values[1] // 2) if self.mood == "lies" else values
        self.first = {(number, key): words for number, known in present.items() for key, words in known.items()}
        self.history: dict[tuple[int, Words, int], list[tuple[int, int]]] = {}

    def family(self, number: int) -> Family:
        return self.model.families[number - 1]

    def published(self, name: bytes) -> structs.Rules:
        return self.book.suite.standard.latestRules(word(name))

    def actor(self, name: str) -> Account:
        return self.book.chain.account(name)

    def moved(self, one: Parameter, present: int, how: str, bits: int) -> int:
        """A value that is near what is there, or not."""
        if one.unit == "Flags":
            return present ^ (1 << bits % (one.highest.bit_length() + (how == "outside")))
        top = max(one.step, 1)
        by = {
            "step up": top,
            "step down": -top,
            "a bit": bits % 7 - 3,
            "beyond": top + 1,
            "highest": one.highest - present,
            "lowest": one.lowest - present,
            "outside": one.highest + 1 - present,
            "flip": -(top // 2),
        }
        return max(0, present + by.get(how, 0))

    def keep(self, number: int, key: Words, before: Words) -> None:
        self.first.setdefault((number, key), self.family(number).words(key))
        for place, (old, new) in enumerate(zip(before, self.family(number).words(key), strict=True)):
            if old != new:
                # What was there before was not changed here, and yet a step begins with it.
                start = [(-(10**12), old)] if any(before) else []
                self.history.setdefault((number, key, place), start).append((self.model.now, new))

    def call(self, name: str, number: int, key: Words, values: Words) -> None:
        """Governance sets, after it has asked."""
        keys, before = [word(one) for one in key], self.family(number).words(key)
        if any(value >= 1 << bits for value, bits in zip(values, TYPES[number], strict=True)):
            return  # the setter's own type cannot hold it
        answer = self.book.book.canSet(number, keys, list(values))
        done = self.both(
            name,
            lambda: self.model.set(number, key, values),
            lambda: self.book.book.set(number, keys, list(values), sender=self.book.suite.admin),
        )
        refused = None if done else self.refusal(number, keys, values)
        # G6, but for what only the contract itself refuses.
        assert bool(answer) == (refused is not None)
        if done:
            self.keep(number, key, before)

    def refusal(self, number: int, keys: list[bytes], values: Words) -> str | None:
        try:
            self.book.book.requireSettable(number, keys, list(values))
        except ContractError as error:
            return name_of(error)
        return None

    @rule(
        number=families,
        which=places,
        place=places,
        how=moves,
        other=places,
        also=moves,
        bits=st.integers(0, 90),
        wait=st.sampled_from([0, 0, 1, DAY, 7 * DAY, 30 * DAY]),
    )
    def change(
        self, number: int, which: int, place: int, how: str, other: int, also: str, bits: int, wait: int
    ) -> None:
        self.skip(wait)
        family = self.family(number)
        known = [key for key in KEYS[number] if any(family.words(key))]
        key = known[which % len(known)]
        values = list(family.words(key))
        for at, move in ((place, how), (other, also if other % 3 == 0 else "same")):
            at %= len(values)
            if move != "same":
                values[at] = self.moved(family.parameters[at], values[at], move, bits)
        self.call("set", number, key, tuple(values))

    @rule(number=families, which=places, source=places, place=places, how=moves, bits=st.integers(0, 90))
    def set_a_new_key(self, number: int, which: int, source: int, place: int, how: str, bits: int) -> None:
        """From words that another key has, one of them moved anywhere."""
        family = self.family(number)
        key = KEYS[number][which % len(KEYS[number])]
        values = list(family.words(KEYS[number][0]))
        at = place % len(values)
        values[at] = self.moved(family.parameters[at], values[at], how, bits)
        self.call("set a new key", number, key, tuple(values))

    @rule(seconds=st.sampled_from([1, DAY - 1, DAY, 7 * DAY - 1, 7 * DAY, 30 * DAY, 30 * DAY]))
    def jump(self, seconds: int) -> None:
        self.calls["jump"] += 1
        self.skip(seconds)

    def skip(self, seconds: int) -> None:
        if seconds:
            self.book.chain.skip(seconds)
            self.model.now += seconds

    @rule(mood=st.sampled_from(["good", "good", "good", *MOODS]))
    def turn(self, mood: str) -> None:
        self.calls["turn"] += 1
        self.mood = mood
        self.book.double.setGovernedMood(MOODS[mood], sender=self.book.suite.admin)

    @rule(amount=st.integers(1, 10**12))
    def donate(self, amount: int) -> None:
        """Nothing depends on it."""
        self.calls["donate"] += 1
        self.book.suite.token.mint(self.book.book, amount, sender=self.book.suite.mallory)

    @rule(name=st.sampled_from(ACTORS), which=places)
    def directly(self, name: str, which: int) -> None:
        """10: the setters themselves, and the book for those who do not govern."""
        self.calls["directly, refused each time"] += 1
        suite, who = self.book.suite, self.actor(name)
        calls: list[Callable[[], Any]] = [
            lambda: self.book.terms.setAdvance(False, KIND, 1, sender=who),
            lambda: self.book.terms.setLoanTerms(1, TERMS._replace(rateBps=1), sender=who),
            lambda: suite.standard.publish(word(NAMES[0]), self.published(NAMES[0]), sender=who),
            lambda: self.book.double.setPair(7, 500, 5_001, sender=who),
            lambda: suite.access.execute(
                self.book.terms, self.book.terms.calldata.setAdvance(False, KIND, 1), sender=who
            ),
        ]
        if name != "admin":
            calls.append(lambda: self.book.book.set(ADVANCES, [word(0), word(KIND)], [8_001], sender=who))
            calls.append(lambda: self.book.book.addFamily(self.facts(), [as_words(PAIR[0])], [], sender=who))
        self.refused(calls[which % len(calls)], {"AccessManagedUnauthorized", "AccessManagerUnauthorizedCall"})

    @rule(name=st.sampled_from(("admin", "admin", "officer", "mallory")), which=places)
    def break_a_seal(self, name: str, which: int) -> None:
        """G5: whatever ADMIN may do elsewhere."""
        self.calls["break a seal, refused each time"] += 1
        access, who, terms = self.book.suite.access, self.actor(name), self.book.terms
        setter = selector_of("LendingTerms", "setAdvance")
        calls: list[Callable[[], Any]] = [
            lambda: access.setTargetFunctionRole(terms, [setter], 0, sender=who),
            lambda: access.updateAuthority(terms, self.book.double, sender=who),
            lambda: access.execute(terms, terms.calldata.setAuthority(self.book.double), sender=who),
            lambda: access.grantRole(PARAMETERS, who, 0, sender=who),
            lambda: access.revokeRole(PARAMETERS, self.book.book, sender=who),
            lambda: access.setRoleAdmin(PARAMETERS, 2, sender=who),
            lambda: access.sealRole(PARAMETERS, who, sender=who),
            lambda: access.seal(terms, [setter], PARAMETERS, sender=who),
            lambda: self.book.book.addFamily(self.facts(), [as_words(PAIR[0])], [], sender=who),
        ]
        self.refused(calls[which % len(calls)], None)

    @rule(which=places)
    def power_elsewhere(self, which: int) -> None:
        """What ADMIN may do, and what changes no number."""
        self.calls["power elsewhere"] += 1
        access, admin = self.book.suite.access, self.book.suite.admin
        calls: list[Callable[[], Any]] = [
            lambda: access.setTargetAdminDelay(self.book.terms, which, sender=admin),
            lambda: access.labelRole(PARAMETERS, "numbers", sender=admin),
            lambda: access.grantRole(2, self.book.suite.mallory, 0, sender=admin),
            lambda: access.revokeRole(2, self.book.suite.mallory, sender=admin),
        ]
        calls[which % len(calls)]()

    def facts(self) -> structs.ParameterFamily:
        return self.book.facts(self.book.terms, "setAdvance", "advanceOf", 2)

    def refused(self, call: Callable[[], Any], names: set[str] | None) -> None:
        try:
            call()
        except ContractError as error:
            assert names is None or name_of(error) in names, error
            return
        raise AssertionError("a privileged call came through")

    @invariant()
    def agree(self) -> None:
        """G1, G2, G4."""
        for number, keys in KEYS.items():
            family = self.family(number)
            for key in keys:
                states = self.book.book.parametersOf(number, [word(one) for one in key])
                present = tuple(state.present for state in states)
                assert present == family.words(key)
                assert [state.changeableFrom for state in states] == self.model.changeable_from(number, key)
                first = self.first.get((number, key))
                if first is None:
                    assert not any(present)
                    continue
                for one, old, value in zip(family.parameters, first, present, strict=True):
                    assert one.is_within(value)
                    assert not one.kept or value == old

    @invariant()
    def slowly(self) -> None:
        """G3."""
        for (number, _, place), changes in self.history.items():
            one = self.family(number).parameters[place]
            for (before, old), (after, new) in pairwise(changes):
                assert after - before >= one.interval
                assert not one.is_number or abs(new - old) <= one.step

    @invariant()
    def sealed(self) -> None:
        """G5."""
        access, book = self.book.suite.access, self.book.book.address
        assert access.sealedHolder(PARAMETERS) == book
        assert (access.holderCount(PARAMETERS), access.hasRole(PARAMETERS, book)) == (1, (True, 0))
        for contract, setter in ((self.book.terms, "setAdvance"), (self.book.double, "setPair")):
            assert access.getTargetFunctionRole(contract, selector_of(contract.ABI_NAME, setter)) == PARAMETERS
            assert contract.authority() == access.address
