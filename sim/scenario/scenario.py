"""A scenario once read: worlds by arm, how to play them, what counts, the evidence behind every number."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.foundation.errors import Fault
from sim.scenario.aid_panel import PanelEstimate
from sim.scenario.canonical_text import changes, emit, said
from sim.scenario.priors.posterior import Posterior
from sim.scenario.schema.leaves import ABSENT, Choice, Number, Series
from sim.scenario.schema.paths import leaves
from sim.scenario.schema.read_number import Source
from sim.scenario.schema.settings import RECORDS, Run, Verdict
from sim.scenario.syntax.nodes import NOWHERE, Place


@dataclass(frozen=True)
class Arm:
    """One way the world could be changed: what to call it, why it is here, and what it is for a verdict.

    With `since` it is in force from that day on; before it, its past is that of the arm it `follows` (the base without).
    Its first day is read in the world of the arm `calibrated_in` (the base's without): what it changes departs from there.
    """

    label: str
    note: str = ""
    role: str = ""
    since: dt.date | None = None
    follows: str = ""
    calibrated_in: str = ""


@dataclass(frozen=True)
class Metric:
    """A metric of the scenario's own: an expression over recorded variables, its unit, what to call it, where it stands."""

    expression: str
    unit: str
    label: str
    more_is_better: bool = True
    place: Place = field(default=NOWHERE, compare=False)
    unit_place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Statement:
    """One row of the evidence table: what is claimed, how wide the uncertainty, who says so and how well."""

    path: str
    value: float | str
    low: float | None
    high: float | None
    unit: str
    source: str
    as_of: str
    grade: str
    law: str
    note: str
    source_id: str


@dataclass(frozen=True)
class Scenario:
    """A read and checked scenario; the first arm is the base.

    Parameters
    ----------
    path : Path
        The file it was read from.
    title, description : str
        For people.
    run, verdict : Run, Verdict
        How it is played, what counts as an answer.
    arms : dict of str to Arm
        In file order.
    worlds : dict of str to Section
        The whole world of each arm; leaves that an arm does not touch are the same objects as in the base.
    sources : dict of str to Source
        What the leaves' sources stand for.
    posterior : Posterior, optional
        Joint draws that replace the priors of the leaves it names.
    metrics : dict of str to Metric
        Of the scenario's own; checked against what is recorded by `sim.experiment.metrics.check_metrics`.
    notices : tuple of Fault
        Inputs that have no effect, or not the one they seem to have; see `sim.scenario.ineffective`.
    claim_source : str
        Who claims what the arms test, for people; it is no part of what is played, like the title.
    """

    path: Path
    title: str
    description: str
    run: Run
    verdict: Verdict
    arms: dict[str, Arm]
    worlds: dict[str, Any] = field(repr=False)
    sources: dict[str, Source] = field(repr=False, default_factory=dict)
    posterior: Posterior | None = field(repr=False, default=None)
    map: str = field(repr=False, default="")
    aid_panel: tuple[PanelEstimate, ...] = field(repr=False, default=())
    metrics: dict[str, Metric] = field(repr=False, default_factory=dict)
    notices: tuple[Fault, ...] = field(repr=False, compare=False, default=())
    claim_source: str = field(repr=False, default="")

    @property
    def base(self) -> str:
        """Name of the first arm, which changes nothing."""
        return next(iter(self.arms))

    @property
    def roles(self) -> dict[str, str]:
        """What each arm is for a verdict, "" for nothing; the first is the base."""
        return {name: arm.role for name, arm in self.arms.items()} | {self.base: "base"}

    def world(self, arm: str | None = None) -> Any:
        """Return the world of an arm (without a name: of the base)."""
        return self.worlds[self.base if arm is None else arm]

    def labels(self, arm: str | None = None) -> dict[str, str]:
        """Return what the fronts, sides, allies, partners and targets of an arm are called, by name.

        Of a side ``NAME.demonym`` and ``NAME.leadership`` too, where its file says them.
        """
        world = self.world(arm)
        branches = (world.strike.targets, world.partners, world.allies, world.fronts)
        found = {name: str(one.label) for branch in branches for name, one in branch.items()}
        for name in type(world.sides).model_fields:
            side = getattr(world.sides, name)
            words = {name: side.label, f"{name}.demonym": side.demonym, f"{name}.leadership": side.leadership}
            found |= {key: str(word) for key, word in words.items() if str(word)}
        return found

    @cached_property
    def text(self) -> str:
        """The canonical text: `extends`, shorthands, patches, overrides resolved; `read` takes it again."""
        base = self.world()
        run = {
            "start": self.run.start.isoformat(),
            "horizon": f"{self.run.horizon_days} day",
            "replicates": self.run.replicates,
            "seed": self.run.seed,
            **({"record": self.run.record} if self.run.record != RECORDS[0] else {}),
        }
        verdict = {key: value for key, value in vars(self.verdict).items() if key != "milestones"}
        document = {
            "format": 2,
            "title": self.title,
            "description": self.description,
            **({"claim_source": self.claim_source} if self.claim_source else {}),
            "sources": {name: _entry(source) for name, source in self.sources.items()},
            "run": run,
            "verdict": {**verdict, "milestones": [day.isoformat() for day in self.verdict.milestones]},
            "world": said(base),
            "arms": {
                name: {
                    "label": arm.label,
                    "note": arm.note,
                    **({"role": arm.role} if arm.role else {}),
                    **_branching(arm),
                    "patch": self._patches[name],
                }
                for name, arm in self.arms.items()
            },
        }
        if self.metrics:
            document["metrics"] = {name: _said_metric(one) for name, one in self.metrics.items()}
        return emit(document)

    @cached_property
    def hash(self) -> str:
        """The sha256 of the canonical text and of the posterior's draws, in hex."""
        drawn = self.posterior.digest if self.posterior else ""
        return hashlib.sha256((self.text + drawn).encode()).hexdigest()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The sha256 of all in the scenario that the numbers of an arm depend on, seed and replicates aside, by arm.

        Two scenarios with the same hash for an arm play the same bits in it, whatever their other arms, titles and
        verdicts are.
        """
        drawn = self.posterior.digest if self.posterior else ""
        played = {"start": self.run.start.isoformat(), "days": self.run.horizon_days, "world": said(self.world())}
        common = hashlib.sha256((emit(played) + drawn).encode())
        found: dict[str, str] = {}
        for name in self.worlds:
            one = common.copy()
            one.update(emit({"patch": self._patches[name]}).encode())
            arm = self.arms[name]
            if arm.since is not None:  # whose past it has stands before it
                one.update(f"since {arm.since} after {found[arm.follows or self.base]}".encode())
            if arm.calibrated_in:
                world_of = emit(said(self.worlds[arm.calibrated_in]))
                one.update(f"calibrated in {world_of}".encode())
            found[name] = one.hexdigest()
        return found

    @cached_property
    def _patches(self) -> dict[str, dict[str, Any]]:
        """What makes the base's world into that of each arm, by arm."""
        return {name: changes(self.world(), world) for name, world in self.worlds.items()}

    def numbers(self, arm: str | None = None) -> list[Statement]:
        """Return every statement about the world that carries evidence, in schema order."""
        return [one for path, leaf in leaves(self.world(arm)) for one in self.statements(path, leaf)]

    def statements(self, path: str, leaf: Any) -> list[Statement]:
        """Return the rows of the evidence table that one leaf fills."""
        if isinstance(leaf, Number) and leaf.source == ABSENT:
            return []
        if isinstance(leaf, Number):
            return [self._statement(path, leaf, (leaf.value, leaf.low, leaf.high, leaf.unit), leaf.law)]
        if isinstance(leaf, Choice) and leaf.source:
            shares = [f"{name} {weight:g}" for name, weight in zip(leaf.options, leaf.weights, strict=True) if weight]
            return [self._statement(path, leaf, (", ".join(shares), None, None, ""), "choice")]
        if not isinstance(leaf, Series):
            return []
        if leaf.constant is not None:
            return self.statements(path, leaf.constant)
        values = [value for _, value in leaf.points]
        shown = " .. ".join(dict.fromkeys(f"{value:g}" for value in (values[0], values[-1])))
        rows = [self._statement(path, leaf, (shown, min(values), max(values), leaf.unit), "series")]
        return rows if leaf.factor is None else rows + self.statements(f"{path}.factor", leaf.factor)

    def _statement(
        self, path: str, leaf: Any, row: tuple[float | str, float | None, float | None, str], law: str
    ) -> Statement:
        entry = self.sources.get(leaf.source)
        text = entry.source if entry else leaf.source
        return Statement(path, *row, text, leaf.as_of, leaf.grade, law, leaf.note, leaf.source if entry else "")


def _branching(arm: Arm) -> dict[str, str]:
    said = {
        "since": arm.since.isoformat() if arm.since else "",
        "follows": arm.follows,
        "calibrated_in": arm.calibrated_in,
    }
    return {key: value for key, value in said.items() if value}


def _said_metric(one: Metric) -> dict[str, str]:
    better = "more" if one.more_is_better else "less"
    return {"expression": one.expression, "unit": one.unit, "label": one.label, "better": better}


def _entry(source: Source) -> dict[str, str]:
    return {key: value for key, value in vars(source).items() if value and key != "place"}
