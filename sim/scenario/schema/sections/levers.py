"""Levers: the moves that an arm can make, each an instrument with a dose and a day."""

from __future__ import annotations

from sim.scenario.schema.fields import Day, Knob, Name, Number, Section, Text, day, knob, name, number, text


class Lever(Section):
    """A move that an arm can make: an instrument with a dose and a day."""

    instrument: Name = name(doc="which instrument it is")
    label: Text = text("what to call it", default="")


class Permission(Lever):
    """Long-range missiles allowed against the attacker's territory."""

    dose: Knob = knob(ge=0, le=1, doc="0 not permitted, 1 permitted")
    start: Day = day("day of the permission")
    lag: Number = number("day", gt=0, doc="permission to first use")
    resupply: Number = number("missile/month", ge=0, doc="missiles that come with it")


class Delivery(Lever):
    """More arms of one donor, rushed from its stocks."""

    donor: Name = name(doc="the ally that sends them")
    dose: Knob = knob(ge=0, le=100, doc="1 is the whole sum")
    start: Day = day("day of the decision")
    total: Number = number("Gusd", ge=0, doc="value")
    rate: Number = number("Gusd/month", gt=0, doc="fastest delivery beyond the usual flow")
    lag: Number = number("day", gt=0, doc="decision to delivery")
    shell: Knob = knob(
        ge=0, le=1, doc="share sent as artillery shells; without any share, as the donor's own stocks", default=0
    )
    vehicle: Knob = knob(ge=0, le=1, doc="share sent as armoured vehicles", default=0)
    drone: Knob = knob(ge=0, le=1, doc="share sent as tactical drones", default=0)
    interceptor: Knob = knob(ge=0, le=1, doc="share sent as air-defence missiles", default=0)
    long_range_drone: Knob = knob(ge=0, le=1, doc="share sent as long-range drones", default=0)
    missile: Knob = knob(ge=0, le=1, doc="share sent as long-range missiles", default=0)


class Production(Lever):
    """Money of allies for the defender's arms industry."""

    dose: Knob = knob(ge=0, le=100, doc="1 is the whole flow")
    start: Day = day("day on which money flows")
    flow: Number = number("Gusd/month", ge=0, doc="money a month")


class Withdrawal(Lever):
    """The defender's troops leave a salient."""

    front: Name = name(doc="the salient that they leave")
    dose: Knob = knob(ge=0, le=1, doc="share of the force that leaves")
    start: Day = day("day of the order")
    length: Number = number("day", gt=0, doc="time the withdrawal takes")
    quality: Number = number("dimensionless", ge=0.01, le=10, doc="worth of these troops over the mean")


class Training(Lever):
    """Better training, and replacements to veteran brigades."""

    dose: Knob = knob(ge=0, le=1, doc="how far it is done")
    start: Day = day("day of the reform")
    lengthening: Number = number("dimensionless", ge=0, le=10, doc="training length over today's")
    skill: Number = number("dimensionless", ge=0.01, le=10, doc="worth of a better trained man over today's")
    veteran_share: Number = number("dimensionless", ge=0, le=1, doc="share of new men sent to veteran brigades")
    added_intake: Number = number("person/day", ge=0, doc="further intake that comes with it")
    kit: Number = number(
        "Musd/person", default=0.0, ge=0, doc="training and kit of a man so added, taken from other aid"
    )


class Plan(Lever):
    """One plan of the allies: when, what, and with which voice."""

    volume: Knob = knob(
        ge=-1, le=1, doc="amounts: -1 each donor for itself (Nash), 0 as today, 1 as one planner would have them"
    )
    kinds: Knob = knob(
        ge=-1, le=1, doc="kinds at the same value: -1 each donor for itself, 0 as today, 1 as one planner"
    )
    timing: Knob = knob(ge=0, le=1, doc="deliveries earlier, at equal sums by the end of the window")
    haste: Knob = knob(ge=0, le=1, doc="shorter lags: what would come after the horizon comes before it", default=0)
    message: Knob = knob(ge=0, le=1, doc="discipline of message")
    start: Day = day("day on which the plan is agreed")
    ramp: Number = number("day", gt=0, doc="time until it works")
    window: Number = number("day", gt=0, doc="time at whose end deliveries are equal")
    front_load: Number = number("dimensionless", ge=0, le=1, doc="share by which the first deliveries are raised")
    lag_ratio: Number = number("dimensionless", ge=0.01, le=1, doc="lags under the plan over lags without")
    discipline: Number = number("dimensionless", ge=0, le=1, doc="share of incoherence that discipline removes")


class Levers(Section):
    """The moves that arms make, by any name; a file's own names stand here."""


INSTRUMENTS: dict[str, type[Lever]] = {
    "permission": Permission,
    "delivery": Delivery,
    "production": Production,
    "withdrawal": Withdrawal,
    "training": Training,
    "plan": Plan,
}
"""What a lever can be. None knows of another."""

ONCE = ("training", "plan")
"""Instruments of which a world has one lever at most."""
