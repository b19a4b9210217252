"""AssetCertificate: pledging without giving up custody."""

from tests.support.suite import MINIMUM, Suite, reverts

M = MINIMUM


def pledged(suite: Suite, units: int = 40 * M) -> int:
    """A certificate of 100 M of which the bank has a lien on some."""
    asset = suite.circulating()
    suite.ledger.pledge(suite.seller, suite.bank, asset, units, sender=suite.seller)
    return asset


def test_pledged_units_stay_and_cannot_move(suite: Suite) -> None:
    asset = pledged(suite)
    assert tuple(suite.ledger.holdingOf(asset, suite.seller)) == (100 * M, 40 * M, 0)
    assert suite.ledger.lienOf(asset, suite.seller, suite.bank) == 40 * M
    with reverts("PledgedUnits", free=60 * M, needed=60 * M + 1):
        suite.send(suite.seller, suite.alice, asset, 60 * M + 1)
    suite.send(suite.seller, suite.alice, asset, 60 * M)
    assert suite.ledger.balanceOf(suite.seller, asset) == 40 * M


def test_no_unit_is_pledged_twice(suite: Suite) -> None:
    asset = pledged(suite)
    with reverts("PledgedUnits", free=60 * M):
        suite.ledger.pledge(suite.seller, suite.alice, asset, 60 * M + 1, sender=suite.seller)
    suite.ledger.pledge(suite.seller, suite.alice, asset, 60 * M, sender=suite.seller)
    assert suite.ledger.holdingOf(asset, suite.seller) == (100 * M, 100 * M, 0)


def test_every_position_is_zero_or_the_minimum(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("BelowMinimumUnit", left=M - 1, minimum=M):
        suite.ledger.pledge(suite.seller, suite.bank, asset, M - 1, sender=suite.seller)
    with reverts("BelowMinimumUnit", left=M - 1):
        suite.ledger.pledge(suite.seller, suite.bank, asset, 99 * M + 1, sender=suite.seller)
    suite.ledger.pledge(suite.seller, suite.bank, asset, 2 * M, sender=suite.seller)
    with reverts("BelowMinimumUnit", left=M - 1):
        suite.ledger.release(suite.seller, asset, M + 1, sender=suite.bank)
    suite.ledger.release(suite.seller, asset, M, sender=suite.bank)
    assert suite.ledger.lienOf(asset, suite.seller, suite.bank) == M


def test_a_lien_can_be_seized_whole_whatever_the_holder_did(suite: Suite) -> None:
    asset = pledged(suite, M)
    suite.send(suite.seller, suite.alice, asset, 98 * M)
    suite.ledger.seize(suite.seller, suite.bank, asset, M, sender=suite.bank)
    assert suite.ledger.balanceOf(suite.bank, asset) == suite.ledger.balanceOf(suite.seller, asset) == M


def test_only_the_lienholder_releases_and_seizes(suite: Suite) -> None:
    asset = pledged(suite)
    for thief in (suite.seller, suite.alice, suite.officer):
        with reverts("InsufficientLien", pledged=0):
            suite.ledger.release(suite.seller, asset, M, sender=thief)
    with reverts("InsufficientLien", pledged=0):
        suite.ledger.seize(suite.seller, suite.alice, asset, M, sender=suite.alice)
    with reverts("InsufficientLien", pledged=40 * M, needed=40 * M + 1):
        suite.ledger.seize(suite.seller, suite.bank, asset, 40 * M + 1, sender=suite.bank)


def test_seized_units_go_only_where_they_may(suite: Suite) -> None:
    asset = pledged(suite)
    with reverts("OutsideScope", account=suite.carol.address):
        suite.ledger.seize(suite.seller, suite.carol, asset, M, sender=suite.bank)
    with reverts("SameAccount", account=suite.seller.address):
        suite.ledger.seize(suite.seller, suite.seller, asset, M, sender=suite.bank)
    suite.registry.suspend(suite.bank, sender=suite.officer)
    with reverts("ERC7943CannotSend", account=suite.bank.address):
        suite.ledger.seize(suite.seller, suite.alice, asset, M, sender=suite.bank)
    suite.ledger.release(suite.seller, asset, M, sender=suite.bank)  # letting go is always open


def test_who_may_pledge_to_whom(suite: Suite) -> None:
    asset = suite.circulating()
    with reverts("ERC1155MissingApprovalForAll", operator=suite.alice.address):
        suite.ledger.pledge(suite.seller, suite.bank, asset, M, sender=suite.alice)
    for lienholder in (suite.seller.address, "0x" + "00" * 20):
        with reverts("InvalidLienholder"):
            suite.ledger.pledge(suite.seller, lienholder, asset, M, sender=suite.seller)
    with reverts("OutsideScope"):
        suite.ledger.pledge(suite.seller, suite.carol, asset, M, sender=suite.seller)
    with reverts("ERC7943CannotReceive"):
        suite.ledger.pledge(suite.seller, suite.mallory, asset, M, sender=suite.seller)
    with reverts("NoUnits"):
        suite.ledger.pledge(suite.seller, suite.bank, asset, 0, sender=suite.seller)
    suite.ledger.setApprovalForAll(suite.alice, True, sender=suite.seller)
    suite.ledger.pledge(suite.seller, suite.bank, asset, M, sender=suite.alice)


def test_compliance_breaks_a_lien_and_forces_only_free_units(suite: Suite) -> None:
    asset = pledged(suite, 100 * M)
    with reverts("PledgedUnits", free=0):
        suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, M, sender=suite.officer)
    suite.ledger.breakLien(suite.seller, suite.bank, asset, 100 * M, sender=suite.officer)
    suite.ledger.forcedTransfer(suite.seller, suite.alice, asset, 100 * M, sender=suite.officer)
    assert suite.ledger.balanceOf(suite.alice, asset) == 100 * M


def test_frozen_units_are_neither_pledged_nor_seized(suite: Suite) -> None:
    asset = pledged(suite)
    suite.ledger.setFrozenTokens(suite.seller, asset, 59 * M, sender=suite.officer)
    with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=M):
        suite.ledger.pledge(suite.seller, suite.alice, asset, 2 * M, sender=suite.seller)
    suite.ledger.pledge(suite.seller, suite.alice, asset, M, sender=suite.seller)
    suite.ledger.setFrozenTokens(suite.seller, asset, 70 * M, sender=suite.officer)
    with reverts("ERC7943InsufficientUnfrozenBalance", unfrozen=30 * M):
        suite.ledger.seize(suite.seller, suite.bank, asset, 31 * M, sender=suite.bank)
    suite.ledger.seize(suite.seller, suite.bank, asset, 30 * M, sender=suite.bank)


def test_an_unknown_id(suite: Suite) -> None:
    for call in ("pledge", "breakLien"):
        with reverts("UnknownAsset", id=5):
            who = suite.seller if call == "pledge" else suite.officer
            getattr(suite.ledger, call)(suite.seller, suite.bank, 5, 1, sender=who)
