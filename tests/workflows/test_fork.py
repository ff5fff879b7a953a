"""A forked history: one past to the bit, futures that share noise, and everything refused that is no fork."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import sim
from sim.analysis.result import Result
from sim.experiment import manifest as manifests
from sim.experiment.stored_scenario import stored_scenario
from sim.experiment.verify import verify
from sim.foundation.errors import UserError
from sim.plotting import figure
from sim.workflows.fork import fork
from sim.workflows.options import Options

WEEKS = 10
SHORT = ["run.horizon=10 week", "run.replicates=3", "settling.base=0"]


def begun(experiment, days):
    return str(np.datetime64(experiment.scenario.run.start) + days)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The abstract claim, short; its folder is not written to."""
    folder = tmp_path_factory.mktemp("fork") / "war"
    return sim.read("shipped:abstract-claim").set(*SHORT).run(out=folder, jobs=1)


@pytest.fixture(scope="module")
def at(played):
    return str(np.datetime64(played.data.attrs["start"]) + 38)  # in the middle of a week, with six records before it


def forked(played, out, at, arms, *sets, follows=None, jobs=1):
    return fork(played.folder, at, arms, Options(changes=sets, out=out, jobs=jobs, plots=False), follows)


def bits(result, arm, until=None):
    return {
        name: result.data[name].sel(arm=arm).isel(time=slice(until)).to_numpy().tobytes()
        for name in result.data.data_vars
        if "replicate" in result.data[name].dims
    }


def joint(result):
    return next(arm for arm, role in result.names.roles.items() if role == "joint")


def test_one_past_to_the_bit_and_futures_that_part(played, at, tmp_path):
    made = forked(played, tmp_path / "new", at, [joint(played)])
    result = made.result
    assert result.arms == ("base", joint(played))
    assert made.compared == 3
    assert bits(result, "base") == bits(played, "base")
    assert bits(result, joint(played), 6) == bits(played, "base", 6)
    apart = np.abs(result.data["net_km2"].sel(arm=joint(played)) - result.data["net_km2"].sel(arm="base")).max(
        "replicate"
    )
    assert (apart[6:] > 0).any()
    assert bits(result, joint(played)) != bits(played, joint(played))  # from the first day on it is another war
    assert result.contrast("base").paired
    assert verify(result.folder, replay=4).sound


def test_a_lever_that_begins_on_the_day_of_the_fork_makes_the_same_war(tmp_path):
    """Truth for every lever: nothing happens before its start, so it does not matter from when its arm is in force.

    The day begins a week, as the orders of donors are of whole weeks.
    """
    world = "shipped:ukraine-2024-11-19"
    experiment = sim.read(world).set(*SHORT)
    day, levers = begun(experiment, 28), experiment.scenario.world().levers
    arms = {"base": {"label": "Base"}}
    for name in type(levers).model_fields:
        doses = [key for key in ("dose", "timing", "kinds", "message") if hasattr(getattr(levers, name), key)]
        patch = {f"levers.{name}.{key}": 1 for key in doses} | {f"levers.{name}.start": day}
        arms[name], arms[f"{name}_forked"] = {"patch": patch}, {"patch": patch, "since": day}
    document = {"format": 2, "title": "levers", "extends": world, "arms": arms}
    result = sim.read(document).set(*SHORT, "run.replicates=2").run(out=tmp_path / "levers", jobs=1)
    assert len(arms) == 13
    for name in type(levers).model_fields:
        assert bits(result, f"{name}_forked") == bits(result, name), name
        assert bits(result, name) != bits(result, "base"), name


def test_a_fork_of_a_fork(played, at, tmp_path):
    world = sim.read("shipped:abstract").scenario.world()
    doses = [name for name in type(world.levers).model_fields if hasattr(getattr(world.levers, name), "dose")]
    lever, other = doses[:2]
    first = forked(played, tmp_path / "one", at, ["more"], f"levers.{lever}.dose=0.5").result
    later = str(np.datetime64(at) + 14)
    second = fork(
        first.folder, later, ["still_more"],
        Options(changes=[f"levers.{lever}.dose=x 2", f"world.levers.{other}.dose=1"], out=tmp_path / "two", plots=False), "more",
    ).result  # fmt: skip
    assert second.arms == ("base", "more", "still_more")
    assert bits(second, "more") == bits(first, "more")
    assert bits(second, "still_more", 8) == bits(first, "more", 8)
    assert bits(second, "still_more") != bits(first, "more")
    world = stored_scenario(second.folder).world("still_more")
    assert getattr(world.levers, lever).dose.value == 1.0  # twice that of the past, not of the base
    assert str(getattr(world.levers, lever).start.date) == at  # pulled already: it does not begin anew
    assert str(getattr(world.levers, other).start.date) == later
    text = sim.load(second.folder).diary("still_more", 1)
    assert text.count("history forks") == 2
    assert verify(second.folder, replay=3).sound


def test_the_same_from_python_and_from_the_command_line(played, at, tmp_path, sim_command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = (
        "fork",
        played.folder,
        "--at",
        at,
        "--arm",
        joint(played),
        "--out",
        tmp_path / "cli",
        "--no-plots",
        "--jobs",
        "2",
    )
    code, out, err = sim_command(*words, "--json")
    assert code == 0, err
    told = json.loads(out)
    assert (told["past"], told["futures"], told["at"], told["compared"]) == ("base", [joint(played)], at, 3)
    made = sim.load(played.folder).fork(at, joint(played), jobs=1, out=tmp_path / "python")
    assert bits(made, joint(played)) == bits(Result(sim.load(tmp_path / "cli").data), joint(played))
    code, out, _ = sim_command(*words, "-q")
    assert out.startswith("History forks into ")


def test_it_lies_beside_the_old_result_and_is_drawn(played, at):
    made = fork(played.folder, at, [joint(played)], Options(jobs=1, plots=False))
    assert made.result.folder == played.folder.with_name(f"war-fork-{at}-{joint(played)}")
    again = fork(played.folder, at, [joint(played)], Options(jobs=1, plots=False))
    assert again.result.folder == made.result.folder
    sheet = figure("fork", made.result)
    ground, apart = sheet.axes[:2]
    line = next(one for one in ground.lines if one.get_gid() == f"arm:{joint(played)}")
    whole = next(one for one in ground.lines if one.get_gid() == "arm:base")
    assert len(line.get_xdata()) == len(whole.get_xdata()) - 5  # from the last record before the fork on
    flat = next(one for one in apart.lines if one.get_gid() == f"arm:{joint(played)}").get_ydata()
    assert np.array_equal(flat[:6], np.zeros(6))
    with pytest.raises(UserError, match="shows nothing here"):
        figure("fork", played)


@pytest.mark.parametrize(
    ("arms", "sets", "more", "message"),
    [
        (["nobody"], [], {}, "--arm nobody: no such arm - the arms are base"),
        (["base"], [], {}, "--arm base: it is the past itself"),
        (["JOINT"], ["levers.x.dose=1"], {}, "there is one already - give the arm that --set makes another name"),
        (["a", "b"], ["run.seed=1"], {}, "--set makes one new arm"),
        (["a"], ["no.such.key=1"], {}, "unknown path part 'no'"),
        (["JOINT"], [], {"at": "yesterday"}, "--at yesterday: no date - write it as 2025-06-01"),
        (["JOINT"], [], {"at": "START"}, "allowed: after the first day"),
        (["JOINT"], [], {"at": "2999-01-01"}, "and before the last"),
        (["JOINT"], [], {"follows": "bas"}, "did you mean 'base'?"),
        ([], [], {}, "no arm to fork into"),
    ],
)
def test_what_is_no_fork_is_refused(played, at, tmp_path, arms, sets, more, message):
    arms = [joint(played) if name == "JOINT" else name for name in arms]
    when = more.get("at", at).replace("START", str(played.data.attrs["start"]))
    with pytest.raises(UserError) as refused:
        forked(played, tmp_path / "x", when, arms, *sets, follows=more.get("follows"))
    assert message in str(refused.value)
    assert not (tmp_path / "x").exists()


def test_a_damaged_result_and_one_of_other_code_are_refused(played, at, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(played.folder, copy)
    chunk = next(path for path in (copy / "data.zarr").rglob("net_km2/*") if path.name[0].isdigit())
    chunk.write_bytes(chunk.read_bytes()[:-1] + b"?")
    with pytest.raises(UserError, match="is damaged, and is not forked - give the same command again") as refused:
        fork(copy, at, [joint(played)], Options(plots=False))
    assert "net_km2" in str(refused.value)
    with pytest.raises(UserError, match="no result in"):
        fork(tmp_path / "nowhere", at, [joint(played)], Options(plots=False))
    monkeypatch.setattr(manifests, "model_code", lambda: "f" * 64)
    with pytest.raises(UserError, match="other code played it"):
        fork(played.folder, at, [joint(played)], Options(plots=False))
