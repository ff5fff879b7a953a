"""The state of the theatre: what is not in the ledger, as arrays with the lane axis last."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.tree import Tree

SIDES = ("ukraine", "russia")
UKRAINE, RUSSIA = 0, 1
KINDS = ("shell", "vehicle", "drone", "interceptor", "long_range_drone", "missile", "money", "other")
TARGETS = ("ru_depots", "ru_oil", "ru_airfields", "ru_assembly", "ua_energy", "ua_industry")
WEAPONS = ("shell", "drone", "glide_bomb", "arms")


@dataclass
class SideState:
    """One side's state.

    Attributes
    ----------
    start_line, effort, strain, quality, luck : ndarray, shape (front, lane)
        Troops at the start; attack effort; remembered loss rate (1/day); worth of a soldier; state of the axis noise.
    effort_weight : ndarray, shape (front, lane)
        Relative weight of effort, mean one over the force.
    fires, tempo, theatre_luck : ndarray, shape (lane,)
        Fire index; tempo over the start's; state of the theatre noise.
    permanent, inflow : ndarray, shape (lane,)
        Remembered permanent losses and inflow, person/day.
    arrived_quality, casualties : ndarray, shape (lane,)
        Mean worth of a soldier of the reserve; killed and wounded since the start.
    use : dict of str to ndarray, shape (lane,)
        What was used today, by weapon.
    """

    start_line: Array
    effort: Array
    effort_weight: Array
    strain: Array
    quality: Array
    luck: Array
    fires: Array
    tempo: Array
    theatre_luck: Array
    permanent: Array
    inflow: Array
    arrived_quality: Array
    casualties: Array
    use: dict[str, Array] = field(default_factory=dict)


@dataclass
class Theatre:
    """The state of the whole theatre.

    Attributes
    ----------
    shift, head : ndarray, shape (front, lane)
        Mean shift of the line, km, + = Russia forward; and where supplies have followed to.
    ceding, open, closed : ndarray, shape (front, lane)
        Ground traded; 1 while there is fighting; 1 once a salient is gone.
    gain : ndarray, shape (front, lane)
        Today's Russian net gain, km2.
    damage, dispersal : ndarray, shape (target, lane)
        Share of capacity lost, and of targets moved out of reach.
    war : ndarray, shape (lane,)
        1 while the war goes on, 0 after a cease-fire: peace is a number, not a branch.
    belief_mean, belief_variance, incoherence : ndarray, shape (lane,)
        The Kremlin's estimate of the logarithm of monthly aid, and the incoherence of the allies' messages.
    hazard, durable : ndarray, shape (lane,)
        Hazard of its accepting, 1/month; probability that the terms last, nan while there are none.
    gain_memory, gain_past : ndarray, shape (lane,)
        Russian net gain inside Ukraine as lately remembered, and over a year, km2/day.
    bonus, pool, buffer, months_short : ndarray, shape (lane,)
        Sign-up bonus and willing men over the start's; fiscal buffer and duration of the shortage of men, months.
    mobilised, mobilisation_left : ndarray, shape (lane,)
        1 after a second mobilisation; people whom it still has to bring.
    will : ndarray, shape (ally, lane)
        State of the noise of each donor's will.
    delivered_month : ndarray, shape (lane,)
        Aid delivered since the Kremlin last looked, Gusd.
    """

    sides: tuple[SideState, SideState]
    shift: Array
    head: Array
    ceding: Array
    open: Array
    closed: Array
    gain: Array
    damage: Array
    dispersal: Array
    war: Array
    belief_mean: Array
    belief_variance: Array
    incoherence: Array
    hazard: Array
    gain_memory: Array
    gain_past: Array
    bonus: Array
    pool: Array
    buffer: Array
    months_short: Array
    mobilised: Array
    mobilisation_left: Array
    durable: Array
    will: Array
    delivered_month: Array


def begin_side(p: Tree, line: Array, lanes: int) -> SideState:
    """Return a side as it stands on the first morning."""
    like, flat = np.zeros_like(line), np.zeros(lanes)
    fates = p.killed_share + (1.0 - p.killed_share) * (1.0 - p.return_share)
    losses = ((p.attack_loss * p.effort + p.quiet_loss) * fates + p.discharge) * add_up(line)
    losses = losses + p.absent * p.absence_final
    return SideState(
        start_line=line.copy(),
        effort=like + p.effort,
        effort_weight=like + 1.0,
        strain=like + (p.attack_loss * p.effort + p.quiet_loss),
        quality=like + 1.0,
        luck=like.copy(),
        fires=flat + 1.0,
        tempo=flat + 1.0,
        theatre_luck=flat.copy(),
        permanent=losses,
        inflow=p.intake.at(0),
        arrived_quality=flat + 1.0,
        casualties=flat.copy(),
        use={weapon: flat.copy() for weapon in WEAPONS},
    )
