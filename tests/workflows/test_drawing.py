"""Figures drawn by worker processes are those drawn here, and what goes wrong there costs no result."""

import os
import time

import pytest

import sim
from sim.foundation.errors import MachineError
from sim.workflows import drawing
from sim.workflows.drawing import begin_drawing, draw_results
from sim.workflows.helpers import helpers
from sim.workflows.options import Options


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Return a small stored result."""
    experiment = sim.read("scenarios/abstract-claim.yaml").set("run.horizon=9 week")
    return experiment.run(out=tmp_path_factory.mktemp("drawing") / "result", replicates=3, jobs=1, plots=False)


def drawn(folder):
    """Return the bytes of every figure in a folder."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.png"))}


@pytest.fixture(scope="module")
def here(result, tmp_path_factory):
    """Return the figures drawn in this process."""
    place = tmp_path_factory.mktemp("here")
    assert draw_results({"name": result}, place, Options()).error is None
    return drawn(place)


def test_the_figures_are_the_same_to_the_byte(result, here, tmp_path):
    options = Options(jobs=2)
    with helpers(options) as others:
        assert begin_drawing("name", result, tmp_path, options, others).finish() == drawing.Drawing(tmp_path)
    assert len(here) > 8
    assert drawn(tmp_path) == here


@pytest.mark.parametrize("jobs", [1, 2])
def test_where_no_process_is_to_be_had_they_are_drawn_here(result, here, tmp_path, monkeypatch, jobs):
    def refuses(printed):
        raise OSError("no more processes")

    monkeypatch.setattr("sim.foundation.processes.start", refuses)
    options = Options(jobs=jobs)
    with helpers(options) as others:
        assert others is None
        assert begin_drawing("name", result, tmp_path, options, others).finish().error is None
    assert drawn(tmp_path) == here


def test_none_are_drawn_where_none_are_wanted(result, tmp_path):
    options = Options(jobs=2, plots=False)
    with helpers(options) as others:
        assert begin_drawing("name", result, tmp_path / "plots", options, others).finish() == drawing.Drawing()
    assert not (tmp_path / "plots").exists()


def test_many_replicates_are_drawn_here_alone(result, here, tmp_path, monkeypatch):
    with helpers(Options(jobs=2, replicates=drawing.MANY)) as others:
        assert others is None
    monkeypatch.setattr(drawing, "MANY", 3)
    monkeypatch.setattr(drawing, "_draw_one", dies_elsewhere)
    options = Options(jobs=2)
    with helpers(options) as others:
        assert begin_drawing("name", result, tmp_path, options, others).finish().error is None
    assert drawn(tmp_path) == here


def test_what_goes_wrong_is_returned(result, tmp_path):
    (tmp_path / "plots").write_text("no folder")
    options = Options(jobs=2)
    with helpers(options) as others:
        figures = begin_drawing("name", result, tmp_path / "plots", options, others)
        assert isinstance(figures.finish().error, OSError)


def test_a_process_that_dies_is_returned(result, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "_draw_one", dies_elsewhere)
    (tmp_path / "pid").write_text(str(os.getpid()))
    options = Options(jobs=2)
    with helpers(options) as others:
        assert isinstance(begin_drawing("name", result, tmp_path, options, others).finish().error, MachineError)


def dies_elsewhere(kind, figure, subject, place):
    """End a worker process at once; in this one wait for that."""
    if (place / "pid").read_text() != str(os.getpid()):
        os._exit(3)
    time.sleep(0.5)
