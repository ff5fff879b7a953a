"""Scenarios looked into: what there is (list), how two differ (diff)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.outcomes.measures import MEASURES
from sim.experiment.metrics import vocabulary_of
from sim.experiment.stored_scenario import stored_scenario
from sim.experiment.variants import read_variants
from sim.foundation.errors import UserError, nearest
from sim.foundation.expressions.parts import Recorded
from sim.scenario.canonical_text import said
from sim.scenario.syntax.extends import shipped_folder
from sim.scenario.syntax.yaml_text import parse_file
from sim.workflows.differences import Difference, chain_if_read, differences
from sim.workflows.explain import meaning_of
from sim.workflows.files import WorkflowResult, shipped_scenario
from sim.workflows.options import Options
from sim.workflows.playing import read, read_among

KINDS = ("scenarios", "arms", "levers", "variants", "measures", "metrics", "variables")
ROLES = {
    "attacker": "the attacker", "attackers": "the attacker's", "leadership": "the attacker's leadership",
    "defender": "the defender", "defenders": "the defender's",
}  # fmt: skip
"""Words for the names that meanings of measures take from a result."""


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
    """Return every setting, number and arm in which two scenarios, or those of two stored results, differ."""
    known = read_among([first, second], options)
    one, other = (known[path] if path in known else stored_scenario(path) for path in (first, second))
    found = differences(one, other, chain_if_read(first), chain_if_read(second))
    return DiffResult(account=[vars(each) for each in found], differences=found)


def _titles(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.yaml")):
        title = parse_file(path, str(path)).get("title")
        yield f"shipped:{path.stem}", str(getattr(title, "value", "") or "")
