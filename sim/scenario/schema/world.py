"""The shape of the world: every quantity a scenario must state, with its unit, its bounds and what it means.

`World` is a template: where it has fields ``defender`` and ``attacker`` a file has the names of its two sides, and
``levers`` have whatever names the file gives them. `sim.scenario.schema.naming.schema_for` puts a file's names in.

The world holds no numbers of its own: each leaf is filled by a scenario, with value, range, date, source and grade.
Equations that use a quantity are in the rule module that carries its name; `docs/model.md` has them in order.
"""

from __future__ import annotations

from pydantic import Field

from sim.scenario.schema.drift import Drift
from sim.scenario.schema.fields import (
    Choice,
    Day,
    Knob,
    Name,
    Number,
    Section,
    Series,
    Text,
    choice,
    day,
    knob,
    name,
    number,
    series,
    text,
)


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


class Combat(Section):
    """Close combat: a generalised Lanchester law with open exponents."""

    law: Choice = choice(
        "open",
        "square",
        "linear",
        "logarithmic",
        "mixed",
        "opposition",
        doc="what losses follow: strengths with the exponents below, a pure law of them, or the ratio of strengths",
        default="open",
    )
    own_exponent: Number = number("dimensionless", ge=0, le=1, doc="exponent of the loser's own strength")
    enemy_exponent: Number = number("dimensionless", ge=0, le=1, doc="exponent of the enemy's strength")
    cover: Number = number("dimensionless", ge=0, le=1, doc="exponent with which works shield the defender")
    ceding_relief: Number = number("dimensionless", ge=0, le=1, doc="losses spared by giving ground on order")
    shell_elasticity: Number = number("dimensionless", ge=0, le=1, doc="elasticity of losses to shells")
    drone_elasticity: Number = number("dimensionless", ge=0, le=1, doc="elasticity of losses to drones")
    bomb_elasticity: Number = number("dimensionless", ge=0, le=1, doc="elasticity of losses to glide bombs")
    strain: Number = number("1/day", gt=0, doc="loss rate at which an offensive runs down to half its speed")
    strain_memory: Number = number("day", ge=1, doc="memory of an army for its own losses")


class Movement(Section):
    """Movement: defenders a kilometre, ground, season and luck."""

    response: Choice = choice(
        "contest", "power", "product", doc="how speed answers to local power: rivals that the record cannot tell apart"
    )
    steepness: Number = number("dimensionless", ge=0.1, le=10, doc="exponent of local power under `power`")
    spread: Number = number(
        "dimensionless", ge=0.1, le=100, doc="sd of the contest in units of the logarithm of local power"
    )
    top_speed: Number = number(
        "km/day", ge=0.01, le=100, doc="speed of a war of movement, of a unit effort under `contest`"
    )
    effort_elasticity: Number = number("dimensionless", ge=0, le=5, doc="elasticity of local power to effort")
    ratio_elasticity: Number = number("dimensionless", ge=0, le=5, doc="its elasticity to the ratio of strengths")
    density_elasticity: Number = number(
        "dimensionless", ge=0, le=5, doc="its elasticity to defenders a kilometre, as a divisor"
    )
    kill_zone: Number = number(
        "dimensionless", ge=0, le=5, doc="hits that an attack takes on its way at the start's fires"
    )
    pooling: Number = number("dimensionless", ge=0, le=1, doc="share of an axis's own pace that is forgotten")
    brake: Number = number(
        "dimensionless", ge=0, le=5, doc="local power lost for each e-fold that gains run ahead of the anchored pace"
    )
    brake_memory: Number = number("day", ge=1, doc="time over which the defender sees that they do")
    pace: Number = number(
        "dimensionless", ge=0.01, le=100, doc="pace of the start, season and luck apart, over the usual gains"
    )
    half_density: Number = number("person/km", gt=0, doc="manning at which half the line's resistance is gone")
    gap_exponent: Number = number("dimensionless", ge=0, le=10, doc="steepness of the gap in manning")
    ratio_exponent: Number = number("dimensionless", ge=0, le=10, doc="m in the odds x^m/(1+x^m) of a fight")
    attack_fire: Number = number("dimensionless", ge=0, le=5, doc="elasticity of speed to the attacker's fires")
    armour: Number = number("dimensionless", ge=0, le=5, doc="elasticity of speed to the attacker's vehicles")
    defence_armour: Number = number(
        "dimensionless",
        default=0.0,
        ge=0,
        le=5,
        doc="elasticity of local power to the defending side's vehicles, as a divisor",
    )
    upkeep: Number = number(
        "dimensionless",
        default=0.0,
        ge=0,
        le=5,
        doc="elasticity of the defender's power, holding or attacking, to its upkeep",
    )
    bomb_breach: Number = number("dimensionless", ge=0, le=5, doc="elasticity of works to glide bombs, as a divisor")
    ceding_speed: Number = number(
        "dimensionless", ge=0, le=100, doc="extra speed of the enemy where ground is given on order"
    )
    breakthrough: Number = number(
        "dimensionless", ge=0, le=1000, doc="speed gained when gap, reserves and tempo come together"
    )
    breakthrough_gap: Number = number("dimensionless", ge=0.01, le=1, doc="gap at which that is half reached")
    breakthrough_reserve: Number = number(
        "dimensionless", ge=0.001, le=10, doc="reserve over line strength that half suffices"
    )
    reach: Number = number("km", gt=0, doc="advance beyond the supply head at which an attack runs at half speed")
    catch_up: Number = number("day", ge=1, doc="time in which depots, roads and guns follow the line")
    axis_noise: Number = number("dimensionless", ge=0, le=5, doc="sd of the logarithm of speed, an axis at a time")
    axis_memory: Number = number("day", gt=0, doc="correlation time of that noise")
    theatre_noise: Number = number(
        "dimensionless", ge=0, le=5, doc="sd of the logarithm of speed, all axes together, slow"
    )
    theatre_memory: Number = number("day", gt=0, doc="correlation time of that noise")
    lump_noise: Number = number(
        "dimensionless", ge=0, le=5, doc="sd of the logarithm of speed, all axes together, in lumps"
    )
    lump_memory: Number = number("day", gt=0, doc="correlation time of the lumps")
    pace_floor: Number = number("km**2/day", gt=0, doc="smallest recent gain that says anything about an axis")
    pace_trust: Number = number("dimensionless", ge=0, le=1, doc="share of the recent departure carried into the start")


class Season(Section):
    """Season: what weather and leaf take from an attacker."""

    spring_mud: Number = number("dimensionless", ge=-1, le=1, doc="share of speed lost at the height of spring mud")
    spring_centre: Number = number("day", ge=0, le=366, doc="day of the year of the height of spring mud")
    autumn_mud: Number = number("dimensionless", ge=-1, le=1, doc="share of speed lost at the height of autumn rain")
    autumn_centre: Number = number("day", ge=0, le=366, doc="day of the year of the height of autumn rain")
    frost: Number = number("dimensionless", ge=-1, le=1, doc="share of speed lost in deep winter")
    frost_centre: Number = number("day", ge=0, le=366, doc="day of the year of deep winter")
    leaf: Number = number("dimensionless", ge=-1, le=1, doc="share of speed lost (negative: gained) in full leaf")
    leaf_centre: Number = number("day", ge=0, le=366, doc="day of the year of full leaf")
    width: Number = number("day", gt=0, doc="half width of a season")


class Command(Section):
    """How commands choose."""

    focus: Number = number("dimensionless", ge=0, le=10, doc="how strongly effort goes where speed is expected")
    ground_worth: Number = number(
        "dimensionless", ge=0, le=100, doc="worth of ground to the attacker's command over what its conduct reveals"
    )
    prospect: Number = number(
        "dimensionless", ge=0, le=1, doc="trust in what the front promises today over the usual price of ground in men"
    )
    vehicle_worth: Number = number(
        "person/vehicle", ge=0, le=1000, doc="men that the attacker's command would give for a vehicle"
    )
    caution: Number = number(
        "dimensionless", ge=0, le=100, doc="how far an enemy offensive makes the attacker hold back its own"
    )
    boldness: Number = number(
        "dimensionless", ge=0, le=10, doc="elasticity of the losses accepted to the growth of the force"
    )
    tempo_step: Number = number(
        "dimensionless", ge=0, le=1, doc="by how much a slower or a faster tempo differs, a week, in the logarithm"
    )
    tempo_ceiling: Number = number(
        "dimensionless", ge=0.01, le=100, doc="greatest tempo of an offensive, over the start's"
    )
    effort_adjustment: Number = number(
        "dimensionless", ge=0, le=1, doc="share of the change of main effort made a week"
    )
    counter_margin: Number = number(
        "dimensionless", ge=0.01, le=1000, doc="ground a man buys over the start's at which a counter-attack pays"
    )
    counter_reserve: Number = number(
        "dimensionless", ge=0, le=10, doc="reserve over line strength that a whole counter-attack wants"
    )
    counter_effort: Number = number("dimensionless", ge=0, le=100, doc="effort of a counter-attack")
    cede_price: Number = number(
        "dimensionless",
        ge=0.01,
        le=1000,
        doc="worth of a man of a thinned line over the usual at which ground is traded",
    )
    cede_share: Number = number("dimensionless", ge=0, le=1, doc="how far ground is traded at most, 1 = wholly")
    threat_focus: Number = number(
        "dimensionless", ge=0, le=10, doc="how strongly the defender's reserves follow the threat"
    )
    salient_release: Number = number("1/day", ge=0, doc="rate at which troops leave a closed salient")
    attacker_screen: Number = number(
        "dimensionless", ge=0, le=1, doc="share of the attacker's force that must stay there"
    )
    partner_stay: Number = number(
        "dimensionless", ge=0, le=1, doc="share of the attacker's freed force that may not enter the defender's country"
    )
    defender_screen: Number = number(
        "dimensionless", ge=0, le=1, doc="share of the defender's force that must stay there"
    )


class DefenderGovernment(Section):
    """The defending government's choices."""

    scarcity_price: Number = number(
        "dimensionless", ge=0, le=10, doc="elasticity of the worth of a man to missing fill"
    )
    danger_response: Number = number(
        "dimensionless", ge=0, le=10, doc="elasticity of the worth of a man to the enemy's gains of late"
    )
    political_cost: Number = number(
        "dimensionless", ge=0.01, le=100, doc="power of the level at which the political cost of mobilising a man grows"
    )
    mobilisation_step: Number = number(
        "dimensionless",
        ge=0,
        le=1,
        doc="by how much mobilisation, and the share of new units, may change a week, in the logarithm; 0: as stated",
    )
    reassignment_step: Number = number(
        "dimensionless",
        ge=0,
        le=1,
        doc="by how much the pace at which support is made infantry may change a week, likewise",
    )
    production_focus: Number = number(
        "dimensionless", ge=0, le=10, doc="how surely industry makes what does most for its money"
    )
    intake_ceiling: Number = number("dimensionless", ge=1, le=100, doc="greatest mobilisation over the series given")
    drive: Number = number("person/day", ge=0, doc="extra intake of a mobilisation drive that is on")
    drive_length: Number = number("day", gt=0, doc="length of that drive")
    new_unit_share: Number = number("dimensionless", ge=0, le=1, doc="share of new men who go to new formations")
    new_unit_quality: Number = number(
        "dimensionless",
        ge=0.01,
        le=1.5,
        doc="worth of a man in a new formation over the same man in a veteran one",
    )
    industry_gusd: Number = number("Gusd/day", gt=0, doc="value of own arms output a day at the start")
    industry_capacity: Number = number(
        "dimensionless", ge=1, le=100, doc="arms capacity over what is funded at the start"
    )
    stance: Number = number("dimensionless", ge=0, le=1, doc="chance that it takes an acceptable cease-fire offered")
    quit_share: Number = number("dimensionless", ge=0, le=1, doc="share of a salient lost at which it is left")


class Choosing(Section):
    """How agents weigh their options."""

    horizon: Number = number("day", gt=0, doc="time that agents look ahead")
    attacker: Number = number(
        "dimensionless", ge=0, le=1000, doc="how surely the attacker's agents take the better option; 0: any as likely"
    )
    defender: Number = number(
        "dimensionless", ge=0, le=1000, doc="how surely the defender's agents take the better option; 0: any as likely"
    )


class AttackerGovernment(Section):
    """The attacking government's choices."""

    answer: Choice = choice(
        "best_reply",
        "fixed",
        "compensating",
        doc="how the attacker's agents and partners answer an arm: as they choose; with the orders of the base in the same "
        "replicate; as they choose, pressing and recruiting harder the more ground they miss against the base",
        default="best_reply",
    )
    answer_from: Day = day("day from which that answer holds; before it they choose")
    answer_allowance: Number = number(
        "dimensionless", ge=0, le=10, doc="how much harder, at most, a compensating attacker presses and recruits"
    )
    scarcity_price: Number = number(
        "dimensionless",
        ge=0,
        le=10,
        doc="elasticity of the worth of men and vehicles to their scarcity: losses over inflow, stock",
    )
    bonus_elasticity: Number = number("dimensionless", ge=0, le=3, doc="elasticity of recruits to the sign-up bonus")
    bonus_trend: Number = number(
        "1/month", ge=-1, le=1, doc="growth of the bonus in its usual course, in the logarithm"
    )
    bonus_step: Number = number(
        "dimensionless", ge=0, le=1, doc="by how much a lower or a higher bonus differs, a month, in the logarithm"
    )
    bonus_ceiling: Number = number("dimensionless", ge=1, le=100, doc="greatest bonus over the start's")
    pool_decay: Number = number("1/day", ge=0, doc="rate at which willing men run out at a constant bonus")
    buffer: Number = number("month", gt=0, doc="months of fiscal buffer at the start's draw")
    buffer_floor: Number = number("month", gt=0, doc="buffer below which bonuses and arms output are cut in proportion")
    unfunded: Number = number("dimensionless", ge=0.01, le=1, doc="share of them that is left without any buffer")
    bonus_cost: Number = number("dimensionless", ge=0, le=100, doc="draw on the buffer added by doubling the bonus")
    mobilisation_patience: Number = number(
        "month", gt=0, doc="months of shortage at which a second mobilisation is worth its political cost"
    )
    mobilisation_hazard: Number = number("1/month", ge=0, doc="hazard of it once it is chosen")
    mobilisation_size: Number = number("person", ge=0, doc="people that the whole of it brings")
    mobilisation_length: Number = number("day", gt=0, doc="time over which they come")
    mobilisation_cost: Number = number(
        "dimensionless", ge=0, le=100, doc="regime risk that it adds, on the scale of the hazard"
    )
    money_price: Number = number(
        "dimensionless", ge=0, le=10, doc="elasticity of the worth of money to how far the buffer is spent"
    )
    shell_need: Number = number("dimensionless", ge=0, le=5, doc="elasticity of purchases from partners to shortage")
    purchase_ceiling: Number = number(
        "dimensionless", ge=1, le=100, doc="most that partners are asked for over what was expected"
    )


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


class Sides(Section):
    """Both sides, under their names in the file."""

    defender: Side
    attacker: Side


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


class Mediator(Section):
    """A leader who may call alone."""

    label: Text = text("name for figures")
    calls: Number = number("1/month", ge=0, doc="uncoordinated calls or plans a month")
    until: Day = day("day on which the reason for such calls ends")
    credit: Number = number("dimensionless", ge=0, le=100, doc="incoherence that one call adds")


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


class Beliefs(Section):
    """What the attacker makes of the allies."""

    start: Number = number(
        "dimensionless", ge=0.001, le=0.999, doc="probability given to another year of aid, at the start"
    )
    enough: Number = number("Gusd/month", gt=0, doc="deliveries that would sustain the defender")
    spread: Number = number(
        "dimensionless", ge=0.001, le=10, doc="sd of the logarithm of a year's aid about its estimate"
    )
    variance: Number = number("dimensionless", ge=1e-6, le=100, doc="variance of the estimate at the start")
    drift: Number = number("1/month", doc="decline of aid that the attacker expects by itself, in the logarithm")
    volatility: Number = number("1/month", ge=0, doc="variance added to the estimate a month")
    noise: Number = number(
        "dimensionless", ge=1e-6, le=100, doc="variance of a month's deliveries as evidence, one voice"
    )
    incoherence: Number = number("dimensionless", ge=0, le=100, doc="standing incoherence of the allies' messages")
    incoherence_memory: Number = number("day", gt=0, doc="time in which a message is forgotten")


class Settling(Section):
    """The monthly hazard of the attacker accepting a cease-fire. Guessed coefficients: results are conditional on them."""

    base: Number = number("1/month", ge=0, doc="hazard as things stood")
    gain: Number = number("dimensionless", ge=-20, le=20, doc="effect of expected gains falling to nothing")
    recruiting: Number = number(
        "dimensionless", ge=-20, le=20, doc="effect of losses exceeding the inflow of men by as much again"
    )
    fiscal: Number = number("dimensionless", ge=-20, le=20, doc="effect of an empty buffer")
    belief: Number = number("dimensionless", ge=-20, le=20, doc="effect of sure aid against no aid")
    deterioration: Number = number("dimensionless", ge=-20, le=20, doc="effect of a year of worsening results")
    regime: Number = number("dimensionless", ge=-20, le=20, doc="effect of full regime risk")
    defiance: Number = number("dimensionless", ge=-20, le=20, doc="effect of open pressure; either sign")
    memory: Number = number("day", gt=0, doc="time over which results are judged: short spikes do not count")
    gain_reference: Number = number("km**2/day", gt=0, doc="gain that counts as success")
    ceiling: Number = number("1/month", gt=0, doc="greatest hazard")
    durable: Number = number("dimensionless", ge=-20, le=20, doc="log odds that terms last, all else even")
    durable_belief: Number = number("dimensionless", ge=-20, le=20, doc="effect of sure aid on them")
    durable_line: Number = number("dimensionless", ge=-20, le=20, doc="effect of a line that holds on them")


class Escalation(Section):
    """The attacker's own steps."""

    pressure: Choice = choice(
        "drawn",
        "yields",
        "defies",
        doc="sign of the attacker's answers to pressure (strikes, partners' sales, settling): as drawn, or forced",
        default="drawn",
    )
    regardless: Number = number("1/month", doc="growth of its deep strikes by itself")
    answer: Number = number(
        "dimensionless", ge=-10, le=10, doc="change of its deep strikes when missiles are permitted; either sign"
    )
    partner_answer: Number = number(
        "dimensionless", ge=-10, le=10, doc="change of partners' sales when missiles are permitted"
    )


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


INSTRUMENTS: dict[str, type[Lever]] = {
    "permission": Permission,
    "delivery": Delivery,
    "production": Production,
    "withdrawal": Withdrawal,
    "training": Training,
    "plan": Plan,
}
"""What a lever can be. None knows of another."""

SALIENT = 0.5
"""From this value of `salient` on a front counts as one."""

ONCE = ("training", "plan")
"""Instruments of which a world has one lever at most."""


class Levers(Section):
    """The moves that arms make, by any name; a file's own names stand here."""


class World(Section):
    """The whole world of a scenario."""

    fronts: dict[str, Front]
    sides: Sides
    combat: Combat
    movement: Movement
    season: Season
    choosing: Choosing
    command: Command
    defender: DefenderGovernment
    attacker: AttackerGovernment
    kinds: Kinds
    allies: dict[str, Ally]
    donors: Donors
    mediators: dict[str, Mediator] = Field(default_factory=dict)
    partners: dict[str, Partner]
    strike: Strike
    beliefs: Beliefs
    settling: Settling
    escalation: Escalation
    levers: Levers
    drift: Drift = Field(default_factory=Drift)
