"""What a check of a signature costs, with the precompiled contract of EIP-7951 and without; both say the same."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from caldera.contracts import LightProbe, structs
from caldera.devices import ORDER, Device, halves, series_of
from caldera.evm import Anvil, AnvilMissing, Chain, Revm
from tests.support.light import TEMPERATURE, build

MESSAGE = b"message"
DIGEST = sha256(MESSAGE).digest()


@pytest.fixture(params=["revm", "cancun", "osaka"])
def chain(request: pytest.FixtureRequest) -> Iterator[Chain]:
    """revm in process and anvil by the rules of Cancun have no such contract; by the rules of Osaka it is there."""
    if request.param == "revm":
        yield Revm()
        return
    try:
        node = Anvil(hardfork=request.param)
    except AnvilMissing as error:
        pytest.skip(str(error))
    with node:
        yield node


def test_the_same_everywhere(chain: Chain, request: pytest.FixtureRequest) -> None:
    probe = LightProbe.deploy(chain, sender=chain.account("anyone"))
    device = Device.of_secret(7)
    r, s = halves(device.sign(MESSAGE))
    good, gas = probe.verify(DIGEST, r, s, *device.public)
    assert good
    native = "osaka" in request.node.name
    # 6,900 for the contract itself (EIP-7951), and what leads to it
    assert gas < 9_000 if native else 150_000 < gas < 400_000
    print(f"{request.node.name}: {gas:,} gas")
    high = (ORDER - int.from_bytes(s)).to_bytes(32)
    wrong = [
        (bytes(32), r, s, *device.public),
        (DIGEST, r, high, *device.public),
        (DIGEST, s, r, *device.public),
        (DIGEST, r, s, *Device.of_secret(8).public),
        (DIGEST, r, s, bytes(32), bytes(32)),
        (DIGEST, r, s, device.public.y, device.public.x),
        (DIGEST, bytes(32), s, *device.public),
        (DIGEST, r, bytes(32), *device.public),
    ]
    assert not any(probe.verify(*one)[0] for one in wrong)


def test_what_calls_cost(chain: Chain, request: pytest.FixtureRequest) -> None:
    """Whole transactions; eight observations each by a signature of its own, and under one."""
    light = build(chain)
    native = "osaka" in request.node.name
    used: dict[str, int] = {}
    devices = light.devices("alpha", "beta", "gamma", "delta")
    secret = light.fresh()
    proof = secret.prove(light.there, 1, light.alpha.address, TEMPERATURE)
    made = light.register.registerDevice(1, *secret.public, TEMPERATURE, proof, sender=light.alpha)
    used["registerDevice"] = made.gas_used
    used["submit, first of a window"] = light.observe((devices[0], 5)).gas_used
    used["submit, second"] = light.observe((devices[1], 5)).gas_used
    used["submit, third and fourth"] = light.observe((devices[2], 5), (devices[3], 5)).gas_used
    used["settle four"] = light.settle(light.close()).gas_used
    series = [series_of(str(i), "", "") for i in range(8)]
    light.light.openSeries(TEMPERATURE, series, sender=light.officer)
    pairs = [light.signed(devices[0], 5, one) for one in series]
    call = light.light.submit([one for one, _ in pairs], [two for _, two in pairs], sender=light.stranger)
    used["submit, eight series"] = call.gas_used
    readings = [structs.LightReading(one, light.now, 5) for one in series]
    signature = light.secrets[devices[1]].observe_all(light.here, devices[1], readings, 600)
    used["submitBatch, the same eight"] = light.light.submitBatch(
        devices[1], readings, signature, sender=light.stranger
    ).gas_used
    print(request.node.name, *(f"{name}: {gas:,}" for name, gas in used.items()), sep="\n  ")
    one = 8_000 if native else 250_000
    assert used["submit, second"] > one
    assert used["submitBatch, the same eight"] < used["submit, eight series"] - 6 * one
