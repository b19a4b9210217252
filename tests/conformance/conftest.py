"""Every kind of token of ERC-721 that there is."""

import pytest

from tests.support.tokens import KINDS, Items, Rights, Tokens


@pytest.fixture(params=KINDS)
def tokens(request: pytest.FixtureRequest) -> Tokens:
    """A ledger whose `mint` gives tokens of one kind: rights; items that never moved and so have no slot of their own;
    items that did; items that a voucher made."""
    if request.param == "right":
        return Rights(request.getfixturevalue("estate"))
    return Items(request.getfixturevalue("shop"), request.param)
