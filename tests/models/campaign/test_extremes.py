"""Numbers at the far ends of their priors, many together: a war may become one that nobody believes, and never ends the others.

Among a million wars each of some hundred drawn numbers comes once in a thousand million draws; a share, whose prior is cut
at one, stands at it far more often.
"""

import hashlib

import numpy as np
import pytest

from sim.experiment.sanity import checked
from sim.foundation.lanes import add_up
from sim.foundation.noise import Noise
from sim.foundation.record import INVALID
from sim.models.campaign import targets
from sim.models.campaign.play import recorded
from sim.models.campaign.war import War
from sim.scenario.arms.branches import draw_stages
from sim.scenario.priors import draw as draws
from tests.models.campaign.wars import begin, claim, grid, parameters, replaced

FAR = 1e-9


def at_the_ends(share, monkeypatch):
    """Let this share of all numbers, in each replicate others, be drawn at one far end of their priors or the other."""
    usual = draws._Draw.uniform

    def uniform(self, name):
        drawn = usual(self, name)
        key = hashlib.blake2b(name.encode(), digest_size=8).digest()
        far, low = np.random.default_rng(int.from_bytes(key, "big")).random((2, len(drawn)))
        return np.where(far < share, np.where(low < 0.5, FAR, 1.0 - FAR), drawn)

    monkeypatch.setattr(draws._Draw, "uniform", uniform)


@pytest.mark.parametrize(("share", "sane"), [(0.1, True), (1.0, False)])
def test_no_combination_of_extremes_ends_a_run(share, sane, monkeypatch):
    at_the_ends(share, monkeypatch)
    lanes = grid(48)
    drawn = draw_stages(claim(), lanes, lambda some: draws.draw(claim(), some, 11))
    with np.errstate(divide="raise", invalid="raise"):
        war = War(drawn.first, lanes, Noise(11, lanes.replicate), claim().run.start, base=drawn.base)
        record = checked(recorded(war, 364), drawn.first)
    senseless = (record.arrays[INVALID] > 0).any(axis=0)
    assert not (sane and senseless.any())
    assert not senseless.all()


def test_what_is_wholly_broken_is_no_division_by_nothing():
    lanes = grid(2)
    p = replaced(parameters(lanes), strike__targets__damage=1.0, strike__targets__effect=1.0)
    war = begin(lanes, p)
    for side, costs in ((0, "output"), (1, "attacks")):
        np.testing.assert_allclose(targets.left_over_start(war.state, side, costs), 1.0)
    for _ in range(15):
        war.step()
    assert np.isfinite(add_up(war.state.theatre.net)).all()
