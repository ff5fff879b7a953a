"""Axes of the front: their ground, the troops on them, and the belts in the way."""

from __future__ import annotations

from sim.scenario.schema.fields import Day, Knob, Number, Section, Series, Text, day, knob, number, series, text


class Belt(Section):
    """A town or a prepared line that stands in the attacker's way."""

    place: Text = text("name of the town or line", default="")
    at: Number = number("km", doc="distance from the line of the first day, + = towards the defender's rear")
    thickness: Number = number("km", ge=0, doc="depth of ground that the obstacle rules")
    defence: Number = number("dimensionless", ge=1, le=1000, doc="divides the attacker's speed; 1 is open field")


class Front(Section):
    """One axis of the front."""

    label: Text = text("name for figures")
    salient: Knob = knob(
        ge=0,
        le=1,
        doc="1 for a salient of the defender on the attacker's soil, 0 for a front on the defender's own",
        default=0,
    )
    lon: Knob = knob(ge=-180, le=180, doc="longitude of the axis's anchor, degrees east", default=0)
    lat: Knob = knob(ge=-90, le=90, doc="latitude of the axis's anchor, degrees north", default=0)
    bearing: Knob = knob(
        ge=0, le=360, doc="direction of the attacker's advance, degrees clockwise from north", default=0
    )
    opens: Day = day("day from which there is fighting on it; a day not after the start for a front that exists")
    length: Number = number("km", gt=0, doc="contact line")
    held: Number = number(
        "km**2", ge=0, doc="ground of the axis that the defender holds, the most that the attacker can take there"
    )
    taken: Number = number(
        "km**2", ge=0, doc="ground of the axis that the attacker holds, the most that the defender can take there"
    )
    defender: Number = number("person", gt=0, doc="this side's troops of the combat zone on this axis")
    attacker: Number = number("person", gt=0, doc="this side's troops on this axis, partners' troops included")
    attacker_weight: Number = number("dimensionless", ge=0, le=100, doc="worth of the axis to the attacker's command")
    defender_weight: Number = number("dimensionless", ge=0, le=100, doc="worth of the axis to the defender's command")
    planned_effort: Series = series(
        "dimensionless",
        ge=0,
        le=100,
        doc="effort of an offensive of the defender planned there, beyond what its command finds by itself",
    )
    recent_gain: Number = number("km**2/day", doc="mean net gain of the attacker over the last weeks before the start")
    usual_gain: Number = number(
        "km**2/day", gt=0, doc="mean gross gain of the attacker over the half year before the start"
    )
    field_defence: Number = number(
        "dimensionless", ge=1, le=1000, doc="the defender's protection on open ground: field works, rivers"
    )
    attacker_defence: Number = number(
        "dimensionless", ge=1, le=1000, doc="the attacker's protection against the defender's attacks"
    )
    belts: list[Belt]


SALIENT = 0.5
"""From this value of `salient` on a front counts as one."""
