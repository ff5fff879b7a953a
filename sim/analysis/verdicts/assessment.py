"""From wars and tables to the verdict on a claim. One rule for all:

=============  ==============================================================================
supported      the whole interval of the estimate lies on the claim's side of the threshold, and the claim is likely
contradicted   none of it does, and the claim is unlikely
undecided      the interval holds the threshold, or too little is known to tell
outside        nothing in the model speaks to it, for the reason given
=============  ==============================================================================

A claim with several tests is supported if each test is; one contradicted test contradicts it. Intervals are the errors
of a mean or a chance over a finite number of wars (for contrasts of paired differences: same luck, same parameters), or
the noise of an observed table, or the stated doubt about an input.

Likely and unlikely: an amount that is measured war by war must lie on its side in at least two wars of three (at most
one), each with its own draw of luck and parameters: the meaning of "likely" in the IPCC's guidance on uncertainty
(Mastrandrea et al. 2010). Without it enough wars would make a verdict of any mean, however small beside the doubt about
it. The chance of an event is itself a share of wars, and needs no second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.measures import MEASURES, Ask
from sim.analysis.statistics.effect_scales import beyond_product, relative_change

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SUPPORTED, CONTRADICTED, UNDECIDED, OUTSIDE = "supported", "contradicted", "undecided", "outside the model"
VERDICTS = (SUPPORTED, UNDECIDED, CONTRADICTED, OUTSIDE)
FEWEST = 10
"""Wars that must be left under a condition before anything is said about them."""

LIKELY = 2.0 / 3.0
"""Share of the wars from which an amount is likely on its side; one less this, below which it is unlikely."""

WORDS = {
    ("contrast", "plain"): ", difference",
    ("contrast", "share"): ", change as a share of what it would be",
    ("synergy", "plain"): ", joint less sum of parts",
    ("synergy", "product"): ", joint less product of parts",
}

NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True)
class Bound:
    """The side of a threshold on which something holds; on the threshold itself it does not."""

    above: bool
    threshold: float

    def holds(self, values: npt.ArrayLike) -> Bools:
        """Return whether each value lies on the side; False for nan."""
        x = np.asarray(values, dtype=float)
        return np.asarray(x > self.threshold if self.above else x < self.threshold)

    def verdict(self, estimate: Estimate) -> str:
        """Return what a whole interval says."""
        if not np.isfinite(estimate.value) or np.isnan([estimate.low, estimate.high]).any():
            return UNDECIDED
        near, far = (estimate.low, estimate.high) if self.above else (estimate.high, estimate.low)
        if bool(self.holds(near)):
            return SUPPORTED
        return UNDECIDED if bool(self.holds(far)) else CONTRADICTED


@dataclass(frozen=True)
class Given:
    """A condition on the wars that are looked at."""

    metric: str
    ask: Ask
    arm: str
    bound: Bound


@dataclass(frozen=True)
class Question:
    """A test on played wars: a ``level``, a ``contrast`` of two arms, or a ``synergy``; see `scales` for its `scale`."""

    kind: str
    metric: str
    ask: Ask
    arm: str
    bound: Bound
    against: str = ""
    parts: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    scale: str = "plain"


@dataclass(frozen=True)
class Finding:
    """What one test came to.

    Parameters
    ----------
    verdict : str
    estimate : Estimate
        With its interval, in `unit`.
    bound : Bound, optional
        None where there is nothing to compare.
    anyway : float
        The same measure in the arm that tells what would have happened anyway; nan where there is none.
    unit, meaning : str
    held : ndarray of bool, shape (war,) or (draw,)
        Where the inequality holds, one by one.
    reason : str
        Why it is undecided or outside, where the numbers do not say it.
    group : str
        Tests of the same group share their wars.
    """

    verdict: str
    estimate: Estimate
    bound: Bound | None
    anyway: float
    unit: str
    meaning: str
    held: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    reason: str = ""
    group: str = ""


class Wars:
    """A played result, each measure of it read once.

    Parameters
    ----------
    data : Dataset
    level : float
        Coverage of the intervals.
    name : str
        Which wars these are.
    """

    def __init__(self, data: xr.Dataset, level: float, name: str = "") -> None:
        self.data, self.level, self.name = data, level, name
        self._arms = [str(arm) for arm in data["arm"].to_numpy()]
        self._read: dict[tuple[str, Ask], Floats] = {}

    def values(self, metric: str, ask: Ask, arm: str) -> Floats:
        """Return a measure in each war of an arm, shape (replicate,)."""
        if (metric, ask) not in self._read:
            self._read[metric, ask] = MEASURES[metric].read(self.data, ask)
        found: Floats = self._read[metric, ask][self._arms.index(arm)]
        return found

    def assess(self, question: Question, anyway: str) -> Finding:
        """Return what the wars say to a question, beside the arm `anyway`."""
        measure = MEASURES[question.metric]
        kept = self._kept(question.given)
        values = self._contrasted(question, kept)[kept]
        beside = self.values(question.metric, question.ask, anyway)[kept] if anyway else np.array([np.nan])
        goods = f" ({', '.join(question.ask.goods)})" if question.ask.goods else ""
        side = f", {question.ask.side}" if question.ask.side else ""
        words = WORDS.get((question.kind, question.scale), "")
        unit = "1" if question.scale == "share" else measure.unit
        blank = Finding(
            UNDECIDED, NOTHING, question.bound, float(beside.mean()) if beside.size else float("nan"), unit,
            f"{measure.meaning}{goods}{side}{words}", group=self.name,
        )  # fmt: skip
        reason = self._too_little(values, bool(question.given))
        if reason:
            return replace(blank, reason=reason)
        estimate = self._estimate(values, question, measure.event)
        held = self._held(question, kept)
        verdict = question.bound.verdict(estimate)
        if not measure.event and verdict != (weighed := weigh(verdict, float(held.mean()))):
            reason = f"the mean is clear of the threshold, but the claim holds in {held.mean():.0%} of the wars"
            return replace(blank, verdict=weighed, estimate=estimate, held=held, reason=reason)
        return replace(blank, verdict=verdict, estimate=estimate, held=held)

    def _contrasted(self, question: Question, kept: Bools) -> Floats:
        """Return what is judged in each war: the measure, its difference, or joint less the sum of parts.

        On the scales of ratios the means are those of the wars `kept`.
        """
        values = self.values(question.metric, question.ask, question.arm)
        if question.kind == "level":
            return values
        base = self.values(question.metric, question.ask, question.against)
        if question.scale != "plain":
            parts = [self.values(question.metric, question.ask, part)[kept] for part in question.parts]
            found = np.full(values.shape, np.nan)
            share = question.scale == "share"
            found[kept] = relative_change(values[kept], base[kept]) if share else (
                beyond_product(values[kept], base[kept], parts)
            )  # fmt: skip
            return found
        difference = values - base
        for part in question.parts:
            difference = difference - (self.values(question.metric, question.ask, part) - base)
        return difference

    def _kept(self, given: Sequence[Given]) -> Bools:
        kept = np.ones(self.data.sizes["replicate"], dtype=bool)
        for one in given:
            kept &= one.bound.holds(self.values(one.metric, one.ask, one.arm))
        return kept

    def _held(self, question: Question, kept: Bools) -> Bools:
        """Return over all wars where the inequality holds; without a condition every war counts."""
        held = question.bound.holds(self._contrasted(question, kept))
        return held[kept] if question.given else held

    def _too_little(self, values: Floats, conditional: bool) -> str:
        if conditional and values.size < FEWEST:
            return f"the condition holds in {values.size} wars only"
        return "the wars played are too short to tell" if np.isnan(values).any() else ""

    def _estimate(self, values: Floats, question: Question, event: bool) -> Estimate:
        if not event:
            return Estimate.mean(values, self.level)
        if question.kind == "level":
            return Estimate.proportion(float(values.sum()), values.size, self.level)
        return Estimate.paired_rate(values, self.level, 1.0 + len(question.parts))


def weigh(verdict: str, share: float) -> str:
    """Return a verdict on an amount, or undecided where the share of wars in which it holds does not bear it."""
    borne = {SUPPORTED: share >= LIKELY, CONTRADICTED: share <= 1.0 - LIKELY}
    return verdict if borne.get(verdict, True) else UNDECIDED


def from_draws(draws: Floats, value: float, bound: Bound, level: float, unit: str, meaning: str, group: str) -> Finding:
    """Return a finding on something that is not played: a value with the draws that carry its doubt.

    Parameters
    ----------
    draws : ndarray, shape (draw,)
        What it could be.
    value : float
        What it is said to be.
    """
    if np.isnan(draws).any():
        return Finding(UNDECIDED, NOTHING, bound, np.nan, unit, meaning, reason="the table is too short", group=group)
    tail = (1.0 - level) / 2.0
    low, high = (float(end) for end in np.quantile(draws, [tail, 1.0 - tail]))
    estimate = Estimate(value, min(low, value), max(high, value))
    return Finding(bound.verdict(estimate), estimate, bound, np.nan, unit, meaning, bound.holds(draws), group=group)


def outside(reason: str) -> Finding:
    """Return the finding of a test that the model cannot make."""
    return Finding(OUTSIDE, NOTHING, None, float("nan"), "", "", reason=reason, group="outside")


def combined(findings: Sequence[Finding]) -> str:
    """Return the verdict of a claim from its tests."""
    said = {finding.verdict for finding in findings}
    return next(word for word in (CONTRADICTED, UNDECIDED, OUTSIDE, SUPPORTED) if word in said)


def decisive(findings: Sequence[Finding]) -> Finding:
    """Return the test that carries the verdict: the first that says it and has a number, else the first that says it.

    A claim that ends outside the model shows the number that it could be given, if there is one.
    """
    verdict = combined(findings)
    named = [f for f in findings if f.verdict == verdict]
    with_number = [f for f in (findings if verdict == OUTSIDE else named) if np.isfinite(f.estimate.value)]
    return (with_number or named)[0]


def holds_in(findings: Sequence[Finding]) -> float:
    """Return the share of wars (or draws) in which every inequality of a claim holds; nan where nothing was tested.

    Tests that share their wars must hold together; of several groups the smallest share counts.
    """
    shares = []
    tested = [finding for finding in findings if finding.held.size]
    for group in dict.fromkeys((finding.group, finding.held.size) for finding in tested):
        rows = [finding.held for finding in tested if (finding.group, finding.held.size) == group]
        shares.append(float(np.logical_and.reduce(rows).mean()))
    return min(shares, default=float("nan"))
