// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Parameter book: the numbers that governance sets, and how far and how often
/// @notice Contracts keep their own numbers, each with a setter of its own, and read them where they always did: nothing is
/// cached, nothing is stale. A *family* is one such setter: its key words (a pool, a template, a service), its value words, and
/// for each word its unit, hard bounds, largest step and least time between two changes. Setters are sealed for this contract
/// (`ISuiteAccess`), so that nobody, governance included, sets them but through `set`; and a family is for good. So no sequence
/// of proposals takes a number out of its bounds.
/// @dev All words are flat ABI words of static types, unsigned: structs are their fields in order.
interface IParameterBook {
    /// @notice What a word counts, for people and for what its bounds mean. `Count`: things. `Flags`: a bit set or a switch.
    /// `Account`: an address. `Bps`: basis points. `Usd`: 10^-6 USD. `Era`: 10^-18 ERA. `Wad`: a rate, times 10^18. `Whole`:
    /// whole units of a currency. All but `Flags` and `Account` are numbers.
    enum ParameterUnit {
        Count,
        Flags,
        Account,
        Bps,
        Seconds,
        Days,
        Usd,
        Era,
        Wad,
        Whole
    }

    /// @notice One value word. `kept`: it is set with the first setting of a key and never again through the book. `lowest`,
    /// `highest`: bounds, both included; of `Flags`: bits that must be there, and bits that may. `step`: most that a change of a
    /// number differs from what is there. `interval`: seconds from one change of this word to the next, for each key.
    struct Parameter {
        bytes32 name;
        ParameterUnit unit;
        bool kept;
        uint256 lowest;
        uint256 highest;
        uint256 step;
        uint32 interval;
    }

    /// @notice One setter. `getter`: reads the same words by the same keys. `keys`: how many words of both are the key. `skipped`:
    /// words of the getter's answer before the first value.
    struct ParameterFamily {
        address target;
        bytes4 setter;
        bytes4 getter;
        uint8 keys;
        uint8 skipped;
    }

    /// @notice A parameter as it stands. `changeableFrom`: the first second in which it may change again; 0: now.
    struct ParameterState {
        Parameter parameter;
        uint256 present;
        uint256 changeableFrom;
    }

    /// @notice A family was added, with `parameters` in the order of its value words.
    event ParameterFamilyAdded(
        uint256 indexed family,
        address indexed target,
        bytes4 indexed setter,
        ParameterFamily facts,
        Parameter[] parameters
    );
    /// @notice A word changed.
    event ParameterChanged(
        uint256 indexed family,
        bytes32 indexed name,
        bytes32[] keys,
        uint256 before,
        uint256 present
    );

    /// @notice There is no family `family`; they count from 1.
    error UnknownFamily(uint256 family);
    /// @notice The setter of `target` is that of `family` already: bounds are for good.
    error FamilyExists(address target, bytes4 setter, uint256 family);
    /// @notice Nobody governs this contract or this function through the book: the authority, the book itself, what is no
    /// contract, and functions that carry out others (`multicall`).
    error NotGovernable(address target, bytes4 setter);
    /// @notice The function is not sealed for the book: others could call it.
    error SetterNotSealed(address target, bytes4 setter);
    /// @notice A family has 1 to `most` words.
    error ParameterCountOutOfRange(uint256 count, uint256 most);
    /// @notice A family has at most `most` key words.
    error KeyCountOutOfRange(uint256 count, uint256 most);
    /// @notice `lowest` is above `highest`; of flags, has bits that `highest` has not.
    error ParameterBoundsReversed(bytes32 name, uint256 lowest, uint256 highest);
    /// @notice A number that is not kept has a step, flags and accounts have none, and what is kept has none either.
    error ParameterStepWrong(bytes32 name, uint256 step);
    /// @notice What is not kept has an interval of `least` to `most` seconds, and what is kept has none.
    error ParameterIntervalWrong(bytes32 name, uint32 interval, uint32 least, uint32 most);
    /// @notice The family has `needed` key words.
    error WrongKeyWords(uint256 given, uint256 needed);
    /// @notice The family has `needed` value words.
    error WrongValueWords(uint256 given, uint256 needed);
    /// @notice The getter answered with `length` bytes and not with `needed` or more.
    error GetterTooShort(address target, bytes4 getter, uint256 length, uint256 needed);
    /// @notice All values are those that are there.
    error NoParameterChanges(uint256 family);
    /// @notice The value is outside its hard bounds; of flags: it lacks a bit of `lowest` or has one that `highest` has not.
    error ParameterOutOfBounds(bytes32 name, uint256 value, uint256 lowest, uint256 highest);
    /// @notice The word is not the book's to change: it stays `present`.
    error ParameterKept(bytes32 name, uint256 present);
    /// @notice The value differs by more than `step` from `from`: what is there, or the bound next to it.
    error ParameterStepTooLarge(bytes32 name, uint256 from, uint256 value, uint256 step);
    /// @notice The word changed not long ago; it may change from `changeableFrom` on.
    error ParameterTooSoon(bytes32 name, uint256 changeableFrom);
    /// @notice The setter accepted `wanted`, and `found` is there.
    error ParameterNotTaken(bytes32 name, uint256 wanted, uint256 found);

    /// @notice Sets the values of one key of a family. Only ADMIN. Words that are not to change are given as they are.
    /// @dev Checks every word against its bounds, and every word that changes against step and interval; the first setting of a
    /// key, while all its words are zero and none was ever set here, against its bounds only. Then calls the setter, whose own
    /// refusals come through, reads back, and refuses what differs. One change a word and interval: two changes in one proposal,
    /// or there and back, are one too many.
    /// @param keys the key words, as the setter takes them
    /// @param values all value words, as the setter takes them
    function set(uint256 family, bytes32[] calldata keys, uint256[] calldata values) external;

    /// @notice Adds a family, for good. Only ADMIN.
    /// @dev The setter must be sealed for this contract, and no family of it.
    /// @param parameters of the value words, in order; 1 to 12
    /// @param keys keys whose present values must lie within the bounds; each with as many words as the family
    /// @return family its number
    function addFamily(
        ParameterFamily calldata facts,
        Parameter[] calldata parameters,
        bytes32[][] calldata keys
    ) external returns (uint256 family);

    /// @notice Returns where `set` would get as far as calling the setter, and reverts with the same error where it would not.
    function requireSettable(uint256 family, bytes32[] calldata keys, uint256[] calldata values) external view;

    /// @notice The same as an answer: empty, or the error with which `set` would revert.
    function canSet(
        uint256 family,
        bytes32[] calldata keys,
        uint256[] calldata values
    ) external view returns (bytes memory refusal);

    /// @notice Every parameter of one key, in the order of the value words.
    function parametersOf(uint256 family, bytes32[] calldata keys) external view returns (ParameterState[] memory);

    /// @notice The family's facts and its parameters.
    function familyOf(
        uint256 family
    ) external view returns (ParameterFamily memory facts, Parameter[] memory parameters);

    /// @notice The family of a setter; 0 where there is none.
    function familyFor(address target, bytes4 setter) external view returns (uint256 family);

    /// @notice How many families there are.
    function familyCount() external view returns (uint256);
}
