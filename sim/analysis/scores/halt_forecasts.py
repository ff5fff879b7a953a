"""Halts that come by themselves: how often a forecast without any lever holds one, and whether one came.

A halt is what the verdict calls one (`sim.analysis.outcomes.judging`): a span of days over which the mean net gain is below
the rate, read from weekly values with straight lines between, as the map shows them. A ladder of rates says how often the
record itself was that slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes import ladder
from sim.analysis.outcomes.judging import mean_rates, spans

Floats = npt.NDArray[np.float64]

WEEK = 7


@dataclass(frozen=True)
class Rule:
    """What counts as a halt.

    Parameters
    ----------
    rate : float
        Mean net gain below which an advance has halted, km2/day.
    days : float
        Over how many days.
    within : float
        Latest day on which it may begin.
    level : float
        Coverage of intervals.
    """

    rate: float
    days: float
    within: float
    level: float = 0.9

    @property
    def weeks(self) -> int:
        """Weeks that a span of so many days takes up."""
        return ceil(self.days / WEEK)


@dataclass(frozen=True)
class Halt:
    """A halt foretold and seen from one origin.

    Parameters
    ----------
    chance, low, high : float
        Share of wars with a halt, and the interval of that share as an estimate from so many wars.
    happened : bool or None
        Whether the map saw one; None where the observed weeks are too few to tell.
    day : float or None
        Days from the origin to the beginning of the first one seen.
    least : float
        Smallest observed net gain over such a span, km2/day.
    judged_weeks : int
        Weeks that both were judged on.
    """

    chance: float
    low: float
    high: float
    happened: bool | None
    day: float | None
    least: float
    judged_weeks: int


def begins(weekly: npt.ArrayLike, rule: Rule) -> Floats:
    """Return the day on which the first halt of each series begins, (...,); nan where there is none.

    Parameters
    ----------
    weekly : array_like, shape (..., week)
        Net gain, km2; a span with a missing week is no halt.
    """
    halted = _rates(weekly, rule) < rule.rate
    if not halted.shape[-1]:
        return np.full(halted.shape[:-1], np.nan)
    return np.where(halted.any(axis=-1), WEEK * halted.argmax(axis=-1).astype(np.float64), np.nan)


def judge(members: npt.ArrayLike, observed: npt.ArrayLike, rule: Rule) -> Halt:
    """Return the chance of a halt in an ensemble, (member, week), and whether `observed`, (week,), saw one.

    Both are judged on the same weeks: those that were observed and are long enough for a halt that begins in time.
    """
    x, y = np.asarray(members, dtype=float), np.asarray(observed, dtype=float)
    weeks = min(x.shape[1], len(y), int(rule.within // WEEK) + rule.weeks)
    x, y = x[:, :weeks], y[:weeks]
    if weeks < rule.weeks:
        return Halt(float("nan"), 0.0, 1.0, None, None, float("nan"), weeks)
    share = Estimate.proportion(float(np.isfinite(begins(x, rule)).sum()), len(x), rule.level)
    day = float(begins(y, rule))
    happened = bool(np.isfinite(day))
    least = float(np.nanmin(_rates(y, rule)))
    return Halt(share.value, share.low, share.high, happened, day if happened else None, least, weeks)


@dataclass(frozen=True)
class HaltScore:
    """Forecasts of a halt from several origins, beside what was seen.

    Parameters
    ----------
    origins : int
        Those that can be judged.
    expected : float
        Sum of the chances.
    seen : int
    brier : float
        Brier score, 0 best.
    brier_share : float
        That of the share seen, said every time with hindsight: what a forecaster who cannot tell the origins apart would
        reach.
    """

    origins: int
    expected: float
    seen: int
    brier: float
    brier_share: float


def score_halts(found: Sequence[Halt]) -> HaltScore:
    """Return how well halts were forecast over several origins."""
    judged = [one for one in found if one.happened is not None]
    if not judged:
        return HaltScore(0, float("nan"), 0, float("nan"), float("nan"))
    chance = np.array([one.chance for one in judged])
    seen = np.array([float(bool(one.happened)) for one in judged])
    brier, share = float(np.mean((chance - seen) ** 2)), float(seen.mean())
    return HaltScore(len(judged), float(chance.sum()), int(seen.sum()), brier, share * (1.0 - share))


def seen_slow(weekly: npt.ArrayLike, ends: npt.ArrayLike, days: float) -> dict[str, dict[str, float]]:
    """Return by calendar year the share of the spans of a record begun in it that were slower than each rung.

    Parameters
    ----------
    weekly : array_like, shape (week,)
        Net gain, km2.
    ends : array_like of datetime64, shape (week,)
        Last day of each week.
    days : float
        Length of a span.
    """
    rates = _rates(weekly, Rule(0.0, days, np.inf))
    begun = np.asarray(ends, dtype="datetime64[Y]")[: len(rates)].astype(int) + 1970
    known = np.isfinite(rates)
    return {str(year): ladder.shares(rates[known & (begun == year)], np.nan) for year in np.unique(begun[known])}


def _rates(weekly: npt.ArrayLike, rule: Rule) -> Floats:
    """Return the mean rate of every span that begins in time, km2/day, (..., span); nan where a week is missing."""
    x = np.asarray(weekly, dtype=float)
    points = WEEK * np.arange(x.shape[-1] + 1, dtype=np.float64)
    starts, after, _ = spans(points, rule.days)
    starts = starts[points[starts] <= rule.within]
    after = after[: len(starts)]
    rates = mean_rates(_added(np.nan_to_num(x)), points, rule.days)[..., : len(starts)]
    missing = _added(np.isnan(x).astype(np.float64))
    return np.where(missing[..., after] - missing[..., starts] > 0.0, np.nan, rates)


def _added(weekly: Floats) -> Floats:
    """Return sums from the start on, (..., week + 1)."""
    return np.concatenate([np.zeros((*weekly.shape[:-1], 1)), np.cumsum(weekly, axis=-1)], axis=-1)
