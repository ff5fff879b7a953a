"""How firm a verdict is: every threshold moved over the stored record, and variants side by side.

Nothing is played again. For each war the slowest sustained advance and the deepest reversal are found once; a threshold
of rate or depth then only cuts them: a war halts if and only if its *critical rate* lies below `halt_rate`.

The same rule, `sim.analysis.verdicts.claim.verdict_of`, judges two questions: a rapid halt, and a reversal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import OUTSIDE, Thresholds, days_since_start, seen_in_time
from sim.analysis.verdicts.claim import JOINT, singles, verdict_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HALT, REVERSAL = "halt", "reversal"
OF = {
    HALT: ("halt_rate", "halt_days", "halt_within_days", "can", "cannot"),
    REVERSAL: ("reversal_km2", "reversal_days", "can", "cannot"),
}
"""Question -> the thresholds that its answer depends on."""


@dataclass(frozen=True)
class Answer:
    """What one variant says of one question at one setting of the thresholds.

    Parameters
    ----------
    verdict : str
        ``supported``, ``contradicted``, ``undecided``.
    base, single, joint : Estimate
        Chance of the outcome: as things stand, with the best single lever, with all five coordinated.
    best : str
        Which single lever that is; the first of those that are alike.
    gain : Estimate
        All coordinated less the base, war by war.
    reason : str
        Why it is contradicted: ``cannot`` (not even together) or ``anyway`` (one lever, or none, is enough); else "".
    """

    verdict: str
    base: Estimate
    single: Estimate
    joint: Estimate
    best: str
    gain: Estimate
    reason: str = ""


class Wars:
    """The wars of one result, ready to be judged by any thresholds.

    Parameters
    ----------
    data : Dataset
        A result with ``net_km2``, ``net_km2_front`` and ``war``, and the arms of the claim.

    Raises
    ------
    ValueError
        If the arms of the claim are missing.
    """

    def __init__(self, data: xr.Dataset) -> None:
        self.arms = [str(name) for name in data["arm"].to_numpy()]
        if JOINT not in self.arms or not singles(self.arms):
            raise ValueError(f"the arms of the claim are needed: a base, single levers and {JOINT}")
        self.rule = Thresholds.of(data)
        self.days = days_since_start(data)
        lead = ("arm", "replicate", "time")
        self._war = data["war"].transpose(*lead).to_numpy() > 0.5
        self._net = data["net_km2"].transpose(*lead).to_numpy().astype(float)
        inside = [name for name in data["front"].to_numpy() if str(name) not in OUTSIDE]
        self._fronts = data["net_km2_front"].sel(front=inside).transpose(*lead, "front").to_numpy().astype(float)
        self._rates = lru_cache(maxsize=64)(self._find_rates)
        self._depths = lru_cache(maxsize=64)(self._find_depths)

    def happens(self, question: str, rule: Thresholds) -> Floats:
        """Return whether the outcome comes about, 1 or 0, nan where the record is too short; (arm, replicate)."""
        if question == HALT:
            rates = self._rates(rule.halt_days, rule.halt_within_days)
            return np.where(np.isnan(rates), np.nan, rates < rule.halt_rate)
        depths = self._depths(rule.reversal_days)
        return np.where(np.isnan(depths), np.nan, depths >= rule.reversal_km2)

    def answer(self, question: str, rule: Thresholds) -> Answer:
        """Judge one question by the rule of the verdict."""
        rows = self.happens(question, rule)
        chances = dict(zip(self.arms, (_chance(row, rule.interval) for row in rows), strict=True))
        names = singles(self.arms)
        best = max(names, key=lambda name: np.nan_to_num(chances[name].value, nan=-1.0))
        gain = Estimate.paired_rate(rows[self.arms.index(JOINT)] - rows[0], rule.interval)
        base, joint = chances[self.arms[0]], chances[JOINT]
        verdict = "undecided"
        if not np.isnan(rows).any():
            verdict = verdict_of(base, [chances[name] for name in names], joint, gain, rule)
        reason = ""
        if verdict == "contradicted":
            reason = "cannot" if joint.high < rule.can else "anyway"
        return Answer(verdict, base, chances[best], joint, best, gain, reason)

    def needed(self, rule: Thresholds) -> dict[str, Estimate]:
        """Return by arm the `halt_rate`, km2/day, above which its chance of a halt reaches `can`: how slack a halt must be.

        A chance near nothing hides how far away a halt is; this does not.
        """
        rates = self._rates(rule.halt_days, rule.halt_within_days)
        return {
            name: Estimate.quantile(row, rule.can, rule.interval) for name, row in zip(self.arms, rates, strict=True)
        }

    def _find_rates(self, halt_days: float, within: float) -> Floats:
        return critical_rates(self._net, self._war, self.days, halt_days, within)

    def _find_depths(self, window: float) -> Floats:
        return critical_depths(self._fronts, self._war, self.days, window)


def critical_rates(net: Floats, war: Bools, days: Floats, halt_days: float, within: float) -> Floats:
    """Return for each war the rate, km2/day, above which `halt_rate` calls it halted; inf where no rate does.

    The least, over the windows that begin by `within` and have war throughout, of the fastest week in the window.
    `sim.analysis.outcomes.judging.first_halt` finds a halt exactly where this lies below `halt_rate`.

    Parameters
    ----------
    net : ndarray, shape (..., time)
        Cumulative net gain, km2.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)
    halt_days, within : float
        Length of a halt and latest day of its beginning, days.

    Returns
    -------
    ndarray, shape (...,)
        nan everywhere if the record is too short to tell; see `outcomes.seen_in_time`.
    """
    if not seen_in_time(days, halt_days, within):
        return np.full(net.shape[:-1], np.nan)
    length = ceil(halt_days / (days[1] - days[0]))
    n_windows = len(days) - length
    weekly = np.diff(net, axis=-1) / np.diff(days)
    fastest = np.lib.stride_tricks.sliding_window_view(weekly, length, axis=-1).max(axis=-1)
    whole = np.lib.stride_tricks.sliding_window_view(war, length + 1, axis=-1).all(axis=-1)
    counts = whole & (days[:n_windows] <= within)
    least: Floats = np.where(counts, fastest, np.inf).min(axis=-1)
    return least


def critical_depths(net_front: Floats, war: Bools, days: Floats, window: float) -> Floats:
    """Return for each war the greatest ground, km2, that Ukraine wins on one front within a window; -inf without war.

    `sim.analysis.outcomes.judging.reversals` finds a reversal exactly where this is `reversal_km2` or more.

    Parameters
    ----------
    net_front : ndarray, shape (..., time, front)
        Cumulative net Russian gain by front, km2; fronts inside Ukraine only.
    war : ndarray of bool, shape (..., time)
    days : ndarray, shape (time,)
    window : float
        Days.

    Returns
    -------
    ndarray, shape (...,)
        nan everywhere if the record is shorter than one window.
    """
    ends = days + window
    starts = np.flatnonzero(ends <= days[-1])
    if starts.size == 0:
        return np.full(net_front.shape[:-2], np.nan)
    after = np.searchsorted(days, ends[starts])
    share = (ends[starts] - days[after - 1]) / (days[after] - days[after - 1])
    before_end, at_end = net_front[..., after - 1, :], net_front[..., after, :]
    gain = before_end + share[:, None] * (at_end - before_end) - net_front[..., starts, :]
    won = np.where(war[..., after], -gain.min(axis=-1), -np.inf)
    deepest: Floats = won.max(axis=-1)
    return deepest


def moved(rule: Thresholds, **values: float) -> Thresholds:
    """Return the thresholds with some moved; `can` takes `cannot` along unless that is named too."""
    along = {"cannot": values["can"]} if "can" in values and "cannot" not in values else {}
    changed: Thresholds = replace(rule, **values, **along)  # type: ignore[arg-type]
    return changed


def settings(rule: Thresholds, name: str, grid: Iterable[float]) -> list[float]:
    """Return the values of a threshold to judge by, ascending: the grid's and the scenario's own."""
    return sorted({*grid, float(getattr(rule, name))})


@dataclass(frozen=True)
class Scan:
    """One threshold moved alone: the answer at each value, in ascending order."""

    question: str
    name: str
    shipped: float
    values: tuple[float, ...]
    answers: tuple[Answer, ...]

    def flips(self) -> list[tuple[float, float, str]]:
        """Return each change of verdict as (last value before, first value after, verdict after), going up."""
        pairs = zip(self.values, self.values[1:], self.answers, self.answers[1:], strict=False)
        return [(low, high, after.verdict) for low, high, before, after in pairs if before.verdict != after.verdict]


def scan(wars: Wars, question: str, name: str, grid: Iterable[float]) -> Scan:
    """Return the answers to a question along one threshold."""
    values = settings(wars.rule, name, grid)
    answers = [wars.answer(question, moved(wars.rule, **{name: value})) for value in values]
    return Scan(question, name, float(getattr(wars.rule, name)), tuple(values), tuple(answers))


def scans(wars: Wars, grids: Mapping[str, Iterable[float]]) -> list[Scan]:
    """Return a scan of each threshold for each question that it bears on."""
    return [
        scan(wars, question, name, grids[name]) for question, names in OF.items() for name in names if name in grids
    ]


@dataclass(frozen=True)
class Chart:
    """Two thresholds moved together: the answers, (row, column); columns follow the first threshold."""

    question: str
    across: str
    down: str
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    answers: tuple[tuple[Answer, ...], ...]


def charts(wars: Wars, pairs: Iterable[tuple[str, str]], grids: Mapping[str, Iterable[float]]) -> list[Chart]:
    """Return a chart for each pair of thresholds, of the question that both bear on (the halt if both do)."""
    found = []
    for across, down in pairs:
        question = next((q for q, names in OF.items() if across in names and down in names), None)
        if question is None or across not in grids or down not in grids:
            continue
        columns, rows = (settings(wars.rule, name, grids[name]) for name in (across, down))
        answers = tuple(
            tuple(wars.answer(question, moved(wars.rule, **{across: x, down: y})) for x in columns) for y in rows
        )
        found.append(Chart(question, across, down, tuple(columns), tuple(rows), answers))
    return found


def account(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain data; intervals are [low, value, high]."""
    return {
        "verdict": answer.verdict,
        "reason": answer.reason,
        "base": answer.base.as_list(),
        "best_single": answer.single.as_list(),
        "best_single_arm": answer.best,
        "joint": answer.joint.as_list(),
        "joint_minus_base": answer.gain.as_list(),
    }


def _chance(row: Floats, level: float) -> Estimate:
    if np.isnan(row).any():
        return Estimate.proportion(0, 0)
    return Estimate.proportion(float(row.sum()), row.size, level)
