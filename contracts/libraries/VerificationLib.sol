// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {IVerificationRules} from "../interfaces/IVerificationRules.sol";
import {IVerifiedTarget} from "../interfaces/IVerifiedTarget.sol";
import {FieldsLib} from "./FieldsLib.sol";

/// @title Arithmetic and hashing of verification
library VerificationLib {
    uint256 internal constant BPS = 10_000;
    uint256 private constant NODE_SHIFT = 224;
    bytes32 private constant TYPEHASH = keccak256(
        "Verification(uint256 request,address target,uint256 id,uint256 field,bytes32 documentHash,uint256 amount,uint256 validUntil)"
    );

    /// @dev Splits a fee: the fund's part rounded down, the rest the nodes'.
    function splitFee(uint256 fee, uint256 fundBps) internal pure returns (uint256 toFund, uint256 toNodes) {
        toFund = (fee * fundBps) / BPS;
        toNodes = fee - toFund;
    }

    /// @dev Volume of each of `signers` nodes, rounded down. Fees are ERA, 2^90 at most, and weights are below 7 × 10^4: it fits.
    function volumeOf(uint256 toNodes, uint256 weightBps, uint256 signers) internal pure returns (uint96) {
        return uint96((toNodes * weightBps) / BPS / signers);
    }

    /// @dev A node's part of a pot, rounded down: what is left goes into a later pot.
    function partOf(uint256 pot, uint256 volume, uint256 total) internal pure returns (uint256) {
        return (pot * volume) / total;
    }

    /// @dev The struct hash of EIP-712.
    function hash(
        uint256 number,
        address target,
        uint256 id,
        uint8 field,
        bytes32 documentHash,
        uint96 amount,
        uint40 validUntil
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, number, target, id, field, documentHash, amount, validUntil));
    }

    /// @dev Nodes in ascending order, each with its whole stake, from words of node << 224 | stake.
    function sorted(uint256[] memory words) internal pure returns (uint32[] memory nodes, uint256[] memory stakes) {
        Arrays.sort(words);
        uint256 count = words.length;
        (nodes, stakes) = (new uint32[](count), new uint256[](count));
        for (uint256 i = 0; i < count; ++i) {
            nodes[i] = uint32(words[i] >> NODE_SHIFT);
            stakes[i] = words[i] & ((1 << NODE_SHIFT) - 1);
        }
    }

    function isValuationField(uint8 field) internal pure returns (bool) {
        return field == FieldsLib.VALUATION || field == FieldsLib.PLEDGEABLE;
    }

    /// @dev Who has an interest in what is asked, as far as its target knows: 0 for nobody.
    function interestedIn(
        IVerificationRules.VerificationKind kind,
        address target,
        uint256 id
    ) internal view returns (uint48, uint48) {
        if (kind == IVerificationRules.VerificationKind.CreditData) return (uint48(id), 0);
        if (kind == IVerificationRules.VerificationKind.MappingCompliance) return (0, 0);
        return IVerifiedTarget(target).interestedIn(id);
    }
}
