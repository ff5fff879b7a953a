"""Tables of a briefing: every arm by ground and events, by people and money; another result's arms beside this one's base."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.table import ArmOutcomes, OutcomeTable
from sim.analysis.result import Result
from sim.foundation.format import format_date, format_in_100, format_unit
from sim.report.briefing.material import Beside
from sim.report.briefing.message import median_and_ends, recorded_day, spread_of
from sim.report.briefing.sections import DECIMALS, MONEY, NOT_TOLD, format_amount, format_gain
from sim.report.screen import Table

EVENTS = ("halt", "reversal", "ceasefire")


def arms_tables(result: Result) -> list[Table]:
    """Return every arm: ground and events, then people and money."""
    table = result.table()
    ground = _ground(table, [format_date(recorded_day(result, date), short=True) for date in table.milestones[-1:]])
    return [ground, *([_lives_and_money(table)] if next(iter(table.arms.values())).means else [])]


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
            *(cell for date in dates for cell in median_and_ends(arm.net_km2[date])),
            *(_chance(arm, event) for event in EVENTS),
        ]
        for arm in table.arms.values()
    ]
    return Table(["arm", *heads, "halt", "reversal", "cease-fire *"], rows, "Every arm: ground and events")


def _lives_and_money(table: OutcomeTable) -> Table:
    names = list(next(iter(table.arms.values())).means)
    rows = []
    for index, arm in enumerate(table.arms.values()):
        source = arm.differences if index else arm.means
        cells = [_unless_none(name, source[name], index > 0) for name in names]
        rows.append([arm.label, *cells, _price(arm) if index else ""])
    heads = [f"{table.outcomes[name].label}, {format_unit(table.outcomes[name].unit)}" for name in names]
    title = "Every arm: people and money, the mean of the base, then mean differences to it"
    return Table(["arm", *heads, "million US$ of aid per km² kept"], rows, title)


def _unless_none(name: str, one: Estimate, signed: bool) -> str:
    return "none" if signed and name == MONEY and not _counted(one) else format_amount(one, signed=signed)


def _price(arm: ArmOutcomes) -> str:
    """Return the price of a km2 kept; a lever that brings no aid has none that is counted, which is not a price of zero."""
    if MONEY in arm.differences and not _counted(arm.differences[MONEY]):
        return "not counted"
    return format_amount(arm.cost_per_km2_kept) if arm.cost_per_km2_kept.known else NOT_TOLD


def _counted(money: Estimate) -> bool:
    """Return whether a change of the aid shows in the decimals in which it is written."""
    return max(abs(money.low), abs(money.high)) >= 0.5 * 10.0 ** -DECIMALS[money.unit]


def _chance(arm: ArmOutcomes, event: str) -> str:
    one = arm.chances[event]
    return format_in_100(one) if one.known else NOT_TOLD


def beside_table(beside: Beside) -> tuple[Table, str]:
    """Return another result's arms against the base of this one, and how they are paired."""
    contrast = beside.contrast
    shown = [name for name in contrast.outcomes if name.startswith(("kept_km2", "p_halt", "casualties", "delivered"))]
    rows = [[arm.label, *(format_gain(arm.differences[name]) for name in shown)] for arm in contrast.arms.values()]
    note = "Paired: the same wars." if contrast.paired else f"Unpaired: {contrast.reason}."
    head = ["arm", *(contrast.outcomes[name].label for name in shown)]
    return Table(head, rows, f"{beside.name}: mean differences to this result's base"), note
