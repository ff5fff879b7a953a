"""The generated parts that tell what would overturn the verdict: levers turned up, assumptions moved, other noise.

"Reaches" is said of a whole interval: where only part of it lies beyond the threshold the claim's verdict is *undecided*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from docs.blocks import Results, block, markdown_table, percent
from docs.verdict_blocks import amount
from sim.foundation.format import format_chance, format_points_interval


@block("verdict-strong")
def strong(results: Results) -> str:
    """Say what was tried to make the levers, or some assumption, bring a halt or take it away."""
    stored = results["sensitivity"]
    flip, can = stored["flip"], stored["can"]
    return (
        f"`sim sensitivity` asks what would bring a halt in {percent(can)} of the replicates or more, with the whole interval.\n\n"
        f"- {_levers(flip, can, results['factorial']['factors'])}\n- {_assumption(flip['assumptions'], can)}\n"
        f"- {_together(flip['assumptions'], can)}"
    )


def place(interval: Sequence[float], can: float) -> str:
    """Say where a chance lies beside the threshold."""
    low, _, high = interval
    return "which reaches it" if low >= can else "short of it" if high < can else "on both sides of it (undecided)"


def _levers(flip: dict[str, Any], can: float, labels: dict[str, str]) -> str:
    tried = flip["levers"]
    smallest, best, most = tried["smallest"], tried["best"], tried["doses"][-1]
    found = (
        f"the smallest set that reaches it is {_named(smallest, labels)}: {format_chance(smallest['chance'])}"
        if smallest
        else f"none reaches it; the best is {_named(best, labels)}: {format_chance(best['chance'])}"
    )
    priced = " and ".join(labels.get(name, name) for name in tried["priced"])
    return (
        f"Levers: of {tried['sets_tried']} sets, doses and dates, put to {flip['wars_a_case']} replicates each, {found}. All "
        f"together, with {most['factor']:g} times the dose where a dose is money ({priced}): {format_chance(most['chance'])}, "
        f"{place(most['chance'], can)}."
    )


def _named(package: dict[str, Any], labels: dict[str, str]) -> str:
    names = " + ".join(labels.get(name, name) for name in package["levers"])
    return names if package["factor"] == 1 else f"{names}, money at {package['factor']:g} times the dose"


def _assumption(moved: dict[str, Any], can: float) -> str:
    far = moved["nearest"][0] if moved["nearest"] else moved["furthest"]
    aim = "reach it" if moved["up"] else "take it below"
    count = len({one["name"] for one in moved["nearest"]})
    text = (
        f"One assumption: of the {moved['moved']} that matter most, each held as far as four standard deviations of its prior, "
        f"{count or 'none'} would {aim}."
    )
    if far is None:
        return text
    away = "another option" if far["distance"] is None else f"{far['distance']:+.1f} standard deviations"
    return (
        f"{text} {'The nearest' if moved['nearest'] else 'The one that goes furthest'}: `{far['called']}` held at "
        f"{far['written']} ({away}): {format_chance(far['chance'])}, {place(far['chance'], can)}."
    )


def _together(moved: dict[str, Any], can: float) -> str:
    if not moved["together"]:
        return "Several together: no number moves the chance that way at the edge of its range."
    names = ", ".join(f"`{one['name']}` {'up' if one['way'] > 0 else 'down'}" for one in moved["leading"])
    steps = "; ".join(
        f"{format_chance(one['chance'])} at {one['distance']:.1f}, {place(one['chance'], can)}"
        for one in moved["together"]
    )
    return f"Several together ({names}), by standard deviations each: {steps}."


@block("verdict-seeds")
def seeds(results: Results) -> str:
    """Return the verdict under other noise and other draws."""
    rows = [
        [str(one["seed"]), format_chance(one["base"]), format_chance(one["joint"]), format_points_interval(one["joint_minus_base"]),
         amount(one["kept_km2"], "km2"), one["verdict"]]
        for one in results["seeds"]
    ]  # fmt: skip
    count = Counter(one["verdict"] for one in results["seeds"])
    stored = ", ".join(f"*{verdict}* under {many} of {len(rows)}" for verdict, many in count.most_common())
    table = markdown_table(["seed", "base halts", "all coordinated", "difference", "ground kept", "verdict"], rows)
    return f"{table}\n\nThe verdict is {stored} seeds."
