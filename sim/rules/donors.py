"""The donors' game: each weighs a common good by its own share, its own costs and its own tastes.

A donor i gives x_ik of each kind k, g_i in all. With every sum in money,

    U_i = w_i V S(X) + kappa_i [ sum_k x_ik pi_ik - g_i (L_i / beta) KL(m_i || m_i0) - c_i g_i^(1+k) / (1+k) ],
    w_i = a_i + theta (1 - a_i),

where S is the ground kept, a concave function of what all give together; a_i is the donor's share of the common benefit and
theta the weight it gives to the benefit of the others: 0 is the Nash equilibrium (Olson & Zeckhauser 1966; Bergstrom, Blume &
Varian 1986), 1 the planner's optimum. Private motives pi, tastes m_0 and costs c are not observed; they are what makes today's
giving the equilibrium at today's theta. Since S is concave and the rest is concave in a donor's own gifts, U_i / kappa_i adds
to a potential with one maximum: a weighted potential game with one equilibrium (Monderer & Shapley 1996, Games and Economic
Behavior 14).

Arrays have shape ``(donor, lane)`` for donors, ``(kind, lane)`` for kinds and ``(donor, kind, lane)`` for gifts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.foundation.lanes import Array, add_up

BENEFITS = ("flow", "near", "equal")
"""What a donor's share of the common benefit goes by, in the order of the choice `donors.benefit`."""
FLOW, NEAR, EQUAL = range(len(BENEFITS))

_TINY = 1e-12


def benefit(choice: Array, flow: Array, near: Array) -> Array:
    """Return each donor's share of the common benefit, (donor, lane): three rivals that the record cannot tell apart.

    Parameters
    ----------
    choice : ndarray of int, shape (lane,)
        Place in `BENEFITS`.
    flow, near : ndarray, shape (donor, lane)
        Weights by what a donor gives, and by its size and distance.
    """
    rivals = [weights / np.maximum(add_up(weights), _TINY) for weights in (flow, near, np.ones_like(flow))]
    return np.select([choice == FLOW, choice == NEAR], rivals[:2], rivals[2])


def nearness(size: Array, distance: Array, decay: Array) -> Array:
    """Return the weight of a donor by its size and distance: ``size * distance^-decay``, (donor, lane)."""
    return size * np.exp(-decay * np.log(distance))


def weight(own: Array, theta: Array) -> Array:
    """Return the weight of the common benefit in a donor's eyes: ``a + theta (1 - a)``, (donor, lane)."""
    return own + theta * (1.0 - own)


def theta_at(today: Array, dose: Array) -> Array:
    """Return theta at a dose of -1 (each for itself: 0) over 0 (today's) to 1 (one planner: 1), (lane,)."""
    return np.where(dose >= 0.0, today + dose * (1.0 - today), today * (1.0 + dose))


def regard(own: Array, today: Array, theta: Array) -> Array:
    """Return the weight of the common benefit over today's weight, (donor, lane)."""
    return weight(own, theta) / np.maximum(weight(own, today), _TINY)


@dataclass(frozen=True)
class Game:
    """What donors play for on one day, and what comes of it.

    Attributes
    ----------
    usual : ndarray, shape (donor, lane)
        What each gives today, Gusd/month.
    taste : ndarray, shape (donor, kind, lane)
        Shares of kinds on the first day.
    anchor, price : ndarray, shape (kind, lane)
        Worth of a further unit of money by kind, on the first day and now at today's gifts; only ratios count.
    private : ndarray, shape (lane,)
        Share of private motives in today's giving, 0 <= rho < 1.
    convexity, yielding, returns : ndarray, shape (lane,)
        k > 0 of the costs; beta > 0, how easily tastes yield; s, 0 < s < 1, the elasticity of the ground kept to a kind.
    ceiling : ndarray, shape (donor, lane)
        Most that each can give over what it gives today, >= 1.
    capacity, other_demand : ndarray, shape (kind, lane)
        What makers turn out at the usual price, and what others than donors take of it, Gusd/month.
    price_elasticity : ndarray, shape (kind, lane)
        Elasticity of the price of a further unit to output beyond capacity, 0 <= eta < 1.
    """

    usual: Array
    taste: Array
    anchor: Array
    price: Array
    private: Array
    convexity: Array
    yielding: Array
    returns: Array
    ceiling: Array
    capacity: Array
    other_demand: Array
    price_elasticity: Array

    def _worth(self) -> Array:
        """Return the mean worth of a unit of each donor's gifts on the first day, (donor, lane)."""
        worth = add_up(np.moveaxis(self.taste * self.anchor, 1, 0))
        floor = _TINY + 1e-3 * self.anchor.max(axis=0)  # who gave nothing of any worth still has a scale to compare by
        return np.maximum(worth, floor)

    def _replies(self, regarded: Array, price: Array) -> tuple[Array, Array]:
        """Return the marginal value of a gift over the first day's, (donor, lane), and the shares of kinds at these prices."""
        scale = self.yielding * (1.0 - self.private) / self._worth()
        pull = (regarded[:, None] * price - self.anchor) * scale[:, None]
        most = np.where(self.taste > 0.0, pull, -np.inf).max(axis=1)
        most = np.where(np.isfinite(most), most, 0.0)
        kinds = self.taste * np.exp(np.minimum(pull - most[:, None], 0.0))
        total = add_up(np.moveaxis(kinds, 1, 0))
        some = total > 0.0
        shares = kinds / np.where(some, total, 1.0)[:, None]
        value = 1.0 + (most + np.log(np.where(some, total, 1.0))) / self.yielding
        return np.maximum(value, 1e-9), shares

    def _strained(self, flows: Array) -> Array:
        """Return the logarithm of output over capacity, none below it, (kind, lane)."""
        some = self.capacity > 0.0
        over = (flows + self.other_demand) / np.where(some, self.capacity, 1.0)
        return np.where(some, np.log(np.maximum(over, 1.0)), 0.0)

    def purchased(self, flows: Array) -> Array:
        """Return what `flows` of money buy at the usual price, Gusd/month, (kind, lane).

        The makers with room to spare sell at the usual price; a further unit costs ``(output/capacity)^eta`` times that, and
        each contract its own cost: ``E = X`` up to capacity K, beyond it its excess is ``K (R^(1-eta) - 1) / (1 - eta)``.
        """
        left = 1.0 - self.price_elasticity
        beyond = self.capacity * np.expm1(left * self._strained(flows)) / left
        usual_priced = np.minimum(flows, np.maximum(self.capacity - self.other_demand, 0.0))
        # of what nobody made at first no capacity is known; a gift that vanishes beside the makers' output has no price of its own
        found = usual_priced + beyond
        return np.where((self.capacity > 0.0) & (found > 0.0), found, flows)

    def purchasing_power(self, flows: Array) -> Array:
        """Return what a unit of money buys on average over the usual, (kind, lane), at most 1."""
        some = flows > 0.0
        return np.where(some, np.minimum(self.purchased(flows) / np.where(some, flows, 1.0), 1.0), 1.0)

    def prices_at(self, flows: Array, today: Array) -> Array:
        """Return the worth of a further unit by kind when `flows` are given instead of today's, (kind, lane).

        ``price (E/E0)^(s-1) (R/R0)^-eta``: what more of a kind is worth, for money that buys less of it.
        """
        some = today > 0.0
        bought = self.purchased(flows) / np.where(some, self.purchased(today), 1.0)
        ratio = np.where(some, bought, 1.0)
        rise = self.price_elasticity * (self._strained(flows) - self._strained(today))
        return self.price * np.exp((self.returns - 1.0) * np.log(np.maximum(ratio, _TINY)) - rise)

    def as_today(self) -> tuple[Array, Array, Array]:
        """Return what is given today: flows by kind, (kind, lane); shares of kinds; and each donor's value of a gift."""
        value, shares = self._replies(np.ones_like(self.usual), self.price)
        return add_up(self.usual[:, None] * shares), shares, value

    def equilibrium(self, regarded: Array, start: Array, rounds: int) -> tuple[Array, Array, Array]:
        """Return what donors give when each answers the others: amounts over today's, shares of kinds, and where to go on from.

        Damped best replies on the flows by kind. The step of each is divided by a bound of how strongly the replies answer to
        its price (Gershgorin), so that the rounds settle for any prior.

        Parameters
        ----------
        regarded : ndarray, shape (donor, lane)
            Weight of the common benefit over today's.
        start : ndarray, shape (kind, lane)
            Logarithm of flows over today's to start from: zeros, or what the last call returned.
        rounds : int

        Returns
        -------
        amounts : ndarray, shape (donor, lane)
        shares : ndarray, shape (donor, kind, lane)
        flows : ndarray, shape (kind, lane)
            Logarithm of flows over today's.
        """
        today, _, before = self.as_today()
        worth, log_flows = self._worth(), start
        amounts, shares = np.ones_like(self.usual), self.taste
        pull = (1.0 - self.private) * regarded / worth
        for _ in range(rounds):
            now = today * np.exp(log_flows)
            price = self.prices_at(now, today)
            value, shares = self._replies(regarded, price)
            amounts = np.minimum(np.exp(np.log(value / before) / self.convexity), self.ceiling)
            gifts = (self.usual * amounts)[:, None] * shares
            flows = add_up(gifts)
            mean = add_up(np.moveaxis(shares * price, 1, 0))
            by_amount = pull * mean / (self.convexity * value)
            by_kind = 2.0 * self.yielding * pull[:, None] * price * (1.0 - shares)
            some = flows > 0.0
            answer = add_up(gifts * (by_amount[:, None] + by_kind)) / np.where(some, flows, 1.0)
            error = np.log(np.maximum(np.where(some, flows, 1.0) / np.where(some, today, 1.0), 1e-12)) - log_flows
            # prices rise on one side of capacity alone: the steeper side counts where a step ends or begins there
            steeper = np.where(self._strained(np.maximum(flows, now)) > 0.0, self.price_elasticity, 0.0)
            log_flows = log_flows + np.where(some, error, 0.0) / (1.0 + (1.0 - self.returns + steeper) * answer)
        return amounts, shares, log_flows

    def residual(self, regarded: Array, log_flows: Array) -> Array:
        """Return how far replies to given flows are from them, the largest over kinds as a share of all that is given, (lane,)."""
        today, _, _ = self.as_today()
        flows = today * np.exp(log_flows)
        amounts, shares, _ = self.equilibrium(regarded, log_flows, 1)
        off = np.abs(add_up((self.usual * amounts)[:, None] * shares) - flows)
        return off.max(axis=0) / np.maximum(add_up(flows), _TINY)

    def welfare(self, own: Array, theta: Array, amounts: Array, shares: Array) -> Array:
        """Return the sum of all donors' utilities over the value of a unit of ground, (lane,); nothing given is worth nothing.

        Parameters
        ----------
        own : ndarray, shape (donor, lane)
            Shares of the common benefit.
        theta : ndarray, shape (lane,)
            Today's.
        amounts, shares : ndarray, shape (donor, lane), (donor, kind, lane)
            What is given: over today's, and of which kinds.
        """
        today, _, before = self.as_today()
        given = self.usual * amounts
        flows = add_up(given[:, None] * shares)
        some = today > 0.0
        ratio = np.where(some, self.purchased(flows) / np.where(some, self.purchased(today), 1.0), 0.0)
        usual = self.price * self.purchased(today) * np.exp(self.price_elasticity * self._strained(today))
        ground = add_up(usual * np.exp(self.returns * np.log(np.maximum(ratio, _TINY))) / self.returns)
        worth, motive = self._worth(), 1.0 - self.private
        kept = np.where(self.taste > 0.0, shares, 0.0)
        relative = np.where(kept > 0.0, kept / np.where(self.taste > 0.0, self.taste, 1.0), 1.0)
        private = worth - motive * add_up(np.moveaxis(shares * self.anchor, 1, 0))
        private = private - worth / self.yielding * add_up(np.moveaxis(kept * np.log(relative), 1, 0))
        cost = worth * before * np.exp(self.convexity * np.log(np.maximum(amounts, _TINY))) / (1.0 + self.convexity)
        scale = weight(own, theta) / np.maximum(motive, _TINY)
        return ground + add_up(scale * given * (private - cost))

    def value_of_ground(self, own: Array, theta: Array) -> Array:
        """Return the money that donors together give for a unit of ground as they show today: V, (lane,).

        The last dollar of each donor is worth a dollar to it, the mean over dollars: ``(1-rho) G / sum(g w L)``. The level of the
        prices enters, so V takes up whatever the rules have wrong about it.
        """
        _, shares, _ = self.as_today()
        mean = add_up(np.moveaxis(shares * self.price, 1, 0))
        gained = add_up(self.usual * weight(own, theta) * mean)
        return (1.0 - self.private) * add_up(self.usual) / np.maximum(gained, _TINY)

    def reaction(self, others: float = 1e-3) -> Array:
        """Return the elasticity of a donor's giving to the giving of all others, the mean over money given, (lane,).

        What a panel of donors estimates: others' flows rise by a share, and each donor answers alone.
        """
        today, shares, before = self.as_today()
        total, answered = add_up(self.usual), np.zeros_like(self.usual[0])
        for row, given in enumerate(self.usual):
            rest = today - given * shares[row]
            price = self.prices_at(today + others * rest, today)
            value, _ = self._replies(np.ones_like(self.usual), price)
            answered = answered + given * np.log(value[row] / before[row]) / self.convexity
        return answered / np.maximum(total, _TINY) / np.log1p(others)


def released(drawn: Array, periods: Array) -> Array:
    """Return the share of the money voted that a period's package takes: ``u^n``, with mean ``1 / (1 + n)``.

    Budgets are steady and packages come in lumps: money waits for its package, n periods on average (Little's law), so that
    sums over a year differ little and sums over a month much.

    Parameters
    ----------
    drawn : ndarray, shape (lane,)
        Uniform number of the period.
    periods : ndarray, shape (lane,)
        Mean wait, in periods.
    """
    return np.exp(periods * np.log(drawn))


def ahead(day: Array, window: Array, load: Array) -> Array:
    """Return deliveries handed over ahead of their time, in days of deliveries: ``load day (1 - day/window)`` in the window.

    Deliveries are then ``1 + load (1 - 2 day/window)`` times what falls due: more at first, less later, the same by the end.
    """
    share = day / window
    return np.where((share > 0.0) & (share < 1.0), load * day * (1.0 - share), 0.0)
