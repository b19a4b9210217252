"""ERC-1155, clause by clause, for certificates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from caldera.agreements import sign
from caldera.artifacts import artifact
from caldera.contracts import DeafReceiver, HostileReceiver
from caldera.evm import Account, AddressLike, ContractError, Receipt
from caldera.evm.events import Log
from tests.support.bytecode import answers, install
from tests.support.suite import DAY, EU, FACTOR, MINIMUM, NOBODY, Suite, reverts
from tests.support.tokens import ACCEPT, BURN, LONG_REVERT, NAMED, SHORT, SILENT, WRONG, log

M = MINIMUM
SINGLE = "TransferSingle(address,address,address,uint256,uint256)"
BATCH = "TransferBatch(address,address,address,uint256[],uint256[])"
APPROVAL = "ApprovalForAll(address,address,bool)"
MUTABILITY = {
    "safeTransferFrom": "nonpayable",
    "safeBatchTransferFrom": "nonpayable",
    "balanceOf": "view",
    "balanceOfBatch": "view",
    "setApprovalForAll": "nonpayable",
    "isApprovedForAll": "view",
}
INDEXED = {"TransferSingle": 3, "TransferBatch": 3, "ApprovalForAll": 2}


def single(suite: Suite, operator: AddressLike, source: AddressLike, target: AddressLike, id: int, units: int) -> Log:
    """The log of one transfer."""
    return log(suite.ledger, SINGLE, operator, source, target, data=encode(["uint256"] * 2, [id, units]))


def batch(
    suite: Suite, operator: AddressLike, source: AddressLike, target: AddressLike, ids: list[int], units: list[int]
) -> Log:
    """The log of a batch."""
    return log(suite.ledger, BATCH, operator, source, target, data=encode(["uint256[]"] * 2, [ids, units]))


def receiver(suite: Suite, manner: int = ACCEPT) -> HostileReceiver:
    """A contract that may hold certificates and answers in that manner."""
    made = HostileReceiver.deploy(suite.chain, sender=suite.stranger)
    made.behave(manner, sender=suite.stranger)
    enrol(suite, made)
    return made


def enrol(suite: Suite, contract: AddressLike) -> None:
    """As a factor of its own."""
    entity = suite.registry.createEntity(b"\6" * 32, sender=suite.officer).returned
    suite.registry.enrol(contract, entity, suite.chain.now + DAY, EU, FACTOR, sender=suite.officer)


def two(suite: Suite) -> list[int]:
    """Two certificates of the seller, of 100 each."""
    return [suite.circulating(number=f"INV-{number}") for number in (1, 2)]


Way = Callable[[Suite, AddressLike, int, int], Receipt[Any]]
WAYS: dict[str, Way] = {
    "single": lambda suite, to, id, units: suite.ledger.safeTransferFrom(
        suite.seller, to, id, units, b"\1\2", sender=suite.seller
    ),
    "batch": lambda suite, to, id, units: suite.ledger.safeBatchTransferFrom(
        suite.seller, to, [id], [units], b"\1\2", sender=suite.seller
    ),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.mark.clause("ERC-1155", "interface")
def test_functions_and_events_are_those_of_the_text() -> None:
    abi = artifact("AssetCertificate").abi
    for name, mutability in MUTABILITY.items():
        (entry,) = (one for one in abi if one.get("name") == name)
        assert entry["stateMutability"] == mutability
    for name, indexed in INDEXED.items():
        (entry,) = (one for one in abi if one.get("name") == name)
        assert [part["indexed"] for part in entry["inputs"]] == [at < indexed for at in range(len(entry["inputs"]))]


class TestTransfers:
    """What reverts, and what is said of what does not."""

    @pytest.mark.clause("ERC-1155", "zero")
    def test_nobody_receives(self, suite: Suite, way: Way) -> None:
        asset = suite.circulating()
        with reverts("ERC1155InvalidReceiver", receiver=NOBODY):
            way(suite, NOBODY, asset, M)

    @pytest.mark.clause("ERC-1155", "short")
    def test_more_than_there_is(self, suite: Suite, way: Way) -> None:
        asset = suite.circulating()
        for units in (100 * M + 1, 2**256 - 1):
            with reverts("ERC1155InsufficientBalance", balance=100 * M, needed=units, tokenId=asset):
                way(suite, suite.alice, asset, units)

    @pytest.mark.clause("ERC-1155", "short")
    def test_more_than_there_is_in_parts(self, suite: Suite) -> None:
        first, second = two(suite)
        for ids, units in (
            ([first, second, first], [60 * M, M, 41 * M]),
            ([first, second], [M, 101 * M]),
            ([first, first], [2**255, 2**255]),
        ):
            with reverts("ERC1155InsufficientBalance"):
                suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, ids, units, b"", sender=suite.seller)
        assert suite.ledger.balanceOf(suite.alice, first) == 0

    @pytest.mark.clause("ERC-1155", "short", "single", "batch")
    def test_to_oneself_it_is_said_and_nothing_changes(self, suite: Suite, way: Way) -> None:
        """And who has too little has too little for itself, too."""
        asset = suite.circulating()
        seller = suite.seller
        receipt = way(suite, seller, asset, 5 * M)
        said = (
            single(suite, seller, seller, seller, asset, 5 * M),
            batch(suite, seller, seller, seller, [asset], [5 * M]),
        )
        assert len(receipt.logs) == 1
        assert receipt.logs[0] in said
        assert suite.ledger.balanceOf(seller, asset) == 100 * M
        with reverts("ERC1155InsufficientBalance", balance=100 * M, needed=100 * M + 1, tokenId=asset):
            way(suite, seller, asset, 100 * M + 1)

    @pytest.mark.clause("ERC-1155", "lengths")
    @pytest.mark.parametrize(("ids", "units"), [(1, 0), (0, 1), (1, 2), (2, 1)])
    def test_ids_without_values(self, suite: Suite, ids: int, units: int) -> None:
        asset = suite.circulating()
        with reverts("ERC1155InvalidArrayLength", idsLength=ids, valuesLength=units):
            suite.ledger.safeBatchTransferFrom(
                suite.seller, suite.alice, [asset] * ids, [M] * units, b"", sender=suite.seller
            )

    @pytest.mark.clause("ERC-1155", "approval")
    def test_only_the_holder_and_whom_it_approved(self, suite: Suite) -> None:
        asset, ledger = suite.circulating(), suite.ledger
        calls: list[Callable[[AddressLike], object]] = [
            lambda who: ledger.safeTransferFrom(suite.seller, suite.alice, asset, M, b"", sender=who),
            lambda who: ledger.safeBatchTransferFrom(suite.seller, suite.alice, [asset], [M], b"", sender=who),
            lambda who: ledger.safeBatchTransferFrom(suite.seller, suite.alice, [], [], b"", sender=who),
            lambda who: ledger.safeTransferFrom(suite.seller, suite.alice, asset, 0, b"", sender=who),
        ]
        for call in calls:
            for who in (suite.carol, suite.alice, suite.officer):
                with reverts("ERC1155MissingApprovalForAll", operator=who.address, owner=suite.seller.address):
                    call(who)
            with suite.chain.isolated():
                ledger.setApprovalForAll(suite.carol, True, sender=suite.seller)
                call(suite.carol)
                ledger.setApprovalForAll(suite.carol, False, sender=suite.seller)
                with reverts("ERC1155MissingApprovalForAll"):
                    call(suite.carol)

    @pytest.mark.clause("ERC-1155", "single")
    def test_one_transfer_is_one_event(self, suite: Suite) -> None:
        asset = suite.circulating()
        suite.ledger.setApprovalForAll(suite.carol, True, sender=suite.seller)
        receipt = suite.ledger.safeTransferFrom(suite.seller, suite.alice, asset, 3 * M, b"", sender=suite.carol)
        assert list(receipt.logs) == [single(suite, suite.carol, suite.seller, suite.alice, asset, 3 * M)]
        assert [suite.ledger.balanceOf(who, asset) for who in (suite.seller, suite.alice)] == [97 * M, 3 * M]

    @pytest.mark.clause("ERC-1155", "batch", "order")
    def test_a_batch_is_one_event_in_the_order_given(self, suite: Suite) -> None:
        first, second = two(suite)
        ids, units = [second, first, second], [2 * M, M, 4 * M]
        receipt = suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, ids, units, b"", sender=suite.seller)
        assert list(receipt.logs) == [batch(suite, suite.seller, suite.seller, suite.alice, ids, units)]
        assert [suite.ledger.balanceOf(suite.alice, id) for id in (first, second)] == [M, 6 * M]

    @pytest.mark.clause("ERC-1155", "order")
    def test_an_entry_is_checked_against_what_the_ones_before_left(self, suite: Suite) -> None:
        """The rest of one id would be too small after the first entry, and is gone after the second."""
        asset = suite.circulating()
        for units, fits in (([100 * M - 1, 1], False), ([99 * M, M], True)):
            with suite.chain.isolated():
                if fits:
                    suite.ledger.safeBatchTransferFrom(
                        suite.seller, suite.alice, [asset] * 2, units, b"", sender=suite.seller
                    )
                    assert suite.ledger.balanceOf(suite.alice, asset) == 100 * M
                    continue
                with reverts("BelowMinimumUnit", id=asset, account=suite.seller.address, left=1):
                    suite.ledger.safeBatchTransferFrom(
                        suite.seller, suite.alice, [asset] * 2, units, b"", sender=suite.seller
                    )

    @pytest.mark.clause("ERC-1155", "nothing")
    def test_nothing_that_is_moved_is_said(self, suite: Suite) -> None:
        asset = suite.circulating()
        receipt = suite.send(suite.seller, suite.alice, asset, 0)
        assert list(receipt.logs) == [single(suite, suite.seller, suite.seller, suite.alice, asset, 0)]
        none = suite.ledger.safeBatchTransferFrom(suite.seller, suite.alice, [], [], b"", sender=suite.seller)
        assert list(none.logs) == [batch(suite, suite.seller, suite.seller, suite.alice, [], [])]

    @pytest.mark.clause("ERC-1155", "mint")
    def test_what_is_made_comes_from_nobody_and_what_ends_goes_to_nobody(self, suite: Suite) -> None:
        made = suite.module.create(suite.invoice(), [60 * M, 40 * M], sender=suite.seller)
        parts = [made.returned + at for at in (1, 2)]
        for part, units in zip(parts, (60 * M, 40 * M), strict=True):
            assert single(suite, suite.module, NOBODY, suite.seller, part, units) in made.logs
        ended = suite.module.cancel(made.returned, sender=suite.seller)
        for part, units in zip(parts, (60 * M, 40 * M), strict=True):
            assert single(suite, suite.module, suite.seller, NOBODY, part, units) in ended.logs
            assert suite.ledger.balanceOf(suite.seller, part) == 0


class TestReceivers:
    """The scenarios of safe transfers."""

    @pytest.mark.clause("ERC-1155", "eoa")
    def test_who_has_no_code_is_not_asked(self, suite: Suite, way: Way) -> None:
        """A call to an account without code gives no answer, which would be refused."""
        asset = suite.circulating()
        assert suite.chain.code(suite.alice) == b""
        way(suite, suite.alice, asset, M)

    @pytest.mark.clause("ERC-1155", "eoa")
    def test_nobody_is_asked_outside_of_a_transfer(self, suite: Suite) -> None:
        asset, contract = suite.circulating(), receiver(suite)
        suite.send(suite.seller, contract, asset, 9 * M)
        asked = len(contract.heard())
        suite.ledger.setApprovalForAll(contract, True, sender=suite.seller)
        for frozen in (M, 0):
            suite.ledger.setFrozenTokens(contract, asset, frozen, sender=suite.officer)
        suite.ledger.pledge(suite.seller, contract, asset, M, sender=suite.seller)
        contract.act(suite.ledger, suite.ledger.calldata.pledge(contract, suite.bank, asset, M), sender=suite.seller)
        contract.act(
            suite.ledger, suite.ledger.calldata.safeTransferFrom(contract, suite.alice, asset, M, b""),
            sender=suite.seller,
        )  # fmt: skip
        suite.pay(asset, 10 * M)
        suite.module.claim(asset, contract, sender=suite.stranger)
        assert len(contract.heard()) == asked == 1

    @pytest.mark.clause("ERC-1155", "hook")
    @pytest.mark.parametrize("data", [b"", b"\1\2\3", bytes(1_000)])
    def test_it_is_asked_with_everything_unaltered(self, suite: Suite, data: bytes) -> None:
        asset, contract = suite.circulating(), receiver(suite)
        suite.ledger.setApprovalForAll(suite.carol, True, sender=suite.seller)
        suite.ledger.safeTransferFrom(suite.seller, contract, asset, 2 * M, data, sender=suite.carol)
        (heard,) = contract.heard()
        kinds = ["address", "address", "address", "uint256", "uint256", "bytes"]
        told = [suite.ledger.address, suite.carol.address, suite.seller.address]
        assert decode(kinds, heard) == (*(one.lower() for one in told), asset, 2 * M, data)

    @pytest.mark.clause("ERC-1155", "hook", "hook-batch")
    def test_it_is_asked_for_nothing_as_for_something(self, suite: Suite, way: Way) -> None:
        """No transfer passes by who receives, however little it moves."""
        asset, contract = suite.circulating(), receiver(suite)
        way(suite, contract, asset, 0)
        assert len(contract.heard()) == 1
        contract.behave(WRONG, sender=suite.stranger)
        with reverts("ERC1155InvalidReceiver", receiver=contract.address):
            way(suite, contract, asset, 0)

    @pytest.mark.clause("ERC-1155", "hook-batch")
    @pytest.mark.parametrize("data", [b"", b"\1\2\3"])
    def test_it_is_asked_once_for_a_batch(self, suite: Suite, data: bytes) -> None:
        (first, second), contract = two(suite), receiver(suite)
        ids, units = [second, first, second], [2 * M, M, 4 * M]
        contract.watch(suite.ledger, suite.ledger.calldata.balanceOf(contract, second), sender=suite.stranger)
        suite.ledger.safeBatchTransferFrom(suite.seller, contract, ids, units, data, sender=suite.seller)
        (heard,), (seen,) = contract.heard(), contract.seen()
        kinds = ["address", "address", "address", "uint256[]", "uint256[]", "bytes"]
        told = [suite.ledger.address, suite.seller.address, suite.seller.address]
        assert decode(kinds, heard) == (*(one.lower() for one in told), tuple(ids), tuple(units), data)
        assert int.from_bytes(seen, "big") == 6 * M

    @pytest.mark.clause("ERC-1155", "hook")
    def test_by_then_balances_are_changed(self, suite: Suite) -> None:
        asset = suite.circulating()
        for holder, left in (("seller", 98 * M), ("contract", 2 * M)):
            with suite.chain.isolated():
                contract = receiver(suite)
                who = suite.seller if holder == "seller" else contract
                contract.watch(suite.ledger, suite.ledger.calldata.balanceOf(who, asset), sender=suite.stranger)
                suite.send(suite.seller, contract, asset, 2 * M)
                (seen,) = contract.seen()
                assert int.from_bytes(seen, "big") == left

    @pytest.mark.clause("ERC-1155", "hook", "hook-batch")
    def test_by_then_the_transfer_is_said(self, suite: Suite, way: Way) -> None:
        """What it passes on from within is said after what it got."""
        asset, contract = suite.circulating(), receiver(suite)
        onward = suite.ledger.calldata.safeTransferFrom(contract, suite.alice, asset, 2 * M, b"")
        contract.plan(suite.ledger, onward, sender=suite.stranger)
        receipt = way(suite, contract, asset, 2 * M)
        sources = [one.topics[2][12:].hex() for one in receipt.logs if one.topics[0] in map(_topic, (SINGLE, BATCH))]
        assert sources == [suite.seller.address[2:].lower(), contract.address[2:].lower()]

    @pytest.mark.clause("ERC-1155", "hook")
    def test_a_mint_tells_that_it_came_from_nobody(self, suite: Suite) -> None:
        contract = receiver(suite)
        suite.registry.setFacts(contract, suite.chain.now + DAY, EU, 1, sender=suite.officer)  # an enterprise
        create = suite.module.calldata.create(suite.invoice(), [])
        contract.act(suite.module, create, sender=suite.stranger)
        (heard,) = contract.heard()
        caller, operator, source, id, units, data = decode(["address"] * 3 + ["uint256"] * 2 + ["bytes"], heard)
        assert (caller, operator, source) == (suite.ledger.address.lower(), suite.module.address.lower(), NOBODY)
        assert suite.ledger.balanceOf(contract, id) == units == 100 * M
        assert data == b""

    @pytest.mark.clause("ERC-1155", "no-receiver")
    def test_a_contract_that_is_no_receiver(self, suite: Suite, way: Way) -> None:
        asset, deaf = suite.circulating(), DeafReceiver.deploy(suite.chain, sender=suite.stranger)
        enrol(suite, deaf)
        with reverts("ERC1155InvalidReceiver", receiver=deaf.address):
            way(suite, deaf, asset, M)

    @pytest.mark.clause("ERC-1155", "unknown-answer")
    @pytest.mark.parametrize("manner", [WRONG, SHORT])
    def test_another_answer(self, suite: Suite, way: Way, manner: int) -> None:
        asset, contract = suite.circulating(), receiver(suite, manner)
        with pytest.raises(ContractError):
            way(suite, contract, asset, M)
        contract.behave(ACCEPT, sender=suite.stranger)
        way(suite, contract, asset, M)

    @pytest.mark.clause("ERC-1155", "unknown-answer")
    def test_the_answer_of_the_other_hook(self, suite: Suite) -> None:
        """Both hooks of this wallet answer as if they were the single one's."""
        single_answer = keccak(text="onERC1155Received(address,address,uint256,uint256,bytes)")[:4]
        wallet = install(suite.chain, answers(single_answer))
        enrol(suite, wallet)
        asset = suite.circulating()
        suite.send(suite.seller, wallet, asset, M)
        with reverts("ERC1155InvalidReceiver", receiver=wallet):
            suite.ledger.safeBatchTransferFrom(suite.seller, wallet, [asset], [M], b"", sender=suite.seller)

    @pytest.mark.clause("ERC-1155", "throws")
    @pytest.mark.parametrize("manner", [NAMED, SILENT, LONG_REVERT, BURN])
    def test_one_that_throws(self, suite: Suite, way: Way, manner: int) -> None:
        asset, contract = suite.circulating(), receiver(suite, manner)
        with pytest.raises(ContractError):
            way(suite, contract, asset, M)
        assert suite.ledger.balanceOf(contract, asset) == 0


@pytest.mark.clause("ERC-1155", "other-ways", "hook")
@pytest.mark.parametrize("way", ["force", "seizure"])
def test_force_and_seizure_ask_as_a_transfer_does(suite: Suite, way: str) -> None:
    """With everything, once the balance is changed and the movement is said."""
    asset, contract = suite.circulating(), receiver(suite)
    suite.ledger.pledge(suite.seller, suite.bank, asset, 20 * M, sender=suite.seller)
    contract.watch(suite.ledger, suite.ledger.calldata.balanceOf(contract, asset), sender=suite.stranger)
    onward = suite.ledger.calldata.safeTransferFrom(contract, suite.alice, asset, 2 * M, b"")
    contract.plan(suite.ledger, onward, sender=suite.stranger)
    moves: dict[str, tuple[Account, Callable[..., Receipt[Any]]]] = {
        "force": (suite.officer, suite.ledger.forcedTransfer),
        "seizure": (suite.bank, suite.ledger.seize),
    }
    mover, move = moves[way]
    receipt = move(suite.seller, contract, asset, 3 * M, sender=mover)
    (heard,), (seen,) = contract.heard(), contract.seen()
    kinds = ["address", "address", "address", "uint256", "uint256", "bytes"]
    told = [one.lower() for one in (suite.ledger.address, mover.address, suite.seller.address)]
    assert decode(kinds, heard) == (*told, asset, 3 * M, b"")
    assert int.from_bytes(seen, "big") == 3 * M
    assert [one for one in receipt.logs if one.topics[0] == _topic(SINGLE)] == [
        single(suite, mover, suite.seller, contract, asset, 3 * M),
        single(suite, contract, contract, suite.alice, asset, 2 * M),
    ]
    assert suite.ledger.balanceOf(contract, asset) == M


@pytest.mark.clause("ERC-1155", "other-ways", "unknown-answer", "throws", "no-receiver")
@pytest.mark.parametrize("manner", [WRONG, SHORT, SILENT, NAMED, LONG_REVERT, BURN, None])
def test_who_refuses_is_neither_forced_upon_nor_seized_for(suite: Suite, manner: int | None) -> None:
    """Nor does a contract without the hooks get anything."""
    asset, ledger = suite.circulating(), suite.ledger
    ledger.pledge(suite.seller, suite.bank, asset, 20 * M, sender=suite.seller)
    contract: HostileReceiver | DeafReceiver
    if manner is None:
        contract = DeafReceiver.deploy(suite.chain, sender=suite.stranger)
        enrol(suite, contract)
    else:
        contract = receiver(suite, manner)
    with pytest.raises(ContractError):
        ledger.forcedTransfer(suite.seller, contract, asset, M, sender=suite.officer)
    with pytest.raises(ContractError):
        ledger.seize(suite.seller, contract, asset, M, sender=suite.bank)
    assert ledger.holdingOf(asset, suite.seller) == (100 * M, 20 * M, 0)
    assert ledger.balanceOf(contract, asset) == 0
    ledger.forcedTransfer(suite.seller, suite.alice, asset, M, sender=suite.officer)
    ledger.seize(suite.seller, suite.alice, asset, M, sender=suite.bank)


@pytest.mark.clause("ERC-1155", "other-ways", "mint")
def test_events_alone_give_every_balance(suite: Suite) -> None:
    """Over transfers, batches, force, seizure, issue and settlement, with a contract among the holders."""
    contract, people = receiver(suite), (suite.seller, suite.alice, suite.bank)
    receipts: list[Receipt[Any]] = [suite.module.create(suite.invoice(), [], sender=suite.seller)]
    asset: int = receipts[0].returned
    suite.module.acknowledge(asset, sender=suite.buyer)
    receipts += [
        suite.send(suite.seller, suite.alice, asset, 30 * M),
        suite.ledger.safeBatchTransferFrom(suite.alice, contract, [asset] * 2, [2 * M, 5 * M], b"", sender=suite.alice),
        suite.ledger.pledge(suite.seller, suite.bank, asset, 20 * M, sender=suite.seller),
        suite.ledger.seize(suite.seller, contract, asset, 6 * M, sender=suite.bank),
        suite.ledger.forcedTransfer(suite.seller, contract, asset, 4 * M, sender=suite.officer),
        suite.ledger.release(suite.seller, asset, 14 * M, sender=suite.bank),
    ]
    assert len(contract.heard()) == 3
    suite.pay(asset, 100 * M)
    receipts += [suite.module.claim(asset, who, sender=suite.stranger) for who in (suite.seller, contract)]
    told: Counter[str] = Counter()
    for receipt in receipts:
        for one in receipt.logs:
            if one.emitter != suite.ledger.address or one.topics[0] not in map(_topic, (SINGLE, BATCH)):
                continue
            many = one.topics[0] == _topic(BATCH)
            ids, units = decode(["uint256[]"] * 2 if many else ["uint256"] * 2, one.data)
            assert set(ids if many else [ids]) == {asset}
            moved = sum(units) if many else units
            told[one.topics[2][12:].hex()] -= moved
            told[one.topics[3][12:].hex()] += moved
    for who in (*people, contract):
        assert suite.ledger.balanceOf(who, asset) == told[who.address[2:].lower()]
    assert -told["00" * 20] == suite.ledger.totalSupply(asset) == 23 * M


class TestReading:
    """Balances and approvals."""

    @pytest.mark.clause("ERC-1155", "balances")
    def test_one_balance_for_each_pair(self, suite: Suite) -> None:
        first, second = two(suite)
        suite.send(suite.seller, suite.alice, second, 7 * M)
        owners = [suite.seller, suite.alice, suite.alice, suite.carol, suite.seller]
        found = suite.ledger.balanceOfBatch(owners, [first, first, second, second, second])
        assert list(found) == [100 * M, 0, 7 * M, 0, 93 * M]
        assert list(suite.ledger.balanceOfBatch([], [])) == []
        with reverts("ERC1155InvalidArrayLength", idsLength=1, valuesLength=2):
            suite.ledger.balanceOfBatch(owners[:2], [first])

    @pytest.mark.clause("ERC-1155", "approvals")
    def test_an_approval_is_said_whatever_it_was_before(self, suite: Suite) -> None:
        for approved in (True, True, False, False):
            receipt = suite.ledger.setApprovalForAll(suite.carol, approved, sender=suite.seller)
            data = int(approved).to_bytes(32, "big")
            assert list(receipt.logs) == [log(suite.ledger, APPROVAL, suite.seller, suite.carol, data=data)]
            assert suite.ledger.isApprovedForAll(suite.seller, suite.carol) is approved
            assert not suite.ledger.isApprovedForAll(suite.carol, suite.seller)

    @pytest.mark.clause("ERC-1155", "approvals")
    def test_an_approval_by_signature_is_said_as_any_other(self, suite: Suite) -> None:
        seller, carol, until = suite.seller, suite.carol, suite.chain.now + DAY
        for nonce, approved in enumerate((True, True, False, False)):
            said = {"owner": seller.address, "operator": carol.address, "approved": approved}
            signature = sign(suite.ledger, "ApprovalForAll", said | {"nonce": nonce, "deadline": until}, seller)
            receipt = suite.ledger.setApprovalForAllBySignature(
                seller, carol, approved, until, signature, sender=suite.mallory
            )
            data = int(approved).to_bytes(32, "big")
            assert list(receipt.logs) == [log(suite.ledger, APPROVAL, seller, carol, data=data)]
            assert suite.ledger.isApprovedForAll(seller, carol) is approved


def _topic(signature: str) -> bytes:
    return keccak(text=signature)
