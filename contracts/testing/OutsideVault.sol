// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ILenderAdapter} from "../interfaces/ILenderAdapter.sol";
import {ILoanConsent} from "../interfaces/ILoanConsent.sol";

/// @title A lending protocol as others have it: its depositors' money goes where its curator says, by ERC-4626 alone; with an
/// adapter, loan by loan, by a policy of its own
contract OutsideVault is ERC4626, Ownable, ILoanConsent {
    using SafeERC20 for IERC20;

    /// @dev `leastBps`: a year. `longest`: seconds. `most`: a loan.
    struct Policy {
        uint256 leastBps;
        uint256 longest;
        uint256 most;
    }

    IERC4626 public target;
    address public adapter;
    Policy public policy;
    mapping(address borrower => bool) public accepted;

    error NotTheAdapter(address caller);

    constructor(IERC20 asset_) ERC4626(asset_) ERC20("Outside vault", "oUSD") Ownable(msg.sender) {}

    function setTarget(IERC4626 target_) external onlyOwner {
        target = target_;
    }

    function setPolicy(address adapter_, Policy calldata policy_) external onlyOwner {
        (adapter, policy) = (adapter_, policy_);
    }

    function setAccepted(address borrower, bool is_) external onlyOwner {
        accepted[borrower] = is_;
    }

    function allocate(uint256 assets) external onlyOwner {
        IERC20(asset()).forceApprove(address(target), assets);
        target.deposit(assets, address(this));
    }

    function deallocate(uint256 assets) external onlyOwner {
        target.withdraw(assets, address(this), address(this));
    }

    /// @dev Its own call is its consent.
    function lend(
        ILenderAdapter.LoanRequest calldata request,
        bytes calldata signature,
        uint256 leastFee
    ) external onlyOwner returns (uint256) {
        IERC20(asset()).forceApprove(adapter, request.amount);
        return ILenderAdapter(adapter).lend(request, signature, leastFee);
    }

    /// @inheritdoc ILoanConsent
    function onLoan(
        address,
        address borrower,
        address token,
        uint256 amount,
        uint256 fee,
        uint256 maturity,
        bytes calldata
    ) external returns (bytes32) {
        if (msg.sender != adapter) revert NotTheAdapter(msg.sender);
        uint256 time = maturity - block.timestamp;
        bool fits = accepted[borrower] && token == asset() && amount <= policy.most && time <= policy.longest;
        if (!fits || fee * 10_000 * 365 days < amount * policy.leastBps * time) return bytes32(0);
        IERC20(token).forceApprove(msg.sender, amount);
        return keccak256("ILoanConsent.onLoan");
    }

    function totalAssets() public view override returns (uint256) {
        if (address(target) == address(0)) return super.totalAssets();
        return super.totalAssets() + target.previewRedeem(target.balanceOf(address(this)));
    }

    function maxWithdraw(address owner) public view override returns (uint256) {
        uint256 here = super.totalAssets();
        uint256 most = address(target) == address(0) ? here : here + target.maxWithdraw(address(this));
        uint256 has = super.maxWithdraw(owner);
        return has < most ? has : most;
    }

    function _transferOut(address to, uint256 assets) internal override {
        uint256 here = super.totalAssets();
        if (here < assets) target.withdraw(assets - here, address(this), address(this));
        super._transferOut(to, assets);
    }
}
