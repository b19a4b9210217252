// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ISlashable} from "./ISlashable.sol";
import {ISlasher} from "./ISlasher.sol";

/// @title The slasher's settings and what waits for reporters
/// @notice Rates are basis points, amounts units of 10^-18 ERA.
interface IStakeSlasher is ISlasher {
    /// @notice `falseAttestation`, `conflictingSignatures`, `lightContradiction`: of the base, `mostBps` at most. `reporter`: of what
    /// is taken, 5,000 at most, so that being reported by a friend costs half at least.
    struct SlashRates {
        uint16 falseAttestation;
        uint16 conflictingSignatures;
        uint16 lightContradiction;
        uint16 reporter;
    }

    /// @notice `taken` of the node's stake, on a base of `base`; `reward` of it waits for the reporter, the rest for the fund.
    event NodeSlashed(
        uint32 indexed node,
        Offence indexed offence,
        address indexed reporter,
        uint256 base,
        uint256 taken,
        uint256 reward
    );
    /// @notice The rates are `rates` from now on.
    event SlashRatesSet(SlashRates rates);
    /// @notice What is slashed goes to `fund` from now on.
    event SlashFundSet(address indexed fund);
    /// @notice The fund was paid what waited for it, of slashes that `reporter` reported.
    event SlashFundPaid(address indexed fund, address indexed reporter, uint256 amount);
    /// @notice The reporter was paid.
    event ReporterPaid(address indexed reporter, uint256 amount);

    /// @notice The profile's most is 1 to 10,000.
    error SlashMostOutOfRange(uint16 bps);
    /// @notice A rate is above `most`.
    error SlashRateTooHigh(uint16 bps, uint16 most);
    /// @notice Neither nobody nor this contract nor that of the stakes is paid.
    error CannotBePaid(address account);
    /// @notice Nothing waits for the fund of what `reporter` reported.
    error NothingForFund(address reporter);
    /// @notice Nothing waits for `reporter`.
    error NothingForReporter(address reporter);

    /// @notice Pays to a reporter what waits for it. Anyone: it can only go there.
    function payReporter(address reporter) external returns (uint256 amount);

    /// @notice Pays to the fund what waits for it of slashes that `reporter` reported; the zero address: that nobody did. Anyone.
    function payFund(address reporter) external returns (uint256 amount);

    /// @notice Sets the rates, for offences from now on. Only PARAMETERS.
    function setSlashRates(SlashRates calldata rates) external;

    /// @notice Sets where what is slashed goes, also what waits already. Only ADMIN.
    function setFund(address fund) external;

    /// @notice The rates of offences of now.
    function slashRates() external view returns (SlashRates memory);

    /// @notice The rates of offences in the second `at`: those that held at its end; before there were any, the first.
    function slashRatesAt(uint256 at) external view returns (SlashRates memory);

    /// @notice No rate of an offence is above it, for good.
    function mostBps() external view returns (uint16);

    /// @notice What waits for `reporter`. It lies with the stakes.
    function waitingFor(address reporter) external view returns (uint256);

    /// @notice What waits for the fund, of slashes that `reporter` reported. It lies with the stakes.
    function waitingForFund(address reporter) external view returns (uint256);

    /// @notice Where what is slashed goes, less the reporters' part.
    function fund() external view returns (address);

    /// @notice Whose stake is slashed.
    function staking() external view returns (ISlashable);

    /// @notice The token.
    function era() external view returns (IERC20);
}
