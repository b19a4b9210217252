// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IDisputeCourt} from "../contracts/interfaces/IDisputeCourt.sol";
import {IScenarioBook} from "../contracts/interfaces/IScenarioBook.sol";
import {CourtLib} from "../contracts/libraries/CourtLib.sol";
import {FeeLib} from "../contracts/libraries/FeeLib.sol";
import {ShareLib} from "../contracts/libraries/ShareLib.sol";
import {SharesLib} from "../contracts/libraries/SharesLib.sol";
import {VerificationLib} from "../contracts/libraries/VerificationLib.sol";
import {Proof} from "./Proof.sol";

/// @title Sums that are divided: the parts are the sum
contract FeeProofs is Proof {
    /// @notice The price of a service in ERA is rounded up: nobody pays less, nor a unit too much.
    function check_priceInEraIsRoundedUp(uint40 usd, uint80 rate) external pure {
        _assume(usd != 0 && rate != 0);
        _assertUp(FeeLib.toEraUp(usd, rate), uint256(usd) * 10 ** 30, rate);
    }

    /// @notice Fund and nodes together get the fee of a verification; the fund's part is rounded down.
    function check_verificationFeeAddsUp(uint96 fee, uint16 fundBps) external pure {
        _assume(fundBps <= WHOLE);
        (uint256 toFund, uint256 toNodes) = VerificationLib.splitFee(fee, fundBps);
        assert(toFund + toNodes == fee);
        _assertDown(toFund, uint256(fee) * fundBps, WHOLE);
    }

    /// @notice Two nodes never get more of a pot than is in it.
    function check_potIsNeverOverdrawn(uint96 pot, uint96 one, uint96 other) external pure {
        uint256 total = uint256(one) + other;
        _assume(total != 0);
        uint256 first = VerificationLib.partOf(pot, one, total);
        uint256 second = VerificationLib.partOf(pot, other, total);
        assert((first + second) * total <= uint256(pot) * total);
        assert(first + second <= pot);
    }

    /// @notice Node, developer, subsidy, author and treasury together get the revenue of a scenario, whatever the shares that fit.
    function check_revenueAddsUp(
        uint96 revenue,
        IScenarioBook.FeeShares memory shares,
        uint16 developer,
        bool finance
    ) external pure {
        _assume(ShareLib.fits(shares));
        _assume(shares.nodeBps <= WHOLE && shares.authorBps <= WHOLE && shares.mostDeveloperBps <= WHOLE);
        IScenarioBook.FeeScenario memory record;
        record.class = finance ? IScenarioBook.ScenarioClass.Finance : IScenarioBook.ScenarioClass.Light;
        (record.developerBps, record.author) = (developer, address(1));
        IScenarioBook.FeeParts memory parts = ShareLib.split(revenue, shares, record);
        assert(parts.node + parts.developer + parts.subsidy + parts.author + parts.treasury == revenue);
    }

    /// @notice A sum that is divided by three lines is paid out to the unit, and no line is a whole unit off its share.
    /// @custom:halmos --loop 4
    /// @custom:bound a table of 33.33, 33.33 and 33.34 per cent
    function check_linesAddUp(uint96 amount) external pure {
        uint256 first = SharesLib.line(3_333, 1, false) | (SharesLib.line(3_333, 2, false) << 48);
        first |= SharesLib.line(3_334, 3, true) << 96;
        uint256[] memory lines = SharesLib.divide(first, 0, amount);
        assert(lines.length == 3);
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 part = SharesLib.part(lines[i]);
            uint256 exact = uint256(amount) * SharesLib.bps(lines[i]);
            assert(part * WHOLE < exact + WHOLE && exact < part * WHOLE + WHOLE);
            sum += part;
        }
        assert(sum == amount);
    }

    /// @notice The bonds of a case go back or are lost, and what is lost goes to panellists, signers, challenger and fund, to the unit.
    /// @custom:halmos --loop 3
    function check_bondsAddUp(
        uint8 outcome,
        uint96 bond,
        uint96 first,
        uint96 second,
        bool[2] memory byChallenger,
        uint8 votes,
        uint16 panellistsBps,
        uint8 signers
    ) external pure {
        _assume(panellistsBps <= WHOLE && signers != 0 && outcome <= uint8(type(IDisputeCourt.CasePhase).max));
        IDisputeCourt.CasePhase phase = IDisputeCourt.CasePhase(outcome);
        CourtLib.Division memory d = CourtLib.divide(
            phase,
            bond,
            [uint256(first), uint256(second)],
            byChallenger,
            votes,
            panellistsBps,
            signers
        );
        assert(d.back[0] + d.back[1] + d.back[2] + d.lost == uint256(bond) + first + second);
        uint256 toSigners = phase == IDisputeCourt.CasePhase.Withheld ? 0 : signers * d.perSigner;
        assert(d.votes * d.perVote + toSigners + d.toChallenger + d.toFund == d.lost);
    }
}
