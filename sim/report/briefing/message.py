"""The message of a briefing: one sentence made of the verdict's parts, and three numbers below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.result import Result
from sim.analysis.verdicts.claim_verdict import EventVerdict, within
from sim.foundation.format import (
    format_count,
    format_date,
    format_in_100,
    format_number,
    format_percent,
    format_two_digits,
)

MONEY = "delivered"
"""Outcome of the aid that arrives."""

UNLIKELY = 0.5
"""Chance below which an event is called unlikely."""


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
        f"{verdict}: in this model {how} in {of_100_wars(halt.of_joint)} with all levers in concert "
        f'("{names.labels[halt.joint]}"), {_beside_the_base(halt.gain)} the {of_100_wars(base, "")} of the base ("{label}"), '
        f'{_beside_the_bar(halt, rule)} the {format_bar(rule)} of 100 that we read "can" to ask for. '
        f"The best single lever ({_best_in_words(result, halt)}) brings {of_100_wars(halt.of_best, '')}."
    )


def _best_in_words(result: Result, halt: EventVerdict) -> str:
    """Return the best single lever in quotes, or how many share it."""
    count = len(halt.sharing(result.names.singles))
    return f'"{result.names.labels[halt.best]}"' if count < 2 else f"{count} share it"


def _beside_the_base(gain: Estimate) -> str:
    return {1: "likelier than", -1: "rarer than", 0: "not clearly different from"}[gain.sign]


def _beside_the_bar(halt: EventVerdict, rule: Thresholds) -> str:
    """Return on which side of the bar the chance in concert lies; "unlikely" only where it is rarer than every other war."""
    but = "but" if halt.gain.sign > 0 else "and"
    if halt.of_joint.high < rule.can:
        return f"{but} {'unlikely: ' if halt.of_joint.high < UNLIKELY else ''}below"
    return "and no less than" if halt.of_joint.low >= rule.can else f"{but} not clearly above or below"


def format_bar(rule: Thresholds) -> str:
    """Return from how many wars in 100 on a halt can be had."""
    return f"{100 * rule.can:g}"


def why(halt: EventVerdict, rule: Thresholds) -> str:
    """Return why the verdict is what it is, where the numbers of the headline decide it."""
    if halt.note:
        return ""
    joint, bar = halt.of_joint, format_bar(rule)
    if halt.reason == "cannot":
        more = f" That they make a halt likelier, by {format_in_100(halt.gain, signed=True)}, is shown in this model"
        shown = f"{more}; that they can bring it is not." if halt.gain.sign > 0 else ""
        ends = f"{format_number(100 * joint.low)} to {format_number(100 * joint.high)}"
        return f"Why contradicted: the whole interval in concert, {ends} of 100, lies below {bar}.{shown}"
    if halt.reason == "anyway":
        return f"Why contradicted: without all of them, in the base or with one lever, the whole interval reaches {bar} of 100 too."
    if halt.verdict == "supported":
        return f"Why supported: in concert the whole interval reaches {bar} of 100, and no lever alone does."
    return f"Why undecided: an interval, in concert or with less, lies on both sides of {bar} of 100."


def of_100_wars(chance: Estimate, unit: str = " of 100 wars") -> str:
    """Return a chance as ``12 of 100 wars (6 to 20)``, for sentences."""
    return format_in_100(chance).replace(" in 100", unit)


def definition(rule: Thresholds) -> str:
    """Return what a halt is, in words."""
    noise = f", read off a map that errs by {rule.map_noise_km2:g} km²" if rule.map_noise_km2 else ""
    return (
        f"less than {rule.halt_rate:g} km² net per day on the mean of {rule.halt_days:g} days, beginning within "
        f"{rule.halt_within_days:g} days, with the war going on{noise}"
    )


def bar(rule: Thresholds) -> str:
    """Return below which chance the claim is contradicted, in words."""
    return (
        f'The claim gives no number: we read "can" as at least {format_bar(rule)} of 100 wars. It is contradicted where the whole '
        "interval in concert lies below, however far above the base, or where the base or one lever alone reaches that; undecided "
        "where an interval straddles it."
    )


def convention(level: float) -> str:
    """Return what brackets mean on the page, and how the spread of wars is given."""
    return (
        f"Brackets always hold the {format_percent(level)} interval of an estimate: the error of playing so many wars, and nothing "
        "else. "
        f'Luck and what the assumptions may be show in how far single wars lie apart ("{100 * level:g} of 100 wars between").'
    )


def in_the_median_war(spread: Estimate, unit: str = "") -> str:
    """Return a spread of wars in words, as ``4,000 km², 90 of 100 wars between 940 and 8,100``: brackets are for estimates."""
    median, between = median_and_ends(spread, unit)
    return f"{median}, {spread_of(spread)} {between}"


def spread_of(spread: Estimate) -> str:
    """Return how many wars lie between the ends of a spread, as ``90 of 100 wars between``."""
    return f"{100 * spread.level:g} of 100 wars between"


def median_and_ends(spread: Estimate, unit: str = "") -> tuple[str, str]:
    """Return the median war with its unit, and the ends of the spread as ``940 and 8,100``."""
    median, _, ends = format_two_digits(spread, unit).partition(" (")
    return median, ends.removesuffix(")").replace(" to ", " and ")


def recorded_day(result: Result, date: str) -> str:
    """Return the day that the numbers of a milestone are of: the last of the record where the milestone lies beyond it."""
    return min(str(date)[:10], str(result.data["time"].to_numpy()[-1])[:10])


def beyond_a_halt(result: Result) -> str:
    """Return the chances of a reversal and a cease-fire in the arm in focus, beside the base: the headline is of a halt alone."""
    arms, base, arm = result.table().arms, result.names.base, focus(result)
    said = []
    for event, words in (("reversal", "A reversal"), ("ceasefire", "A cease-fire")):
        there, here = (arms[name].chances[event] for name in (base, arm))
        if here.known and arm != base:
            note = " (on guessed coefficients)" if event == "ceasefire" else ""
            said.append(f"{words} comes in {of_100_wars(here)}, {of_100_wars(there, '')} in the base{note}.")
    return " ".join(["The verdict is of the halt alone.", *said] if said else [])


def tiles(result: Result) -> list[Tile]:
    """Return ground, pace in the last quarter, the chance of a halt and the aid: of the arm in focus beside the base."""
    names, level, table = result.names, result.thresholds.interval, result.table()
    base, arm = names.base, focus(result)
    paces = {name: format_two_digits(table.arms[name].pace_left, "km² per day") for name in (base, arm)}
    halts = {name: table.arms[name].chances["halt"] for name in (base, arm)}
    chances = {name: format_in_100(one) if one.known else "unknown: too short" for name, one in halts.items()}
    as_is, said = f'Base ("{names.labels[base]}")', format_percent(level)
    if arm == base:
        return [
            *_ground(result),
            Tile("Pace in the last quarter, mean", paces[base], f"{said} interval of the mean{_start(result)}"),
            Tile("Chance of a halt", chances[base], f"{said} interval"),
        ]
    kept, (here, there) = table.arms[arm].differences["kept_km2"], (_mean_gain(result, name) for name in (arm, base))
    fought = _still_fighting(result, arm)
    return [
        Tile(
            f"Ground kept from {names.attacker.name}, mean",
            format_two_digits(kept, "km²"),
            f"{names.attacker.name} gains {here} on the mean, where it is {there} in the base of the same wars{fought[0]}",
        ),
        Tile("Pace in the last quarter, mean", paces[arm], f"{as_is}: {paces[base]}{_start(result)}{fought[1]}"),
        Tile("Chance of a halt", chances[arm], f"{as_is}: {chances[base]}"),
        *_aid(result, arm),
    ]


def _start(result: Result) -> str:
    """Return the mean pace of the first four weeks in the base, which is the pace at the start."""
    pace = result.outcomes()["pace"].to_numpy()[0]
    found = Estimate.mean(pace, result.thresholds.interval, "km2/day")
    return f"; at the start {format_two_digits(found)}" if found.known else ""


def _still_fighting(result: Result, arm: str) -> tuple[str, str]:
    """Say what ground is kept and what pace is left in the wars that no cease-fire ends, in the arm or in the base."""
    table, level = result.outcomes(), result.thresholds.interval
    both = table.sel(arm=[result.base, arm])
    ended = both["p_ceasefire"].to_numpy().max(axis=0)
    count, of = int((ended == 0).sum()), format_count(ended.size, "war")
    if not np.isfinite(ended).all() or count in (0, 1, ended.size):
        return "", ""
    kept = Estimate.mean(both["kept_km2"].to_numpy()[1, ended == 0], level, "km2")
    paces = [Estimate.mean(row[ended == 0], level, "km2/day") for row in both["pace_left"].to_numpy()]
    there, here = (format_two_digits(one) for one in paces)
    ground = format_two_digits(kept, "km²")
    return (
        f". A cease-fire counts as no advance; in the {count} of {of} that neither ends in one, {ground} are kept",
        f". In the {count} wars without a cease-fire: {here}, base {there}",
    )


def _aid(result: Result, arm: str) -> list[Tile]:
    """Return the aid that comes with the arm in focus, beside the base's; nothing where the record has none."""
    arms = result.table().arms
    more, there = arms[arm].differences.get(MONEY), arms[result.base].means.get(MONEY)
    if more is None or there is None or not more.known:
        return []
    number = format_two_digits(more, "billion US$", signed=True, decimals=1)
    return [
        Tile("Aid delivered, mean", number, f"beside {format_two_digits(there, 'billion US$', decimals=1)} in the base")
    ]


def _mean_gain(result: Result, arm: str) -> str:
    gains = result.outcomes()["net_km2"].sel(arm=arm).to_numpy()
    return format_two_digits(Estimate.mean(gains, result.thresholds.interval, "km2"), "km²")


def _ground(result: Result) -> list[Tile]:
    table, names = result.table(), result.names
    net = table.arms[names.base].net_km2
    return [
        Tile(
            f"Ground gained by {names.attacker.name}, median war",
            median_and_ends(net[date], "km²")[0],
            f"by {format_date(recorded_day(result, date))}; {spread_of(net[date])} {median_and_ends(net[date])[1]}",
        )
        for date in table.milestones[-1:]
    ]
