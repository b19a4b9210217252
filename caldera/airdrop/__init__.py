from caldera.merkle import double_hash
def leaf(index: int, account: str, amount: int) -> bytes:
    return double_hash(["uint256", "address", "uint256"], [index, account, amount])
