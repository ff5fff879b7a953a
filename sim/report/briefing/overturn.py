"""What would overturn a verdict, on a page: variants of the model, and thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from sim.analysis.estimate import Estimate
from sim.foundation.format import (
    format_count,
    format_in_100,
    format_list,
    format_number,
    format_percent,
    format_unit,
)
from sim.report.briefing.figures import SHARES, csv_link, strip
from sim.report.briefing.material import Study
from sim.report.briefing.sections import Chart, Row, bar_at, chances_axis
from sim.report.briefing.views import Account, View
from sim.report.screen import Table

THRESHOLDS = {
    "halt_rate": "pace below which it is a halt",
    "halt_days": "days that a halt must last",
    "halt_within_days": "days within which it must begin",
    "can": "chance from which levers can",
    "cannot": "chance below which they cannot",
}

AS_SHIPPED = "as shipped"
"""Group of the variant that changes nothing."""

CHANCES = ("can", "cannot")
"""Thresholds that are chances."""


def robustness(account: Account) -> View:
    """Return which variants of the model and which thresholds turn the verdict on a halt."""
    variants, verdict, level = account["variants"], account["verdict"], float(account["interval"])
    others = [one for one in variants[1:] if one["halt"]["verdict"] != verdict]
    found = [[_estimate(one["halt"][arm], level) for arm in ("base", "joint")] for one in variants]
    rows = [
        Row(
            _called(one), [format_in_100(chance) for chance in pair],
            [strip(pair[0], *SHARES, "base"), strip(pair[1], *SHARES, "against" if one in others else "arm")],
            one["halt"]["verdict"] if one in others else "",
        )
        for one, pair in zip(variants, found, strict=True)
    ]  # fmt: skip
    csv = csv_link(
        ("variant", "base low", "chance in the base", "base high", "low", "chance in concert", "high", "verdict"),
        [
            (one["label"], b.low, b.value, b.high, c.low, c.value, c.high, one["halt"]["verdict"])
            for one, (b, c) in zip(variants, found, strict=True)
        ],
    )
    tried = len(variants) - 1
    title = f"{len(others)} of {format_count(tried, 'variant')} turn the verdict: {verdict} as shipped"
    if not others:
        title = f"None of {format_count(tried, 'variant')} of the model turns the verdict: {verdict} in all"
    subtitle = (
        f"Chance of a halt by variant, in the base and in concert; dots with {format_percent(level)} intervals, "
        f"{int(account['replicates'])} wars per arm{_hardly(found)}"
    )
    can = next((float(one["shipped"]) for one in account["thresholds"] if one["name"] == "can"), None)
    bar = None if can is None else bar_at(can)
    return View(
        "",
        charts=[Chart(title, subtitle, rows, csv, ["base", "in concert"], chances_axis(), "wars in 100", bar)],
        tables=[_thresholds(account, verdict)],
    )


def _called(variant: Mapping[str, Any]) -> str:
    """Return what to call a variant: its group before its label, for a label alone need not say of what it speaks."""
    group, label = str(variant.get("group", "")), str(variant["label"])
    return label if group in ("", AS_SHIPPED) else f"{group[:1].upper()}{group[1:]}: {label}"


def _hardly(found: Sequence[Sequence[Estimate]]) -> str:
    """Say how many variants hardly touch a halt, for those say little by not turning the verdict."""
    wars = [100 * joint.value for _, joint in found if joint.known]
    same = sum(abs(round(one) - round(wars[0])) <= 1 for one in wars[1:]) if found[0][1].known else 0
    return f"; {same} of the variants move it by one war in 100 or less" if same else ""


def range_of_variants(study: Study | None) -> str:
    """Say between which chances of a halt in concert all variants and others' figures move it; nothing without a study."""
    if study is None:
        return ""
    first, *others = [(float(one["halt"]["joint"][1]), str(one["label"])) for one in study.account["variants"]]
    if not others:
        return ""
    (least, lowest), (most, highest) = min(others), max(others)
    here, low, high = (format_number(100 * x) for x in (first[0], least, most))
    return (
        f"Other structures of the model and other parties' figures, each tried alone, move {here} of 100 to between {low} "
        f"({lowest}) and {high} ({highest}). {study.warning}".rstrip()
    )


def _thresholds(account: Account, verdict: str) -> Table:
    """Return the table of the thresholds of a halt: what the verdict is over all values tried."""
    of_halts = [one for one in account["thresholds"] if one["question"] == "halt"]
    rows = [
        (THRESHOLDS.get(one["name"], str(one["name"])), _threshold(one, float(one["shipped"])), _flips(one, verdict))
        for one in of_halts
        if one["name"] != "cannot" or one["flips"]  # it bears on "supported" alone
    ]
    verdicts = [run["verdict"] for one in of_halts for run in one.get("runs", [])]
    nowhere = [one for one in ("supported", "contradicted") if verdicts and one not in verdicts]
    note = f"; {format_list(nowhere)} nowhere" if nowhere else ""
    title = f"Thresholds moved one at a time, and the verdict over all values that were tried{note}"
    return Table(("threshold", "as stated", "the verdict then"), rows, title, text_columns=3)


def _threshold(scan: Mapping[str, Any], value: float) -> str:
    """Return a value of a threshold with its unit; chances as wars in 100."""
    if scan["name"] in CHANCES:
        return f"{100 * value:g} of 100 wars"
    return f"{value:g} {format_unit(str(scan['unit']))}".rstrip()


def _flips(scan: Mapping[str, Any], verdict: str) -> str:
    """Return the verdict over the values of a threshold that were tried; for a study without them, where it turns above."""
    runs = list(scan.get("runs", ()))
    if len(runs) == 1:
        return f"{_verdict_of(runs[0])} wherever tried, {_stretch(scan, runs[0])}"
    if runs:
        return "; ".join(_verdict_of(run) + _stated(scan, run) + " " + _stretch(scan, run) for run in runs)
    said = [f"{one['verdict']} from {_threshold(scan, float(one['from']))}" for one in scan["flips"]]
    return "; ".join(said) or f"{verdict} wherever it was tried"


def _stretch(scan: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Return from where to where a stretch goes."""
    first, last = float(run["from"]), float(run["to"])
    if first == last:
        return f"at {_threshold(scan, first)}"
    return f"from {(100 if scan['name'] in CHANCES else 1) * first:g} to {_threshold(scan, last)}"


def _stated(scan: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    return ", as stated," if float(run["from"]) <= float(scan["shipped"]) <= float(run["to"]) else ""


def _verdict_of(run: Mapping[str, Any]) -> str:
    why = " (the base or one lever alone suffices)" if run.get("reason") == "anyway" else ""
    return f"{run['verdict']}{why}"


def _estimate(triple: Sequence[float | None], level: float) -> Estimate:
    low, value, high = (nan if x is None else float(x) for x in triple)
    return Estimate(value, low, high, level)
