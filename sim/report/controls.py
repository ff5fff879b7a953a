"""Positive controls on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.outcomes.controls import Answer
from sim.foundation.format import format_percent
from sim.report.screen import Screen, Table

HEAD = ("control", "effect, km2", "90 % interval", "of the base's gain", "expected", "halts", "")


def screen(answers: Sequence[Answer]) -> Screen:
    """Return the screen of the answers to some controls."""
    rows = [_row(answer) for answer in answers]
    held = sum(answer.holds for answer in answers)
    notes = [f"Base: {answers[0].base:,.0f} km2. The war goes on; effects are arm minus base at the end."]
    styles = {"holds": "green", "FAILS": "red"}
    return Screen(f"{held} of {len(answers)} controls hold.", [Table(HEAD, rows, styles=styles)], notes)


def _row(answer: Answer) -> list[str]:
    low, mean, high = answer.effect_km2
    expected = "less" if answer.expected == "below" else "more"
    if answer.share is not None:
        expected += f", {100 * answer.share[0]:+.0f} .. {100 * answer.share[1]:+.0f} %"
    return [
        answer.label,
        f"{mean:+,.0f}",
        f"{low:+,.0f} .. {high:+,.0f}",
        f"{100 * answer.relative:+.0f} %",
        expected,
        format_percent(answer.halt),
        "holds" if answer.holds else "FAILS",
    ]
