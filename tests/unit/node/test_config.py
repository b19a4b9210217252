"""The configuration: every problem with its field and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from caldera.node.config import load_config
from caldera.node.errors import ConfigInvalid
from tests.support.node import ROOT, write

EXAMPLE = ROOT / "examples" / "node.yml"


def given(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "node": 3,
        "chain": {"id": 5, "rpc_url": "http://127.0.0.1:8545"},
        "contracts": {"verification": "0x" + "11" * 20},
        "key": {"keystore": "keys/node.json", "passphrase_file": "keys/node.pass"},
        "store": "data/node.sqlite",
        "documents": {"sources": [{"folder": "docs"}, {"url": "https://documents.example/by-hash/"}]},
        "checks": [{"name": "invoice-arithmetic", "kinds": ["valuation"]}],
    }
    return made | changes


def test_defaults_and_paths(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, given()))
    assert config.store == tmp_path / "data/node.sqlite"
    assert config.key.path == tmp_path / "keys/node.json"
    assert config.key.passphrase_file == tmp_path / "keys/node.pass"
    assert config.documents.sources[0].folder == tmp_path / "docs"
    assert config.documents.sources[1].url == "https://documents.example/by-hash"
    assert config.contracts.verification == "0x1111111111111111111111111111111111111111"
    assert (config.chain.confirmations, config.results.valid_days, config.submit.enabled) == (2, 90, True)
    assert config.gas_key is None


def test_the_example_is_good() -> None:
    config = load_config(EXAMPLE)
    assert {one.name for one in config.checks} == {
        "invoice-arithmetic",
        "valuation-band",
        "sensor-plausibility",
        "insurance-policy",
        "operating-facts",
    }
    assert config.conflicts.prove
    assert config.conflicts.reporter is None


def test_another_node_of_the_chain(tmp_path: Path) -> None:
    path = write(tmp_path, given())
    assert load_config(path, "http://other:1").chain.rpc_url == "http://other:1"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"node": 0}, "node: Input should be greater than or equal to 1 (it is 0)"),
        ({"node": "three"}, "node: Input should be a valid integer (it is 'three')"),
        ({"nodes": 3}, "nodes: there is no such field"),
        ({"chain": {"rpc_url": "http://a"}}, "chain.id: is missing; write it"),
        ({"chain": {"id": 5, "rpc_url": "ws://a"}}, "chain.rpc_url: write a URL that begins with http://"),
        ({"contracts": {"verification": "0x12"}}, "contracts.verification: write an address"),
        ({"contracts": {"verification": "0x" + "11" * 20, "code": {"court": "0x" + "00" * 32}}}, "code.court is named"),
        ({"contracts": {"verification": "0x" + "11" * 20, "code": {"verification": "1"}}}, "write a hash"),
        ({"key": {}}, "key: name either keystore or account"),
        ({"key": {"keystore": "a", "account": "b"}}, "key: name either keystore or account"),
        ({"key": {"account": "../b"}}, "key.account"),
        ({"key": {"keystore": "a", "passphrase": "secret"}}, "key.passphrase: there is no such field"),
        ({"documents": {"sources": []}}, "documents.sources"),
        ({"documents": {"sources": [{"folder": "a", "url": "http://b"}]}}, "name either folder or url"),
        ({"checks": []}, "checks"),
        ({"checks": [{"name": "moonphase"}]}, "checks.0: moonphase: no check of this name; known are invoice-"),
        ({"checks": [{"name": "valuation-band", "kinds": ["weather"]}]}, "'weather' is none of valuation, insurance"),
        ({"checks": [{"name": "insurance-policy", "kinds": ["valuation"]}]}, "does not judge valuation; it knows ins"),
        ({"checks": [{"name": "valuation-band", "options": {"band": 1}}]}, "checks.0: valuation-band: band: Extra in"),
        ({"gossip": {"listen": "9101"}}, 'gossip.listen: write host and port, such as "127.0.0.1:9101"'),
        ({"gossip": {"peers": ["node2:9101"]}}, "gossip.peers.0: write a URL"),
        ({"deployment": "none.json"}, "is no deployment manifest"),
    ],
)
def test_problems_are_named(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(write(tmp_path, given(**changes)))
    assert problem in str(caught.value)


def test_all_problems_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(write(tmp_path, given(node=0, store=7, more=1)))
    assert len(caught.value.problems) == 3


def test_a_url_with_a_key_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_config(write(tmp_path, given(chain={"id": 5, "rpc_url": "wss://rpc.example/secret-key"})))
    assert "secret-key" not in str(caught.value)


def test_addresses_of_a_deployment(tmp_path: Path) -> None:
    named = {"ValueVerification": "0x" + "aa" * 20, "DisputeCourt": "0x" + "bb" * 20, "Other": "0x" + "cc" * 20}
    manifest = {"contracts": {name: {"address": address} for name, address in named.items()}}
    (tmp_path / "net.json").write_text(json.dumps(manifest))
    content = given(deployment="net.json")
    del content["contracts"]
    config = load_config(write(tmp_path, content))
    assert config.contracts.verification.lower() == named["ValueVerification"]
    assert config.contracts.court is not None
    assert config.contracts.court.lower() == named["DisputeCourt"]
    assert config.contracts.rewards is None


def test_no_file_and_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid):
        load_config(tmp_path / "none.yml")
    (tmp_path / "bad.yml").write_text("node: 1\nnode: 2\n")
    with pytest.raises(ConfigInvalid, match="stands twice"):
        load_config(tmp_path / "bad.yml")
