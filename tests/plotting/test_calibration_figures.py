"""Figures of calibration and hindcasts: every one is made, misses are shown, and what is drawn is what was given."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text
from scipy.special import ndtr

from sim.analysis.scores import baseline_forecasts, scores
from sim.analysis.scores.halt_forecasts import Rule, judge
from sim.analysis.sensitivity.contraction import contraction
from sim.plotting import calibration, hindcast
from sim.plotting.calibration import CalibrationStudy
from sim.plotting.gallery import draw_all
from sim.plotting.hindcast import HindcastStudy

FRONTS = ("kupiansk", "pokrovsk", "kurakhove")
ORIGINS = (dt.date(2024, 1, 2), dt.date(2024, 4, 2))
COLUMNS = ("as expected", "as turned out")


def observed() -> tuple[np.ndarray, np.ndarray]:
    """Return week ends from 2023 on and gains, (week, front)."""
    ends = np.datetime64("2023-01-03") + 7 * np.arange(90)
    luck = np.random.default_rng(4)
    return ends, 5.0 + luck.normal(0.0, 3.0, (90, len(FRONTS)))


@cache
def made(origin: dt.date, column: str, shift: float, members: int = 60) -> dict[str, Any]:
    """Return a forecast that says `shift` km2 a week and front too much."""
    ends, gain = observed()
    after = ends > np.datetime64(origin)
    seen = gain[after][:24]
    luck = np.random.default_rng(7)
    weekly = (
        5.0 + shift + luck.normal(0.0, 3.0, (members, len(seen), len(FRONTS))) + luck.normal(0.0, 0.7, (members, 1, 1))
    )
    windows = len(seen) // 4
    lead = 4 * np.arange(1, windows + 1)
    rivals = baseline_forecasts.forecasts(gain[~after].sum(axis=1), windows)
    ours, truth = scores.fourweek_sums(weekly, axis=1), scores.fourweek_sums(seen)
    total = scores.score(ours.sum(axis=2), truth.sum(axis=1), rivals, ends[after][3 : 4 * windows : 4], lead)
    quiet = judge(weekly.sum(axis=2), seen.sum(axis=1), Rule(1.0, 60, 182))
    return {"origin": origin, "column": column, "weekly": weekly, "total": total, "axes": total,
            "claimed": 7000.0 + weekly.sum(axis=2), "losses": total, "halt": quiet}  # fmt: skip


def forecast(origin: dt.date, column: str, shift: float) -> Any:
    return SimpleNamespace(**made(origin, column, shift))


def hindcasts(forecasts: list[Any], source: str = "s") -> HindcastStudy:
    ends, gain = observed()
    return HindcastStudy(forecasts, ends, gain, dict.fromkeys(FRONTS, ""), source, rule="a rule")


def told(figure: Any) -> str:
    return " ".join(text.get_text().replace("\n", " ") for text in figure.findobj(Text))


def ensembles(shift: float = 0.0) -> list[Any]:
    return [forecast(origin, column, shift) for origin in ORIGINS for column in COLUMNS]


def test_every_figure_of_a_hindcast_is_written(tmp_path: Path) -> None:
    files = draw_all("hindcast", hindcasts(ensembles()), tmp_path / "new")
    names = {file.stem for file in files}
    assert names == {
        "hindcast_total", "hindcast_axes_before_last", "hindcast_axes_last", "hindcast_calibration",
        "hindcast_skill", "hindcast_season", "hindcast_losses", "hindcast_halts",
    }  # fmt: skip
    assert all(file.stat().st_size > 5_000 for file in files)


def test_the_observed_line_is_the_sum_of_what_was_observed() -> None:
    ends, gain = observed()
    figure = hindcast.total(hindcasts(ensembles()))
    lines = [line for line in figure.findobj() if getattr(line, "get_gid", lambda: None)() == "observed"]
    after = ends > np.datetime64(ORIGINS[0])
    np.testing.assert_allclose(lines[0].get_ydata()[1:], gain[after][:24].sum(axis=1).cumsum())
    assert lines[0].get_ydata()[0] == 0.0


@pytest.mark.parametrize(("shift", "missed"), [(0.0, False), (20.0, True)])
def test_a_miss_is_named_where_there_is_one(shift: float, missed: bool) -> None:
    study = hindcasts(ensembles(shift))
    assert ("– ends outside" in told(hindcast.total(study))) is missed
    heads = told(hindcast.season(study))
    assert ("6 of 6 windows outside" in heads) is missed


def test_a_miss_in_one_column_names_the_column() -> None:
    forecasts = [forecast(ORIGINS[0], COLUMNS[0], 20.0), forecast(ORIGINS[0], COLUMNS[1], 0.0)]
    assert "ends outside “as expected”" in told(hindcast.total(hindcasts(forecasts)))


def test_skill_below_the_axis_is_marked_at_its_edge() -> None:
    figure = hindcast.skill(hindcasts(ensembles(60.0)))
    below = [line for line in figure.findobj() if getattr(line, "get_gid", lambda: None)() == "below"]
    assert sum(len(line.get_xdata()) for line in below) > 0
    fine = hindcast.skill(hindcasts(ensembles(0.0)))
    below = [line for line in fine.findobj() if getattr(line, "get_gid", lambda: None)() == "below"]
    assert sum(len(line.get_xdata()) for line in below) == 0


def test_a_naive_forecast_that_one_origin_lacks_is_shown_by_origin() -> None:
    forecasts = ensembles()
    first = forecasts[0].total
    for one in forecasts:
        one.total = scores.Score(**{**vars(first), "baselines": dict(first.baselines)})
    del forecasts[0].total.baselines["climatology_52"]
    assert "climatology 52 weeks" in told(hindcast.skill(hindcasts(forecasts)))


def test_the_source_is_the_foot_and_nothing_else() -> None:
    figure = hindcast.skill(hindcasts(ensembles(), "Source: a test, seed 3."))
    foot = [text for text in figure.findobj(Text) if text.get_gid() == "source"]
    assert [text.get_text() for text in foot] == ["Source: a test, seed 3."]


def draws(seed: int, mean: float, sd: float, count: int = 800) -> np.ndarray:
    return ndtr(mean + sd * np.random.default_rng(seed).standard_normal(count))


NAMES = ["a.silent", "b.loud", "c.middling"]


def study(predicted: np.ndarray | None = None, kinds: list[str] | None = None) -> CalibrationStudy:
    prior = np.stack([draws(n, 0.0, 1.0) for n in range(3)], axis=1)
    posterior = np.stack([prior[:, 0], draws(8, 1.0, 0.5), draws(9, -0.5, 0.9)], axis=1)
    predicted = np.full(30, 0.5) if predicted is None else predicted
    seen, kinds = np.zeros(len(predicted)), kinds or ["gains"] * 27 + ["losses"] * 3
    places = {"gains": np.linspace(0.01, 0.99, 27), "losses": np.array([0.1, 0.2, 0.3])}
    sd = np.full(len(predicted), 0.5)
    return CalibrationStudy(
        NAMES, prior, posterior, [3.0, 1.5, 1.1], seen, predicted, sd, kinds, "Source: a test.", places
    )


def test_what_was_learned_is_the_divergence_of_two_normals() -> None:
    by_name = {row.parameter: row.divergence for row in contraction(NAMES, study().prior, study().posterior)}
    found = [by_name[name] for name in NAMES]
    assert found[0] == pytest.approx(0.0, abs=1e-12)
    assert found[1] == pytest.approx(0.5 * (0.25 + 1.0 - 1.0) - np.log(0.5), abs=0.12)
    assert found[1] > found[2] > calibration.LEAST


def test_leaves_are_sorted_and_those_without_information_named() -> None:
    axes = calibration.prior_posterior(study()).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["b.loud", "c.middling", "a.silent – no information"]


def test_every_figure_of_a_calibration_is_written(tmp_path: Path) -> None:
    files = draw_all("calibration", study(), tmp_path / "new")
    assert [file.stem for file in files] == [
        f"calibration_{name}" for name in ("prior_posterior", "misfit", "residuals", "pairs", "learned", "pit")
    ]
    assert all(file.stat().st_size > 5_000 for file in files)


def test_a_residual_beyond_the_axis_is_still_drawn_and_counted() -> None:
    figure = calibration.residuals(study(np.concatenate([np.full(9, 0.1), [15.0]]), ["gains"] * 10))
    beyond = [line for line in figure.findobj() if getattr(line, "get_gid", lambda: None)() == "beyond"]
    assert sum(len(line.get_xdata()) for line in beyond) == 1
    assert "gains: 1 of 10" in told(figure)
