"""Kinds of goods: what each costs, and what money is spent on."""

from __future__ import annotations

from sim.scenario.schema.fields import Number, Section, number


class Basket(Section):
    """Shares of value by kind of aid."""

    shell: Number = number("dimensionless", ge=0, le=1, doc="artillery shells")
    vehicle: Number = number("dimensionless", ge=0, le=1, doc="armoured vehicles")
    drone: Number = number("dimensionless", ge=0, le=1, doc="tactical drones")
    interceptor: Number = number("dimensionless", ge=0, le=1, doc="air-defence missiles")
    long_range_drone: Number = number("dimensionless", ge=0, le=1, doc="long-range drones")
    missile: Number = number("dimensionless", ge=0, le=1, doc="long-range missiles")
    money: Number = number("dimensionless", ge=0, le=1, doc="money for the defender's own arms industry")
    other: Number = number(
        "dimensionless", ge=0, le=1, doc="what the model has no use for: training, upkeep, engineers"
    )


class Kind(Section):
    """One kind of aid in kind."""

    price: Number = number("Musd", gt=0, doc="price of one unit (of one million dollars for money and the rest)")


class Kinds(Section):
    """Every kind of aid."""

    shell: Kind
    vehicle: Kind
    drone: Kind
    interceptor: Kind
    long_range_drone: Kind
    missile: Kind
    money: Kind
    other: Kind


class MoneyUse(Section):
    """What the defender's industry makes of money, shares of value."""

    drone: Number = number("dimensionless", ge=0, le=1, doc="tactical drones")
    long_range_drone: Number = number("dimensionless", ge=0, le=1, doc="long-range drones")
    shell: Number = number("dimensionless", ge=0, le=1, doc="artillery shells")
    missile: Number = number("dimensionless", ge=0, le=1, doc="long-range missiles")
