"""A sweep in one figure: a row per outcome, a column per key, a mark per point with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.statistics.factorial import RunFacts
from sim.foundation.format import format_list
from sim.plotting.effects import axis_of, conditional, head_of, paired, scaled
from sim.plotting.frame.dates import days, time_axis
from sim.plotting.frame.page import Grid, band_key, key, label_x, label_y, page
from sim.plotting.frame.palette import BLUE, FAINT
from sim.plotting.frame.statements import Title, clear
from sim.plotting.frame.text import capitalise

SHOWN = ("net_km2", "p_halt", "p_ceasefire")
MOST_KEYS = 4
LIGHT, DARK = "#8cc4e8", "#0a2a4a"


@dataclass(frozen=True)
class SweptKey:
    """A key and its value at every point, a number or a date; `label` says it with its unit."""

    key: str
    label: str
    values: Sequence[float | str]
    day: bool = False


@dataclass(frozen=True)
class SweepStudy:
    """The points of a sweep, and how far each differs from the arm that it stands on, by name of outcome."""

    run: RunFacts
    arm: str
    keys: Sequence[SweptKey]
    outcomes: Sequence[Outcome]
    differences: Mapping[str, Sequence[Estimate]]
    source: str
    joined: bool = False


def sweep(study: SweepStudy) -> Figure:
    """Draw the differences of every point over each key."""
    keys = study.keys[:MOST_KEYS]
    outcomes = [one for name in SHOWN for one in study.outcomes if one.name == name]
    panels = [(outcome, one) for outcome in outcomes for one in keys]
    sheet = page(
        _moved(study, outcomes),
        "What each point changes against that arm without it. Each mark is one point, played in the same possible worlds; "
        + ("the darker, the higher the other key. " if len(keys) == 2 else "")
        + ("points that share a value differ in the other keys. " if len(study.keys) > 2 else "")
        + paired(study.run) + conditional(outcomes),
        study.source, [head_of(outcome) for outcome, _ in panels], Grid(len(keys), (3.2, 1.9), gap=0.75, below=0.6),
        [key("a point", BLUE, "o"), band_key(study.run.interval, BLUE)],
    )  # fmt: skip
    for axes, (outcome, one) in zip(sheet.panels, panels, strict=True):
        low, middle, high = np.array([scaled(x, outcome).as_list() for x in study.differences[outcome.name]]).T
        x, shades = _places(one), _shades(keys, one)
        axes.vlines(x, low, high, colors=shades, linewidth=1.4, alpha=0.45, gid="interval")
        if study.joined:
            axes.plot(x, middle, color=BLUE, linewidth=1.2)
        axes.scatter(x, middle, c=shades, s=13, zorder=3)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        if one.day:
            dates = np.array(one.values, dtype="datetime64[D]")
            time_axis(axes, np.array([dates.min() - 7, dates.max() + 7]))
        label_x(axes, one.label)
        label_y(axes, axis_of(outcome, "change"))
    return sheet.figure


def _moved(study: SweepStudy, outcomes: Sequence[Outcome]) -> Title:
    """Return a title that counts the points at which the first outcome clearly moves."""
    plain = f"Over {format_list([one.key for one in study.keys])}, on top of: {study.arm}"
    if not outcomes:
        return plain
    points = {str(place): one for place, one in enumerate(study.differences[outcomes[0].name])}
    more, less = clear(points)
    head = (
        f"{capitalise(outcomes[0].label)} clearly rises at {len(more)} and falls at {len(less)} of {len(points)} points"
    )
    return [f"{head}: {plain[0].lower()}{plain[1:]}", head, plain]


def _places(one: SweptKey) -> NDArray[np.float64]:
    """Return where the points stand on the axis of a key, (point,)."""
    return days(np.array(one.values, dtype="datetime64[D]")) if one.day else np.array(one.values, dtype=float)


def _shades(keys: Sequence[SweptKey], one: SweptKey) -> list[str]:
    """Return a colour per point: with two keys by the rank of the other one's value, from light to dark."""
    if len(keys) != 2:
        return [BLUE] * len(one.values)
    rank = np.unique(_places(keys[1] if one is keys[0] else keys[0]), return_inverse=True)[1]
    share = (rank / max(rank.max(), 1))[:, np.newaxis]
    return [to_hex(mixed) for mixed in (1.0 - share) * np.array(to_rgb(LIGHT)) + share * np.array(to_rgb(DARK))]
