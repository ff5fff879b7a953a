"""The unit registry of the file boundary; inside, numbers are plain floats in the schema's unit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim.foundation.errors import MachineError, nearest

if TYPE_CHECKING:
    import pint

_MONEY = re.compile(
    r"^(?:(thousand|k|million|m|mn|billion|bn|b)\b[ .]*)?(?:us)?(?:d\b|\$|dollars?\b)(.*)$", re.IGNORECASE
)
_SCALE = re.compile(r"^(thousand|million|billion)s?\b", re.IGNORECASE)
_TIMES = {"": "", "t": "k", "k": "k", "m": "M", "b": "G"}
_UNIT = re.compile(r"(?:[A-Za-z_%/*^ ()-]|(?<!\d)\d(?!\d))*")
_TOWER = re.compile(r"(\*\*|\^)[^A-Za-z]*(\*\*|\^)")
_POWER = re.compile(r"\b([A-Za-z]+)([23])\b")
_COMMON = (
    "km", "km2", "km/day", "km2/day", "day", "week", "month", "year", "1/day", "1/month", "person",
    "person/day", "person/month", "person/km", "shell", "shell/day", "drone", "drone/month", "missile",
    "missile/month", "bomb", "interceptor", "vehicle", "vehicle/month", "usd", "kusd", "Musd", "Gusd",
    "Gusd/month", "percent",
)  # fmt: skip
_COUNTED = ("person", "shell", "drone", "missile", "bomb", "interceptor", "vehicle")

DAYS_IN_MONTH = 365.25 / 12
"""On average."""

USUAL = {
    ("", "dimensionless"): 1.0,
    ("%", "dimensionless"): 0.01,
    ("percent", "dimensionless"): 0.01,
    ("km**2/day", "km2/day"): 1.0,
    ("week", "day"): 7.0,
    ("month", "day"): DAYS_IN_MONTH,
    ("year", "day"): 365.25,
    ("1/week", "1/day"): 1 / 7,
    ("Musd", "Gusd"): 0.001,
    ("Musd/month", "Gusd/month"): 0.001,
    **{(f"{one}/month", f"{one}/day"): 12 / 365.25 for one in ("1", "Gusd", *_COUNTED)},
    **{(f"{one}/year", f"{one}/day"): 1 / 365.25 for one in ("1", "Gusd", *_COUNTED)},
}
"""What one unit is in another, for the pairs that files write most: to import pint takes longer than to read such a file."""


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """Return the registry: counted things and money are dimensions of their own, so that men are never shells.

    Raises
    ------
    MachineError
        If pint cannot be imported, or does not know a kilometre: no unit of the user's is then to blame.
    """
    try:
        import pint

        units: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=False, cache_folder=None)
        for name in _COUNTED:
            units.define(f"{name} = [{name}]")
        units.define("usd = [money]")
        units.parse_units("km**2/day")
    except Exception as error:
        raise MachineError(f"pint cannot be used ({type(error).__name__}: {error})") from error
    return units


class UnitError(ValueError):
    """A unit that is not understood; the message says what is allowed."""


def parse_unit(unit: str) -> Any:
    """Return the pint unit that people write as ``km2/day``, ``Gusd``, ``percent``; nothing is dimensionless.

    Raises
    ------
    UnitError
    """
    if re.search(r"\b(rub|rubles?|roubles?)\b", unit, re.IGNORECASE):
        raise UnitError(f"found unit '{unit}' - money is in usd; convert roubles at the rate of the source's own date")
    if (money := _MONEY.match(unit)) and not unit.startswith("usd"):
        scale = _TIMES[(money[1] or "").lower()[:1]]
        raise UnitError(f"found unit '{unit}' - write '{scale}usd{money[2].strip()}'")
    if _SCALE.match(unit):
        raise UnitError(f"found unit '{unit}' - write the number out, as 10e6 for ten million")
    if not _UNIT.fullmatch(unit) or _TOWER.search(unit):  # pint would reckon 9**9**9 if it were asked to
        raise UnitError(f"found unit '{unit}' - a unit is written like {', '.join(_COMMON[:6])}")
    known = registry()
    try:
        return known.parse_units(_POWER.sub(r"\1**\2", unit.replace("%", "percent")))
    except Exception as error:  # pint raises many kinds, also from the tokenizer; that it works at all is known
        raise UnitError(f"found unit '{unit}', which is unknown{nearest(unit, _COMMON)}") from error
