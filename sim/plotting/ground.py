"""Ground: net gain through time, its paired difference to the base, month by month and by front."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.analysis.estimate import Estimate
from sim.analysis.names import JOINT
from sim.foundation.format import (
    format_date,
    format_estimate,
    format_list,
    format_number,
    format_percent,
    format_two_digits,
)
from sim.plotting.factorial import draw_squares
from sim.plotting.frame.arms import Arm, Arms, Days
from sim.plotting.frame.bands import Array, Fan, fan
from sim.plotting.frame.dates import day_of, days, milestones_inside, month_name
from sim.plotting.frame.dots import Dots, RowPanel, draw_rows, shifts
from sim.plotting.frame.multiples import FAINTLY, LINE, Curve, TimePanel, draw_multiples
from sim.plotting.frame.page import TICK, Grid, band_key, interval, key, label_x, page, style_key
from sim.plotting.frame.palette import DOTTED, INK, SOLID, Style
from sim.plotting.frame.statements import IN_TITLE, Title, clear, few, leader
from sim.plotting.frame.text import widest

MOST_FRONTS = 40
MOST_OBSERVED, MOST_MONTHS = 12, 24
CELL = (0.47, 0.24)  # inch
SAMPLES = 10
MEAN = Style(INK, DOTTED)
PAIRED = "Each replicate is compared with the same one (same noise, same drawn parameters) under the base. Below zero: "


def net_gain(arms: Arms) -> Figure | None:
    """Draw net gain through time, a panel per arm with its base behind it, all on the same scale."""
    chosen, left_out = arms.pick(16)
    names, level = arms.names, arms.level
    behind = {arm: arms.base if arm.base else arms.own_base(arm) for arm in chosen}
    fans = {arm: arms.fan(arm, "net_km2") for arm in dict.fromkeys([*chosen, *behind.values()])}
    estimates = arms.in_words(lambda arm: _at_end(arms, fans[arm]))
    bases = arms.base.label
    if len(arms.results) > 1:
        bases = f"the base of the same result (behind the later bases, {bases})"
    panels = []
    for arm in chosen:
        back = [Curve(arms.time(one), fans[one], one.style, FAINTLY, one.name) for one in [behind[arm]] if one != arm]
        curve = Curve(arms.time(arm), fans[arm], arm.style, name=arm.name)
        panels.append(TimePanel(arm.label, "net gain", _km2(arms), [*back, curve], "net", dates=_marks(arms, arm)))
    return draw_multiples(
        [f"Net gain of {names.attacker.name} from {' to '.join(arms.span())}{estimates}",
         f"Net gain of {names.attacker.name} by {arms.span()[1]}{estimates}", f"Net gain of {names.attacker.name}{estimates}",
         f"Net gain of {names.attacker.name}{arms.in_words(lambda arm: _at_end(arms, fans[arm]), chosen[:1])}",
         f"Net gain of {names.attacker.name}"],
        f"{_how(arms)} Faint behind: {bases}. {_outside(arms)}A replicate that ends in a cease-fire keeps its line. "
        f"{_dotted(arms)}{left_out}",
        arms.source, panels, keys=[*(style_key(a.label, a.style) for a in chosen if a.base), band_key(level)],
    )  # fmt: skip


def difference(arms: Arms) -> Figure | None:
    """Draw the paired difference in net gain through time; None where no arm has a base to compare with."""
    pool = arms.compared()
    if not pool:
        return None
    chosen, left_out = arms.pick(15, pool)
    later = [arm.name for arm in pool if arm.base]
    ends = {arm: arms.difference(arm, "net_km2") for arm in chosen}
    estimates = arms.in_words(lambda arm: _at_end(arms, ends[arm], signed=True), chosen)
    across = f"Compared with {arms.base.name}: {format_list(later)}. " if later else ""
    panels = [
        TimePanel(
            arm.label, "difference", _km2(arms),
            [Curve(arms.time(arm), ends[arm], arm.style, name=arm.name)], "net",
            dates=_marks(arms, arm),
        )
        for arm in chosen
    ]  # fmt: skip
    return draw_multiples(
        [f"Difference in net gain of {arms.names.attacker.name} to the base by {arms.span()[1]}{estimates}",
         f"Difference in net gain to the base{estimates}",
         f"Difference to the base{arms.in_words(lambda arm: _at_end(arms, ends[arm], signed=True), chosen[:1])}",
         "Difference in net gain to the base"],
        f"{_how(arms)} {PAIRED}less is gained than under the base. {across}{_dotted(arms)}{left_out}",
        arms.source, panels, keys=[band_key(arms.level)],
    )  # fmt: skip


def difference_at_milestones(arms: Arms) -> Figure | None:
    """Draw each arm's paired difference at the weeks nearest to the milestones, or at the end where none lies inside."""
    pool = arms.compared()
    if not pool:
        return None
    chosen, left_out = arms.pick(64, pool)
    time = arms.time(arms.base)
    weeks = _weeks(time, arms.first.thresholds.milestones)
    fans = {arm: arms.difference(arm, "net_km2") for arm in chosen}
    columns = [[Fan(*(part[: week + 1] for part in fans[arm])).last(arms.level) for arm in chosen] for week in weeks]
    ends = [end for column in columns for one in column for end in one.as_list() if np.isfinite(end)] + [0.0]
    margin = 0.06 * (max(ends) - min(ends)) or 1.0
    panels = [
        RowPanel(
            format_date(str(time[week])), f"difference, {_km2(arms)}",
            [Dots(a.style, [one if a is b else None for b in chosen]) for a, one in zip(chosen, column, strict=True)],
            limits=(min(ends) - margin, max(ends) + margin),
        )
        for week, column in zip(weeks, columns, strict=True)
    ]  # fmt: skip
    return draw_rows(
        _apart(arms, columns[-1], chosen, format_date(str(time[weeks[-1]]))),
        f"Point: median difference to the base; line: {format_percent(arms.level)} of {arms.replicates}. {PAIRED}less is gained "
        f"than under the base. Weekly records nearest to the milestones. {left_out}",
        arms.source, [arm.label for arm in chosen], panels, row=0.34,
    )  # fmt: skip


def by_front(arms: Arms) -> Figure | None:
    """Draw net gain and mean shift of the line at the end of the run, a row per front."""
    chosen, left_out = arms.pick(4)
    fronts = dict(list(arms.along("front").items())[:MOST_FRONTS])
    if not fronts:
        return None
    outside = [label for code, label in fronts.items() if code in arms.names.outside]
    names = arms.names
    panels = [
        RowPanel(
            head, f"{what}, {arms.unit(name, unit)}",
            [Dots(arm.style, [arms.end(arm, name, front=front) for front in fronts], shift)
             for arm, shift in zip(chosen, shifts(len(chosen)), strict=True)],
        )
        for name, head, what, unit in (
            ("net_km2_front", "Net gain", "net gain", "km2"), ("shift_km", "Mean shift of the line", "shift", "km"),
        )
    ]  # fmt: skip
    start, end = arms.span()
    plain = f"Net gain of {names.attacker.name} and shift of the line by front, {start} to {end}"
    title = _most(
        arms, {label: arms.end(arms.base, "net_km2_front", front=front) for front, label in fronts.items()}, plain
    )
    return draw_rows(
        title,
        f"Point: median; line{IN_TITLE}: {format_percent(arms.level)} of {arms.replicates}. "
        f"Right of zero: {names.attacker.name} forward. Medians of fronts do not add up to the median of the whole. "
        + (f"{format_list(outside)}: ground that {names.attacker.name} regains. " if outside else "") + left_out,
        arms.source, list(fronts.values()), panels, wide=3.3, row=0.13 * len(chosen) + 0.14,
        keys=[*(style_key(arm.label, arm.style, line=False, dots=True) for arm in chosen), band_key(arms.level)],
    )  # fmt: skip


def monthly_gain(arms: Arms) -> Figure | None:
    """Draw the pace of each month: the observed line, and the fan that goes on from it with single replicates."""
    chosen, left_out = arms.pick(4)
    start = arms.time(arms.base)[0]
    seen = observed_pace(str(arms.first.data.attrs.get("observed_monthly_gain", "[]")), start)
    panels = []
    for arm in chosen:
        time, pace = monthly_pace(arms.values(arm, "net_km2"), arms.time(arm))
        if seen:  # the fan begins where the record ends
            time = np.concatenate([seen[0][-1:], time])
            pace = np.concatenate([np.full((len(pace), 1), seen[1][-1]), pace], axis=1)
        few = pace[:: max(1, len(pace) // SAMPLES)][:SAMPLES] if len(pace) > 1 else None
        curves = [Curve(time, fan(pace, arms.level), arm.style, name=arm.name)]
        if few is not None:
            curves.append(Curve(time, Fan.line(pace.mean(axis=0)), MEAN, LINE))
        panels.append(
            TimePanel(arm.label, "net gain", "km² per day", curves, "pace", observed=seen, dates=[start], samples=few)
        )
    title = f"Pace of {arms.names.attacker.name}'s net gain, month by month"
    titles = [title]
    if seen:
        last = {arm: fan(monthly_pace(arms.values(arm, "net_km2"), arms.time(arm))[1], arms.level) for arm in chosen}
        estimates = arms.in_words(lambda arm: _between(last[arm].last(arms.level)), chosen)
        before = f"{format_number(seen[1][-1], 0)} km² per day"
        observed = f"{title}: {before} observed before the start"
        last_month = f"{format_percent(arms.level)} of replicates lie in the last month{estimates[1:]}"
        short = f"{before} of net gain before the start; {last_month}"
        titles = [*([f"{observed}; {last_month}", short] if estimates else []), observed, title]
    return draw_multiples(
        titles,
        f"{_how(arms)} Net gain of each calendar month over its days; parts of months count by their own days. Thin lines: "
        f"{SAMPLES} single replicates. A few fast replicates hold the mean above the median: no single replicate runs as "
        f"evenly as either. Vertical: the start. {_outside(arms)}{left_out}",
        arms.source, panels, columns=2, size=(3.6, 1.9),
        keys=[*([key("observed", "black", dash=SOLID)] if seen else []), style_key("mean of the replicates", MEAN),
              band_key(arms.level)],
    )  # fmt: skip


def by_front_and_month(arms: Arms) -> Figure | None:
    """Draw the mean gain of every front in every month: the base, and what one arm changes; None over many months."""
    time, names, fronts = arms.time(arms.base), arms.names, dict(list(arms.along("front").items())[:MOST_FRONTS])
    months = np.unique(time.astype("datetime64[M]"))
    others = [arm for arm in arms.arms if arm.result == arms.base.result and not arm.base]
    chosen = ([arm for arm in others if names.roles.get(arm.arm) == JOINT] or others[-1:])[:1]
    counted = [code for code in fronts if code not in names.outside]
    if not counted or len(months) > MOST_MONTHS:
        return None
    labels = [
        *(fronts[code] for code in counted),
        "together",
        *(fronts[code] for code in fronts if code in names.outside),
    ]
    room = widest(labels, TICK, 2.3)
    ends = {
        fronts[code]: Estimate.mean(arms.values(arms.base, "net_km2_front", front=code)[:, -1], arms.level, "km2")
        for code in counted
    }
    sheet = page(
        _most(arms, ends, f"Where and when {names.attacker.name} gains: net gain by front and month"),
        f"Means of {arms.replicates}, shaded where clear of zero, darker where more; brackets: {interval(arms.level)} of the mean. "
        "They add up along rows and columns, which medians would not. Right: the whole run. "
        f"The first and the last month count by the days that the run covers. {_outside(arms)}",
        arms.source, [arms.base.label, *(f"What changes with: {arm.label}" for arm in chosen)],
        Grid(1, (CELL[0] * len(months), CELL[1] * len(labels)), left=room + 0.35, right=1.75, below=0.62),
    )  # fmt: skip
    of_base = _gains(arms, arms.base, fronts, time)
    for axes, arm in zip(sheet.panels, [arms.base, *chosen], strict=True):
        gains = (
            of_base if arm.base else {code: x - of_base[code] for code, x in _gains(arms, arm, fronts, time).items()}
        )
        together = np.sum([gains[code] for code in counted], axis=0)
        outside = [gains[code] for code in fronts if code in names.outside]
        _draw_months(axes, [*(gains[code] for code in counted), together, *outside], len(counted), time, arms.level)
        axes.set_yticks(range(len(labels)), labels, fontsize=TICK, parse_math=False)
        label_x(axes, f"{'difference' if chosen and arm is chosen[0] else 'net gain'} in the month, {_km2(arms)}")
    return sheet.figure


def _gains(arms: Arms, arm: Arm, fronts: Iterable[str], time: Days) -> dict[str, Array]:
    """Return what an arm gains on each front, (replicate, part + 1): by month, and in the whole run.

    The weekly record is looked at front by front: of an arm only a quarter of it remains in memory.
    """

    def gains(code: str) -> Array:
        net = arms.values(arm, "net_km2_front", front=code)
        return np.concatenate([by_month(net, time)[1], net[:, -1:]], axis=1, dtype=np.float32)

    return {code: gains(code) for code in fronts}


def _draw_months(axes: Axes, rows: Iterable[Array], shaded: int, time: Days, level: float) -> None:
    """Draw squares of monthly means, a row each of (replicate, part + 1) as `_gains` has them, with their sums beside.

    The first `shaded` rows are shaded where clear of zero: sums and other ground would drown their scale.
    """
    cells, sums = [], []
    for row in rows:
        *parts, whole = (Estimate.mean(part, level, "km2") for part in row.T.astype(np.float64))
        cells.append(parts)
        sums.append(whole)
    values = np.array([[one.value for one in row] for row in cells])
    clear = np.array([[bool(one.sign) for one in row] for row in cells])
    clear[shaded:] = False
    top = float(np.nanmax(np.abs(values[:shaded]), initial=1e-9))
    draw_squares(axes, values, np.where(clear, values, np.nan), top, chance=False)
    for place, whole in enumerate(sums):
        axes.text(len(cells[0]) - 0.3, place, format_estimate(whole, "km2"), fontsize=TICK, color=INK, va="center",
                  gid="interval")  # fmt: skip
    firsts = np.unique(time.astype("datetime64[M]")).astype(int)[: len(cells[0])]
    axes.set_xticks(range(len(firsts)), [
        month_name(int(month)) + (f"\n{1970 + month // 12}" if n == 0 or month % 12 == 0 else "") for n, month in enumerate(firsts)
    ])  # fmt: skip
    axes.set_xlim(-0.5, len(cells[0]) - 0.5)
    axes.set_ylim(len(cells) - 0.5, -0.5)
    axes.tick_params(length=0)


def by_month(net: NDArray[np.floating], time: Days) -> tuple[Array, Array]:
    """Cut a cumulative weekly record (replicate, time) at the ends of months, linearly between weeks.

    Returns
    -------
    edges : (part + 1,)
        Days since 1970 between which the parts lie; the first and the last month may be covered in part only.
    gain : (replicate, part)
        km2 in each part.
    """
    x = days(time)
    months = np.arange(time[0].astype("datetime64[M]").astype(int), time[-1].astype("datetime64[M]").astype(int) + 2)
    firsts = months.astype("datetime64[M]").astype("datetime64[D]").astype(float)
    edges = np.unique(np.clip(firsts, x[0], x[-1]))
    level = np.array([np.interp(edges, x, row) for row in np.asarray(net, dtype=float)])
    return edges, np.diff(level, axis=1)


def monthly_pace(net: NDArray[np.floating], time: Days) -> tuple[Days, Array]:
    """Return the middle of each month, or of the part of it that the run covers, and its pace: km2 per day."""
    edges, gain = by_month(net, time)
    middle = (edges[:-1] + edges[1:]) / 2
    return (24 * middle).astype("datetime64[h]"), gain / np.diff(edges)


def observed_pace(text: str, start: np.datetime64) -> tuple[Days, Array] | None:
    """Return the same of what was observed before `start`, from the JSON ``[[month, km2], ...]``; None if there is none.

    The month of the start is observed up to it.
    """
    try:
        rows = sorted((str(month)[:7], float(gain)) for month, gain in json.loads(text))[-MOST_OBSERVED:]
        begins = np.array([np.datetime64(month, "M") for month, _ in rows])
    except (ValueError, TypeError):
        return None
    ends = np.minimum((begins + 1).astype("datetime64[D]"), start.astype("datetime64[D]")) if rows else begins
    first, last = (np.array([day_of(day) for day in found]) for found in (begins.astype("datetime64[D]"), ends))
    known = last > first
    if not known.any():
        return None
    pace = np.array([gain for _, gain in rows])[known] / (last - first)[known]
    return (12 * (first + last)[known]).astype("datetime64[h]"), pace


def _weeks(time: Days, wanted: Sequence[str]) -> list[int]:
    """Return the places of the weeks nearest to the dates that lie inside the run, at most three, else the last."""
    x = days(time)
    inside = [day_of(date) for date in wanted if x[0] < day_of(date) <= x[-1] + 4]
    return sorted({int(np.argmin(np.abs(x - day))) for day in inside})[:3] or [len(x) - 1]


def _most(arms: Arms, ends: Mapping[str, Estimate], plain: str) -> Title:
    """Return a title that names the front on which most is gained under the base, where its interval meets no other."""
    front = leader(ends)
    attacker, base = arms.names.attacker.name, arms.base.label
    if front is None or ends[front].sign < 1:
        return [f"{plain}: no front's gain stands clear of all others", plain] if len(ends) > 1 else plain
    said = f"{attacker} gains most on {front}"
    number = format_two_digits(ends[front], _km2(arms), decimals=0)
    return [f"{said}: {number} in “{base}”", f"{said}: {number}", said, plain]


def _apart(arms: Arms, ends: Sequence[Estimate], chosen: Sequence[Arm], day: str) -> Title:
    """Return a title that says with which arms the whole interval lies beside the base."""
    more, less = clear({arm.label: one for arm, one in zip(chosen, ends, strict=True)})
    plain = f"Difference in net gain of {arms.names.attacker.name} to the base at the milestones, by arm"
    within = f"{format_percent(arms.level)} interval"
    said = [f"{what} with {few(names, len(ends), 'arms')}" for what, names in (("less", less), ("more", more)) if names]
    if not said:
        return [f"By {day} no arm's {within} is clear of the base", plain]
    return [f"By {day} {arms.names.attacker.name} gains {format_list(said)}, the whole {within} on one side of the base",
            f"By {day} {arms.names.attacker.name} gains {format_list(said)}", plain]  # fmt: skip


def _between(one: Estimate) -> str:
    """Return an interval without its median: of a skewed law that would read as what happens."""
    return f"between {format_number(one.low, 1)} and {format_number(one.high, 1)}" if one.known else ""


def _at_end(arms: Arms, one: Fan, signed: bool = False) -> str:
    """Return the median at the end with its interval, for a title; nothing where it is not known."""
    end = one.last(arms.level)
    return format_two_digits(end, _km2(arms), signed=signed, decimals=0) if end.known and np.isfinite(end.low) else ""


def _km2(arms: Arms) -> str:
    return arms.unit("net_km2", "km2")


def _how(arms: Arms) -> str:
    return f"Line: median; inner band: 50 %; outer band{IN_TITLE}: {format_percent(arms.level)} of {arms.replicates}."


def _outside(arms: Arms) -> str:
    """Return a sentence on the fronts that are no part of the total."""
    names = [label for code, label in arms.along("front").items() if code in arms.names.outside]
    return f"Not counted: {format_list(names)}. " if names else ""


def _marks(arms: Arms, arm: Arm) -> list[str]:
    return milestones_inside(arms.results[arm.result].thresholds.milestones, arms.time(arm))


def _dotted(arms: Arms) -> str:
    """Return a sentence that explains the hairlines, or nothing where there are none."""
    inside = _marks(arms, arms.base)
    return f"Dotted: {format_list([format_date(date) for date in inside])}. " if inside else ""
