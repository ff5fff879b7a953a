"""From wars and tables to the verdict on a claim. One rule for all:

=============  ==============================================================================
supported      the whole interval of the estimate lies on the claim's side of the threshold, and the claim is likely
contradicted   none of it does, and the claim is unlikely
undecided      the interval holds the threshold, or too little is known to tell
outside        nothing in the model speaks to it, for the reason given
=============  ==============================================================================

A claim with several tests is supported if each test is; one contradicted test contradicts it. Intervals are the errors
of a mean or a chance over a finite number of wars (for contrasts of paired differences: same noise, same parameters), or
the noise of an observed table, or the stated uncertainty about an input.

Likely and unlikely: an amount that is measured war by war must lie on its side in at least two wars of three (at most
one), each with its own draw of noise and parameters: the meaning of "likely" in the IPCC's guidance on uncertainty
(Mastrandrea et al. 2010). Without it enough wars would make a verdict of any mean, however small beside the uncertainty about
it. The chance of an event is itself a share of wars, and needs no second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.measures import MEASURES, Selection
from sim.analysis.outcomes.replicates import in_pieces
from sim.analysis.statistics.effect_scales import beyond_product, relative_change
from sim.analysis.verdicts.claim import too_few
from sim.analysis.verdicts.claim_verdict import CONTRADICTED, SUPPORTED, TOO_SHORT, UNDECIDED

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OUTSIDE = "outside the model"
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
class Subset:
    """A condition on the wars that are looked at."""

    metric: str
    selected: Selection
    arm: str
    bound: Bound


@dataclass(frozen=True)
class Question:
    """A test on a played result: a ``level``, a ``contrast`` of two arms, or a ``synergy``.

    Its `scale` is explained in `sim.analysis.statistics.effect_scales`.
    """

    kind: str
    metric: str
    selected: Selection
    arm: str
    bound: Bound
    against: str = ""
    parts: tuple[str, ...] = ()
    given: tuple[Subset, ...] = ()
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

    @property
    def is_chance(self) -> bool:
        """Whether it is the chance of an event, to be written in per cent."""
        return self.unit == "1" and self.meaning.startswith("chance")


class Assessor:
    """A played result that questions are put to; each measure is read once, block by block.

    Parameters
    ----------
    data : Dataset
    level : float
        Coverage of the intervals.
    name : str
        Which replicates these are: findings of the same name share them.
    """

    def __init__(self, data: xr.Dataset, level: float, name: str = "") -> None:
        self.data, self.level, self.name = data, level, name
        self.names = Names.of(data)
        self._read: dict[tuple[str, Selection], Floats] = {}

    def among(self, chosen: npt.NDArray[np.int64], level: float) -> Assessor:
        """Return what puts questions to some of the replicates, by their places; what was read is not read again."""
        part = Assessor.__new__(Assessor)
        part.data, part.level, part.name = self.data.isel(replicate=chosen), level, self.name
        part.names, part._read = self.names, {key: values[:, chosen] for key, values in self._read.items()}
        return part

    def values(self, metric: str, selected: Selection, arm: str) -> Floats:
        """Return a measure in each war of an arm, shape (replicate,)."""
        if (metric, selected) not in self._read:
            read = MEASURES[metric].read
            pieces = [read(piece, selected) for piece in in_pieces(self.data)]
            self._read[metric, selected] = np.concatenate(pieces, axis=1)
        found: Floats = self._read[metric, selected][self.names.arms.index(self.names.arm(arm))]
        return found

    def assess(self, question: Question, anyway: str) -> Finding:
        """Return what the wars say to a question, beside the arm `anyway`."""
        measure = MEASURES[question.metric]
        kept = self._kept(question.given)
        values = self._contrasted(question, kept)[kept]
        beside = self.values(question.metric, question.selected, anyway)[kept] if anyway else np.array([np.nan])
        goods = f" ({', '.join(question.selected.goods)})" if question.selected.goods else ""
        side = f", {question.selected.side}" if question.selected.side else ""
        words = WORDS.get((question.kind, question.scale), "")
        unit = "1" if question.scale == "share" else measure.unit
        blank = Finding(
            UNDECIDED, NOTHING, question.bound, float(beside.mean()) if beside.size else float("nan"), unit,
            f"{measure.meaning.format(**self.names.words)}{goods}{side}{words}", group=self.name,
        )  # fmt: skip
        reason = self._too_little(values, bool(question.given))
        if reason:
            return replace(blank, reason=reason)
        estimate = self._estimate(values, question, measure.event, unit)
        held = self._held(question, kept)
        if few := too_few(self.data.sizes["replicate"]):
            return replace(blank, estimate=estimate, held=held, reason=few)
        verdict = question.bound.verdict(estimate)
        if not measure.event and verdict != (weighed := weigh(verdict, float(held.mean()))):
            reason = f"the mean is clear of the threshold, but the claim holds in {held.mean():.0%} of the wars"
            return replace(blank, verdict=weighed, estimate=estimate, held=held, reason=reason)
        return replace(blank, verdict=verdict, estimate=estimate, held=held)

    def _contrasted(self, question: Question, kept: Bools) -> Floats:
        """Return what is judged in each war: the measure, its difference, or joint less the sum of parts.

        On the scales of ratios the means are those of the wars `kept`.
        """
        values = self.values(question.metric, question.selected, question.arm)
        if question.kind == "level":
            return values
        base = self.values(question.metric, question.selected, question.against)
        if question.scale != "plain":
            parts = [self.values(question.metric, question.selected, part)[kept] for part in question.parts]
            found = np.full(values.shape, np.nan)
            share = question.scale == "share"
            found[kept] = relative_change(values[kept], base[kept]) if share else (
                beyond_product(values[kept], base[kept], parts)
            )  # fmt: skip
            return found
        difference = values - base
        for part in question.parts:
            difference = difference - (self.values(question.metric, question.selected, part) - base)
        return difference

    def _kept(self, given: Sequence[Subset]) -> Bools:
        kept = np.ones(self.data.sizes["replicate"], dtype=bool)
        for one in given:
            kept &= one.bound.holds(self.values(one.metric, one.selected, one.arm))
        return kept

    def _held(self, question: Question, kept: Bools) -> Bools:
        """Return over all wars where the inequality holds; without a condition every war counts."""
        held = question.bound.holds(self._contrasted(question, kept))
        return held[kept] if question.given else held

    def _too_little(self, values: Floats, conditional: bool) -> str:
        if conditional and values.size < FEWEST:
            return f"the condition holds in {values.size} wars only"
        return TOO_SHORT if np.isnan(values).any() else ""

    def _estimate(self, values: Floats, question: Question, event: bool, unit: str) -> Estimate:
        if not event:
            return Estimate.mean(values, self.level, unit)
        if question.kind == "level":
            return Estimate.rate(values, self.level)
        return Estimate.paired_rate(values, self.level, 1.0 + len(question.parts))


def weigh(verdict: str, share: float) -> str:
    """Return a verdict on an amount, or undecided where the share of wars in which it holds does not bear it."""
    borne = {SUPPORTED: share >= LIKELY, CONTRADICTED: share <= 1.0 - LIKELY}
    return verdict if borne.get(verdict, True) else UNDECIDED


def from_draws(draws: Floats, value: float, bound: Bound, level: float, unit: str, meaning: str, group: str) -> Finding:
    """Return a finding on something that is not played: a value with the draws that carry its uncertainty.

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
    estimate = Estimate(value, min(low, value), max(high, value), level, unit=unit)
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
