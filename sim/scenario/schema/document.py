"""The whole of a scenario file: what stands at its top, and of what kind."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import Field, create_model, model_validator

from sim.scenario.schema.fields import Day, Knob, Section, Text, day, knob, text
from sim.scenario.schema.settings import RunSection, VerdictSection
from sim.scenario.syntax.nodes import Map, Scalar
from sim.scenario.syntax.quantity import GRADES
from sim.scenario.syntax.version import FORMAT

ROLES_OF_ARMS = ("base", "single", "single_coordinated", "joint", "joint_uncoordinated", "coordination")
"""What an arm may be for a verdict."""


class SourceSection(Section):
    """One entry of `sources`, to which numbers refer by its name."""

    source: Text = text("who says so, and where")
    as_of: Text = text("year, month or day of it", default="", dated=True)
    published: Text = text(
        "when the first publication cited came out; later than what it is of", default="", dated=True
    )
    grade: Text = text("how well it is known", default="", one_of=GRADES)
    note: Text = text("what a reader should know of it", default="")


class ArmSection(Section):
    """One way the world could be changed; the first arm is the base and changes nothing."""

    label: Text = text("its name for figures and tables", default="")
    note: Text = text("why it is here", default="")
    role: Text = text("what it is for a verdict; without one no verdict asks for it", default="", one_of=ROLES_OF_ARMS)
    since: Day = day("day from which it is in force; before it its past is that of another arm", default=None)
    follows: Text = text("the arm whose past it has up to `since`; the base without", default="")
    calibrated_in: Text = text(
        "the arm in whose world its first day is read, itself for a world of its own; the base without", default=""
    )
    patch: Any = Field(
        default=None,
        description="dotted path of the world -> what stands there in this arm",
        json_schema_extra={"type": ["object", "null"]},
    )

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, node: Any) -> Any:
        """An arm of which nothing is said is like the base."""
        return Map({}, node.place, {}) if isinstance(node, Scalar) and node.value is None else node


class ShareSection(Section):
    """A range of effects, as shares of the base's gain."""

    least: Knob = knob(ge=-100, le=100, doc="least effect expected")
    most: Knob = knob(ge=-100, le=100, doc="greatest effect expected")

    @model_validator(mode="after")
    def _ordered(self) -> ShareSection:
        if self.least.value > self.most.value:
            raise ValueError(f"found `least` {self.least.value:g} above `most` {self.most.value:g}")
        return self


class ControlSection(ArmSection):
    """A change of the world whose effect is known; `sim controls` plays it against the base."""

    expected: Text = text("the attacker's gain against the base's", one_of=("below", "above"))
    share: ShareSection | None = Field(default=None, description="the range within which the effect should lie")
    source: Text = text("where sign and range come from", default="")


class DosesSection(Section):
    """Some arms by degrees, on top of another."""

    over: Text = text("the arm that lies below every dose")
    of: list[Text] = text("the arms that are given by degrees")
    levels: list[Knob] = knob(ge=0, le=1, doc="doses in ascending order, each a share of the arm's own numbers")


class SweepSection(Section):
    """What `sim sweep` plays: keys over ranges, each point an arm."""

    over: Any = Field(description="key of the world -> low..high", json_schema_extra={"type": "object"})
    points: Knob = knob(default=5, ge=1, whole=True, doc="values per key of a grid; points of a Sobol design")
    design: Text = text("grid or sobol", default="grid", one_of=("grid", "sobol"))
    arm: Text = text("the arm that every point stands on; the base without", default="")


class MetricSection(Section):
    """A metric of one's own: an expression over recorded variables, one number in each replicate."""

    expression: Text = text("what it is, as casualties[attacker] / net_km2; see `sim list variables`")
    unit: Text = text("its unit, as person/km2; 1 for a plain number, a share, or a yes or no")
    label: Text = text("what to call it; its name without", default="")
    better: Text = text(
        "whether more or less of it is better for the defender", default="more", one_of=("more", "less")
    )


class Document(Section):
    """A scenario file; its world is read by itself, once for every arm."""

    format: Any = Field(description="format of the file", json_schema_extra={"const": FORMAT})
    title: Text = text("what the scenario is called")
    description: Text = text("what it is about", default="")
    claim_source: Text = text("who claims what its arms test, when and where, for a reader", default="")
    extends: Text = text("the file that this one stands on, by a relative path, or shipped:NAME", default="")
    sources: dict[str, SourceSection] = Field(default_factory=dict, description="what stands behind the numbers")
    posterior: Text = text("a file of joint draws that replace priors, or none", default="")
    map: Text = text("a GeoJSON file of outlines to draw fronts on, or none", default="")
    aid_panel: Text = text("a CSV of estimates of how donors answer each other, for `sim donors`, or none", default="")
    run: RunSection
    world: Any = Field(description="every quantity of the world")
    verdict: VerdictSection = Field(default_factory=VerdictSection)
    arms: dict[str, ArmSection] = Field(default_factory=dict, description="what is compared, the base first")
    controls: dict[str, ControlSection] = Field(default_factory=dict, description="changes whose effect is known")
    metrics: dict[str, MetricSection] = Field(default_factory=dict, description="metrics of one's own")
    factorial: list[Text] = text("arms of which every set is played", default=[])
    doses: DosesSection | None = Field(default=None, description="arms by degrees")
    sweep: SweepSection | None = Field(default=None, description="keys over ranges, for `sim sweep`")


@lru_cache(maxsize=8)
def document_of(world: type[Section]) -> type[Document]:
    """Return the kind of a scenario file whose world is of the kind `world`."""
    description = Document.model_fields["world"].description
    made: type[Document] = create_model("Scenario", __base__=Document, world=(world, Field(description=description)))
    return made
