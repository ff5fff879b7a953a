"""A result judged by a table of observations: total and by axis, beside baseline forecasts from the same origin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.names import Names
from sim.analysis.observations.matching import (
    Weeks,
    ahead,
    behind,
    joined,
    noise_shares,
    of_axes,
    simulated,
    total_of,
    with_map_noise,
)
from sim.analysis.observed import FRONT, FRONT_BY_AXIS, Observed
from sim.analysis.scores import baseline_forecasts
from sim.analysis.scores.scores import ESTIMATOR, WINDOW, Score, cumulative, fourweek_sums, score
from sim.foundation.errors import Fault, UserError

Floats = npt.NDArray[np.float64]

ENOUGH = 52  # weeks of history that the baseline forecasts want


@dataclass(frozen=True)
class Compared:
    """One curve of the ensemble beside the observed one, as scored and as drawn.

    Parameters
    ----------
    weeks : Weeks
        The observed weeks inside the record.
    members : ndarray, shape (member, week)
        Simulated weekly gain, with the map's noise, km2.
    score : Score
    """

    weeks: Weeks
    members: Floats
    score: Score


@dataclass(frozen=True)
class Verification:
    """All comparisons of one result.

    Parameters
    ----------
    total : Compared
    by_axis : dict of str to Compared
        Empty where the observations give totals only.
    origin : date
    map_noise : float
        Standard deviation added to a simulated week's change, km2.
    missing_fronts : tuple of str
        Fronts of the scenario that the observations do not name; the total is then of the others.
    """

    total: Compared
    by_axis: dict[str, Compared]
    origin: dt.date
    map_noise: float
    missing_fronts: tuple[str, ...]


def verify(
    data: xr.Dataset,
    observed: Sequence[Observed],
    history: Sequence[Observed],
    origin: dt.date,
    *,
    map_noise: float = 0.0,
    seed: int = 0,
    estimator: str = ESTIMATOR,
) -> Verification:
    """Score the first arm of `data` against `observed` from `origin` on.

    Parameters
    ----------
    data : Dataset
        A result that starts at the origin, or in its week.
    observed : sequence of Observed
        A total, a table by axis, or one of each. Without a total it is the sum of the axes.
    history : sequence of Observed
        What to build baseline forecasts from where `observed` does not reach back far enough. Nothing after
        the origin is read.
    map_noise : float
        Standard deviation to add to a simulated week's change in total, km2; see `with_map_noise`.

    Raises
    ------
    UserError
        If not a single window of four weeks can be compared.
    """
    total = next((table for table in observed if table.kind == FRONT), None)
    axes = next((table for table in observed if table.kind == FRONT_BY_AXIS), None)
    start = max(origin, dt.date.fromisoformat(str(data["time"].to_numpy()[0])[:10]))
    names = Names.of(data)
    fronts = names.inside(data["front"].to_numpy())
    missing = () if axes is None or total is not None else tuple(set(fronts) - set(axes.axes))
    by_axis: dict[str, Compared] = {}
    if axes is not None:
        by_axis = _by_axis(data, axes, _past(axes, history, origin, names.outside), start, map_noise, seed, estimator)
    if total is not None:
        weeks, past = ahead(total, start), _past(total, history, origin, names.outside)
        members = simulated(data, weeks)
    elif axes is not None:
        weeks, past = (
            total_of(one, names.outside) for one in (ahead(axes, start), _past(axes, history, origin, names.outside))
        )
        inside = names.inside(axes.axes)
        members = simulated(data, weeks) if not missing else simulated(data, weeks, inside).sum(axis=2)
    else:
        raise ValueError("there is no front among the observations")
    members = with_map_noise(members, map_noise, seed)
    compared = _compare(weeks, members, past.gain, seed, estimator)
    if not compared.score.n_windows:
        last = max(str(table.ends[-1]) for table in observed)
        raise UserError(
            [
                Fault(
                    f"nothing to score: no four whole weeks observed after {start} and inside the war played "
                    f"(the file ends {last}, the war {str(data['time'].to_numpy()[-1])[:10]})",
                    observed[0].path,
                )
            ]
        )
    return Verification(compared, by_axis, origin, map_noise, tuple(sorted(missing)))


def _by_axis(
    data: xr.Dataset, axes: Observed, past: Weeks, start: dt.date, sd: float, seed: int, estimator: str
) -> dict[str, Compared]:
    """Score each axis; an axis outside the defended country too, but without the map's noise."""
    weeks = ahead(axes, start)
    members = simulated(data, weeks, axes.axes)
    share = noise_shares(past) if past.axes else np.full(len(axes.axes), 1 / len(axes.axes))
    members = with_map_noise(members, sd, seed, share)
    found = {}
    for index, name in enumerate(axes.axes):
        one = Weeks(weeks.starts, weeks.ends, weeks.gain[:, index])
        gone = past.gain[:, index] if past.axes else np.zeros(0)
        found[name] = _compare(one, members[..., index], gone, seed, estimator)
    return found


def _compare(weeks: Weeks, members: Floats, past: Floats, seed: int, estimator: str) -> Compared:
    """Score one curve over the weeks that were played."""
    not_played = np.flatnonzero(np.isnan(members).any(axis=0))
    count = int(not_played[0]) if not_played.size else members.shape[1]
    weeks = Weeks(weeks.starts[:count], weeks.ends[:count], weeks.gain[:count])
    members = members[:, :count]
    windows = count // WINDOW
    end = weeks.ends[WINDOW - 1 :: WINDOW][:windows]
    lead = WINDOW * np.arange(1, windows + 1)
    result = score(
        fourweek_sums(members, axis=1),
        fourweek_sums(weeks.gain),
        baseline_forecasts.forecasts(past, windows, seed=seed) if len(past) and windows else {},
        end,
        lead,
        seed=seed,
        estimator=estimator,
        cumulative=cumulative(members, weeks.gain),
    )
    return Compared(weeks, members, result)


def _past(table: Observed, history: Sequence[Observed], origin: dt.date, outside: Sequence[str]) -> Weeks:
    """Return the weeks before the origin: the table's own, and before them those of a history of its kind."""
    own = behind(table, origin)
    if len(own.ends) >= ENOUGH:
        return own
    for other in history:
        old = behind(other, origin)
        if table.kind == FRONT:
            return joined(total_of(old, outside), own)
        if other.kind == FRONT_BY_AXIS and set(table.axes) - set(other.axes) <= set(outside):
            return joined(of_axes(old, table.axes), own)
    return own
