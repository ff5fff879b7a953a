"""Metrics of a scenario's own: what an expression may name, and the check before anything is played."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.foundation.errors import UserError
from sim.foundation.expressions import compile_expression
from sim.foundation.expressions.parts import ExpressionError, Recorded, Vocabulary
from sim.foundation.roles import ROLES
from sim.scenario.syntax.nodes import Place


def vocabulary_of(scenario: Any) -> Vocabulary:
    """Return what an expression may name in the results of a scenario."""
    from sim.models.campaign.goods import RECORDED
    from sim.models.campaign.recorder import VARIABLES
    from sim.models.campaign.scarcity import NEEDS

    world = scenario.world()
    sides = {getattr(world.sides, name).role.value: name for name in type(world.sides).model_fields}
    labels = {
        "front": world.fronts,
        "side": sides.values(),
        "ally": world.allies,
        "partner": world.partners,
        "target": world.strike.targets,
        "commodity": RECORDED,
        "need": NEEDS,
    }
    return Vocabulary(
        {name: Recorded(one.dims, one.unit, one.long_name) for name, one in VARIABLES.items()},
        {dim: tuple(map(str, names)) for dim, names in labels.items()},
        {role: sides[role] for role in ROLES if role in sides},
    )


def check_metrics(scenario: Any) -> None:
    """Refuse metrics that name what is not recorded, or whose units do not fit.

    Raises
    ------
    UserError
        With every fault at its place: file, line and column inside the expression.
    """
    from sim.analysis.outcomes.own_metrics import name_fault

    if not scenario.metrics:
        return
    faults, vocabulary = [], vocabulary_of(scenario)
    for name, one in scenario.metrics.items():
        try:
            made = compile_expression(one.expression, one.unit, vocabulary)
        except ExpressionError as error:
            wrong_unit = str(error).startswith(f"found unit '{one.unit}'")
            place = one.unit_place if wrong_unit else _inside(one.place, one.expression, error.offset)
            faults.append(place.fault(f"metric {name}: {error}"))
            continue
        if fault := name_fault(name, made.event, vocabulary):
            faults.append(one.place.fault(f"metric {name}: {fault}"))
    if faults:
        raise UserError(faults)


def needs(scenario: Any, names: Iterable[str]) -> tuple[str, ...]:
    """Return the variables `names` and those that the scenario's metrics read, for a run that keeps no others."""
    found = dict.fromkeys(names)
    for one in scenario.metrics.values():
        found |= dict.fromkeys(compile_expression(one.expression, one.unit, vocabulary_of(scenario)).needs)
    return tuple(found)


def recorded(scenario: Any, more: Iterable[str] = ()) -> tuple[str, ...] | None:
    """Return the variables that a scenario has stored by its `run.record`, None for all.

    For ``verdict`` they are those of the table of outcomes, which verdicts and their figures are made of, those of the
    scenario's metrics, and `more`.
    """
    from sim.analysis.outcomes.replicates import NEEDS

    if getattr(scenario.run, "record", "full") == "full":
        return None
    return needs(scenario, dict.fromkeys((*NEEDS, *more)))


def _inside(place: Place, text: str, offset: int) -> Place:
    """Return the place `offset` characters into a text, where the text stands on the line as it was written."""
    if place.file is None or place.line is None or place.column is None:
        return place
    try:
        line = Path(place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return place
    at = line.find(text.strip(), place.column - 1)
    return place if at < 0 else place._replace(column=at + 1 + offset)
