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
from sim.foundation.errors import UserError
from sim.foundation.record import INVALID
from sim.plotting.gallery import NEEDS as FIGURES
from sim.report.export import export
from sim.scenario import read
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
