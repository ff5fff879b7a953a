"""A full factorial judged: what each lever adds, what levers do to each other, and whether the whole exceeds its parts.

Every number is a mean over wars of a difference taken in the same war (same luck, same parameters), with the error of
that mean. `sim.analysis.statistics.coalitions` has the definitions.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.replicates import Outcome, known_outcomes
from sim.analysis.serialise import plain
from sim.analysis.statistics import coalitions as games
from sim.analysis.statistics.arm_sets import Factorial, factorial_of
from sim.analysis.statistics.effect_scales import beyond_product
from sim.analysis.statistics.row_estimates import ratio, row_estimates
from sim.foundation.format import format_difference, format_percent

Floats = npt.NDArray[np.float64]


def analyse(table: xr.Dataset) -> dict[str, Any]:
    """Return everything that a full factorial tells, ready for JSON.

    Parameters
    ----------
    table : Dataset
        One number a war, from `sim.analysis.outcomes.replicates.outcomes_by_replicate`.

    Returns
    -------
    dict
        ``factors``, ``arms``, ``outcomes`` and the facts of the run. Every estimate is ``[low, mean, high]``;
        chances are shares of 1. For each outcome:

        - of ground kept ``joint_minus_product`` as well: beyond levers that each multiply the gain by a factor, and no
          more; such levers fall short of their sum without any interaction;
        - ``joint``, ``sum_of_parts``, ``joint_minus_sum``: all levers together, the sum of each alone, and their
          difference; ``spread``: the same of single wars, as ``[low, median, high]``;
          ``whole_exceeds_parts_in``: the share of wars in which it is above zero;
        - ``blocks``: the same without the last factor, and with it on in both the whole and the parts;
        - ``levers``: ``alone``, ``main`` (mean over all settings), ``shapley``, ``shapley_share`` (of the joint
          gain; null where that cannot be told from zero), ``last`` (added to all others), ``helps_in`` (share of
          wars in which the Shapley value is above zero);
        - ``sizes``: the mean gain of the sets of none, one, two ... of the other levers, in the two blocks, and
          ``with_if_additive``: what the second block would gain if the last factor added to every set what it
          adds alone; ``with_minus_additive``: the paired difference between the two;
        - ``pairs``: interaction of every two levers over all settings of the rest;
        - ``orders``: dividends added up by the number of levers; ``dividends``: of every set;
        - ``superadditivity``: over all ``pairs`` of disjoint sets, the ``share`` whose union exceeds them, and how
          many are ``told_above`` and ``told_below`` zero (each at the level of the interval, so that a few are by
          chance).

        ``while_fighting`` is the same account of ground kept from the wars that no arm ends by a cease-fire, and
        their number: a cease-fire stops the advance, and when one comes rests on guessed coefficients.

    Raises
    ------
    UserError
        If the arms are no full factorial.
    """
    full = factorial_of([str(name) for name in table["arm"].to_numpy()])
    level = Thresholds.of(table).interval
    found = known_outcomes(table)
    labels = json.loads(table.attrs.get("arm_labels", "{}"))
    summary = {
        **run_facts(table, "factorial", level),
        "factors": {name: labels.get(name, name).removesuffix(" alone") for name in full.factors},
        "arms": _arms(table, full, found, level, labels),
        "outcomes": {one.name: _outcome(worth_of(table, full, one), full, one, level) for one in found},
    }
    if "kept_km2" in summary["outcomes"]:
        summary["outcomes"]["kept_km2"]["joint_minus_product"] = _beyond_product(table, full, level)
    summary["while_fighting"] = _while_fighting(table, full, found, level)
    summary["sentence"] = sentence(summary)
    cleaned: dict[str, Any] = plain(summary)
    return cleaned


def run_facts(table: xr.Dataset, kind: str, level: float) -> dict[str, Any]:
    """Return what a reader must know of the run."""
    return {
        "kind": kind,
        "title": str(table.attrs.get("title", "")),
        "replicates": int(table.sizes["replicate"]),
        "seed": int(table.attrs["seed"]) if "seed" in table.attrs else None,
        "interval": level,
        "weeks": float(table.attrs["weeks"]),
        "end": str(table["time"].to_numpy()[-1])[:10],
    }


def worth_of(table: xr.Dataset, full: Factorial, outcome: Outcome) -> Floats:
    """Return what every set gains over the base in every war, shape (2^n, replicate)."""
    rows = table[outcome.name].transpose("arm", "replicate").to_numpy()[full.rows]
    gained: Floats = rows - rows[0]
    return gained


def _while_fighting(table: xr.Dataset, full: Factorial, found: list[Outcome], level: float) -> dict[str, Any] | None:
    """Return the whole, its parts and the levers in ground kept, from the wars without a cease-fire in any arm."""
    ground = next((one for one in found if one.unit == "km2"), None)
    if ground is None:
        return None
    fought = ~(table["p_ceasefire"] > 0).any("arm").to_numpy()
    worth = worth_of(table, full, ground)[:, fought]
    if worth.shape[1] < 2:
        return None
    return {
        "wars": worth.shape[1],
        **_whole(worth, level, False),
        "blocks": _blocks(worth, full, level, False),
        "levers": _levers(worth, full, level, False),
    }


def _beyond_product(table: xr.Dataset, full: Factorial, level: float) -> list[float]:
    """Return ``[low, mean, high]`` of the ground that the whole keeps beyond levers that each multiply Russia's gain."""
    net = table["net_km2"].transpose("arm", "replicate").to_numpy()[full.rows].astype(float)
    alone = [net[1 << n] for n in range(len(full.factors))]
    return Estimate.mean(-beyond_product(net[-1], net[0], alone), level).as_list()


def joint_minus_sum(table: xr.Dataset, full: Factorial, outcome: Outcome, level: float) -> Floats:
    """Return ``[low, mean, high]`` of the whole less the sum of its parts."""
    surplus = games.excess(worth_of(table, full, outcome))
    return row_estimates(surplus[None], level, outcome.chance, 1.0 + len(full.factors))[0]


def _arms(
    table: xr.Dataset, full: Factorial, found: list[Outcome], level: float, labels: dict[str, str]
) -> dict[str, Any]:
    """Return for every arm, sets in the order of their index, its mean outcomes and its gains over the base."""
    names = [str(name) for name in table["arm"].to_numpy()]
    means = {one.name: table[one.name].transpose("arm", "replicate").to_numpy().mean(axis=1) for one in found}
    gains = {one.name: row_estimates(worth_of(table, full, one), level, one.chance) for one in found}
    accounts = {}
    for index, row in enumerate(full.rows):
        accounts[names[row]] = {
            "label": labels.get(names[row], names[row]),
            "levers": [full.factors[bit] for bit in games.members(index)],
            "mean": {name: float(values[row]) for name, values in means.items()},
            "gain": {name: [0.0] * 3 if index == 0 else values[index].tolist() for name, values in gains.items()},
        }
    return accounts


def _outcome(worth: Floats, full: Factorial, outcome: Outcome, level: float) -> dict[str, Any]:
    n = len(full.factors)

    def errors(values: Floats, bounds: npt.ArrayLike = 1.0) -> list[list[float]]:
        found: list[list[float]] = row_estimates(values, level, outcome.chance, bounds).tolist()
        return found

    orders = games.by_order(worth)
    dividend = games.dividends(worth)
    most = 2.0 ** (games.sizes(n) - 1)
    return {
        **asdict(outcome),
        **_whole(worth, level, outcome.chance),
        "blocks": _blocks(worth, full, level, outcome.chance),
        "sizes": _sizes(worth, full, level, outcome.chance),
        "levers": _levers(worth, full, level, outcome.chance),
        "pairs": {
            f"{full.factors[i]}+{full.factors[j]}": errors(values[None], 2.0)[0]
            for (i, j), values in games.pair_effects(worth).items()
        },
        "orders": {str(order): estimate for order, estimate in enumerate(errors(orders, 2.0**n), start=1)},
        "dividends": {
            full.name(index): estimate for index, estimate in enumerate(errors(dividend, most)) if index
        },
        "superadditivity": _superadditivity(worth, level, outcome.chance),
    }  # fmt: skip


def _whole(worth: Floats, level: float, chance: bool) -> dict[str, Any]:
    """Return the whole, the sum of its parts, and what is between them."""
    n = games.players(worth)
    surplus = games.excess(worth)
    joint = worth[-1] - worth[0]
    rows = row_estimates(np.stack([joint, joint - surplus, surplus]), level, chance, [1.0, n, n + 1.0])
    return {
        "joint": rows[0].tolist(),
        "sum_of_parts": rows[1].tolist(),
        "joint_minus_sum": rows[2].tolist(),
        "spread": Estimate.spread(surplus, level).as_list(),
        "whole_exceeds_parts_in": float((surplus > 0).mean()),
        "whole_falls_short_in": float((surplus < 0).mean()),
    }


def _blocks(worth: Floats, full: Factorial, level: float, chance: bool) -> dict[str, Any]:
    """Return the whole and its parts among the other levers, with the last factor off and with it on."""
    half = len(worth) // 2
    last = full.factors[-1]
    return {
        f"without {last}": _whole(worth[:half], level, chance),
        f"with {last}": _whole(worth[half:], level, chance),
    }


def _sizes(worth: Floats, full: Factorial, level: float, chance: bool) -> dict[str, Any]:
    """Return the mean gain by the number of other levers that are on."""
    half = len(worth) // 2
    size = games.sizes(len(full.factors) - 1)
    last = full.factors[-1]
    counts = range(len(full.factors))
    without, with_it = (
        np.stack([block[size == k].mean(axis=0) for k in counts]) for block in (worth[:half], worth[half:])
    )
    rows = {f"without {last}": without, f"with {last}": with_it, "with_if_additive": without + worth[half]}
    rows["with_minus_additive"] = with_it - rows["with_if_additive"]
    return {name: row_estimates(values, level, chance, 2.0).tolist() for name, values in rows.items()}


def _levers(worth: Floats, full: Factorial, level: float, chance: bool) -> dict[str, Any]:
    """Return what each lever adds, by the four ways of asking."""
    value = games.shapley(worth)
    parts = {
        "alone": games.alone(worth),
        "main": games.main_effects(worth),
        "shapley": value,
        "last": games.last(worth),
    }
    estimates = {name: row_estimates(rows, level, chance) for name, rows in parts.items()}
    estimates["shapley_share"] = ratio(value, worth[-1] - worth[0], level)
    return {
        factor: {name: rows[place].tolist() for name, rows in estimates.items()}
        | {"helps_in": float((value[place] > 0).mean())}
        for place, factor in enumerate(full.factors)
    }


def _superadditivity(worth: Floats, level: float, chance: bool) -> dict[str, Any]:
    surplus = games.superadditivity(worth)
    estimates = row_estimates(surplus, level, chance, 3.0)
    return {
        "pairs": len(surplus),
        "share": float((estimates[:, 1] > 0).mean()),
        "told_above": int((estimates[:, 0] > 0).sum()),
        "told_below": int((estimates[:, 2] < 0).sum()),
    }


# -- the sentence ---------------------------------------------------------------


def sentence(summary: dict[str, Any]) -> str:
    """Say in one sentence whether the whole exceeds the sum of its parts, in ground and in halts."""
    level = format_percent(summary["interval"])
    parts = [
        _said(account, summary["factors"], level if place == 0 else "")
        for place, account in enumerate(summary["outcomes"][name] for name in _SPOKEN if name in summary["outcomes"])
    ]
    return (
        f"After {summary['weeks']:.0f} weeks: " + "; ".join(parts) + "." if parts else "The wars are too short to tell."
    )


_SPOKEN = ("kept_km2", "p_halt")


def _said(account: dict[str, Any], factors: dict[str, str], level: str) -> str:
    low, middle, high = account["joint_minus_sum"]
    write = partial(format_difference, unit=account["unit"])
    side = "exceeds" if low > 0 else "falls short of" if high < 0 else "cannot be told from"
    best = max(account["levers"], key=lambda name: account["levers"][name]["shapley"][1])
    largest = f", and {best} has the largest share" if account["levers"][best]["shapley"][0] > 0 else ""
    interval = f", {level} interval" if level else ""
    return (
        f"{account['label']} - all {len(factors)} together {write(account['joint'][1])}, each alone "
        f"{write(account['sum_of_parts'][1])} in sum; the whole {side} the sum of its parts "
        f"({write(middle)}, {write(low, with_unit=False)} to {write(high)}{interval}){largest}"
    )
