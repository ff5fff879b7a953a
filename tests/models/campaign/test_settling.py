"""What moves the Kremlin, each cause by itself: its sign, its unit, and belief in closed form."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.foundation.lanes import Lanes
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import beliefs
from sim.models.campaign.phases import settling
from tests.models.campaign.wars import begin, parameters, replaced

MONTH = 365.25 / 12
COEFFICIENTS = ("gain", "recruiting", "fiscal", "belief", "deterioration", "regime", "defiance")
LANES = Lanes.grid(1, range(3))


def worse(war, cause):
    """Make one cause of accepting stronger for the Kremlin, all others as they were."""
    t = war.state.theatre
    if cause == "gain":  # success fades
        t.gain_memory, t.gain_past = t.gain_memory * 0.2, t.gain_past * 0.2
    elif cause == "recruiting":
        t.sides[ATTACKER].permanent = 1.8 * np.maximum(t.sides[ATTACKER].inflow, 1.0)
    elif cause == "fiscal":
        t.buffer = 0.3 * t.buffer
    elif cause == "belief":  # aid looks sure to last
        t.belief_mean = t.belief_mean + 1.0
    elif cause == "deterioration":  # results worse than the year's
        t.gain_past = t.gain_past + 5.0
    elif cause == "regime":
        t.mobilised = t.mobilised + 1.0
    else:
        t.damage = t.damage + 0.1 * war.state.facts.aims[DEFENDER]


@pytest.mark.parametrize("cause", COEFFICIENTS)
def test_each_cause_moves_the_hazard_by_its_own_coefficient_and_sign(cause):
    """With a coefficient of one the hazard rises, of minus one it falls, by the same factor; of zero it stays."""
    found = {}
    for sign in (-1.0, 0.0, 1.0):
        only = {f"settling__{name}": 0.0 for name in COEFFICIENTS} | {f"settling__{cause}": sign}
        p = replaced(parameters(LANES), **only, settling__ceiling=1e9, attacker__mobilisation_cost=0.5)
        war = begin(LANES, p)
        before = settling.hazard(war.state)
        worse(war, cause)
        found[sign] = settling.hazard(war.state) / before
    np.testing.assert_allclose(found[0.0], 1.0)
    assert (found[1.0] > 1.05).all(), f"{cause}: harder times make an end likelier"
    np.testing.assert_allclose(found[1.0] * found[-1.0], 1.0, rtol=1e-9)


def months_of_aid(gusd_a_month, months, **leaves):
    """Return a war whose Kremlin has seen so much aid a month for some months."""
    p = replaced(parameters(LANES), **leaves)
    war = begin(LANES, p)
    for month in range(months):
        war.state.day = 28 * (month + 1) - 1
        war.state.theatre.delivered_month = np.full(3, gusd_a_month * 28 / MONTH)
        settling.believe(war.state)
    return war


@pytest.mark.parametrize("gusd", [1.5, 3.0, 9.0])
def test_belief_goes_to_what_steady_deliveries_say(gusd):
    """After long the estimate is the logarithm of what comes a month, in Gusd; the belief that it is enough follows."""
    war = months_of_aid(gusd, 400, beliefs__drift=0.0, beliefs__volatility=0.01)
    np.testing.assert_allclose(war.state.theatre.belief_mean, np.log(gusd), atol=1e-6)
    b = war.state.p.beliefs
    np.testing.assert_allclose(
        beliefs.belief(war.state), norm.cdf((np.log(gusd) - np.log(b.enough)) / b.spread), atol=1e-6
    )


def test_incoherence_makes_deliveries_weaker_evidence():
    """One month of much aid: the louder the quarrel, the less of it is believed; the Kalman step by hand."""
    war = begin(LANES, replaced(parameters(LANES), beliefs__drift=0.0))
    b, t = war.state.p.beliefs, war.state.theatre
    start, variance = t.belief_mean, t.belief_variance + b.volatility
    found = []
    for incoherence in (0.0, 2.0):
        loud = begin(LANES, war.state.p)
        loud.state.theatre.incoherence = np.full(3, incoherence)
        loud.state.day = 27
        loud.state.theatre.delivered_month = np.full(3, 50.0 * 28 / MONTH)
        settling.believe(loud.state)
        gain = variance / (variance + b.noise * (1.0 + incoherence))
        np.testing.assert_allclose(loud.state.theatre.belief_mean, start + gain * (np.log(50.0) - start), rtol=1e-9)
        found.append(loud.state.theatre.belief_mean)
    assert (found[1] < found[0]).all()


def test_the_buffer_lasts_as_many_months_as_it_says():
    """At the start's draw - no bonus raised, no oil burnt - a month takes a month."""
    war = begin(LANES)
    start = war.state.theatre.buffer
    for _ in range(61):
        settling.remember(war.state)
    np.testing.assert_allclose(start - war.state.theatre.buffer, np.minimum(61 / MONTH, start), rtol=1e-6)


def test_peace_comes_at_the_rate_of_the_hazard():
    """Both sides accept at once only: the share of wars at peace after some weeks is the exponential law's."""
    lanes = Lanes.grid(1, range(3000))
    p = replaced(
        parameters(lanes), settling__base=0.3, settling__ceiling=1.0, defender__stance=0.5,
        **{f"settling__{name}": 0.0 for name in COEFFICIENTS},
    )  # fmt: skip
    war = begin(lanes, p)
    weeks = 8
    for week in range(weeks):
        war.state.day = 7 * week + 6
        settling.settle(war.state)
    accepted = -np.expm1(-0.3 * 7 / MONTH)
    expected = (1.0 - 0.5 * accepted) ** weeks
    assert war.state.theatre.war.mean() == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / 3000))
