"""Lists of grants from CSV: what is taken, and everything that is refused, with its line and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caldera.vesting import ListInvalid, Room, Terms, misfits, read_grants
from caldera.vesting.rooms import moment, span
from tests.unit.vesting.lists import BEGINS, DAY, ERA, HEADER, MONTH, ROOMS, ROOT, A, B, C, line, written


def problems(folder: Path, text: str | bytes, **options: Any) -> list[tuple[int, str]]:
    with pytest.raises(ListInvalid) as caught:
        read_grants(written(folder, text), ROOMS, **options)
    assert str(caught.value).startswith(f"{folder / 'list.csv'}: {len(caught.value.problems)} problem(s)\n")
    return list(caught.value.problems)


def terms_of(folder: Path, text: str) -> Terms:
    (grant,) = read_grants(written(folder, f"{HEADER}\n{text}\n"), ROOMS).grants
    return grant.terms


def test_rooms_are_what_genesis_opens() -> None:
    assert {
        "investors": Room(
            "investors",
            1,
            320_750_000 * ERA,
            BEGINS + 12 * MONTH,
            BEGINS + 120 * MONTH,
            24 * MONTH,
            24 * MONTH,
            False,
        ),
        "team": Room("team", 2, 147_500_000 * ERA, BEGINS, BEGINS + 120 * MONTH, 24 * MONTH, 48 * MONTH, True),
    } == ROOMS


def test_the_example() -> None:
    found = read_grants(ROOT / "examples" / "vesting" / "grants.csv", ROOMS, total=17_630_000 * ERA + ERA // 2 + 1)
    assert [one.line for one in found.grants] == [2, 3, 4, 5, 6, 7]
    assert [one.allocation for one in found.grants] == ["investors"] * 2 + ["team"] * 4
    assert found.grants[0].terms[1:] == (12_500_000 * ERA, BEGINS + 12 * MONTH, 0, 24 * MONTH, False)
    assert found.grants[2].terms[1:] == (1_000_000 * ERA, 1_801_440_000, 0, 36 * MONTH, True)
    assert found.grants[4].terms[1:] == (80_000 * ERA + 1, 1_803_888_000, 365 * DAY, 48 * MONTH, True)
    assert [(one.line, one.words) for one in found.warnings] == [
        (7, "0x93101A59a0F23eC295905d32C0140588049108D7 has a grant of team in line 5, too")
    ]


@pytest.mark.parametrize(
    ("changes", "place", "value"),
    [
        ({"start": "earliest"}, "start", BEGINS),
        ({"start": "1800000001"}, "start", BEGINS + 1),
        ({"start": "2027-01-16"}, "start", BEGINS - BEGINS % DAY + DAY),
        ({"start": "2027-01-15T08:00Z"}, "start", BEGINS),
        ({"start": "2027-01-15T09:30:05+01:00"}, "start", BEGINS + 1805),
        ({"cliff": "900 seconds"}, "cliff", 900),
        ({"cliff": "1 day"}, "cliff", DAY),
        ({"cliff": "36 months"}, "cliff", 36 * MONTH),
        ({"duration": "1095 days"}, "duration", 36 * MONTH),
        ({"duration": "24 months"}, "duration", 24 * MONTH),
        ({"duration": "48 months"}, "duration", 48 * MONTH),
        ({"revocable": "no"}, "revocable", False),
        ({"amount": "147500000"}, "amount", 147_500_000 * ERA),
        ({"amount": "0.000000000000000001"}, "amount", 1),
    ],
)
def test_ways_of_writing(tmp_path: Path, changes: dict[str, str], place: str, value: Any) -> None:
    assert getattr(terms_of(tmp_path, line(**changes)), place) == value


def test_columns_in_any_order_and_amounts_in_wei(tmp_path: Path) -> None:
    text = f"revocable,amount_wei,duration,cliff,start,allocation,beneficiary\r\nno,7,24 months,0,earliest,team,{A}\r\n"
    (grant,) = read_grants(written(tmp_path, text), ROOMS).grants
    assert grant.terms == Terms(A, 7, BEGINS, 0, 24 * MONTH, False)


def test_beneficiaries_in_small_letters_are_checksummed(tmp_path: Path) -> None:
    assert terms_of(tmp_path, line(A.lower())).beneficiary == A


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line("alice.eth"), "'alice.eth' is not an address: write 0x and 40 hex digits"),
        (line(A.replace("0x", "0X")), "begins with 0X: write 0x"),
        (line("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), f"has a wrong checksum; {A} would be right"),
        (line("0x" + "0" * 40), "the zero address belongs to nobody"),
        (line(allocation="Team"), "'Team' is no allocation of the vault: it has investors, team"),
        (line(allocation="airdrop"), "'airdrop' is no allocation of the vault"),
        (line(amount="0"), "'0' is not above zero"),
        (line(amount="1e6"), "is written with an exponent"),
        (line(amount="1.0000000000000000001"), "has 19 decimals, 18 at most"),
        (line(amount='"1,000"'), "'1,000' has a sign, a separator"),
        (line(amount="1000000000.1"), "is more than all ERA there is"),
        (line(start="1799999999"), "from 2027-01-15T08:00:00Z to 2037-01-12T08:00:00Z, not at 2027-01-15T07:59:59Z"),
        (line(start="2115360001"), "a grant of team starts from"),
        (line(start="2027-01-15"), "not at 2027-01-15T00:00:00Z"),
        (line(start="2027-02-30"), "start '2027-02-30' is no moment: write earliest, a day such as 2027-01-15"),
        (line(start="15.01.2027"), "start '15.01.2027' is no moment"),
        (line(start="2027-01-15T08:00:00"), "is no moment"),  # of which zone?
        (line(start="genesis"), "is no moment"),
        (line(start=""), "start '' is no moment"),
        (line(start="1969-12-31"), "is no moment"),
        (line(start="1099511627776"), "is no moment"),
        (line(start="99999999999"), "not at 5138-11-16T09:46:39Z"),
        (line(start="999999999999"), "not at second 999999999999"),
        (line(cliff="12"), "cliff '12' is none: write it like 36 months, 365 days or 900 seconds, or 0 for none"),
        (line(cliff=""), "cliff '' is none"),
        (line(cliff="-1 days"), "cliff '-1 days' is none"),
        (line(cliff="1.5 months"), "cliff '1.5 months' is none"),
        (line(cliff="1 year"), "cliff '1 year' is none"),
        (line(cliff="49711 days"), "cliff '49711 days' is none"),  # beyond 2^32 seconds
        (line(cliff="49710 days"), "the cliff of 49710 days ends after the grant, which lasts 36 months"),
        (line(cliff="94608001 seconds"), "the cliff of 94608001 seconds ends after the grant"),
        (line(duration="0"), "duration '0' is none: write it like 36 months, 365 days or 900 seconds"),
        (line(duration="36"), "duration '36' is none"),
        (line(duration="0 months"), "lasts from 24 months to 48 months, not 0 seconds"),
        (line(duration="63071999 seconds"), "a grant of team lasts from 24 months to 48 months, not 63071999 seconds"),
        (line(duration="126144001 seconds"), "a grant of team lasts"),
        (line(revocable="true"), "revocable 'true' is neither yes nor no"),
        (line(allocation="investors", start="earliest", duration="24 months"), "no grant of investors can be revoked"),
        (
            line(allocation="investors", start="earliest", duration="25 months", revocable="no"),
            "a grant of investors lasts 24 months, not 25 months",
        ),
        (line() + ",x", "8 values instead of 7: write beneficiary,allocation,amount,start,cliff,duration,revocable; "),
        (A, "1 values instead of 7"),
        ("", "the line is empty: take it out"),
    ],
)
def test_a_line_that_is_refused(tmp_path: Path, text: str, words: str) -> None:
    ((number, said),) = problems(tmp_path, f"{HEADER}\n{line(B)}\n{text}\n{line(C)}\n")
    assert (number, words in said) == (3, True), said


@pytest.mark.parametrize(
    "text",
    [
        line(start="1800000000"),
        line(start="2115360000"),
        line(start="2027-01-15T08:00:00Z"),
        line(cliff="94608000 seconds"),
        line(duration="63072000 seconds"),
        line(duration="126144000 seconds"),
        line(allocation="investors", start="earliest", duration="24 months", revocable="no"),
    ],
)
def test_a_line_that_just_is_not(tmp_path: Path, text: str) -> None:
    assert len(read_grants(written(tmp_path, f"{HEADER}\n{text}\n"), ROOMS).grants) == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("beneficiary,allocation,amount,start,cliff,duration", "there is no column revocable: begin the file"),
        (f"{HEADER},amount_wei", "there must be either amount or amount_wei"),
        (HEADER.replace("amount,", ""), "there must be either amount or amount_wei"),
        (f"{HEADER},note", "no column is called 'note'"),
        (f"{HEADER},cliff", "a column stands twice"),
    ],
)
def test_headers(tmp_path: Path, header: str, words: str) -> None:
    ((number, said),) = problems(tmp_path, f"{header}\n{line()}\n")
    assert (number, words in said) == (1, True), said


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("", 0, "the file is empty: begin the file with the line beneficiary,allocation,amount"),
        (f"{HEADER}\n", 0, "there are no grants: write one a line"),
        (f"{HEADER}\n{line()}\n".encode("utf-16"), 1, "UTF-16"),
        (f"\ufeff{HEADER}\n{line()}\n", 1, "byte order mark"),
        (f"{HEADER}\n{line()}\n".encode() + b"\xff", 3, "the line is not UTF-8"),
        (f"{HEADER}\n{line()}\n".replace(",", ";"), 1, "separated by semicolons"),
        (f'{HEADER}\n"{A}\n', 2, "no CSV"),
    ],
)
def test_files(tmp_path: Path, text: str | bytes, number: int, words: str) -> None:
    ((found, said),) = problems(tmp_path, text)
    assert (found, words in said) == (number, True), said


def test_the_same_grant_twice(tmp_path: Path) -> None:
    text = f"{HEADER}\n{line()}\n{line(B)}\n{line(A.lower(), start='earliest', amount='1.0')}\n"
    said = "the same grant stands in line 2: take one out, or name --repeats if both are meant"
    assert problems(tmp_path, text) == [(4, said)]
    found = read_grants(written(tmp_path, text), ROOMS, repeats=True)
    assert (len(found.grants), [one.line for one in found.warnings]) == (3, [4])


def test_one_beneficiary_with_two_grants_is_a_warning(tmp_path: Path) -> None:
    other = line(allocation="investors", start="earliest", duration="24 months", revocable="no")
    text = f"{HEADER}\n{line()}\n{line(amount='2')}\n{other}\n"
    found = read_grants(written(tmp_path, text), ROOMS)
    assert found.warnings == ((3, f"{A} has a grant of team in line 2, too"),)


def test_an_allocation_gives_what_it_has(tmp_path: Path) -> None:
    most = f"{HEADER}\n{line(amount='147499999')}\n{line(B)}\n"
    assert len(read_grants(written(tmp_path, most), ROOMS).grants) == 2
    words = (
        "team: the grants add up to 147,500,000.000000000000000001 ERA, 0.000000000000000001 more than the 147,500,000 "
        "that are left"
    )
    assert problems(tmp_path, most + line(C, amount="0.000000000000000001")) == [(0, words)]


def test_what_the_chain_has_needs_no_room(tmp_path: Path) -> None:
    whole = line(amount="147500000")
    text = f"{HEADER}\n{whole}\n{line(B)}\n"
    made = {("team", Terms(A, 147_500_000 * ERA, BEGINS, 0, 36 * MONTH, True)): 1}
    found = read_grants(written(tmp_path, text), ROOMS, made=made)
    assert found.warnings == ((2, "the chain has a grant of these terms: it is not made again"),)
    assert len(problems(tmp_path, text)) == 1
    assert len(problems(tmp_path, f"{text}{whole}\n", made=made, repeats=True)) == 1  # made once, listed twice


def test_the_total(tmp_path: Path) -> None:
    text = f"{HEADER}\n{line()}\n{line(B, amount='2')}\n"
    assert len(read_grants(written(tmp_path, text), ROOMS, total=3 * ERA).grants) == 2
    words = "the amounts add up to 3 ERA, 1 more than 2: correct the list or the total"
    assert problems(tmp_path, text, total=2 * ERA) == [(0, words)]
    assert "0.000000000000000001 less than" in problems(tmp_path, text, total=3 * ERA + 1)[0][1]


def test_contracts_hold_no_grants(tmp_path: Path) -> None:
    found = problems(tmp_path, f"{HEADER}\n{line()}\n{line(B)}\n", forbidden={B: "the contract EraToken"})
    assert found == [(3, f"{B} is the contract EraToken, which cannot hold a grant")]


def test_everything_is_shown_at_once(tmp_path: Path) -> None:
    bad = line("alice", allocation="x", amount="-1", start="soon", cliff="?", duration="?", revocable="?")
    found = problems(tmp_path, f"{HEADER}\n{bad}\n\n{line(cliff='36 days', duration='1 day', start='1999999999')}\n")
    assert [number for number, _ in found] == [2] * 7 + [3] + [4] * 2


def test_misfits_at_the_edges() -> None:
    room = Room("r", 1, 0, 10, 20, 3, 5, False)
    good = Terms(A, 1, 10, 3, 3, False)
    assert list(misfits(room, good)) == list(misfits(room, good._replace(start=20, duration=5, cliff=5))) == []
    for change in ({"start": 9}, {"start": 21}, {"duration": 6}, {"cliff": 4}, {"revocable": True}):
        assert len(list(misfits(room, good._replace(**change)))) == 1
    assert len(list(misfits(room, good._replace(duration=2, cliff=2)))) == 1
    narrow = Room("r", 1, 0, 10, 10, 3, 3, False)
    assert list(misfits(narrow, good._replace(start=11, duration=4))) == [
        "a grant of r starts at 1970-01-01T00:00:10Z, not at 1970-01-01T00:00:11Z",
        "a grant of r lasts 3 seconds, not 4 seconds",
    ]


def test_times_for_people() -> None:
    assert [span(seconds) for seconds in (0, 1, DAY, 2 * DAY, MONTH, 24 * MONTH, MONTH + 1)] == [
        "0 seconds",
        "1 seconds",
        "1 day",
        "2 days",
        "1 month",
        "24 months",
        f"{MONTH + 1} seconds",
    ]
    assert moment(BEGINS) == "2027-01-15T08:00:00Z"
    assert moment(2**40) == f"second {2**40}"
