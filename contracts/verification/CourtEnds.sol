// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IDisputeCourt} from "../interfaces/IDisputeCourt.sol";
import {CourtBook} from "./CourtBook.sol";

/// @title What follows for nodes: votes are rewarded, signers compensated
abstract contract CourtEnds is CourtBook {
    // Phases are compared, not balances; whatever writes is nonReentrant.
    // slither-disable-start incorrect-equality,reentrancy-no-eth
    /// @dev Ballots as `INodeBallots` gives them.
    bytes32 private constant UPHOLD = bytes32(uint256(1));
    bytes32 private constant REJECT = bytes32(uint256(2));

    /// @inheritdoc IDisputeCourt
    function collectVotes(uint256 id, uint8 panel, uint32[] calldata voters) external nonReentrant {
        bytes32 right = _moved(id).phase == CasePhase.Upheld ? UPHOLD : REJECT;
        uint256 reward = _files[id].perVote;
        uint256 poll = pollOf[id][panel];
        for (uint256 i = 0; i < voters.length; ++i) {
            uint32 node = voters[i];
            // There is a reward only once the case is over.
            if (reward == 0 || rewarded[id][panel][node] || ballots.ballotOf(poll, node) != right) {
                revert NoVoteReward(id, panel, node);
            }
            rewarded[id][panel][node] = true;
            _credit(id, nodes.ownerOf(node), reward);
        }
    }

    /// @inheritdoc IDisputeCourt
    function collectCompensation(uint256 id, uint32[] calldata signers) external nonReentrant {
        _moved(id);
        CaseFile storage file = _files[id];
        uint256 amount = file.perSigner;
        for (uint256 i = 0; i < signers.length; ++i) {
            uint256 bit = 1 << _positionOf(id, signers[i]);
            // There is an amount only once the challenge was rejected.
            if (amount == 0 || file.compensated & bit != 0) revert NoCompensation(id, signers[i]);
            file.compensated |= uint32(bit);
            _credit(id, nodes.ownerOf(signers[i]), amount);
        }
    }

    /// @dev The position of `node` among the signers.
    function _positionOf(uint256 id, uint32 node) internal view returns (uint256) {
        uint32[] memory signers = _signers[id];
        for (uint256 i = 0; i < signers.length; ++i) if (signers[i] == node) return i;
        revert NotASigner(id, node);
    }
    // slither-disable-end incorrect-equality,reentrancy-no-eth
}
