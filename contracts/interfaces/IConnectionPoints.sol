// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IEraBudget} from "./IEraBudget.sol";
import {IFeeCredit} from "./IFeeCredit.sol";
import {IPointRights} from "./IPointRights.sol";

/// @title Points for interactions between rollups
/// @notice A connector of the suite awards points to an entity for an interaction, once each; in high-value scenarios, with a
/// coefficient of 1.5. Points are given for ERA, for ERA in the entity's fee account, or for rights. ERA is paid at the rate of
/// the running epoch, which governance sets beforehand, out of the budget, first come first served.
interface IConnectionPoints is IPointRights, IEraBudget {
    /// @notice `entity` was awarded `credited` points for `interaction`, `points` without the coefficient.
    event PointsAwarded(
        uint48 indexed entity,
        bytes32 indexed interaction,
        uint64 points,
        bool highValue,
        uint96 credited
    );
    /// @notice `points` of `entity` were given for `amount` of ERA, by `account`; `toFees`: into its fee account.
    event PointsRedeemed(uint48 indexed entity, address indexed account, uint96 points, uint256 amount, bool toFees);
    /// @notice From now on points of high-value scenarios count `bps` basis points.
    event CoefficientSet(uint16 bps);
    /// @notice From `epoch` on a point is given for `rate` of ERA; 0: for none.
    event PointRateSet(uint32 indexed epoch, uint128 rate);
    /// @notice Fee accounts are kept by `feeCredit`; the zero address: by nobody.
    event FeeCreditSet(address feeCredit);

    /// @notice Interactions have an id.
    error NoInteraction();
    /// @notice Points were awarded for `interaction` before.
    error InteractionRewarded(bytes32 interaction);
    /// @notice There is no entity `entity`.
    error NoSuchEntity(uint48 entity);
    /// @notice The number of points is zero.
    error NoPoints();
    /// @notice In this epoch points are given for no ERA.
    error RedemptionClosed(uint32 epoch);
    /// @notice The points are worth `amount` now; at least `least` was wanted.
    error WorthLess(uint256 amount, uint256 least);
    /// @notice The coefficient is 10,000 to 30,000 basis points.
    error CoefficientOutOfRange(uint16 bps);
    /// @notice The period of points is 30 days to two years, their epoch 1 to 90 days.
    error PointPeriodOutOfRange();
    /// @notice Nobody keeps fee accounts.
    error NoFeeCredit();
    /// @notice `feeCredit` is no contract.
    error NotAContract(address feeCredit);
    /// @notice The fee account took `taken` instead of `amount`.
    error InexactCredit(uint256 amount, uint256 taken);

    /// @notice Awards `points` to `entity` for `interaction`; in a high-value scenario floor(points × coefficient / 10,000). Only
    /// CONNECTOR.
    /// @param interaction its id, used once: for example the hash of the message
    /// @return credited how many it came to
    function awardPoints(
        uint48 entity,
        bytes32 interaction,
        uint64 points,
        bool highValue
    ) external returns (uint96 credited);

    /// @notice Gives points of the caller's entity for ERA, paid to the caller. Only an active account.
    /// @param least the least ERA the caller wants for them
    /// @return amount points × the rate of the running epoch; exact
    function redeem(uint96 points, uint256 least) external returns (uint256 amount);

    /// @notice The same, into the fee account of the caller's entity.
    function redeemForFees(uint96 points, uint256 least) external returns (uint256 amount);

    /// @notice Sets what points of high-value scenarios count, 10,000 to 30,000 basis points. Only PARAMETERS.
    function setCoefficient(uint16 bps) external;

    /// @notice Sets what a point is given for from the next epoch on, in ERA (smallest units). Only PARAMETERS.
    function setPointRate(uint128 rate) external;

    /// @notice Sets who keeps fee accounts; the zero address: nobody. Only ADMIN.
    function setFeeCredit(IFeeCredit feeCredit_) external;

    /// @notice What a point is given for in `epoch`, by what is set now.
    function rateOf(uint32 epoch) external view returns (uint256);

    /// @notice The rate set last: in force now, or from the next epoch on.
    function latestPointRate() external view returns (uint208);

    /// @notice The epoch of second `at`, as far as rates go.
    function rateEpochAt(uint256 at) external view returns (uint32);

    /// @notice Seconds of an epoch of rates.
    function rateEpochLength() external view returns (uint32);

    /// @notice What points of high-value scenarios count, in basis points.
    function coefficient() external view returns (uint16);

    /// @notice Whether points were awarded for `interaction`.
    function isRewarded(bytes32 interaction) external view returns (bool);

    /// @notice Who keeps fee accounts.
    function feeCredit() external view returns (IFeeCredit);
}
