// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title A fund of governance: grants and streams by proposal, capped by epoch
/// @notice Whatever arrives is collected, without a call; gifts as well, since they
/// serve the same purpose and cannot be told apart by the token. A *grant* (`spend`) is paid at once. A *stream* is promised when it is
/// opened and earned by the second; what is earned is its payee's for good, the rest governance can take back from now on.
/// Time is cut into epochs of `epochLength` seconds since 1970. In no epoch can more of a token become somebody else's, paid as
/// a grant or earned by streams, than its cap allowed when it was decided. A token without a cap pays nothing. A higher cap
/// holds from the next epoch on, so that nobody raises and uses it in one stroke; a lower one at once, for what is new.
/// Amounts are units of the token, times seconds.
interface IValueFund {
    /// @notice A stream to be. `amount`: not zero. `start`: first second that counts; 0: when it is opened. `cliff`: seconds from
    /// the start before which nothing is earned; then all that has run up is. `duration`: seconds, not zero.
    struct FundStreamTerms {
        address token;
        address payee;
        uint112 amount;
        uint40 start;
        uint32 cliff;
        uint32 duration;
    }

    /// @notice A stream. `endedAt`: when it was cancelled or renounced; 0: it was not. It earns until then, at most its amount.
    struct FundStream {
        address token;
        uint40 start;
        uint32 duration;
        address payee;
        uint32 cliff;
        uint40 endedAt;
        uint112 amount;
        uint112 withdrawn;
        bytes32 purposeHash;
    }

    /// @notice The cap a token begins with.
    struct FundCap {
        address token;
        uint256 cap;
    }

    /// @notice `amount` went to `to` for the purpose in the document of that hash; `spentInAll` of this token so far.
    event FundSpent(
        address indexed token,
        address indexed to,
        uint256 amount,
        bytes32 indexed purposeHash,
        uint256 spentInAll
    );
    /// @notice In epochs from `fromEpoch` on at most `cap` of `token` is given away; until then no more than that either.
    event FundCapSet(address indexed token, uint256 cap, uint256 fromEpoch);
    /// @notice A stream was opened, for the purpose in the document of that hash.
    event FundStreamOpened(
        uint256 indexed id,
        address indexed token,
        address indexed payee,
        uint256 amount,
        uint256 start,
        uint256 cliff,
        uint256 duration,
        bytes32 purposeHash
    );
    /// @notice `amount` of what stream `id` had earned went to `to`. `FundSpent` tells of the same payment.
    event FundStreamWithdrawn(uint256 indexed id, address indexed to, uint256 amount);
    /// @notice Stream `id` earns no more; `returned` is the fund's again. `renounced`: by its payee, else by governance.
    event FundStreamEnded(uint256 indexed id, uint256 returned, bool renounced);
    /// @notice Stream `id` is `payee`'s as soon as it accepts; nobody's proposal: the zero address.
    event FundPayeeProposed(uint256 indexed id, address indexed payee);
    /// @notice Stream `id`, with what it has earned, is now `to`'s.
    event FundPayeeChanged(uint256 indexed id, address indexed from, address indexed to);

    /// @notice There is nothing to spend: the amount is zero.
    error NothingToSpend();
    /// @notice Spending names a purpose.
    error NoSpendingPurpose();
    /// @notice Money can go neither to nobody nor to the fund itself.
    error CannotBePaid(address account);
    /// @notice The fund has `available` of this token.
    error ExceedsFund(address token, uint256 amount, uint256 available);
    /// @notice An epoch lasts `shortest` to `longest` seconds.
    error FundEpochOutOfRange(uint256 length, uint256 shortest, uint256 longest);
    /// @notice A cap is at most `most`.
    error FundCapTooLarge(uint256 cap, uint256 most);
    /// @notice No token at the zero address.
    error NoFundToken();
    /// @notice In `epoch` only `left` of `token` may still be given away, not `amount`.
    error FundCapExceeded(address token, uint256 epoch, uint256 amount, uint256 left);
    /// @notice A stream lasts one second at least.
    error NoStreamDuration();
    /// @notice The cliff is within the duration.
    error StreamCliffTooLong(uint256 cliff, uint256 duration);
    /// @notice A stream starts at `earliest`, the present second, or later.
    error StreamStartsTooEarly(uint256 start, uint256 earliest);
    /// @notice A stream ends in epoch `latest` at the latest, not in `epoch`.
    error StreamTooLong(uint256 epoch, uint256 latest);
    /// @notice There is no stream `id`.
    error UnknownStream(uint256 id);
    /// @notice Stream `id` is over, or was ended: all it ever earns is earned.
    error StreamOver(uint256 id);
    /// @notice Stream `id` has earned nothing that was not withdrawn.
    error NothingDue(uint256 id);
    /// @notice `caller` is not the payee of stream `id`.
    error NotTheStreamPayee(uint256 id, address caller);
    /// @notice `caller` is not whom the payee of stream `id` has proposed.
    error NotTheProposedPayee(uint256 id, address caller);

    /// @notice Spends. Only ADMIN, the timelock of governance; within the cap; not under pause.
    /// @param purposeHash of the document that was decided on, not zero
    function spend(address token, address to, uint256 amount, bytes32 purposeHash) external;

    /// @notice Opens a stream; all of it is reserved at once. Only ADMIN, the timelock of governance; not under pause.
    /// @param purposeHash of the document that was decided on, not zero
    /// @return id its number, counting from 1
    function openStream(FundStreamTerms calldata terms, bytes32 purposeHash) external returns (uint256 id);

    /// @notice Ends a stream now. What is earned by now stays the payee's; before the cliff that is nothing. Only ADMIN.
    /// @return returned what is the fund's again
    function cancelStream(uint256 id) external returns (uint256 returned);

    /// @notice Gives up what is not earned by now. Only the payee.
    /// @return returned what is the fund's again
    function renounceStream(uint256 id) external returns (uint256 returned);

    /// @notice Pays the payee what is due. Anyone may call, at any time.
    function withdraw(uint256 id) external returns (uint256 amount);

    /// @notice Pays what is due to `to`. Only the payee, at any time.
    function withdrawTo(uint256 id, address to) external returns (uint256 amount);

    /// @notice Names who may take the stream over; the zero address takes the proposal back. Only the payee.
    function proposePayee(uint256 id, address payee) external;

    /// @notice Takes the stream over, with all that is due. Only whom the payee proposed.
    function acceptPayee(uint256 id) external;

    /// @notice Sets how much of `token` may be given away in an epoch: more from the next epoch on, less at once for what is
    /// decided from now on. Only PARAMETERS.
    /// @param cap below 2^112
    function setFundCap(address token, uint256 cap) external;

    /// @notice The cap that was set last.
    function fundCap(address token) external view returns (uint256);

    /// @notice The cap in `epoch`, as far as it is known now; only for the present epoch and those to come.
    function fundCapAt(address token, uint256 epoch) external view returns (uint256);

    /// @notice What of `token` was or will be given away in `epoch`: grants paid and what streams earn in it.
    function committed(address token, uint256 epoch) external view returns (uint256);

    /// @notice What can be granted of `token` now: within what is there, not promised, and within the cap.
    function spendable(address token) external view returns (uint256);

    /// @notice Seconds of an epoch.
    function epochLength() external view returns (uint256);

    /// @notice The epoch of a second.
    function epochOf(uint256 time) external view returns (uint256);

    /// @notice What has been spent of `token`.
    function spent(address token) external view returns (uint256);

    /// @notice What of `token` is promised to streams and not withdrawn.
    function reserved(address token) external view returns (uint256);

    /// @notice What is there of `token` and not promised to a stream.
    function available(address token) external view returns (uint256);

    /// @notice What has been collected of `token`: what is there, promised or not, and what was spent.
    function collected(address token) external view returns (uint256);

    /// @notice How many streams were opened.
    function streamCount() external view returns (uint256);

    /// @notice Stream `id`.
    function streamOf(uint256 id) external view returns (FundStream memory);

    /// @notice What stream `id` has earned by now, withdrawn or not.
    function earned(uint256 id) external view returns (uint256);

    /// @notice What stream `id` has earned and was not withdrawn.
    function due(uint256 id) external view returns (uint256);

    /// @notice Whom the payee of stream `id` has proposed; the zero address: nobody.
    function proposedPayeeOf(uint256 id) external view returns (address);
}
