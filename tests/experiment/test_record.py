"""`run.record`: verdict keeps of each replicate what its verdict needs, the same bits; what is not kept is asked for in words."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.analysis.outcomes.measures import MEASURES, Selection
from sim.analysis.outcomes.replicates import NEEDS
from sim.analysis.serialise import plain
from sim.cli.commands_judge import ARTICLE
from sim.experiment.metrics import recorded
from sim.experiment.sanity import _senseless, checked
from sim.foundation.errors import UserError
from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.record import INVALID, Variable
from sim.models.campaign import play, recorder
from sim.plotting.gallery import NEEDS as FIGURES
from sim.report.export import export
from sim.scenario import read
from sim.scenario.priors.draw import draw
from sim.workflows.claim_files import find, read_claims

VERDICT = "run.record=verdict"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same wars with everything kept, and with what a verdict needs."""
    place = tmp_path_factory.mktemp("record")
    experiment = sim.read("shipped:abstract-claim")
    asked = {"replicates": 2, "horizon": "10 week", "plots": False}
    full = experiment.run(out=place / "full", **asked)
    return full, experiment.set(VERDICT).run(out=place / "verdict", **asked)


def test_it_keeps_less_and_answers_the_same(both):
    full, lean = both
    kept = {name for name, one in lean.data.data_vars.items() if "replicate" in one.dims}
    assert kept == {*NEEDS, INVALID} < set(full.data.data_vars)
    for name in kept:
        assert lean.data[name].to_numpy().tobytes() == full.data[name].to_numpy().tobytes()
    assert plain(lean.verdict()) == plain(full.verdict())
    assert "record" not in full.data.attrs, "results that keep everything say what they said before"


@pytest.fixture
def week():
    """What plays two weeks of one replicate of the abstract claim, and those wars' parameters."""
    world = read("shipped:abstract-claim", {"run.horizon": "14 day"})
    lanes = Lanes.grid(2, range(1))
    parameters = draw(world, lanes, 3)

    def go(**more):
        return play(parameters, lanes, Noise(3, lanes.replicate), start=world.run.start, days=14, **more)

    return go, parameters


def test_what_is_not_kept_is_seen_to_make_sense_and_takes_no_room(week):
    go, parameters = week
    whole, part = checked(go(), parameters), checked(go(keep=("troops", "fires")), parameters)
    assert set(part.arrays) == {"troops", "fires", "net_km2_front", INVALID}
    for name, array in part.arrays.items():
        assert array.tobytes() == whole.arrays[name].tobytes()
    assert part.coords == whole.coords


@pytest.mark.parametrize(
    ("name", "value"), [("quality", np.nan), ("absent", -1.0), ("recruits", 2e9), ("fires", np.inf)]
)
def test_what_makes_no_sense_and_is_not_kept_is_marked_as_if_it_were(week, monkeypatch, name, value):
    go, parameters = week
    if name == "fires":
        monkeypatch.setattr(recorder.Recorder, "put", _with_fires(value))
    else:
        monkeypatch.setitem(recorder.READERS, name, lambda state: np.full((2, state.lanes), value))
    reached = []
    whole, part = checked(go(), parameters), checked(go(keep=("troops",), progress=reached.append), parameters)
    assert whole.arrays[INVALID].any()
    assert reached == sorted(reached), "what is played once more does not count twice"
    assert reached[-1] == 14
    assert part.arrays[INVALID].tobytes() == whole.arrays[INVALID].tobytes()
    assert part.coords == whole.coords


def _with_fires(value):
    put = recorder.Recorder.put

    def changed(self, state, read):
        put(self, state, read)
        self._write("fires", state.day // 7, np.full((2, state.lanes), value))

    return changed


@pytest.mark.parametrize("unit", ["km2", "person", "1"])
@pytest.mark.parametrize("may_be_missing", [False, True])
def test_what_is_plausible_makes_sense_looked_at_closely(unit, may_be_missing):
    one = Variable("x", (), unit, "x", may_be_missing)
    random = np.random.default_rng(7)
    special = [0.0, -0.0, -1e-6, -1e-4, 9e8, 2e9, 3e38, -3e38, np.inf, -np.inf, np.nan]
    seen = set()
    for _ in range(2000):
        values = random.choice(special, p=[0.3, 0.2, *[0.5 / 9] * 9], size=(2, 3)).astype(np.float32)
        sense = not _senseless(one, values).any()
        assert sense or not one.plausible(values), values
        seen.add((sense, one.plausible(values)))
    assert {(True, True), (False, False)} <= seen


def test_further_replicates_go_on_and_another_record_does_not(both, tmp_path):
    experiment = sim.read("shipped:abstract-claim").set(VERDICT)
    asked = {"horizon": "3 week", "plots": False, "out": tmp_path / "r"}
    first = experiment.run(replicates=1, **asked).data["net_km2"].to_numpy()
    more = experiment.run(replicates=2, **asked).data["net_km2"].to_numpy()
    assert np.array_equal(more[:, :1], first)
    with pytest.raises(UserError, match=r"variables kept \(run.record\)"):
        sim.read("shipped:abstract-claim").run(replicates=2, **asked)


def test_what_is_not_kept_is_asked_for_in_words(both, tmp_path):
    full, lean = both
    wanted = r"run\.record=full and another --out"
    for name, needed in FIGURES.items():
        lacks = [one for one in needed if one not in lean.data]
        if lacks:
            with pytest.raises(UserError, match=f"{', '.join(lacks)}.*{wanted}"):
                lean.plot(name)
    with pytest.raises(UserError, match=wanted):
        lean.metric("total(troops)", "person")
    with pytest.raises(UserError, match=wanted):
        export(lean.data, "csv", tmp_path / "x.csv", ["troops"])
    with pytest.raises(UserError) as refused:
        export(full.data, "csv", tmp_path / "x.csv", ["troop"])
    assert "run.record" not in str(refused.value)


def test_the_word_is_checked_and_stands_in_the_text_only_where_it_matters():
    with pytest.raises(UserError, match=r"found 'verdikt' - one of full, verdict - did you mean 'verdict'"):
        read("shipped:abstract", ["run.record=verdikt"])
    usual, full, lean = (read("shipped:abstract", said) for said in ([], ["run.record=full"], [VERDICT]))
    assert usual.text == full.text != lean.text
    assert usual.hashes == lean.hashes, "the numbers are the same"
    assert recorded(usual) is None
    assert recorded(lean, ["troops"]) == (*NEEDS, "troops")


def test_metrics_of_the_scenario_keep_what_they_read():
    metric = {"expression": "total(troops)", "unit": "person"}
    said = {"format": 2, "title": "t", "extends": "shipped:abstract", "metrics": {"line": metric}}
    assert recorded(read(said, [VERDICT])) == (*NEEDS, "troops")


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_needs_what_it_says_and_no_more(name, both):
    measure, data = MEASURES[name], both[0].data
    want = measure.read(data, Selection())
    np.testing.assert_array_equal(measure.read(data[[*measure.needs]], Selection()), want)
    for one in measure.needs if len(measure.needs) < 3 else ():
        with pytest.raises(KeyError):
            measure.read(data[[other for other in measure.needs if other != one]], Selection())


def test_the_claims_of_the_shipped_experiment_need_no_more():
    measured = {name for claim in read_claims(find(ARTICLE)) for name in claim.measured}
    assert measured
    assert {one for name in measured for one in MEASURES[name].needs} <= set(NEEDS)
