"""The short account of a result: what ``--json`` prints and the closing table shows."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds, days_since_start, outcomes
from sim.analysis.verdicts.claim import Judgement, judge

Floats = npt.NDArray[np.float64]


def summarise(data: xr.Dataset) -> dict[str, Any]:
    """Return the summary of a result, ready for JSON: no nan (null instead), plain numbers only.

    Parameters
    ----------
    data : Dataset
        A result as loaded by `sim.load`.

    Returns
    -------
    dict
        ``arms`` (name -> ``net_km2`` and ``difference_km2`` by milestone as [low, median, high] over the
        wars; ``p_halt``, ``p_reversal``, ``p_ceasefire`` with their ``_interval``; ``difference_mean_km2``:
        mean paired difference to the base with the error of that mean; ``difference_p_halt``), ``verdict``,
        ``sentence``, ``replicates``, ``seed`` and more. Milestones beyond the horizon are left out.
    """
    rule = Thresholds.of(data)
    what = outcomes(data, rule)
    net = net_at_milestones(data, rule)
    names = [str(name) for name in data["arm"].to_numpy()]
    labels = json.loads(data.attrs.get("arm_labels", "{}"))
    arms = {name: {"label": labels.get(name, name), **_arm(index, net, what, rule)} for index, name in enumerate(names)}
    judgement = judge(what, net, rule)
    summary = {
        "title": data.attrs.get("title", ""),
        "arms": arms,
        "verdict": judgement.verdict,
        "sentence": judgement.sentence,
        "more": judgement.more,
        "findings": _findings(judgement),
        "replicates": int(data.sizes["replicate"]),
        "seed": int(data.attrs["seed"]) if "seed" in data.attrs else None,
        "interval": rule.interval,
        "horizon_days": float(days_since_start(data)[-1]),
        "halt_judged_to_day": what.attrs["halt_judged_to_day"],
        "complete": bool(data.attrs.get("complete", True)),
    }
    cleaned: dict[str, Any] = without_nan(summary)
    return cleaned


def net_at_milestones(data: xr.Dataset, rule: Thresholds) -> dict[str, Floats]:
    """Return net gain at each milestone inside the record, ``{ISO date: (arm, replicate)}`` in km2.

    Between two records the gain is interpolated; a milestone up to half a recording step beyond the last
    record takes the last record's value (52 weeks end one day short of a year).
    """
    days = days_since_start(data)
    net = data["net_km2"].transpose("arm", "replicate", "time").to_numpy().astype(float)
    slack = (days[-1] - days[-2]) / 2 if len(days) > 1 else 0.0
    found: dict[str, Floats] = {}
    for date in rule.milestones:
        day = float((np.datetime64(date) - data["time"].to_numpy()[0]) / np.timedelta64(1, "D"))
        if not 0 < day <= days[-1] + slack:
            continue
        after = min(int(np.searchsorted(days, day)), len(days) - 1)
        share = min(1.0, (day - days[after - 1]) / (days[after] - days[after - 1]))
        found[date] = net[..., after - 1] + share * (net[..., after] - net[..., after - 1])
    return found


def _arm(index: int, net: dict[str, Floats], what: xr.Dataset, rule: Thresholds) -> dict[str, Any]:
    level = rule.interval
    account: dict[str, Any] = {
        "net_km2": {date: Estimate.spread(values[index], level).as_list() for date, values in net.items()},
    }
    for event in ("halt", "reversal", "ceasefire"):
        rate = _rate(what[event].to_numpy()[index], level)
        account[f"p_{event}"] = rate.value
        account[f"p_{event}_interval"] = [rate.low, rate.high]
    account["difference_km2"] = {
        date: Estimate.spread(values[index] - values[0], level).as_list() for date, values in net.items()
    }
    account["difference_mean_km2"] = {
        date: Estimate.mean(values[index] - values[0], level).as_list() for date, values in net.items()
    }
    halt = what["halt"].to_numpy()
    account["difference_p_halt"] = Estimate.paired_rate(halt[index] - halt[0], level).as_list()
    durable = what["durable"].to_numpy()[index]
    known = durable[np.isfinite(durable)]
    account["durable_if_ceasefire"] = float(known.mean()) if known.size else None
    return account


def _rate(happened: Floats, level: float) -> Estimate:
    """Return the chance of an outcome; unknown (nan, [0, 1]) if the record cannot tell."""
    if np.isnan(happened).any():
        return Estimate.proportion(0, 0)
    return Estimate.proportion(float(happened.sum()), happened.size, level)


def _findings(judgement: Judgement) -> dict[str, list[float]]:
    return {name: estimate.as_list() for name, estimate in judgement.findings.items()}


def without_nan(tree: Any) -> Any:
    """Return `tree` with nan and infinities replaced by None, which JSON has and they are not in it."""
    if isinstance(tree, dict):
        return {key: without_nan(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [without_nan(value) for value in tree]
    if isinstance(tree, float):
        return tree if math.isfinite(tree) else None
    return tree
