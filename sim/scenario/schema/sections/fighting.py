"""Close combat, movement, and the season."""

from __future__ import annotations

from sim.scenario.schema.fields import Choice, Number, Section, choice, number


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
