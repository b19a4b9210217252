"""What stands on a tape, whatever was tried and undone before, and how it reads."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from caldera.contracts import EraToken, EvmProbe
from caldera.evm import ContractError, Refused, Revm
from caldera.evm.trace import Call, Mine, Send, SetBalance, Warp
from tests.fuzz.reading import Reader, names_of
from tests.fuzz.replaying import reads_block_hashes
from tests.fuzz.script import Script
from tests.fuzz.tape import Tape, Told, latest, taping
from tests.support.accounting import Watched


class World:
    """A probe on a chain with a tape, put back as a machine puts its chain back."""

    def __init__(self, kind: type[Revm]) -> None:
        with taping() as tapes:
            other = Revm()
            self.chain = kind()
        self.tapes = tapes
        self.owner = self.chain.account("owner")
        self.probe = EvmProbe.deploy(self.chain, sender=self.owner)
        self.mark = self.chain.snapshot()
        other.mine()
        self.chain.restore(self.mark)

    @property
    def tape(self) -> Tape:
        return latest(self.tapes)

    @property
    def steps(self) -> list[Told]:
        return self.tape.told()[1]

    @property
    def kinds(self) -> list[type]:
        return [type(step) for step, _ in self.steps]


@pytest.fixture(params=[Revm, Watched])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def test_chains_made_elsewhere_have_no_tape() -> None:
    with taping() as tapes:
        pass
    Revm().mine()
    assert tapes == []


def test_everything_is_on_it_in_a_row(world: World) -> None:
    chain, probe, owner = world.chain, world.probe, world.owner
    probe.step(sender=owner)
    chain.skip(5)
    chain.skip(5)
    chain.mine(2)
    chain.fund(owner, 3)
    probe.pay(sender=owner, value=1)
    for attempt in (lambda: probe.pay(sender=owner, value=9), lambda: probe.storeAndFail(1, b"a" * 32, sender=owner)):
        with suppress(Refused, ContractError):
            attempt()
    probe.environment()
    probe.environment()
    assert world.kinds == [Send, Warp, Mine, SetBalance, Send, Send, Send, Call]
    status = [outcome.status for _, outcome in world.steps if outcome]
    assert status == ["ok", "ok", "refused", "TooMuch", "ok"]
    assert [type(step) for step, _ in world.tape.told()[0]] == [Send]


def test_going_back_winds_it_back(world: World) -> None:
    for _ in range(3):
        world.chain.restore(world.mark)
        world.probe.step(sender=world.owner)
        assert world.kinds == [Send]


def test_what_was_undone_is_not_on_it(world: World) -> None:
    with world.chain.isolated():
        world.probe.step(sender=world.owner)
        with world.chain.isolated():
            world.probe.step(sender=world.owner)
    world.probe.store(1, b"a" * 32, sender=world.owner)
    with world.chain.isolated():
        world.chain.skip(9)
    world.probe.environment()
    assert world.kinds == [Send, Call]


def test_what_failed_while_it_was_tried_is_on_it(world: World) -> None:
    world.probe.step(sender=world.owner)
    with suppress(ZeroDivisionError), world.chain.isolated():
        world.chain.skip(9)
        world.probe.store(1, b"a" * 32, sender=world.owner)
        raise ZeroDivisionError
    assert world.kinds == [Send, Warp, Send]


def test_a_script_of_it_is_saved_and_does_the_same(world: World, tmp_path: Path) -> None:
    chain, owner = world.chain, world.owner
    chain.fund(owner, 5)
    world.probe.pay(sender=owner, value=2)
    world.probe.note("a", "b", b"c" * 32, sender=owner)
    chain.skip(60)
    token = EraToken.deploy(chain, owner, sender=owner)
    with suppress(ContractError):
        token.transfer(world.probe, 10**30, sender=owner)
    token.balanceOf(owner)
    setup, steps = world.tape.told()
    names = names_of(chain, [*setup, *steps], ())
    script = Script("probe", 1, "wrong", "", chain.chain_id, world.tape.born, names, setup, steps)
    script.save(tmp_path / "script.json")
    read = Script.load(tmp_path / "script.json")
    assert read == script
    with read.revm() as fresh:
        assert read.differences(fresh) == []
    told = list(Reader(names).lines(steps))
    assert told[0] == "owner has 5 wei"
    assert told[1] == "2027-01-15 08:00:00  owner: EvmProbe.pay() with 2 wei"
    assert "2027-01-15 08:01:00  owner: new EraToken" in told
    sent = told.index(f"2027-01-15 08:01:00  owner: EraToken.transfer(to=EvmProbe, value={10**30:,})")
    assert told[sent + 1].startswith("    ERC20InsufficientBalance(sender=0x")
    assert told[-2:] == ["looked at as nobody: EraToken.balanceOf(account=owner)", "    ok -> 0x" + f"{10**27:064x}"]


def test_contracts_that_read_hashes_of_blocks_are_known() -> None:
    assert reads_block_hashes("BlockhashSeeds")
    assert not reads_block_hashes("FeeToken")
    assert not reads_block_hashes("NoSuchContract")
