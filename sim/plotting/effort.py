"""What the sides bring to bear: people, fires and stocks, strikes, aid; and what the attacker believes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.analysis.estimate import Estimate
from sim.foundation.format import format_count, format_estimate, format_percent, format_unit
from sim.plotting.frame.arms import Arm, Arms
from sim.plotting.frame.bands import Fan, fan, limits
from sim.plotting.frame.dots import Dots, RowPanel, draw_panel, shifts
from sim.plotting.frame.multiples import EDGED, Curve, TimePanel, draw_multiples, draw_time_panel
from sim.plotting.frame.page import TICK, Grid, band_key, inches, key, label_y, page, style_key, tidy
from sim.plotting.frame.palette import INK, Style
from sim.plotting.frame.statements import IN_TITLE, Title, leader, ratio, signed, times
from sim.plotting.frame.text import widest

MOST = 3
MOST_ALLIES = 30
LAUNCHED = ("long_range_drone", "missile", "glide_bomb")
PEOPLE = {
    "force": "force", "reserve": "trained reserve", "recruits": "recruits", "casualties": "casualties", "killed": "killed",
    "permanent": "permanent losses", "deserted": "deserted for good",
}  # fmt: skip


def _curves(
    arms: Arms, chosen: Sequence[Arm], name: str, *, factor: float = 1.0, fighting: bool = False, **where: str
) -> list[Curve]:
    """Return the fan of a variable for each arm."""
    return _drawn(arms, chosen, [arms.fan(arm, name, fighting=fighting, **where).scaled(factor) for arm in chosen])


def _drawn(arms: Arms, chosen: Sequence[Arm], fans: Sequence[Fan]) -> list[Curve]:
    return [Curve(arms.time(arm), one, arm.style, EDGED, arm.name) for arm, one in zip(chosen, fans, strict=True)]


def _draw(
    arms: Arms, title: Title, note: str, panels: Sequence[TimePanel], chosen: Sequence[Arm], left_out: str, columns: int
) -> Figure | None:
    """Draw panels with the base and a few arms over each other."""
    keys = [*(style_key(arm.label, arm.style) for arm in chosen), band_key(arms.level)]
    how = f"Lines: medians; bands between thin lines{IN_TITLE}: {format_percent(arms.level)} of {arms.replicates}. "
    size = (2.4 if columns > 2 else 3.5, 1.4)
    return draw_multiples(
        title, how + note + left_out, arms.source, panels, columns=columns, size=size, gap=0.75, keys=keys, every=False
    )


def manpower(arms: Arms) -> Figure | None:
    """Draw forces, reserves, recruits and losses, side by side on the same scale."""
    chosen, left_out = arms.pick(MOST)
    sides = arms.along("side")
    panels = [
        TimePanel(f"{label}: {text}", "", arms.unit(name, "person"), _curves(arms, chosen, name, side=side), name)
        for name, text in PEOPLE.items()
        for side, label in sides.items()
    ]
    names = arms.names
    note = (
        f"Force: all armed forces of {names.defender.name}, but of {names.attacker.name} the grouping in the theatre only. "
        "Casualties include the wounded who return; permanent losses are those who do not come back. All but force and "
        "reserve are counted from the start. "
    )
    plain = "Manpower and casualties of both sides"
    title = _compared(
        arms, [arms.values(arms.base, "casualties", side=side.id)[:, -1] for side in (names.attacker, names.defender)],
        "{one} has {times} as many casualties as {other}", "Neither side clearly has more casualties", plain,
    )  # fmt: skip
    return _draw(arms, title, note, panels, chosen, left_out, 2 * len(sides))


def _compared(arms: Arms, sides: Sequence[np.ndarray], more: str, neither: str, plain: str) -> Title:
    """Return a title on how many times one side's amount is the other's under the base, replicate by replicate."""
    names, attacking, defending = arms.names, *sides
    by = ratio(attacking, defending, arms.level)
    if not by.known:
        return plain
    where = f" in “{arms.base.label}”"
    said = times(names.attacker.name, names.defender.name, by, more, neither)
    return [*(one + where for one in said), *said, plain]


def fires_and_stocks(arms: Arms) -> Figure | None:
    """Draw shells fired and the stock of shells, side by side on the same scale."""
    chosen, left_out = arms.pick(MOST)
    sides = arms.along("side")
    panels = [
        TimePanel(f"{label}: shells fired", "", arms.unit("fires", "shell/day"),
                  _curves(arms, chosen, "fires", fighting=True, side=side), "fires")
        for side, label in sides.items()
    ]  # fmt: skip
    panels += _stocks(arms, chosen, ["shell"])
    note = "Both sides have the same scale. Shells fired: 7-day mean, only replicates that still fight. "
    means = []
    for side in (arms.names.attacker, arms.names.defender):
        fired = arms.values(arms.base, "fires", fighting=True, side=side.id)
        known = np.isfinite(fired)
        means.append(np.where(known, fired, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
    title = _compared(
        arms, means, "{one} fires {times} as many shells as {other}", "Neither side clearly fires more shells",
        "Shells fired and shells in stock, by side",
    )  # fmt: skip
    return _draw(arms, title, note, panels, chosen, left_out, len(sides))


def other_stocks(arms: Arms) -> Figure | None:
    """Draw the stock of every commodity but shells, side by side on the same scale."""
    chosen, left_out = arms.pick(MOST)
    panels = _stocks(arms, chosen, [goods for goods in arms.along("commodity") if goods != "shell"])
    columns, note = 2 * len(arms.along("side")), "Both sides have the same scale. "
    return _draw(arms, _trends(arms, panels), note, panels, chosen, left_out, columns)


def _trends(arms: Arms, panels: Sequence[TimePanel]) -> Title:
    """Return a title that counts the stocks that end below and above where they began, whole interval, under the base."""
    own = [panel.curves[0].fan for panel in panels if not panel.silent]
    down = sum(bool(one.high[-1] < one.low[0]) for one in own)
    up = sum(bool(one.low[-1] > one.high[0]) for one in own)
    plain = "Stocks of both sides besides shells"
    said = f"Of {format_count(len(own), 'stock')} {down} end clearly lower than they began and {up} higher"
    if not up + down:
        said = "No stock clearly ends lower or higher than it began"
    return [f"{said} in “{arms.base.label}”", said, plain] if own else plain


def _stocks(arms: Arms, chosen: Sequence[Arm], goods: Sequence[str]) -> list[TimePanel]:
    called = arms.along("commodity")
    return [
        TimePanel(f"{label}: stock of {called[one]}", "", format_unit(one),
                  _curves(arms, chosen, "stock", side=side, commodity=one), one)
        for one in goods if one in called for side, label in arms.along("side").items()
    ]  # fmt: skip


def strikes(arms: Arms) -> Figure | None:
    """Draw the capacity lost by target, and the weekly launches of each side."""
    chosen, left_out = arms.pick(MOST)
    panels = [
        TimePanel(f"Capacity lost: {label}", "", "% out of work",
                  _curves(arms, chosen, "capacity_lost", factor=100.0, target=target), "lost")
        for target, label in arms.along("target").items()
    ]  # fmt: skip
    called = arms.along("commodity")
    panels += [
        TimePanel(f"{label}: {called[one]} launched", "", f"{format_unit(one)} per week",
                  _drawn(arms, chosen, [_weekly(arms, arm, side, one) for arm in chosen]), one)
        for one in LAUNCHED if one in called for side, label in arms.along("side").items()
    ]  # fmt: skip
    note = "Targets share one scale; so do both sides for each weapon. Launches: only replicates that still fight. "
    lost = {
        label: arms.end(arms.base, "capacity_lost", target=target).times(100.0, "%")
        for target, label in arms.along("target").items()
    }
    title = _largest(arms, lost, "Strikes put most capacity out of work in {name}: {number}",
                     "No target's loss of capacity stands clear of all others",
                     "The strike campaign: capacity lost by target, and launches")  # fmt: skip
    return _draw(arms, title, note, panels, chosen, left_out, 4)


def _largest(arms: Arms, named: Mapping[str, Estimate], says: str, none: str, plain: str) -> Title:
    """Return a title that names the largest of several amounts under the base, where its interval meets no other."""
    name = leader(named)
    where = f" in “{arms.base.label}”"
    if name is None:
        return [none + where, none, plain] if len(named) > 1 else plain
    said = says.format(name=name, number=format_estimate(named[name], named[name].unit))
    return [said + where, said, plain]


def _weekly(arms: Arms, arm: Arm, side: str, goods: str) -> Fan:
    """Return use week by week, (time,), scaled to seven days; nan at the start and after a cease-fire."""
    used = arms.values(arm, "used", side=side, commodity=goods)
    span = np.maximum(np.diff(arms.time(arm)) / np.timedelta64(1, "D"), 1.0)
    weekly = np.where(arms.values(arm, "war")[:, 1:] > 0.5, 7.0 * np.diff(used, axis=1) / span, np.nan)
    return fan(np.concatenate([np.full((len(used), 1), np.nan), weekly], axis=1), arms.level)


def beliefs(arms: Arms) -> Figure | None:
    """Draw belief, hazard, bonus and buffer among the replicates that still fight, and how many those are."""
    chosen, left_out = arms.pick(MOST)
    attackers = arms.names.attacker.demonym
    rows = (
        ("belief", "Belief that aid lasts another year", "probability", ""),
        ("hazard", "Hazard of accepting a cease-fire", "hazard", "1/month"),
        ("bonus", f"{attackers} sign-up bonus", "ratio to the start", ""),
        ("buffer", f"{attackers} fiscal buffer", "buffer", "month"),
    )
    panels = [
        TimePanel(head, quantity, arms.unit(name, unit) if unit else "", _curves(arms, chosen, name, fighting=True),
                  zero=name != "bonus")
        for name, head, quantity, unit in rows
    ]  # fmt: skip
    shares = _drawn(arms, chosen, [_fighting(arms, arm) for arm in chosen])
    panels.append(TimePanel("Replicates that still fight", "share of replicates", "%", shares))
    note = (
        "Belief, hazard, bonus and buffer: only replicates that still fight. The hazard rests on guessed coefficients and "
        "is conditional on them. Band of the last panel: sampling error of a share. "
    )
    who = arms.names.attacker.leadership
    belief = arms.values(arms.base, "belief")
    change = Estimate.spread(belief[:, -1] - belief[:, 0], arms.level)
    said = signed(change, f"Belief of {who} that aid lasts clearly rises", f"Belief of {who} that aid lasts clearly falls",
                  f"Belief of {who} that aid lasts neither clearly rises nor falls")  # fmt: skip
    plain = f"What {who} believes of lasting aid, and the hazard of a cease-fire"
    title = [f"{said} in “{arms.base.label}”", said, plain] if change.known else plain
    return _draw(arms, title, note, panels, chosen, left_out, 2)


def _fighting(arms: Arms, arm: Arm) -> Fan:
    """Return the share of replicates that still fight in per cent with its sampling interval, (time,)."""
    war = arms.values(arm, "war")
    shares = [Estimate.proportion(int((week > 0.5).sum()), int(np.isfinite(week).sum()), arms.level) for week in war.T]
    low, share, high = np.array([one.as_list() for one in shares]).T * 100.0
    return Fan(low, low, share, high, high)


def aid(arms: Arms) -> Figure | None:
    """Draw pledges and deliveries of each ally at the end of the run, and of all allies together through time."""
    chosen, left_out = arms.pick(MOST)
    allies = arms.along("ally")
    if not allies:
        return None
    size = {ally: np.nan_to_num(arms.end(arms.base, "delivered", ally=ally).value) for ally in allies}
    drawn = sorted(allies, key=lambda ally: -size[ally])[:MOST_ALLIES]
    unit = arms.unit("delivered", "Gusd")
    title = _largest(
        arms, {allies[ally]: arms.end(arms.base, "delivered", ally=ally) for ally in allies},
        f"{{name}} delivers most by {arms.span()[1]}: {{number}} {unit}",
        "No ally's deliveries stand clear of all others'", "Aid pledged and delivered since the start, by ally",
    )  # fmt: skip
    note = (
        f"Filled: delivered; hollow and thin: pledged; medians; lines{IN_TITLE}: {format_percent(arms.level)} of "
        f"{arms.replicates}. "
        f"Deliveries include pledges made before the start, so that they can be larger than the "
        "pledges since then. "
        + (
            f"The {len(allies) - len(drawn)} smallest allies are not drawn by name. "
            if len(drawn) < len(allies)
            else ""
        )
        + left_out
    )
    labels = [allies[ally] for ally in drawn]
    room = widest(labels, TICK, 1.9)
    sheet = page(
        title, note, arms.source,
        [f"By ally, by {arms.span()[1]}", "All allies together: delivered (above) and pledged (below)"],
        Grid(2, (4.2, max(0.165 * len(chosen) * len(drawn), 3.6)), left=room + 0.35, gap=0.85),
        [*(style_key(arm.label, arm.style, dots=True) for arm in chosen), key("delivered", INK, "o"),
         key("pledged", INK, "o", hollow=True), band_key(arms.level)],
    )  # fmt: skip
    places = shifts(2 * len(chosen))
    dots = [
        Dots(Style(arm.style.colour, marker=arm.style.marker), [arms.end(arm, name, ally=ally) for ally in drawn],
             places[2 * place + after], after == 1)
        for place, arm in enumerate(chosen) for after, name in enumerate(("delivered", "pledged"))
    ]  # fmt: skip
    draw_panel(sheet.panels[0], labels, RowPanel("", f"since the start, {unit}", dots, ()), room)
    totals = [
        TimePanel("", name, unit, _drawn(arms, chosen, [
            fan(arms.values(arm, name).sum(axis=2), arms.level) for arm in chosen]))
        for name in ("delivered", "pledged")
    ]  # fmt: skip
    _halves(sheet.panels[1], totals)
    return sheet.figure


def _halves(axes: Axes, panels: Sequence[TimePanel]) -> None:
    """Draw two panels in the place of one, one above the other on the same scale, each at most 2.6 inches high."""
    place = axes.get_position()
    height = inches(axes)[1] / place.height
    high = min((place.height - 0.45 / height) / 2, 2.6 / height)
    axes.set_position((place.x0, place.y1 - high, place.width, high))
    lower = axes.figure.add_axes((place.x0, place.y1 - 2 * high - 0.45 / height, place.width, high))
    tidy(lower)
    ends = limits([one for panel in panels for one in panel.fans])
    for half, panel in zip((axes, lower), panels, strict=True):
        half.set_ylim(*ends)
        draw_time_panel(half, panel)
        label_y(half, f"{panel.quantity}, {panel.unit}")
