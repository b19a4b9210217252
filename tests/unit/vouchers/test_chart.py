"""The chart that comes along fits the contracts; what is wrong in a chart is named with its line."""

from pathlib import Path

import pytest

from caldera.artifacts import load
from caldera.evm.abi import from_json, signature
from caldera.vouchers import ChartInvalid, ChartNotReadable, load_chart
from caldera.vouchers.bookkeeper import SEEN
from caldera.vouchers.chart import DEFAULT
from caldera.vouchers.declaration import Declaration
from caldera.vouchers.sums import add_up, parse

GOOD = """\
name: small
cash: cash
suspense: suspense
accounts:
  cash: {number: "1", name: Money, kind: asset}
  suspense: {number: "2", name: Suspense, kind: liability}
contracts:
  Shop:
    events:
      - event: Paid(uint256 indexed id, address indexed payer, uint8 currencyId, uint256 amount)
        key: id
        currency: currencyId
        post:
          - perspective: payer
            ours: [payer]
            text: Paid {id}
            lines:
              - {debit: suspense, credit: cash, amount: amount}
"""


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def shapes(name: str) -> set[tuple[str, tuple[bool, ...]]]:
    found = set()
    for entry in load()[name].abi:
        if entry["type"] == "event":
            params = [from_json(each) for each in entry["inputs"]]
            found.add((signature(entry["name"], params), tuple(param.indexed for param in params)))
    return found


@pytest.mark.parametrize("contract", load_chart().contracts)
def test_every_event_is_the_contracts(contract: str) -> None:
    declared = [event.declaration for event in load_chart().contracts[contract].events]
    seen = [event for (name, _), event in SEEN.items() if name == contract]
    for event in [*declared, *seen]:
        assert event.shape in shapes(contract), f"{contract} writes no {event.signature} with these fields indexed"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("name: small", "nam: small", 1, "unknown; remove it"),
        ("cash: cash\n", "cash: money\n", 2, "'money' is no account"),
        ('number: "2"', 'number: "1"', 6, "number 1 is cash's already"),
        ("kind: liability", "kind: debt", 6, "Input should be 'asset'"),
        ("amount: amount", "amount: amount * 2", 18, "is not a sum of names"),
        ("amount: amount", "amount: price", 18, "'price' is not known to Paid; it knows amount, cost, currencyId"),
        ("debit: suspense", "debit: cash", 18, "stands on both sides"),
        ("debit: suspense", "debit: costs", 18, "'costs' is no account"),
        ("            ours: [payer]\n", "", 14, "this would post what others did"),
        ("ours: [payer]", "ours: [seller]", 15, "'seller' is not known"),
        ("ours: [payer]", "ours: [payer]\n            role: 5", 16, "valid string"),
        ("Paid {id}", "Paid {number}", 16, "'number' is not known"),
        ("        currency: currencyId\n", "", 10, "vouchers need a currency"),
        ("currency: currencyId", "currency: code", 12, "'code' is not known"),
        ("        key: id\n", "        remember: [amount]\n", 10, "needs a 'key: field'"),
        ("key: id", "key: id\n        look_up: {Store: id}", 12, "'Store' is no contract and no memory"),
        ("key: id", "key: id\n        remember: [price]", 12, "'price' is not known"),
        ("key: id", "key: id\n        tally: {sum: price}", 12, "'price' is not known"),
        ("key: id", "key: id\n        each: {ids: id}", 12, "'ids' is not known"),
        ("key: id", "key: id\n        look_up: {Shop: sale}", 12, "'sale' is not known"),
        ("key: id", "key: id\n        memory: other\n        remember: [shop]", 13, "'shop' is not known"),
        ("key: id", "key: id\n        handed: price", 12, "'price' is not known"),
        ("amount: amount", "amount: amount - handed", 18, "'handed' is not known"),
        ("amount: amount", "amount: part.amount", 18, "'part.amount' is not known"),
        ("ours: [payer]", "ours: [payer]\n            zero: [seller]", 16, "'seller' is not known"),
        ("uint8 currencyId", "money currencyId", 10, "is not an ABI type"),
        ("uint8 currencyId", "uint8", 10, "needs a name of its own"),
        ("Paid(uint256", "Paid uint256", 10, "is not an event"),
        ("            text: Paid {id}\n", "", 14, "is missing; add it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(ChartInvalid) as caught:
        load_chart(written(tmp_path / "chart.yml", GOOD.replace(old, new, 1)))
    found = [each for each in caught.value.problems if each.startswith(f"line {line}:") and words in each]
    assert found, caught.value


def test_the_same_chart_unchanged_is_good(tmp_path: Path) -> None:
    assert load_chart(written(tmp_path / "chart.yml", GOOD)).accounts["cash"].name == "Money"
    assert load_chart() == load_chart(DEFAULT)


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [", "name: x\nname: y\n"])
def test_not_a_chart(tmp_path: Path, text: str) -> None:
    with pytest.raises(ChartNotReadable):
        load_chart(written(tmp_path / "chart.yml", text))
    with pytest.raises(ChartNotReadable, match=r"nowhere\.yml"):
        load_chart(tmp_path / "nowhere.yml")


def test_sums() -> None:
    terms = parse("-a + b - c")
    assert terms == ((-1, "a"), (1, "b"), (-1, "c"))
    assert add_up(terms, {"a": 2, "b": 10}) == 8
    assert add_up(parse("part.amount - part.fund"), {"part.amount": 7, "part.fund": 3}) == 4
    for text in ("", "a b", "a *b", "2", "a + ", "__import__('os')", "a.", ".a", "a.b.c", "a+-b"):
        with pytest.raises(ValueError, match=r"sum|amount"):
            parse(text)


def test_a_log_of_another_shape_is_not_read() -> None:
    event = Declaration("Paid(uint256 indexed id, address payer)")
    word = (5).to_bytes(32, "big")
    assert event.read((event.topic, word), word) == {"id": 5, "payer": "0x" + "00" * 19 + "05"}
    assert event.read((event.topic,), word) is None
    assert event.read((event.topic, word), word[:31]) is None
    assert event.read((event.topic, word), b"\xff" * 32) is None


def test_structs_are_read_by_the_names_of_their_fields() -> None:
    event = Declaration(
        "Shared(uint256 indexed id, (uint8 currencyId, bytes32) spec, (address account, uint96 sum)[] parts)"
    )
    assert set(event.fields) == {"id", "spec", "spec.currencyId", "parts"}
    assert event.named("parts", "part") == {"part", "part.account", "part.sum"}
    assert event.named("id", "part") == set()
    words = [3, 0, 96, 2, 5, 70, 6, 80]
    data = b"".join(word.to_bytes(32, "big") for word in words)
    read = event.read((event.topic, (9).to_bytes(32, "big")), data)
    assert read is not None
    assert (read["id"], read["spec.currencyId"]) == (9, 3)
    one = event.parts("parts", "part", read["parts"][1])
    assert (one["part.account"], one["part.sum"]) == ("0x" + "00" * 19 + "06", 80)
    bad = data[:-64] + bytes(31) + b"\1" + b"\xff" * 32
    assert event.read((event.topic, bytes(32)), bad) is None
