"""Argue with this, the approximate part of assumptions: the stored wars weighted by how likely a moved prior makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.foundation.format import format_with_unit
from sim.report.briefing.argue import Control
from sim.report.briefing.material import Moved
from sim.report.briefing.series import packed

LEAST_EFFECTIVE = 50
"""Effective sample below which the page has no answer."""

STEP = 0.001
"""Of the standard scores that the page carries."""


@dataclass(frozen=True)
class Weights:
    """What the template needs; `data` is what the script reads, `keys` are those of the controls' inputs."""

    data: dict[str, Any]
    controls: list[Control]
    keys: list[str]
    notes: list[str]


def weights_part(moved: Sequence[Moved], replicates: int) -> Weights | None:
    """Return the part for the first `replicates` stored wars; None where no assumption is at hand, or the wars are too few."""
    if not moved or replicates < LEAST_EFFECTIVE:
        return None
    scores = np.array([one.scores[:replicates] for one in moved])
    controls = [
        Control(
            f"a-{one.path}", one.name or one.path, one.central, one.low, one.high, (one.high - one.low) / 200, one.unit
        )
        for one in moved
    ]
    data = {
        "inputs": [
            {"key": one.path, "central": one.central, "low": one.low, "high": one.high, "unit": one.written,
             "log": one.log, "below": one.spreads[0], "above": one.spreads[1]}
            for one in moved
        ],
        "step": STEP,
        "least": LEAST_EFFECTIVE,
        "packed": packed(np.round(scores / STEP).astype("<i2").tobytes()),
    }  # fmt: skip
    return Weights(data, controls, [one.path for one in moved], [_note(one) for one in moved])


def _note(one: Moved) -> str:
    stated, low, high = (format_with_unit(x, "") for x in (one.central, one.low, one.high))
    return f"stated {stated}; prior {low} to {high}; {one.grade}; {one.source}"
