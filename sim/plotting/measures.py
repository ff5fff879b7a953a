"""How the outcomes of a factorial are written on axes: their unit, and the factor that brings them there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.plotting import words

Array = NDArray[np.float64]
SCALES = {"1": 100.0, "person": 1e-3, "km2": 1.0, "Gusd": 1.0}
UNITS = {"1": "percentage points", "person": "thousand people", "km2": "km²", "Gusd": "billion US$"}


def scaled(outcome: dict[str, Any], estimates: Sequence[Sequence[float | None]] | Array) -> Array:
    """Return estimates (row, 3) in the unit of the axis; what is not known is nan."""
    rows = [[np.nan if x is None else float(x) for x in row] for row in estimates]
    return SCALES[outcome["unit"]] * np.array(rows, dtype=np.float64)


def head(outcome: dict[str, Any]) -> str:
    """Return a panel's title for an outcome."""
    label = str(outcome["label"])
    return label[:1].upper() + label[1:] + (" (conditional)" if outcome["conditional"] else "")


def axis(outcome: dict[str, Any], what: str = "difference to the base") -> str:
    """Return an axis label: what is shown, and its unit."""
    return f"{what}, {UNITS[outcome['unit']]}"


def paired(summary: dict[str, Any]) -> str:
    """Return a sentence on what the numbers and their intervals are."""
    count = words.number(summary["replicates"])
    return (
        f"Means over {count} wars an arm of differences in the same war (same luck, same parameters), after "
        f"{summary['weeks']:.0f} weeks, to {words.date(summary['end'])}; {words.percent(summary['interval'])} "
        "intervals are errors of the mean, not the spread of wars; a chance has one even where no war differed. "
    )


def plainly(label: str) -> str:
    """Return a label as it stands inside a sentence: without its capital, unless that is a name's or an acronym's."""
    return label[:1].lower() + label[1:] if label[1:2].islower() and " " not in label else label


def conditional(outcomes: Sequence[dict[str, Any]]) -> str:
    """Return the caution for outcomes that rest on guessed coefficients."""
    if not any(outcome["conditional"] for outcome in outcomes):
        return ""
    return "Conditional: rests on guessed coefficients of the Kremlin's choice. "


def shown_outcomes(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the outcomes that figures show: not the killed, who are among the casualties, nor the aid, which has its own."""
    return [one for name, one in summary["outcomes"].items() if not name.startswith(("killed_", "delivered"))]
