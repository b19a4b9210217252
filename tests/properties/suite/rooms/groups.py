"""Companies that decide together, and devices that observe."""

from __future__ import annotations

from functools import cached_property

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.contracts import structs
from caldera.devices import Device, Domain, halves
from caldera.evm import domain_of
from tests.properties.suite.kernel import pick
from tests.properties.suite.rooms.goods import Goods
from tests.properties.suite.rooms.nodes import Nodes
from tests.support.joint import TERMS_TYPES
from tests.support.suite import DAY

MEMBERS = (("brand", 50), ("berlin", 30), ("paris", 20))
TEMPERATURE = 1
HOUR = 3_600
DEVICES: dict[int, Device] = {}
"""By secret: a key on a curve takes a while to make."""


def device_of(secret: int) -> Device:
    """One whose key nobody had, the same in each run; it forgets what it said."""
    if secret not in DEVICES:
        DEVICES[secret] = Device.of_secret(10**30 + secret)
    return DEVICES[secret]


class Groups(Goods, Nodes):
    """Rules about joint decisions and devices."""

    def joint_terms(self, group: int = 0, threshold: int = 6_667, secret: bool = False) -> structs.JointTerms:
        members = sorted(structs.JointMember(self.stage.entity(name), weight) for name, weight in MEMBERS)
        mark, reveal = self.next().to_bytes(32, "big"), DAY if secret else 0
        until = self.now + 30 * DAY
        return structs.JointTerms(group, threshold, secret, True, 3 * DAY, reveal, until, mark, tuple(members))

    def vouchsafed(self, terms: structs.JointTerms, *names: str) -> list[structs.JointSignature]:
        """Agreements to terms."""
        message = terms._asdict() | {"members": [member._asdict() for member in terms.members]}
        domain, found = domain_of(self.net.joint), []
        for name in names:
            who = self.who(name)
            found.append(structs.JointSignature(who.address, who.sign_typed(domain, TERMS_TYPES, message).packed))
        return found

    def group(self, secret: bool, signed: bool, threshold: int) -> int:
        """A new one, by signatures or by calls; 0 where that is refused."""
        joint, terms = self.net.joint, self.joint_terms(threshold=threshold, secret=secret)
        others = sorted((name for name, _ in MEMBERS), key=self.stage.entity)
        words = self.vouchsafed(terms, *others[1:]) if signed else []
        for name in [] if signed else others[1:]:
            self.act("joint.acceptTerms", lambda n=name: joint.acceptTerms(terms, sender=self.who(n)))
        made = self.act("joint.formGroup", lambda: joint.formGroup(terms, words, sender=self.who(others[0])))
        return int(made.returned) if made else 0

    @rule(which=pick)
    def refuse_terms(self, which: int) -> None:
        """By one that they name: they never come to stand."""
        joint, terms, name = self.net.joint, self.joint_terms(), self.one(MEMBERS, which)[0]
        done = self.act("joint.refuseTerms", lambda: joint.refuseTerms(terms, sender=self.who(name)))
        signed = self.vouchsafed(terms, "berlin", "paris")
        if done is not None:
            self.never("J1: who refused", lambda: joint.formGroup(terms, signed, sender=self.who("brand")))

    @rule(
        which=pick,
        secret=st.booleans(),
        signed=st.booleans(),
        ends=st.sampled_from([True, True, True, False]),
    )
    def decide_on_price(self, which: int, secret: bool, signed: bool, ends: bool) -> None:
        """The median, or the default where too few are near it."""
        self._decide(which, "price", secret, signed, ends)

    @rule(
        which=pick,
        kind=st.sampled_from(["allocation", "change"]),
        secret=st.booleans(),
        ends=st.sampled_from([True, True, True, False]),
    )
    def decide_together(self, which: int, kind: str, secret: bool, ends: bool) -> None:
        """An allocation of a line, or other rules: by weights that add up to more than the threshold, or do not."""
        self._decide(which, kind, secret, which % 5 > 0, ends)

    def _decide(self, which: int, kind: str, secret: bool, signed: bool, ends: bool) -> None:
        # All but the last together are 80%: as much as every second rule asks for.
        threshold = 8_000 if which % 2 else 6_667
        group, joint, brand = self.group(secret, signed, threshold), self.net.joint, self.who("brand")
        if not group:
            return
        line = self.a_line(which) if kind == "allocation" else 0
        changed = self.joint_terms(group, 7_000)
        choices = [1, int(which // 2 % 3 < 2), which // 6 % 2]
        if kind == "price":
            price = structs.PriceTerms(b"\1" * 32, 1, 500, 100, 1_000, 500, 0, self.now + 90 * DAY)
            opened = self.act("joint.openPrice", lambda: joint.openPrice(group, price, sender=brand))
            choices = [400, 380 + which % 41, 400 + which % 23]
        elif kind == "allocation":
            shares = structs.AllocationTerms(self.net.retail.topicOf(line), 100, 0, self.now + 90 * DAY)
            opened = self.act(
                "joint.openAllocation", lambda: joint.openAllocation(group, shares, [50, 30, 20], sender=brand)
            )
        else:
            opened = self.act("joint.openChange", lambda: joint.openChange(changed, sender=brand))
        if opened is None:
            return
        decision = int(opened.returned)
        if kind == "allocation":
            self.act("joint.propose", lambda: joint.propose(decision, [40, 40, 20], sender=brand))
        self.ballots(decision, secret, choices)
        if ends:
            self.until(joint.decisionOf(decision).revealUntil + 1)
            self.act("joint.finalise", lambda: joint.finalise(decision, sender=self.who("stranger")))
        if kind == "allocation" and ends:
            bind = self.net.retail.bindAllocation
            self.act("retail.bindAllocation", lambda: bind(line, decision, sender=brand))
        elif kind == "change" and ends:
            anybody = self.who("stranger")
            self.act("joint.changeGroup", lambda: joint.changeGroup(decision, changed, [], sender=anybody))

    def ballots(self, decision: int, secret: bool, choices: list[int]) -> None:
        """Of all members: open, or committed and shown."""
        joint = self.net.joint
        cast = [
            (name, choice, self.next().to_bytes(32, "big")) for (name, _), choice in zip(MEMBERS, choices, strict=True)
        ]
        for name, choice, salt in cast:
            if secret:
                word = joint.commitmentOf(decision, self.stage.entity(name), choice, salt)
                self.act("joint.commit", lambda n=name, w=word: joint.commit(decision, w, sender=self.who(n)))
            else:
                self.act("joint.vote", lambda n=name, c=choice: joint.vote(decision, c, sender=self.who(n)))
        if not secret:
            return
        anybody = self.who("stranger")
        self.until(joint.decisionOf(decision).voteUntil + 1)
        for name, choice, salt in cast:
            entity = self.stage.entity(name)
            self.act(
                "joint.reveal",
                lambda e=entity, c=choice, s=salt: joint.reveal(decision, e, c, s, sender=anybody),
            )

    # devices

    @cached_property
    def domains(self) -> tuple[Domain, Domain]:
        """What registrations and observations are signed for."""
        chain = self.stage.chain.chain_id
        return Domain(chain, self.net.devices.address), Domain(chain, self.net.light_nodes.address)

    def device(self, node: int) -> tuple[int, Device]:
        """A new device of a node; 0 where it is refused."""
        owner = self.who(self.label(self.world.stakes.model.nodes[node].owner))
        secret, devices = device_of(self.next() % 64), self.net.devices
        proof = secret.prove(self.domains[0], node, owner.address, TEMPERATURE)
        made = self.act(
            "devices.register",
            lambda: devices.registerDevice(node, *secret.public, TEMPERATURE, proof, sender=owner),
        )
        return (int(made.returned) if made else 0), secret

    @rule(
        value=st.integers(-50, 50),
        outlier=st.booleans(),
        batch=st.booleans(),
        ends=st.sampled_from(["claim", "remove", "again", ""]),
    )
    def observe(self, value: int, outlier: bool, batch: bool, ends: str) -> None:
        """Devices of several nodes tell a temperature; the median is right, and who told it is paid."""
        light, officer, anybody = self.net.light_nodes, self.who("standard"), self.who("stranger")
        series, donor = self.next().to_bytes(32, "big"), self.who("node-2")
        self.act("light.fund", lambda: light.fund(10**18, sender=donor))
        if self.act("light.openSeries", lambda: light.openSeries(TEMPERATURE, [series], sender=officer)) is None:
            return
        made = [(node, *self.device(node)) for node in ((1, 2, 3, 2) if value % 2 else (1, 2, 3))]
        told = [(number, secret, value + 40 * (outlier and node == 3)) for node, number, secret in made if number]
        self.tell(series, told, batch, outlier)
        if ends == "again":  # who was far off is trusted less, and paid less
            self.tell(series, [(number, secret, value) for number, secret, _ in told], batch, False)
        if ends == "claim":
            owner = self.who(self.label(self.world.stakes.model.nodes[1].owner))
            self.act("light.claim", lambda: light.claim(1, sender=owner))
        elif ends == "remove" and told:
            owner, number = self.who(self.label(self.world.stakes.model.nodes[1].owner)), told[0][0]
            devices = self.net.devices
            self.act("devices.remove", lambda: devices.removeDevice(number, sender=owner))
            self.wait(31 * DAY)
            self.act("devices.release", lambda: devices.releaseDevice(number, sender=anybody))
        self.act("light.closeSeries", lambda: light.closeSeries([series], sender=officer))

    def tell(self, series: bytes, told: list[tuple[int, Device, int]], batch: bool, twice: bool) -> None:
        """A window from its first observation until it is settled."""
        light, anybody = self.net.light_nodes, self.who("stranger")
        if batch:
            for number, secret, reading in told:
                given = [structs.LightReading(series, self.now, reading)]
                signed = halves(secret.sign(self.domains[1].batch(number, given)))
                self.act(
                    "light.submitBatch",
                    lambda n=number, g=given, s=signed: light.submitBatch(n, g, s, sender=anybody),
                )
        else:
            seen = [structs.LightObservation(number, series, self.now, reading) for number, _, reading in told]
            signs = [halves(told[at][1].sign(self.domains[1].observation(one))) for at, one in enumerate(seen)]
            if twice:  # what was said before is passed over
                seen, signs = [*seen, *seen[:1]], [*signs, *signs[:1]]
            self.act("light.submit", lambda: light.submit(seen, signs, sender=anybody))
        terms = light.kindTerms(TEMPERATURE)[1]
        window = self.now // terms.window if terms.window else 0
        self.until((window + 1) * terms.window + terms.grace)
        self.act("light.settle", lambda: light.settle(series, window, sender=anybody))

    @rule(node=st.sampled_from([1, 2, 3]), value=st.integers(-50, 50))
    def lie(self, node: int, value: int) -> None:
        """A device that says two things of one window, again and again, is suspended; its node pays for it, once."""
        light, officer, anybody = self.net.light_nodes, self.who("standard"), self.who("stranger")
        series, (number, secret) = self.next().to_bytes(32, "big"), self.device(node)
        opened = self.act("light.openSeries", lambda: light.openSeries(TEMPERATURE, [series], sender=officer))
        if opened is None or not number:
            return
        for _ in range(3):
            given = [structs.LightReading(series, self.now, one) for one in (value, value, value + 1)]
            signed = halves(secret.sign(self.domains[1].batch(number, given)))
            self.act("light.submitBatch", lambda g=given, s=signed: light.submitBatch(number, g, s, sender=anybody))
            self.wait(HOUR)
        devices = self.net.devices
        self.act("devices.slashFor", lambda: devices.slashFor(number, sender=anybody))
        self.never("7. nobody is punished twice for one device", lambda: devices.slashFor(number, sender=anybody))
