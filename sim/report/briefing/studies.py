"""Studies that a run does not hold, as they stand on a page: from what their commands print with ``--json``.

Long and shortened accounts (as the documentation keeps them) are read alike. An account that is not of the shape that its
command prints raises one of `sim.analysis.restore.MISSHAPEN`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import nan
from typing import Any

from sim.analysis.estimate import Estimate
from sim.foundation.format import format_count, format_number, format_two_digits
from sim.report.briefing.figures import axis, csv_link, span, strip
from sim.report.briefing.material import Study
from sim.report.briefing.overturn import robustness
from sim.report.briefing.past import against_the_past
from sim.report.briefing.search import sensitivity
from sim.report.briefing.sections import Chart, Row, shares
from sim.report.briefing.views import Account, View

ROOM = 0.1
"""Share by which the axis of controls goes on beyond what was found on either side; wider ranges are cut off."""


def view(
    study: Study,
    called: Mapping[str, str] | None = None,
    plain: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
) -> View:
    """Return how a study other than a factorial stands on the page; raises one of `MISSHAPEN` for a wrong account.

    `called` says what to call levers, by their names; `plain` what to call assumptions, by their keys; `stated` has the 90 % range
    of assumptions in words, by their keys.
    """
    if study.kind == "sensitivity":
        return sensitivity(study.account, called, plain, stated)
    return _VIEWS[study.kind](study.account)


def check(study: Study) -> None:
    """Raise one of `MISSHAPEN` if a study cannot be shown."""
    if study.kind == "factorial":
        shares(study)
    else:
        view(study)


def controls(account: Account) -> View:
    """Return what each control should do and did, those that fail first: in per cent of the base's gain where that is known."""
    ranked = sorted(account, key=lambda one: bool(one["holds"]))
    shares = all(one.get("share_of_base") and one["effect_km2"][1] for one in ranked)
    unit = "%" if shares else "km²"
    found = [_effect(one, shares) for one in ranked]
    expected = [_expected(one) if shares else None for one in ranked]
    low, high = span(found, margin=ROOM)  # of what was found: a range of a thousand per cent would hide it
    rows = [
        _control(one, effect, ends, (low, high), unit)
        for one, effect, ends in zip(ranked, found, expected, strict=True)
    ]
    csv = csv_link(
        ("control", "expected", "low km2", "effect km2", "high km2", "holds"),
        [(one["name"], one["expected"], *one["effect_km2"], one["holds"]) for one in ranked],
    )
    held = f"{sum(bool(one['holds']) for one in ranked)} of {format_count(len(rows), 'effect')}"
    said = f"{'has' if len(rows) == 1 else 'have'} the expected sign"
    title = f"{held} {said}{', within wide ranges that we set' if any(expected) else ''}"
    what = f"Change of the base's net gain, % of it{_base_here(ranked)}" if shares else "Change of the net gain, km²"
    ranges = "; grey: the range expected, where there is one; arrows: it goes on" if any(expected) else ""
    return View(
        "",
        charts=[
            Chart(title, f"{what}, 90 % intervals{ranges}", rows, csv, ["expected", "found"], axis(low, high), unit)
        ],
    )


def _base_here(account: Account) -> str:
    """Return the net gain of the base that controls are held against: another than the page's, for no war ends there."""
    first = max(account, key=lambda one: abs(float(one["share_of_base"])))
    base = float(first["effect_km2"][1]) / float(first["share_of_base"])
    return f" (here {format_number(base)} km², with cease-fires switched off)"


def _control(
    one: Mapping[str, Any], found: Estimate, expected: Estimate | None, axis: tuple[float, float], unit: str
) -> Row:
    kind, nothing = "arm" if one["holds"] else "against", Estimate(nan, 0.0, 0.0)
    numbers = [_expected_in_words(one, expected), format_two_digits(found, unit, signed=True)]
    strips = [strip(expected or nothing, *axis, "base"), strip(found, *axis, kind)]
    notes = [str(one.get("note", "")), "" if one["holds"] else "fails"]
    return Row(str(one.get("label") or one["name"]), numbers, strips, "; ".join(note for note in notes if note))


def _effect(one: Mapping[str, Any], shares: bool) -> Estimate:
    """Return the effect of a control in per cent of the base's net gain, or in km2."""
    low, mean, high = (float(x) for x in one["effect_km2"])
    estimate = Estimate(mean, low, high, unit="km2")
    return estimate.times(100 * float(one["share_of_base"]) / mean, "1") if shares else estimate


def _expected(one: Mapping[str, Any]) -> Estimate | None:
    """Return the range expected as an interval without a value; None where only the sign is."""
    ends = one.get("range")
    return Estimate(nan, 100 * float(ends[0]), 100 * float(ends[1])) if ends else None


def _expected_in_words(one: Mapping[str, Any], ends: Estimate | None) -> str:
    sign = {"below": "less", "above": "more"}.get(str(one["expected"]), str(one["expected"]))
    return f"{sign}, {format_number(ends.low)} to {format_number(ends.high)} %" if ends else sign


_VIEWS: dict[str, Callable[[Account], View]] = {
    "controls": controls,
    "hindcast": against_the_past,
    "robustness": robustness,
}
