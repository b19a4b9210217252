// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";
import {IParameterBook} from "../interfaces/IParameterBook.sol";
import {ISuiteAccess} from "../interfaces/ISuiteAccess.sol";
import {ParameterLib} from "../libraries/ParameterLib.sol";

/// @title Families of parameters, and what stands where they point
abstract contract FamilyBook is IParameterBook, AccessManaged {
    using Address for address;
    using ParameterLib for Parameter;

    /// @dev Two slots; parameters are code, as they never change: eleven cost one cold account instead of 33 slots.
    struct FamilyRecord {
        ParameterFamily facts;
        address parameters;
    }

    /// @dev Six times of change a slot.
    uint256 internal constant MOST_WORDS = 12;
    /// @dev No setter of the suite has more. So few leave no room to hide one call within another.
    uint256 private constant MOST_KEYS = 2;
    uint256 private constant WORD = 32;

    mapping(uint256 family => FamilyRecord) private _families;
    mapping(address target => mapping(bytes4 setter => uint256)) private _numbers;
    /// @inheritdoc IParameterBook
    uint256 public familyCount;
    /// @dev When each word of a key was changed here; 0: never. Written through a reference.
    // slither-disable-next-line uninitialized-state
    mapping(uint256 family => mapping(bytes32 key => uint40[MOST_WORDS])) internal _changes;

    /// @inheritdoc IParameterBook
    function addFamily(
        ParameterFamily calldata facts,
        Parameter[] calldata parameters,
        bytes32[][] calldata keys
    ) external restricted returns (uint256 family) {
        (address target, bytes4 setter) = (facts.target, facts.setter);
        _requireGovernable(target, setter);
        uint256 known = _numbers[target][setter];
        if (known != 0) revert FamilyExists(target, setter, known);
        if (facts.keys > MOST_KEYS) revert KeyCountOutOfRange(facts.keys, MOST_KEYS);
        uint256 count = parameters.length;
        if (count == 0 || count > MOST_WORDS) revert ParameterCountOutOfRange(count, MOST_WORDS);
        for (uint256 i = 0; i < count; ++i) parameters[i].requireSound();
        for (uint256 i = 0; i < keys.length; ++i) {
            uint256[] memory present = _presentOf(facts, keys[i], count);
            for (uint256 j = 0; j < count; ++j) parameters[j].requireWithin(present[j]);
        }
        family = ++familyCount;
        _numbers[target][setter] = family;
        _families[family] = FamilyRecord(facts, SSTORE2.write(abi.encode(parameters)));
        emit ParameterFamilyAdded(family, target, setter, facts, parameters);
    }

    /// @inheritdoc IParameterBook
    function parametersOf(
        uint256 family,
        bytes32[] calldata keys
    ) external view returns (ParameterState[] memory states) {
        (ParameterFamily memory facts, Parameter[] memory parameters) = familyOf(family);
        uint256[] memory present = _presentOf(facts, keys, parameters.length);
        uint40[MOST_WORDS] storage changes = _changes[family][keyOf(keys)];
        states = new ParameterState[](parameters.length);
        for (uint256 i = 0; i < states.length; ++i) {
            uint256 from = _changeableFrom(parameters[i], changes[i]);
            states[i] = ParameterState(parameters[i], present[i], from > block.timestamp ? from : 0);
        }
    }

    /// @inheritdoc IParameterBook
    function familyFor(address target, bytes4 setter) external view returns (uint256 family) {
        return _numbers[target][setter];
    }

    /// @inheritdoc IParameterBook
    function familyOf(
        uint256 family
    ) public view returns (ParameterFamily memory facts, Parameter[] memory parameters) {
        FamilyRecord storage record = _families[family];
        address pointer = record.parameters;
        if (pointer == address(0)) revert UnknownFamily(family);
        return (record.facts, abi.decode(SSTORE2.read(pointer), (Parameter[])));
    }

    /// @dev The value words of one key as the target has them.
    function _presentOf(
        ParameterFamily memory facts,
        bytes32[] calldata keys,
        uint256 count
    ) internal view returns (uint256[] memory present) {
        if (keys.length != facts.keys) revert WrongKeyWords(keys.length, facts.keys);
        bytes memory answer = facts.target.functionStaticCall(bytes.concat(facts.getter, abi.encodePacked(keys)));
        uint256 needed = (uint256(facts.skipped) + count) * WORD;
        if (answer.length < needed) revert GetterTooShort(facts.target, facts.getter, answer.length, needed);
        present = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 place = (facts.skipped + i + 1) * WORD;
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(answer, place)) // within the answer, as its length was checked
            }
            present[i] = word;
        }
    }

    function keyOf(bytes32[] calldata keys) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(keys));
    }

    /// @dev 0 where it never changed here.
    function _changeableFrom(Parameter memory one, uint256 changed) internal pure returns (uint256) {
        return changed == 0 ? 0 : changed + one.interval;
    }

    /// @dev The book calls what a family names, with what a proposal gives. The authority would carry out any call for its
    /// sake, and so would `multicall` of a contract whose setters are the book's: both would be a way round the bounds.
    function _requireGovernable(address target, bytes4 setter) private view {
        address access = authority();
        bool governable = target != access && target != address(this) && target.code.length != 0;
        if (!governable || setter == Multicall.multicall.selector) revert NotGovernable(target, setter);
        bool sealed_ = ISuiteAccess(access).isSealed(target, setter);
        (bool mine, ) = IAccessManager(access).canCall(address(this), target, setter);
        if (!sealed_ || !mine) revert SetterNotSealed(target, setter);
    }
}
