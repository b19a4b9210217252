"""The property suite over rewards of stake, and the closed form over periods against going through them.

See `rewards_machine` for the sentences it holds.
"""

from tests.properties.beside import run
from tests.properties.rewards_machine import RewardsMachine
from tests.support.rewards import build


def test_rewards_agree_with_the_exact_model() -> None:
    rewards = build(budget=0)
    rewards.keeper.setBeneficiary(7, rewards.stranger, sender=rewards.admin)
    run(RewardsMachine, rewards.chain.snapshot(), rewards=rewards)
