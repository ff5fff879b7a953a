"""What stands in each section of a briefing: texts, tables and places, for the templates. Every number is formatted here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.halt_definitions import Definition, halt_definitions
from sim.analysis.outcomes.stages import stages
from sim.analysis.result import Result
from sim.analysis.verdicts.claim import too_few
from sim.analysis.verdicts.claim_verdict import FEWEST
from sim.foundation.format import (
    format_count,
    format_date,
    format_in_100,
    format_percent,
    format_two_digits,
    format_unit,
    format_with_unit,
)
from sim.report.briefing.figures import (
    MARGIN_PERCENT,
    SHARES,
    Fans,
    Strip,
    Tick,
    axis,
    estimates_csv,
    fans,
    span,
    strip,
)
from sim.report.briefing.material import Assumption, Study
from sim.report.briefing.message import (
    focus,
    in_the_median_war,
    of_100_wars,
    recorded_day,
)
from sim.report.briefing.series import packed

UNKNOWN = "unknown"
DECIMALS = {"km2": 0, "person": 0, "Gusd": 1}
"""By unit, the decimal places that mean something."""

MOST_DECIMALS = 4
"""Of a change that is distinguishable from zero."""

PLURALS = {"day": "days", "week": "weeks", "1/day": "per day", "1/week": "per week"}

ADDED = ("kept_km2", "p_halt")
"""Outcomes of which it is shown who adds what."""

MOST_ROWS = 12
"""Rows of a chart at most; more would be looked at by nobody."""


@dataclass(frozen=True)
class Row:
    """A label, the numbers beside it, and their places; `apart` for a sum below the rows that it is of."""

    label: str
    numbers: list[str]
    strips: list[Strip]
    note: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Chart:
    """Rows of dots with intervals on one axis.

    Parameters
    ----------
    title, subtitle : str
        What is seen; what is drawn.
    rows : list of Row
    csv : str
        A link.
    legend : list of str
        What the numbers of a row stand for, in their order; empty where there is one.
    ticks : list of Tick
        Of the axis, in per cent of its width.
    unit : str
        What the axis counts.
    bar : float, optional
        Place of the chance from which a claim holds, in per cent of the width.
    """

    title: str
    subtitle: str
    rows: list[Row]
    csv: str
    legend: list[str]
    ticks: list[Tick]
    unit: str
    bar: float | None = None

    @property
    def zero(self) -> float:
        """Place of zero on the axis, in per cent of its width."""
        return next((one.zero for row in self.rows for one in row.strips), MARGIN_PERCENT)


def chances_axis() -> list[Tick]:
    """Return the ticks of an axis of chances in wars of 100."""
    return axis(*SHARES, 100)


def bar_at(can: float) -> float:
    """Return the place of a chance on that axis, in per cent of its width."""
    return strip(Estimate(can, can, can), *SHARES).value


@dataclass(frozen=True)
class Chain:
    """The stages of one lever: name, base, change, what is seen of it."""

    label: str
    rows: list[tuple[str, str, str, str]]


def warnings(result: Result) -> list[str]:
    """Return what a reader has to know before any number: too few replicates, a stopped run, replicates left out."""
    table, found = result.table(), []
    if too_few(table.replicates):
        found.append(
            f"Too few wars: {table.replicates} per arm. Below {FEWEST} nothing is decided, and every interval is wide."
        )
    if not table.complete:
        found.append("This run was stopped: only its finished wars are shown.")
    if table.excluded:
        found.append(f"{table.excluded_why}.")
    if table.unchanged:
        labels = ", ".join(result.names.labels[arm] for arm in table.unchanged)
        found.append(f"No war of these arms differs from the base: {labels}.")
    return found


# -- what happens ------------------------------------------------------------------


def happens(result: Result) -> tuple[Fans, str]:
    """Return the fans of the base and of the arm in focus, and a title that says where the wars end."""
    names, table = result.names, result.table()
    arms = list(dict.fromkeys((names.base, focus(result))))
    drawn = fans(result, arms)
    if not table.milestones:
        return drawn, f"Net {names.attacker.demonym} gain, week by week"
    date = table.milestones[-1]
    ends = [f'in "{names.labels[arm]}" at {in_the_median_war(table.arms[arm].net_km2[date], "km²")}' for arm in arms]
    return drawn, f"On {format_date(recorded_day(result, date))} the median war stands {'; '.join(ends)}"


def ladder(result: Result) -> Chart:
    """Return the chances of a halt under stricter and laxer definitions."""
    names = result.names
    arms = tuple(dict.fromkeys((names.base, focus(result))))
    found = halt_definitions(result.data, result.outcomes(), result.thresholds, arms)
    level, n = format_percent(result.thresholds.interval), format_count(result.table().replicates, "war")
    return Chart(
        _ladder_title(found, arms[-1], names.labels[arms[-1]]),
        f"Chance of a halt by its definition; dots with {level} intervals, {n} per arm",
        [_rung(one, arms, names.base) for one in found],
        estimates_csv({_definition(one): one.chances for one in found}, "definition"),
        [names.labels[arm] for arm in arms],
        chances_axis(),
        "wars in 100",
        bar_at(result.thresholds.can) if names.claim else None,
    )


def _ladder_title(found: Sequence[Definition], arm: str, label: str) -> str:
    known = [one for one in found if one.chances[arm].known and not one.ever]
    own = next((one for one in known if one.own), None)
    if own is None:
        return "The wars played are too short to tell a halt as it is defined"
    title = f'As defined, a halt comes in {of_100_wars(own.chances[arm])} of "{label}"'
    laxest = known[-1]
    if laxest.own:
        return title
    return f"{title}; were {_pace(laxest)} slow enough, in {of_100_wars(laxest.chances[arm], '')}"


def _rung(one: Definition, arms: Sequence[str], base: str) -> Row:
    chances = [one.chances[arm] for arm in arms]
    written = [format_in_100(chance) if chance.known else UNKNOWN for chance in chances]
    strips = [
        strip(chance, *SHARES, "base" if arm == base else "arm")
        for chance, arm in zip(chances, arms, strict=True)
        if chance.known
    ]
    note = "as defined" if one.own else "a tenth of the pace at the start" if one.tenth else ""
    return Row(_definition(one), written, strips, note)


def _definition(one: Definition) -> str:
    when = ", at any time" if one.ever else ""
    return f"below {_pace(one)} on the mean of {one.rule.halt_days:g} days{when}"


def _pace(one: Definition) -> str:
    return f"{one.rule.halt_rate:.2g} km² per day"


# -- who adds what -----------------------------------------------------------------


def adds(result: Result, study: Study | None) -> list[Chart]:
    """Return what each lever adds to the ground kept and to the chance of a halt: shares of the whole, or each alone."""
    if study is not None:
        return shares(study)
    return [chart for name in ADDED if (chart := _alone(result, name))]


def shares(study: Study) -> list[Chart]:
    """Return what a factorial says that each lever adds."""
    return [_shares(study, name) for name in ADDED if name in study.account["outcomes"]]


def _shares(study: Study, name: str) -> Chart:
    account = study.account
    outcome, factors = account["outcomes"][name], account["factors"]
    level, n, unit = float(account["interval"]), int(account["replicates"]), str(outcome["unit"])
    found = {str(factors[one]): _estimate(ways["shapley"], level, n, unit) for one, ways in outcome["levers"].items()}
    if not found:
        raise ValueError("a factorial without levers")
    found = dict(sorted(found.items(), key=lambda item: -item[1].value))
    whole = _estimate(outcome["joint"], level, n, unit)
    beyond = _estimate(outcome["joint_minus_sum"], level, n, unit)
    title = f"{_upper(outcome['label'])}: {_whole_beside_sum(beyond)}"
    found["All together"] = whole
    found["All together less the sum of each alone"] = beyond
    subtitle = (
        f"Each lever's share of what all bring together (Shapley), {format_percent(level)} intervals, {format_count(n, 'war')}; "
        "set apart: sums"
    )
    return _bars(title, subtitle, found, name, sums=2)


def _alone(result: Result, name: str) -> Chart | None:
    names, table = result.names, result.table()
    differences = {arm: one.differences for arm, one in table.arms.items() if arm != names.base}
    known = {arm: one[name] for arm, one in differences.items() if name in one and one[name].known}
    if not known:
        return None
    ranked = dict(sorted(known.items(), key=lambda item: -item[1].value))
    whole = [arm for arm in (names.uncoordinated, names.joint) if arm in ranked] if names.claim else []
    parts = {names.labels[arm]: one for arm, one in ranked.items() if arm not in whole}
    title = _who_adds_most(table.outcomes[name].label, parts, "adds most", "no arm can be distinguished from the base")
    sums = len(whole)
    found = dict(list(parts.items())[:MOST_ROWS]) | {names.labels[str(arm)]: ranked[str(arm)] for arm in whole}
    beyond = result.verdict().findings.get(f"beyond_sum_{name}")
    if beyond is not None and beyond.known:
        found["All in concert less the sum of each alone"] = beyond
        title, sums = f"{_upper(table.outcomes[name].label)}: {_whole_beside_sum(beyond)}", sums + 1
    level, n = format_percent(table.level), format_count(table.replicates, "war")
    left_out = f"; the {MOST_ROWS} highest of {len(parts)} arms" if len(parts) > MOST_ROWS else ""
    subtitle = f"Each arm less the base, mean of the same wars, {level} intervals, {n}{left_out}"
    return _bars(title, subtitle, found, name, sums)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _whole_beside_sum(beyond: Estimate) -> str:
    """Return whether the whole is more than the sum of each lever alone, with the difference."""
    side = {1: "more than", -1: "less than", 0: "not distinguishable from"}[beyond.sign]
    return f"together {side} the sum of each lever alone, {format_gain(beyond)}"


def _who_adds_most(label: str, found: Mapping[str, Estimate], most: str, none: str) -> str:
    """Return a title; the largest is named only where it can be distinguished from zero."""
    (first, one), *others = found.items()
    ahead = "" if all(other.high < one.low for _, other in others) else ", not clearly ahead of the next"
    said = f'"{first}" {most}, {format_gain(one)}{ahead}' if one.sign > 0 else none
    return f"{_upper(label)}: {said}"


def _bars(title: str, subtitle: str, found: Mapping[str, Estimate], name: str, sums: int = 0) -> Chart:
    """Return a chart of gains; the last `sums` rows are sums of those above."""
    low, high = span(list(found.values()))
    last = len(found) - sums
    rows = [
        Row(label, [format_gain(one)], [strip(one, low, high, _kind(one, place >= last))], apart=place >= last)
        for place, (label, one) in enumerate(found.items())
    ]
    if any(not one.sign for one in found.values()):
        subtitle += ". Hollow: the interval holds zero"
    unit = next(iter(found.values())).unit
    ticks = axis(low, high, 100 if unit == "1" else 1.0, most=5)
    return Chart(
        title, subtitle, rows, estimates_csv({name: found}, "outcome"), [], ticks,
        "wars in 100" if unit == "1" else format_unit(unit),
    )  # fmt: skip


def _kind(one: Estimate, of_all: bool) -> str:
    return "unclear" if not one.sign else "sum" if of_all else "arm"


# -- how a lever acts --------------------------------------------------------------


def chains(result: Result) -> list[Chain]:
    """Return the stages of every lever and of all in concert; of every arm where no claim is judged."""
    names = result.names
    claimed = [arm for arm in (*names.singles, names.coordination, names.joint) if arm] if names.claim else []
    arms = tuple(dict.fromkeys(claimed or names.arms[1:]))
    return [
        Chain(
            names.labels[arm],
            [
                (
                    one.name,
                    format_amount(one.base, unit=True),
                    format_change(one.change),
                    _seen(one.change),
                )
                for one in rows
            ],
        )
        for arm, rows in stages(result.data, arms).items()
    ]


def format_change(one: Estimate) -> str:
    """Return a change with as many decimals as show on which side of zero it lies, where it is distinguishable from zero."""
    usual = DECIMALS.get(one.unit, 2)
    for decimals in range(usual, MOST_DECIMALS + 1) if one.sign and isfinite(one.low) else ():
        text = format_amount(one, True, unit=True, decimals=decimals)
        if _clear(text):
            return text
    return format_amount(one, True, unit=True)


def _clear(text: str) -> bool:
    """Return whether both ends of an interval as written differ from zero."""
    return all(set(end) & set("123456789") for end in text.partition("(")[2].rstrip(")").split(" to "))


def _seen(one: Estimate) -> str:
    text = format_change(one)
    if not set(text) & set("123456789"):
        return "too small to show"
    if one.sign and not _clear(text):
        return "barely distinguishable from zero"
    return {1: "more", -1: "less", 0: "not distinguishable from zero"}[one.sign]


# -- assumptions -------------------------------------------------------------------


def assumptions_text(assumptions: Sequence[Assumption], shares: Mapping[str, str]) -> str:
    """Return the assumptions packed for the page's script: key, name, value, range, unit, source's place, date, grade, share."""
    sources = list(dict.fromkeys(one.source for one in assumptions))
    places = {source: place for place, source in enumerate(sources)}
    rows = [
        (
            one.path,
            one.name or one.path,
            format_with_unit(one.value, ""),
            _range(one),
            format_scenario_unit(one.unit),
            places[one.source],
            one.as_of,
            one.grade,
            shares.get(one.path, ""),
        )
        for one in assumptions
    ]
    return packed(json.dumps({"sources": sources, "rows": rows}).encode("ascii"))


def stated_ranges(assumptions: Sequence[Assumption]) -> dict[str, str]:
    """Return the 90 % range of each assumption that has one, in words, by its key."""
    return {one.path: _range(one) for one in assumptions if _range(one)}


def _range(one: Assumption) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{format_with_unit(one.low, '')} to {format_with_unit(one.high, '')}"


def format_scenario_unit(code: str) -> str:
    """Return the unit of a number of the scenario as people write it."""
    said = format_unit(code.replace("km**2", "km2")).replace("**2", "²").replace("**3", "³")
    money, _, per = said.partition("/")
    if per and format_unit(money) != money:
        said = f"{format_unit(money)} per {per}"
    return PLURALS.get(said, said)


# -- numbers -----------------------------------------------------------------------


def _estimate(triple: Sequence[float | None], level: float, n: int, unit: str) -> Estimate:
    low, value, high = (float("nan") if x is None else float(x) for x in triple)
    return Estimate(value, low, high, level, n, unit)


def format_gain(one: Estimate) -> str:
    """Return a difference with its sign: chances in wars of 100, others in their unit."""
    if one.unit == "1":
        return format_two_digits(one, "in 100", signed=True, scale=100, decimals=1) if one.known else UNKNOWN
    return format_amount(one, True, unit=True)


def format_amount(one: Estimate, signed: bool = False, *, unit: bool = False, decimals: int | None = None) -> str:
    """Return an amount: money per km2 in million US$, others in their unit; nothing without an interval.

    `decimals` at most, by default those that mean something for the unit.
    """
    if not one.known or not isfinite(one.low):
        return UNKNOWN
    per_km2 = one.unit == "Gusd/km2"
    code = "million US$ per km²" if per_km2 else format_unit(one.unit)
    scale, most = (1000.0, 0) if per_km2 else (1.0, DECIMALS.get(one.unit, 2))
    return format_two_digits(
        one, code if unit else "", signed=signed, scale=scale, decimals=most if decimals is None else decimals
    )
