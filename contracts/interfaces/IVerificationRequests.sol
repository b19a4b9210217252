// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IPanels} from "./IPanels.sol";
import {IParticipantRegistry} from "./IParticipantRegistry.sol";
import {IRandomness} from "./IRandomness.sol";
import {IVerificationRules} from "./IVerificationRules.sol";

/// @title Requests for verification, and the panels drawn for them
/// @notice A request is paid for when it is made. It ends with a result, accepted or refused by the nodes, until and at its
/// deadline; else the fee goes back, to the unit. It cannot be taken back before: nodes may have done the work. Amounts of ERA are
/// in units of 10^-18, times in seconds.
interface IVerificationRequests {
    /// @notice What is asked for. `target`, `id`, `field`: the module, the asset and the field as in `FieldsLib`; for credit data
    /// the operating record, the entity and 0; for a mapping the zero address, a number of the requester's own and 0. `claimed`:
    /// what the requester says it is worth, for the nodes. `documentHash`: of the evidence; nodes sign it, too. `panelSize`: 0
    /// where any live nodes may sign, else how many are drawn, 3 to 31. `leastSigners`, `leastWeight`: how many nodes it takes,
    /// and how much active stake; both are at least those of the rules. `deadline`: the last second of a result. `fee`: in ERA.
    struct RequestTerms {
        IVerificationRules.VerificationKind kind;
        address target;
        uint256 id;
        uint8 field;
        uint96 claimed;
        bytes32 documentHash;
        uint8 panelSize;
        uint8 leastSigners;
        uint96 leastWeight;
        uint40 deadline;
        uint96 fee;
    }

    /// @notice Where a request stands. `Answered`: there is a result. `Refunded`: the fee went back.
    enum RequestState {
        Open,
        Answered,
        Refunded
    }

    /// @notice A request as it is kept. `requester`: who paid, and is paid back. `entity`: its entity. `finance`: its result counts
    /// for more.
    struct VerificationRequest {
        address requester;
        uint48 entity;
        IVerificationRules.VerificationKind kind;
        uint8 field;
        uint8 panelSize;
        uint8 leastSigners;
        bool finance;
        RequestState state;
        address target;
        uint96 fee;
        uint256 id;
        bytes32 documentHash;
        uint96 claimed;
        uint96 leastWeight;
        uint40 deadline;
    }

    /// @notice The panel of a request. `ticket`: of its seed. `answered`: bit i is set where the node at place i has signed.
    /// `closed`: those who had not were counted.
    struct VerificationPanel {
        uint256 ticket;
        uint32[] nodes;
        uint32 answered;
        bool closed;
    }

    /// @notice What a result earns. `volume`: of each signer, in units of 10^-18 ERA. `window`: seconds in which it can be disputed.
    /// `fundBps`: the fund's part of the fee. `weightBps`: weight of the volume, 10,000 where it is not finance. `epoch`: into
    /// whose pot the fee goes.
    struct VerificationSettlement {
        uint96 volume;
        uint24 window;
        uint16 fundBps;
        uint16 weightBps;
        uint32 epoch;
    }

    /// @notice Request `number` was made by `requester` for its `entity`.
    event VerificationRequested(
        uint256 indexed number,
        address indexed requester,
        uint48 indexed entity,
        RequestTerms terms
    );
    /// @notice `nodes` were drawn for request `number`; only they may sign.
    event PanelAssigned(uint256 indexed number, uint32[] nodes, bytes32 seed);
    /// @notice `node`, drawn for request `number`, has signed, whether its signature is a part of the result or not.
    event PanelAnswered(uint256 indexed number, uint32 indexed node);
    /// @notice The panel of `number` has done its part, but for `missed`.
    event PanelClosed(uint256 indexed number, uint32[] missed);
    /// @notice Request `number` ended without a result; `requester` got `fee` back.
    event VerificationRefunded(uint256 indexed number, address indexed requester, uint256 fee);

    /// @notice `account` is unknown, suspended, removed or expired.
    error RequesterNotActive(address account);
    /// @notice `target` cannot be verified in this kind.
    error NotVerifiable(IVerificationRules.VerificationKind kind, address target);
    /// @notice `field` is none of this kind.
    error FieldNotOfKind(IVerificationRules.VerificationKind kind, uint8 field);
    /// @notice There is no entity `id`.
    error NoSuchEntity(uint256 id);
    /// @notice A mapping is known by the hash of its document.
    error DocumentMissing();
    /// @notice A panel has `least` to `most` nodes.
    error PanelSizeOutOfRange(uint8 size, uint8 least, uint8 most);
    /// @notice It takes `least` signers at least, and no more than `most`.
    error SignersOutOfRange(uint8 signers, uint8 least, uint8 most);
    /// @notice It takes an active stake of `least` at least.
    error WeightTooLow(uint96 weight, uint96 least);
    /// @notice The deadline is `earliest` to `latest`.
    error DeadlineOutOfRange(uint40 deadline, uint256 earliest, uint256 latest);
    /// @notice The fee is `least` at least.
    error FeeTooLow(uint96 fee, uint256 least);
    /// @notice There is no request `number`.
    error UnknownRequest(uint256 number);
    /// @notice Request `number` has a result.
    error AlreadyAnswered(uint256 number);
    /// @notice The fee of request `number` went back.
    error AlreadyRefunded(uint256 number);
    /// @notice The request was open until `deadline`.
    error RequestOver(uint256 number, uint40 deadline);
    /// @notice The request is open until `deadline`.
    error RequestOpen(uint256 number, uint40 deadline);
    /// @notice No panel is drawn for request `number`.
    error NoPanel(uint256 number);
    /// @notice The panel of request `number` is drawn already.
    error PanelDrawn(uint256 number);
    /// @notice The seed of request `number` is not there.
    error SeedMissing(uint256 number, uint256 ticket);
    /// @notice A panel is drawn until `latest`, so that there is time to sign.
    error TooLateForPanel(uint256 number, uint256 latest);
    /// @notice Only `found` nodes could be drawn; `needed` must sign.
    error PanelTooSmall(uint256 number, uint256 found, uint256 needed);
    /// @notice `node` was not drawn for request `number`.
    error NotOnPanel(uint256 number, uint32 node);
    /// @notice The panel of request `number` was closed.
    error PanelAlreadyClosed(uint256 number);

    /// @notice Asks for verification. By an active participant, who approved this contract for the fee. Stops under pause.
    /// @return number of the request, from 1
    function request(RequestTerms calldata terms) external returns (uint256 number);

    /// @notice As `request`, with a permit for exactly the fee, so that no approval is needed before.
    function requestWithPermit(
        RequestTerms calldata terms,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 number);

    /// @notice Draws the panel of a request once its seed is there, without the requester's nodes and those of the entities that have
    /// an interest. Anyone may call, until the shortest time to sign is left.
    function assign(uint256 number) external;

    /// @notice Counts the nodes of the panel that did not sign until the deadline. Anyone may call, after it, once.
    function close(uint256 number) external;

    /// @notice Ends request `number` with a result that `signed`, all of its panel if there is one, have signed: the fee becomes
    /// theirs and the fund's, and their work is counted. Only VERIFIER, which has checked their signatures.
    /// @param signed in ascending order
    function settle(uint256 number, uint32[] calldata signed) external returns (VerificationSettlement memory);

    /// @notice Notes that `node`, of the panel, has signed a result. Only VERIFIER.
    function noteAnswer(uint256 number, uint32 node) external;

    /// @notice A case about a result that was accepted in `epoch` was opened. Only VERIFIER.
    function caseOpened(uint32 epoch) external;

    /// @notice A case about a result that was accepted in `epoch` ended. Where it was found false, `toNodes`, the nodes' part of its
    /// fee, is carried on, and its signers are to be named. Only VERIFIER.
    /// @param disputableUntil last second at which there can be another case about it
    function caseClosed(uint32 epoch, bool overturned, uint256 toNodes, uint40 disputableUntil) external;

    /// @notice Each of `guilty`, which signed result `number` in `epoch`, loses `volume`. Only VERIFIER.
    function forfeit(uint256 number, uint32 epoch, uint32[] calldata guilty, uint96 volume) external;

    /// @notice Pays the fee back to the requester, after the deadline, where there is no result. Anyone may call; always open.
    function refund(uint256 number) external;

    /// @notice A request; reverts where there is none.
    function requestOf(uint256 number) external view returns (VerificationRequest memory);

    /// @notice The panel of a request; empty where none is drawn.
    function panelOf(uint256 number) external view returns (VerificationPanel memory);

    /// @notice The highest number.
    function requestCount() external view returns (uint256);

    /// @notice The registry of participants.
    function registry() external view returns (IParticipantRegistry);

    /// @notice Who draws.
    function panels() external view returns (IPanels);

    /// @notice Where seeds come from.
    function randomness() external view returns (IRandomness);
}
