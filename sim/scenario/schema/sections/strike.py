"""Strikes in depth: targets, missiles and long-range drones."""

from __future__ import annotations

from sim.scenario.schema.fields import Name, Number, Section, Text, name, number, text


class Target(Section):
    """A class of targets of deep strikes."""

    label: Text = text("name for figures")
    side: Name = name(doc="the side that owns it; the other one strikes it")
    costs: Name = name("shells", "bombs", "attacks", "output", doc="what its owner loses with its capacity")
    effect: Number = number("dimensionless", ge=0, le=1, doc="share of that lost when all capacity is")
    troops: Number = number(
        "person", ge=0, doc="casualties when a missile arrives, where troops are massed", default=0.0
    )
    revenue: Number = number(
        "dimensionless", ge=0, le=100, doc="draw on the fiscal buffer added by the loss of all capacity", default=0.0
    )
    drone_damage: Number = number("1/drone", ge=0, doc="share of capacity lost to one drone that arrives")
    missile_damage: Number = number("1/missile", ge=0, doc="share of capacity lost to one missile that arrives")
    repair: Number = number("day", gt=0, doc="half-life of damage")
    dispersal_start: Number = number("dimensionless", ge=0, le=1, doc="share of targets out of reach at the start")
    accessible: Number = number("dimensionless", ge=0, le=1, doc="share that missiles may strike without permission")
    weight: Number = number(
        "dimensionless", ge=0, le=100, doc="weight among the targets of the striker's launches at the start"
    )
    damage: Number = number("dimensionless", ge=0, le=1, doc="capacity lost at the start")


class Strike(Section):
    """Deep strikes of both sides and what they take."""

    drone_arrival: Number = number("dimensionless", ge=0, le=1, doc="the defender's long-range drones that arrive")
    missile_arrival: Number = number("dimensionless", ge=0, le=1, doc="the defender's missiles that arrive")
    missile_pace: Number = number("1/day", ge=0, le=1, doc="share of the missile stock fired a day when permitted")
    missile_restraint: Number = number("dimensionless", ge=0, le=1, doc="the same without permission, over that pace")
    drone_pace: Number = number("1/day", ge=0, le=1, doc="share of the drone stock launched a day")
    attacker_drone_pace: Number = number("1/day", ge=0, le=1, doc="share of the attacker's drone stock launched a day")
    attacker_missile_pace: Number = number(
        "1/day", ge=0, le=1, doc="share of the attacker's missile stock launched a day"
    )
    drone_intercept: Number = number(
        "dimensionless", ge=0, le=1, doc="the attacker's drones neutralised when defence is supplied"
    )
    missile_intercept: Number = number(
        "dimensionless", ge=0, le=1, doc="the attacker's missiles intercepted when it is supplied"
    )
    interceptors_each: Number = number("interceptor/missile", ge=0, doc="interceptors spent a missile of the attacker")
    interceptors_drone: Number = number("interceptor/drone", ge=0, doc="interceptors spent a drone of the attacker")
    interceptor_cover: Number = number("day", gt=0, doc="days of use in stock at which defence is half supplied")
    carrier_threat: Number = number(
        "dimensionless",
        ge=0,
        le=5,
        doc="glide bombs kept away by the defender's air defence as it is supplied at the start, in the logarithm",
    )
    targeting: Number = number(
        "dimensionless", ge=0, le=100, doc="how surely launches go where most effect is expected; 0: as at the start"
    )
    pace_step: Number = number(
        "dimensionless", ge=0, le=5, doc="by how much a slower or a faster pace of launches differs, in the logarithm"
    )
    dispersal_step: Number = number(
        "dimensionless", ge=0, le=5, doc="by how much what is exposed may change a week, in the logarithm"
    )
    targets: dict[str, Target]
