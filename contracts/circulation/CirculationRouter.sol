// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {BoundedPause} from "../access/BoundedPause.sol";
import {Metered} from "../access/Metered.sol";
import {IAssetCertificate} from "../interfaces/IAssetCertificate.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {ICirculationRouter} from "../interfaces/ICirculationRouter.sol";
import {ICreditDesk} from "../interfaces/ICreditDesk.sol";
import {IFactoring} from "../interfaces/IFactoring.sol";
import {ILendingTerms} from "../interfaces/ILendingTerms.sol";
import {IOperatingRecord} from "../interfaces/IOperatingRecord.sol";
import {IReceivableModule} from "../interfaces/IReceivableModule.sol";
import {ISignedApprovals} from "../interfaces/ISignedApprovals.sol";
import {RequestLib} from "../libraries/RequestLib.sol";

/// @title From a document to money in one transaction
/// @dev Holds nothing and remembers only which requests were carried out. Role CIRCULATOR lets it act for an account at the
/// modules; it does so only for the sender of the call, or for who signed the request.
contract CirculationRouter is
    ICirculationRouter,
    AccessManaged,
    BoundedPause,
    Metered,
    EIP712,
    ReentrancyGuardTransient
{
    using RequestLib for Financing;
    using RequestLib for Discounting;

    /// @dev The service of this contract, as in `IFeeMeter`.
    uint8 private constant ROUTING = 0;
    /// @dev An attribute that a quorum of attestors signed.
    uint8 private constant BY_QUORUM = 1;
    /// @dev An invoice and its order lines differ in these low bits of their ids only.
    uint256 private constant PART_BITS = 16;

    IReceivableModule public immutable receivables;
    IAssetCertificate public immutable ledger;
    IOperatingRecord public immutable operatingRecord;
    ICreditDesk public immutable desk;
    IFactoring public immutable factoring;

    mapping(address account => mapping(uint256 number => bool)) private _used;

    /// @param access the suite's AccessManager
    /// @param receivables_ the module of receivables
    /// @param operatingRecord_ the operating record; its attestors sign attributes, too
    /// @param desk_ the credit desk
    /// @param factoring_ the factoring contract
    constructor(
        address access,
        IReceivableModule receivables_,
        IOperatingRecord operatingRecord_,
        ICreditDesk desk_,
        IFactoring factoring_
    ) AccessManaged(access) EIP712("Caldera Circulation", "1") {
        receivables = receivables_;
        ledger = receivables_.ledger();
        operatingRecord = operatingRecord_;
        desk = desk_;
        factoring = factoring_;
    }

    /// @inheritdoc ICirculationRouter
    function finance(
        Financing calldata request,
        Evidence calldata evidence,
        bytes calldata signature
    ) external whenRunning nonReentrant returns (uint256 id, uint256 loan) {
        _authorise(request.account, request.number, request.deadline, financingDigest(request), signature);
        id = _certify(request.account, request.invoice, request.lines, request.statements, evidence);
        loan = desk.drawFor(request.account, _pledge(id, request));
        uint48 entity = ledger.partyOf(request.account).entity();
        _charge(entity, ROUTING);
        emit Financed(
            id,
            loan,
            entity,
            request.invoice.currencyId,
            request.invoice.face,
            request.amount,
            request.invoice.documentHash
        );
    }

    /// @inheritdoc ICirculationRouter
    function discount(
        Discounting calldata request,
        Evidence calldata evidence,
        IFactoring.FactoringQuote calldata quote,
        bytes calldata quoteSignature,
        bytes calldata signature
    ) external whenRunning nonReentrant returns (uint256 id, uint256 sale, uint256 price) {
        _authorise(request.account, request.number, request.deadline, discountingDigest(request), signature);
        bytes32 given = factoring.quoteDigest(quote);
        if (given != request.quote) revert OtherQuote(request.quote, given);
        id = _certify(request.account, request.invoice, request.lines, request.statements, evidence);
        if (quote.id >> PART_BITS != id >> PART_BITS) revert QuoteForOtherAsset(id, quote.id);
        (sale, price) = factoring.fillFor(
            request.account,
            quote,
            quoteSignature,
            request.units,
            request.minimumProceeds
        );
        uint48 entity = ledger.partyOf(request.account).entity();
        _charge(entity, ROUTING);
        emit Discounted(
            id,
            sale,
            entity,
            request.invoice.currencyId,
            request.invoice.face,
            request.units,
            price,
            request.invoice.documentHash
        );
    }

    /// @inheritdoc ICirculationRouter
    function renew(uint256 id, Renewal calldata renewal) external whenRunning nonReentrant {
        (uint8 field, uint40 asOf) = (renewal.field, renewal.asOf);
        if (block.timestamp > renewal.validUntil) revert StatementExpired(id, field, renewal.validUntil);
        if (asOf > block.timestamp) revert RenewalTooEarly(id, field, asOf);
        uint40 statedAt = ledger.attributeOf(id, field).statedAt;
        if (asOf <= statedAt) revert RenewalOutdated(id, field, asOf, statedAt);
        _state(
            id,
            field,
            renewal.amount,
            asOf,
            renewal.validUntil,
            renewalDigest(id, field, renewal.amount, asOf, renewal.validUntil),
            renewal.attestations,
            operatingRecord.attestors(),
            receivables.receivable(id)
        );
    }

    /// @inheritdoc ICirculationRouter
    function cancelRequest(uint256 number) external {
        _use(msg.sender, number);
    }

    /// @inheritdoc ICirculationRouter
    function isUsed(address account, uint256 number) external view returns (bool) {
        return _used[account][number];
    }

    /// @inheritdoc ICirculationRouter
    function financingDigest(Financing calldata request) public view returns (bytes32) {
        return _hashTypedDataV4(request.hash());
    }

    /// @inheritdoc ICirculationRouter
    function discountingDigest(Discounting calldata request) public view returns (bytes32) {
        return _hashTypedDataV4(request.hash());
    }

    /// @inheritdoc ICirculationRouter
    function statementDigest(uint256 id, uint8 field, uint96 amount, uint40 validUntil) public view returns (bytes32) {
        return _hashTypedDataV4(RequestLib.hashStatement(id, field, amount, validUntil));
    }

    /// @inheritdoc ICirculationRouter
    function renewalDigest(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 asOf,
        uint40 validUntil
    ) public view returns (bytes32) {
        return _hashTypedDataV4(RequestLib.hashRenewal(id, field, amount, asOf, validUntil));
    }

    function _authorise(
        address account,
        uint256 number,
        uint256 deadline,
        bytes32 digest,
        bytes calldata signature
    ) private {
        if (block.timestamp > deadline) revert RequestExpired(deadline);
        _use(account, number);
        if (msg.sender == account) return;
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert InvalidRequest(account);
    }

    function _use(address account, uint256 number) private {
        if (_used[account][number]) revert NumberUsed(account, number);
        _used[account][number] = true;
    }

    /// @dev Registers the invoice and writes down what others signed about it and about the enterprise.
    function _certify(
        address account,
        IReceivableModule.Invoice calldata invoice,
        uint96[] calldata lines,
        bytes32 statements,
        Evidence calldata evidence
    ) private returns (uint256 id) {
        for (uint256 i = 0; i < evidence.approvals.length; ++i) {
            OperatorApproval calldata approval = evidence.approvals[i];
            if (IERC1155(address(ledger)).isApprovedForAll(account, approval.operator)) continue;
            ISignedApprovals(address(ledger)).setApprovalForAllBySignature(
                account,
                approval.operator,
                true,
                approval.deadline,
                approval.signature
            );
        }
        id = receivables.createFor(account, invoice, lines);
        DebtorsWord calldata debtor = evidence.debtor;
        receivables.acknowledgeBySignature(id, debtor.signer, debtor.deadline, debtor.signature);
        _stateAll(id, statements, evidence.statements);
        _record(evidence);
    }

    /// @dev Who brings the same facts first must not be able to make the request fail.
    function _record(Evidence calldata evidence) private {
        if (evidence.factsAttestations.length == 0) return;
        IOperatingRecord.OperatingFacts calldata facts = evidence.facts;
        if (operatingRecord.factsOf(facts.entity).nonce >= facts.nonce) return;
        operatingRecord.record(facts, evidence.factsAttestations);
    }

    /// @dev All that the request names, and nothing else: who brings it first must not be able to leave any away.
    function _stateAll(uint256 root, bytes32 named, Statement[] calldata statements) private {
        bytes32[] memory digests = new bytes32[](statements.length);
        if (digests.length != 0) {
            IReceivableModule.Receivable memory facts = receivables.receivable(root);
            IAttestors attestors = operatingRecord.attestors();
            for (uint256 i = 0; i < digests.length; ++i) {
                digests[i] = _stateFirst(root + statements[i].part, statements[i], attestors, facts);
            }
        }
        bytes32 given = digests.length == 0 ? bytes32(0) : keccak256(abi.encodePacked(digests));
        if (given != named) revert OtherStatements(named, given);
    }

    function _stateFirst(
        uint256 id,
        Statement calldata statement,
        IAttestors attestors,
        IReceivableModule.Receivable memory facts
    ) private returns (bytes32 digest) {
        (uint8 field, uint96 amount, uint40 validUntil) = (statement.field, statement.amount, statement.validUntil);
        if (block.timestamp > validUntil) revert StatementExpired(id, field, validUntil);
        digest = statementDigest(id, field, amount, validUntil);
        uint40 asOf = uint40(block.timestamp);
        _state(id, field, amount, asOf, validUntil, digest, statement.attestations, attestors, facts);
    }

    /// @dev Writes down what a quorum of others than the invoice's parties signed, in the name of the first of them.
    function _state(
        uint256 id,
        uint8 field,
        uint96 amount,
        uint40 asOf,
        uint40 validUntil,
        bytes32 digest,
        IAttestors.Attestation[] calldata attestations,
        IAttestors attestors,
        IReceivableModule.Receivable memory facts
    ) private {
        uint48 source = 0;
        for (uint256 i = 0; i < attestations.length; ++i) {
            address signer = attestations[i].signer;
            uint48 entity = ledger.partyOf(signer).entity();
            if (entity == facts.creditor || entity == facts.debtor) revert AttestsToOwnInvoice(signer, entity);
            if (i == 0) source = entity;
        }
        attestors.requireQuorum(digest, attestations);
        receivables.stateVerified(id, field, amount, asOf, validUntil, source, BY_QUORUM);
    }

    /// @dev Puts the units under liens of the desk.
    /// @return wanted what the desk is asked for
    function _pledge(uint256 id, Financing calldata request) private returns (ILendingTerms.Draw memory wanted) {
        uint256 count = request.pledges.length;
        (wanted.pool, wanted.amount) = (request.pool, request.amount);
        (wanted.maturityDay, wanted.ruleId) = (request.maturityDay, request.loanRule);
        wanted.items = new ILendingTerms.Collateral[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 part = id + request.pledges[i].part;
            wanted.items[i] = ILendingTerms.Collateral(false, part);
            ledger.pledge(request.account, address(desk), part, request.pledges[i].units);
        }
    }
}
