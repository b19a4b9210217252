"""What is not proved, and why: the last part of the page."""

LIMITS = """## What is not proved

Bounds in the table are those of loops that halmos unrolls: so many lines, figures, checkpoints or epochs, and not more.
Ranges of arguments are those that the contracts let through, as each function under `proofs/` assumes them: ERA below
2^90, amounts in 96 bits, shares in basis points, times before the year 2242.

Libraries without a property here:

- `LienLib` is proved where it is used, in `LienProofs`; `FieldsLib`, `GovernorLib` and `ParameterLib` compare with
  bounds and compute nothing.
- `MoneyLib` and `PushLib` call tokens that may do anything; tests with hostile tokens hold them.
- `DeviceLib`, `RequestLib`, `InvoiceLib` and `VoucherLib` hash or lay out bytes; to a prover a hash is any number.
- `MonthLib` is calendar arithmetic of another library; `ScopeLib` and `VerifiedLib` are tables of few cases, which unit
  tests go through.

Not proved are sequences of calls of several contracts: those are the machines of `docs/properties.md`. `LockProofs`
goes through the life of locks at given amounts and seconds, since a prover does not see that an amount it knows nothing
of leaves the week beside it in a word as it was; `TraceProofs` shows that, and what checkpoints say, for any amounts
and seconds. Gas, reentrancy and other contracts' answers are no part of a proof here.
"""
