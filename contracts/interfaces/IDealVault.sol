// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILendingPool} from "./ILendingPool.sol";
import {IReceivableModule} from "./IReceivableModule.sol";

/// @title The legal person that holds the assets of one securitised deal
/// @notice One address for each deal, enrolled as a participant of its own. It holds, and does nothing by itself: whatever
/// changes something is ordered by the contract that made it (`ISecuritisation`). It approves nobody, pledges nothing, and
/// takes certificates of the suite's ledger only. An asset is the id of a receivable, or the address of a lending pool; the
/// receivables come first. Amounts are in the currency's smallest unit.
interface IDealVault is IERC1155Receiver {
    /// @notice Asset `index`: `amount` units of certificate `asset`, or shares of the pool with this address.
    event AssetBundled(uint256 indexed asset, uint256 index, uint256 amount, uint256 value);
    /// @notice All shares of pool `index` stand in its queue, as number `exit`.
    event PoolLeft(uint256 indexed asset, uint256 index, uint256 exit, uint256 shares);
    /// @notice Nothing is left of asset `index`.
    event AssetEnded(uint256 indexed asset, uint256 index);
    /// @notice What was here and is not the deal's went back to the arranger: a certificate's units or a token.
    event SentBack(uint256 indexed asset, uint256 amount);

    /// @notice Only the contract that made this vault gives orders.
    error OnlyManager(address caller);
    /// @notice Only certificates of the suite's ledger are taken.
    error OtherLedger(address caller);
    /// @notice A deal has 1 to `most` assets.
    error AssetsOutOfRange(uint256 assets, uint256 most);
    /// @notice Ids, and then pools, must be in ascending order, each once.
    error AssetsNotAscending(uint256 asset);
    /// @notice There is nothing of `asset` here.
    error NothingBundled(uint256 asset);
    /// @notice No units of `asset` were asked for.
    error NothingWanted(uint256 asset);
    /// @notice `frozen` units of `id` are frozen.
    error FrozenAsset(uint256 id, uint256 frozen);
    /// @notice Only acknowledged receivables that are not overdue are bundled; `id` is in this state.
    error AssetNotGood(uint256 id, IReceivableModule.State state);
    /// @notice `asset` is in another currency, or no pool that was admitted.
    error AssetNotAdmitted(uint256 asset);
    /// @notice There is no asset `index` of this sort, or it is gone.
    error NoSuchAsset(uint256 index);
    /// @notice `asset` is the deal's, not the arranger's.
    error PartOfDeal(uint256 asset);

    /// @notice Takes what is here of the assets named into the deal. Only the manager, once.
    /// @return value what is owed on all units of `ids` that are here, and what the shares of `pools` that are here would bring
    /// at the exit price now, each rounded down
    function bundle(
        uint8 currencyId,
        uint256[] calldata ids,
        ILendingPool[] calldata pools
    ) external returns (uint256 value);

    /// @notice Lets asset `index` pay what it owes; shares of a pool leave by its queue if `leave`. Only the manager.
    /// @return changed whether the asset ended or went into the queue
    /// @return left whether an asset is left
    function bringIn(uint256 index, bool leave) external returns (bool changed, bool left);

    /// @notice Redeems shares of pool `index` for cash that is there; the money comes here. Only the manager.
    function redeem(uint256 index, uint256 shares) external;

    /// @notice Transfers `units` of asset `index`, a receivable, to `to`; the ledger's rules hold. Only the manager.
    function give(address to, uint256 index, uint256 units) external;

    /// @notice Sends `amount` of `token` to `to`. Only the manager.
    function send(IERC20 token, address to, uint256 amount) external;

    /// @notice Sends all units of `ids` and the whole balance of `tokens` to `to`, but nothing of an asset that is there, and no
    /// `kept`. Only the manager.
    function takeBack(address to, uint256[] calldata ids, IERC20[] calldata tokens, IERC20 kept) external;

    /// @notice What assets are worth by the valuation at issue (receivables that are no longer good count 0), and money that
    /// has come in, or can be brought in now.
    /// @param withPools false: shares of pools count 0
    function worth(bool withPools) external view returns (uint256 value);

    /// @notice What is owed on `units` of asset `index`, a receivable, rounded down.
    /// @return id its id
    /// @return value what is owed, in whatever state it is
    /// @return debtor the entity that owes it
    function owedOn(uint256 index, uint256 units) external view returns (uint256 id, uint256 value, uint48 debtor);

    /// @notice The assets, and which of them are there: bit i for asset i.
    function assets() external view returns (uint256[] memory all, uint64 live);

    /// @notice The place of pool `index` in its queue of exits; 0 where it has none.
    function exitOf(uint256 index) external view returns (uint256 exit);

    /// @notice The contract that gives orders.
    function manager() external view returns (address);
}
