"""AirdropClaim: claims to the account, proofs, the window, the sweep."""

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from caldera.airdrop import Claim, leaf
from caldera.contracts import AirdropClaim, DevnetCurrency, ReentrantToken, SilentToken, StingyCaller, events
from caldera.evm.hashing import create_address
from caldera.merkle import Tree, double_hash
from tests.support.airdrop import ACCOUNT, DELEGATION, ERA, GRANT, LOCK, Drop, Opened
from tests.support.suite import DAY, NOBODY, reverts


def test_anyone_brings_a_claim_to_its_account(drop: Drop) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    receipt = opened.contract.claim(*opened.arguments(drop.ann), sender=drop.mallory)
    assert drop.era.balanceOf(drop.ann) == 100 * ERA
    assert drop.era.balanceOf(opened.contract) == 1_400 * ERA
    said = receipt.one(events.AirdropClaimed)
    assert (said.index, said.account, said.to, said.amount) == (claim.index, claim.account, claim.account, 100 * ERA)
    assert [opened.contract.isClaimed(one.index) for one in opened.claims] == [one is claim for one in opened.claims]


def test_each_claim_is_paid_once(drop: Drop) -> None:
    opened = drop.open()
    for one in opened.claims:
        opened.contract.claim(*opened.arguments(one.account), sender=drop.mallory)
        with reverts("AlreadyClaimed", index=one.index):
            opened.contract.claim(*opened.arguments(one.account), sender=drop.mallory)
        with reverts("AlreadyClaimed", index=one.index):
            opened.contract.claim(one.index, one.account, one.amount, [], sender=drop.mallory)
        assert drop.era.balanceOf(one.account) == one.amount
    assert drop.era.balanceOf(opened.contract) == 0


def test_neither_index_nor_account_nor_amount_can_be_others(drop: Drop) -> None:
    opened = drop.open()
    first, other = opened.claims[:2]
    index, account, amount, proof = opened.arguments(first.account)
    for wrong in (
        (other.index, account, amount, proof),
        (index, drop.mallory.address, amount, proof),
        (index, account, amount + 1, proof),
        (index, account, amount - 1, proof),
        (index, account, amount, opened.proof(other)),
        (index, account, amount, proof[:-1]),
        (index, account, amount, [*proof, proof[0]]),
        (index, account, amount, proof[::-1]),
        (index, account, amount, []),
    ):
        with reverts("NotInAirdrop", index=wrong[0], account=wrong[1], amount=wrong[2]):
            opened.contract.claim(*wrong, sender=drop.mallory)
        assert not opened.contract.isClaimable(*wrong)
    assert opened.contract.isClaimable(index, account, amount, proof)
    opened.contract.claim(index, account, amount, proof, sender=drop.mallory)
    assert not opened.contract.isClaimable(index, account, amount, proof)


def test_a_proof_of_another_round_is_none(drop: Drop) -> None:
    first = drop.open()
    second = drop.open([one._replace(amount=one.amount + 1) for one in first.claims])
    with reverts("NotInAirdrop"):
        second.contract.claim(*first.arguments(drop.ann), sender=drop.ann)
    with reverts("NotInAirdrop"):
        first.contract.claim(*second.arguments(drop.ann), sender=drop.ann)


def test_the_leaf_is_the_general_encoding_hashed_twice(drop: Drop) -> None:
    for one in drop.listed.claims:
        assert leaf(*one) == double_hash(["uint256", "address", "uint256"], list(one))


def test_an_inner_node_is_no_leaf(drop: Drop) -> None:
    """Two leaves side by side are 64 bytes; a claim has 96, hashed twice: what it comes from proves nothing."""
    one, two = drop.listed.claims[:2]
    once = keccak(encode(["uint256", "address", "uint256"], list(one)))
    weak = Tree(tuple(sorted((once, leaf(*two)))))  # a list whose leaves were hashed once
    terms = drop.terms(weak.root, 2)
    where = drop.rounds.open(terms, 10**21, "weak", "x", sender=drop.admin).returned
    contract = AirdropClaim.at(drop.chain, where)
    with reverts("NotInAirdrop"):
        contract.claim(*one, weak.proof(once), sender=drop.ann)
    contract.claim(*two, weak.proof(leaf(*two)), sender=drop.ann)


def test_a_list_of_one_needs_no_proof(drop: Drop) -> None:
    opened = drop.open([Claim(0, drop.ann.address, 7)])
    opened.contract.claim(0, drop.ann, 7, [], sender=drop.mallory)
    assert drop.era.balanceOf(drop.ann) == 7


def test_claims_of_many_words(drop: Drop) -> None:
    """Bits do not reach into their neighbours: at the borders of words, in any order."""
    many = [Claim(n, drop.account(f"n{n}").address, n + 1) for n in range(514)]
    opened = drop.open(many)
    borders = [255, 256, 0, 513, 511, 512, 1]
    for place, n in enumerate(borders):
        opened.contract.claim(*many[n], opened.proof(many[n]), sender=drop.mallory)
        claimed = {m for m in range(514) if opened.contract.isClaimed(m)}
        assert claimed == set(borders[: place + 1])
    assert not opened.contract.isClaimed(514)
    assert not opened.contract.isClaimed(2**256 - 1)


@pytest.mark.parametrize("index", [5, 2**32, 2**256 - 1])
def test_an_index_beyond_the_list(drop: Drop, index: int) -> None:
    opened = drop.open()
    claim = opened.of(drop.ann)
    with reverts("IndexBeyondAirdrop", index=index, count=5):
        opened.contract.claim(index, claim.account, claim.amount, opened.proof(claim), sender=drop.ann)
    with reverts("NotInAirdrop"):
        opened.contract.claim(4 - claim.index % 2, claim.account, claim.amount, [], sender=drop.ann)


def test_a_wrong_list_with_an_index_beyond_its_count(drop: Drop) -> None:
    """What no tool would make stays in its round: nobody is paid twice, and the rest comes back."""
    opened = drop.open([Claim(0, drop.ann.address, 5), Claim(2, drop.ben.address, 7)])
    with reverts("IndexBeyondAirdrop", index=2, count=2):
        opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ben)
    assert not opened.contract.isClaimable(*opened.arguments(drop.ben))
    opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ben)


def test_an_index_that_two_claims_have_is_used_once(drop: Drop) -> None:
    opened = drop.open([Claim(0, drop.ann.address, 5), Claim(0, drop.ben.address, 7)])
    opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ben)
    with reverts("AlreadyClaimed", index=0):
        opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)


def test_a_claim_of_nothing_is_refused_even_if_it_is_listed(drop: Drop) -> None:
    opened = drop.open([Claim(0, drop.ann.address, 0), Claim(1, drop.ben.address, 1)])
    assert not opened.contract.isClaimable(*opened.arguments(drop.ann))
    with reverts("EmptyClaim", index=0):
        opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)
    opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ann)


def test_nobody_cannot_claim(drop: Drop) -> None:
    """Nor can the token, nor the round, whatever the list says."""
    ahead = "0x" + create_address(bytes.fromhex(drop.rounds.address[2:]), drop.chain.nonce(drop.rounds)).hex()
    opened = drop.open(
        [Claim(0, NOBODY, 1), Claim(1, drop.era.address, 2), Claim(2, ahead, 3), Claim(3, drop.rounds.address, 4)]
    )
    assert opened.contract.address.lower() == ahead
    for one in opened.claims[:3]:
        assert not opened.contract.isClaimable(*one, opened.proof(one))
        with reverts("CannotBePaid"):
            opened.contract.claim(*one, opened.proof(one), sender=drop.ann)
    opened.contract.claim(*opened.claims[3], opened.proof(opened.claims[3]), sender=drop.ann)


def test_a_proof_has_32_hashes_at_most_and_longer_ones_cost_little(drop: Drop) -> None:
    opened = drop.open()
    index, account, amount, _ = opened.arguments(drop.ann)
    long = [keccak(text=str(n)) for n in range(33)]
    with reverts("ProofTooLong", length=33, longest=32):
        opened.contract.claim(index, account, amount, long, sender=drop.ann)
    assert not opened.contract.isClaimable(index, account, amount, long)
    with reverts("NotInAirdrop"):
        opened.contract.claim(index, account, amount, long[:32], sender=drop.ann)
    # 2,000 hashes are refused within what one storage read and the call itself cost.
    data = opened.contract.calldata.claim(index, account, amount, long * 61)
    stingy = StingyCaller.deploy(drop.chain, sender=drop.ann)
    with reverts("ProofTooLong", length=2013):
        stingy.callWith(opened.contract, data, 15_000, sender=drop.ann)


def test_a_proof_of_32_hashes_is_good(drop: Drop) -> None:
    """A list of four billion would need as many."""
    claim = Claim(0, drop.ann.address, 5)
    beside = [keccak(text=str(n)) for n in range(32)]
    root = leaf(*claim)
    for one in beside:
        root = keccak(b"".join(sorted((root, one))))
    where = drop.rounds.open(drop.terms(root, 1), 5, "deep", "x", sender=drop.admin).returned
    contract = AirdropClaim.at(drop.chain, where)
    assert contract.isClaimable(*claim, beside)
    contract.claim(*claim, beside, sender=drop.ann)
    assert drop.era.balanceOf(drop.ann) == 5


def test_the_first_and_the_last_second(drop: Drop) -> None:
    opens, closes = drop.chain.now + DAY, drop.chain.now + 2 * DAY
    opened = drop.open(opensAt=opens, closesAt=closes)
    drop.chain.warp(opens - 1)
    assert not opened.contract.isClaimable(*opened.arguments(drop.ann))
    with reverts("AirdropNotOpen", opensAt=opens):
        opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)
    drop.chain.warp(opens)
    assert opened.contract.isClaimable(*opened.arguments(drop.ann))
    opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)
    drop.chain.warp(closes - 1)
    with reverts("AirdropNotOver", closesAt=closes):
        opened.contract.sweep(drop.era, sender=drop.mallory)
    assert opened.contract.isClaimable(*opened.arguments(drop.ben))
    opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ann)
    drop.chain.warp(closes)
    assert not opened.contract.isClaimable(*opened.arguments(drop.cleo))
    with reverts("AirdropOver", closesAt=closes):
        opened.contract.claim(*opened.arguments(drop.cleo), sender=drop.cleo)
    before = drop.era.balanceOf(drop.rounds)
    receipt = opened.contract.sweep(drop.era, sender=drop.mallory)
    assert receipt.returned == 1_200 * ERA == drop.era.balanceOf(drop.rounds) - before
    said = receipt.one(events.AirdropSwept)
    assert (said.token, said.rest, said.amount) == (drop.era.address, drop.rounds.address, 1_200 * ERA)


def over(drop: Drop, opened: Opened) -> None:
    drop.chain.warp(opened.contract.terms().closesAt)


def test_what_is_swept_goes_where_the_round_says_gifts_as_well(drop: Drop) -> None:
    opened = drop.open(rest=drop.account("treasury").address)
    drop.era.transfer(opened.contract, 5, sender=drop.admin)
    over(drop, opened)
    assert opened.contract.sweep(drop.era, sender=drop.mallory).returned == 1_500 * ERA + 5
    with reverts("NothingToSweep", token=drop.era.address):
        opened.contract.sweep(drop.era, sender=drop.mallory)
    drop.era.transfer(opened.contract, 1, sender=drop.admin)
    assert opened.contract.sweep(drop.era, sender=drop.mallory).returned == 1
    assert drop.era.balanceOf(drop.account("treasury")) == 1_500 * ERA + 6


def test_another_token_that_strayed_in_is_swept_too(drop: Drop) -> None:
    opened = drop.open()
    for stray in (
        DevnetCurrency.deploy(drop.chain, "USD", 6, sender=drop.ann),
        SilentToken.deploy(drop.chain, sender=drop.ann),
    ):
        stray.mint(opened.contract, 7, sender=drop.ann)
        with reverts("AirdropNotOver"):
            opened.contract.sweep(stray, sender=drop.ann)
        with drop.chain.isolated():
            over(drop, opened)
            opened.contract.sweep(stray, sender=drop.ann)
            assert stray.balanceOf(drop.rounds) == 7
            with reverts("NothingToSweep", token=stray.address):
                opened.contract.sweep(stray, sender=drop.ann)
            with reverts("NotAContract", account=drop.ann.address):
                opened.contract.sweep(drop.ann, sender=drop.ann)


def test_a_round_that_has_too_little_pays_who_comes_first(drop: Drop) -> None:
    """A list that adds up to more than its round has: only its own claims suffer."""
    opened = drop.open(total=600 * ERA)
    opened.contract.claim(*opened.arguments(drop.emil), sender=drop.emil)
    with reverts("ERC20InsufficientBalance"):
        opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ben)
    opened.contract.claim(*opened.arguments(drop.ann), sender=drop.ann)
    drop.era.transfer(opened.contract, 200 * ERA, sender=drop.admin)
    opened.contract.claim(*opened.arguments(drop.ben), sender=drop.ben)


@pytest.mark.parametrize("delivery", [ACCOUNT, GRANT])
def test_a_delegation_on_the_way(drop: Drop, delivery: int) -> None:
    opened = drop.open(delivery=delivery)
    where = drop.vault if delivery else drop.era
    delegation = drop.delegation(drop.ann, drop.dora, where)
    receipt = opened.contract.claimAndDelegate(*opened.arguments(drop.ann), delegation, sender=drop.mallory)
    assert where.delegates(drop.ann) == drop.dora.address
    assert where.getVotes(drop.dora) == 100 * ERA
    assert not receipt.all(events.DelegationNotTaken)
    assert receipt.one(events.AirdropClaimed).account == drop.ann.address


@pytest.mark.parametrize("wrong", ["used", "expired", "of another contract", "garbled"])
def test_a_delegation_that_is_refused_stops_nothing(drop: Drop, wrong: str) -> None:
    opened = drop.open()
    delegation = drop.delegation(drop.ann, drop.dora, drop.era)
    if wrong == "used":  # by somebody who saw it on its way
        drop.era.delegateBySig(*delegation, sender=drop.mallory)
    elif wrong == "expired":
        drop.chain.warp(delegation.expiry + 1)
    elif wrong == "of another contract":
        # Recovers to somebody: with another nonce than 0 nobody's delegation.
        delegation = drop.delegation(drop.ann, drop.dora, drop.vault, nonce=1)
    else:
        delegation = delegation._replace(v=5)
    receipt = opened.contract.claimAndDelegate(*opened.arguments(drop.ann), delegation, sender=drop.mallory)
    assert drop.era.balanceOf(drop.ann) == 100 * ERA
    said = receipt.one(events.DelegationNotTaken)
    assert (said.index, said.account, said.delegatee) == (
        opened.of(drop.ann).index,
        drop.ann.address,
        drop.dora.address,
    )
    assert drop.era.delegates(drop.ann) == (drop.dora.address if wrong == "used" else NOBODY)
    assert drop.era.getVotes(drop.dora) == (100 * ERA if wrong == "used" else 0)


def test_gas_cannot_be_rationed_to_lose_the_delegation(drop: Drop) -> None:
    """Whatever little gas is given, the claim goes through with its delegation or not at all."""
    opened = drop.open()
    delegation = drop.delegation(drop.ann, drop.dora, drop.era)
    data = opened.contract.calldata.claimAndDelegate(*opened.arguments(drop.ann), delegation)
    stingy = StingyCaller.deploy(drop.chain, sender=drop.mallory)
    paid = 0
    for gas in range(20_000, 320_000, 3_000):
        with drop.chain.isolated():
            receipt = drop.chain.transact_raw(
                stingy.address, stingy.calldata.callWith(opened.contract, data, gas), drop.mallory
            )
            assert opened.contract.isClaimed(opened.of(drop.ann).index) == receipt.ok
            assert (drop.era.getVotes(drop.dora) == 100 * ERA) == receipt.ok
            paid += receipt.ok
    assert 10 < paid < 90


def test_a_delegation_is_nothing_for_a_round_that_locks(drop: Drop) -> None:
    opened = drop.open(delivery=LOCK)
    with reverts("TermIsForAccount", account=drop.ann.address):
        opened.contract.claimAndDelegate(
            *opened.arguments(drop.ann), drop.delegation(drop.ann, drop.dora, drop.era), sender=drop.ann
        )


def test_a_token_that_calls_back_gets_nothing_more(drop: Drop) -> None:
    """The guard holds on every way in; and the index is used before the token is called."""
    token = ReentrantToken.deploy(drop.chain, sender=drop.admin)
    claims = drop.listed.claims
    tree = Tree(tuple(leaf(*one) for one in claims))
    contract = AirdropClaim.deploy(drop.chain, token, drop.terms(tree.root, 5), sender=drop.admin)
    opened = Opened(contract, claims, tree)
    token.mint(contract, 1_500 * ERA, sender=drop.admin)
    mine = opened.arguments(drop.ann)
    delegation = drop.delegation(drop.ann, drop.dora, drop.era)
    order = opened.order(drop.ben, drop.ben)
    for payload in (
        contract.calldata.claim(*mine),
        contract.calldata.claim(*opened.arguments(drop.ben)),
        contract.calldata.claimAndDelegate(*opened.arguments(drop.ben), delegation),
        contract.calldata.claimTo(0, 1, drop.ben, 0, []),
        contract.calldata.claimBySignature(order, [], b""),
        contract.calldata.sweep(token.address),
    ):
        token.arm(contract, payload, sender=drop.admin)
        with reverts("ReentrancyGuardReentrantCall"):
            contract.claim(*mine, sender=drop.ann)
    drop.chain.warp(contract.terms().closesAt)
    with reverts("ReentrancyGuardReentrantCall"):
        contract.sweep(token, sender=drop.ann)
    token.arm(NOBODY, b"", sender=drop.admin)
    contract.sweep(token, sender=drop.ann)
    assert token.balanceOf(drop.rounds) == 1_500 * ERA


def test_the_terms_are_there_to_read(drop: Drop) -> None:
    for delivery in (ACCOUNT, GRANT, LOCK):
        opened = drop.open(delivery=delivery)
        assert opened.contract.terms() == drop.terms(opened.tree.root, 5, delivery)
        assert opened.contract.token() == drop.era.address
    assert [one["name"] for one in DELEGATION] == ["delegatee", "nonce", "expiry"]
