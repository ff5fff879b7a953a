"""Tables of a briefing: every arm by ground and events, by people and money; another result's arms beside this one's base."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.table import ArmOutcomes, OutcomeTable
from sim.analysis.result import Result
from sim.foundation.format import format_date, format_in_100, format_unit
from sim.report.briefing.material import Beside, Part
from sim.report.briefing.message import MONEY, median_and_ends, recorded_day, spread_of
from sim.report.briefing.sections import DECIMALS, UNKNOWN, format_amount, format_gain
from sim.report.screen import Table

Floats = npt.NDArray[np.float64]

EVENTS = ("halt", "reversal", "ceasefire")


PEOPLE = "person"
"""Unit of the numbers of people, whose spread over wars is given: the error of their mean would look far too sure."""


def arms_tables(result: Result, parts: Mapping[str, Sequence[Part]] | None = None) -> list[Table]:
    """Return every arm: ground and events, then people and money; `parts` is what each arm sets, where that is known."""
    table = result.table()
    ground = _ground(table, [format_date(recorded_day(result, date), short=True) for date in table.milestones[-1:]])
    if not next(iter(table.arms.values())).means:
        return [ground]
    return [ground, _lives_and_money(result, uncosted(result, parts or {}))]


def _ground(table: OutcomeTable, days: Sequence[str]) -> Table:
    dates = table.milestones[-1:]
    first = next(iter(table.arms.values()))
    heads = [
        head
        for date, day in zip(dates, days, strict=True)
        for head in (f"net gain by {day}, km²: median war", spread_of(first.net_km2[date]))
    ]
    rows = [
        [
            arm.label,
            *(_chance(arm, event) for event in EVENTS),
            *(cell for date in dates for cell in median_and_ends(arm.net_km2[date])),
        ]
        for arm in table.arms.values()
    ]
    return Table(["arm", "halt", "reversal", "cease-fire *", *heads], rows, "Every arm: events in 100 wars, and ground")


def _lives_and_money(result: Result, without: Collection[str]) -> Table:
    table, per_war = result.table(), result.outcomes()
    names = list(next(iter(table.arms.values())).means)
    rows = []
    for index, arm in enumerate(table.arms.values()):
        source = arm.differences if index else arm.means
        cells = [
            _with_spread(per_war[name].to_numpy(), index, source[name], table.level)
            if table.outcomes[name].unit == PEOPLE
            else _unless_none(name, source[name], index > 0)
            for name in names
        ]
        rows.append([arm.label, *cells, ("not counted" if arm.arm in without else _price(arm)) if index else ""])
    heads = [f"{table.outcomes[name].label}, {format_unit(table.outcomes[name].unit)}" for name in names]
    title = (
        f"Every arm: people and money, the mean of the base, then mean differences to it; under people: "
        f"{100 * table.level:g} of 100 wars between"
    )
    return Table(["arm", *heads, "aid per km² kept, million US$"], rows, title)


def _with_spread(wars: Floats, index: int, mean: Estimate, level: float) -> str:
    """Return a mean and below it, between which ends single wars lie: of the base, or of differences in the same war."""
    rows = wars[index] - wars[0] if index else wars[0]
    if not mean.known or not np.isfinite(rows).all():
        return UNKNOWN
    spread = Estimate.spread(rows, level, PEOPLE)
    number, ends = format_amount(
        Estimate(mean.value, spread.low, spread.high, level, mean.n, PEOPLE), bool(index)
    ).split(" (")
    return f"{number}\n{ends.removesuffix(')')}"


def uncosted(result: Result, parts: Mapping[str, Sequence[Part]]) -> set[str]:
    """Return the arms that pull a lever whose cost is not counted: their ground is not bought by the aid alone.

    A lever's cost is not counted where the arm that pulls it alone brings no aid. Which levers other arms pull is known from what
    they set; without that, arms of all levers pull each.
    """
    table, names = result.table(), result.names
    free = [
        arm
        for arm in names.singles
        if MONEY in table.arms[arm].differences and not _counted(table.arms[arm].differences[MONEY])
    ]
    pulled = {
        arm: {part.path.split(".")[1] for part in some if part.path.startswith("levers.")}
        for arm, some in parts.items()
    }
    levers = set().union(*(pulled.get(arm, set()) for arm in free))
    every = [arm for arm in (names.joint, names.uncoordinated) if arm and free]
    return {
        *free,
        *(arm for arm in table.arms if pulled.get(arm, set()) & levers),
        *(arm for arm in every if arm not in pulled),
    }


def _unless_none(name: str, one: Estimate, signed: bool) -> str:
    return "none" if signed and name == MONEY and not _counted(one) else format_amount(one, signed=signed)


def _price(arm: ArmOutcomes) -> str:
    """Return the price of a km2 kept; an arm that brings no aid has none that is counted, which is not a price of zero."""
    if MONEY in arm.differences and not _counted(arm.differences[MONEY]):
        return "not counted"
    return format_amount(arm.cost_per_km2_kept) if arm.cost_per_km2_kept.known else UNKNOWN


def _counted(money: Estimate) -> bool:
    """Return whether a change of the aid shows in the decimals in which it is written."""
    return max(abs(money.low), abs(money.high)) >= 0.5 * 10.0 ** -DECIMALS[money.unit]


def _chance(arm: ArmOutcomes, event: str) -> str:
    one = arm.chances[event]
    return format_in_100(one) if one.known else UNKNOWN


def beside_table(beside: Beside) -> tuple[Table, str]:
    """Return another result's arms against the base of this one, and how they are paired."""
    contrast = beside.contrast
    shown = [name for name in contrast.outcomes if name.startswith(("kept_km2", "p_halt", "casualties", "delivered"))]
    rows = [[arm.label, *(format_gain(arm.differences[name]) for name in shown)] for arm in contrast.arms.values()]
    note = "Paired: the same wars." if contrast.paired else f"Unpaired: {contrast.reason}."
    head = ["arm", *(contrast.outcomes[name].label for name in shown)]
    return Table(head, rows, f"{beside.name}: mean differences to this result's base"), note
