"""A book with families, and one without; put back after each test."""

from collections.abc import Iterator

import pytest

from tests.support.parameters import Book, build, stand


@pytest.fixture(scope="session")
def _book() -> Book:
    return build()


@pytest.fixture
def book(_book: Book) -> Iterator[Book]:
    """Families of a double, of loan terms, of advances and of templates."""
    with _book.chain.isolated():
        yield _book


@pytest.fixture(scope="session")
def _bare() -> Book:
    return stand()


@pytest.fixture
def bare(_bare: Book) -> Iterator[Book]:
    """The book has its role, and nothing else."""
    with _bare.chain.isolated():
        yield _bare
