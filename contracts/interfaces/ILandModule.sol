// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ILeases} from "./ILeases.sol";
import {IVerifiedTarget} from "./IVerifiedTarget.sol";

/// @title Land: operating rights, and shares of their income
/// @notice A land operating right is a usage right (ERC-721, ERC-4907) that lapses with its title. Its owner can put it into
/// trust here and gets shares of its income: units of a certificate that split and circulate like any other. Rent of the
/// right in trust, and any other income paid in, is owed to the holders of the moment, pro rata, to the unit. Whoever holds
/// all shares takes the right out again. A certificate's id is its right's id plus the number of the trust, from 1.
interface ILandModule is IVerifiedTarget {
    /// @notice A title. `registryId`: hash of the parcel's identifier in its land register. `right`: hash of the kind of
    /// right as the register names it. `lapses`: first second at which it is no more; 0: never.
    struct Title {
        bytes32 registryId;
        bytes32 right;
        uint40 lapses;
        uint32 ruleId;
        bytes32 documentHash;
    }

    /// @notice A right in trust. `manager`: who leases it out; the zero address once it is out again. `shares`: units of the
    /// income certificate. `income`: received so far, in `currencyId`. `credited`: of this, whole units credited to holders.
    struct Trust {
        address manager;
        uint8 currencyId;
        uint96 shares;
        uint96 income;
        uint96 credited;
    }

    /// @notice The operating right `id` was registered for `owner`.
    event TitleRegistered(uint256 indexed id, address indexed owner, Title title);
    /// @notice The land register struck `id` out.
    event TitleStruckOut(uint256 indexed id, bytes32 reason);
    /// @notice `manager` put right `id` into trust for `shares` shares of its income.
    event PutInTrust(
        uint256 indexed id,
        uint256 indexed certificate,
        address indexed manager,
        uint96 shares,
        uint8 currencyId
    );
    /// @notice `holder` of all shares took the right out of trust.
    event TakenOut(uint256 indexed id, uint256 indexed certificate, address indexed holder);
    /// @notice `amount` of income came in; `payer` is the module of leases where it is rent.
    event IncomeReceived(uint256 indexed certificate, address indexed payer, uint256 amount);
    /// @notice `holder` was paid `amount` of income.
    event IncomeClaimed(uint256 indexed certificate, address indexed holder, uint256 amount);

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice `caller` does not own right `id`.
    error NotTheOwner(uint256 id, address caller);
    /// @notice No right stands in trust under this certificate.
    error NotInTrust(uint256 certificate);
    /// @notice `caller` does not manage the right.
    error NotTheManager(uint256 certificate, address caller);
    /// @notice The income is in another currency than `currencyId`.
    error OtherCurrency(uint256 id, uint8 currencyId);
    /// @notice `held` free shares of `shares` are held; all are needed.
    error AllSharesNeeded(uint256 certificate, uint256 held, uint256 shares);
    /// @notice No shares, or no income.
    error NoAmount();
    /// @notice Nothing is there to claim.
    error NothingToClaim(uint256 certificate, address holder);
    /// @notice A suspended account is paid nothing, and neither is one whose shares are frozen.
    error ClaimHalted(uint256 certificate, address holder);
    /// @notice Only the ledger tells of movements.
    error OnlyLedger(address caller);
    /// @notice The token gave `received` for `amount`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 amount, uint256 received);

    /// @notice Registers a title for `owner`; its id is the hash of parcel and right, so that it exists once. Only ATTESTOR.
    function register(address owner, Title calldata title) external returns (uint256 id);

    /// @notice Strikes out a right that is neither leased nor pledged; its income certificate circulates no more. Only
    /// ATTESTOR.
    function strikeOut(uint256 id, bytes32 reason) external;

    /// @notice States value attribute `field` of right `id` (for example its valuation) until `validUntil`. Refused while a
    /// verified word about the field is good. Only ATTESTOR.
    function stateAttribute(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external;

    /// @notice Puts right `id` of the caller, who has approved this contract for it, into trust and gives the caller
    /// `shares` shares.
    /// @param ruleId rules of the income certificate
    function putInTrust(
        uint256 id,
        uint96 shares,
        uint32 ruleId,
        uint8 currencyId
    ) external returns (uint256 certificate);

    /// @notice Gives the right to the caller, who holds all its shares free of liens, and retires them. What the caller is
    /// owed by then stays claimable.
    function takeOut(uint256 certificate) external;

    /// @notice Offers a lease of the right in trust; its rent is the shares' income. Only the manager.
    function offerLease(uint256 certificate, ILeases.Offer calldata offer) external returns (bytes32 offerHash);

    /// @notice Agrees for the trust to end the running lease, or takes that back. Only the manager.
    function agreeToEnd(uint256 certificate, bool agrees) external;

    /// @notice Brings in what the right in trust has earned in rent. Anyone may call.
    function collectRent(uint256 certificate) external returns (uint256 amount);

    /// @notice Pays other income in, in the trust's currency.
    function payIncome(uint256 certificate, uint256 amount) external;

    /// @notice Pays `holder` what its free shares have earned. Anyone may call; always open.
    function claim(uint256 certificate, address holder) external returns (uint256 amount);

    /// @notice What `holder` could claim now of the income received so far.
    function claimable(uint256 certificate, address holder) external view returns (uint256);

    /// @notice The trust of a certificate; all zero where there never was one.
    function trustOf(uint256 certificate) external view returns (Trust memory);

    /// @notice How many times right `id` was put in trust; `id` plus this is its present or last certificate.
    function trustsOf(uint256 id) external view returns (uint16);

    /// @notice The id of a parcel's right.
    function idOf(bytes32 registryId, bytes32 right) external pure returns (uint256);
}
