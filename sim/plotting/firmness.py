"""How firm a verdict is: chances of a halt by variant and by threshold, and maps of the verdict over two thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.plotting import words
from sim.plotting.forest import Point, draw_points
from sim.plotting.hindcasts import make_page
from sim.plotting.palette import FAINT, INK, KNOWN, RULE, SOLID, Look
from sim.plotting.sheet import TICK, Layout, save

COLOURS = {"supported": "#0072B2", "undecided": "#8c8c8c", "contradicted": "#D55E00"}
KINDS = {
    ("supported", ""): ("supported", "S", "#9ecae8"),
    ("undecided", ""): ("undecided", "U", "#dedede"),
    ("contradicted", "cannot"): ("contradicted: not even together", "C", "#f3c09a"),
    ("contradicted", "anyway"): ("contradicted: one lever or none is enough", "A", "#f2e394"),
}
"""(verdict, reason) -> its words, letter and shade on maps."""
LOOKS = {
    "base": ("as things stand", KNOWN["base"]),
    "best_single": ("best single lever", Look("#E69F00", SOLID, "^")),
    "joint": ("all five, coordinated", KNOWN["all_with_coordination"]),
}
NAMES = {
    "halt_rate": ("Halt: advance slower than", "km² a day"),
    "halt_days": ("Halt: lasting", "days"),
    "halt_within_days": ("Halt: begun within", "days"),
    "reversal_km2": ("Reversal: regained on a front", "km²"),
    "reversal_days": ("Reversal: within", "days"),
    "can": ("“Can” means a chance of", ""),
    "cannot": ("“Cannot” means a chance below", ""),
}
SHOWN = ("halt_rate", "halt_days", "halt_within_days")
"""Thresholds with rows of their own; the chance that counts as `can` is the dashed line itself."""
ROW = 0.215  # inch


@dataclass(frozen=True)
class Row:
    """A line of the figure: a heading (no answer), or a label with an answer."""

    label: str
    answer: Mapping[str, Any] | None = None
    shipped: bool = False
    needed: Mapping[str, Any] | None = None


def draw_all(told: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw every figure of an account from `sim.analysis.verdicts.robustness_account.examine`; return the files written.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [save(chances(told), folder / "firmness.png")]
    files.append(save(rates(told), folder / "rate_needed.png"))
    if told["pairs"]:
        files.append(save(maps(told), folder / "verdict_maps.png"))
    return files


def chances(told: Mapping[str, Any]) -> Figure:
    """Draw the chance of a halt in every variant and at every threshold, beside the verdict that follows."""
    left, right = variant_rows(told), threshold_rows(told)
    rows = max(len(left), len(right))
    can = float(told["shipped"]["can"])
    share = f"{100 * told['interval']:.0f} %"
    keys = [
        Line2D([], [], color=look.colour, linestyle="none", marker=look.marker, markersize=5, label=label)
        for label, look in LOOKS.values()
    ]
    keys.append(Line2D([], [], color=FAINT, linewidth=2.4, alpha=0.5, label=f"{share} interval"))
    keys.append(Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (3, 2)), label=f"“can”: {100 * can:g} %"))
    page = make_page(
        "Where the verdict on a rapid halt turns",
        "Chance that the Russian advance halts, by variant of the model (left) and by what counts as a halt (right; the "
        "model as shipped). The claim is supported where all five levers in concert lie beyond the dashed line with their "
        "whole interval and everything else lies before it; contradicted where they lie before it, or (anyway) where one "
        "lever or none is enough. The best single lever is picked after the fact. Intervals: sampling error of the share (Wilson); "
        "doubt about the parameters is inside the share.",
        ["Variants: structures, figures, prior", "Thresholds: what counts as a halt"],
        Layout(columns=2, panel=(2.6, ROW * rows + 0.1), left=2.35, right=1.6, gap=3.55),
        _source(told),
        keys,
    )
    for axes, lines in zip(page.panels, (left, right), strict=True):
        _rows(axes, lines, rows, can)
    return page.figure


def variant_rows(told: Mapping[str, Any]) -> list[Row]:
    """Return the rows of the variants, a heading before each group of them."""
    rows: list[Row] = []
    group = None
    for place, one in enumerate(told["variants"]):
        if one["group"] != group and place > 0:
            rows.append(Row(words.name(one["group"])))
        group = one["group"]
        rows.append(Row(one["label"], one["halt"], place == 0, one["halt_rate_needed"]))
    return rows


def threshold_rows(told: Mapping[str, Any]) -> list[Row]:
    """Return the rows of the thresholds that define a halt, a heading before each."""
    rows: list[Row] = []
    for scan in told["thresholds"]:
        if scan["name"] not in SHOWN or scan["question"] != "halt":
            continue
        title, unit = NAMES[scan["name"]]
        rows.append(Row(f"{title} … {unit}"))
        for one in scan["at"]:
            own = one["value"] == scan["shipped"]
            rows.append(Row(words.number(one["value"]) + (" (as shipped)" if own else ""), one, own))
    return rows


def rates(told: Mapping[str, Any]) -> Figure:
    """Draw how slack a halt must be, variant by variant, for its chance to reach `can`."""
    lines = variant_rows(told)
    shipped, can = float(told["shipped"]["halt_rate"]), 100 * told["shipped"]["can"]
    keys = [
        Line2D([], [], color=look.colour, linestyle="none", marker=look.marker, markersize=5, label=label)
        for label, look in LOOKS.values()
    ]
    keys.append(Line2D([], [], color=FAINT, linewidth=2.4, alpha=0.5, label=f"{100 * told['interval']:.0f} % interval"))
    keys.append(
        Line2D([], [], color=INK, linewidth=0.9, linestyle=(0, (3, 2)), label="what counts as a halt, as shipped")
    )
    page = make_page(
        "How slack a halt must be to come about",
        "A halt is an advance below some rate. Shown is the rate that it would take for a halt, as long and as soon as "
        f"shipped, to come about in {can:g} % of wars. Further right: a halt is further away. Intervals: distribution-free, "
        "from the order of the wars; the arms share their wars, so intervals that overlap do not mean no difference.",
        ["Variants: structures, figures, prior"],
        Layout(columns=1, panel=(4.6, ROW * len(lines) + 0.1), left=2.35, right=0.4),
        _source(told),
        keys,
    )
    axes = page.panels[0]
    _frame(axes, lines, len(lines))
    axes.axvline(shipped, color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
    axes.set_xlabel("advance that would count as halted, km² a day", fontsize=TICK + 0.5)
    needed = [row.needed for row in lines if row.needed is not None]
    known = [x for one in needed for interval in one.values() for x in interval if x is not None]
    most = 1.06 * max([shipped, *known])
    axes.set_xlim(min(0.0, 1.06 * min([shipped, *known])), most)
    for place, row in enumerate(lines):
        if row.needed is not None:
            _points(axes, place, row.needed, 1.0, most)
    return page.figure


def maps(told: Mapping[str, Any]) -> Figure:
    """Draw maps of the verdict over two thresholds; the number is the chance with all five coordinated, in percent."""
    pairs = told["pairs"]
    keys = [Patch(facecolor=shade, label=f"{letter}: {name}") for name, letter, shade in KINDS.values()]
    keys.append(Patch(facecolor="white", edgecolor=INK, linewidth=1.4, label="as shipped"))
    heads = ["Verdict on a halt" if pair["question"] == "halt" else "Verdict on a reversal" for pair in pairs]
    tallest = max(len(pair["rows"]) for pair in pairs)
    page = make_page(
        "The verdict over two thresholds at a time",
        "Each cell judges the same stored wars by other thresholds; the number is the share of wars, in percent, in which "
        "all five levers in concert bring it about.",
        heads,
        Layout(columns=min(3, len(pairs)), panel=(3.2, 0.24 * tallest + 0.1), left=0.75, gap=0.85, below=0.62),
        _source(told),
        keys,
    )
    for axes, pair in zip(page.panels, pairs, strict=True):
        _map(axes, pair, tallest, told)
    return page.figure


def _map(axes: Axes, pair: Mapping[str, Any], tallest: int, told: Mapping[str, Any]) -> None:
    axes.grid(visible=False)
    columns, rows = pair["columns"], pair["rows"]
    own = columns.index(told["shipped"][pair["across"]]), rows.index(told["shipped"][pair["down"]])
    for y, verdicts in enumerate(pair["verdicts"]):
        for x, verdict in enumerate(verdicts):
            _, letter, shade = KINDS[verdict, pair["reasons"][y][x]]
            axes.add_patch(Rectangle((x, y), 1, 1, facecolor=shade, edgecolor="white", linewidth=0.8))
            joint = pair["joint"][y][x]
            text = "?" if joint is None else f"{100 * joint:.0f} {letter}"
            axes.text(x + 0.5, y + 0.5, text, fontsize=TICK - 1.5, color=INK, ha="center", va="center")
    axes.add_patch(Rectangle(own, 1, 1, fill=False, edgecolor=INK, linewidth=1.4, zorder=5))
    axes.set_xlim(0, len(columns))
    axes.set_ylim(0, len(rows))
    place = axes.get_position()
    height = place.height * len(rows) / tallest
    axes.set_position((place.x0, place.y1 - height, place.width, height))
    axes.set_xticks(np.arange(len(columns)) + 0.5, [_value(pair["across"], value) for value in columns])
    axes.set_yticks(np.arange(len(rows)) + 0.5, [_value(pair["down"], value) for value in rows])
    axes.tick_params(length=0, labelsize=TICK - 0.5)
    axes.set_xlabel(_axis(pair["across"]), fontsize=TICK)
    axes.set_ylabel(_axis(pair["down"]), fontsize=TICK)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _value(name: str, value: float) -> str:
    return f"{100 * value:g} %" if name in ("can", "cannot") else words.number(value)


def _axis(name: str) -> str:
    title, unit = NAMES[name]
    return f"{title} …{f' {unit}' if unit else ''}"


def _rows(axes: Axes, rows: Sequence[Row], room: int, can: float) -> None:
    """Draw labelled rows with three points each and the verdict's name beyond the right edge."""
    _frame(axes, rows, room)
    axes.set_xlim(-2.0, 102.0)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel("chance of a halt, % of wars", fontsize=TICK + 0.5)
    axes.plot(
        [100 * can, 100 * can], [-0.5, len(rows) - 0.5], color=INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1
    )
    for place, row in enumerate(rows):
        if row.answer is None:
            continue
        verdict = row.answer["verdict"]
        told = f"{verdict} (anyway)" if row.answer["reason"] == "anyway" else verdict
        axes.text(
            104.0, place, told, fontsize=TICK, color=COLOURS[verdict], ha="left", va="center", weight="bold",
            gid="verdict",
        )  # fmt: skip
        _points(axes, place, row.answer, 100.0, 100.0)


def _frame(axes: Axes, rows: Sequence[Row], room: int) -> None:
    """Set the rows' labels left of the axis, headings in italics, on bands that leave the headings white."""
    axes.set_ylim(room - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    for place, row in enumerate(rows):
        heading = row.answer is None
        axes.annotate(
            row.label, (0.0, place), (-6.0, 0.0), xycoords=("axes fraction", "data"), textcoords="offset points",
            fontsize=TICK, color=FAINT if heading else INK, style="italic" if heading else "normal",
            weight="bold" if row.shipped else "normal", ha="right", va="center", parse_math=False,
        )  # fmt: skip
        if not heading:
            axes.axhspan(place - 0.46, place + 0.46, color="#f4f4f4", linewidth=0, zorder=0)


def _points(axes: Axes, place: int, answer: Mapping[str, Any], scale: float, most: float) -> None:
    """Draw base, best single lever and all coordinated in one row; an open end runs to the edge."""
    points = []
    for shift, (key, (_, look)) in zip((-0.26, 0.0, 0.26), LOOKS.items(), strict=True):
        low, value, high = answer[key]
        if value is not None:
            ends = (0.0 if low is None else scale * low, most if high is None else scale * high)
            points.append(Point(place, scale * value, *ends, look, shift))
    draw_points(axes, points)
    if not points:
        axes.text(0.02, place, "run too short to tell", transform=axes.get_yaxis_transform(), fontsize=TICK - 0.5,
                  color=FAINT, va="center")  # fmt: skip


def _source(told: Mapping[str, Any]) -> str:
    return (
        f"Source: “{told['title']}”, seed {told['seed']}, {told['replicates']} wars an arm and variant, the same luck in "
        "all. Simulated under stated assumptions; not a forecast and not an observation."
    )
