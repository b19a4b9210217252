"""The steps of genesis, as an economy asks for them."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from .economy import LATEST_START, MONTH, SUPPLY, Economy
from .errors import ProfileInvalid
from .names import ZERO_ADDRESS
from .profile import Profile, SettingEntry
from .units import WAD_DECIMALS, scaled


def with_economy(profile: Profile) -> Profile:
    """The profile with what its economy stands for: every `=path`, such as `=fees.node`, replaced by its value, and the
    steps of genesis put before the settings.

    :raises ProfileInvalid: a path that the economy does not have, or no economy
    """
    economy, problems = profile.economy, list[str]()
    values = _values(economy) if economy else {}

    def resolved(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("="):
            if value[1:] not in values:
                known = ", ".join(sorted(values)) or "no economy: include one, such as circulation.yml"
                problems.append(f"{value}: the economy has no such value; it has {known}")
            return values.get(value[1:], 0)
        if isinstance(value, list):
            return [resolved(item) for item in value]
        if isinstance(value, dict):
            return {key: resolved(item) for key, item in value.items()}
        return value

    contracts = [entry.model_copy(update={"args": resolved(entry.args)}) for entry in profile.contracts]
    settings = [
        entry.model_copy(update={name: resolved(getattr(entry, name)) for name in ("key", "values", "expect")})
        for entry in profile.settings
    ]
    if economy and profile.begins is None:
        problems.append("begins: an economy begins at a second; write the time stamp of genesis")
    if problems:
        raise ProfileInvalid("economy", problems)
    if economy and profile.begins is not None:
        settings = [*genesis_settings(economy, profile.begins), *settings]
    return profile.model_copy(update={"contracts": contracts, "settings": settings})


def genesis_settings(economy: Economy, begins: int) -> list[SettingEntry]:
    """The allocations of the vesting vault, with bounds that hold for ever, and the distribution of the supply."""
    made: list[SettingEntry] = []
    shares: list[list[Any]] = []
    calls: list[str] = []
    numbers: dict[str, int] = {}
    for one in economy.allocations:
        call = b""
        if one.funds == "allocation":
            unlocking = economy.unlocking[one.name]
            number = numbers[one.holder] = numbers.get(one.holder, 0) + 1
            bounds = {
                "earliestStart": begins + unlocking.after_months * MONTH,
                "latestStart": begins + LATEST_START,
                "shortest": unlocking.shortest_months * MONTH,
                "longest": unlocking.longest_months * MONTH,
                "revocable": unlocking.revocable,
            }
            made.append(
                SettingEntry(
                    set=f"{one.holder[1:]}.openAllocation",
                    values=[_word(one.name), bounds],
                    read="boundsOf",
                    read_key=[number],
                )
            )
            call = keccak(text="fund(uint8,uint96)")[:4] + encode(["uint8", "uint96"], [number, one.amount])
        elif one.funds == "budget":
            call = keccak(text="fund(uint256)")[:4] + encode(["uint256"], [one.amount])
        shares.append([_word(one.name), one.kind.value, one.holder, one.amount])
        calls.append("0x" + call.hex())
    values: list[Any] = ["$EraToken", shares, calls]
    made.append(SettingEntry(set="Genesis.distribute", values=values, read="allocations", read_key=[], expect=[shares]))
    return made


def allocation_numbers(profile: Profile) -> dict[str, tuple[str, int]]:
    """The vested allocations of the economy by name: the vault's name, and the number that the allocation has there."""
    found: dict[str, tuple[str, int]] = {}
    for one in profile.economy.allocations if profile.economy else ():
        if one.funds == "allocation":
            vault = one.holder[1:]
            found[one.name] = (vault, sum(1 for name, _ in found.values() if name == vault) + 1)
    return found


def require_grants(profile: Profile) -> None:
    """
    :raises ProfileInvalid: a grant of no allocation, outside of its bounds, more than the allocation has, or so little
        in all that nobody could govern
    """
    _require_voters(profile)
    if not profile.grants:
        return
    numbers, problems = allocation_numbers(profile), list[str]()
    if profile.economy is None:
        raise ProfileInvalid("grants", ["grants: they come out of an economy's allocations; include an economy"])
    if len({vault for vault, _ in numbers.values()}) > 1:
        problems.append("grants: the allocations lie in several vaults; first grants are made in one")
    for place, entry in enumerate(profile.grants):
        where = f"grants.{place}"
        if entry.of not in numbers:
            problems.append(f"{where}.of: no vested allocation {entry.of!r}; there are {', '.join(numbers)}")
            continue
        unlocking = profile.economy.unlocking[entry.of]
        months = entry.over_months or unlocking.over_months
        if not unlocking.shortest_months <= months <= unlocking.longest_months:
            shown = f"{unlocking.shortest_months} to {unlocking.longest_months}"
            problems.append(f"{where}.over_months: {entry.of} vests over {shown} months")
        if entry.revocable and not unlocking.revocable:
            problems.append(f"{where}.revocable: grants of {entry.of} cannot be revoked")
    for name in numbers:
        given = sum(scaled(entry.era, WAD_DECIMALS) for entry in profile.grants if entry.of == name)
        if given > profile.economy.amount(name):
            problems.append(f"grants: {name} has {profile.economy.amount(name)} wei, and {given} are granted")
    if problems:
        raise ProfileInvalid("grants", problems)


def _require_voters(profile: Profile) -> None:
    """Where a governor takes over, grants of the first day have to reach its quorum, and one its threshold: all other
    ERA lies with contracts that do not vote, and only governance could give it to anybody."""
    if profile.economy is None:
        return
    for entry in profile.contracts:
        if entry.contract_type != "CalderaGovernor":
            continue
        terms = next((value for value in entry.args if isinstance(value, dict) and "quorumBps" in value), None)
        if terms is None:
            raise ProfileInvalid("contracts", [f"{entry.name}: write its terms as a mapping of their names"])
        given = [scaled(grant.era, WAD_DECIMALS) for grant in profile.grants]
        needed = SUPPLY * int(terms["quorumBps"]) // 10_000
        most, threshold = max(given, default=0), int(terms["proposalThreshold"])
        if sum(given) < needed or most < threshold:
            said = f"{needed} votes, and {threshold} to propose; the first grants have {sum(given)}, {most} at most"
            raise ProfileInvalid("grants", [f"grants: nobody could govern: {entry.name} needs {said}"])


def _values(economy: Economy) -> dict[str, int | str]:
    """What `=path` may name. Days are seconds, ERA is wei."""
    terms, fees, staking = economy.circulation, economy.fees, economy.staking
    return {
        **{f"fees.{name}": getattr(fees, name) for name in type(fees).model_fields},
        **{f"staking.{name}": getattr(staking, name) for name in type(staking).model_fields},
        "circulation.epoch": terms.epoch_days * 86_400,
        "circulation.wash_epochs": terms.wash_epochs,
        "circulation.vesting": terms.vesting_days * 86_400,
        "circulation.entity_cap": scaled(terms.entity_cap_era, WAD_DECIMALS),
        "circulation.verifier_bps": terms.verifier_bps,
        "governance.growth": "$CirculationGrowth" if economy.governance.doubling_needs_growth else ZERO_ADDRESS,
    }


def _word(name: str) -> str:
    return "0x" + name.encode().ljust(32, b"\0").hex()
