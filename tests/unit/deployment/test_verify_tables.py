"""What a deployer leaves in a table of ADMIN's beside the profile is found, on the development profile as deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caldera.deployment.verifier import verify
from caldera.evm.address import to_address
from tests.support.deployed import Deployed, build


@pytest.fixture(scope="module")
def applied() -> Deployed:
    return build()


@pytest.fixture
def deployed(applied: Deployed) -> Iterator[Deployed]:
    kept = list(applied.port._logs)
    with applied.chain.isolated():
        yield applied
    applied.port._logs[:] = kept
    applied.port.deployer = to_address(applied.made.deployer)


def act(deployed: Deployed, name: str, function: str, *values: object) -> None:
    """As whoever holds ADMIN, with its event."""
    admin = to_address(deployed.made.addresses["CalderaTimelock"])
    deployed.port.deployer = admin
    data = deployed.suite.function(name, function).encode(*values)
    deployed.port.send(deployed.made.addresses[name], data, deployed.port.nonce(admin))


def findings(deployed: Deployed) -> list[str]:
    return [str(one) for one in verify(deployed.profile, deployed.compiled, deployed.port, deployed.manifest)]


OTHER = "NodeQuorum"


@pytest.mark.parametrize(
    ("name", "function", "before", "after", "where"),
    [
        ("AssetCertificate", "setMeter", (1,), (7,), "AssetCertificate.meterOf(0x1)"),
        ("CirculationRouter", "setMeter", (), (7,), "CirculationRouter.meter()"),
        ("ReceivableModule", "addListener", (), (), "ReceivableModule.isListener(0x"),
        ("Securitisation", "admitPool", (), (), "Securitisation.isAdmitted(0x"),
        ("VerificationDesk", "setVerifiable", (1,), (True, False), "VerificationDesk.verifiable(0x1, 0x"),
    ],
)
def test_a_row_of_no_setting_is_found(
    deployed: Deployed, name: str, function: str, before: tuple[int, ...], after: tuple[int, ...], where: str
) -> None:
    assert findings(deployed) == []
    act(deployed, name, function, *before, deployed.made.addresses[OTHER], *after)
    (found,) = findings(deployed)
    assert found.startswith(f"parameter: {where}")
    assert "expected nothing set by the profile" in found


def test_what_was_taken_back_is_none(deployed: Deployed) -> None:
    nobody = "0x" + "00" * 20
    for meter in (deployed.made.addresses[OTHER], nobody):
        act(deployed, "AssetCertificate", "setMeter", 1, meter, 0)
        act(deployed, "CirculationRouter", "setMeter", meter, 0)
    assert findings(deployed) == []


def test_a_meter_that_is_written_down_is_none(deployed: Deployed) -> None:
    """What docs/fees.md asks of whoever sets one."""
    entry = {"set": "CirculationRouter.setMeter", "values": ["$FeeRouter", 1], "read": "meter"}
    kind = type(deployed.profile.settings[0])
    settings = (*deployed.profile.settings, kind.model_validate(entry))
    act(deployed, "CirculationRouter", "setMeter", deployed.made.addresses["FeeRouter"], 1)
    assert len(findings(deployed)) == 1
    written = deployed.profile.model_copy(update={"settings": settings})
    assert verify(written, deployed.compiled, deployed.port, deployed.manifest) == []
