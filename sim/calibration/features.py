"""Features: what of the past the model is asked to match, and how well it can be asked to.

Gains enter through ``asinh(x / scale)``: linear near nothing, logarithmic for large gains, and fond of no sign. Four-week
sums, because postings of the public map are lumpy; losses as logarithms, because the claims carry an unknown factor.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sim.calibration.past import Replay, Weeks
from sim.foundation.lanes import Array

FOUR, QUARTER, HALF = 4, 13, 26


@dataclass(frozen=True)
class Scales:
    """How features are scaled and how wrong they may be; from the calibration file.

    Parameters
    ----------
    total_km2, axis_km2 : float
        Scales of asinh for four-week sums of all axes, and for sums by axis.
    gain_error, axis_error : float
        Sd of discrepancy and observation error in asinh units.
    loss_error, force_error, spread_error : float
        Sd in logarithms (losses, forces) and asinh units (mean changes from window to window).
    """

    total_km2: float
    axis_km2: float
    gain_error: float
    axis_error: float
    loss_error: float
    force_error: float
    spread_error: float


@dataclass(frozen=True)
class Claims:
    """Dated points beside the front: monthly claims of losses and statements of force.

    Parameters
    ----------
    losses : list of (date, date, float)
        First and last day of a span and the the attacker's casualties claimed in it.
    force : list of (date, int, float)
        Day, side (0 the defender, 1 the attacker), people.
    """

    losses: list[tuple[dt.date, dt.date, float]]
    force: list[tuple[dt.date, int, float]]


def windows(weekly: Array, length: int) -> Array:
    """Return sums over whole windows of `length` weeks along the first axis."""
    whole = len(weekly) // length
    return weekly[: whole * length].reshape(whole, length, *weekly.shape[1:]).sum(axis=1)


def front_features(weekly: Array, s: Scales) -> list[Array]:
    """Return features of one branch, each (...,): totals of four weeks, then each axis at 13 and 26 weeks.

    Parameters
    ----------
    weekly : ndarray, shape (week, front, ...)
        Net gain; at most 26 weeks are used.
    """
    weekly = weekly[:HALF]
    found = list(np.arcsinh(windows(weekly.sum(axis=1), FOUR) / s.total_km2))
    for span in (QUARTER, HALF):
        if len(weekly) >= span:
            found.extend(np.arcsinh(weekly[:span].sum(axis=0) / s.axis_km2))
    return found


def front_errors(weeks: int, fronts: int, s: Scales) -> list[float]:
    """Return the error sd of each of `front_features`; windows seen from two origins count half each."""
    totals = min(weeks, HALF) // FOUR
    sd = [s.gain_error * (1.0 if (n + 1) * FOUR <= QUARTER else np.sqrt(2.0)) for n in range(totals)]
    for span in (QUARTER, HALF):
        if weeks >= span:
            sd.extend([s.axis_error * (1.0 if span == QUARTER else np.sqrt(2.0))] * fronts)
    return sd


def spread_features(series: list[Array], s: Scales) -> list[Array]:
    """Return the mean change from one four-week window to the next, of the total and of the axes, over all branches."""
    total, axes = [], []
    for weekly in series:
        sums = windows(weekly[:HALF], FOUR)
        if len(sums) > 1:
            total.append(np.abs(np.diff(np.arcsinh(sums.sum(axis=1) / s.total_km2), axis=0)).mean(axis=0))
            axes.append(np.abs(np.diff(np.arcsinh(sums / s.axis_km2), axis=0)).mean(axis=(0, 1)))
    return [np.mean(total, axis=0), np.mean(axes, axis=0)] if total else []


def modelled(run: Replay, start: dt.date, claims: Claims, factor: Array, s: Scales, inside: Array) -> Array:
    """Return every feature of a replay, shape (lane, feature).

    Parameters
    ----------
    factor : ndarray, shape (lane,)
        The attacker's true casualties over those claimed.
    inside : ndarray of bool, shape (front,)
        Fronts inside the defended country.
    """
    found: list[Array] = []
    series = [branch.gain[:, inside] for branch in run.branches]
    for weekly in series:
        found.extend(front_features(weekly, s))
    found.extend(spread_features(series, s))
    for first, last, _ in claims.losses:
        weeks = slice((first - start).days // 7, (last - start).days // 7)
        days = 7.0 * (weeks.stop - weeks.start)
        found.append(np.log(np.maximum(run.casualties[weeks, 1].sum(axis=0) / days, 1.0)) - np.log(factor))
    for day, side, _ in claims.force:
        found.append(np.log(np.maximum(run.force[(day - start).days // 7, side], 1.0)))
    return np.stack(found, axis=1)


def measured(
    observed: Weeks, origins: list[dt.date], until: dt.date, claims: Claims, s: Scales, inside: Array
) -> tuple[Array, Array]:
    """Return the observed features and their error sd, shape (feature,) each, in the order of `modelled`."""
    found: list[Array] = []
    sd: list[float] = []
    series = []
    for origin in origins:
        whole = (until - origin).days // 7
        weekly = observed.between(origin, until)[: min(whole, HALF)][:, inside]
        series.append(weekly)
        found.extend(front_features(weekly, s))
        sd.extend(front_errors(len(weekly), int(inside.sum()), s))
    spread = spread_features(series, s)
    found.extend(spread)
    sd.extend([s.spread_error] * len(spread))
    for first, last, lost in claims.losses:
        found.append(np.log(lost / ((last - first).days)))
        sd.append(s.loss_error)
    for _, _, people in claims.force:
        found.append(np.log(people))
        sd.append(s.force_error)
    return np.array(found, dtype=np.float64), np.array(sd)
