"""Gas of staking as others publish it of themselves: never a row, for it is not of this run and counts otherwise."""

from dataclasses import dataclass

HEAD = """\
Gas of the call alone, without the 21,000 of the transaction and without call data, in their own tests with their own
compiler: not to be held against the tables above. Symbiotic's are medians over all its tests, of a later commit than
the package that is measured above and compiled otherwise; Tally's Staker is not slashed.
"""


@dataclass(frozen=True, slots=True)
class Published:
    """One figure as it stands in a project's repository."""

    project: str
    call: str
    gas: int
    source: str


_SYMBIOTIC = ("Symbiotic", "snapshots/gas.txt at 25a065a (August 2026)")
_STAKER = ("Tally Staker", "test/gas-reports/gov-staker-gas-report.json at 2ff8891 (May 2025)")

FIGURES = tuple(
    Published(project, call, gas, source)
    for (project, source), figures in (
        (
            _SYMBIOTIC,
            {
                "vault: deposit": 325_980,
                "vault: withdraw (asks for it)": 264_111,
                "vault: claim (brings it)": 13_185,
                "slash": 270_689,
                "requestSlash": 212_700,
                "executeSlash": 285_654,
            },
        ),
        (
            _STAKER,
            {
                "first stake, of a delegatee that is new": 331_255,
                "first stake, of a delegatee that is known": 164_973,
                "stake more": 101_818,
                "withdraw all": 110_825,
                "claim": 165_132,
            },
        ),
    )
    for call, gas in figures.items()
)
