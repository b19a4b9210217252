// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BoundedPause} from "../../access/BoundedPause.sol";
import {ILeaseHooks} from "../../interfaces/ILeaseHooks.sol";
import {ILeases} from "../../interfaces/ILeases.sol";
import {IRightsLedger} from "../../interfaces/IRightsLedger.sol";
import {IValueStandard} from "../../interfaces/IValueStandard.sol";
import {PartyLib} from "../../libraries/PartyLib.sol";
import {LeaseBook} from "./LeaseBook.sol";

/// @title Leases: made, extended, ended, paid out
/// @dev What came in = what was handed out + credits waiting + escrow of all leases, for each currency.
contract LeaseModule is LeaseBook, EIP712, AccessManaged, BoundedPause, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    bytes32 private constant OFFER_TYPEHASH = keccak256(
        "LeaseOffer(uint256 id,uint256 number,address lessee,uint256 currencyId,uint256 rent,uint256 period,uint256 latest,bool sublease,address referee,uint256 forfeitBps,bytes32 clauses,uint256 deadline)"
    );

    /// @inheritdoc ILeases
    IValueStandard public immutable standard;

    mapping(uint256 id => uint64) private _numbers; // of the last offer that is used up
    mapping(uint256 id => bytes32) private _offers; // hash and owner
    mapping(uint256 id => mapping(address lienholder => bytes32)) private _consents; // hash and holder

    /// @param access the suite's AccessManager
    /// @param rights_ the ledger of rights, which must name this contract as its module of kind 255
    /// @param standard_ the value standard
    constructor(
        address access,
        IRightsLedger rights_,
        IValueStandard standard_
    ) AccessManaged(access) LeaseBook(rights_) EIP712("Caldera Leases", "1") {
        standard = standard_;
    }

    /// @inheritdoc ILeases
    function offer(Offer calldata offer_) external returns (bytes32 offerHash) {
        address owner = _requireOwner(offer_.id);
        _requireInRange(offer_);
        offerHash = _hashOf(offer_);
        _offers[offer_.id] = keccak256(abi.encode(offerHash, owner));
        emit Offered(offer_.id, owner, offerHash, offer_);
    }

    /// @inheritdoc ILeases
    function voidOffers(uint256 id) external {
        _requireOwner(id);
        uint64 number = ++_numbers[id];
        emit OffersVoided(id, number);
    }

    /// @inheritdoc ILeases
    function consent(uint256 id, bytes32 offerHash) external {
        address owner = rights.ownerOf(id);
        if (rights.lienOf(id, owner, msg.sender) == 0) revert NotTheLienholder(id, msg.sender);
        _consents[id][msg.sender] = keccak256(abi.encode(offerHash, owner));
        emit LienholderConsented(id, msg.sender, offerHash);
    }

    // The ledger of rights is of the suite and calls nobody back; the token is called last.
    // slither-disable-start reentrancy-no-eth
    /// @inheritdoc ILeases
    function lease(
        Offer calldata offer_,
        uint40 end,
        address lienholder,
        bytes calldata signature
    ) external whenRunning nonReentrant returns (uint96 paid) {
        uint256 id = offer_.id;
        address owner = rights.ownerOf(id);
        bytes32 offerHash = _requireOffered(offer_, owner, signature);
        _requireLeasable(offer_, owner, end);
        if (rights.isPledged(id)) _requireConsent(id, owner, lienholder, offerHash);
        _accrue(id, owner);

        paid = _priced(offer_.rent, offer_.period, block.timestamp, end);
        _numbers[id] = offer_.number;
        _leases[id] = Lease({
            lessee: msg.sender,
            start: uint40(block.timestamp),
            end: end,
            currencyId: offer_.currencyId,
            sublease: offer_.sublease,
            ownerAgrees: false,
            lesseeAgrees: false,
            rent: offer_.rent,
            period: offer_.period,
            latest: offer_.latest,
            forfeitBps: offer_.forfeitBps,
            number: offer_.number,
            paid: paid,
            settled: 0,
            referee: offer_.referee
        });
        emit Leased(id, msg.sender, offer_.number, owner, end, paid, offerHash);
        rights.lock(id, msg.sender, end);
        _take(offer_.currencyId, paid);
    }

    /// @inheritdoc ILeases
    function extend(uint256 id, uint40 end) external nonReentrant returns (uint96 paid) {
        Lease storage current = _runningLease(id);
        if (msg.sender != current.lessee) revert NotTheLessee(id, msg.sender);
        _requireActive(msg.sender);
        uint40 before = current.end;
        if (end <= before || end > current.latest) revert EndOutOfRange(end, uint256(before) + 1, current.latest);

        uint96 total = _priced(current.rent, current.period, current.start, end);
        paid = total - current.paid;
        current.paid = total;
        current.end = end;
        emit LeaseExtended(id, msg.sender, end, paid);
        if (rights.userOf(id) == msg.sender) rights.lock(id, msg.sender, end);
        else if (_lapsesBy(id, end)) revert EndOutOfRange(end, uint256(before) + 1, rights.lapsesAt(id) - 1);
        _take(current.currencyId, paid);
    }
    // slither-disable-end reentrancy-no-eth

    /// @inheritdoc ILeases
    function agreeToEnd(uint256 id, bool agrees) external {
        Lease storage current = _runningLease(id);
        address owner = rights.ownerOf(id);
        if (msg.sender == owner) current.ownerAgrees = agrees;
        else if (msg.sender == current.lessee) current.lesseeAgrees = agrees;
        else revert NotAParty(id, msg.sender);
        emit EndAgreed(id, msg.sender, agrees);
        if (current.ownerAgrees && current.lesseeAgrees) _endNow(id, owner, EarlyEnd.Agreed, 0, 0);
    }

    /// @inheritdoc ILeases
    function declareBreach(uint256 id, bytes32 reason) external {
        Lease storage current = _runningLease(id);
        if (msg.sender != current.referee) revert NotTheReferee(id, msg.sender);
        _endNow(id, rights.ownerOf(id), EarlyEnd.Breach, current.forfeitBps, reason);
    }

    /// @inheritdoc ILeases
    function accrue(uint256 id) external returns (uint256) {
        return _accrue(id, rights.ownerOf(id));
    }

    /// @inheritdoc ILeases
    function collect(uint256 id, uint8 currencyId) external nonReentrant returns (uint256 amount) {
        if (rights.partyOf(msg.sender).status() == PartyLib.SUSPENDED) revert NotActive(msg.sender);
        amount = _credits[id][currencyId][msg.sender];
        if (amount == 0) revert NothingToCollect(id, msg.sender, currencyId);
        _credits[id][currencyId][msg.sender] = 0;
        emit Collected(id, msg.sender, currencyId, amount);
        IERC20(standard.tokenOf(currencyId)).safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc ILeases
    function nextNumber(uint256 id) external view returns (uint64) {
        return _numbers[id] + 1;
    }

    /// @inheritdoc ILeases
    function offerDigest(Offer calldata offer_) external view returns (bytes32) {
        return _hashTypedDataV4(_hashOf(offer_));
    }

    function _take(uint8 currencyId, uint256 amount) private {
        if (amount == 0) return;
        IERC20 token = IERC20(standard.tokenOf(currencyId));
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert InexactToken(address(token), amount, received);
    }

    /// @dev The owner, for whom the caller acts.
    function _requireOwner(uint256 id) private view returns (address owner) {
        owner = rights.ownerOf(id);
        bool acts =
            msg.sender == owner || rights.isApprovedForAll(owner, msg.sender) || rights.getApproved(id) == msg.sender;
        if (!acts) revert NotTheOwner(id, msg.sender);
    }

    function _requireOffered(
        Offer calldata offer_,
        address owner,
        bytes calldata signature
    ) private view returns (bytes32 offerHash) {
        _requireInRange(offer_);
        uint64 next = _numbers[offer_.id] + 1;
        if (offer_.number != next) revert OfferUsed(offer_.number, next);
        if (block.timestamp > offer_.deadline) revert OfferExpired(offer_.deadline);
        offerHash = _hashOf(offer_);
        bool offered =
            signature.length == 0
                ? _offers[offer_.id] == keccak256(abi.encode(offerHash, owner))
                : SignatureChecker.isValidSignatureNow(owner, _hashTypedDataV4(offerHash), signature);
        if (!offered) revert NotOffered(offer_.id, owner);
    }

    function _requireLeasable(Offer calldata offer_, address owner, uint40 end) private view {
        uint256 id = offer_.id;
        if (offer_.lessee != address(0) && offer_.lessee != msg.sender) revert NotTheLessee(id, msg.sender);
        if (msg.sender == owner) revert SelfLease(id);
        _requireActive(msg.sender);
        _requireActive(owner);
        if (rights.getFrozenTokens(owner, id)) revert RightFrozen(id);
        if (_runs(_leases[id])) revert LeaseRunning(id, _leases[id].end);
        if (end <= block.timestamp || end > offer_.latest) {
            revert EndOutOfRange(end, block.timestamp + 1, offer_.latest);
        }
    }

    function _requireConsent(uint256 id, address owner, address lienholder, bytes32 offerHash) private view {
        bool consents =
            rights.lienOf(id, owner, lienholder) != 0 &&
                _consents[id][lienholder] == keccak256(abi.encode(offerHash, owner));
        if (!consents) revert LienholderConsentNeeded(id, offerHash);
    }

    function _requireInRange(Offer calldata offer_) private pure {
        if (offer_.period == 0 || offer_.forfeitBps > BPS) revert OfferOutOfRange();
    }

    function _hashOf(Offer calldata offer_) private pure returns (bytes32) {
        // Every field takes a whole word, so the struct's encoding is EIP-712's.
        return keccak256(bytes.concat(OFFER_TYPEHASH, abi.encode(offer_)));
    }
}
