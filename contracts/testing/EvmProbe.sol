// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What an engine and its codec have to get right, one function each
contract EvmProbe {
    /// @notice A struct with static and dynamic fields.
    struct Leaf {
        address who;
        int64 delta;
        bytes4 tag;
        string note;
    }

    /// @notice A struct that holds structs.
    struct Tree {
        uint256 id;
        Leaf first;
        Leaf[] rest;
        uint16[2][] pairs;
        bool open;
    }

    enum Mood {
        Calm,
        Loud
    }

    event Noted(address indexed who, string indexed topic, string text, bytes data);
    event Planted(uint256 indexed id, Leaf leaf, uint256[] sizes);
    event Hidden(address indexed who, uint256 amount) anonymous;
    event Twice(uint256 amount);
    event Twice(address who);
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);

    /// @notice The caller asked for more than there is.
    /// @param caller who asked
    /// @param asked how much
    /// @param limit how much there is
    error TooMuch(address caller, uint256 asked, uint256 limit);
    error Withered(Leaf leaf, uint256[] sizes);
    error Twofold(uint256 amount);
    error Silent();

    uint256 private transient _steps;
    /// @notice How often `store` ran.
    uint256 public stored;
    mapping(uint256 key => bytes32 value) public slots;

    constructor() payable {}

    receive() external payable {}

    // ------------------------------------------------------------------ state

    /// @notice Counts in transient storage: 1 in every transaction, more only inside one.
    function step() public returns (uint256) {
        return ++_steps;
    }

    /// @notice Steps `times` within one transaction.
    function steps(uint256 times) external returns (uint256 last) {
        for (uint256 i; i < times; ++i) last = step();
    }

    /// @notice Writes a slot.
    /// @dev Counts itself.
    /// @param key which slot
    /// @param value what it will hold
    /// @return before what it held
    function store(uint256 key, bytes32 value) public returns (bytes32 before) {
        before = slots[key];
        slots[key] = value;
        ++stored;
    }

    /// @notice Writes a slot, logs and fails.
    function storeAndFail(uint256 key, bytes32 value) external {
        step();
        store(key, value);
        emit Twice(key);
        revert TooMuch(msg.sender, key, stored);
    }

    /// @notice Writes slots until gas runs out.
    function storeForever() external {
        for (uint256 i; ; ++i) slots[i] = bytes32(i + 1);
    }

    function clear(uint256 key) external {
        delete slots[key];
    }

    // -------------------------------------------------------------- environment

    function environment() external view returns (uint256 chainId, uint256 number, uint256 time, address sender) {
        return (block.chainid, block.number, block.timestamp, msg.sender);
    }

    function price() external view returns (uint256 gasPrice, uint256 baseFee, uint256 gasLimit, address origin) {
        return (tx.gasprice, block.basefee, block.gaslimit, tx.origin);
    }

    /// @notice Creates a probe: its address depends on the nonce of this one.
    function spawn() external returns (address) {
        return address(new EvmProbeSeed());
    }

    function pay() external payable returns (uint256) {
        return msg.value;
    }

    function send(address payable to, uint256 amount) external {
        (bool ok, ) = to.call{value: amount}("");
        require(ok, "not sent");
    }

    // --------------------------------------------------------------------- codec

    function echo(Tree calldata tree) external pure returns (Tree memory) {
        return tree;
    }

    function echoAll(
        int256 a,
        int8 b,
        uint8 c,
        bytes32 d,
        bytes calldata e,
        string calldata f,
        bool g,
        address[] calldata h,
        string[][] calldata i,
        Mood j
    )
        external
        pure
        returns (
            int256,
            int8,
            uint8,
            bytes32,
            bytes memory,
            string memory,
            bool,
            address[] memory,
            string[][] memory,
            Mood
        )
    {
        return (a, b, c, d, e, f, g, h, i, j);
    }

    function over(uint256 amount) external pure returns (string memory) {
        return amount == type(uint256).max ? "most" : "uint256";
    }

    function over(address who) external pure returns (string memory) {
        return who == address(0) ? "zero" : "address";
    }

    function over(uint256 amount, bool flag) external pure returns (string memory) {
        return flag && amount > 0 ? "flag" : "two";
    }

    function over(int8 amount) external pure returns (string memory) {
        return amount < 0 ? "negative" : "int8";
    }

    /// @notice Python's words as names.
    function lambda(uint256 from, uint256 sender, uint256) external pure returns (uint256) {
        return from + sender;
    }

    // -------------------------------------------------------------------- events

    function note(string calldata topic, string calldata text, bytes calldata data) external {
        emit Noted(msg.sender, topic, text, data);
    }

    function plant(uint256 id, Leaf calldata leaf, uint256[] calldata sizes) external {
        emit Planted(id, leaf, sizes);
        emit Twice(id);
        emit Twice(leaf.who);
    }

    function hide(uint256 amount) external {
        emit Hidden(msg.sender, amount);
    }

    function give(address to, uint256 tokenId) external {
        emit Transfer(msg.sender, to, tokenId);
    }

    function bare(bytes32 topic) external {
        assembly ("memory-safe") {
            mstore(0, 42)
            log1(0, 32, topic)
            log0(0, 4)
        }
    }

    // -------------------------------------------------------------------- failures

    function failCustom(uint256 asked, uint256 limit) external view {
        if (asked > limit) revert TooMuch(msg.sender, asked, limit);
    }

    function failStruct(Leaf calldata leaf, uint256[] calldata sizes) external pure {
        revert Withered(leaf, sizes);
    }

    function failTwofold(uint256 amount) external pure {
        revert Twofold(amount);
    }

    function failSilent() external pure {
        revert Silent();
    }

    function failString(string calldata reason) external pure {
        revert(reason); // solhint-disable-line gas-custom-errors
    }

    function failEmpty() external pure {
        revert(); // solhint-disable-line gas-custom-errors, reason-string
    }

    function failRaw(bytes calldata data) external pure {
        bytes memory copy = data;
        assembly ("memory-safe") {
            revert(add(copy, 32), mload(copy))
        }
    }

    function failInvalid() external pure {
        assembly ("memory-safe") {
            invalid()
        }
    }

    function divide(uint256 a, uint256 b) external pure returns (uint256) {
        return a / b;
    }

    function subtract(uint256 a, uint256 b) external pure returns (uint256) {
        return a - b;
    }

    function pick(uint256[] calldata from, uint256 at) external pure returns (uint256) {
        return from[at];
    }

    function check(bool right) external pure {
        assert(right);
    }

    /// @notice Calls another contract and lets its failure through as it is.
    function relay(address to, bytes calldata data) external payable returns (bytes memory answer) {
        bool ok;
        (ok, answer) = to.call{value: msg.value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @title Created by the probe, to see where
contract EvmProbeSeed {
    /// @dev The probe's error of this name has other arguments.
    error Twofold(address who);

    /// @dev The probe's error of this signature names its arguments otherwise.
    error TooMuch(address who, uint256 wanted, uint256 most);

    address public immutable parent = msg.sender;

    function failTwofold(address who) external pure {
        revert Twofold(who);
    }

    function failTooMuch(uint256 wanted, uint256 most) external view {
        revert TooMuch(msg.sender, wanted, most);
    }
}
