"""The least and the most that a quantity may be, by its unit: generous limits that only a slip passes.

A field states its own bounds where it has better ones (a share, an exponent); these fill the sides it leaves open, so
that every number has two. They are limits of arithmetic and of the world, not opinions: a war ten times as large as
any known fits inside, and what fits inside plays without overflow. Fields without a unit state both bounds themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.schema.leaves import Bounds


@dataclass(frozen=True)
class Magnitude:
    """Limits of a unit.

    Parameters
    ----------
    least : float
        Smallest allowed where a number must be above zero: what is smaller is divided by and means nothing.
    most : float
        Largest allowed; its negative is the smallest where numbers below zero make sense.
    why : str
        What the limits are.
    """

    least: float
    most: float
    why: str


MAGNITUDES = {
    "person": Magnitude(1.0, 1e8, "one soldier; more than all armies of the Second World War together"),
    "person/day": Magnitude(1e-3, 1e6, "more than any mobilisation called up"),
    "person/km": Magnitude(0.1, 1e6, "one soldier on ten kilometres; shoulder to shoulder in a thousand ranks"),
    "km": Magnitude(0.1, 1e4, "a hundred metres; a quarter of the way round the earth"),
    "km2": Magnitude(0.01, 2e7, "a field; more than the largest country"),
    "km2/day": Magnitude(1e-6, 1e5, "a square metre; ten times what the fastest campaigns took"),
    "day": Magnitude(0.01, 36525.0, "a quarter of an hour; a century"),
    "month": Magnitude(0.01, 1200.0, "some hours; a century"),
    "1/day": Magnitude(1e-6, 1.0, "one in a million; all of it in a day"),
    "1/month": Magnitude(1e-6, 31.0, "one in a million; once a day"),
    "shell": Magnitude(1.0, 1e9, "as many as the First World War fired"),
    "shell/day": Magnitude(1e-3, 1e7, "ten times the heaviest bombardment of a day"),
    "bomb/day": Magnitude(1e-3, 1e5, "more than any air force flies"),
    "drone": Magnitude(1.0, 1e9, "ten for every soldier that the limits allow"),
    "drone/day": Magnitude(1e-3, 1e7, "more than the world makes"),
    "vehicle": Magnitude(1.0, 1e6, "more armour than was ever built by one side"),
    "vehicle/day": Magnitude(1e-3, 1e4, "a hundred times what the Second World War built"),
    "interceptor": Magnitude(1.0, 1e6, "more than the world holds"),
    "interceptor/day": Magnitude(1e-3, 1e4, "a thousand times what the world makes"),
    "interceptor/missile": Magnitude(1e-3, 1e3, "a thousand for one"),
    "interceptor/drone": Magnitude(1e-3, 1e3, "a thousand for one"),
    "missile": Magnitude(1.0, 1e6, "more than the world holds"),
    "missile/day": Magnitude(1e-3, 1e4, "a hundred times what the world makes"),
    "missile/month": Magnitude(1e-3, 3e5, "a hundred times what the world makes"),
    "1/drone": Magnitude(1e-9, 1.0, "one breaks everything"),
    "1/missile": Magnitude(1e-9, 1.0, "one breaks everything"),
    "Musd": Magnitude(1e-6, 1e6, "a dollar; a trillion of them"),
    "Gusd": Magnitude(1e-6, 1e5, "a thousand dollars; the product of the world in a year"),
    "Gusd/month": Magnitude(1e-4, 1e4, "a hundred thousand dollars; the product of the world"),
    "Gusd/day": Magnitude(1e-6, 1e3, "a thousand dollars; more than the product of the world"),
}


def bounds_for(
    unit: str, ge: float | None = None, gt: float | None = None, le: float | None = None, lt: float | None = None
) -> Bounds:
    """Return the stated bounds, with the sides left open filled by the limits of `unit` (if it has any).

    A number that must be above zero must reach the unit's least: the next number to zero is above it too, and
    would be divided by.
    """
    limits = MAGNITUDES.get(unit.replace("**", ""))
    if limits is None:
        return Bounds(ge, gt, le, lt)
    if gt == 0.0:
        gt, ge = None, limits.least
    if ge is None and gt is None:
        ge = -limits.most
    if le is None and lt is None:
        le = limits.most
    return Bounds(ge, gt, le, lt)
