"""ERA: sent, allowed, authorised, voted with; granted and released; handed out by airdrops."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from caldera.agreements import sign
from caldera.contracts import AirdropClaim, structs
from caldera.evm import Account, domain_of
from caldera.evm.address import to_address
from caldera.merkle import Tree, double_hash
from tests.properties.suite.kernel import Kernel, parts, pick
from tests.properties.suite.stage import ERA, FOUNDERS, MONTH, NOBODY, TEAM
from tests.support.suite import DAY, YEAR

HOLDERS = ("saver", "voter", "delegator", "seller", "studio", "mallory", "shopper", "node-1")
GRANTEES = ("saver", "studio", *FOUNDERS)
AUTHORISATION = [
    {"name": name, "type": kind}
    for name, kind in (
        *(("from", "address"), ("to", "address"), ("value", "uint256")),
        *(("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")),
    )
]
DELEGATION = [
    {"name": name, "type": kind}
    for name, kind in (("delegatee", "address"), ("nonce", "uint256"), ("expiry", "uint256"))
]
ACCOUNT, GRANT, LOCK = 0, 1, 2
holders = st.sampled_from(HOLDERS)


class Era(Kernel):
    """Rules about the token, grants and airdrops."""

    def has(self, name: str) -> int:
        """ERA of an actor."""
        return self.world.balances.held["EraToken"][self.who(name).address]

    @rule(giving=holders, taking=holders, part=st.sampled_from([1, 2, 10, 1000]), pulled=st.booleans())
    def send_era(self, giving: str, taking: str, part: int, pulled: bool) -> None:
        amount, era, giver, taker = self.has(giving) // part, self.net.era, self.who(giving), self.who(taking)
        if pulled:
            self.act("era.approve", lambda: era.approve(taker, amount, sender=giver))
            self.act("era.transferFrom", lambda: era.transferFrom(giver, taker, amount, sender=taker))
        else:
            self.act("era.transfer", lambda: era.transfer(taker, amount, sender=giver))

    @rule(by=holders, to=holders, nobody=st.sampled_from([False, False, False, True]), where=st.integers(0, 2))
    def delegate(self, by: str, to: str, nobody: bool, where: int) -> None:
        token: Any = (self.net.era, self.net.vesting, self.net.locks)[where]
        target = NOBODY if nobody else self.who(to).address
        self.act(f"{('era', 'vesting', 'locks')[where]}.delegate", lambda: token.delegate(target, sender=self.who(by)))

    @rule(by=holders, to=holders, where=st.integers(0, 2))
    def delegate_by_signature(self, by: str, to: str, where: int) -> None:
        token: Any = (self.net.era, self.net.vesting, self.net.locks)[where]
        signer, target, expiry = self.who(by), self.who(to).address, self.now + DAY
        nonce = token.nonces(signer)
        message = {"delegatee": target, "nonce": nonce, "expiry": expiry}
        signed = signer.sign_typed(domain_of(token), {"Delegation": DELEGATION}, message)
        self.act(
            f"{('era', 'vesting', 'locks')[where]}.delegateBySig",
            lambda: token.delegateBySig(target, nonce, expiry, *signed, sender=self.who("relayer")),
        )

    def permit(self, owner: Account, spender: Any, amount: int) -> tuple[int, int, bytes, bytes]:
        """An allowance, signed for a day."""
        deadline = self.now + DAY
        message = {
            "owner": owner.address,
            "spender": to_address(spender),
            "value": amount,
            "nonce": self.net.era.nonces(owner),
            "deadline": deadline,
        }
        signed = sign(self.net.era, "Permit", message, owner)
        return deadline, signed[64], signed[:32], signed[32:64]

    @rule(by=holders, amount=st.sampled_from([1, ERA, 100 * ERA]))
    def permit_and_take(self, by: str, amount: int) -> None:
        owner, spender, era = self.who(by), self.who("relayer"), self.net.era
        signed = self.permit(owner, spender, amount)
        self.act("era.permit", lambda: era.permit(owner, spender, amount, *signed, sender=spender))
        self.act("era.transferFrom", lambda: era.transferFrom(owner, spender, amount, sender=spender))

    @rule(by=holders, how=st.sampled_from(["transfer", "receive", "cancel", "twice"]), whole=st.booleans())
    def authorise(self, by: str, how: str, whole: bool) -> None:
        """ERC-3009, with a signature whole or in parts; never twice."""
        era, owner, to = self.net.era, self.who(by), self.who("relayer")
        nonce = self.next().to_bytes(32, "big")
        message = {
            "from": owner.address,
            "to": to.address,
            "value": ERA,
            "validAfter": 0,
            "validBefore": self.now + DAY,
            "nonce": nonce,
        }
        if how == "cancel":
            kinds = [{"name": "authorizer", "type": "address"}, {"name": "nonce", "type": "bytes32"}]
            stop = owner.sign_typed(
                domain_of(era), {"CancelAuthorization": kinds}, {"authorizer": owner.address, "nonce": nonce}
            )
            with_parts: Any = (stop.packed,) if whole else tuple(stop)
            self.act("era.cancelAuthorization", lambda: era.cancelAuthorization(owner, nonce, *with_parts, sender=to))
            return
        kind = "ReceiveWithAuthorization" if how == "receive" else "TransferWithAuthorization"
        signed = owner.sign_typed(domain_of(era), {kind: AUTHORISATION}, message)
        given = (signed.packed,) if whole else tuple(signed)
        call: Any = era.receiveWithAuthorization if how == "receive" else era.transferWithAuthorization
        values = (owner, to, ERA, 0, message["validBefore"], nonce, *given)
        name = f"era.{kind[0].lower()}{kind[1:]}"
        self.act(name, lambda: call(*values, sender=to))
        if how == "twice":
            self.never("an authorisation is good once", lambda: call(*values, sender=to))

    # grants

    def grants(self, *labels: str) -> list[int]:
        """Those of these actors, or of any."""
        found = self.world.grants.model.grants
        return [n for n, one in found.items() if self.label(one.beneficiary) in (labels or self.stage.people)]

    @rule(to=holders, amount=st.sampled_from([1, 1_000 * ERA]), months=st.sampled_from([0, 24, 36]), back=st.booleans())
    def grant(self, to: str, amount: int, months: int, back: bool) -> None:
        """Out of the team's allocation, by vote; or paid for by whoever wishes to."""
        vault, who = self.net.vesting, self.who(to)
        if months:
            terms = [structs.GrantTerms(who.address, amount, self.now, 0, months * MONTH, back)]
            governance = self.net.governance
            self.act("vesting.createGrants", lambda: vault.createGrants(TEAM, terms, sender=governance))
        else:
            payer = self.who("node-2")
            self.act("vesting.grantFor", lambda: vault.grantFor(who, amount, self.now, 0, 30 * DAY, sender=payer))

    @rule(which=pick, part=parts, how=st.sampled_from(["release", "batch", "to", "to"]), wait=st.booleans())
    def release(self, which: int, part: int, how: str, wait: bool) -> None:
        grants, vault = self.grants("saver", "studio", "founder3"), self.net.vesting
        if not grants:
            return
        number = self.one(grants, which)
        if wait:
            self.wait(20 * DAY)
        owner = self.who(self.label(self.world.grants.model.grants[number].beneficiary))
        if how == "release":
            self.act("vesting.release", lambda: vault.release(number, sender=self.who("relayer")))
        elif how == "batch":
            self.act("vesting.releaseBatch", lambda: vault.releaseBatch(grants, sender=self.who("relayer")))
        else:
            some = self.world.grants.model.grants[number].releasable(self.now) // part
            self.act("vesting.releaseTo", lambda: vault.releaseTo(number, self.who("shopper"), some, sender=owner))

    @rule(which=pick, what=st.sampled_from(["revoke", "wallet", "wallet", "closed", "fund"]))
    def manage_grant(self, which: int, what: str) -> None:
        vault = self.net.vesting
        grants = self.grants(*GRANTEES)
        if not grants:
            return
        number = self.one(grants, which)
        owner = self.who(self.label(self.world.grants.model.grants[number].beneficiary))
        if what == "revoke":
            revocable = [n for n, one in self.world.grants.model.grants.items() if one.terms.revocable]
            chosen, governance = self.some(revocable, which, number), self.net.governance
            self.act("vesting.revoke", lambda: vault.revoke(chosen, sender=governance))
        elif what == "closed":
            self.act("vesting.setReleaseByOthers", lambda: vault.setReleaseByOthers(bool(which % 2), sender=owner))
        elif what == "fund":
            payer = self.who("node-2")
            self.act("vesting.fund", lambda: vault.fund(TEAM, ERA, sender=payer))
        else:
            wallet = self.who("voter")
            self.act("vesting.proposeWallet", lambda: vault.proposeWallet([number], wallet, sender=owner))
            if which % 3 == 0:
                self.act("vesting.cancelWallet", lambda: vault.cancelWallet([number], sender=owner))
                return
            self.wait(7 * DAY)
            self.act("vesting.acceptWallet", lambda: vault.acceptWallet([number], sender=wallet))

    # airdrops

    @rule(delivery=st.sampled_from([ACCOUNT, GRANT, LOCK]), claims=st.integers(1, 3), paid=st.booleans())
    def airdrop(self, delivery: int, claims: int, paid: bool) -> None:
        """A round opens, some claim each in another way, nobody twice; what is left goes back."""
        names = ("saver", "voter", "shopper")
        listed = [(n, self.who(name).address, (n + 1) * 100 * ERA) for n, name in enumerate(names)]
        tree = Tree(tuple(double_hash(("uint256", "address", "uint256"), one) for one in listed))
        net, now = self.net, self.now
        keeper = (NOBODY, net.vesting.address, net.locks.address)[delivery]
        grant = (now, 0, YEAR) if delivery == GRANT else (0, 0, 0)
        least = 184 * DAY if delivery == LOCK else 0
        terms = structs.AirdropTerms(
            tree.root, net.airdrops.address, 3, now, now + 90 * DAY, delivery, keeper, *grant, least
        )
        call, governance = net.airdrops.openPaid if paid else net.airdrops.open, net.governance
        if paid:
            fund = net.reserve("ResearchReserve")
            self.act(
                "reserve.spend",
                lambda: fund.spend(net.era, governance, 600 * ERA, b"\1" * 32, sender=governance),
            )
            self.act("era.approve", lambda: net.era.approve(net.airdrops, 600 * ERA, sender=governance))
        name = "airdrops.openPaid" if paid else "airdrops.open"
        opened = self.act(name, lambda: call(terms, 600 * ERA, "round", "ipfs://", sender=governance))
        if opened is None:
            return
        round_ = AirdropClaim.at(self.stage.chain, opened.returned)
        for (index, account, amount), label in list(zip(listed, names, strict=True))[:claims]:
            proof, who = (
                tree.proof(double_hash(("uint256", "address", "uint256"), (index, account, amount))),
                self.who(label),
            )
            self._claim(round_, (index, account, amount), proof, who, delivery)
        self.wait(91 * DAY)
        self.act("airdrop.sweep", lambda: round_.sweep(net.era, sender=self.who("relayer")))
        left = net.era.balanceOf(round_)
        assert left == 0, "6. what nobody claimed goes back"

    def _claim(self, round_: Any, claim: tuple[int, str, int], proof: Any, who: Account, delivery: int) -> None:
        index, account, amount = claim
        term = 200 * DAY if delivery == LOCK else 0
        relayer = self.who("relayer")
        if index == 1:
            order = structs.AirdropOrder(index, account, amount, self.who("mallory").address, term, self.now + DAY)
            signed = sign(round_, "AirdropOrder", order, who)
            self.act("airdrop.claimBySignature", lambda: round_.claimBySignature(order, proof, signed, sender=relayer))
        elif index == 2 or delivery == LOCK:
            to = self.who("relayer")
            self.act("airdrop.claimTo", lambda: round_.claimTo(index, amount, to, term, proof, sender=who))
        else:
            self.act("airdrop.claim", lambda: round_.claim(index, who, amount, proof, sender=relayer))
        self.never("9. nobody claims twice", lambda: round_.claim(index, who, amount, proof, sender=relayer))
