"""The property suite over goods, vouchers and the rights that hang on items. See `goods_machine` for the sentences it
holds."""

from typing import Any

from tests.properties.beside import run
from tests.properties.goods_machine import GoodsMachine
from tests.support.shop import build


def test_goods_and_their_rights_agree_with_the_exact_model() -> None:
    shop = build()
    signatures: dict[Any, bytes] = {}
    run(GoodsMachine, shop.chain.snapshot(), shop=shop, signatures=signatures)
