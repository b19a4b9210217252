"""Lists from CSV: what is taken, and everything that is refused, with its line and what to do."""

from pathlib import Path

import pytest

from caldera.airdrop import SUPPLY, AirdropError, Claim, ListInvalid, Problem, read_list, wei
from caldera.airdrop.reading import AmountInvalid

# The examples of EIP-55, in ascending order of the addresses.
A = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
B = "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
C = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
D = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
ERA = 10**18


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, text: str | bytes, **options: object) -> list[tuple[int, str]]:
    with pytest.raises(ListInvalid) as caught:
        read_list(written(folder, text), **options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"{folder / 'list.csv'}: {len(caught.value.problems)} problem(s)\n")
    return list(caught.value.problems)


def test_a_list(tmp_path: Path) -> None:
    found = read_list(written(tmp_path, f"account,amount\n{D},1.5\n{A},0.000000000000000001\n{B},290000000\n"))
    assert found.claims == (Claim(0, A, 1), Claim(1, B, 290_000_000 * ERA), Claim(2, D, 15 * 10**17))
    assert found.total == 290_000_001 * ERA + 5 * 10**17 + 1


def test_the_order_of_lines_and_the_way_of_writing_make_no_other_root(tmp_path: Path) -> None:
    """Without a column of indexes."""
    ways = (
        f"account,amount\n{A},1\n{B},2\n",
        f"account,amount\n{B},2\n{A},1",
        f"amount,account\r\n2,{B.lower()}\r\n1.0,{A.lower()}\r\n",
        f"account,amount_wei\n{A},{ERA}\n{B},{2 * ERA}\n",
        f'"account", amount \n"{A}", 001.000000000000000000 \n 0x{B[2:].upper()},2\n',
        f"index,account,amount\n1,{B},2\n0,{A},1\n",
    )
    assert len({read_list(written(tmp_path, way)).root for way in ways}) == 1


def test_indexes_are_kept(tmp_path: Path) -> None:
    found = read_list(written(tmp_path, f"account,amount,index\n{A},1,1\n{B},2,0\n"))
    assert found.claims == (Claim(0, B, 2 * ERA), Claim(1, A, ERA))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{A},", "no amount: write one, or take the line out"),
        (f"{A},0", "'0' is not above zero: take the line out"),
        (f"{A},0.000", "'0.000' is not above zero"),
        (f"{A},-5", "'-5' is not above zero: take the line out"),
        (f"{A},+5", "has a sign"),
        (f"{A},0.0000000000000000001", "has 19 decimals, 18 at most are possible: round it yourself"),
        (f"{A},1.0000000000000000000", "has 19 decimals"),
        (f'{A},"1,000"', "'1,000' has a sign, a separator or another space: write it like 1234567.5"),
        (f"{A},1'000", "separator"),
        (f"{A},1 000", "separator"),
        (f"{A},1\u00a0000", "separator"),
        (f"{A},1_000", "separator"),
        (f"{A},1,000", "3 values instead of 2: write account,amount; write amounts without thousands separators"),
        (f"{A},1e18", "is written with an exponent: write all digits"),
        (f"{A},.5", "separator"),
        (f"{A},5.", "separator"),
        (f"{A},0x10", "is no number: write it like 1234567.5"),
        (f"{A},NaN", "is no number"),
        (f"{A},٣", "is no number"),
        (f"{A},1000000000.000000000000000001", "is more than all ERA there is, 1,000,000,000"),
        (f"{A},{'9' * 5000}", "is more than all ERA there is"),
        (A, "1 values instead of 2: write account,amount"),
        (",1", "'' is not an address"),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe,1",
            "is not an address: write 0x and 40 hex digits",
        ),
        (A[2:] + ",1", "is not an address"),
        (A.replace("0x", "0X") + ",1", "begins with 0X: write 0x"),
        (
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,1",
            f"has a wrong checksum; {A} would be right; copy the address again",
        ),
        ("alice.eth,1", "is not an address"),
        ("0x" + "0" * 40 + ",1", "the zero address belongs to nobody: take the line out"),
        ("", "the line is empty: take it out"),
        ("  ,", "the line is empty: take it out"),
        ("\x1b[31m,1", "'�[31m' is not an address"),
    ],
)
def test_a_line_that_is_refused(tmp_path: Path, line: str, words: str) -> None:
    ((number, said),) = problems(tmp_path, f"account,amount\n{B},1\n{line}\n{C},2\n")
    assert (number, words in said) == (3, True), said


@pytest.mark.parametrize("line", [f"{A},1", f"{A.lower()},1", f"0x{A[2:].upper()},1", f"{A},1000000000", f'"{A}","1"'])
def test_a_line_that_just_is_not(tmp_path: Path, line: str) -> None:
    assert read_list(written(tmp_path, f"account,amount\n{line}\n")).claims[0].account == A


def test_duplicates_in_any_letters(tmp_path: Path) -> None:
    found = problems(tmp_path, f"account,amount\n{A},1\n{B},1\n{A.lower()},2\n{A},3\n0x{B[2:].upper()},1\n")
    assert found == [
        (4, f"'{A.lower()}' stands in line 2 already: write one line with the sum"),
        (5, f"'{A}' stands in line 2 already: write one line with the sum"),
        (6, f"'0x{B[2:].upper()}' stands in line 3 already: write one line with the sum"),
    ]


def test_everything_is_shown_at_once(tmp_path: Path) -> None:
    text = f"\ufeffaccount,amount,index\n{A},-1,0\n\nalice,1,7\n{B},1 000,0\n{B},1,x\n{C},2,9\n"
    found = problems(tmp_path, text)
    assert [number for number, _ in found] == [1, 2, 3, 4, 4, 5, 5, 6, 6, 7]
    assert "byte order mark: save it as UTF-8 without one" in found[0][1]
    assert "index 7 of 4 claims" in found[4][1]


def test_indexes_are_dense_and_each_once(tmp_path: Path) -> None:
    found = problems(tmp_path, f"account,amount,index\n{A},1,0\n{B},1,0\n{C},1,3\n{D},1,4294967296\n")
    assert found == [
        (3, "index 0 stands in line 2 already: give each claim its own"),
        (5, "'4294967296' is no index: number the claims 0, 1, 2 …"),
    ]
    found = problems(tmp_path, f"account,amount,index\n{A},1,0\n{B},1,2\n")
    assert found == [(3, "index 2 of 2 claims: number them from 0, each once")]
    found = problems(tmp_path, f"account,amount,index\n{A},1,-1\n{B},1,\n")
    assert [number for number, _ in found] == [2, 3]


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        (b"", 0, "the file is empty: begin the file with the line account,amount"),
        (b"account,amount\n", 0, "there are no claims: write one a line"),
        (f"account;amount\n{A};1\n", 1, "columns are separated by semicolons: separate them by commas"),
        (f"account\tamount\n{A}\t1\n", 1, "columns are separated by tabs: separate them by commas"),
        (f"{A},1\n", 1, "no column is called"),
        (f"Account,Amount\n{A},1\n", 1, "no column is called 'Account', 'Amount'"),
        (f"account\n{A}\n", 1, "there must be account, and either amount or amount_wei"),
        (f"account,amount,amount_wei\n{A},1,1\n", 1, "either amount or amount_wei"),
        (f"account,amount,account\n{A},1,{A}\n", 1, "a column stands twice"),
        (f"account,amount\n{A},1\n".encode("utf-16"), 1, "the file is in UTF-16: save it as UTF-8"),
        (f"account,amount\n{A},1\n{B},".encode() + b"1\xa0000\n", 3, "the line is not UTF-8"),
        (f'account,amount\n{A},1\n"{B},1\n', 3, "no CSV"),
        (f'account,amount\n"{A}"x,1\n', 2, "no CSV"),
    ],
)
def test_a_file_that_is_refused(tmp_path: Path, text: str | bytes, number: int, words: str) -> None:
    ((line, said),) = problems(tmp_path, text)
    assert (line, words in said) == (number, True), said


def test_semicolons_do_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    found = problems(tmp_path, f"account;amount\n{A};1,5\n{B};1\n")
    assert [number for number, _ in found] == [1, 2]


def test_the_total(tmp_path: Path) -> None:
    text = f"account,amount\n{A},1\n{B},2.5\n"
    assert read_list(written(tmp_path, text), total=35 * 10**17).total == 35 * 10**17
    assert problems(tmp_path, text, total=35 * 10**17 - 1) == [
        (
            0,
            "the amounts add up to 3.5 ERA, 0.000000000000000001 more than 3.499999999999999999: "
            "correct the list or the total",
        )
    ]
    ((_, said),) = problems(tmp_path, text, total=4 * ERA)
    assert "0.5 less than 4:" in said


def test_no_list_gives_more_than_there_is(tmp_path: Path) -> None:
    half = SUPPLY // 2
    assert read_list(written(tmp_path, f"account,amount_wei\n{A},{half}\n{B},{half}\n")).total == SUPPLY
    ((number, said),) = problems(tmp_path, f"account,amount_wei\n{A},{half}\n{B},{half + 1}\n", total=5)
    assert number == 0
    assert "1,000,000,000.000000000000000001 ERA, more than all there is, 1,000,000,000" in said


def test_contracts_cannot_claim(tmp_path: Path) -> None:
    text = f"account,amount\n{A.lower()},1\n{B},1\n"
    assert problems(tmp_path, text, forbidden={A: "the contract EraToken"}) == [
        (2, f"{A} is the contract EraToken, which cannot claim: take the line out")
    ]
    assert read_list(written(tmp_path, text), forbidden={C: "another"}).claims


def test_wei_has_no_decimals(tmp_path: Path) -> None:
    ((number, said),) = problems(tmp_path, f"account,amount_wei\n{A},1.5\n")
    assert (number, "has 1 decimals, 0 at most" in said) == (2, True)


def test_amounts_are_exact() -> None:
    assert wei("123456789.123456789012345678") == 123456789123456789012345678
    assert wei("0.1") == 10**17
    assert wei("7", 0) == 7
    with pytest.raises(AmountInvalid):
        wei("1.5", 0)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_list(tmp_path / "none.csv")


def test_errors_are_one_tree() -> None:
    assert issubclass(ListInvalid, AirdropError)
    assert str(Problem(0, "words")) == "words"
    assert str(Problem(3, "words")) == "line 3: words"
