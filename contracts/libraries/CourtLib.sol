// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {INodeBallots} from "../interfaces/INodeBallots.sol";

/// @title How a case moves, and how its bonds are divided
library CourtLib {
    /// @notice What becomes of the bonds of a case. `back`: by whom they return, challenger first, then who appealed against round 1
    /// and 2. `lost` = votes × `perVote` + signers × `perSigner` + `toChallenger` + `toFund`.
    struct Division {
        uint256[3] back;
        uint256 lost;
        uint256 votes;
        uint256 perVote;
        uint256 perSigner;
        uint256 toChallenger;
        uint256 toFund;
    }

    uint256 private constant WHOLE = 10_000;
    uint256 private constant EXECUTION = 3 days;
    uint256 private constant LONGEST = 60 days;

    function isFinal(IDisputeCourt.CasePhase phase) internal pure returns (bool) {
        return phase >= IDisputeCourt.CasePhase.Upheld;
    }

    /// @dev From the opening of a case until its signers are free again.
    function freezeOf(IDisputeCourt.CourtTerms memory t) internal pure returns (uint256) {
        uint256 panel = uint256(t.secretPeriod) + t.commitPeriod + t.revealPeriod;
        return 4 * panel + 2 * uint256(t.appealPeriod) + t.governancePeriod + EXECUTION;
    }

    function requireInRange(IDisputeCourt.CourtTerms memory t) internal pure {
        uint256 longest = freezeOf(t);
        bool money = t.bond >= 100 ether && t.bond <= 1_000_000 ether && t.panellistsBps <= WHOLE;
        bool sizes = t.factorBps >= WHOLE && t.factorBps <= 5 * WHOLE && t.panel >= 3 && t.panel <= 15;
        bool times = t.secretPeriod >= 1 hours && t.commitPeriod >= 4 hours && t.revealPeriod >= 4 hours;
        bool ends = t.appealPeriod >= 1 days && t.governancePeriod >= 1 days;
        if (!money || !sizes || t.panel % 2 == 0 || !times || !ends || longest > LONGEST) {
            revert IDisputeCourt.CourtTermsOutOfRange(longest, LONGEST);
        }
    }

    /// @dev The bond of an appeal against `round`, rounded up.
    function appealBond(IDisputeCourt.CourtTerms memory t, uint256 round) internal pure returns (uint256) {
        return Math.ceilDiv(uint256(t.bond) * uint256(t.factorBps) ** round, WHOLE ** round);
    }

    /// @dev Brings `c` to where it stands at `time`, by nothing but time.
    /// @param poll of the panel that votes, as it stands at `time`; not looked at where none does
    /// @return counted whether the poll was counted
    function roll(
        IDisputeCourt.CaseCourse memory c,
        IDisputeCourt.CourtTerms memory t,
        INodeBallots.Poll memory poll,
        uint256 time
    ) internal pure returns (bool counted) {
        while (!isFinal(c.phase) && time > c.ends) {
            if (c.phase == IDisputeCourt.CasePhase.Draw) {
                if (c.secretKnown) _toGovernance(c, t);
                else c.phase = IDisputeCourt.CasePhase.Withheld;
            } else if (c.phase == IDisputeCourt.CasePhase.Vote) {
                counted = true;
                _count(c, t, poll);
            } else {
                c.phase =
                    c.ruling == IDisputeCourt.Ruling.Uphold
                        ? IDisputeCourt.CasePhase.Upheld
                        : c.ruling == IDisputeCourt.Ruling.Reject
                            ? IDisputeCourt.CasePhase.Rejected
                            : IDisputeCourt.CasePhase.Undecided;
            }
        }
    }

    /// @dev Divides the bonds of a case that is over. What panellists and signers get is rounded down, the rest goes to the fund.
    /// @param appeals the bonds of the appeals against round 1 and 2, 0 where there was none
    /// @param byChallenger whether the challenger put it up
    /// @param votes right votes
    function divide(
        IDisputeCourt.CasePhase outcome,
        uint256 bond,
        uint256[2] memory appeals,
        bool[2] memory byChallenger,
        uint256 votes,
        uint256 panellistsBps,
        uint256 signers
    ) internal pure returns (Division memory d) {
        bool upheld = outcome == IDisputeCourt.CasePhase.Upheld;
        bool kept = upheld || outcome == IDisputeCourt.CasePhase.Undecided;
        if (kept) d.back[0] = bond;
        else d.lost = bond;
        for (uint256 i = 0; i < 2; ++i) {
            // Without a ruling there was no appeal.
            if (byChallenger[i] == upheld) d.back[i + 1] = appeals[i];
            else d.lost += appeals[i];
        }
        if (outcome == IDisputeCourt.CasePhase.Withheld) {
            // Nobody was accused in earnest: were it the signers' own, a case for show would cost them nothing.
            d.toFund = d.lost;
            return d;
        }
        d.votes = votes;
        uint256 forVotes = (d.lost * panellistsBps) / WHOLE;
        uint256 rest = d.lost - forVotes;
        if (votes != 0) d.perVote = forVotes / votes;
        if (upheld) d.toChallenger = rest;
        else d.perSigner = rest / signers;
        d.toFund = d.lost - votes * d.perVote - signers * d.perSigner - d.toChallenger;
    }

    function _count(
        IDisputeCourt.CaseCourse memory c,
        IDisputeCourt.CourtTerms memory t,
        INodeBallots.Poll memory poll
    ) private pure {
        c.allUpholds += poll.upholds;
        c.allRejects += poll.rejects;
        if (2 * (uint256(poll.upholds) + poll.rejects) > poll.size) {
            c.ruling = poll.upholds > poll.rejects ? IDisputeCourt.Ruling.Uphold : IDisputeCourt.Ruling.Reject;
            c.phase = IDisputeCourt.CasePhase.Appeal;
            c.ends += t.appealPeriod;
        } else if (c.redrawn) {
            _toGovernance(c, t);
        } else {
            c.redrawn = true;
            c.phase = IDisputeCourt.CasePhase.Draw;
            c.ends += t.secretPeriod;
        }
    }

    function _toGovernance(IDisputeCourt.CaseCourse memory c, IDisputeCourt.CourtTerms memory t) private pure {
        c.phase = IDisputeCourt.CasePhase.Governance;
        c.ends += t.governancePeriod;
    }
}
