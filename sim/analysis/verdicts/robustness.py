"""How robust a verdict is: every threshold moved over the stored record, and variants of the model side by side.

Nothing is played again. For each replicate the slowest sustained advance and the deepest reversal are found once; a
threshold of rate or depth then only cuts them: a replicate halts if and only if its *critical rate* lies below
`halt_rate`. The rule of the verdict, `sim.analysis.verdicts.claim.judge_event`, judges two questions: a rapid halt, and
a reversal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds, critical_depths, critical_rates, days_since_start, mapped
from sim.analysis.outcomes.replicates import in_pieces, net_at_milestones
from sim.analysis.verdicts.claim import judge_event
from sim.analysis.verdicts.claim_verdict import EventVerdict

Floats = npt.NDArray[np.float64]

HALT, REVERSAL = "halt", "reversal"
OF = {
    HALT: ("halt_rate", "halt_days", "halt_within_days", "can", "cannot"),
    REVERSAL: ("reversal_km2", "reversal_days", "can", "cannot"),
}
"""Question -> the thresholds that its answer depends on."""

UNITS = {
    "halt_rate": "km2/day",
    "halt_days": "days",
    "halt_within_days": "days",
    "reversal_km2": "km2",
    "reversal_days": "days",
    "can": "",
    "cannot": "",
}


class Judge:
    """One result, ready to be judged by any thresholds; its record is read block by block.

    Parameters
    ----------
    data : Dataset
        A result with ``net_km2``, ``net_km2_front`` and ``war``, and the arms of the claim.

    Raises
    ------
    UserError
        If the arms of the claim are missing.
    """

    def __init__(self, data: xr.Dataset) -> None:
        self.data, self.names, self.rule = data, Names.of(data), Thresholds.of(data)
        self.names.need_claim()
        self._rates = lru_cache(maxsize=64)(self._find_rates)
        self._depths = lru_cache(maxsize=64)(self._find_depths)

    def happens(self, question: str, rule: Thresholds) -> Floats:
        """Return whether the event comes about, 1 or 0, nan where the record is too short; (arm, replicate)."""
        if question == HALT:
            rates = self._rates(rule.halt_days, rule.halt_within_days, rule.map_noise_km2)
            return np.where(np.isnan(rates), np.nan, rates < rule.halt_rate)
        depths = self._depths(rule.reversal_days)
        return np.where(np.isnan(depths), np.nan, depths >= rule.reversal_km2)

    def answer(self, question: str, rule: Thresholds | None = None) -> EventVerdict:
        """Judge one question by the rule of the verdict."""
        rule = rule or self.rule
        return judge_event(self.happens(question, rule), self.names, rule)

    def needed(self) -> dict[str, Estimate]:
        """Return by arm the `halt_rate`, km2/day, above which its chance of a halt reaches `can`: how slack a halt must be.

        A chance near nothing hides how far away a halt is; this does not.
        """
        rule = self.rule
        rates = self._rates(rule.halt_days, rule.halt_within_days, rule.map_noise_km2)
        found = (Estimate.quantile(row, rule.can, rule.interval, "km2/day") for row in rates)
        return dict(zip(self.names.arms, found, strict=True))

    def ground(self) -> tuple[str, Estimate, Estimate] | None:
        """Return the last milestone, the base's net gain by then (spread), and what all in concert keep of it (mean), km2."""
        pieces = [net_at_milestones(piece[["net_km2"]], self.rule) for piece in in_pieces(self.data)]
        if not pieces[0]:
            return None
        date = list(pieces[0])[-1]
        net, level = np.concatenate([piece[date] for piece in pieces], axis=1), self.rule.interval
        kept = net[0] - net[self.names.arms.index(str(self.names.joint))]
        return date, Estimate.spread(net[0], level, "km2"), Estimate.mean(kept, level, "km2")

    def _find_rates(self, halt_days: float, within: float, noise: float) -> Floats:
        rule = replace(self.rule, halt_days=halt_days, halt_within_days=within, map_noise_km2=noise)
        return self._each(
            "net_km2", lambda piece, net, war, days: critical_rates(mapped(piece, rule, net), war, days, rule)
        )

    def _find_depths(self, window: float) -> Floats:
        rule = replace(self.rule, reversal_days=window)
        return self._each("net_km2_front", lambda _, net, war, days: critical_depths(net, war, days, rule))

    def _each(self, name: str, find: Callable[[xr.Dataset, Floats, npt.NDArray[np.bool_], Floats], Floats]) -> Floats:
        """Return what `find` finds in every replicate, (arm, replicate), from a recorded variable and the war."""
        inside = {"front": self.names.inside(self.data["front"].to_numpy())} if "front" in self.data[name].dims else {}
        found = []
        for piece in in_pieces(self.data):
            lead = ("arm", "replicate", "time")
            net = piece[name].sel(inside).transpose(*lead, ...).to_numpy().astype(float)
            found.append(find(piece, net, piece["war"].transpose(*lead).to_numpy() > 0.5, days_since_start(piece)))
        return np.concatenate(found, axis=1)


# -- thresholds moved -----------------------------------------------------------


def moved(rule: Thresholds, **values: float) -> Thresholds:
    """Return the thresholds with some moved; `can` takes `cannot` along unless that is named too."""
    along = {"cannot": values["can"]} if "can" in values and "cannot" not in values else {}
    changed: Thresholds = replace(rule, **values, **along)  # type: ignore[arg-type]
    return changed


@dataclass(frozen=True)
class Turn:
    """A value of a threshold at which the verdict is another than the scenario's own value gives."""

    value: float
    verdict: str


@dataclass(frozen=True)
class Scan:
    """One threshold moved alone: the answer at each value, in ascending order."""

    question: str
    name: str
    shipped: float
    values: tuple[float, ...]
    answers: tuple[EventVerdict, ...]

    def flips(self) -> list[tuple[float, float, str]]:
        """Return each change of verdict as (last value before, first value after, verdict after), going up."""
        pairs = zip(self.values, self.values[1:], self.answers, self.answers[1:], strict=False)
        return [(low, high, after.verdict) for low, high, before, after in pairs if before.verdict != after.verdict]

    def runs(self) -> list[tuple[float, float, EventVerdict]]:
        """Return stretches of values with one verdict for one reason, in ascending order: first and last value, and the answer."""
        found: list[tuple[float, float, EventVerdict]] = []
        for value, answer in zip(self.values, self.answers, strict=True):
            if found and (found[-1][2].verdict, found[-1][2].reason) == (answer.verdict, answer.reason):
                found[-1] = found[-1][0], value, answer
            else:
                found.append((value, value, answer))
        return found

    def nearest(self) -> dict[str, Turn]:
        """Return the nearest value ``below`` and ``above`` the scenario's own at which the verdict is another."""
        here = self.values.index(self.shipped)
        found = {}
        for side, places in (("below", range(here - 1, -1, -1)), ("above", range(here + 1, len(self.values)))):
            other = (i for i in places if self.answers[i].verdict != self.answers[here].verdict)
            if (place := next(other, None)) is not None:
                found[side] = Turn(self.values[place], self.answers[place].verdict)
        return found


@dataclass(frozen=True)
class Chart:
    """Two thresholds moved together: the answers, (row, column); columns follow the first threshold."""

    question: str
    across: str
    down: str
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    answers: tuple[tuple[EventVerdict, ...], ...]


def settings(rule: Thresholds, name: str, grid: Iterable[float]) -> tuple[float, ...]:
    """Return the values of a threshold to judge by, ascending: the grid's and the scenario's own."""
    return tuple(sorted({*grid, float(getattr(rule, name))}))


def scan(judge: Judge, question: str, name: str, grid: Iterable[float]) -> Scan:
    """Return the answers to a question along one threshold."""
    values = settings(judge.rule, name, grid)
    answers = tuple(judge.answer(question, moved(judge.rule, **{name: value})) for value in values)
    return Scan(question, name, float(getattr(judge.rule, name)), values, answers)


def scans(judge: Judge, grids: Mapping[str, Iterable[float]]) -> tuple[Scan, ...]:
    """Return a scan of each threshold for each question that it bears on."""
    both = ((question, name) for question, names in OF.items() for name in names if name in grids)
    return tuple(scan(judge, question, name, grids[name]) for question, name in both)


def charts(judge: Judge, pairs: Iterable[tuple[str, str]], grids: Mapping[str, Iterable[float]]) -> tuple[Chart, ...]:
    """Return a chart for each pair of thresholds, of the question that both bear on (the halt if both do)."""
    found = []
    for across, down in pairs:
        question = next((q for q, names in OF.items() if across in names and down in names), None)
        if question is None or across not in grids or down not in grids:
            continue
        columns, rows = (settings(judge.rule, name, grids[name]) for name in (across, down))
        answers = tuple(
            tuple(judge.answer(question, moved(judge.rule, **{across: x, down: y})) for x in columns) for y in rows
        )
        found.append(Chart(question, across, down, columns, rows, answers))
    return tuple(found)


# -- variants side by side ------------------------------------------------------


@dataclass(frozen=True)
class Variant:
    """What one variant of the model says.

    Parameters
    ----------
    name, group, label : str
    verdicts : mapping of str to EventVerdict
        By question.
    turns : mapping
        Question -> threshold -> ``below`` or ``above`` -> the nearest value that turns the verdict.
    halt_rate_needed : mapping of str to Estimate
        For ``base``, ``best_single`` and ``joint``; see `Judge.needed`.
    ground : (str, Estimate, Estimate) or None
        See `Judge.ground`.
    same_verdict : mapping of str to bool
        By question, whether the verdict is that of the first variant.
    """

    name: str
    group: str
    label: str
    verdicts: Mapping[str, EventVerdict]
    turns: Mapping[str, Mapping[str, Mapping[str, Turn]]]
    halt_rate_needed: Mapping[str, Estimate]
    ground: tuple[str, Estimate, Estimate] | None
    same_verdict: Mapping[str, bool]


@dataclass(frozen=True)
class Robustness:
    """How robust the verdict is: variants, and the thresholds of the first of them moved.

    Parameters
    ----------
    title : str
    replicates : int
    seed : int or None
    shipped : mapping of str to float
        The scenario's own thresholds; its ``interval`` is that of every estimate.
    variants : tuple of Variant
        The first is the one as shipped.
    thresholds, pairs
        Thresholds moved one and two at a time, for the first variant.
    excluded : int
        Replicates left out of some variant because their numbers make no sense; see `sim.analysis.validity`.
    """

    title: str
    replicates: int
    seed: int | None
    interval: float
    shipped: Mapping[str, float]
    variants: tuple[Variant, ...]
    thresholds: tuple[Scan, ...]
    pairs: tuple[Chart, ...]
    excluded: int = 0

    @property
    def verdict(self) -> str:
        """The verdict on the halt, as shipped."""
        return self.variants[0].verdicts[HALT].verdict

    @property
    def sentence(self) -> str:
        """What the verdict is, in how many variants it is the same, and which thresholds turn it and where."""
        shipped, others = self.variants[0], self.variants[1:]
        turned = [one for one in others if not one.same_verdict[HALT]]
        parts = [f"As shipped the claim of a rapid halt is {self.verdict}"]
        if others and not turned:
            parts.append(f"no variant turns it ({len(others)} tried)")
        elif others:
            named = ", ".join(f"{one.label}: {one.verdicts[HALT].verdict}" for one in turned)
            parts.append(f"{len(turned)} of {len(others)} variants turn it ({named})")
        places = [
            f"{name} from {turn.value:g} {'down' if side == 'below' else 'up'} ({turn.verdict})"
            for name, sides in shipped.turns[HALT].items()
            for side, turn in sides.items()
        ]
        parts.append(f"thresholds that turn it: {', '.join(places)}" if places else "no threshold on the grid turns it")
        return "; ".join(parts) + "."


def robustness(
    results: Mapping[str, xr.Dataset],
    names: Sequence[tuple[str, str, str]],
    grids: Mapping[str, Sequence[float]],
    pairs: Sequence[tuple[str, str]] = (),
) -> Robustness:
    """Return how robust a verdict is.

    Parameters
    ----------
    results : mapping of str to Dataset
        The result of each variant; the first is the one as shipped.
    names : sequence of (str, str, str)
        Key in `results`, group and label of each variant, in order.
    grids : mapping of str to sequence of float
        Values of each threshold, in the verdict's units.
    pairs : sequence of (str, str)
        Thresholds to be moved two at a time, for the first variant.
    """
    judge = Judge(results[names[0][0]])
    shipped, rule = judge.data, judge.rule
    thresholds, maps = scans(judge, grids), charts(judge, pairs, grids)
    variants: list[Variant] = []
    for place, (key, group, label) in enumerate(names):
        own = judge if place == 0 else Judge(results[key])
        moves = thresholds if place == 0 else scans(own, grids)
        variants.append(_variant(own, moves, (key, group, label), variants[0] if variants else None))
    return Robustness(
        title=str(shipped.attrs.get("title", "")),
        replicates=int(shipped.sizes["replicate"]),
        seed=int(shipped.attrs["seed"]) if "seed" in shipped.attrs else None,
        interval=rule.interval,
        shipped={name: float(getattr(rule, name)) for name in UNITS},
        variants=tuple(variants),
        thresholds=thresholds,
        pairs=maps,
        excluded=sum(int(results[key].attrs.get("excluded", 0)) for key, _, _ in names),
    )


def _variant(judge: Judge, moves: Iterable[Scan], name: tuple[str, str, str], first: Variant | None) -> Variant:
    verdicts = {question: judge.answer(question) for question in OF}
    turns: dict[str, dict[str, Any]] = {question: {} for question in OF}
    for one in moves:
        if near := one.nearest():
            turns[one.question][one.name] = near
    arms = {"base": judge.names.base, "best_single": verdicts[HALT].best, "joint": verdicts[HALT].joint}
    needed = judge.needed()
    same = {q: first is None or found.verdict == first.verdicts[q].verdict for q, found in verdicts.items()}
    return Variant(*name, verdicts, turns, {key: needed[arm] for key, arm in arms.items()}, judge.ground(), same)
