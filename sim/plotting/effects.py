"""How outcomes stand on the axes of figures of effects: their heads, units and scales, and what their intervals are."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.statistics.factorial import RunFacts
from sim.foundation.format import format_date, format_number, format_unit
from sim.plotting.frame.page import interval
from sim.plotting.frame.text import capitalise


def scaled(one: Estimate, outcome: Outcome) -> Estimate:
    """Return an estimate of an outcome in the unit of its axis: points, thousand people, or as it is."""
    return one.times(scale_of(outcome), unit_of(outcome))


def scale_of(outcome: Outcome) -> float:
    """Return the factor from an outcome's unit to that of its axis."""
    return {"1": 100.0, "person": 1e-3}.get(outcome.unit, 1.0)


def unit_of(outcome: Outcome) -> str:
    """Return the unit of an outcome's axis."""
    return {"1": "percentage points", "person": "thousand people"}.get(outcome.unit) or format_unit(outcome.unit)


def head_of(outcome: Outcome) -> str:
    """Return a panel's title for an outcome."""
    return capitalise(outcome.label) + (" (conditional)" if outcome.conditional else "")


def axis_of(outcome: Outcome, what: str = "difference to the base") -> str:
    """Return an axis label: what is shown, and its unit."""
    return f"{what}, {unit_of(outcome)}"


def paired(run: RunFacts) -> str:
    """Return a sentence on what the numbers and their intervals are."""
    return (
        f"Means over {format_number(run.replicates)} replicates per arm of paired differences (same noise, same parameters), "
        f"after {run.weeks:.0f} weeks, to {format_date(run.end)}; {interval(run.interval)}s are errors of the mean, not the "
        "spread of replicates; a chance has one even where no replicate differed. "
    )


def conditional(outcomes: Iterable[Outcome]) -> str:
    """Return the caution for outcomes that rest on guessed coefficients."""
    rests = "Conditional: rests on guessed coefficients of the attacker's choice. "
    return rests if any(one.conditional for one in outcomes) else ""
