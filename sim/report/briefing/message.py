"""The message of a briefing: one sentence made of the verdict's parts, and three numbers below it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.claim_verdict import EventVerdict, within
from sim.foundation.format import format_date, format_in_100, format_percent, format_two_digits


@dataclass(frozen=True)
class Tile:
    """One number of the message: what it is, the number with its interval, what it is compared with."""

    title: str
    number: str
    beside: str


def focus(result: Result) -> str:
    """Return the arm that the page sets beside the base: all levers in concert, else the last arm."""
    return result.names.joint or result.arms[-1]


def sentence(result: Result, halt: EventVerdict | None, base: Estimate, rule: Thresholds) -> str:
    """Return the headline; the page's script writes the same.

    Parameters
    ----------
    result : Result
    halt : EventVerdict or None
        None where no claim is judged.
    base : Estimate
        Chance of a halt in the base.
    rule : Thresholds
        By which it was judged.
    """
    names = result.names
    how = f"the {names.attacker.demonym} advance halts within {within(rule)}"
    if not base.known:
        return f"Undecided: the wars played are too short to see whether {how}."
    label = names.labels[names.base]
    if halt is None:
        return f'In this model {how} in {of_100_wars(base)} in the base ("{label}").'
    verdict = halt.verdict.capitalize() + (f", {halt.note}" if halt.note else "")
    return (
        f"{verdict}: in this model {how} in {of_100_wars(halt.of_joint)} with all levers in concert, against "
        f'{of_100_wars(halt.of_best, "")} with the best single lever ("{names.labels[halt.best]}") and '
        f'{of_100_wars(base, "")} in the base ("{label}"): {format_in_100(halt.gain, signed=True)} beside the base.'
    )


def of_100_wars(chance: Estimate, unit: str = " of 100 wars") -> str:
    """Return a chance as ``12 of 100 wars (6 to 20)``, for sentences."""
    return format_in_100(chance).replace(" in 100", unit)


def definition(rule: Thresholds) -> str:
    """Return what a halt is, in words."""
    noise = f", seen through a map with errors of {rule.map_noise_km2:g} km²" if rule.map_noise_km2 else ""
    return (
        f"less than {rule.halt_rate:g} km² net per day on the mean of {rule.halt_days:g} days, beginning within "
        f"{rule.halt_within_days:g} days, with the war going on{noise}"
    )


def tiles(result: Result) -> list[Tile]:
    """Return ground, pace in the last quarter, and the chance of a halt: of the arm in focus beside the base."""
    names, level, table = result.names, result.thresholds.interval, result.table()
    base, arm = names.base, focus(result)
    paces = {name: format_two_digits(table.arms[name].pace_left, "km² per day") for name in (base, arm)}
    halts = {name: table.arms[name].chances["halt"] for name in (base, arm)}
    chances = {name: format_in_100(one) if one.known else "not told: too short" for name, one in halts.items()}
    as_is, said = f'Base ("{names.labels[base]}")', format_percent(level)
    if arm == base:
        ground = _ground(result)
        return [
            *ground,
            Tile("Pace in the last quarter", paces[base], f"mean, {said} interval of the mean"),
            Tile("Chance of a halt", chances[base], f"{said} interval"),
        ]
    kept = table.arms[arm].differences["kept_km2"]
    return [
        Tile(
            f"Ground kept from {names.attacker.name}",
            format_two_digits(kept, "km²"),
            f"mean difference to the base in the same war, {said} interval",
        ),
        Tile("Pace in the last quarter", paces[arm], f"{as_is}: {paces[base]}"),
        Tile("Chance of a halt", chances[arm], f"{as_is}: {chances[base]}"),
    ]


def _ground(result: Result) -> list[Tile]:
    table, names = result.table(), result.names
    net = table.arms[names.base].net_km2
    return [
        Tile(
            f"Ground gained by {names.attacker.name}",
            format_two_digits(net[date], "km²"),
            f"by {format_date(date)}: median of wars, and where {format_percent(table.level)} of them lie",
        )
        for date in table.milestones[-1:]
    ]
