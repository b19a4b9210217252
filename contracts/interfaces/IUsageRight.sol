// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {ILiens} from "./ILiens.sol";
import {IPermissionedToken} from "./IPermissionedToken.sol";
import {IValueAttributes} from "./IValueAttributes.sol";
import {Terms} from "../libraries/TermsLib.sol";

/// @title Rights that can be used by another than their owner (ERC-721 and ERC-4907), beyond leases
/// @notice A right may lapse by itself: at that second nobody can use, lease or pledge it any more. Its owner lets somebody
/// use it (`setUser`, revocable, as ERC-4907 says) or leases it (`ILeases`, which nobody can cut short). A right is one
/// unit for liens: it is pledged whole, also while it is leased.
interface IUsageRight is IPermissionedToken, ILiens, IValueAttributes {
    /// @notice Right `id` was created for `to`; it lapses at `lapses` (0: never).
    event RightCreated(
        uint256 indexed id,
        uint8 indexed kind,
        address indexed to,
        uint40 lapses,
        Terms terms,
        bytes32 documentHash
    );

    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice The right lapsed at `lapses`.
    error RightLapsed(uint256 id, uint256 lapses);
    /// @notice Nobody can use the right at `expires`: it lapses at `lapses`.
    error UseBeyondRight(uint256 id, uint256 expires, uint256 lapses);
    /// @notice `lapses` is not in the future.
    error LapseNotInFuture(uint256 lapses);
    /// @notice A lease runs up to and including `end`.
    error LeaseRunning(uint256 id, uint256 end);
    /// @notice The lease does not allow others to use the right.
    error SubleaseNotAllowed(uint256 id);
    /// @notice A sub-lease cannot outlast the lease, which ends at `end`.
    error UseBeyondLease(uint256 id, uint256 expires, uint256 end);
    /// @notice The right stands under a lien.
    error RightPledged(uint256 id);

    /// @notice Creates right `id` for `to`. Only a module; the kind of `terms` becomes its own.
    /// @param lapses first second at which the right is no more; 0: it never lapses
    function create(uint256 id, address to, uint40 lapses, Terms terms, bytes32 documentHash) external;

    /// @notice Extinguishes `id`, which is neither leased nor pledged. Only the id's module.
    function retire(uint256 id) external;

    /// @notice Makes `user` the user of `id` up to and including `until`, and lets only the lease end that. Only the module
    /// of leases (kind 255).
    function lock(uint256 id, address user, uint40 until) external;

    /// @notice Ends the use that `lock` began. Only the module of leases.
    function unlock(uint256 id) external;

    /// @notice The terms of `id`; zero where it does not exist.
    function termsOf(uint256 id) external view returns (Terms);

    /// @notice First second at which `id` is no more; 0: never.
    function lapsesAt(uint256 id) external view returns (uint256);

    /// @notice True where `id` stands under a lien.
    function isPledged(uint256 id) external view returns (bool);
}
