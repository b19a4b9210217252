// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";

/// @title Scenarios: whose fees are shared by whom
/// @notice Each fee belongs to a scenario and to the calendar month (UTC) in which it was charged; months are numbered from
/// January 1970, which is 0. It waits in the scenario's unsettled revenue, of one month only: the first charge of a later
/// month shares out the earlier one first. Shares, each rounded down:
/// node = revenue × node share, in finance scenarios × (1 + finance bonus); developer = revenue × its share; author of a feature
/// reused on another rollup = revenue × author share; subsidy = the developer's share × subsidy rate, where the rollup had more
/// monthly active users in that month than the threshold. All the rest goes to the treasury, so that the parts are the revenue.
/// The subsidy waits until the month's users are stated, or can no longer be, and then goes to the developer or the treasury.
/// Whatever is changed about a scenario, its revenue until then is shared by the old record; new shares begin with a month.
interface IScenarioBook {
    /// @notice Light and standard scenarios have the plain node share.
    enum ScenarioClass {
        Light,
        Standard,
        Finance
    }

    /// @notice A scenario. `rollup`: on which it runs. `nodes`: receives the node share. `developer` of the scenario: gets
    /// `developerBps`, 0 to 2,000; 0 address: none. `author` of a feature it reuses, written for `authorRollup`, another one; 0
    /// address: none.
    struct FeeScenario {
        ScenarioClass class;
        uint32 rollup;
        uint16 developerBps;
        uint32 authorRollup;
        address nodes;
        address developer;
        address author;
    }

    /// @notice Governed shares in basis points. `nodeBps`, `authorBps` of the revenue; `financeBonusBps` of the node share on top
    /// of it; `mostDeveloperBps` of the revenue at most, 2,000 at most; `subsidyBps` of the developer's share on top of it, above
    /// `usersAbove` monthly active users. All together never more than the revenue.
    struct FeeShares {
        uint16 nodeBps;
        uint16 financeBonusBps;
        uint16 authorBps;
        uint16 mostDeveloperBps;
        uint16 subsidyBps;
        uint64 usersAbove;
    }

    /// @notice What attestors sign (EIP-712 type `ActiveUsers`, each field as uint256): `users` were active on `rollup` in `month`.
    struct ActiveUsers {
        uint32 rollup;
        uint16 month;
        uint64 users;
    }

    /// @notice What the roles got of a month's revenue. `subsidy`: of the developer, or waiting, or in `treasury` instead.
    struct FeeParts {
        uint256 node;
        uint256 developer;
        uint256 author;
        uint256 subsidy;
        uint256 treasury;
    }

    /// @notice The scenario's record is now this one.
    event FeeScenarioSet(uint32 indexed scenario, FeeScenario record);
    /// @notice From now on the scenario can be charged for, or no longer.
    event FeeScenarioActive(uint32 indexed scenario, bool active);
    /// @notice From the month `from` on these shares hold.
    event FeeSharesSet(uint16 indexed from, FeeShares shares);
    /// @notice `revenue` of a month was shared out; it is the sum of `parts`. `subsidyWaits`: until users are stated.
    event RevenueSettled(
        uint32 indexed scenario,
        uint16 indexed month,
        uint256 revenue,
        FeeParts parts,
        bool subsidyWaits
    );
    /// @notice The subsidies that waited for `developer` went to it, or to the treasury.
    event SubsidyDecided(
        uint32 indexed rollup,
        uint16 indexed month,
        address indexed developer,
        uint256 amount,
        bool granted
    );
    /// @notice `users` were active on `rollup` in `month`.
    event ActiveUsersStated(uint32 indexed rollup, uint16 indexed month, uint64 users);
    /// @notice `amount` was handed to `account`.
    event FeeShareWithdrawn(address indexed account, uint256 amount);
    /// @notice From now on what is settled accrues to `treasury` for the rest.
    event FeeTreasurySet(address indexed treasury);
    /// @notice From now on `attestors` says who vouches for users.
    event UserAttestorsSet(IAttestors indexed attestors);

    /// @notice There is no scenario `scenario`.
    error UnknownScenario(uint32 scenario);
    /// @notice The scenario is not charged for any more.
    error ScenarioInactive(uint32 scenario);
    /// @notice `account` cannot receive shares: it is nobody, or this contract.
    error NotAShareholder(address account);
    /// @notice A developer's share is `most` at most, and 0 where there is no developer.
    error DeveloperShareOutOfRange(uint16 developerBps, uint256 most);
    /// @notice The feature was written for the rollup on which the scenario runs: nothing is reused.
    error AuthorOnSameRollup(uint32 rollup);
    /// @notice All shares together may be more than the revenue.
    error FeeSharesExceedWhole(FeeShares shares);
    /// @notice Nothing is unsettled.
    error NothingUnsettled(uint32 scenario);
    /// @notice No subsidy waits there.
    error NoSubsidy(uint32 rollup, uint16 month, address developer);
    /// @notice Users of `month` are not stated, and can be until `closesAt`.
    error UsersNotStated(uint32 rollup, uint16 month, uint256 closesAt);
    /// @notice Users were stated: `users`.
    error UsersAlreadyStated(uint32 rollup, uint16 month, uint64 users);
    /// @notice The month runs until `endsAt`.
    error MonthNotOver(uint16 month, uint256 endsAt);
    /// @notice Users of the month could be stated until `closesAt`.
    error UsersStatedTooLate(uint16 month, uint256 closesAt);
    /// @notice Nothing accrued to `account`.
    error NothingAccrued(address account);
    /// @notice `attestors` is no contract with a quorum of 2 at least.
    error NotAttestors(address attestors);

    /// @notice Shares out what is unsettled. Anyone may call. Always open.
    /// @return revenue the amount
    function settle(uint32 scenario) external returns (uint256 revenue);

    /// @notice Hands `account` all that accrued to it. Anyone may call. Always open.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice Decides on the subsidies that wait for `developer`. Anyone may call. Always open.
    /// @return granted whether they went to the developer
    function decideSubsidy(uint32 rollup, uint16 month, address developer) external returns (bool granted);

    /// @notice States a rollup's users of a month that is over, within 20 days of its end, once. Anyone may bring it.
    /// @param attestations in ascending order of the signers' addresses; reverts with the errors of `IAttestors`
    function stateUsers(ActiveUsers calldata stated, IAttestors.Attestation[] calldata attestations) external;

    /// @notice Adds a scenario, which can be charged for at once. Only the ADMIN role.
    function openScenario(FeeScenario calldata record) external returns (uint32 scenario);

    /// @notice Changes a scenario; what is unsettled is shared out by the old record first. Only the ADMIN role.
    function setScenario(uint32 scenario, FeeScenario calldata record) external;

    /// @notice Whether a scenario can be charged for. Only the ADMIN role.
    function setScenarioActive(uint32 scenario, bool active) external;

    /// @notice Sets the shares from the next month on; before it begins they can be set again. Only PARAMETERS.
    function setFeeShares(FeeShares calldata shares) external;

    /// @notice Sets who gets the rest of what is settled from now on. Only the ADMIN role.
    function setFeeTreasury(address treasury_) external;

    /// @notice Sets who vouches for users. Only the ADMIN role.
    function setUserAttestors(IAttestors attestors_) external;

    /// @notice What is unsettled, and of which month.
    function unsettledOf(uint32 scenario) external view returns (uint256 revenue, uint16 month);

    /// @notice What can be withdrawn for `account`.
    function accruedTo(address account) external view returns (uint256);

    /// @notice The subsidies that wait for `developer`.
    function subsidyOf(uint32 rollup, uint16 month, address developer) external view returns (uint256);

    /// @notice The scenario's record, and whether it can be charged for.
    function scenarioOf(uint32 scenario) external view returns (FeeScenario memory record, bool active);

    /// @notice The shares in force in `month`.
    function feeSharesAt(uint16 month) external view returns (FeeShares memory);

    /// @notice The shares set last: in force now, or from the next month on.
    function latestFeeShares() external view returns (FeeShares memory);

    /// @notice Users of a rollup in a month, if they are stated.
    function usersOf(uint32 rollup, uint16 month) external view returns (bool stated, uint64 users);

    /// @notice The digest that attestors sign.
    function usersDigest(ActiveUsers calldata stated) external view returns (bytes32);

    /// @notice Number of the month that runs.
    function currentMonth() external view returns (uint16);

    /// @notice Who gets the rest.
    function treasury() external view returns (address);

    /// @notice Who vouches for users.
    function userAttestors() external view returns (IAttestors);
}
