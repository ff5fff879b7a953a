"""A reduced calibration reproduces: another seed within Monte-Carlo error, another number of processes bit for bit."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from sim.calibration.calibrate import Calibration, calibrate, open_study
from sim.calibration.setting import read_setting
from sim.foundation.pieces import PieceStore

FILE = Path(__file__).parents[2] / "scenarios" / "history" / "calibration.yaml"
MEMBERS = 100
REDUCED = {
    "until": dt.date(2023, 4, 4),
    "origins": [dt.date(2023, 1, 3)],
    "members": MEMBERS,
    "steps": 2,
    "parameters": ["movement.pace", "command.boldness", "combat.own_exponent", "sides.russia.attack_loss"],
}
pytestmark = pytest.mark.slow


def reduced(seed: int, jobs: int, pieces: PieceStore | None = None) -> Calibration:
    study = open_study(FILE, read_setting(FILE).model_copy(update=REDUCED | {"seed": seed}))
    return calibrate(study, study.setting.until, jobs, pieces=pieces)


@pytest.fixture(scope="module")
def first() -> Calibration:
    return reduced(1, 1)


def test_another_seed_gives_the_same_posterior_within_monte_carlo_error(first: Calibration) -> None:
    other = reduced(2, 1)
    z = [ndtri(one.draws.table) for one in (first, other)]
    error = np.sqrt(sum(x.var(axis=0) / MEMBERS for x in z))
    apart = np.abs(z[0].mean(axis=0) - z[1].mean(axis=0))
    # the gain is estimated from the same members, which about doubles the error of a mean (see test_inversion)
    assert (apart < 4.0 * 2.0 * error).all(), (apart / error).round(1)
    assert np.sqrt(np.mean((apart / error) ** 2)) < 3.0
    learned = 1.0 - z[0].var(axis=0) / ndtri(first.prior).var(axis=0)
    assert learned.max() > 0.15  # else agreement would only say that both kept the prior


def test_the_number_of_processes_does_not_matter(first: Calibration) -> None:
    again = reduced(1, 2)
    assert again.draws.digest == first.draws.digest
    assert np.array_equal(again.ensemble, first.ensemble)
    assert again.misfit == first.misfit


def test_a_stopped_calibration_goes_on_where_it_was(first: Calibration, tmp_path: Path) -> None:
    pieces = PieceStore(tmp_path, "reduced")
    reduced(1, 1, pieces)
    files = sorted(tmp_path.glob("*.piece"), key=lambda path: path.stat().st_mtime_ns)
    assert len(files) == REDUCED["steps"] + 1
    files[-1].unlink()
    kept = {path: path.stat().st_mtime_ns for path in files[:-1]}
    again = reduced(1, 1, pieces)
    assert (again.draws.digest, again.misfit) == (first.draws.digest, first.misfit)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert pieces.count == len(files)
