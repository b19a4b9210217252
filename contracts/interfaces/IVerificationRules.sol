// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

import {IOperatingRecord} from "./IOperatingRecord.sol";

/// @title What can be verified, at which price, by how many, and for how long it can be disputed
/// @notice Rules of requests hold for requests made from then on, rules of results for results accepted from then on: what is made
/// or accepted keeps its own. ERA amounts are in units of 10^-18, times in seconds, parts in basis points.
interface IVerificationRules {
    /// @notice What is verified. `Valuation`: field VALUATION or PLEDGEABLE of an asset. `Insurance`: field INSURANCE of an asset.
    /// `CreditData`: the next operating facts of an entity. `MappingCompliance`: a mapping, known by the hash of its document.
    enum VerificationKind {
        Valuation,
        Insurance,
        CreditData,
        MappingCompliance
    }

    /// @notice Rules of requests. `leastFee`: ERA for each signer that is asked (the panel's size; in an open request, the least
    /// signers). `leastWeight`: least active stake of the signers together. `leastSigners`: 2 to 31. `shortest`, `longest`: how
    /// far ahead a deadline is, 10 minutes to 90 days.
    struct RequestRules {
        uint96 leastFee;
        uint96 leastWeight;
        uint32 longest;
        uint24 shortest;
        uint8 leastSigners;
    }

    /// @notice Rules of results. `window`: how long they can be disputed, 1 hour to 14 days. `fundBps`: part of the fee that goes to
    /// the reward fund. `financeBps`: weight of results for finance, 10,000 at least. A node never gets more of a fee than was
    /// paid: (1 - fundBps) × financeBps is at most 1.
    struct ResultRules {
        uint32 window;
        uint16 fundBps;
        uint16 financeBps;
    }

    /// @notice Requests from now on follow `rules`.
    event RequestRulesSet(RequestRules rules);
    /// @notice Results from now on follow `rules`.
    event ResultRulesSet(ResultRules rules);
    /// @notice `target` can be verified in this kind, or no more; `finance`: its results have the weight of finance.
    event VerifiableSet(VerificationKind indexed kind, address indexed target, bool open, bool finance);
    /// @notice The fund's part of fees goes to `fund` from now on.
    event VerificationFundSet(address indexed fund);

    /// @notice Least signers are `least` to `most`.
    error LeastSignersOutOfRange(uint8 leastSigners, uint8 least, uint8 most);
    /// @notice `least` <= `shortest` <= `longest` <= `most` does not hold.
    error DeadlineBoundsOutOfRange(uint32 shortest, uint32 longest, uint32 least, uint32 most);
    /// @notice A window lasts `least` to `most` seconds.
    error DisputeWindowOutOfRange(uint32 window, uint32 least, uint32 most);
    /// @notice `fundBps` is 10,000 at most, `financeBps` 10,000 at least, and (10,000 - fundBps) × financeBps 10^8 at most.
    error FeePartsOutOfRange(uint16 fundBps, uint16 financeBps);
    /// @notice `target` cannot be what results of this kind are about: a contract for valuations and insurances, the operating
    /// record for credit data, the zero address for mappings.
    error NotATargetOfKind(VerificationKind kind, address target);
    /// @notice The fund is the zero address, or this contract.
    error NotAFund(address fund);

    /// @notice Sets the rules of requests. Only PARAMETERS.
    function setRequestRules(RequestRules calldata rules) external;

    /// @notice Sets the rules of results. Only PARAMETERS.
    function setResultRules(ResultRules calldata rules) external;

    /// @notice Says whether `target` can be verified in this kind, and whether that is finance. Requests that stand are not touched.
    /// Only the ADMIN role.
    function setVerifiable(VerificationKind kind, address target, bool open, bool finance) external;

    /// @notice Sets where the fund's part of fees goes, what is owed to it already included. Only the ADMIN role.
    function setFund(address fund_) external;

    /// @notice The rules of requests.
    function requestRules() external view returns (RequestRules memory);

    /// @notice The rules of results.
    function resultRules() external view returns (ResultRules memory);

    /// @notice Whether `target` can be verified in this kind, and whether that is finance.
    function verifiable(VerificationKind kind, address target) external view returns (bool open, bool finance);

    /// @notice The operating record, the one target of credit data.
    function operatingRecord() external view returns (IOperatingRecord);

    /// @notice Where the fund's part of fees goes.
    function fund() external view returns (address);
}
