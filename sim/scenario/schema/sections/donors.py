"""Who gives or sells: allies, what they do together, mediators, and partners of the attacker."""

from __future__ import annotations

from sim.scenario.schema.fields import (
    Choice,
    Day,
    Knob,
    Number,
    Section,
    Series,
    Text,
    choice,
    day,
    knob,
    number,
    series,
    text,
)
from sim.scenario.schema.sections.kinds import Basket, MoneyUse


class Ally(Section):
    """A donor."""

    label: Text = text("name for figures")
    industry_share: Knob = knob(ge=0, le=1, doc="weight in who pays for levers of production", default=0)
    capacity: Number = number("Gusd/month", ge=0, doc="military aid a month at the start's will")
    best_year: Number = number("dimensionless", ge=1, le=20, doc="its best year's military aid over the mean year's")
    gdp: Number = number("Gusd", gt=0, doc="product of a year, in what speaks for its interest by size")
    distance: Number = number("km", gt=0, doc="capital to the defender's capital")
    backlog: Number = number("Gusd", ge=0, doc="pledged and not delivered at the start")
    lag: Number = number("day", gt=0, doc="pledge to delivery, mean")
    will: Series = series(
        "dimensionless", ge=0, le=100, doc="will over the start's, as expected on the day: elections, budgets"
    )
    turn: Day = day("day on which its course may change: an election, a new government")
    turned: Number = number("dimensionless", ge=0, le=100, doc="will after that day over will before")
    taste: Basket


class Donors(Section):
    """The donors' game: what they play for, and how they answer the front."""

    benefit: Choice = choice(
        "flow",
        "near",
        "equal",
        doc="what a donor's share of the common benefit goes by: its gifts, its size and nearness, or all alike",
    )
    distance_decay: Number = number("dimensionless", ge=0, le=3, doc="how fast interest fades with distance, exponent")
    theta: Number = number(
        "dimensionless", ge=0, le=1, doc="weight of the others' benefit in today's giving: 0 none, 1 a single planner"
    )
    private_share: Number = number("dimensionless", ge=0, le=0.95, doc="share of private motives in today's giving")
    convexity: Number = number("dimensionless", ge=0.1, le=50, doc="how fast giving becomes dearer, exponent of cost")
    yielding: Number = number(
        "dimensionless", ge=0.001, le=5, doc="how easily tastes for kinds yield to what they are worth"
    )
    returns: Number = number("dimensionless", ge=0.05, le=0.95, doc="elasticity of the ground kept to a kind of aid")
    dearer: Number = number(
        "dimensionless",
        default=0.0,
        ge=0,
        le=0.95,
        doc="elasticity of the price of a further unit of arms to output beyond the capacity of makers",
    )
    makers_growth: Number = number(
        "1/year", default=0.0, ge=0, le=10, doc="growth of that capacity, of the start's, a year"
    )
    upkeep_share: Number = number(
        "dimensionless", default=0.0, ge=0, le=0.95, doc="share of the defender's upkeep that came as other aid"
    )
    upkeep_memory: Number = number(
        "day", default=90.0, ge=1, doc="time over which more or less of other aid is felt at the front"
    )
    outlook: Number = number("day", ge=7, le=1000, doc="time over which donors count what a gift keeps")
    sight: Number = number("day", ge=1, doc="time in which donors take in that the worth of kinds has changed")
    front_response: Number = number("dimensionless", ge=-3, le=3, doc="elasticity of giving to the attacker's gains")
    turn_length: Number = number("day", gt=0, doc="time over which a new government makes its course felt")
    package_wait: Number = number("day", ge=0, le=1000, doc="mean time for which money voted waits for its package")
    money_use: MoneyUse
    money_lag: Number = number("day", gt=0, doc="order to delivery in the defender's own industry")


class Mediator(Section):
    """A leader who may call alone."""

    label: Text = text("name for figures")
    calls: Number = number("1/month", ge=0, doc="uncoordinated calls or plans a month")
    until: Day = day("day on which the reason for such calls ends")
    credit: Number = number("dimensionless", ge=0, le=100, doc="incoherence that one call adds")


class Partner(Section):
    """A partner of the attacker."""

    label: Text = text("name for figures")
    shells: Series = series("shell/day", ge=0, doc="shells sold a day as things stand")
    missiles: Series = series("missile/day", ge=0, doc="missiles sold a day")
    long_range_drones: Series = series("drone/day", ge=0, doc="long-range drones sold a day")
    drones: Series = series("drone/day", ge=0, doc="parts for tactical drones a day, in drones")
    vehicles: Series = series("vehicle/day", ge=0, doc="parts and machine tools a day, in vehicles")
    troops: Series = series("person/day", ge=0, doc="troops sent a day")
    need_response: Number = number("dimensionless", ge=0, le=5, doc="elasticity of sales to the attacker's need")
    resolve_response: Number = number(
        "dimensionless", ge=-10, le=10, doc="change of sales when the allies look sure to stay"
    )
    lag: Number = number("day", gt=0, doc="sale to arrival")
