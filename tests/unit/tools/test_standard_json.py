"""What an explorer is given compiles to the very code that the build made, metadata included."""

from __future__ import annotations

import solcx

from caldera.artifacts import artifact
from tools.standard_json import ROOT, standard_json


def test_the_input_of_an_explorer_gives_the_same_bytes() -> None:
    built = artifact("BlockhashSeeds")
    asked = standard_json(built.source_id)
    (solc,) = (ROOT / "tools" / "solcx").glob("solc-v*")
    made = solcx.compile_standard(asked, solc_binary=solc)["contracts"][built.source_id]["BlockhashSeeds"]["evm"]
    assert made["bytecode"]["object"] == built.creation_hex
    assert made["deployedBytecode"]["object"] == built.runtime_hex


def test_it_has_what_a_contract_imports_and_no_more() -> None:
    sources = standard_json(artifact("EraToken").source_id)["sources"]
    assert "contracts/era/Erc3009.sol" in sources
    assert "node_modules/@openzeppelin/contracts/token/ERC20/ERC20.sol" in sources
    assert not [name for name in sources if name.startswith("contracts/modules")]
