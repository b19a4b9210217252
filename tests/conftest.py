"""What all tests share."""

import os
from collections.abc import Iterator

import pytest

from tests.adversaries.matrix import is_named
from tests.support.devnet import LONG_AGO, Fresh, renewed
from tests.support.estate import Estate
from tests.support.estate import build as build_estate
from tests.support.shop import Shop
from tests.support.shop import build as build_shop
from tests.support.suite import Suite, build
from tests.support.tokens import KINDS, Items, Rights, Tokens


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what the matrix of adversaries names: it stands there once, and not at every test."""
    for item in items:
        if is_named(item.nodeid):
            item.add_marker("adversary")


# Workers of pytest-xdist are told a width, and a console made on import keeps to it, whatever a test asks for.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def _stand() -> Suite:
    return build()


@pytest.fixture
def suite(_stand: Suite) -> Iterator[Suite]:
    """A fresh suite on revm; whatever a test does is undone."""
    actors, entities = dict(_stand.actors), dict(_stand.entities)
    with _stand.chain.isolated():
        yield _stand
    _stand.__dict__.update(actors=actors, entities=entities)


@pytest.fixture(scope="session")
def _estate() -> Estate:
    return build_estate()


@pytest.fixture
def estate(_estate: Estate) -> Iterator[Estate]:
    entities = dict(_estate.entities)
    with _estate.chain.isolated():
        yield _estate
    _estate.entities = entities


@pytest.fixture(scope="session")
def _shop() -> Shop:
    return build_shop()


@pytest.fixture
def shop(_shop: Shop) -> Iterator[Shop]:
    """The shop, put back after each test."""
    entities = dict(_shop.entities)
    with _shop.chain.isolated():
        yield _shop
    _shop.entities = entities


@pytest.fixture(scope="session")
def fresh() -> Iterator[Fresh]:
    """A development chain at any time from 1980 on; whatever is done on it is undone."""
    from caldera.devnet import deployed  # slow to import, and few need it

    with deployed(LONG_AGO) as devnet:
        yield renewed(devnet)


@pytest.fixture(params=KINDS)
def tokens(request: pytest.FixtureRequest) -> Tokens:
    """A ledger whose `mint` gives tokens of one kind: rights; items that never moved and so have no slot of their own;
    items that did; items that a voucher made."""
    if request.param == "right":
        return Rights(request.getfixturevalue("estate"))
    return Items(request.getfixturevalue("shop"), request.param)
