"""Ballots: parts add up, a signed file says everything, and nothing else passes for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from caldera.evm.account import account
from caldera.governance import Ballot, BallotInvalid, SignedBallot, Support
from caldera.governance.ballots import IN_PARTS, in_parts

ERA = 10**18
DOMAIN = {"name": "Caldera Governor", "version": "1", "chainId": 51741, "verifyingContract": "0x" + "11" * 20}
VOTER = account("alice")


@given(left=st.integers(10_000, 2 * 10**27), share=st.integers(1, 10_000))
def test_shares_never_come_to_more_than_there_is(left: int, share: int) -> None:
    text = {Support.FOR: f"{share / 100:.2f}%", Support.AGAINST: f"{(10_000 - share) / 100:.2f}%"}
    ballot = in_parts({way: one for way, one in text.items() if one != "0.00%"}, left)
    assert ballot.parts is not None
    assert left - 1 <= sum(ballot.parts) <= left
    assert ballot.parts[Support.FOR] == left * share // 10_000


def test_parts_are_packed_as_the_governor_reads_them() -> None:
    ballot = in_parts({Support.FOR: "600 ERA", Support.AGAINST: "400 ERA"}, 1_000 * ERA, "both")
    assert ballot.code == IN_PARTS
    assert ballot.params == (400 * ERA).to_bytes(16, "big") + (600 * ERA).to_bytes(16, "big") + bytes(16)
    assert ballot.show() == "against 400 ERA, for 600 ERA"


def test_parts_just_fit_and_just_do_not() -> None:
    assert in_parts({Support.ABSTAIN: "1,000 ERA"}, 1_000 * ERA).parts == (0, 0, 1_000 * ERA)
    with pytest.raises(BallotInvalid, match="come to 1000000000000000000001 votes"):
        in_parts({Support.ABSTAIN: "1,000 ERA", Support.FOR: "0.000000000000000001"}, 1_000 * ERA)
    with pytest.raises(BallotInvalid, match="come to nothing"):
        in_parts({Support.FOR: "0%"}, ERA)
    with pytest.raises(BallotInvalid, match="for: "):
        in_parts({Support.FOR: "half"}, ERA)


def test_all_one_way() -> None:
    ballot = Ballot(Support.of("against"), "no")
    assert (ballot.code, ballot.params, ballot.show()) == (0, b"", "against")
    with pytest.raises(BallotInvalid, match="for, against or abstain"):
        Support.of("yes")


def unsigned(**changes: object) -> SignedBallot:
    given = {
        "proposal": 3,
        "support": 1,
        "voter": VOTER.address,
        "nonce": 0,
        "reason": "why",
        "params": b"",
        "domain": DOMAIN,
    }
    return SignedBallot(**(given | changes))  # type: ignore[arg-type]


def test_a_signed_ballot_is_kept_whole(tmp_path: Path) -> None:
    signed = unsigned(params=b"\1" * 48, support=IN_PARTS).sign(Account.from_key(VOTER.key))
    signed.save(tmp_path / "ballot.json")
    assert SignedBallot.load(tmp_path / "ballot.json") == signed
    assert len(signed.signature) == 65


def test_nobody_signs_for_another() -> None:
    with pytest.raises(BallotInvalid, match="cannot sign for"):
        unsigned().sign(Account.from_key(account("bob").key))


@pytest.mark.parametrize("change", [{"schema": 2}, {"voter": "0x1"}, {"params": 5}, {"nonce": "0"}, {"more": 1}])
def test_what_is_no_ballot_file(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "ballot.json"
    unsigned().sign(Account.from_key(VOTER.key)).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BallotInvalid, match="not a signed ballot"):
        SignedBallot.load(path)


def test_only_another_ballot_is_written_over(tmp_path: Path) -> None:
    signed = unsigned().sign(Account.from_key(VOTER.key))
    path = tmp_path / "draft.yml"
    path.write_text("title: weeks of work\n")
    with pytest.raises(BallotInvalid, match="not a signed ballot"):
        signed.save(path)
    assert path.read_text() == "title: weeks of work\n"
    assert [one.name for one in tmp_path.iterdir()] == ["draft.yml"]
    path.unlink()
    signed.save(path)
    signed.save(path)
    assert SignedBallot.load(path) == signed


def test_no_ballot_file(tmp_path: Path) -> None:
    with pytest.raises(BallotInvalid, match="not a signed ballot"):
        SignedBallot.load(tmp_path / "none.json")
