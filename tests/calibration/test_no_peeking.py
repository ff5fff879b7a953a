"""Calibration and hindcasts see nothing of what came after their day; the model itself is replaced by a stand-in."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.calibration import calibrate as calibrating
from sim.calibration import hindcast as hindcasting
from sim.calibration.calibrate import Study, open_study
from sim.calibration.setting import claimed_between, read_setting
from sim.foundation.noise import Noise
from tests.foundation.at_once import AtOnce

FILE = Path(__file__).parents[2] / "scenarios" / "history" / "calibration.yaml"
UNTIL = dt.date(2023, 10, 3)


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(FILE, read_setting(FILE))


def other_later(study: Study, day: dt.date) -> Study:
    """Return the study with everything observed after `day` replaced."""
    late = (study.observed.ends > np.datetime64(day))[:, None]
    months = [(a, b, x if b <= day else 9.0 * x) for a, b, x in study.months]
    losses = [(a, b, claimed_between(months, a, b)) for a, b, _ in study.claims.losses]
    force = [(when, side, x if when <= day else 9.0 * x) for when, side, x in study.claims.force]
    gain = np.where(late, 777.0, study.observed.gain)
    return replace(
        study,
        observed=replace(study.observed, gain=gain),
        months=months,
        claims=replace(study.claims, losses=losses, force=force),
    )


@pytest.mark.parametrize("later", [False, True])
def test_a_calibration_is_the_same_whatever_came_later(
    study: Study, later: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data, their errors, origins, and what the model is asked for: nothing of it knows a day after `until`."""
    asked: list[tuple[Any, ...]] = []

    def features(given: Study, table: Any, chunk: range, origins: Any, until: dt.date, step: int) -> Any:
        asked.append((origins, until))
        luck = Noise(step, np.array(chunk)).normal("stand-in", 0, size[0])
        return (luck.T,)

    monkeypatch.setattr(calibrating, "pool", AtOnce)
    monkeypatch.setattr(calibrating, "features_of", features)
    monkeypatch.setattr(study.setting, "members", 60)
    monkeypatch.setattr(study.setting, "steps", 1)
    claims = study.known(UNTIL)
    origins = [o for o in study.setting.origins if o + dt.timedelta(weeks=13) <= UNTIL]
    size = [
        len(
            calibrating.features.measured(study.observed, origins, UNTIL, claims, study.setting.scale(), study.inside)[
                0
            ]
        )
    ]
    plain = calibrating.calibrate(study, UNTIL)
    found = calibrating.calibrate(other_later(study, UNTIL) if later else study, UNTIL)
    assert np.array_equal(found.observed, plain.observed)
    assert np.array_equal(found.error_sd, plain.error_sd)
    assert np.array_equal(found.draws.table, plain.draws.table)
    assert len(found.observed) > 20, "there is something to know"
    assert found.origins == origins
    assert all(o < UNTIL for o in origins)
    assert all(until == UNTIL and max(some) < UNTIL for some, until in asked)
    changed = calibrating.calibrate(other_later(study, dt.date(2023, 5, 2)), UNTIL)
    assert not np.array_equal(changed.observed, plain.observed), "what came before does matter"


def test_every_forecast_is_calibrated_on_nothing_after_its_origin(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[tuple[dt.date, dt.date]] = []

    def calibrated(_: Study, until: dt.date, *__: Any) -> Any:
        return SimpleNamespace(draws=until)

    def played(
        given: Study, draws: dt.date, origin: dt.date, expected: bool, members: int, jobs: int, pieces: Any
    ) -> tuple[np.ndarray, np.ndarray]:
        used.append((origin, draws))
        weeks = min(52, (given.setting.until - origin).days // 7)
        return np.zeros((members, weeks, int(given.inside.sum()))), np.full((members, weeks), 7000.0)

    monkeypatch.setattr(hindcasting, "calibrate", calibrated)
    monkeypatch.setattr(hindcasting, "_play", played)
    found = hindcasting.hindcast(study, 5)
    assert {origin for origin, _ in used} == set(study.setting.hindcasts)
    assert all(until is None or until <= origin for origin, until in used)
    assert {until for _, until in used} == {None, *study.setting.calibrations}, "the first ones use the priors"
    assert [
        hindcasting.calibration_day(study.setting, day) for day in study.setting.calibrations
    ] == study.setting.calibrations
    assert len(found.forecasts) == len(hindcasting.COLUMNS) * len(study.setting.hindcasts)


def judged(study: Study, origin: dt.date) -> Any:
    weeks = min(52, (study.setting.until - origin).days // 7)
    nothing, lost = np.zeros((5, weeks, int(study.inside.sum()))), np.full((5, weeks), 7000.0)
    return hindcasting._judge(study, origin, "as expected", nothing, lost)


def test_naive_forecasts_of_a_hindcast_do_not_see_its_future(study: Study) -> None:
    """Two futures, both beyond every member: each score moves by their distance alone, so the members are the same."""
    origin = study.setting.hindcasts[2]
    late = (study.observed.ends > np.datetime64(origin))[:, None]
    found = []
    for km2 in (5e6, 6e6):
        gain = np.where(late, km2, study.observed.gain)
        found.append(judged(replace(study, observed=replace(study.observed, gain=gain)), origin))
    apart = found[1].total.observed - found[0].total.observed
    assert (apart > 0).all()
    assert len(found[0].total.baselines) >= 3
    for name, score in found[0].total.baselines.items():
        np.testing.assert_allclose(found[1].total.baselines[name] - score, apart, rtol=1e-9, err_msg=name)
    for front, score in found[0].by_axis.items():
        for name, value in score.baselines.items():
            np.testing.assert_allclose(found[1].by_axis[front].baselines[name] - value, 4e6, rtol=1e-9)


def test_a_forecast_is_held_against_the_weeks_it_speaks_of(study: Study) -> None:
    """The first window is the four weeks after the origin, and its end is their last day."""
    origin = study.setting.hindcasts[2]
    after = study.observed.ends > np.datetime64(origin)
    total = study.observed.gain[after][:, study.inside].sum(axis=1)
    score = judged(study, origin).total
    assert score.observed[0] == pytest.approx(total[:4].sum())
    assert score.observed[1] == pytest.approx(total[4:8].sum())
    assert score.end[0] == study.observed.ends[after][3]
    assert score.lead[0] == 4
