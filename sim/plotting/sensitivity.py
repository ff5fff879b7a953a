"""What a verdict depends on: which inputs matter, where it comes about, what would turn it, what to find out.

Figures take the account of `sim sensitivity`, as it is stored beside the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from sim.analysis.estimate import Estimate
from sim.analysis.sources import CAUTION
from sim.foundation.format import format_count, format_date, format_number, format_percent
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_panel, draw_rows
from sim.plotting.frame.page import LABEL, TICK, Grid, interval, key, label_x, left_out, page, patch_key
from sim.plotting.frame.palette import BLUE, DASHED, DOTTED, FAINT, GREEN, INK, ORANGE, Style
from sim.plotting.frame.text import axis_number, capitalise, plain_path, wrap

Account = Mapping[str, Any]
TOP = 12
NAMES = 3.0  # inch for the names of inputs
ROW = 0.24  # inch
WAYS = {
    "low": (Style(ORANGE, marker="v"), -0.17, "held low"),
    "high": (Style(BLUE, marker="^"), 0.17, "held high"),
    "option": (Style(GREEN, marker="s"), 0.0, "an option"),
}
"""How an input is held: style, place in its row, words."""


def of_account(account: Account, source: str) -> Account:
    """Return the account itself, which says what it was made from unless it was shortened."""
    return account if "title" in account else {**account, "source": source}


def _grades() -> list[Artist]:
    return [key("known in part: measured, estimated or recalled", BLUE, "o"), key("a guess", BLUE, "o", hollow=True)]


def sensitivity(found: Account) -> Figure | None:
    """Draw for each quantity the inputs that stand out, with error, and the line that inert ones do not pass."""
    shown = [one for one in found.get("sensitivity", {}).values() if one["line"] is not None]
    if not shown:
        return None
    above = [[row for row in one["indices"] if row["above"]][:TOP] for one in shown]
    rows = max([1, *map(len, above)])
    grid = Grid(2, (2.7, ROW * rows), left=NAMES, gap=NAMES + 0.2)
    others, shown = shown[grid.shown(len(shown)) :], shown[: grid.shown(len(shown))]
    signed = any("direction" in row for rows_of in above for row in rows_of)
    sheet = page(
        [f"{_stands_out(shown[0], found['inputs'])}", "Which of the uncertain inputs move what the verdict speaks of"],
        "PAWN index: the median distance, 0 to 1, between a quantity's distribution and the same with one input in a tenth of "
        f"its range; bars: two standard errors to each side. Of {found['inputs']} inputs those that pass the dashed line, which "
        "about one that does nothing would pass by chance; bars across it say little. Hollow: a guess. "
        + ("Sign: whether the quantity rises (+) or falls (-) with the input. " if signed else "")
        + left_out([capitalise(one["label"]) for one in others]).strip(),
        _source(found), [_stands_out(one, found["inputs"]) for one in shown],
        grid, [*_grades(), key("line", dash=DASHED)],
    )  # fmt: skip
    for axes, one, leading in zip(sheet.panels, shown, above[: len(shown)], strict=True):
        dots = _graded(leading, [_around(row["value"], row["error"]) for row in leading])
        names = [plain_path(row["called"]) + _sign(row) for row in leading] + [""] * (rows - len(leading))
        limits = (0.0, None) if leading else (0.0, 2 * one["line"])
        draw_panel(axes, names, RowPanel("", "PAWN index", [dots], [Line(one["line"])], limits), NAMES - 0.15)
    return sheet.figure


def _stands_out(one: Account, inputs: int) -> str:
    """Return a panel's title: the quantity, and in words that nothing else stands out."""
    count = int(one["above"])
    others = f"{count} of {inputs} stand out, nothing else does" if count else f"none of {inputs} inputs stands out"
    shown = f"; the {TOP} highest" if count > TOP else ""
    return f"{capitalise(one['label'])}: {others}{shown}"


def _sign(row: Account) -> str:
    return {1: " (+)", -1: " (-)"}.get(row.get("direction", 0), "")


def discovery(found: Account) -> Figure | None:
    """Draw each box: the part of each input's range that it keeps, and how often the outcome comes about in it."""
    shown = [one for one in found.get("discovery", []) if one["box"]]
    if not shown:
        return None
    rows = max(len(one["box"]) for one in shown)
    second = "How often, in replicates it has not seen"
    sheet = page(
        "In which replicates it comes about",
        "A box found by PRIM in half of the replicates. Left: of each input's range (as probabilities of its prior) the part "
        "inside the box, with its values; inputs not named are free. Right: how often the outcome comes about in the other "
        f"half, with {interval(found['interval'])}s.",
        _source(found),
        [head for one in shown for head in (capitalise(str(one["subject"]).replace("km2", "km²")), second)],
        Grid(2, (3.4, 0.42 * max(rows, 3)), widths=(3.4, 2.6), left=0.35, gap=1.35),
        [patch_key("inside the box", BLUE), patch_key("outside", "#e3e3e3", 1.0)],
    )  # fmt: skip
    for index, one in enumerate(shown):
        _box(sheet.panels[2 * index], one["box"])
        _rates(sheet.panels[2 * index + 1], one["held_out"])
    return sheet.figure


def levers(found: Account) -> Figure | None:
    """Draw the chance of a halt by dose, by the day on which all begins, and by the day until which one may begin."""
    if "flip" not in found:
        return None
    flip, can = found["flip"], found["can"]
    doses, dates, deadline = flip["levers"]["doses"], flip["levers"]["dates"], flip["deadline"]
    most = f"{doses[-1]['factor']:g} times the doses"
    sheet = page(
        [_reached([*(one["chance"] for one in [*doses, *dates]), *deadline["chance"]], can, "dose, date or deadline shown"),
         "Would more, sooner or later do it? The chance of a halt with all levers in concert"],
        f"Share of replicates, with {interval(found['interval'])}s; the first two panels rest on {flip['wars_a_case']} "
        f"replicates per point, the third on {found['replicates']}. Dashed: the chance from which the verdict says that it can "
        "be had. Where a lever has no more to give (a permission, a withdrawal), it stays at its whole dose; money is spent no "
        "faster than its stated pace.",
        _source(found),
        ["Times the stated doses", "Days after the start on which all begin", "Latest day on which a halt may begin"],
        Grid(3, (2.3, 2.1), left=0.7, gap=0.55, below=0.6),
        [key("doses as stated", BLUE, "o"), key(most, ORANGE, "D"), key("threshold", dash=DASHED)],
    )  # fmt: skip
    first, second, third = sheet.panels
    _series(first, [(one["factor"], one["chance"]) for one in doses], Style(BLUE))
    first.set_xscale("log", base=2)
    first.xaxis.set_major_locator(FixedLocator([one["factor"] for one in doses]))
    first.xaxis.set_minor_locator(NullLocator())
    first.xaxis.set_major_formatter(FuncFormatter(axis_number))
    for place, shift, look in ((0, -1.5, Style(BLUE)), (-1, 1.5, Style(ORANGE, marker="D"))):
        points = [(one["delay"] + shift, one["chance"]) for one in dates if one["factor"] == doses[place]["factor"]]
        _series(second, points, look)
    second.xaxis.set_major_locator(FixedLocator(sorted({one["delay"] for one in dates})))
    _deadline(third, deadline, found)
    every = [one["chance"] for one in [*doses, *dates]] + deadline["chance"]
    top = max([can, *(chance[2] for chance in every if chance[2] is not None)])
    for axes in sheet.panels:
        axes.axhline(100 * can, color=INK, linewidth=1.0, linestyle=DASHED)
        axes.set_ylim(0, 100 * min(1.0, 1.08 * top))
    first.set_ylabel("replicates with a halt, %", fontsize=LABEL)
    return sheet.figure


def assumptions(found: Account) -> Figure | None:
    """Draw the chance of a halt with one input at a time held at the edge of its range, and beyond."""
    flip = found.get("flip", {}).get("assumptions", {"held": []})
    names = _by_reach(flip)
    if not names:
        return None
    held = {
        name: [one for one in flip["held"] if one["name"] == name and one["chance"][1] is not None] for name in names
    }
    dots = [Dots(look, [_at_edge(held[name], way) for name in names], shift) for way, (look, shift, _) in WAYS.items()]
    lines = [Line(100 * found["can"])]
    if flip["now"][1] is not None:
        lines.append(Line(100 * flip["now"][1], DOTTED, FAINT))
    top = max([found["can"], *(one["chance"][2] or 0.0 for row in held.values() for one in row)])
    panel = RowPanel("", "replicates with a halt, %", dots, lines, (-1.0, 100 * min(1.0, 1.05 * top)),
                     beside=[_held_at(held[name]) for name in names])  # fmt: skip
    figure = draw_rows(
        [_reached([one["chance"] for row in held.values() for one in row if _is_edge(one)], found["can"],
                  "input held at an edge of its range"),
         "One assumption at a time: the chance of a halt with an input held low or high"],
        f"Chance with all levers in concert; bars: {interval(found['interval'])} at the edge. "
        "Each input is held in every replicate at a quantile of its prior, the others as drawn: at the "
        "edge of its stated range (1.64 standard deviations, large dot), and beyond it at 3 and at 4 (small dots); "
        f"{found['flip']['wars_a_case']} replicates per point. Values at the edge "
        "stand right. Dashed: the chance from which the verdict says that it can be had; dotted: as things are assumed.",
        _source(found), [plain_path(held[name][0]["called"]) for name in names], [panel], columns=1, wide=3.9, row=0.34, right=2.7,
        room=NAMES - 0.35,
        keys=[*(key(words, look.colour, look.marker) for look, _, words in WAYS.values()), key("threshold", dash=DASHED),
              key("as assumed", FAINT, dash=DOTTED)],
    )  # fmt: skip
    for row, name in enumerate(names):
        for one in held[name]:
            look, shift, _ = WAYS[_way(one)]
            if not _is_edge(one) or one["distance"] is None:  # of several options only the first has an interval
                figure.axes[0].plot(100 * one["chance"][1], row + shift, look.marker, color=look.colour, markersize=2.8)
    return figure


def information(found: Account) -> Figure | None:
    """Draw what share of the uncertainty about a halt goes when one input is known."""
    one = found.get("information")
    if not one or not one["worths"]:
        return None
    rows = one["worths"][:TOP]
    dots = _graded(rows, [_around(row["share"], row["share_error"]).times(100.0, "%") for row in rows])
    beside = [f"{format_percent(row['low_half'])} → {format_percent(row['high_half'])}" for row in rows]
    return draw_rows(
        [_worth(one), "Which number is worth finding out"],
        "Share of the variance of a halt in concert that would go if one input were known; bars: two standard errors to each "
        "side. Dashed: what about one of all inputs would reach by chance; dots left of it say nothing. Right: the chance of a "
        "halt where the input lies in its lower and in its upper half. Hollow: the number is a guess.",
        _source(found), [plain_path(row["called"]) for row in rows],
        [RowPanel("", "share of the uncertainty, %", [dots], [Line(100 * one["line"])], beside=beside)],
        columns=1, wide=3.6, row=ROW, room=NAMES - 0.35, right=1.5, keys=[*_grades(), key("line", dash=DASHED)],
    )  # fmt: skip


def _worth(one: Account) -> str:
    """Return how many inputs would, each known, take more of the uncertainty than chance would have one do."""
    count = sum(row["share"] - 2 * (row["share_error"] or 0.0) > one["line"] for row in one["worths"])
    if not count:
        return "No single number is clearly worth finding out: none passes what chance would give"
    return f"{format_count(count, 'number')} of those tried {'is' if count == 1 else 'are'} clearly worth finding out"


def _reached(chances: Sequence[Sequence[float | None]], can: float, what: str) -> str:
    """Return whether the whole interval of any chance, [low, value, high], reaches `can`, or some reach into it."""
    low, high = (max((one[end] or 0.0 for one in chances), default=0.0) for end in (0, 2))
    if low >= can:
        return f"With at least one {what} a halt clearly comes in {format_percent(can)} of replicates"
    if high < can:
        return f"With no {what} does a halt come in {format_percent(can)} of replicates"
    return f"Whether any {what} brings a halt in {format_percent(can)} of replicates is not clear"


def _around(value: float, error: float | None) -> Estimate:
    """Return a value with two standard errors to each side."""
    half = 2 * (error or 0.0)
    return Estimate(value, value - half, value + half)


def _chance(triple: Sequence[float | None]) -> Estimate:
    """Return a chance, [low, value, high], in per cent."""
    low, value, high = (np.nan if end is None else 100 * end for end in triple)
    return Estimate(value, low, high)


def _graded(rows: Sequence[Account], estimates: Sequence[Estimate]) -> Dots:
    return Dots(Style(BLUE), estimates, hollow=[row["grade"] == "guess" for row in rows])


def _box(axes: Axes, box: Sequence[Account]) -> None:
    """Draw the ranges of one box, each with its condition above the bar."""
    axes.set_ylim(len(box) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.0)
    for row, side in enumerate(box):
        low, high = side["low"] or 0.0, 1.0 if side["high"] is None else side["high"]
        axes.barh(row + 0.12, 1.0, left=0.0, height=0.28, color="#e3e3e3", linewidth=0)
        axes.barh(row + 0.12, high - low, left=low, height=0.28, color=BLUE, alpha=0.75, linewidth=0, gid="kept")
        text = wrap(side["condition"].replace("`", ""), TICK, 4.4, most=1)
        axes.text(0.0, row - 0.1, text, fontsize=TICK, va="bottom", color=INK, parse_math=False)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    label_x(axes, "probability of the prior")


def _rates(axes: Axes, count: Account) -> None:
    """Draw how often the outcome comes about inside a box and elsewhere."""
    chances = [_chance(count["inside"]), _chance(count["outside"])]
    dots = [Dots(Style(BLUE), [chances[0], None]), Dots(Style(FAINT), [None, chances[1]])]
    holds = (
        f"the box holds {format_percent(count['mass'])} of all and covers {format_percent(count['coverage'])} of these"
    )
    draw_panel(
        axes, ["inside the box", "elsewhere"], RowPanel("", f"replicates, %;  {holds}", dots, (), (0.0, 100.0)), 1.1
    )
    for row, one in enumerate(chances):
        axes.annotate(f"{format_number(one.value)} %", (one.value, row), (0, 7), textcoords="offset points", ha="center",
                      fontsize=TICK)  # fmt: skip


def _series(axes: Axes, points: Sequence[tuple[float, Sequence[float | None]]], look: Style) -> None:
    known = [(x, _chance(chance)) for x, chance in points if chance[1] is not None]
    x = [at for at, _ in known]
    axes.vlines(x, [one.low for _, one in known], [one.high for _, one in known], color=look.colour, linewidth=2.0,
                alpha=0.5, gid="interval")  # fmt: skip
    axes.plot(x, [one.value for _, one in known], color=look.colour, marker=look.marker, markersize=4.2, linewidth=1.0)


def _deadline(axes: Axes, deadline: Account, found: Account) -> None:
    start, days = dt.date.fromisoformat(found["start"]), deadline["days"]
    low, chance, high = 100 * np.array(deadline["chance"], dtype=float).reshape(-1, 3).T
    axes.fill_between(days, low, high, color=BLUE, alpha=0.2, linewidth=0, gid="interval")
    axes.plot(days, chance, color=BLUE, linewidth=1.6)
    axes.axvline(found["halt_within_days"], color=FAINT, linewidth=0.9, linestyle=DOTTED)
    axes.annotate("as the verdict\nhas it", (found["halt_within_days"], 0.6), (-3, 0), xycoords=("data", "axes fraction"),
                  textcoords="offset points", va="top", ha="right", fontsize=TICK - 0.5, color=FAINT)  # fmt: skip
    ends = [day for day in range(0, 3651, 91) if not days or day <= max(days[-1], 91)]
    ends = ends[:: -(-len(ends) // 5)]
    axes.set_xticks(ends, [format_date(str(start + dt.timedelta(days=day)), short=True)[::-1].replace(" ", "\n", 1)[::-1]
                           for day in ends])  # fmt: skip


def _way(one: Account) -> str:
    return "option" if one["distance"] is None else "low" if one["distance"] < 0 else "high"


def _is_edge(one: Account) -> bool:
    return one["distance"] is None or abs(one["distance"]) < 2


def _at_edge(held: Sequence[Account], way: str) -> Estimate | None:
    """Return the chance where the input is held at its edge in one of the ways."""
    return next((_chance(one["chance"]) for one in held if _way(one) == way and _is_edge(one)), None)


def _held_at(held: Sequence[Account]) -> str:
    """Return the values at the edges, or the options with their chances."""
    if held[0]["distance"] is None:
        texts = [f"{one['written']} {format_percent(one['chance'][1])}" for one in held]
        return wrap(", ".join(texts), TICK, 2.45, most=1)
    edges = " … ".join(one["written"] for one in held if _is_edge(one))
    return wrap(edges.replace("**2", "²").replace("**3", "³"), TICK, 2.45, most=1)


def _by_reach(flip: Account) -> list[str]:
    """Return the inputs by how far they move the chance the way that would turn the verdict, the farthest first."""
    best: dict[str, float] = {}
    calm: dict[str, float] = {}
    for one in flip["held"]:
        if one["chance"][1] is not None:
            way, name = (1.0 if flip["up"] else -1.0), one["name"]
            calm[name] = min(calm.get(name, np.inf), way * (one["calmest"] or 0.0))
            best[name] = max(best.get(name, -np.inf), way * one["chance"][1])
    return sorted(best, key=lambda name: (-best[name], calm[name]))


def _source(found: Account) -> str:
    return (
        str(found["source"])
        if "source" in found
        else (
            f"Source: “{found['title']}”, seed {found['seed']}, {found['replicates']} replicates, start "
            f"{format_date(found['start'])}, {found['horizon_days'] / 7:.0f} weeks, in-concert {found['code_version']}.\n{CAUTION}"
        )
    )
