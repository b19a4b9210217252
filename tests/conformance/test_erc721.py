"""ERC-721, sentence by sentence, for rights and for goods.

Both ledgers refuse movements for reasons of their own: parties that are unknown, suspended or outside the scope,
tokens that are frozen, pledged or halted, and, for goods, operators that are no dealers. That conforms: the text names
the cases in which a transfer must throw, and its rationale says that an implementation may throw in others. Each test
therefore moves tokens only among those who may hold them, and is refused by the standard's own words.
"""

import re
from typing import Any

import pytest
from eth_abi.abi import decode, encode

from caldera.artifacts import artifact
from caldera.contracts import DeafReceiver
from caldera.evm import ContractError
from tests.support.suite import reverts
from tests.support.tokens import (
    NAMED,
    NOBODY,
    SHORT,
    SILENT,
    WAYS,
    WRONG,
    Rights,
    Tokens,
    interface_id,
    log,
    selector,
)

TRANSFER = "Transfer(address,address,uint256)"
APPROVAL = "Approval(address,address,uint256)"
FOR_ALL = "ApprovalForAll(address,address,bool)"
RECEIVED = "onERC721Received(address,address,uint256,bytes)"
ERC721 = {
    "balanceOf(address)": "view",
    "ownerOf(uint256)": "view",
    "safeTransferFrom(address,address,uint256,bytes)": "payable",
    "safeTransferFrom(address,address,uint256)": "payable",
    "transferFrom(address,address,uint256)": "payable",
    "approve(address,uint256)": "payable",
    "setApprovalForAll(address,bool)": "nonpayable",
    "getApproved(uint256)": "view",
    "isApprovedForAll(address,address)": "view",
}
METADATA = {"name()": "view", "symbol()": "view", "tokenURI(uint256)": "view"}
SUPPORTS = {"supportsInterface(bytes4)": "view"}
STRENGTH = ("payable", "nonpayable", "view", "pure")
INVALID = (0, 1, 2**48 - 1, 2**256 - 1)


def absent(tokens: Tokens) -> list[int]:
    """Ids that are no tokens: never made, beside one that was made, and retired ones."""
    token, retired = tokens.mint(), tokens.mint()
    tokens.retire(retired)
    return [*INVALID, token + 1, token ^ (1 << 255), retired]


class TestInterface:
    """Every ERC-721 compliant contract must implement the ERC721 and ERC165 interfaces."""

    @pytest.mark.clause("ERC-721", "ids")
    def test_the_ids_are_those_of_the_text_and_are_supported(self, tokens: Tokens) -> None:
        for functions, known in ((ERC721, "80ac58cd"), (METADATA, "5b5e139f"), (SUPPORTS, "01ffc9a7")):
            assert interface_id(*functions).hex() == known
            assert tokens.ledger.supportsInterface(bytes.fromhex(known)), known

    @pytest.mark.clause("ERC-721", "ids")
    def test_what_is_not_implemented_is_not_supported(self, tokens: Tokens) -> None:
        enumerable, receiver, multi = "780e9d63", "150b7a02", "d9b67a26"
        assert selector(RECEIVED).hex() == receiver
        for unknown in ("ffffffff", "00000000", enumerable, receiver, multi):
            assert not tokens.ledger.supportsInterface(bytes.fromhex(unknown)), unknown

    @pytest.mark.clause("ERC-165", "gas")
    @pytest.mark.parametrize("asked", ["80ac58cd", "ffffffff", "12345678"])
    def test_supports_interface_uses_less_than_30_000_gas(self, tokens: Tokens, asked: str) -> None:
        data = tokens.ledger.calldata.supportsInterface(bytes.fromhex(asked))
        receipt = tokens.chain.transact(tokens.ledger, data, tokens.stranger)
        assert receipt.gas_used < 30_000 + 21_000 + 16 * len(data)

    @pytest.mark.clause("ERC-721", "mutability")
    def test_the_mutability_is_that_of_the_text_or_stronger(self, tokens: Tokens) -> None:
        stated = {
            f"{entry['name']}({','.join(given['type'] for given in entry['inputs'])})": entry["stateMutability"]
            for entry in artifact(tokens.ledger.ABI_NAME).abi
            if entry["type"] == "function"
        }
        for signature, mutability in (ERC721 | METADATA | SUPPORTS).items():
            assert STRENGTH.index(stated[signature]) >= STRENGTH.index(mutability), signature


class TestBalances:
    """`balanceOf` and `ownerOf`."""

    @pytest.mark.clause("ERC-721", "balance")
    def test_all_tokens_of_an_owner_are_counted(self, tokens: Tokens) -> None:
        assert tokens.ledger.balanceOf(tokens.third) == 0
        start = tokens.ledger.balanceOf(tokens.owner)
        made = [tokens.mint() for _ in range(3)]
        assert tokens.ledger.balanceOf(tokens.owner) == start + 3
        assert [tokens.ledger.ownerOf(token) for token in made] == [tokens.owner.address] * 3
        tokens.ledger.transferFrom(tokens.owner, tokens.third, made[1], sender=tokens.owner)
        assert tokens.ledger.balanceOf(tokens.owner) == start + 2
        assert tokens.ledger.balanceOf(tokens.third) == 1

    @pytest.mark.clause("ERC-721", "balance")
    def test_balance_of_throws_for_the_zero_address(self, tokens: Tokens) -> None:
        tokens.retire(tokens.mint())
        with reverts("ERC721InvalidOwner", owner=NOBODY):
            tokens.ledger.balanceOf(NOBODY)

    @pytest.mark.clause("ERC-721", "owner")
    def test_owner_of_throws_for_what_is_no_token(self, tokens: Tokens) -> None:
        for token in absent(tokens):
            with reverts("ERC721NonexistentToken", tokenId=token):
                tokens.ledger.ownerOf(token)


class TestTransfers:
    """`transferFrom` and both `safeTransferFrom`."""

    @pytest.mark.clause("ERC-721", "who")
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("who", ["owner", "operator", "approved"])
    def test_the_owner_an_operator_and_the_approved_address_transfer(self, tokens: Tokens, way: str, who: str) -> None:
        token = tokens.mint()
        if who == "operator":
            tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        if who == "approved":
            tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        caller = tokens.owner if who == "owner" else tokens.operator
        receipt = tokens.move(way, tokens.owner, tokens.other, token, caller)
        assert tokens.ledger.ownerOf(token) == tokens.other.address
        assert list(receipt.logs) == [log(tokens.ledger, TRANSFER, tokens.owner, tokens.other, token)]

    @pytest.mark.clause("ERC-721", "who")
    @pytest.mark.parametrize("way", WAYS)
    def test_throws_unless_the_caller_is_owner_operator_or_approved(self, tokens: Tokens, way: str) -> None:
        token, beside = tokens.mint(), tokens.mint()
        tokens.ledger.approve(tokens.operator, beside, sender=tokens.owner)
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.other)
        tokens.ledger.setApprovalForAll(tokens.third, True, sender=tokens.owner)
        tokens.ledger.setApprovalForAll(tokens.third, False, sender=tokens.owner)
        for caller in (tokens.operator, tokens.other, tokens.third):
            with reverts("ERC721InsufficientApproval", operator=caller.address, tokenId=token):
                tokens.move(way, tokens.owner, tokens.other, token, caller)
        with pytest.raises(ContractError):  # for goods our own rule speaks first: it is no dealer
            tokens.move(way, tokens.owner, tokens.other, token, tokens.stranger)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address
        tokens.move(way, tokens.owner, tokens.other, token, tokens.owner)

    @pytest.mark.clause("ERC-721", "from")
    @pytest.mark.parametrize("way", WAYS)
    def test_throws_if_from_is_not_the_owner(self, tokens: Tokens, way: str) -> None:
        token = tokens.mint()
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.other)
        for caller in (tokens.owner, tokens.other, tokens.operator):
            with reverts("ERC721IncorrectOwner", sender=tokens.other.address, tokenId=token):
                tokens.move(way, tokens.other, tokens.third, token, caller)

    @pytest.mark.clause("ERC-721", "zero")
    @pytest.mark.parametrize("way", WAYS)
    def test_throws_if_to_is_the_zero_address(self, tokens: Tokens, way: str) -> None:
        """By ERC-7943's error: the zero address can never be enrolled, so it is no party that may receive."""
        token = tokens.mint()
        with reverts("ERC7943CannotReceive", account=NOBODY):
            tokens.move(way, tokens.owner, NOBODY, token, tokens.owner)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address

    @pytest.mark.clause("ERC-721", "none")
    @pytest.mark.parametrize("way", WAYS)
    def test_throws_if_it_is_no_token(self, tokens: Tokens, way: str) -> None:
        for token in absent(tokens):
            for source in (tokens.owner.address, NOBODY, tokens.last_holder().address):
                with reverts("ERC721NonexistentToken", tokenId=token):
                    tokens.move(way, source, tokens.other, token, tokens.owner)

    @pytest.mark.clause("ERC-721", "events")
    def test_a_transfer_to_oneself_is_a_transfer(self, tokens: Tokens) -> None:
        token = tokens.mint()
        before = tokens.ledger.balanceOf(tokens.owner)
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        receipt = tokens.ledger.transferFrom(tokens.owner, tokens.owner, token, sender=tokens.owner)
        assert list(receipt.logs) == [log(tokens.ledger, TRANSFER, tokens.owner, tokens.owner, token)]
        assert tokens.ledger.balanceOf(tokens.owner) == before
        assert tokens.ledger.ownerOf(token) == tokens.owner.address
        assert tokens.ledger.getApproved(token) == NOBODY

    @pytest.mark.clause("ERC-721", "identity")
    def test_a_number_stays_one_tokens_for_ever(self, tokens: Tokens) -> None:
        """Whatever becomes of it, and however many are made after it ended."""
        first = tokens.mint()
        said = tokens.ledger.tokenURI(first)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, first, sender=tokens.owner)
        tokens.ledger.forcedTransfer(tokens.other, tokens.owner, first, sender=tokens.officer)
        assert tokens.ledger.ownerOf(first) == tokens.owner.address
        assert tokens.ledger.tokenURI(first) == said
        tokens.retire(first)
        later = [tokens.mint() for _ in range(5)]
        assert len({first, *later}) == 6
        with reverts("ERC721NonexistentToken", tokenId=first):
            tokens.ledger.ownerOf(first)

    @pytest.mark.clause("ERC-721", "identity")
    def test_a_title_that_was_struck_out_is_not_made_again(self, estate: Any) -> None:
        """The number of a right is made of its registry and its name: the same ones never come back."""
        right = estate.right("parcel")
        estate.land.strikeOut(right, b"\1" * 32, sender=estate.officer)
        with reverts("TokenExists", id=right):
            estate.right("parcel")
        assert estate.right("parcel beside") != right

    @pytest.mark.clause("ERC-721", "balance")
    def test_there_and_back_and_there_again(self, tokens: Tokens) -> None:
        token = tokens.mint()
        for source, target in (
            (tokens.owner, tokens.other),
            (tokens.other, tokens.owner),
            (tokens.owner, tokens.third),
        ):
            tokens.ledger.transferFrom(source, target, token, sender=source)
            assert tokens.ledger.ownerOf(token) == target.address


class TestSafeTransfers:
    """A receiver that is a contract is asked once the transfer is complete."""

    @pytest.mark.clause("ERC-721", "safe")
    @pytest.mark.parametrize(("way", "data"), [(WAYS[1], b""), (WAYS[2], b"data")])
    @pytest.mark.parametrize("by_operator", [False, True])
    def test_it_is_told_operator_sender_token_and_data(
        self, tokens: Tokens, way: str, data: bytes, by_operator: bool
    ) -> None:
        token, receiver = tokens.mint(), tokens.receiver()
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        caller = tokens.operator if by_operator else tokens.owner
        tokens.move(way, tokens.owner, receiver, token, caller)
        told = (tokens.ledger.address, caller.address, tokens.owner.address, token, data)
        assert receiver.heard() == (encode(["address", "address", "address", "uint256", "bytes"], told),)

    @pytest.mark.clause("ERC-721", "safe")
    def test_by_then_the_transfer_is_complete(self, tokens: Tokens) -> None:
        token, receiver = tokens.mint(), tokens.receiver()
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        for question, answer in (("ownerOf", receiver.address), ("getApproved", NOBODY)):
            with tokens.chain.isolated():
                receiver.watch(tokens.ledger, getattr(tokens.ledger.calldata, question)(token), sender=tokens.stranger)
                tokens.ledger.safeTransferFrom(tokens.owner, receiver, token, sender=tokens.owner)
                (seen,) = receiver.seen()
                assert decode(["address"], seen) == (answer.lower(),)

    @pytest.mark.clause("ERC-721", "safe-refused")
    @pytest.mark.parametrize("way", WAYS[1:])
    @pytest.mark.parametrize(
        ("manner", "error"), [(WRONG, "ERC721InvalidReceiver"), (SILENT, "ERC721InvalidReceiver"), (NAMED, "Unwilling")]
    )
    def test_throws_unless_the_magic_value_comes_back(self, tokens: Tokens, way: str, manner: int, error: str) -> None:
        token, receiver = tokens.mint(), tokens.receiver(manner)
        with reverts(error):
            tokens.move(way, tokens.owner, receiver, token, tokens.owner)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address
        receiver.behave(0, sender=tokens.stranger)
        tokens.move(way, tokens.owner, receiver, token, tokens.owner)

    @pytest.mark.clause("ERC-721", "safe-refused")
    def test_throws_for_a_contract_that_is_no_receiver_or_answers_too_little(self, tokens: Tokens) -> None:
        token = tokens.mint()
        deaf = DeafReceiver.deploy(tokens.chain, sender=tokens.stranger)
        tokens.enrol(deaf)
        with reverts("ERC721InvalidReceiver", receiver=deaf.address):
            tokens.ledger.safeTransferFrom(tokens.owner, deaf, token, sender=tokens.owner)
        with pytest.raises(ContractError):
            tokens.ledger.safeTransferFrom(tokens.owner, tokens.receiver(SHORT), token, sender=tokens.owner)
        assert tokens.ledger.ownerOf(token) == tokens.owner.address

    @pytest.mark.clause("ERC-721", "plain")
    def test_the_plain_transfer_asks_nobody(self, tokens: Tokens) -> None:
        """The caller is responsible to confirm that the receiver is capable of receiving."""
        token, receiver = tokens.mint(), tokens.receiver(WRONG)
        tokens.ledger.transferFrom(tokens.owner, receiver, token, sender=tokens.owner)
        assert tokens.ledger.ownerOf(token) == receiver.address
        assert receiver.heard() == ()


class TestEvents:
    """`Transfer` is emitted when ownership changes by any mechanism."""

    @pytest.mark.clause("ERC-721", "events")
    def test_creation_is_a_transfer_from_the_zero_address(self, tokens: Tokens) -> None:
        token = tokens.mint()
        birth = [one for one in tokens.births[token].logs if one.topics[0] == log(NOBODY, TRANSFER).topics[0]]
        first = tokens.other if getattr(tokens, "kind", "") == "item that moved" else tokens.owner
        assert birth == [log(tokens.ledger, TRANSFER, NOBODY, first, token)]

    @pytest.mark.clause("ERC-721", "events")
    def test_destruction_is_a_transfer_to_the_zero_address(self, tokens: Tokens) -> None:
        token = tokens.mint()
        death = tokens.retire(token)
        expected = log(tokens.ledger, TRANSFER, tokens.last_holder(), NOBODY, token)
        assert [one for one in death.logs if one.emitter == tokens.ledger.address] == [expected]

    @pytest.mark.clause("ERC-721", "events")
    def test_force_is_a_transfer_and_resets_the_approved_address(self, tokens: Tokens) -> None:
        token = tokens.mint()
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        receipt = tokens.ledger.forcedTransfer(tokens.owner, tokens.other, token, sender=tokens.officer)
        assert log(tokens.ledger, TRANSFER, tokens.owner, tokens.other, token) in receipt.logs
        assert tokens.ledger.getApproved(token) == NOBODY
        with reverts("ERC721InsufficientApproval", operator=tokens.operator.address, tokenId=token):
            tokens.ledger.transferFrom(tokens.other, tokens.third, token, sender=tokens.operator)


class TestApprovals:
    """`approve` and `getApproved`: one address for one token."""

    @pytest.mark.clause("ERC-721", "approve")
    @pytest.mark.parametrize("by_operator", [False, True])
    def test_owner_and_operators_approve(self, tokens: Tokens, by_operator: bool) -> None:
        token = tokens.mint()
        assert tokens.ledger.getApproved(token) == NOBODY
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        caller = tokens.operator if by_operator else tokens.owner
        receipt = tokens.ledger.approve(tokens.third, token, sender=caller)
        assert tokens.ledger.getApproved(token) == tokens.third.address
        assert list(receipt.logs) == [log(tokens.ledger, APPROVAL, tokens.owner, tokens.third, token)]

    @pytest.mark.clause("ERC-721", "approve")
    def test_throws_unless_the_caller_is_owner_or_operator(self, tokens: Tokens) -> None:
        """Not even the approved address may approve."""
        token = tokens.mint()
        tokens.ledger.approve(tokens.third, token, sender=tokens.owner)
        for caller in (tokens.third, tokens.other, tokens.stranger, tokens.officer):
            with reverts("ERC721InvalidApprover", approver=caller.address):
                tokens.ledger.approve(caller, token, sender=caller)
        assert tokens.ledger.getApproved(token) == tokens.third.address

    @pytest.mark.clause("ERC-721", "approve")
    def test_it_is_said_when_changed_and_when_reaffirmed(self, tokens: Tokens) -> None:
        token = tokens.mint()
        for target in (tokens.other.address, tokens.other.address, tokens.third.address, NOBODY, NOBODY):
            receipt = tokens.ledger.approve(target, token, sender=tokens.owner)
            assert list(receipt.logs) == [log(tokens.ledger, APPROVAL, tokens.owner, target, token)]
            assert tokens.ledger.getApproved(token) == target

    @pytest.mark.clause("ERC-721", "approve")
    def test_the_zero_address_means_none(self, tokens: Tokens) -> None:
        token = tokens.mint()
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        tokens.ledger.approve(NOBODY, token, sender=tokens.owner)
        with reverts("ERC721InsufficientApproval", operator=tokens.operator.address):
            tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.operator)

    @pytest.mark.clause("ERC-721", "events")
    @pytest.mark.parametrize("way", WAYS)
    def test_a_transfer_resets_it(self, tokens: Tokens, way: str) -> None:
        token = tokens.mint()
        tokens.ledger.approve(tokens.operator, token, sender=tokens.owner)
        tokens.move(way, tokens.owner, tokens.other, token, tokens.operator)
        assert tokens.ledger.getApproved(token) == NOBODY
        with reverts("ERC721InsufficientApproval", operator=tokens.operator.address):
            tokens.move(way, tokens.other, tokens.third, token, tokens.operator)

    @pytest.mark.clause("ERC-721", "approved")
    def test_neither_approved_nor_asked_for_what_is_no_token(self, tokens: Tokens) -> None:
        for token in absent(tokens):
            with reverts("ERC721NonexistentToken", tokenId=token):
                tokens.ledger.getApproved(token)
            for caller in (tokens.owner, tokens.last_holder()):
                with reverts("ERC721NonexistentToken", tokenId=token):
                    tokens.ledger.approve(tokens.other, token, sender=caller)


class TestOperators:
    """`setApprovalForAll`: as many as one likes, for all there is and will be."""

    @pytest.mark.clause("ERC-721", "operators")
    def test_the_contract_must_allow_multiple_operators(self, tokens: Tokens) -> None:
        first, second, third = tokens.mint(), tokens.mint(), tokens.mint()
        for operator in (tokens.operator, tokens.third):
            tokens.ledger.setApprovalForAll(operator, True, sender=tokens.owner)
        assert tokens.ledger.isApprovedForAll(tokens.owner, tokens.operator)
        assert tokens.ledger.isApprovedForAll(tokens.owner, tokens.third)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, first, sender=tokens.operator)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, second, sender=tokens.third)
        tokens.ledger.setApprovalForAll(tokens.operator, False, sender=tokens.owner)
        assert not tokens.ledger.isApprovedForAll(tokens.owner, tokens.operator)
        with reverts("ERC721InsufficientApproval", operator=tokens.operator.address):
            tokens.ledger.transferFrom(tokens.owner, tokens.other, third, sender=tokens.operator)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, third, sender=tokens.third)

    @pytest.mark.clause("ERC-721", "operators")
    def test_it_is_said_whatever_it_was_before(self, tokens: Tokens) -> None:
        """Also for somebody without a token."""
        for approved in (False, True, True, False):
            receipt = tokens.ledger.setApprovalForAll(tokens.operator, approved, sender=tokens.third)
            data = encode(["bool"], [approved])
            assert list(receipt.logs) == [log(tokens.ledger, FOR_ALL, tokens.third, tokens.operator, data=data)]
            assert tokens.ledger.isApprovedForAll(tokens.third, tokens.operator) == approved

    @pytest.mark.clause("ERC-721", "operators")
    def test_it_is_one_owners_word_for_one_operator(self, tokens: Tokens) -> None:
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        for owner, operator in (
            (tokens.operator, tokens.owner),
            (tokens.other, tokens.operator),
            (tokens.owner, tokens.other),
            (tokens.owner, tokens.owner),
        ):
            assert not tokens.ledger.isApprovedForAll(owner, operator)

    @pytest.mark.clause("ERC-721", "operators")
    def test_it_outlasts_a_transfer_and_covers_what_comes_later(self, tokens: Tokens) -> None:
        tokens.ledger.setApprovalForAll(tokens.operator, True, sender=tokens.owner)
        token = tokens.mint()
        tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.operator)
        with reverts("ERC721InsufficientApproval", operator=tokens.operator.address):
            tokens.ledger.transferFrom(tokens.other, tokens.owner, token, sender=tokens.operator)
        tokens.ledger.transferFrom(tokens.other, tokens.owner, token, sender=tokens.other)
        tokens.ledger.transferFrom(tokens.owner, tokens.other, token, sender=tokens.operator)


class TestMetadata:
    """The metadata extension."""

    @pytest.mark.clause("ERC-721", "metadata")
    def test_name_and_symbol(self, tokens: Tokens) -> None:
        expected = (
            ("Caldera Usage Rights", "RIGHT") if isinstance(tokens, Rights) else ("Caldera Directed Goods", "GOODS")
        )
        assert (tokens.ledger.name(), tokens.ledger.symbol()) == expected

    @pytest.mark.clause("ERC-721", "metadata")
    def test_each_token_has_a_uri_of_its_own(self, tokens: Tokens) -> None:
        first, second = tokens.mint(), tokens.mint()
        assert tokens.ledger.tokenURI(first) != tokens.ledger.tokenURI(second)
        # RFC 3986: a scheme, then only what may stand in a URI.
        assert re.fullmatch(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", tokens.ledger.tokenURI(first))

    @pytest.mark.clause("ERC-721", "metadata")
    def test_the_uri_throws_for_what_is_no_token(self, tokens: Tokens) -> None:
        for token in absent(tokens):
            with reverts("ERC721NonexistentToken", tokenId=token):
                tokens.ledger.tokenURI(token)


class TestOurOwnRules:
    """What we refuse beyond the text; its rationale allows it, and nobody gets what the text would refuse."""

    @pytest.mark.parametrize("way", WAYS)
    def test_parties(self, tokens: Tokens, way: str) -> None:
        token = tokens.mint()
        with reverts("ERC7943CannotReceive", account=tokens.stranger.address):
            tokens.move(way, tokens.owner, tokens.stranger, token, tokens.owner)
        tokens.ledger.setFrozenTokens(tokens.owner, token, True, sender=tokens.officer)
        with reverts("ERC7943InsufficientUnfrozenBalance", account=tokens.owner.address, tokenId=token):
            tokens.move(way, tokens.owner, tokens.other, token, tokens.owner)

    @pytest.mark.parametrize("way", WAYS)
    def test_who_moves_for_another(self, tokens: Tokens, way: str) -> None:
        """Of goods: the operator must be a dealer, however it was approved. Of rights: anybody, as in the text."""
        token = tokens.mint()
        tokens.ledger.approve(tokens.stranger, token, sender=tokens.owner)
        tokens.ledger.setApprovalForAll(tokens.stranger, True, sender=tokens.owner)
        if isinstance(tokens, Rights):
            tokens.move(way, tokens.owner, tokens.other, token, tokens.stranger)
            return
        with reverts("OutsideScope", id=token, account=tokens.stranger.address):
            tokens.move(way, tokens.owner, tokens.other, token, tokens.stranger)


@pytest.mark.clause("ERC-721", "events")
def test_a_batch_is_as_many_tokens_as_it_says(shop: Any) -> None:
    """Items of a batch share one slot until they move; none of them is another's."""
    first = shop.retail.issue(shop.line, shop.berlin, 4, sender=shop.brand).returned
    shop.goods.approve(shop.paris, first + 1, sender=shop.berlin)
    assert [shop.goods.getApproved(first + n) for n in range(4)] == [NOBODY, shop.paris.address, NOBODY, NOBODY]
    shop.goods.transferFrom(shop.berlin, shop.brand, first + 2, sender=shop.berlin)
    shop.retail.retire(first + 2, sender=shop.brand)
    shop.goods.transferFrom(shop.berlin, shop.paris, first + 1, sender=shop.paris)
    for token in (first + 2, first + 4, first - 1):
        with reverts("ERC721NonexistentToken", tokenId=token):
            shop.goods.ownerOf(token)
    assert [shop.goods.ownerOf(first + n) for n in (0, 1, 3)] == [
        shop.berlin.address,
        shop.paris.address,
        shop.berlin.address,
    ]
    assert [shop.goods.balanceOf(who) for who in (shop.berlin, shop.paris, shop.brand)] == [2, 1, 0]


@pytest.mark.clause("ERC-721", "events")
def test_seizure_and_trust_reset_the_approved_address(estate: Any) -> None:
    """The other mechanisms by which a right changes hands."""
    right = estate.right()
    estate.rights.approve(estate.guest, right, sender=estate.owner)
    estate.rights.pledge(estate.owner, estate.bank, right, 1, sender=estate.owner)
    receipt = estate.rights.seize(estate.owner, estate.buyer, right, 1, sender=estate.bank)
    assert log(estate.rights, TRANSFER, estate.owner, estate.buyer, right) in receipt.logs
    assert estate.rights.getApproved(right) == NOBODY
    estate.rights.approve(estate.land, right, sender=estate.buyer)
    receipt = estate.land.putInTrust(right, 1_000_000, 2, 1, sender=estate.buyer)
    assert log(estate.rights, TRANSFER, estate.buyer, estate.land, right) in receipt.logs
    assert estate.rights.getApproved(right) == NOBODY
    receipt = estate.land.takeOut(receipt.returned, sender=estate.buyer)
    assert log(estate.rights, TRANSFER, estate.land, estate.buyer, right) in receipt.logs
    with reverts("ERC721InsufficientApproval", operator=estate.guest.address):
        estate.rights.transferFrom(estate.buyer, estate.owner, right, sender=estate.guest)
