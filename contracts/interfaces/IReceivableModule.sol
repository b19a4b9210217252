// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAssetCertificate} from "./IAssetCertificate.sol";
import {IPaymentListener} from "./IPaymentListener.sol";
import {IValueStandard} from "./IValueStandard.sol";
import {IVerifiedTarget} from "./IVerifiedTarget.sol";

/// @title Receivables: certificates of invoices
/// @notice An invoice is registered once in the whole suite, whoever asks: its id is its fingerprint (seller, buyer, number,
/// issue date). Its units are the smallest units of its currency and belong to the creditor at first. Once the debtor has
/// acknowledged it, they circulate. Only money that arrives counts as payment; it is owed to the holders of the moment, pro
/// rata, and waits for them here. Amounts are in units of the receivable's currency; times are seconds.
interface IReceivableModule is IVerifiedTarget {
    /// @notice Where a receivable stands. `Overdue` is `Acknowledged` past its due date; nobody has to say so.
    enum State {
        None,
        Registered,
        Acknowledged,
        Overdue,
        Disputed,
        Defaulted,
        WrittenOff,
        Settled,
        Cancelled
    }

    /// @notice What an invoice says. `debtor`: any active account of the debtor. `face`: amount payable. `dueDate`: last
    /// second at which payment is in time. `issueDay`: days since 1970-01-01. `number`: as printed, at most 128 bytes.
    struct Invoice {
        address debtor;
        uint96 face;
        uint40 dueDate;
        uint32 issueDay;
        uint8 currencyId;
        uint32 ruleId;
        bytes32 documentHash;
        string number;
    }

    /// @notice A receivable, or one line of it. `face`: amount claimed, credit notes taken off. `paid`: received so far.
    /// `conceded`: taken off by decision after it circulated. Owed: face - conceded - paid. `lines`: order lines of the root.
    struct Receivable {
        uint48 creditor;
        uint48 debtor;
        uint40 dueDate;
        uint8 currencyId;
        uint8 graceDays;
        State state;
        uint96 face;
        uint96 paid;
        uint96 conceded;
        uint8 lines;
    }

    /// @notice `id` was registered for `creditor` against `debtor` (entities). The ledger's `AssetCreated` has the document.
    event Registered(
        uint256 indexed id,
        uint48 indexed creditor,
        uint48 indexed debtor,
        uint96 face,
        uint40 dueDate,
        uint32 issueDay,
        uint8 currencyId,
        uint32 ruleId,
        uint8 lines,
        string number
    );
    /// @notice `id` went from one state to another; `by` made it so.
    event StateChanged(uint256 indexed id, State from, State to, address indexed by);
    /// @notice The debtor's account `signer` acknowledged `id`.
    event Acknowledged(uint256 indexed id, address indexed signer);
    /// @notice `amount` was received from `payer` for `id`; `owed` is still owed.
    event Paid(uint256 indexed id, address indexed payer, uint256 amount, uint256 owed);
    /// @notice `amount` was handed to `holder`; `retired` of its units are paid out for good.
    event Claimed(uint256 indexed id, address indexed holder, uint256 amount, uint256 retired);
    /// @notice The credit note `note` (its fingerprint) took `amount` off the face of `id`.
    event Credited(uint256 indexed id, uint256 indexed note, uint256 amount, bytes32 documentHash);
    /// @notice The debtor disputes `id` for the reason in the document of that hash.
    event DisputeRaised(uint256 indexed id, address indexed by, bytes32 reasonHash);
    /// @notice `amount` was taken off what is owed on `id`, by decision of the arbiter.
    event Conceded(uint256 indexed id, uint256 amount);
    /// @notice Proceeds of `id` went from a lost account to another of the same entity.
    event ProceedsMoved(uint256 indexed id, address indexed from, address indexed to, uint256 amount);

    /// @notice `amount` paid on units of `holder` under a lien of `lienholder` was handed to `to`.
    event LienCollected(
        uint256 indexed id,
        address indexed holder,
        address indexed lienholder,
        address to,
        uint256 amount
    );
    /// @notice `listener` is told of payments on ids that it watches.
    event ListenerAdded(address indexed listener);
    /// @notice `listener` could not make use of a payment on `id`; it can be collected later.
    event ListenerFailed(uint256 indexed id, address indexed listener);

    /// @notice The face, a line or an amount is zero.
    error NoAmount();
    /// @notice A due date lies in the past, before the issue date, more than ten years ahead, or after 2^32 - 1 (in 2106).
    error DueDateOutOfRange(uint256 dueDate, uint256 earliest, uint256 latest);
    /// @notice The issue day lies in the future.
    error IssueDayInFuture(uint256 issueDay, uint256 today);
    /// @notice Creditor and debtor are the same entity.
    error SelfReceivable(uint48 entity);
    /// @notice `account` is unknown, suspended, removed or expired.
    error NotActive(address account);
    /// @notice The lines add up to `sum`, not to the face.
    error LinesDoNotAddUp(uint256 sum, uint256 face);
    /// @notice At most `most` order lines.
    error TooManyLines(uint256 lines, uint256 most);
    /// @notice There is no receivable `id`.
    error UnknownReceivable(uint256 id);
    /// @notice In state `state` this cannot be done with `id`.
    error WrongState(uint256 id, State state);
    /// @notice `caller` does not act for the creditor.
    error NotTheCreditor(uint256 id, address caller);
    /// @notice `signer` does not act for the debtor.
    error NotTheDebtor(uint256 id, address signer);
    /// @notice The signature is not `signer`'s over exactly this acknowledgement.
    error InvalidSignature(address signer);
    /// @notice The signature was good until `deadline`.
    error SignatureExpired(uint256 deadline);
    /// @notice Pay or credit the lines `id` + 1 to `id` + `lines`, not the root.
    error UseTheLines(uint256 id, uint256 lines);
    /// @notice This is decided for the whole receivable `root`, not for one line.
    error UseTheRoot(uint256 root);
    /// @notice Nothing is owed on `id`.
    error NothingOwed(uint256 id);
    /// @notice The token delivered `received` instead of `expected`: tokens that take a fee or rebase are refused.
    error InexactToken(address token, uint256 expected, uint256 received);
    /// @notice There is nothing to claim for `holder`.
    error NothingToClaim(uint256 id, address holder);
    /// @notice Units of `holder` are frozen, and so is what is paid on them.
    error ProceedsFrozen(uint256 id, address holder, uint256 frozen);
    /// @notice Others hold, pledge or held units of `id`: a credit note comes too late. The debtor may dispute.
    error HeldByOthers(uint256 id);
    /// @notice The amount exceeds what is owed, `owed`.
    error ExceedsOwed(uint256 id, uint256 amount, uint256 owed);
    /// @notice Default can be declared from `earliest` on.
    error GraceRunning(uint256 id, uint256 earliest);
    /// @notice The two accounts belong to different entities.
    error DifferentEntities(address from, address to);
    /// @notice Only the ledger tells of movements.
    error OnlyLedger(address caller);
    /// @notice `caller` was not admitted as a listener.
    error NotAListener(address caller);
    /// @notice `listener` is admitted already, or 8 are.
    error CannotAddListener(address listener);
    /// @notice `listener` failed, and with so little gas that this may be why: bring at least 1,000,000 more.
    error MoreGasNeeded(address listener);

    /// @notice Registers an invoice whose creditor is the caller's entity; all units are the caller's.
    /// @param invoice what the document says
    /// @param lines amounts of the order lines, each an id of its own under one root, adding up to the face; empty: the
    /// root itself is the certificate
    /// @return id the root: its fingerprint, the low 16 bits zero; line i is id + i, counting from 1
    function create(Invoice calldata invoice, uint96[] calldata lines) external returns (uint256 id);

    /// @notice Registers an invoice for `creditor`, which signed for it. Only CIRCULATOR.
    function createFor(
        address creditor,
        Invoice calldata invoice,
        uint96[] calldata lines
    ) external returns (uint256 id);

    /// @notice Acknowledges `id` by the debtor itself: it circulates from now on. Only an account of the debtor.
    function acknowledge(uint256 id) external;

    /// @notice Acknowledges `id` by signature (EIP-712 `Acknowledgement`; EIP-1271 for contract wallets). It binds all that
    /// the debtor was shown: document, face, due date, currency, rules, the amounts of the order lines, both parties. What was
    /// registered otherwise is `InvalidSignature`. Anyone may call.
    /// @param signer an active account of the debtor
    /// @param deadline last second at which the signature is good
    function acknowledgeBySignature(uint256 id, address signer, uint256 deadline, bytes calldata signature) external;

    /// @notice Withdraws a receivable that is neither acknowledged nor paid on. Only the creditor, holding all of it.
    /// @dev The fingerprint stays used for ever.
    function cancel(uint256 id) external;

    /// @notice Takes `amount` off `id` by a credit note, as long as the caller holds all of it. Only the creditor.
    /// @param number the credit note's number; together with `issueDay` it can be used once
    function creditNote(
        uint256 id,
        uint96 amount,
        string calldata number,
        uint32 issueDay,
        bytes32 documentHash
    ) external;

    /// @notice Disputes `id` before it is in default: circulation halts, payment stays open. Only the debtor.
    function dispute(uint256 id, bytes32 reasonHash) external;

    /// @notice Ends the dispute as if it had not been. Only the debtor.
    function withdrawDispute(uint256 id) external;

    /// @notice Decides the dispute. Only ARBITER.
    /// @param concessions what is taken off each line in order (one entry where there are no lines), shared by all holders
    function resolveDispute(uint256 id, uint96[] calldata concessions) external;

    /// @notice Declares `id` in default once its grace period is over. Anyone may call.
    function declareDefault(uint256 id) external;

    /// @notice Writes off a defaulted receivable; what is recovered later is still shared. Only SERVICER.
    function writeOff(uint256 id) external;

    /// @notice Pays on `id`: takes at most what is owed from the caller, never more, and says how much. Always open.
    /// @return taken min(amount, owed)
    function pay(uint256 id, uint256 amount) external returns (uint256 taken);

    /// @notice Pays on several ids, in order.
    function payMany(uint256[] calldata ids, uint256[] calldata amounts) external returns (uint256 taken);

    /// @notice Hands `holder` what is owed on its free units of `id`. Anyone may call; the money goes to `holder`. Once `id`
    /// is settled the units are retired, and the last to claim takes the remainder left by fractions. Always open.
    function claim(uint256 id, address holder) external returns (uint256 amount);

    /// @notice Hands `to` what was paid on units of `holder` under a lien of the caller, at most `most`. Always open.
    /// @return amount 0 where there is nothing, or where units under the lien are frozen
    function collect(uint256 id, address holder, uint256 most, address to) external returns (uint256 amount);

    /// @notice From now on the caller, a listener, is told when a payment on `id` arrives, or no longer.
    function watch(uint256 id, bool on) external;

    /// @notice Admits a contract of the suite that may be told of payments; 8 at most, for good. Only the ADMIN role.
    function addListener(IPaymentListener listener) external;

    /// @notice True where `listener` may be told of payments.
    function isListener(address listener) external view returns (bool);

    /// @notice Claims several ids for one holder; ids with nothing to claim are passed over.
    function claimMany(uint256[] calldata ids, address holder) external returns (uint256 amount);

    /// @notice States a value attribute of `id` in the caller's name, over whatever was said before, verified or not: until nodes
    /// verify receivables everywhere, attestors correct what was written. Only ATTESTOR.
    function stateAttribute(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external;

    /// @notice Moves the proceeds of `from`, a lost account, to `to` of the same entity. Only COMPLIANCE.
    function moveProceeds(uint256 id, address from, address to) external;

    /// @notice The receivable or line `id` as it stands now.
    function receivable(uint256 id) external view returns (Receivable memory);

    /// @notice The state of `id`, or of the root it is a line of.
    function stateOf(uint256 id) external view returns (State);

    /// @notice The number of the rules that `id`, or the root it is a line of, was registered under.
    function ruleOf(uint256 id) external view returns (uint32);

    /// @notice What is owed on `id`: face - conceded - paid; 0 where it is cancelled.
    function owedOn(uint256 id) external view returns (uint256);

    /// @notice What `holder` could claim on its free units of `id`.
    function claimable(uint256 id, address holder) external view returns (uint256);

    /// @notice What has been paid on units of `holder` under a lien of `lienholder`: it goes with them when they are
    /// released or seized.
    function proceedsUnderLien(uint256 id, address holder, address lienholder) external view returns (uint256);

    /// @notice The id an invoice has or would have.
    function fingerprintOf(
        uint48 creditor,
        uint48 debtor,
        string calldata number,
        uint32 issueDay
    ) external pure returns (uint256 id);

    /// @notice The EIP-712 digest the debtor signs to acknowledge `id`: of the terms that are registered now.
    function acknowledgementDigest(uint256 id, uint256 deadline) external view returns (bytes32);

    /// @notice The ledger of the certificates.
    function ledger() external view returns (IAssetCertificate);

    /// @notice The value standard whose rules hold for new receivables.
    function standard() external view returns (IValueStandard);
}
