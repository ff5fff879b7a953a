"""The unit registry of the file boundary; inside, numbers are plain floats in the schema's unit."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sim.foundation.errors import MachineError

if TYPE_CHECKING:
    import pint

_COUNTED = ("person", "shell", "drone", "missile", "bomb", "interceptor", "vehicle")


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
