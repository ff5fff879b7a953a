"""A change by blocks on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.foundation.format import format_count, format_interval, format_points_interval
from sim.report.screen import Table

MOST_KEYS = 6


def tables(found: Mapping[str, Any]) -> list[Table]:
    """Return what each block brings to the change of every outcome, and which keys are in it."""
    outcomes = found["outcomes"]
    blocks = list(next(iter(outcomes.values()))["blocks"])
    head = ("outcome", "change", *blocks, "left over")
    rows = [
        (
            f"{one['label']}{', points' if one['unit'] == '1' else f', {_unit(one)}'}",
            *(
                _written(one, each)
                for each in (one["total"], *(one["blocks"][block] for block in blocks), one["residual"])
            ),
        )
        for one in outcomes.values()
    ]
    title = (
        f"Why {found['to']} differs from {found['from']}: Shapley values by block, "
        f"{format_count(found['replicates'], 'replicate')}"
    )
    keys = [(block, str(len(some)), _keys(some)) for block, some in found["keys"].items()]
    return [Table(head, rows, title), Table(("block", "keys", "which"), keys, text_columns=3)]


def notes(found: Mapping[str, Any]) -> list[str]:
    """Return where what is left over comes from."""
    reasons: dict[str, list[str]] = {}
    for one in found["outcomes"].values():
        reasons.setdefault(one["why"], []).append(one["label"])
    return [f"Left over in {', '.join(labels)}: {why}." for why, labels in reasons.items() if why]


def _keys(some: list[str]) -> str:
    more = f", and {len(some) - MOST_KEYS} more" if len(some) > MOST_KEYS else ""
    return ", ".join(some[:MOST_KEYS]) + more


def _unit(one: Mapping[str, Any]) -> str:
    return {"person": "thousands", "Gusd": "bn $"}.get(one["unit"], one["unit"])


def _written(one: Mapping[str, Any], estimate: list[float]) -> str:
    if one["unit"] == "1":
        return format_points_interval(estimate).replace(" points", "").replace(" (", "\n(")
    digits, scale = {"person": (1, 1e-3), "km2": (0, 1.0), "Gusd": (1, 1.0)}.get(one["unit"], (None, 1.0))
    return format_interval(estimate, digits=digits, signed=True, scale=scale).replace(" (", "\n(")
