// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICourtParts} from "./ICourtParts.sol";

/// @title Disputes about results that nodes signed
/// @notice A challenger puts up a bond and says that a result is false. A drawn panel of nodes votes, hidden first and then open;
/// the side that lost can appeal to a larger panel, and then to governance. If the result was false, each node that signed it is
/// slashed. Bonds go back, or to those who judged right and to those who were right.
/// Amounts are in units of 10^-18 ERA, times in seconds; "until" and `ends` name the last second.
///
/// A case moves by time alone: each phase ends at a second that was known when it began, and the next one counts from that second,
/// not from the call that brings it about. So every case is over at the latest 4 × (secret + commit + reveal) + 2 × appeal +
/// governance after it was opened, whoever does or does not call anything; that, and three days to slash in, is at most 60 days.
///
/// | phase | what can be done | at its end, if not before |
/// |---|---|---|
/// | Draw | `draw`: panel drawn → Vote; too few nodes → Governance | secret never shown: Withheld; else Governance |
/// | Vote | `INodeBallots`: commit, then reveal | more than half revealed: Appeal; else once more Draw (once a round), then Governance |
/// | Appeal | `appeal`: against round 1 → Draw of round 2; against round 2 → Governance | the ruling stands |
/// | Governance | `decide` | the last ruling stands; without any: Undecided |
interface IDisputeCourt is ICourtParts {
    /// @notice Where a case stands. The last four are final. `Withheld`: the challenger never showed its secret, and lost.
    enum CasePhase {
        None,
        Draw,
        Vote,
        Appeal,
        Governance,
        Upheld,
        Rejected,
        Undecided,
        Withheld
    }

    /// @notice What was ruled about the challenge. A tie of revealed votes is `Reject`: who accuses must convince more than half.
    enum Ruling {
        None,
        Uphold,
        Reject
    }

    /// @notice What governance sets; a case keeps what it began with. `bond`: of the challenger, 100 to 1,000,000 ERA. `factorBps`:
    /// by which each appeal's bond exceeds the one before, 10,000 to 50,000. `panellistsBps`: part of lost bonds for the panellists
    /// that were right, at most 10,000. `panel`: size of the first panel, odd, 3 to 15; the second has twice as many and one.
    /// Periods in seconds, at least an hour for the secret, four to commit and four to reveal, a day to appeal and a day for
    /// governance. One slot.
    struct CourtTerms {
        uint96 bond;
        uint16 factorBps;
        uint16 panellistsBps;
        uint8 panel;
        uint24 secretPeriod;
        uint24 commitPeriod;
        uint24 revealPeriod;
        uint24 appealPeriod;
        uint24 governancePeriod;
    }

    /// @notice How far a case has come. `ends`: last second of the phase. `round`: 1 or 2. `panel`: number of the last panel drawn,
    /// over both rounds, 0 to 4. `redrawn`: this round had a panel of which too few revealed. `allUpholds`, `allRejects`: revealed votes of all panels so far. `ruling`: the last one.
    /// `secretKnown`: the challenger's secret was shown. `terms`: version of the terms.
    /// Two slots.
    struct CaseCourse {
        address challenger;
        uint40 ends;
        CasePhase phase;
        uint8 round;
        uint8 panel;
        bool redrawn;
        uint32 terms;
        uint8 allUpholds;
        uint8 allRejects;
        Ruling ruling;
        bool secretKnown;
    }

    /// @notice What a case is about. `number`: of the result. `secret`: its hash until it is shown, then the secret. `ticket`: of the
    /// seed of the next or last draw. `signersHash`: as in `IDisputable`. `appellants`: who appealed against round 1 and 2.
    /// `perVote`: what each right vote gets, `perSigner`: what each signer's owner gets, once the case is over. `compensated`: bits of the
    /// signers, by position, whose owner was credited. `barred`: entities without a seat: challenger's, requester's, interested ones.
    /// `challengerAppeals`: bit 0 for round 1, bit 1 for round 2, where the appellant was the challenger. `told`: the result's contract knows the end.
    struct CaseFile {
        uint256 number;
        bytes32 secret;
        uint256 ticket;
        bytes32 signersHash;
        uint48[4] barred;
        address[2] appellants;
        uint96 perVote;
        uint96 perSigner;
        uint32 compensated;
        uint8 challengerAppeals;
        bool told;
    }

    /// @notice A case was opened; nothing leaves `signers` before `frozenUntil`.
    event CaseOpened(
        uint256 indexed id,
        uint256 indexed number,
        address indexed challenger,
        uint256 bond,
        uint40 frozenUntil,
        uint32[] signers,
        bytes32 evidenceHash,
        string uri
    );
    /// @notice `account` adds to what the panels should look at.
    event CaseEvidence(uint256 indexed id, address indexed account, bytes32 evidenceHash, string uri);
    /// @notice The case entered `phase`, which lasts until `ends`. The last event about the phase is the one that holds.
    event CaseMoved(uint256 indexed id, CasePhase phase, uint8 round, Ruling ruling, uint40 ends);
    /// @notice The next panel is drawn from the seed of `ticket`.
    event PanelAsked(uint256 indexed id, uint256 ticket);
    /// @notice `panellists` are panel `panel` of the case and vote in poll `poll`.
    event PanelDrawn(uint256 indexed id, uint8 indexed panel, uint256 indexed poll, uint32[] panellists);
    /// @notice Only `found` of `wanted` nodes could be drawn: the case is governance's.
    event PanelTooSmall(uint256 indexed id, uint256 found, uint256 wanted);
    /// @notice `appellant` put up `bond` against the ruling of `round`.
    event CaseAppealed(uint256 indexed id, uint8 indexed round, address indexed appellant, uint256 bond);
    /// @notice The case is over. `lost`: all bonds of the losing side. Each of `votes` right votes gets `perVote`, the owner of each
    /// signer `perSigner`, the challenger `toChallenger` beyond what it gets back, the fund `toFund`.
    event CaseEnded(
        uint256 indexed id,
        CasePhase outcome,
        uint256 lost,
        uint256 votes,
        uint256 perVote,
        uint256 perSigner,
        uint256 toChallenger,
        uint256 toFund
    );
    /// @notice The contract of the result would not hear of the end; `advance` tells it again.
    event ClosureFailed(uint256 indexed id, uint256 indexed number);
    /// @notice `amount` waits for `account` because of case `id`.
    event CourtCredited(uint256 indexed id, address indexed account, uint256 amount);
    /// @notice `amount` was paid to `account`.
    event CourtPaid(address indexed account, uint256 amount);
    /// @notice Cases from now on begin with these terms.
    event CourtTermsSet(uint32 indexed version, CourtTerms terms);

    /// @notice The terms are out of their ranges, or a case could freeze stake for `longest` seconds, more than `most`.
    error CourtTermsOutOfRange(uint256 longest, uint256 most);
    /// @notice A contract or account that the court needs is missing.
    error CourtNeeds();
    /// @notice There is no case `id`.
    error UnknownCase(uint256 id);
    /// @notice The case is in `phase`, which does not allow it.
    error WrongCasePhase(uint256 id, CasePhase phase);
    /// @notice Nothing can be moved before the end of `phase` at `ends`.
    error CaseNotDue(uint256 id, CasePhase phase, uint256 ends);
    /// @notice The result could be disputed until `until`.
    error NotDisputable(uint256 number, uint256 until);
    /// @notice A case about the result stands, or it was overturned.
    error CaseStands(uint256 number);
    /// @notice These are not the nodes and stakes of the result; `expected` is their hash.
    error WrongSigners(uint256 number, bytes32 expected);
    /// @notice A result has 1 to `most` signers.
    error SignersOutOfRange(uint256 signers, uint256 most);
    /// @notice The caller's entity is that of `node`.
    error OwnNode(uint32 node);
    /// @notice `account` is not an active participant.
    error NotAnActiveParticipant(address account);
    /// @notice The secret's hash is empty.
    error NoSecretHash();
    /// @notice It is not the secret of the case.
    error WrongSecret(uint256 id);
    /// @notice The seed of `ticket` is not there yet.
    error NoSeedYet(uint256 ticket);
    /// @notice The caller is not of the side that lost: the challenger after `Reject`, the owner of signer `node` after `Uphold`.
    error NotTheLosingSide(uint256 id, address account);
    /// @notice `node` did not sign the result.
    error NotASigner(uint256 id, uint32 node);
    /// @notice The vote of `node` was not right, or its reward was credited already.
    error NoVoteReward(uint256 id, uint8 panel, uint32 node);
    /// @notice The owner of signer `node` gets nothing from this case, or got it.
    error NoCompensation(uint256 id, uint32 node);
    /// @notice Nothing waits for `account`.
    error NothingCredited(address account);

    /// @notice Opens a case about result `number` and freezes what leaves its signers. Takes the bond, which the caller approved.
    /// The caller is an active participant of another entity than any signer's. Possible until the result's `disputableUntil`, which
    /// is two days away at least when a case about it was withheld, so that nobody is shut out by one that was opened for show.
    /// @param signers the nodes that signed, ascending
    /// @param stakes the stake of each when the result was accepted
    /// @param secretHash keccak256(abi.encode(secret)); the secret is shown when the seed is there
    /// @param evidenceHash of what is to be looked at, found at `uri`
    function challenge(
        uint256 number,
        uint32[] calldata signers,
        uint256[] calldata stakes,
        bytes32 secretHash,
        bytes32 evidenceHash,
        string calldata uri
    ) external returns (uint256 id);

    /// @notice Uses the caller's ERC-2612 permit of ERA for this contract; one that was used already does no harm. For `multicall`,
    /// before `challenge` or `appeal`.
    function usePermit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Adds evidence to a case that is not over. Any active participant, of any side.
    function addEvidence(uint256 id, bytes32 evidenceHash, string calldata uri) external;

    /// @notice Draws the panel once the seed is there. For the first one it takes the challenger's secret, whoever brings it; later
    /// `secret` is not looked at. Seed of the draw: keccak256(abi.encode(seed, secret, id, number of the panel)).
    function draw(uint256 id, bytes32 secret) external;

    /// @notice Appeals against the ruling and puts up its bond. The challenger (`node` 0) or the owner of signer `node`, whichever
    /// side lost; nobody needs to be an active participant to defend itself.
    function appeal(uint256 id, uint32 node) external;

    /// @notice Decides a case that is governance's. Only ADMIN, which is governance once it took over.
    function decide(uint256 id, bool uphold) external;

    /// @notice Moves a case whose phase has ended. Anyone.
    function advance(uint256 id) external returns (CasePhase phase);

    /// @notice Credits the rewards of right votes of `panel` to the owners of `voters`. Anyone, once the case is over.
    function collectVotes(uint256 id, uint8 panel, uint32[] calldata voters) external;

    /// @notice Credits what signers get from a challenge that was rejected to the owners of `signers`. Anyone, once the case is over.
    function collectCompensation(uint256 id, uint32[] calldata signers) external;

    /// @notice Pays `account` all that waits for it. Anyone.
    function claim(address account) external returns (uint256 amount);

    /// @notice Sets the terms of cases from now on. Only PARAMETERS.
    function setCourtTerms(CourtTerms calldata terms) external;

    /// @notice The terms of `version`, from 1.
    function courtTermsOf(uint32 version) external view returns (CourtTerms memory);

    /// @notice The version with which cases begin now.
    function courtTermsVersion() external view returns (uint32);

    /// @notice The terms with which cases begin now.
    function courtTerms() external view returns (CourtTerms memory);

    /// @notice The bond of an appeal against the ruling of `round` under terms `version`: bond × factor^round, rounded up.
    function appealBondOf(uint32 version, uint8 round) external view returns (uint256);

    /// @notice How many cases there were: the highest number.
    function caseCount() external view returns (uint256);

    /// @notice The case as it stands at this second, whether or not somebody moved it.
    function courseOf(uint256 id) external view returns (CaseCourse memory);

    /// @notice What the case is about, and what came of it.
    function fileOf(uint256 id) external view returns (CaseFile memory);

    /// @notice The nodes whose result is disputed, ascending.
    function signersOf(uint256 id) external view returns (uint32[] memory);

    /// @notice The poll of panel `panel` of the case, in `ballots`; 0 where there is none.
    function pollOf(uint256 id, uint8 panel) external view returns (uint256);

    /// @notice Whether the right vote of `node` in `panel` was credited.
    function rewarded(uint256 id, uint8 panel, uint32 node) external view returns (bool);

    /// @notice What waits for `account`.
    function creditOf(address account) external view returns (uint256);
}
