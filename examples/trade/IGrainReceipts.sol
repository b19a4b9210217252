// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ICoveredAsset} from "../../contracts/interfaces/ICoveredAsset.sol";

/// @title Warehouse receipts for grain
/// @notice A licensed warehouse certifies a lot that it stores. The receipt is split, sold, appraised, insured and pledged as far as
/// it is covered (`ICoveredAsset`); whoever holds all of it, free of liens, gives it up for the grain.
interface IGrainReceipts is ICoveredAsset {
    /// @notice `Stored`: in the warehouse. `Collected`: given out. `Short`: not there any more, a claim on the insurance.
    enum State {
        None,
        Stored,
        Collected,
        Short
    }

    /// @notice What a warehouse certifies. `lot`: its own number for the lot, used once. `declared`: value in the smallest units of
    /// currency `currencyId`, and the receipt's units. `documentHash`: SHA-256 of the weighing note.
    struct Lot {
        string lot;
        uint96 declared;
        uint8 currencyId;
        uint32 ruleId;
        bytes32 documentHash;
    }

    /// @notice `warehouse`, `depositor`: entities.
    struct Receipt {
        uint48 warehouse;
        uint48 depositor;
        State state;
    }

    /// @notice `warehouse` stores a lot for `to`.
    event GrainStored(uint256 indexed id, uint48 indexed warehouse, address indexed to, string lot, uint96 declared);
    /// @notice `holder` gave the receipt up for the grain.
    event GrainCollected(uint256 indexed id, address indexed holder);
    /// @notice The grain is not there.
    event GrainShort(uint256 indexed id, address indexed caller, bytes32 reason);

    /// @notice `account` lacks the qualification of a warehouse.
    error NotAWarehouse(address account);
    /// @notice The lot has no number.
    error NoLot();
    /// @notice There is no receipt `id`.
    error UnknownReceipt(uint256 id);
    /// @notice The grain is not in the warehouse.
    error NotStored(uint256 id, State state);
    /// @notice `caller` is neither the warehouse nor the insurer of `id`.
    error NotItsWarehouseOrInsurer(uint256 id, address caller);

    /// @notice Certifies a lot for `to`. Only an active participant with the qualification of a warehouse.
    function store(address to, Lot calldata lot) external returns (uint256 id);

    /// @notice Gives the receipt up for the grain. Only the holder of all units, free of liens.
    function collect(uint256 id) external;

    /// @notice Says that the grain is not there: nothing is pledged on it any more. Only its warehouse, or who insured it.
    function declareShort(uint256 id, bytes32 reason) external;

    /// @notice The receipt's facts; zeros where there is none.
    function receiptOf(uint256 id) external view returns (Receipt memory);

    /// @notice The id that this lot of `warehouse` has or would have.
    function idOf(uint48 warehouse, string calldata lot) external pure returns (uint256);
}
