"""The implementations of others. `PEERS` maps each one's name in the table to the function that measures it."""

from functools import partial

from benchmarks.measure import Measure
from benchmarks.peers import (
    distributor,
    erc20votes,
    erc721,
    erc1155,
    erc3525,
    erc4626,
    governor,
    splitter,
    staking,
    trex,
    vesting,
)

PEERS: dict[str, Measure] = {
    "openzeppelin-erc1155": partial(erc1155.measure, "openzeppelin-erc1155", "OpenZeppelinErc1155"),
    "solady-erc1155": partial(erc1155.measure, "solady-erc1155", "SoladyErc1155"),
    "openzeppelin-erc721": erc721.openzeppelin,
    "openzeppelin-consecutive": erc721.consecutive,
    "erc721a": erc721.erc721a,
    "openzeppelin-payment-splitter": splitter.measure,
    "openzeppelin-vesting-wallet": vesting.openzeppelin,
    "sablier-lockup": vesting.sablier,
    "openzeppelin-erc20votes": partial(erc20votes.measure, "openzeppelin-erc20votes", "OpenZeppelinErc20Votes"),
    "solady-erc20votes": partial(erc20votes.measure, "solady-erc20votes", "SoladyErc20Votes"),
    "openzeppelin-governor": governor.openzeppelin,
    "uniswap-merkle-distributor": distributor.measure,
    "synthetix-staking-rewards": staking.synthetix,
    "symbiotic-core": staking.symbiotic,
    "openzeppelin-erc4626": erc4626.openzeppelin,
    "solv-erc3525": erc3525.measure,
    "t-rex": partial(trex.measure, "t-rex", trex.Modules.NONE),
    "t-rex-2-modules": partial(trex.measure, "t-rex-2-modules", trex.Modules.PLAIN),
    "t-rex-2-modules-proxied": partial(trex.measure, "t-rex-2-modules-proxied", trex.Modules.PROXIED),
}
