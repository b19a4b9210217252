// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IAttestors} from "./IAttestors.sol";
import {IFactoring} from "./IFactoring.sol";
import {IOperatingRecord} from "./IOperatingRecord.sol";
import {IReceivableModule} from "./IReceivableModule.sol";

/// @title From a document to money in one transaction
/// @notice An enterprise asks for what otherwise takes ten transactions of four parties: the invoice is registered, the debtor's
/// acknowledgement and the attested attributes are checked and written, the operating record is brought up to date, the limit
/// is assessed, units are pledged and the loan is paid out - or the units are sold to a factor. If any part fails, nothing
/// happened. The enterprise sends the request itself, or signs it and anyone brings it: it needs no gas. Every signature
/// stands for itself (debtor's, attestors', factor's, enterprise's); this contract can do nothing without them.
interface ICirculationRouter {
    /// @notice Units to pledge. `part`: 0 for the whole invoice, else the number of its order line.
    struct Pledging {
        uint16 part;
        uint96 units;
    }

    /// @notice A request for a loan against a new invoice (EIP-712). `lines`: order lines; none: the invoice is one piece.
    /// `pool`: number of the pool that lends (`ICreditDesk`), in whose currency `amount` is. Due when day `maturityDay` begins, under the rules `loanRule` for loans. `number`:
    /// the enterprise's own, good once. `deadline`: the last second at which the request is good. `statements`: keccak256 of the
    /// digests of all statements that come with it, one after the other; 0 where there are none. So nobody who brings the request
    /// can leave one away or put another in its place.
    struct Financing {
        address account;
        IReceivableModule.Invoice invoice;
        uint96[] lines;
        Pledging[] pledges;
        uint8 pool;
        uint96 amount;
        uint32 maturityDay;
        uint32 loanRule;
        bytes32 statements;
        uint256 number;
        uint40 deadline;
    }

    /// @notice A request to sell `units` of a new invoice under the quote with the EIP-712 digest `quote`, which names the id
    /// (the invoice or one of its order lines), for `minimumProceeds` at least (EIP-712). `statements`: as for `Financing`.
    struct Discounting {
        address account;
        IReceivableModule.Invoice invoice;
        uint96[] lines;
        uint96 units;
        bytes32 quote;
        uint96 minimumProceeds;
        bytes32 statements;
        uint256 number;
        uint40 deadline;
    }

    /// @notice The debtor's acknowledgement, as `IReceivableModule.acknowledgeBySignature` takes it.
    struct DebtorsWord {
        address signer;
        uint256 deadline;
        bytes signature;
    }

    /// @notice Attribute `field` of the invoice's root, or of its line `part`, as a quorum of attestors signed it (EIP-712
    /// `Statement`). None of them may be of the invoice's two parties. After `validUntil` it is not written any more.
    struct Statement {
        uint16 part;
        uint8 field;
        uint96 amount;
        uint40 validUntil;
        IAttestors.Attestation[] attestations;
    }

    /// @notice What a quorum of attestors says later of attribute `field` of a receivable (EIP-712 `Renewal`). `asOf`: the second
    /// as of which it holds; of two, the later one counts, in whichever order they are brought. None of the attestors may be
    /// of the invoice's two parties. After `validUntil` it is not written any more.
    struct Renewal {
        uint8 field;
        uint96 amount;
        uint40 asOf;
        uint40 validUntil;
        IAttestors.Attestation[] attestations;
    }

    /// @notice The enterprise's approval of an operator of its certificates, as `ISignedApprovals` takes it.
    struct OperatorApproval {
        address operator;
        uint256 deadline;
        bytes signature;
    }

    /// @notice What goes with a request. `facts` are recorded where `factsAttestations` are there and nobody brought them
    /// before. `approvals`: needed once; those that stand already are passed over.
    struct Evidence {
        DebtorsWord debtor;
        Statement[] statements;
        IOperatingRecord.OperatingFacts facts;
        IAttestors.Attestation[] factsAttestations;
        OperatorApproval[] approvals;
    }

    /// @notice What the enterprise's books need of a loan: the receivable `id` of `face` stays an asset, `principal` came in as
    /// a debt, `loan`.
    event Financed(
        uint256 indexed id,
        uint256 indexed loan,
        uint48 indexed entity,
        uint8 currencyId,
        uint96 face,
        uint96 principal,
        bytes32 documentHash
    );
    /// @notice What the enterprise's books need of a sale: of the receivable `id` of `face`, `units` went for `price`.
    event Discounted(
        uint256 indexed id,
        uint256 indexed sale,
        uint48 indexed entity,
        uint8 currencyId,
        uint96 face,
        uint96 units,
        uint256 price,
        bytes32 documentHash
    );

    /// @notice The signature is not `account`'s over exactly this request.
    error InvalidRequest(address account);
    /// @notice The request was good until `deadline`.
    error RequestExpired(uint256 deadline);
    /// @notice `account` used `number` before.
    error NumberUsed(address account, uint256 number);
    /// @notice The quote that was brought is not the one that the request names.
    error OtherQuote(bytes32 wanted, bytes32 given);
    /// @notice The quote is for the units of `quoted`, which is neither the new invoice `id` nor one of its order lines.
    error QuoteForOtherAsset(uint256 id, uint256 quoted);
    /// @notice The statements that were brought are not those that the request names.
    error OtherStatements(bytes32 wanted, bytes32 given);
    /// @notice The statement on attribute `field` of `id` was good until `validUntil`.
    error StatementExpired(uint256 id, uint8 field, uint256 validUntil);
    /// @notice The renewal of attribute `field` of `id` speaks of `asOf`, which is to come.
    error RenewalTooEarly(uint256 id, uint8 field, uint256 asOf);
    /// @notice The renewal of attribute `field` of `id` speaks of `asOf`; what is written speaks of `statedAt`, no earlier.
    error RenewalOutdated(uint256 id, uint8 field, uint256 asOf, uint256 statedAt);
    /// @notice `signer` is of `entity`, which is a party of the invoice: it cannot attest to its value.
    error AttestsToOwnInvoice(address signer, uint48 entity);

    /// @notice Carries out a request for a loan. Anyone may call with `account`'s signature; `account` itself needs none.
    /// @return id the receivable
    /// @return loan the loan's number at the credit desk
    function finance(
        Financing calldata request,
        Evidence calldata evidence,
        bytes calldata signature
    ) external returns (uint256 id, uint256 loan);

    /// @notice Carries out a request for a sale. Anyone may call with `account`'s signature; `account` itself needs none.
    /// @return id the receivable
    /// @return sale the sale's number at the factoring contract
    /// @return price what `account` received
    function discount(
        Discounting calldata request,
        Evidence calldata evidence,
        IFactoring.FactoringQuote calldata quote,
        bytes calldata quoteSignature,
        bytes calldata signature
    ) external returns (uint256 id, uint256 sale, uint256 price);

    /// @notice Writes what a quorum says of an attribute of the receivable or order line `id` after its registration, over what was
    /// said before or for the first time. Anyone may call. What was written by a request counts as of that moment. Loans, sales
    /// and deals that stand are not touched: they go by what is owed on `id`, not by what it was valued at.
    function renew(uint256 id, Renewal calldata renewal) external;

    /// @notice Makes the caller's `number` void.
    function cancelRequest(uint256 number) external;

    /// @notice True where `number` of `account` is used or void.
    function isUsed(address account, uint256 number) external view returns (bool);

    /// @notice The EIP-712 digest of a request for a loan.
    function financingDigest(Financing calldata request) external view returns (bytes32);

    /// @notice The EIP-712 digest of a request for a sale.
    function discountingDigest(Discounting calldata request) external view returns (bytes32);

    /// @notice The EIP-712 digest of an attested attribute of `id`.
    function statementDigest(uint256 id, uint8 field, uint96 amount, uint40 validUntil) external view returns (bytes32);

    /// @notice The EIP-712 digest of a renewed attribute of `id`.
    function renewalDigest(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 asOf,
        uint40 validUntil
    ) external view returns (bytes32);
}
