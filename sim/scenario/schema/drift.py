"""How far the inputs of a forecast may depart from what is stated of them."""

from __future__ import annotations

from sim.scenario.schema.fields import number
from sim.scenario.schema.leaves import Number, Section


class Drift(Section):
    """How far what flows in wanders from what is stated of it.

    Each is the sd of the logarithm half a year after the last point stated; it grows as the root of time.
    """

    recruits: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="intake: sd of its drift")
    absence: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="absence rates: sd of its drift")
    artillery: Number = number(
        "dimensionless", default=0.0, ge=0, le=3, doc="output and planned use of shells: sd of its drift"
    )
    bombs: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="glide bombs: sd of its drift")
    drones: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="drone output: sd of its drift")
    long_range: Number = number(
        "dimensionless",
        default=0.0,
        ge=0,
        le=3,
        doc="output of long-range drones and missiles: sd of its drift",
    )
    vehicles: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="vehicle output: sd of its drift")
    interceptors: Number = number(
        "dimensionless", default=0.0, ge=0, le=3, doc="own output of interceptors: sd of its drift"
    )
    aid: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="each donor's will: sd of its drift")
    partners: Number = number("dimensionless", default=0.0, ge=0, le=3, doc="what partners sell: sd of its drift")


DRIFT_KEYS = {
    "intake": "recruits",
    "absence_rate": "absence",
    "shell_output": "artillery",
    "shell_plan": "artillery",
    "bomb_plan": "bombs",
    "drone_output": "drones",
    "long_range_drone_output": "long_range",
    "missile_output": "long_range",
    "vehicle_output": "vehicles",
    "interceptor_output": "interceptors",
    "will": "aid",
    "partners": "partners",
}
"""Which key of the drift says how far a series wanders, by its own key or its section's."""


def drift_key(path: str) -> str | None:
    """Return the key of the drift that holds for the series at a path; None for a plan, which is nobody's forecast."""
    parts = path.split(".")
    return DRIFT_KEYS.get(parts[0]) or DRIFT_KEYS.get(parts[-1])
