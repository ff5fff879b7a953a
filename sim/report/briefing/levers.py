"""Argue with this, the approximate part: doses and days of levers, answered by an emulator that tells its error."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri

from sim.analysis.result import Result
from sim.foundation.format import format_percent
from sim.report.briefing.argue import Control

DAYS = "later"
"""Key of the control that delays all levers."""


@dataclass(frozen=True)
class Levers:
    """What the template needs; `data` is what the script reads."""

    data: dict[str, Any]
    controls: list[Control]
    note: str


def levers_part(
    emulated: Mapping[str, Any] | None, result: Result, command: str, called: Mapping[str, str] | None = None
) -> Levers | None:
    """Return the part; None where no design was played. `called` says what to call levers, by their names."""
    if emulated is None:
        return None
    names, level = result.names, emulated["level"]
    base_halt = result.table().arms[names.base].chances["halt"]
    keys = [one["name"] for one in emulated["levers"]]
    whole, low, high = emulated["whole"], emulated["low"], emulated["high"]
    controls = [
        Control(
            f"x-{key}",
            f"How far: {(called or {}).get(key, one['label'])}",
            whole[row],
            low[row],
            high[row],
            0.05,
            "times the stated dose",
        )
        for row, (key, one) in enumerate(zip(keys, emulated["levers"], strict=True))
    ]
    controls.append(Control(f"x-{DAYS}", "All of them later by", whole[-1], low[-1], high[-1], 1, "days"))
    data = {
        **emulated,
        "keys": [one.key for one in controls],
        "z": float(ndtri((1 + level) / 2)),
        "attacker": names.attacker.name,
        "base": names.labels[names.base],
        "base_halt": base_halt.value if base_halt.known else 0.0,
        **({} if base_halt.known else {"halt": None}),
        "extends": _extended(command),
    }
    note = (
        f"A quadratic fitted to {emulated['points']} designs of {emulated['replicates']:,} wars each, which share noise and "
        f"parameters with the base. Left out one by one, the designs are missed by {emulated['error']:.0f} km² (root mean square), "
        f"and {_explained(emulated)} of their variance is explained{_of_the_halt(emulated.get('halt'))}; the "
        f"{format_percent(level)} interval of each answer joins these misses "
        "and the standard error of the mean over wars. It says nothing outside the ranges shown, and at the doses stated it "
        f"need not give the numbers of the headline, which are those of {result.table().replicates:,} wars and of no fit."
        + (
            " The designs were played by another version of the model than this result."
            if emulated.get("other_code")
            else ""
        )
    )
    return Levers(data, controls, note)


def _explained(fit: Mapping[str, Any]) -> str:
    return format_percent(max(fit["explained"], 0.0))


def _of_the_halt(fit: Mapping[str, Any] | None) -> str:
    if not fit:
        return "; of a halt they say nothing"
    return f"; of the chance of a halt {100 * fit['error']:.1f} in 100 and {_explained(fit)}"


def _extended(command: str) -> str:
    """Return the scenario that a command plays, as `extends` takes it; "FILE" where it does not say."""
    words = shlex.split(command)
    if words[:2] == ["sim", "claim"]:
        return "shipped:claim"
    named = words[2] if len(words) > 2 and words[1] in ("run", "compare") else ""
    return named if named.startswith("shipped:") or named.endswith((".yaml", ".yml")) else "FILE"
