"""The state of an ensemble of wars: books, theatre, standing orders, noise and the day.

It stands below phases and agents: phases read it and change it, views are cut from it, and nobody else writes to it.
All arrays have the lane axis last.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.foundation.tree import Tree
from sim.models.campaign.ledger import Ledger
from sim.models.campaign.orders import (
    AllyOrder,
    AttackerOrder,
    CommandOrder,
    DefenderOrder,
    MediatorOrder,
    Order,
    PartnerOrder,
    StrikeOrder,
)
from sim.models.campaign.views import UsualConduct
from sim.rules import response


@dataclass
class SideState:
    """One side in the theatre.

    Attributes
    ----------
    start_line, effort, strain, quality, axis_noise : ndarray, shape (front, lane)
        Troops at the start; attack effort; remembered loss rate, 1/day; worth of a soldier; state of the noise of axes.
    effort_weight : ndarray, shape (front, lane)
        Relative weight of effort, mean one over the force.
    fires, tempo, theatre_noise, lump_noise : ndarray, shape (lane,)
        Fire index and tempo, both over the start's; states of the noise that all axes share, its slow part and its lumps.
    infantry : ndarray, shape (lane,)
        Infantry among the line, person.
    permanent, inflow : ndarray, shape (lane,)
        Permanent losses and inflow as the staff averages them, person/day.
    permanent_today, came_home, home_worth : ndarray, shape (lane,)
        Killed and invalided today, and who left a salient today, person; these times their worth over the mean.
    arrived_quality, casualties : ndarray, shape (lane,)
        Mean worth of a soldier of the reserve; killed and wounded since the start, person.
    use : dict of str to ndarray, shape (lane,)
        What was used today, by weapon, in its own unit.
    """

    start_line: Array
    effort: Array
    effort_weight: Array
    strain: Array
    quality: Array
    axis_noise: Array
    fires: Array
    tempo: Array
    theatre_noise: Array
    lump_noise: Array
    infantry: Array
    permanent: Array
    inflow: Array
    permanent_today: Array
    came_home: Array
    home_worth: Array
    arrived_quality: Array
    casualties: Array
    use: dict[str, Array] = field(default_factory=dict)


@dataclass
class Bargain:
    """What the donors last settled on.

    Attributes
    ----------
    price : ndarray, shape (kind, lane)
        What a further unit of money is worth by kind, as donors see it, over the usual mix at the start.
    amounts : ndarray, shape (ally, lane)
        What each would give under the plan at its full dose, over what it gives by itself.
    mix, kinds : ndarray, shape (ally, kind, lane)
        Shares of kinds that each gives by itself, and would give under the plan.
    by_amount, by_kind : ndarray, shape (kind, lane)
        Where the next search for amounts, and for kinds, goes on: logarithms of flows over today's.
    bought : ndarray, shape (kind, lane)
        What money buys of each kind over what it bought on the first day, while makers work beyond their capacity.
    """

    price: Array
    amounts: Array
    mix: Array
    kinds: Array
    by_amount: Array
    by_kind: Array
    bought: Array


@dataclass
class Theatre:
    """What is not in the books.

    Attributes
    ----------
    sides : tuple of SideState
        Defender and attacker.
    shift, head : ndarray, shape (front, lane)
        Mean shift of the line, km, + = attacker forward; and where his supplies have followed to.
    ceding, open, closed : ndarray, shape (front, lane)
        Ground traded; 1 while there is fighting; 1 once a salient is gone.
    gain, net : ndarray, shape (front, lane)
        The attacker's net gain today and since the start, km2.
    works : list of ndarray, shape (front, lane)
        What divides the speed of attacks on each side's lines today.
    going : ndarray, shape (lane,)
        Share of speed that today's season leaves.
    permitted : ndarray, shape (lane,)
        How far long-range missiles may strike the attacker's territory, 0..1.
    air_defence : ndarray, shape (lane,)
        How well the defender's air defence is supplied, over the start's.
    damage, dispersal : ndarray, shape (target, lane)
        Share of capacity lost, and of targets moved out of reach.
    war : ndarray, shape (lane,)
        1 while the war goes on, 0 after a cease-fire: peace is a number, not a branch.
    belief_mean, belief_variance, incoherence : ndarray, shape (lane,)
        The attacker's estimate of the logarithm of monthly aid, and the incoherence of the allies' messages.
    hazard, durable : ndarray, shape (lane,)
        Hazard of the attacker accepting, 1/month; probability that the terms last, nan while there are none.
    gain_memory, gain_past, gain_lately : ndarray, shape (lane,)
        The attacker's net gain on the defender's soil as lately remembered, over a year, and as the front answers it, km2/day.
    bonus, pool, buffer, months_short : ndarray, shape (lane,)
        Sign-up bonus and willing men over the start's; fiscal buffer and duration of the shortage of men, months.
    mobilised, mobilisation_left : ndarray, shape (lane,)
        1 after the attacker's mobilisation; people whom it still has to bring.
    bargain : Bargain
        What the donors last settled on.
    voted, ahead : ndarray, shape (ally, lane)
        Money voted and not yet pledged; what was handed over ahead of its time. Gusd.
    delivered_month : ndarray, shape (lane,)
        Aid delivered since the attacker last looked, Gusd.
    rushed : ndarray, shape (delivery, lane)
        Arms hurried by each lever of delivery since the start, Gusd.
    upkeep : ndarray, shape (lane,)
        Upkeep that the defender gets from its donors over the start's, as lately remembered.
    industry_money : ndarray, shape (ally, lane)
        Money given to the defender's industry beyond usual giving since the start, Gusd.
    withdrawn : ndarray, shape (front, lane)
        Share of each front's force ordered home.
    partner_troops, allowance : ndarray, shape (lane,)
        Troops that partners sent today, person; how many times harder the attacker presses and recruits than he would.
    """

    sides: tuple[SideState, SideState]
    shift: Array
    head: Array
    ceding: Array
    open: Array
    closed: Array
    gain: Array
    net: Array
    works: list[Array]
    going: Array
    permitted: Array
    air_defence: Array
    damage: Array
    dispersal: Array
    war: Array
    belief_mean: Array
    belief_variance: Array
    incoherence: Array
    hazard: Array
    gain_memory: Array
    gain_past: Array
    gain_lately: Array
    bonus: Array
    pool: Array
    buffer: Array
    months_short: Array
    mobilised: Array
    mobilisation_left: Array
    durable: Array
    bargain: Bargain
    voted: Array
    ahead: Array
    delivered_month: Array
    rushed: Array
    upkeep: Array
    industry_money: Array
    withdrawn: Array
    partner_troops: Array
    allowance: Array


@dataclass
class Reference:
    """What 'the start' means: the levels at which the scenario's rates were observed.

    Attributes
    ----------
    stock : dict of str to ndarray, shape (lane,)
        The defender's stock by kind of aid, own unit.
    use : list of dict of str to ndarray, shape (lane,)
        What each side would use a day, by weapon.
    works : list of ndarray, shape (front, lane)
        The mean works of each side, the same on every front.
    defence_supplied, gain : ndarray, shape (lane,)
        Share of the defender's air defence that is supplied; the attacker's recent gain, km2/day.
    pace : ndarray, shape (lane,)
        The attacker's usual gross gain, km2/day.
    usual : UsualConduct
        What the conduct of the start shows of what the attacker wants.
    usual_yield : ndarray, shape (front, lane)
        Ground that an attack of the defender took a day and man at the start, by the rules, km2.
    support : list of ndarray, shape (lane,)
        Each side's men in support, person.
    launch : list of ndarray, shape (lane,)
        What a launch of each side took from the other's power, in logarithms.
    place, mean_place : ndarray, shape (front, lane), (lane,)
        Place of each axis in the response to local power (see `sim.rules.response`), and their mean, at which the defender
        attacks.
    worth : ndarray, shape (kind, lane)
        What a further unit of money was worth by kind, over the usual mix; empty until donors have looked.
    given, made : ndarray, shape (kind, lane)
        Aid by kind, and what the defender makes itself of each, Gusd/month.
    """

    stock: dict[str, Array]
    use: list[dict[str, Array]]
    works: list[Array]
    defence_supplied: Array
    gain: Array
    pace: Array
    usual: UsualConduct
    usual_yield: Array
    support: list[Array]
    launch: list[Array]
    place: Array
    mean_place: Array
    worth: Array
    given: Array
    made: Array


@dataclass(frozen=True)
class Facts:
    """What a scenario fixes for good, looked up once.

    Attributes
    ----------
    names : tuple of str
        The sides' names, defender first.
    inside : ndarray, shape (front, lane)
        1 on fronts on the defender's soil, 0 on a salient.
    owner : tuple of int
        The side that owns each target.
    aims : tuple of ndarray, shape (target, lane)
        1 where the defender, and where the attacker, strikes the target.
    price : dict of str to ndarray, shape (lane,)
        Price of a unit by kind of aid, Gusd.
    money_shares, industry_share : ndarray, shape (kind made, lane), (ally, lane)
        What the defender's industry makes of money; who pays for it beyond usual giving.
    donors : tuple of int
        The row of the ally of each lever of delivery.
    """

    names: tuple[str, str]
    inside: Array
    owner: tuple[int, ...]
    aims: tuple[Array, Array]
    price: dict[str, Array]
    money_shares: Array
    industry_share: Array
    donors: tuple[int, ...]


class Orders:
    """The standing orders, each in force until its author writes another.

    Parameters
    ----------
    allies, mediators, partners : int
        How many of each there are; there are two commands and two strike forces.
    """

    def __init__(self, allies: int, mediators: int, partners: int) -> None:
        sides = len(ROLES)
        counts = {
            DefenderOrder: sides,  # each government writes in the row of its side; the other row stays empty
            AttackerOrder: sides,
            CommandOrder: sides,
            StrikeOrder: sides,
            AllyOrder: allies,
            MediatorOrder: mediators,
            PartnerOrder: partners,
        }
        self._kept: dict[type, list[Any]] = {kind: [None] * count for kind, count in counts.items()}

    def put(self, order: Order, row: int) -> None:
        """Put an order in force, in place of the one that stood in its row."""
        self._kept[type(order)][row] = order

    def standing(self, kind: type, row: int) -> Any:
        """Return the order of a kind in force in a row; None before the first."""
        return self._kept[kind][row]

    @property
    def defender(self) -> DefenderOrder:
        """The defending government's."""
        return self._kept[DefenderOrder][DEFENDER]

    @property
    def attacker(self) -> AttackerOrder:
        """The attacking government's."""
        return self._kept[AttackerOrder][ATTACKER]

    @property
    def commands(self) -> list[CommandOrder]:
        """The commands', by side."""
        return self._kept[CommandOrder]

    @property
    def strikers(self) -> list[StrikeOrder]:
        """The strike forces', by side."""
        return self._kept[StrikeOrder]

    @property
    def allies(self) -> list[AllyOrder]:
        """The donors', in the scenario's order."""
        return self._kept[AllyOrder]

    @property
    def mediators(self) -> list[MediatorOrder]:
        """The mediators', in the scenario's order."""
        return self._kept[MediatorOrder]

    @property
    def partners(self) -> list[PartnerOrder]:
        """The partners', in the scenario's order."""
        return self._kept[PartnerOrder]


@dataclass
class State:
    """An ensemble of wars on one morning.

    Attributes
    ----------
    p : Tree
        Drawn parameters, every leaf with the lane axis last.
    known : Tree
        Those of the base's world, in which the start was observed; an arm departs from it.
    lanes : int
        Number of lanes.
    noise : Noise
        Keyed noise for these lanes.
    start : datetime.date
        The first day.
    day : int
        Days since then.
    books : Ledger
    theatre : Theatre
    orders : Orders
    facts : Facts
    reference : Reference
    """

    p: Tree
    known: Tree
    lanes: int
    noise: Noise
    start: dt.date
    day: int
    books: Ledger
    theatre: Theatre
    orders: Orders
    facts: Facts
    reference: Reference

    @property
    def side_p(self) -> tuple[Tree, Tree]:
        """The parameters of each side, defender first."""
        defender, attacker = self.facts.names
        return self.p.sides[defender], self.p.sides[attacker]

    @property
    def side_known(self) -> tuple[Tree, Tree]:
        """The parameters of each side in the base's world, defender first."""
        defender, attacker = self.facts.names
        return self.known.sides[defender], self.known.sides[attacker]

    def day_of_year(self) -> float:
        """Return today's day of the year, 1..366."""
        return float((self.start + dt.timedelta(days=self.day)).timetuple().tm_yday)

    def line(self, side: int) -> Array:
        """Return a side's troops on the line, person, shape (front, lane); not to be written to."""
        return self.books.balance("person", f"{ROLES[side]}:line")

    def reserve(self, side: int) -> Array:
        """Return a side's trained and uncommitted people, person, shape (lane,)."""
        return self.books.balance("person", f"{ROLES[side]}:reserve")

    def stock(self, side: int, commodity: str) -> Array:
        """Return a side's stock of a commodity, own unit, shape (lane,)."""
        return self.books.balance(commodity, f"{ROLES[side]}:stock")

    def none(self) -> Array:
        """Return zeros, shape (lane,)."""
        return np.zeros(self.lanes)

    def fill(self, side: int) -> Array:
        """Return a side's line strength over its establishment, shape (lane,)."""
        begun = add_up(self.theatre.sides[side].start_line)
        return self.side_p[side].fill * add_up(self.line(side)) / np.maximum(begun, 1.0)

    def support(self, side: int) -> Array:
        """Return a side's men in support, person, shape (lane,): the rear, and the line apart from its infantry."""
        rear = self.books.balance("person", f"{ROLES[side]}:rear")
        return rear + np.maximum(add_up(self.line(side)) - self.theatre.sides[side].infantry, 0.0)

    def infantry(self, side: int) -> Array:
        """Return the share of a side's line that is infantry, over the start's, shape (lane,)."""
        full = self.side_known[side].infantry * add_up(self.line(side))
        return self.theatre.sides[side].infantry / np.maximum(full, 1.0)

    def alarm(self, side: int) -> Array:
        """Return how far a side's gains lately run ahead of the usual pace, as a logarithm >= 0, shape (lane,)."""
        gain = self.theatre.gain_lately if side == ATTACKER else -self.theatre.gain_lately
        return response.alarm(gain, self.reference.pace, self.p.settling.gain_reference)
