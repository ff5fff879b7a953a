"""Infantry apart from the rest of the line: it runs short, is filled from the support, and the support is missed."""

import numpy as np

from sim.foundation.lanes import Lanes, add_up
from sim.models.campaign.phases import fighting
from tests.models.campaign.wars import begin, parameters, replaced

LANES = Lanes.grid(1, range(4))


def after(days, **leaves):
    war = begin(LANES, replaced(parameters(LANES), settling__base=0.0, **leaves))
    for _ in range(days):
        war.step()
    return war


def test_infantry_runs_short_where_it_falls_faster_than_it_comes():
    short = after(
        56, sides__ukraine__infantry_losses=1.0, sides__ukraine__infantry_arrivals=0.0, sides__ukraine__reassignment=0.0
    )
    assert (short.state.infantry(0) < 0.9).all()
    assert (short.state.infantry(0) > 0.0).all()


def test_infantry_that_comes_as_it_falls_stays_as_it_was_and_never_exceeds_its_establishment():
    even = after(56, sides__ukraine__infantry_losses=0.3, sides__ukraine__infantry_arrivals=1.0)
    np.testing.assert_allclose(even.state.infantry(0), 1.0, rtol=1e-9)


def test_support_fills_the_infantry_and_is_missed_in_the_fires():
    lack = {"sides__ukraine__infantry_losses": 1.0, "sides__ukraine__infantry_arrivals": 0.2}
    left = after(56, **lack, sides__ukraine__reassignment=0.0)
    sent = after(56, **lack, sides__ukraine__reassignment=0.05)
    assert (sent.state.infantry(0) > left.state.infantry(0)).all()
    state = sent.state
    line, force = add_up(state.line(0)), state.theatre.sides[0]
    assert (force.infantry <= line).all()
    whole = fighting.fire_index(state, 0, force.use)
    state.reference.support = [1.5 * state.reference.support[0], state.reference.support[1]]
    np.testing.assert_array_less(fighting.fire_index(state, 0, force.use), whole)


def test_men_of_the_rear_grow_old_too():
    kept, gone = after(28, sides__ukraine__discharge=0.0), after(28, sides__ukraine__discharge=1e-3)
    assert (gone.state.books.balance("person", "defender:discharged") > 0.0).all()
    assert (
        gone.state.books.balance("person", "defender:rear") < kept.state.books.balance("person", "defender:rear")
    ).all()
