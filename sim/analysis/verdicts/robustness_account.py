"""The account of how firm a verdict is: variants side by side, thresholds along their grid, and where it turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.summary import net_at_milestones, without_nan
from sim.analysis.verdicts.claim import JOINT
from sim.analysis.verdicts.robustness import HALT, OF, Chart, Scan, Wars, account, charts, scans

UNITS = {
    "halt_rate": "km2/day",
    "halt_days": "days",
    "halt_within_days": "days",
    "reversal_km2": "km2",
    "reversal_days": "days",
    "can": "",
    "cannot": "",
}


def examine(
    results: Mapping[str, xr.Dataset],
    names: Sequence[tuple[str, str, str]],
    grids: Mapping[str, Sequence[float]],
    pairs: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return the account, ready for JSON.

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

    Returns
    -------
    dict
        ``shipped`` (the scenario's own thresholds), ``verdict``, ``reversal_verdict``, ``sentence``, ``thresholds`` and
        ``pairs`` of the first variant, and ``variants``: chances and verdicts, the nearest value of each threshold that
        turns them, the ``halt_rate_needed`` for the chance to reach ``can``, the base's ``net_km2`` at the last
        milestone, and ``kept_km2`` of it by all coordinated.
    """
    rows: list[dict[str, Any]] = []
    moved: list[Scan] = []
    maps: list[Chart] = []
    for key, group, label in names:
        wars = Wars(results[key])
        own = scans(wars, grids)
        if not rows:
            moved, maps = own, charts(wars, pairs, grids)
        answers = {question: account(wars.answer(question, wars.rule)) for question in OF}
        row: dict[str, Any] = {"name": key, "group": group, "label": label, **answers, "turns": _turns(own)}
        rows.append(row | {"halt_rate_needed": _needed(wars, answers[HALT]), **_ground(results[key], wars)})
    first = results[names[0][0]]
    for row in rows:
        row["same_verdict"] = {q: row[q]["verdict"] == rows[0][q]["verdict"] for q in OF}
    told = {
        "title": str(first.attrs.get("title", "")),
        "replicates": int(first.sizes["replicate"]),
        "seed": int(first.attrs["seed"]) if "seed" in first.attrs else None,
        "interval": float(first.attrs.get("verdict_interval", 0.9)),
        "verdict": rows[0][HALT]["verdict"],
        "reversal_verdict": rows[0]["reversal"]["verdict"],
        "sentence": sentence(rows),
        "shipped": {name: float(getattr(Thresholds.of(first), name)) for name in UNITS},
        "variants": rows,
        "thresholds": [_scan(scan) for scan in moved],
        "pairs": [_chart(chart) for chart in maps],
    }
    cleaned: dict[str, Any] = without_nan(told)
    return cleaned


def nearest(scan: Scan) -> dict[str, dict[str, Any]]:
    """Return the nearest value below and above the scenario's own at which the verdict is another, if there is one."""
    here = scan.values.index(scan.shipped)
    verdict = scan.answers[here].verdict
    found = {}
    for side, places in (("below", range(here - 1, -1, -1)), ("above", range(here + 1, len(scan.values)))):
        place = next((i for i in places if scan.answers[i].verdict != verdict), None)
        if place is not None:
            found[side] = {"value": scan.values[place], "verdict": scan.answers[place].verdict}
    return found


def sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say what the verdict is, in how many variants it is the same, and which thresholds turn it and where."""
    shipped = rows[0]
    verdict, others = shipped[HALT]["verdict"], rows[1:]
    turned = [row for row in others if row[HALT]["verdict"] != verdict]
    parts = [f"As shipped the claim of a rapid halt is {verdict}"]
    if others and not turned:
        parts.append(f"no variant turns it ({len(others)} tried)")
    elif others:
        named = ", ".join(f"{row['label']}: {row[HALT]['verdict']}" for row in turned)
        parts.append(f"{len(turned)} of {len(others)} variants turn it ({named})")
    places = []
    for name in OF[HALT]:
        for side, found in shipped["turns"].get(HALT, {}).get(name, {}).items():
            word = "down" if side == "below" else "up"
            places.append(f"{name} from {found['value']:g} {word} ({found['verdict']})")
    parts.append(f"thresholds that turn it: {', '.join(places)}" if places else "no threshold on the grid turns it")
    return "; ".join(parts) + "."


def _needed(wars: Wars, halt: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return [low, value, high] of the halt rate needed, km2/day, for the arms of an answer."""
    by_arm = wars.needed(wars.rule)
    arms = {"base": wars.arms[0], "best_single": halt["best_single_arm"], "joint": JOINT}
    return {key: by_arm[arm].as_list() for key, arm in arms.items()}


def _ground(data: xr.Dataset, wars: Wars) -> dict[str, Any]:
    """Return the base's net gain at the last milestone and what all coordinated keep of it, [low, value, high] in km2."""
    net = net_at_milestones(data, wars.rule)
    if not net:
        return {"milestone": None, "net_km2": None, "kept_km2": None}
    date, values = list(net.items())[-1]
    kept = values[0] - values[wars.arms.index(JOINT)]
    level = wars.rule.interval
    return {
        "milestone": date,
        "net_km2": Estimate.spread(values[0], level).as_list(),
        "kept_km2": Estimate.mean(kept, level).as_list(),
    }


def _turns(own: Sequence[Scan]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {question: {} for question in OF}
    for scan in own:
        near = nearest(scan)
        if near:
            found[scan.question][scan.name] = near
    return found


def _scan(scan: Scan) -> dict[str, Any]:
    return {
        "question": scan.question,
        "name": scan.name,
        "unit": UNITS.get(scan.name, ""),
        "shipped": scan.shipped,
        "at": [{"value": value, **account(answer)} for value, answer in zip(scan.values, scan.answers, strict=True)],
        "flips": [{"after": low, "from": high, "verdict": verdict} for low, high, verdict in scan.flips()],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "question": chart.question,
        "across": chart.across,
        "down": chart.down,
        "columns": list(chart.columns),
        "rows": list(chart.rows),
        "verdicts": [[answer.verdict for answer in row] for row in chart.answers],
        "reasons": [[answer.reason for answer in row] for row in chart.answers],
        "joint": [[answer.joint.value for answer in row] for row in chart.answers],
        "base": [[answer.base.value for answer in row] for row in chart.answers],
    }
