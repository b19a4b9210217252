// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {INodeRecords} from "../interfaces/INodeRecords.sol";
import {INodes} from "../interfaces/INodes.sol";
import {IVerificationFees} from "../interfaces/IVerificationFees.sol";
import {VerificationLib} from "../libraries/VerificationLib.sol";
import {VerificationRules} from "./VerificationRules.sol";

/// @title What nodes earn by verifying
/// @dev Volumes are those of the nodes' records, in the epochs of the records: what is kept here is only what they lose.
abstract contract FeePots is IVerificationFees, VerificationRules, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    struct NodeShare {
        uint96 forfeited;
        bool claimed;
    }

    /// @inheritdoc IVerificationFees
    IERC20 public immutable era;
    /// @inheritdoc IVerificationFees
    INodeRecords public immutable records;
    /// @inheritdoc IVerificationFees
    INodes public immutable nodes;
    uint32 private immutable _epochLength;

    /// @dev Two slots: a result writes the first alone.
    mapping(uint32 epoch => FeePot) private _pots;
    mapping(uint32 node => mapping(uint32 epoch => NodeShare)) private _shares;

    constructor(IERC20 era_, INodes nodes_, INodeRecords records_) {
        (era, nodes, records, _epochLength) = (era_, nodes_, records_, records_.epochLength());
    }

    /// @inheritdoc IVerificationFees
    function claimFees(uint32 node, uint32 epoch) external nonReentrant returns (uint256 amount) {
        _requireClosed(epoch);
        FeePot storage pot = _pots[epoch];
        NodeShare storage share = _shares[node][epoch];
        if (share.claimed) revert FeesAlreadyClaimed(node, epoch);
        uint256 volume = records.recordOf(node, epoch).volume - share.forfeited;
        if (volume == 0) revert NoFeesToClaim(node, epoch);
        uint256 total = records.volumeOf(epoch) - pot.forfeited;
        amount = VerificationLib.partOf(pot.amount, volume, total);
        share.claimed = true;
        // Each is a part of the whole, which fits.
        pot.paid += uint96(amount);
        pot.claimed += uint96(volume);
        address owner = nodes.ownerOf(node);
        emit VerificationFeesClaimed(node, epoch, owner, amount);
        if (pot.claimed == total) _carryLeft(epoch, pot);
        era.safeTransfer(owner, amount);
    }

    /// @inheritdoc IVerificationFees
    function carryFees(uint32 epoch) external returns (uint256 amount) {
        _requireClosed(epoch);
        FeePot storage pot = _pots[epoch];
        uint256 total = records.volumeOf(epoch) - pot.forfeited;
        if (total != 0) revert FeesBelongToNodes(epoch, total);
        amount = _carryLeft(epoch, pot);
        if (amount == 0) revert NoFeesToCarry(epoch);
    }

    /// @inheritdoc IVerificationFees
    function payFund() external nonReentrant returns (uint256 amount) {
        amount = _resultSlot.fundOwed;
        if (amount == 0) revert NothingOwedToFund();
        _resultSlot.fundOwed = 0;
        emit VerificationFundPaid(fund, amount);
        era.safeTransfer(fund, amount);
    }

    /// @inheritdoc IVerificationFees
    function claimableFees(uint32 node, uint32 epoch) external view returns (uint256) {
        FeePot storage pot = _pots[epoch];
        NodeShare storage share = _shares[node][epoch];
        if (!_isClosed(epoch, pot) || share.claimed) return 0;
        uint256 volume = records.recordOf(node, epoch).volume - share.forfeited;
        if (volume == 0) return 0;
        return VerificationLib.partOf(pot.amount, volume, records.volumeOf(epoch) - pot.forfeited);
    }

    /// @inheritdoc IVerificationFees
    function potOf(uint32 epoch) external view returns (FeePot memory) {
        return _pots[epoch];
    }

    /// @inheritdoc IVerificationFees
    function feesOf(uint32 node, uint32 epoch) external view returns (uint96 forfeited, bool claimed) {
        NodeShare storage share = _shares[node][epoch];
        return (share.forfeited, share.claimed);
    }

    /// @inheritdoc IVerificationFees
    function fundOwed() external view returns (uint256) {
        return _resultSlot.fundOwed;
    }

    /// @dev The nodes' part of a result that can be disputed until then.
    function _earn(uint32 epoch, uint256 toNodes, uint40 disputableUntil) internal {
        FeePot storage pot = _pots[epoch];
        // No more than ERA's supply, which fits 90 bits.
        pot.amount += uint96(toNodes);
        if (disputableUntil > pot.disputableUntil) pot.disputableUntil = disputableUntil;
    }

    function _caseOpened(uint32 epoch) internal {
        ++_pots[epoch].cases;
    }

    /// @dev Nothing was paid out of the pot yet: while a result of it can be disputed, or a case is open, nobody can claim.
    function _caseClosed(uint32 epoch, bool overturned, uint256 toNodes, uint40 disputableUntil) internal {
        FeePot storage pot = _pots[epoch];
        --pot.cases;
        if (!overturned) {
            // It can have been reopened, beyond the windows of all others.
            if (disputableUntil > pot.disputableUntil) pot.disputableUntil = disputableUntil;
            return;
        }
        ++pot.unforfeited;
        pot.amount -= uint96(toNodes);
        _carry(epoch, toNodes);
    }

    /// @dev Each of the nodes had `volume` of a result that was found false.
    function _forfeit(uint32 epoch, uint32[] calldata guilty, uint96 volume) internal {
        FeePot storage pot = _pots[epoch];
        --pot.unforfeited;
        pot.forfeited += uint96(volume * guilty.length);
        for (uint256 i = 0; i < guilty.length; ++i) {
            _shares[guilty[i]][epoch].forfeited += volume;
        }
    }

    function _epochAt(uint256 time) internal view returns (uint32) {
        return uint32(time / _epochLength);
    }

    function _carryLeft(uint32 epoch, FeePot storage pot) private returns (uint256 left) {
        left = pot.amount - pot.paid;
        pot.paid = pot.amount;
        if (left != 0) _carry(epoch, left);
    }

    function _carry(uint32 epoch, uint256 amount) private {
        uint32 to = _epochAt(block.timestamp);
        _pots[to].amount += uint96(amount);
        emit VerificationFeesCarried(epoch, to, amount);
    }

    function _requireClosed(uint32 epoch) private view {
        FeePot storage pot = _pots[epoch];
        uint256 endsAt = (uint256(epoch) + 1) * _epochLength;
        if (block.timestamp < endsAt) revert FeeEpochRunning(epoch, endsAt);
        if (block.timestamp <= pot.disputableUntil) revert FeeEpochDisputable(epoch, pot.disputableUntil);
        if (pot.cases != 0) revert FeeCasesOpen(epoch, pot.cases);
        if (pot.unforfeited != 0) revert FeesToForfeit(epoch, pot.unforfeited);
    }

    function _isClosed(uint32 epoch, FeePot storage pot) private view returns (bool) {
        return
            block.timestamp >= (uint256(epoch) + 1) * _epochLength &&
            block.timestamp > pot.disputableUntil &&
            pot.cases == 0 &&
            pot.unforfeited == 0;
    }
}
