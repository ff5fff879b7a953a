"""Halts by other definitions, the pace at the end, and the stages of a lever: against closed forms and the table."""

import numpy as np
import pytest

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.halt_definitions import halt_definitions
from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.outcomes.stages import stages
from sim.analysis.outcomes.table import outcome_table
from sim.analysis.result import Result
from tests.analysis.wars import result, steady
from tests.report.briefing.made_up import claim

ARMS = ("start", "whole")


def test_the_definition_as_given_is_the_tables_and_laxer_ones_only_add():
    one = claim(30)
    found = halt_definitions(one.data, one.outcomes(), one.thresholds, ARMS)
    (own,) = (definition for definition in found if definition.own)
    for arm in ARMS:
        assert own.chances[arm] == one.table().arms[arm].chances["halt"]
    rising = [own, *(one for one in found if one.rule.halt_rate > own.rule.halt_rate)]
    assert len(rising) > 2
    for arm in ARMS:
        values = [definition.chances[arm].value for definition in rising]
        assert values == sorted(values)
        assert found[-1].ever
        assert found[-1].chances[arm].value >= own.chances[arm].value


def test_steady_wars_stand_on_the_rungs_above_their_pace():
    rates = [[0.5, 1.5, 3.0, 30.0], [0.5, 0.5, 0.5, 0.5]]
    one = Result(result(steady(rates), arms=["base", "arm"]))
    found = halt_definitions(one.data, one.outcomes(), one.thresholds, ("base", "arm"))
    shares = {(d.rule.halt_rate, d.rule.halt_days, d.ever): d.chances["base"].value for d in found}
    assert (
        shares[1.0, 60.0, False]
        == shares[1.0, 30.0, False]
        == shares[1.0, 120.0, False]
        == shares[1.0, 60.0, True]
        == 0.25
    )
    assert (shares[2.0, 60.0, False], shares[4.0, 60.0, False]) == (0.5, 0.75)
    assert all(d.chances["arm"].value == 1.0 for d in found)


def test_a_record_too_short_tells_nothing():
    one = Result(result(steady([[0.5, 2.0, 3.0]], n_time=6)))
    found = halt_definitions(one.data, one.outcomes(), one.thresholds, ("base",))
    assert not any(definition.chances["base"].known for definition in found)


def test_the_pace_at_the_end_is_that_of_the_last_quarter():
    days = np.arange(54) * 7.0
    net = np.where(
        days <= 280, 10 * days, 2800 + 2 * (days - 280)
    )  # slower from day 280 on; the quarter begins on day 280
    fronts = np.stack([np.stack([net, net + 7 * np.sin(days)])[None], np.zeros((1, 2, 54))], axis=-1)
    pace = outcome_table(outcomes_by_replicate(result(fronts))).arms["base"].pace_left
    assert (pace.unit, pace.n) == ("km2/day", 2)
    assert pace.value == pytest.approx(2.0, abs=0.1)
    short = outcome_table(outcomes_by_replicate(result(steady([[3.0, 5.0]], n_time=4)))).arms["base"].pace_left
    assert short.value == pytest.approx(4.0, rel=1e-5)


def test_the_stages_are_paired_differences_of_what_is_recorded():
    one = claim(30)
    found = {stage.name: stage for stage in stages(one.data, ("whole",))["whole"]}
    assert list(found) == ["aid delivered by the end", "net Northern gain by the end"]
    aid = found["aid delivered by the end"]
    assert (aid.base.value, aid.change.value, aid.change.low, aid.base.unit) == (1.0, 12.0, 12.0, "Gusd")
    net = one.data["net_km2"].isel(time=-1).astype(float)
    difference = (net.sel(arm="whole") - net.sel(arm="start")).to_numpy()
    assert found["net Northern gain by the end"].change == Estimate.mean(difference, 0.9, "km2")
