// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IVotingPower} from "../interfaces/IVotingPower.sol";
import {IWeightedVotes} from "../interfaces/IWeightedVotes.sol";
import {VoteSources} from "./VoteSources.sol";

/// @title All votes of ERA in one face
/// @dev Reads only. The governor is told of it and reads the same sources by the same lines, without the way through here.
contract VotingPower is IVotingPower, VoteSources {
    bytes32 private constant SECONDS = keccak256("mode=timestamp");

    /// @param era_ the token
    /// @param lock_ holds locked ERA; adds to all votes what doubles there
    /// @param vault_ holds ERA of grants
    constructor(IERC5805 era_, IWeightedVotes lock_, IERC5805 vault_) VoteSources(era_, lock_, vault_) {
        if (address(lock_) == address(vault_)) revert SourceTwice(address(lock_));
        _requireSeconds(address(era_));
        _requireSource(era_, address(lock_));
        _requireSource(era_, address(vault_));
    }

    /// @inheritdoc IVotes
    function delegate(address) external view {
        revert DelegateAtTheSource(address(_era), address(_lock), address(_vault));
    }

    /// @inheritdoc IVotes
    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external view {
        revert DelegateAtTheSource(address(_era), address(_lock), address(_vault));
    }

    /// @inheritdoc IVotingPower
    function votesOf(
        address account,
        uint256 timepoint
    ) external view returns (uint256 held, uint256 locked, uint256 unvested) {
        held = _era.getPastVotes(account, timepoint);
        locked = _lock.getPastVotes(account, timepoint);
        unvested = _vault.getPastVotes(account, timepoint);
    }

    /// @inheritdoc IVotingPower
    function delegatesOf(address account) external view returns (address ofHeld, address ofLocked, address ofUnvested) {
        return (_era.delegates(account), _lock.delegates(account), _vault.delegates(account));
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        return _era.getVotes(account) + _lock.getVotes(account) + _vault.getVotes(account);
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _pastVotes(account, timepoint);
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _pastTotal(timepoint);
    }

    /// @inheritdoc IVotes
    /// @dev Of the ERA that `account` holds in the token; `delegatesOf` gives all three.
    function delegates(address account) external view returns (address) {
        return _era.delegates(account);
    }

    /// @inheritdoc IERC6372
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc IVotingPower
    function era() external view returns (IERC5805) {
        return _era;
    }

    /// @inheritdoc IVotingPower
    function lock() external view returns (IWeightedVotes) {
        return _lock;
    }

    /// @inheritdoc IVotingPower
    function vault() external view returns (IERC5805) {
        return _vault;
    }

    function _requireSource(IERC5805 era_, address source) private view {
        if (source == address(era_)) revert SourceTwice(source);
        _requireSeconds(source);
        address delegatee = era_.delegates(source);
        if (delegatee != address(0)) revert SourceDelegates(source, delegatee);
    }

    function _requireSeconds(address source) private view {
        if (source.code.length == 0) revert NotAVotesSource(source);
        try IERC6372(source).CLOCK_MODE() returns (string memory mode) {
            if (keccak256(bytes(mode)) != SECONDS) revert NotATimestampClock(source, mode);
        } catch {
            revert NotAVotesSource(source);
        }
    }
}
