"""What is known of the two sides."""

from __future__ import annotations

from sim.scenario.schema.fields import Name, Number, Section, Series, Text, name, number, series, text


class Side(Section):
    """What is known of one side; the two sides obey the same rules."""

    role: Name = name("attacker", "defender", doc="attacker: who holds the strategic offensive on the first day")
    label: Text = text("what to call it", default="")
    demonym: Text = text("the adjective that goes with it, like Northern", default="")
    leadership: Text = text("how a text names who decides there: a capital, a palace", default="")
    colour: Text = text("colour in figures, #rrggbb", default="")
    rear: Number = number("person", ge=0, doc="uniformed strength away from the line")
    reserve: Number = number("person", ge=0, doc="trained and uncommitted at the start")
    training: Number = number("person", ge=0, doc="in training at the start")
    hospital: Number = number("person", ge=0, doc="wounded who will return, at the start")
    absent: Number = number("person", ge=0, doc="absent without leave at the start")
    training_length: Number = number("day", gt=0, doc="call-up or contract to arrival at a unit")
    fill: Number = number("dimensionless", ge=0.01, le=1.5, doc="line strength over establishment at the start")
    killed_share: Number = number("dimensionless", ge=0, le=1, doc="killed over killed and wounded")
    return_share: Number = number("dimensionless", ge=0, le=1, doc="share of the wounded who return to duty")
    staff_memory: Number = number(
        "day", gt=0, doc="time over which its staff averages losses and intake: a monthly return"
    )
    hospital_length: Number = number("day", gt=0, doc="wound to return")
    absence_rate: Series = series("1/day", ge=0, doc="absence without leave a soldier of the line at the start's fill")
    absence_response: Number = number("dimensionless", ge=0, le=20, doc="growth of absence with missing fill")
    absence_return: Number = number("1/day", ge=0, doc="rate at which the absent come back")
    absence_final: Number = number("1/day", ge=0, doc="rate at which the absent are lost for good")
    commitment: Number = number("1/day", ge=0, le=1, doc="share of the reserve sent to the line a day at most")
    redeployment: Number = number("1/day", ge=0, le=1, doc="share of a misplaced line force moved a day")
    line_share: Number = number(
        "dimensionless", ge=0, le=1, doc="share of the trained who serve on the line, not in the rear"
    )
    comb_out: Number = number(
        "1/day", ge=0, doc="share of the rear sent to the line a day for each unit of missing fill"
    )
    emergency: Number = number(
        "1/day",
        ge=0,
        doc="share of the rear sent to the line a day when the enemy's gains run an e-fold ahead of the anchored pace",
    )
    discharge: Number = number("1/day", ge=0, doc="soldiers of line and rear discharged for age and health a day")
    infantry: Number = number("dimensionless", ge=0.01, le=1, doc="infantry over the line at the start")
    infantry_losses: Number = number("dimensionless", ge=0, le=1, doc="infantry's share of the line's losses")
    infantry_arrivals: Number = number("dimensionless", ge=0, le=1, doc="infantry's share of those who join the line")
    reassignment: Number = number(
        "1/day", ge=0, doc="share of the line's support made infantry a day for each unit of missing infantry"
    )
    support_worth: Number = number("dimensionless", ge=0, le=1, doc="elasticity of fires to men in support")
    seasoning: Number = number("day", ge=1, doc="time in which a new man comes up to the mean")
    attack_loss: Number = number("1/day", ge=0, doc="own losses a day and soldier when attacking with effort 1")
    defence_loss: Number = number("1/day", ge=0, doc="own losses a day and soldier under an attack of effort 1")
    quiet_loss: Number = number("1/day", ge=0, doc="own losses a day and soldier without any attack")
    effort: Number = number("dimensionless", ge=0, le=100, doc="attack effort at the start, mean over the line")
    shell_plan: Series = series("shell/day", ge=0, doc="shells fired a day when stocks allow")
    shell_cover: Number = number("day", gt=0, doc="days of plan in stock at which fire is rationed to half")
    drone_plan: Number = number("drone/day", ge=0, doc="tactical drones used a day when stocks allow")
    drone_cover: Number = number("day", gt=0, doc="days of plan in stock at which drones are rationed to half")
    drone_edge: Number = number(
        "dimensionless", ge=0.01, le=100, doc="hits a drone over the other side's, at the start"
    )
    edge_half_life: Number = number("day", gt=0, doc="time in which the enemy adapts to half of an edge in drones")
    bomb_plan: Series = series("bomb/day", ge=0, doc="glide bombs a day")
    shell_share: Number = number("dimensionless", ge=0, le=1, doc="share of enemy losses due to shells at the start")
    drone_share: Number = number("dimensionless", ge=0, le=1, doc="share of enemy losses due to tactical drones")
    bomb_share: Number = number("dimensionless", ge=0, le=1, doc="share of enemy losses due to glide bombs")
    arms_share: Number = number("dimensionless", ge=0, le=1, doc="share of enemy losses due to direct fire")
    vehicle_loss: Number = number("vehicle/day", ge=0, doc="armoured vehicles lost a day at the start's effort")
    vehicle_cover: Number = number("day", gt=0, doc="days of loss in stock below which armour is spared to half")
    works_growth: Number = number("1/day", ge=-1, le=1, doc="growth of its field works a day, in the logarithm")
    shells: Number = number("shell", ge=0, doc="stock at the start")
    vehicles: Number = number("vehicle", ge=0, doc="stock at the start: tanks and infantry fighting vehicles in units")
    drones: Number = number("drone", ge=0, doc="stock of tactical drones at the start")
    interceptors: Number = number("interceptor", ge=0, doc="air-defence missiles at the start")
    long_range_drones: Number = number("drone", ge=0, doc="stock of long-range drones at the start")
    missiles: Number = number("missile", ge=0, doc="stock of long-range missiles at the start")
    shell_output: Series = series("shell/day", ge=0, doc="own production of shells")
    drone_output: Series = series("drone/day", ge=0, doc="own production of tactical drones")
    vehicle_output: Series = series("vehicle/day", ge=0, doc="own production and refurbishment of armoured vehicles")
    vehicle_storage: Number = number("vehicle", ge=0, doc="vehicles in storage that can still be restored at the start")
    restored: Number = number(
        "dimensionless", ge=0, le=1, doc="share of `vehicle_output` restored from storage; it falls as storage empties"
    )
    interceptor_output: Series = series("interceptor/day", ge=0, doc="own production of interceptors")
    long_range_drone_output: Series = series("drone/day", ge=0, doc="own production of long-range drones")
    missile_output: Series = series("missile/day", ge=0, doc="own production of long-range missiles")
    intake: Series = series("person/day", ge=0, doc="people who enter service a day as things stand")
    fog: Number = number(
        "dimensionless", ge=0, le=3, doc="sd of the logarithm of what the side's command sees of the enemy"
    )


class Sides(Section):
    """Both sides, under their names in the file."""

    defender: Side
    attacker: Side
