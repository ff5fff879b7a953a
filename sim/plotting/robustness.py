"""How robust a verdict is: chances of a halt by variant and by threshold, and maps of the verdict over two thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from sim.analysis import restore
from sim.analysis.estimate import Estimate
from sim.analysis.sources import CAUTION
from sim.analysis.verdicts.claim_verdict import EventVerdict
from sim.analysis.verdicts.robustness import HALT, Chart, Robustness
from sim.foundation.format import format_number, format_percent
from sim.plotting.frame.dots import Dots, Line, RowPanel, draw_panel
from sim.plotting.frame.page import LABEL, TICK, Grid, few_of, interval, key, left_out, page
from sim.plotting.frame.palette import AMBER, BLUE, DASHED, FAINT, INK, ORANGE, PURPLE, SOLID, Style
from sim.plotting.frame.statements import against

COLOURS = {"supported": BLUE, "undecided": FAINT, "contradicted": ORANGE}
KINDS = {
    ("supported", ""): ("supported", "S", "#9ecae8"),
    ("undecided", ""): ("undecided", "U", "#dedede"),
    ("contradicted", "cannot"): ("contradicted: not even together", "C", "#f3c09a"),
    ("contradicted", "anyway"): ("contradicted: one lever or none is enough", "A", "#f2e394"),
}
"""(verdict, reason) -> its words, letter and shade on maps."""
ARMS = {
    "base": ("as things stand", Style("#4d4d4d")),
    "best_single": ("best single lever", Style(AMBER, marker="^")),
    "joint": ("all levers, coordinated", Style(PURPLE, marker="D")),
}
NAMES = {
    "halt_rate": ("Halt: advance slower than", "km² per day"),
    "halt_days": ("Halt: lasting", "days"),
    "halt_within_days": ("Halt: begun within", "days"),
    "reversal_km2": ("Reversal: regained on a front", "km²"),
    "reversal_days": ("Reversal: within", "days"),
    "can": ("“Can” means a chance of", ""),
    "cannot": ("“Cannot” means a chance below", ""),
}
SHOWN = ("halt_rate", "halt_days", "halt_within_days")
"""Thresholds with rows of their own; the chance that counts as `can` is the dashed line itself."""
ROW, LEFT = 0.215, 2.35  # inch


@dataclass(frozen=True)
class Row:
    """A line of the figure: a heading (nothing known), or a label with its verdict and the rates that it would take."""

    label: str
    verdict: EventVerdict | None = None
    shipped: bool = False
    needed: Mapping[str, Estimate] | None = None


def of_account(account: Mapping[str, Any], _source: str) -> Robustness:
    """Return what the account of `sim robustness` holds; it says itself what it was made from."""
    return restore.robustness(account)


def chances(found: Robustness) -> Figure:
    """Draw the chance of a halt in every variant and at every threshold, beside the verdict that follows."""
    parts = {"Variants: structures, figures, prior": variant_rows(found),
             "Thresholds: what counts as a halt, the model as shipped": threshold_rows(found)}  # fmt: skip
    can = 100 * found.shipped["can"]
    others = found.variants[1:]
    same = sum(one.same_verdict[HALT] for one in others)
    heads = [head for head, lines in parts.items() if lines]
    drawn = heads[: _rows_of(max(map(len, parts.values()))).shown(len(heads))]
    rows = max(len(parts[head]) for head in drawn)
    sheet = page(
        [f"A rapid halt is {found.verdict} as shipped, and in {same} of {len(others)} variants" if others
         else f"A rapid halt is {found.verdict} as shipped", "Where the verdict on a rapid halt turns"],
        f"Chance that the advance halts; lines: {interval(found.interval)}. "
        "The claim is supported where all levers in concert lie beyond the dashed line with their whole interval "
        "and everything else lies before it; contradicted where they lie before it, or (anyway) where one lever or none is "
        "enough. The best single lever is picked after the fact. Intervals: sampling error of the share (Wilson); uncertainty "
        "of the parameters is inside the share." + left_out(heads[len(drawn) :]),
        _source(found), drawn, _rows_of(rows), _keys(found, f"“can”: {format_percent(can / 100)}"),
    )  # fmt: skip
    for axes, head in zip(sheet.panels, drawn, strict=True):
        lines = parts[head]
        shown = [_chances(row.verdict) for row in lines]
        panel = RowPanel(
            "", "chance of a halt, % of replicates", (), [Line(can)], (-2.0, 102.0), inside=_too_short(shown)
        )
        _draw(axes, lines, rows, shown, panel)
        axes.set_xticks([0, 25, 50, 75, 100])
        for place, row in enumerate(lines):
            if row.verdict is not None:
                anyway = " (anyway)" if row.verdict.reason == "anyway" else ""
                axes.text(104.0, place, row.verdict.verdict + anyway, fontsize=TICK, va="center", weight="bold", gid="verdict",
                          color=COLOURS[row.verdict.verdict])  # fmt: skip
    return sheet.figure


def _rows_of(rows: int) -> Grid:
    return Grid(2, (2.6, ROW * rows + 0.1), left=LEFT, right=1.6, gap=3.55)


def rates_needed(found: Robustness) -> Figure:
    """Draw how slack a halt must be, variant by variant, for its chance to reach `can`."""
    lines = variant_rows(found)
    shipped = found.shipped["halt_rate"]
    sheet = page(
        [against(found.variants[0].halt_rate_needed["joint"], shipped,
                 "Even with all levers a halt must be slacker than as shipped to come about",
                 "With all levers a halt comes about even if it must be firmer than as shipped",
                 "With all levers a halt as shipped may or may not come about"), "How slack a halt must be to come about"],
        "Shown is the rate that it would take for a halt, as long and as soon as "
        f"shipped, to come about in {format_percent(found.shipped['can'])} of replicates. Further right: a halt is further "
        "away. Intervals: distribution-free, from the order of the replicates; the arms share their noise, so intervals that "
        "overlap do not mean no difference.",
        _source(found), ["Variants: structures, figures, prior"],
        Grid(1, (4.6, ROW * len(lines) + 0.1), left=LEFT, right=0.4), _keys(found, "what counts as a halt, as shipped"),
    )  # fmt: skip
    needed = [row.needed for row in lines]
    ends = [end for row in needed if row for one in row.values() for end in one.as_list() if np.isfinite(end)]
    limits = (min(0.0, 1.06 * min([shipped, *ends])), 1.06 * max([shipped, *ends]))
    closed = [row and {arm: _closed(one, limits) for arm, one in row.items()} for row in needed]
    panel = RowPanel(
        "", "advance that would count as halted, km² per day", (), [Line(shipped)], limits, inside=_too_short(needed)
    )
    _draw(sheet.panels[0], lines, len(lines), closed, panel)
    return sheet.figure


def verdict_maps(found: Robustness) -> Figure | None:
    """Draw maps of the verdict over two thresholds; the number is the chance with all levers coordinated, in per cent."""
    if not found.pairs:
        return None
    tallest = max(len(pair.rows) for pair in found.pairs)
    grid = Grid(min(3, len(found.pairs)), (3.2, 0.24 * tallest + 0.1), left=0.75, gap=0.85, below=0.62)
    pairs = found.pairs[: grid.shown(len(found.pairs))]
    sheet = page(
        [_spread_of(found), "The verdict over two thresholds at a time"],
        "Each cell judges the same stored replicates by other thresholds; the number is the share of replicates, in per cent, "
        "in which all levers in concert bring it about." + few_of(len(pairs), len(found.pairs), "maps"),
        _source(found), [f"Verdict on a {pair.question}" for pair in pairs], grid,
        [*(Patch(facecolor=shade, label=f"{letter}: {name}") for name, letter, shade in KINDS.values()),
         Patch(facecolor="white", edgecolor=INK, linewidth=1.4, label="as shipped")],
    )  # fmt: skip
    for axes, pair in zip(sheet.panels, pairs, strict=True):
        _map(axes, pair, tallest, found.shipped)
    return sheet.figure


def _spread_of(found: Robustness) -> str:
    """Return in how many of the cells of the maps the verdict is that of the shipped cell of its map."""
    alike = cells = 0
    for pair in found.pairs:
        own = pair.answers[pair.rows.index(found.shipped[pair.down])][pair.columns.index(found.shipped[pair.across])]
        every = [answer.verdict for row in pair.answers for answer in row]
        alike, cells = alike + every.count(own.verdict), cells + len(every)
    return f"In {alike} of {cells} pairs of thresholds the verdict is that of the thresholds as shipped"


def variant_rows(found: Robustness) -> list[Row]:
    """Return the rows of the variants, a heading before each group of them."""
    rows: list[Row] = []
    group = None
    for place, one in enumerate(found.variants):
        if one.group != group and place > 0:
            rows.append(Row(one.group[:1].upper() + one.group[1:]))
        group = one.group
        rows.append(Row(one.label, one.verdicts[HALT], place == 0, one.halt_rate_needed))
    return rows


def threshold_rows(found: Robustness) -> list[Row]:
    """Return the rows of the thresholds that define a halt, a heading before each."""
    rows: list[Row] = []
    for scan in found.thresholds:
        if scan.name in SHOWN and scan.question == HALT:
            rows.append(Row(_axis(scan.name)))
            for value, answer in zip(scan.values, scan.answers, strict=True):
                own = value == scan.shipped
                rows.append(Row(format_number(value, None) + (" (as shipped)" if own else ""), answer, own))
    return rows


def _chances(verdict: EventVerdict | None) -> dict[str, Estimate] | None:
    if verdict is None:
        return None
    of = {"base": verdict.of_base, "best_single": verdict.of_best, "joint": verdict.of_joint}
    return {arm: one.times(100.0, "%") for arm, one in of.items()}


def _too_short(rows: Sequence[Mapping[str, Estimate] | None]) -> list[str]:
    """Return a word for the rows in which nothing is known."""
    return ["run too short to tell" if row and not any(one.known for one in row.values()) else "" for row in rows]


def _closed(one: Estimate, limits: tuple[float, float]) -> Estimate:
    """Return an estimate whose open ends run to the edge of the axis."""
    low, high = (float(np.clip(end, *limits)) for end in (one.low, one.high))
    return Estimate(one.value, low, high, one.level, one.n)


def _draw(
    axes: Axes, lines: Sequence[Row], rows: int, shown: Sequence[Mapping[str, Estimate] | None], panel: RowPanel
) -> None:
    """Draw labelled rows with the three arms in each; headings are faint, what is shipped is bold."""
    shown = [*shown, *[None] * (rows - len(lines))]
    dots = [Dots(look, [row[arm] if row else None for row in shown], shift)
            for shift, (arm, (_, look)) in zip((-0.26, 0.0, 0.26), ARMS.items(), strict=True)]  # fmt: skip
    names = [row.label for row in lines] + [""] * (rows - len(lines))
    draw_panel(axes, names, RowPanel("", panel.label, dots, panel.lines, panel.limits, inside=panel.inside), LEFT - 0.2)
    for row, text in zip(lines, axes.get_yticklabels(), strict=False):
        if row.verdict is None:
            text.set(color=FAINT, style="italic")
        text.set_fontweight("bold" if row.shipped else "normal")


def _map(axes: Axes, pair: Chart, tallest: int, shipped: Mapping[str, float]) -> None:
    for (y, x), answer in np.ndenumerate(np.array(pair.answers, dtype=object)):
        _, letter, shade = KINDS[answer.verdict, answer.reason]
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor=shade, edgecolor="white", linewidth=0.8))
        text = f"{format_number(100 * answer.of_joint.value)} {letter}" if answer.of_joint.known else "?"
        axes.text(x + 0.5, y + 0.5, text, fontsize=TICK - 1.5, color=INK, ha="center", va="center")
    own = pair.columns.index(shipped[pair.across]), pair.rows.index(shipped[pair.down])
    axes.add_patch(Rectangle(own, 1, 1, fill=False, edgecolor=INK, linewidth=1.4, zorder=5))
    axes.set_xlim(0, len(pair.columns))
    axes.set_ylim(0, len(pair.rows))
    place = axes.get_position()
    height = place.height * len(pair.rows) / tallest
    axes.set_position((place.x0, place.y1 - height, place.width, height))
    axes.set_xticks(np.arange(len(pair.columns)) + 0.5, [_value(pair.across, value) for value in pair.columns])
    axes.set_yticks(np.arange(len(pair.rows)) + 0.5, [_value(pair.down, value) for value in pair.rows])
    axes.tick_params(length=0, labelsize=TICK - 0.5)
    axes.set_xlabel(_axis(pair.across), fontsize=LABEL)
    axes.set_ylabel(_axis(pair.down), fontsize=LABEL)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)


def _value(name: str, value: float) -> str:
    return format_percent(value) if name in ("can", "cannot") else format_number(value, None)


def _axis(name: str) -> str:
    title, unit = NAMES[name]
    return f"{title} … {unit}".rstrip()


def _keys(found: Robustness, line: str) -> list[Artist]:
    dots = [key(label, look.colour, look.marker) for label, look in ARMS.values()]
    return [*dots, key(interval(found.interval), FAINT, dash=SOLID, width=2.4), key(line, INK, dash=DASHED, width=0.9)]


def _source(found: Robustness) -> str:
    replicates = f"{format_number(found.replicates)} replicates per arm and variant, the same noise in all"
    return f"Source: “{found.title}”, seed {found.seed}, {replicates}.\n{CAUTION}"
