"""Losses of the attacker forecast beside those claimed: claims of one side, month by month, reported by week.

The defender claims killed and wounded; the truth is an unknown factor of that, which the calibration draws.
So casualties of the model are divided by the factor and compared with claims, never with counts. Months are spread evenly
over their days, so that four-week sums begin at the origin as those of the front do.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from sim.analysis.scores import baseline_forecasts, scores
from sim.calibration.setting import Months
from sim.foundation.lanes import Array
from sim.foundation.noise import Noise

Days = npt.NDArray[np.datetime64]

WEEK, QUARTER = 7, 13
MEMORY = 104  # weeks of claims that baseline forecasts are given


def by_week(months: Months, ends: Days, known: dt.date | None = None) -> Array:
    """Return claimed losses in the seven days up to each of `ends`, shape (week,); nan where a day is not covered.

    Parameters
    ----------
    months : list of (date, date, float)
        First day, last day, claimed in between.
    ends : ndarray of datetime64[D], shape (week,)
    known : date, optional
        The day of the reader: days of a month that was not over then count as those of the last whole month.
    """
    whole = [month for month in months if known is None or month[1] <= known]
    rates: dict[int, float] = {}
    for first, last, claimed in whole:
        days = range(first.toordinal(), last.toordinal() + 1)
        rates.update(dict.fromkeys(days, claimed / len(days)))
    if known is not None and whole:
        latest = rates[whole[-1][1].toordinal()]
        rates.update(dict.fromkeys(range(whole[-1][1].toordinal() + 1, known.toordinal() + 1), latest))
    epoch = dt.date(1970, 1, 1).toordinal()
    last_days = ends.astype("datetime64[D]").astype(np.int64) + epoch
    return np.array([sum(rates.get(int(end) - back, np.nan) for back in range(WEEK)) for end in last_days])


def judge(months: Months, origin: dt.date, claimed: Array, ends: Days) -> scores.Score:
    """Score a forecast of claimed losses from `origin` beside baseline ones.

    Parameters
    ----------
    months : list of (date, date, float)
    claimed : ndarray, shape (member, week)
        Forecast losses on the scale of the claims.
    ends : ndarray of datetime64[D], shape (any,)
        Ends of the observed weeks; those after the origin are used.

    Returns
    -------
    Score
        Of four-week sums, persons.
    """
    later = ends[ends > np.datetime64(origin)][: claimed.shape[1]]
    windows = len(later) // scores.WINDOW
    past = np.datetime64(origin, "D") - WEEK * np.arange(MEMORY - 1, -1, -1)
    history = by_week(months, past, origin)
    history = history[np.isfinite(history).cumsum() > 0]  # claims begin with the war
    truth = scores.fourweek_sums(by_week(months, later))
    ours = scores.fourweek_sums(claimed[:, : windows * scores.WINDOW], axis=1)
    rivals = baseline_forecasts.forecasts(history, windows)
    end = later[scores.WINDOW - 1 :: scores.WINDOW][:windows]
    return scores.score(ours, truth, rivals, end, scores.WINDOW * np.arange(1, windows + 1))


def misclaimed(weeks: int, sd: float, noise: Noise, stream: str) -> Array:
    """Return factors by which claims of each week are off, (week, lane): alike inside four weeks, median one.

    Parameters
    ----------
    sd : float
        Sd of the logarithm for a quarter; four weeks are off by more, as the root of the time.
    noise : Noise
    stream : str
        Keys the errors.
    """
    windows = -(-weeks // scores.WINDOW)
    drawn = noise.normal(f"claims {stream}", 0, windows) * (sd * np.sqrt(QUARTER / scores.WINDOW))
    return np.exp(np.repeat(drawn, scores.WINDOW, axis=0)[:weeks])
