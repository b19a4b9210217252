// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAirdropClaim} from "./IAirdropClaim.sol";

/// @title The rounds of an airdrop: holds the allocation, opens rounds from it, and lists them
/// @notice Genesis gives it the airdrop's part of the supply. Governance opens rounds over time, never beyond what is here;
/// what a round leaves over comes back where its terms say, here for example. Nothing leaves except into a round.
interface IAirdropRounds {
    /// @notice A round. `claim`: its contract. `total`: what it was given. `uri`: where the folder of `caldera airdrop build`
    /// is, such as ipfs://… or https://…
    struct AirdropRound {
        address claim;
        uint96 total;
        bytes32 root;
        string name;
        string uri;
    }

    /// @notice Round `number` stands at `claim` and has `total`.
    event AirdropOpened(
        uint256 indexed number,
        address indexed claim,
        bytes32 indexed root,
        uint256 total,
        string name,
        string uri
    );
    /// @notice The proofs of the round are to be found at `uri`.
    event AirdropProofsMoved(uint256 indexed number, string uri);

    /// @notice There is no such round; there are `count`, numbered from 1.
    error UnknownAirdropRound(uint256 number, uint256 count);
    /// @notice A round has a name.
    error NoAirdropName();
    /// @notice A round says where its proofs are.
    error NoAirdropProofs();
    /// @notice A round is given something.
    error NoAirdropTotal();
    /// @notice There is `available` to open rounds from.
    error ExceedsAllocation(uint256 total, uint256 available);

    /// @notice Opens a round and gives it `total` of what is here. Only ADMIN.
    /// @param round as `IAirdropClaim.AirdropTerms` says; its errors come through
    /// @param total in the token's smallest units: the sum of all claims
    /// @return claim the round's contract
    function open(
        IAirdropClaim.AirdropTerms calldata round,
        uint96 total,
        string calldata name,
        string calldata uri
    ) external returns (address claim);

    /// @notice The same with money of the caller, who approved it. Only ADMIN. `MoneyLib.InexactToken` where less arrives.
    function openPaid(
        IAirdropClaim.AirdropTerms calldata round,
        uint96 total,
        string calldata name,
        string calldata uri
    ) external returns (address claim);

    /// @notice Says where the proofs of a round are now, as a web server may be gone before the round is over. Only ADMIN.
    function moveProofs(uint256 number, string calldata uri) external;

    /// @notice The token of all rounds.
    function token() external view returns (address);

    /// @notice What rounds can be opened from: everything that is here.
    function available() external view returns (uint256);

    /// @notice How many rounds there are; the first is number 1.
    function roundCount() external view returns (uint256);

    /// @notice Round `number`.
    function roundAt(uint256 number) external view returns (AirdropRound memory);
}
