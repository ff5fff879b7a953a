"""The engine that plays is part of a result's identity: chosen once, kept by whatever goes on with it."""

import dataclasses
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import engines
from sim.experiment import manifest as manifests
from sim.experiment.design import design
from sim.experiment.engines import PAYS, engine_for
from sim.experiment.run import run
from sim.experiment.store import load
from sim.experiment.verify import verify
from sim.foundation.errors import MachineError, Notice, UserError
from sim.foundation.machine_code import NoCompiler
from sim.scenario import read
from sim.workflows.fork import fork
from sim.workflows.options import Options

CLAIM = Path(__file__).parents[2] / "scenarios" / "abstract-claim.yaml"
NO_COMPILER = "no C compiler was found"

needs_compiler = pytest.mark.skipif(bool(engines._why_not()), reason=engines._why_not() or "-")


def scenario(replicates):
    """Return five weeks of the abstract claim's first three arms."""
    whole = read(CLAIM, {"run.horizon": "35 day", "run.replicates": replicates})
    arms = list(whole.arms)[:3]
    return dataclasses.replace(whole, arms={a: whole.arms[a] for a in arms}, worlds={a: whole.worlds[a] for a in arms})


@pytest.fixture
def lonely(monkeypatch):
    """A machine without a compiler."""
    monkeypatch.setattr(engines, "_why_not", lambda: NO_COMPILER)


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    """A result of the traced engine."""
    return run(scenario(5), tmp_path_factory.mktemp("traced") / "out", jobs=1, engine="traced")


def same(one, other):
    """Return whether two results hold the same bits."""
    return all(np.array_equal(one[name].to_numpy(), other[name].to_numpy(), equal_nan=True) for name in one.data_vars)


def test_small_work_is_numpys_and_large_work_is_traced(monkeypatch):
    monkeypatch.setattr(engines, "_why_not", lambda: "")
    assert engine_for("auto", None, PAYS - 1) == "numpy"
    with pytest.warns(Notice, match="the traced engine plays"):
        assert engine_for("auto", None, PAYS) == "traced"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert engine_for("auto", "numpy", PAYS) == "numpy", "a result keeps its engine"
        assert engine_for("auto", "traced", 1) == "traced"
        assert engine_for("numpy", None, PAYS) == "numpy"
        assert engine_for("traced", None, 1) == "traced"
    with pytest.raises(UserError, match="one of auto, numpy, traced"):
        engine_for("jax", None, 1)


def test_without_a_compiler_numpy_takes_over_or_says_why_not(lonely):
    with pytest.warns(Notice, match=f"numpy plays, since the traced engine cannot work here: {NO_COMPILER}"):
        assert engine_for("auto", None, PAYS) == "numpy"
    with pytest.raises(UserError, match=NO_COMPILER):
        engine_for("traced", None, PAYS)
    with pytest.raises(UserError, match="this result is of the traced engine"):
        engine_for("auto", "traced", 1)
    with pytest.warns(Notice, match="numpy plays"):
        assert engine_for("auto", None, 1, relative="traced") == "numpy", (
            "a new result need not go on with another's blocks"
        )


@needs_compiler
def test_a_result_says_its_engine_and_replays_by_it_to_the_bit(traced):
    assert manifests.demand(traced).engine == "traced"
    found = verify(traced, replay=7)
    assert found.sound
    assert found.replayed == 7


@needs_compiler
def test_a_result_of_before_engines_is_numpys(tmp_path):
    folder = run(scenario(2), tmp_path / "out", jobs=1)
    described = manifests.demand(folder)
    assert described.engine == "numpy"
    without = described.model_dump()
    del without["engine"]
    assert manifests.Manifest.model_validate(without).engine == "numpy"


@needs_compiler
def test_a_traced_result_cannot_be_verified_without_a_compiler(traced, lonely):
    assert verify(traced).sound, "sums need no engine"
    with pytest.raises(UserError, match=f"this result is of the traced engine.*{NO_COMPILER}"):
        verify(traced, replay=1)


@needs_compiler
def test_more_replicates_are_of_the_same_engine(traced, tmp_path):
    folder = shutil.copytree(traced, tmp_path / "out")
    run(scenario(9), folder, jobs=1, engine="auto")
    assert manifests.demand(folder).engine == "traced"
    at_once = run(scenario(9), tmp_path / "at-once", jobs=1, engine="traced")
    assert same(load(folder), load(at_once))
    with pytest.raises(UserError, match="engine traced there, numpy now"):
        run(scenario(12), folder, jobs=1, engine="numpy")


@needs_compiler
def test_engines_do_not_take_over_each_others_blocks(traced):
    wanted = scenario(5)
    keys = {engine: one.arms for engine, one in manifests.describe(wanted, design(wanted), "").items()}
    assert keys["traced"] == manifests.demand(traced).arms
    assert not set(keys["numpy"].values()) & set(keys["traced"].values())


@needs_compiler
def test_a_new_folder_goes_on_with_the_engine_of_its_relatives(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = run(scenario(3), stem="kin", jobs=1, engine="traced")
    second = run(scenario(4), stem="kin", jobs=1, engine="auto")
    assert second != first
    assert manifests.demand(second).engine == "traced"


@pytest.fixture
def failing(tmp_path_factory, monkeypatch):
    """A machine whose compiler passes what is small and fails at a whole day."""

    def fails(source):
        raise NoCompiler("the compiler cc fails: Killed")

    monkeypatch.setattr(engines, "_why_not", lambda: "")
    monkeypatch.setattr(engines, "PAYS", 1)
    monkeypatch.setattr("sim.foundation.machine_code.compiled", fails)
    monkeypatch.setattr("sim.models.campaign.engine._known", {})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_numpy_takes_over_where_the_compiler_fails_at_the_first_day(failing, tmp_path):
    with pytest.warns(
        Notice, match="numpy plays, since the traced engine cannot work on .*: the compiler cc fails: Killed"
    ):
        folder = run(scenario(2), tmp_path / "out", jobs=1, engine="auto")
    assert manifests.demand(folder).engine == "numpy"
    assert verify(folder, replay=2).sound


def test_a_failing_compiler_is_told_and_leaves_the_folder_to_any_engine(failing, tmp_path):
    with pytest.raises(MachineError, match="the compiler cc fails: Killed - --engine numpy needs no compiler"):
        run(scenario(2), tmp_path / "out", jobs=1, engine="traced")
    assert manifests.demand(tmp_path / "out").blocks == {}
    run(scenario(2), tmp_path / "out", jobs=1, engine="numpy")
    assert manifests.demand(tmp_path / "out").engine == "numpy"


@needs_compiler
def test_a_traced_result_whose_compiler_is_gone_stays_traced(traced, failing, tmp_path):
    folder = shutil.copytree(traced, tmp_path / "out")
    before = manifests.demand(folder)
    with pytest.raises(MachineError, match="Killed"):
        run(scenario(9), folder, jobs=1, engine="auto")
    assert manifests.demand(folder).blocks == before.blocks


@needs_compiler
def test_blocks_whose_manifest_is_lost_keep_their_engine(traced, tmp_path):
    folder = shutil.copytree(traced, tmp_path / "out")
    (folder / manifests.NAME).unlink()
    run(scenario(5), folder, jobs=1, engine="auto")
    assert manifests.demand(folder).engine == "traced"
    assert same(load(traced), load(folder))


@needs_compiler
def test_worker_processes_play_the_same_bits(traced, tmp_path):
    workers = run(scenario(5), tmp_path / "out", jobs=2, engine="traced")
    assert same(load(traced), load(workers))


@needs_compiler
def test_engines_agree(traced, tmp_path):
    other = load(run(scenario(5), tmp_path / "out", jobs=1))
    one = load(traced)
    for name in one.data_vars:
        np.testing.assert_allclose(one[name].to_numpy(), other[name].to_numpy(), rtol=1e-5, atol=1e-6, err_msg=name)


@needs_compiler
def test_a_fork_is_played_by_the_engine_of_its_past(traced, tmp_path):
    arm = list(load(traced)["arm"].to_numpy())[1]
    day = np.datetime_as_string(load(traced)["time"].to_numpy()[2] + np.timedelta64(3, "D"), unit="D")
    found = fork(traced, str(day), [str(arm)], Options(out=tmp_path / "out", plots=False))
    assert found.compared == 5
    assert manifests.demand(tmp_path / "out").engine == "traced"
