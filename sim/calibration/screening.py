"""Screening: which drawn leaves move what the calibration is held against, and which do not.

Elementary effects (Morris 1991, Technometrics 33, 161-174): paths through the cube of the leaves' quantiles along which one
leaf after the other takes one step. All wars of a path share their noise, so that what moves is the leaf's doing and a leaf
that the model does not read has an effect of exactly nothing. An effect is given in units of error: by how many standard
deviations of observation error and discrepancy the features move when it goes from its 5 % to its 95 % quantile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibration import features
from sim.calibration.calibrate import FACTOR, Study, claims_factor
from sim.calibration.past import replay
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.pieces import PieceStore, each
from sim.foundation.workers import pool
from sim.scenario.priors.draw import draw
from sim.scenario.priors.posterior import Posterior, posterior
from sim.scenario.priors.uncertain import uncertain

LOW, HIGH = 0.05, 0.95  # quantiles between which a leaf moves
LEVELS = 4  # as Morris has it: steps of two thirds of the way
GROUPS = ("total", "axes", "changes", "losses", "force")
SURE = 1.645  # standard errors below the mean effect that must still lie above the cut


@dataclass(frozen=True)
class Screening:
    """Effects of every drawn leaf.

    Parameters
    ----------
    names : tuple of str
        Leaf paths, or the name under which leaves are drawn together.
    effects : ndarray, shape (path, leaf, group)
        Root mean square over a group's features of the change from 5 to 95 %, in errors.
    """

    names: tuple[str, ...]
    effects: Array

    @property
    def mean(self) -> Array:
        """Mean effect over the paths, (leaf, group)."""
        found: Array = self.effects.mean(axis=0)
        return found

    @property
    def error(self) -> Array:
        """Standard error of that mean, (leaf, group); nan with one path."""
        if len(self.effects) < 2:
            return np.full(self.effects.shape[1:], np.nan)
        found: Array = self.effects.std(axis=0, ddof=1) / np.sqrt(len(self.effects))
        return found

    def strongest(self) -> Array:
        """Return the largest mean effect of each leaf over the groups, (leaf,)."""
        found: Array = self.mean.max(axis=1)
        return found

    def matters(self, cut: float) -> np.ndarray:
        """Return whether a leaf moves some group by more than `cut` errors, sampling error allowed for, (leaf,) of bool."""
        sure = self.mean - SURE * np.nan_to_num(self.error, nan=0.0)
        return np.asarray((sure > cut).any(axis=1))


def paths(count: int, leaves_: int, seed: int) -> tuple[Array, np.ndarray]:
    """Return Morris paths.

    Returns
    -------
    points : ndarray, shape (path, leaf + 1, leaf)
        Quantiles; neighbours differ in one leaf by two thirds of the way from `LOW` to `HIGH`.
    order : ndarray of int, shape (path, leaf)
        Which leaf moves at each step.
    """
    noise = Noise(seed, np.arange(count))
    begin = noise.uniform("screening begin", 0, leaves_).T
    order = np.argsort(noise.uniform("screening order", 0, leaves_).T, axis=1)
    half = LEVELS // 2
    up = noise.uniform("screening sign", 0, leaves_).T < 0.5
    low = np.floor(begin * half) / (LEVELS - 1)  # the lower half of the levels
    step = half / (LEVELS - 1)
    first = np.where(up, low, low + step)
    last = np.where(up, low + step, low)
    moved_at = np.argsort(order, axis=1)  # the step at which each leaf moves
    gone = np.arange(leaves_ + 1)[None, :, None] > moved_at[:, None, :]
    share = np.where(gone, last[:, None, :], first[:, None, :])
    return LOW + (HIGH - LOW) * share, order


def effects_of(points: Array, order: np.ndarray, outputs: Array) -> Array:
    """Return the effect of each leaf from `LOW` to `HIGH` along one path, shape (leaf, output).

    Parameters
    ----------
    points : ndarray, shape (leaf + 1, leaf)
    order : ndarray of int, shape (leaf,)
    outputs : ndarray, shape (leaf + 1, output)
    """
    step = np.diff(points, axis=0)[np.arange(len(order)), order]
    moved = np.diff(outputs, axis=0) * ((HIGH - LOW) / step)[:, None]
    found = np.empty_like(moved)
    found[order] = moved
    return found


def screen(
    study: Study,
    count: int,
    jobs: int = 1,
    progress: Callable[[float], None] | None = None,
    pieces: PieceStore | None = None,
) -> Screening:
    """Return the effects of every uncertain leaf of the study's scenario on the calibration's features.

    Parameters
    ----------
    study : Study
    count : int
        Paths; each is one war more than there are leaves.
    jobs : int
        Worker processes; the result does not depend on it.
    progress : callable, optional
        Told the share done.
    pieces : PieceStore, optional
        Keeps the paths already played; those that it holds are not played again.
    """
    names = (*(one.name for one in uncertain(study.scenario)), FACTOR)
    points, order = paths(count, len(names), study.setting.seed)
    found = []
    with pool(jobs) as workers:
        shared = workers.share(study)
        tasks = [(f"path {n} of {count}", _path, (shared, names, points[n], order[n], n)) for n in range(count)]
        for done, (piece,) in enumerate(each(workers, pieces or PieceStore(), tasks), 1):
            found.append(piece)
            if progress is not None:
                progress(done / count)
    return Screening(names, np.stack(found))


def _path(study: Study, names: tuple[str, ...], points: Array, order: np.ndarray, number: int) -> tuple[Array]:
    """Play one path and return the effects by group, one (leaf, group)."""
    setting, until = study.setting, study.setting.until
    origins = [origin for origin in setting.origins if origin + dt.timedelta(weeks=features.QUARTER) <= until]
    _, sd = features.measured(study.observed, origins, until, study.known(until), setting.scale(), study.inside)
    outputs = _features(study, posterior(names, points), origins, until, number) / sd
    effects = effects_of(points, order, outputs)
    kinds = np.array(groups_of(study, origins, until))
    rms = [
        np.sqrt(np.mean(effects[:, kinds == group] ** 2, axis=1)) if (kinds == group).any() else None
        for group in GROUPS
    ]
    return (np.stack([np.zeros(len(names)) if one is None else one for one in rms], axis=1),)


def _features(study: Study, table: Posterior, origins: list[dt.date], until: dt.date, number: int) -> Array:
    """Return the features of one path's wars, all with the same noise, (war, feature)."""
    lanes = Lanes.grid(1, range(len(table.table)))
    run = replay(
        draw(study.scenario, lanes, study.setting.seed, table),
        lanes,
        Noise(study.setting.seed, np.full(lanes.count, number)),
        start=study.setting.start,
        until=until,
        origins=origins,
        weeks=features.HALF,
        observed=study.observed,
        anchor=study.setting.anchoring(),
        as_expected=False,
    )
    claims = study.known(until)
    factor = claims_factor(study.setting, table.uniform(FACTOR, lanes.replicate))
    return features.modelled(run, study.setting.start, claims, factor, study.setting.scale(), study.inside)


def groups_of(study: Study, origins: Sequence[dt.date], until: dt.date) -> list[str]:
    """Return the group of every feature, in the order of `features.measured`."""
    fronts = int(study.inside.sum())
    found: list[str] = []
    for origin in origins:
        weeks = min((until - origin).days // 7, features.HALF)
        found += ["total"] * (weeks // features.FOUR)
        found += ["axes"] * (fronts * sum(weeks >= span for span in (features.QUARTER, features.HALF)))
    found += ["changes"] * 2
    claims = study.known(until)
    return found + ["losses"] * len(claims.losses) + ["force"] * len(claims.force)
