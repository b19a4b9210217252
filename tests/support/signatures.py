"""Signatures as they should not be."""

from __future__ import annotations

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of secp256k1."""


def high(good: bytes) -> bytes:
    """The other signature over the same hash by the same key, with s in the upper half."""
    s = ORDER - int.from_bytes(good[32:64], "big")
    return good[:32] + s.to_bytes(32, "big") + bytes([55 - good[64]])


def compact(good: bytes) -> bytes:
    """64 bytes, with v in the highest bit of s (EIP-2098)."""
    return good[:32] + bytes([good[32] | (good[64] - 27) << 7]) + good[33:64]


def spoilt(good: bytes) -> dict[str, bytes]:
    """What nobody may take for a signature, by what is wrong with it."""
    return {
        "high s": high(good),
        "compact": compact(good),
        "cut off": good[:64],
        "too long": good + b"\0",
        "v as a parity": good[:64] + bytes([good[64] - 27]),
        "the other v": good[:64] + bytes([55 - good[64]]),
        "no v": good[:64] + b"\0",
        "r of nothing": bytes(32) + good[32:],
        "s of nothing": good[:32] + bytes(32) + good[64:],
        "nothing": bytes(65),
        "all ones": b"\xff" * 65,
        "s beyond the order": good[:32] + ORDER.to_bytes(32, "big") + good[64:],
    }
