// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.34;

/// @title What is known of an asset's value, and the hash of its document
/// @notice A field that a contract decides on stands here, typed, with its validity and who said so; the rest is in the
/// document. Fields are numbered as in `FieldsLib`.
interface IValueAttributes {
    /// @notice A value attribute, in one slot. `amount`: in the id's units. `source`: the entity that said so. `statedAt`,
    /// `validUntil`: time stamps; after `validUntil` it is stale. `level`: how it was verified; 0 stated, higher is stronger.
    struct Attribute {
        uint96 amount;
        uint48 source;
        uint40 statedAt;
        uint40 validUntil;
        uint8 level;
    }

    /// @notice Attribute `field` of `id` is now `attribute`.
    event AttributeStated(uint256 indexed id, uint8 indexed field, Attribute attribute);

    /// @notice States attribute `field` of `id`. Only the id's module.
    function stateAttribute(uint256 id, uint8 field, Attribute calldata attribute) external;

    /// @notice Attribute `field` of `id` as last stated; look at `validUntil` before believing it.
    function attributeOf(uint256 id, uint8 field) external view returns (Attribute memory);

    /// @notice SHA-256 of the document `id`, or the root it is a part of, was created from.
    function documentHash(uint256 id) external view returns (bytes32);
}
