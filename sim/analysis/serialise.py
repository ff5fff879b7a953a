"""From typed results to plain values for JSON: the one place where their public shape is written down.

An estimate is ``[low, value, high]``, a dataclass a dictionary of its fields, and what is not known (nan, infinite)
null. A type whose public shape is another registers it with `plain.register`, beside the type or here.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

import numpy as np

from sim.analysis.estimate import Estimate
from sim.analysis.observations.checks import Closing, Found
from sim.analysis.outcomes.table import ArmOutcomes, OutcomeTable
from sim.analysis.scores.scores import Score
from sim.analysis.scores.verification import Verification
from sim.analysis.statistics.doses import DoseEffects
from sim.analysis.statistics.factorial import FactorialEffects, OutcomeEffects, WhileFighting
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import Finding
from sim.analysis.verdicts.claim_verdict import ClaimVerdict, EventVerdict
from sim.analysis.verdicts.robustness import REVERSAL, UNITS, Chart, Robustness, Scan, Variant


@singledispatch
def plain(value: Any) -> Any:
    """Return `value` as numbers, strings, lists and dictionaries that JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


@plain.register
def _estimate(value: Estimate) -> Any:
    return plain(value.as_list())


@plain.register
def _arm(value: ArmOutcomes) -> Any:
    chances: dict[str, Any] = {}
    for event, chance in value.chances.items():
        chances[f"p_{event}"] = chance.value
        chances[f"p_{event}_interval"] = [chance.low, chance.high]
    return plain(
        {
            "label": value.label,
            "net_km2": value.net_km2,
            **chances,
            "difference_km2": value.difference_km2,
            "difference_mean_km2": value.mean_difference_km2,
            "difference_p_halt": value.differences["p_halt"],
            "durable_if_ceasefire": value.durable_if_ceasefire,
            "pace_left_km2_per_day": value.pace_left,
            "ladder": value.ladder,
            "binding": value.binding,
            "role": value.role or None,
            "means": value.means,
            **({"own": value.own} if value.own else {}),
            "differences": value.differences,
            "cost_per_km2_kept": value.cost_per_km2_kept,
        }
    )


@plain.register
def _table(value: OutcomeTable) -> Any:
    return plain(
        {
            "title": value.title,
            "arms": value.arms,
            "replicates": value.replicates,
            "seed": value.seed,
            "interval": value.level,
            "horizon_days": value.horizon_days,
            "halt_judged_to_day": value.halt_judged_to_day,
            "complete": value.complete,
            "excluded": value.excluded,
            "excluded_why": value.excluded_why,
            "unchanged": value.unchanged,
        }
    )


@plain.register
def _claim(value: ClaimVerdict) -> Any:
    words = {"verdict": value.verdict, "note": value.note, "sentence": value.sentence, "more": value.more}
    return {**plain(value.table), **words, "findings": plain(value.findings)}


@plain.register
def _event(value: EventVerdict) -> Any:
    return plain(
        {
            "verdict": value.verdict,
            "reason": value.reason,
            "base": value.of_base,
            "best_single": value.of_best,
            "best_single_arm": value.best,
            "joint": value.of_joint,
            "joint_minus_base": value.gain,
            "note": value.note,
        }
    )


@plain.register
def _variant(value: Variant) -> Any:
    date, net, kept = value.ground or (None, None, None)
    ground = {"milestone": date, "net_km2": net, "kept_km2": kept}
    words = {"name": value.name, "group": value.group, "label": value.label}
    rest = {
        "turns": value.turns,
        "halt_rate_needed": value.halt_rate_needed,
        **ground,
        "same_verdict": value.same_verdict,
    }
    return plain(words | dict(value.verdicts) | rest)


@plain.register
def _scan(value: Scan) -> Any:
    at = [{"value": x, **plain(answer)} for x, answer in zip(value.values, value.answers, strict=True)]
    flips = [{"after": low, "from": high, "verdict": verdict} for low, high, verdict in value.flips()]
    runs = [
        {"from": first, "to": last, "verdict": answer.verdict, "reason": answer.reason}
        for first, last, answer in value.runs()
    ]
    words = {"question": value.question, "name": value.name, "unit": UNITS.get(value.name, "")}
    return plain(words | {"shipped": value.shipped, "at": at, "flips": flips, "runs": runs})


@plain.register
def _chart(value: Chart) -> Any:
    def each(read: Callable[[EventVerdict], Any]) -> list[list[Any]]:
        return [[read(answer) for answer in row] for row in value.answers]

    return plain(
        {
            "question": value.question,
            "across": value.across,
            "down": value.down,
            "columns": value.columns,
            "rows": value.rows,
            "verdicts": each(lambda one: one.verdict),
            "reasons": each(lambda one: one.reason),
            "joint": each(lambda one: one.of_joint.value),
            "base": each(lambda one: one.of_base.value),
        }
    )


@plain.register
def _robustness(value: Robustness) -> Any:
    reversal = value.variants[0].verdicts[REVERSAL].verdict
    words = {"verdict": value.verdict, "reversal_verdict": reversal, "sentence": value.sentence}
    fields = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return fields | words


@plain.register
def _effects(value: OutcomeEffects) -> Any:
    fields = {name: one for name, one in vars(value).items() if name not in ("outcome", "whole", "joint_minus_product")}
    beyond = {"joint_minus_product": value.joint_minus_product} if value.joint_minus_product else {}
    return plain({**vars(value.outcome), **vars(value.whole), **fields, **beyond})


@plain.register
def _while_fighting(value: WhileFighting) -> Any:
    return plain({"wars": value.wars, **vars(value.whole), "blocks": value.blocks, "levers": value.levers})


@plain.register
def _factorial(value: FactorialEffects) -> Any:
    fields = {name: one for name, one in vars(value).items() if name != "run"}
    return plain({**vars(value.run), **fields, "sentence": value.sentence})


@plain.register
def _doses(value: DoseEffects) -> Any:
    over = {"arm": value.over, "label": value.over_label}
    rest = {"outcomes": value.outcomes, "curves": value.curves, "sentence": value.sentence}
    return plain({**vars(value.run), "over": over, **rest})


@plain.register
def _finding(value: Finding) -> Any:
    bound = value.bound
    return plain(
        {
            "estimate": value.estimate.value,
            "low": value.estimate.low,
            "high": value.estimate.high,
            "anyway": value.anyway,
            "metric": value.meaning,
            "unit": value.unit,
            "holds": None if bound is None else "above" if bound.above else "below",
            "threshold": None if bound is None else bound.threshold,
        }
    )


@plain.register
def _answer(value: Answer) -> Any:
    counts = value.counts or (True,) * len(value.findings)
    each = zip(value.findings, value.kinds, counts, value.because, strict=True)
    tests = [
        {
            "kind": kind,
            "counts": counted,
            "verdict": one.verdict,
            "holds_in": one.held.mean() if one.held.size else None,
        }
        | plain(one)
        | {"because": because, "reason": one.reason}
        for one, kind, counted, because in each
    ]
    whole = {
        "id": value.id,
        "verdict": value.verdict,
        "note": value.reason,
        **plain(value.decisive),
        "holds_in": value.holds_in,
        "conditional_on": list(value.conditional_on),
        "command": value.command,
        "paraphrase": value.says,
        "guess_share": value.conditional_on,
        "reason": value.reason,
        "reversion": value.reversion,
        "caveat": value.caveat,
        "restated": value.restated,
        "wars": value.wars,
        "hangs_on": value.hangs_on,
        "decided_by": list(value.decided_by),
        "tests": tests,
    }
    return plain(whole)


@plain.register
def _found(value: Found) -> Any:
    one = value.check
    words = {"check": one.name, "scenario": one.scenario, "quantity": one.quantity, "of": one.of}
    span = {"from": one.first.isoformat(), "to": one.last.isoformat(), "unit": one.unit}
    numbers = {"model": [value.low, value.median, value.high], "known": [one.low, one.high], "verdict": value.verdict}
    return plain(words | span | numbers | {"source": one.source, "note": one.note})


@plain.register
def _closing(value: Closing) -> Any:
    return plain({"book": value.name, "unit": value.unit, "gap": value.gap, "size": value.size, "share": value.share})


@plain.register
def _score(value: Score) -> Any:
    return plain(
        {
            "crps_4wk": value.crps_4wk,
            "naive": value.baseline_crps,
            "best_naive": value.best_baseline,
            "skill": value.skill,
            "skill_se": value.skill_se,
            "coverage_50": value.coverage_50,
            "coverage_90": value.coverage_90,
            "cumulative": value.cumulative,
            "n_windows": value.n_windows,
            "ranks": value.rank[np.isfinite(value.rank)],
        }
    )


@plain.register
def _verification(value: Verification) -> Any:
    return plain(value.total.score) | {"by_axis": {name: plain(one.score) for name, one in value.by_axis.items()}}
