// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155Receiver} from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {ICollateral} from "../interfaces/ICollateral.sol";
import {IDealVault} from "../interfaces/IDealVault.sol";
import {ILendingPool} from "../interfaces/ILendingPool.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {ISecuritisation} from "../interfaces/ISecuritisation.sol";
import {IValueStandard} from "../interfaces/IValueStandard.sol";

/// @title The legal person that holds the assets of one securitised deal
/// @dev Every vault is a minimal clone of one contract; whom it obeys and what it asks is in the code and in no slot, so that
/// there is nothing to initialise. Whoever gives orders sees to it that none comes while another is carried out.
contract DealVault is IDealVault {
    using SafeERC20 for IERC20;

    /// @dev As many as `_live` has bits.
    uint256 private constant MOST_ASSETS = 64;

    /// @inheritdoc IDealVault
    address public immutable manager;
    IAssetCertificate private immutable _ledger;
    IReceivableModule private immutable _receivables;
    IValueStandard private immutable _standard;

    /// @dev One slot: the deal's money, assets that are there, how many assets are receivables.
    IERC20 private _token;
    uint64 private _live;
    uint8 private _certificates;
    uint256[] private _assets;
    mapping(uint256 index => uint256) private _exits;

    /// @param receivables the module of receivables; its ledger and standard are used
    constructor(IReceivableModule receivables) {
        manager = msg.sender;
        _receivables = receivables;
        _ledger = receivables.ledger();
        _standard = receivables.standard();
    }

    modifier onlyManager() {
        if (msg.sender != manager) revert OnlyManager(msg.sender);
        _;
    }

    // The module of receivables, admitted pools and the manager are called, none of which can come back with an order. What is
    // compared with zero is compared to know whether there is anything: a gift only makes it more.
    // slither-disable-start calls-loop,reentrancy-no-eth,reentrancy-benign,reentrancy-events,incorrect-equality
    /// @inheritdoc IDealVault
    function bundle(
        uint8 currencyId,
        uint256[] calldata ids,
        ILendingPool[] calldata pools
    ) external onlyManager returns (uint256 value) {
        uint256 count = ids.length + pools.length;
        if (count == 0 || count > MOST_ASSETS) revert AssetsOutOfRange(count, MOST_ASSETS);
        _token = IERC20(_standard.tokenOf(currencyId));
        _live = uint64(type(uint64).max >> (MOST_ASSETS - count));
        _certificates = uint8(ids.length);
        uint256 last = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            if (ids[i] <= last) revert AssetsNotAscending(ids[i]);
            last = ids[i];
            value += _bundleUnits(last, currencyId);
        }
        last = 0;
        for (uint256 i = 0; i < pools.length; ++i) {
            uint256 asset = uint160(address(pools[i]));
            if (asset <= last) revert AssetsNotAscending(asset);
            last = asset;
            value += _bundleShares(pools[i]);
        }
    }

    /// @inheritdoc IDealVault
    function bringIn(uint256 index, bool leave) external onlyManager returns (bool changed, bool left) {
        if (index >= _assets.length) revert NoSuchAsset(index);
        uint64 live = _live;
        if ((live >> index) & 1 == 0) return (false, live != 0);
        uint256 asset = _assets[index];
        bool ended;
        if (index < _certificates) {
            uint256[] memory ids = new uint256[](1);
            ids[0] = asset;
            _receivables.claimMany(ids, address(this));
            ended = _unitsOf(asset) == 0;
        } else {
            (changed, ended) = _leavePool(index, ILendingPool(address(uint160(asset))), leave);
        }
        if (!ended) return (changed, true);
        live ^= uint64(1 << index);
        _live = live;
        emit AssetEnded(asset, index);
        return (true, live != 0);
    }
    // slither-disable-end calls-loop,reentrancy-no-eth,reentrancy-benign,reentrancy-events,incorrect-equality

    /// @inheritdoc IDealVault
    function redeem(uint256 index, uint256 shares) external onlyManager {
        if (index < _certificates) revert NoSuchAsset(index);
        ILendingPool(address(uint160(_there(index)))).redeem(shares, address(this), address(this));
    }

    /// @inheritdoc IDealVault
    function give(address to, uint256 index, uint256 units) external onlyManager {
        _give(to, _receivableAt(index), units);
    }

    /// @inheritdoc IDealVault
    function send(IERC20 token, address to, uint256 amount) external onlyManager {
        token.safeTransfer(to, amount);
    }

    // The arranger's own call, for what is its own: nothing of the deal is written by it.
    // slither-disable-start calls-loop,incorrect-equality
    /// @inheritdoc IDealVault
    function takeBack(address to, uint256[] calldata ids, IERC20[] calldata tokens, IERC20 kept) external onlyManager {
        for (uint256 i = 0; i < ids.length; ++i) {
            _requireNotOfDeal(ids[i], 0, _certificates);
            uint256 units = _unitsOf(ids[i]);
            if (units == 0) revert NothingBundled(ids[i]);
            emit SentBack(ids[i], units);
            _give(to, ids[i], units);
        }
        for (uint256 i = 0; i < tokens.length; ++i) {
            uint256 token = uint160(address(tokens[i]));
            if (address(tokens[i]) == address(kept)) revert PartOfDeal(token);
            _requireNotOfDeal(token, _certificates, _assets.length);
            uint256 amount = tokens[i].balanceOf(address(this));
            if (amount == 0) revert NothingBundled(token);
            emit SentBack(token, amount);
            tokens[i].safeTransfer(to, amount);
        }
    }
    // slither-disable-end calls-loop,incorrect-equality

    // Every contract that is asked was admitted by governance.
    // slither-disable-start calls-loop
    /// @inheritdoc IDealVault
    function worth(bool withPools) external view returns (uint256 value) {
        value = _token.balanceOf(address(this));
        uint256 count = withPools ? _assets.length : _certificates;
        for (uint256 i = 0; i < count; ++i) {
            if ((_live >> i) & 1 == 0) continue;
            uint256 asset = _assets[i];
            if (i >= _certificates) {
                value += _worthOfPool(ILendingPool(address(uint160(asset))), _exits[i]);
                continue;
            }
            value += _receivables.claimable(asset, address(this));
            if (_receivables.stateOf(asset) == IReceivableModule.State.Acknowledged) value += _worthOfUnits(asset);
        }
    }
    // slither-disable-end calls-loop

    /// @inheritdoc IDealVault
    function owedOn(uint256 index, uint256 units) external view returns (uint256 id, uint256 value, uint48 debtor) {
        id = _receivableAt(index);
        if (units == 0) revert NothingWanted(id);
        (, value, , debtor) = ICollateral(address(_receivables)).collateralOf(id, units);
    }

    /// @inheritdoc IDealVault
    function assets() external view returns (uint256[] memory, uint64) {
        return (_assets, _live);
    }

    /// @inheritdoc IDealVault
    function exitOf(uint256 index) external view returns (uint256) {
        return _exits[index];
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external view returns (bytes4) {
        if (msg.sender != address(_ledger)) revert OtherLedger(msg.sender);
        return IERC1155Receiver.onERC1155Received.selector;
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(
        address,
        address,
        uint256[] calldata,
        uint256[] calldata,
        bytes calldata
    ) external view returns (bytes4) {
        if (msg.sender != address(_ledger)) revert OtherLedger(msg.sender);
        return IERC1155Receiver.onERC1155BatchReceived.selector;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC1155Receiver).interfaceId || interfaceId == type(IERC165).interfaceId;
    }

    // As above: what is called cannot come back with an order, and a gift only makes it more.
    // slither-disable-start calls-loop,reentrancy-no-eth,reentrancy-benign,reentrancy-events,incorrect-equality
    function _bundleUnits(uint256 id, uint8 currencyId) private returns (uint256 value) {
        IReceivableModule.State state = _receivables.stateOf(id);
        if (state != IReceivableModule.State.Acknowledged) revert AssetNotGood(id, state);
        if (_receivables.receivable(id).currencyId != currencyId) revert AssetNotAdmitted(id);
        (uint256 units, , uint256 frozen) = _ledger.holdingOf(id, address(this));
        if (units == 0) revert NothingBundled(id);
        if (frozen != 0) revert FrozenAsset(id, frozen);
        value = _worthOfUnits(id);
        emit AssetBundled(id, _assets.length, units, value);
        _assets.push(id);
    }

    function _bundleShares(ILendingPool pool) private returns (uint256 value) {
        uint256 asset = uint160(address(pool));
        bool admitted = ISecuritisation(manager).isAdmitted(pool);
        if (!admitted || pool.asset() != address(_token)) revert AssetNotAdmitted(asset);
        uint256 shares = pool.balanceOf(address(this));
        if (shares == 0) revert NothingBundled(asset);
        value = pool.previewRedeem(shares);
        emit AssetBundled(asset, _assets.length, shares, value);
        _assets.push(asset);
    }

    /// @dev All shares go to the queue at once. What it has served is fetched.
    function _leavePool(uint256 index, ILendingPool pool, bool leave) private returns (bool changed, bool ended) {
        uint256 exit = _exits[index];
        if (exit == 0) {
            uint256 shares = pool.balanceOf(address(this));
            if (shares == 0 || !leave) return (false, shares == 0);
            exit = pool.requestExit(shares);
            _exits[index] = exit;
            emit PoolLeft(uint160(address(pool)), index, exit, shares);
            changed = true;
        }
        (ILendingPool.Exit memory place, uint256 waiting, , ) = pool.exitOf(exit);
        if (place.end - place.next > waiting) pool.payExit(exit);
        ended = waiting == 0;
    }
    // slither-disable-end calls-loop,reentrancy-no-eth,reentrancy-benign,reentrancy-events,incorrect-equality

    function _give(address to, uint256 id, uint256 units) private {
        IERC1155(address(_ledger)).safeTransferFrom(address(this), to, id, units, "");
    }

    function _worthOfPool(ILendingPool pool, uint256 exit) private view returns (uint256) {
        // slither-disable-next-line incorrect-equality
        if (exit == 0) return pool.previewRedeem(pool.balanceOf(address(this)));
        (, uint256 waiting, , uint256 served) = pool.exitOf(exit);
        return pool.previewRedeem(waiting) + served;
    }

    function _worthOfUnits(uint256 id) private view returns (uint256 value) {
        (, value, , ) = ICollateral(address(_receivables)).collateralOf(id, _unitsOf(id));
    }

    function _unitsOf(uint256 id) private view returns (uint256 units) {
        (units, , ) = _ledger.holdingOf(id, address(this));
    }

    function _receivableAt(uint256 index) private view returns (uint256) {
        if (index >= _certificates) revert NoSuchAsset(index);
        return _there(index);
    }

    function _there(uint256 index) private view returns (uint256) {
        if (index >= _assets.length || (_live >> index) & 1 == 0) revert NoSuchAsset(index);
        return _assets[index];
    }

    function _requireNotOfDeal(uint256 asset, uint256 from, uint256 to) private view {
        for (uint256 i = from; i < to; ++i) {
            if (_assets[i] == asset && (_live >> i) & 1 != 0) revert PartOfDeal(asset);
        }
    }
}
