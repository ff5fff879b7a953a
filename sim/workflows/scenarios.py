"""Scenarios looked into: what there is (list), how two differ (diff)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.outcomes.measures import MEASURES
from sim.experiment.metrics import vocabulary_of
from sim.experiment.variants import read_variants
from sim.foundation.errors import UserError, nearest
from sim.foundation.expressions.parts import Recorded
from sim.scenario.canonical_text import changes, said
from sim.scenario.scenario import Scenario
from sim.scenario.schema.paths import leaves
from sim.scenario.syntax.extends import shipped_folder
from sim.scenario.syntax.yaml_text import parse_file
from sim.workflows.explain import meaning_of
from sim.workflows.files import WorkflowResult, shipped_scenario
from sim.workflows.options import Options
from sim.workflows.playing import read, read_all

KINDS = ("scenarios", "arms", "levers", "variants", "measures", "metrics", "variables")
SETTINGS = ("run", "verdict")
ROLES = {
    "attacker": "the attacker", "attackers": "the attacker's", "leadership": "the attacker's leadership",
    "defender": "the defender", "defenders": "the defender's",
}  # fmt: skip
"""Words for the names that meanings of measures take from a result."""


@dataclass(frozen=True)
class Difference:
    """One key that two scenarios set differently; None where only the other has it."""

    key: str
    first: Any
    second: Any
    first_source: str = ""
    second_source: str = ""


@dataclass(frozen=True, kw_only=True)
class DiffResult(WorkflowResult):
    """How two scenarios differ, key by key."""

    differences: tuple[Difference, ...]


def list_names(what: str | None, options: Options, file: Path | None = None) -> WorkflowResult:
    """Return the names that other commands take, with what they mean, by kind.

    Parameters
    ----------
    what : str, optional
        One of `KINDS`; all of them without.
    options : Options
    file : Path, optional
        The scenario whose arms, levers, metrics and variables are meant; by default the shipped claim.
    """
    if what is not None and what not in KINDS:
        raise UserError([f"list {what}: unknown - allowed: {', '.join(KINDS)}{nearest(what, KINDS)}"])
    claim = read(file or shipped_scenario("claim.yaml"), options)
    found: dict[str, Mapping[str, str]] = {
        "scenarios": dict(_titles(shipped_folder())),
        "arms": {name: arm.label for name, arm in claim.arms.items()},
        "levers": {name: meaning_of(f"levers.{name}", type(claim.world())) for name in said(claim.world().levers)},
        "variants": {
            one.name: one.label for one in read_variants(shipped_scenario("robustness/variants.yaml")).variants
        },
        "measures": {name: measure.meaning.format(**ROLES) for name, measure in MEASURES.items()},
        "metrics": {name: f"{one.label}: {one.expression} [{one.unit}]" for name, one in claim.metrics.items()},
        "variables": {name: _variable(one) for name, one in vocabulary_of(claim).variables.items()},
    }
    return WorkflowResult(account={kind: found[kind] for kind in KINDS if what in (None, kind)})


def _variable(one: Recorded) -> str:
    return f"{one.meaning} [{one.unit}]" + (f", by {' and '.join(one.dims)}" if one.dims else "")


def diff(first: Path, second: Path, options: Options) -> DiffResult:
    """Return every setting, number and arm in which two scenarios differ."""
    pair = read_all([first, second], options)
    one, other = pair[first], pair[second]
    differences = [*_settings(one, other), *_numbers(one, other), *_arms(one, other)]
    return DiffResult(account=[vars(each) for each in differences], differences=tuple(differences))


def _titles(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.yaml")):
        title = parse_file(path, str(path)).get("title")
        yield f"shipped:{path.stem}", str(getattr(title, "value", "") or "")


def _settings(one: Scenario, other: Scenario) -> Iterator[Difference]:
    for section in SETTINGS:
        mine, theirs = vars(getattr(one, section)), vars(getattr(other, section))
        for name in mine:
            if mine[name] != theirs[name]:
                yield Difference(f"{section}.{name}", str(mine[name]), str(theirs[name]))


def _numbers(one: Scenario, other: Scenario) -> Iterator[Difference]:
    mine, theirs = (dict(leaves(scenario.world())) for scenario in (one, other))
    sources = [{row.path: row.source for row in scenario.numbers()} for scenario in (one, other)]
    for key in dict.fromkeys((*mine, *theirs)):
        if mine.get(key) != theirs.get(key):
            first, second = (said(found[key]) if key in found else None for found in (mine, theirs))
            yield Difference(key, first, second, sources[0].get(key, ""), sources[1].get(key, ""))


def _arms(one: Scenario, other: Scenario) -> Iterator[Difference]:
    mine, theirs = (
        {name: changes(scenario.world(), world) for name, world in scenario.worlds.items()} for scenario in (one, other)
    )
    for name in dict.fromkeys((*mine, *theirs)):
        if mine.get(name) != theirs.get(name):
            yield Difference(f"arms.{name}", mine.get(name), theirs.get(name))
