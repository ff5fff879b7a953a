"""What the verdict rests on: which inputs matter, where it comes about, what would turn it, what to find out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.plotting import words
from sim.plotting.forest import Point, draw_points, frame
from sim.plotting.hindcasts import make_page
from sim.plotting.palette import DASHED, DOTTED, FAINT, INK, Look
from sim.plotting.sheet import TICK, Layout, save

Summary = dict[str, Any]

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
TOP = 12
NAMES = 3.0  # inch for the names of inputs
ROW = 0.24  # inch


def draw_all(found: Summary, folder: Path) -> list[Path]:
    """Draw every figure for which `found`, the summary of ``sim rests``, has the part; return the files.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, tuple[str, Callable[[Summary], Figure | None]]] = {
        "sensitivity": ("sensitivity", sensitivity),
        "discovery": ("discovery", discovery),
        "levers": ("flip", levers),
        "assumptions": ("flip", assumptions),
        "information": ("information", information),
    }
    written = []
    for name, (part, draw) in kinds.items():
        (folder / f"{name}.png").unlink(missing_ok=True)  # an older figure must not stand beside newer ones
        figure = draw(found) if found.get(part) else None
        if figure is not None:
            written.append(save(figure, folder / f"{name}.png"))
    return written


def sensitivity(found: Summary) -> Figure | None:
    """Draw for each quantity the inputs that lead, with error, and the line that inert ones do not pass."""
    shown = [one for one in found["sensitivity"].values() if one["line"] is not None]
    if not shown:
        return None
    rows = max(min(TOP, len(one["indices"])) for one in shown)
    page = make_page(
        "Which of the uncertain inputs move what the verdict speaks of",
        f"PAWN index: the median distance, 0 to 1, between a quantity's distribution and the same with one input in a tenth of "
        f"its range; bars: two standard errors to each side. Of {found['inputs']} inputs the {rows} that lead. Dashed: what "
        "inert inputs reach (about one of all would pass it by chance); dots left of it say nothing, bars across it little. "
        "Hollow: a guess.",
        [f"{one['label'][:1].upper()}{one['label'][1:]} ({one['above']} pass the line)" for one in shown],
        Layout(columns=2, panel=(2.7, ROW * rows), left=NAMES, gap=NAMES + 0.2, below=0.5),
        _source(found),
        [
            _dot(BLUE, "known in part: measured, estimated or recalled"),
            _dot(BLUE, "a guess", hollow=True),
            _line(DASHED, "line"),
        ],
    )
    for axes, one in zip(page.panels, shown, strict=True):
        _ranking(axes, one, rows)
    return page.figure


def discovery(found: Summary) -> Figure | None:
    """Draw each box: the part of each input's range that it keeps, and how often the outcome comes about in it."""
    shown = [one for one in found["discovery"] if one["box"]]
    if not shown:
        return None
    rows = max(len(one["box"]) for one in shown)
    heads = [head for one in shown for head in (_subject(one), "How often, on wars it has not seen")]
    page = make_page(
        "In which wars it comes about",
        "A box found by PRIM in half of the wars. Left: of each input's range (as probabilities of its prior) the part inside "
        "the box, with its values; inputs not named are free. Right: how often the outcome comes about in the other half, with "
        f"{words.percent(found['interval'])} intervals.",
        heads,
        Layout(columns=2, panel=(3.4, 0.42 * max(rows, 3)), widths=(3.4, 2.6), left=0.35, gap=1.35, below=0.55),
        _source(found),
        [Patch(color=BLUE, alpha=0.75, label="inside the box"), Patch(color="#e3e3e3", label="outside")],
    )
    for index, one in enumerate(shown):
        _box(page.panels[2 * index], one)
        _rates(page.panels[2 * index + 1], one)
    return page.figure


def levers(found: Summary) -> Figure | None:
    """Draw the chance of a halt by dose, by the day on which all begins, and by the day until which one may begin."""
    flip = found["flip"]
    doses, dates, deadline = flip["levers"]["doses"], flip["levers"]["dates"], flip["deadline"]
    page = make_page(
        "Would more, sooner or later do it? The chance of a halt with all levers in concert",
        f"Share of wars, with {words.percent(found['interval'])} intervals; the first two panels rest on {flip['wars_a_case']} "
        f"wars a point, the third on {found['replicates']}. Dashed: the chance from which the verdict says that it can be had. "
        "Where a lever has no more to give (a permission, a withdrawal), it stays at its whole dose; money is spent no faster "
        "than its stated pace.",
        ["Times the stated doses", "Days after the start on which all begin", "Latest day on which a halt may begin"],
        Layout(columns=3, panel=(2.3, 2.1), left=0.7, gap=0.55, below=0.6),
        _source(found),
        [_dot(BLUE, "doses as stated"), _dot(ORANGE, f"{doses[-1]['factor']:g} times the doses", marker="D"),
         _line(DASHED, "threshold")],
    )  # fmt: skip
    first, second, third = page.panels
    _series(first, [(one["factor"], one["chance"]) for one in doses], BLUE, "o")
    first.set_xscale("log", base=2)
    first.xaxis.set_major_locator(FixedLocator([one["factor"] for one in doses]))
    first.xaxis.set_minor_locator(NullLocator())
    first.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    for factor, colour, marker, shift in (
        (doses[0]["factor"], BLUE, "o", -1.5),
        (doses[-1]["factor"], ORANGE, "D", 1.5),
    ):
        points = [(one["delay"] + shift, one["chance"]) for one in dates if one["factor"] == factor]
        _series(second, points, colour, marker)
    second.xaxis.set_major_locator(FixedLocator(sorted({one["delay"] for one in dates})))
    _deadline(third, deadline, found)
    top = max([found["can"], *(c[2] for c in _chances(found) if c[2] is not None)])
    for place, axes in enumerate(page.panels):
        axes.axhline(100 * found["can"], color=INK, linewidth=1.0, linestyle=DASHED)
        axes.set_ylim(0, 100 * min(1.0, 1.08 * top))
        if place == 0:
            axes.set_ylabel("wars with a halt, %", fontsize=TICK + 0.5)
    return page.figure


def assumptions(found: Summary) -> Figure | None:
    """Draw the chance of a halt with one input at a time held at the edge of its range, and beyond."""
    flip = found["flip"]["assumptions"]
    names = _by_reach(flip)
    if not names:
        return None
    held = {name: [one for one in flip["held"] if one["name"] == name] for name in names}
    page = make_page(
        "One assumption at a time: the chance of a halt with an input held low or high",
        "All levers in concert. Each input is held in every war at a quantile of its prior, the others as drawn: at the edge of "
        "its stated range (1.64 standard deviations, large dot), at 3 and at 4 (small dots). Bars: "
        f"{words.percent(found['interval'])} interval at the edge, {found['flip']['wars_a_case']} wars a point. Values at the edge "
        "stand right. Dashed: "
        "the chance from which the verdict says that it can be had; dotted: as things are assumed.",
        [""],
        Layout(columns=1, panel=(3.9, 0.34 * len(names)), left=NAMES, right=2.7, below=0.55),
        _source(found),
        [_dot(ORANGE, "held low", marker="v"), _dot(BLUE, "held high", marker="^"), _dot(GREEN, "an option", marker="s"),
         _line(DASHED, "threshold"), _line(DOTTED, "as assumed")],
    )  # fmt: skip
    axes = page.panels[0]
    frame(axes, [held[name][0]["called"] for name in names], NAMES - 0.15)
    for row, name in enumerate(names):
        _moved(axes, row, held[name])
    axes.axvline(100 * found["can"], color=INK, linewidth=1.0, linestyle=DASHED)
    if flip["now"][1] is not None:
        axes.axvline(100 * flip["now"][1], color=FAINT, linewidth=1.0, linestyle=DOTTED)
    top = max([found["can"], *(one["chance"][2] for one in flip["held"] if one["name"] in names and one["chance"][2])])
    axes.set_xlim(-1.0, 100 * min(1.0, 1.05 * top))
    axes.set_xlabel("wars with a halt, %", fontsize=TICK + 0.5)
    return page.figure


def information(found: Summary) -> Figure | None:
    """Draw what share of the doubt about a halt goes when one input is known."""
    one = found["information"]
    rows = one["worths"][:TOP]
    page = make_page(
        "Which number is worth finding out",
        "Share of the variance of a halt in concert that would go if one input were known; bars: two standard errors to each "
        "side. Dashed: what about one of all inputs would reach by chance; dots left of it say nothing. Right: the chance of a "
        "halt where the input lies in its lower and in its upper half. Hollow: the number is a guess.",
        [""],
        Layout(columns=1, panel=(3.6, ROW * len(rows)), left=NAMES, right=1.5, below=0.55),
        _source(found),
        [
            _dot(BLUE, "known in part: measured, estimated or recalled"),
            _dot(BLUE, "a guess", hollow=True),
            _line(DASHED, "line"),
        ],
    )
    axes = page.panels[0]
    frame(axes, [row["called"] for row in rows], NAMES - 0.15)
    for place, row in enumerate(rows):
        half = 2 * (row["share_error"] or 0.0)
        value = row["share"]
        _point(axes, place, 100 * value, 100 * (value - half), 100 * (value + half), row["grade"] == "guess")
        text = f"{100 * row['low_half']:.0f} % → {100 * row['high_half']:.0f} %"
        axes.annotate(text, (1.04, place), xycoords=("axes fraction", "data"), va="center", fontsize=TICK, color=INK)
    axes.axvline(100 * one["line"], color=INK, linewidth=1.0, linestyle=DASHED)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.set_xlabel("share of the doubt, %", fontsize=TICK + 0.5)
    return page.figure


# -- pieces --------------------------------------------------------------------


def _ranking(axes: Axes, one: Summary, rows: int) -> None:
    shown = one["indices"][:rows]
    frame(axes, [row["called"] for row in shown] + [""] * (rows - len(shown)), NAMES - 0.15)
    for place, row in enumerate(shown):
        half = 2 * (row["error"] or 0.0)
        _point(axes, place, row["value"], row["value"] - half, row["value"] + half, row["grade"] == "guess")
    axes.axvline(one["line"], color=INK, linewidth=1.0, linestyle=DASHED)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("PAWN index", fontsize=TICK + 0.5)


def _point(axes: Axes, row: int, middle: float, low: float, high: float, guess: bool) -> None:
    draw_points(axes, [Point(row, middle, low, high, Look(BLUE))], hollow=guess)


def _box(axes: Axes, one: Summary) -> None:
    """Draw the ranges of one box, each with its condition above the bar."""
    axes.set_ylim(len(one["box"]) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.0)
    for row, side in enumerate(one["box"]):
        low = 0.0 if side["low"] is None else side["low"]
        high = 1.0 if side["high"] is None else side["high"]
        axes.barh(row + 0.12, 1.0, left=0.0, height=0.28, color="#e3e3e3", linewidth=0)
        axes.barh(row + 0.12, high - low, left=low, height=0.28, color=BLUE, alpha=0.75, linewidth=0, gid="kept")
        text = words.wrap(side["condition"].replace("`", ""), TICK, 4.4, most=1)[0]
        axes.text(0.0, row - 0.1, text, fontsize=TICK, va="bottom", color=INK, parse_math=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("probability of the prior", fontsize=TICK + 0.5)


def _subject(one: Summary) -> str:
    text = str(one["subject"]).replace("km2", "km²")
    return text[:1].upper() + text[1:]


def _rates(axes: Axes, one: Summary) -> None:
    count = one["held_out"]
    labels = ["inside the box", "elsewhere"]
    frame(axes, labels, 1.1)
    for row, key, colour in ((0, "inside", BLUE), (1, "outside", FAINT)):
        low, value, high = (100 * x if x is not None else np.nan for x in count[key])
        draw_points(axes, [Point(row, value, low, high, Look(colour))])
        axes.annotate(
            f"{value:.0f} %", (value, row), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=TICK
        )
    axes.set_xlim(0, 100)
    covers = f"wars, %;  the box holds {100 * count['mass']:.0f} % of all and covers {100 * count['coverage']:.0f} % of these"
    axes.set_xlabel("\n".join(words.wrap(covers, TICK + 0.5, 2.9)), fontsize=TICK + 0.5)


def _series(axes: Axes, points: list[tuple[float, list[float | None]]], colour: str, marker: str) -> None:
    known = [(x, chance) for x, chance in points if chance[1] is not None]
    for x, (low, _, high) in known:
        axes.plot(
            [x, x], [100 * (low or 0.0), 100 * (high or 0.0)], color=colour, linewidth=2.0, alpha=0.5, gid="interval"
        )
    axes.plot([x for x, _ in known], [100 * (c[1] or 0.0) for _, c in known], color=colour, marker=marker, markersize=4.2,
              linewidth=1.0)  # fmt: skip


def _deadline(axes: Axes, deadline: Summary, found: Summary) -> None:
    start = dt.date.fromisoformat(found["start"])
    chance = 100 * np.array(deadline["chance"], dtype=float).reshape(-1, 3)
    axes.fill_between(deadline["days"], chance[:, 0], chance[:, 2], color=BLUE, alpha=0.2, linewidth=0, gid="interval")
    axes.plot(deadline["days"], chance[:, 1], color=BLUE, linewidth=1.6)
    axes.axvline(found["halt_within_days"], color=FAINT, linewidth=0.9, linestyle=DOTTED)
    axes.annotate("as the verdict\nhas it", (found["halt_within_days"], 0.6), xycoords=("data", "axes fraction"), va="top",
                  ha="right", fontsize=TICK - 0.5, color=FAINT, xytext=(-3, 0), textcoords="offset points")  # fmt: skip
    ends = [day for day in (0, 91, 182, 273, 364) if not deadline["days"] or day <= max(deadline["days"][-1], 91)]
    axes.xaxis.set_major_locator(FixedLocator(ends))
    axes.xaxis.set_major_formatter(
        FuncFormatter(
            lambda day, _: f"{(d := start + dt.timedelta(days=int(day))).day} {words.MONTHS[d.month - 1]}\n{d.year}"
        )
    )


def _moved(axes: Axes, row: int, held: list[Summary]) -> None:
    """Draw one row: held low above the middle, held high below it; options in the middle."""
    texts = []
    for one in held:
        low, value, high = one["chance"]
        if value is None:
            continue
        z = one["distance"]
        edge = z is None or abs(z) < 2
        colour, marker = (GREEN, "s") if z is None else (ORANGE, "v") if z < 0 else (BLUE, "^")
        y = row + (0.0 if z is None else -0.17 if z < 0 else 0.17)
        if edge:
            axes.plot([100 * low, 100 * high], [y, y], color=colour, linewidth=2.0, alpha=0.4, gid="interval")
            texts.append(one["written"] if z is not None else f"{one['written']} {100 * value:.0f} %")
        axes.plot([100 * value], [y], marker, color=colour, markersize=5.0 if edge else 2.8, alpha=1.0 if edge else 0.8)
    between = " … " if held[0]["distance"] is not None else ", "
    text = words.wrap(between.join(texts), TICK, 2.45, most=1)
    axes.annotate(text[0] if text else "", (1.03, row), xycoords=("axes fraction", "data"), va="center", fontsize=TICK)


def _by_reach(flip: Summary) -> list[str]:
    """Return the inputs by how far they move the chance the way that would turn the verdict, the farthest first."""
    way = 1.0 if flip["up"] else -1.0
    known = [one for one in flip["held"] if one["chance"][1] is not None]
    best: dict[str, float] = {}
    calm: dict[str, float] = {}
    for one in known:
        calm[one["name"]] = min(calm.get(one["name"], np.inf), way * (one["calmest"] or 0.0))
        best[one["name"]] = max(best.get(one["name"], -np.inf), way * one["chance"][1])
    return sorted(best, key=lambda name: (-best[name], calm[name]))


def _chances(found: Summary) -> list[list[float | None]]:
    flip = found["flip"]
    return [one["chance"] for key in ("doses", "dates") for one in flip["levers"][key]] + flip["deadline"]["chance"]


def _source(found: Summary) -> str:
    return (
        f"Source: “{found['title']}”, seed {found['seed']}, {found['replicates']} replicates, start "
        f"{words.date(found['start'])}, {found['horizon_days'] / 7:.0f} weeks, in-concert {found['code_version']}. Simulated "
        "under the scenario's assumptions; not a forecast and not an observation."
    )


def _dot(colour: str, label: str, marker: str = "o", hollow: bool = False) -> Line2D:
    return Line2D([], [], color=colour, marker=marker, markersize=5, linestyle="none", label=label,
                  markerfacecolor="white" if hollow else colour)  # fmt: skip


def _line(dash: Any, label: str) -> Line2D:
    return Line2D([], [], color=INK, linewidth=1.0, linestyle=dash, label=label)
