"""Figures of losses, halts and diagnostics: what is drawn is what was given."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.text import Text

from sim.analysis.scores import scores
from sim.analysis.scores.halt_forecasts import Rule, judge
from sim.analysis.sensitivity.contraction import contraction
from sim.plotting import calibration
from sim.plotting.calibration import CalibrationStudy
from sim.plotting.hindcast import HindcastStudy, halts, losses

LUCK = np.random.default_rng(3)
ORIGINS = (dt.date(2024, 1, 2), dt.date(2024, 4, 2))


def told(figure) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))


def study() -> HindcastStudy:
    found = []
    for origin in ORIGINS:
        for column in ("as expected", "as turned out"):
            claimed = 7000.0 + 500.0 * LUCK.standard_normal((40, 24))
            ends = np.datetime64(origin) + 28 * np.arange(1, 7)
            sums = scores.fourweek_sums(claimed, axis=1)
            truth = np.where(np.arange(6) == 2, 60_000.0, 28_000.0)
            score = scores.score(sums, truth, {"persistence": sums + 3000.0}, ends, 4 * np.arange(1, 7))
            seen = np.full(30, 20.0 if origin == ORIGINS[0] else 0.0)
            halt = judge(np.where(np.arange(40)[:, None] < 10, 0.0, 20.0) * np.ones(30), seen, Rule(1.0, 60, 182))
            found.append(SimpleNamespace(origin=origin, column=column, claimed=claimed, losses=score, halt=halt))
    return HindcastStudy(found, np.array([]), np.array([]), {}, "Source: a test.", rule="a rule")


def test_losses_show_the_claims_and_the_misses() -> None:
    figure = losses(study())
    seen = [line for line in figure.findobj() if getattr(line, "get_gid", lambda: None)() == "observed"]
    assert seen[0].get_ydata()[2] == pytest.approx(60.0)  # thousand
    said = told(figure)
    assert "of 6 inside" in said
    assert "a claim, not a count" in said
    assert "claimed" in said


def test_halts_show_the_chance_and_what_came() -> None:
    figure = halts(study())
    drawn = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert sorted(float(x) for line in drawn for x in line.get_xdata()) == [0.25] * 4
    assert "did not come" in told(figure)
    assert "came, from day 0" in told(figure)


def ensemble() -> tuple[list[str], np.ndarray, np.ndarray]:
    prior = np.random.default_rng(5).uniform(0.01, 0.99, (200, 3))
    return ["a.b", "a.c", "d"], prior, np.clip(0.5 * prior + 0.4, 0.01, 0.99)


def calibrated(places, data=None) -> CalibrationStudy:
    none = np.zeros(0)
    return CalibrationStudy(*ensemble(), [1.0], none, none, none, [], "s", places, data, 1)


def test_what_was_learned_names_the_leaves() -> None:
    rows = contraction(*ensemble())
    figure = calibration.learned(calibrated({}))
    assert all(row.parameter in told(figure) for row in rows)


def test_places_leave_out_kinds_with_few_features() -> None:
    figure = calibration.pit(calibrated({"gains": LUCK.uniform(size=50), "changes": np.array([0.1, 0.2])}))
    assert len(figure.axes) == 1
    bars = [bar for bar in figure.axes[0].patches if bar.get_gid() == "ranks"]
    assert sum(bar.get_height() for bar in bars) == 50


def test_the_predictive_check_of_arviz_is_drawn_and_summed_up() -> None:
    pytest.importorskip("arviz")
    names, prior, posterior = ensemble()
    observed = {"gains": LUCK.standard_normal(30), "losses": LUCK.standard_normal(3)}
    replicated = {kind: LUCK.standard_normal((200, len(x))) for kind, x in observed.items()}
    data = calibration.inference_data(names, prior, posterior, replicated, observed)
    figure = calibration.predictive_check(calibrated({}, data))
    assert len(figure.axes) == 1  # three features make no distribution
    black = [line for line in figure.axes[0].lines if line.get_color() == "black"]
    assert black
    table = calibration.summary(data)
    assert [row["parameter"] for row in table] == names
    assert table[0]["mean"] == pytest.approx(posterior[:, 0].mean(), abs=1e-3)
    assert not {"r_hat", "ess_bulk"} & set(table[0])  # no chains, no such numbers
