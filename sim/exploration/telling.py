"""Boxes, places and shares in sentences, with values in the leaves' own units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.analysis.estimate import Estimate
from sim.analysis.sensitivity.scenario_discovery import Box, Restriction
from sim.scenario.priors.uncertain import Uncertain


def called(one: Uncertain) -> str:
    """Return the input's name, with how many leaves it picks where it is more than one."""
    return one.name if len(one.paths) == 1 else f"{one.name} ({len(one.paths)} leaves)"


def with_unit(value: float | str, unit: str) -> str:
    """Return a value with its unit; a bare ratio has none."""
    if isinstance(value, str):
        return value
    bare = unit in ("", "1", "dimensionless")
    size = f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return size if bare else f"{size} {unit}"


def condition(side: Restriction, one: Uncertain) -> str:
    """Return a restriction in words: "`PATH` is above 3 km"."""
    options = one.options()
    if options:
        inside = [name for name, u in options if _within(side, u)]
        return f"`{called(one)}` is {' or '.join(inside)}"
    low = None if side.low is None else with_unit(one.value(side.low), one.unit)
    high = None if side.high is None else with_unit(one.value(side.high), one.unit)
    if low is not None and high is not None:
        return f"`{called(one)}` lies between {low} and {high}"
    return f"`{called(one)}` is above {low}" if low is not None else f"`{called(one)}` is below {high}"


def found(box: Box, subject: str, inputs: Mapping[str, Uncertain]) -> str:
    """Return the box in a sentence, with the counts of the wars that it has not seen."""
    if not box.restrictions:
        return f"{subject[:1].upper()}{subject[1:]} - no box is better than accident would make it."
    where = " and ".join(condition(side, inputs[side.name]) for side in box.restrictions)
    count = box.held_out
    return (
        f"{subject[:1].upper()}{subject[1:]} in {share(count.inside)} of the wars in which {where}, against "
        f"{share(count.outside)} elsewhere; these are {percent(count.mass)} of the wars and cover "
        f"{percent(count.coverage)} of those in which it comes about (on the half that the box has not seen)."
    )


def share(estimate: Estimate) -> str:
    """Return a chance as "71 % (66 to 76)"."""
    if estimate.value != estimate.value:
        return "an unknown share"
    return f"{percent(estimate.value)} ({100 * estimate.low:.0f} to {100 * estimate.high:.0f})"


def percent(value: float) -> str:
    """Return a share as "71 %"."""
    return "?" if value != value else f"{100 * value:.0f} %"


def listed(names: Sequence[str]) -> str:
    """Return names as "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _within(side: Restriction, u: float) -> bool:
    return (side.low is None or u >= side.low) and (side.high is None or u <= side.high)
