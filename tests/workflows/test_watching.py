"""The war that is watched: the same bits as any run, one past and futures that part, refusals that change nothing."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.foundation.errors import UserError
from sim.workflows.watching import WatchedWar

LEVER = "levers.surge.dose"


@pytest.fixture
def war():
    scenario = sim.read("shipped:abstract-claim").scenario
    return WatchedWar(
        dataclasses.replace(scenario, run=dataclasses.replace(scenario.run, replicates=5, horizon_days=84))
    )


def test_its_fan_is_of_the_wars_of_a_run(war, tmp_path):
    war.step(12)
    assert war.over
    result = sim.read("shipped:abstract-claim").run(replicates=5, horizon="84 day", out=tmp_path / "run", jobs=1)
    played = result.data["net_km2"].sel(arm="base").transpose("time", "replicate").to_numpy()
    np.testing.assert_array_equal(np.stack(war.futures[0].series["net_km2"]).astype(np.float32), played)
    (fan,) = war.fans()
    assert (fan.low <= fan.middle).all()
    assert (fan.middle <= fan.high).all()
    np.testing.assert_array_equal(fan.watched.astype(np.float32), played[:, 0])
    war.step()
    assert war.week == 12


def test_a_lever_changed_in_mid_war_parts_from_one_past(war):
    war.step(4)
    war.turn({LEVER: 1})
    before, after = (np.stack(future.series["net_km2"]) for future in war.futures)
    np.testing.assert_array_equal(before, after)
    war.step(8)
    before, after = (np.stack(future.series["net_km2"]) for future in war.futures)
    np.testing.assert_array_equal(before[:5], after[:5])
    assert (before[-1] != after[-1]).any()
    assert war.fans()[1].since == war.fans()[1].dates[4]
    assert war.levers[LEVER] == "1"
    war.restart()
    assert (len(war.futures), war.week) == (1, 0)


def test_what_is_refused_changes_nothing(war):
    with pytest.raises(UserError):  # the first day is not mid-war
        war.turn({LEVER: 1})
    war.step()
    with pytest.raises(UserError, match="did you mean"):
        war.turn({"levers.surge.doze": 1})
    with pytest.raises(UserError, match="counted from 0"):
        war.watch(5)
    war.turn({LEVER: 1})
    with pytest.raises(UserError, match="step a week"):
        war.turn({LEVER: 0})
    assert (len(war.futures), war.week, war.watched) == (2, 1, 0)
    with pytest.raises(UserError, match="did you mean 'in_concert'"):
        WatchedWar(war.scenario, "in_concret")


def test_agents_say_what_they_saw_and_decided_in_the_war_that_is_watched(war):
    war.step(2)
    first = {agent.name: agent for agent in war.agents()}
    war.watch(3)
    other = {agent.name: agent for agent in war.agents()}
    assert set(first) == {agent.name for agent in war.futures[0].war.deciders()}
    assert all(agent.saw and agent.decided for agent in first.values())
    assert any(first[name].saw != other[name].saw for name in first)
    assert {what: words for what, words, _ in first["attacker.command"].decided}["wanted"].startswith("the ")
    assert {good for good, _ in war.stocks()} >= {"shell", "drone"}


def test_what_an_agent_sees_and_decides_has_a_name_and_a_meaning(war):
    for agent in war.agents():
        assert agent.label
        assert "_" not in agent.label
        assert all(meaning for _, _, meaning in [*agent.saw, *agent.decided]), agent.name
    assert set(war.lever_labels) == set(war.levers)
    assert len(set(war.lever_labels.values())) == len(war.levers)
