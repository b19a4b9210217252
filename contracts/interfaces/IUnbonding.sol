// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title Leaving a node
/// @notice An exit is stake that is leaving: it earns nothing, gives no weight, and can be slashed until it is paid out or staked
/// with another node, also after it matured. It matures when the unbonding time that held at its beginning is over. While its
/// node is frozen it is held back, but never for more than 60 days after it matured.
/// A holder's exits stand at places 0 to 31: 0 to 15 for itself, 16 to 31 first for recalls of a grant.
interface IUnbonding {
    /// @notice An exit. `amount`: what it is worth now. `matures`: the second from which it is mature. `heldUntil`: the second from
    /// which it can be taken as things stand, and until when at least it can be slashed. `ready`: that is now or past. `to`: the
    /// node that it goes on to; 0 where it goes to the holder.
    struct StakeExit {
        uint8 place;
        uint32 node;
        uint32 to;
        uint256 amount;
        uint40 matures;
        uint40 heldUntil;
        bool ready;
    }

    /// @notice `shares` of the holder, worth `amount`, began to leave the node; `to` is where they go on to, 0 for the holder.
    event UnbondingStarted(
        uint256 indexed holder,
        uint32 indexed node,
        uint8 place,
        uint256 shares,
        uint256 amount,
        uint32 to,
        uint40 matures
    );
    /// @notice The exit goes on to node `to` once it is mature; 0: to the holder.
    event UnbondingRedirected(uint256 indexed holder, uint8 place, uint32 indexed to);
    /// @notice The exit is over: `amount` was paid to the holder.
    event StakeWithdrawn(uint256 indexed holder, uint32 indexed node, uint8 place, uint256 amount);
    /// @notice The exit is over: `amount` is staked with `to`.
    event StakeRedelegated(uint256 indexed holder, uint32 indexed node, uint32 indexed to, uint8 place, uint256 amount);

    /// @notice No shares are named.
    error NoShares();
    /// @notice It would be `amount`, less than wanted.
    error TooLittle(uint256 amount, uint256 least);
    /// @notice The holder's places for exits are all taken: withdraw what is mature.
    error NoFreePlace(uint256 holder);
    /// @notice No exit of the holder stands at the place.
    error NoExitAt(uint256 holder, uint8 place);
    /// @notice The exit is held until `until`, as things stand.
    error ExitHeld(uint8 place, uint40 until);
    /// @notice The exit goes on to a node: redirect it first.
    error ExitGoesOn(uint8 place, uint32 to);
    /// @notice The exit goes to its holder.
    error ExitGoesNowhere(uint8 place);
    /// @notice What leaves a node does not go back to it.
    error SameNode(uint32 node);
    /// @notice No exit of the caller can be taken now.
    error NothingMature(address account);
    /// @notice Only the contract of grants acts for a grant here.
    error OnlyGrantStakes(address caller);
    /// @notice The contract of grants is set for good, or it is no contract.
    error GrantStakesCannotBe(address grants);

    /// @notice Grants are staked through `grants`, for good.
    event GrantStakesSet(address grants);

    /// @notice Begins to take `shares` of the caller's out of the node. Always open.
    /// @param leastAmount refuse if they are worth less
    /// @return place where the exit stands
    function unbond(uint32 node, uint256 shares, uint256 leastAmount) external returns (uint8 place);

    /// @notice As `unbond`, but when mature it goes on to `toNode`, without passing through the wallet. Until then it is stake
    /// of the old node that leaves: redelegating escapes no slash. Always open.
    function redelegate(uint32 node, uint256 shares, uint32 toNode, uint256 leastAmount) external returns (uint8 place);

    /// @notice Sends an exit of the caller elsewhere when it is mature: to a node that is not retired, or, with 0, to the caller.
    /// Always open.
    function redirect(uint8 place, uint32 toNode) external;

    /// @notice Stakes a mature exit with the node that it goes on to. Anyone, for any account; of a grant only the contract of
    /// grants. Not under pause.
    /// @return amount what it was worth
    /// @return shares of the new node; 0 where the exit was slashed to nothing
    function complete(uint256 holder, uint8 place) external returns (uint256 amount, uint256 shares);

    /// @notice Pays a mature exit to the caller. Always open.
    /// @param leastAmount refuse less
    function withdraw(uint8 place, uint256 leastAmount) external returns (uint256 amount);

    /// @notice Pays all exits of the caller that are mature and go nowhere else, in one transfer. Always open.
    function withdrawAll() external returns (uint256 amount);

    /// @notice Stakes `amount` of the caller's ERA, which it approved, for a grant. Only the contract of grants; not under pause.
    /// @param holder 2^255 + the grant's id, as in all that follow
    function stakeGrant(uint256 holder, uint32 node, uint256 amount) external returns (uint256 shares);

    /// @notice Begins to take a grant's shares out of the node. Only the contract of grants. Always open.
    /// @param toNode where they go on to; 0: back
    /// @param recall for the allocation: the exit stands at one of the places kept for that, if one is free
    /// @return place where the exit stands
    /// @return amount what leaves
    /// @return held the grant's shares of the node before
    function unbondFor(
        uint256 holder,
        uint32 node,
        uint256 shares,
        uint256 leastAmount,
        uint32 toNode,
        bool recall
    ) external returns (uint8 place, uint256 amount, uint256 held);

    /// @notice As `redirect`, of a grant. Only the contract of grants. Always open.
    function redirectFor(uint256 holder, uint8 place, uint32 toNode) external;

    /// @notice Pays a mature exit of a grant to the caller. Only the contract of grants. Always open.
    function withdrawFor(uint256 holder, uint8 place) external returns (uint256 amount);

    /// @notice Says through which contract grants are staked, once and for good. Only ADMIN.
    function setGrantStakes(address grants) external;

    /// @notice Through which contract grants are staked; 0 until it is set.
    function grantStakes() external view returns (address);

    /// @notice Bit set of the places at which exits of the holder stand.
    function placesOf(uint256 holder) external view returns (uint32);

    /// @notice The exit at a place; reverts where there is none.
    function exitAt(uint256 holder, uint8 place) external view returns (StakeExit memory);

    /// @notice An exit is held back for so many seconds after it matured at most, however often its node is frozen.
    function longestFreeze() external pure returns (uint40);
}
