"""`python -m tests.faults.planted`: faults chosen by hand, one at least against each of the ten invariants, which the
machine over the whole suite must find."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from tests.faults.building import ROOT, build, reached, sources, with_children

TESTS = ["tests/properties/test_suite.py"]
SECONDS = 900


@dataclass(frozen=True)
class Fault:
    """One edit: `old` becomes `new`. `against`: the invariant that it breaks."""

    against: int
    path: str
    old: str
    new: str
    why: str


FAULTS = (
    Fault(
        1,
        "contracts/assets/HoldingLedger.sol",
        "return _unlessSame(from, to, Restriction.ReceiverBelowMinimum);",
        "return Restriction.None;",
        "a receiver may hold less than the minimum unit",
    ),
    Fault(
        1,
        "contracts/modules/energy/EnergyModule.sol",
        "guarantee.converted += wattHours;",
        "",
        "what was converted is forgotten",
    ),
    Fault(
        2,
        "contracts/assets/LienLedger.sol",
        "_holdings[id][holder].word = holding.release(units);",
        "_holdings[id][holder].word = holding;",
        "units stay pledged when their lien is released",
    ),
    Fault(
        3,
        "contracts/assets/GoodsRegister.sol",
        "return needed == 0 || needed & party.qualifications() != 0;",
        "return true;",
        "anybody is a customer",
    ),
    Fault(
        3,
        "contracts/assets/RightRegister.sol",
        "if (!_terms[id].admits(receiver)) return Restriction.ReceiverOutsideScope;",
        "",
        "a title goes to anybody who is active",
    ),
    Fault(
        4,
        "contracts/modules/receivables/Settlement.sol",
        "        position.proceeds = 0;\n        if (free != 0",
        "        if (free != 0",
        "what was claimed can be claimed again",
    ),
    Fault(
        5,
        "contracts/credit/PoolExits.sol",
        "return shares.mulDiv(sound + 1, totalSupply() + 10 ** _decimalsOffset());",
        "return shares.mulDiv(sound + 1, totalSupply() + 10 ** _decimalsOffset(), Math.Rounding.Ceil);",
        "exits are rounded up",
    ),
    Fault(
        5,
        "contracts/modules/leasing/LeaseModule.sol",
        "_credits[id][currencyId][msg.sender] = 0;",
        "",
        "rent can be collected twice",
    ),
    Fault(
        5,
        "contracts/circulation/RevenueCycle.sol",
        "_collect(_tableAt(uint32(line.number()), at), at, part, next)",
        "_collect(_tableAt(uint32(line.number()), block.timestamp), at, part, next)",
        "a sale is divided by nested tables that came later",
    ),
    Fault(
        5,
        "contracts/libraries/ShareLib.sol",
        "parts.subsidy = (revenue * bps * shares.subsidyBps)",
        "parts.subsidy = (revenue * shares.mostDeveloperBps * shares.subsidyBps)",
        "each developer's subsidy is that of the highest share",
    ),
    Fault(
        5,
        "contracts/libraries/FactoringLib.sol",
        "return (price * owed) / owedAtSale;",
        "return Math.ceilDiv(price * owed, owedAtSale);",
        "what a seller answers for is rounded up",
    ),
    Fault(
        5,
        "contracts/credit/Securitisation.sol",
        "facts.interest = (interest - paid * LoanLib.SCALE).toUint144();",
        "facts.interest = uint144((WaterfallLib.due(interest) - paid) * LoanLib.SCALE);",
        "of senior interest the fraction below a unit is forgotten",
    ),
    Fault(
        5,
        "contracts/modules/land/IncomeShares.sol",
        "position.proceeds += trust.income - trust.credited;",
        "",
        "what fractions left stays in a trust that is over",
    ),
    Fault(
        6,
        "contracts/era/VestingVault.sol",
        "_grants[id].released = kept.released + uint96(amount);",
        "",
        "what was released can be released again",
    ),
    Fault(
        7,
        "contracts/staking/StakeSlashes.sol",
        "leaving.tokens = uint96(left);",
        "",
        "what is leaving is not slashed",
    ),
    Fault(
        7,
        "contracts/staking/NodePlaces.sol",
        "_taken[place >> 8] &= ~(1 << (place & 0xff));",
        "",
        "who lives no more keeps its place",
    ),
    Fault(
        7,
        "contracts/staking/NodePlaces.sol",
        "_taken[word] |= free;",
        "",
        "the next to live takes the place of another",
    ),
    Fault(
        8,
        "contracts/governance/LockBook.sol",
        "uint256 private constant LONG = 183 days;",
        "uint256 private constant LONG = 29 days;",
        "short locks vote twice",
    ),
    Fault(
        8,
        "contracts/libraries/JointLib.sol",
        "return support * WHOLE >= total * bps;",
        "return support * WHOLE > total * bps;",
        "a group that just reaches its threshold decides nothing",
    ),
    Fault(
        9,
        "contracts/economy/DeveloperGrants.sol",
        "_developers[developer].claimable = 0;",
        "",
        "a milestone is paid as often as it is asked for",
    ),
    Fault(
        9,
        "contracts/era/AirdropClaim.sol",
        "_claimed[index >> 8] = bits | bit;",
        "",
        "an airdrop is claimed as often as one likes",
    ),
    Fault(
        9,
        "contracts/libraries/FlowLib.sol",
        "net = upward ? up - down : down - up;",
        "net = upward ? up : down;",
        "what comes back is counted as well",
    ),
    Fault(
        9,
        "contracts/economy/RewardStreams.sol",
        "return Running(stream.epoch, uint40(block.timestamp), stream.amount - uint96(vested));",
        "return Running(stream.epoch, stream.from, stream.amount - uint96(vested));",
        "after a claim the rest vests as if it had run from the beginning",
    ),
    Fault(
        9,
        "contracts/staking/NodeRates.sol",
        "commission = (gross * at.commissionBps) / WHOLE;",
        "commission = (gross * at.commissionBps + WHOLE - 1) / WHOLE;",
        "a commission is rounded up",
    ),
    Fault(
        9,
        "contracts/verification/FeePots.sol",
        "pot.forfeited += uint96(volume * guilty.length);",
        "pot.forfeited += volume;",
        "of the guilty only one loses its part of the fees",
    ),
    Fault(
        9,
        "contracts/verification/CourtBook.sol",
        "_credit(id, file.appellants[i], d.back[i + 1]);",
        "_credit(id, course.challenger, d.back[i + 1]);",
        "the bond of an appeal that was right goes to the challenger",
    ),
    Fault(
        9,
        "contracts/verification/LightNodes.sol",
        "uint256 due = (reward * one.weight) / FULL_WEIGHT;",
        "uint256 due = reward;",
        "a device that is trusted less is paid as much as another",
    ),
    Fault(
        10,
        "contracts/standard/ParticipantRegistry.sol",
        "function suspend(address account) external restricted {",
        "function suspend(address account) external {",
        "anybody suspends anybody",
    ),
)


def passes(manifest: Path, tests: Sequence[str] = TESTS) -> bool:
    """Whether tests pass on the contracts of a manifest; a run that does not end in time does not."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    environment = os.environ | {"CALDERA_BUILD": str(manifest), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(f"pytest did not run:\n{done.stdout}\n{done.stderr}")
    return done.returncode == 0


def found(fault: Fault, texts: dict[str, str]) -> bool:
    """Whether the machine, or the sweep beside it, finds the fault."""
    text = texts[fault.path]
    if text.count(fault.old) != 1:
        raise LookupError(f"{fault.path} does not have this once: {fault.old}")
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "manifest.json"
        wanted = with_children(reached(fault.path, texts), texts)
        build(texts | {fault.path: text.replace(fault.old, fault.new)}, wanted, manifest)
        return not passes(manifest)


def main(only: int = 0) -> None:
    """Plants them one by one, or those against one invariant, and says which are found; ends with 1 if one is not."""
    texts, missed = sources(), 0
    for fault in FAULTS:
        if only in (0, fault.against):
            good = found(fault, texts)
            missed += not good
            print(
                f"{fault.against:2} {'found ' if good else 'MISSED'} {fault.why} ({Path(fault.path).name})", flush=True
            )
    sys.exit(bool(missed))


if __name__ == "__main__":
    typer.run(main)
