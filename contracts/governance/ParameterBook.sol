// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IParameterBook} from "../interfaces/IParameterBook.sol";
import {ParameterLib} from "../libraries/ParameterLib.sol";
import {FamilyBook} from "./FamilyBook.sol";

/// @title Parameter book
contract ParameterBook is FamilyBook, ReentrancyGuardTransient {
    using Address for address;
    using ParameterLib for Parameter;

    /// @notice The seals are looked up where this contract was built to look.
    error AuthorityIsFixed();

    /// @param access the suite's AccessManager
    constructor(address access) AccessManaged(access) {}

    // Only the target of the family is called, and it was called by a proposal: the guard keeps it from coming back.
    // slither-disable-start reentrancy-no-eth,reentrancy-benign,reentrancy-events
    /// @inheritdoc IParameterBook
    function set(uint256 family, bytes32[] calldata keys, uint256[] calldata values) external restricted nonReentrant {
        (ParameterFamily memory facts, Parameter[] memory parameters, uint256[] memory present) = _checked(
            family,
            keys,
            values
        );
        uint40[MOST_WORDS] storage changes = _changes[family][keyOf(keys)];
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] == present[i]) continue;
            changes[i] = uint40(block.timestamp);
            emit ParameterChanged(family, parameters[i].name, keys, present[i], values[i]);
        }
        facts.target.functionCall(bytes.concat(facts.setter, abi.encodePacked(keys), abi.encodePacked(values)));
        present = _presentOf(facts, keys, values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            if (present[i] != values[i]) revert ParameterNotTaken(parameters[i].name, values[i], present[i]);
        }
    }
    // slither-disable-end reentrancy-no-eth,reentrancy-benign,reentrancy-events

    /// @inheritdoc IParameterBook
    function canSet(
        uint256 family,
        bytes32[] calldata keys,
        uint256[] calldata values
    ) external view returns (bytes memory refusal) {
        try this.requireSettable(family, keys, values) {
            return "";
        } catch (bytes memory reason) {
            return reason;
        }
    }

    /// @inheritdoc IParameterBook
    function requireSettable(uint256 family, bytes32[] calldata keys, uint256[] calldata values) external view {
        _checked(family, keys, values);
    }

    /// @notice Refused (`AuthorityIsFixed`): another authority could say that a function is sealed which is not.
    function setAuthority(address) public pure override {
        revert AuthorityIsFixed();
    }

    /// @dev What `set` needs, once it is known that it may.
    function _checked(
        uint256 family,
        bytes32[] calldata keys,
        uint256[] calldata values
    ) private view returns (ParameterFamily memory facts, Parameter[] memory parameters, uint256[] memory present) {
        (facts, parameters) = familyOf(family);
        uint256 count = parameters.length;
        if (values.length != count) revert WrongValueWords(values.length, count);
        present = _presentOf(facts, keys, count);
        uint40[MOST_WORDS] storage changes = _changes[family][keyOf(keys)];
        bool first = true;
        for (uint256 i = 0; i < count && first; ++i) first = present[i] == 0 && changes[i] == 0;
        bool same = true;
        for (uint256 i = 0; i < count; ++i) {
            Parameter memory one = parameters[i];
            one.requireWithin(values[i]);
            if (values[i] == present[i]) continue;
            same = false;
            if (!first) one.requireStep(present[i], values[i], _changeableFrom(one, changes[i]));
        }
        if (same) revert NoParameterChanges(family);
    }
}
