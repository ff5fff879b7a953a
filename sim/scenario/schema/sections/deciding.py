"""How commands and governments decide, what they believe, and how a war ends or widens."""

from __future__ import annotations

from sim.scenario.schema.fields import Choice, Day, Number, Section, choice, day, number


class Choosing(Section):
    """How agents weigh their options."""

    horizon: Number = number("day", gt=0, doc="time that agents look ahead")
    attacker: Number = number(
        "dimensionless", ge=0, le=1000, doc="how surely the attacker's agents take the better option; 0: any as likely"
    )
    defender: Number = number(
        "dimensionless", ge=0, le=1000, doc="how surely the defender's agents take the better option; 0: any as likely"
    )


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
