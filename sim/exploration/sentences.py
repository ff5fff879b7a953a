"""Boxes, places and shares in sentences, with values in the leaves' own units."""

from __future__ import annotations

from collections.abc import Mapping

from sim.analysis.sensitivity.scenario_discovery import Box, Restriction
from sim.foundation.format import format_chance, format_percent, format_with_unit
from sim.scenario.priors.uncertain import Uncertain


def called(one: Uncertain) -> str:
    """Return the input's name, with how many leaves it picks where it is more than one."""
    return one.name if len(one.paths) == 1 else f"{one.name} ({len(one.paths)} leaves)"


def condition(side: Restriction, one: Uncertain) -> str:
    """Return a restriction in words: "`PATH` is above 3 km"."""
    options = one.options()
    if options:
        inside = [name for name, u in options if _within(side, u)]
        return f"`{called(one)}` is {' or '.join(inside)}"
    low = None if side.low is None else format_with_unit(one.value(side.low), one.unit)
    high = None if side.high is None else format_with_unit(one.value(side.high), one.unit)
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
        f"{subject[:1].upper()}{subject[1:]} in {format_chance(count.inside)} of the wars in which {where}, against "
        f"{format_chance(count.outside)} elsewhere; these are {format_percent(count.mass)} of the wars and cover "
        f"{format_percent(count.coverage)} of those in which it comes about (on the half that the box has not seen)."
    )


def _within(side: Restriction, u: float) -> bool:
    return (side.low is None or u >= side.low) and (side.high is None or u <= side.high)
