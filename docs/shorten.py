"""What the pages need of a long summary: ``python -m docs.shorten NAME SUMMARY.json``, as JSON; names as in `SHORT`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SHOWN = 8
"""Rows kept of a ranking."""


def factorial(found: dict[str, Any]) -> dict[str, Any]:
    """Return the sums, the levers and the orders of every outcome; single sets and dividends stay in the result."""
    outcome = ("label", "unit", "joint", "sum_of_parts", "joint_minus_sum", "spread", "whole_exceeds_parts_in",
               "whole_falls_short_in", "levers", "orders", "superadditivity")  # fmt: skip
    fighting = ("wars", "joint", "sum_of_parts", "joint_minus_sum", "whole_exceeds_parts_in", "levers")
    return _some(found, ("title", "replicates", "seed", "interval", "weeks", "factors", "sentence")) | {
        "outcomes": {name: _some(one, outcome) | _product(one) for name, one in found["outcomes"].items()},
        "while_fighting": _some(found["while_fighting"], fighting),
    }


def robustness(found: dict[str, Any]) -> dict[str, Any]:
    """Return the variants, and where each threshold turns the verdict."""
    thresholds = ("question", "name", "unit", "shipped", "flips", "runs")
    return _some(found, ("title", "replicates", "seed", "interval", "verdict", "sentence", "shipped", "variants")) | {
        "thresholds": [_some(one, thresholds) for one in found["thresholds"]]
    }


def sensitivity(found: dict[str, Any]) -> dict[str, Any]:
    """Return the head of every ranking, and what was tried to turn the verdict."""
    flip = found["flip"]
    levers, assumptions = flip["levers"], flip["assumptions"]
    return _some(found, ("replicates", "seed", "interval", "can", "state", "joint_halt", "inputs", "leaves", "calibrated")) | {
        "sensitivity": {
            name: one | {"indices": one["indices"][:SHOWN]} for name, one in found["sensitivity"].items()
        },
        "discovery": found["discovery"],
        "information": found["information"] | {"worths": found["information"]["worths"][:SHOWN]},
        "flip": {
            "wars_a_case": flip["wars_a_case"],
            "levers": {name: one for name, one in levers.items() if name != "tried"},
            "deadline": _some(flip["deadline"], ("first", "judged_to")),
            "assumptions": {name: one for name, one in assumptions.items() if name != "held"} | {"furthest": furthest(assumptions)},
        },
    }  # fmt: skip


def two_by_two(found: dict[str, Any]) -> dict[str, Any]:
    """Return the table of four against each answer of the enemy, and how each arm is called."""
    enemy = found["enemy_answers"]
    return _some(enemy, ("replicates", "two_by_two", "of_coordination")) | {
        "labels": {name: arm["label"] for name, arm in found["arms"].items()}
    }


def _product(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("joint_minus_product",) if name in one}


def furthest(assumptions: dict[str, Any]) -> dict[str, Any] | None:
    """Return the single assumption that takes the chance of a halt furthest towards another verdict."""
    way = 1.0 if assumptions["up"] else -1.0
    return max(assumptions["held"], key=lambda one: way * one["chance"][1], default=None)


def _some(whole: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: whole[name] for name in names}


SHORT = {"factorial": factorial, "robustness": robustness, "sensitivity": sensitivity, "two-by-two": two_by_two}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SHORT:
        sys.exit(f"usage: python -m docs.shorten {'|'.join(SHORT)} SUMMARY.json")
    summary = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(json.dumps(SHORT[sys.argv[1]](summary), ensure_ascii=False, indent=1))
