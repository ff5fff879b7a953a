"""What levers do alone, in company and by degrees: the figures of factorials and dose curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import MONEY, Outcome
from sim.analysis.result import Result
from sim.analysis.sources import source_note
from sim.analysis.statistics.doses import DoseEffects, analyse_doses
from sim.analysis.statistics.factorial import FactorialEffects, OutcomeEffects, analyse
from sim.foundation.format import format_number, format_two_digits
from sim.plotting.effects import axis_of, conditional, head_of, paired, scale_of, scaled, unit_of
from sim.plotting.frame.dots import Dots, RowPanel, draw_rows, frame
from sim.plotting.frame.page import (
    TICK,
    Grid,
    band_key,
    interval,
    key,
    label_x,
    label_y,
    on_card,
    page,
    patch_key,
    style_key,
)  # fmt: skip
from sim.plotting.frame.palette import BLUE, DASHED, DOTTED, FAINT, INK, PURPLE, RULE, SOLID, Style, style
from sim.plotting.frame.statements import Title, clear, leader, signed
from sim.plotting.frame.text import capitalise, widest

WATERFALL = ("kept_km2", "p_halt")
MATRIX = ("kept_km2", "p_halt", "p_reversal")
CELL = (0.46, 0.27)  # inch
MOST_FACTORS = 8
BESIDE = 0.012  # of a dose, between marks of the same dose
CLEAR, UNCLEAR = Style(BLUE), Style(FAINT)
WITHOUT, WITH = Style(BLUE, marker="s"), Style(PURPLE, DASHED, "D")


@dataclass(frozen=True)
class Study:
    """What the levers do, and the source line of the table that says so."""

    effects: FactorialEffects | DoseEffects
    source: str

    @classmethod
    def of(cls, table: Result | xr.Dataset) -> Study:
        """Return the study of a result, or of its table of outcomes by replicate.

        Raises
        ------
        UserError
            If its arms are neither a full factorial nor doses.
        """
        data = table.outcomes() if isinstance(table, Result) else table
        doses = any("@" in str(arm) for arm in data["arm"].to_numpy())
        return cls.of_effects(analyse_doses(data) if doses else analyse(data), data)

    @classmethod
    def of_effects(cls, effects: FactorialEffects | DoseEffects, table: xr.Dataset) -> Study:
        """Return the study of effects that were found in a table."""
        return cls(effects, source_note(table))


def shapley(study: Study) -> Figure | None:
    """Draw what each lever adds: its Shapley value as a bar, with what it does alone and added to all the others."""
    effects = _factorial(study)
    shown = _shown({name: one.outcome for name, one in effects.outcomes.items()}) if effects else []
    if effects is None or not shown:
        return None
    panels = []
    for outcome in shown:
        levers = effects.outcomes[outcome.name].levers
        ways = {
            way: [scaled(getattr(lever, way), outcome) for lever in levers.values()]
            for way in ("shapley", "alone", "last")
        }
        bars = [
            Dots(style(place + 1), [one if n == place else None for n, one in enumerate(ways["shapley"])])
            for place in range(len(levers))
        ]
        panels.append(RowPanel(head_of(outcome), axis_of(outcome), bars, bars=True, conditional=outcome.conditional))
    figure = draw_rows(
        _most(effects, shown[0], "What each lever adds, alone, in company, and as its share of the whole"),
        "The Shapley value is a lever's mean contribution over all orders in which the levers could be added; the values add "
        "up to the gain of all together. A lever whose cross lies beyond its circle is helped by the others. "
        + paired(effects.run) + conditional(shown),
        study.source, list(effects.factors.values()), panels, columns=2, wide=3.3, gap=0.4,
        keys=[patch_key("Shapley value"), key(f"its {interval(effects.run.interval)}", dash=SOLID, width=1.2),
              key("alone", marker="o", hollow=True), key("added to all the others", marker="x")],
    )  # fmt: skip
    for axes, outcome in zip(figure.axes, shown, strict=True):
        for way, marker, side in (("alone", "o", -0.2), ("last", "x", 0.2)):
            x = [scaled(getattr(lever, way), outcome).value for lever in effects.outcomes[outcome.name].levers.values()]
            axes.plot(x, np.arange(len(x)) + side, marker, color=INK, markersize=4.2, fillstyle="none", zorder=4)
            low, high = axes.get_xlim()
            axes.set_xlim(min(low, 1.06 * min(x)), max(high, 1.06 * max(x)))
    return figure


def waterfall(study: Study) -> Figure | None:
    """Draw where the whole comes from: the Shapley value of each lever as a step on from those before, to all together."""
    effects = _factorial(study)
    shown = [effects.outcomes[name] for name in WATERFALL if name in effects.outcomes] if effects else []
    if effects is None or not shown:
        return None
    order = sorted(effects.factors, key=lambda code: -shown[0].levers[code].shapley.value)
    names = [*(effects.factors[code] for code in order), "all together"]
    room, run = widest(names, TICK, 2.3), effects.run
    sheet = page(
        _most(effects, shown[0].outcome, "Where the gain comes from, lever by lever"),
        "Each bar begins where those above it end; its length is the lever's Shapley value, its mean contribution over all orders "
        "in which the levers could be added, so that the order drawn, by size, changes no bar. The last is all together. "
        + paired(run),
        study.source, [head_of(one.outcome) for one in shown],
        Grid(2, (2.7, 0.32 * len(names)), left=room + 0.35, right=1.75, gap=1.85, below=0.6),
        [patch_key("a lever", BLUE), patch_key("all together", INK), key(f"its {interval(run.interval)}", dash=SOLID, width=1.2)],
    )  # fmt: skip
    for place, (axes, one) in enumerate(zip(sheet.panels, shown, strict=True)):
        frame(axes, names if place % sheet.columns == 0 else [""] * len(names), room)
        steps = [scaled(one.levers[code].shapley, one.outcome) for code in order]
        _draw_steps(axes, steps, scaled(one.whole.joint, one.outcome))
        label_x(axes, axis_of(one.outcome))
    return sheet.figure


def _draw_steps(axes: Axes, steps: Sequence[Estimate], whole: Estimate) -> None:
    """Draw each step from where the last one ended, the whole from zero, with intervals at their ends and numbers beside."""
    begins = [0.0, *np.cumsum([one.value for one in steps]).tolist()]
    for row, (begin, one) in enumerate(zip([*begins[:-1], 0.0], [*steps, whole], strict=True)):
        last = row == len(steps)
        axes.barh(row, one.value, 0.62, left=begin, color=INK if last else BLUE, alpha=0.85, zorder=2, gid="step")
        axes.plot([begin + one.low, begin + one.high], [row, row], color=FAINT if last else INK, linewidth=1.2, zorder=3,
                  solid_capstyle="butt", gid="interval")  # fmt: skip
        axes.plot([begin + one.value] * 2, [row, min(row + 1.0, len(steps))], color=FAINT, linewidth=0.7, zorder=1)
        unit = one.unit if one.unit != "percentage points" else "points"
        number = " ".join((format_two_digits(one, "", signed=True, decimals=1 if unit == "points" else 0), unit))
        axes.text(1.03, row, number, transform=axes.get_yaxis_transform(), fontsize=TICK, color=INK, va="center",
                  weight="bold" if last else "normal", parse_math=False)  # fmt: skip
    axes.axvline(0.0, color=FAINT, linewidth=0.8, zorder=1)


def pairs(study: Study) -> Figure | None:
    """Draw which two levers help each other, and which stand in each other's way: a row per pair."""
    effects = _factorial(study)
    shown = _shown({name: one.outcome for name, one in effects.outcomes.items()}) if effects else []
    if effects is None or not shown:
        return None
    first = effects.outcomes[shown[0].name].pairs
    names = [" + ".join(effects.factors[name] for name in pair.split("+")) for pair in first]
    panels = []
    for outcome in shown:
        rows = [scaled(one, outcome) for one in effects.outcomes[outcome.name].pairs.values()]
        dots = [Dots(look, [one if bool(one.sign) is clear else None for one in rows])
                for look, clear in ((CLEAR, True), (UNCLEAR, False))]  # fmt: skip
        panels.append(RowPanel(head_of(outcome), axis_of(outcome, "change"), dots))
    by_chance = format_number((1 - effects.run.interval) * len(names), None)
    figure = draw_rows(
        _helping(effects.outcomes[shown[0].name], "Which two levers help each other"),
        "How much the effect of one lever changes when the other is on, averaged over all settings of the rest. Above zero "
        "the two do more together than apart; for casualties, above zero means more of them. Blue: clear of zero; grey: not. "
        f"Of {len(names)} pairs about {by_chance} would be clear of zero by chance in each column. "
        + paired(effects.run) + conditional(shown),
        study.source, names, panels, columns=3 if on_card() else len(panels), wide=1.4, row=0.26, room=3.4, gap=0.25,
        keys=[band_key(effects.run.interval, BLUE)],
    )  # fmt: skip
    for axes in figure.axes:
        axes.locator_params(axis="x", nbins=3)
    return figure


def interaction(study: Study) -> Figure | None:
    """Draw what more levers gain, without and with the last factor, against what adding up would give."""
    effects = _factorial(study)
    shown = _shown({name: one.outcome for name, one in effects.outcomes.items()}) if effects else []
    if effects is None or not shown:
        return None
    code, label = list(effects.factors.items())[-1]
    sheet = page(
        signed(effects.outcomes[shown[0].name].sizes["with_minus_additive"][-1],
               f"The other levers do more together with “{label}”", f"The other levers do less together with “{label}”",
               f"Whether the others do more together with “{label}” is not clear"),
        f"Each point is the mean over all sets of so many of the other {len(effects.factors) - 1} levers; small dots: the sets "
        "one by one. Where the line with it lies above the dotted one, it makes the others do more; below, less. The bands "
        "are those of the lines; how far line and dotted line differ in the same replicate is written below. "
        + paired(effects.run) + conditional(shown),
        study.source, [head_of(outcome) for outcome in shown], Grid(3, (2.6, 1.9), gap=0.75, below=0.75),
        [style_key(f"without: {label}", WITHOUT, dots=True), style_key(f"with: {label}", WITH, dots=True),
         key("with it, if effects just added up", FAINT, dash=DOTTED), band_key(effects.run.interval)],
    )  # fmt: skip
    for axes, outcome in zip(sheet.panels, shown, strict=True):
        sizes = effects.outcomes[outcome.name].sizes
        for block, look, place in ((f"without {code}", WITHOUT, -0.06), (f"with {code}", WITH, 0.06)):
            _curve(axes, np.arange(len(sizes[block])), [scaled(one, outcome) for one in sizes[block]], look, band=True)
            sets = [arm for arm in effects.arms.values() if (code in arm.levers) == block.startswith("with ")]
            x = [len([name for name in arm.levers if name != code]) + place for arm in sets]
            y = [scaled(arm.gain[outcome.name], outcome).value for arm in sets]
            axes.plot(x, y, ".", color=look.colour, markersize=3, alpha=0.55)
        added = [scaled(one, outcome).value for one in sizes["with_if_additive"]]
        axes.plot(range(len(added)), added, color=FAINT, linestyle=DOTTED, linewidth=1.6, zorder=3)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        axes.set_xticks(range(len(added)))
        low, middle, high = (
            format_number(end, 1) for end in scaled(sizes["with_minus_additive"][-1], outcome).as_list()
        )
        label_x(axes, f"other levers that are on\nall on, line less dotted: {middle} ({low} to {high})")
        label_y(axes, axis_of(outcome))
    return sheet.figure


def matrix(study: Study) -> Figure | None:
    """Draw every set of levers as a numbered square: a row of two blocks per outcome, without and with the last factor."""
    effects = _factorial(study)
    shown = [effects.outcomes[name] for name in MATRIX if name in effects.outcomes] if effects else []
    if effects is None or not shown or len(effects.factors) > MOST_FACTORS:
        return None
    factors = effects.factors
    *others, last = factors
    across, down = others[: (len(others) + 1) // 2], others[(len(others) + 1) // 2 :]
    width, height = 1 << len(across), 1 << len(down)
    names = [" + ".join(factors[name] for name in _on(row, down)) or "none of these" for row in range(height)]
    names += [factors[name] for name in across]
    room = widest(names, TICK, 3.2)
    halves = ", ".join(_half_width(effects, one) for one in shown)
    sheet = page(
        _sets(effects, shown[0].outcome),
        "Each square is an arm. Its row says which of some levers are on, the dots below its column which of the others "
        f"(filled: on). Left block: without “{factors[last]}”; right block: with it. Ground kept is the gain over the base; "
        "chances are shares of replicates, the base's at the top left. White: the difference to the base is not clear of "
        f"zero. The {interval(effects.run.interval)} of a square's difference to the base is usually {halves}. "
        + paired(effects.run) + conditional([one.outcome for one in shown]),
        study.source,
        [f"{head_of(one.outcome)}, {'% of replicates' if one.outcome.chance else unit_of(one.outcome)}: {which} “{factors[last]}”"
         for one in shown for which in ("without", "with")],
        Grid(2, (CELL[0] * width, CELL[1] * (height + 0.62 * len(across) + 0.3)), left=room + 0.35, gap=0.35, below=0.3,
             fixed=True),
    )  # fmt: skip
    arms = {frozenset(arm.levers): arm for arm in effects.arms.values()}
    for place, axes in enumerate(sheet.panels):
        name, chance = shown[place // 2].outcome.name, shown[place // 2].outcome.chance
        factor = scale_of(shown[place // 2].outcome)
        block = [[arms[frozenset(_on(i, down) + _on(j, across) + [last] * (place % 2))] for j in range(width)]
                 for i in range(height)]  # fmt: skip
        values = np.array([[factor * arm.mean[name] for arm in row] for row in block])
        clear = np.array([[bool(arm.gain[name].sign) for arm in row] for row in block])
        top = max(1e-9, *(abs(factor * arm.mean[name]) for arm in arms.values()))
        draw_squares(axes, values, np.where(clear, values, np.nan), top, chance)
        _column_dots(axes, height, across)
        axes.set_yticklabels(names if place % 2 == 0 else [""] * len(names), fontsize=TICK, parse_math=False)
    return sheet.figure


def draw_squares(axes: Axes, values: np.ndarray, shades: np.ndarray, top: float, chance: bool) -> None:
    """Draw squares with numbers, shaded from zero to `top`, or from the middle outwards where signs differ; nan: white."""
    colours = matplotlib.colormaps["Blues" if chance else "PuOr"].with_extremes(bad="white")
    norm = Normalize(0.0 if chance else -1.2 * top, 1.2 * top)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    rows, columns = values.shape
    axes.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, np.ma.masked_invalid(shades), cmap=colours, norm=norm,
        edgecolors=RULE, linewidth=0.5, gid="cells",
    )  # fmt: skip
    for (row, column), value in np.ndenumerate(values):
        shade = colours(norm(shades[row, column])) if np.isfinite(shades[row, column]) else (1.0, 1.0, 1.0)
        dark = 0.299 * shade[0] + 0.587 * shade[1] + 0.114 * shade[2] < 0.55
        axes.text(column, row, format_number(value, 0 if abs(value) >= 10 or value == 0 else 1), fontsize=TICK - 0.5,
                  color="white" if dark else INK, ha="center", va="center")  # fmt: skip


def dose_curves(study: Study) -> Figure | None:
    """Draw how much of each part does how much, against the same arm without it: a panel per outcome, a line per part."""
    effects = study.effects
    shown = _shown(effects.outcomes) if isinstance(effects, DoseEffects) else []
    if not isinstance(effects, DoseEffects) or not shown:
        return None
    looks = [style(place + 1) for place in range(len(effects.curves))]
    known = next(iter(effects.curves.values())).totals
    shown += [Outcome(name, label, "Gusd") for name, label in MONEY.items() if name in known]
    sheet = page(
        _at_full_dose(effects, shown[0]),
        "What each dose changes against dose 0, which is that arm itself; marks of the same dose stand side by side. The last "
        "panels show how far totals differ: what is pledged in all, and how much of it has arrived by the end. "
        + paired(effects.run) + conditional(shown),
        study.source, [head_of(outcome) for outcome in shown], Grid(3, (2.6, 1.9), gap=0.75, below=0.6),
        [*(style_key(curve.label, look, dots=True) for curve, look in zip(effects.curves.values(), looks, strict=True)),
         band_key(effects.run.interval)],
    )  # fmt: skip
    totals = [axes for axes, outcome in zip(sheet.panels, shown, strict=True) if outcome.unit == "Gusd"]
    for axes in totals[1:]:
        axes.sharey(totals[0])
    for axes, outcome in zip(sheet.panels, shown, strict=True):
        for place, (curve, look) in enumerate(zip(effects.curves.values(), looks, strict=True)):
            rows = {**curve.outcomes, **curve.totals}[outcome.name]
            shift = BESIDE * (place - (len(looks) - 1) / 2)
            _curve(axes, np.array(curve.doses) + shift, [scaled(one, outcome) for one in rows], look)
        axes.axhline(0.0, color=FAINT, linewidth=0.8)
        axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0])
        label_x(axes, "dose")
        label_y(axes, axis_of(outcome, "change"))
    return sheet.figure


def _most(effects: FactorialEffects, outcome: Outcome, plain: str) -> Title:
    """Return a title that names the lever whose Shapley value is clear of all others."""
    values = {label: effects.outcomes[outcome.name].levers[code].shapley for code, label in effects.factors.items()}
    top = leader(values)
    if top is None or values[top].sign < 1:
        return [f"{capitalise(outcome.label)}: no lever clearly adds more than all others", plain]
    number = format_two_digits(scaled(values[top], outcome), unit_of(outcome), decimals=1 if outcome.chance else 0)
    said = f"{capitalise(outcome.label)}: “{top}” adds most"
    return [f"{said}, {number}", said, plain]


def _sets(effects: FactorialEffects, outcome: Outcome) -> Title:
    """Return a title that counts the sets of levers that clearly add something, and those that clearly take away."""
    arms = [arm for arm in effects.arms.values() if arm.levers]
    more, less = clear({str(place): arm.gain[outcome.name] for place, arm in enumerate(arms)})
    head = f"{capitalise(outcome.label)}: {len(more)} of {len(arms)} sets of levers clearly add to it"
    return [f"{head}, {len(less)} clearly take away" if less else head, f"All {len(arms) + 1} sets of levers"]


def _at_full_dose(effects: DoseEffects, outcome: Outcome) -> Title:
    """Return a title that names the part whose full dose clearly adds more than that of all others."""
    plain = f"By degrees, on top of: {effects.over_label}"
    whole = {
        curve.label: curve.outcomes[outcome.name][-1]
        for curve in effects.curves.values()
        if outcome.name in curve.outcomes
    }
    top, head = leader(whole), capitalise(outcome.label)
    if top is None or whole[top].sign < 1:
        return [f"{head}: in full no part clearly adds more than all others", plain]
    number = format_two_digits(scaled(whole[top], outcome), unit_of(outcome), decimals=1 if outcome.chance else 0)
    return [f"{head}: in full “{top}” adds most, {number}", f"{head}: in full “{top}” adds most", plain]


def _helping(one: OutcomeEffects, plain: str) -> Title:
    """Return a title that counts the pairs of levers that clearly help each other and that stand in each other's way."""
    more, less = clear(one.pairs)
    head = capitalise(one.outcome.label)
    if not more and not less:
        return [f"{head}: no two levers clearly help or hinder each other", plain]
    return [
        f"{head}: {len(more)} of {len(one.pairs)} pairs of levers clearly do more together, {len(less)} less",
        plain,
    ]


def _factorial(study: Study) -> FactorialEffects | None:
    return study.effects if isinstance(study.effects, FactorialEffects) else None


def _shown(outcomes: Mapping[str, Outcome]) -> list[Outcome]:
    """Return what figures show: not the killed, who are among the casualties, nor the aid, which has its own."""
    return [one for name, one in outcomes.items() if not name.startswith(("killed_", "delivered"))]


def _half_width(effects: FactorialEffects, one: OutcomeEffects) -> str:
    """Return the usual half-width of the interval of a set's gain."""
    gains = [arm.gain[one.outcome.name] for arm in list(effects.arms.values())[1:]]
    half = scale_of(one.outcome) * float(np.median([(gain.high - gain.low) / 2 for gain in gains]))
    return f"±{format_number(half, 1)} {'points' if one.outcome.chance else unit_of(one.outcome)}"


def _on(index: int, among: Sequence[str]) -> list[str]:
    return [name for bit, name in enumerate(among) if index >> bit & 1]


def _column_dots(axes: Axes, rows: int, across: Sequence[str]) -> None:
    """Draw below each column which of its levers are on."""
    places = [rows + 0.62 * line for line in range(len(across))]
    for bit, y in enumerate(places):
        for column in range(1 << len(across)):
            on = column >> bit & 1
            axes.plot(column, y, "o", color=INK if on else FAINT, fillstyle="full" if on else "none", markersize=4.2,
                      markeredgewidth=0.7)  # fmt: skip
    axes.set_xlim(-0.5, (1 << len(across)) - 0.5)
    axes.set_ylim(rows - 0.2 + 0.62 * len(across), -0.5)
    axes.set_xticks([])
    axes.set_yticks([*range(rows), *places])
    axes.tick_params(axis="y", length=0)


def _curve(axes: Axes, x: np.ndarray, rows: Sequence[Estimate], look: Style, *, band: bool = False) -> None:
    """Draw means as a line, with their interval as a band or at each mark."""
    low, y, high = np.array([one.as_list() for one in rows]).T
    if band:
        axes.fill_between(x, low, high, color=look.colour, alpha=0.2, linewidth=0, gid="interval")
    else:
        axes.vlines(x[1:], low[1:], high[1:], color=look.colour, linewidth=1.6, alpha=0.5, gid="interval")
    axes.plot(x, y, color=look.colour, linestyle=look.dash, linewidth=1.4, marker=look.marker, markersize=4)
